"""A cause is claimed only where it explains every wrong case and chance does not; else less."""

import numpy as np
import pytest

from classroom.exercises import Case
from classroom.exercises import exercise as catalogue
from classroom.exercises.exercise import Exercise
from classroom.exercises.grade import grade
from classroom.exercises.reader_source import read_source

UNNAMED = "No known mistake gives these numbers."
TINY = np.array([[[1.0, 2.0]]])


@pytest.fixture
def judge(monkeypatch):
    """Grade an answer to an exercise that is made of a reference and its cases."""

    def judge_answer(reference, cases, answer, **options):
        made = Exercise(reference.__name__, 2, reference, lambda rng: cases, (), ("a",), **options)
        monkeypatch.setitem(catalogue.added, made.name, made)
        report = grade(made.name, answer)
        assert report.outcome == "not yet"
        return report.kind, " ".join(report.message.split())

    return judge_answer


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape) + 3


def twice(x):
    return 2 * x


LARGE = [
    Case((draw(*shape, seed=sum(shape)),), label=str(shape)) for shape in ((5, 7), (2, 3, 5), (11,))
]


# A factor, an offset, a sign.


def test_a_factor_in_a_tiny_case_alone_is_not_claimed(judge) -> None:
    kind, text = judge(
        twice,
        [Case((TINY,), label="tiny"), *LARGE],
        lambda x: x + TINY.max() * 0 + (x if x.size > 2 else 5 * x),
    )
    assert kind == "values"
    assert UNNAMED in text


def test_a_factor_in_every_case_is_claimed(judge) -> None:
    kind, text = judge(twice, [Case((TINY,), label="tiny"), *LARGE], lambda x: 6 * x)
    assert kind == "factor"
    assert "3 times too large everywhere" in text
    assert "length of axis" not in text


def test_a_sign_that_is_wrong_in_the_first_case_only_is_not_claimed(judge) -> None:
    kind, text = judge(twice, LARGE, lambda x: -2 * x if x.ndim == 2 else 2 * x + x**2)
    assert (kind, UNNAMED in text) == ("values", True)


def test_a_factor_that_is_not_the_same_in_every_case_is_told_as_such(judge) -> None:
    kind, text = judge(twice, LARGE, lambda x: 2 * x * x.flat[0])
    assert kind == "factor"
    assert "right up to one factor, and it is not always the same" in text
    assert "everywhere" not in text


def test_a_factor_is_an_axis_where_it_is_one_in_every_case(judge) -> None:
    kind, text = judge(twice, LARGE, lambda x: 2 * x * len(x))
    assert kind == "factor"
    assert "5 is the length of axis 0 of x." in text


def test_a_factor_of_2_is_not_the_axis_that_happens_to_have_length_2(judge) -> None:
    cases = [Case((draw(2, 11, seed=seed),), label=str(seed)) for seed in range(3)]
    kind, text = judge(twice, cases, lambda x: 4 * x)
    assert kind == "factor"
    assert "2 times too large" in text
    assert "length of axis" not in text


def test_a_factor_is_not_an_axis_where_both_are_small_and_alike_by_chance(judge) -> None:
    cases = [Case((draw(3, 11),), label="three"), Case((draw(2, 7, 5),), label="two")]
    kind, text = judge(twice, cases, lambda x: 2 * x * {2: 3, 3: 2}[x.ndim])
    assert kind == "factor"
    assert "length of axis" not in text


def test_an_offset_must_be_the_same_in_every_case(judge) -> None:
    assert judge(twice, LARGE, lambda x: 2 * x + 0.5)[0] == "offset"
    assert judge(twice, LARGE, lambda x: 2 * x + x.flat[0])[0] != "offset"


def total(x):
    return float((x * x).sum())


def scalar_cases(count):
    return [Case((draw(3, 5, seed=seed),), label=str(seed)) for seed in range(count)]


