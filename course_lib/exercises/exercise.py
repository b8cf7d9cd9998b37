"""What an exercise is: its cases, its right answer, the mistakes people make, its hints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Outcome = Literal["not started", "not yet", "right"]


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
    """

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    expected: Any = None
    atol: float = 5e-5

    def __post_init__(self) -> None:
        if not isinstance(self.args, tuple):
            raise TypeError(f"Case: args must be a tuple, such as Case((x,)); got {self.args!r}.")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, as a short function, with what to tell them.

    Parameters
    ----------
    key : str
        Its name in `report.mistake`.
    function : callable
        The wrong implementation, with the signature of the exercise. Where the exercise returns
        (out, cache) it may return `out` alone: the diagnosis looks at `out`, unless the mistake
        lies in the cache only.
    message : str or callable (case, got, want) -> str
        What is wrong and why, in one to three sentences. A callable gets the first case in which
        the mistake shows, the reader's return value there (or the exception raised) and the right
        one.
    """

    key: str
    function: Callable[..., Any]
    message: str | Callable[[Case, Any, Any], str]


@dataclass(frozen=True)
class Exercise:
    """One function that the reader writes.

    Parameters
    ----------
    name : str
        The function's name; it is the key of the exercise.
    lesson : int
    reference : callable
        The right answer. `check` returns it until the reader's is right; `solution` shows its
        source.
    cases : callable (rng) -> list of Case
        Simplest first: the message shows the first case that differs. Arrays in float64, a
        different prime for every axis; at least one case that tells the reference from each
        mistake.
    mistakes : sequence of Mistake
        Three at least, the most specific first.
    correct : sequence of callable
        Two other right styles at least (loops, einsum, …); the tests use them, readers never see
        them.
    hints : sequence of str
        Three at least, from a nudge to nearly there.
    shown : callable, optional
        What `solution` shows where the reference is not written to be read first, but to be fast.
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
    """

    name: str
    lesson: int
    reference: Callable[..., Any]
    cases: Callable[[np.random.Generator], Sequence[Case]]
    mistakes: Sequence[Mistake]
    correct: Sequence[Callable[..., Any]]
    hints: Sequence[str]
    shown: Callable[..., Any] | None = None
    returns: Sequence[str] = ()
    may_change: Sequence[str] = ()
    may_use_up: Sequence[str] = ()
    same_dtype: bool = False
    rtol: float = 1e-4
    seconds: float = 5.0


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
    """

    name: str
    outcome: Outcome
    mistake: str | None
    message: str
    kind: str = ""
