"""The explorers of lesson 8."""

import pytest

from classroom.lesson_08 import explorers
from classroom.lesson_08.figures.descent import OPTIMIZERS
from course_lib.training import optim


def test_the_readers_functions_take_the_way():
    calls = []

    def spy(name):
        original = getattr(optim, name)
        return lambda *args: calls.append(name) or original(*args)

    names = ["sgd_step", "momentum_update", "adam_update"]
    box = explorers.explore_descent(**{name: spy(name) for name in names})
    for optimizer in OPTIMIZERS:
        box.inputs["optimizer"].value = optimizer
    assert set(calls) == set(names)


@pytest.mark.parametrize("explore", [explorers.explore_descent, explorers.explore_schedule])
def test_an_explorer_moves_at_both_ends_of_every_control(explore):
    box = explore()
    if explore is explorers.explore_descent:
        box.inputs["optimizer"].value = "momentum"  # beta plays no part in gradient descent
    for control in box.controls:
        low, high = box.controls[control].ends
        start = box.inputs[control].value
        seen = set()
        for end in (low, high):
            box.inputs[control].value = end
            assert box.message.value == ""
            seen.add(box.image.value)
        assert len(seen) == 2, control
        box.inputs[control].value = start
