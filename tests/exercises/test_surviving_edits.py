"""The cases tell every edit of a solution from it, but for those that are as right as it is.

A sample by default; `COURSE_SLOW=1` runs all edits of all exercises, some ten minutes.
"""

import os

import equivalent_edits
import pytest
import surviving_edits
from equivalent_known import KNOWN

from classroom.exercises.exercise import find
from classroom.exercises.search import build
from classroom.exercises.search.operators import edits_of
from classroom.exercises.solutions import lessons_by_exercise

SAMPLE = None if os.environ.get("COURSE_SLOW") else 12


@pytest.mark.parametrize("name", lessons_by_exercise())
def test_no_edit_survives(name) -> None:
    result = surviving_edits.try_edits(name, SAMPLE)
    assert result.tried
    assert not result.survivors, surviving_edits.report(result)


@pytest.mark.parametrize("name", KNOWN)
def test_every_edit_that_is_known_to_be_equivalent_is_made(name) -> None:
    ops = {op for op, _, _ in KNOWN[name]}
    made = {
        (edit.op, equivalent_edits.told(edit))
        for edit in edits_of(build.program_of(find(name)), rare=True)
        if edit.op in ops
    }
    for op, part, _ in KNOWN[name]:
        assert any(op == other and part in lines for other, lines in made), (op, part)


def edit_of(name, op, text):
    found = edits_of(build.program_of(find(name)), rare=True)
    return next(e for e in found if e.op == op and any(text in line for line in e.lines()[1]))


@pytest.mark.parametrize(
    ("name", "op", "text"),
    [
        ("layer_norm", "exchanged", "np.sqrt(eps + variance)"),
        ("attention_scores", "swapped", "k.swapaxes(-2, -1)"),
        ("softmax", "twice", "keepdims=True).max("),
        ("split_heads", "sign", "reshape(-B"),
        ("relu", "twice", "np.maximum(np"),
        ("shift_rotation", "loop reversed", "[::-1]"),
        ("softmax", "sign", "-np.exp"),
    ],
)
def test_kinds_of_equivalent_edits_have_a_reason(name, op, text) -> None:
    assert equivalent_edits.reason(edit_of(name, op, text))


@pytest.mark.parametrize(
    ("name", "op", "text"),
    [
        ("layer_norm", "term", "np.sqrt(variance)"),
        ("softmax", "axis", "axis=0"),
        ("split_heads", "swapped", "x.reshape(T, B"),
        ("early_stopping", "margin", "+ 0.001"),
        ("residual", "line again", "sublayer(inside)"),
        ("attend_with_past", "swapped", "params"),
    ],
)
def test_a_mistake_has_none(name, op, text) -> None:
    assert not equivalent_edits.reason(edit_of(name, op, text))


def test_the_sample_is_the_same_each_time() -> None:
    first, second = (surviving_edits.try_edits("relu", 5, seed=3) for _ in range(2))
    assert (first.tried, first.killed) == (second.tried, second.killed) == (5, first.killed)
