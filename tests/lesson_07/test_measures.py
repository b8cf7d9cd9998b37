"""What lesson 7 measures and asks beside its exercises."""

from itertools import permutations

import numpy as np
import pytest

from classroom.exercises import reference
from classroom.lesson_07 import (
    counting_linear_maps,
    gradient_at_top,
    new_model,
    shares,
    small_model,
    verdict_of,
)
from classroom.lesson_07.questions import questions
from course_lib import layers, loss, model


def counted_by(config, params, ids, targets):
    with counting_linear_maps() as counted:
        logits, cache = model.language_model(ids, params, config)
        _, loss_cache = loss.cross_entropy(logits, targets)
        model.language_model_backward(loss.cross_entropy_backward(1.0, loss_cache), cache)
    return counted


def test_linear_maps_are_counted_inside_the_block_alone():
    config, params, ids, targets = small_model()
    before = layers.linear
    counted = counted_by(config, params, ids, targets)
    weights = 2 * (4 * 4 * 4 + 2 * 4 * 6) + 4 * 7  # attention and feed-forward twice, the output
    assert counted == {"forward": weights * ids.size, "backward": 2 * weights * ids.size}
    assert layers.linear is before


def test_shares_sum_to_1_and_one_against_the_whole_is_negative():
    share = shares([np.array([3.0, 0.0]), np.array([-1.0, 5.0]), np.array([0.0, -5.0])])
    assert share == pytest.approx([1.5, -0.5, 0.0])


def test_the_gradient_at_the_top_is_that_of_the_last_block_s_output():
    run = new_model(1)
    dtop, cache = gradient_at_top(run)
    assert dtop.shape == (*run.ids.shape, run.config.d_model)
    # layer norm lets nothing through along a constant
    assert np.abs(dtop.sum(axis=-1)).max() < 1e-12
    assert len(cache.blocks) == 1


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (layers.relu_backward, "gradient_check says True: relu_backward fits relu at this place."),
        (
            layers.gelu_backward,
            "No verdict: the check of gelu_backward raised ValueError: not enough",
        ),
        (lambda dout, cache: dout, "gradient_check says False: <lambda> is not the derivative of"),
    ],
)
def test_a_verdict_is_a_sentence_whatever_the_answer_does(backward, said):
    x = np.array([[-1.0, 2.0, 3.0]])
    assert verdict_of(reference("gradient_check"), layers.relu, backward, (x,)).startswith(said)


def test_an_answer_or_a_check_that_is_not_finished_has_no_verdict():
    def stub(dout, cache):
        raise NotImplementedError

    args = (np.ones(3),)
    check = reference("gradient_check")
    assert verdict_of(check, layers.relu, stub, args) == "stub is not written yet."
    said = verdict_of(lambda *_: None, layers.relu, stub, args)
    assert said == "No verdict: gradient_check returned None."


def test_every_order_of_attention_s_backward_that_can_be_computed_is_right():
    asked = questions["attention"]
    needs = {"dw": [], "ds": ["dw"], "dq": ["ds"], "dk": ["ds"], "dv": []}
    line_of = dict(zip(["dv", "dw", "ds", "dq", "dk"], asked.lines, strict=True))
    right = 0
    for order in permutations(needs):
        can_be = all(order.index(a) < order.index(b) for b in order for a in needs[b])
        assert asked.mark([line_of[name] for name in order]).right == can_be, order
        right += can_be
    assert right == 10
