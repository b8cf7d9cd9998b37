"""Decoding: probabilities, the draw, generating, the key-value cache, beam search."""

from itertools import product

import numpy as np
import pytest
from cases import PADDED_SOURCE_IDS
from checks import make_tests, x32
from sizes import D_MODEL, T_K, VOCAB, H, make_config, make_ids, make_padded_ids, make_params

from classroom.exercises.swap import FUNCTIONS, using
from course_lib import attention, decoding, layers, model, positional
from course_lib.decoding import NextLogits, beam_search, generate, next_probabilities, sample
from course_lib.loss import log_softmax
from course_lib.params import TransformerConfig, init_params


def attended():
    config = make_config("decoder")
    weights = make_params(config, np.random.default_rng(19), np.float32)["blocks"][0]["attention"]
    past = {}
    return decoding.attend_with_past(x32(5, 1, 6), x32(5, 3, 6), weights, H, None, past), past


def logits_in_two_calls():
    config = make_config("decoder")
    weights = make_params(config, np.random.default_rng(19), np.float32)
    past = decoding.start_past(config)
    ids = make_ids(np.random.default_rng(23), 3)
    return [decoding.logits_with_past(part, weights, config, past) for part in (ids, ids)], past


def decode_step(use_cache):
    """Take two steps, and return the logits of both with all keys and values kept between."""
    config = make_config("encoder-decoder")
    weights = make_params(config, np.random.default_rng(19), np.float32)
    next_logits = decoding.NextLogits(weights, config, PADDED_SOURCE_IDS, use_cache)
    ids = make_ids(np.random.default_rng(23), 3)
    return next_logits(ids[:, :2]), next_logits(ids), next_logits.past, next_logits.memory


def probabilities(**settings):
    return lambda: decoding.next_probabilities(x32(5, 17), **settings)


FLOAT32 = {
    "attend_with_past": attended,
    "logits_with_past": logits_in_two_calls,
    "next_probabilities": probabilities(),
    "next_probabilities/greedy": probabilities(temperature=0),
    "next_probabilities/warm": probabilities(temperature=0.7),
    "next_probabilities/top_k": probabilities(top_k=3),
    "next_probabilities/top_p": probabilities(top_p=0.8),
    "keep_top_k": lambda: decoding.keep_top_k(abs(x32(5, 17)), 3),
    "keep_top_p": lambda: decoding.keep_top_p(layers.softmax(x32(5, 17))[0], 0.8),
    "NextLogits": lambda: decode_step(use_cache=True),
    "NextLogits/no cache": lambda: decode_step(use_cache=False),
}


NOT_FLOAT32 = {
    "start_past": "empty",
    "sample": "ids",
    "generate": "ids",
    "beam_search": "ids, and a log-probability summed up in float64",
}


ZEROS = np.zeros
REFUSED = {
    "temperature": (
        lambda: decoding.next_probabilities(ZEROS(5), temperature=-1),
        ValueError,
        ["temperature is -1; use 0 (greedy) or more"],
    ),
    "top_k": (lambda: decoding.next_probabilities(ZEROS(5), top_k=0), ValueError, ["top_k is 0"]),
    "top_p": (
        lambda: decoding.next_probabilities(ZEROS(5), top_p=1.5),
        ValueError,
        ["top_p is 1.5"],
    ),
    "sampling without a generator": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), [[1]], 1, temperature=1.0),
        ValueError,
        ["sampling needs rng=np.random.default_rng(seed)"],
    ),
    "empty prompt": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), np.zeros((1, 0), int), 1),
        ValueError,
        ["the prompt has shape (1, 0)", "T at least 1"],
    ),
    "prompt without a batch": (
        lambda: decoding.generate(lambda ids: ZEROS((1, 5)), [1, 2], 1),
        ValueError,
        ["the prompt has shape (2,)"],
    ),
    "beam over two prompts": (
        lambda: decoding.beam_search(None, [[1], [2]], 3, n_beams=2),
        ValueError,
        ["takes 1 prompt and n_beams >= 1, not 2 and 2"],
    ),
    "no beams": (
        lambda: decoding.beam_search(None, [[1]], 3, n_beams=0),
        ValueError,
        ["takes 1 prompt and n_beams >= 1, not 1 and 0"],
    ),
}


