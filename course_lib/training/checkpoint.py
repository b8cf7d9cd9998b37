"""Checkpoints: one .npz of arrays and JSON, safe to load, written whole or not at all."""

import json
from pathlib import Path

import numpy as np

from ..internals.files import atomic_write
from ..params import TransformerConfig, flatten, init_params, unflatten

FORMAT = 1
_RENAMED = {"judge": "monitor"}  # settings that older files call otherwise


def save_checkpoint(path, params, config, metadata=None, arrays=None):
    """Write a model to `path`. A crash on the way leaves an older file at `path` as it was.

    Parameters
    ----------
    path : str or path
        Ends in .npz.
    params : nested dict of arrays
    config : TransformerConfig
    metadata : dict, optional
        Anything that JSON can hold: the vocabulary, the history of the run.
    arrays : dict of str to array, optional
        Further arrays, such as the state of an optimizer.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"save_checkpoint: {path.name!r} does not end in .npz; name the file so.")
    about = {"format": FORMAT, "config": config.to_dict(), "metadata": metadata or {}}
    contents = {f"params/{name}": array for name, array in flatten(params).items()}
    contents |= {f"arrays/{name}": np.asarray(array) for name, array in (arrays or {}).items()}
    for name, array in contents.items():
        if array.dtype.hasobject:
            raise TypeError(
                f"save_checkpoint: {name} holds Python objects; use an array of numbers."
            )
    contents["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        np.savez(file, **contents)


def load_checkpoint(path):
    """Read a model, and hold it to its configuration.

    Returns
    -------
    params : nested dict of arrays
    config : TransformerConfig
    metadata : dict
    arrays : dict of str to array

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a checkpoint, or arrays are missing, unexpected or misshapen; all are named.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            contents = {name: file[name] for name in file.files}
        about = json.loads(contents.pop("about").tobytes(), object_hook=_with_new_names)
        config, metadata = TransformerConfig(**about["config"]), about["metadata"]
    except FileNotFoundError:
        raise FileNotFoundError(
            f"load_checkpoint: there is no file {str(path)!r}; train the model, or check the path."
        ) from None
    except Exception as error:  # zipfile and NumPy raise a dozen kinds on a damaged file
        raise ValueError(
            f"load_checkpoint: {str(path)!r} is not a checkpoint of this course, or is damaged "
            f"({error}). Load another, or train again."
        ) from error
    params = {
        n.removeprefix("params/"): a for n, a in contents.items() if not n.startswith("arrays/")
    }
    arrays = {n.removeprefix("arrays/"): a for n, a in contents.items() if n.startswith("arrays/")}
    check_arrays(params, config, f"load_checkpoint: {path.name}")
    return unflatten(params), config, metadata, arrays


def _with_new_names(entries):
    return {_RENAMED.get(name, name): value for name, value in entries.items()}


def check_arrays(named, config, place):
    """Refuse named arrays that are not those of a model with this configuration."""
    wanted = flatten(init_params(config, np.random.default_rng(0)))
    problems = [f"missing: {name} {wanted[name].shape}" for name in wanted if name not in named]
    problems += [f"unexpected: {name} {named[name].shape}" for name in named if name not in wanted]
    problems += [
        f"misshapen: {name} is {named[name].shape}, the configuration says {wanted[name].shape}"
        for name in wanted
        if name in named and named[name].shape != wanted[name].shape
    ]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ValueError(
            f"{place}: the arrays do not fit the configuration.\n{listed}\n"
            "  Load it with the configuration that it was saved with."
        )
