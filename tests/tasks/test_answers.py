"""The most likely whole answers, held against the enumeration of all of them."""

import itertools

import numpy as np
import pytest

from course_lib.decoding import NextLogits
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks.answers import most_likely

VOCAB, EOS = 4, 3
PROMPT = np.array([2, 0])


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


def found_by(next_log_p, length, **settings):
    """Search with a model that is given by what follows each beginning of an answer."""

    def next_logits(ids):
        np.testing.assert_array_equal(ids[:, :2], np.tile(PROMPT, (len(ids), 1)))
        return next_log_p(ids[:, 2:]) + 5.0  # logits are log-probabilities but for a constant

    return most_likely(next_logits, PROMPT, length, **settings)


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
    found = found_by(model, 2, top=4)
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
    found = found_by(model, 2, eos_id=EOS, top=4)
    stripped = [tuple(i for i in ids if i != EOS) for _, ids in every[:4]]
    assert [tuple(ids) for ids, _ in found] == stripped
    assert [p for _, p in found] == pytest.approx([p for p, _ in every[:4]])
    assert sum(probability(model, ids) for ids in whole) == pytest.approx(1.0)


def test_the_most_likely_answer_need_not_begin_with_the_most_likely_token():
    def next_log_p(beginnings):
        if beginnings.shape[1] == 0:
            return np.log([[0.6, 0.4]])
        return np.log([[0.5, 0.5] if beginning[0] == 0 else [0.1, 0.9] for beginning in beginnings])

    (ids, p), *_ = found_by(next_log_p, 2, top=1)
    assert tuple(ids) == (1, 1)
    assert p == pytest.approx(0.36)


@pytest.mark.parametrize(("p_eos", "lengths"), [(1e-30, [3, 3]), (1 / 30 - 1e-9, [0, 1])])
def test_an_answer_is_always_found(p_eos, lengths):
    """Even where <eos> is too unlikely; and <eos> is noted where it just misses the beam."""
    p = np.array([p_eos, *np.full(29, (1 - p_eos) / 29)])

    def next_log_p(beginnings):
        return np.log(np.tile(p, (len(beginnings), 1)))

    found = found_by(next_log_p, 3, eos_id=0, top=2)
    assert [len(ids) for ids, _ in found] == lengths


def test_asking_for_no_answer_is_refused():
    with pytest.raises(ValueError, match="top is 0; ask for at least 1"):
        found_by(random_model(0), 2, top=0)


@pytest.mark.parametrize("seed", range(5))
def test_a_model_with_a_cache_finds_what_it_finds_without(seed):
    rng = np.random.default_rng(seed)
    config = TransformerConfig(
        "encoder-decoder", 7, d_model=8, n_heads=2, n_layers=1, d_ff=0, max_len=9
    )
    params = init_params(config, rng, np.float64)
    for array in flatten(params).values():
        array *= 3.0
    source, prompt = rng.integers(7, size=(1, 5)), np.array([1])
    with_cache, without = (
        most_likely(NextLogits(params, config, source, use_cache), prompt, 4, eos_id=EOS, top=5)
        for use_cache in (True, False)
    )
    assert [ids.tolist() for ids, _ in with_cache] == [ids.tolist() for ids, _ in without]
    assert [p for _, p in with_cache] == pytest.approx([p for _, p in without], rel=1e-9)
