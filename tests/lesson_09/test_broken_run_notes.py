"""What is said of a diagnosis, and when the notes are opened."""

import pytest

from classroom.exercises import reference
from classroom.exercises.grade import grade
from classroom.lesson_09.broken_run_notes import EXPECTED, against, case_notes
from classroom.lesson_09.broken_runs import DISEASES, PATIENTS

TRUTH = reference("diagnoses")()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returned None"),
        ("leak", "Return a dict"),
        ({}, "is empty"),
        ({"Usher": "leak"}, "no patient 'Usher'"),
        ({"Annabel": "Leak"}, 'Did you mean "leak"'),
        ({"Annabel": ["leak"]}, "none of the eight words"),
        ({"Annabel": "leak", "Lenore": "overflow"}, "2 of 2 diagnoses are right. Still"),
        ({"Annabel": "leak", "Lenore": "dead"}, 'Lenore does not have "dead"'),
        (TRUTH | {"Ligeia": "overflow", "Roderick": "?"}, 'Ligeia does not have "overflow"'),
    ],
)
def test_an_answer_is_told_what_is_wrong(answer, said):
    report = grade("diagnoses", lambda: answer)
    assert report.outcome == "not yet"
    assert said in " ".join(report.message.split())


def test_every_wrong_diagnosis_has_reasons_with_numbers_of_this_patient():
    texts = {against(claim, p) for p in PATIENTS for claim in DISEASES if claim != TRUTH[p]}
    assert len(texts) == 56
    assert not any("nan" in text.removeprefix(EXPECTED["overflow"]) for text in texts)


def test_case_notes_are_closed_until_all_is_right():
    assert "closed" in case_notes(reference("diagnoses"))
    notes = case_notes(lambda: TRUTH)
    assert all(f"{patient}: {disease}\n" in notes for patient, disease in TRUTH.items())
