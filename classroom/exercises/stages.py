"""What is right already of an answer that no mistake explains, and in which cases it is wrong."""

import inspect
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from classroom.exercises import tree
from classroom.exercises.answer import Answer, bind, first
from classroom.exercises.formatting import plural

FEW_CHOICES, MANY_CHOICES = 4, 20


def right_already(answer: Answer) -> str:
    """Return a sentence on what the cases before the first wrong one prove, "" if nothing."""
    wrong = answer.wrong[0]
    proved = [run.case.proves for run in answer.truth[:wrong] if run.case.proves]
    return f"Right already: {', '.join(dict.fromkeys(proved))}." if proved else ""


def where_wrong(answer: Answer, count: bool = True) -> str:
    """Return a sentence on what the wrong cases have in common, and none of the right ones has.

    Where there is no such thing, or it may be chance, it says how many cases are right, if
    `count`; "" if none is.
    """
    total, wrong = len(answer.truth), set(answer.wrong)
    shown = wrong.intersection(answer.differs(first)) or wrong
    what = "It" if shown == wrong else "out"
    if len(shown) == total:
        return ""
    choices = math.comb(total, len(shown))
    arguments = [bind(answer.exercise, run.case) for run in answer.truth]
    for needed, text, holds in _features(arguments, answer.exercise.reference):
        if choices >= needed and {i for i, held in enumerate(holds) if held} == shown:
            return f"{what} is wrong in just those cases in which {text}."
    return f"{what} is right in {total - len(shown)} of {plural(total, 'case')}." if count else ""


def raised_later(answer: Answer) -> str:
    """Return a sentence on the first case that raises, where that is not the one shown."""
    for index in answer.wrong:
        run, truth = answer.calls[index], answer.truth[index]
        if run.error is not None and truth.error is None:
            words = " ".join(str(run.error).split())
            said = f": {words}" if 0 < len(words) <= 100 else ""
            name = type(run.error).__name__
            return f'In the case "{run.case.label}" it raises {name}{said.rstrip(".")}.'
    return ""


def _features(
    arguments: Sequence[dict[str, Any]], reference: Any
) -> Iterator[tuple[int, str, list[bool]]]:
    """Yield what may be said of a call, and of which calls it is true.

    The first number says of how many ways to choose the wrong cases this must be the one, for it
    not to be chance.
    """
    parameters = inspect.signature(reference).parameters
    for name, parameter in parameters.items():
        default = parameter.default
        if default is not parameter.empty:
            text = f"{name} is given" if default is None else f"{name} is not {default!r}"
            text = f"{name} is {not default}" if isinstance(default, bool) else text
            values = [given.get(name, default) for given in arguments]
            yield FEW_CHOICES, text, [not _is(value, default) for value in values]
    for name in parameters:
        arrays = [given.get(name) for given in arguments]
        shapes = [array.ndim for array in arrays if isinstance(array, np.ndarray)]
        for ndim in sorted(set(shapes)) if len(shapes) == len(arguments) else ():
            axes = "axis" if ndim == 1 else "axes"
            yield MANY_CHOICES, f"{name} has {ndim} {axes} or more", [own >= ndim for own in shapes]
            less = [own <= ndim for own in shapes]
            yield MANY_CHOICES, f"{name} has {ndim} {axes} or fewer", less
        yield MANY_CHOICES, f"{name} holds −inf", [_any(array, np.isneginf) for array in arrays]
        hidden = [isinstance(array, np.ndarray) and _hides_a_row(array) for array in arrays]
        yield MANY_CHOICES, f"{name} has a row that is False throughout", hidden


def _is(value: Any, default: Any) -> bool:
    if value is default:
        return True
    plain = tree.is_number(value) or isinstance(value, str)
    return plain and type(value) is type(default) and bool(value == default)


def _any(array: Any, question: Any) -> bool:
    floats = isinstance(array, np.ndarray) and array.dtype.kind == "f"
    return floats and bool(question(array).any())


def _hides_a_row(mask: np.ndarray) -> bool:
    return mask.dtype == bool and mask.ndim > 0 and bool((~mask.any(axis=-1)).any())
