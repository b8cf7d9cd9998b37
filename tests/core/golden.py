"""Read the golden files that tools/make_goldens.py writes."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib.params import unflatten

FOLDER = Path(__file__).parent.parent / "goldens"
FILES = ("layers", "attention", "blocks", "loss", "models", "optim")


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
