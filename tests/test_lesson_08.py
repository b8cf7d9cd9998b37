"""The figures, the explorers and the live picture of lesson 8."""

import base64
import time
from io import BytesIO

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole
from PIL import Image

from course_lib import optim
from course_lib.explore import lesson_08, live
from course_lib.plots.descent import OPTIMIZERS, STEPS, SURFACES, Descent, descend
from course_lib.plots.leaf import leaf
from course_lib.plots.parts import whose_parts
from course_lib.plots.schedule import SHAPES, TOTAL, Schedule
from course_lib.plots.training import running_mean, training_curves
from course_lib.recipe import Recipe
from course_lib.run import History
from course_lib.tasks import load_task
from course_lib.train import train

QUICK = Recipe(40, 16, lr=3e-3, warmup=10, evaluate_every=10)


@pytest.fixture(scope="module")
def history():
    return train(load_task("next_token"), QUICK, progress=False).history


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


def test_a_frame_is_drawn_fast():
    stage = Descent()
    stage.frame(**STAGES[0][1])
    start = time.process_time()
    for lr in np.linspace(0.01, 0.1, 10):
        stage.frame(surface="a long valley", optimizer="Adam", lr=lr)
    assert (time.process_time() - start) / 10 < 0.1


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


def test_the_readers_functions_take_the_way():
    calls = []

    def spy(name):
        original = getattr(optim, name)
        return lambda *args: calls.append(name) or original(*args)

    names = ["sgd_step", "momentum_update", "adam_update"]
    box = lesson_08.explore_descent(**{name: spy(name) for name in names})
    for optimizer in OPTIMIZERS:
        box.inputs["optimizer"].value = optimizer
    assert set(calls) == set(names)


def explorers():
    yield lesson_08.explore_descent()
    yield lesson_08.explore_schedule()


@pytest.mark.parametrize("number", range(2))
def test_an_explorer_moves_at_both_ends_of_every_control(number):
    box = list(explorers())[number]
    if number == 0:
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


def test_the_schedule_is_the_readers_and_has_its_peak_where_it_should():
    figure = Schedule(lambda step, *rest: 0.25)(warmup=10)
    assert "0.25 at step 500" in figure.alt
    for shape in SHAPES:
        rates = Schedule().rates(shape, 100, 0.0)
        assert len(rates) == TOTAL
        assert rates.argmax() == 99
        assert rates.max() == pytest.approx(1.0)


@pytest.mark.parametrize("accuracy", [True, False])
def test_the_curves_of_a_run(history, accuracy):
    figure = training_curves(history, 40, "next_token", accuracy)
    assert_fit(figure)
    last = history.evaluations[-1]
    assert figure.axes[0].get_xlim() == (0, 40)
    said = f"{last['accuracy']:.1%} exact" if accuracy else f"loss of {last['loss']:.2f} nats"
    assert said in figure.alt
    assert_fit(training_curves(History(), 40, "next_token", accuracy))


def test_a_running_mean_by_hand():
    np.testing.assert_allclose(running_mean(np.array([4.0, 2, 0, 6]), 2), [4, 3, 1, 3])


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


def test_a_page_holds_its_text():
    figure = leaf("Once upon a midnight\n\ndreary, " * 9, "What it writes")
    assert_fit(figure)
    assert figure.alt.startswith("What it writes. A text: Once upon a midnight / dreary, Once")


def test_the_live_picture_grows_and_stays(history, capsys):
    watch = live.LiveTraining("next_token", 40, pause=0.0)
    empty = watch.image.value
    assert "still empty" in watch.figure().alt
    with live.live_training(load_task("next_token"), QUICK) as shown:
        run = train(load_task("next_token"), QUICK, callback=shown, progress=False)
    assert shown.figure().alt in capsys.readouterr().out
    watch(run, run.history.evaluations[-1])
    assert watch.image.value != empty
    data, about = watch._repr_mimebundle_()
    assert data["text/plain"] == "The training of next_token" == repr(watch)
    assert about["image/png"]["alt"] == watch.figure().alt
    assert Image.open(BytesIO(base64.b64decode(data["image/png"]))).size[0] == 1600


def test_the_live_picture_is_not_drawn_at_every_evaluation(history):
    watch = live.LiveTraining("next_token", 40, pause=1000.0)
    before = watch.image.value

    class Fake:
        pass

    run = Fake()
    run.history = history
    for _ in range(5):
        watch(run, None)
    assert watch.image.value == before
    watch.draw()
    assert watch.image.value != before


def test_the_live_picture_is_finished_after_an_interruption(capsys):
    task = load_task("next_token")

    def stop(run, evaluation):
        shown(run, evaluation)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), live.live_training(task, QUICK) as shown:
        train(task, QUICK, callback=stop, progress=False)
    assert "step 10" in capsys.readouterr().out