def test_one_number_a_case_is_enough_only_in_several_cases(judge) -> None:
    assert judge(total, scalar_cases(3), lambda x: total(x) / 2)[0] == "values"
    assert judge(total, scalar_cases(5), lambda x: total(x) / 2)[0] == "factor"
    assert judge(total, scalar_cases(5), lambda x: total(x) ** 0.5)[0] == "function of"


def test_numbers_that_hardly_vary_prove_nothing(judge) -> None:
    cases = [Case((np.array([[1.0, 2, 1], [2, 1, 2]]) * k,), label=str(k)) for k in (1, 2, 3)]
    kind, text = judge(twice, cases, lambda x: 6 * x)
    assert (kind, UNNAMED in text) == ("values", True)


# Axes and shapes.


def test_axes_that_change_places_only_where_all_are_equal_long_are_not_claimed(judge) -> None:
    square = [Case((draw(3, 3),), label="square"), *LARGE]
    kind, text = judge(twice, square, lambda x: 2 * x.T if x.shape == (3, 3) else x)
    assert (kind, "changed places" in text, "transpose" in text) == ("values", False, False)


def test_exchanged_axes_are_claimed_in_square_cases_and_in_others(judge) -> None:
    cases = [Case((draw(3, 3),), label="square"), Case((draw(2, 5, 7),), label="a batch")]
    kind, text = judge(twice, cases, lambda x: 2 * x.swapaxes(-1, -2))
    assert kind == "swapped axes"
    assert "this is the transpose" in text


def row_sums(x):
    return x.sum(axis=-1, keepdims=True)


def test_keepdims_is_not_named_where_all_axes_in_front_have_length_1(judge) -> None:
    cases = [Case((TINY,), label="tiny"), Case((draw(5, 3, 2, seed=1),), label="a batch")]

    def answer(x):
        return x.sum(axis=-1) if x.size == 2 else x.sum(axis=0)

    kind, text = judge(row_sums, cases, answer)
    assert kind == "shape"
    assert "keepdims" not in text
    assert "The numbers are right" not in text


def test_keepdims_is_named_where_it_is_missing_in_every_case(judge) -> None:
    cases = [Case((TINY,), label="tiny"), Case((draw(5, 3, 2, seed=1),), label="a batch")]
    kind, text = judge(row_sums, cases, lambda x: x.sum(axis=-1))
    assert kind == "shape"
    assert "axis 2, of length 1, is missing (keepdims=True)" in text
    text = judge(row_sums, cases, lambda x: x @ np.ones(2))[1]
    assert "axis 2, of length 1, is missing." in text


def test_a_sum_over_an_axis_is_claimed_only_if_it_is_that_in_every_case(judge) -> None:
    cases = [Case((draw(2, 9),), label="two rows"), Case((draw(5, 9),), label="five rows")]
    assert (
        "the sum of the right answer over axis 0"
        in judge(twice, cases, lambda x: (2 * x).sum(axis=0))[1]
    )
    kind, text = judge(twice, cases, lambda x: 2 * x[0] + 2 * x[1])
    assert kind == "shape"
    assert "sum" not in text


def test_a_single_number_calls_for_axis_only_where_something_is_summed(judge) -> None:
    assert "without `axis`" in judge(twice, LARGE, lambda x: x.mean())[1]
    assert "without `axis`" not in judge(twice, LARGE, lambda x: x.flat[0])[1]
    assert "without `axis`" not in judge(twice, LARGE, lambda x: len(x) + int(x.sum() * 0))[1]


# What the source must agree with.


def batch_cases():
    return [Case((draw(3, 5, 7),), label="three"), Case((draw(5, 3, 2, seed=1),), label="five")]


