"""What a view refuses, each in a sentence with the value and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NAME = "attention_view"
SUM_WITHIN = 0.02
"""How far from 1 the weights of a query may add up: float16 is within 0.002."""
MAX_WEIGHTS = 8_000_000
"""A byte each, deflated and in base64 about half: 4 MB of HTML in the notebook."""


def checked_weights(weights: Any) -> np.ndarray:
    """Return weights as an array of four axes, or say what they are instead."""
    array = np.asarray(weights)
    if array.ndim not in (3, 4) or array.size == 0:
        remedy = "Index the batch away first, for instance weights[:, 0]."
        if array.ndim == 2:
            remedy = "For a single head, write weights[None]."
        raise ValueError(
            f"{NAME}: weights must have shape (n_layers, n_heads, T_q, T_k) or "
            f"(n_heads, T_q, T_k), but they have {array.shape}. {remedy}"
        )
    if array.size > MAX_WEIGHTS:
        raise ValueError(
            f"{NAME}: {array.size:,} weights would make the notebook larger by megabytes; "
            f"up to {MAX_WEIGHTS:,} are shown. Take some blocks, or a shorter text."
        )
    array = array.reshape((1,) * (4 - array.ndim) + array.shape)
    bad = ~((array >= -1e-6) & (array <= 1 + 1e-3))
    if bad.any():
        where = tuple(int(n) for n in np.argwhere(bad)[0])
        raise ValueError(
            f"{NAME}: {weight_name(where)} is {array[where]:.4g}, but a weight lies between 0 and "
            "1. Pass what the softmax returned, not the scores."
        )
    return array


def weight_name(where: tuple[int, ...]) -> str:
    block, head, query, key = where
    return f"the weight of query {query} for key {key} in block {block}, head {head} (from 0)"


def check_sums(array: np.ndarray) -> None:
    """Say so where the weights of a query do not add up to 1."""
    sums = array.sum(axis=-1, dtype=np.float64)
    off = np.abs(sums - 1) > SUM_WITHIN
    if off.any():
        block, head, query = (int(n) for n in np.argwhere(off)[0])
        raise ValueError(
            f"{NAME}: the weights of query {query} in block {block}, head {head} (from 0) add up "
            f"to {sums[block, head, query]:.4g}, not to 1. The keys must be the last axis, and "
            "all of them must be there."
        )


def checked_tokens(
    tokens: Sequence[str], count: int, name: str, axis: str, shape: tuple[int, ...]
) -> list[str]:
    if isinstance(tokens, str):
        raise ValueError(
            f"{NAME}: {name} is one text, {tokens[:20]!r}; it must be a list of tokens. "
            "For characters, write list(text)."
        )
    listed = [str(token) for token in tokens]
    if len(listed) != count:
        raise ValueError(
            f"{NAME}: {len(listed)} tokens were given in {name}, but {axis} is {count} in weights "
            f"of shape {shape}. Each needs exactly one token."
        )
    return listed


def checked_mask(mask: Any, array: np.ndarray) -> np.ndarray:
    """Return the mask as bool (n_layers or 1, n_heads or 1, T_q, T_k)."""
    n_queries, n_keys = array.shape[2:]
    if mask is None:
        return np.ones((1, 1, n_queries, n_keys), dtype=bool)
    given = np.asarray(mask)
    if given.dtype != bool:
        raise ValueError(
            f"{NAME}: a mask is boolean, True = may attend; this one has dtype {given.dtype}. "
            "Write mask.astype(bool), if 1 means that a query may attend."
        )
    four = given.reshape((1,) * (4 - given.ndim) + given.shape) if given.ndim < 4 else given
    try:
        np.broadcast_to(four, array.shape)
        allowed = np.broadcast_to(four, (*four.shape[:2], n_queries, n_keys))
    except ValueError:
        raise ValueError(
            f"{NAME}: the mask has shape {given.shape} and the weights {array.shape}; the mask "
            "must broadcast to the weights. For one text, write mask[0]."
        ) from None
    hidden = np.where(allowed, 0, array) > 1e-3
    if hidden.any():
        where = tuple(int(n) for n in np.argwhere(hidden)[0])
        raise ValueError(
            f"{NAME}: the mask hides a key that has weight: {weight_name(where)} is "
            f"{array[where]:.4g}. In this course True = may attend; is the mask the wrong way "
            "round, or not the one that the softmax had?"
        )
    return allowed


def chosen_head(head: int | tuple[int, int], n_layers: int, n_heads: int) -> tuple[int, int]:
    pair = (0, head) if isinstance(head, (int, np.integer)) else tuple(head)
    if len(pair) != 2 or not (0 <= pair[0] < n_layers and 0 <= pair[1] < n_heads):
        raise ValueError(
            f"{NAME}: head is {head}, but there are {n_layers} blocks of {n_heads} heads. Pass "
            "(block, head), both counted from 0."
        )
    return int(pair[0]), int(pair[1])


def chosen_query(query: int | str, tokens: list[str]) -> int:
    if isinstance(query, str):
        found = [i for i, token in enumerate(tokens) if query in (token, token.strip())]
        if not found:
            raise ValueError(
                f"{NAME}: the query {query!r} is none of the tokens. Pass a token of the text, or "
                "its index."
            )
        return found[0]
    if not -len(tokens) <= query < len(tokens):
        raise ValueError(
            f"{NAME}: query {query} is not there: the text has {len(tokens)} tokens, so that it "
            f"goes from 0 to {len(tokens) - 1}."
        )
    return int(query) % len(tokens)


def names(names: Sequence[str] | None, count: int, what: str) -> list[str]:
    listed = [str(name) for name in names or []]
    if names is not None and len(listed) != count:
        raise ValueError(f"{NAME}: {len(listed)} {what} were given for {count}.")
    return listed