TestDecoding = make_tests(
    decoding,
    float32=FLOAT32,
    not_float32=NOT_FLOAT32,
    not_functions=["NextLogits"],
    refused=REFUSED,
)


PROBABILITIES = np.array([0.1, 0.4, 0.05, 0.3, 0.15])
LOGITS = np.log(PROBABILITIES) + 3.0


def assert_probabilities(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-14)


def test_without_settings_the_softmax():
    assert_probabilities(next_probabilities(LOGITS), PROBABILITIES)


@pytest.mark.parametrize(("temperature", "power"), [(0.5, 2.0), (2.0, 0.5), (1.0, 1.0)])
def test_temperature_is_a_power_of_the_probabilities(temperature, power):
    wanted = PROBABILITIES**power
    assert_probabilities(next_probabilities(LOGITS, temperature=temperature), wanted / wanted.sum())


def test_temperature_zero_is_all_on_the_largest():
    assert_probabilities(next_probabilities(LOGITS, temperature=0), [0, 1, 0, 0, 0])


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"top_k": 1}, [0, 1, 0, 0, 0]),
        ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_k": 4}, [2 / 19, 8 / 19, 0, 6 / 19, 3 / 19]),
        ({"top_k": 99}, PROBABILITIES),
        # Sorted: .4, .3, .15, .1, .05, which add up to .4, .7, .85, .95, 1.
        ({"top_p": 0.39}, [0, 1, 0, 0, 0]),
        ({"top_p": 0.41}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.69}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.71}, [0, 8 / 17, 0, 6 / 17, 3 / 17]),
        ({"top_p": 0.96}, PROBABILITIES),
        ({"top_p": 1.0}, PROBABILITIES),
        ({"top_p": 1e-9}, [0, 1, 0, 0, 0]),
        # Of three tokens left, .4/.85 = .47 and .3/.85 = .35 reach .8.
        ({"top_k": 3, "top_p": 0.8}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_k": 2, "top_p": 0.9}, [0, 4 / 7, 0, 3 / 7, 0]),
        # Squares: .01, .16, .0025, .09, .0225.
        ({"temperature": 0.5, "top_k": 2}, [0, 16 / 25, 0, 9 / 25, 0]),
        ({"temperature": 0.5, "top_p": 0.5}, [0, 1, 0, 0, 0]),
    ],
)
def test_by_hand(settings, wanted):
    assert_probabilities(next_probabilities(LOGITS, **settings), wanted)


def test_every_row_is_cut_for_itself():
    logits = np.stack([LOGITS, LOGITS[::-1]])[:, None, :]
    wanted = np.array([[0, 4 / 7, 0, 3 / 7, 0], [0, 3 / 7, 0, 4 / 7, 0]])[:, None, :]
    assert_probabilities(next_probabilities(logits, top_k=2), wanted)
    assert_probabilities(next_probabilities(logits, top_p=0.6), wanted)


def test_equals_are_kept_from_the_first():
    assert_probabilities(next_probabilities(np.zeros(4), top_k=2), [0.5, 0.5, 0, 0])


def test_the_logits_are_left_as_they_were():
    logits = LOGITS.copy()
    next_probabilities(logits, temperature=0.5, top_k=3, top_p=0.5)
    np.testing.assert_array_equal(logits, LOGITS)


def chi_square(counts, probabilities):
    expected = counts.sum() * probabilities
    return float(((counts - expected) ** 2 / expected).sum())


