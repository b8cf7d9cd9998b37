"""How lesson 5 measures: texts that were written, multiplications, and what a search kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.exercises.swap import using
from classroom.plots.tables import Table, table
from course_lib import attention, decoding, layers, model


def structure(text: str, width: int = 12) -> tuple[int | None, int]:
    """Return where the first window stands that comes again, and after how many characters.

    >>> structure("abXcdXcdXcd", width=3)
    (2, 3)
    >>> structure("abcdef", width=3)
    (None, 0)
    """
    seen: dict[str, int] = {}
    for t in range(len(text) - width + 1):
        start = seen.setdefault(text[t : t + width], t)
        if start < t:
            return start, t - start
    return None, 0


def structures(texts: Mapping[str, str]) -> Table:
    """Lay out, for each prompt, when its text comes back, and what it then repeats."""
    rows: dict[str, list[Any]] = {"prompt": [], "comes back after": [], "and then repeats": []}
    for prompt, text in texts.items():
        start, n = structure(text)
        rows["prompt"].append(repr(prompt))
        rows["comes back after"].append(None if start is None else start + n)
        rows["and then repeats"].append("" if start is None else repr(text[start : start + n]))
    return table(rows)


def moved_by_each_word(
    vectors: Callable[..., Any], pool: Callable[..., Any], ids: np.ndarray, other: int
) -> np.ndarray:
    """Return how far each pooled vector moves when one word is replaced.

    Parameters
    ----------
    vectors : callable
        From ids (1, T) to vectors (1, T, d_model).
    pool : callable
        Such as the reader's.
    ids : int ndarray, shape (T,)
    other : int
        What each word is replaced by in turn.

    Returns
    -------
    ndarray, shape (4, T)
        A row for each of `WAYS`, relative to the length of the pooled vector.
    """
    moved = np.zeros((len(WAYS), len(ids)))
    x = vectors(ids[None])
    for t in range(len(ids)):
        changed = ids.copy()
        changed[t] = other
        x_changed = vectors(changed[None])
        for row, how in enumerate(WAYS):
            before = pool(x, how)[0]
            difference = np.linalg.norm(pool(x_changed, how)[0] - before)
            moved[row, t] = difference / np.linalg.norm(before)
    return moved


WAYS = ("first", "mean", "last", "max")
"""The ways of pooling."""


class Counter:
    """Counts the multiplications of everything that runs inside `with using(**counter.parts())`."""

    def __init__(self) -> None:
        self.count = 0
        self.linear, self.attend = layers.linear, attention.scaled_dot_product_attention

    def counted_linear(self, x, W, b=None):
        self.count += x.size * W.shape[1]
        return self.linear(x, W, b)

    def counted_attention(self, q, k, v, mask=None):
        self.count += q.size * k.shape[-2] * 2  # q @ k.T, and weights @ v
        return self.attend(q, k, v, mask)

    def parts(self) -> dict[str, Callable[..., Any]]:
        """Return what takes the place of the two functions that multiply."""
        return {
            "linear": self.counted_linear,
            "scaled_dot_product_attention": self.counted_attention,
        }


def steps_of(
    text: str, start: int, vocab: Any, params: Any, config: Any
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each character from `start` on the logits that it was drawn from, and the weights.

    The weights are (n_heads, len(text)), 0 where the model could not look.
    """
    for t in range(start, len(text)):
        begin = max(0, t - config.max_len)
        logits, cache = model.language_model(vocab.encode(text[begin:t])[None], params, config)
        looked = np.zeros((config.n_heads, len(text)))
        looked[:, begin:t] = model.attention_weights(cache)[0][0, :, -1]
        yield logits[0, -1], looked


def read_step_by_step(
    text: str, prompt: int, vocab: Any, params: Any, config: Any
) -> dict[str, Any]:
    """Read a text, its prompt at once and then one character a step, and return what was made.

    Returns
    -------
    dict
        q, k, v (T, d_k) and weights (T, T) of one head in the first block, the one whose largest
        weights are largest; counts (steps, 2), the multiplications of the model in each step,
        without the key-value cache and with it.
    """
    ids = vocab.encode(text)[None]
    _, cache = model.language_model(ids, params, config)
    last = next(part for part in reversed(cache) if isinstance(part, model.StackCache))
    made = last.blocks[0].attention.sublayer.attention
    head = int(made.weights[0].max(axis=-1).mean(axis=-1).argmax())
    counts: list[list[int]] = []
    models = [decoding.NextLogits(params, config, use_cache=kept) for kept in (False, True)]
    for read in range(prompt, len(text) + 1):
        counts.append([])
        for next_logits in models:
            counter = Counter()
            with using(**counter.parts()):
                next_logits(ids[:, :read])
            counts[-1].append(counter.count)
    parts = {name: getattr(made, name)[0, head] for name in ("q", "k", "v", "weights")}
    return {**parts, "counts": np.array(counts)}


class Listener:
    """Passes on to a NextLogits, and keeps the beams that it is asked about."""

    def __init__(self, next_logits: Any) -> None:
        self.next_logits = next_logits
        self.heard: list[np.ndarray] = []

    def __call__(self, ids: np.ndarray) -> np.ndarray:
        self.heard.append(ids)
        return self.next_logits(ids)

    def select(self, rows: np.ndarray) -> None:
        self.next_logits.select(rows)


def kept_beams(
    heard: Sequence[np.ndarray], start: int, vocab: Any, params: Any, config: Any
) -> list[list[tuple[tuple[str, ...], float]]]:
    """Return for each step the continuations that were kept, with their probabilities."""

    def probability(ids: np.ndarray) -> float:
        logits, _ = model.language_model(ids[None, :-1], params, config)
        p, _ = layers.softmax(logits[0])
        return float(np.prod([p[t - 1, ids[t]] for t in range(start, len(ids))]))

    return [
        [(tuple(vocab.decode(row[start:])), probability(row)) for row in beams]
        for beams in heard[1:]
    ]
