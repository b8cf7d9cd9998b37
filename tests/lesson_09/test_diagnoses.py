"""Right answers to diagnoses, in other styles."""

from right_answers import each_is_right

from classroom.lesson_09.broken_runs import PATIENTS

WORDS = ["leak", "vanishing", "evaluation", "overflow", "rate", "dead", "shift", "zeroing"]


def zipped():
    return dict(zip(PATIENTS, WORDS, strict=True))


def in_another_order():
    return {patient: WORDS[PATIENTS.index(patient)] for patient in reversed(PATIENTS)}


ANSWERS = [zipped, in_another_order]

test_is_right = each_is_right("diagnoses", ANSWERS)
