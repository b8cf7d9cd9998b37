"""Loss and gradients of a batch, in its three lines; the measure of a model."""

import numpy as np
import pytest
from sizes import T_Q, make_config, make_ids, make_padded_ids, make_params

from classroom.exercises.swap import using
from course_lib import loss, model
from course_lib.params import flatten
from course_lib.training import objective
from course_lib.training.objective import IGNORED, Batch, evaluate, loss_and_grads

FAMILIES = {
    "encoder": ("classifier", model.classifier, model.classifier_backward),
    "decoder": ("language_model", model.language_model, model.language_model_backward),
    "encoder-decoder": (
        "encoder_decoder",
        model.encoder_decoder,
        model.encoder_decoder_backward,
    ),
}


def make_batch(family, rng):
    ids = make_padded_ids(rng, T_Q, 3)
    inputs = (ids, make_ids(rng, T_Q, 3)) if family == "encoder-decoder" else (ids,)
    targets = rng.integers(0, 17, (3,) if family == "encoder" else (3, T_Q))
    targets[0] = IGNORED
    return Batch(inputs, targets)


def make_all(family, seed=0, **changes):
    rng = np.random.default_rng(seed)
    config = make_config(family, **changes)
    return make_batch(family, rng), make_params(config, rng), config


@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_forward_loss_backward(family):
    batch, params, config = make_all(family)
    _, forward, backward = FAMILIES[family]
    logits, cache = forward(*batch.inputs, params, config)
    value, loss_cache = loss.cross_entropy(logits, batch.targets, IGNORED, 0.1)
    wanted = flatten(backward(loss.cross_entropy_backward(1.0, loss_cache), cache))
    found = loss_and_grads(batch, params, config, label_smoothing=0.1)
    assert found.loss == pytest.approx(float(value), rel=1e-12)
    assert isinstance(found.loss, float)
    grads = flatten(found.grads)
    assert grads.keys() == wanted.keys()
    for name, array in grads.items():
        np.testing.assert_allclose(array, wanted[name], rtol=1e-9, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("suffix", ["", "_backward"])
def test_a_model_that_is_put_in_is_called(family, suffix):
    name, forward, backward = FAMILIES[family]
    batch, params, config = make_all(family)
    calls = []

    def spy(*args, **settings):
        calls.append(name + suffix)
        return (backward if suffix else forward)(*args, **settings)

    with using(**{name + suffix: spy}):
        loss_and_grads(batch, params, config)
    assert calls == [name + suffix]


def test_the_accuracy_is_the_share_of_examples_with_every_counted_target_right():
    batch, params, config = make_all("decoder")
    logits, _ = model.language_model(*batch.inputs, params, config)
    targets = logits.argmax(axis=-1)
    targets[1, 2] = IGNORED
    targets[2, -1] = (targets[2, -1] + 1) % 17
    assert loss_and_grads(Batch(batch.inputs, targets), params, config).accuracy == 2 / 3


def test_the_weight_of_a_batch_multiplies_loss_and_gradients():
    batch, params, config = make_all("decoder")
    whole = loss_and_grads(batch, params, config)
    half = loss_and_grads(Batch(batch.inputs, batch.targets, weight=0.5), params, config)
    assert half.loss == 0.5 * whole.loss
    for name, array in flatten(half.grads).items():
        np.testing.assert_allclose(array, 0.5 * flatten(whole.grads)[name], rtol=1e-12)


def test_dropout_is_drawn_from_the_generator():
    batch, params, config = make_all("decoder", dropout=0.3)
    one, two = (loss_and_grads(batch, params, config, np.random.default_rng(1)) for _ in range(2))
    assert one.loss == two.loss != loss_and_grads(batch, params, config).loss


def test_an_evaluation_is_the_mean_over_all_counted_targets():
    batch, params, config = make_all("decoder")
    groups = np.array(["a", "b", "a"])
    found = evaluate(Batch(batch.inputs, batch.targets, groups), params, config, batch_size=2)
    assert found.loss == pytest.approx(loss_and_grads(batch, params, config).loss, rel=1e-12)
    assert found.accuracy == loss_and_grads(batch, params, config).accuracy
    assert found.by_group.keys() == {"a", "b"}
    assert objective.Batch(batch.inputs, batch.targets).n_counted == 2 * T_Q
