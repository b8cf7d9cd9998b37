"""A loss that is nan stops the run, and the message names the step and the first array."""

import dataclasses
import re
import warnings

import numpy as np
import pytest

from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

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


def scaled_params(config, **factors):
    """Draw parameters and multiply some arrays; `__` stands for the dots of a name."""
    params = init_params(config, np.random.default_rng(0))
    for name, factor in factors.items():
        flatten(params)[name.replace("__", ".")][...] *= factor
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


ATTENTION, FEED = "blocks__0__attention__", "blocks__0__feed_forward__"


@pytest.mark.parametrize(
    ("norm", "factors", "place"),
    [
        ("none", {"embedding__W": 1e2, ATTENTION + "W_Q": 1e38}, "attention.sublayer.attention.q"),
        ("none", {"embedding__W": 1e2, ATTENTION + "W_V": 1e38}, "attention.sublayer.attention.v"),
        ("none", {"embedding__W": 1e2, FEED + "W_1": 1e38}, "feed_forward.sublayer"),
        ("post", {FEED + "W_1": 1e2, FEED + "W_2": 1e38}, "feed_forward.norm"),
        ("post", {"embedding__W": 1e2, ATTENTION + "W_V": 1e38}, "attention.sublayer.attention.v"),
        ("pre", {FEED + "W_1": 1e2, FEED + "W_2": 1e38}, "stack.norm"),
    ],
)
def test_an_overflow_in_the_forward_names_its_array(norm, factors, place):
    task = with_norm(load_task("next_token"), norm)
    said = message(task, params=scaled_params(task.config, **factors))
    block = "" if place.startswith("stack") else "stack.blocks.0."
    assert said.startswith(f"train: at step 1 array {block}{place}")
    assert " of the forward is not finite." in said


def test_an_overflow_in_the_logits_is_named():
    task = load_task("next_token")
    params = scaled_params(task.config, output__W=1e38, norm__gamma=1e2)
    assert message(task, params=params).startswith("train: at step 1 the array of logits is not")


def test_an_overflow_in_the_decoder_is_told_from_one_in_the_encoder():
    task = with_norm(load_task("copy"), "none")
    for side, part in (("encoder", "attention"), ("decoder", "cross_attention")):
        factors = {"encoder__embedding__W": 1e3, f"{side}__blocks__0__{part}__W_V": 1e38}
        said = message(task, params=scaled_params(task.config, **factors))
        assert said.startswith(f"train: at step 1 array {side}.blocks.0.{part}.sublayer")


def test_gradients_may_overflow_where_the_loss_does_not():
    task = with_norm(load_task("next_token"), "none")
    params = scaled_params(task.config, **{FEED + "W_1": 1e25, FEED + "W_2": 1e-25})
    said = message(task, params=params)
    assert re.search(r"at step 1 the (gradient of \S+|norm of the gradients) is not finite\.", said)
