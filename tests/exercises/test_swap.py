"""`using` puts functions into course_lib, and takes them out again."""

import numpy as np
import pytest

from classroom.exercises import swap
from classroom.exercises.grade import grade
from classroom.exercises.swap import using
from course_lib import attention, layers

ORIGINAL = layers.softmax


def uniform(x, axis=-1):
    out = np.full_like(x, 1 / x.shape[axis])
    return out, (out, axis)


def attend():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 2, 5)), rng.normal(size=(3, 7, 5)), rng.normal(size=(3, 7, 5))
    return attention.scaled_dot_product_attention(q, k, v)[1].weights


def test_a_function_is_used_by_the_whole_and_taken_out_again() -> None:
    before = attend()
    with using(softmax=uniform):
        assert layers.softmax is uniform
        np.testing.assert_allclose(attend(), 1 / 7)
    assert layers.softmax is ORIGINAL
    np.testing.assert_array_equal(attend(), before)


def test_it_is_taken_out_after_an_exception() -> None:
    with pytest.raises(RuntimeError), using(softmax=uniform, relu=uniform):
        raise RuntimeError
    assert layers.softmax is ORIGINAL


def test_blocks_may_be_nested() -> None:
    def other(x, axis=-1):
        return uniform(x, axis)

    with using(softmax=uniform):
        with using(softmax=other, linear=other):
            assert layers.softmax is other
        assert layers.softmax is uniform
    assert layers.softmax is ORIGINAL


def test_every_place_that_knows_the_function_gets_the_new_one() -> None:
    for name, places in swap._PLACES.items():

        def function(*args, **kwargs):
            raise AssertionError

        with using(**{name: function}):
            assert all(vars(module)[name] is function for module in places)
        assert all(vars(module)[name] is swap.FUNCTIONS[name] for module in places)


def test_the_first_in_the_order_of_the_lessons_is_meant() -> None:
    assert swap.FUNCTIONS["padding_mask"] is attention.padding_mask
    assert swap.FUNCTIONS["softmax"] is layers.softmax


def test_an_unknown_name_is_refused_and_nothing_is_put_in() -> None:
    with (
        pytest.raises(ValueError, match=r"'sofmax'. Did you mean softmax"),
        using(relu=uniform, sofmax=uniform),
    ):
        pass
    assert layers.relu is swap.FUNCTIONS["relu"]


def test_what_is_no_function_is_refused() -> None:
    with (
        pytest.raises(TypeError, match="softmax must be a function, but is of type int"),
        using(softmax=3),
    ):
        pass


def test_exercises_outside_the_core_can_be_put_in() -> None:
    logits = np.array([1.0, 3.0, 2.0])
    kept = swap.reference("keep_top_k")(logits, 1)
    np.testing.assert_array_equal(swap.active("keep_top_k")(logits, 1), kept)
    with using(keep_top_k=lambda logits, k: 7):
        assert swap.active("keep_top_k")(logits, 1) == 7
    np.testing.assert_array_equal(swap.active("keep_top_k")(logits, 1), kept)


def test_grading_does_not_depend_on_what_is_put_in() -> None:
    def softmax(x, axis=-1):
        exps = np.exp(x - x.max(axis=axis, keepdims=True))
        out = exps / exps.sum(axis=axis, keepdims=True)
        return out, (out, axis)

    with using(softmax=uniform):
        assert grade("softmax", softmax).outcome == "right"
        assert grade("softmax", uniform).outcome == "not yet"
        assert layers.softmax is uniform
