"""The trained models that come with the course, in data/checkpoints/."""

from dataclasses import asdict
from pathlib import Path

from ..internals.files import data_folder
from ..params import flatten, unflatten
from ..training.checkpoint import load_checkpoint, save_checkpoint
from ..training.objective import evaluate

FOLDER = data_folder() / "checkpoints"
_CURVE_POINTS = 200


def stored_path(task):
    """Return where the model of this task lies: NAME-PRESET.npz, or NAME.npz if they are equal."""
    name = task.name if task.preset == task.name else f"{task.name}-{task.preset}"
    return FOLDER / f"{name}.npz"


def store(task, run, seed, path=None):
    """Write the parameters of a finished run of `train(task, seed=seed)`, and what it reached.

    Returns
    -------
    metadata : dict
        task, preset, seed, vocabulary, recipe, and of `task.held_out`: loss (nats per counted
        token), accuracy (exact match), by_group; report, what `task.report` says; history:
        evaluations, and the mean training loss of up to 200 equal stretches of the run.
    """
    measured = evaluate(task.held_out, run.params, task.config)
    losses = run.history.loss
    stretch = -(-len(losses) // _CURVE_POINTS)
    starts = range(0, len(losses), stretch)
    curve = [sum(losses[i : i + stretch]) / len(losses[i : i + stretch]) for i in starts]
    metadata = {
        "task": task.name,
        "preset": task.preset,
        "seed": seed,
        "vocabulary": task.vocabulary.to_dict(),
        "recipe": asdict(task.recipe),
        **measured._asdict(),
        "report": {} if task.report is None else task.report(run.params),
        "history": {
            "evaluations": run.history.evaluations,
            "steps_per_point": stretch,
            "loss": [float(f"{value:.4g}") for value in curve],
        },
    }
    save_checkpoint(path or stored_path(task), run.params, task.config, metadata)
    return metadata


def load_stored(task, path=None, dtype=None):
    """Read the trained model of a task.

    Parameters
    ----------
    task : Task
    path : path, optional
        Another file than `stored_path(task)`.
    dtype : dtype, optional
        What the arrays are turned into. As stored they are float32, in which a model was trained;
        in float64 it computes the same on every machine, but for the last digits.

    Returns
    -------
    params : nested dict of arrays
    metadata : dict
        See `store`.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it was trained for another configuration or vocabulary than the task has now.
    """
    path = Path(path or stored_path(task))
    params, config, metadata, _ = load_checkpoint(path)
    for what, theirs, ours in (
        ("configuration", config, task.config),
        ("vocabulary", metadata.get("vocabulary"), task.vocabulary.to_dict()),
    ):
        if theirs != ours:
            raise ValueError(
                f"load_stored: the model in {path.name} was trained with another {what} than "
                f"{task.name} has now. Train it again with tools/train_checkpoints.py."
            )
    if dtype is not None:
        params = unflatten({name: a.astype(dtype) for name, a in flatten(params).items()})
    return params, metadata
