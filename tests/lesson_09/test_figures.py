"""The figures of lesson 9: what they say, and that nothing is cut off."""

from types import SimpleNamespace

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.exercises import reference
from classroom.lesson_09.broken_runs import (
    CONTROL,
    PATIENTS,
)
from classroom.lesson_09.explorers import held_out_table
from classroom.lesson_09.figures.broken_run_charts import patient_chart, ward_overview
from classroom.lesson_09.figures.broken_run_panel import PatientPanel
from classroom.lesson_09.figures.chart_panels import PANELS
from classroom.lesson_09.figures.forming_heads import FormingHeads, places_to_look
from classroom.lesson_09.figures.grokking import Grokking, in_order, plane_of, shares_of_power
from classroom.lesson_09.figures.growth import Growth
from classroom.lesson_09.figures.growth_attention import HeadsInTraining
from classroom.lesson_09.figures.growth_labels import percent
from classroom.lesson_09.figures.head_over_sentence import HeadReader
from classroom.lesson_09.figures.initial_scale import N_BLOCKS, NORMS, Start, start
from classroom.lesson_09.figures.learning_rate_sweep import Rates, rate_label
from classroom.lesson_09.figures.overfitting import Overfitting
from classroom.lesson_09.figures.permutation_test import Dealing, dealt_differences
from classroom.lesson_09.figures.role_maps import role_maps
from classroom.lesson_09.figures.search_map import search_map
from classroom.lesson_09.model_texts import (
    Pronoun,
)
from classroom.lesson_09.recordings import load_recording
from classroom.lesson_09.short_runs import short_run, the_raven
from classroom.plots.style import WIDTH
from course_lib.tasks import load_task

fourier_power = reference("fourier_power")


principal_components = reference("principal_components")


chance_of_difference = reference("chance_of_difference")


early_stopping = reference("early_stopping")


LUCK, CURVES = load_recording("luck"), load_recording("overfitting")
RESULTS = dict(zip(LUCK.metadata["settings"], LUCK.arrays["held_out"], strict=True))


# Growth


def test_a_share_is_not_rounded_up():
    assert [percent(share) for share in (0.0, 0.29, 0.899, 0.9, 1.0)] == [
        "0%", "29%", "89%", "90%", "100%"
    ]  # fmt: skip


@pytest.mark.parametrize("make", [lambda r: Growth(r, principal_components), HeadsInTraining])
def test_a_frame_of_growth_equals_the_whole_figure(make):
    stored = load_recording("growth")
    questions = stored.metadata["probes"]
    values = {"step": 1000, "question": questions[3]}
    assert_frames_are_whole(make(stored), values, {"step": 40, "question": questions[0]})


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


# Learning rates, and the scale of the first weights


@pytest.fixture(scope="module")
def runs():
    return [short_run(lr=lr, steps=30, batch_size=4) for lr in (1e-4, 1e-2, 1.0)]


def test_rates_are_written_in_digits():
    assert [rate_label(rate) for rate in (1e-5, 0.3, 1.0)] == ["0.00001", "0.3", "1"]


def test_the_figure_of_the_rates(runs):
    for run in runs:
        assert_fit(Rates(runs)(lr=run.settings["lr"]))
    assert_frames_are_whole(Rates(runs), {"lr": 1e-4}, {"lr": 1e-2})


def test_the_figure_of_the_rates_shows_a_run_that_diverged(runs):
    gone = short_run(lr=1e4, optimizer="sgd", clip=None, steps=30, batch_size=4)
    figure = Rates([*runs, gone])(lr=1e4)
    assert "diverged at step" in figure.alt
    assert_fit(figure)


@pytest.mark.parametrize("norm", NORMS)
def test_the_figure_of_the_start(norm):
    for scale in (0.01, 1.0, 10.0):
        assert_fit(Start()(scale=scale, norm=norm))
    assert_frames_are_whole(Start(), {"scale": 1.0, "norm": norm}, {"scale": 2.0, "norm": "pre"})


def test_a_small_start_knows_nothing():
    small = start(0.01, "pre")
    vocab_size = len(the_raven().vocabulary)
    assert small.loss == pytest.approx(np.log(vocab_size), abs=0.02)
    np.testing.assert_allclose(small.probabilities, 1 / vocab_size, rtol=0.1)
    assert small.stream.shape == (N_BLOCKS + 1,)


# Permutation test, overfitting


def dealing():
    return Dealing(RESULTS)


def curves():
    return Overfitting(CURVES, early_stopping)


