"""Errors that say what was wrong, with which values, and what to do."""

import numpy as np


def shape_error(headline, readings, reason):
    """Build the ValueError of a wrong shape.

    Parameters
    ----------
    headline : str
        Place, symbol and both values, such as "attention: d_k is 64 in q but 32 in k."
    readings : list of (str, array, str)
        Each array's name, the array, and how its axes were read, such as "(B, n_heads, T_q, d_k)".
    reason : str
        Why the shapes must agree.
    """
    width = max(len(name) for name, _, _ in readings)
    lines = [
        f"  {name + ':':<{width + 1}} {np.shape(array)} read as {axes}"
        for name, array, axes in readings
    ]
    return ValueError("\n".join([headline, *lines, f"  {reason}"]))


def check_ids(place, ids, size, symbol="vocab_size"):
    """Refuse ids that are not whole numbers in [0, size). NumPy would take -1 as the last row."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise TypeError(
            f"{place}: ids must be integers, but their dtype is {ids.dtype}. "
            "Use ids.astype(np.int64) if they are whole numbers."
        )
    # Read as unsigned, a negative id is a very large one: one search finds both.
    if ids.size and ids.view(f"u{ids.itemsize}").max() >= size:
        wrong = ids[(ids < 0) | (ids >= size)].flat[0]
        raise ValueError(
            f"{place}: id {wrong} is outside [0, {size}), because {symbol} is {size}. "
            "Encode the text with the vocabulary that the model was made for."
        )


def check_batch(place, ids):
    """Return ids as an array (B, T); refuse another number of axes."""
    ids = np.asarray(ids)
    if ids.ndim != 2 or 0 in ids.shape:
        raise ValueError(
            f"{place} has shape {ids.shape}; a model reads a batch (B, T), B and T at least 1. "
            "Write ids[None, :] for a single sequence."
        )
    return ids


def check_choice(place, symbol, value, choices):
    """Refuse a value that is not one of the choices."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{place}: {symbol} is {value!r}; use one of {listed}.")
