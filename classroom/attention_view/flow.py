"""How tokens stand on a line: what is shown of each, and what comes before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

GLUED, SPACE, LINE, BREAK = "g", "s", "n", "b"
"""Before a token: nothing; a space; a new line; nothing, but the line may break there."""

LONGEST = 30
"""Characters of a token that are shown."""

_CLOSES = re.compile(r"[,.;:!?)\]’”%]+|…|'\w{0,2}|n't|##.+", re.DOTALL)
_OPENS = re.compile(r"[(‘“]")
_DASH = re.compile(r"[-–—]+")

_SPOKEN = {
    "": "nothing", " ": "space", "\n": "line break", "\t": "tab", ",": "comma", ".": "full stop",
    ";": "semicolon", ":": "colon", "!": "exclamation mark", "?": "question mark",
    "-": "dash", "--": "dash", "–": "dash", "—": "dash", "'": "apostrophe", "’": "apostrophe",
    '"': "quotation mark", "“": "quotation mark", "”": "quotation mark",
    "(": "bracket", ")": "closing bracket",
}  # fmt: skip


def spoken(token: str) -> str:
    """Return how a sentence names a token: in quotation marks, or by the name of the sign.

    >>> spoken("raven"), spoken(" the"), spoken("lore\\n"), spoken(","), spoken("\\n")
    ('“raven”', '“the”', '“lore”', 'comma', 'line break')
    """
    if token in _SPOKEN:
        return _SPOKEN[token]
    word = token.strip()
    if word in _SPOKEN:
        return _SPOKEN[word] if word else "space"
    return f"“{shortened(word)}”"


def shown(token: str) -> str:
    """Return what stands in the text for a token: a space stays one, a line break is drawn.

    >>> shown("raven\\n"), shown("\\n"), shown(" the")
    ('raven', '⏎', 'the')
    """
    if token == "\n":
        return "⏎"
    if token and not token.strip():
        return "\u00a0"
    return shortened(token.strip()) or "∅"


def shortened(word: str) -> str:
    """Return a word, cut off where it would not fit on a line."""
    return word if len(word) <= LONGEST else word[: LONGEST - 1] + "…"


def is_characters(tokens: Sequence[str]) -> bool:
    """Tell whether a text was cut into characters, so that its spaces are tokens."""
    return all(len(token) <= 1 for token in tokens) and any(token.isspace() for token in tokens)


def flow(tokens: Sequence[str]) -> str:
    """Return one letter for each token: what stands before it.

    Characters follow each other without a space. Words are set as in print: nothing before a comma,
    after an opening quotation mark, or around a dash. A token that ends in a line break ends its
    line.

    >>> flow(["Quoth", "the", "raven", ",\\n", '"', "Nevermore", ".", '"'])
    'nssgnggg'
    """
    characters = is_characters(tokens)
    spaced = any(token[:1] == " " and token.strip() for token in tokens)
    before = []
    inside = False  # a pair of straight quotation marks
    glue_next = False
    for index, token in enumerate(tokens):
        word = token.strip() or token
        straight = word == '"'
        if characters:
            rule = BREAK if index and tokens[index - 1] in (" ", "\n") else GLUED
        elif spaced:
            rule = SPACE if token[:1] == " " else GLUED
        elif _CLOSES.fullmatch(word) or _DASH.fullmatch(word) or (straight and inside):
            rule = GLUED
        else:
            rule = GLUED if glue_next else SPACE
        if index == 0 or tokens[index - 1].endswith("\n"):
            rule = LINE
        before.append(rule)
        opens = _OPENS.fullmatch(word) or (straight and not inside)
        glue_next = bool(opens or _DASH.fullmatch(word))
        inside ^= straight
    return "".join(before)
