"""The tool that makes the notebooks: what it makes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import lesson_files  # noqa: F401  (puts tools/ on the path)
import make_lessons
import pytest
from lesson_text import LessonError, make_pair

TEXT = '''\
# %% [markdown]
# # A sample

# %% id="setup"
import os
from pathlib import Path

# %% id="ex-double" tags=["exercise"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice = x + x
    ### END SOLUTION
    for _ in range(1):
        ### BEGIN SOLUTION
        return twice
        ### END SOLUTION


# %% id="ex-triple" tags=["exercise", "faded"]
def triple(x):
    """Three times x."""
    ### BEGIN SOLUTION
    ### STUB: twice = ...  # blank 1
    ### STUB: if x:
    ### STUB:     return ...  # blank 2
    twice = 2 * x
    return twice + x
    ### END SOLUTION


# %% tags=["lesson-only"]
print("a lesson")

# %% tags=["solution-only"]
print("a solution")

# %%
print(Path.cwd().name, os.environ["OMP_NUM_THREADS"], "COURSE_WORK" in os.environ)

# %%
print(Path.cwd().name, os.environ["OMP_NUM_THREADS"], "COURSE_WORK" in os.environ)
'''

STUBS = {
    "ex-double": '''\
def double(x):
    """Twice x."""
    # YOUR CODE HERE
    raise NotImplementedError
    for _ in range(1):
        # YOUR CODE HERE
        raise NotImplementedError''',
    "ex-triple": '''\
def triple(x):
    """Three times x."""
    twice = ...  # blank 1
    if x:
        return ...  # blank 2''',
}
SOLVED = {
    "ex-double": '''\
def double(x):
    """Twice x."""
    twice = x + x
    for _ in range(1):
        return twice''',
    "ex-triple": '''\
def triple(x):
    """Three times x."""
    twice = 2 * x
    return twice + x''',
}

NAME = "01_embeddings"  # the notebooks of lesson 1


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one lesson, and the path of its text."""
    text_of(tmp_path).parent.mkdir(parents=True)
    text_of(tmp_path).write_text(TEXT)
    return tmp_path


def text_of(course: Path) -> Path:
    return course / "classroom" / "lesson_01" / "text.py"


