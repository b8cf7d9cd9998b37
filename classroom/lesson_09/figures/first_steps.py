"""The first hundred steps, with warm-up and without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classroom.plots.curves import lines


def picture_of_first_steps(beginnings: Mapping[str, Any]) -> Any:
    """Draw how much the logits depend on the text after each step of some runs.

    Parameters
    ----------
    beginnings : mapping of str to array (steps + 1,)
        "pre-norm", "post-norm", and both with " + warm-up".
    """
    left = {name: seen[1] / seen[0] for name, seen in beginnings.items()}
    return lines(
        range(len(next(iter(beginnings.values())))),
        beginnings,
        title=f"Without warm-up one step leaves {left['pre-norm']:.0%} (pre-norm) and "
        f"{left['post-norm']:.0%} (post-norm) of the dependence on the text",
        x_label="step",
        y_label="dependence on the text (std of logits)",
        log_y=True,
        height=3.4,
    )
