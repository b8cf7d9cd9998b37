"""The widget with the curves of a training that runs. Made by `live_training.live_training`."""

from __future__ import annotations

import time
from typing import Any

from classroom.explore.box import PictureBox
from classroom.plots import mpl
from classroom.plots.display import alt_text, picture_html, size_in_pixels, to_png
from classroom.plots.training_curves import training_curves
from course_lib.training.run import History


class LiveTraining(PictureBox):
    """The curves of a run, drawn anew after each evaluation, but at most every `pause` seconds.

    It is the `callback` of `train`.
    """

    def __init__(self, name: str, total_steps: int, accuracy: bool = True, pause: float = 0.5):
        self.name, self.total_steps, self.accuracy = name, total_steps, accuracy
        self.history: Any = History()
        self.pause, self._drawn = pause, 0.0
        super().__init__([], [], f"The training of {name}")
        self.draw()

    def __call__(self, run: Any, evaluation: Any) -> None:
        """Take what was measured up to now, and draw it."""
        self.history = run.history
        if time.monotonic() - self._drawn >= self.pause:
            self.draw()

    def figure(self) -> mpl.Figure:
        """Return the picture as it stands."""
        return training_curves(self.history, self.total_steps, self.name, self.accuracy)

    def as_html(self) -> str:
        """Return the HTML of the picture as it stands, drawn finely."""
        return picture_html(self.figure())

    def draw(self) -> None:
        """Send the picture as it stands to the browser."""
        figure = self.figure()
        self.show_picture(to_png(figure), alt_text(figure), size_in_pixels(figure))
        self._drawn = time.monotonic()
