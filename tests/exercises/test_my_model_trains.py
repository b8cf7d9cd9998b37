"""The high point of the course: the reader's functions together are the model that trains.

With all exercises solved, with every second one, and with none, `mine` assembles a model that gives
the same logits and gradients as the course's, and trains.
"""

import dataclasses
import math
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from .notebook_cells import cell

sys.path.insert(0, str(Path(__file__).parents[1]))
import lesson_files as files

from classroom.exercises import saved, step_time, swap
from classroom.exercises.check import check
from classroom.exercises.exercise import exercises
from classroom.exercises.my_model import compare, mine, parts_by_lesson, playing
from classroom.exercises.solutions import lesson_of
from classroom.exercises.step_time import Pace, pace
from classroom.exercises.swap import using
from course_lib import layers
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import objective, optim
from course_lib.training.loop import train
from course_lib.training.optim import SGD, Adam

FAMILIES = ["next_token", "digits", "copy", "raven", "toy_sentences"]


def answers() -> list[tuple[str, int, str]]:
    """Name, lesson and source of every exercise, as the solved lessons answer it."""
    return [
        (files.exercise_name(found), lesson_of(files.exercise_name(found)), found.source)
        for name in sorted(files.TEXTS)
        for found in files.exercise_cells(files.made(name, "solutions"))
    ]


ANSWERS = answers()
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


def test_a_wrong_model_is_told_apart() -> None:
    def even(x, axis=-1):
        out = np.full_like(x, 1 / x.shape[axis])
        return out, (out, axis)

    found = compare({"softmax": even}, "copy")
    assert not found.same
    assert "copy: other logits" in str(found)
    assert "parameter arrays" in str(found)

    original = layers.softmax_backward
    found = compare({"softmax_backward": lambda dout, cache: 2 * original(dout, cache)}, "digits")
    assert "digits: the same logits, other gradients for" in str(found)
    assert "W_Q" in str(found) or "W_K" in str(found) or "embedding" in str(found)


# One wrong part among many right ones


@pytest.fixture(scope="module")
def solved():
    """Every answer of the solved lessons, as functions of the reader's."""
    return {name: swap.build(name, source, f"<{name}>") for name, _, source in ANSWERS}


def planted(name, edit):
    """The course's own function with its result changed, as a wrong answer of the reader's."""

    def answer(*args, **kwargs):
        return edit(swap.FUNCTIONS[name](*args, **kwargs))

    return {name: answer}


FORWARD = {
    "softmax": lambda result: (result[0] * 0.99, result[1]),
    "attention_scores": lambda scores: scores * 2.0,
    "causal_mask": lambda mask: np.ones_like(mask),
    "residual": lambda result: (result[0] + 0.01 * np.arange(result[0].shape[-1]), result[1]),
    "layer_norm": lambda result: (result[0] * 1.01, result[1]),
    "multi_head_attention": lambda result: (result[0][:, ::-1], result[1]),
}
BACKWARD = {
    "layer_norm_backward": lambda grads: (grads[0], grads[1] * 1.01, grads[2]),
    "softmax_backward": lambda dx: 2 * dx,
    "embedding_backward": lambda dW: np.abs(dW),
    "linear_backward": lambda grads: (grads[0], grads[1], None),
    "residual_backward": lambda grads: (grads[0] * 1.001, *grads[1:]),
}


@pytest.mark.parametrize("name", FORWARD)
def test_one_wrong_forward_among_right_parts_is_named_alone_and_replaced(name, solved) -> None:
    found = compare(solved | planted(name, FORWARD[name]), "next_token")
    assert list(found.guilty) == [name]
    said = " ".join(str(found).split())
    assert "next_token: other logits (off by " in said
    assert f"It is your {name}. All of it comes from this one part." in said
    assert f"the course's own {name} runs in its place" in said
    assert set(found.parts) == set(solved) - {name}
    assert compare(found.parts, "next_token").same
    assert "next_token" in found.parts.refused[name]
    lesson = parts_by_lesson(found.parts)[lesson_of(name)]
    assert lesson[name] == "refused"


@pytest.mark.parametrize("name", BACKWARD)
def test_one_wrong_backward_among_right_parts_is_named_with_its_gradients(name, solved) -> None:
    found = compare(solved | planted(name, BACKWARD[name]), "copy")
    assert list(found.guilty) == [name]
    assert found.logits < 1e-9
    assert "copy: the same logits, other gradients for" in " ".join(str(found).split())
    assert compare(found.parts, "copy").same


