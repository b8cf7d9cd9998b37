"""The figure of the gradient that reaches the bottom of stacks of different depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classroom.plots import mpl
from classroom.plots.curves import lines
from classroom.plots.labels import number


def bottom_gradient(depths: Sequence[int], bottom: Mapping[str, Sequence[float]]) -> mpl.Figure:
    """Draw the length of the gradient at the bottom over the number of blocks, a line a stack."""
    ends = "; ".join(f"{name} {number(lengths[-1])}" for name, lengths in bottom.items())
    figure = lines(
        depths,
        bottom,
        title=f"{depths[-1]} blocks, gradient 1 at the top; at the bottom: {ends}",
        x_label="blocks",
        y_label="length of the gradient at the bottom",
        log_x=True,
        log_y=True,
        markers=True,
    )
    (ax,) = figure.axes
    ax.set_xticks(list(depths), [str(depth) for depth in depths])
    ax.minorticks_off()
    return figure
