"""`compare`: the parts that make the reader's model wrong are named, alone, and replaced."""

import numpy as np
import pytest

from classroom.exercises import swap
from classroom.exercises.my_model import compare, parts_by_lesson
from classroom.exercises.solutions import lesson_of
from course_lib import layers
from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import objective

from .solved_answers import functions


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


@pytest.fixture(scope="module")
def solved():
    return functions()


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


def test_every_batch_of_a_task_can_be_compared() -> None:
    found = compare({}, "copy", examples=3)
    assert found.same
    assert found.logits == 0.0
    assert set(found.gradients) == set(flatten(objective.loss_and_grads(*_one_batch("copy")).grads))


def _one_batch(name):
    task = load_task(name)
    rng = np.random.default_rng(0)
    return task.batch(rng, 2), init_params(task.config, rng), task.config
