"""The broken runs: their recording, and the evidence in it."""

import math

import numpy as np
import pytest

from classroom.exercises import reference
from classroom.lesson_09.broken_runs import (
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
from classroom.lesson_09.figures.broken_run_charts import ward_overview
from classroom.lesson_09.record import broken_runs as trainings
from classroom.recordings import Recording, load_recording

TRUTH = reference("diagnoses")()


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
    assert "3 of 8 broken runs end with a lower held-out loss" in ward_overview().alt


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


def test_the_table_has_a_column_for_each():
    head, *rows = vital_signs().splitlines()
    assert head.split() == [CONTROL, *PATIENTS]
    assert len(rows) == 13


def test_an_unknown_patient_is_refused():
    with pytest.raises(ValueError, match=r"no patient 'Usher'.*Annabel"):
        chart("Usher")
