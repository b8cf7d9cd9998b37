"""The reader's own model: all that is solved, whose each part is, and whether it gives the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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

Function = Callable[..., Any]
#: Of the largest entry: an answer that computes in float32 is right too.
TOLERANCE = 1e-4


class OwnModel(Mapping[str, Function]):
    """The reader's right functions by name, for `using(**mine())`.

    Attributes
    ----------
    refused : dict of str to str
        Saved functions that are not right, and why: they were edited after they had been saved.
        The reference is used in their place.
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
    if function is not None:
        report = grade(exercise.name, function)
        if report.outcome != "right":
            return None, _why(report)
        function = with_new_names(function, exercise.renamed)
    return function, problem


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


def parts_by_lesson(own: OwnModel) -> dict[int, dict[str, str]]:
    """For each lesson, whose each part of the model is: "yours", "reference" or "refused".

    Only what stands in course_lib is a part of the model; some exercises are there to learn from.
    """
    found: dict[int, dict[str, str]] = {}
    for exercise in exercises():
        if exercise.name in swap.FUNCTIONS:
            whose = "refused" if exercise.name in own.refused else own.whose(exercise.name)
            found.setdefault(exercise.lesson, {})[exercise.name] = whose
    return found


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
    """

    task: str
    logits: float
    gradients: dict[str, float]
    loss: float

    @property
    def same(self) -> bool:
        """Whether all of it agrees, up to what float32 leaves."""
        worst = max(self.logits, abs(self.loss), *self.gradients.values())
        return bool(worst <= TOLERANCE)

    def __str__(self) -> str:
        worst = sorted(self.gradients, key=lambda name: -self.gradients[name])
        apart = [name for name in worst if not self.gradients[name] <= TOLERANCE]
        total = len(self.gradients)
        logits = "the same logits" if self.logits <= TOLERANCE else (
            f"other logits (off by {number(self.logits)} times the largest)"
        )  # fmt: skip
        if apart:
            named = listed(apart[:3]) + (f" and {len(apart) - 3} more" if len(apart) > 3 else "")
            return wrap(
                f"{self.task}: {logits}, other gradients for {len(apart)} of "
                f"{plural(total, 'parameter array')}: {named}.",
                "",
            )
        return f"{self.task}: {logits}, the same gradients for all {total} parameter arrays"

    __repr__ = __str__


def compare(own: Mapping[str, Function], task: Any, examples: int = 7) -> Comparison:
    """Run the course's model and the reader's on the same parameters and the same examples.

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

    def run() -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        logits, _ = objective.forward(batch.inputs, params, task.config)
        result = objective.loss_and_grads(batch, params, task.config)
        return logits, result.loss, flatten(result.grads)

    logits, loss, grads = run()
    with using(**own):
        own_logits, own_loss, own_grads = run()
    floor = max(largest(g) for g in grads.values()) / 1000
    return Comparison(
        task.name,
        _off(own_logits, logits),
        {name: _off(own_grads.get(name), grads[name], floor) for name in grads},
        abs(own_loss - loss),
    )


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

    lessons: dict[int, dict[str, str]]
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
            title = solutions.NOTEBOOKS[lesson][3:].replace("_", " ")
            lines += ["", f"Lesson {lesson}, {title}: {len(done)} of {len(states)}"]
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
    lessons: dict[int, dict[str, str]] = {}
    for exercise in exercises():
        state = "refused" if exercise.name in own.refused else "not yet"
        lessons.setdefault(exercise.lesson, {})[exercise.name] = (
            "right" if exercise.name in own else state
        )
    return Progress(lessons, own.refused)
