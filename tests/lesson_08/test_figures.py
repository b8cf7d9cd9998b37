"""The figures of lesson 8: what they say, and that they are drawn fast."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_08.figures.descent import OPTIMIZERS, STEPS, SURFACES, Descent, descend
from classroom.lesson_08.figures.learning_rate_schedule import SHAPES, TOTAL, Schedule
from classroom.lesson_08.figures.whose_parts import whose_parts


def stages():
    for name in SURFACES:
        for optimizer in OPTIMIZERS:
            yield Descent(), {"surface": name, "optimizer": optimizer, "lr": 0.03, "beta": 0.9}
    yield Descent(), {"surface": "a long valley", "optimizer": "momentum", "lr": 1.0, "beta": 0.99}
    for shape in SHAPES:
        yield Schedule(), {"shape": shape, "warmup": 0, "final": 0.3}
        yield Schedule(), {"shape": shape, "warmup": 500, "final": 0.0}


STAGES = list(stages())


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_every_stage_is_fit_to_be_shown(number):
    stage, values = STAGES[number]
    assert_fit(stage(**values))


@pytest.mark.parametrize("number", [0, 4, 8, 12, 13, 18])
def test_a_frame_over_the_background_equals_the_whole_figure(number):
    stage, values = STAGES[number]
    other = dict(STAGES[2][1] if isinstance(stage, Descent) else STAGES[15][1])
    assert_frames_are_whole(stage, values, other)


@pytest.mark.parametrize("name", SURFACES)
def test_the_gradient_of_a_surface_is_that_of_its_loss(name):
    surface, step = SURFACES[name], 1e-6
    for theta in np.random.default_rng(0).normal(size=(5, 2)):
        for i in range(2):
            nudge = step * np.eye(2)[i]
            slope = (surface.loss(theta + nudge) - surface.loss(theta - nudge)) / (2 * step)
            assert surface.gradient(theta)[i] == pytest.approx(slope, rel=1e-5, abs=1e-7)
    minimum = np.array(surface.minimum)
    assert surface.loss(minimum) == 0.0
    assert surface.gradient(minimum) == pytest.approx([0.0, 0.0])


def test_the_valley_by_hand():
    way = descend(SURFACES["a long valley"], "gradient descent", 0.05)
    np.testing.assert_allclose(way[1], [-3.8, -0.4], rtol=1e-12)
    assert way.shape == (STEPS + 1, 2)
    assert np.isnan(descend(SURFACES["a long valley"], "gradient descent", 0.3)[-1]).all()


def test_the_schedule_is_the_readers_and_has_its_peak_where_it_should():
    figure = Schedule(lambda step, *rest: 0.25)(warmup=10)
    assert "0.25 at step 500" in figure.alt
    for shape in SHAPES:
        rates = Schedule().rates(shape, 100, 0.0)
        assert len(rates) == TOTAL
        assert rates.argmax() == 99
        assert rates.max() == pytest.approx(1.0)


def test_the_parts_are_counted_and_named():
    lessons = {
        "lesson 1": {"one_hot": "yours"},
        "lesson 2": {"softmax": "refused", "x": "reference"},
    }
    figure = whose_parts(lessons)
    assert_fit(figure)
    assert figure.alt.startswith("1 of 3 parts of this model are yours. Boxes")
    assert "Yours: one_hot. Refused: softmax. The course's: x." in figure.alt
    many = {f"lesson {n}": {f"a_rather_long_name_{i}": "yours" for i in range(9)} for n in (1, 2)}
    assert_fit(whose_parts(many))
    with pytest.raises(ValueError, match="'theirs' is none of yours"):
        whose_parts({"lesson 1": {"one_hot": "theirs"}})
