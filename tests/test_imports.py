"""Which module imports which, and what the first cell of a lesson does not wait for."""

import ast
import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = sorted(ROOT.glob("classroom/*/text.py"))
PARTS = tuple(f"classroom.{path.parent.name}" for path in TEXTS)


# What is loaded


def imports_of_first_cell(path):
    """Return the import statements of a lesson's first code cell."""
    cells = path.read_text("utf-8").split("\n# %%")
    first = next(cell for cell in cells[1:] if not cell.lstrip().startswith("[markdown]"))
    statements = ast.parse(first.partition("\n")[2]).body
    return "\n".join(
        ast.unparse(each) for each in statements if isinstance(each, (ast.Import, ast.ImportFrom))
    )


def loaded_by(code):
    """Return the names of all modules that are loaded after some code, in a process of its own."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("path", [None, *TEXTS], ids=lambda path: path and path.parent.name)
def test_a_first_cell_waits_for_no_figure_no_widget_and_no_exercise(path):
    modules = loaded_by(imports_of_first_cell(path) if path else "import classroom")
    assert "classroom" in modules
    assert not {"matplotlib", "PIL", "ipywidgets"} & set(modules)
    parts = [name.split(".") for name in modules if name.startswith(PARTS)]
    assert not [name for name in parts if name[2:3] == ["exercises"] and len(name) > 3]


def test_a_first_cell_of_each_lesson_is_found():
    assert len(TEXTS) == 11
    for path in TEXTS:
        assert "from classroom import check" in imports_of_first_cell(path)


OFFERING = ["classroom", "classroom.plots", "classroom.explore", "classroom.architecture"]
OFFERING += PARTS


@pytest.mark.parametrize("name", OFFERING)
def test_a_package_has_what_it_offers(name):
    package = importlib.import_module(name)
    for offered in package.__all__:
        assert getattr(package, offered) is not None
        # Once it is imported, a module would stand in the place of what has its name.
        assert f"{name}.{offered}" not in modules()


# Who imports whom


@cache
def modules():
    """Return the path of each module of the repository, by its name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for folder in ("benchmarks", "classroom", "course_lib")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


@cache
def imports():
    """Return for each module those that its import statements name, in functions, too."""
    return {name: imported_by(name) for name in modules()}


def imported_by(name):
    """Return the modules of the repository that a module's import statements name."""
    package = name.split(".")
    if modules()[name].name != "__init__.py":
        package = package[:-1]
    found = offered_by(name)
    for node in ast.walk(ast.parse(modules()[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                inside = f"{base}.{alias.name}"
                found.add(inside if inside in modules() else base)
    return found & set(modules())


def offered_by(name):
    """Return the modules that a package imports when a name is asked for: see `classroom.lazy`."""
    homes = re.findall(r'^        "([\w.]+)": \[', modules()[name].read_text("utf-8"), re.MULTILINE)
    return {f"{name}.{home}" for home in homes} & set(modules())


LAYERS = {
    "course_lib": ("course_lib",),
    "classroom.lazy": (),
    "classroom.plots": ("classroom.plots", "classroom.lazy", "course_lib"),
    "classroom.architecture": (
        "classroom.architecture", "classroom.plots", "classroom.lazy", "course_lib",
    ),
    "classroom.explore": ("classroom.explore", "classroom.plots", "classroom.lazy", "course_lib"),
    "classroom.exercises": (
        "classroom.exercises", "classroom.plots", "classroom.lazy", "course_lib",
    ),
}  # fmt: skip
"""What the modules of a package may import."""


def within(name, packages):
    """Tell whether a module is one of some packages, or stands in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", LAYERS)
def test_a_layer_imports_only_what_lies_below_it(package):
    layer = [name for name in modules() if within(name, [package])]
    assert layer
    for name in layer:
        above = [other for other in imports()[name] if not within(other, LAYERS[package])]
        assert not above, f"{name} imports {', '.join(above)}"


def test_lessons_do_not_import_each_other():
    for name, others in imports().items():
        if name.startswith(PARTS):
            own = ".".join(name.split(".")[:2])
            foreign = [
                other for other in others if other.startswith(PARTS) and not within(other, [own])
            ]
            assert not foreign, f"{name} imports {', '.join(foreign)}"


def circle_from(start):
    """Return the shortest chain of imports from a module back to itself, or None."""
    before = {}
    waiting = [start]
    for name in waiting:
        for other in sorted(imports()[name]):
            if other == start:
                chain = [start, name]
                while chain[-1] != start:
                    chain.append(before[chain[-1]])
                return chain[::-1]
            if other not in before:
                before[other] = name
                waiting.append(other)
    return None


def test_no_modules_import_each_other_in_a_circle():
    circles = {frozenset(c): " -> ".join(c) for name in modules() if (c := circle_from(name))}
    assert not circles, "; ".join(circles.values())
