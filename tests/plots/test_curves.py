"""Lines with their names beside them."""

import numpy as np
import pytest
from figure_rules import assert_fit

from classroom import plots
from classroom.plots.curves import apart

X = np.geomspace(1, 1000, 30)
GALLERY = {
    "lines": plots.lines(
        X,
        {"with $1/\\sqrt{d_k}$": 1 / X, "without": X**0.5, "nearly so": X**0.51},
        title="Two laws",
        x_label="d_k",
        y_label="gradient",
        log_x=True,
        log_y=True,
        marks={"here": 64},
    ),
    "one line": plots.lines(X, {"loss": 1 / X}, x_label="step", y_label="loss (nats)"),
}


def test_no_two_lines_differ_by_color_alone():
    lines = GALLERY["lines"].axes[0].lines[:3]
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in lines}) == 3


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


def test_names_of_lines_are_moved_apart_within_the_axes():
    moved = apart([0.5, 0.5, 0.5, 0.99], 0.1)
    assert moved == pytest.approx([0.5, 0.6, 0.7, 0.99])
    crowded = apart([0.9, 0.95, 1.0], 0.1)
    assert crowded == pytest.approx([0.8, 0.9, 1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.lines([1, 2], {}), "nothing to draw"),
        (lambda: plots.lines([1, 2], {"y": [1, 2, 3]}), r"'y' has shape \(3,\)"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
