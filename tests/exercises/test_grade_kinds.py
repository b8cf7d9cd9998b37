"""Exercises that work in place, demand a dtype, refuse a call, or return texts, sets and dicts."""

import functools

import numpy as np
import pytest

from classroom.exercises import Case, Mistake
from classroom.exercises import exercise as catalogue
from classroom.exercises.exercise import Exercise, find
from classroom.exercises.formatting import wrap
from classroom.exercises.grade import grade


@pytest.fixture
def add(monkeypatch):
    """Make an exercise of a function and its cases, for one test."""

    def add_exercise(reference, cases, mistakes=(), **options):
        made = Exercise(
            reference.__name__, 2, reference, lambda rng: cases, mistakes, ("a",), **options
        )
        monkeypatch.setitem(catalogue.added, made.name, made)
        return lambda function: grade(made.name, function)

    return add_exercise


def flat(report):
    return " ".join(report.message.split())


def descend(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[name]


def descend_cases():
    params = {"W": np.array([[1.0, 2.0, 3.0]]), "b": np.array([4.0, 5.0])}
    grads = {"W": np.array([[0.5, 0.25, 2.0]]), "b": np.array([1.0, -3.0])}
    return [Case((params, grads, 0.1), label="one step")]


def test_what_is_changed_in_place_is_compared(add) -> None:
    mistake = Mistake(
        "uphill",
        lambda params, grads, lr: [params[k].__iadd__(lr * grads[k]) for k in params] and None,
        "You add the gradient.",
    )
    judge = add(descend, descend_cases(), (mistake,), may_change=("params",))
    assert judge(descend).outcome == "right"

    def uphill(params, grads, lr):
        for name in params:
            params[name] += lr * grads[name]

    assert judge(uphill).mistake == "uphill"

    def too_far(params, grads, lr):
        for name in params:
            params[name] -= 2 * lr * grads[name]

    report = judge(too_far)
    assert report.outcome == "not yet"
    assert "params['W']" in report.message

    def rebound(params, grads, lr):
        for value in params.values():
            value = value - lr

    assert judge(rebound).outcome == "not yet"

    def harmful(params, grads, lr):
        descend(params, grads, lr)
        grads["W"][...] = 0

    assert "changes its input grads['W'] in place" in flat(judge(harmful))
    assert "copies the outermost one alone" in flat(judge(harmful))


def root(x):
    return x / np.float32(3) ** 0.5


def test_a_dtype_may_be_demanded(add) -> None:
    cases = [Case((np.ones(3),), label="64"), Case((np.ones(5, np.float32),), label="32")]
    judge = add(root, cases, same_dtype=True)

    def right(x):
        return x / 3**0.5

    def promoting(x):
        return x / np.sqrt(np.float64(3))

    assert judge(right).outcome == "right"
    report = judge(promoting)
    assert report.kind == "promoted"
    assert "float64 where all inputs are float32" in flat(report)


@pytest.mark.parametrize("name", ["one_hot", "sinusoidal_positions"])
def test_a_dtype_that_is_asked_for_is_the_results(name) -> None:
    reference = find(name).reference

    @functools.wraps(reference)
    def promoting(*args, **kwargs):
        out = reference(*args, **kwargs)
        return out.astype(np.float64) if out.dtype == np.float32 else out

    promoting.__module__ = "__main__"
    report = grade(name, promoting)
    assert report.kind == "dtype"
    assert "their dtype is float64, and float32 was asked for" in flat(report)
    assert "with dtype=np.float32" in report.message


@pytest.mark.parametrize("name", ["merge_pair", "minibatches"])
def test_a_tuple_is_no_list_where_the_contract_names_one(name) -> None:
    reference = find(name).reference

    @functools.wraps(reference)
    def answer(*args):
        return tuple(reference(*args))

    answer.__module__ = "__main__"
    report = grade(name, answer)
    assert report.kind == "sequence"
    assert "returns a tuple, and a list is wanted" in flat(report)


def test_several_values_may_be_returned_in_a_list() -> None:
    reference = find("softmax").reference

    @functools.wraps(reference)
    def answer(x, axis=-1):
        return list(reference(x, axis))

    assert grade("softmax", answer).outcome == "right"


def first(ids):
    if not ids:
        raise ValueError("first: there are no ids; pass one at least.")
    return ids[0]


def test_a_refusal_may_be_demanded(add) -> None:
    cases = [Case(([3, 5],), label="two ids", expected=3), Case(([],), label="no ids")]
    last = Mistake("last", lambda ids: first(ids[::-1]), "That is the last one.")
    judge = add(first, cases, (last,))

    def own_words(ids):
        if len(ids) == 0:
            raise ValueError("nothing there")
        return ids[0]

    def lenient(ids):
        return ids[0] if ids else None

    def other_error(ids):
        return ids[0]

    def last_in_own_words(ids):
        if len(ids) == 0:
            raise ValueError("nothing there")
        return ids[-1]

    assert judge(own_words).outcome == "right"
    assert "should refuse this call with a ValueError" in flat(judge(lenient))
    assert "It returned None instead." in flat(judge(lenient))
    assert "It raised an IndexError instead" in flat(judge(other_error))
    assert judge(last_in_own_words).mistake == "last"


def words(text):
    return text.lower().split()


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda text: text.split(), "should be ['once', 'upon'], and yours is ['Once', 'upon']."),
        (lambda text: text.lower(), "should be ['once', 'upon'], and yours is 'once upon'."),
        (lambda text: set(words(text)), "and yours is {'once', 'upon'}."),
        (lambda text: [], "should be ['once', 'upon'], and yours is []."),
    ],
)
def test_lists_of_words(add, function, text) -> None:
    judge = add(words, [Case(("Once upon",), label="two words"), Case(("a " * 99,), label="long")])
    assert judge(words).outcome == "right"
    report = judge(function)
    assert report.outcome == "not yet"
    assert text in flat(report), report.message


