"""The reader's saved answers, each checked again: together they are the reader's own model."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from classroom.exercises import saved, swap
from classroom.exercises.exercise import Exercise, Report, exercises, find
from classroom.exercises.formatting import WIDTH, listed, wrap
from classroom.exercises.grade import grade
from classroom.exercises.sandbox import isolated, run_limited
from classroom.exercises.signature import with_new_names

Function = Callable[..., Any]


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
