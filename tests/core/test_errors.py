"""A mistake is refused with a sentence that names the place, the symbol and both values."""

import re

import numpy as np
import pytest

from course_lib import attention, decoding, layers, loss, model, pooling, positional
from course_lib.params import TransformerConfig, init_params

from .sizes import MAX_LEN, VOCAB, make_config

ZEROS, ONES = np.zeros, np.ones
CONFIG = make_config("decoder", max_len=5, n_layers=1)
PARAMS = init_params(CONFIG, np.random.default_rng(0))


def sdpa(q, k, v, mask=None):
    return attention.scaled_dot_product_attention(ZEROS(q), ZEROS(k), ZEROS(v), mask)


def masked(mask):
    return sdpa((2, 3, 5, 7), (2, 3, 11, 7), (2, 3, 11, 13), mask)


def blind_mask():
    mask = ONES((2, 1, 5, 11), bool)
    mask[1, 0, 3] = False
    return mask


def config(**changes):
    return TransformerConfig(**({"family": "decoder", "vocab_size": 7} | changes))


def language_model(ids):
    return model.language_model(np.asarray(ids), PARAMS, CONFIG)


def test_attention_of_different_widths_in_full():
    with pytest.raises(ValueError, match="attention") as caught:
        sdpa((2, 8, 10, 64), (2, 8, 12, 32), (2, 8, 12, 32))
    assert str(caught.value) == (
        "attention: d_k is 64 in q but 32 in k.\n"
        "  q: (2, 8, 10, 64) read as (B, n_heads, T_q, d_k)\n"
        "  k: (2, 8, 12, 32) read as (B, n_heads, T_k, d_k)\n"
        "  q and k meet in a dot product, so their last axes must agree "
        "(Vaswani et al. 2017, Sec. 3.2.1)."
    )


# What goes wrong: how to do it, the error, and what its text must say.
SHAPES = {
    "keys and values": (
        lambda: sdpa((2, 3, 5, 7), (2, 3, 11, 7), (2, 3, 12, 13)),
        ["attention: T_k is 11 in k but 12 in v", "v: (2, 3, 12, 13) read as"],
    ),
    "mask and scores": (
        lambda: masked(ONES((5, 12), bool)),
        ["attention: the mask does not broadcast", "(5, 12)", "(2, 3, 5, 11) read as"],
    ),
    "mask with more axes than the scores": (
        lambda: masked(ONES((4, 1, 1, 5, 11), bool)),
        ["attention: the mask does not broadcast", "(4, 1, 1, 5, 11)"],
    ),
    "linear": (
        lambda: layers.linear(ZEROS((2, 3, 5)), ZEROS((7, 11))),
        ["linear: d_in is 5 in x but 7 in W", "(2, 3, 5) read as (..., d_in)", "(d_in, d_out)"],
    ),
    "layer norm": (
        lambda: layers.layer_norm(ZEROS((2, 3, 5)), ONES(7), ZEROS(7)),
        ["layer_norm: d_model is 5 in x but 7 in gamma", "gamma: (7,) read as (d_model,)"],
    ),
    "positions": (
        lambda: positional.add_positions(ZEROS((2, 3, 5)), ZEROS((11, 7))),
        ["add_positions: d_model is 5 in x but 7 in table", "(max_len, d_model)"],
    ),
    "targets": (
        lambda: loss.cross_entropy(ZEROS((2, 3, 5)), ZEROS((2, 4), int)),
        ["cross_entropy: logits and targets", "logits:  (2, 3, 5)", "targets: (2, 4)"],
    ),
}

