"""The tree of a beam search: what was kept at each step, and what grew from it."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.plots import mpl
from classroom.plots.labels import begin, number, visible
from classroom.plots.style import (
    COLORS,
    DASHES,
    GRID,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    text_width,
    title_height,
    write_title,
)


def beam_tree(
    levels: Sequence[Sequence[tuple[Sequence[str], float]]],
    title: str = "",
    root: str = "",
    other: Sequence[str] | None = None,
    other_name: str = "greedy",
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw the continuations that a beam search kept after each step, the best on top.

    Parameters
    ----------
    levels : sequence of sequences of (tokens, probability)
        For each step the continuations kept: level i holds continuations of i + 1 tokens. Each but
        those of the first level begins with one of the level before.
    title : str
        The finding.
    root : str
        The prompt.
    other : sequence of str, optional
        Another continuation, such as the greedy one, whose nodes are drawn in the second color.
    other_name : str
        What it is called.
    width : float
        Inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no level, or a continuation does not grow from the level before.
    """
    if not levels or not all(levels):
        raise ValueError("beam_tree: each step needs a continuation that was kept.")
    kept = [[(tuple(tokens), float(p)) for tokens, p in level] for level in levels]
    rows = max(map(len, kept))
    top = title_height(title, width)
    tall = 0.62 * rows
    figure = blank(width, top + tall + 0.62)
    left = 0.25 + text_width(visible(root), LABEL_SIZE, math=False)
    ax = place(figure, left, 0.52, width - left - 0.25, tall)
    ax.set_xlim(-0.12, len(kept) + 0.45)
    ax.set_ylim(rows - 0.45, -0.55)
    ax.spines["left"].set_visible(False)
    ax.set_yticks([])
    ax.set_xticks(range(1, len(kept) + 1))
    colors = f"blue: the winner{f'; orange, dashed: {other_name}' if other else ''}"
    ax.set_xlabel(
        f"tokens written ({colors}; below a token: probability of all up to it)", size=LABEL_SIZE
    )
    ax.text(-0.05, 0, visible(root), ha="right", va="center", size=LABEL_SIZE, color=INK,
            parse_math=False, clip_on=False)  # fmt: skip

    best = max(kept[-1], key=lambda entry: entry[1])[0]
    rival = tuple(other or ())
    before: dict[tuple[str, ...], int] = {(): 0}
    for step, level in enumerate(kept, 1):
        here: dict[tuple[str, ...], int] = {}
        for row, (tokens, p) in enumerate(level):
            if len(tokens) != step or tokens[:-1] not in before:
                raise ValueError(
                    f"beam_tree: step {step} holds {''.join(tokens)!r}, which does not grow by one "
                    "token from what was kept before."
                )
            here[tokens] = row
            wins, loses = best[:step] == tokens, rival[:step] == tokens
            color = COLORS[0] if wins else COLORS[1] if loses else "#b5b5b5"
            ax.plot([step - 1 + 0.16 * (step > 1), step - 0.16], [before[tokens[:-1]], row],
                    color=color, linewidth=2.2 if wins or loses else 1.2, zorder=1,
                    linestyle=DASHES[1] if loses and not wins else "-")  # fmt: skip
            ax.text(step, row, visible(tokens[-1]), ha="center", va="center", size=TICK_SIZE + 1,
                    color=INK, parse_math=False, zorder=3,
                    bbox={"boxstyle": "round,pad=0.28", "facecolor": "white", "edgecolor": color,
                          "linewidth": 1.6 if wins or loses else 1.0})  # fmt: skip
            ax.text(step, row + 0.36, f"{p:.3f}", ha="center", va="center", size=SMALL_SIZE,
                    color=SOFT, zorder=2)  # fmt: skip
        before = here
    ax.set_facecolor("white")
    ax.spines["bottom"].set_color(GRID)
    write_title(figure, title)
    ends = "; ".join(f"'{visible(''.join(t))}' {number(p)}" for t, p in kept[-1])
    lost = next(
        (step for step, level in enumerate(kept, 1) if rival[:step] not in dict(level)), None
    )
    figure.alt = (
        f"{begin(title, 'Tree')} of {len(kept)} steps with up to {rows} continuations each. After "
        f"the last step, best first: {ends}."
        + (f" The {other_name} continuation is dropped at step {lost}." if rival and lost else "")
    )
    return figure
