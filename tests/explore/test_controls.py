"""What a reader can turn."""

import pytest

from classroom.explore import Choice, IntSlider, Slider


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slider(2, 1, 1), "smallest value must be below"),
        (lambda: Slider(0, 1, 5), "default 5 lies outside 0 to 1"),
        (lambda: Slider(0, 1, 0.5, log=True), "above 0"),
        (lambda: IntSlider(0, 10, 2.5), "no whole number"),
        (lambda: Choice([]), "no options"),
        (lambda: Choice(["a", "b"], "c"), "'c' is none of the options: 'a', 'b'"),
    ],
)
def test_a_control_refuses_what_makes_no_sense(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_choice_may_have_two_options_of_the_same_name():
    choice = Choice([("the", 0), ("raven", 1), ("the", 2)], 2)
    assert choice.ends == (0, 2)
    assert choice.default == 2
