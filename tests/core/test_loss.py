"""The loss and its units, by hand."""

import math

import numpy as np
import pytest

from course_lib.loss import (
    bits_per_character,
    cross_entropy,
    cross_entropy_backward,
    log_softmax,
    perplexity,
)

P = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6]])
LOGITS, TARGETS = np.log(P) + 5.0, np.array([1, 2, 0])


def test_log_softmax_by_hand():
    out, _ = log_softmax(LOGITS)
    np.testing.assert_allclose(out, np.log(P), rtol=1e-13)


def test_the_loss_is_the_mean_surprise():
    loss, _ = cross_entropy(LOGITS, TARGETS)
    assert loss == pytest.approx(-math.log(0.25 * 0.8 * 0.2) / 3, rel=1e-13)


def test_padding_is_not_counted():
    loss, cache = cross_entropy(LOGITS, TARGETS, pad_id=0)
    assert loss == pytest.approx(-math.log(0.25 * 0.8) / 2, rel=1e-13)
    dlogits = cross_entropy_backward(1.0, cache)
    np.testing.assert_allclose(dlogits[0], [0.25, -0.375, 0.125], atol=1e-14)
    np.testing.assert_array_equal(dlogits[2], 0.0)


def test_smoothing_spreads_over_the_whole_vocabulary():
    loss, _ = cross_entropy(LOGITS[:1], TARGETS[:1], label_smoothing=0.3)
    wanted = -(0.1 * math.log(0.5) + 0.8 * math.log(0.25) + 0.1 * math.log(0.25))
    assert loss == pytest.approx(wanted, rel=1e-13)


def test_the_loss_is_a_single_number_for_any_leading_axes():
    logits = np.broadcast_to(LOGITS, (2, 5, 3, 3))
    targets = np.broadcast_to(TARGETS, (2, 5, 3))
    loss, cache = cross_entropy(logits, targets)
    assert loss == pytest.approx(cross_entropy(LOGITS, TARGETS)[0], rel=1e-13)
    assert cross_entropy_backward(1.0, cache).shape == logits.shape


def test_without_a_clue_the_perplexity_is_the_size_of_the_vocabulary():
    loss, _ = cross_entropy(np.zeros((4, 37)), np.arange(4))
    assert perplexity(loss) == pytest.approx(37.0)
    assert perplexity(0.0) == 1.0


def test_bits_per_character():
    assert bits_per_character(math.log(2.0)) == pytest.approx(1.0)
    assert bits_per_character(math.log(256.0), characters_per_token=4.0) == pytest.approx(2.0)
