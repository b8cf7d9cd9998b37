"""The figures of a decoder that copies: where it looks in the source while it writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.attention_view import AttentionView, attention_view
from classroom.plots import mpl
from classroom.plots.heatmaps import heatmap


def next_word_looked_at(
    weights: Any, read: Sequence[str], written: Sequence[str], source: Sequence[str], name: str
) -> AttentionView:
    """Show the cross-attention, and say in how many steps it is largest at the next word.

    Parameters
    ----------
    weights : array_like, shape (n_heads, T_q, T_k)
    read, written : sequence of str, length T_q
        At each step the token that was read last, and the one that was written.
    source : sequence of str, length T_k
        Its words are all different.
    name : str
        What the model does.

    Returns
    -------
    AttentionView
        It begins with the mean of the heads.
    """
    mean = np.asarray(weights).mean(axis=0)
    words = [word for word in written if word in source]
    looked_at = [source[k] for k in mean[: len(words)].argmax(axis=1)]
    found = sum(a == b for a, b in zip(looked_at, words, strict=True))
    return attention_view(
        [f"{before}→{after}" for before, after in zip(read, written, strict=True)],
        np.concatenate([mean[None], weights]),
        query=0,
        key_tokens=source,
        title=f"{name}, mean of {len(weights)} heads: in {found} of {len(words)} steps the largest "
        "weight is on the word that is written next",
        head_names=["mean", *(f"head {head + 1}" for head in range(len(weights)))],
    )


def first_look_by_length(
    weights: Any, lengths: Any, name: str, padding_visible: bool = False
) -> mpl.Figure:
    """Draw where the first step of writing looks, in the mean over sources of one length.

    Parameters
    ----------
    weights : array_like, shape (B, T_q, T_k)
    lengths : array_like of int, shape (B,)
        Words in each source.
    name : str
        Which model it is.
    padding_visible : bool
        Whether the places behind the source can be looked at.

    Returns
    -------
    Picture
    """
    first, lengths = np.asarray(weights)[:, 0], np.asarray(lengths)
    kinds, places = np.unique(lengths), np.arange(1, first.shape[1] + 1)
    by_length = np.array([first[lengths == n].mean(axis=0) for n in kinds])
    favorite = by_length.argmax(axis=1) + 1
    goes_to = "the last word" if not padding_visible else f"place {places[-1]}"
    there = kinds if not padding_visible else places[-1]
    return heatmap(
        by_length,
        [f"{n}\u00a0words" for n in kinds],
        list(places),
        title=f"{name}: at {(favorite == there).sum()} of {len(kinds)} lengths the first step "
        f"looks most at {goes_to}",
        x_label="place in the source",
        label="mean weight",
        vmin=0,
        vmax=1,
        mask=None if padding_visible else places <= kinds[:, None],
        height=1.5,
        width=7.0,
    )
