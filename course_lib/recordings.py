"""Recordings: what was measured during a training, as small arrays in data/recordings/*.npz.

Lesson 9 shows trainings that take longer than a reader wants to wait. `tools/record.py` makes them.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .files import written_whole

FOLDER = Path(__file__).resolve().parents[1] / "data" / "recordings"


class Recording(NamedTuple):
    """Arrays by name, and metadata: what the arrays are, and how the run was made."""

    arrays: dict[str, np.ndarray]
    metadata: dict[str, Any]


def save_recording(name, arrays, metadata, folder: Path = FOLDER):
    """Write a recording, compressed, whole or not at all.

    Parameters
    ----------
    name : str
        The file is NAME.npz.
    arrays : dict of str to array
        Floats of a run in float32 are best given as float16 where 3 digits are enough to look at.
    metadata : dict
        Anything that JSON can hold.
    folder : path, optional

    Returns
    -------
    path
    """
    contents: dict[str, Any] = {f"arrays/{key}": np.asarray(array) for key, array in arrays.items()}
    for key, array in contents.items():
        if array.dtype.hasobject:
            raise TypeError(f"save_recording: {key} holds Python objects; use an array of numbers.")
    contents["metadata"] = np.frombuffer(json.dumps(metadata).encode(), np.uint8)
    path = Path(folder) / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        np.savez_compressed(file, **contents)
    return path


def load_recording(name, folder: Path = FOLDER):
    """Read a recording.

    Returns
    -------
    Recording
        Float arrays in float64.

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
            f"make it with: python tools/record.py {name}"
        ) from None
    except Exception as error:  # zipfile and NumPy raise a dozen kinds on a damaged file
        raise ValueError(
            f"load_recording: {str(path)!r} is not a recording, or is damaged ({error}). "
            f"Make it anew with: python tools/record.py {name}"
        ) from error
    arrays = {
        key.removeprefix("arrays/"): a.astype(np.float64) if a.dtype.kind == "f" else a
        for key, a in contents.items()
    }
    return Recording(arrays, metadata)