VALUES = {
    "id too large": (
        lambda: layers.embedding(np.array([[3, 17]]), ZEROS((VOCAB, 2))),
        [f"embedding: id 17 is outside [0, {VOCAB})", "vocab_size is 17"],
    ),
    "id below zero": (
        lambda: layers.embedding(np.array([3, -1]), ZEROS((VOCAB, 2))),
        [f"embedding: id -1 is outside [0, {VOCAB})"],
    ),
    "id of a one-hot row": (lambda: layers.one_hot([7], 7), ["one_hot: id 7 is outside [0, 7)"]),
    "id given to a model": (lambda: language_model([[VOCAB]]), ["embedding: id 17 is outside"]),
    "target": (
        lambda: loss.cross_entropy(ZEROS((3, 5)), np.array([0, 5, 1])),
        ["cross_entropy: id 5 is outside [0, 5)"],
    ),
    "targets all padding": (
        lambda: loss.cross_entropy(ZEROS((3, 5)), np.zeros(3, int), pad_id=0),
        ["all 3 targets are padding (pad_id 0)"],
    ),
    "label smoothing": (
        lambda: loss.cross_entropy(ZEROS((1, 5)), np.array([1]), label_smoothing=1.0),
        ["label_smoothing is 1.0; use [0, 1)"],
    ),
    "a query that sees nothing": (
        lambda: masked(blind_mask()),
        ["query row (1, 0, 3) of the mask may attend to no key", "True means: may attend"],
    ),
    "a sequence that is all padding": (
        lambda: model.classifier(
            np.zeros((1, 3), int),
            init_params(make_config(), np.random.default_rng(0)),
            make_config(),
        ),
        ["may attend to no key", "all padding"],
    ),
    "pooling of nothing": (
        lambda: pooling.pool(ZEROS((2, 3, 5)), "mean", np.array([[True] * 3, [False] * 3])),
        ["pool: sequence 1 is all padding"],
    ),
    "heads": (
        lambda: attention.split_heads(ZEROS((2, 3, 10)), 4),
        ["d_model is 10", "n_heads = 4 does not divide"],
    ),
    "heads in a configuration": (
        lambda: config(d_model=10, n_heads=4),
        ["TransformerConfig: d_model is 10", "n_heads = 4 does not divide"],
    ),
    "fewer keys than queries": (
        lambda: attention.causal_mask(5, 3),
        ["causal_mask: T_k is 3 but T_q is 5"],
    ),
    "sequence too long": (
        lambda: positional.add_positions(ZEROS((2, 3, 5)), ZEROS((4, 5)), start=2),
        ["ends at position 4", "the table has 4 positions, 0 to 3"],
    ),
    "sequence too long for a model": (
        lambda: language_model(np.ones((1, 6), int)),
        ["ends at position 5", "the table has 5 positions"],
    ),
    "odd width": (lambda: positional.wavelengths(7), ["d_model is 7", "even"]),
    "probability of dropout": (
        lambda: layers.dropout(ZEROS(3), 1.0, np.random.default_rng()),
        ["dropout: p is 1.0; use a probability in [0, 1)"],
    ),
    "activation": (lambda: config(activation="swish"), ["activation is 'swish'", "'gelu_exact'"]),
    "form of gelu": (
        lambda: layers.gelu(ZEROS(3), "erf"),
        ["gelu: approximate is 'erf'; use one of 'tanh', 'none'"],
    ),
    "norm": (lambda: config(norm="rms"), ["norm is 'rms'", "'pre', 'post', 'none'"]),
    "positions": (lambda: config(positions="rotary"), ["positions is 'rotary'"]),
    "pooling": (lambda: config(pooling="sum"), ["pooling is 'sum'", "'mean', 'first'"]),
    "how to pool": (lambda: pooling.pool(ZEROS((2, 3, 5)), "sum"), ["pool: how is 'sum'"]),
    "family": (lambda: config(family="gpt"), ["family is 'gpt'", "'encoder-decoder'"]),
    "tied classifier": (lambda: config(family="encoder", tied=True), ["tied is True"]),
    "no layers": (lambda: config(n_layers=0), ["n_layers is 0; it must be at least 1"]),
    "model of another family": (
        lambda: model.classifier(np.ones((1, 3), int), PARAMS, CONFIG),
        ["classifier: the configuration's family is 'decoder', not 'encoder'"],
    ),
    "another model of another family": (
        lambda: model.encoder_decoder(np.ones((1, 3), int), np.ones((1, 3), int), PARAMS, CONFIG),
        ["encoder_decoder: the configuration's family is 'decoder', not 'encoder-decoder'"],
    ),
    "temperature": (
        lambda: decoding.next_probabilities(ZEROS(5), temperature=-1),
        ["temperature is -1; use 0 (greedy) or more"],
    ),
    "top_k": (lambda: decoding.next_probabilities(ZEROS(5), top_k=0), ["top_k is 0"]),
    "top_p": (lambda: decoding.next_probabilities(ZEROS(5), top_p=1.5), ["top_p is 1.5"]),
    "sampling without a generator": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), [[1]], 1, temperature=1.0),
        ["sampling needs rng=np.random.default_rng(seed)"],
    ),
    "empty prompt": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), np.zeros((1, 0), int), 1),
        ["the prompt has shape (1, 0)", "T at least 1"],
    ),
    "prompt without a batch": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), [1, 2], 1),
        ["the prompt has shape (2,)"],
    ),
    "beam over two prompts": (
        lambda: decoding.beam_search(None, [[1], [2]], 3, n_beams=2),
        ["takes 1 prompt and n_beams >= 1, not 2 and 2"],
    ),
    "no beams": (
        lambda: decoding.beam_search(None, [[1]], 3, n_beams=0),
        ["takes 1 prompt and n_beams >= 1, not 1 and 0"],
    ),
}

TYPES = {
    "float ids": (
        lambda: layers.embedding(np.array([1.0]), ZEROS((7, 2))),
        ["embedding: ids must be integers", "dtype is float64", "astype(np.int64)"],
    ),
    "boolean ids": (lambda: layers.one_hot(np.array([True]), 7), ["dtype is bool"]),
    "float targets": (
        lambda: loss.cross_entropy(ZEROS((1, 5)), np.array([1.0])),
        ["cross_entropy: ids must be integers"],
    ),
    "mask of numbers": (
        lambda: masked(ONES((5, 11))),
        ["attention: mask has dtype float64; use bool, True where a query may attend"],
    ),
}


def assert_says(action, error, parts):
    with pytest.raises(error, match=re.escape(parts[0])) as caught:
        action()
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize(("action", "parts"), SHAPES.values(), ids=SHAPES)
def test_a_wrong_shape(action, parts):
    assert_says(action, ValueError, parts)


@pytest.mark.parametrize(("action", "parts"), VALUES.values(), ids=VALUES)
def test_a_wrong_value(action, parts):
    assert_says(action, ValueError, parts)


@pytest.mark.parametrize(("action", "parts"), TYPES.values(), ids=TYPES)
def test_a_wrong_type(action, parts):
    assert_says(action, TypeError, parts)


def test_padding_may_be_outside_the_vocabulary():
    logits, targets = ZEROS((1, 3, 5)), np.array([[1, 2, -100]])
    value, cache = loss.cross_entropy(logits, targets, pad_id=-100)
    assert value == pytest.approx(np.log(5.0))
    assert np.all(loss.cross_entropy_backward(1.0, cache)[0, 2] == 0.0)


def test_sequences_up_to_the_last_position_are_taken():
    assert language_model(np.ones((1, 5), int))[0].shape == (1, 5, VOCAB)
    out, _ = positional.add_positions(ZEROS((1, 3, 2)), ONES((MAX_LEN, 2)), start=MAX_LEN - 3)
    assert np.all(out == 1.0)
