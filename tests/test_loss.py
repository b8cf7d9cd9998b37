"""The loss and its units: by hand, gradients, dtypes, PyTorch."""

import math

import numpy as np
import pytest
from cases import PADDED_IDS, Case, X, draw
from checks import make_tests
from golden import plain
from sizes import T_Q, VOCAB, B

from course_lib import loss


def cross_entropy_case(**settings):
    """Mean loss over padded targets."""
    return Case(
        lambda logits: loss.cross_entropy(logits, PADDED_IDS, **settings),
        loss.cross_entropy_backward,
        draw((B, T_Q, VOCAB)),
    )


CASES = {
    "log_softmax": Case(loss.log_softmax, loss.log_softmax_backward, draw(X)),
    "cross_entropy": cross_entropy_case(),
    "cross_entropy/padding": cross_entropy_case(ignore_id=0),
    "cross_entropy/smoothing": cross_entropy_case(label_smoothing=0.2),
    "cross_entropy/padding, smoothing": cross_entropy_case(ignore_id=0, label_smoothing=0.1),
}


NOT_FLOAT32 = {
    "perplexity": "a Python number",
    "bits_per_character": "a Python number",
}


def cross_entropy_of_the_goldens(logits, targets, pad_id, label_smoothing):
    """They know `ignore_id` by its earlier name."""
    return loss.cross_entropy(logits, targets, pad_id, label_smoothing)


CROSS_ENTROPY = plain(cross_entropy_of_the_goldens, loss.cross_entropy_backward, "logits")
GOLDENS = {
    "log_softmax": plain(loss.log_softmax, loss.log_softmax_backward, "x"),
    "cross_entropy": CROSS_ENTROPY,
    "cross_entropy_ignore": CROSS_ENTROPY,
    "cross_entropy_smoothing": CROSS_ENTROPY,
    "cross_entropy_ignore_smoothing": CROSS_ENTROPY,
}


ZEROS = np.zeros
REFUSED = {
    "targets": (
        lambda: loss.cross_entropy(ZEROS((2, 3, 5)), ZEROS((2, 4), int)),
        ValueError,
        ["cross_entropy: logits and targets", "logits:  (2, 3, 5)", "targets: (2, 4)"],
    ),
    "target": (
        lambda: loss.cross_entropy(ZEROS((3, 5)), np.array([0, 5, 1])),
        ValueError,
        ["cross_entropy: id 5 is outside [0, 5)"],
    ),
    "targets all padding": (
        lambda: loss.cross_entropy(ZEROS((3, 5)), np.zeros(3, int), ignore_id=0),
        ValueError,
        ["all 3 targets are ignored (ignore_id 0)"],
    ),
    "label smoothing": (
        lambda: loss.cross_entropy(ZEROS((1, 5)), np.array([1]), label_smoothing=1.0),
        ValueError,
        ["label_smoothing is 1.0; use [0, 1)"],
    ),
    "float targets": (
        lambda: loss.cross_entropy(ZEROS((1, 5)), np.array([1.0])),
        TypeError,
        ["cross_entropy: ids must be integers"],
    ),
}


def cross_entropy_mean_over_all(dloss, cache):
    counted = cache[2]
    return loss.cross_entropy_backward(dloss, cache) * counted.mean()


def cross_entropy_no_smoothing(dloss, cache):
    return loss.cross_entropy_backward(dloss, (*cache[:3], 0.0, *cache[4:]))


WRONG_BACKWARDS = {
    "log_softmax: without the sum": lambda dout, cache: dout - np.exp(cache[0]) * dout,
    "cross_entropy/padding: mean over all": cross_entropy_mean_over_all,
    "cross_entropy/smoothing: forgotten": cross_entropy_no_smoothing,
}


TestLoss = make_tests(
    loss,
    CASES,
    wrong_backwards=WRONG_BACKWARDS,
    not_float32=NOT_FLOAT32,
    goldens=GOLDENS,
    refused=REFUSED,
)


P = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6]])
LOGITS, TARGETS = np.log(P) + 5.0, np.array([1, 2, 0])


def test_log_softmax_by_hand():
    out, _ = loss.log_softmax(LOGITS)
    np.testing.assert_allclose(out, np.log(P), rtol=1e-13)


def test_the_loss_is_the_mean_surprise():
    value, _ = loss.cross_entropy(LOGITS, TARGETS)
    assert value == pytest.approx(-math.log(0.25 * 0.8 * 0.2) / 3, rel=1e-13)


def test_padding_is_not_counted():
    value, cache = loss.cross_entropy(LOGITS, TARGETS, ignore_id=0)
    assert value == pytest.approx(-math.log(0.25 * 0.8) / 2, rel=1e-13)
    dlogits = loss.cross_entropy_backward(1.0, cache)
    np.testing.assert_allclose(dlogits[0], [0.25, -0.375, 0.125], atol=1e-14)
    np.testing.assert_array_equal(dlogits[2], 0.0)


def test_smoothing_spreads_over_the_whole_vocabulary():
    value, _ = loss.cross_entropy(LOGITS[:1], TARGETS[:1], label_smoothing=0.3)
    wanted = -(0.1 * math.log(0.5) + 0.8 * math.log(0.25) + 0.1 * math.log(0.25))
    assert value == pytest.approx(wanted, rel=1e-13)


def test_the_loss_is_a_single_number_for_any_leading_axes():
    logits = np.broadcast_to(LOGITS, (2, 5, 3, 3))
    targets = np.broadcast_to(TARGETS, (2, 5, 3))
    value, cache = loss.cross_entropy(logits, targets)
    assert value == pytest.approx(loss.cross_entropy(LOGITS, TARGETS)[0], rel=1e-13)
    assert loss.cross_entropy_backward(1.0, cache).shape == logits.shape


def test_without_a_clue_the_perplexity_is_the_size_of_the_vocabulary():
    value, _ = loss.cross_entropy(np.zeros((4, 37)), np.arange(4))
    assert loss.perplexity(value) == pytest.approx(37.0)
    assert loss.perplexity(0.0) == 1.0


def test_bits_per_character():
    assert loss.bits_per_character(math.log(2.0)) == pytest.approx(1.0)
    assert loss.bits_per_character(math.log(256.0), characters_per_token=4.0) == pytest.approx(2.0)


def test_padding_may_be_outside_the_vocabulary():
    logits, targets = ZEROS((1, 3, 5)), np.array([[1, 2, -100]])
    value, cache = loss.cross_entropy(logits, targets, ignore_id=-100)
    assert value == pytest.approx(np.log(5.0))
    assert np.all(loss.cross_entropy_backward(1.0, cache)[0, 2] == 0.0)