def test_long_lists_are_shown_where_they_differ(add) -> None:
    text = " ".join(f"w{number}" for number in range(99))
    judge = add(words, [Case((text,), label="many words")])

    def changed(text):
        return [word.replace("w50", "x50") for word in words(text)]

    assert "differs first at item 50" in flat(judge(changed))
    assert "ends too early, after 98 items of 99" in flat(judge(lambda text: words(text)[:-1]))
    assert "too long: 100 items in place of 99" in flat(judge(lambda text: [*words(text), "x"]))


def letters(text):
    return set(text)


def test_sets(add) -> None:
    judge = add(letters, [Case(("abc",), label="three letters")])
    assert judge(letters).outcome == "right"
    text = flat(judge(lambda text: {"a", "b", "z"}))
    assert "Missing: {'c'}. Too many: {'z'}." in text


def table(text):
    return {letter: number for number, letter in enumerate(text)}


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda text: {"a": 0}, "lacks 'b'"),
        (lambda text: {"a": 0, "b": 1, "c": 2}, "holds 'c', which does not belong"),
        (lambda text: {"a": 0, "b": 2}, "['b'] should be 1, and yours is 2."),
        (lambda text: list(text), "should be a dict"),
    ],
)
def test_dicts(add, function, text) -> None:
    judge = add(table, [Case(("ab",), label="two letters")])
    assert judge(table).outcome == "right"
    assert text in flat(judge(function)), judge(function).message


def halves(x):
    return x / 2, x * 0.5 + 1


def test_names_of_the_returned_parts(add) -> None:
    judge = add(halves, [Case((np.arange(11.0),), label="x")], returns=("half", "more"))
    assert "half is right. more is too large by 1" in flat(judge(lambda x: (x / 2, x / 2 + 2)))
    assert "`return half, more`" in flat(judge(lambda x: x / 2))


def in_steps(x):
    def double(z):
        return z * 2

    if x.size == 0:
        return x, x
    half, more = x / 2, double(x) + 1
    return half, more


def test_names_are_those_of_its_own_last_return(add) -> None:
    judge = add(in_steps, [Case((np.arange(11.0),), label="x")])
    assert judge(lambda x: (x / 2, 2 * x + 1)).outcome == "right"
    assert "half is right. more is too large by 1" in flat(judge(lambda x: (x / 2, 2 * x + 2)))


def scaled(x, factor):
    return x * factor


def scaled_cases():
    x = np.arange(1.0, 12)
    return [Case((x, factor), label=f"factor {factor:g}") for factor in (2.0, 3.0, 5.0, 0.0)]


ADDED = Mistake("added", lambda x, factor: x + factor, "You add the factor.")