def build(course: Path) -> dict[str, bytes]:
    make_lessons.build(NAME, text_of(course), course)
    return {path.parent.name: path.read_bytes() for path in course.glob("*/*.ipynb")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    course = tmp_path_factory.mktemp("course")
    text_of(course).parent.mkdir(parents=True)
    text_of(course).write_text(TEXT)
    return {folder: content.decode() for folder, content in build(course).items()}


def write(course: Path, built: dict[str, str]) -> None:
    for folder, content in built.items():
        (course / folder).mkdir()
        (course / folder / "01_embeddings.ipynb").write_text(content)


def sources(notebook) -> dict[str, str]:
    return {cell["id"]: cell["source"] for cell in notebook["cells"]}


def test_reader_writes_what_stands_between_the_markers() -> None:
    pair = make_pair(TEXT)
    lesson, solution = sources(pair["lessons"]), sources(pair["solutions"])
    assert {key: lesson[key] for key in STUBS} == STUBS
    assert {key: solution[key] for key in SOLVED} == SOLVED
    for name, notebook in pair.items():
        assert "###" not in str(sources(notebook)), name


def test_the_two_differ_only_where_they_are_meant_to() -> None:
    lesson, solution = (sources(notebook) for notebook in make_pair(TEXT).values())
    assert lesson.keys() - solution.keys() == {"print-a-lesson"}
    assert solution.keys() - lesson.keys() == {"print-a-solution", "saving-off"}
    both = lesson.keys() & solution.keys()
    assert {key for key in both if lesson[key] != solution[key]} == set(STUBS)


def test_solved_notebook_turns_saving_off_first() -> None:
    code = [cell for cell in make_pair(TEXT)["solutions"].cells if cell.cell_type == "code"]
    assert code[0].id == "saving-off"
    assert code[0].source.endswith("\nsaving_off()")


def test_missing_ids_are_made_from_the_text_and_stay() -> None:
    ids = [cell.id for cell in make_pair(TEXT)["lessons"].cells]
    assert ids[0] == "a-sample"
    assert ids[-1] == ids[-2] + "-2"
    longer = make_pair(TEXT.replace("# %% id=", "# %% [markdown]\n# New.\n\n# %% id=", 1))
    assert [cell.id for cell in longer["lessons"].cells if cell.id != "new"] == ids


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    twice = x + x\n    ### END SOLUTION\n", "", "out of place"),
        ("    ### BEGIN SOLUTION\n    twice = x + x", "    twice = x + x", "END SOLUTION"),
        ("        ### END SOLUTION\n", "", "without"),
        ("    twice = x + x\n", "", "a solution is empty"),
        (' tags=["exercise"]', "", "go together"),
        ('id="setup"', 'id="setup" tags=["exercise"]', "go together"),
        ('id="ex-triple"', 'id="ex-double"', "two cells have the id ex-double"),
        ('print("a lesson")', "", "is empty"),
        ("    twice = 2 * x\n", "    ### end solution\n", "not a marker"),
    ],
)
def test_text_that_breaks_a_rule_is_refused(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(LessonError, match=said):
        make_pair(TEXT.replace(old, new, 1))


def test_two_builds_are_equal_and_in_step(course: Path) -> None:
    first = build(course)
    assert first.keys() == {"lessons", "solutions"}
    assert build(course) == first
    assert list(make_lessons.out_of_step(course)) == []
    for folder, content in first.items():
        notebook = json.loads(content)
        assert notebook["metadata"]["language_info"] == {"name": "python"}
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
        assert code[-1]["outputs"][0]["text"] == [f"{folder} 1 True\n"]


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("import os", "import os, sys", "differs from its text in: setup"),
        ('"id": "setup"', '"id": "start"', "differs from its text in: setup, start"),
        ('"nbformat": 4', '"nbformat":  4', "saved by something other"),
        ('"execution_count": 2', '"execution_count": 12', "not run from top to bottom"),
        ('"name": "stdout"', '"name": "stderr"', "stderr"),
        ('"name": "python"\n', '"name": "python", "version": "3.11"\n', "metadata"),
    ],
)
def test_a_hand_edited_notebook_is_found(
    course: Path, built: dict[str, str], folder: str, old: str, new: str, said: str
) -> None:
    write(course, built)
    assert list(make_lessons.out_of_step(course)) == []
    path = course / folder / "01_embeddings.ipynb"
    assert old in built[folder]
    path.write_text(built[folder].replace(old, new, 1))
    problems = list(make_lessons.out_of_step(course))
    assert any(f"{folder}/01_embeddings.ipynb" in line and said in line for line in problems), (
        problems
    )


def test_missing_and_orphaned_notebooks_are_found(course: Path, built: dict[str, str]) -> None:
    assert len(list(make_lessons.out_of_step(course))) == 2
    (course / "lessons").mkdir()
    (course / "lessons" / "07_gone.ipynb").write_text(built["lessons"])
    assert "lessons/07_gone.ipynb: no text in classroom/" in list(make_lessons.out_of_step(course))
    with pytest.raises(LessonError, match="no lesson 77"):
        make_lessons.texts(course, ["77"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings; warnings.warn('careful')", "stderr"),
        ("print(Path.cwd())", "a path"),
        ("object()", "a memory address"),
    ],
)
def test_a_cell_that_may_not_be_stored_stops_the_build(
    course: Path, built: dict[str, str], line: str, said: str
) -> None:
    write(course, built)
    text = text_of(course)
    text.write_text(TEXT + f'\n# %% id="bad" tags=["solution-only"]\n{line}\n')
    with pytest.raises(LessonError, match=said) as refused:
        make_lessons.build(NAME, text, course)
    assert "solutions/01_embeddings.ipynb: cell bad" in str(refused.value)
    if said == "ZeroDivisionError":
        assert line in str(refused.value)
    assert {path.parent.name: path.read_text() for path in course.glob("*/*.ipynb")} == built
    assert not list(course.glob("*/*.new"))