def test_the_gradients_that_a_wrong_part_changes_are_named_worst_first(solved) -> None:
    edits = planted("scaled_dot_product_attention_backward", lambda g: (g[0], 2 * g[1], g[2]))
    found = compare(solved | edits, "next_token")
    said = " ".join(str(found).split())
    assert "next_token: the same logits, other gradients for " in said
    assert "parameter arrays: blocks.0.attention.W_K, " in said


@pytest.mark.parametrize(
    ("first", "second"),
    [("softmax", "layer_norm"), ("residual", "softmax_backward"), ("causal_mask", "softmax")],
)
def test_two_wrong_parts_are_both_named_and_no_other(first, second, solved) -> None:
    edits = FORWARD | BACKWARD
    wrong = planted(first, edits[first]) | planted(second, edits[second])
    found = compare(solved | wrong, "next_token")
    assert set(found.guilty) == {first, second}
    assert str(found).count("It is your ") == 2
    assert compare(found.parts, "next_token").same


def test_a_part_that_raises_or_spoils_its_input_is_named(solved) -> None:
    def raises(x, *args):
        raise ValueError("shapes do not fit\nat all")

    found = compare(solved | {"relu": raises}, "copy")
    assert list(found.guilty) == ["relu"]
    assert "the model stops with ValueError: shapes do not fit." in " ".join(str(found).split())

    def in_place(x, gamma, beta, eps=1e-5):
        out, cache = swap.FUNCTIONS["layer_norm"](x, gamma, beta, eps)
        x[...] = out
        return out, cache

    found = compare(solved | {"layer_norm": in_place}, "next_token")
    assert list(found.guilty) == ["layer_norm"]
    assert compare(found.parts, "next_token").same


def test_a_forward_and_its_backward_may_have_a_cache_of_their_own(solved) -> None:
    own = {
        "relu": lambda x: (np.maximum(x, 0), {"positive": x > 0}),
        "relu_backward": lambda dout, cache: dout * cache["positive"],
    }
    assert compare(solved | own, "next_token").same
    wrong = planted("softmax_backward", BACKWARD["softmax_backward"])
    assert list(compare(solved | own | wrong, "next_token").guilty) == ["softmax_backward"]


def test_parts_that_are_wrong_only_together_are_found_one_by_one(solved) -> None:
    def scores(q, k):
        return swap.FUNCTIONS["attention_scores"](q, k)

    def is_misled(x, *args, **kwargs):
        out, cache = swap.FUNCTIONS["feed_forward"](x, *args, **kwargs)
        return out * (1.5 if swap.active("attention_scores") is scores else 1.0), cache

    found = compare(solved | {"attention_scores": scores, "feed_forward": is_misled}, "next_token")
    assert len(found.guilty) == 1
    assert set(found.guilty) < {"attention_scores", "feed_forward"}
    assert "With your other parts it gives: other logits" in " ".join(str(found).split())
    assert compare(found.parts, "next_token").same


def test_the_parts_that_play_are_noted_with_whose_they_are(solved) -> None:
    task = load_task("raven")
    params = init_params(task.config, np.random.default_rng(0))
    own = {name: solved[name] for name in ("softmax", "sample", "adam_update")}
    with playing(own) as ran:
        written = task.generate(params, "Once upon", 20, np.random.default_rng(1), temperature=1.0)
    assert written == task.generate(
        params, "Once upon", 20, np.random.default_rng(1), temperature=1.0
    )
    assert ran[2]["softmax"] == ran[5]["sample"] == "yours"
    assert ran[2]["multi_head_attention"] == ran[5]["generate"] == "reference"
    assert ran[5]["attend_with_past"] == "reference"
    assert 8 not in ran  # nothing of the training
    assert layers.softmax is swap.FUNCTIONS["softmax"]


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


# Right but slow


def slow_softmax(x, axis=-1):
    """Right, and a hundred times slower: one number at a time."""
    moved = np.moveaxis(x, axis, -1)
    out = np.empty_like(moved)
    for place in np.ndindex(moved.shape[:-1]):
        row = moved[place]
        powers = [math.exp(score - row.max()) for score in row]
        out[place] = [power / sum(powers) for power in powers]
    out = np.moveaxis(out, -1, axis)
    return out, (out, axis)


def test_the_slow_part_is_named() -> None:
    own = {"softmax": slow_softmax, "causal_mask": swap.FUNCTIONS["causal_mask"]}
    found = pace(own, "raven")
    assert list(found.slow) == ["softmax"]
    assert found.own > 2 * found.reference
    assert "softmax (+" in str(found)


