"""A large batch is computed in pieces: the same loss, gradients and accuracy, less memory."""

import numpy as np
import pytest

from course_lib import objective
from course_lib.objective import IGNORED, Batch, loss_and_grads
from course_lib.params import flatten

from .sizes import D_FF, T_K, T_Q, H, make_config, make_ids, make_padded_ids, make_params

ROWS = 7


def make_batch(family, rng):
    if family == "encoder-decoder":
        inputs = (make_padded_ids(rng, T_K, ROWS), make_ids(rng, T_Q, ROWS))
    else:
        inputs = (make_padded_ids(rng, T_Q, ROWS),)
    shape = (ROWS,) if family == "encoder" else (ROWS, T_Q)
    targets = rng.integers(0, 17, shape)
    targets[rng.random(shape) < 0.4] = IGNORED
    targets[:2] = IGNORED  # a piece with nothing to learn
    targets[2] = 1
    return Batch(inputs, targets)


@pytest.mark.parametrize("family", ["encoder", "decoder", "encoder-decoder"])
@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("numbers", [1, 150, 1500])
def test_pieces_add_up(family, shards, numbers, monkeypatch):
    rng = np.random.default_rng(29)
    config = make_config(family)
    params, batch = make_params(config, rng), make_batch(family, rng)
    whole = loss_and_grads(batch, params, config, label_smoothing=0.1)
    sizes = []
    forward = objective.forward
    monkeypatch.setattr(objective, "_CACHED", numbers)
    monkeypatch.setattr(
        objective, "forward", lambda ids, *args: sizes.append(len(ids[0])) or forward(ids, *args)
    )
    pieces = loss_and_grads(batch, params, config, label_smoothing=0.1, shards=shards)
    longest = max(ids.shape[1] for ids in batch.inputs)
    row = longest * max(D_FF, H * longest)  # numbers of one sequence
    assert (max(sizes) - 1) * row < numbers
    assert numbers == 1500 or len(sizes) > shards
    np.testing.assert_allclose(pieces.loss, whole.loss, rtol=1e-12)
    assert pieces.accuracy == whole.accuracy
    wanted = flatten(whole.grads)
    assert flatten(pieces.grads).keys() == wanted.keys()
    for name, array in flatten(pieces.grads).items():
        np.testing.assert_allclose(array, wanted[name], rtol=1e-9, atol=1e-14, err_msg=name)


def test_small_batches_stay_whole():
    rng = np.random.default_rng(31)
    config = make_config("decoder")
    assert objective._n_pieces(make_batch("decoder", rng), config) == 1


def test_the_accuracy_may_be_left_out():
    rng = np.random.default_rng(37)
    config = make_config("decoder")
    params, batch = make_params(config, rng), make_batch("decoder", rng)
    without = loss_and_grads(batch, params, config, with_accuracy=False)
    assert without.accuracy is None
    assert without.loss == loss_and_grads(batch, params, config).loss


@pytest.mark.parametrize("shards", [1, 3])
def test_a_batch_that_asks_nothing_is_refused(shards):
    rng = np.random.default_rng(41)
    config = make_config("decoder")
    batch = make_batch("decoder", rng)
    batch.targets[:] = IGNORED
    with pytest.raises(ValueError, match="none counts"):
        loss_and_grads(batch, make_params(config, rng), config, shards=shards)
