"""The number of threads that the matrix products of NumPy use."""

import contextlib


def one_blas_thread():
    """Return a context in which BLAS has one thread, where threadpoolctl is installed.

    On matrices as small as those of the course two threads wait for each other, and a training
    takes several times as long. Afterwards BLAS has as many threads as before.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # it comes with the extra `lab`; NumPy alone is enough to train
        return contextlib.nullcontext()
    return threadpool_limits(1, user_api="blas")
