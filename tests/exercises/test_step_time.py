"""How long a training step takes with the reader's functions, and which of them are slow."""

import math
import time

import numpy as np
import pytest

from classroom.exercises import step_time, swap
from classroom.exercises.step_time import Pace, pace
from course_lib import layers

from .solved_answers import ANSWERS


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
