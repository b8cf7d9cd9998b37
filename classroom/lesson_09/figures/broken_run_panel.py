"""One panel of one broken run, large, for the explorer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from classroom.lesson_09.broken_runs import CONTROL, HALF, PATIENTS, Chart, chart, uniform_loss
from classroom.lesson_09.figures.chart_labels import in_words, name_of
from classroom.lesson_09.figures.chart_panels import (
    BATCHES,
    CURVES,
    LOGARITHMIC,
    PANELS,
    Line,
    sample_lines,
    shown,
)
from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin
from classroom.plots.style import (
    COLORS,
    DASHES,
    GRID,
    INK,
    SEQUENTIAL,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
)

PALE = "#c9c9c9"
"""Of the healthy run, behind the patient's."""

HEIGHT = 3.75
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class PatientPanel(Stage):
    """One of `chart_panels.PANELS` of a patient, the healthy run in gray behind its curves.

    There is one pair of axes for all panels. Logarithms are taken of the data, and the marks of
    the axes are plain text, for an axis that changes its scale is slow to draw.
    """

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, HEIGHT))
        self.charts = {name: chart(name) for name in (CONTROL, *PATIENTS)}
        self.outlines = {
            name: _outline(sample_lines(found, WIDTH - 0.4)) for name, found in self.charts.items()
        }
        ax = self.ax = place(self.picture, 0.8, 0.95, 5.4, 2.2)
        ax.set_axisbelow(True)
        ax.set_autoscale_on(False)
        self.image = ax.imshow(np.ones((1, 1, 4)), interpolation="nearest", aspect="auto")
        (self.grid,) = ax.plot([], [], color=GRID, linewidth=0.8, zorder=0.4)
        (self.healthy,) = ax.plot([], [], color=PALE, linewidth=1.2, linestyle=DASHES[-1], zorder=1)
        (self.batches,) = ax.plot([], [], color=BATCHES, linewidth=0.6, zorder=2)
        (self.mark,) = ax.plot([], [], color=SOFT, linewidth=0.8, linestyle=":", zorder=2)
        self.lines = [
            ax.plot([], [], color=color, linewidth=1.4, linestyle=dashes, zorder=3)[0]
            for color, dashes in zip(COLORS[:5], DASHES, strict=False)
        ]
        (self.diagonals,) = ax.plot([], [], color="white", linewidth=0.5, zorder=3)
        self.mark_name = ax.text(0, 0, "", size=SMALL_SIZE, color=INK, va="bottom", ha="right")
        self.swatches = mpl.LineCollection(
            [], transform=ax.transAxes, linewidths=1.4, linestyles=list(DASHES), clip_on=False
        )
        ax.add_collection(self.swatches, autolim=False)
        self.names = [
            ax.text(1.075, 0, "", transform=ax.transAxes, size=TICK_SIZE, color=INK,
                    va="center_baseline") for _ in self.lines
        ]  # fmt: skip
        (self.swatch_behind,) = ax.plot(
            [], [], color=PALE, linewidth=1.2, linestyle=DASHES[-1], transform=ax.transAxes,
            clip_on=False,
        )  # fmt: skip
        self.name_behind = ax.text(1.075, 0, "", transform=ax.transAxes, size=TICK_SIZE, color=SOFT,
                                   va="center_baseline")  # fmt: skip
        self.blocks = [
            ax.text(0, -1.2, "", size=TICK_SIZE, color=INK, va="bottom")
            for _ in self.charts[CONTROL].attention
        ]
        inches = self.picture.dpi_scale_trans
        self.sample = mpl.PathPatch(
            self.outlines[CONTROL], facecolor=INK, linewidth=0, transform=inches
        )
        self.picture.add_artist(self.sample)
        self.animate(
            self.image, self.grid, ax.yaxis, self.healthy, self.batches, self.mark, self.lines,
            self.diagonals, ax.spines["left"], ax.spines["bottom"], self.mark_name, self.sample,
            self.swatch_behind, self.name_behind,
        )  # fmt: skip
        self._backgrounds: dict[str, Any] = {}

    def frame(self, patient: str, panel: str) -> tuple[bytes, str, tuple[int, int]]:  # type: ignore[override]
        """Draw over what a panel has in common for all patients.

        The first frame stores that of each panel, so that no choice has to wait for it.
        """
        for name in PANELS if not self._backgrounds else ():
            self.redraw_background()
            super().frame(patient=patient, panel=name)
            self._backgrounds[name] = self._background
        self._background = self._backgrounds[panel]
        return super().frame(patient=patient, panel=panel)

    def update(self, patient: str, panel: str) -> None:  # type: ignore[override]
        """Show a panel of one of `broken_runs.PATIENTS`, or of "healthy"."""
        found = self.charts[patient]
        for line in (self.grid, self.healthy, self.batches, self.mark, self.diagonals,
                     self.swatch_behind, *self.lines):  # fmt: skip
            line.set_data([], [])
        for text in (self.mark_name, self.name_behind, *self.names, *self.blocks):
            text.set_text("")
        self.image.set_visible(panel not in CURVES)
        if panel in CURVES:
            self._show_curves(found, panel)
        else:
            self._show_maps(found.attention.mean(axis=1))
        self.sample.set_path(self.outlines[patient])
        title = f"{name_of(patient)}: {panel}"
        self.title(title)
        behind = panel in CURVES and patient != CONTROL
        self.picture.alt = (
            f"{begin(title, 'Lines' if panel in CURVES else 'Heatmaps')} of a training run"
            + (", the healthy run behind in gray" if behind else "")
            + f"; {in_words(found, panel)}. It writes {shown(found.sample)}."
        )

    def _show_curves(self, found: Chart, panel: str) -> None:
        label, measured, _ = CURVES[panel]
        self._move_axes(0.8, 0.95, 5.4, 2.2)
        lines = [_as_drawn(line, panel) for line in measured(found)]
        healthy = [_as_drawn(line, panel) for line in measured(self.charts[CONTROL])]
        for artist, (_, steps, values) in zip(self.lines, lines, strict=False):
            artist.set_data(steps, values)
        if found.patient != CONTROL:
            self.healthy.set_data(*_joined((steps, values) for _, steps, values in healthy))
        last = len(found.norms)
        if panel == "loss":
            self.batches.set_data(np.arange(1, last + 1), found.batch_loss)
        low, high = _ends(found, panel, [*lines, *healthy])
        ticks = mpl.MaxNLocator(6, steps=[1, 2, 5, 10])
        heights = (
            [float(power) for power in range(math.ceil(low), math.floor(high) + 1)]
            if panel in LOGARITHMIC
            else [float(tick) for tick in ticks.tick_values(0, high) if low <= tick <= high]
        )
        marks = [
            "10" + f"{height:.0f}".translate(_SUPERSCRIPTS)
            if panel in LOGARITHMIC
            else f"{height:.4g}"
            for height in heights
        ]
        right = math.log10(last) if panel == "gradients" else last
        places = [0, 1, 2] if panel == "gradients" else list(range(0, last + 1, 100))
        names = [str(10**place if panel == "gradients" else place) for place in places]
        self._write_axes(label, heights, marks, "step", places, names)
        self.ax.set_xlim(0, right)
        self.ax.set_ylim(low, high)
        self.grid.set_data(*_joined(((0, right), (height, height)) for height in heights))
        if panel in _marks():
            name, height = _marks()[panel]
            self.mark.set_data([0, right], [height, height])
            self.mark_name.set_text(name)
            self.mark_name.set_position((right, height))
        self._write_key([name for name, _, _ in lines])
        if found.patient != CONTROL:
            height = 0.5 - 0.1 * (len(lines) + 1) / 2
            self.swatch_behind.set_data([1.01, 1.07], [height, height])
            self.name_behind.set_text("the healthy run")
            self.name_behind.set_y(height)

    def _show_maps(self, maps: np.ndarray) -> None:
        """Show the maps of all blocks in a row, each in its own shades."""
        count, T, _ = maps.shape
        apart = T + 2
        wide = apart * count - 2
        self._move_axes(0.6, 0.97, 7.3, 7.3 * T / wide)
        cells = np.ones((T, wide, 4))
        lefts = [apart * index for index in range(count)]
        for left, weights in zip(lefts, maps, strict=True):
            top = max(0.05, float(weights.max()))
            cells[:, left : left + T] = mpl.colormaps[SEQUENTIAL](weights / top)
        self.image.set_data(cells)
        self.image.set_extent((-0.5, wide - 0.5, T - 0.5, -0.5))
        self.ax.set_xlim(-0.5, wide - 0.5)
        self.ax.set_ylim(T - 0.5, -0.5)
        ends = [((left - 0.5, left + T - 0.5), (-0.5, T - 0.5)) for left in lefts]
        self.diagonals.set_data(*_joined(ends))
        for index, (left, text) in enumerate(zip(lefts, self.blocks, strict=True)):
            text.set_x(left - 0.5)
            text.set_text(f"block {index + 1}")
        marks = [0, 10, 20]
        self._write_axes(
            "query position", marks, [str(mark) for mark in marks],
            "key position", [left + mark for left in lefts for mark in marks],
            [str(mark) for mark in marks] * count,
        )  # fmt: skip
        self._write_key([])

    def _move_axes(self, left: float, bottom: float, width: float, height: float) -> None:
        self.ax.set_position((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))

    def _write_axes(
        self, y_label: str, heights: Any, y_marks: list[str], x_label: str, steps: Any,
        x_marks: list[str],
    ) -> None:  # fmt: skip
        self.ax.set_yticks(heights, y_marks)
        self.ax.set_xticks(steps, x_marks)
        self.ax.set_ylabel(y_label)
        self.ax.set_xlabel(x_label)

    def _write_key(self, names: list[str]) -> None:
        """Write the names of the curves beside them, from the top down, each behind its dashes."""
        heights = [0.5 + 0.1 * ((len(names) - 1) / 2 - index) for index in range(len(names))]
        self.swatches.set_segments([np.array([(1.01, y), (1.07, y)]) for y in heights])
        self.swatches.set_color(COLORS[: len(names)])
        for text, name, height in zip(self.names, names, heights, strict=False):
            text.set_text(name)
            text.set_y(height)


