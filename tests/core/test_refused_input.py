"""Input that NumPy would take, or refuse in its own words, is refused with a sentence."""

import numpy as np
import pytest

from course_lib import attention, checkpoint, decoding, model
from course_lib.params import TransformerConfig, init_params

DECODER = TransformerConfig("decoder", 11, d_model=6, n_heads=3, n_layers=1, d_ff=7, max_len=13)
TRANSLATOR = TransformerConfig("encoder-decoder", 11, d_model=6, n_heads=3, n_layers=1, d_ff=7)


def params_of(config):
    return init_params(config, np.random.default_rng(0), np.float64)


@pytest.mark.parametrize("k_front", [(2, 3), (5, 1)])
def test_heads_and_batch_must_agree(k_front):
    q, k = np.zeros((5, 3, 7, 2)), np.zeros((*k_front, 7, 2))
    with pytest.raises(ValueError, match="the axes in front, B and n_heads, differ"):
        attention.scaled_dot_product_attention(q, k, k)


@pytest.mark.parametrize("ids", [[1, 2, 3], np.zeros((1, 2, 3), int), np.zeros((2, 0), int)])
def test_a_model_reads_a_batch(ids):
    with pytest.raises(ValueError, match=r"language_model: ids has shape .* a batch \(B, T\)"):
        model.language_model(ids, params_of(DECODER), DECODER)


def test_a_list_of_lists_is_a_batch():
    params = params_of(DECODER)
    from_list, _ = model.language_model([[1, 2, 3]], params, DECODER)
    from_array, _ = model.language_model(np.array([[1, 2, 3]]), params, DECODER)
    assert np.array_equal(from_list, from_array)


def test_every_source_needs_a_target():
    ids = np.ones((3, 5), int)
    with pytest.raises(ValueError, match="B is 3 in source_ids but 2 in target_ids"):
        model.encoder_decoder(ids, ids[:2], params_of(TRANSLATOR), TRANSLATOR)


def test_no_gradient_reaches_an_encoder_that_did_not_run():
    ids, params = np.ones((2, 5), int), params_of(TRANSLATOR)
    memory, _ = model.encode(ids, params, TRANSLATOR)
    logits, cache = model.encoder_decoder(ids, ids, params, TRANSLATOR, memory=memory)
    with pytest.raises(ValueError, match="Call it without `memory` to train"):
        model.encoder_decoder_backward(logits, cache)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"d_ff": -1}, "d_ff is -1; use 0 to leave the feed-forward out"),
        ({"dropout": 1.0}, "dropout is 1.0; use a probability"),
        ({"pad_id": 11}, r"pad_id is 11, outside \[0, 11\)"),
        ({"d_model": 9, "n_heads": 3, "positions": "sinusoidal"}, "d_model is 9; sinusoidal"),
    ],
)
def test_a_configuration_that_cannot_be(fields, message):
    with pytest.raises(ValueError, match=message):
        TransformerConfig("decoder", 11, **fields)


def test_the_same_stepper_serves_another_prompt():
    params = params_of(DECODER)
    stepper = decoding.NextLogits(params, DECODER)
    for prompt in ([[1, 2, 3]], [[4, 5]], [[4, 5]], [[4, 6, 7, 8]], [[1, 2], [3, 4]]):
        ids = np.array(prompt)
        wanted = decoding.NextLogits(params, DECODER, use_cache=False)(ids)
        np.testing.assert_allclose(stepper(ids), wanted, rtol=1e-12, atol=1e-14)


def test_a_checkpoint_can_be_read_by_those_who_may_read_its_folder(tmp_path):
    (tmp_path / "beside").touch()
    checkpoint.save_checkpoint(tmp_path / "model.npz", params_of(DECODER), DECODER)
    assert (tmp_path / "model.npz").stat().st_mode == (tmp_path / "beside").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", "model.npz"]
