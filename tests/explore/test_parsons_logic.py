"""Lines to be put into order."""

import re

import pytest

from classroom.explore.parsons_logic import Parsons

LINES = ["scores = q @ k", "scale", "mask", "weights = softmax(scores)", "out = weights @ v"]


PROBLEM = {
    "lines": LINES,
    "distractors": [("out = weights @ k", "Values are mixed, not keys.")],
    "explain": {"weights = softmax(scores)": "The mask must be in the scores."},
    "any_order": [(1, 2)],
}


@pytest.mark.parametrize(
    ("order", "right", "wrong_at", "message"),
    [
        ([0, 1, 2, 3, 4], True, None, "Right."),
        ([0, 2, 1, 3, 4], True, None, "Right."),
        ([1, 0, 2, 3, 4], False, 0, "Line 1 comes too early"),
        ([0, 1, 3, 2, 4], False, 2, "too early.* The mask must be in the scores."),
        ([0, 1, 2, 5], False, 3, "Line 4 does not belong. Values are mixed"),
        ([0, 1, 2], False, None, "Right so far. 2 lines are still missing."),
        ([0, 1, 2, 3], False, None, "One line is still missing."),
        ([], False, None, "Put a line"),
    ],
)
def test_an_order_is_checked_from_the_top(order, right, wrong_at, message):
    logic = Parsons("Order", **PROBLEM)
    checked = logic.mark([logic.every_line[i] for i in order])
    assert (checked.right, checked.wrong_at) == (right, wrong_at)
    assert re.search(message, checked.message)


def test_lines_are_shuffled_alike_each_time_and_never_right():
    for number in range(20):
        logic = Parsons("Order", ["a", "b"], name=f"name {number}")
        assert logic.shuffled() == ["b", "a"]
    logic = Parsons("Order", **PROBLEM, name="fixed")
    assert logic.shuffled() == logic.shuffled()
    assert sorted(logic.shuffled()) == sorted(logic.every_line)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": ["a"]}, "at least two lines"),
        ({"lines": ["a", "a"]}, "'a' twice"),
        ({"distractors": [("mask", "no")]}, "'mask' twice"),
        ({"explain": {"nowhere": "x"}}, "none of its lines"),
        ({"any_order": [(1, 9)]}, "names line 9"),
    ],
)
def test_a_problem_refuses_what_makes_no_sense(change, message):
    bare = {"lines": LINES, "distractors": (), "explain": {}, "any_order": ()}
    with pytest.raises(ValueError, match=message):
        Parsons("Order", **(bare | change))
