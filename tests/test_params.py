"""Parameters: their names, their scale, the nested dict, and the block of memory they lie in."""

import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from checks import make_tests, x32
from sizes import make_config, make_ids, make_params

from course_lib import model, params
from course_lib.params import (
    TransformerConfig,
    count_params,
    find_block,
    flatten,
    init_params,
    pack_params,
    unflatten,
)

FLOAT32 = {
    "pack_params": lambda: pack_params({"a": [x32(3)]}),
    "find_block": lambda: find_block(list(flatten(pack_params({"a": x32(3)})).values())),
    "init_params": lambda: init_params(make_config("encoder-decoder"), np.random.default_rng()),
    "flatten": lambda: flatten({"a": [x32(3)]}),
    "unflatten": lambda: unflatten({"a.0": x32(3)}),
}


NOT_FLOAT32 = {
    "count_params": "int",
}


def config(**changes):
    return TransformerConfig(**({"family": "decoder", "vocab_size": 7} | changes))


REFUSED = {
    "heads in a configuration": (
        lambda: config(d_model=10, n_heads=4),
        ValueError,
        ["TransformerConfig: d_model is 10", "n_heads = 4 does not divide"],
    ),
    "activation": (
        lambda: config(activation="swish"),
        ValueError,
        ["activation is 'swish'", "'gelu_exact'"],
    ),
    "norm": (lambda: config(norm="rms"), ValueError, ["norm is 'rms'", "'pre', 'post', 'none'"]),
    "positions": (lambda: config(positions="rotary"), ValueError, ["positions is 'rotary'"]),
    "pooling": (lambda: config(pooling="sum"), ValueError, ["pooling is 'sum'", "'mean', 'first'"]),
    "family": (lambda: config(family="gpt"), ValueError, ["family is 'gpt'", "'encoder-decoder'"]),
    "tied classifier": (lambda: config(family="encoder", tied=True), ValueError, ["tied is True"]),
    "no layers": (lambda: config(n_layers=0), ValueError, ["n_layers is 0; it must be at least 1"]),
}


TestParams = make_tests(params, float32=FLOAT32, not_float32=NOT_FLOAT32, refused=REFUSED)


BLOCK = [f"attention.{W}_{name}" for W in "Wb" for name in "QKVO"]


BLOCK += [f"feed_forward.{name}" for name in ("W_1", "b_1", "W_2", "b_2")]


def names(**changes):
    config = make_config(**changes)
    return set(flatten(init_params(config, np.random.default_rng(0))))


def norms(*prefixes):
    return {f"{prefix}.{name}" for prefix in prefixes for name in ("gamma", "beta")}


def test_names_of_a_classifier():
    wanted = {"embedding.W", "positions.P", "output.W", "output.b"}
    wanted |= {f"blocks.{i}.{name}" for i in (0, 1) for name in BLOCK}
    wanted |= norms("norm", *(f"blocks.{i}.norm_{j}" for i in (0, 1) for j in (1, 2)))
    assert names(n_layers=2) == wanted


def test_names_of_an_encoder_decoder():
    wanted = {"encoder.embedding.W", "decoder.embedding.W"}
    wanted |= {f"{part}.blocks.0.{name}" for part in ("encoder", "decoder") for name in BLOCK}
    wanted |= {f"decoder.blocks.0.cross_{name}" for name in BLOCK if "attention" in name}
    wanted |= norms(*(f"encoder.blocks.0.norm_{j}" for j in (1, 2)))
    wanted |= norms(*(f"decoder.blocks.0.norm_{j}" for j in (1, 2, 3)))
    assert names(family="encoder-decoder", norm="post", positions="sinusoidal", tied=True) == wanted


def test_names_of_attention_alone():
    wanted = {"embedding.W", "output.W", "output.b"}
    wanted |= {f"blocks.0.{name}" for name in BLOCK if "attention" in name}
    assert names(family="decoder", norm="none", positions="none", d_ff=0) == wanted


@pytest.mark.parametrize(
    ("family", "tied"),
    [
        ("encoder", False),
        *(("decoder", tied) for tied in (False, True)),
        *(("encoder-decoder", tied) for tied in (False, True)),
    ],
)
@pytest.mark.parametrize("d_ff", [0, 13])
def test_gradients_have_the_structure_of_the_parameters(family, tied, d_ff):
    config, rng = make_config(family, tied=tied, d_ff=d_ff), np.random.default_rng(0)
    params, ids = make_params(config, rng), make_ids(rng, 3)
    if family == "encoder-decoder":
        logits, cache = model.encoder_decoder(ids, ids, params, config)
        grads = model.encoder_decoder_backward(logits, cache)
    elif family == "decoder":
        logits, cache = model.language_model(ids, params, config)
        grads = model.language_model_backward(logits, cache)
    else:
        logits, cache = model.classifier(ids, params, config)
        grads = model.classifier_backward(logits, cache)
    named = flatten(grads)
    assert named.keys() == flatten(params).keys()
    assert all(named[name].shape == array.shape for name, array in flatten(params).items())


