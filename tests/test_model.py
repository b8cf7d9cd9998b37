"""Whole models: gradients, dtypes, PyTorch, and what must not matter does not.

Later tokens, padding, the other sequences of a batch, and order where there are no positions.
"""

from itertools import cycle

import numpy as np
import pytest
from cases import IDS, PADDED_IDS, PADDED_SOURCE_IDS, SOURCE_IDS, Case, rng_again
from checks import make_tests, x32
from golden import plain, with_config
from sizes import (
    CLASSES,
    PAD,
    T_K,
    T_Q,
    VOCAB,
    B,
    make_config,
    make_ids,
    make_padded_ids,
    make_params,
)

from course_lib import blocks, layers, loss, model
from course_lib.params import TransformerConfig, flatten, init_params

FAMILIES = {
    "encoder": (model.classifier, model.classifier_backward),
    "decoder": (model.language_model, model.language_model_backward),
    "encoder-decoder": (model.encoder_decoder, model.encoder_decoder_backward),
}


def model_case(family, **changes):
    """A whole model on padded ids; without a pad_id on ids that are not padded."""
    config = make_config(family, **changes)
    target_ids, source_ids = (
        (PADDED_IDS, PADDED_SOURCE_IDS) if config.pad_id is not None else (IDS, SOURCE_IDS)
    )
    ids = (source_ids, target_ids) if family == "encoder-decoder" else (target_ids,)
    forward, backward = FAMILIES[family]
    return Case(
        lambda params: forward(*ids, params, config, rng_again()),
        backward,
        lambda rng: (make_params(config, rng),),
    )


def embed_case(**changes):
    """Tokens, positions, dropout."""
    config, before = make_config(**changes), ("embedding", "positions")
    return Case(
        lambda params: model.embed(PADDED_IDS, params, config, rng_again(), 1),
        model.embed_backward,
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k in before},),
    )


def stack_case(**changes):
    """Embedding, positions, blocks, final norm."""
    config = make_config(**changes)
    return Case(
        lambda params: model.encoder_stack(PADDED_IDS, params, config, rng_again()),
        model.encoder_stack_backward,
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k != "output"},),
    )


def end_case(forward, backward, names, **changes):
    """What stands behind the last block, on vectors and the parameters of these names."""
    config = make_config("decoder", **changes)

    def make_args(rng):
        params = make_params(config, rng)
        vectors = rng.standard_normal((B, T_Q, config.d_model))
        return vectors, {name: params[name] for name in names}

    return Case(lambda x, params: forward(x, params, config), backward, make_args)


VARIANTS = {
    f"{norm} {activation} {positions}": {
        "norm": norm,
        "activation": activation,
        "positions": positions,
    }
    for norm in ("pre", "post", "none")
    for activation in ("relu", "gelu", "gelu_exact")
    for positions in ("learned", "sinusoidal", "none")
}
SPECIAL = {
    "two layers": {"n_layers": 2},
    "dropout": {"n_layers": 2, "dropout": 0.2},
    "scaled embedding": {"scale_embedding": True, "norm": "post"},
    "no pad_id": {"pad_id": None},
    "attention alone": {"d_ff": 0, "n_layers": 2},
}
SETTINGS = VARIANTS | SPECIAL


def in_turn(family, name, values):
    """Pair every setting with one of `values`, one after the other: {case name: case}."""
    function = FAMILIES[family][0].__name__
    return {
        f"{function}/{setting}, {name} {value}": model_case(family, **changes, **{name: value})
        for (setting, changes), value in zip(SETTINGS.items(), cycle(values), strict=False)
    }


