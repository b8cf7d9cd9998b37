"""The high point of the course: the reader's functions together are the model that trains.

With all exercises solved, with every second one, and with none, `mine` assembles a model that gives
the same logits and gradients as the course's, and trains.
"""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest

from classroom.exercises import saved, swap
from classroom.exercises.check import check
from classroom.exercises.exercise import exercises
from classroom.exercises.my_model import compare, mine, parts_by_lesson
from classroom.exercises.swap import using
from course_lib import layers
from course_lib.params import TransformerConfig, flatten
from course_lib.tasks import load_task
from course_lib.training import objective, optim
from course_lib.training.loop import train
from course_lib.training.optim import SGD, Adam

from .notebook_cells import cell
from .solved_answers import ANSWERS

FAMILIES = ["next_token", "digits", "copy", "raven", "toy_sentences"]


SHARES = {"all": ANSWERS, "every second": ANSWERS[::2], "the others": ANSWERS[1::2], "none": []}


@pytest.fixture(scope="module", params=SHARES)
def own(request, tmp_path_factory):
    """The reader's model, with a share of the exercises solved."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORK", str(tmp_path_factory.mktemp("work")))
        for name, lesson, source in SHARES[request.param]:
            saved.save(name, lesson, source)
        loaded = mine()
    assert loaded.refused == {}
    assert set(loaded) == {name for name, _, _ in SHARES[request.param]}
    return loaded


def test_it_assembles_and_says_whose_each_part_is(own) -> None:
    text = " ".join(str(own).split())
    for exercise in exercises():
        whose = "yours" if exercise.name in own else "reference"
        assert f"{exercise.name} {whose}" in text
    parts = [item for lesson in parts_by_lesson(own).values() for item in lesson.items()]
    assert {name for name, whose in parts if whose == "yours"} == set(own) & set(swap.FUNCTIONS)
    with using(**own):
        for name, function in own.items():
            assert swap.active(name) is function
    assert layers.softmax is swap.FUNCTIONS["softmax"]


@pytest.mark.parametrize("name", FAMILIES)
def test_it_gives_the_same_logits_and_gradients(own, name) -> None:
    found = compare(own, name)
    assert found.same, str(found)
    assert found.logits < 1e-9
    assert max(found.gradients.values()) < 1e-6, found.gradients


@pytest.mark.parametrize("pooling", ["mean", "max", "first", "last"])
def test_a_classifier_gives_the_same(own, pooling) -> None:
    config = TransformerConfig(
        "encoder", 11, d_model=8, n_heads=2, n_layers=2, d_ff=12, max_len=5, positions="sinusoidal",
        norm="post", activation="gelu", n_classes=3, pooling=pooling, pad_id=0,
    )  # fmt: skip

    def batch(rng, size):
        ids = rng.integers(1, 11, size=(size, 5))
        ids[0, 3:] = 0
        return objective.Batch((ids,), rng.integers(3, size=size))

    found = compare(own, SimpleNamespace(name="classifier", config=config, batch=batch))
    assert found.same, str(found)


@pytest.mark.parametrize("name", FAMILIES)
def test_it_trains_as_the_reference_does(own, name) -> None:
    task = load_task(name)
    recipe = dataclasses.replace(task.recipe, steps=4, batch_size=8, evaluate_every=4)
    small = dataclasses.replace(task, validation=task.validation.take(slice(20)))
    reference = train(small, recipe, dtype=np.float64, progress=False)
    with using(**own):
        run = train(small, recipe, dtype=np.float64, progress=False)
    np.testing.assert_allclose(run.history.loss, reference.history.loss, rtol=1e-6)
    for key, array in flatten(reference.params).items():
        # b_K has no gradient but rounding, which Adam makes as large as any other.
        if not key.endswith("b_K"):
            np.testing.assert_allclose(flatten(run.params)[key], array, rtol=1e-3, atol=1e-5)


def test_the_other_optimizers_run_with_it(own) -> None:
    task = load_task("next_token")
    for optimizer in ("momentum", "adamw"):
        recipe = dataclasses.replace(
            task.recipe,
            steps=3,
            optimizer=optimizer,
            schedule="cosine",
            warmup=2,
            clip=0.1,
            lr=1e-2,
        )
        reference = train(task, recipe, dtype=np.float64, progress=False)
        with using(**own):
            run = train(task, recipe, dtype=np.float64, progress=False)
        np.testing.assert_allclose(run.history.loss, reference.history.loss, rtol=1e-6)
        np.testing.assert_allclose(
            run.history.gradient_norm, reference.history.gradient_norm, rtol=1e-5
        )
        assert run.history.learning_rate == pytest.approx(reference.history.learning_rate)


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("sgd_step", {"optimizer": "sgd"}),
        ("momentum_update", {"optimizer": "momentum"}),
        ("adam_update", {"optimizer": "adam"}),
        ("adam_update", {"optimizer": "adamw"}),
        ("warmup_cosine", {"schedule": "cosine"}),
        ("clip_by_global_norm", {"clip": 1.0}),
    ],
)
def test_the_loop_calls_the_parts_of_this_lesson(name, recipe) -> None:
    task = load_task("next_token")
    original, calls = getattr(optim, name), []

    def spy(*args, **kwargs):
        calls.append(name)
        return original(*args, **kwargs)

    with using(**{name: spy}):
        train(task, dataclasses.replace(task.recipe, steps=2, **recipe), progress=False)
    assert len(calls) >= 2


@pytest.mark.parametrize("optimizer", [SGD, lambda p, lr: SGD(p, lr, 0.9), Adam])
def test_averages_may_be_kept_in_new_arrays(optimizer) -> None:
    """Where an answer returns new arrays, the optimizer goes on with these."""

    def fresh(function):
        def answer(*args, **kwargs):
            return function(*(np.copy(a) if np.ndim(a) else a for a in args), **kwargs)

        return answer

    rng = np.random.default_rng(0)
    gradients = [{"W": rng.normal(size=(2, 3))} for _ in range(5)]

    def after(functions):
        params = {"W": np.ones((2, 3))}
        with using(**functions):
            made = optimizer(params, 0.1)
            for grads in gradients:
                made.step(grads)
        return params["W"]

    own = {name: fresh(getattr(optim, name)) for name in ("momentum_update", "adam_update")}
    np.testing.assert_allclose(after(own), after({}), rtol=1e-14)


# What was saved and then edited


WRONG = {
    "softmax": ("x.max(axis=axis, keepdims=True)", "x.max()", "whole array"),
    "adam_update": ("/ (1 - beta1**t)", "", "m is not"),
    "clip_by_global_norm": ("if norm > max_norm:", "if norm > 0:", "Clipping only shortens"),
    "sgd_step": ("theta -= lr * g", "theta = theta - lr * g", "new array"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_saved_part_that_is_edited_to_be_wrong_is_refused_with_its_diagnosis(name, work) -> None:
    old, new, diagnosis = WRONG[name]
    for other, lesson, source in ANSWERS:
        if other in WRONG:
            saved.save(other, lesson, source)
    path = work / f"{name}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    own = mine()
    assert set(own.refused) == {name}
    assert diagnosis in " ".join(own.refused[name].split())
    assert f"Your saved {name} is not used:" in str(own)
    lesson = next(exercise.lesson for exercise in exercises() if exercise.name == name)
    assert parts_by_lesson(own)[lesson][name] == "refused"
    assert set(own) == set(WRONG) - {name}
    assert compare(own, "next_token").same
    task = load_task("next_token")
    with using(**own):
        run = train(task, dataclasses.replace(task.recipe, steps=3), progress=False)
    assert math.isfinite(run.history.loss[-1])


# What a solved notebook does not do


def test_a_solved_notebook_never_overwrites_the_readers_work(work, capsys) -> None:
    mine_source = "def sgd_step(theta, g, lr):\n    theta[...] = theta - lr * g\n    return theta\n"
    check(cell(mine_source))
    before = (work / "sgd_step.py").read_bytes()
    assert b"theta[...]" in before
    saved.saving_off()  # what the first cell of a solved notebook does
    for name, _, source in ANSWERS:
        if name == "sgd_step":
            check(cell(source))
    assert (work / "sgd_step.py").read_bytes() == before
    assert [path.name for path in work.iterdir()] == ["sgd_step.py"]
