"""What attention refuses, and why: shapes that do not meet, masks that leave a query nowhere."""

import contextlib

import numpy as np

from .errors import shape_error


def check_shapes(q, k, v):
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


def check_mask(mask, scores):
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
