"""The explorer of the ward: choose a patient, and what to look at."""

from __future__ import annotations

from course_lib.explore.controls import Choice
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.plots.ward_large import PatientPanel
from course_lib.plots.ward_panels import PANELS
from course_lib.ward import CONTROL, PATIENTS


def explore_ward() -> Explorer:
    """Choose a patient and a panel: see it large, with the healthy run in gray behind it."""
    return explorer(
        PatientPanel(),
        patient=Choice([*PATIENTS, CONTROL], label="patient"),
        panel=Choice(list(PANELS), label="look at"),
    )
