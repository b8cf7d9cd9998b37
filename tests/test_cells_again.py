"""A cell may be run again: twice in a row, and once more when the whole lesson has been run."""

from __future__ import annotations

import contextlib
import io
import os

import lesson_files as files
import pytest
from lesson_files import ROOT, TEXTS

from classroom.exercises import saving_off

#: Lessons whose trainings take a minute; they are run on demand (COURSE_SLOW=1).
SLOW = ("08_", "09_", "A_", "B_")


@pytest.mark.timeout(1200)  # three times a lesson, on a machine that may be busy
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_cell_can_be_run_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name.startswith(SLOW) and not os.environ.get("COURSE_SLOW"):
        pytest.skip("trains for a minute: COURSE_SLOW=1 runs it")
    monkeypatch.chdir(ROOT / "lessons")
    cells = files.code_cells(files.stored(name, "solutions"))
    namespace: dict = {"__name__": "__main__"}
    saving_off()

    def run(cell) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            files.execute(cell.source, f"<cell {cell.id}>", namespace)

    for cell in cells:
        for _ in range(2):
            try:
                run(cell)
            except Exception as error:
                pytest.fail(f"cell {cell.id}, run twice in a row: {type(error).__name__}: {error}")
    for cell in cells:
        try:
            run(cell)
        except Exception as error:
            pytest.fail(f"cell {cell.id}, run again at the end: {type(error).__name__}: {error}")
