"""The function in course_lib is the one that the lesson derives, statement for statement."""

import ast
import inspect
import textwrap

import pytest

from classroom.exercises import solutions, swap

EXERCISES = {
    name: lesson
    for name, lesson in solutions.lessons_by_exercise().items()
    if name in swap.FUNCTIONS
}

DIFFERENT = {
    "gelu": (
        {"x**3": "(x * x * x)"},
        "a power costs 20 to 50 ns an element, two products 0.3: a third of a step of model B",
    ),
    "dropout": (
        {
            "if rng is not None:": "if rng is not None and p > 0:",
            "rng.random(x.shape)": "rng.random(x.shape, np.float32)",
        },
        "what is drawn decides every training with dropout: stored results rest on these draws",
    ),
    "sample": (
        {
            "running =": "probabilities = probabilities.astype(np.float64)\n    running =",
        },
        "float32 adds too coarsely for a large vocabulary: stored texts rest on these draws",
    ),
    "warmup_cosine": (
        {
            "if step <": "total_steps = max(total_steps, warmup_steps + 1)\n    if step <",
        },
        "a recipe may be all warm-up, which would divide 0 by 0 at its last step",
    ),
}
"""Where the library has a reason to differ: the edits that make its function of the solution."""


def statements(source):
    """Return what a function does, as text: without docstring, checks, annotations, prefixes."""
    function = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(function, ast.FunctionDef)
    body = [each for each in Plain().visit(function).body if each is not None]
    while body and is_checked(body[0]):
        body = body[1:]
    return "\n".join(ast.unparse(ast.fix_missing_locations(each)) for each in body)


class Plain(ast.NodeTransformer):
    """Leave out what two functions that do the same may have in different ways."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        node.returns = None
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        return ast.Assign([node.target], node.value)

    def visit_If(self, node):
        """Leave out a refusal, which the library has in its checks."""
        self.generic_visit(node)
        refuses = len(node.body) == 1 and isinstance(node.body[0], ast.Raise)
        return None if refuses and not node.orelse else node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        is_module = isinstance(node.value, ast.Name) and node.value.id in swap.MODULES
        return ast.Name(node.attr, node.ctx) if is_module else node


def is_checked(statement):
    """Tell whether a statement is a call of a check, or keeps what a check returns."""
    call = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    called = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
    return called.startswith(("check_", "checks."))


def edited(source, edits):
    """Make each edit, which must find its text once."""
    for old, new in edits.items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_is_what_the_lesson_derives(name):
    edits, _ = DIFFERENT.get(name, ({}, ""))
    solution = edited(solutions.solutions_of(EXERCISES[name])[name], edits)
    assert statements(inspect.getsource(swap.FUNCTIONS[name])) == statements(solution)


def test_the_list_names_exercises_and_gives_reasons():
    assert len(EXERCISES) > 45
    assert DIFFERENT.keys() <= EXERCISES.keys()
    assert all(edits and reason for edits, reason in DIFFERENT.values())


def test_statements_leave_out_what_does_not_count_and_nothing_else():
    one = '''
    def f(x: int, how="a") -> int:
        """What it does."""
        check_choice("f", "how", how, ("a", "b"))
        y: dict = layers.linear(x)
        if y is None:
            raise ValueError("no")
        return y
    '''
    other = "def f(x, how='a'):\n    y = linear(x)\n    return y"
    assert statements(one) == statements(other)
    for change in ({"linear": "relu"}, {"return y": "return x"}, {"    y = linear(x)\n": ""}):
        assert statements(one) != statements(edited(other, change))