CASES = {
    "embed": embed_case(),
    "embed/scaled": embed_case(scale_embedding=True, positions="sinusoidal", dropout=0.3),
    "embed/no positions": embed_case(positions="none"),
    "encoder_stack": stack_case(),
    "encoder_stack/scaled": stack_case(scale_embedding=True, norm="post", positions="sinusoidal"),
    "final_norm": end_case(model.final_norm, model.final_norm_backward, ["norm"]),
    "final_norm/none": end_case(model.final_norm, model.final_norm_backward, [], norm="post"),
    "unembed": end_case(model.unembed, model.unembed_backward, ["output"]),
    "unembed/tied": end_case(model.unembed, model.unembed_backward, ["embedding"], tied=True),
    **in_turn("encoder", "pooling", ("mean", "first", "last", "max")),
    **in_turn("decoder", "tied", (False, True)),
    **in_turn("encoder-decoder", "tied", (True, False)),
}


def small_model(family="decoder", **changes):
    config = make_config(family, **changes)
    return make_params(config, np.random.default_rng(19), np.float32), config


FLOAT32 = {
    "add_tied": lambda: model.add_tied(
        {"embedding": {"W": x32(3, 2)}}, {"embedding": {"W": x32(3, 2)}}
    ),
    "attention_weights": lambda: model.attention_weights(
        model.language_model(PADDED_IDS, *small_model())[1]
    ),
}


NOT_FLOAT32 = {
    "hide_padding": "bool",
}


CLASSIFIER = plain(with_config(model.classifier), model.classifier_backward, "params")
LANGUAGE_MODEL = plain(with_config(model.language_model), model.language_model_backward, "params")
ENCODER_DECODER = plain(
    with_config(model.encoder_decoder), model.encoder_decoder_backward, "params"
)
GOLDENS = {
    "classifier_mean_pre": CLASSIFIER,
    "classifier_first_post": CLASSIFIER,
    "classifier_last_none": CLASSIFIER,
    "classifier_max_pre": CLASSIFIER,
    "classifier_no_padding": CLASSIFIER,
    "language_model_tied_pre": LANGUAGE_MODEL,
    "language_model_post": LANGUAGE_MODEL,
    "language_model_tied_none": LANGUAGE_MODEL,
    "language_model_exact": LANGUAGE_MODEL,
    "encoder_decoder_tied_pre": ENCODER_DECODER,
    "encoder_decoder_post": ENCODER_DECODER,
    "encoder_decoder_none": ENCODER_DECODER,
}


CONFIG = make_config("decoder", max_len=5, n_layers=1)
PARAMS = init_params(CONFIG, np.random.default_rng(0))


def language_model(ids):
    return model.language_model(np.asarray(ids), PARAMS, CONFIG)


REFUSED = {
    "id given to a model": (
        lambda: language_model([[VOCAB]]),
        ValueError,
        ["embedding: id 17 is outside"],
    ),
    "a sequence that is all padding": (
        lambda: model.classifier(
            np.zeros((1, 3), int),
            init_params(make_config(), np.random.default_rng(0)),
            make_config(),
        ),
        ValueError,
        ["may attend to no key", "all padding"],
    ),
    "sequence too long for a model": (
        lambda: language_model(np.ones((1, 6), int)),
        ValueError,
        ["ends at position 5", "the table has 5 positions"],
    ),
    "model of another family": (
        lambda: model.classifier(np.ones((1, 3), int), PARAMS, CONFIG),
        ValueError,
        ["classifier: the configuration's family is 'decoder', not 'encoder'"],
    ),
    "another model of another family": (
        lambda: model.encoder_decoder(np.ones((1, 3), int), np.ones((1, 3), int), PARAMS, CONFIG),
        ValueError,
        ["encoder_decoder: the configuration's family is 'decoder', not 'encoder-decoder'"],
    ),
}


def tied_embedding_forgets_output(dlogits, cache):
    grads = model.language_model_backward(dlogits, cache)
    _, dW, _ = layers.linear_backward(dlogits, cache[1])
    grads["embedding"]["W"] = grads["embedding"]["W"] - dW.T
    return grads


