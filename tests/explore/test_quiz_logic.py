"""A quiz that marks itself."""

import pytest

from classroom.explore.quiz_logic import Quiz

OPTIONS = [
    ("so that no `exp` overflows", True, "the largest exponent is 0"),
    ("so that they sum to 1", False, "dividing does that"),
    ("for speed", False, "it costs a pass"),
]


def test_a_quiz_marks_and_explains_every_option():
    logic = Quiz("Why?", OPTIONS)
    assert logic.mark(1) == (False, "dividing does that", False)
    assert logic.mark("for speed") == (False, "it costs a pass", False)
    assert logic.mark(0) == (True, "the largest exponent is 0", True)


def test_a_quiz_with_several_right_options_counts_them():
    logic = Quiz("Which?", [("a", True, "w"), ("b", True, "w"), ("c", False, "w")], True)
    assert [logic.mark(choice).done for choice in (0, 2, 0, 1)] == [False, False, False, True]
    assert (logic.found, logic.wanted) == (2, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([("a", True, "w")], "two or more"),
        ([("a", True, "w"), ("a", False, "w")], "all different"),
        ([("a", False, "w"), ("b", False, "w")], "no option of 'Which\\?' is right"),
        ([("a", True, "w"), ("b", True, "w")], "several=True"),
        ([("a", True, "w"), ("b", False, " ")], "does not say why 'b'"),
        ([("a", "w"), ("b", "w")], "text, True or False, why"),
        ([(str(i), i == 3, "w") for i in range(11)], "has 11 options; 10 is the most"),
    ],
)
def test_a_quiz_refuses_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        Quiz("Which?", options)


def test_a_quiz_refuses_an_option_it_does_not_have():
    logic = Quiz("Which?", OPTIONS)
    with pytest.raises(ValueError, match="none of the options"):
        logic.mark("never")
    with pytest.raises(ValueError, match="3 options, so 3 is none"):
        logic.mark(3)
