"""Silence for a while: what libraries say as they start and stop processes is nobody's concern."""

import contextlib
import os
import sys

_nowhere = open(os.devnull, "w")  # noqa: SIM115 (a logger that was made in silence keeps it)


@contextlib.contextmanager
def silent_stderr():
    """Throw away what is written to stderr, by Python and by processes that are started meanwhile.

    Exceptions are raised as ever.
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
