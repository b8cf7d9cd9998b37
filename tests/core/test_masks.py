"""What must not matter does not: later tokens, padding, and order where there are no positions."""

import numpy as np
import pytest

from course_lib import attention, blocks, loss, model
from course_lib.params import flatten

from .sizes import (
    CLASSES,
    D_MODEL,
    PAD,
    T_K,
    T_Q,
    VOCAB,
    B,
    H,
    make_config,
    make_ids,
    make_padded_ids,
    make_params,
)


def test_causal_mask_by_hand():
    wanted = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
    np.testing.assert_array_equal(attention.causal_mask(3, 5), np.array(wanted, bool))
    np.testing.assert_array_equal(attention.causal_mask(4), np.tril(np.ones((4, 4), bool)))


def test_padding_mask_by_hand():
    mask = attention.padding_mask([[5, 0, 7], [0, 0, 1]], pad_id=0)
    wanted = np.array([[[[True, False, True]]], [[[False, False, True]]]])
    np.testing.assert_array_equal(mask, wanted, strict=True)


def test_masked_weights_are_zero_and_the_others_sum_to_one(rng):
    q, k, v = (rng.standard_normal((B, H, T, 3)) for T in (T_Q, T_K, T_K))
    mask = rng.random((B, 1, T_Q, T_K)) < 0.5
    mask[..., -1] = True
    _, cache = attention.scaled_dot_product_attention(q, k, v, mask)
    hidden = np.broadcast_to(~mask, cache.weights.shape)
    assert np.all(cache.weights[hidden] == 0.0)
    assert np.all(cache.weights[~hidden] > 0.0)
    np.testing.assert_allclose(cache.weights.sum(axis=-1), 1.0, rtol=1e-14)


def decoder_logits(family, params, config, ids, source_ids):
    """Run a model that has a causal decoder."""
    if family == "decoder":
        return model.language_model(ids, params, config)
    return model.encoder_decoder(source_ids, ids, params, config)


each_causal = pytest.mark.parametrize("family", ["decoder", "encoder-decoder"])
each_norm = pytest.mark.parametrize("norm", ["pre", "post", "none"])


@each_causal
@each_norm
@pytest.mark.parametrize("position", [1, 3, T_Q - 1])
def test_a_later_token_changes_no_earlier_logit(rng, family, norm, position):
    config = make_config(family, norm=norm, n_layers=2)
    params, source_ids = make_params(config, rng), make_ids(rng, T_K)
    ids = make_ids(rng, T_Q)
    before, _ = decoder_logits(family, params, config, ids, source_ids)
    changed = ids.copy()
    changed[:, position] = 1 + ids[:, position] % (VOCAB - 1)
    after, _ = decoder_logits(family, params, config, changed, source_ids)
    np.testing.assert_array_equal(after[:, :position], before[:, :position])
    assert np.all(np.any(after[:, position:] != before[:, position:], axis=-1))


@each_causal
@pytest.mark.parametrize("position", [0, 2, T_Q - 2])
def test_an_earlier_logit_has_no_gradient_at_later_positions(rng, family, position):
    # The gradient of a learned position vector is that of the input at this position.
    config = make_config(family, n_layers=2, pad_id=None)
    params, ids, source_ids = make_params(config, rng), make_ids(rng, T_Q), make_ids(rng, T_K)
    logits, cache = decoder_logits(family, params, config, ids, source_ids)
    dlogits = np.zeros_like(logits)
    dlogits[:, position] = rng.standard_normal((B, VOCAB))
    if family == "decoder":
        grads = model.language_model_backward(dlogits, cache)
    else:
        grads = model.encoder_decoder_backward(dlogits, cache)["decoder"]
    dpositions = grads["positions"]["P"]
    assert np.all(dpositions[position + 1 :] == 0.0)
    assert np.all(np.abs(dpositions[: position + 1]).max(axis=1) > 1e-6)


def backward_of(family):
    return {
        "encoder": model.classifier_backward,
        "decoder": model.language_model_backward,
        "encoder-decoder": model.encoder_decoder_backward,
    }[family]


def loss_and_grads(family, params, config, batch):
    """Return the loss of a batch, the number of targets that count, and all gradients."""
    *ids, targets = batch
    forward = {
        "encoder": model.classifier,
        "decoder": model.language_model,
        "encoder-decoder": model.encoder_decoder,
    }[family]
    logits, cache = forward(*ids, params, config)
    pad_id = None if family == "encoder" else PAD
    value, loss_cache = loss.cross_entropy(logits, targets, pad_id)
    grads = backward_of(family)(loss.cross_entropy_backward(1.0, loss_cache), cache)
    counted = len(targets) if family == "encoder" else np.count_nonzero(targets != PAD)
    return value, counted, flatten(grads)


