"""Wrong answers that no catalogue holds: each is described for what it is."""

import numpy as np
import pytest

from classroom.exercises.grade import grade

pytestmark = pytest.mark.usefixtures("toys")


def told(name, function, kind, *texts):
    report = grade(name, function)
    assert report.outcome == "not yet"
    assert report.mistake is None
    assert report.kind == kind, report.message
    flat = " ".join(report.message.split())
    for text in texts:
        assert text in flat, report.message


def doubled(change):
    """The answer to `double`, with `out` changed by a function of (out, x)."""

    def double(x, factor=2.0):
        return change(x * factor, x), (x, factor)

    return double


def paired(change):
    """The answer to `pairs`, with the scores changed by a function of (scores, q, k, mask)."""

    def pairs(q, k, mask=None):
        scores = q @ k.swapaxes(-1, -2)
        right = scores if mask is None else np.where(mask, scores, 0.0)
        return change(right, q, k, mask), right.sum(axis=-1)

    return pairs


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (lambda out, x: out * 4, "factor", "4 times too large everywhere"),
        (lambda out, x: out / 3, "factor", "3 times too small everywhere"),
        (lambda out, x: -out, "factor", "wrong sign everywhere"),
        (lambda out, x: out * -5, "factor", "5 times too large everywhere and has the wrong sign"),
        (lambda out, x: out + 0.5, "offset", "too large by 0.5 everywhere"),
        (lambda out, x: out - 2, "offset", "too small by 2 everywhere"),
        (lambda out, x: out * 0, "zeros", "0 everywhere"),
        (lambda out, x: x, "unchanged", "is x itself"),
        (lambda out, x: np.exp(out), "function of", "the exponential of the right answer"),
        (lambda out, x: 1 / out, "function of", "the reciprocal of the right answer"),
        (lambda out, x: out * (1 + 1e-3 * np.sign(x - 1.5)), "nearly", "close, but not equal"),
        (lambda out, x: np.where(x > 1.5, np.nan, out), "nan", "nan in 1 place of 2. The rest"),
        (lambda out, x: np.where(x > 1.5, np.inf, out), "nan", "inf in 1 place of 2"),
        (lambda out, x: out.tolist(), "list", "a list of 2; an array is wanted"),
        (lambda out, x: out.astype(object), "type", "an array of objects"),
        (lambda out, x: out.astype(int), "dtype", "dtype int64; it should hold floats"),
        (lambda out, x: out[None], "shape", "an axis of length 1 too many (0)"),
        (lambda out, x: out.sum(), "shape", "Is there a sum or mean without `axis`?"),
        (lambda out, x: out.sum(axis=-1, keepdims=True), "shape", "has shape (1,); it should be"),
        (lambda out, x: None, "none", "out is None; it should be an array of shape (2,)"),
        (lambda out, x: "four", "type", "out is a str"),
    ],
)
def test_out(change, kind, text) -> None:
    told("double", doubled(change), kind, text)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (lambda s, q, k, mask: s.swapaxes(1, 2), "transposed", "axes 1 and 2 have changed places"),
        (lambda s, q, k, mask: s * 7, "factor", "7 is the length of axis 2 of q"),
        (
            lambda s, q, k, mask: s / 7**0.5,
            "factor",
            "2.646 times too small",
        ),
        (lambda s, q, k, mask: s / 7**0.5, "factor", "√7: 7 is the length of axis 2 of q"),
        (lambda s, q, k, mask: s * [[[1]], [[0.5]]], "one of the batch", "Only scores[0]"),
        (
            lambda s, q, k, mask: s * [[[0.5]], [[1]]],
            "one of the batch",
            "Only scores[1], the last",
        ),
        (lambda s, q, k, mask: s[:, ::-1], "other places", "reversed along axis 1"),
        (lambda s, q, k, mask: np.sort(s), "other places", "not in its place"),
        (lambda s, q, k, mask: s * np.arange(1, 4)[:, None], "row factor", "a factor of its own"),
        (lambda s, q, k, mask: s + np.arange(1, 4)[:, None], "row offset", "an offset of its own"),
        (
            lambda s, q, k, mask: s.reshape(2, 15),
            "shape",
            "in the right order: reshape them to (2, 3, 5)",
        ),
        (lambda s, q, k, mask: s[0], "shape", "has shape (3, 5); it should be (2, 3, 5)"),
        (lambda s, q, k, mask: s.mean(axis=1), "shape", "the mean of the right answer over axis 1"),
        (lambda s, q, k, mask: s[..., None] * [0.25, 0.75], "shape", "the sum over axis 3"),
        (lambda s, q, k, mask: s.round(0), "values", "none of its values is right"),
        (lambda s, q, k, mask: s * np.arange(3)[:, None], "values", "only 10 of its 30 values"),
    ],
)
def test_scores(change, kind, text) -> None:
    told("pairs", paired(change), kind, text)


