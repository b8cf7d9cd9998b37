"""`solution` lays the reader's own answer beside the course's."""

import pytest

from classroom.exercises import own_answer, saved
from classroom.exercises.check import check, solution
from classroom.exercises.own_answer import differing_lines

WRONG = '''\
def softmax(x, axis=-1):
    """My own words."""
    e = np.exp(x)  # too large?
    out = e / e.sum(axis=axis, keepdims=True)
    return out, (out, axis)
'''
RIGHT = WRONG.replace("np.exp(x)", "np.exp(x - x.max(axis=axis, keepdims=True))")
STUB = "def softmax(x, axis=-1):\n    # YOUR CODE HERE\n    raise NotImplementedError\n"


@pytest.fixture(autouse=True)
def _nothing_was_checked(monkeypatch) -> None:
    monkeypatch.setattr(own_answer, "_checked", {})


def answer(source: str, tmp_path):
    """The function that a source defines, which inspect can find."""
    path = tmp_path / f"answer_{abs(hash(source))}.py"
    path.write_text(f"import numpy as np\n\n\n{source}")
    namespace: dict = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace["softmax"]


def shown(capsys) -> str:
    capsys.readouterr()
    solution("softmax")
    return capsys.readouterr().out


def marked(text: str) -> list[str]:
    return [line[4:].strip() for line in text.splitlines() if line.startswith("  >")]


def test_the_last_checked_answer_stands_first_with_its_differing_lines(capsys, tmp_path) -> None:
    for source in (RIGHT, WRONG):
        check(answer(source, tmp_path))
    text = shown(capsys)
    assert text.index("Your answer:") < text.index("My own words.") < text.index("The course's:")
    yours, course = text.split("The course's:")
    assert marked(yours) == [
        "e = np.exp(x)  # too large?", "out = e / e.sum(axis=axis, keepdims=True)",
    ]  # fmt: skip
    assert marked(course)[0].endswith("np.exp(x - x.max(axis=axis, keepdims=True))")


def test_a_saved_answer_stands_there_where_none_was_checked(capsys, monkeypatch, tmp_path) -> None:
    check(answer(RIGHT, tmp_path))
    monkeypatch.setattr(own_answer, "_checked", {})
    text = shown(capsys)
    assert "Your answer:\n\n    def softmax" in text
    assert "My own words." in text
    saved.saving_off()
    assert "Your answer" not in shown(capsys)


def test_a_stub_is_no_answer(capsys, tmp_path) -> None:
    check(answer(STUB, tmp_path))
    text = shown(capsys)
    assert text.startswith("One way to write softmax:")
    assert "Your answer" not in text


def test_the_same_answer_is_called_the_same(capsys, tmp_path) -> None:
    solution("softmax")
    own = capsys.readouterr().out
    lines = own[own.index("    def ") : own.rindex("The lesson with")].splitlines()
    check(answer("\n".join(line[4:] for line in lines), tmp_path))
    text = shown(capsys)
    assert "They are the same." in text
    assert marked(text) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "lines"),
    [
        ("a\nb", "a\nb", (set(), set())),
        ("a\n\nb  ", "# why\na\nb", (set(), set())),
        ("a\nc\nb", "a\nb", ({1}, set())),
        ("a\nb", "a\n    b", ({1}, {1})),
        ('def f():\n    """One."""\n    return 1', "def f():\n    return 2", ({2}, {1})),
        ("not python", "a", ({0}, {0})),
    ],
)
def test_lines_differ_by_what_they_do(ours, theirs, lines) -> None:
    assert differing_lines(ours, theirs) == lines
