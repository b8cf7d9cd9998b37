"""The reference implementation behind the course: a transformer in NumPy, every gradient by hand.

Read it in the order of the lessons: vocab, layers, positional, attention, blocks, params, model,
loss, optim, decoding, checkpoint. `exercises`, `plots` and `explore` stand on top.
"""

import os

from .memory import keep_freed_memory

# One thread multiplies matrices of this size faster than several that wait for each other.
# This counts only where NumPy has not been imported yet. A value that is set already is kept.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
keep_freed_memory()

__version__ = "0.1.0"
