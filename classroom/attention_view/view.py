"""The view: the picture, the data and the script as one piece of HTML."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from classroom.attention_view import checks, packing
from classroom.attention_view.content import Content
from classroom.attention_view.flow import flow, is_characters, shown, spoken
from classroom.plots.display import CARD, ON_CARD, show

LEAST_WIDTH = 686
"""Pixels below which the picture does not shrink: its smallest letters would fall below 9."""


def attention_view(
    tokens: Sequence[str],
    weights: Any,
    mask: Any = None,
    head: int | tuple[int, int] = (0, 0),
    query: int | str = -1,
    key_tokens: Sequence[str] | None = None,
    title: str = "",
    block_names: Sequence[str] | None = None,
    head_names: Sequence[str] | None = None,
) -> AttentionView:
    """Show attention over a text, to be read with the pointer or with the arrow keys.

    Point at a word to see what it attends to: as shades and percentages on the words, as lines, and
    as a row of the head's matrix. A click keeps the word. All heads of all blocks are shown small,
    to be chosen from.

    Parameters
    ----------
    tokens : sequence of str, length T_q
        The text of the queries; in self-attention that of the keys, too. A token that ends in a
        line break ends its line.
    weights : array_like, shape (n_layers, n_heads, T_q, T_k) or (n_heads, T_q, T_k)
        What the softmax returned, for one text.
    mask : bool ndarray that broadcasts to the weights, optional
        True = may attend. Masked keys are hatched.
    head : (int, int) or int
        Block and head to begin with, as indices of `weights`.
    query : int or str
        The query to begin with, as an index or as a token, of which the first is taken.
    key_tokens : sequence of str, length T_k, optional
        The other text, in cross-attention.
    title : str
        The finding.
    block_names, head_names : sequence of str, optional
        "1", "2", … by default.

    Returns
    -------
    AttentionView
        As the last line of a cell it displays itself.

    Raises
    ------
    ValueError
        If shapes do not fit, or a weight is none, or the mask hides a key that has weight.
    """
    array = checks.checked_weights(weights)
    n_layers, n_heads, n_queries, n_keys = array.shape
    queries = checks.checked_tokens(tokens, n_queries, "tokens", "T_q", array.shape)
    keys = None
    if key_tokens is not None:
        keys = checks.checked_tokens(key_tokens, n_keys, "key_tokens", "T_k", array.shape)
    elif n_queries != n_keys:
        raise ValueError(
            f"{checks.NAME}: the weights have {n_queries} queries and {n_keys} keys, so the keys "
            "are another text than the queries. Pass their tokens as key_tokens."
        )
    allowed = checks.checked_mask(mask, array)
    checks.check_sums(array)
    return AttentionView(
        queries,
        keys,
        packing.to_bytes(array),
        allowed,
        checks.chosen_head(head, n_layers, n_heads),
        checks.chosen_query(query, queries),
        title,
        checks.names(block_names, n_layers, "block_names") or None,
        checks.names(head_names, n_heads, "head_names") or None,
        np.ndim(weights) == 4,
    )


class AttentionView(Content):
    """Attention over a text that displays itself."""

    @cached_property
    def png(self) -> bytes:
        """The picture for those who read it where no script runs."""
        from classroom.attention_view.still import draw

        return draw(self)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, in CSS pixels."""
        width, height = (int.from_bytes(self.png[at : at + 4], "big") for at in (16, 20))
        return width // 2, height // 2

    def config(self) -> dict[str, Any]:
        """Return the text and the shapes, as the script needs them: no number that was measured."""
        masked = not self.allowed.all()
        return {
            "shape": list(self.steps.shape),
            "masks": list(self.allowed.shape[:2]) if masked else None,
            "queries": _text(self.queries),
            "keys": None if self.keys is None else _text(self.keys),
            "blockNames": self.block_names,
            "headNames": self.head_names,
            "hasBlocks": self.has_blocks,
        }

    def to_html(self) -> str:
        """Return the view as one piece of HTML that asks no host for anything.

        What was measured stands in the one `<img>`, which nbval does not compare: the picture, its
        alt text, the weights, and what is shown first, which may have been chosen by them.
        """
        masks = [self.allowed] if not self.allowed.all() else []
        width, height = self.size
        start = {"head": self.head, "query": self.query, "title": self.title}
        return (
            f'<div class="course-attention" data-view="{_attribute(self.config())}">'
            f'<div style="display: inline-block; {CARD}">'
            f'<img alt="{html.escape(" ".join(self.alt.split()))}" '
            f'width="{width}" height="{height}" style="{ON_CARD}; min-width: {LEAST_WIDTH}px" '
            f'src="data:image/png;base64,{b64encode(self.png).decode()}" '
            f'data-start="{_attribute(start)}" '
            f'data-weights="{packing.pack(self.steps, *masks)}"></div>'
            f"<style>{inlined('view.css')}</style><script>{script()}</script></div>"
        )

    def _ipython_display_(self, **_: Any) -> None:
        show(self)


def script() -> str:
    """Return the script, whose names no other script of the page can meet."""
    parts = map(inlined, ("helpers.js", "drawing.js", "view.js"))
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


@lru_cache
def inlined(name: str) -> str:
    """Return a file of this package without its comments and its indentation."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _attribute(value: dict[str, Any]) -> str:
    """Return JSON as the value of an attribute."""
    return html.escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _text(tokens: Sequence[str]) -> dict[str, Any]:
    """Return how tokens are shown, set and spoken; names that are only quoted are left out."""
    words = [shown(token) for token in tokens]
    names = {
        index: spoken(token)
        for index, token in enumerate(tokens)
        if spoken(token) != f"“{words[index]}”"
    }
    return {
        "words": words,
        "flow": flow(tokens),
        "names": names,
        "characters": is_characters(tokens),
    }
