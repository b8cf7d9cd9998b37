"""When a skill shows, and when it could be had."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.plots.curves import lines


def picture_of_add(steps: Any, exact: Any, close: Any, settled: Any) -> Any:
    """Draw how many sums are right, right to within 1, and right after the model has settled.

    Parameters
    ----------
    steps : array (steps,)
    exact, close, settled : arrays (steps,)
        Shares of the held-out sums; `settled` is nan where it was not measured.
    """
    ready = int(steps[np.flatnonzero(settled >= 0.9)[0]])
    shows = int(steps[(exact >= 0.9).argmax()])
    late = (steps >= 200) & (steps < 2500)
    return lines(
        steps[late],
        {"within 1": close[late], "settled": settled[late], "exact": exact[late]},
        title=f"Add shows at step {shows}, and could be had at step {ready}",
        x_label="step",
        y_label="share of the held-out sums",
        height=3.2,
    )
