"""Right answers to examine, in other styles; and the models that it is judged on."""

import math

import numpy as np
import pytest
from right_answers import each_is_right

from classroom.exercises import reference
from classroom.lesson_09.broken_runs import PATIENTS
from classroom.lesson_09.exercises.examine import EXPECTED
from classroom.lesson_09.fresh_models import FAULTS, fresh_model, fresh_patient, planted

examine = reference("examine")


def as_a_table(model, data):
    inputs, targets = data
    (loss, grads), (_, again) = model.loss_and_grads(data), model.loss_and_grads(data)
    losses = model.train(data, 40)
    changed = np.concatenate([inputs[:, :-1], inputs[:, -1:] * 0 + 1], axis=1)
    changed[:, -1] += inputs[:, -1] == 1
    moved = model.logits(changed)[:, :-1] - model.logits(inputs)[:, :-1]
    sizes = [math.sqrt((g**2).sum()) for g in grads]
    fails = {
        "start": not -1 < loss - math.log(model.vocab_size) < 1,
        "stuck": losses[-1] >= losses[0] / 3,
        "shift": bool((targets[:, :-1] != inputs[:, 1:]).any()),
        "leak": bool(abs(moved).max() > 1e-6),
        "dead": any(
            ((h > 0).sum(axis=(0, 1)) == 0).mean() > 0.9 for h in model.relu_outputs(inputs)
        ),
        "vanishing": sizes[0] / sizes[-1] < 0.1,
        "zeroing": not all(
            np.allclose(a, b, rtol=0, atol=1e-6) for a, b in zip(grads, again, strict=True)
        ),
    }
    return {name for name, fail in fails.items() if fail}


def one_after_the_other(model, data):
    inputs, targets = data
    wrong = set()
    _, before = model.loss_and_grads(data)
    loss, grads = model.loss_and_grads(data)
    for a, b in zip(before, grads, strict=True):
        if not np.allclose(a, b, atol=1e-6):
            wrong |= {"zeroing"}
    if (before[0] ** 2).sum() < 1e-2 * (before[-1] ** 2).sum():
        wrong |= {"vanishing"}
    if loss > np.log(model.vocab_size) + 1 or loss < np.log(model.vocab_size) - 1:
        wrong |= {"start"}
    first, *_, last = model.train(data, 40)
    if last > first / 3:
        wrong |= {"stuck"}
    for row, wanted in zip(inputs, targets, strict=True):
        if list(row[1:]) != list(wanted[:-1]):
            wrong |= {"shift"}
    for token in range(2):
        other = inputs.copy()
        other[:, -1] = token
        if np.abs(model.logits(other)[:, :-1] - model.logits(inputs)[:, :-1]).max() > 1e-6:
            wrong |= {"leak"}
    for hidden in model.relu_outputs(inputs):
        flat = hidden.reshape(-1, hidden.shape[-1])
        if np.mean(flat.max(axis=0) == 0) > 0.9:
            wrong |= {"dead"}
    return wrong


ANSWERS = [as_a_table, one_after_the_other]

test_is_right = each_is_right("examine", ANSWERS)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("seed", [0, 50, 51])
def test_other_seeds_have_the_same_signs(kind, seed):
    assert examine(*fresh_model(seed, kind)) == EXPECTED[kind]


def test_no_case_stands_near_a_threshold():
    for seed, kind in enumerate(FAULTS, 1):
        model, data = fresh_model(seed, kind)
        loss, grads = model.loss_and_grads(data)
        off = abs(loss - math.log(model.vocab_size))
        assert not 0.8 < off < 1.2, (kind, off)
        losses = model.train(data, 40)
        assert not 0.2 < losses[-1] / losses[0] < 0.5, (kind, losses[-1] / losses[0])
        ratio = np.linalg.norm(grads[0]) / np.linalg.norm(grads[-1])
        assert not 0.05 < ratio < 0.2, (kind, ratio)
        dead = max((h == 0).all(axis=(0, 1)).mean() for h in model.relu_outputs(data[0]))
        assert not 0.7 < dead < 1, (kind, dead)


def test_training_leaves_the_model_as_it_was():
    model, data = fresh_model(3)
    before = model.logits(data[0])
    losses = model.train(data, 20)
    assert losses[0] == pytest.approx(model.loss_and_grads(data)[0])
    np.testing.assert_array_equal(model.logits(data[0]), before)
    losses[:] = 0  # what was given away is no longer ours
    assert model.train(data, 20)[0] > 1


def test_the_patients_before_their_first_step():
    found = {planted(patient): examine(*fresh_patient(patient)) for patient in PATIENTS}
    assert found == {
        "a mask of True": {"leak"},
        "no residual connection, no norm": {"stuck", "vanishing"},
        "an exam on training data": set(),
        "a softmax in half precision": set(),
        "a rate of 0.3": {"stuck"},
        "biases of -6 in front of the relus": {"dead"},
        "targets equal to inputs": {"shift"},
        "gradients that add up": {"stuck", "zeroing"},
    }
