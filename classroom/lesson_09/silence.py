"""Silence on stderr, for libraries that report how their processes start and stop."""

import contextlib
import os
import sys

# Never closed: a logger that is made in silence keeps it.
_nowhere = open(os.devnull, "w")  # noqa: SIM115


@contextlib.contextmanager
def silent_stderr():
    """Discard what this process, and those started in the block, write to stderr.

    Exceptions leave the block as usual.
    """
    kept = os.dup(2)
    sys.stderr.flush()
    os.dup2(_nowhere.fileno(), 2)
    try:
        with contextlib.redirect_stderr(_nowhere):
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
