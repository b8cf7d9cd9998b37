"""Files that are written whole or not at all."""

import contextlib
import os


@contextlib.contextmanager
def written_whole(path):
    """Open a file to write bytes into; only when all went well does it stand at `path`.

    A crash or an exception on the way leaves an older file at `path` as it was.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists.
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
