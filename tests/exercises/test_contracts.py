"""What a contract says in the lesson, beside what the cases ask for."""

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from classroom.exercises import swap, tree
from classroom.exercises.exercise import Exercise, exercises
from classroom.exercises.solutions import text_of

EXERCISES = exercises()
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(e-?\d+)?(?![\w.])")
_DIGITS = 6e-4


def contract(exercise: Exercise) -> str:
    """Return the Markdown above an exercise."""
    cells = re.split(r"^# %%", text_of(exercise.lesson).read_text("utf-8"), flags=re.MULTILINE)
    (cell,) = (cell for cell in cells if f"### Exercise: `{exercise.name}`" in cell)
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in cell.splitlines()[1:])


def arguments(exercise: Exercise) -> list[dict[str, Any]]:
    """Return the arguments of every case, by name."""
    signature = inspect.signature(exercise.reference)
    return [dict(signature.bind(*c.args, **c.kwargs).arguments) for c in exercise.make_cases()]


@each_exercise
def test_every_parameter_is_explained_and_used(exercise: Exercise) -> None:
    code = " ".join(re.findall(r"`([^`]*)`", contract(exercise)))
    used = {name for given in arguments(exercise) for name in given}
    for name in inspect.signature(exercise.reference).parameters:
        assert re.search(rf"\b{name}\b", code), f"the contract does not speak of {name}"
        assert name in used, f"no case gives {name}"


@each_exercise
def test_an_option_is_given_both_ways(exercise: Exercise) -> None:
    given = arguments(exercise)
    for name, parameter in inspect.signature(exercise.reference).parameters.items():
        if type(parameter.default) in (bool, str):
            values = {str(one.get(name, parameter.default)) for one in given}
            assert len(values) > 1, f"{name} is {values} in every case"


@each_exercise
def test_what_may_have_any_number_of_axes_has_several(exercise: Exercise) -> None:
    text = contract(exercise)
    if not re.search(r"`\(\.\.\.[,)]|any shape", text):
        pytest.skip("the contract says how many axes there are")
    seen: dict[str, set[int]] = {}
    for given in arguments(exercise):
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                seen.setdefault(name, set()).add(value.ndim)
    assert max(map(len, seen.values())) >= 3, seen


def examples(exercise: Exercise) -> Iterator[tuple[str, Any, Any]]:
    """Yield what the contract's examples call, what comes out, and what stands beside it.

    Those that need what the lesson has made before, or that end in words, are left out.
    """
    text = contract(exercise)
    names = swap.namespace() | {exercise.name: exercise.reference, "array": np.array}
    for block in [
        *re.findall(r"`(\w+ = [^`]+)`", text),
        *re.findall(r"```python\n(.*?)```", text, re.S),
    ]:
        try:
            nodes = ast.parse(block).body
        except SyntaxError:
            continue
        for node in nodes:
            if not isinstance(node, ast.Expr):
                _run(ast.Module([node], []), names)
                continue
            said = _said(block.splitlines()[(node.end_lineno or 1) - 1][node.end_col_offset or 0 :])
            got = _value(ast.get_source_segment(block, node) or "", names)
            if said is not None and got is not None:
                yield ast.unparse(node), got, said


def _run(module: ast.Module, names: dict[str, Any]) -> None:
    try:
        exec(compile(module, "<contract>", "exec"), names)
    except NameError:
        return


def _value(source: str, names: dict[str, Any]) -> Any:
    try:
        return eval(source, dict(names))
    except (NameError, TypeError):  # of the lesson; or a module has the example's name
        return None
    except Exception as error:
        return type(error).__name__


def _said(comment: str) -> Any:
    text = comment.strip().removeprefix("#").strip()
    if error := re.match(r"\w+Error\b", text):
        return error[0]
    number = _NUMBER.match(text)
    if number and "ln" not in text:
        return float(number[0].replace(",", ""))
    try:
        return eval(re.split(r"\s{3,}", text)[0], {"array": np.array})
    except (SyntaxError, NameError, TypeError):
        return None


def test_examples_give_what_stands_beside_them() -> None:
    compared = 0
    for exercise in EXERCISES:
        for call, got, said in examples(exercise):
            same = tree.equal(got, said, 0.0, _DIGITS) or tree.equal(got, said, 1e-3)
            assert same, f"{exercise.name}: {call} is {got!r}, and the contract says {said!r}"
            compared += 1
    assert compared >= 60
