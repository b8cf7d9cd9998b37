"""The folders of the data and of a reader's work; files that are written whole or not at all."""

import contextlib
import os
from pathlib import Path


def data_folder():
    """Return the folder with the course's data: in the repository, or inside an installed one."""
    root = _repository()
    return _PACKAGE / "data" if root is None else root / "data"


def work_folder():
    """Return where a reader's answers and models go: the repository, else the current folder.

    Nothing of a reader's is written beside packages that pip installed.
    """
    return _repository() or Path.cwd()


_PACKAGE = Path(__file__).resolve().parents[1]


def _repository():
    """Return the folder of the repository; None where the package stands outside of one."""
    root = _PACKAGE.parent
    return root if (root / "data" / "the_raven.txt").exists() else None


@contextlib.contextmanager
def atomic_write(path):
    """Open a file to write bytes into, and move it to `path` when all is written.

    A crash or an exception on the way leaves an older file at `path` as it was.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists.

    Yields
    ------
    file
        Open for writing, binary.
    """
    temporary = path.with_name(f"{path.stem}.{os.getpid()}.partial")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
