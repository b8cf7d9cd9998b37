"""float32 in, float32 out, everywhere; and no public function of the core goes untested for it."""

import inspect

import numpy as np
import pytest

from course_lib import (
    attention,
    blocks,
    checkpoint,
    decoding,
    dropout,
    layers,
    loss,
    model,
    optim,
    params,
    pooling,
    positional,
    stack,
    sums,
)

from .case import PADDED_IDS, PADDED_SOURCE_IDS
from .cases import CASES, function_of
from .sizes import H, leaves, make_config, make_ids, make_params, tree_map

F32 = np.float32
MODULES = (
    *(attention, blocks, checkpoint, decoding, dropout, layers, loss, model),
    *(optim, params, pooling, positional, stack, sums),
)


def assert_all_float32(tree):
    """Hold every floating-point array and NumPy scalar in nested values to float32."""
    found = [array.dtype for array in leaves(tree) if array.dtype.kind == "f"]
    assert found, "there is nothing to look at"
    assert set(found) == {np.dtype(F32)}


def to_float32(tree):
    return tree_map(lambda array: array.astype(F32), tree)


@pytest.mark.parametrize("name", CASES)
def test_output_cache_and_gradients_are_float32(name):
    rng = np.random.default_rng(13)
    case = CASES[name]
    args = to_float32(case.make_args(rng))
    out, cache = case.forward(*args)
    assert_all_float32(out)
    assert_all_float32((out, cache))
    dout = rng.standard_normal(np.shape(out)).astype(F32) if np.ndim(out) else 1.0
    assert_all_float32(case.backward(dout, cache))


def x(*shape):
    return np.random.default_rng(17).standard_normal(shape).astype(F32)


def small_model(family="decoder", **changes):
    config = make_config(family, **changes)
    return make_params(config, np.random.default_rng(19), F32), config


def decode_step(use_cache):
    """Take two steps, and return the logits of both with all keys and values kept between."""
    weights, config = small_model("encoder-decoder")
    next_logits = decoding.NextLogits(weights, config, PADDED_SOURCE_IDS, use_cache)
    ids = make_ids(np.random.default_rng(23), 3)
    return next_logits(ids[:, :2]), next_logits(ids), next_logits.past, next_logits.memory


def language_model_with_past():
    weights, config = small_model()
    past = model.start_past(config)
    logits = [
        model.language_model(PADDED_IDS[:, t : t + 1], weights, config, past=past)[0]
        for t in (0, 1)
    ]
    return logits, past


def attention_params():
    return small_model()[0]["blocks"][0]["attention"]


def attended():
    past = {}
    weights = attention_params()
    return attention.attend_with_past(x(5, 1, 6), x(5, 3, 6), weights, H, None, past), past


def loaded_checkpoint(tmp_path):
    weights, config = small_model()
    path = tmp_path / "model.npz"
    checkpoint.save_checkpoint(path, weights, config, arrays={"m": x(3)})
    loaded, _, _, arrays = checkpoint.load_checkpoint(path)
    return loaded, arrays


def clipped():
    grads = {"W": 100 * x(3, 5)}
    optim.clip_by_global_norm(grads, 1.0)
    return grads


def probabilities(**settings):
    return lambda: decoding.next_probabilities(x(5, 17), **settings)