def test_only_masked_places_are_wrong() -> None:
    def pairs(q, k, mask=None):
        scores = q @ k.swapaxes(-1, -2)
        right = scores if mask is None else np.where(mask, scores, 0.0)
        return np.where(mask, scores, -1e9) if mask is not None else scores, right.sum(axis=-1)

    told("pairs", pairs, "masked rows", "wrong only where it is False", "should be 0", "-1e+09")


def test_only_masked_rows_are_wrong() -> None:
    def change(scores, q, k, mask):
        if mask is None:
            return scores
        return scores + 0.1 * np.arange(5) * ~mask.all(axis=-1)[:, None]

    told("pairs", paired(change), "masked rows", "those with a masked entry are wrong")


def test_second_part_is_wrong_and_the_first_is_named_right() -> None:
    def pairs(q, k, mask=None):
        scores = q @ k.swapaxes(-1, -2)
        return scores if mask is None else np.where(mask, scores, 0.0), scores.sum(axis=-1)

    told("pairs", pairs, "values", "scores is right.", "lie in total[:, 1]", "with a mask")


def test_order_of_returned_values() -> None:
    def pairs(q, k, mask=None):
        scores = q @ k.swapaxes(-1, -2)
        scores = scores if mask is None else np.where(mask, scores, 0.0)
        return scores.sum(axis=-1), scores

    told("pairs", pairs, "order", "`return scores, total`")


def test_cache_forgotten() -> None:
    told("double", lambda x, factor=2.0: x * factor, "cache", "the cache is missing")


def test_cache_forgotten_and_out_wrong_too() -> None:
    told("double", lambda x, factor=2.0: x + 7, "count", "`return out, cache`")


@pytest.mark.parametrize(
    ("cache", "kind", "text"),
    [
        (lambda x, factor: None, "type", "out is right. cache should be a tuple of 2"),
        (lambda x, factor: (x,), "count", "cache should hold 2 values, yours holds 1"),
        (lambda x, factor: (x * 2, factor), "factor", "cache[0] is 2 times too large"),
        (
            lambda x, factor: (x * factor, factor),
            "factor",
            "cache[0] is right up to one factor",
        ),
        (lambda x, factor: (x, None), "none", "cache[1] is None"),
        (lambda x, factor: {"x": x}, "type", "yours is a dict of 1"),
    ],
)
def test_cache_is_wrong(cache, kind, text) -> None:
    told("double", lambda x, factor=2.0: (x * factor, cache(x, factor)), kind, text)


def test_a_mistake_in_the_cache_only_is_found_in_the_catalogue() -> None:
    report = grade("double", lambda x, factor=2.0: (x * factor, (factor, x)))
    assert report.mistake == "cache_order"


def test_a_catalogued_mistake_is_known_whatever_the_cache_holds() -> None:
    for cache in ((), None, "anything"):
        assert grade("double", lambda x, factor=2.0, c=cache: (x * x, c)).mistake == "squared"
    assert grade("double", lambda x, factor=2.0: x * x).mistake == "squared"


def test_a_message_may_hold_numbers_of_the_case() -> None:
    report = grade("double", lambda x, factor=2.0: (x + factor, (x, factor)))
    assert report.mistake == "added"
    assert "You add 2.0." in report.message


def test_too_many_values() -> None:
    def double(x, factor=2.0):
        return x * factor, (x, factor), "more"

    told("double", double, "count", "returned 3 values. 2 are wanted: `return out, cache`")


def test_returned_none() -> None:
    def double(x, factor=2.0):
        out = x * factor
        out.sum()

    told("double", double, "none", "Your function returned None", "`return` line")


def test_returned_a_generator() -> None:
    def double(x, factor=2.0):
        yield x * factor

    told("double", double, "generator", "holds `yield`")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_returned_a_matrix() -> None:
    def pairs(q, k, mask=None):
        scores = q @ k.swapaxes(-1, -2)
        return np.asmatrix(scores[0]), scores.sum(axis=-1)

    told("pairs", pairs, "matrix", "np.matrix; use np.array")


def test_a_list_of_the_right_parts_passes() -> None:
    assert grade("double", lambda x, factor=2.0: [x * factor, (x, factor)]).outcome == "right"


def test_input_changed_in_place() -> None:
    def double(x, factor=2.0):
        before = x.copy()
        x *= factor
        return x.copy(), (before, factor)

    told("double", double, "changed input", "changes its input x in place", "two numbers")


def test_a_function_that_is_right_in_one_case_only_is_not_right() -> None:
    def double(x, factor=2.0):
        return x * 2, (x, factor)

    told("double", double, "factor", "another factor", "1.5 times too small")


def test_difference_below_the_shown_digits_is_told() -> None:
    told("double", doubled(lambda out, x: out * (1 + 3e-4 * x)), "nearly", "largest difference is")
