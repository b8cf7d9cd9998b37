"""What a view shows: the text, the weights, and what is chosen first; with the words for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from classroom.attention_view.flow import spoken
from classroom.attention_view.sentence import query_sentence


def count(number: int, name: str, names: str = "") -> str:
    """Return a number with the name of what is counted."""
    return f"{number} {name if number == 1 else names or name + 's'}"


@dataclass
class Content:
    """Attention over a text, checked.

    Parameters
    ----------
    queries : list of str
    keys : list of str, or None
        None where they are the queries.
    steps : uint8 ndarray, shape (n_layers, n_heads, T_q, T_k)
        The weights, as `packing.to_bytes` makes them.
    allowed : bool ndarray, shape (n_layers or 1, n_heads or 1, T_q, T_k)
    head : (int, int)
    query : int
    title : str
    block_names, head_names : list of str, or None
    has_blocks : bool
        Whether a head is named with its block.
    """

    queries: list[str]
    keys: list[str] | None
    steps: np.ndarray
    allowed: np.ndarray
    head: tuple[int, int]
    query: int
    title: str
    block_names: list[str] | None
    head_names: list[str] | None
    has_blocks: bool

    def head_name(self, block: int, head: int) -> str:
        """Return how a head is called, both counted from 0."""
        named = self.head_names[head] if self.head_names else f"head {head + 1}"
        if not self.has_blocks:
            return named[:1].upper() + named[1:]
        where = self.block_names[block] if self.block_names else f"block {block + 1}"
        return f"{where[:1].upper()}{where[1:]}, {named}"

    @property
    def sentence(self) -> str:
        """What the chosen query attends to in the chosen head."""
        row = self.steps[self.head][self.query]
        names = [spoken(token) for token in self.queries]
        keys = names if self.keys is None else [spoken(token) for token in self.keys]
        return query_sentence(row, self.query, names, keys)

    @property
    def alt(self) -> str:
        """The alt text: the finding, what the chosen query attends to, and what else is shown."""
        n_layers, n_heads, n_queries, n_keys = self.steps.shape
        begin = f"{self.title}{'' if self.title.endswith(('.', '?', '!')) else '.'} "
        over = count(n_queries, "token")
        if self.keys is not None:
            over = f"{count(n_queries, 'query', 'queries')} and {count(n_keys, 'key')}"
        said = f"{self.head_name(*self.head)}, over {over}: {self.sentence}."
        hidden = int((~self.mask_of(self.head)[self.query]).sum())
        if hidden:
            said += f" {hidden} of {n_keys} keys are masked."
        if n_layers * n_heads > 1:
            blocks = f" in {n_layers} blocks" if n_layers > 1 else ""
            said += f" Shown small beside it: {n_layers * n_heads} heads{blocks}."
        return (begin if self.title else "Attention over a text. ") + said

    def mask_of(self, head: tuple[int, int]) -> np.ndarray:
        """Return which keys the queries of a head may attend to, bool (T_q, T_k)."""
        n_blocks, n_heads = self.allowed.shape[:2]
        return self.allowed[min(head[0], n_blocks - 1), min(head[1], n_heads - 1)]
