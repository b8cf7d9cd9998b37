"""A right answer is kept as a part of the reader's own model; a wrong one never is."""

import os
import textwrap

import numpy as np

from classroom.exercises import saved
from classroom.exercises.check import check
from classroom.exercises.exercise import find
from classroom.exercises.my_model import mine
from classroom.exercises.saved import saving_off
from course_lib import layers

from .notebook_cells import DOUBLE, SOFTMAX, cell, said


def right(name: str) -> str:
    return f"{name}: right, in all {len(find(name).make_cases())} cases."


def test_a_right_answer_is_saved_and_loaded(work, capsys) -> None:
    softmax = cell(SOFTMAX)
    assert check(softmax) is softmax
    assert "Saved. softmax is now a part of your own model." in said(capsys)
    text = (work / "softmax.py").read_text()
    assert text.startswith("# softmax, lesson 2")
    assert SOFTMAX.strip() in text
    own = mine()
    assert list(own) == ["softmax"]
    assert not own.refused
    assert own["softmax"](np.zeros(2))[0].tolist() == [0.5, 0.5]
    assert [path.name for path in work.iterdir()] == ["softmax.py"]


def test_a_saved_file_runs_as_it_stands(work, capsys) -> None:
    check(cell(SOFTMAX))
    space: dict = {}
    exec((work / "softmax.py").read_text(), space)
    assert space["softmax"](np.zeros(2))[0].tolist() == [0.5, 0.5]


def test_a_wrong_answer_and_a_stub_are_not_saved(work, capsys) -> None:
    check(cell(SOFTMAX.replace("x.max", "x.min")))
    check(cell("def softmax(x, axis=-1):\n    raise NotImplementedError\n"))
    check(layers.softmax)
    assert not work.exists()


def test_a_wrong_answer_does_not_touch_what_was_saved(work, capsys) -> None:
    check(cell(SOFTMAX))
    before = (work / "softmax.py").read_text()
    check(cell(SOFTMAX.replace("x.max", "x.min")))
    assert (work / "softmax.py").read_text() == before


def test_the_newest_right_answer_wins(work, capsys) -> None:
    check(cell(SOFTMAX))
    check(cell(SOFTMAX.replace("exps", "e")))
    assert "e / e.sum" in (work / "softmax.py").read_text()


def test_the_same_answer_is_not_written_again(work, capsys) -> None:
    check(cell(SOFTMAX))
    os.utime(work / "softmax.py", (1, 1))
    check(cell(SOFTMAX))
    assert (work / "softmax.py").stat().st_mtime == 1


def test_a_solved_notebook_saves_nothing(work, capsys) -> None:
    check(cell(SOFTMAX))
    before = (work / "softmax.py").read_text()
    capsys.readouterr()
    saving_off()
    check(cell(SOFTMAX.replace("exps", "e")))
    assert said(capsys) == right("softmax")
    assert (work / "softmax.py").read_text() == before


def test_a_crash_while_writing_leaves_the_old_file(work, capsys, monkeypatch) -> None:
    check(cell(SOFTMAX))
    before = (work / "softmax.py").read_text()

    def crash(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", crash)
    check(cell(SOFTMAX.replace("exps", "e")))
    assert "could not be saved" in said(capsys)
    assert (work / "softmax.py").read_text() == before
    assert len(list(work.iterdir())) == 1


def test_a_helper_from_another_cell_is_told_at_once(work, capsys) -> None:
    space = {"__name__": "__main__", "np": np}
    cell("def helper(x):\n    return np.exp(x)\n", space)
    softmax = cell(SOFTMAX.replace("np.exp(", "helper("), space)
    assert check(softmax) is softmax
    out = said(capsys)
    assert out.startswith(right("softmax"))
    assert "it uses `helper`, which is defined in another cell: move it inside" in out
    assert not work.exists()


def test_a_constant_and_an_import_of_another_cell_are_told(work, capsys) -> None:
    import itertools as it

    space = {"__name__": "__main__", "np": np, "TWO": 2.0, "it": it}
    check(
        cell("def softmax(x, axis=TWO - 3):\n    it.count()\n" + SOFTMAX.split(":\n", 1)[1], space)
    )
    out = said(capsys)
    # The default is -1.0, not -1: that is said first.
    assert "The default of axis should be -1" in out
    check(
        cell(
            "def softmax(x, axis=-1):\n    TWO, it.count()\n" + SOFTMAX.split(":\n", 1)[1],
            space,
        )
    )
    out = said(capsys)
    assert "it uses `TWO`, which is defined in another cell" in out
    assert "put `import itertools as it` inside the function" in out


def test_a_name_that_the_notebook_defines_otherwise(work, capsys, toys) -> None:
    space = {"__name__": "__main__", "np": np, "relu": lambda x: x}
    check(cell("def double(x, factor=2.0):\n    return relu(x) * factor, (x, factor)\n", space))
    out = said(capsys)
    assert "right in this notebook only. It uses `relu`" in out
    assert not work.exists()


def test_answers_may_use_the_course_and_other_exercises(work, capsys, toys) -> None:
    space = {"__name__": "__main__", "np": np, "layers": layers, "softmax": layers.softmax}
    source = """
        def double(x: np.ndarray, factor: float = 2.0) -> "anything":
            weights, _ = softmax(x)
            also, _ = layers.softmax(x)
            return x * factor + weights - also, (x, factor)
        """
    check(cell(source, space))
    assert "Saved." in said(capsys)


def test_annotations_of_the_notebook_are_not_needed(work, capsys, toys) -> None:
    space = {"__name__": "__main__", "np": np, "Array": np.ndarray}
    check(cell(DOUBLE.replace("(x, factor=2.0)", "(x: Array, factor=2.0)"), space))
    assert "Saved." in said(capsys)
    assert list(mine()) == ["double"]


def test_indented_and_decorated_functions_are_saved(work, capsys, toys) -> None:
    check(cell(f"if True:\n{textwrap.indent(DOUBLE, '    ')}", name="double"))
    assert "Saved." in said(capsys)
    space = {"__name__": "__main__", "np": np, "decorate": lambda function: function}
    check(cell(f"@decorate{DOUBLE}", space))
    assert "it uses `decorate`" in said(capsys)


def test_a_function_without_source_is_right_but_not_saved(work, capsys, toys) -> None:
    space = {"np": np}
    exec(DOUBLE, space)
    check(space["double"])
    out = said(capsys)
    assert out.startswith("double: right")
    assert "its source is not known here" in out
    assert not work.exists()


def test_a_lambda_with_a_name_given(work, capsys, toys) -> None:
    function = cell("double = lambda x, factor=2.0: (x * factor, (x, factor))\n", name="double")
    assert check(function, "double") is function
    assert "Saved." in said(capsys)
    assert list(mine()) == ["double"]


def test_the_folder_is_beside_the_package_by_default(monkeypatch) -> None:
    monkeypatch.delenv("COURSE_WORK")
    assert saved.folder().name == "my_model"
    assert (saved.folder().parent / "course_lib").is_dir()
