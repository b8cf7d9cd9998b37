"""The planted gradients of lesson 7: what they are, and how a check is scored."""

import numpy as np
import pytest

from classroom.exercises import Mistake, reference
from classroom.exercises.exercise import find
from classroom.exercises.grade import grade
from classroom.lesson_07.planted import REASONS, break_the_checker, planted
from course_lib.gradcheck import directional_check

PLANTED = planted()


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.name for plant in PLANTED])
def test_the_course_s_own_check_agrees_about_every_planted_gradient(plant) -> None:
    rng = np.random.default_rng(3)
    try:
        found = directional_check(plant.forward, plant.backward, plant.args, rng, floor=1e-6)
    except ValueError:
        assert not plant.right
    else:
        assert (found.error < 1e-4) == plant.right


def test_a_good_check_catches_all_and_keeps_all() -> None:
    text = break_the_checker(reference("gradient_check"))
    assert text == "15 of 15 wrong gradients caught, 5 of 5 right ones kept"


def test_the_score_names_what_slips_through_and_what_is_turned_down() -> None:
    everything = break_the_checker(lambda forward, backward, args: True)
    assert everything.startswith("0 of 15 wrong gradients caught, 5 of 5 right ones kept\nWrong")
    assert everything.count("\n") == 16
    nothing = break_the_checker(lambda forward, backward, args: False)
    assert nothing.startswith("15 of 15 wrong gradients caught, 0 of 5 right ones kept\nRight")


def test_a_check_that_raises_has_caught_nothing() -> None:
    def raises(forward, backward, args):
        raise KeyError("x")

    text = break_the_checker(raises)
    assert text.startswith("0 of 15 wrong gradients caught, 0 of 5 right ones kept")
    assert "it raised KeyError" in text


def test_a_check_that_returns_nothing_has_no_verdict() -> None:
    text = break_the_checker(lambda forward, backward, args: None)
    assert text.startswith("0 of 15 wrong gradients caught, 0 of 5 right ones kept\nNo verdict:")
    assert text.endswith("20 of 20  (it returned None)")


def check_that_asks(closeness):
    """The course's check with another comparison of `grad` and `measured`."""
    edit = {"np.allclose(grad, measured, rtol=1e-5, atol=1e-8)": closeness}
    return find("gradient_check").wrong_answers(Mistake("another comparison", edit, ""))[0]


def test_an_unfinished_check_is_told_what_it_lets_pass() -> None:
    absolute = check_that_asks("np.allclose(grad, measured, rtol=0, atol=1e-6)")
    found = grade("gradient_check", absolute)
    assert found.mistake == "errs about a loss in ten millionths: twice too large"
    assert "size of the gradient" in found.message
    relative = check_that_asks("np.abs(grad - measured).max() <= 1e-5 * np.abs(measured).max()")
    assert grade("gradient_check", relative).mistake == "errs about sums of weights, always 1"


def test_every_planted_gradient_has_a_reason_for_those_who_err_about_it() -> None:
    assert set(REASONS) == {plant.name for plant in PLANTED}
