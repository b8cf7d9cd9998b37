"""Figures of the course: pure functions from data to a picture that knows its alt text.

Each returns a `Picture`. As the last line of a cell it displays itself; anywhere else, `show` it.
"""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "bar_charts": ["bars", "histogram"],
        "curves": ["lines"],
        "display": ["show"],
        "head_grids": ["heads_grid"],
        "heatmaps": ["attention_heatmap", "heatmap"],
        "picture": ["Picture"],
        "scatter": ["scatter2d"],
        "tables": ["table"],
    },
)
