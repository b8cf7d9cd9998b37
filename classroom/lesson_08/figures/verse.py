"""The figure of what a model wrote, with what its training came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classroom.plots import mpl
from classroom.plots.text_picture import leaf


def verse_page(
    verse: str, seen: float, lowest: Mapping[str, Any], last: Mapping[str, Any], clipped: float
) -> mpl.Figure:
    """Write the verse on a page; its title gives the losses and the share of long gradients.

    Parameters
    ----------
    verse : str
    seen : float
        Loss on the training part at the end, in nats.
    lowest, last : dict
        The evaluations on the held-out part with the lowest loss, and at the end.
    clipped : float
        Share of the gradients that were clipped.
    """
    return leaf(
        verse,
        f"After {last['step']} steps: {seen:.2f} nats a character on what it has seen, "
        f"{last['loss']:.2f} on what it has not (at best {lowest['loss']:.2f}, step "
        f"{lowest['step']}); {clipped:.0%} of the gradients were clipped",
    )
