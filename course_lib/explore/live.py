"""A picture of a training that grows while it runs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from course_lib.explore.box import Box
from course_lib.plots.display import alt_text, bundle, in_notebook, size_in_pixels, to_png
from course_lib.plots.style import Picture
from course_lib.plots.training import training_curves
from course_lib.train import History


class LiveTraining(Box):
    """The curves of a run, drawn anew after each evaluation, but at most every `pause` seconds.

    It is the `callback` of `train`. Made by `live_training`.
    """

    def __init__(self, name: str, total_steps: int, accuracy: bool = True, pause: float = 0.5):
        self.name, self.total_steps, self.accuracy = name, total_steps, accuracy
        self.history: Any = History()
        self.pause, self._drawn = pause, 0.0
        self.image = widgets.Image(format="png", layout={"margin": "4px 0"})
        super().__init__([self.image], f"The training of {name}")
        self.draw()

    def __call__(self, run: Any, evaluation: Any) -> None:
        """Take what was measured up to now, and draw it."""
        self.history = run.history
        if time.monotonic() - self._drawn >= self.pause:
            self.draw()

    def figure(self) -> Picture:
        """Return the picture as it stands."""
        return training_curves(self.history, self.total_steps, self.name, self.accuracy)

    def draw(self) -> None:
        """Send the picture as it stands to the browser."""
        figure = self.figure()
        width, height = size_in_pixels(figure)
        with self.image.hold_sync():
            self.image.value = to_png(figure)
            self.image.width, self.image.height = str(width), str(height)
        self._drawn = time.monotonic()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture, about = bundle(self.figure())
        return data | picture, metadata | about


@contextlib.contextmanager
def live_training(task: Any, recipe: Any = None, accuracy: bool = True) -> Iterator[LiveTraining]:
    """Show the curves of a training while it runs; the last picture stays in the notebook.

    >>> with live_training(task) as watch:            # doctest: +SKIP
    ...     run = train(task, callback=watch)

    Parameters
    ----------
    task : Task
    recipe : Recipe, optional
        The task's own by default.
    accuracy : bool
        Show exact matches beside the loss; see `plots.training.training_curves`.
    """
    watch = LiveTraining(task.name, (recipe or task.recipe).steps, accuracy)
    handle = None
    if in_notebook():
        from IPython.display import display

        handle = display(watch, display_id=True)
    try:
        yield watch
    finally:
        watch.draw()
        if handle is not None:
            handle.update(watch)
        else:
            print(alt_text(watch.figure()))