def only_last_block_reaches_memory(dlogits, cache):
    """Let the encoder see the gradient of the last decoder block's cross-attention only."""
    encoder_cache, decoder_cache, output_cache = cache
    grads = model.encoder_decoder_backward(dlogits, cache)
    dx, _, _ = layers.linear_backward(dlogits, output_cache)
    dx, _, _ = layers.layer_norm_backward(dx, decoder_cache.norm)
    _, dmemory, _ = blocks.decoder_block_backward(dx, decoder_cache.blocks[-1])
    grads["encoder"] = model.encoder_stack_backward(dmemory, encoder_cache)
    return grads


WRONG_BACKWARDS = {
    "language_model/two layers, tied True: output path lost": tied_embedding_forgets_output,
    "encoder_decoder/two layers, tied False: only the last block": only_last_block_reaches_memory,
}


TestModel = make_tests(
    model,
    CASES,
    directions=1,
    wrong_backwards=WRONG_BACKWARDS,
    float32=FLOAT32,
    not_float32=NOT_FLOAT32,
    goldens=GOLDENS,
    not_in_goldens=[  # compared as parts of whole models
        "embed_backward",
        "encoder_stack_backward",
        "final_norm_backward",
        "unembed_backward",
    ],
    refused=REFUSED,
)


def decoder_logits(family, params, config, ids, source_ids):
    """Run a model that has a causal decoder."""
    if family == "decoder":
        return model.language_model(ids, params, config)
    return model.encoder_decoder(source_ids, ids, params, config)


each_causal = pytest.mark.parametrize("family", ["decoder", "encoder-decoder"])
each_norm = pytest.mark.parametrize("norm", ["pre", "post", "none"])


@each_causal
@each_norm
@pytest.mark.parametrize("position", [1, 3, T_Q - 1])
def test_a_later_token_changes_no_earlier_logit(rng, family, norm, position):
    config = make_config(family, norm=norm, n_layers=2)
    params, source_ids = make_params(config, rng), make_ids(rng, T_K)
    ids = make_ids(rng, T_Q)
    before, _ = decoder_logits(family, params, config, ids, source_ids)
    changed = ids.copy()
    changed[:, position] = 1 + ids[:, position] % (VOCAB - 1)
    after, _ = decoder_logits(family, params, config, changed, source_ids)
    np.testing.assert_array_equal(after[:, :position], before[:, :position])
    assert np.all(np.any(after[:, position:] != before[:, position:], axis=-1))


@each_causal
@pytest.mark.parametrize("position", [0, 2, T_Q - 2])
def test_an_earlier_logit_has_no_gradient_at_later_positions(rng, family, position):
    # The gradient of a learned position vector is that of the input at this position.
    config = make_config(family, n_layers=2, pad_id=None)
    params, ids, source_ids = make_params(config, rng), make_ids(rng, T_Q), make_ids(rng, T_K)
    logits, cache = decoder_logits(family, params, config, ids, source_ids)
    dlogits = np.zeros_like(logits)
    dlogits[:, position] = rng.standard_normal((B, VOCAB))
    if family == "decoder":
        grads = model.language_model_backward(dlogits, cache)
    else:
        grads = model.encoder_decoder_backward(dlogits, cache)["decoder"]
    dpositions = grads["positions"]["P"]
    assert np.all(dpositions[position + 1 :] == 0.0)
    assert np.all(np.abs(dpositions[: position + 1]).max(axis=1) > 1e-6)


def backward_of(family):
    return {
        "encoder": model.classifier_backward,
        "decoder": model.language_model_backward,
        "encoder-decoder": model.encoder_decoder_backward,
    }[family]


def loss_and_grads(family, params, config, batch):
    """Return the loss of a batch, the number of targets that count, and all gradients."""
    *ids, targets = batch
    forward = {
        "encoder": model.classifier,
        "decoder": model.language_model,
        "encoder-decoder": model.encoder_decoder,
    }[family]
    logits, cache = forward(*ids, params, config)
    pad_id = None if family == "encoder" else PAD
    value, loss_cache = loss.cross_entropy(logits, targets, pad_id)
    grads = backward_of(family)(loss.cross_entropy_backward(1.0, loss_cache), cache)
    counted = len(targets) if family == "encoder" else np.count_nonzero(targets != PAD)
    return value, counted, flatten(grads)


