"""Words for one broken run, as its figures show them: its name, and where it ends."""

from __future__ import annotations

from classroom.lesson_09.broken_runs import CONTROL, Chart, Vitals, vitals
from classroom.plots.labels import number


def name_of(patient: str) -> str:
    """Return the patient's name, to begin a title."""
    return "The healthy run" if patient == CONTROL else patient


def where_it_ends(v: Vitals) -> str:
    """Return what is added to last values that are not those of the last step."""
    return "" if v.ends is None else f", no number from step {v.ends} on"


def in_words(found: Chart, panel: str) -> str:
    """Return what one of `chart_panels.PANELS` shows of a patient."""
    v = vitals(found.patient)
    ends = where_it_ends(v)
    if panel == "loss":
        return f"{number(v.train, 3)} at the end, held out {number(v.held_out, 3)}{ends}"
    if panel == "accuracy":
        return f"{v.train_accuracy:.0%} at the end, held out {v.held_out_accuracy:.0%}{ends}"
    if panel == "gradients":
        return f"at step 1, block 1 has {number(v.depth)} times the norm of the output{ends}"
    if panel == "silent units":
        return f"{v.dead_0:.0%} at step 0, {v.dead:.0%} at the end{ends}"
    if panel == "largest numbers":
        score, activation = number(v.score, 3), number(v.activation, 3)
        return f"scores of {score} at the end, activations of {activation}{ends}"
    if panel == "updates":
        return f"of the first ten steps one changed the weights by {v.update:.1%}{ends}"
    return f"{v.ahead:.0%} of it, in the head with the most, goes to later positions"