def test_a_loop_is_spoken_of_only_where_there_is_one(judge) -> None:
    def with_loop(x):
        out = np.zeros_like(x)
        for one in x:
            out[...] = 2 * one
        return out

    kind, text = judge(twice, batch_cases(), with_loop)
    assert kind == "one of the batch"
    assert "Does the loop write over what it has made before?" in text
    kind, text = judge(twice, batch_cases(), lambda x: 2 * x[-1] + 0 * x)
    assert kind == "one of the batch"
    assert "the last along axis 0, is right." in text
    assert "loop" not in text


def test_a_return_in_a_loop_is_spoken_of_only_where_there_is_one(judge) -> None:
    def with_loop(x):
        for one in x:
            return np.broadcast_to(2 * one, x.shape)
        return x

    assert "return inside its loop?" in judge(twice, batch_cases(), with_loop)[1]
    text = judge(twice, batch_cases(), lambda x: 2 * x[0] + 0 * x)[1]
    assert "Only out[0], the first along axis 0, is right." in text
    assert "loop" not in text


def test_a_reshape_is_spoken_of_only_where_there_is_one(judge) -> None:
    def reshaped(x):
        return 2 * x.swapaxes(-1, -2).reshape(x.shape)

    kind, text = judge(twice, batch_cases(), reshaped)
    assert (kind, "reshape keeps the numbers" in text) == ("other places", True)
    kind, text = judge(twice, batch_cases(), lambda x: 2 * np.sort(x))
    assert (kind, "reshape" in text) == ("other places", False)


def test_np_zeros_is_spoken_of_only_where_it_is_used(judge) -> None:
    assert "np.zeros" in judge(twice, LARGE, lambda x: np.zeros(x.shape))[1]
    assert "np.zeros" not in judge(twice, LARGE, lambda x: 0 * x)[1]


def test_an_inf_that_the_code_puts_there_is_not_called_an_overflow(judge) -> None:
    assert "log(0)" not in judge(twice, LARGE, lambda x: np.where(x > 3, -np.inf, 2 * x))[1]
    assert "log(0)" in judge(twice, LARGE, lambda x: 2 * x / (x < 3))[1]


def test_a_gap_is_small_only_if_it_is_in_every_case(judge) -> None:
    kind, text = judge(twice, LARGE, lambda x: 2 * x + 1e-3 * np.sin(x))
    assert (kind, "eps" in text) == ("nearly", False)

    def with_eps(x, eps=1e-3):
        return 2 * x + eps * np.sin(x)

    assert "such as eps" in judge(twice, LARGE, lambda x: with_eps(x))[1]
    kind, text = judge(twice, LARGE, lambda x: 2 * x + (1e-3 if x.ndim == 2 else 0.5) * np.sin(x))
    assert (kind, "close" in text) == ("values", False)
    # 0.685 in place of 0.75 is no rounding.
    assert judge(twice, LARGE, lambda x: 2 * x * (1 - 0.087 * np.sin(x) ** 2))[0] == "values"


def test_what_the_source_of_an_answer_holds() -> None:
    def helper(x):
        return [one.reshape(-1) for one in x]

    def answer(x):
        return helper(x)[0].sum()

    found = read_source(answer)
    assert found.loops
    assert found.reduces_all
    assert found.uses("reshape")
    assert not found.returns_in_loop
    assert not found.uses("keepdims")
    space: dict = {"np": np}
    exec("def unseen(x):\n    while x.any():\n        x = np.exp(x, where=x > 0)\n", space)
    found = read_source(space["unseen"])
    assert found.loops
    assert found.uses("exp")
    assert not read_source(np.exp).names


# Which case is shown, and what is said of the others.


def staged(x, mask=None):
    return 2 * x if mask is None else np.where(mask, 2 * x, 0.0)


def staged_cases():
    x, mask = draw(5, 7), draw(5, 7, seed=1) > 3
    return [
        Case((draw(11),), label="one axis", proves="the values"),
        Case((x,), label="two axes", proves="the axes in front"),
        Case((x, mask), label="a mask", proves="the mask"),
        Case((draw(2, 5, 7), mask), label="a mask and a batch"),
    ]