def test_frequencies_follow_the_probabilities():
    rng, n = np.random.default_rng(41), 20_000
    drawn = sample(np.tile(PROBABILITIES, (n, 1)), rng)
    counts = np.bincount(drawn, minlength=5)
    # With 4 degrees of freedom, 18.5 is passed once in a thousand times by chance.
    assert chi_square(counts, PROBABILITIES) < 18.5
    assert chi_square(counts, np.full(5, 0.2)) > 1000.0


def test_generate_draws_from_the_filtered_probabilities():
    rng, n = np.random.default_rng(43), 20_000
    ids = generate(lambda ids: np.tile(LOGITS, (n, 1)), np.zeros((n, 1), int), 1, rng, top_k=3)
    counts = np.bincount(ids[:, 1], minlength=5)
    assert counts[0] == counts[2] == 0
    # With 2 degrees of freedom, 13.8 is passed once in a thousand times by chance.
    assert chi_square(counts[[1, 3, 4]], np.array([8, 6, 3]) / 17) < 13.8


def test_a_token_without_probability_is_never_drawn():
    class Edges:
        """A generator that draws the ends of [0, 1)."""

        def random(self, shape):
            assert shape == 2
            return np.array([0.0, np.nextafter(1.0, 0.0)])

    for probabilities in ([0.0, 0.3, 0.7, 0.0], [0.0, 0.1, 0.2, 0.0]):
        drawn = sample(np.tile(probabilities, (2, 1)), Edges())
        np.testing.assert_array_equal(drawn, [1, 2])


def test_the_same_seed_draws_the_same():
    def draw(seed):
        probabilities = np.tile(PROBABILITIES, (50, 1))
        return sample(probabilities, np.random.default_rng(seed)).tolist()

    assert draw(5) == draw(5)
    assert draw(5) != draw(6)


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
    """Without it the source is read again at each step, too."""
    read, add_positions = [], positional.add_positions

    def spy(x, table, start=0):
        read.append(x.shape[1])
        return add_positions(x, table, start)

    next_logits = drawn_model(use_cache)
    monkeypatch.setattr(positional, "add_positions", spy)
    generate(next_logits, make_ids(np.random.default_rng(61), 3, ROWS), 4)
    if next_logits.source_ids is not None and not use_cache:
        lengths = [length for T_q in lengths for length in (T_K, T_q)]
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


def test_the_same_stepper_serves_another_prompt():
    config = TransformerConfig("decoder", 11, d_model=6, n_heads=3, n_layers=1, d_ff=7, max_len=13)
    params = init_params(config, np.random.default_rng(0), np.float64)
    stepper = decoding.NextLogits(params, config)
    for prompt in ([[1, 2, 3]], [[4, 5]], [[4, 5]], [[4, 6, 7, 8]], [[1, 2], [3, 4]]):
        ids = np.array(prompt)
        wanted = decoding.NextLogits(params, config, use_cache=False)(ids)
        np.testing.assert_allclose(stepper(ids), wanted, rtol=1e-12, atol=1e-14)


def test_attention_with_a_past_is_causal_attention(rng):
    params = make_params(make_config(), rng)["blocks"][0]["attention"]
    x = rng.standard_normal((3, 7, D_MODEL))
    whole, whole_cache = attention.multi_head_attention(x, x, params, H, attention.causal_mask(7))
    past, parts = {}, []
    for start, stop in ((0, 3), (3, 4), (4, 7)):
        new, mask = x[:, start:stop], attention.causal_mask(stop - start, stop)
        out, cache = decoding.attend_with_past(new, new, params, H, mask, past)
        parts.append(out)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=0, atol=1e-13)
    np.testing.assert_allclose(cache.weights, whole_cache.weights[:, :, 4:], rtol=0, atol=1e-13)
    out, _ = decoding.attend_with_past(x[:, 6:], None, params, H, None, past)
    np.testing.assert_allclose(out, whole[:, 6:], rtol=0, atol=1e-13)


