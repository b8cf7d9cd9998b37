"""A prediction: said before, compared after."""

import pytest

from classroom.explore.prediction import Prediction, distance, format_number


@pytest.mark.parametrize(
    ("said", "truth", "words"),
    [
        (8.0, 8.0, "Exactly."),
        (10.0, 8.0, "That is close."),
        (12.0, 8.0, "Your number is 1.5 times too large."),
        (0.5, 8.0, "Your number is 16 times too small."),
        (1.0, -1.0, "The sign is the other one."),
        (-1.0, -1.1, "That is close."),
        (-1.0, -3.0, "The two differ 3 times."),
        (2.0, 0.0, "Your number is 2 off."),
    ],
)
def test_a_number_is_compared_as_a_ratio_where_it_can_be(said, truth, words):
    assert distance(said, truth) == words


def test_numbers_are_shown_without_exponents_where_none_are_needed():
    said = [format_number(x) for x in (0.12345, 45678.0, 8.0, 1e-7)]
    assert said == ["0.123", "45,700", "8", "1e-07"]


def test_a_prediction_beside_the_truth():
    number = Prediction("x", "How many?", unit="ms")
    assert number.compare(7.968) == "You made no prediction. It is **7.97 ms**."
    number.commit("16")
    assert number.compare(8.0) == (
        "You predicted 16 ms. It is **8 ms**. Your number is 2 times too large."
    )
    choice = Prediction("y", "Which?", ("more", "less"))
    assert choice.compare("less") == "You made no prediction. It is: **less**"
    choice.commit("more")
    assert choice.compare("less") == "You predicted: more\n\nIt is: **less**"
    assert choice.compare("more") == "You predicted: more\n\nAnd so it is."


def test_a_prediction_refuses_what_is_none():
    with pytest.raises(ValueError, match="none of the options: more, less"):
        Prediction("y", "Which?", ("more", "less")).commit("equal")
    with pytest.raises(ValueError, match="could not convert"):
        Prediction("x", "How many?").commit("a lot")
    with pytest.raises(ValueError, match="finite"):
        Prediction("x", "How many?").commit("nan")
    with pytest.raises(ValueError, match="must be one, not 'less'"):
        Prediction("x", "How many?").compare("less")
    with pytest.raises(ValueError, match="truth 'equal' of 'y' is none of the options"):
        Prediction("y", "Which?", ("more", "less")).compare("equal")
