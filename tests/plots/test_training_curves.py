"""The figure of a training run."""

import numpy as np
import pytest
from figure_data import short_history
from figure_rules import assert_fit

from classroom.plots.training_curves import running_mean, training_curves
from course_lib.training.run import History


@pytest.mark.parametrize("accuracy", [True, False])
def test_the_curves_of_a_run(accuracy):
    history = short_history()
    figure = training_curves(history, 40, "next_token", accuracy)
    assert_fit(figure)
    last = history.evaluations[-1]
    assert figure.axes[0].get_xlim() == (0, 40)
    said = f"{last['accuracy']:.1%} exact" if accuracy else f"loss of {last['loss']:.2f} nats"
    assert said in figure.alt
    assert_fit(training_curves(History(), 40, "next_token", accuracy))


def test_a_running_mean_by_hand():
    np.testing.assert_allclose(running_mean(np.array([4.0, 2, 0, 6]), 2), [4, 3, 1, 3])
