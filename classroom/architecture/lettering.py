"""Letters of the drawing: the course's names with their subscripts, and how wide they are."""

from __future__ import annotations

import re

SIZE = 12
"""Pixels of every letter that is no subscript, in the wide layout and in the narrow one."""

SMALL = 0.75
"""Size of a subscript, as a share of the letter before it."""

_NAME = re.compile(r"(?<![A-Za-z_])([A-Za-z])_([A-Za-z0-9]+)")
_WIDTHS = {
    0.30: "ijlIJ',. ·",
    0.36: "f-/:;\\|",
    0.42: "rt!()[]ᵀ",
    0.54: 'cszL*?_`–"',
    0.60: "aekovxyFPYTγ",
    0.66: "0123456789bdghnpquEKS√αβ",
    0.75: "ABCRUVXZ",
    0.80: "DGHNOQ&",
}
_WIDE = 0.86
_EM = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_CAPS = 1.03
_EM |= dict.fromkeys("mMWw@%½—", _CAPS)


def runs(text: str) -> list[tuple[str, bool]]:
    """Cut a text into runs of letters, each with whether it is a subscript.

    >>> runs("(B, d_model)"), runs("vocab_size")
    ([('(B, d', False), ('model', True), (')', False)], [('vocab_size', False)])
    """
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _NAME.finditer(text):
        found.append((text[end : match.end(1)], False))
        found.append((match[2], True))
        end = match.end()
    return [*found, (text[end:], False)] if end < len(text) else found


def width_of(text: str, bold: bool = False) -> float:
    """Return at most how many pixels a line takes, whatever the font of the page.

    The widths are those of DejaVu Sans, wider than what pages use; so a layout is the same on every
    machine, and no font has to be loaded.
    """
    ems = sum(
        _EM.get(letter, _WIDE) * (SMALL if lowered else 1.0)
        for run, lowered in runs(text)
        for letter in run
    )
    return ems * SIZE * (1.14 if bold else 1.0)