def test_a_mistake_that_explains_most_cases_is_told_with_one_that_it_does_not_explain(add) -> None:
    judge = add(scaled, scaled_cases(), (ADDED,))

    def both(x, factor):
        return x + factor if factor else np.full_like(x, np.nan)

    report = judge(both)
    assert report.mistake == "added"
    assert "This explains 3 of the 4 wrong cases." in flat(report)
    assert 'In the case "factor 0" it differs in another way' in flat(report)
    assert "perhaps for the same reason" in flat(report)


def test_a_mistake_that_explains_less_than_half_of_the_cases_is_not_told(add) -> None:
    judge = add(scaled, scaled_cases(), (ADDED,))

    def other(x, factor):
        return x + factor if factor == 2 else x - 7

    assert judge(other).mistake is None


def test_a_mistake_is_not_told_where_the_cases_it_explains_are_tiny(add) -> None:
    cases = [Case((np.array([1.0, 2]), factor), label=f"{factor}") for factor in (3.0, 4.0)]
    judge = add(scaled, [*cases, Case((np.arange(1.0, 12), 5.0), label="large")], (ADDED,))

    def small(x, factor):
        return x + factor if x.size == 2 else x

    assert judge(small).mistake is None


def test_a_mistake_is_not_told_where_what_it_explains_is_nan(add) -> None:
    overflow = Mistake("overflow", lambda x, factor: x * factor + np.inf - np.inf, "It overflows.")
    judge = add(scaled, scaled_cases(), (overflow,))

    def odd(x, factor):
        return x - 7 if factor == 5 else np.full_like(x, np.nan)

    report = judge(odd)
    assert (report.mistake, report.kind) == (None, "nan")


def mark(ids, size):
    out = np.zeros((len(ids), size))
    out[np.arange(len(ids)), ids] = 1
    return out


def test_a_mistake_is_told_where_many_places_are_wrong_and_many_right_as_it_has_them(add) -> None:
    ids = np.array([3, 0, 4, 1, 7, 5])
    cases = [Case((ids[:n], size), label=f"{n} in {size}") for n, size in ((6, 11), (5, 8), (3, 5))]

    def every_row(ids, size):
        out = np.zeros((len(ids), size))
        out[:, ids] = 1
        return out

    def answer(ids, size):
        return every_row(ids, size) if size > 5 else 2 * mark(ids, size)

    mistake = Mistake("every_row", every_row, "You mark the ids in every row.")
    assert add(mark, cases, (mistake,))(answer).mistake == "every_row"


def test_a_mistake_is_not_told_where_what_it_explains_hardly_varies(add) -> None:
    cases = [Case((np.array(x), 2.0), label=str(x)) for x in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)]
    one = Mistake("one", lambda x, factor: x / x, "You divide it by itself.")
    report = add(scaled, cases, (one,))(lambda x, factor: np.minimum(x, 1.0) + (x == 6))
    assert report.mistake is None


def test_a_mistake_that_would_make_more_cases_wrong_is_told_with_that(add) -> None:
    judge = add(scaled, scaled_cases(), (ADDED,))

    def mostly(x, factor):
        return x + factor if factor > 2.5 else x * factor

    report = judge(mostly)
    assert report.mistake == "added"
    assert (
        "This explains all 2 wrong cases, but it would make others wrong that are right."
        in flat(report)
    )


def test_of_two_mistakes_that_give_the_same_both_are_told(add) -> None:
    again = Mistake("again", lambda x, factor: factor + x, "You begin with the factor.")
    judge = add(scaled, scaled_cases(), (ADDED, again))
    report = judge(lambda x, factor: x + factor)
    assert (report.mistake, report.also) == ("added", ("again",))
    assert "2 mistakes give just this; one may be yours." in flat(report)
    assert "1. You add the factor." in flat(report)
    assert "2. You begin with the factor." in flat(report)

    def both(x, factor):
        return x + factor if factor else x - 1

    report = judge(both)
    assert (report.mistake, report.also) == ("added", ("again",))
    assert "This explains 3 of the 4 wrong cases." in flat(report)


def test_code_and_shapes_are_not_broken_over_lines() -> None:
    code, shape = "`x.max(axis=axis, keepdims=True)`", "(2, 3, 5, 7)"
    for length in range(50, 90):
        text = wrap("x" * length + f" {code} and {shape} end")
        assert code in text
        assert shape in text
