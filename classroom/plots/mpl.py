"""The classes of matplotlib that figures call by name, each imported when it is first asked for.

    from classroom.plots import mpl

    ax.add_patch(mpl.Rectangle((0, 0), 1, 2))

Importing matplotlib takes half a second. No cell of a lesson waits for it before it draws.
"""

import importlib

MODULES = {
    "matplotlib": ["colormaps"],
    "matplotlib.artist": ["Artist"],
    "matplotlib.axes": ["Axes"],
    "matplotlib.backends.backend_agg": ["FigureCanvasAgg", "RendererAgg"],
    "matplotlib.cm": ["ScalarMappable"],
    "matplotlib.collections": ["LineCollection", "PathCollection"],
    "matplotlib.colors": ["ListedColormap"],
    "matplotlib.figure": ["Figure"],
    "matplotlib.font_manager": ["FontProperties"],
    "matplotlib.image": ["AxesImage"],
    "matplotlib.lines": ["Line2D"],
    "matplotlib.patches": ["Arc", "FancyBboxPatch", "PathPatch", "Rectangle"],
    "matplotlib.path": ["Path"],
    "matplotlib.text": ["Text"],
    "matplotlib.textpath": ["TextPath"],
    "matplotlib.ticker": ["MaxNLocator"],
    "matplotlib.transforms": ["Affine2D"],
}


def __getattr__(name):
    for module, names in MODULES.items():
        if name in names:
            value = globals()[name] = getattr(importlib.import_module(module), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; add it to MODULES")