def test_the_scale_of_the_first_parameters():
    config = TransformerConfig("decoder", vocab_size=500, d_model=64, d_ff=256, n_layers=8)
    params = init_params(config, np.random.default_rng(0))
    block, into_residual = params["blocks"][3], 1 / math.sqrt(2 * 8)
    for array, std in (
        (params["embedding"]["W"], 1 / 8),
        (params["positions"]["P"], 1 / 8),
        (params["output"]["W"], 1 / 8),
        (block["attention"]["W_Q"], 1 / 8),
        (block["attention"]["W_O"], into_residual / 8),
        (block["feed_forward"]["W_1"], 1 / 8),
        (block["feed_forward"]["W_2"], into_residual / 16),
    ):
        assert array.dtype == np.float32
        assert array.std() == pytest.approx(std, rel=0.05)
        assert abs(array.mean()) < 4 * std / math.sqrt(array.size)
    assert np.all(block["norm_1"]["gamma"] == 1.0)
    for zero in (block["norm_2"]["beta"], block["attention"]["b_Q"], params["output"]["b"]):
        assert np.all(zero == 0.0)


def test_the_same_seed_draws_the_same_parameters():
    config = make_config()
    first, again, other = (
        flatten(init_params(config, np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    for name, array in first.items():
        np.testing.assert_array_equal(again[name], array)
    assert np.any(other["embedding.W"] != first["embedding.W"])


def test_flatten_names_the_same_arrays():
    W, b = np.zeros((2, 3)), np.ones(3)
    nested = {"blocks": [{"W": W}, {"inner": {"b": b}}]}
    named = flatten(nested)
    assert list(named) == ["blocks.0.W", "blocks.1.inner.b"]
    assert named["blocks.0.W"] is W
    again = unflatten(named)
    assert again["blocks"][0]["W"] is W
    assert again["blocks"][1]["inner"]["b"] is b


@pytest.mark.parametrize(
    ("nested", "in_a_row"),
    [
        (
            {"b": [np.arange(3.0), {"W": np.ones((2, 5))}], "a": np.array([7.0])},
            [0, 1, 2, *[1] * 10, 7],
        ),
        (
            {"b": [np.ones((2, 3)), np.zeros(5)], "a": {"c": np.arange(4.0).reshape(4, 1)}},
            [*[1] * 6, *[0] * 5, 0, 1, 2, 3],
        ),
    ],
)
def test_pack_params_keeps_names_values_and_dtype(nested, in_a_row):
    before, after = flatten(nested), flatten(pack_params(nested))
    assert list(after) == list(before)
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, strict=True)
    block = find_block(list(after.values()))
    np.testing.assert_array_equal(block, in_a_row)
    block[:] = 9.0
    assert all((array == 9.0).all() for array in after.values())
    assert not any((array == 9.0).any() for array in before.values())


def test_what_does_not_fill_a_block_in_order_is_not_taken_for_one():
    small = pack_params({"a": np.zeros((2, 2)), "b": np.ones((2, 2))})
    model_params = pack_params(
        make_params(make_config("encoder-decoder"), np.random.default_rng(2))
    )
    for named in (flatten(small), flatten(model_params)):
        first, second, *rest = named.values()
        assert find_block([first, second, *rest]) is not None
        for others in (
            [second, first, *rest],
            [first, *rest],
            [first, second, *rest][:-1],
            [first, first, *rest],
            [first.T, second, *rest],
            [first.T.reshape(first.shape), second, *rest],
            [first.copy(), second, *rest],
            [*[first, second, *rest][:-1], [first, second, *rest][-1].copy()],
            [array.copy() for array in (first, second, *rest)],
        ):
            assert find_block(others) is None


def test_more_than_ten_blocks_keep_their_order():
    named = {f"blocks.{i}.W": np.array(i) for i in (10, 2, 0, 1, *range(3, 10))}
    assert [int(block["W"]) for block in unflatten(named)["blocks"]] == list(range(11))


def test_parameters_are_counted():
    config = make_config("decoder")
    params = init_params(config, np.random.default_rng(0))
    # Embedding, positions, attention, feed-forward, three norms, output.
    wanted = 17 * 6 + 23 * 6 + 4 * (36 + 6) + (78 + 13 + 78 + 6) + 3 * 12 + (6 * 17 + 17)
    assert count_params(params) == wanted


def test_a_configuration_is_frozen_and_survives_json():
    config = make_config("decoder", eps=1e-6, pad_id=None)
    assert TransformerConfig(**json.loads(json.dumps(config.to_dict()))) == config
    with pytest.raises(FrozenInstanceError):
        config.d_model = 12


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"d_ff": -1}, "d_ff is -1; use 0 to leave the feed-forward out"),
        ({"dropout": 1.0}, "dropout is 1.0; use a probability"),
        ({"pad_id": 11}, r"pad_id is 11, outside \[0, 11\)"),
        ({"d_model": 9, "n_heads": 3, "positions": "sinusoidal"}, "d_model is 9; sinusoidal"),
    ],
)
def test_a_configuration_that_cannot_be(fields, message):
    with pytest.raises(ValueError, match=message):
        TransformerConfig("decoder", 11, **fields)
