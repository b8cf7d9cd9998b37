"""Answers that raise, that cannot be called, or that are not there yet."""

import numpy as np
import pytest

from classroom.exercises import swap
from classroom.exercises.check import check
from classroom.exercises.exercise import edited, find
from classroom.exercises.grade import grade
from course_lib import layers

pytestmark = pytest.mark.usefixtures("toys")


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    "body",
    [
        "raise NotImplementedError",
        "pass",
        "...",
        "return",
        "return None",
        "'only a docstring'",
        "'docstring'\n    # YOUR CODE HERE\n    raise NotImplementedError",
        "'docstring'\n    raise NotImplementedError\n    return out, (x, factor)",
        "shape = x.shape\n    raise NotImplementedError",
    ],
)
def test_a_stub_is_not_started(body) -> None:
    space: dict = {}
    exec(f"def double(x, factor=2.0):\n    {body}\n", space)
    report = grade("double", space["double"])
    assert report.outcome == "not started", report.message
    assert 'hint("double")' in report.message


def test_a_function_that_computes_and_forgets_to_return_is_started() -> None:
    def double(x, factor=2.0):
        x * factor

    assert grade("double", double).outcome == "not yet"


def test_a_constant_is_an_answer() -> None:
    def double(x, factor=2.0):
        return 0

    assert grade("double", double).outcome == "not yet"


def test_blanks_that_are_left_are_shown() -> None:
    def double(x, factor=2.0):
        out = x * ...  # blank 1
        rest = x[..., None]
        return out, (rest, factor)

    report = grade("double", double)
    assert report.outcome == "not started"
    assert "out = x * ...  # blank 1" in report.message
    assert "1 line with a blank" in report.message


def test_a_blank_with_a_value_is_shown_too() -> None:
    def double(x, factor=2.0):
        out = ...
        return out, (x, factor)

    assert grade("double", double).outcome == "not started"


def test_not_implemented_in_one_case_only() -> None:
    def double(x, factor=2.0):
        if factor != 2:
            raise NotImplementedError
        return x * 2, (x, factor)

    report = grade("double", double)
    assert report.outcome == "not yet"
    assert "still reaches `raise NotImplementedError`" in report.message
    assert "another factor" in report.message


def test_an_exception_is_shown_with_the_line_that_raised_it() -> None:
    def double(x, factor=2.0):
        out = x * factor
        return out[:, 0], (x, factor)

    report = grade("double", double)
    assert report.kind == "raised"
    text = flat(report.message)
    assert "raised an IndexError in line 3 of double: return out[:, 0], (x, factor)" in text
    assert "IndexError: too many indices" in text
    assert "Traceback" not in text


def test_an_exception_in_a_helper_is_shown_there() -> None:
    def helper(x):
        return x + np.ones(17)

    def double(x, factor=2.0):
        return helper(x), (x, factor)

    text = flat(grade("double", double).message)
    assert "in line 2 of helper: return x + np.ones(17)" in text
    assert "lines shapes up from the last axis" in text
    assert "keepdims" not in text, "nothing is summed here"


def test_a_shape_lost_in_a_sum_calls_for_keepdims() -> None:
    def double(x, factor=2.0):
        return x[:, None].sum(axis=-1) + np.ones((17, 19)), (x, factor)

    assert "keepdims=True" in flat(grade("double", double).message)


def test_an_exception_inside_a_library_points_at_the_readers_line() -> None:
    def double(x, factor=2.0):
        return np.linalg.inv(x), (x, factor)

    text = flat(grade("double", double).message)
    assert "raised a LinAlgError in line 2 of double: return np.linalg.inv(x)" in text


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("return facto", "Is it a slip for factor?"),
        ("return helper_of_mine(x)", "If another cell defines helper_of_mine, run that cell."),
        ("return np.exp(x)", "Run the first cell of the notebook: it imports np."),
        ("return copy.deepcopy(x)", "put `import copy` inside the function"),
        ("out += x; return out", "only further down"),
        ("return x.sum(axis=7)", "fewer axes than that"),
        ("return x @ x.reshape(1, -1)", "lengths must agree"),
        ("return x.reshape(len(x) / 1, -1)", "/ always gives a float"),
        ("import sys; sys.exit()", "Leave the function with `return`."),
        ("return layers_softmax(x)", "layers_softmax"),
    ],
)
def test_advice(line, advice) -> None:
    space: dict = {}
    exec(f"def double(x, factor=2.0):\n    {line}\n", space)
    report = grade("double", space["double"])
    assert report.kind == "raised"
    assert advice in flat(report.message), report.message


