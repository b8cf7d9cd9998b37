"""The figure of one query on its way through attention, with all numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals, token_labels
from classroom.plots.shaded_text import shade_color
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    MASKED_FACE,
    MASKED_HATCH,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    widest,
)

STEPS = ("compare", "scale", "mask", "softmax", "mix")
"""What is done with a query, one after the other."""

_CELL = 0.5
_COLUMN = 0.82
_ROW = 0.36
_WEIGHT = 1.25
_BAR = 0.66
_LIT = "#fff4e4"
_QUIET = "#595959"
_EDGE = "#c9c9c9"


class OneQuery(Stage):
    """A query, its keys and values, and what each step of attention makes of them.

    Parameters
    ----------
    words : sequence of str
        A word for each query and each key.
    q, k, v : ndarray, shape (T, d_k), (T, d_k), (T, d_v)
    attention_scores, softmax : callable
        The reader's own: the scores of queries and keys; weights of scores as (out, cache).
    mask : bool ndarray, shape (T, T)
        True = may attend.

    Raises
    ------
    ValueError
        If words, queries, keys and values are not equally many, or too wide to be written out.
    """

    def __init__(
        self,
        words: Sequence[str],
        q: Any,
        k: Any,
        v: Any,
        attention_scores: Callable[..., Any],
        softmax: Callable[..., Any],
        mask: Any,
    ) -> None:
        self.q, self.k, self.v = (np.asarray(m, dtype=float) for m in (q, k, v))
        T, d_k, d_v = len(words), self.q.shape[-1], self.v.shape[-1]
        if not len(self.q) == len(self.k) == len(self.v) == T or d_k + d_v > 6:
            raise ValueError(
                f"OneQuery: {T} words, q {self.q.shape}, k {self.k.shape} and v {self.v.shape}; "
                "there must be a row for each word, and six columns of k and v at most."
            )
        self.words = token_labels(words, T, "words")
        self.mask = np.asarray(mask, dtype=bool)
        self.dots = self.q @ self.k.T
        self.scores = np.asarray(attention_scores(self.q, self.k))
        self.masked = np.where(self.mask, self.scores, -np.inf)
        self.weights = np.asarray(softmax(self.masked)[0])
        self.mixed = self.weights @ self.v
        height = 1.62 + _ROW * (T + 2)
        self.still: list[mpl.Text] = []
        self.boxes: list[mpl.Artist] = []
        super().__init__(blank(WIDTH, height), words, q, k, v, attention_scores, softmax, mask)
        self.ax = place(self.picture, 0, 0, WIDTH, height)
        self.ax.set_xlim(0, WIDTH)
        self.ax.set_ylim(0, height)
        self.ax.set_axis_off()
        self.top = height - 0.5
        self.row = [self.top - 0.45 - _ROW * (i + 1.7) for i in range(T)]
        self._lay_out(T, d_k, d_v)

    def _lay_out(self, T: int, d_k: int, d_v: int) -> None:
        name = 0.2 + max(widest(self.words, TICK_SIZE), widest(["query"], TICK_SIZE))
        keys = name + 0.12
        dots = keys + d_k * _CELL + 0.06
        weights = dots + 3 * _COLUMN
        values = weights + _WEIGHT
        self.bar_left = weights + 0.12
        starts = [keys, dots + _COLUMN, dots + 2 * _COLUMN, weights, values]
        ends = [*starts[1:], values + d_v * _CELL + 0.06]
        bottom = self.row[-1] - _ROW * 1.7
        self.bands = [
            self._box(a - 0.06, bottom, b - a - 0.02, self.top - bottom + 0.08, _LIT, zorder=0)
            for a, b in zip(starts, ends, strict=True)
        ]
        below = (
            "q · k",
            f"/ √{d_k} = / {_short(math.sqrt(d_k))}",
            "−∞ if False",
            "weights",
            "weights @ v",
        )
        for i, (a, b) in enumerate(zip(starts, ends, strict=True)):
            x = (a + b) / 2 - 0.07
            self._text(x, self.top - 0.08, f"{i + 1} {STEPS[i]}", weight="bold")
            self._text(x, self.top - 0.29, below[i], color=_QUIET)

        query_y = self.row[0] + _ROW * 1.2
        self.query = self._text(name, query_y, "", ha="right", weight="bold")
        self.q_cells = [self._cell(keys + i * _CELL, query_y) for i in range(d_k)]
        middle, below_k = keys + d_k * _CELL / 2, self.row[-1] - _ROW * 0.85
        self._text(keys + d_k * _CELL + 0.06, query_y, "q: query", ha="left", color=_QUIET)
        self._text(middle, below_k, "k: keys", color=_QUIET)
        self._text(values + d_v * _CELL / 2, query_y - 0.1, "v: values", color=_QUIET)
        names = [self._text(name, y, w, ha="right")
                 for y, w in zip(self.row, self.words, strict=True)]  # fmt: skip
        self.k_tints, k_texts = self._block(keys, self.k)
        self.v_tints, v_texts = self._block(values, self.v)
        self.numbers = [
            [self._text(dots + (c + 0.45) * _COLUMN, y, "") for y in self.row] for c in range(3)
        ]
        self.hidden = [
            self._box(dots + 2 * _COLUMN + 0.06, y - _ROW * 0.4, _COLUMN - 0.2, _ROW * 0.8,
                      MASKED_FACE, edgecolor=MASKED_HATCH, hatch="////", zorder=1)
            for y in self.row
        ]  # fmt: skip
        self.hidden += [
            self._box(dots + 2.45 * _COLUMN - 0.15, y - 0.09, 0.3, 0.18, MASKED_FACE, zorder=1)
            for y in self.row
        ]  # so that the hatching leaves the number readable
        self.bars = [self._box(self.bar_left, y - 0.1, 0, 0.2, COLORS[0], zorder=2)
                     for y in self.row]  # fmt: skip
        self.shares = [self._text(0, y, "", ha="left") for y in self.row]
        at = self.row[-1] - _ROW * 1.2
        self.boxes += self.ax.plot([values, values + d_v * _CELL - 0.04], [at + _ROW * 0.6] * 2,
                                   color=INK, linewidth=0.9)  # fmt: skip
        self._text(values - 0.14, at, "out", ha="right", weight="bold")
        self.out = [self._cell(values + i * _CELL, at) for i in range(d_v)]
        self.sum = self._text(0.15, 0.22, "", ha="left", size=LABEL_SIZE)
        self.animate(
            self.bands, self.k_tints.ravel(), self.v_tints.ravel(), self.hidden,
            self.bars, [self.query, self.sum], self.q_cells, self.out, self.shares, *self.numbers,
        )  # fmt: skip
        self.keep_above([*self.boxes, *self.still, *names, *k_texts, *v_texts])

    def _block(self, left: float, matrix: np.ndarray) -> tuple[np.ndarray, list[mpl.Text]]:
        """Lay out the cells of a matrix: what may color them, and their numbers."""
        tints, texts = np.empty(matrix.shape, dtype=object), []
        for (row, column), value in np.ndenumerate(matrix):
            x, y = left + column * _CELL, self.row[row]
            texts.append(self._cell(x, y))
            texts[-1].set_text(_short(value))
            tints[row, column] = self._box(x, y - _ROW * 0.42, _CELL - 0.04, _ROW * 0.84, "white",
                                           zorder=1)  # fmt: skip
        return tints, texts

    def _text(self, x: float, y: float, text: str, **look: Any) -> mpl.Text:
        look = {"ha": "center", "size": TICK_SIZE, "color": INK} | look
        drawn = self.ax.text(x, y, text, va="center", parse_math=False, **look)
        if text and (look["color"] == _QUIET or look.get("weight") == "bold"):
            self.still.append(drawn)
        return drawn

    def _box(self, x: float, y: float, w: float, h: float, color: str, **look: Any) -> Any:
        box = mpl.Rectangle((x, y), w, h, facecolor=color, **({"linewidth": 0} | look))
        self.ax.add_patch(box)
        return box

    def _cell(self, x: float, y: float) -> mpl.Text:
        """Draw the frame of a cell. Return the text in it."""
        self.boxes.append(
            self._box(x, y - _ROW * 0.42, _CELL - 0.04, _ROW * 0.84, "none", edgecolor=_EDGE,
                      linewidth=1, zorder=1)
        )  # fmt: skip
        return self._text(x + _CELL / 2 - 0.02, y, "")

    def update(self, step: int, query: int) -> None:  # type: ignore[override]
        """Show the steps 1 to `step` of one query, counted from 0."""
        weights = self.weights[query]
        columns = (self.dots[query], self.scores[query], self.masked[query])
        for i, band in enumerate(self.bands, 1):
            band.set_visible(i == step)
        self.query.set_text(self.words[query])
        for text, value in zip(self.q_cells, self.q[query], strict=True):
            text.set_text(_short(value))
        for (row, column), box in np.ndenumerate(self.k_tints):
            product = self.q[query, column] * self.k[row, column]
            box.set_visible(step == 1 and product != 0)
            box.set_facecolor(_tint(product / (np.abs(self.dots).max() or 1.0)))
        for (row, _), box in np.ndenumerate(self.v_tints):
            box.set_visible(step == 5)
            box.set_facecolor(shade_color(weights[row]))
        for number, (texts, values) in enumerate(zip(self.numbers, columns, strict=True), 1):
            for text, value in zip(texts, values, strict=True):
                text.set_text(_short(value) if step >= number else "")
        for box, free in zip(self.hidden, [*self.mask[query]] * 2, strict=True):
            box.set_visible(step >= 3 and not free)
        for bar, share, weight in zip(self.bars, self.shares, weights, strict=True):
            bar.set_width(_BAR * weight if step >= 4 else 0)
            share.set_x(self.bar_left + _BAR * weight + 0.06)
            share.set_text(_short(weight) if step >= 4 else "")
        for text, value in zip(self.out, self.mixed[query], strict=True):
            text.set_text(_short(value) if step == 5 else "")
        title = f"{step} {STEPS[step - 1]}: {self._finding(step, query)}"
        self.title(title)
        worked = self._worked(step, query)
        self.sum.set_text(worked)
        named = zip(("q · k", "scores", "masked", "weights", "out"), (*columns, weights,
                    self.mixed[query]), strict=True)  # fmt: skip
        listed = "; ".join(f"{name} {_row(row)}" for name, row in list(named)[:step])
        self.picture.alt = (
            f"{begin(title, 'Table')} with a row for each key, {', '.join(self.words)}: {listed}. "
            f"Written out: {worked}."
        )

    def _finding(self, step: int, query: int) -> str:
        word = f"'{self.words[query]}'"
        if step == 1:
            return (
                f"{word} fits {self._most(self.dots[query])} best, {_short(self.dots[query].max())}"
            )
        if step == 2:
            widest_, narrow = np.ptp(self.dots[query]), np.ptp(self.scores[query])
            return f"the scores of {word} lay {_short(widest_)} apart, now {_short(narrow)}"
        if step == 3:
            hidden = [f"'{w}'" for w, free in zip(self.words, self.mask[query], strict=True)
                      if not free]  # fmt: skip
            return (
                f"hidden from {word}: {', '.join(hidden) or 'nothing, all words stand before it'}"
            )
        weights = self.weights[query]
        most = f"{self._most(weights)} the most, {decimals(weights.max())}"
        if step == 4:
            return f"{word} gives {most}; the weights sum to {decimals(weights.sum())}"
        return f"{word} receives {_row(self.mixed[query])}; it listens to {most}"

    def _most(self, values: np.ndarray) -> str:
        alike = np.flatnonzero(np.isclose(values, values.max()))
        return " and ".join(f"'{self.words[i]}'" for i in alike)

    def _worked(self, step: int, query: int) -> str:
        """The arithmetic of a step, written out for the key that fits best, or for all."""
        best = self.dots if step < 3 else self.masked
        key = int(np.argmax(np.round(best[query], 9)))
        d_k = self.q.shape[1]
        name, dot, score = self.words[key], self.dots[query, key], self.scores[query, key]
        if step == 1:
            terms = [f"{_factor(a)} · {_factor(b)}"
                     for a, b in zip(self.q[query], self.k[key], strict=True)]  # fmt: skip
            return f"for '{name}': {' + '.join(terms)} = {_short(dot)}"
        if step == 2:
            return f"for '{name}': {_short(dot)} / √{d_k} = {_short(score)}"
        free = [i for i in range(len(self.words)) if self.mask[query, i]]
        if step == 3:
            count = f"{len(free)} of {len(self.words)} keys"
            return f"True for {count}; the others get −∞, and e to the −∞ is 0"
        if step == 4:
            powers = np.exp(self.scores[query])
            total = " + ".join(decimals(powers[i]) for i in free)
            return (
                f"for '{name}': e to the {_short(score)} = {decimals(powers[key])}; "
                f"{decimals(powers[key])} / ({total}) = {decimals(self.weights[query, key])}"
            )
        terms = [f"{decimals(self.weights[query, i])} · {_row(self.v[i])}" for i in free]
        return f"{' + '.join(terms)} = {_row(self.mixed[query])}"


def _short(value: float) -> str:
    """A number with two decimals, or none where it is whole."""
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    return decimals(value, 0 if abs(value - round(value)) < 5e-3 else 2)


def _factor(value: float) -> str:
    return f"({_short(value)})" if value < -5e-3 else _short(value)


def _row(values: np.ndarray) -> str:
    return f"({', '.join(_short(float(value)) for value in values)})"


def _tint(share: float) -> tuple[float, ...]:
    """White for 0, toward orange above, toward blue below."""
    end = np.array([0.96, 0.62, 0.10] if share > 0 else [0.34, 0.71, 0.91])
    return tuple(1 + (end - 1) * min(1.0, abs(share) * 1.5))
