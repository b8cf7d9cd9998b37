"""The state of a training run: what was measured, what is kept, when it is over, and its file."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..params import flatten, unflatten
from .checkpoint import load_checkpoint, save_checkpoint


@dataclass
class History:
    """What was measured: an entry for each step, and a dict for each evaluation.

    Loss in nats per counted token, gradient_norm before clipping, accuracy of the batch.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    evaluations: list[dict] = field(default_factory=list)

    def add_step(self, loss, accuracy, gradient_norm, learning_rate):
        """Add what was measured in a step."""
        self.loss.append(loss)
        self.accuracy.append(accuracy)
        self.gradient_norm.append(gradient_norm)
        self.learning_rate.append(learning_rate)


@dataclass
class Run:
    """The result of a training, and its state on the way. At the end `params` are those to keep."""

    params: dict
    config: Any
    history: History = field(default_factory=History)
    snapshots: dict[int, dict] = field(default_factory=dict)
    step: int = 0
    best: dict | None = None
    best_step: int = 0
    stopped_early: bool = False
    seconds: float = 0.0


def copy_params(params):
    """Return the same nested dict with arrays of its own."""
    return unflatten({name: array.copy() for name, array in flatten(params).items()})


def is_over(run, recipe):
    """Tell whether all steps are taken, or the run has stopped early."""
    return run.step >= recipe.steps or run.stopped_early


def is_due(run, recipe, every):
    """Tell whether it is time for what is done every so many steps, and at the end."""
    return run.step % every == 0 or is_over(run, recipe)


def add_evaluation(run, recipe, evaluation):
    """Record an evaluation: keep the best parameters, stop when none was better for too long."""
    evaluations = run.history.evaluations
    if all(recipe.score(evaluation) > recipe.score(earlier) for earlier in evaluations):
        run.best, run.best_step = copy_params(run.params), run.step
    evaluations.append(evaluation)
    waited = sum(1 for earlier in evaluations if earlier["step"] > run.best_step)
    run.stopped_early = recipe.patience is not None and waited >= recipe.patience


def take_snapshot(run, steps):
    """Keep a copy of the parameters if this step is among those asked for."""
    if run.step in steps:
        run.snapshots[run.step] = copy_params(run.params)


def can_resume(checkpoint, resume):
    """Tell whether there is a file to continue from; refuse what would fail after minutes."""
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


def save_run(path, run, optimizer, rng, identity):
    """Write all that a run needs to go on as if it had never stopped."""
    arrays = {f"optimizer/{name}": array for name, array in optimizer.state().items()}
    kept = {"best": run.best} if run.best is not None else {}
    kept |= {f"snapshot.{step}": params for step, params in run.snapshots.items()}
    for label, params in kept.items():
        arrays |= {f"{label}/{name}": array for name, array in flatten(params).items()}
    metadata = {
        "identity": identity,
        "step": run.step,
        "best_step": run.best_step,
        "stopped_early": run.stopped_early,
        "seconds": run.seconds,
        "history": asdict(run.history),
        "rng": rng.bit_generator.state,
    }
    save_checkpoint(path, run.params, run.config, metadata, arrays)


def restore_run(path, run, optimizer, rng, identity):
    """Put run, optimizer and rng into the state of the file; refuse the file of another run."""
    params, config, metadata, arrays = load_checkpoint(path)
    theirs = metadata.get("identity", {}) | config.to_dict()
    ours = identity | run.config.to_dict()
    differ = [key for key in ours if key not in theirs or theirs[key] != ours[key]]
    if differ:
        listed = "; ".join(f"{key}: {theirs.get(key)} there, {ours[key]} here" for key in differ)
        raise ValueError(f"train: {str(path)!r} belongs to another run ({listed}).")
    for name, array in flatten(run.params).items():
        array[...] = flatten(params)[name]
    groups: dict[str, dict] = {}
    for name, array in arrays.items():
        label, _, rest = name.partition("/")
        groups.setdefault(label, {})[rest] = array
    optimizer.load_state(groups.pop("optimizer"))
    run.best = unflatten(groups.pop("best")) if "best" in groups else None
    run.snapshots = {int(k.removeprefix("snapshot.")): unflatten(v) for k, v in groups.items()}
    run.history = History(**metadata["history"])
    run.step, run.best_step = metadata["step"], metadata["best_step"]
    run.stopped_early, run.seconds = metadata["stopped_early"], metadata["seconds"]
    rng.bit_generator.state = metadata["rng"]
