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
    number = Prediction("How many?", unit="ms")
    assert number.compare(7.968) == "You made no prediction. It is **7.97 ms**."
    number.commit("16")
    assert number.compare(8.0) == (
        "You predicted 16 ms. It is **8 ms**. Your number is 2 times too large."
    )
    choice = Prediction("Which?", ("more", "less"), name="y")
    assert choice.compare("less") == "You made no prediction. It is: **less**"
    choice.commit("more")
    assert choice.compare("less") == "You predicted: more\n\nIt is: **less**"
    assert choice.compare("more") == "You predicted: more\n\nAnd so it is."


def test_a_prediction_refuses_what_is_none():
    with pytest.raises(ValueError, match="none of the options: more, less"):
        Prediction("Which?", ("more", "less"), name="y").commit("equal")
    with pytest.raises(ValueError, match="could not convert"):
        Prediction("How many?").commit("a lot")
    with pytest.raises(ValueError, match="finite"):
        Prediction("How many?").commit("nan")
    with pytest.raises(ValueError, match="must be one, not 'less'"):
        Prediction("How many?").compare("less")
    with pytest.raises(ValueError, match="truth 'equal' of 'y' is none of the options"):
        Prediction("Which?", ("more", "less"), name="y").compare("equal")


def test_a_measured_number_stands_for_the_nearest_option():
    choice = Prediction("How many?", {"nearly all": 1.0, "half": 0.5, "none": 0.0})
    assert choice.compare(0.8) == "You made no prediction. It is: **nearly all**"
    assert choice.compare(0.2) == "You made no prediction. It is: **none**"
    assert choice.compare("half") == "You made no prediction. It is: **half**"


def test_the_answer_of_a_question_stands_where_nothing_is_measured():
    assert Prediction("Which?", ("more", "less"), answer="less").compare().endswith("**less**")
    with pytest.raises(ValueError, match="answer 'equal' is none of the options"):
        Prediction("Which?", ("more", "less"), answer="equal")
    with pytest.raises(ValueError, match=r"'y' needs the truth: reveal\('y', …\)"):
        Prediction("Which?", ("more", "less"), name="y").compare()


def test_an_explanation_takes_the_values_that_it_names():
    assert Prediction("How many?", explanation="So.").explain({}) == "So."
    made = Prediction("How many?", explanation=lambda n: f"It is {n:.1f}.", name="x")
    assert made.explain({"n": 2.0}) == "It is 2.0."
    with pytest.raises(TypeError, match="asks for no values, but n given"):
        Prediction("How many?", explanation="So.", name="x").explain({"n": 2.0})


@pytest.mark.parametrize(
    ("options", "message"),
    [(["a"], "two or more"), (["a", "a"], "all different"), (["$a$", "b"], "holds .math.")],
)
def test_options_are_refused_with_a_sentence(options, message):
    with pytest.raises(ValueError, match=message):
        Prediction("What?", options)
