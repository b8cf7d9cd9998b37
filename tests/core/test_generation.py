"""Generating: greedy, the end token, and a key-value cache that changes nothing."""

import numpy as np
import pytest

from course_lib import attention, model, positional
from course_lib.decoding import NextLogits, generate

from .sizes import D_MODEL, T_K, VOCAB, H, make_config, make_ids, make_padded_ids, make_params

ROWS = 3


class Table:
    """Next logits that depend on the last token alone; it also counts its calls."""

    def __init__(self, logits):
        self.logits, self.calls = np.asarray(logits, float), 0

    def __call__(self, ids):
        self.calls += 1
        return self.logits[ids[:, -1]]


# 0 is followed by 1, 1 by 2, 2 by 3, 3 by 1; token 4 by itself.
CHAIN = np.eye(5)[[1, 2, 3, 1, 4]]


def test_greedy_takes_the_largest():
    np.testing.assert_array_equal(
        generate(Table(CHAIN), [[0], [3]], 5), [[0, 1, 2, 3, 1, 2], [3, 1, 2, 3, 1, 2]]
    )


def test_greedy_of_a_model_is_the_argmax_of_its_logits():
    config = make_config("decoder", pad_id=None)
    rng = np.random.default_rng(47)
    params, ids = make_params(config, rng), make_ids(rng, 4, ROWS)
    got = generate(NextLogits(params, config), ids, 6)
    np.testing.assert_array_equal(got[:, :4], ids)
    for T in range(4, 10):
        logits, _ = model.language_model(got[:, :T], params, config)
        np.testing.assert_array_equal(got[:, T], logits[:, -1].argmax(axis=-1))


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"temperature": 0.0, "top_k": 2}])
def test_temperature_zero_is_greedy_and_needs_no_generator(settings):
    np.testing.assert_array_equal(generate(Table(CHAIN), [[0]], 3, **settings), [[0, 1, 2, 3]])


def test_a_finished_sequence_is_filled_up_with_the_end_token():
    table = Table(CHAIN)
    got = generate(table, [[0], [2], [4]], 10, eos_id=3)
    np.testing.assert_array_equal(got[:2], [[0, 1, 2] + [3] * 8, [2] + [3] * 10])
    assert np.all(got[2] == 4)
    assert table.calls == 10


def test_generation_ends_when_all_have_ended():
    table = Table(CHAIN)
    np.testing.assert_array_equal(
        generate(table, [[0], [2]], 10, eos_id=3), [[0, 1, 2, 3], [2, 3, 3, 3]]
    )
    assert table.calls == 3


def test_nothing_new_is_the_prompt():
    np.testing.assert_array_equal(generate(Table(CHAIN), [[0, 2]], 0), [[0, 2]])


@pytest.fixture(params=["decoder", "encoder-decoder"])
def drawn_model(request):
    """Return a function that makes NextLogits, cached or not, of one random model."""
    config = make_config(request.param, n_layers=2, max_len=11, activation="gelu")
    rng = np.random.default_rng(53)
    params = make_params(config, rng)
    source_ids = make_padded_ids(rng, T_K, ROWS) if request.param == "encoder-decoder" else None
    return lambda use_cache: NextLogits(params, config, source_ids, use_cache)


def test_the_cache_changes_no_logit(drawn_model):
    cached, plain = drawn_model(True), drawn_model(False)
    ids = make_ids(np.random.default_rng(59), 16, ROWS)
    for T in (1, 2, 3, 7, 8, 11, 12, 13, 16):  # the model reads 11 at most
        got, wanted = cached(ids[:, :T]), plain(ids[:, :T])
        assert got.shape == (ROWS, VOCAB)
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("use_cache", "lengths"), [(True, [3, 1, 1, 1]), (False, [3, 4, 5, 6])])
def test_the_cache_reads_only_what_is_new(drawn_model, monkeypatch, use_cache, lengths):
    read, add_positions = [], positional.add_positions

    def spy(x, table, start=0):
        read.append(x.shape[1])
        return add_positions(x, table, start)

    next_logits = drawn_model(use_cache)
    monkeypatch.setattr(positional, "add_positions", spy)
    generate(next_logits, make_ids(np.random.default_rng(61), 3, ROWS), 4)
    assert read == lengths


@pytest.mark.parametrize(
    "sampling", [{}, {"temperature": 0.9}, {"top_k": 5}, {"temperature": 1.3, "top_p": 0.9}]
)
def test_the_cache_changes_no_id(drawn_model, sampling):
    ids = make_ids(np.random.default_rng(67), 3, ROWS)
    with_cache, without = (
        generate(drawn_model(use_cache), ids, 14, np.random.default_rng(71), **sampling)
        for use_cache in (True, False)
    )
    np.testing.assert_array_equal(with_cache, without)
    assert with_cache.shape == (ROWS, 17)  # beyond the 11 that the model reads


def test_attention_with_a_past_is_causal_attention(rng):
    params = make_params(make_config(), rng)["blocks"][0]["attention"]
    x = rng.standard_normal((ROWS, 7, D_MODEL))
    whole, whole_cache = attention.multi_head_attention(x, x, params, H, attention.causal_mask(7))
    past, parts = {}, []
    for start, stop in ((0, 3), (3, 4), (4, 7)):
        new, mask = x[:, start:stop], attention.causal_mask(stop - start, stop)
        out, cache = attention.attend_with_past(new, new, params, H, mask, past)
        parts.append(out)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=0, atol=1e-13)
    np.testing.assert_allclose(cache.weights, whole_cache.weights[:, :, 4:], rtol=0, atol=1e-13)
    out, _ = attention.attend_with_past(x[:, 6:], None, params, H, None, past)
    np.testing.assert_allclose(out, whole[:, 6:], rtol=0, atol=1e-13)


def test_beyond_the_last_position_the_model_reads_the_last_ids(drawn_model):
    next_logits = drawn_model(True)
    ids = make_ids(np.random.default_rng(73), 20, ROWS)
    np.testing.assert_allclose(next_logits(ids), drawn_model(False)(ids[:, -11:]), atol=1e-12)


def test_kept_sequences_go_on_as_if_alone(drawn_model):
    ids, rows = make_ids(np.random.default_rng(79), 6, ROWS), np.array([2, 0])
    cached, plain = drawn_model(True), drawn_model(False)
    cached(ids[:, :5])
    cached.select(rows)
    wanted = plain(ids)[rows]
    np.testing.assert_allclose(cached(ids[rows]), wanted, rtol=0, atol=1e-12)
    plain.select(rows)
    np.testing.assert_allclose(plain(ids[rows]), wanted, rtol=0, atol=1e-12)
