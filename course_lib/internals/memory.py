"""Keep freed memory in the process, where the system's allocator can be told to."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library


def keep_freed_memory():
    """Let malloc reuse large blocks instead of returning them to the system after each use.

    A training step makes and drops the same arrays of a few megabytes again and again. By default
    the GNU C library gives each back, and the next one costs a page fault every 4 kB: half of the
    step's time. Nothing happens where the C library is another.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    mallopt(_M_TRIM_THRESHOLD, 1 << 28)  # keep up to 256 MB
    mallopt(_M_MMAP_THRESHOLD, 1 << 25)  # 32 MB, the largest that mallopt takes