@lru_cache(maxsize=1)
def _marks() -> dict[str, tuple[str, float]]:
    """Return the dotted line of a panel: its name and its height."""
    return {
        "loss": ("ln 54 ", uniform_loss()),
        "largest numbers": ("ln 65504 ", float(np.log10(np.log(HALF)))),
    }


@lru_cache(maxsize=16)
def _outline(lines: tuple[str, ...]) -> mpl.Path:
    """Return lines of text at the lower edge as one path in inches.

    For a long text this is drawn in a tenth of the time.
    """
    font = mpl.FontProperties(size=SMALL_SIZE)
    first = mpl.Affine2D().scale(1 / 72).translate(0.15, 0.26)
    places = [first + mpl.Affine2D().translate(0, -0.17 * index) for index in range(len(lines))]
    return mpl.Path.make_compound_path(
        *(
            mpl.TextPath((0, 0), line, prop=font).transformed(there)
            for line, there in zip(lines, places, strict=True)
        )
    )


def _as_drawn(line: Line, panel: str) -> Line:
    """Return a curve with logarithms where the axes of its panel have powers of ten."""
    name, steps, values = line
    if panel in LOGARITHMIC:
        values = np.log10(values)
    return name, np.log10(steps) if panel == "gradients" else steps, values


def _ends(found: Chart, panel: str, lines: list[Line]) -> tuple[float, float]:
    """Return the ends of the vertical axis, of powers of ten their logarithms."""
    ends = CURVES[panel][2]
    if ends is not None:
        return ends
    if panel == "loss":
        return 0.0, max(5.0, 1.05 * float(np.nanmax(found.batch_loss)))
    values = np.concatenate([values for _, _, values in lines])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    low, high = low - 0.05 * (high - low), high + 0.05 * (high - low)
    return (min(low, 0.0), max(high, 2.0)) if panel == "largest numbers" else (low, high)


def _joined(curves: Iterable[tuple[Any, Any]]) -> tuple[list[float], list[float]]:
    """Return several curves as one, with a gap after each."""
    x: list[float] = []
    y: list[float] = []
    for steps, values in curves:
        x += [*steps, math.nan]
        y += [*values, math.nan]
    return x, y
