"""The figures of lesson 7: what they say, and what they measure."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_07.figures.computation_graph import ComputationGraph, trace
from classroom.lesson_07.figures.difference_step import error_by_step, relative_error
from classroom.lesson_07.figures.gradient_by_branches import gradient_by_branches
from classroom.lesson_07.figures.lost_directions import LAYERS, LostDirections, split
from classroom.lesson_07.figures.one_number import ORDER, OneNumber
from classroom.lesson_07.figures.score_gradients import gradient_of_scores, weights_of_head
from course_lib.gradcheck import numerical_gradient

ONE = OneNumber()
LOST = LostDirections()

STAGES = [
    (ComputationGraph(), {"x": -2.0, "w": 2.0}, {"x": 3.0, "w": -2.0}),
    (LOST, {"layer": "softmax", "d_1": 1.0, "d_2": -1.0, "d_3": 1.0}, {"layer": "layer norm"}),
    (LOST, {"layer": "layer norm", "d_1": -1.0, "d_2": -1.0, "d_3": -1.0}, {"d_2": 1.0}),
    (ONE, {"step": 0, "row": 6, "feature": 0}, {"step": 10}),
    (ONE, {"step": 4, "row": 2, "feature": 9}, {"step": 7, "feature": 3}),
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
    figure = error_by_step()
    assert_fit(figure)
    assert figure.alt.startswith("Digits at the best step: 10 in float64, 5 in float32, 8 in")


@pytest.mark.parametrize("layer", LAYERS)
def test_the_parts_add_up_and_what_the_layer_does_not_hear_comes_back_as_nothing(layer):
    found = split(layer, (0.3, -1.0, 0.6))
    lost = set(found.parts) - {"dout", "the rest"}
    assert lost == ({"along ones", "along z"} if layer == "layer norm" else {"along ones"})
    together = sum(part for name, part in found.parts.items() if name != "dout")
    np.testing.assert_allclose(together, (0.3, -1.0, 0.6))
    assert sum(found.shares.values()) == pytest.approx(2.0)  # dout, and its parts
    for name in lost:
        assert np.abs(found.returned[name]).max() < 1e-4
    np.testing.assert_allclose(found.returned["the rest"], found.returned["dout"], atol=1e-4)


def test_the_lost_directions_are_told():
    alt = LOST(layer="softmax", d_1=1.0, d_2=0.0, d_3=0.0).alt
    assert alt.startswith("Softmax: of the squared length of dout 33% along ones, which comes back")
    assert "dout (1.00, 0.00, 0.00) comes back as (0.19, −0.06, −0.12)" in alt  # section 5
    assert "0% is left" in LOST(layer="layer norm", d_1=1.0, d_2=1.0, d_3=1.0).alt


@pytest.mark.parametrize(("row", "feature"), [(2, 9), (6, 0), (0, 15)])
def test_each_number_is_the_sum_that_is_shown_and_the_last_is_measured(row, feature):
    steps = ONE.walk.follow(row, feature)
    assert tuple(step.name for step in steps) == ORDER
    for step in steps:
        assert ONE.walk.arrays[step.name][step.at] == pytest.approx(step.terms.sum(), abs=1e-12)
    last = ONE.walk.arrays["x"][row, feature]
    assert ONE.walk.measured(row, feature) == pytest.approx(last, rel=1e-4, abs=1e-8)


def test_the_gradient_of_the_cat_comes_from_the_dogs():
    alt = ONE(step=7, row=2, feature=9).alt
    assert alt.startswith("attention: 'dogs' had looked at 'cat' with 100%")
    assert "8 of 11 filled in" in alt
    both = ONE(step=10, row=2, feature=9).alt
    assert "identity +0.00464, branch +0.015, together +0.0197; measured +0.0197" in both


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
