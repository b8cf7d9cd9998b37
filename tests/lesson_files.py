"""The lessons as the tests see them: their texts, their notebooks, their exercises."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import make_lessons  # noqa: E402
from lesson_outputs import alt_texts  # noqa: E402

TEXTS = make_lessons.texts(ROOT)


def made(name: str, folder: str) -> NotebookNode:
    """A notebook as its text makes it now, without outputs."""
    return make_lessons.make_pair(TEXTS[name].read_text(encoding="utf-8"))[folder]


def stored(name: str, folder: str) -> NotebookNode:
    """A notebook as it is committed."""
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def has_tag(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def exercise_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in code_cells(notebook) if has_tag(cell, "exercise")]


def exercise_name(cell: NotebookNode) -> str:
    """The name of the one function that an exercise cell defines."""
    body = ast.parse(cell.source).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    assert len(names) == len(body) == 1, f"{cell.id} must define one function and nothing else"
    return names[0]


def calls(notebook: NotebookNode) -> Iterator[tuple[int, str, ast.Call]]:
    """Yield every call in a notebook's code: index of the cell, bare name of the function, node."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call):
                    yield index, ast.unparse(node.func).split(".")[-1], node


def explorer_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that make an explorer: with `explorer`, or with a ready one, `explore_…`."""
    made_by = {i for i, name, _ in calls(notebook) if name.startswith(("explorer", "explore_"))}
    return [notebook.cells[index] for index in sorted(made_by)]


def pictures(cell: NotebookNode) -> list[str]:
    """The alt texts of the pictures that a cell stores."""
    return [
        alt
        for output in cell.get("outputs", [])
        for alt in alt_texts(output.get("data", {}).get("text/html", ""))
    ]


def function_of(notebook: NotebookNode, cell_id: str, solved: NotebookNode) -> Callable:
    """Run one exercise cell, after the imports and the solved exercises that stand before it."""
    namespace: dict = {"__name__": "__main__"}
    for cell in code_cells(solved):
        if cell.id == cell_id:
            break
        if has_tag(cell, "exercise"):
            execute(cell.source, f"<solved {cell.id}>", namespace)
        else:
            body = ast.parse(cell.source).body
            imports = [n for n in body if isinstance(n, ast.Import | ast.ImportFrom)]
            execute("\n".join(map(ast.unparse, imports)), f"<imports {cell.id}>", namespace)
    (cell,) = (cell for cell in notebook.cells if cell.id == cell_id)
    execute(cell.source, f"<cell {cell_id}>", namespace)
    return namespace[exercise_name(cell)]


def execute(source: str, filename: str, namespace: dict) -> None:
    """Execute a cell so that inspect.getsource finds its text, as it does in a notebook."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), namespace)
