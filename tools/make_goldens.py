"""Make tests/goldens/*.npz: what PyTorch computes, for the tests of course_lib to compare with.

    python tools/make_goldens.py            write the files
    python tools/make_goldens.py --check    compare with the files that are there, write nothing

Needs torch==2.13.0, which the tests themselves do not. All of it is float64 on the CPU. Every case
draws from a generator seeded with its own name, so that two runs give the same arrays and a new
case leaves the others as they are.

A file holds arrays alone, named `case/kind/name`, where kind is
    in      what the function is given, in the layout of course_lib (a weight is (d_in, d_out))
    out     what it returns; `out` is the output itself
    dout    the upstream gradient
    grad    the gradient of an input of that name
and an array `about`, the bytes of a JSON object: the version of torch, each case's settings, and
the names and shapes of its parameters. Parameters lie end to end in one array, in that order:
as arrays of their own they would take up less room than their names.
"""

import argparse
import json
import sys
import zlib
from pathlib import Path

import golden_blocks
import golden_functions
import golden_models
import numpy as np
import torch

TORCH = "2.13.0"
FOLDER = Path(__file__).parent.parent / "tests" / "goldens"
# A file for each module of course_lib; tests/test_MODULE.py compares with it.
FILES = {
    "layers": golden_functions.LAYERS,
    "positional": golden_functions.POSITIONS,
    "attention": golden_blocks.ATTENTION,
    "blocks": golden_blocks.BLOCKS,
    "pooling": golden_functions.POOLING,
    "loss": golden_functions.LOSS,
    "model": golden_models.MODELS,
    "optim": golden_models.OPTIMIZERS,
}


def contents(cases):
    """Run the cases of one file; return {name: array}, `about` included."""
    arrays, settings, shapes = {}, {}, {}
    for name, make in cases.items():
        settings[name], entries = make(np.random.default_rng(zlib.crc32(name.encode())))
        entries = {key: to_numpy(value) for key, value in entries.items()}
        for kind in ("in", "out", "grad"):
            params = {k: entries.pop(k) for k in sorted(entries) if k.startswith(f"{kind}/params.")}
            if params:
                short = {key.partition("params.")[2]: array for key, array in params.items()}
                shapes[name] = {key: array.shape for key, array in short.items()}
                entries[f"{kind}/params"] = np.concatenate([a.ravel() for a in short.values()])
        arrays |= {f"{name}/{key}": array for key, array in entries.items()}
    about = json.dumps({"torch": TORCH, "cases": settings, "params": shapes})
    return arrays | {"about": np.frombuffer(about.encode(), np.uint8)}


def to_numpy(value):
    """Return a tensor as an array in C order: a transposed view would be stored transposed."""
    value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
    return np.array(value, order="C")


def differences(path, arrays):
    """Name the entries in which a stored file and these arrays differ by more than rounding."""
    with np.load(path, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    for name in sorted(stored.keys() ^ arrays.keys()):
        yield f"{path.name}: {name} is in one of the two only"
    for name in sorted(stored.keys() & arrays.keys()):
        if stored[name].dtype != arrays[name].dtype or stored[name].shape != arrays[name].shape:
            yield f"{path.name}: {name} has another dtype or shape"
        elif not np.allclose(stored[name], arrays[name], rtol=0, atol=1e-12):
            yield f"{path.name}: {name} has other values"


def main():
    """Write the files, or compare with them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    if torch.__version__.partition("+")[0] != TORCH:
        sys.exit(f"make_goldens: torch is {torch.__version__}; install torch=={TORCH}.")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    faults = []
    for file, cases in FILES.items():
        path, arrays = FOLDER / f"{file}.npz", contents(cases)
        if check:
            faults += differences(path, arrays)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, **arrays)
            print(f"{path.name}: {len(cases)} cases, {path.stat().st_size / 1000:.0f} kB")
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