def test_what_the_cases_before_prove_is_told_first(judge) -> None:
    text = judge(staged, staged_cases(), lambda x, mask=None: 2 * x)[1]
    assert text.startswith("staged: not yet. Right already: the values, the axes in front. out")
    assert "It is wrong in just those cases in which mask is given." in text


def test_nothing_is_right_already_where_the_first_case_is_wrong(judge) -> None:
    text = judge(
        staged, staged_cases(), lambda x, mask=None: staged(x, mask) + (x.ndim == 1) * x**2
    )[1]
    assert "Right already" not in text
    assert "It is right in 3 of 4 cases." in text


def test_what_wrong_cases_share_is_told_only_where_there_are_enough_of_both(judge) -> None:
    shapes = [(11,), (5, 7), (3, 5), (7, 2), (2, 3, 5), (3, 2, 7), (5, 3, 2)]
    cases = [Case((draw(*shape),), label=str(shape)) for shape in shapes]

    def wrong_where(is_wrong):
        return lambda x: 2 * x + is_wrong(x) * x**2

    text = judge(twice, cases, wrong_where(lambda x: x.ndim == 3))[1]
    assert "It is wrong in just those cases in which x has 3 axes or more." in text
    text = judge(twice, cases, wrong_where(lambda x: x.ndim == 1))[1]
    assert "just those cases" not in text
    text = judge(twice, cases, wrong_where(lambda x: x.shape[-1] == 5))[1]
    assert "just those cases" not in text
    assert "It is right in 5 of 7 cases." in text


def test_an_exception_is_told_after_what_is_right(judge) -> None:
    def answer(x, mask=None):
        return 2 * x if mask is None else x[mask].no_such_thing

    kind, text = judge(staged, staged_cases(), answer)
    assert kind == "raised"
    assert "Right already: the values, the axes in front. It is wrong in just those" in text


def test_a_wrong_value_comes_before_an_exception_in_a_later_case(judge) -> None:
    def answer(x, mask=None):
        return x + 1 if mask is None else x.no_such_thing

    kind, text = judge(staged, staged_cases(), answer)
    assert kind == "values"
    assert 'Case "one axis"' in text
    assert 'In the case "a mask" it raises AttributeError:' in text


def test_no_cause_is_claimed_where_another_case_raises(judge) -> None:
    def answer(x, mask=None):
        return 6 * x if mask is None else x.no_such_thing

    kind, text = judge(staged, staged_cases(), answer)
    assert (kind, "times too large" in text) == ("values", False)


def halves(x):
    half, rest = x / 2, x - 1
    return half, rest


def test_a_part_is_called_right_only_if_it_is_in_every_case(judge) -> None:
    text = judge(halves, LARGE, lambda x: (x / 2, x + x**2))[1]
    assert "half is right. rest" in text
    text = judge(halves, LARGE, lambda x: (x / 2 if x.ndim > 1 else x, x + x**2))[1]
    assert "half is right" not in text


def test_an_order_is_claimed_only_if_it_is_wrong_in_every_case(judge) -> None:
    assert judge(halves, LARGE, lambda x: (x - 1, x / 2))[0] == "order"
    kind, _ = judge(halves, LARGE, lambda x: (x - 1, x / 2) if x.ndim > 1 else (x, x))
    assert kind != "order"


def positive(x):
    if (x < 0).any():
        raise ValueError("positive: all numbers must be positive.")
    return np.log(x)


def test_a_refusal_in_other_words_is_not_the_case_that_is_shown(judge) -> None:
    cases = [Case((-draw(3),), label="negative"), Case((draw(5, 7),), label="positive")]

    def answer(x):
        np.linalg.cholesky(np.eye(2))
        if (x < 0).any():
            int("this raises a ValueError")
        return np.log(x) ** 2 + x

    text = judge(positive, cases, answer)[1]
    assert 'Case "positive"' in text