@pytest.mark.parametrize("norm", ["pre", "post", "none"])
@pytest.mark.parametrize("d_ff", [0, 7])
@pytest.mark.parametrize("family", ["decoder", "encoder-decoder"])
def test_the_parts_with_a_past_are_the_model(rng, family, norm, d_ff):
    config = make_config(family, norm=norm, d_ff=d_ff, n_layers=2)
    params, ids, source_ids = make_params(config, rng), make_ids(rng, 7), make_padded_ids(rng, T_K)
    memory = {}
    if family == "decoder":
        whole, cache = model.language_model(ids, params, config)
    else:
        whole, cache = model.encoder_decoder(source_ids, ids, params, config)
        memory["memory"], _ = model.encoder_stack(source_ids, params["encoder"], config)
        memory["memory_mask"] = model.hide_padding(source_ids, config)
    decoder = params if family == "decoder" else params["decoder"]
    past, parts = decoding.start_past(config), []
    for start, stop in ((0, 3), (3, 4), (4, 7)):
        new = ids[:, start:stop]
        logits, weights = decoding.logits_with_past(new, decoder, config, past, **memory)
        parts.append(logits)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=0, atol=1e-12)
    for part, all_rows in zip(weights, model.attention_weights(cache), strict=True):
        np.testing.assert_allclose(part, all_rows[:, :, 4:], rtol=0, atol=1e-13)


@pytest.mark.parametrize("family", ["decoder", "encoder-decoder"])
def test_parts_of_the_reader_run_with_a_past(rng, family):
    config = make_config(family, pad_id=None)
    params, ids = make_params(config, rng), make_ids(rng, 3)
    source_ids = make_ids(rng, T_K) if family == "encoder-decoder" else None
    called = set()

    def spy(name):
        function = FUNCTIONS[name]

        def part(*args, **kwargs):
            called.add(name)
            return function(*args, **kwargs)

        return part

    names = [
        "attend_with_past", "residual", "feed_forward", "layer_norm", "linear", "embedding",
        "add_positions", "causal_mask", "split_heads", "merge_heads", "softmax",
        "scaled_dot_product_attention", "relu",
    ]  # fmt: skip
    with using(**{name: spy(name) for name in names}):
        generate(NextLogits(params, config, source_ids), ids, 2)
    assert called == set(names)


@pytest.mark.parametrize("family", ["encoder", "decoder", "encoder-decoder"])
@pytest.mark.parametrize("with_source", [False, True])
def test_a_model_that_cannot_write_is_refused(rng, family, with_source):
    config = make_config(family)
    params, source_ids = make_params(config, rng), make_ids(rng, T_K) if with_source else None
    if family == ("encoder-decoder" if with_source else "decoder"):
        NextLogits(params, config, source_ids)
    else:
        with pytest.raises(
            ValueError, match=f"NextLogits: the configuration's family is '{family}'"
        ):
            NextLogits(params, config, source_ids)


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


class BeamTable:
    """Next log-probabilities that depend on the last token alone."""

    def __init__(self, probabilities):
        self.logits = np.log(np.array(probabilities) + 1e-30)

    def __call__(self, ids):
        return self.logits[ids[:, -1]]

    def select(self, rows):
        pass


# The likelier first step, 1, leads nowhere; the other, 2, is followed by 3 for certain.
TRAP = BeamTable([[0, 0.6, 0.4, 0], [0.4, 0.3, 0.3, 0], [0, 0, 0, 1], [1, 0, 0, 0]])


def test_two_beams_see_what_greedy_misses():
    ids, log_p = beam_search(TRAP, [[0]], 2, 2)
    np.testing.assert_array_equal(ids, [0, 2, 3])
    assert log_p == pytest.approx(np.log(0.4))
    ids, log_p = beam_search(TRAP, [[0]], 2, 1)
    np.testing.assert_array_equal(ids, [0, 1, 0])
    assert log_p == pytest.approx(np.log(0.6 * 0.4))


def test_a_search_ends_when_only_ended_continuations_are_left():
    ids, log_p = beam_search(BeamTable([[0, 1], [0, 1]]), [[0]], 50, 1, eos_id=1)
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
