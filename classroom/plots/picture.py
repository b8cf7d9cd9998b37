"""The figure that every function of `classroom.plots` returns."""

from matplotlib.figure import Figure

from classroom.plots.display import show


class Picture(Figure):
    """A matplotlib figure that knows its alt text and displays itself as one PNG.

    It is never known to pyplot, so it cannot be displayed twice and needs no closing. `style.blank`
    makes one.
    """

    alt: str = ""

    def _ipython_display_(self, **_):
        show(self)
