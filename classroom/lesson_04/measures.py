"""How lesson 4 measures: what a changed word reaches, and where a decoder looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_lib import model
from course_lib.tasks import load_trained


def reach(heights: Callable[..., np.ndarray], ids: np.ndarray, other: int, mask: Any) -> np.ndarray:
    """Return how much each row changes at each height when one word is replaced.

    Parameters
    ----------
    heights : callable (ids, mask) -> ndarray, shape (n_layers + 1, T, d_model)
        The rows after the embedding and after each block.
    ids : int ndarray, shape (1, T)
    other : int
        What each word is replaced by in turn.
    mask : bool ndarray or None
        Handed on.

    Returns
    -------
    ndarray, shape (T, n_layers + 1, T)
        Entry (i, l, t): the change of row t after l blocks when word i is replaced, relative to
        its length, at most 1.
    """
    before = heights(ids, mask)
    found = []
    for word in range(ids.shape[1]):
        changed = ids.copy()
        changed[0, word] = other
        difference = np.linalg.norm(heights(changed, mask) - before, axis=-1)
        found.append(difference / np.linalg.norm(before, axis=-1))
    return np.minimum(found, 1.0)


class Copied(NamedTuple):
    """What a decoder wrote, and its cross-attention while it did.

    Parameters
    ----------
    read, written : list of str, length T_q
        At each step the token that was read last, and the one that was written.
    weights : ndarray, shape (n_heads, T_q, T_k)
    """

    read: list[str]
    written: list[str]
    weights: np.ndarray


def copied(preset: str, source: str) -> Copied:
    """Let a model of the task `copy` answer a source, and look at its cross-attention."""
    task, params = load_trained("copy", preset)
    answer = task.ask(params, source).text
    source_ids = task.vocabulary.encode(source)[None]
    target_ids = np.array([[task.vocabulary.bos_id, *task.vocabulary.encode(answer)]])
    logits, _ = model.encoder_decoder(source_ids, target_ids, params, task.config)
    weights = cross_attention((source_ids, target_ids), params, task.config)[0]
    written = [task.vocabulary.tokens[i] for i in logits[0].argmax(axis=-1)]
    return Copied(["<bos>", *answer.split()], written, weights)


def cross_attention(inputs: Any, params: Any, config: Any) -> np.ndarray:
    """Return the weights of the decoder's first block, (B, n_heads, T_q, T_k)."""
    source_ids, target_ids = inputs
    _, cache = model.encoder_decoder(source_ids, target_ids, params, config)
    return cache[1].blocks[0].cross_attention.sublayer.weights
