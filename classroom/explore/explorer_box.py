"""The widget of an explorer: controls above a picture. Made by `explorers.explorer`."""

from __future__ import annotations

import html
import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from classroom.explore.box import RED, PictureBox, note
from classroom.explore.controls import Control, IntSlider, Slider
from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.display import alt_text, picture_html, size_in_pixels, to_png

CACHE = 64
"""How many pictures an explorer keeps."""


class Explorer(PictureBox):
    """Sliders and choices above the picture that they move.

    The picture is redrawn in the kernel at every move. The browser sends the next move only when
    the kernel has answered the last, so a fast drag skips pictures instead of piling them up.
    """

    def __init__(self, figure_function: Callable[..., mpl.Figure], controls: dict[str, Control]):
        if not controls:
            raise ValueError(
                "explorer: give at least one control, such as scale=Slider(0, 1, 0.5)."
            )
        self._figure_function = figure_function
        self.controls = controls
        self._pngs: OrderedDict[tuple[Any, ...], tuple[bytes, str, tuple[int, int]]] = OrderedDict()
        self.inputs = {name: _widget(name, control) for name, control in controls.items()}
        self._align()
        drawn = self.render(**self.values)
        self.message = widgets.HTML("", layout={"margin": "0"})
        for widget in self.inputs.values():
            widget.observe(self._changed, names="value")
        name = ", ".join(
            f"{control.label or name} ({control.describe()})" for name, control in controls.items()
        )
        super().__init__([*self.inputs.values()], [self.message], f"Explorer: {name}")
        self.show_picture(*drawn)

    @property
    def values(self) -> dict[str, Any]:
        """The value of each control as it stands."""
        return {name: widget.value for name, widget in self.inputs.items()}

    @property
    def defaults(self) -> dict[str, Any]:
        """The value with which each control begins."""
        return {name: control.default for name, control in self.controls.items()}

    def figure(self, **values: Any) -> mpl.Figure:
        """Return the figure for some values; those not named keep their default."""
        unknown = sorted(set(values) - set(self.controls))
        if unknown:
            raise ValueError(
                f"explorer: there is no control named {', '.join(unknown)}; "
                f"the controls are {', '.join(self.controls)}."
            )
        return self._figure_function(**(self.defaults | values))

    def as_html(self) -> str:
        """Return the HTML of the picture that the explorer begins with, drawn finely."""
        return picture_html(self.figure())

    def ends(self) -> list[dict[str, Any]]:
        """Return the values at both ends of each control in turn, for tests."""
        return [{name: end} for name, control in self.controls.items() for end in control.ends]

    def render(self, **values: Any) -> tuple[bytes, str, tuple[int, int]]:
        """Return PNG, alt text and size for some values, from the cache if they were seen."""
        key = tuple(values[name] for name in self.controls)
        if key in self._pngs:
            self._pngs.move_to_end(key)
            return self._pngs[key]
        if isinstance(self._figure_function, Stage):
            drawn = self._figure_function.frame(**values)
        else:
            figure = self.figure(**values)
            drawn = (to_png(figure), alt_text(figure), size_in_pixels(figure))
        self._pngs[key] = drawn
        if len(self._pngs) > CACHE:
            self._pngs.popitem(last=False)
        return drawn

    def _changed(self, _: Any) -> None:
        try:
            drawn = self.render(**self.values)
        except Exception as error:
            self.message.value = note(html.escape(f"{type(error).__name__}: {error}"), RED)
            return
        self.show_picture(*drawn)
        if self.message.value:
            self.message.value = ""

    def _align(self) -> None:
        longest = max(len(widget.description) for widget in self.inputs.values())
        for widget in self.inputs.values():
            widget.style.description_width = f"{max(60, 7.2 * longest + 8):.0f}px"


def _decimals(step: float) -> int:
    """Return how many decimals tell two neighboring values of a slider apart."""
    return max(0, math.ceil(-math.log10(step) - 1e-9))


def _widget(name: str, control: Control) -> Any:
    """Return the widget for a control."""
    if not isinstance(control, Control):
        raise TypeError(
            f"explorer: the control {name} must be a Slider, an IntSlider or a Choice, "
            f"not {type(control).__name__}."
        )
    label = control.label or name.replace("_", " ")
    layout = widgets.Layout(width="620px", max_width="100%")
    if isinstance(control, IntSlider):
        return widgets.IntSlider(
            control.default, min=control.minimum, max=control.maximum, step=control.step,
            description=label, layout=layout,
        )  # fmt: skip
    if isinstance(control, Slider) and control.log:
        return widgets.FloatLogSlider(
            control.default, base=10, min=math.log10(control.minimum),
            max=math.log10(control.maximum), step=control.steps(), readout_format=".3r",
            description=label, layout=layout,
        )  # fmt: skip
    if isinstance(control, Slider):
        return widgets.FloatSlider(
            control.default, min=control.minimum, max=control.maximum, step=control.steps(),
            readout_format=f".{_decimals(control.steps())}f", description=label, layout=layout,
        )  # fmt: skip
    kind = widgets.SelectionSlider if control.slider else widgets.Dropdown
    return kind(options=control.pairs, value=control.default, description=label, layout=layout)
