"""The training loop: batches, evaluation, the best model, early stopping, checkpoints, resume."""

import math
import time
from dataclasses import asdict

import numpy as np

from .. import fast
from ..internals.progress import progress_bar
from ..internals.threads import one_blas_thread
from ..params import init_params
from . import step
from .nonfinite import explain_nonfinite, steps_put_off
from .objective import evaluate
from .run import (
    Run,
    add_evaluation,
    can_resume,
    copy_params,
    is_due,
    is_over,
    restore_run,
    save_run,
    take_snapshot,
)
from .shards import computing


def train(
    task,
    recipe=None,
    *,
    seed=0,
    params=None,
    dtype=np.float32,
    callback=None,
    snapshots=(),
    checkpoint=None,
    checkpoint_every=None,
    resume=False,
    shards=1,
    progress=True,
):
    """Train a task's model.

    Parameters
    ----------
    task : Task
        Has `config`, `recipe`, `validation` (a Batch) and `batch(rng, size)`.
    recipe : Recipe, optional
        The task's own by default.
    seed : int
        Of everything that is drawn: parameters, batches, dropout.
    params : nested dict of arrays, optional
        Start from these, which are not changed.
    dtype : dtype of the parameters that are drawn
    callback : callable, optional
        callback(run, evaluation) after each evaluation, to draw a picture, say.
    snapshots : iterable of int
        Steps after which a copy of the parameters goes to `run.snapshots`; 0 is before the first.
    checkpoint : path, optional
        An .npz, written every `checkpoint_every` steps (each evaluation by default) and at the end.
    resume : bool
        Continue from the file `checkpoint`, if it is there. The result is that of a run that was
        never stopped, bit for bit; give the other arguments as they were.
    shards : int
        Threads that share a batch; see `shards.computing`.
    progress : bool
        Show a progress bar, where tqdm is installed.

    Returns
    -------
    Run

    Raises
    ------
    FloatingPointError
        If the loss or a gradient is nan or infinite; names the step and the first such array.
    FileExistsError
        If `checkpoint` is there already and `resume` is False.
    ValueError
        If `checkpoint` belongs to another run; says in what they differ.
    """
    recipe, snapshots = recipe or task.recipe, set(snapshots)
    rng = np.random.default_rng(seed)
    start = init_params(task.config, rng, dtype) if params is None else copy_params(params)
    run = Run(start, task.config)
    optimizer = recipe.start_optimizer(run.params)
    identity = {
        "task": task.name, "preset": task.preset, "seed": seed, "shards": shards,
        "dtype": str(next(iter(optimizer.params.values())).dtype),
        "snapshots": sorted(snapshots), **asdict(recipe),
    }  # fmt: skip
    if can_resume(checkpoint, resume):
        restore_run(checkpoint, run, optimizer, rng, identity)
    else:
        take_snapshot(run, snapshots)

    began = time.perf_counter() - run.seconds
    save_every = checkpoint_every or recipe.evaluate_every
    shown = progress_bar(recipe.steps, run.step, task.name, progress)
    with one_blas_thread(), fast.kernels(), shown as bar:
        while not is_over(run, recipe):
            batch = task.batch(rng, recipe.batch_size)
            _learn(batch, run, recipe, optimizer, rng, shards)
            take_snapshot(run, snapshots)
            bar.update(1)
            if is_due(run, recipe, recipe.evaluate_every):
                evaluation = _evaluate(task.validation, run)
                add_evaluation(run, recipe, evaluation)
                bar.set_postfix_str(
                    f"loss {run.history.loss[-1]:.3f}, held out {evaluation['loss']:.3f}, "
                    f"exact {evaluation['accuracy']:.1%}"
                )
                if callback is not None:
                    callback(run, evaluation)
            run.seconds = time.perf_counter() - began
            if checkpoint is not None and is_due(run, recipe, save_every):
                save_run(checkpoint, run, optimizer, rng, identity)
    if recipe.keep == "best" and run.best is not None:
        run.params = run.best
    return run


def _learn(batch, run, recipe, optimizer, rng, shards):
    """Take one step and record it."""
    run.step += 1
    lr, max_norm = recipe.learning_rate(run.step), recipe.clip or math.inf
    dropout_rng = rng if run.config.dropout else None
    with (
        _quiet(),
        computing(dropout_rng, recipe.label_smoothing, shards) as computed,
        steps_put_off(optimizer) as asked,
    ):
        loss, norm = step.train_step(batch, run.params, run.config, optimizer, lr, max_norm)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            grads = asked[-1][0] if asked else None
            raise FloatingPointError(explain_nonfinite(run, batch, loss, grads))
    run.history.add_step(float(loss), computed.accuracy, float(norm), lr)


def _evaluate(data, run):
    """Return the evaluation of the model as it is, a dict."""
    with _quiet():
        measured = evaluate(data, run.params, run.config)
    if not math.isfinite(measured.loss):
        raise FloatingPointError(explain_nonfinite(run, data, measured.loss))
    return {"step": run.step, **measured._asdict()}


def _quiet():
    """Hush NumPy about overflow: a value that is not finite is found, and explained."""
    return np.errstate(over="ignore", invalid="ignore")
