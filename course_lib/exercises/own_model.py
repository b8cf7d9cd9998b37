"""`mine`: all that the reader has solved, ready to be put into the model."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import registry, standalone, store
from .exercise import Exercise, Report
from .grading import grade
from .sandbox import isolated
from .watchdog import run_limited
from .wording import WIDTH, wrap

Function = Callable[..., Any]


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
        names = [exercise.name for exercise in registry.exercises()]
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
    for exercise in registry.exercises():
        path = store.path_of(exercise.name)
        if not path.exists():
            continue
        function, problem = load(exercise, path)
        if function is not None:
            report = grade(exercise.name, function)
            if report.outcome == "right":
                functions[exercise.name] = function
                continue
            problem = _why(report)
        refused[exercise.name] = problem
    return OwnModel(functions, refused)


def load(exercise: Exercise, path: Path) -> tuple[Function | None, str]:
    """Run a saved file; return its function, or None and what is wrong with it."""
    made: list[Function] = []
    problems: list[str] = []

    def job() -> None:
        try:
            source = path.read_text(encoding="utf-8")
            made.append(standalone.build(exercise.name, source, str(path)))
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
