"""Recordings: what was measured during a training, as small arrays in data/recordings/*.npz.

They are of trainings that take longer than a reader wants to wait. The lesson or the afterword that
a recording belongs to makes it::

    python -m classroom.lesson_09.record NAME
"""

import argparse
import importlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib.internals.files import atomic_write, data_folder

FOLDER = data_folder() / "recordings"
#: In which folder of `classroom` the recordings are made that are not lesson 9's.
MADE_IN = {"induction": "afterword_a", "modular": "afterword_a", "real_model": "afterword_b"}


class Recording(NamedTuple):
    """Arrays by name, with metadata that say what they are and how the run was made."""

    arrays: dict[str, np.ndarray]
    metadata: dict[str, Any]


def save_recording(name, arrays, metadata, folder: Path = FOLDER):
    """Write a recording, compressed; an older file stays where writing fails.

    Parameters
    ----------
    name : str
        The file is NAME.npz.
    arrays : dict of str to array
        Floats are best given as float16 where 3 digits are enough to look at.
    metadata : dict
        Anything that JSON can hold.
    folder : path, optional

    Returns
    -------
    path
        The file that was written.

    Raises
    ------
    TypeError
        If an array holds Python objects.
    """
    contents: dict[str, Any] = {f"arrays/{key}": np.asarray(array) for key, array in arrays.items()}
    for key, array in contents.items():
        if array.dtype.hasobject:
            raise TypeError(f"save_recording: {key} holds Python objects; use an array of numbers.")
    contents["metadata"] = np.frombuffer(json.dumps(metadata).encode(), np.uint8)
    path = Path(folder) / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        np.savez_compressed(file, **contents)
    return path


def load_recording(name, folder: Path = FOLDER):
    """Read a recording.

    Parameters
    ----------
    name : str
        The file is NAME.npz.
    folder : path, optional

    Returns
    -------
    Recording
        Float arrays are in float64.

    Raises
    ------
    FileNotFoundError
        If there is none of that name; says how to make it.
    ValueError
        If the file is damaged, or no recording.
    """
    path = Path(folder) / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            contents = {key: file[key] for key in file.files}
        metadata = json.loads(contents.pop("metadata").tobytes())
    except FileNotFoundError:
        raise FileNotFoundError(
            f"load_recording: there is no {path.name} in {str(path.parent)!r}; "
            f"make it with: {command(name)}"
        ) from None
    except Exception as error:  # zipfile and NumPy raise a dozen kinds on a damaged file
        raise ValueError(
            f"load_recording: {str(path)!r} is not a recording, or is damaged ({error}). "
            f"Make it anew with: {command(name)}"
        ) from error
    arrays = {
        key.removeprefix("arrays/"): a.astype(np.float64) if a.dtype.kind == "f" else a
        for key, a in contents.items()
    }
    return Recording(arrays, metadata)


def command(name):
    """Return the command that makes a recording."""
    return f"python -m classroom.{MADE_IN.get(name, 'lesson_09')}.record {name}"


def make_recordings(package: str, modules: Mapping[str, str]) -> None:
    """Train, measure and write: what `python -m classroom.lesson_09.record NAME` does.

    Parameters
    ----------
    package : str
        Such as "classroom.lesson_09.record".
    modules : mapping of str to str
        The name of each recording, and the module of the package whose function `record` makes it.
    """
    names = ", ".join(modules)
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {names}; all by default")
    wanted = parser.parse_args().names or list(modules)
    if unknown := [name for name in wanted if name not in modules]:
        parser.error(f"unknown recording {', '.join(unknown)}; there are {names}")
    for name in wanted:
        began = time.perf_counter()
        module = importlib.import_module(f"{package}.{modules[name]}")
        path = save_recording(name, *module.record())
        seconds, size = time.perf_counter() - began, path.stat().st_size
        print(f"{path.name}: {seconds:.0f} s, {size / 1000:.0f} kB")
