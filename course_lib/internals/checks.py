"""Checks whose errors say what was wrong, with which values, and what to do."""

import contextlib

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


def check_attention_shapes(q, k, v):
    """Refuse queries, keys and values that cannot meet."""
    if q.shape[-1] != k.shape[-1]:
        raise shape_error(
            f"attention: d_k is {q.shape[-1]} in q but {k.shape[-1]} in k.",
            [("q", q, "(B, n_heads, T_q, d_k)"), ("k", k, "(B, n_heads, T_k, d_k)")],
            "q and k meet in a dot product, so their last axes must agree "
            "(Vaswani et al. 2017, Sec. 3.2.1).",
        )
    if not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]:
        raise shape_error(
            "attention: the axes in front, B and n_heads, differ between q, k and v.",
            [
                ("q", q, "(B, n_heads, T_q, d_k)"),
                ("k", k, "(B, n_heads, T_k, d_k)"),
                ("v", v, "(B, n_heads, T_k, d_v)"),
            ],
            "each head of each sequence attends to its own keys and values.",
        )
    if k.shape[-2] != v.shape[-2]:
        raise shape_error(
            f"attention: T_k is {k.shape[-2]} in k but {v.shape[-2]} in v.",
            [("k", k, "(B, n_heads, T_k, d_k)"), ("v", v, "(B, n_heads, T_k, d_v)")],
            "every key has one value: its weight multiplies that value.",
        )


def check_attention_mask(mask, scores):
    """Refuse a mask that is not boolean, does not fit, or leaves a query no key."""
    if mask.dtype != bool:
        raise TypeError(
            f"attention: mask has dtype {mask.dtype}; use bool, True where a query may attend."
        )
    fits = mask.shape == scores.shape[-2:]
    if not fits:
        with contextlib.suppress(ValueError):
            fits = np.broadcast_shapes(mask.shape, scores.shape) == scores.shape
    if not fits:
        raise shape_error(
            "attention: the mask does not broadcast to the scores.",
            [("mask", mask, "(..., T_q, T_k)"), ("scores", scores, "(B, n_heads, T_q, T_k)")],
            "a mask says for each query and each key whether the one may attend to the other.",
        )
    if not mask.any(axis=-1).all():
        where = np.argwhere(~mask.any(axis=-1))[0]
        raise ValueError(
            f"attention: query row {tuple(map(int, where))} of the mask may attend to no key, "
            "so its weights cannot sum to 1. True means: may attend. "
            "Is the mask inverted, or a sequence all padding?"
        )
