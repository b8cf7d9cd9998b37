"""Edits of a solution: each is a program, differs from the solution, and leaves it as it was."""

import ast

import pytest

from classroom.exercises.exercise import find
from classroom.exercises.search import build, words
from classroom.exercises.search.edits import Program
from classroom.exercises.search.operators import OPERATORS, RARE, edits_of

SOURCE = '''
def scale(x, axis=-1, eps=1e-5):
    """Divide each row by its root mean square."""
    mean = (x * x).mean(axis=axis, keepdims=True)
    root = np.sqrt(mean + eps)
    out = x / root
    return out, (out, root)
'''


def made(source, name="scale", rare=True):
    """The last line that an edit changes, by operator."""
    program = Program(name, source)
    found = {}
    for edit in edits_of(program, rare):
        lines = [line.strip() for line in edit.lines()[1]]
        found.setdefault(edit.op, []).append("; ".join(lines))
    return found


@pytest.mark.parametrize("name", ["softmax", "layer_norm", "generate", "teacher_forcing"])
def test_every_edit_is_a_program_and_leaves_the_solution_as_it_was(name) -> None:
    program = build.program_of(find(name))
    before = ast.dump(program.tree, include_attributes=True)
    count = 0
    for edit in edits_of(program, rare=True):
        build.compile_tree(edit.tree(), "edit")
        count += 1
    assert count > 50
    assert ast.dump(program.tree, include_attributes=True) == before


@pytest.mark.parametrize(
    ("op", "line"),
    [
        ("parameter", "axis = -1"),
        ("axis", "mean = (x * x).mean(axis=0, keepdims=True)"),
        ("axis", "mean = (x * x).mean(axis=None, keepdims=True)"),
        ("keepdims", "mean = (x * x).mean(axis=axis)"),
        ("function", "mean = (x * x).sum(axis=axis, keepdims=True)"),
        ("argument", "mean = (x * x).mean(keepdims=True)"),
        ("factor", "mean = x.mean(axis=axis, keepdims=True)"),
        ("term", "root = np.sqrt(mean)"),
        ("maximum", "root = np.sqrt(np.maximum(mean, eps))"),
        ("call", "root = mean + eps"),
        ("sign", "root = np.sqrt(mean + -eps)"),
        ("divisor", "out = x"),
        ("operator", "out = x * root"),
        ("turned", "out = root / x"),
        ("again", "out = x / root / root"),
        ("square", "out = x / root ** 2"),
        ("name", "out = x / mean"),
        ("returned", "return (x, (out, root))"),
        ("lines swapped", "out = x / root; root = np.sqrt(mean + eps)"),
    ],
)
def test_operators_make(op, line) -> None:
    assert line in made(SOURCE)[op]


def test_a_line_left_out_leaves_its_name_without_a_value_or_none() -> None:
    assert {"", "root = None"} <= set(made(SOURCE)["line"])


LOOP = """
def total(items, start=0):
    result = start
    for item in items:
        if item > 0:
            result += item
    return result
"""


@pytest.mark.parametrize(
    ("op", "line"),
    [
        ("always", "result += item"),
        ("comparison", "if item >= 0:"),
        ("margin", "if item > 0 + 0.001:"),
        ("last", "result = item"),
        ("loop first", "for item in list(items)[1:]:"),
        ("loop reversed", "for item in list(items)[::-1]:"),
        ("loop once", "break"),
        ("line again", "result += item"),
        ("zero", "result = 0"),
    ],
)
def test_operators_on_loops_make(op, line) -> None:
    assert line in made(LOOP, "total")[op]


def test_one_edit_may_be_made_throughout() -> None:
    program = build.program_of(find("softmax"))
    every = [edit for edit in edits_of(program) if edit.op == "axis" and edit.throughout]
    before, after = every[0].lines()
    assert [line.count("axis=axis") for line in before] == [1, 1]
    assert not any("axis=axis" in line for line in after)


def test_what_an_exception_says_is_not_edited() -> None:
    source = (
        'def f(x):\n    if x < 0:\n        raise ValueError(f"{x} is negative")\n    return x\n'
    )
    lines = [line for found in made(source, "f").values() for line in found]
    assert not any(
        "negative" in line and "ValueError(f'{x} is negative')" not in line for line in lines
    )


def test_a_list_is_never_appended_to_itself() -> None:
    program = Program("f", "def f(x, y):\n    found = []\n    found.append(x)\n    return found\n")
    edits = [edit for edit in edits_of(program) if edit.lines()[1] == ["    found.append(found)"]]
    assert edits
    assert all(build.function_of(edit, "edit") is None for edit in edits)


def test_there_are_words_for_every_operator_that_explains_answers() -> None:
    names = ["softmax", "generate", "pool", "adam_update", "one_hot", "embedding_backward"]
    names += ["encoder_block", "layer_norm", "chance_of_difference", "split_heads", "entropy"]
    made_of = {edit.op for name in names for edit in edits_of(build.program_of(find(name)))}
    assert made_of <= set(words.TEMPLATES)
    assert not set(OPERATORS) & set(RARE)
