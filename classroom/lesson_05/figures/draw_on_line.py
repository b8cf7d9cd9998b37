"""The figure of the draw: probabilities as pieces of a line from 0 to 1, and a number on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels, visible
from classroom.plots.style import (
    COLORS,
    GRID,
    INK,
    LABEL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    text_width,
)
from course_lib import decoding

PIECES = ("#9ecae9", "#d6e6f4")
"""Colors of neighboring pieces."""
HIT = COLORS[5]
MODEL, LEFT = (1.62, 2.02), (0.62, 1.12)
"""Where the two lines stand, in inches from below."""
MARGIN = 0.3


class Draw(Stage):
    """The line that a token is drawn from, below the line of the model, and where a number falls.

    Parameters
    ----------
    logits : mapping of str to array_like, shape (vocab_size,)
        What a model gives after each of some prompts.
    tokens : sequence of str
        The vocabulary.
    next_probabilities : callable, optional
        Which function to use: (logits, temperature, top_k, top_p), as the reader's is called.

    Raises
    ------
    ValueError
        If there is no prompt, or not one logit for each token.
    """

    def __init__(
        self,
        logits: Mapping[str, Any],
        tokens: Sequence[Any],
        next_probabilities: Callable[..., Any] | None = None,
    ) -> None:
        self.logits = {prompt: np.asarray(row, dtype=float) for prompt, row in logits.items()}
        if not self.logits:
            raise ValueError("Draw: there is no prompt.")
        for prompt, row in self.logits.items():
            if row.shape != (len(tokens),):
                raise ValueError(
                    f"Draw: the logits after {prompt!r} have shape {row.shape}, but there are "
                    f"{len(tokens)} tokens."
                )
        self.left_of = next_probabilities or decoding.next_probabilities
        self.labels = token_labels(tokens, len(tokens), "tokens")
        self.widths = [text_width(label, LABEL_SIZE, math=False) for label in self.labels]
        height = 2.9
        super().__init__(blank(WIDTH, height), logits, tokens, next_probabilities)
        self.long = WIDTH - 2 * MARGIN
        ax = place(self.picture, MARGIN, 0, self.long, height)
        ax.set_axis_off()
        ax.set_xlim(0, 1)
        ax.set_ylim(0, height)
        for at in np.linspace(0, 1, 11):
            ax.plot([at, at], [MODEL[1] + 0.02, MODEL[1] + 0.08], color=INK, linewidth=0.8)
            ax.text(at, MODEL[1] + 0.11, f"{at:g}", size=TICK_SIZE, color=INK, ha="center",
                    va="bottom")  # fmt: skip
        ax.text(0, MODEL[1] + 0.32, "what the model gives", size=TICK_SIZE, color=INK)
        self.pieces = {name: self._pieces(ax) for name in ("model", "between", "left")}
        self.pieces["between"].set(alpha=0.55, linewidth=0.4)
        self.hit_above = mpl.PathPatch(_nothing(), facecolor=HIT, edgecolor="white", linewidth=0.8)
        ax.add_patch(self.hit_above)
        self.gone = mpl.PathPatch(_nothing(), facecolor="white", edgecolor=GRID,
                                  hatch="//////", linewidth=0)  # fmt: skip
        ax.add_patch(self.gone)
        self.names_above, self.names = (
            [
                ax.text(0, y, "", size=LABEL_SIZE, color=INK, ha="center", va="center",
                        parse_math=False)
                for _ in range(ROOM)
            ]
            for y in (sum(MODEL) / 2, LEFT[1] - 0.16)
        )  # fmt: skip
        (self.mark,) = ax.plot([0, 0], [LEFT[0] - 0.12, LEFT[0] + 0.2], color=INK, linewidth=2.2,
                               clip_on=False)  # fmt: skip
        (self.tip,) = ax.plot([0], [LEFT[0] - 0.13], "^", color=INK, markersize=9, clip_on=False)
        self.said = ax.text(0, 0.12, "", size=LABEL_SIZE, weight="bold", color=INK, va="bottom",
                            parse_math=False)  # fmt: skip
        self.name = ax.text(0, LEFT[0] - 0.08, "what is drawn from", size=TICK_SIZE, color=INK,
                            va="top")  # fmt: skip
        self.shown = ""
        self.animate(self.pieces["between"], self.gone, self.hit_above, self.pieces["left"])
        self.keep_above(self.names_above)
        self.animate(self.names, self.name, self.mark, self.tip, self.said)

    def _pieces(self, ax: mpl.Axes) -> mpl.PathCollection:
        pieces = mpl.PathCollection([], edgecolors="white", linewidths=0.8)
        ax.add_collection(pieces, autolim=False)
        return pieces

    def update(  # type: ignore[override]
        self,
        number_drawn: float = 0.5,
        prompt: str | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float = 1.0,
    ) -> None:
        """Set the random number, the prompt and the knobs."""
        prompt = next(iter(self.logits)) if prompt is None else prompt
        logits = self.logits[prompt]
        model = decoding.next_probabilities(logits)
        upper = _ends(model)
        if prompt != self.shown:  # the line of the model stands still while the knobs move
            self.shown = prompt
            self._set("model", upper, MODEL, PIECES * len(model), range(len(model)))
            self._name(self.names_above, upper)
            self.redraw_background()
        # A knob that keeps everything is left out: p = 1 may lose the last pieces to rounding.
        k, p = (None if top_k == len(logits) else top_k), (None if top_p == 1 else top_p)
        left = np.asarray(self.left_of(logits, temperature, k, p), float)
        ends = np.cumsum(left)
        hit = int(decoding.sample(left[None], _Given(number_drawn))[0])
        lower = _ends(left)
        colors = [PIECES[i % 2] for i in range(len(left))]
        colors[hit] = HIT
        is_left = left > 0
        some = np.flatnonzero(is_left)
        self.hit_above.set_path(_box(upper[hit], upper[hit + 1], MODEL))
        self._set("left", lower, LEFT, colors, some)
        self.pieces["between"].set_paths([
            _polygon([upper[i], upper[i + 1], lower[i + 1], lower[i]],
                     [MODEL[0], MODEL[0], LEFT[1], LEFT[1]])
            for i in some
        ])  # fmt: skip
        self.pieces["between"].set_facecolors([colors[i] for i in some])
        self.gone.set_path(_compound(
            [_box(upper[i], upper[i + 1], MODEL) for i in np.flatnonzero(~is_left)]
        ))  # fmt: skip
        self._name(self.names, lower)
        self.mark.set_xdata([number_drawn] * 2)
        self.tip.set_xdata([number_drawn])
        said = f"{number_drawn:.3f} → '{self.labels[hit]}'"
        self.name.set(x=float(number_drawn < 0.5), ha="right" if number_drawn < 0.5 else "left")
        half = text_width(said, LABEL_SIZE, bold=True, math=False) / 2 / self.long
        self.said.set_text(said)
        self.said.set_x(min(max(number_drawn - half, -0.02), 1.02 - 2 * half))
        start = float(ends[hit] - left[hit])
        title = (
            f"{number_drawn:.3f} falls into the piece of '{self.labels[hit]}', from {start:.3f} to "
            f"{ends[hit]:.3f}; {len(some)} of {len(left)} tokens have a piece"
        )
        self.title(title)
        best = np.argsort(-np.round(left, 12), kind="stable")[:5]
        self.picture.alt = (
            f"{begin(title, 'A line')} from 0 to 1 after the prompt '{visible(prompt)}', cut into "
            f"pieces in the order of the vocabulary; {hit} tokens stand before the one hit. "
            "The longest: "
            + ", ".join(
                f"'{self.labels[i]}' {number(left[i])} (model {number(model[i])})" for i in best
            )
            + f". Temperature {number(temperature, 3)}, top-k {top_k or len(logits)}, top-p "
            f"{number(top_p, 3)}."
        )

    def _set(
        self, name: str, ends: np.ndarray, line: tuple[float, float], colors: Any, which: Any
    ) -> None:
        self.pieces[name].set_paths([_box(ends[i], ends[i + 1], line) for i in which])
        self.pieces[name].set_facecolors([colors[i] for i in which])

    def _name(self, names: list[mpl.Text], ends: np.ndarray) -> None:
        """Write the tokens into those pieces of a line that are wide enough."""
        room = np.diff(ends) * self.long - np.array(self.widths)
        wide = np.flatnonzero(room > 0.04)[:ROOM]
        for slot, text in enumerate(names):
            text.set_visible(slot < len(wide))
            if slot < len(wide):
                text.set_text(self.labels[wide[slot]])
                text.set_x((ends[wide[slot]] + ends[wide[slot] + 1]) / 2)


ROOM = 40
"""How many pieces of a line can be named at most."""


class _Given:
    """In place of a generator: the number that the reader has set."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self, count: int) -> np.ndarray:
        return np.full(count, self.value)


def _ends(p: np.ndarray) -> np.ndarray:
    """Return where the pieces begin, and 1."""
    return np.concatenate([[0.0], np.cumsum(p) / p.sum()])


def _polygon(x: Sequence[float], y: Sequence[float]) -> mpl.Path:
    return mpl.Path(np.column_stack([[*x, x[0]], [*y, y[0]]]), closed=True)


def _box(start: float, stop: float, line: tuple[float, float]) -> mpl.Path:
    return _polygon([start, stop, stop, start], [line[0], line[0], line[1], line[1]])


def _nothing() -> mpl.Path:
    return mpl.Path(np.zeros((0, 2)))


def _compound(paths: list[mpl.Path]) -> mpl.Path:
    return mpl.Path.make_compound_path(*paths) if paths else _nothing()
