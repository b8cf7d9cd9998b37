"""The names and axes of a BERT file, and the course's encoder on them, on a made-up model."""

import numpy as np
import pytest

from classroom.exercises.swap import using
from course_lib.layers import layer_norm
from course_lib.params import flatten
from course_lib.pretrained import token_vectors
from course_lib.pretrained.layout import bert_layout, from_bert

from .tiny import CONFIG, plain_bert, tiny_arrays

IDS = np.array([2, 6, 9, 11, 7, 8, 3])


def test_every_array_has_its_place_and_weights_are_turned():
    arrays = tiny_arrays()
    params = from_bert(arrays, CONFIG, "here")
    named = flatten(params)
    assert len(named) == len(bert_layout(CONFIG)) == 5 + 16 * CONFIG.n_layers
    query = arrays["encoder.layer.1.attention.self.query.weight"]
    np.testing.assert_array_equal(params["blocks"][1]["attention"]["W_Q"], query.T)
    W_1 = params["blocks"][0]["feed_forward"]["W_1"]
    assert W_1.shape == (CONFIG.d_model, CONFIG.d_ff)
    np.testing.assert_array_equal(W_1, arrays["encoder.layer.0.intermediate.dense.weight"].T)
    position = arrays["embeddings.position_embeddings.weight"]
    np.testing.assert_array_equal(params["positions"]["P"], position)
    # Each array of the file went to one place: no sum is there twice.
    sums = {name: array.sum(dtype=np.float64) for name, array in named.items()}
    assert len({round(float(total), 9) for total in sums.values()}) == len(named)


def test_the_arrays_are_copies_that_may_be_changed():
    arrays = tiny_arrays()
    for name, array in flatten(from_bert(arrays, CONFIG, "here")).items():
        assert array.flags.c_contiguous, name
        assert array.flags.writeable, name
        assert array.dtype == np.float32, name
        assert not any(np.shares_memory(array, theirs) for theirs in arrays.values()), name
    wide = flatten(from_bert(arrays, CONFIG, "here", np.float64))
    assert {array.dtype.name for array in wide.values()} == {"float64"}


def test_arrays_in_another_byte_order_are_turned_round():
    arrays = {n: a.astype(a.dtype.newbyteorder(">")) for n, a in tiny_arrays().items()}
    for name, array in flatten(from_bert(arrays, CONFIG, "here")).items():
        assert array.dtype.isnative, name
    params, plain = from_bert(arrays, CONFIG, "here"), from_bert(tiny_arrays(), CONFIG, "here")
    np.testing.assert_array_equal(params["embedding"]["W"], plain["embedding"]["W"])


def test_all_arrays_that_do_not_fit_are_named():
    arrays = tiny_arrays()
    del arrays["encoder.layer.1.output.dense.bias"], arrays["embeddings.LayerNorm.weight"]
    arrays["encoder.layer.0.output.dense.weight"] = np.zeros((11, 6), np.float32)
    arrays["embeddings.word_embeddings.weight"] = np.zeros((12, 6), np.float32)
    arrays["encoder.layer.2.output.dense.bias"] = np.zeros(6, np.float32)
    arrays["embeddings.LayerNorm.bias"] = np.zeros(6, np.int64)
    with pytest.raises(ValueError, match="not those of a BERT") as caught:
        from_bert(arrays, CONFIG, "read_model: 'm.safetensors'")
    first, *problems, remedy = str(caught.value).splitlines()
    assert first.startswith("read_model: 'm.safetensors': ")
    assert sorted(line.strip() for line in problems) == [
        "misshapen: embeddings.word_embeddings.weight is (12, 6), the configuration says (13, 6)",
        "misshapen: encoder.layer.0.output.dense.weight is (11, 6), the configuration says (6, 11)",
        "missing: embeddings.LayerNorm.weight (6,), which is embedding_norm.gamma here",
        "missing: encoder.layer.1.output.dense.bias (6,), which is blocks.1.feed_forward.b_2 here",
        "not floating point: embeddings.LayerNorm.bias is int64",
        "unexpected: encoder.layer.2.output.dense.bias (6,)",
    ]
    assert remedy.strip().startswith("Load the file")


def test_the_encoder_computes_what_the_equations_say():
    arrays = tiny_arrays(np.float64)
    params = from_bert(arrays, CONFIG, "here")
    x, cache = token_vectors(IDS[None], params, CONFIG)
    expected, weights = plain_bert(IDS, arrays)
    np.testing.assert_allclose(x[0], expected, rtol=0, atol=1e-12)
    assert [w.shape for w in cache.weights] == [(1, 3, 7, 7)] * 2
    np.testing.assert_allclose(np.stack(cache.weights)[:, 0], weights, rtol=0, atol=1e-12)


def test_padding_changes_nothing():
    params = from_bert(tiny_arrays(np.float64), CONFIG, "here")
    batch = np.array([[2, 6, 3, 0, 0, 0, 0], IDS])
    counted = np.arange(7) < np.array([3, 7])[:, None]
    together, cache = token_vectors(batch, params, CONFIG, counted)
    alone, _ = token_vectors(batch[:1, :3], params, CONFIG)
    np.testing.assert_allclose(together[0, :3], alone[0], rtol=0, atol=1e-12)
    assert (cache.weights[0][0, :, :, 3:] == 0).all()
    np.testing.assert_allclose(
        together[1], token_vectors(IDS[None], params, CONFIG)[0][0], rtol=0, atol=1e-12
    )


def test_it_computes_in_the_type_of_its_parameters():
    params = from_bert(tiny_arrays(), CONFIG, "here")
    x, cache = token_vectors(IDS[None], params, CONFIG)
    assert {array.dtype.name for array in (x, *cache.weights)} == {"float32"}


def test_a_function_of_the_reader_takes_part():
    calls = []

    def mine(x, gamma, beta, eps=1e-5):
        calls.append(eps)
        return layer_norm(x, gamma, beta, eps)

    params = from_bert(tiny_arrays(), CONFIG, "here")
    with using(layer_norm=mine):
        token_vectors(IDS[None], params, CONFIG)
    assert calls == [1e-12] * 5  # after the embedding, and twice in each block
    token_vectors(IDS[None], params, CONFIG)
    assert len(calls) == 5


def test_ids_that_the_model_does_not_have_are_refused():
    params = from_bert(tiny_arrays(), CONFIG, "here")
    with pytest.raises(ValueError, match=r"id 13 is outside \[0, 13\)"):
        token_vectors([[2, 13, 3]], params, CONFIG)
    with pytest.raises(ValueError, match=r"token_vectors: ids has shape \(7,\)"):
        token_vectors(IDS, params, CONFIG)
    with pytest.raises(ValueError, match="17 positions"):
        token_vectors(np.full((1, 18), 5), params, CONFIG)
