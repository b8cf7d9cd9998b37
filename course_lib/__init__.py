"""A transformer in NumPy, every gradient by hand: the reference implementation of the course.

Read it in the order of the lessons: vocab, layers, positional, attention, blocks, params,
model, pooling, decoding, loss, gradcheck; then `training`. `fast` holds twins of the few functions
that speed wants otherwise, `tasks` the jobs that models are trained for, `pretrained` a real model,
`cli` the command line, `internals` what no lesson is about.
Nothing here needs more than NumPy, but for an extra; the lessons stand in the package `classroom`.
"""

import os

from .internals.memory import keep_freed_memory

# One thread multiplies matrices of this size faster than several that wait for each other.
# This counts only where NumPy has not been imported yet. A value that is set already is kept.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
keep_freed_memory()

__version__ = "0.1.0"
