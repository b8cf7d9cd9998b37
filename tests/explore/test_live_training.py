"""A picture of a training that grows while it runs."""

import pytest
from figure_data import QUICK, short_history

from classroom.explore.live_training import live_training
from classroom.explore.live_training_box import LiveTraining
from classroom.plots.display import picture_html
from course_lib.tasks import load_task
from course_lib.training.loop import train


def test_the_live_picture_grows_and_stays(capsys):
    watch = LiveTraining("next_token", 40, pause=0.0)
    empty = watch.image.value
    assert "still empty" in watch.figure().alt
    with live_training(load_task("next_token"), QUICK) as shown:
        run = train(load_task("next_token"), QUICK, callback=shown, progress=False)
    assert shown.figure().alt in capsys.readouterr().out
    watch(run, run.history.evaluations[-1])
    assert watch.image.value != empty
    data = watch.stored()
    assert data["text/plain"] == "The training of next_token" == repr(watch)
    assert picture_html(watch.figure()) in data["text/html"]


def test_the_live_picture_is_not_drawn_at_every_evaluation():
    watch = LiveTraining("next_token", 40, pause=1000.0)
    before = watch.image.value

    class Fake:
        pass

    run = Fake()
    run.history = short_history()
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

    with pytest.raises(KeyboardInterrupt), live_training(task, QUICK) as shown:
        train(task, QUICK, callback=stop, progress=False)
    assert "step 10" in capsys.readouterr().out
