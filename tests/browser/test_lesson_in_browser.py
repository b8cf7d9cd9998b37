"""Lesson 2 as a reader sees it: JupyterLab in a browser, real clicks, real keys, a real drag."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import lesson_files as files
import numpy as np
import pytest
from lab import LATENCY, jupyterlab
from looking import shown

from classroom.exercises.grade import grade

LESSON = "02_attention"
STEPS = 30
#: What else runs on the machine can only make a drag slower, so the first fast one counts.
DRAGS = 3
#: Milliseconds, 95th percentile. Where more processes want to run than there are processors, each
#: waits for the others; then as many times more are allowed as there are takers for a processor.
LIMIT = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def notebook(page, folder: Path, screenshots: Path | None):
    """The lesson, opened, and run with Run > Run All Cells."""
    from notebook_page import NotebookPage

    with jupyterlab(folder) as (address, token):
        notebook = NotebookPage(page, address, token, f"{LESSON}.ipynb")
        notebook.screenshot(screenshots, "1-opened")
        notebook.run_all(timeout=120)
        notebook.screenshot(screenshots, "2-run")
        yield notebook


def exercise(name: str) -> tuple[str, str, str]:
    """The ids of an exercise's cell and of its check's cell, and the solved source."""
    cells = files.stored(LESSON, "lessons").cells
    (at,) = (
        i
        for i, cell in enumerate(cells)
        if files.has_tag(cell, "exercise") and files.exercise_name(cell) == name
    )
    solved = next(c for c in files.stored(LESSON, "solutions").cells if c.id == cells[at].id)
    return cells[at].id, cells[at + 1].id, solved.source


EXPLORERS = [cell.id for cell in files.explorer_cells(files.made(LESSON, "lessons"))]


def test_every_cell_has_run_without_an_error(notebook) -> None:
    lesson = files.stored(LESSON, "lessons")
    assert notebook.ids() == [cell.id for cell in lesson.cells]
    for cell in files.code_cells(lesson):
        assert notebook.count(cell.id) is not None
        kinds = {output["output_type"] for output in notebook.outputs(cell.id)}
        assert "error" not in kinds, notebook.outputs(cell.id)


def test_explorers_come_alive(notebook) -> None:
    assert EXPLORERS
    for cell_id in EXPLORERS:
        cell = notebook.cell(cell_id)
        assert cell.wait_for_selector(".widget-image, img.jupyter-widgets")
        assert len(shown(cell)) == 1, "the static picture is shown as well"


@pytest.mark.parametrize("cell_id", EXPLORERS)
def test_slider_moves_the_picture(
    notebook, cell_id: str, screenshots: Path | None, record_property: Callable
) -> None:
    from notebook_page import drag, fingerprint

    cell = notebook.cell(cell_id)
    image = cell.wait_for_selector("img >> visible=true")
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    for _ in range(DRAGS):
        before = fingerprint(image)
        times = drag(notebook.page, cell, image, STEPS)
        notebook.screenshot(screenshots, f"3-dragged-{cell_id}")
        assert fingerprint(image) != before
        median, high = np.percentile(times, [50, 95])
        if high < LIMIT:
            break
    line = (
        f"{cell_id}: median {median:.0f} ms, 95th percentile {high:.0f} ms "
        f"(n = {len(times)}, load {load:.1f} on {processors} processors)"
    )
    record_property(LATENCY, line)
    assert high < LIMIT * max(1.0, load / processors), line


WRONG = {
    "no_max": """\
def softmax(x, axis=-1):
    e = np.exp(x)
    out = e / e.sum(axis=axis, keepdims=True)
    return out, (out, axis)
""",
    "no_axis": """\
def softmax(x, axis=-1):
    e = np.exp(x - x.max())
    out = e / e.sum()
    return out, (out, axis)
""",
}


def plain(text: str) -> str:
    """Return a text without the marks of code, which the page draws, on one line."""
    return " ".join(text.replace("`", "").split())


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_answer_is_told_which_mistake_it_is(
    notebook, mistake: str, screenshots: Path | None
) -> None:
    cell_id, check_id, _ = exercise("softmax")
    source = WRONG[mistake].rstrip()
    namespace: dict = {"np": np}
    exec(source, namespace)
    with np.errstate(all="ignore"):
        report = grade("softmax", namespace["softmax"])
    assert report.outcome == "not yet"
    assert report.mistake, "this mistake is not in the catalogue"

    notebook.fill_in(cell_id, source)
    notebook.run(check_id)
    notebook.cell(cell_id)
    notebook.screenshot(screenshots, f"4-{mistake}")
    assert plain(report.message) in plain(notebook.text_below(check_id))


def test_a_right_answer_is_right_and_saved(
    notebook, folder: Path, screenshots: Path | None
) -> None:
    cell_id, check_id, solved = exercise("softmax")
    assert list((folder / "work").rglob("softmax.py")) == []
    notebook.fill_in(cell_id, solved)
    notebook.run(check_id)
    notebook.cell(cell_id)
    notebook.screenshot(screenshots, "5-right")
    said = plain(notebook.text_below(check_id))
    assert "right" in said.lower()
    assert "not yet" not in said.lower()
    assert len(list((folder / "work").rglob("softmax.py"))) == 1
