"""The figure of features cut into heads, step by step: the right way beside a lone reshape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, token_labels
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    widest,
)

STEPS = ("x", "reshape", "transpose")

_CELL = 0.34
_GAP = 0.24
_STRENGTH = (0.6, 0.35, 0.15)
"""How strong the color of a token is, in turn, so that neighboring rows differ."""


class HeadSplit(Stage):
    """The numbers of x on their way into heads: by `split_heads`, and by one reshape alone.

    Parameters
    ----------
    words : sequence of str
        The tokens, which begin with different letters: a cell is named by letter and feature.
    d_model : int
    split_heads : callable
        x (1, T, d_model) and n_heads to (1, n_heads, T, d_k).
    most_heads : int
        The largest number of heads that will be asked for.

    Raises
    ------
    ValueError
        If two words begin alike.
    """

    def __init__(
        self,
        words: Sequence[str],
        d_model: int,
        split_heads: Callable[[Any, int], Any],
        most_heads: int = 3,
    ) -> None:
        self.words = token_labels(words, len(words), "words")
        if len({word[0] for word in self.words}) < len(words):
            raise ValueError(
                f"HeadSplit: two of {', '.join(self.words)} begin with the same letter, "
                "by which the cells are named."
            )
        T = len(words)
        self.d_model, self.split_heads = d_model, split_heads
        self.x = np.arange(T * d_model).reshape(1, T, d_model)
        self.names = [f"{word[0]}{feature}" for word in self.words for feature in range(d_model)]
        height = 1.95 + most_heads * (T * _CELL + _GAP)
        super().__init__(blank(WIDTH, height), words, d_model, split_heads, most_heads)
        self.ax = place(self.picture, 0, 0, WIDTH, height)
        self.ax.set_xlim(0, WIDTH)
        self.ax.set_ylim(0, height)
        self.ax.set_axis_off()
        side = 0.35 + widest(self.words, TICK_SIZE)
        self.left, self.top = (side, WIDTH / 2 + side), height - 1.9
        self._text(0.15, height - 0.56, "the numbers of x as they lie in memory", color=SOFT)
        strip_y, start = height - 0.86, (WIDTH - self.x.size * _CELL) / 2
        self.strip = np.array([(start + (n + 0.5) * _CELL, strip_y) for n in range(self.x.size)])
        for (x, y), name in zip(self.strip, self.names, strict=True):
            self._text(x, y, name, ha="center")
        for x, name in zip(self.left, ("reshape, then transpose", "a lone reshape"), strict=True):
            self._text(x, height - 1.33, name, weight="bold", size=LABEL_SIZE)
        still = list(self.ax.texts)
        self.shapes = [self._text(x, height - 1.55, "", color=SOFT) for x in self.left]
        self.cells = self.ax.scatter(
            np.zeros(3 * self.x.size), np.zeros(3 * self.x.size), marker="s",
            s=(72 * (_CELL - 0.03)) ** 2, linewidths=0,
        )  # fmt: skip
        self.wrong = self.ax.scatter(
            [], [], marker="s", s=(72 * (_CELL - 0.06)) ** 2, linewidths=1.6, facecolors="none",
            edgecolors=INK, linestyle=(0, (2, 1)),
        )  # fmt: skip
        self.letters = mpl.PathCollection(
            [_letters(name) for name in self.names] * 2, offsets=np.zeros((2 * self.x.size, 2)),
            offset_transform=self.ax.transData, facecolors=INK, linewidths=0,
        )  # fmt: skip
        self.letters.set_transform(mpl.Affine2D().scale(1 / 72) + self.picture.dpi_scale_trans)
        self.ax.add_collection(self.letters, autolim=False)
        self.rows = [self._text(0, 0, "", ha="right") for _ in range(2 * T * most_heads)]
        self.heads = [self._text(0, 0, "", color=SOFT) for _ in range(2 * most_heads)]
        self.animate(self.cells, self.wrong, self.letters)
        self.animate(self.shapes, self.rows, self.heads)
        self.keep_above(still)

    def _text(self, x: float, y: float, text: str, **look: Any) -> mpl.Text:
        look = {"ha": "left", "size": TICK_SIZE, "color": INK} | look
        return self.ax.text(x, y, text, va="center", parse_math=False, **look)

    def update(self, step: int, n_heads: int) -> None:  # type: ignore[override]
        """Show x after the steps 1 to `step` of 3, with `n_heads` heads."""
        _, T, d_model = self.x.shape
        d_k = d_model // n_heads
        right = np.asarray(self.split_heads(self.x, n_heads))[0]
        lone = self.x.reshape(n_heads, T, d_k)
        cut = self.x[0].reshape(T, n_heads, d_k).swapaxes(0, 1)  # heads beside each other
        shown = [self.x, self.x] if step == 1 else [cut if step == 2 else right, lone]
        beside = [False, False] if step == 1 else [step == 2, False]
        shapes: list[tuple[int, ...]] = [(T, d_model)] * 2 if step == 1 else [(n_heads, T, d_k)] * 2
        names = ["(T, d_model)"] * 2 if step == 1 else ["(n_heads, T, d_k)"] * 2
        if step == 2:
            shapes[0], names[0] = (T, n_heads, d_k), "(T, n_heads, d_k)"
        rows, heads = iter(self.rows), iter(self.heads)
        for text in (*self.rows, *self.heads):
            text.set_text("")
        offsets = [self.strip]
        for side in range(2):
            self.shapes[side].set_text(f"{names[side]} = {shapes[side]}")
            at = np.zeros((self.x.size, 2))
            for head, block in enumerate(shown[side]):
                x, y = self.left[side], self.top
                if beside[side]:
                    x += head * (d_k * _CELL + _GAP)
                else:
                    y -= head * (T * _CELL + _GAP)
                if step > 1:
                    _put(next(heads), x, y + 0.12, f"head {head + 1}")
                for row, numbers in enumerate(block):
                    if head == 0 or not beside[side]:
                        _put(next(rows), x - 0.1, y - (row + 0.5) * _CELL, self.words[row])
                    for column, number in enumerate(numbers):
                        at[number] = x + (column + 0.5) * _CELL, y - (row + 0.5) * _CELL
            offsets.append(at)
        self.cells.set_offsets(np.concatenate(offsets))
        self.letters.set_offsets(np.concatenate(offsets[1:]))
        self.cells.set_facecolors(np.tile(self._colors(n_heads), (3, 1)))
        wrong = np.sort(lone[lone != right])
        self.wrong.set_offsets(offsets[2][wrong] if step == 3 else np.zeros((0, 2)))
        self._say(step, n_heads, right, lone, len(wrong))

    def _colors(self, n_heads: int) -> np.ndarray:
        """A color for the head that a feature belongs to, lighter from token to token."""
        token, feature = np.divmod(np.arange(self.x.size), self.d_model)
        hue = np.array([_rgb(COLORS[h]) for h in range(n_heads)])
        strength = np.array(_STRENGTH)[token % 3][:, None]
        return 1 + (hue[feature // (self.d_model // n_heads)] - 1) * strength

    def _say(
        self, step: int, n_heads: int, right: np.ndarray, lone: np.ndarray, wrong: int
    ) -> None:
        size, T = self.x.size, len(self.words)
        first = self.words[0]
        if step == 1:
            title = f"{T} words with {self.d_model} features each: row after row in memory"
        elif step == 2:
            title = (
                f"Left, each row is cut into {n_heads} and stays a row; right, head 1 takes the "
                f"first {size // n_heads} numbers"
            )
        else:
            title = (
                f"The same shape, but the lone reshape misplaces {wrong} of {size} numbers (dashed)"
            )
        self.title(title)

        def rows_of(blocks: np.ndarray) -> str:
            return " / ".join(" ".join(self.names[n] for n in row) for row in blocks[0])

        shown = (
            f"both begin as x; the row of '{first}' is {' '.join(self.names[: self.d_model])}"
            if step == 1
            else f"the rows of head 1 are {rows_of(right)} on the left, "
            f"{rows_of(lone)} on the right"
        )
        self.picture.alt = (
            f"{begin(title, 'Colored cells')}, named by the first letter of the word and the "
            f"number of the feature: {shown}."
        )


def _put(text: mpl.Text, x: float, y: float, words: str) -> None:
    text.set_position((x, y))
    text.set_text(words)


def _letters(name: str) -> mpl.Path:
    """The outline of a name, its middle at 0: all names are one artist, which is drawn fast."""
    outline = mpl.TextPath((0, 0), name, size=TICK_SIZE)
    box = outline.get_extents()
    return outline.transformed(mpl.Affine2D().translate(-(box.x0 + box.x1) / 2, -0.36 * TICK_SIZE))


def _rgb(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
