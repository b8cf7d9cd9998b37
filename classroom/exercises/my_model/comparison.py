"""Whether the reader's model gives what the course's gives; if not, which parts are to blame."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from classroom.exercises import swap
from classroom.exercises.formatting import listed, number, plural, wrap
from classroom.exercises.my_model.own_model import Function, OwnModel
from classroom.exercises.swap import using
from classroom.exercises.tree import largest
from course_lib import tasks
from course_lib.params import flatten, init_params
from course_lib.training import objective
from course_lib.training.run import copy_params

#: Of the largest entry: an answer that computes in float32 is right too.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Comparison:
    """The same parameters and the same examples, through two models.

    Attributes
    ----------
    task : str
    logits : float
        Largest difference of the logits, as a share of the largest logit.
    gradients : dict of str to float
        For each parameter the largest difference of its gradient, as a share of its largest entry
        (or of a thousandth of the largest of all, where it is smaller: that of b_K is 0).
    loss : float
        Difference of the losses.
    raised : str
        The exception, where the model did not come to its end.
    guilty : dict of str to str
        The parts that make the difference, and what each changes.
    parts : OwnModel
        The reader's model without them; it gives the same as the course's.
    """

    task: str
    logits: float
    gradients: dict[str, float]
    loss: float
    raised: str = ""
    guilty: dict[str, str] = field(default_factory=dict)
    parts: OwnModel = field(default_factory=lambda: OwnModel({}, {}))

    @property
    def same(self) -> bool:
        """Whether all of it agrees, up to what float32 leaves."""
        worst = max(self.logits, abs(self.loss), *self.gradients.values())
        return bool(worst <= TOLERANCE)

    @property
    def changed(self) -> str:
        """What is the same and what is not, in words."""
        if self.raised:
            return self.raised
        worst = sorted(self.gradients, key=lambda name: -self.gradients[name])
        apart = [name for name in worst if not self.gradients[name] <= TOLERANCE]
        total = plural(len(self.gradients), "parameter array")
        logits = (
            "the same logits"
            if self.logits <= TOLERANCE
            else f"other logits (off by {number(self.logits)} times the largest)"
        )
        if not apart:
            return f"{logits}, the same gradients for all {total}"
        more = f" and {len(apart) - 3} more" if len(apart) > 3 else ""
        named = ", ".join(apart[:3]) + more if more else listed(apart)
        return f"{logits}, other gradients for {len(apart)} of {total}: {named}"

    def __str__(self) -> str:
        if self.same:
            return f"{self.task}: {self.changed}"
        lines = [wrap(f"{self.task}: {self.changed}.", "")]
        for name, changes in self.guilty.items():
            if changes == _alone(self):
                changes = "All of it comes from this one part."
            advice = (
                f"It is your {name}. {changes} From here on the course's own {name} runs in its "
                f'place; solution("{name}") shows it.'
            )
            lines.append(wrap(advice))
        return "\n".join(lines)

    __repr__ = __str__


def compare(own: Mapping[str, Function], task: Any, examples: int = 7) -> Comparison:
    """Run the course's model and the reader's on the same parameters and the same examples.

    Where they differ, each of the reader's functions is put alone into the course's model. Those
    that change it there are guilty.

    Parameters
    ----------
    own : mapping of str to callable
        What `mine()` returns.
    task : Task or str
    examples : int

    Returns
    -------
    Comparison
        In float64; dropout is off.
    """
    task = tasks.load_task(task) if isinstance(task, str) else task
    params = init_params(task.config, np.random.default_rng(0), np.float64)
    batch = task.batch(np.random.default_rng(1), examples)
    wanted = _run({}, batch, params, task.config)

    def with_parts(functions: Mapping[str, Function]) -> Comparison:
        try:
            got = _run(functions, batch, params, task.config)
        except Exception as error:  # whatever the reader's code raises
            unknown = dict.fromkeys(wanted.gradients, float("inf"))
            said = str(error).partition("\n")[0].rstrip(".: ")
            reason = f"the model stops with {type(error).__name__}: {said}".rstrip(": ")
            return Comparison(task.name, float("inf"), unknown, float("inf"), reason)
        floor = max(largest(g) for g in wanted.gradients.values()) / 1000
        gradients = {
            name: _off(got.gradients.get(name), gradient, floor)
            for name, gradient in wanted.gradients.items()
        }
        loss = abs(got.loss - wanted.loss)
        return Comparison(
            task.name,
            _off(got.logits, wanted.logits),
            gradients,
            loss if np.isfinite(loss) else float("inf"),
        )

    parts = own if isinstance(own, OwnModel) else OwnModel(dict(own), {})
    found = with_parts(own)
    guilty = {} if found.same else _find_guilty(own, with_parts)
    reasons = {
        name: f"In the model of {task.name} it is wrong. {why}" for name, why in guilty.items()
    }
    return replace(found, guilty=guilty, parts=parts.without(reasons))


@dataclass(frozen=True)
class _Results:
    logits: np.ndarray
    loss: float
    gradients: dict[str, np.ndarray]


def _run(functions: Mapping[str, Function], batch: Any, params: Any, config: Any) -> _Results:
    """Forward and backward with these functions; they get copies, which they may spoil."""
    params = copy_params(params)
    batch = replace(
        batch, inputs=tuple(ids.copy() for ids in batch.inputs), targets=batch.targets.copy()
    )
    with using(**functions):
        logits, _ = objective.forward(batch.inputs, params, config)
        result = objective.loss_and_grads(batch, params, config)
    return _Results(np.array(logits), float(result.loss), flatten(result.grads))


def _find_guilty(
    own: Mapping[str, Function], with_parts: Callable[[Mapping[str, Function]], Comparison]
) -> dict[str, str]:
    """Return the functions that make the model wrong, and what each of them changes."""
    alone = {name: with_parts({name: own[name]}) for name in own}
    suspects = {name: found for name, found in alone.items() if not found.same}
    # A forward and its backward may be right together, with a cache of their own.
    for name in list(suspects):
        backward = f"{name}_backward"
        if backward in suspects and with_parts({n: own[n] for n in (name, backward)}).same:
            del suspects[name], suspects[backward]
    guilty = {name: _alone(found) for name, found in suspects.items()}
    kept = {name: own[name] for name in own if name not in guilty}
    if with_parts(kept).same:
        return guilty
    # Each is right alone, and some are wrong together: put them in one by one, the parts of the
    # model before the helpers that only the reader's parts call, until no other one fits.
    fitting: dict[str, Function] = {}
    left = dict(sorted(kept.items(), key=lambda item: item[0] not in swap.FUNCTIONS))
    before = -1
    while len(left) != before:
        before = len(left)
        for name in list(left):
            if with_parts(fitting | {name: left[name]}).same:
                fitting[name] = left.pop(name)
    for name in left:
        found = with_parts(fitting | {name: left[name]})
        guilty[name] = f"With your other parts it gives: {found.changed}."
    return guilty


def _alone(found: Comparison) -> str:
    return f"Alone in the course's model it gives: {found.changed}."


def _off(got: Any, want: np.ndarray, floor: float = 1e-300) -> float:
    """Largest difference as a share of the largest entry; infinite where the shapes differ."""
    if got is None or np.shape(got) != want.shape or not np.isfinite(got).all():
        return float("inf")
    return largest(np.asarray(got) - want) / max(largest(want), floor)
