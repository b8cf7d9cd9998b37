"""A picture under the reader's hand: sliders and choices over a pure figure function."""

from __future__ import annotations

from collections.abc import Callable

from classroom.explore.controls import Control
from classroom.plots import mpl


def explorer(figure_function: Callable[..., mpl.Figure], **controls: Control):
    """Let the reader turn the arguments of a figure function.

    Parameters
    ----------
    figure_function : callable
        Takes the values of the controls as keyword arguments and returns a figure with alt text.
        It must be pure: the same values give the same figure, which is drawn only once.
    **controls : Slider, IntSlider or Choice
        One for each argument.

    Returns
    -------
    Explorer
        To be the last line of a cell. `.figure(**values)` is the figure itself, for tests.

    Raises
    ------
    ValueError
        If there are no controls, or the figure has no alt text.
    TypeError
        If a control is something else.

    Examples
    --------
    >>> explorer(lambda t: bars("abc", softmax(x / t)), t=Slider(0.1, 10, 1.0))  # doctest: +SKIP
    """
    from classroom.explore.explorer_box import Explorer

    return Explorer(figure_function, controls)
