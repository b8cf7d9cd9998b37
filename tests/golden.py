"""The golden files, which tools/make_goldens.py writes, and how course_lib computes their cases."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib.params import TransformerConfig, flatten, unflatten

FOLDER = Path(__file__).parent / "goldens"


class Golden(NamedTuple):
    """What PyTorch was given and what it computed, by name; `params` are nested."""

    settings: dict[str, Any]
    inputs: dict[str, Any]
    outs: dict[str, Any]
    dout: np.ndarray | None
    grads: dict[str, Any]


@cache
def read_file(name):
    """Return the arrays of a file, its JSON among them; a missing file is an error."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    return arrays, json.loads(arrays.pop("about").tobytes())


def read_case(file, case):
    """Return one case as a Golden, every entry of it, in arrays that may be changed."""
    arrays, about = read_file(file)
    parts = {"in": {}, "out": {}, "dout": {}, "grad": {}}
    for key, array in arrays.items():
        owner, kind, name = key.split("/")
        if owner == case:
            is_params = name == "params"
            parts[kind][name] = (
                unpack(array.copy(), about["params"][case]) if is_params else array.copy()
            )
    dout = parts["dout"].pop("dout", None)
    assert not parts["dout"], "there is one upstream gradient"
    return Golden(about["cases"][case], parts["in"], parts["out"], dout, parts["grad"])


def unpack(vector, shapes):
    """Cut the parameters that lie end to end in one vector apart; return them nested."""
    named, start = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        named[name] = vector[start : start + size].reshape(shape)
        start += size
    assert start == len(vector), "the shapes account for every number"
    return unflatten(named)


class Adapter(NamedTuple):
    """`forward(**inputs, **settings)` returns (outs, cache); gradients are named as inputs are."""

    forward: Callable
    backward: Callable
    names: tuple[str, ...]


def plain(function, backward, *names):
    """Adapt a function whose arguments have the names of the inputs."""

    def forward(**inputs):
        out, cache = function(**inputs)
        return {"out": out}, cache

    return Adapter(forward, backward, names)


def without_backward(function):
    """Adapt a function that is not differentiable."""
    return Adapter(lambda **inputs: ({"out": function(**inputs)}, None), None, ())


def with_config(function):
    """Let a function take its configuration as a dict."""

    def configured(config, **inputs):
        return function(**inputs, config=TransformerConfig(**config))

    return configured


def assert_as_pytorch(got, wanted):
    """Hold every array to PyTorch's of the same name, to 1e-9, dtype and shape included."""
    got, wanted = flatten(got), flatten(wanted)
    assert got.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(got[name], array, rtol=0, atol=1e-9, err_msg=name, strict=True)


def assert_every_entry_is_read(file, tested):
    """Hold the cases of a file to those that are tested."""
    arrays, about = read_file(file)
    tested = set(tested)
    assert {key.partition("/")[0] for key in arrays} == tested
    assert about["cases"].keys() == tested
    assert about["params"].keys() <= tested
    assert about["torch"] == "2.13.0"
