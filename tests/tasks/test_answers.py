"""The most likely whole answers, held against the enumeration of all of them."""

import itertools

import numpy as np
import pytest

from course_lib.tasks.answers import most_likely

VOCAB, EOS = 4, 3


def random_model(seed):
    """A distribution of the next token for each beginning, drawn once and kept."""
    rng = np.random.default_rng(seed)
    table = {}

    def next_log_p(beginnings):
        rows = []
        for beginning in beginnings:
            p = table.setdefault(tuple(beginning), rng.dirichlet(np.ones(VOCAB)))
            rows.append(np.log(p))
        return np.array(rows).reshape(len(beginnings), VOCAB)

    return next_log_p


def probability(next_log_p, ids):
    total = 0.0
    for t, token in enumerate(ids):
        total += next_log_p(np.array([ids[:t]], dtype=np.int64).reshape(1, t))[0, token]
    return np.exp(total)


@pytest.mark.parametrize("seed", range(5))
def test_answers_of_one_length(seed):
    model = random_model(seed)
    every = sorted(
        ((probability(model, ids), ids) for ids in itertools.product(range(VOCAB), repeat=2)),
        reverse=True,
    )
    found = most_likely(model, 2, top=4)
    assert [tuple(ids) for ids, _ in found] == [ids for _, ids in every[:4]]
    assert [p for _, p in found] == pytest.approx([p for p, _ in every[:4]])


@pytest.mark.parametrize("seed", range(5))
def test_answers_that_end_with_eos(seed):
    """Nothing follows <eos>, which is left out of the answer; the last token may be any."""
    model = random_model(seed)
    words = range(EOS)
    whole = [(EOS,)]
    whole += [(a, b) for a in words for b in range(VOCAB)]
    every = sorted(((probability(model, ids), ids) for ids in whole), reverse=True)
    found = most_likely(model, 2, eos_id=EOS, top=4)
    stripped = [tuple(i for i in ids if i != EOS) for _, ids in every[:4]]
    assert [tuple(ids) for ids, _ in found] == stripped
    assert [p for _, p in found] == pytest.approx([p for p, _ in every[:4]])
    assert sum(probability(model, ids) for ids in whole) == pytest.approx(1.0)


def test_the_most_likely_answer_need_not_begin_with_the_most_likely_token():
    def next_log_p(beginnings):
        if beginnings.shape[1] == 0:
            return np.log([[0.6, 0.4]])
        return np.log([[0.5, 0.5] if beginning[0] == 0 else [0.1, 0.9] for beginning in beginnings])

    (ids, p), *_ = most_likely(next_log_p, 2, top=1)
    assert tuple(ids) == (1, 1)
    assert p == pytest.approx(0.36)


def test_an_answer_is_always_found():
    """Even where <eos> is too unlikely to be kept."""

    def next_log_p(beginnings):
        return np.log(np.full((len(beginnings), 30), 1 / 30) + np.eye(30)[0] * 1e-9 * -1)

    found = most_likely(next_log_p, 3, eos_id=0, top=2)
    assert len(found) == 2
    assert all(len(ids) == 3 for ids, _ in found)


def test_asking_for_no_answer_is_refused():
    with pytest.raises(ValueError, match="top is 0; ask for at least 1"):
        most_likely(random_model(0), 2, top=0)
