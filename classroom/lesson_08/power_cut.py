"""A training that is cut off, and goes on from its checkpoint."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.training.loop import train


class PowerCut(Exception):
    """The run ends here, without a word."""


def train_with_power_cut(task: Any, at: int) -> tuple[Any, list[str]]:
    """Train until the evaluation at step `at`, then go on from the file that is there.

    The power goes before the checkpoint of that step is written, so that the last one is older.

    Returns
    -------
    run : Run
        The one that went on.
    entries : list of str
        What the file held.
    """

    def cut(run: Any, evaluation: Any) -> None:
        if run.step == at:
            raise PowerCut

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training.npz"
        try:
            train(task, checkpoint=path, callback=cut, progress=False)
        except PowerCut:
            with np.load(path) as file:
                entries = {name.removeprefix("arrays/").split("/")[0] for name in file.files}
        return train(task, checkpoint=path, resume=True, progress=False), sorted(entries)
