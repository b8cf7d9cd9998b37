"""Short trainings of a tiny model under many settings, which lesson 9 compares.

    run = short_run(lr=1e-2)
    run.held_out, run.diverged_at, run.dead
    outcomes = sweep(short_run, {"lr": [1e-3, 1e-2], "seed": range(3)}, ProcessPoolExecutor(2))

The task is always the same: the next character of The Raven, with a context of 32 characters.
"""

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from classroom.exercises import reference
from course_lib.internals.threads import one_blas_thread
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import raven
from course_lib.training import objective, step
from course_lib.training.nonfinite import steps_put_off
from course_lib.training.objective import Batch
from course_lib.training.recipe import Recipe
from course_lib.training.shards import computing
from course_lib.vocab import Vocabulary

#: Length of the context, in characters.
T = 32


class Poem(NamedTuple):
    """The poem as ids (n,), and windows of its first nine tenths and of its held-out last tenth."""

    ids: np.ndarray
    train: Batch
    held_out: Batch
    vocabulary: Any


class ShortRun(NamedTuple):
    """The result of a short training.

    Attributes
    ----------
    settings : dict
        The arguments of `short_run`, all but `watch`.
    losses, gradient_norms : arrays (steps,)
        The loss of each batch, in nats per character, and the norm of its gradient before clipping;
        nan from the step on at which the run diverged.
    held_out : float
        Loss on the held-out tenth of the poem, in nats per character; nan after a divergence.
    evaluations : array (n, 2)
        Step and held-out loss, every `evaluate_every` steps, step 0 and the last one included.
    diverged_at : int or None
        The first step, counted from 1, whose loss or gradient is nan or infinite.
    dead : float
        Share of the relu units that are 0 at every position of the held-out text, at the end; nan
        after a divergence.
    params : nested dict of arrays
        As they are at the end, in float32.
    config : TransformerConfig
    """

    settings: dict[str, Any]
    losses: np.ndarray
    gradient_norms: np.ndarray
    held_out: float
    evaluations: np.ndarray
    diverged_at: int | None
    dead: float
    params: dict
    config: TransformerConfig


def short_run(
    *,
    lr=1e-2,
    optimizer="adam",
    schedule="cosine",
    warmup=0,
    batch_size=16,
    steps=300,
    norm="pre",
    n_layers=1,
    init_scale=1.0,
    full_updates=False,
    dropout=0.0,
    weight_decay=0.0,
    clip=1.0,
    d_model=32,
    n_train=None,
    evaluate_every=None,
    seed=0,
    watch=None,
):
    """Train a tiny language model on The Raven for some hundred steps.

    A run that diverges is stopped, and its result says when.

    Parameters
    ----------
    lr, optimizer, schedule, warmup, batch_size, steps, weight_decay, clip
        As in `Recipe`. Weight decay is for "adamw"; clip=None does not clip.
    norm, n_layers, dropout, d_model
        As in `TransformerConfig`; d_ff is 4 d_model, the activation relu.
    init_scale : float
        Multiplies every matrix that `init_params` draws, embedding and positions included.
    full_updates : bool
        Draw W_O and W_2 without the division by sqrt(2 n_layers).
    n_train : int, optional
        Train on the first n_train characters only.
    evaluate_every : int, optional
        Steps between two evaluations on the held-out text; by default only at 0 and at the end.
    seed : int
        Of parameters, batches and dropout.
    watch : callable, optional
        watch(step, params) is called before the first step, as step 0, and after each step.

    Returns
    -------
    ShortRun
    """
    settings = {name: value for name, value in locals().items() if name != "watch"}
    data, rng = the_raven(n_train), np.random.default_rng(seed)
    recipe = Recipe(
        steps, batch_size, lr, optimizer, schedule, warmup,
        weight_decay=weight_decay, clip=clip,
    )  # fmt: skip
    config = raven_config(norm=norm, n_layers=n_layers, dropout=dropout, d_model=d_model)
    params = start_params(config, rng, init_scale, full_updates)
    stepper = recipe.start_optimizer(params)
    watch = watch or (lambda step, params: None)
    losses, norms = np.full(steps, np.nan), np.full(steps, np.nan)
    diverged_at, evaluations = None, []
    with np.errstate(all="ignore"), one_blas_thread():
        watch(0, params)
        for n in range(1, steps + 1):
            if (evaluate_every and (n - 1) % evaluate_every == 0) or n == 1:
                evaluations.append((n - 1, _held_out(data, params, config)))
            batch = data.train.take(rng.integers(len(data.train), size=batch_size))
            lr_now = recipe.learning_rate(n)
            with computing(rng if dropout else None), steps_put_off(stepper) as asked:
                loss, norm_now = step.train_step(
                    batch, params, config, stepper, lr_now, clip or math.inf
                )
                if not (math.isfinite(loss) and math.isfinite(norm_now)):
                    asked.clear()  # the parameters stay as they were
                    diverged_at = n
                    break
            losses[n - 1], norms[n - 1] = loss, norm_now
            watch(n, params)
        held_out = _held_out(data, params, config) if diverged_at is None else math.nan
        if not math.isfinite(held_out) and diverged_at is None:
            diverged_at = steps
        evaluations.append((steps if diverged_at is None else diverged_at, held_out))
    ids, dead = data.held_out.inputs[0], math.nan
    if diverged_at is None:
        dead_units, counted = reference("dead_units"), np.ones(ids.shape, bool)
        hidden = relu_outputs(ids, params, config)
        dead = float(np.mean([dead_units(one, counted) for one in hidden]))
    return ShortRun(
        settings, losses, norms, held_out, np.array(evaluations), diverged_at, dead, params, config
    )


@functools.cache
def the_raven(n_train=None):
    """Return the Poem, with all windows to train on, and held-out ones that do not overlap."""
    text = raven.POEM.read_text(encoding="utf-8")
    vocabulary = Vocabulary.characters(text)
    ids = vocabulary.encode(text)
    seen, unseen = np.split(ids, [len(ids) * 9 // 10])
    held_out = raven.windows(unseen, T).take(slice(0, None, T))
    return Poem(ids, raven.windows(seen[:n_train], T), held_out, vocabulary)


def raven_config(**changes):
    """Return the TransformerConfig of the tiny model: relu, 4 heads, 32 characters."""
    d_model = changes.pop("d_model", 32)
    return TransformerConfig(
        "decoder", len(the_raven().vocabulary), d_model, n_heads=4, d_ff=4 * d_model, max_len=T,
        **({"n_layers": 1} | changes),
    )  # fmt: skip


def start_params(config, rng, init_scale=1.0, full_updates=False, dtype=np.float32):
    """Return parameters of `init_params`, with matrices scaled as `short_run` describes."""
    params = init_params(config, rng, dtype)
    for name, array in flatten(params).items():
        if array.ndim == 2:
            array *= init_scale
        if full_updates and name.endswith(("W_O", "W_2")):
            array *= math.sqrt(2 * config.n_layers)
    return params


def relu_outputs(ids, params, config):
    """Return the output of the relu of each block, a list of arrays (B, T, d_ff)."""
    _, (stack, _) = objective.forward((ids,), params, config)
    found = []
    for block in stack.blocks:
        _, _, second, _ = block.feed_forward.sublayer
        found.append(second[0])  # what the second linear map reads
    return found


def dependence_on_text(ids, params, config):
    """Return how much the logits depend on the text: their standard deviation over positions."""
    logits, _ = objective.forward((ids,), params, config)
    return logits.std(axis=(0, 1)).mean()


def _held_out(data, params, config):
    return objective.evaluate(data.held_out, params, config).loss
