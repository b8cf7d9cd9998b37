"""Tokens and numbers put into words: visible whitespace, thinned labels, alt text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

_VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥", "": "∅"}


def visible(token: Any) -> str:
    """Return a token as a label, with whitespace made visible.

    >>> visible(" "), visible("raven"), visible("a b")
    ('␣', 'raven', 'a␣b')
    """
    text = str(token)
    if text in _VISIBLE:
        return _VISIBLE[text]
    return text.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")


def token_labels(labels: Sequence[Any] | None, length: int, name: str) -> list[str]:
    """Return a visible label for each of `length` positions; their numbers if `labels` is None.

    Raises
    ------
    ValueError
        If there is not exactly one label for each position.
    """
    if labels is None:
        return [str(position) for position in range(length)]
    found = [visible(label) for label in labels]
    if len(found) != length:
        raise ValueError(
            f"plots: {len(found)} labels were given in {name}, but that axis has {length} entries. "
            "Each row and each column needs exactly one label."
        )
    return found


def number(value: float, digits: int = 2) -> str:
    """Return a number to `digits` significant digits, without an exponent where one is not needed.

    >>> number(0.6249), number(1234.5), number(0.0), number(3e-7)
    ('0.62', '1200', '0', '3e-07')
    """
    value = float(value)
    if value == 0 or not np.isfinite(value):
        return "0" if value == 0 else str(value)
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e7:
        return f"{float(text):.0f}"
    return text


def decimals(value: float, digits: int = 2) -> str:
    """Return a number with some decimals, a real minus, and no minus before a zero.

    >>> decimals(-0.504), decimals(-0.001)
    ('−0.50', '0.00')
    """
    zero = f"{0:.{digits}f}"
    return f"{value:.{digits}f}".replace(f"-{zero}", zero).replace("-", "−")


def begin(title: str, kind: str) -> str:
    """Return the beginning of an alt text: the title as a sentence, then the kind of picture."""
    text = plain(title)
    return f"{text}{'' if text.endswith(('.', '?', '!')) else '.'} {kind}" if text else kind


def of(what: str, word: str = " of ") -> str:
    """Return what an axis measures as ' of …' for alt text, or nothing."""
    return f"{word}{plain(what)}" if what else ""


def plain(text: str) -> str:
    r"""Return a title without TeX, for alt text.

    >>> plain(r"why $1/\sqrt{d_k}$ matters")
    'why 1/sqrt(d_k) matters'
    """
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
    text = re.sub(r"\\(?:mathrm|mathbf|mathit|text)\{([^{}]*)\}", r"\1", text)
    text = text.replace(r"\times", "×").replace(r"\cdot", "·").replace(r"\ ", " ")
    return " ".join(re.sub(r"[${}\\]", "", text).split())


def every(count: int, room: float, needed: float) -> int:
    """Return n so that every n-th of `count` labels, `needed` inches each, fits into `room`."""
    if count == 0 or room <= 0:
        return 1
    return max(1, int(np.ceil(needed * count / room)))


def telling_rows(weights: np.ndarray, allowed: np.ndarray, count: int = 3) -> list[tuple[int, int]]:
    """Return (row, column) of the largest weight of the `count` rows that are most decided.

    A row that has no choice, with a single allowed key, comes last. Weights are rounded before
    they are ranked, so that ties do not depend on the last bit.
    """
    rounded = np.round(np.where(allowed, np.nan_to_num(weights, nan=0.0), -1.0), 6)
    best = rounded.argmax(axis=1)
    peaks = rounded[np.arange(len(rounded)), best]
    peaks = np.where(allowed.sum(axis=1) > 1, peaks, -1.0)
    rows = np.sort(np.argsort(-peaks, kind="stable")[:count])
    return [(int(row), int(best[row])) for row in rows]


def attention_sentences(
    weights: np.ndarray,
    allowed: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    count: int = 3,
) -> str:
    """Say which key the most decided query rows attend to most."""
    parts = [
        f"row '{rows[i]}' attends most to '{columns[j]}', {number(weights[i, j])}"
        for i, j in telling_rows(weights, allowed, count)
    ]
    return "; ".join(parts)
