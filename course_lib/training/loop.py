"""The training loop: batches, evaluation, the best model, early stopping, checkpoints, resume."""

import contextlib
import math
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..internals.threads import one_blas_thread
from ..params import init_params
from . import optim
from .nonfinite import explain_nonfinite
from .objective import evaluate, loss_and_grads
from .run import Run, copy_params, restore_run, save_run


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
        Threads that share a batch; see `objective.loss_and_grads`.
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
    if _is_there(checkpoint, resume):
        restore_run(checkpoint, run, optimizer, rng, identity)
    elif 0 in snapshots:
        run.snapshots[0] = copy_params(run.params)

    every = checkpoint_every or recipe.evaluate_every
    began = time.perf_counter() - run.seconds
    with one_blas_thread(), _bar(recipe.steps, run.step, task.name, progress) as bar:
        while run.step < recipe.steps and not run.stopped_early:
            _one_step(task, recipe, run, optimizer, rng, shards)
            bar.update(1)
            if run.step in snapshots:
                run.snapshots[run.step] = copy_params(run.params)
            if run.step % recipe.evaluate_every == 0 or run.step == recipe.steps:
                evaluation = _evaluate(task, recipe, run)
                bar.set_postfix_str(
                    f"loss {run.history.loss[-1]:.3f}, held out {evaluation['loss']:.3f}, "
                    f"exact {evaluation['accuracy']:.1%}"
                )
                if callback is not None:
                    callback(run, evaluation)
            run.seconds = time.perf_counter() - began
            last = run.step == recipe.steps or run.stopped_early
            if checkpoint is not None and (run.step % every == 0 or last):
                save_run(checkpoint, run, optimizer, rng, identity)
    if recipe.keep == "best" and run.best is not None:
        run.params = run.best
    return run


def _quiet():
    """Hush NumPy about overflow: a value that is not finite is found, and explained, below."""
    return np.errstate(over="ignore", invalid="ignore")


def _one_step(task, recipe, run, optimizer, rng, shards):
    batch = task.batch(rng, recipe.batch_size)
    dropout_rng = rng if task.config.dropout else None
    with _quiet():
        result = loss_and_grads(
            batch, run.params, task.config, dropout_rng, recipe.label_smoothing, shards
        )
        norm = optim.clip_by_global_norm(result.grads, recipe.clip or math.inf)
    run.step += 1
    if not (math.isfinite(result.loss) and math.isfinite(norm)):
        raise FloatingPointError(explain_nonfinite(run, batch, result.loss, result.grads))
    lr = recipe.learning_rate(run.step)
    with _quiet():
        optimizer.step(result.grads, lr)
    history = run.history
    history.loss.append(result.loss)
    history.accuracy.append(result.accuracy)
    history.gradient_norm.append(norm)
    history.learning_rate.append(lr)


def _evaluate(task, recipe, run):
    with _quiet():
        measured = evaluate(task.validation, run.params, task.config)
    if not math.isfinite(measured.loss):
        raise FloatingPointError(explain_nonfinite(run, task.validation, measured.loss))
    evaluation = {"step": run.step, **measured._asdict()}
    evaluations = run.history.evaluations
    if all(recipe.score(evaluation) > recipe.score(earlier) for earlier in evaluations):
        run.best, run.best_step = copy_params(run.params), run.step
    evaluations.append(evaluation)
    waited = sum(1 for earlier in evaluations if earlier["step"] > run.best_step)
    run.stopped_early = recipe.patience is not None and waited >= recipe.patience
    return evaluation


def _is_there(checkpoint, resume):
    """Is there a file to continue from? Refuse what could only fail after minutes of work."""
    if checkpoint is None:
        if resume:
            raise ValueError("train: resume=True needs checkpoint, the file to continue from.")
        return False
    path = Path(checkpoint)
    if path.suffix != ".npz":
        raise ValueError(f"train: checkpoint {path.name!r} does not end in .npz; name the file so.")
    if path.exists() and not resume:
        raise FileExistsError(
            f"train: {str(path)!r} is there already. "
            "Continue it with resume=True, or choose another name."
        )
    return path.exists()


class _NoBar:
    def update(self, n):
        pass

    def set_postfix_str(self, text):
        pass


def _bar(total, initial, name, wanted):
    if not wanted:
        return contextlib.nullcontext(_NoBar())
    try:
        from tqdm.auto import tqdm
    except ImportError:  # it comes with the extra `lab`; NumPy alone is enough to train
        return contextlib.nullcontext(_NoBar())
    return tqdm(total=total, initial=initial, desc=name, unit="step")
