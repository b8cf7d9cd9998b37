"""A loss that is nan stops the run, and the message names the step and the first array."""

import dataclasses
import re
import warnings

import numpy as np
import pytest

from course_lib.params import flatten, init_params
from course_lib.recipe import Recipe
from course_lib.tasks import load_task
from course_lib.train import train

RECIPE = Recipe(50, 16, lr=0.1, optimizer="sgd", schedule="constant", clip=None, evaluate_every=50)


@pytest.fixture(autouse=True)
def no_other_warning():
    """The message says it all: NumPy's warnings about overflow would only bury it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def message(task, recipe=RECIPE, params=None, **options):
    with pytest.raises(FloatingPointError) as caught:
        train(task, recipe, params=params, progress=False, **options)
    return str(caught.value)


def scaled_params(config, name, factor):
    """Draw parameters and multiply one array."""
    params = init_params(config, np.random.default_rng(0))
    flatten(params)[name][...] *= factor
    return params


def with_norm(task, norm):
    return dataclasses.replace(task, config=dataclasses.replace(task.config, norm=norm))


@pytest.mark.parametrize("shards", [1, 2])
def test_an_exploding_rate_names_the_step_and_the_loss_before(shards):
    task = load_task("next_token")
    losses = []

    def stream(rng, size):
        losses.append(None)
        return task.batch(rng, size)

    counted = dataclasses.replace(task, stream=stream)
    said = message(counted, dataclasses.replace(RECIPE, lr=1e4), shards=shards)
    assert f"train: at step {len(losses)} " in said
    assert 2 <= len(losses) < 20
    assert "is not finite. The loss before it was" in said
    assert "Lower the learning rate, clip the gradients, or warm up for longer." in said


def test_a_rate_beyond_float32_is_found_in_the_parameters():
    said = message(load_task("next_token"), dataclasses.replace(RECIPE, lr=1e39, optimizer="adam"))
    assert said.startswith("train: at step 2 parameter embedding.W is not finite.")


def test_the_last_update_is_looked_at_too():
    """No step follows it; the evaluation finds what it did."""
    recipe = dataclasses.replace(RECIPE, lr=1e39, optimizer="adam", steps=1)
    said = message(load_task("next_token"), recipe)
    assert said.startswith("train: at step 1 parameter embedding.W is not finite.")


@pytest.mark.parametrize("name", ["blocks.0.feed_forward.W_2", "blocks.0.norm_1.beta", "output.b"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_parameter_is_named(name, value):
    task = load_task("next_token")
    params = init_params(task.config, np.random.default_rng(0))
    flatten(params)[name].flat[1] = value
    assert message(task, params=params).startswith(f"train: at step 1 parameter {name} is not")


@pytest.mark.parametrize(
    ("norm", "name", "factor", "place"),
    [
        ("pre", "embedding.W", 1e30, "stack.blocks.0.attention.norm.1"),
        ("none", "blocks.0.attention.W_Q", 1e38, "stack.blocks.0.attention.sublayer.attention.q"),
        ("none", "blocks.0.feed_forward.W_1", 1e38, "stack.blocks.0.feed_forward.sublayer"),
        ("post", "blocks.0.feed_forward.W_2", 1e38, "stack.blocks.0.feed_forward.norm"),
        ("none", "output.W", 1e38, "the array of logits"),
    ],
)
def test_an_overflow_in_the_forward_names_its_array(norm, name, factor, place):
    task = with_norm(load_task("next_token"), norm)
    params = scaled_params(task.config, name, factor)
    if norm == "none":
        flatten(params)["embedding.W"][...] *= 100.0
    said = message(task, params=params)
    assert said.startswith("train: at step 1 ")
    assert place in said, said


def test_an_overflow_in_the_decoder_is_told_from_one_in_the_encoder():
    task = with_norm(load_task("copy"), "none")
    for side, attention in (("encoder", "attention"), ("decoder", "cross_attention")):
        params = scaled_params(task.config, f"{side}.blocks.0.{attention}.W_V", 1e38)
        flatten(params)["encoder.embedding.W"][...] *= 1000.0
        said = message(task, params=params)
        assert f"array {side}.blocks.0.{attention}.sublayer" in said


def test_gradients_may_overflow_where_the_loss_does_not():
    task = with_norm(load_task("next_token"), "none")
    params = scaled_params(task.config, "blocks.0.feed_forward.W_1", 1e25)
    flatten(params)["blocks.0.feed_forward.W_2"][...] *= 1e-25
    said = message(task, params=params)
    assert re.search(r"at step 1 the (gradient of \S+|norm of the gradients) is not finite\.", said)