STAGES = [
    (dealing, {"other": "batches of 15", "seeds": 2, "draw": 1}),
    (dealing, {"other": "constant rate", "seeds": 8, "draw": 7}),
    (dealing, {"other": "warm-up of 10 steps", "seeds": 5, "draw": 20}),
    (curves, {"size": 500, "remedy": "none", "patience": 1}),
    (curves, {"size": 1000, "remedy": "weight decay 1", "patience": 4}),
    (curves, {"size": 3000, "remedy": "none", "patience": 15}),
    (curves, {"size": 5600, "remedy": "dropout 0.3", "patience": 15}),
]


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_every_stage_is_fit_to_be_shown(number):
    make, values = STAGES[number]
    assert_fit(make()(**values))


@pytest.mark.parametrize(("number", "other"), [(1, 0), (2, 1), (3, 4), (5, 3)])
def test_a_frame_over_the_background_equals_the_whole_figure(number, other):
    make, values = STAGES[number]
    assert_frames_are_whole(make(), values, STAGES[other][1])


@pytest.mark.parametrize("seeds", [2, 5])
def test_the_figure_deals_as_the_exercise_does(seeds):
    stage = dealing()
    a, b = stage.draw("no clipping", seeds, 3)
    dealt = dealt_differences(a, b)
    assert dealt[0] == pytest.approx(b.mean() - a.mean())
    share = (np.abs(dealt) >= abs(dealt[0]) - 1e-6).mean()
    assert share == pytest.approx(chance_of_difference(a, b))
    assert (
        f"in {round(share * len(dealt))} of" in stage(other="no clipping", seeds=seeds, draw=3).alt
    )


def test_the_curves_are_stopped_by_the_function_that_is_given():
    def never(losses, patience):
        return 2, len(losses) - 1

    alt = Overfitting(CURVES, never)(size=1000, patience=1).alt
    assert "at step 20, and patience never runs out" in alt


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="two settings"):
        Dealing({"as it is": [1.0, 2.0]})


# Heads of a real model


def made_up(tokens, seed=0):
    T = len(tokens)
    weights = np.random.default_rng(seed).dirichlet(np.ones(T), size=(3, 5, T))
    return SimpleNamespace(tokens=tokens, weights=weights)


READINGS = [
    made_up(["[CLS]", "the", "king", "met", "the", "queen", "as", "he", "left", "[SEP]"]),
    made_up(["[CLS]", "never", "##more", ".", "[SEP]"], 1),
]


PRONOUNS = [Pronoun("The king met the queen as he left", "he", "king", "queen"), None]


SCORES = {"the token before": np.linspace(0, 1, 15).reshape(3, 5), "[CLS]": np.full((3, 5), 0.25)}


def test_a_frame_of_a_head_equals_the_whole_figure():
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    first, second = ({"sentence": s, "block": b, "head": 4} for s, b in ((0, 3), (1, 1)))
    assert_frames_are_whole(stage, first, second)
    assert_frames_are_whole(stage, second, first)


def test_a_head_is_told_by_its_pronoun_or_by_its_most_decided_token():
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    weights = READINGS[0].weights[1, 2]
    figure = stage(sentence=0, block=2, head=3)
    said = f"'he' gives {weights[7, 2]:.2f} to 'king' and {weights[7, 5]:.2f} to 'queen'"
    assert figure.alt.startswith(f"Block 2, head 3: {said}")
    assert "the token before 0.5" in figure.alt
    assert_fit(figure)
    largest = READINGS[1].weights[0, 0].max()
    assert f"with {largest:.2f}" in stage(sentence=1, block=1, head=1).alt


def test_a_head_reader_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="1 pronouns for 2 sentences"):
        HeadReader(READINGS, SCORES, [None])
    empty = SimpleNamespace(tokens=["a"], weights=np.empty((3, 5, 0, 0)))
    with pytest.raises(ValueError, match="sentence 0 comes without attention weights"):
        HeadReader([empty], SCORES)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_maps_of_roles_name_the_best_head_of_each(count):
    scores = {f"role {n}": np.roll(SCORES["the token before"], n) for n in range(count)}
    figure = role_maps(scores, "A finding")
    assert_fit(figure)
    assert "role 0 1.00 in block 3, head 5" in figure.alt
    assert figure.alt.count(" in block ") == count


def test_maps_of_roles_refuse_different_shapes():
    with pytest.raises(ValueError, match=r"shapes are \(2,\), \(3, 5\)"):
        role_maps({"a": np.ones((3, 5)), "b": np.ones(2)})
    with pytest.raises(ValueError, match="shapes are none"):
        role_maps({})


def test_a_search_map_says_in_which_place_the_right_text_comes():
    figure = search_map([[0.1, 0.4, 0.2], [0.3, 0.1, 0.2]], ["who is it", "why"], [2, 3], "Found")
    assert_fit(figure)
    assert figure.alt.endswith("The right stanza comes 1. for 'who is it', 2. for 'why'.")
    with pytest.raises(ValueError, match="1 right answers for similarities of shape"):
        search_map(np.ones((2, 3)), ["a", "b"], [1])


# Broken runs


def test_the_figures_of_broken_runs_fit():
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