def test_a_mistake_that_raises_is_known_whatever_module_python_names() -> None:
    exercise = find("residual")
    (mistake,) = (one for one in exercise.mistakes if one.key == "norm_where_none")
    edit = mistake.changes()[0]
    names = swap.namespace() | {"layer_norm": layers.layer_norm, "__name__": "elsewhere"}
    exec(edited(exercise.solution, edit, "residual"), names)
    assert grade("residual", names["residual"]).mistake == "norm_where_none"


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        ("x", "lacks the parameter `factor=2.0`. The contract is `double(x, factor=2.0)`."),
        ("x, factor", "The default of factor should be 2.0, and yours is none."),
        ("x, factor=3.0", "The default of factor should be 2.0, and yours is 3.0."),
        ("x, y, factor=2.0", "asks for y, which does not belong to the contract"),
        ("factor=2.0", "takes 1 argument"),
        ("", "lacks the parameter `factor=2.0`"),
    ],
)
def test_signature_is_compared_before_anything_runs(signature, text) -> None:
    space: dict = {"ran": []}
    exec(f"def double({signature}):\n    ran.append(1)\n    return 1\n", space)
    report = grade("double", space["double"])
    if text == "takes 1 argument":  # one positional place is there, and it is called factor
        assert report.outcome == "not yet"
        return
    assert report.kind == "signature"
    assert text in flat(report.message)
    assert space["ran"] == []


@pytest.mark.parametrize(
    "signature", ["z, factor=2.0", "*args, **kwargs", "x, factor=2.0, *, more=1"]
)
def test_other_signatures_that_can_be_called_pass(signature) -> None:
    space: dict = {}
    code = (
        f"def double({signature}):\n"
        "    given = dict(locals())\n"
        "    args, kwargs = given.get('args', ()), given.get('kwargs', {})\n"
        "    x = args[0] if args else given.get('x', given.get('z'))\n"
        "    factor = kwargs.get('factor', given.get('factor', 2.0))\n"
        "    return x * factor, (x, factor)\n"
    )
    exec(code, space)
    assert grade("double", space["double"]).outcome == "right"


def test_calling_the_course_own_function_is_no_answer() -> None:
    def softmax(x, axis=-1):
        return layers.softmax(x, axis)

    report = grade("softmax", softmax)
    assert report.outcome == "not yet"
    assert "the course's own softmax" in report.message
    assert layers.softmax(np.zeros(2))[0].tolist() == [0.5, 0.5]


def test_check_of_the_course_own_function_says_so(capsys) -> None:
    assert check(layers.softmax) is layers.softmax
    assert "not started. This is the course's own softmax" in flat(capsys.readouterr().out)


@pytest.mark.parametrize("value", [None, 3, np.zeros(2)])
def test_something_that_is_no_function(value, capsys) -> None:
    assert grade("double", value).outcome == "not yet"
    assert check(value) is value
    assert "check takes the function itself" in capsys.readouterr().out


def test_a_name_in_place_of_the_function(capsys) -> None:
    assert check("softmax") is layers.softmax
    assert "softmax = check(softmax)" in capsys.readouterr().out


def test_an_unknown_name_lists_those_that_come_close(capsys) -> None:
    def split_head(x):
        return x

    assert check(split_head) is split_head
    out = capsys.readouterr().out
    assert "There is no exercise called 'split_head'. Did you mean split_heads" in out


def test_a_lambda_is_told_to_take_a_name(capsys) -> None:
    check(lambda x: x)
    assert "Give it a name with `def`." in capsys.readouterr().out


def test_check_returns_the_reference_until_the_answer_is_right(capsys) -> None:
    def softmax(x, axis=-1):
        return x, (x, axis)

    assert check(softmax) is layers.softmax
    out = capsys.readouterr().out
    assert out.startswith("softmax: not yet.")
    assert "Until then the lesson goes on with the course's own softmax." in out
