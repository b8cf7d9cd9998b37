"""The reader's own model: all that is solved, whose each part is, and whether it gives the same."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from classroom.exercises import saved, solutions, swap
from classroom.exercises.exercise import Exercise, Report, exercises, find
from classroom.exercises.grade import grade
from classroom.exercises.messages import WIDTH, listed, number, plural, wrap
from classroom.exercises.sandbox import isolated, run_limited
from classroom.exercises.signature import with_new_names
from classroom.exercises.swap import using
from classroom.exercises.tree import largest
from course_lib import tasks
from course_lib.params import flatten, init_params
from course_lib.training import objective
from course_lib.training.run import copy_params

Function = Callable[..., Any]
#: Of the largest entry: an answer that computes in float32 is right too.
TOLERANCE = 1e-4


class OwnModel(Mapping[str, Function]):
    """The reader's right functions by name, for `using(**mine())`.

    Attributes
    ----------
    refused : dict of str to str
        Saved functions that are not right, and why: they were edited after they had been saved, or
        they make the model wrong. The reference is used in their place.
    """

    def __init__(self, functions: dict[str, Function], refused: dict[str, str]) -> None:
        self._functions = functions
        self.refused = refused

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def whose(self, name: str) -> str:
        """ "yours" or "reference"."""
        return "yours" if name in self._functions else "reference"

    def without(self, refused: Mapping[str, str]) -> "OwnModel":
        """The same without some parts, for the reasons given."""
        kept = {name: f for name, f in self._functions.items() if name not in refused}
        return OwnModel(kept, self.refused | dict(refused))

    def __str__(self) -> str:
        """Whose each part is: "softmax yours · layer_norm reference"."""
        names = [exercise.name for exercise in exercises()]
        lines = [""]
        for part in (f"{name} {self.whose(name)}" for name in names):
            if lines[-1] and len(lines[-1]) + len(part) + 3 > WIDTH:
                lines.append("")
            lines[-1] += f" · {part}" if lines[-1] else part
        for name, message in self.refused.items():
            lines += ["", f"Your saved {name} is not used:", wrap(message)]
        return "\n".join(lines)

    __repr__ = __str__


def mine() -> OwnModel:
    """Load all saved answers and check each again.

    >>> parts = mine()
    >>> print(parts)                      # softmax yours · layer_norm reference · …
    >>> with using(**parts):
    ...     train(...)

    Returns
    -------
    OwnModel
        A mapping from name to function that holds the reader's; `refused` tells which saved ones
        were turned down, and why.
    """
    functions: dict[str, Function] = {}
    refused: dict[str, str] = {}
    for exercise in exercises():
        path = saved.path_of(exercise.name)
        if not path.exists():
            continue
        function, problem = _right_answer(exercise, path)
        if function is not None:
            functions[exercise.name] = function
        else:
            refused[exercise.name] = problem
    return OwnModel(functions, refused)


def saved_answer(name: str) -> Function:
    """Return the reader's saved answer to one exercise; the reference unless it is right.

    Raises
    ------
    UnknownName
        If there is no such exercise.
    """
    exercise = find(name)
    path = saved.path_of(name)
    answer = _right_answer(exercise, path)[0] if path.exists() else None
    return answer or exercise.reference


def _right_answer(exercise: Exercise, path: Path) -> tuple[Function | None, str]:
    """Load a saved answer and check it; return None and the reason where it is not right."""
    function, problem = load(exercise, path)
    if function is not None and (missing := _missing(path)):
        return None, missing
    if function is not None:
        report = grade(exercise.name, function)
        if report.outcome != "right":
            return None, _why(report)
        function = with_new_names(function, exercise.renamed)
    return function, problem


def _missing(path: Path) -> str:
    """Say which names the file uses and nothing provides; "" if there are none."""
    missing = swap.needs(path.read_text(encoding="utf-8"))
    if not missing:
        return ""
    names, it = listed([f"`{name}`" for name in missing]), "it" if len(missing) == 1 else "them"
    return (
        f"NameError: {path.name} uses {names}, which neither the file nor the course defines. "
        f"A part of the model stands alone: another cell of a notebook does not run with it. Move "
        f"{it} inside the function in its cell and check it again, or write {it} into {path}."
    )


def load(exercise: Exercise, path: Path) -> tuple[Function | None, str]:
    """Run a saved file; return its function, or None and what is wrong with it."""
    made: list[Function] = []
    problems: list[str] = []

    def job() -> None:
        try:
            source = path.read_text(encoding="utf-8")
            made.append(swap.build(exercise.name, source, str(path)))
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            problems.append(f"{path.name} cannot be loaded. {type(error).__name__}: {error}")

    with isolated():
        ending = run_limited(job, exercise.seconds)
    if ending != "done":
        problems.append(f"{path.name} does not come to an end when it is loaded.")
    return (made[0], "") if made and not problems else (None, problems[0])


def _why(report: Report) -> str:
    """The diagnosis without the headline and the last line about hints."""
    blocks = report.message.split("\n\n")
    return "\n\n".join(block.replace("\n  ", "\n").removeprefix("  ") for block in blocks[1:-1])


def parts_by_lesson(own: OwnModel) -> dict[solutions.Part, dict[str, str]]:
    """For each lesson, whose each part of the model is: "yours", "reference" or "refused".

    Only what stands in course_lib is a part of the model; some exercises are there to learn from.
    """
    found: dict[solutions.Part, dict[str, str]] = {}
    for exercise in exercises():
        if exercise.name in swap.FUNCTIONS:
            whose = "refused" if exercise.name in own.refused else own.whose(exercise.name)
            found.setdefault(exercise.lesson, {})[exercise.name] = whose
    return found


@contextlib.contextmanager
def playing(own: Mapping[str, Function]) -> Iterator[dict[solutions.Part, dict[str, str]]]:
    """Put the reader's functions in, as `using` does, and note which parts of the model run.

    >>> with playing(own) as ran:
    ...     task.generate(...)
    >>> show(whose_parts(ran))

    Yields
    ------
    dict of lesson to dict of str to {"yours", "reference"}
        Filled at the end of the block: for each lesson, whose each of its parts is that was called.
    """
    called: set[str] = set()

    def noted(name: str, function: Function) -> Function:
        def call(*args: Any, **kwargs: Any) -> Any:
            called.add(name)
            return function(*args, **kwargs)

        return call

    parts = [exercise for exercise in exercises() if exercise.name in swap.FUNCTIONS]
    functions = {part.name: part.reference for part in parts} | dict(own)
    ran: dict[solutions.Part, dict[str, str]] = {}
    try:
        with using(**{name: noted(name, function) for name, function in functions.items()}):
            yield ran
    finally:
        for part in parts:
            if part.name in called:
                whose = "yours" if part.name in own else "reference"
                ran.setdefault(part.lesson, {})[part.name] = whose


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


@dataclass(frozen=True)
class Progress:
    """For each lesson, for each of its exercises, in order: "right", "not yet" or "refused".

    "refused" is a saved answer that is no longer right; `reasons` says why.
    """

    lessons: dict[solutions.Part, dict[str, str]]
    reasons: dict[str, str]

    @property
    def right(self) -> int:
        return sum(list(states.values()).count("right") for states in self.lessons.values())

    @property
    def total(self) -> int:
        return sum(len(states) for states in self.lessons.values())

    def __str__(self) -> str:
        lines = [f"{self.right} of {self.total} exercises are right and saved."]
        for lesson, states in self.lessons.items():
            done = [name for name, state in states.items() if state == "right"]
            title = solutions.NOTEBOOKS[lesson].partition("_")[2].replace("_", " ")
            part = solutions.name_of(lesson)
            lines += ["", f"{part[0].upper()}{part[1:]}, {title}: {len(done)} of {len(states)}"]
            for label, wanted in (
                ("right", "right"),
                ("to do", "not yet"),
                ("no longer right", "refused"),
            ):
                names = [name for name, state in states.items() if state == wanted]
                if names:
                    lines.append(wrap(f"{label}: {', '.join(names)}"))
        if self.reasons:
            lines += ["", f"print(mine()) says what is wrong with {listed(list(self.reasons))}."]
        return "\n".join(lines)

    __repr__ = __str__


def progress() -> Progress:
    """Say which exercises are right: `print(progress())`. Each saved answer is checked again."""
    own = mine()
    lessons: dict[solutions.Part, dict[str, str]] = {}
    for exercise in exercises():
        state = "refused" if exercise.name in own.refused else "not yet"
        lessons.setdefault(exercise.lesson, {})[exercise.name] = (
            "right" if exercise.name in own else state
        )
    return Progress(lessons, own.refused)
