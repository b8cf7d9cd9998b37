"""Weights made small for a page: a byte for each, deflated, as text."""

from __future__ import annotations

import zlib
from base64 import b64encode

import numpy as np


def to_bytes(weights: np.ndarray) -> np.ndarray:
    """Return √w in 255 steps: small weights keep their size, where a byte of w would lose them."""
    return np.rint(np.sqrt(np.clip(weights, 0.0, 1.0)) * 255.0).astype(np.uint8)


def to_share(steps: np.ndarray | int) -> np.ndarray:
    """Return the weights that `to_bytes` has made steps of, within 0.004."""
    return (np.asarray(steps) / 255.0) ** 2


def pack(*arrays: np.ndarray) -> str:
    """Return arrays of bytes, one after the other, deflated and in base64."""
    joined = b"".join(np.ascontiguousarray(each, dtype=np.uint8).tobytes() for each in arrays)
    return b64encode(zlib.compress(joined, 6)).decode()
