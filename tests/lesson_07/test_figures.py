"""The figures of lesson 7: what they say, and what they measure."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_07.figures.computation_graph import ComputationGraph, trace
from classroom.lesson_07.figures.difference_step import (
    DIFFERENCES,
    DTYPES,
    StepSize,
    relative_error,
)
from classroom.lesson_07.figures.gradient_by_branches import gradient_by_branches
from classroom.lesson_07.figures.score_gradients import gradient_of_scores, weights_of_head
from classroom.lesson_07.figures.softmax_jacobian import Jacobian
from course_lib import layers
from course_lib.gradcheck import numerical_gradient

SCORES, LABELS = [5.0, 4.0, 2.0, 1.0, 0.0], ["tapping", "fearing", "nothing", "chamber", "door"]


STAGES = [
    (ComputationGraph(), {"x": -2.0, "w": 2.0}, {"x": 3.0, "w": -2.0}),
    (StepSize(), {"step": 1.0, "dtype": "float32", "difference": "central"}, {"step": 1e-14}),
    (Jacobian(SCORES, LABELS), {"temperature": 0.1, "raised": 4}, {"temperature": 10.0}),
]


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_a_stage_draws_fast_what_it_draws_anew(stage, values, other):
    assert_frames_are_whole(stage, values, {**values, **other})


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(stage, values, other):
    for figure in (stage(**values), stage(**{**values, **other})):
        assert_fit(figure)


@pytest.mark.parametrize(("x", "w"), [(2.0, 0.5), (-1.0, 1.5), (-2.0, -0.7)])
def test_the_graph_shows_the_gradients_that_one_measures(x, w):
    traced = trace(x, w)
    measured = numerical_gradient(lambda z: trace(z[0], z[1]).values["L"], np.array([x, w]))
    assert [traced.gradients["x"], traced.gradients["w"]] == pytest.approx(list(measured))


def test_the_graph_says_how_much_comes_on_which_way():
    alt = ComputationGraph()(x=2.0, w=0.5).alt
    assert alt.startswith("dL/dx = 3.00: 2.00 comes straight back from the sum, 1.00 through w")
    assert "0.00 through w and relu, for relu is closed" in ComputationGraph()(x=-2.0, w=2.0).alt


def test_the_error_of_a_slope_has_its_two_causes():
    # Four times the step is 16 times the error of a central difference, 4 times the one-sided.
    assert relative_error(4e-3, "float64", "central") == pytest.approx(
        16 * relative_error(1e-3, "float64", "central"), rel=0.01
    )
    assert relative_error(4e-3, "float64", "one-sided") == pytest.approx(
        4 * relative_error(1e-3, "float64", "one-sided"), rel=0.01
    )
    assert relative_error(1e-5, "float64", "central") < 1e-9
    assert relative_error(1e-5, "float32", "central") > 1e-4
    assert "rounding takes over" in StepSize()(step=1e-12).alt
    assert "the curve bends" in StepSize()(step=0.1).alt
    assert "near the best step" in StepSize()(step=5e-6).alt
    assert set(DTYPES) == {"float32", "float64"}
    assert set(DIFFERENCES) == {"central", "one-sided"}


def test_the_jacobian_is_that_of_the_softmax():
    stage = Jacobian(SCORES, LABELS)
    stage.update(temperature=2.0, raised=1)
    shown = np.asarray(stage.image.get_array())
    _, cache = layers.softmax(np.array(SCORES) / 2.0)
    rows = [layers.softmax_backward(unit, cache) / 2.0 for unit in np.eye(5)]
    np.testing.assert_allclose(shown, rows, atol=1e-12)
    assert "most from 'tapping'" in stage.picture.alt


def test_the_jacobian_refuses_a_matrix():
    with pytest.raises(ValueError, match=r"shape \(2, 3\)"):
        Jacobian(np.zeros((2, 3)))


def test_the_gradient_of_scores_names_the_row_of_its_largest_entry():
    tokens, p_right = [*"bleak"], np.array([0.9, 0.8, 0.01, 0.7, 0.6])
    dscores = np.zeros((2, 5, 5))
    dscores[1, 2, :2] = -0.3, 0.3
    figure = gradient_of_scores(dscores, 1, tokens, p_right)
    assert_fit(figure)
    assert "largest at 'e', which gave its next character only 0.01" in figure.alt
    figure = weights_of_head(np.tril(np.ones((2, 5, 5))) / np.arange(1, 6)[:, None], 1, tokens)
    assert_fit(figure)
    assert figure.alt.startswith("Head 2: where each character looks.")


def test_the_branches_say_how_much_has_passed_a_few():
    share = np.array([0.5, 0.3, 0.1, 0.1])
    figure = gradient_by_branches(share, at_most=1, drawn=3)
    assert_fit(figure)
    assert figure.alt.startswith("80% of the gradient has passed 1 branches of 3 or fewer.")
