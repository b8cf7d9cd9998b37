"""How far the same run goes apart over its seeds."""

from __future__ import annotations

from typing import Any

from classroom.plots.bar_charts import bars


def picture_of_ten_seeds(losses: Any) -> Any:
    """Draw the held-out losses of one run with several seeds, from their mean.

    Parameters
    ----------
    losses : array (seeds,)
    """
    return bars(
        range(len(losses)),
        losses - losses.mean(),
        title=f"The same run with {len(losses)} seeds: held-out losses from {losses.min():.3f} to "
        f"{losses.max():.3f}",
        x_label="seed",
        y_label="loss above the mean (nats)",
        highlight=[int(losses.argmin()), int(losses.argmax())],
        height=2.0,
    )
