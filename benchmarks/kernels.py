"""Which kernels a process computes with: the processor's own, or those of one without AVX-512.

Most laptops have AVX2 and no AVX-512. On a machine that has both, a process can be told to do
without the wider instructions before its libraries are loaded.
"""

import numpy as np


def wide_features():
    """Return NumPy's names of the AVX-512 instructions that this process uses, none without any."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return [name for name in found if name.startswith(("AVX512", "X86_V4"))]


def name_of_kernels():
    """Name the kernels of this process for the table."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    if wide_features():
        return "AVX-512"
    return "AVX2" if {"AVX2", "X86_V3"} & set(found) else "others"


def choices():
    """Return the environment variables for each kind of process: {} first, the machine's own."""
    names = wide_features()
    if not names:
        return [{}]
    without = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(names),
        "OPENBLAS_CORETYPE": "Haswell",
        "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch, and the two libraries below it
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
    }
    return [{}, without]
