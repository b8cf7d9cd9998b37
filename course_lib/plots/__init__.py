"""Figures of the course: pure functions from data to a picture that knows its alt text.

Each returns a `Picture`. As the last line of a cell it displays itself; anywhere else, `show` it.
"""

from course_lib.plots.counts import bars, histogram
from course_lib.plots.curves import lines
from course_lib.plots.display import show
from course_lib.plots.heads import heads_grid
from course_lib.plots.heatmaps import attention_heatmap, heatmap
from course_lib.plots.points import scatter2d
from course_lib.plots.style import Picture

__all__ = [
    "Picture",
    "attention_heatmap",
    "bars",
    "heads_grid",
    "heatmap",
    "histogram",
    "lines",
    "scatter2d",
    "show",
]
