"""Charts of what was measured on broken trainings: on one of them, or on all."""

from __future__ import annotations

from classroom.lesson_09.broken_runs import CONTROL, PATIENTS, Chart, chart, vitals
from classroom.lesson_09.figures.chart_labels import in_words, name_of, where_it_ends
from classroom.lesson_09.figures.chart_panels import (
    CURVES,
    LOGARITHMIC,
    PANELS,
    SMALL,
    draw_curves,
    draw_map,
    set_steps,
    shown,
    write_sample,
)
from classroom.plots import mpl
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    DASHES,
    INK,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    write_title,
)


def patient_chart(patient: str) -> mpl.Figure:
    """Draw all that was measured on a patient: six panels, and what it writes.

    Parameters
    ----------
    patient : str
        One of `broken_runs.PATIENTS`, or "healthy".

    Returns
    -------
    Picture
    """
    found = chart(patient)
    figure = blank(WIDTH, 5.6)
    for index, panel in enumerate(SMALL):
        row, column = divmod(index, 3)
        ax = place(figure, 0.62 + 2.62 * column, 3.25 - 2.35 * row, 1.95, 1.55)
        draw_curves(ax, panel, found)
    ax = place(figure, 0.62 + 2.62 * 2, 0.82, 1.7, 1.7)
    draw_map(ax, found.attention[0].mean(axis=0))
    ax.set_title("attention, block 1", size=TICK_SIZE, color=INK, pad=3)
    write_sample(figure, found)
    title = _title(found)
    write_title(figure, title)
    figure.alt = _alt(title, found)
    return figure


def ward_overview() -> mpl.Figure:
    """Draw all patients side by side, the healthy run first: a column each, a row for each panel.

    All columns of a row have the same vertical axis.
    """
    names = (CONTROL, *PATIENTS)
    rows = {
        "loss": (0.0, 6.0),
        "gradients": (1e-4, 300.0),
        "silent units": (-0.04, 1.04),
        "largest numbers": (1.0, 1e8),
    }
    wide, tall, apart = 0.74, 0.85, 0.82
    figure = blank(WIDTH, 5.4)
    for column, name in enumerate(names):
        found, left = chart(name), 0.6 + apart * column
        for row, (panel, ends) in enumerate(rows.items()):
            ax = place(figure, left, 4.0 - 1.0 * row, wide, tall)
            curves = CURVES[panel][1](found)
            for color, dashes, (_, steps, values) in zip(COLORS, DASHES, curves, strict=False):
                ax.plot(steps, values, color=color, linewidth=1.0, linestyle=dashes)
            if panel in LOGARITHMIC:
                ax.set_yscale("log")
                ax.minorticks_off()
            ax.set_ylim(*ends)
            set_steps(ax, panel, found)
            ax.set_xticks([])
            ax.tick_params(labelsize=SMALL_SIZE, labelleft=column == 0)
            if column == 0:
                ax.set_ylabel(panel, size=SMALL_SIZE, color=INK, labelpad=2)
                ax.yaxis.set_label_coords(-0.5, 0.5)
            if row == 0:
                ax.set_title(name, size=TICK_SIZE, color=INK, pad=3)
        ax = place(figure, left, 0.12, wide, wide)
        draw_map(ax, found.attention[0].mean(axis=0))
        ax.set_xticks([])
        ax.set_yticks([])
        if column == 0:
            ax.set_ylabel("attention", size=SMALL_SIZE, color=INK)
            ax.yaxis.set_label_coords(-0.5, 0.5)
    signs = [vitals(name) for name in PATIENTS]
    lower = sum(v.ends is None and v.held_out < vitals(CONTROL).held_out for v in signs)
    title = "The healthy run and the eight patients: loss, gradients, silent units, largest numbers"
    write_title(figure, title)
    said = ". ".join(_title(chart(name)) for name in names)
    figure.alt = (
        f"{begin(title, 'Five rows of small panels')}, a column for each run. {lower} of "
        f"{len(PATIENTS)} broken runs end with a lower held-out loss than the healthy one. {said}."
    )
    return figure


def _title(found: Chart) -> str:
    v = vitals(found.patient)
    return (
        f"{name_of(found.patient)}: loss {v.loss_0:.2f} at step 0, {number(v.train, 3)} in the "
        f"end, held out {number(v.held_out, 3)}{where_it_ends(v)}"
    )


def _alt(title: str, found: Chart) -> str:
    said = "; ".join(f"{panel}: {in_words(found, panel)}" for panel in PANELS)
    return (
        f"{begin(title, 'Five panels with lines and a heatmap of attention')} of a training run. "
        f"{said}. It writes {shown(found.sample)}."
    )