# Functions without a backward of their own, or with further results: name/what is special.
OTHERS = {
    "one_hot": lambda: layers.one_hot(PADDED_IDS, 17, F32),
    "sum_rows": lambda: sums.sum_rows(x(3, 5)),
    "axis_sum": lambda: (sums.axis_sum(x(3, 5), 0), sums.axis_sum(x(3, 5), -1)),
    "axis_dot": lambda: (sums.axis_dot(x(3, 5), x(3, 5), -1), sums.axis_dot(x(41), x(41), 0)),
    "row_dot": lambda: sums.row_dot(x(3, 5), x(5)),
    "row_mean": lambda: sums.row_mean(x(3, 5)),
    "side_by_side": lambda: params.side_by_side({"a": [x(3)]}),
    "as_one": lambda: params.as_one(
        list(params.flatten(params.side_by_side({"a": x(3)})).values())
    ),
    "sinusoidal_positions": lambda: positional.sinusoidal_positions(7, 6, dtype=F32),
    "split_heads": lambda: attention.split_heads(x(5, 7, 6), H),
    "merge_heads": lambda: attention.merge_heads(x(5, 2, 7, 3)),
    "init_params": lambda: params.init_params(
        make_config("encoder-decoder"), np.random.default_rng()
    ),
    "flatten": lambda: params.flatten({"a": [x(3)]}),
    "unflatten": lambda: params.unflatten({"a.0": x(3)}),
    "encoder_stack": lambda: stack.encoder_stack(PADDED_IDS, *small_model("encoder"), None),
    "encode": lambda: model.encode(PADDED_IDS, *small_model("encoder-decoder")),
    "attend": lambda: attention.attend(x(5, 1, 6), x(5, 3, 6), attention_params(), H),
    "attend_with_past": attended,
    "language_model/past": language_model_with_past,
    "attention_weights": lambda: model.attention_weights(
        model.language_model(PADDED_IDS, *small_model())[1]
    ),
    "next_probabilities": probabilities(),
    "next_probabilities/greedy": probabilities(temperature=0),
    "next_probabilities/warm": probabilities(temperature=0.7),
    "next_probabilities/top_k": probabilities(top_k=3),
    "next_probabilities/top_p": probabilities(top_p=0.8),
    "NextLogits": lambda: decode_step(use_cache=True),
    "NextLogits/no cache": lambda: decode_step(use_cache=False),
    "adam_update": lambda: optim.adam_update(x(7), x(7), abs(x(7)), 3, 0.1),
    "sgd_step": lambda: optim.sgd_step(x(5), x(5), 0.1),
    "momentum_update": lambda: optim.momentum_update(x(5), x(5)),
    "clip_by_global_norm": clipped,
}

# What returns no floating-point array that could be float32, and why.
NO_FLOAT32 = {
    "causal_mask": "bool",
    "padding_mask": "bool",
    "hide_padding": "bool",
    "sample": "ids",
    "generate": "ids",
    "beam_search": "ids, and a log-probability summed up in float64",
    "count_params": "int",
    "start_past": "empty",
    "perplexity": "a Python number",
    "bits_per_character": "a Python number",
    "warmup_cosine": "a Python number",
    "warmup_inverse_sqrt": "a Python number",
    "wavelengths": "a table for people, float64",
    "save_checkpoint": "nothing; see load_checkpoint",
    "check_arrays": "nothing",
    "load_checkpoint": "tested below, with a file",
}


@pytest.mark.parametrize("name", OTHERS)
def test_everything_else_is_float32(name):
    assert_all_float32(OTHERS[name]())


def test_a_checkpoint_keeps_float32(tmp_path):
    assert_all_float32(loaded_checkpoint(tmp_path))


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SGD(p, 0.1),
        lambda p: optim.SGD(p, 0.1, momentum=0.9),
        lambda p: optim.Adam(p, weight_decay=0.1),
        lambda p: optim.AdamW(p),
    ],
    ids=["SGD", "momentum", "Adam", "AdamW"],
)
def test_optimizers_keep_float32(make):
    weights = {"W": x(3, 5), "blocks": [{"b": x(5)}]}
    optimizer = make(weights)
    for _ in range(2):
        optimizer.step({"W": x(3, 5), "blocks": [{"b": x(5)}]}, lr=0.05)
    assert_all_float32((weights, optimizer.state()))


def public_names(module):
    """Name the functions and stateful classes that a module defines for others to use."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(value)
        and value.__module__ == module.__name__
    }


PUBLIC = set().union(*map(public_names, MODULES))


def test_every_public_function_is_in_a_list():
    with_cases = {function_of(name) for name in CASES}
    listed = with_cases | {f"{name}_backward" for name in with_cases}
    listed |= {function_of(name) for name in OTHERS} | NO_FLOAT32.keys()
    assert PUBLIC - listed == set()
    assert listed - PUBLIC == {"NextLogits"}


def test_every_backward_is_checked_against_its_forward():
    backwards = {name for name in PUBLIC if name.endswith("_backward")}
    assert backwards == {f"{function_of(name)}_backward" for name in CASES}
