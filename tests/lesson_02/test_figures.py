"""The figures of lesson 2: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_data import LONG, VERSE, causal, some_weights
from figure_rules import assert_fit, assert_frames_are_whole, assert_labels_apart

from classroom.lesson_02.figures.attention_cost import cost_by_length
from classroom.lesson_02.figures.attention_over_text import AttentionPicker
from classroom.lesson_02.figures.dot_product_spread import spread_by_width
from classroom.lesson_02.figures.head_cuts import head_cuts
from classroom.lesson_02.figures.loss_without_scale import loss_without_scale
from classroom.lesson_02.figures.softmax_saturation import WIDTHS, Saturation, measure
from classroom.lesson_02.figures.softmax_temperature import Temperature


def picker(tokens=VERSE):
    T = len(tokens)
    free = some_weights(4, T, T)
    masked = np.where(causal(T), free, 0)
    masked /= masked.sum(axis=-1, keepdims=True)
    return AttentionPicker(
        {"no mask": free, "causal mask": masked}, tokens, {"causal mask": causal(T)}
    )


STAGES = [
    (
        Temperature([2.1, 1.2, -0.5], ["raven", "chamber", "a"]),
        {"temperature": 0.05},
        {"temperature": 2.0},
    ),
    (
        Saturation(),
        {"d_k": 512, "scale": "1 (no scale)"},
        {"d_k": 4, "scale": "1/√d_k (the paper)"},
    ),
    (
        picker(),
        {"query": 12, "head": 3, "mask": "causal mask"},
        {"query": 3, "head": 1, "mask": "no mask"},
    ),
    (
        picker(LONG),
        {"query": 5, "head": 0, "mask": "no mask"},
        {"query": 3, "head": 1, "mask": "no mask"},
    ),
]


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(stage, values, other):
    assert_fit(stage(**values))


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_a_frame_over_the_background_equals_the_whole_figure(stage, values, other):
    assert_frames_are_whole(stage, values, other)


def test_the_temperature_goes_from_one_word_to_all_alike():
    scores, labels = [2.0, 1.0, 0.0], ["raven", "door", "lore"]
    cold = Temperature(scores, labels)(temperature=0.05).alt
    hot = Temperature(scores, labels)(temperature=1000.0).alt
    assert "'raven' takes 1.00 of the weight, entropy 0.00 of 1.10 nats" in cold
    assert "entropy 1.10 of 1.10 nats" in hot
    halves = Temperature(scores, labels, lambda x: (np.full(3, 0.5), None))(temperature=1.0)
    assert "takes 0.50" in halves.alt


def test_scores_saturate_without_the_scale_and_not_with_it():
    wide = measure(512, 0.0)
    assert wide.spread == pytest.approx(512**0.5, rel=0.05)
    assert wide.weights[0] > 0.9
    assert wide.gradient < 0.4
    for d_k in WIDTHS:
        scaled = measure(d_k, -0.5)
        assert scaled.spread == pytest.approx(1, abs=0.1)
        assert scaled.weights[0] < 0.35
        assert measure(d_k, -1.0).weights.sum() == pytest.approx(1)
        assert scaled.gradient > 0.9


def test_the_picker_names_where_the_query_looks():
    tokens = ["Nevermore", ",", "quoth"]
    weights = np.array([[[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.6, 0.3, 0.1]]])
    figure = AttentionPicker({"no mask": weights}, tokens)(query=2, head=0)
    assert figure.alt.startswith("Head 1: 'quoth' attends most to 'Nevermore', 0.60. Heatmap")
    assert "After 'Nevermore' come ',' 0.3, 'quoth' 0.1." in figure.alt


def test_the_picker_names_no_first_among_equals():
    weights = np.array([[[0.45, 0.45, 0.1], [0.3, 0.3, 0.4], [0.6, 0.3, 0.1]]])
    figure = AttentionPicker({"no mask": weights}, ["a", "b", "c"])(query=0, head=0)
    assert figure.alt.startswith("Head 1: 'a' attends to 2 tokens alike, 0.45 each. Heatmap")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: AttentionPicker({"x": np.eye(3)}, list("abc")), r"\(H, 3, 3\)"),
        (lambda: Temperature([1.0]), "two entries"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


LENGTHS = np.arange(1, 5001)
NUMBERED = np.arange(1, 13).reshape(3, 4)
FALL = np.linspace(3.5, 2.0, 300)
PICTURES = {
    "spread": (
        spread_by_width([1, 4, 16], [1.02, 2.0, 4.0]),
        "follows √d_k, to 2 percent. Line chart",
    ),
    "cost": (
        cost_by_length(LENGTHS, 1000 * LENGTHS, LENGTHS**2, 1000),
        "From 1,000 tokens on, comparing and mixing cost more. Line chart",
    ),
    "loss": (
        loss_without_scale(
            {(with_it, seed): FALL + (0 if with_it else 0.5) for with_it in (True, False)
             for seed in (0, 1)}
        ),
        "With the scale the loss ends at 2.04 and 2.04, without it at 2.54 and 2.54. Line chart",
    ),
    "heads": (
        head_cuts(NUMBERED, 2, {"a lone reshape": NUMBERED.reshape(2, 3, 2)}),
        "The rows of the first head after 'a lone reshape': 1 2 / 3 4 / 5 6.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_was_measured_and_cuts_off_no_text(name):
    figure, said = PICTURES[name]
    assert said in figure.alt
    assert_fit(figure)
    assert_labels_apart(figure)
