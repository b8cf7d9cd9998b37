"""Outputs and gradients against PyTorch in float64, to 1e-9, through the golden files."""

import numpy as np
import pytest

from course_lib import loss, model, optim
from course_lib.params import TransformerConfig, flatten

from .cases import CASES as ALL_CASES
from .cases import function_of
from .golden import FILES, FOLDER, read_case, read_file
from .golden_adapters import ADAPTERS

OPTIMIZERS = ("sgd", "momentum", "adam", "adam_weight_decay", "adamw_weight_decay")
CLIPPED = ("clip", "clip_not_needed")
CASES = [(file, case) for file, cases in ADAPTERS.items() for case in cases]


def assert_same(got, wanted):
    """Hold every array to PyTorch's of the same name, to 1e-9, dtype and shape included."""
    got, wanted = flatten(got), flatten(wanted)
    assert got.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(got[name], array, rtol=0, atol=1e-9, err_msg=name, strict=True)


@pytest.mark.parametrize(("file", "case"), CASES)
def test_same_as_pytorch(file, case):
    golden, adapter = read_case(file, case), ADAPTERS[file][case]
    outs, cache = adapter.forward(**golden.inputs, **golden.settings)
    assert_same({k: np.asarray(v) for k, v in outs.items()}, golden.outs)
    if adapter.backward is None:
        assert golden.dout is None
        assert not golden.grads
        return
    grads = adapter.backward(golden.dout, cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    assert_same(dict(zip(adapter.names, grads, strict=True)), golden.grads)


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_ten_steps_end_where_pytorch_ends(case):
    golden = read_case("optim", case)
    ids, targets, params = (golden.inputs[name] for name in ("ids", "targets", "params"))
    config = TransformerConfig(**golden.settings["config"])
    optimizer = getattr(optim, golden.settings["optimizer"])(params, **golden.settings["settings"])
    losses = []
    for _ in range(10):
        logits, cache = model.language_model(ids, params, config)
        value, loss_cache = loss.cross_entropy(logits, targets, config.pad_id, 0.1)
        dlogits = loss.cross_entropy_backward(1.0, loss_cache)
        optimizer.step(model.language_model_backward(dlogits, cache))
        losses.append(value)
    assert_same({"losses": np.array(losses), "params": params}, golden.outs)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("case", CLIPPED)
def test_clipping(case):
    golden = read_case("optim", case)
    arrays, max_norm = golden.inputs, golden.settings["max_norm"]
    norm = optim.clip_by_global_norm(arrays, max_norm)
    # PyTorch divides by norm + 1e-6 instead of by the norm.
    slack = norm / (norm + 1e-6) if norm > max_norm else 1.0
    scaled = {name: array * slack for name, array in arrays.items()}
    assert_same(scaled | {"norm": np.array(norm)}, golden.outs)


@pytest.mark.parametrize("file", FILES)
def test_every_entry_of_a_file_is_read(file):
    arrays, about = read_file(file)
    tested = {case for name, case in CASES if name == file}
    tested |= {*OPTIMIZERS, *CLIPPED} if file == "optim" else set()
    assert {key.partition("/")[0] for key in arrays} == tested
    assert about["cases"].keys() == tested
    assert about["params"].keys() <= tested
    assert about["torch"] == "2.13.0"


def test_every_golden_file_is_known():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.npz" for name in FILES}


def test_every_backward_is_compared():
    compared = {
        adapter.backward.__name__
        for cases in ADAPTERS.values()
        for adapter in cases.values()
        if adapter.backward
    }
    # Dropout is random; the others are compared as parts of blocks and of models.
    others = {"dropout_backward", "embed_backward", "residual_backward", "stack_backward"}
    backwards = {f"{function_of(name)}_backward" for name in ALL_CASES}
    assert backwards - compared == others
