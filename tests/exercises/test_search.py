"""Diagnosis by search: which single edit of the solution gives what a wrong answer gives."""

import math
import time

import numpy as np
import pytest

from classroom.exercises import search
from classroom.exercises.exercise import Exercise, Mistake, find
from classroom.exercises.grade import grade
from classroom.exercises.search import pool as pools
from classroom.exercises.search import search as searching
from classroom.exercises.search import words


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch):
    """What a test finds must not depend on how busy the machine is."""
    monkeypatch.setattr(searching, "SECONDS", 60.0)


@pytest.fixture
def uncatalogued(monkeypatch):
    """Grade an answer as if the exercise had no catalogue."""

    def ask(name, function):
        monkeypatch.setattr(Exercise, "wrong_answers", _none_of(name))
        return grade(name, function)

    return ask


def _none_of(name):
    own = Exercise.wrong_answers

    def wrong_answers(self: Exercise, mistake: Mistake):
        return [] if self.name == name else own(self, mistake)

    return wrong_answers


def told(report):
    return " ".join(report.message.split())


def squared_sum(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    out = e / e.sum(axis=axis, keepdims=True) ** 2
    return out, (out, axis)


def no_beta(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    s = 1 / np.sqrt(variance + eps)
    n = (x - mean) * s
    return n * gamma, (n, s, gamma)


def eps_below(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    s = 1 / np.sqrt(np.maximum(variance, eps))
    n = (x - mean) * s
    return n * gamma + beta, (n, s, gamma)


def other_cube(x, approximate="tanh"):
    z = x / np.sqrt(2)
    phi = 0.5 * (1 + np.vectorize(math.erf)(z))
    if approximate == "tanh":
        phi = 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.44715 * x**3)))
    return x * phi, (x, phi, approximate)


def transposed_output(x, memory, params, n_heads, mask=None):
    def split(z):
        return z.reshape(z.shape[0], z.shape[1], n_heads, -1).swapaxes(1, 2)

    q, k, v = (
        split(z @ params[f"W_{n}"] + params.get(f"b_{n}", 0))
        for z, n in ((x, "Q"), (memory, "K"), (memory, "V"))
    )
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    heads = e / e.sum(-1, keepdims=True) @ v
    joined = heads.swapaxes(1, 2).reshape(x.shape[0], x.shape[1], -1)
    return joined @ params["W_O"].T + params.get("b_O", 0), None


@pytest.mark.parametrize(
    ("name", "answer", "clause"),
    [
        ("softmax", squared_sum, "the division by the sum"),
        ("layer_norm", no_beta, "`beta` is not added"),
        ("layer_norm", eps_below, "`eps` is a lower bound"),
        ("gelu", other_cube, "0.44715 stands where 0.044715 belongs"),
        ("multi_head_attention", transposed_output, "`W_O` is transposed"),
    ],
)
def test_an_edit_that_gives_the_same_is_told(uncatalogued, name, answer, clause) -> None:
    report = uncatalogued(name, answer)
    assert report.kind == "edit"
    assert report.mistake is None
    assert f"This is what comes out if {clause}" in told(report)
    assert "yours" in report.message


def test_it_is_told_the_same_again(uncatalogued) -> None:
    first, second = (uncatalogued("softmax", squared_sum).message for _ in range(2))
    assert first == second


def test_the_solutions_line_is_not_given_away(uncatalogued) -> None:
    for name, answer in (("softmax", squared_sum), ("layer_norm", no_beta)):
        message = uncatalogued(name, answer).message
        body = find(name).solution.splitlines()[2:]
        rights = [line.split(" = ", 1)[1].strip() for line in body if " = " in line]
        assert rights
        assert not any(right in message for right in rights if len(right) > 12)


def attention_by_hand(q, k, v, mask=None):
    scores = q @ k.swapaxes(-1, -2) / q.shape[-1]
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    w = e / e.sum(-1, keepdims=True)
    return w @ v, None


def attention_by_parts(q, k, v, mask=None):
    scores = attention_scores(q, k) / 2  # noqa: F821  the notebook has it
    return scores @ v, None


