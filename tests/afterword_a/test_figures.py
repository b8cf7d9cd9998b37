"""The figures of afterword A: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_frames_are_whole

from classroom.afterword_a.explorers import held_out_table
from classroom.afterword_a.figures.forming_heads import FormingHeads, places_to_look
from classroom.afterword_a.figures.grokking import Grokking, in_order, plane_of, shares_of_power
from classroom.afterword_a.figures.growth import Growth
from classroom.afterword_a.figures.growth_labels import percent
from classroom.exercises import reference
from classroom.recordings import load_recording
from course_lib.tasks import load_task

fourier_power = reference("fourier_power")
principal_components = reference("principal_components")


# Growth


def test_a_share_is_not_rounded_up():
    assert [percent(share) for share in (0.0, 0.29, 0.899, 0.9, 1.0)] == [
        "0%", "29%", "89%", "90%", "100%"
    ]  # fmt: skip


def test_a_frame_of_growth_equals_the_whole_figure():
    stored = load_recording("growth")
    questions = stored.metadata["probes"]
    values = {"step": 1000, "question": questions[3]}
    figure = Growth(stored, principal_components)
    assert_frames_are_whole(figure, values, {"step": 40, "question": questions[0]})


# Grokking


def test_numbers_on_a_circle_are_found_in_their_order():
    rng = np.random.default_rng(0)
    p, k = 11, 3
    angle = 2 * np.pi * k * np.arange(p) / p
    embedding = np.stack([np.cos(angle), np.sin(angle)], axis=1) @ rng.normal(size=(2, 7)) + 5
    points = (embedding - embedding.mean(axis=0)) @ plane_of(embedding, k)
    assert in_order(points, k) == p
    assert in_order(points, 2) < p
    assert (points**2).sum(axis=1).mean() == pytest.approx(1)
    assert shares_of_power(embedding)[k - 1] == pytest.approx(1)


def test_the_figure_and_the_exercise_count_the_same_power():
    for embedding in load_recording("modular").arrays["embedding"][[0, -1]]:
        np.testing.assert_allclose(shares_of_power(embedding), fourier_power(embedding))


def test_a_frame_of_grokking_equals_the_whole_figure():
    arrays = load_recording("modular").arrays
    curves = {"training": arrays["train_accuracy"][0], "held out": arrays["accuracy"][0]}
    stage = Grokking(
        arrays["steps"], curves, list(arrays["seen"]), arrays["embedding"], arrays["table"],
        held_out_table(load_task("modular")),
    )  # fmt: skip
    assert_frames_are_whole(stage, {"step": 3000, "frequency": 12}, {"step": 100, "frequency": 14})


# Heads that form


def forming():
    """Return a repeated passage, made-up attention on it after some steps, and scores."""
    rng = np.random.default_rng(0)
    ids = np.tile(rng.permutation(32)[:5], 3)
    weights = {}
    for step in (0, 20, 40):
        scores = np.tril(np.exp(rng.normal(size=(2, 3, 15, 15))))
        weights[step] = scores / scores.sum(axis=-1, keepdims=True)
    evaluations = [
        {"step": step, "loss": 3 - step / 20, "previous_token": 0.2, "induction": step / 50}
        for step in (20, 40)
    ]
    return ids, weights, evaluations


def test_a_frame_of_forming_heads_equals_the_whole_figure():
    stage = FormingHeads(*forming())
    assert_frames_are_whole(stage, {"step": 40, "head": (0, 1)}, {"step": 0, "head": (1, 0)})


def test_places_to_look_follow_an_earlier_place():
    wanted = places_to_look(np.array([7, 3, 9, 7, 3]))
    assert np.argwhere(wanted).tolist() == [[3, 1], [4, 2]]
