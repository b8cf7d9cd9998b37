"""Beam search against every sequence there is, and against greedy."""

from itertools import product

import numpy as np
import pytest

from course_lib.decoding import NextLogits, beam_search, generate
from course_lib.loss import log_softmax

from .sizes import make_config, make_ids, make_params

EOS, WORDS, LENGTH = 2, 4, 4
PROMPT = np.array([[1, 3]])


@pytest.fixture(params=["decoder", "encoder-decoder"])
def make_next_logits(request):
    """Return a function that makes NextLogits of a random model of four words."""
    config = make_config(request.param, vocab_size=WORDS, pad_id=None, max_len=LENGTH + 2)
    rng = np.random.default_rng(83)
    params = make_params(config, rng)
    for stack in (params, params.get("decoder", {})):
        if "output" in stack:
            stack["output"]["W"] *= 3.0  # some continuations are likelier than others
    source_ids = None
    if request.param == "encoder-decoder":
        source_ids = make_ids(rng, LENGTH + 1, 1) % WORDS
    return lambda use_cache=True: NextLogits(params, config, source_ids, use_cache)


def log_probability_of(next_logits, ids):
    """Sum up what the model gives to each token after the prompt."""
    total = 0.0
    for T in range(PROMPT.shape[1], len(ids)):
        log_p, _ = log_softmax(next_logits(ids[None, :T]))
        total += log_p[0, ids[T]]
    return total


def continuations(eos_id):
    """Yield every continuation of LENGTH tokens; one that meets eos_id ends there."""
    seen = set()
    for tokens in product(range(WORDS), repeat=LENGTH):
        cut = tokens[: tokens.index(eos_id) + 1] if eos_id in tokens else tokens
        if cut not in seen:
            seen.add(cut)
            yield np.concatenate([PROMPT[0], cut])


@pytest.mark.parametrize("eos_id", [None, EOS])
def test_enough_beams_find_the_best_of_all(make_next_logits, eos_id):
    plain = make_next_logits(False)
    entries = [(ids, log_probability_of(plain, ids)) for ids in continuations(eos_id)]
    for power in (0.0, 1.0, 3.0):

        def score(entry, power=power):
            length = len(entry[0]) - PROMPT.shape[1]
            return entry[1] / ((5 + length) / 6) ** power

        wanted, wanted_log_p = max(entries, key=score)
        ids, log_p = beam_search(
            make_next_logits(), PROMPT, LENGTH, WORDS**LENGTH, eos_id, length_penalty=power
        )
        np.testing.assert_array_equal(ids, wanted)
        assert log_p == pytest.approx(wanted_log_p, abs=1e-12)


def test_the_length_penalty_matters(make_next_logits):
    lengths = {
        penalty: len(beam_search(make_next_logits(), PROMPT, LENGTH, 50, EOS, penalty)[0])
        for penalty in (-9.0, 9.0)
    }
    assert lengths[-9.0] < lengths[9.0]


@pytest.mark.parametrize("eos_id", [None, EOS, 0])
def test_one_beam_is_greedy(make_next_logits, eos_id):
    for first, second in product(range(WORDS), repeat=2):
        prompt = np.array([[first, second]])
        ids, _ = beam_search(make_next_logits(), prompt, LENGTH, 1, eos_id)
        greedy = generate(make_next_logits(), prompt, LENGTH, eos_id=eos_id)
        np.testing.assert_array_equal(ids, greedy[0])


@pytest.mark.parametrize("n_beams", [1, 2, 3, 5])
@pytest.mark.parametrize("eos_id", [None, EOS])
def test_the_cache_changes_nothing(make_next_logits, n_beams, eos_id):
    for length in (LENGTH, LENGTH + 5):  # the second goes beyond the last position
        (ids, log_p), (plain_ids, plain_log_p) = (
            beam_search(make_next_logits(use_cache), PROMPT, length, n_beams, eos_id)
            for use_cache in (True, False)
        )
        np.testing.assert_array_equal(ids, plain_ids)
        assert log_p == pytest.approx(plain_log_p, abs=1e-12)


@pytest.mark.parametrize("n_beams", [1, 2, 3])
def test_the_log_probability_is_that_of_the_ids(make_next_logits, n_beams):
    ids, log_p = beam_search(make_next_logits(), PROMPT, LENGTH, n_beams, EOS)
    assert log_p == pytest.approx(log_probability_of(make_next_logits(False), ids), abs=1e-12)


class Table:
    """Next log-probabilities that depend on the last token alone."""

    def __init__(self, probabilities):
        self.logits = np.log(np.array(probabilities) + 1e-30)

    def __call__(self, ids):
        return self.logits[ids[:, -1]]

    def select(self, rows):
        pass


# The likelier first step, 1, leads nowhere; the other, 2, is followed by 3 for certain.
TRAP = Table([[0, 0.6, 0.4, 0], [0.4, 0.3, 0.3, 0], [0, 0, 0, 1], [1, 0, 0, 0]])


def test_two_beams_see_what_greedy_misses():
    ids, log_p = beam_search(TRAP, [[0]], 2, 2)
    np.testing.assert_array_equal(ids, [0, 2, 3])
    assert log_p == pytest.approx(np.log(0.4))
    ids, log_p = beam_search(TRAP, [[0]], 2, 1)
    np.testing.assert_array_equal(ids, [0, 1, 0])
    assert log_p == pytest.approx(np.log(0.6 * 0.4))


def test_a_search_ends_when_only_ended_continuations_are_left():
    ids, log_p = beam_search(Table([[0, 1], [0, 1]]), [[0]], 50, 1, eos_id=1)
    np.testing.assert_array_equal(ids, [0, 1])
    assert log_p == pytest.approx(0.0)


def test_padding_of_the_source_changes_nothing():
    config = make_config("encoder-decoder", vocab_size=WORDS)
    rng = np.random.default_rng(89)
    params, source_ids = make_params(config, rng), rng.integers(1, WORDS, (1, 5))
    padded = np.pad(source_ids, ((0, 0), (0, 3)), constant_values=config.pad_id)
    (ids, log_p), (padded_ids, padded_log_p) = (
        beam_search(NextLogits(params, config, source), PROMPT, 5, 3)
        for source in (source_ids, padded)
    )
    np.testing.assert_array_equal(ids, padded_ids)
    assert log_p == pytest.approx(padded_log_p, abs=1e-12)
