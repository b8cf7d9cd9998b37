"""train_step: a batch gives gradients, they are clipped, the optimizer takes a step."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number
from course_lib.params import TransformerConfig, init_params
from course_lib.training import optim
from course_lib.training.objective import IGNORED, Batch, loss_and_grads


def one_token():
    """A model whose output matrix is 0, so that loss and gradient can be worked out by hand."""
    config = TransformerConfig(
        "decoder", 2, d_model=3, n_heads=1, n_layers=1, d_ff=0, max_len=1, positions="none"
    )
    params = init_params(config, np.random.default_rng(0), np.float64)
    params["embedding"]["W"] *= 1000  # so that the layer norm's eps plays no part
    params["output"]["W"][...] = 0
    return Batch((np.array([[1]]),), np.array([[0]])), params, config


def random_model(rng, B, T):
    config = TransformerConfig("decoder", 7, d_model=6, n_heads=2, n_layers=1, d_ff=5, max_len=T)
    ids, targets = rng.integers(7, size=(2, B, T))
    targets[0, 2:] = IGNORED
    return Batch((ids,), targets), init_params(config, rng, np.float64), config


def cases(rng):
    by_hand, other, third = one_token(), random_model(rng, 3, 5), random_model(rng, 2, 3)
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
        Case(
            (*other, optim.SGD(other[1], 1.0), 0.1, 10.0),
            label="a batch, nothing to clip",
            proves="a step that needs no clipping",
        ),
        Case((*other, optim.SGD(other[1], 1.0), 0.1, 0.5), label="a batch, clipped"),
        Case((*third, moving, 0.3, 0.25), label="with momentum"),
    ]


returns = ("loss", "norm")
may_change = ("params",)

CLIP = "norm = clip_by_global_norm(grads, max_norm)"
STEP = "optimizer.step(grads, lr)"

mistakes = [
    Mistake(
        "step_before_clipping",
        {f"    {CLIP}\n    {STEP}\n": f"    {STEP}\n    {CLIP}\n"},
        lambda case, got, want: (
            f"The gradients have the norm {number(want[1])}, max_norm is {number(case.args[5])}, "
            "and the step was taken with unclipped gradients. Clip between `loss_and_grads` and "
            "`optimizer.step`."
        ),
    ),
    Mistake(
        "params_clipped",
        {"norm(grads, ": "norm(params, "},
        "You clip the parameters: they shrink, and the gradients are as long as before. Hand the "
        "gradients to `clip_by_global_norm`.",
    ),
    Mistake(
        "rate_and_limit_swapped",
        {"grads, max_norm": "grads, limit", "grads, lr": "grads, max_norm", "limit": "lr"},
        "`lr` and `max_norm` have changed places: the norm is limited to max_norm, and the step "
        "is made with lr.",
    ),
    Mistake(
        "uphill",
        {"(grads, lr)": "(grads, -lr)"},
        "The step goes uphill: the rate is turned to its negative. The optimizer subtracts by "
        "itself; hand it lr as it is.",
    ),
    Mistake(
        "skipped",
        {STEP: f"if norm <= max_norm:\n        {STEP}"},
        lambda case, got, want: (
            f"No step is taken where the norm, here {number(want[1])}, is above max_norm = "
            f"{number(case.args[5])}. Clipped gradients are there to be used: take the step in any "
            "case."
        ),
    ),
    Mistake(
        "own_rate",
        {"(grads, lr)": "(grads)"},
        lambda case, got, want: (
            f"The step uses the optimizer's own rate, {number(case.args[3].lr)}, and not lr = "
            f"{number(case.args[4])}. The schedule gives another rate at every step: "
            "`optimizer.step(grads, lr)`."
        ),
    ),
    Mistake(
        "no_step",
        {f"    {STEP}\n": ""},
        "Loss and norm are right, but the parameters are what they were: nothing is learned. Call "
        "`optimizer.step(grads, lr)`.",
    ),
    Mistake(
        "loss_afterwards",
        {"return loss": "return loss_and_grads(batch, params, config).loss"},
        lambda case, got, want: (
            f"You return the loss after the step, {number(got[0])}, which costs a second forward. "
            f"Return the one that the gradients belong to, {number(want[0])}."
        ),
    ),
    Mistake(
        "norm_as_grads",
        {"norm = clip": "grads = clip", "loss, norm": "loss, grads"},
        "`clip_by_global_norm` works in place and returns the norm, a number. Your `grads = …` "
        "puts that number in place of the gradients. Call it `norm`.",
    ),
    Mistake(
        "all_three_as_grads",
        {"loss, grads, _": "grads", "return loss": "return grads.loss"},
        "`loss_and_grads` returns three things: loss, gradients, accuracy. The optimizer wants the "
        "gradients alone.",
    ),
    Mistake(
        "two_values",
        {"loss, grads, _": "loss, grads"},
        "`loss_and_grads` returns three things: loss, gradients, accuracy. Take all three apart, "
        "or take them by name: `result.loss`, `result.grads`.",
    ),
    Mistake(
        "steps_by_params",
        {"step(grads": "step(params"},
        "You hand the parameters to `optimizer.step`, so that each is made smaller by a share of "
        "itself. It wants the gradients; the parameters it knows already.",
    ),
    Mistake(
        "twice",
        [
            {
                STEP: f"{STEP}\n    again = loss_and_grads(batch, params, config).grads\n"
                "    clip_by_global_norm(again, max_norm)\n    optimizer.step(again, lr)"
            },
            {STEP: f"{STEP}\n    {STEP}"},
        ],
        "Two steps are taken. One call learns from one batch, once.",
    ),
    Mistake(
        "limit_of_one",
        {"grads, max_norm": "grads, 1.0"},
        lambda case, got, want: (
            f"You clip at 1, whatever max_norm is; here it is {number(case.args[5])}. Use the "
            "parameter."
        ),
    ),
    Mistake(
        "accuracy_as_loss",
        {"loss, grads, _": "_, grads, loss"},
        "You return the accuracy in place of the loss. `loss_and_grads` returns loss, gradients, "
        "accuracy, in this order.",
    ),
    Mistake(
        "norm_after",
        {"return loss, norm": "return loss, min(norm, max_norm)"},
        lambda case, got, want: (
            f"You return the norm after clipping, {number(got[1])}. The one before it, "
            f"{number(want[1])}, is what `clip_by_global_norm` returns."
        ),
    ),
    Mistake(
        "rate_twice",
        {STEP: f"for g in flatten(grads).values():\n        g *= lr\n    {STEP}"},
        "The learning rate is applied twice: the optimizer multiplies by it, so the gradients must "
        "not be multiplied before.",
    ),
    Mistake(
        "without_optimizer",
        {STEP: "for name, g in flatten(grads).items():\n        flatten(params)[name] -= lr * g"},
        "You take the step by yourself, so that momentum or Adam would play no part. Leave it to "
        "the optimizer: `optimizer.step(grads, lr)`.",
    ),
]

hints = [
    "Three calls, one after the other, each with what the one before it returned.",
    "loss, grads, accuracy = loss_and_grads(batch, params, config) is the first.",
    "Then clip, and keep what `clip_by_global_norm` returns. It changes `grads` in place.",
    "Last, optimizer.step(grads, lr). Return loss and norm.",
]
