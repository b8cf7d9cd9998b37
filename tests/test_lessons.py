"""The lessons: in step with their texts, graded as they should be, and complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import lesson_files as files
import pytest
from lesson_files import ROOT, TEXTS, make_lessons
from lesson_outputs import faults

from classroom.exercises.grade import grade
from classroom.exercises.solutions import NOTEBOOKS

LESSONS = sorted(TEXTS)
AFTERWORDS = tuple(name for part, name in NOTEBOOKS.items() if isinstance(part, str))
FOLDERS = ("lessons", "solutions")
EXERCISES = [
    pytest.param(name, cell.id, id=f"{name}-{cell.id}")
    for name in LESSONS
    for cell in files.exercise_cells(files.made(name, "lessons"))
]

each_lesson = pytest.mark.parametrize("name", LESSONS)
each_exercise = pytest.mark.parametrize(("name", "cell_id"), EXERCISES)
each_folder = pytest.mark.parametrize("folder", FOLDERS)


def test_all_lessons_are_there() -> None:
    assert set(NOTEBOOKS.values()) == set(LESSONS)


def test_notebooks_are_in_step_with_their_texts() -> None:
    assert list(make_lessons.out_of_step(ROOT)) == []


@each_exercise
def test_stub_is_not_started(name: str, cell_id: str) -> None:
    lesson, solved = (files.stored(name, folder) for folder in FOLDERS)
    function = files.function_of(lesson, cell_id, solved)
    report = grade(function.__name__, function)
    assert report.outcome == "not started", report.message


@each_exercise
def test_solution_is_right(name: str, cell_id: str) -> None:
    solved = files.stored(name, "solutions")
    function = files.function_of(solved, cell_id, solved)
    report = grade(function.__name__, function)
    assert report.outcome == "right", report.message


@each_exercise
def test_exercise_has_its_contract_and_its_check(name: str, cell_id: str) -> None:
    cells = files.stored(name, "lessons").cells
    (at,) = (i for i, cell in enumerate(cells) if cell.id == cell_id)
    function = files.exercise_name(cells[at])
    assert cells[at - 1].cell_type == "markdown"
    assert f"{function}" in cells[at - 1].source, "the contract above must name the function"
    after = [cell.source.strip() for cell in cells[at + 1 : at + 3]]
    assert f"{function} = check({function})" in after, "a cell of its own, or the second one after"
    docstring = ast.get_docstring(ast.parse(cells[at].source).body[0])
    assert docstring, "a reader needs a docstring in the stub"


@each_lesson
@each_folder
def test_outputs_are_fit_to_be_committed(name: str, folder: str) -> None:
    assert list(faults(files.stored(name, folder))) == []


@each_lesson
def test_header_says_what_a_reader_wants_to_know(name: str) -> None:
    first = files.stored(name, "lessons").cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    for label in ("You will build", "You need", "Time", "Cost"):
        assert re.search(rf"\*\*{label}[.:]?\*\*[.:]? +\S", first.source), f"no **{label}**"
    cost = first.source[first.source.index("**Cost") :]
    assert re.search(r"\d+ (s|seconds)\b", cost), "the cost must give seconds"
    assert re.search(r"\d+ MB", cost), "the cost must give MB"


@each_lesson
def test_lesson_has_all_that_a_lesson_has(name: str) -> None:
    lesson = files.stored(name, "lessons")
    called = [function for _, function, _ in files.calls(lesson)]
    short = name in AFTERWORDS
    assert len(files.exercise_cells(lesson)) >= (3 if short else 5)
    moved = len(files.explorer_cells(lesson)) + called.count("attention_view")
    assert moved >= (1 if short else 2)
    assert called.count("quiz") >= 1
    alt_texts = [alt for cell in lesson.cells for alt in files.pictures(cell)]
    assert any("heatmap" in alt.lower() for alt in alt_texts)
    faded = [cell for cell in files.code_cells(lesson) if files.has_tag(cell, "faded")]
    assert called.count("parsons") + len(faded) >= 1
    headings = {line for cell in lesson.cells for line in cell.source.splitlines()}
    assert {"## In real models", "## Sources"} <= headings


@each_lesson
def test_sources_are_given(name: str) -> None:
    lesson = files.stored(name, "lessons")
    prose = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    sources = prose.split("## Sources\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^[-*\d]", sources, re.MULTILINE)) >= 3
    assert re.search(r"\b(19|20)\d\d\b", sources), "a source has a year"


@each_lesson
def test_every_prediction_is_committed_before_it_is_revealed(name: str) -> None:
    at: dict[str, dict[str, int]] = {"predict": {}, "reveal": {}}
    for index, function, call in files.calls(files.stored(name, "lessons")):
        if function in at:
            key = ast.literal_eval(call.args[0])
            assert key not in at[function], f"{function}({key!r}) twice"
            at[function][key] = index
    assert at["predict"], "a lesson has at least one prediction"
    assert at["predict"].keys() == at["reveal"].keys()
    for key, index in at["predict"].items():
        assert index < at["reveal"][key], f"{key} is revealed in the cell that asks"


@each_lesson
@each_folder
def test_every_explorer_leaves_a_picture_for_those_without_a_kernel(name: str, folder: str) -> None:
    for cell in files.explorer_cells(files.stored(name, folder)):
        assert files.pictures(cell), f"cell {cell.id} stores no picture"


@each_lesson
@each_folder
def test_pictures_in_prose_have_alt_text(name: str, folder: str) -> None:
    for cell in files.stored(name, folder).cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"!\[\s*\]", cell.source), cell.id
            for image in re.findall(r"<img\b[^>]*>", cell.source):
                assert re.search(r"alt=[\"'][^\"']+", image), cell.id


@each_lesson
def test_running_a_solved_notebook_saves_nothing(name: str, tmp_path: Path) -> None:
    notebook = files.made(name, "solutions")
    make_lessons.run(notebook, ROOT / "solutions", tmp_path / "work")
    assert list((tmp_path / "work").rglob("*.py")) == []


@each_lesson
def test_a_half_solved_lesson_runs_and_saves_what_is_right(name: str, tmp_path: Path) -> None:
    lesson, solved = (files.made(name, folder) for folder in FOLDERS)
    answers = {cell.id: cell.source for cell in files.exercise_cells(solved)}
    done = []
    for cell in files.exercise_cells(lesson)[::2]:
        cell.source = answers[cell.id]
        done.append(files.exercise_name(cell))
    make_lessons.run(lesson, ROOT / "lessons", tmp_path / "work")
    saved = sorted(path.stem for path in (tmp_path / "work").rglob("*.py"))
    assert saved == sorted(done)
