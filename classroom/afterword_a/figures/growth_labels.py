"""Questions, tokens and shares as the figures of a training write them."""

from __future__ import annotations


def percent(share: float) -> str:
    """Return a share as a whole percentage, rounded down: what is not yet 90% does not say so."""
    return f"{int(100 * share + 1e-9)}%"


def short(token: str) -> str:
    """Return a token as a narrow label."""
    return token[:3] if token.isalpha() else token


def compact(tokens: list[str]) -> str:
    """Return a question as it is written: Max(3 8 4) →."""
    return " ".join(tokens).replace(" ( ", "(").replace(" )", ")")