def test_the_slowest_parts_give_way_when_time_is_short(capsys) -> None:
    parts = dict.fromkeys(("softmax", "layer_norm", "linear"), slow_softmax)
    slow = {"softmax": 0.5, "layer_norm": 0.2}
    found = Pace("raven", 1000, 0.01, 0.71, slow, parts)
    assert list(found.within(minutes=20)) == ["softmax", "layer_norm", "linear"]
    assert capsys.readouterr().out == ""
    assert list(found.within(minutes=5)) == ["layer_norm", "linear"]
    said = " ".join(capsys.readouterr().out.split())
    assert "1000 steps take about 12 minutes" in said
    assert "the course's own softmax trains in place of yours" in said
    assert list(found.within(minutes=0.5)) == ["linear"]
    assert "softmax and layer_norm train in place of yours" in " ".join(
        capsys.readouterr().out.split()
    )


def busy_softmax(x, axis=-1):
    """Right, and each call takes longer than a reader would wait for many."""
    end = time.process_time() + 0.4
    while time.process_time() < end:
        pass
    return swap.FUNCTIONS["softmax"](x, axis)


def test_the_pace_speaks_before_it_measures_and_stops_after_one_slow_step(
    monkeypatch, capsys
) -> None:
    said_before, examples = [], []
    original = step_time.step.train_step

    def spy(batch, *args):
        said_before.append(capsys.readouterr().out)
        examples.append(len(batch))
        return original(batch, *args)

    monkeypatch.setattr(step_time.step, "train_step", spy)
    own = {"softmax": busy_softmax, "causal_mask": swap.FUNCTIONS["causal_mask"]}
    start = time.process_time()
    found = pace(own, "raven", minutes=3)
    assert time.process_time() - start < 3.0
    assert "raven: a step with your functions is timed" in said_before[0]
    # The reader's, once more to be sure, and the course's with the same one example.
    assert examples.count(1) == 3
    assert set(examples) == {1, 32}
    assert found.estimated_from == 1
    assert list(found.slow) == ["softmax"]
    assert found.own == pytest.approx(32 * 0.4, rel=0.2)
    assert "(Estimated from 1 example of a batch.)" in str(found)
    assert list(found.within(3)) == ["causal_mask"]


def test_a_very_slow_step_is_not_repeated(monkeypatch) -> None:
    monkeypatch.setattr(step_time, "PATIENCE", 0.1)
    steps = []
    original = step_time.step.train_step
    monkeypatch.setattr(
        step_time.step, "train_step", lambda *args: steps.append(len(args[0])) or original(*args)
    )
    pace({"softmax": busy_softmax}, "raven")
    assert steps.count(1) == 2  # the reader's and the course's


def test_a_pause_of_python_is_not_taken_for_a_slow_function() -> None:
    paused = []

    def pauses_once(x, axis=-1):
        if not paused:
            paused.append(True)
            return busy_softmax(x, axis)
        return swap.FUNCTIONS["softmax"](x, axis)

    found = pace({"softmax": pauses_once}, "raven")
    assert found.estimated_from == 0
    assert found.own < 0.2


def test_a_slow_part_is_told_from_the_composite_that_calls_it() -> None:
    attention_of_mine = swap.build(
        "scaled_dot_product_attention",
        {name: source for name, _, source in ANSWERS}["scaled_dot_product_attention"],
        "<attention>",
    )
    own = {"scaled_dot_product_attention": attention_of_mine, "softmax": slow_softmax}
    assert list(pace(own, "raven").slow) == ["softmax"]


def test_no_parts_and_fast_parts_are_not_called_slow() -> None:
    assert "nothing in this model is yours yet" in str(pace({}, "copy"))
    fast = Pace("copy", 1000, 0.004, 0.005, {}, {"softmax": layers.softmax})
    assert "about as long as" in str(fast)
    assert fast.within(minutes=0.001) == {"softmax": layers.softmax}


def test_every_batch_of_a_task_can_be_compared() -> None:
    found = compare({}, "copy", examples=3)
    assert found.same
    assert found.logits == 0.0
    assert set(found.gradients) == set(flatten(objective.loss_and_grads(*_one_batch("copy")).grads))


def _one_batch(name):
    task = load_task(name)
    rng = np.random.default_rng(0)
    return task.batch(rng, 2), init_params(task.config, rng), task.config
