"""One test for the right answers to an exercise: whatever their style, they are right."""

import pytest

from classroom.exercises.grade import grade


def each_is_right(name, answers):
    """Make the test that every answer to an exercise is right.

    Parameters
    ----------
    name : str
        The exercise.
    answers : list of callable

    Returns
    -------
    callable
        A test, to be called `test_is_right` in its module.
    """

    @pytest.mark.parametrize("answer", answers, ids=lambda answer: answer.__name__)
    def test_is_right(answer) -> None:
        report = grade(name, answer)
        assert report.outcome == "right", report.message

    return test_is_right