def padded_batch(family, rng):
    """Return ids and targets, row i of each with i tokens of padding."""
    ids = make_padded_ids(rng, T_Q)
    if family == "encoder":
        return ids, rng.integers(0, CLASSES, B)
    targets = np.where(ids == PAD, PAD, make_ids(rng, T_Q))
    return (ids, targets) if family == "decoder" else (make_padded_ids(rng, T_K), ids, targets)


def unpadded(array, row):
    """Return one row without its padding, as a batch of one."""
    one = array[row : row + 1]
    return one if one.ndim == 1 else one[:, one[0] != PAD]


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize(
    ("family", "pooling"),
    [("encoder", how) for how in ("mean", "first", "last", "max")]
    + [("decoder", "mean"), ("encoder-decoder", "mean")],
)
def test_padding_changes_neither_loss_nor_gradient(rng, family, pooling, norm):
    config = make_config(family, norm=norm, pooling=pooling, n_layers=2)
    params, batch = make_params(config, rng), padded_batch(family, rng)
    value, counted, grads = loss_and_grads(family, params, config, batch)
    one_by_one = [
        loss_and_grads(family, params, config, [unpadded(array, row) for array in batch])
        for row in range(B)
    ]
    assert counted == sum(n for _, n, _ in one_by_one)
    mean = sum(one * n for one, n, _ in one_by_one) / counted
    np.testing.assert_allclose(value, mean, rtol=1e-13)
    for name, grad in grads.items():
        mean = sum(one[name] * n for _, n, one in one_by_one) / counted
        np.testing.assert_allclose(grad, mean, rtol=0, atol=1e-13, err_msg=name)


def test_without_positions_attention_does_not_see_order(rng):
    config = make_config(norm="post")
    params = make_params(config, rng)["blocks"][0]
    x, order = rng.standard_normal((B, T_Q, D_MODEL)), rng.permutation(T_Q)
    out, _ = blocks.encoder_block(x, params, config)
    shuffled, _ = blocks.encoder_block(x[:, order], params, config)
    np.testing.assert_allclose(shuffled, out[:, order], rtol=0, atol=1e-13)


def test_the_order_of_the_memory_does_not_matter(rng):
    params = make_params(make_config(), rng)["blocks"][0]["attention"]
    x, memory = rng.standard_normal((B, T_Q, D_MODEL)), rng.standard_normal((B, T_K, D_MODEL))
    out, _ = attention.multi_head_attention(x, memory, params, H)
    shuffled, _ = attention.multi_head_attention(x, memory[:, ::-1], params, H)
    np.testing.assert_allclose(shuffled, out, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("positions", "seen"), [("none", False), ("learned", True), ("sinusoidal", True)]
)
def test_only_positions_tell_a_classifier_the_order(rng, positions, seen):
    config = make_config(positions=positions, pad_id=None)
    params, ids = make_params(config, rng), make_ids(rng, T_Q)
    logits, _ = model.classifier(ids, params, config)
    shuffled, _ = model.classifier(ids[:, ::-1], params, config)
    assert (np.abs(shuffled - logits).max() > 1e-3) == seen
    assert (np.abs(shuffled - logits).max() < 1e-13) != seen


@pytest.fixture
def language_model_batch(rng):
    config = make_config("decoder")
    return make_ids(rng, T_Q), make_params(config, rng), config


def test_one_sequence_does_not_see_another_of_its_batch(language_model_batch):
    ids, params, config = language_model_batch
    before, _ = model.language_model(ids, params, config)
    ids[0] = ids[0, ::-1]
    after, _ = model.language_model(ids, params, config)
    np.testing.assert_array_equal(after[1:], before[1:])
    assert np.any(after[0] != before[0])


def test_a_nan_stays_in_its_own_sequence(language_model_batch):
    ids, params, config = language_model_batch
    before, _ = model.language_model(ids, params, config)
    params["embedding"]["W"][ids[0, 0]] = np.nan
    after, _ = model.language_model(ids, params, config)
    clean = ~np.any(ids == ids[0, 0], axis=1)
    assert 0 < clean.sum() < B
    np.testing.assert_allclose(after[clean], before[clean], rtol=0, atol=1e-13)
    assert np.isnan(after[0]).all()
