"""A picture of a training that grows while it runs."""

from __future__ import annotations

import contextlib
from typing import Any

from classroom.plots.display import alt_text, in_notebook


@contextlib.contextmanager
def live_training(task: Any, recipe: Any = None, accuracy: bool = True):
    """Show the curves of a training while it runs; the last picture stays in the notebook.

    >>> with live_training(task) as watch:            # doctest: +SKIP
    ...     run = train(task, callback=watch)

    Parameters
    ----------
    task : Task
    recipe : Recipe, optional
        The task's own by default.
    accuracy : bool
        Show exact matches beside the loss; see `plots.training_curves`.
    """
    from classroom.explore.live_training_box import LiveTraining

    watch = LiveTraining(task.name, (recipe or task.recipe).steps, accuracy)
    handle = None
    if in_notebook():
        from IPython.display import display

        handle = display(watch.stored() | watch.view(), raw=True, display_id=True)
    try:
        yield watch
    finally:
        watch.draw()
        if handle is not None:
            handle.update(watch.stored(), raw=True)
        else:
            print(alt_text(watch.figure()))
