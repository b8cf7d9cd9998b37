"""Exercise: train_step."""

import math

import numpy as np

from course_lib import optim
from course_lib.objective import IGNORED, Batch, loss_and_grads
from course_lib.params import TransformerConfig, flatten, init_params

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_step as wrong


def train_step(batch, params, config, optimizer, lr, max_norm):
    """Learn from one batch: gradients, clipping, one step. Returns the loss, the norm before."""
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    return loss, norm


def _one_token():
    """A model whose output matrix is 0, so that loss and gradient can be worked out by hand."""
    config = TransformerConfig(
        "decoder", 2, d_model=3, n_heads=1, n_layers=1, d_ff=0, max_len=1, positions="none"
    )
    params = init_params(config, np.random.default_rng(0), np.float64)
    params["embedding"]["W"] *= 1000  # so that the layer norm's eps plays no part
    params["output"]["W"][...] = 0
    return Batch((np.array([[1]]),), np.array([[0]])), params, config


def _some(rng, B, T):
    config = TransformerConfig("decoder", 7, d_model=6, n_heads=2, n_layers=1, d_ff=5, max_len=T)
    ids, targets = rng.integers(7, size=(2, B, T))
    targets[0, 2:] = IGNORED
    return Batch((ids,), targets), init_params(config, rng, np.float64), config


def train_step_cases(rng):
    by_hand, other, third = _one_token(), _some(rng, 3, 5), _some(rng, 2, 3)
    moving = optim.SGD(third[1], 1.0, 0.9)
    moving.step(loss_and_grads(*third).grads, lr=0.0)  # has a velocity, and has not moved yet
    return [
        # Two tokens, equally likely: the loss is ln 2, and dlogits is (-1/2, 1/2). That is the
        # gradient of b; that of W is its outer product with a vector of length sqrt(3). All others
        # are 0, for the matrix is 0: the norm is sqrt(1/2 + 3/2).
        Case(
            (*by_hand, optim.SGD(by_hand[1], 1.0), 0.5, 10.0),
            label="one token, worked by hand",
            expected=(math.log(2), math.sqrt(2)),
        ),
        Case((*other, optim.SGD(other[1], 1.0), 0.1, 10.0), label="a batch, nothing to clip"),
        Case((*other, optim.SGD(other[1], 1.0), 0.1, 0.5), label="a batch, clipped"),
        Case((*third, moving, 0.3, 0.25), label="with momentum"),
    ]


def _by_name(batch, params, config, optimizer, lr, max_norm):
    result = loss_and_grads(batch=batch, params=params, config=config)
    norm = optim.clip_by_global_norm(result.grads, max_norm=max_norm)
    optimizer.step(result.grads, lr=lr)
    return float(result.loss), float(norm)


def _clipped_by_hand(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    named = flatten(grads)
    norm = math.sqrt(sum(float((g * g).sum()) for g in named.values()))
    for name in named:
        named[name] *= min(1.0, max_norm / norm)
    optimizer.step(grads, lr)
    return loss, norm


register(
    Exercise(
        name="train_step",
        lesson=8,
        reference=train_step,
        returns=("loss", "norm"),
        cases=train_step_cases,
        may_change=("params",),
        mistakes=(
            Mistake(
                "step_before_clipping",
                wrong.no_clipping,
                lambda case, got, want: (
                    f"The gradients have the norm {number(want[1])}, max_norm is "
                    f"{number(case.args[5])}, and the step was taken with unclipped gradients. "
                    "Clip between `loss_and_grads` and `optimizer.step`."
                ),
            ),
            Mistake(
                "own_rate",
                wrong.own_rate,
                lambda case, got, want: (
                    f"The step uses the optimizer's own rate, {number(case.args[3].lr)}, and not "
                    f"lr = {number(case.args[4])}. The schedule gives another rate at every step: "
                    "`optimizer.step(grads, lr)`."
                ),
            ),
            Mistake(
                "no_step",
                wrong.no_step,
                "Loss and norm are right, but the parameters are what they were: nothing is "
                "learned. Call `optimizer.step(grads, lr)`.",
            ),
            Mistake(
                "loss_afterwards",
                wrong.loss_afterwards,
                lambda case, got, want: (
                    f"You return the loss after the step, {number(got[0])}, which costs a second "
                    f"forward. Return the one that the gradients belong to, {number(want[0])}."
                ),
            ),
            Mistake(
                "norm_as_grads",
                wrong.norm_as_grads,
                "`clip_by_global_norm` works in place and returns the norm, a number. Your "
                "`grads = …` puts that number in place of the gradients. Call it `norm`.",
            ),
            Mistake(
                "all_three_as_grads",
                wrong.all_three_as_grads,
                "`loss_and_grads` returns three things: loss, gradients, accuracy. The optimizer "
                "wants the gradients alone.",
            ),
            Mistake(
                "two_values",
                wrong.two_values,
                "`loss_and_grads` returns three things: loss, gradients, accuracy. Take all three "
                "apart, or take them by name: `result.loss`, `result.grads`.",
            ),
            Mistake(
                "steps_by_params",
                wrong.steps_by_params,
                "You hand the parameters to `optimizer.step`, so that each is made smaller by a "
                "share of itself. It wants the gradients; the parameters it knows already.",
            ),
            Mistake(
                "twice",
                wrong.twice,
                "Two steps are taken. One call learns from one batch, once.",
            ),
            Mistake(
                "same_gradients_twice",
                wrong.same_gradients_twice,
                "`optimizer.step` is called twice. One call learns from one batch, once.",
            ),
            Mistake(
                "limit_of_one",
                wrong.limit_of_one,
                lambda case, got, want: (
                    f"You clip at 1, whatever max_norm is; here it is {number(case.args[5])}. Use "
                    "the parameter."
                ),
            ),
            Mistake(
                "accuracy_as_loss",
                wrong.accuracy_as_loss,
                "You return the accuracy in place of the loss. `loss_and_grads` returns loss, "
                "gradients, accuracy, in this order.",
            ),
            Mistake(
                "norm_after",
                wrong.norm_after,
                lambda case, got, want: (
                    f"You return the norm after clipping, {number(got[1])}. The one before it, "
                    f"{number(want[1])}, is what `clip_by_global_norm` returns."
                ),
            ),
            Mistake(
                "rate_twice",
                wrong.rate_twice,
                "The learning rate is applied twice: the optimizer multiplies by it, so the "
                "gradients must not be multiplied before.",
            ),
            Mistake(
                "without_optimizer",
                wrong.without_optimizer,
                "You take the step by yourself, so that momentum or Adam would play no part. "
                "Leave it to the optimizer: `optimizer.step(grads, lr)`.",
            ),
        ),
        correct=(_by_name, _clipped_by_hand),
        hints=(
            "Three calls, one after the other, each with what the one before it returned.",
            "loss, grads, accuracy = loss_and_grads(batch, params, config) is the first.",
            "Then clip, and keep what `clip_by_global_norm` returns. It changes `grads` in place.",
            "Last, optimizer.step(grads, lr). Return loss and norm.",
        ),
    )
)
