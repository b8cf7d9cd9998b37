"""Hints come one after the other; solutions show the source and the way to the solved notebook."""

import ast
import inspect
import json
import textwrap
from pathlib import Path

import pytest

from classroom.exercises import own_answer
from classroom.exercises.check import check, hint, short_source, solution
from classroom.exercises.exercise import exercises
from classroom.exercises.grade import grade
from classroom.exercises.solutions import NOTEBOOKS
from course_lib import layers

ROOT = Path(layers.__file__).parents[1]


def imports_of(lesson: str) -> str:
    """What the first code cell of a lesson imports."""
    notebook = json.loads((ROOT / "lessons" / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    nodes = ast.parse("".join(cell["source"])).body
    return "\n".join(ast.unparse(n) for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom)))


@pytest.fixture(autouse=True)
def _nothing_was_shown_or_checked(monkeypatch) -> None:
    monkeypatch.setitem(hint.__globals__, "_shown", {})
    monkeypatch.setattr(own_answer, "_checked", {})


def test_hints_come_one_after_the_other_and_the_last_stays(toys, capsys) -> None:
    said = []
    for _ in range(4):
        hint("double")
        said.append(capsys.readouterr().out)
    assert said[0] == "double, hint 1 of 3:\n  first\n"
    assert said[1] == "double, hint 2 of 3:\n  second\n"
    assert said[2].startswith("double, hint 3 of 3:\n  third\n")
    assert 'solution("double")' in said[2]
    assert said[3] == said[2]


def test_each_exercise_counts_its_own_hints(toys, capsys) -> None:
    hint("double")
    hint("pairs")
    assert "pairs, hint 1 of 3" in capsys.readouterr().out


def test_the_function_itself_will_do(capsys) -> None:
    hint(layers.softmax)
    assert "softmax, hint 1 of" in capsys.readouterr().out


@pytest.mark.parametrize("tell", [hint, solution])
def test_an_unknown_name_lists_those_that_come_close(tell, capsys) -> None:
    tell("causal_msk")
    assert "no exercise called 'causal_msk'. Did you mean causal_mask?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_softmax", '`check(my_softmax, "softmax")` checks it as softmax.'),
        ("my_log_softmax", '`check(my_log_softmax, "log_softmax")` checks it as log_softmax.'),
        ("causal_msk", '`check(causal_msk, "causal_mask")` checks it as causal_mask.'),
        ("zzz", 'may be the second argument, such as `check(zzz, "softmax")`.'),
        ("<lambda>", "Give it a name with `def`."),
    ],
)
def test_a_function_of_another_name_is_told_how_it_is_checked(name, said, capsys) -> None:
    def answer(x):
        return x

    answer.__name__ = name
    assert check(answer) is answer
    assert said in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_a_solution_shows_its_source_and_the_solved_notebook(exercise, capsys) -> None:
    solution(exercise.name)
    out = capsys.readouterr().out
    assert f"def {exercise.name}(" in out
    assert f"solutions/{NOTEBOOKS[exercise.lesson]}.ipynb" in out


def test_a_docstring_is_cut_to_its_first_line() -> None:
    source = short_source(inspect.getsource(layers.layer_norm))
    assert source.count('"""') == 2
    assert "Parameters" not in source
    assert "return normalized * gamma + beta" in source or "return" in source
    compile(source, "source", "exec")


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_a_solution_that_is_copied_into_its_cell_is_right(exercise, capsys) -> None:
    solution(exercise.name)
    shown = capsys.readouterr().out
    source = textwrap.dedent(shown[shown.index("    def ") : shown.rindex("The lesson with")])
    names = {other.name: other.reference for other in exercises()}
    exec(imports_of(NOTEBOOKS[exercise.lesson]), names)
    exec(source, names)
    report = grade(exercise.name, names[exercise.name])
    assert report.outcome == "right", report.message
