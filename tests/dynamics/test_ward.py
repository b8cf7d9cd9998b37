"""The ward: its recording, the evidence in it, its figures and its explorer."""

import math

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves

from course_lib.exercises import grade
from course_lib.exercises.lesson_09.diagnoses import TRUTH, case_notes, diagnoses
from course_lib.exercises.lesson_09.ward_notes import EXPECTED, against
from course_lib.explore.dynamics_ward import explore_ward
from course_lib.plots.style import WIDTH
from course_lib.plots.ward import patient_chart, ward_overview
from course_lib.plots.ward_large import PatientPanel
from course_lib.plots.ward_panels import PANELS
from course_lib.record import ward as trainings
from course_lib.recordings import Recording, load_recording
from course_lib.ward import (
    CONTROL,
    DISEASES,
    PATIENTS,
    chart,
    chart_of,
    measure,
    uniform_loss,
    vital_signs,
    vitals,
)


def decide(v):
    """The deciding test of each disease, one after the other; no name of a patient is used."""
    gap = v.held_out - v.train
    signs = {
        "overflow": v.ends is not None,
        "zeroing": v.growth > 5,
        "dead": v.dead_0 > 0.9,
        "leak": v.ahead > 0.2,
        "vanishing": v.depth < 0.01,
        "rate": v.worst > v.loss_0 + 1 and v.growth < 1,
        "shift": v.held_out_accuracy > 0.99,
        "evaluation": gap < 0.2 and 0.5 < v.train < 2,
    }
    return [disease for disease, there in signs.items() if there]


def test_each_patient_has_the_signs_of_one_disease_alone():
    assert set(TRUTH) == set(PATIENTS)
    assert sorted(TRUTH.values()) == sorted(DISEASES)
    assert list(TRUTH.values()) != list(DISEASES)
    for patient in PATIENTS:
        assert decide(vitals(patient)) == [TRUTH[patient]]
    assert decide(vitals(CONTROL)) == []


def test_three_of_them_look_better_than_the_healthy_run():  # the lesson says so
    signs = [vitals(patient) for patient in PATIENTS]
    lower = [v.ends is None and v.held_out < vitals(CONTROL).held_out for v in signs]
    assert sum(lower) == 3
    assert ward_overview().alt.startswith("3 of 8 broken runs end with a lower held-out loss")


def test_losses_begin_near_that_of_equal_chances():
    assert uniform_loss() == pytest.approx(math.log(54))
    for patient in (CONTROL, *PATIENTS):
        assert abs(vitals(patient).loss_0 - uniform_loss()) < 1


def test_a_recording_has_what_is_read_and_the_bugs_are_there():
    arrays, metadata = trainings.record(4, 2, n_layers=2, asked=5, length=3)
    stored = load_recording("ward")
    assert arrays.keys() == stored.arrays.keys()
    assert metadata.keys() == stored.metadata.keys()
    made = Recording(arrays, metadata)
    signs = {patient: measure(chart_of(made, patient)) for patient in (CONTROL, *PATIENTS)}
    for patient, disease in TRUTH.items():
        v = signs[patient]
        assert (v.dead_0 > 0.9) == (disease == "dead")
        assert (v.ahead > 0) == (disease == "leak")
        assert (v.depth < 0.5) == (disease == "vanishing")
        assert (v.worst > v.loss_0 + 1) == (disease == "rate")
    assert signs["Roderick"].growth > 1.1 > signs[CONTROL].growth


def test_half_precision_overflows_where_the_library_does_not():
    scores = np.array([[0.0, 11.0], [0.0, 11.2]], np.float32)
    with np.errstate(all="ignore"):
        out, _ = trainings.half_softmax(scores)
    assert np.isfinite(out[0]).all()
    assert np.isnan(out[1]).any()


def test_figures_fit():
    assert_fit(ward_overview())
    for patient in (CONTROL, *PATIENTS):
        assert_fit(patient_chart(patient))
    large = PatientPanel()
    for panel in PANELS:
        for patient in ("Berenice", "Lenore", "Ligeia", CONTROL):
            assert_fit(large(patient=patient, panel=panel))
    for outline in large.outlines.values():  # what they write, in inches
        (left, bottom), (right, top) = outline.get_extents().get_points()
        assert 0.1 < left < right < WIDTH - 0.1
        assert 0.02 < bottom < top < 0.4


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_over_another_equals_the_panel_drawn_alone(panel):
    other = {"patient": "Ligeia", "panel": PANELS[PANELS.index(panel) - 1]}
    for patient in ("Roderick", CONTROL):
        assert_frames_are_whole(PatientPanel(), {"patient": patient, "panel": panel}, other)


def test_the_explorer_moves():
    assert_moves(explore_ward())


def test_the_table_has_a_column_for_each():
    head, *rows = vital_signs().splitlines()
    assert head.split() == [CONTROL, *PATIENTS]
    assert len(rows) == 12


def test_an_unknown_patient_is_refused():
    with pytest.raises(ValueError, match=r"no patient 'Usher'.*Annabel"):
        chart("Usher")


# The exercise


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
    assert "closed" in case_notes(diagnoses)
    notes = case_notes(lambda: TRUTH)
    assert all(f"{patient}: {disease}\n" in notes for patient, disease in TRUTH.items())