def test_a_mistake_of_what_the_solution_calls_is_told(uncatalogued) -> None:
    report = uncatalogued("scaled_dot_product_attention", attention_by_hand)
    assert report.kind == "callee"
    assert "if `attention_scores`" in told(report)


def test_it_is_not_blamed_on_what_the_reader_calls_too() -> None:
    mistake = find("attention_scores").mistakes[0]
    candidate = pools.Candidate(attention_by_parts, None, "attention_scores", mistake)
    assert not searching._may_be(candidate, "scores = attention_scores(q, k) / 2")
    assert searching._may_be(candidate, "scores = q @ k.T")


def wrong_in_the_cache(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    out = e / e.sum(axis=axis, keepdims=True)
    return out, (out * 2, axis)


def out_alone(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True) ** 2


def never_right(x, axis=-1):
    out = np.cos(x) * 3.7
    return out, (out, axis)


def always(forward, backward, args):
    return True


def by_default(words, vocabulary, bos=False, eos=False):
    return np.array([vocabulary[word] for word in words if word in vocabulary])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("softmax", wrong_in_the_cache),
        ("softmax", out_alone),
        ("softmax", never_right),
        ("gradient_check", always),
        ("encode_words", by_default),
    ],
)
def test_nothing_is_said(uncatalogued, name, answer) -> None:
    assert uncatalogued(name, answer).kind not in ("edit", "callee")


def test_outputs_that_hardly_vary_prove_nothing() -> None:
    assert searching._is_round(0.25)
    assert searching._is_round(12.0)
    assert not searching._is_round(0.0447)
    assert not searching._is_round(12345.0)


def test_marks_tell_outputs_apart_and_do_not_see_rounding() -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    mark = pools.mark_of((x, {"a": x.sum()}))
    assert mark.near(pools.mark_of((x.astype(np.float32), {"a": x.sum()})))
    assert not mark.near(pools.mark_of((x[::-1], {"a": x.sum()})))
    assert not mark.near(pools.mark_of((x.T, {"a": x.sum()})))
    assert not mark.near(pools.mark_of((2 * x, {"a": x.sum()})))
    infinite = pools.mark_of(np.array([np.inf, np.nan, 1.0]))
    assert infinite.near(infinite)


def test_two_outputs_are_both_named(monkeypatch) -> None:
    exercise = find("layer_norm")
    found = pools.Pool(exercise)
    every = []
    while (candidate := found.candidate(len(every))) is not None:
        every.append(candidate)
    ops = {one.edit.op: one for one in every if one.edit is not None}
    text = words.sentence(exercise, [ops["maximum"], ops["n - 1"]], "")
    assert text.startswith("This is what comes out if `eps` is a lower bound")
    assert "; or nearly the same, if the variance is divided by n − 1" in text


def test_the_time_is_kept(monkeypatch) -> None:
    monkeypatch.setattr(searching, "SECONDS", 0.0)
    pool = pools.Pool(find("softmax"))
    case = pool.exercise.make_cases()[1]
    assert pool.run(case, 1, 0.0) == 0
    assert pool.candidates == []


def test_an_edit_without_end_is_left_out(monkeypatch) -> None:
    def endless(x, axis=-1):
        while True:
            time.sleep(0)

    pool = pools.Pool(find("softmax"))
    pool.candidates = [pools.Candidate(endless), pools.Candidate(find("softmax").reference)]
    pool._source = iter(())
    case = pool.exercise.make_cases()[1]
    pool.run(case, 1, 60.0)
    marks = pool.marks[1]
    assert marks[0] is None
    assert marks[1] is not None


def test_marks_are_kept_for_the_next_answer() -> None:
    pool = pools.pool_of(find("softmax"))
    assert pools.pool_of(find("softmax")) is pool
    case = pool.exercise.make_cases()[1]
    first = pool.run(case, 1, 60.0)
    made = len(pool.candidates)
    assert pool.run(case, 1, 60.0) == first
    assert len(pool.candidates) == made


def test_explain_is_what_the_package_offers() -> None:
    assert search.__all__ == ["Explanation", "explain"]