def padded_batch(family, rng):
    """Return ids and targets, row i of each with i tokens of padding."""
    ids = make_padded_ids(rng, T_Q)
    if family == "encoder":
        return ids, rng.integers(0, CLASSES, B)
    targets = np.where(ids == PAD, PAD, make_ids(rng, T_Q))
    return (ids, targets) if family == "decoder" else (make_padded_ids(rng, T_K), ids, targets)


def unpadded(array, row):
    """Return one row without its padding, as a batch of one."""
    one = array[row : row + 1]
    return one if one.ndim == 1 else one[:, one[0] != PAD]


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize(
    ("family", "pooling"),
    [("encoder", how) for how in ("mean", "first", "last", "max")]
    + [("decoder", "mean"), ("encoder-decoder", "mean")],
)
def test_padding_changes_neither_loss_nor_gradient(rng, family, pooling, norm):
    config = make_config(family, norm=norm, pooling=pooling, n_layers=2)
    params, batch = make_params(config, rng), padded_batch(family, rng)
    value, counted, grads = loss_and_grads(family, params, config, batch)
    one_by_one = [
        loss_and_grads(family, params, config, [unpadded(array, row) for array in batch])
        for row in range(B)
    ]
    assert counted == sum(n for _, n, _ in one_by_one)
    mean = sum(one * n for one, n, _ in one_by_one) / counted
    np.testing.assert_allclose(value, mean, rtol=1e-13)
    for name, grad in grads.items():
        mean = sum(one[name] * n for _, n, one in one_by_one) / counted
        np.testing.assert_allclose(grad, mean, rtol=0, atol=1e-13, err_msg=name)


@pytest.mark.parametrize(
    ("positions", "seen"), [("none", False), ("learned", True), ("sinusoidal", True)]
)
def test_only_positions_tell_a_classifier_the_order(rng, positions, seen):
    config = make_config(positions=positions, pad_id=None)
    params, ids = make_params(config, rng), make_ids(rng, T_Q)
    logits, _ = model.classifier(ids, params, config)
    shuffled, _ = model.classifier(ids[:, ::-1], params, config)
    assert (np.abs(shuffled - logits).max() > 1e-3) == seen
    assert (np.abs(shuffled - logits).max() < 1e-13) != seen


@pytest.fixture
def language_model_batch(rng):
    config = make_config("decoder")
    return make_ids(rng, T_Q), make_params(config, rng), config


def test_one_sequence_does_not_see_another_of_its_batch(language_model_batch):
    ids, params, config = language_model_batch
    before, _ = model.language_model(ids, params, config)
    ids[0] = ids[0, ::-1]
    after, _ = model.language_model(ids, params, config)
    np.testing.assert_array_equal(after[1:], before[1:])
    assert np.any(after[0] != before[0])


def test_a_nan_stays_in_its_own_sequence(language_model_batch):
    ids, params, config = language_model_batch
    before, _ = model.language_model(ids, params, config)
    params["embedding"]["W"][ids[0, 0]] = np.nan
    after, _ = model.language_model(ids, params, config)
    clean = ~np.any(ids == ids[0, 0], axis=1)
    assert 0 < clean.sum() < B
    np.testing.assert_allclose(after[clean], before[clean], rtol=0, atol=1e-13)
    assert np.isnan(after[0]).all()


def test_sequences_up_to_the_last_position_are_taken():
    assert language_model(np.ones((1, 5), int))[0].shape == (1, 5, VOCAB)


DECODER = TransformerConfig("decoder", 11, d_model=6, n_heads=3, n_layers=1, d_ff=7, max_len=13)
TRANSLATOR = TransformerConfig("encoder-decoder", 11, d_model=6, n_heads=3, n_layers=1, d_ff=7)


def params_of(config):
    return init_params(config, np.random.default_rng(0), np.float64)


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
