"""What an exercise is: its solution, its cases, the mistakes people make, its hints.

An exercise is a module, `classroom/lesson_02/exercises/softmax.py`, that holds three attributes,
and those of `OPTIONS` where it needs them. It reads from top to bottom::

    cases = ...      # a function (rng) -> list of Case
    mistakes = [     # the most specific first; a message stands beside its mistake
        Mistake("no_max", {" - x.max(axis=axis, keepdims=True)": ""}, "exp overflows: ..."),
    ]
    hints = [...]    # three at least, from a nudge to nearly there

Its solution stands in the lesson's text.
"""

import importlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any, Literal

import numpy as np

from classroom.exercises import solutions, swap
from classroom.exercises.solutions import Part

Function = Callable[..., Any]
Edit = Mapping[str, str]
Outcome = Literal["not started", "not yet", "right"]
#: What the module of an exercise may define beside cases, mistakes and hints.
OPTIONS = ("returns", "may_change", "may_use_up", "same_dtype", "rtol", "seconds", "renamed")


@dataclass(frozen=True)
class Case:
    """One call of the reader's function.

    Parameters
    ----------
    args : tuple
        Positional arguments: arrays, numbers, tuples and dicts of them, a
        `numpy.random.Generator`, …
    kwargs : dict
    label : str
        What is special about it, in a few words; the reader reads it ("scores shifted by +1000").
    expected : nested tuples or dicts of arrays, optional
        The answer worked out by hand, at least its first part. The tests hold the reference to it.
    atol : float
        How far the reference may be from `expected`, which is often rounded.
    proves : str
        A short noun phrase, lower case: what is right of an answer that is right in this case and
        in those before it ("the values", "the mask", "the axes in front"). An answer that no
        mistake explains is told this first.
    """

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    expected: Any = None
    atol: float = 5e-5
    proves: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.args, tuple):
            raise TypeError(f"Case: args must be a tuple, such as Case((x,)); got {self.args!r}.")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, with what to tell them.

    Parameters
    ----------
    key : str
        Its name in `report.mistake`.
    change : dict of str to str, list of such dicts, or callable
        An edit of the solution: every occurrence of each key gives way to its value, one after the
        other. A list holds edits that are the same mistake, written in several ways. A function is
        the wrong answer itself, where the mistake has another shape than the solution; where the
        exercise returns (out, cache) it may return `out` alone.
    message : str or callable (case, got, want) -> str
        What is wrong and why, in one to three sentences. A callable gets the first case in which
        the mistake shows, the reader's return value there (or the exception raised) and the right
        one.
    """

    key: str
    change: Edit | Sequence[Edit | Function] | Function
    message: str | Callable[[Case, Any, Any], str]

    def changes(self) -> list[Edit | Function]:
        """Return the ways in which it is written, as a list."""
        alone = callable(self.change) or isinstance(self.change, Mapping)
        return [self.change] if alone else list(self.change)  # type: ignore[list-item, arg-type]


@dataclass(frozen=True)
class Exercise:
    """One function that the reader writes.

    Parameters
    ----------
    name : str
        The function's name; it is the key of the exercise.
    lesson : int or str
        The number of its lesson, or the letter of its afterword.
    reference : callable
        The right answer: the function of `course_lib` of that name, or the solution. `check`
        returns it until the reader's is right.
    cases : callable (rng) -> list of Case
        Simplest first: the message shows the first case that differs. Arrays in float64, a
        different prime for every axis; at least one case that tells the reference from each
        mistake.
    mistakes : sequence of Mistake
        Three at least, the most specific first.
    hints : sequence of str
        Three at least, from a nudge to nearly there.
    solution : str
        Its source, as the lesson's text has it.
    returns : sequence of str
        Names of the returned parts, such as ("dq", "dk", "dv"). By default they are read from the
        last `return` of the reference.
    may_change : sequence of str
        Parameters whose arrays the function is meant to change in place (an optimizer's params).
        What they hold afterwards is compared too.
    may_use_up : sequence of str
        Parameters whose arrays the function may change or leave as they are: the caller goes on
        with what is returned.
    same_dtype : bool
        Refuse float64 out where all arrays in are float32. By default either dtype passes.
    rtol : float
        Relative tolerance. The default lets an answer computed in float32 pass.
    seconds : float
        Time for all cases together.
    renamed : dict of str to str
        What parameters were called in an earlier contract, and are called now: answers to both are
        right.
    """

    name: str
    lesson: Part
    reference: Function
    cases: Callable[[np.random.Generator], Sequence[Case]]
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    solution: str = ""
    returns: Sequence[str] = ()
    may_change: Sequence[str] = ()
    may_use_up: Sequence[str] = ()
    same_dtype: bool = False
    rtol: float = 1e-4
    seconds: float = 5.0
    renamed: Mapping[str, str] = field(default_factory=dict)

    def make_cases(self) -> Sequence[Case]:
        """Make the cases: always the same ones, so that messages are too."""
        return self.cases(np.random.default_rng(zlib.crc32(self.name.encode())))

    def wrong_answers(self, mistake: Mistake) -> list[Function]:
        """Return the functions that make a mistake, one for each way in which it is written."""
        functions: list[Function] = []
        for number, change in enumerate(mistake.changes()):
            if callable(change):
                functions.append(change)
                continue
            source = edited(self.solution, change, f"{self.name}, mistake {mistake.key!r}")
            place = f"{solutions.text_of(self.lesson)}:{self.name}.{mistake.key}.{number}"
            functions.append(_build_once(self.name, source, place))
        return functions


@cache
def _build_once(name: str, source: str, filename: str) -> Function:
    return swap.build(name, source, filename, module=__name__)


def edited(source: str, edit: Edit, place: str) -> str:
    """Replace every occurrence of each key of an edit by its value, one after the other.

    Raises
    ------
    ValueError
        If one of the keys does not occur.
    """
    for old, new in edit.items():
        if old not in source:
            raise ValueError(f"{place}: the solution does not contain {old!r}.")
        source = source.replace(old, new)
    return source


@dataclass(frozen=True)
class Report:
    """What was found out about an answer.

    Attributes
    ----------
    name : str
        The exercise.
    outcome : {"not started", "not yet", "right"}
    mistake : str or None
        The key of the catalogued mistake that the answer makes.
    message : str
        The text for the reader.
    kind : str
        What was found where no catalogued mistake fits: "raised", "time", "shape", "factor", ….
    also : tuple of str
        Keys of other catalogued mistakes that give the same in every case.
    """

    name: str
    outcome: Outcome
    mistake: str | None
    message: str
    kind: str = ""
    also: tuple[str, ...] = ()


#: Exercises beside those of the lessons, by name: a teacher's own, or those of the tests.
added: dict[str, Exercise] = {}


def find(name: str) -> Exercise:
    """Return the exercise of that name.

    Raises
    ------
    UnknownName
        If there is none; its text lists those that come close.
    """
    return added[name] if name in added else _load(name, solutions.lesson_of(name))


def exercises() -> list[Exercise]:
    """Return all exercises, in the order of the course."""
    return [find(name) for name in [*solutions.lessons_by_exercise(), *added]]


@cache
def _load(name: str, lesson: Part) -> Exercise:
    module = importlib.import_module(f"classroom.{solutions.folder_of(lesson)}.exercises.{name}")
    return Exercise(
        name=name,
        lesson=lesson,
        reference=swap.reference(name),
        cases=module.cases,
        mistakes=module.mistakes,
        hints=module.hints,
        solution=solutions.solutions_of(lesson)[name],
        **_options(module),
    )


def _options(module: ModuleType) -> dict[str, Any]:
    return {option: getattr(module, option) for option in OPTIONS if hasattr(module, option)}
