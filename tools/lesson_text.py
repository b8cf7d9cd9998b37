"""From the text of a lesson to its two notebooks, not yet run."""

from __future__ import annotations

import copy
import re

import jupytext
import nbformat
from nbformat import NotebookNode

from classroom.exercises.solutions import BEGIN, END, STUB

#: What a notebook says about itself: nothing that depends on the machine that made it.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

#: Stands above the first import of the course, so that a traceback shows it where that fails.
ALONE = "# No such module? Get the whole course, then give `python3 course.py lab` in its folder."

SAVING_OFF = f"""\
# A solved notebook: nothing that runs here is saved as your work.
{ALONE}
from classroom.exercises import saving_off

saving_off()"""


class LessonError(Exception):
    """The text, or what came of running it, breaks a rule; the message names the cell."""


def make_pair(text: str) -> dict[str, NotebookNode]:
    """Make both notebooks of a lesson from its text.

    Parameters
    ----------
    text : str
        A lesson in py:percent format (the docstring of ``make_lessons.py`` has the conventions).

    Returns
    -------
    dict of str to NotebookNode
        ``{"lessons": …, "solutions": …}``, without outputs.

    Raises
    ------
    LessonError
        If markers do not match, an exercise has no solution, or two cells have the same id.
    """
    cells = _cells(text)
    _help_alone(cells)
    lesson, solution = [], []
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if "solution-only" not in tags:
            lesson.append(_with_source(cell, _fill(cell, solved=False)))
        if "lesson-only" not in tags:
            solution.append(_with_source(cell, _fill(cell, solved=True)))
    first_code = next((i for i, c in enumerate(solution) if c.cell_type == "code"), len(solution))
    solution.insert(first_code, nbformat.v4.new_code_cell(SAVING_OFF, id="saving-off"))
    return {"lessons": _notebook(lesson), "solutions": _notebook(solution)}


def _help_alone(cells: list[NotebookNode]) -> None:
    """Put ALONE above the first import of the course, in place."""
    for cell in cells:
        first = re.search(r"^from classroom\b", cell.source, flags=re.MULTILINE)
        if cell.cell_type == "code" and first:
            at = first.start()
            cell.source = f"{cell.source[:at]}{ALONE}\n{cell.source[at:]}"
            return


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """Return a copy with neither outputs nor execution counts."""
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return bare


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def _cells(text: str) -> list[NotebookNode]:
    """Cells with ids and no metadata but the author's own."""
    cells = []
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type == "raw" and cell.source.startswith("---"):
            continue  # jupytext's own header
        cell.metadata.pop("lines_to_next_cell", None)
        cell.id = cell.metadata.pop("id", None)
        if not cell.source.strip():
            raise LessonError(f"cell {cell.id or len(cells) + 1} is empty")
        cells.append(cell)
    named = {cell.id for cell in cells if cell.id}
    if len(named) < sum(bool(cell.id) for cell in cells):
        ids = [cell.id for cell in cells if cell.id]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        raise LessonError(f"two cells have the id {', '.join(twice)}")
    for cell in cells:
        if not cell.id:
            cell.id = _derived_id(cell.source, named)
            named.add(cell.id)
    return cells


def _derived_id(source: str, taken: set[str]) -> str:
    """An id from the cell's first words: an edit elsewhere in the lesson does not change it."""
    words = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:40].strip("-") or "cell"
    number, name = 1, words
    while name in taken:
        number += 1
        name = f"{words}-{number}"
    return name


def _with_source(cell: NotebookNode, source: str) -> NotebookNode:
    cell = copy.deepcopy(cell)
    cell.source = source
    return cell


def _fill(cell: NotebookNode, solved: bool) -> str:
    """The source of a cell as the solution, or as the lesson, shows it."""
    out: list[str] = []
    block: list[str] | None = None  # the lines since BEGIN; None outside a block
    indent, blocks = "", 0
    for line in cell.source.splitlines():
        mark = line.strip()
        if cell.cell_type != "code" or not mark.startswith("###"):
            (out if block is None else block).append(line)
        elif mark == BEGIN and block is None:
            block, indent = [], line[: line.index("#")]
        elif mark == END and block is not None:
            out += _block(block, indent, solved, cell.id)
            block, blocks = None, blocks + 1
        elif mark.startswith(STUB) and block is not None:
            block.append(line)
        else:
            known = mark in (BEGIN, END) or mark.startswith(STUB)
            reason = "is out of place" if known else "is not a marker (is it misspelled?)"
            raise LessonError(f"cell {cell.id}: '{mark}' {reason}")
    if block is not None:
        raise LessonError(f"cell {cell.id}: '{BEGIN}' without '{END}'")
    if (blocks > 0) != ("exercise" in cell.metadata.get("tags", [])):
        raise LessonError(f"cell {cell.id}: the tag 'exercise' and a solution go together")
    return "\n".join(out)


def _block(lines: list[str], indent: str, solved: bool, cell_id: str) -> list[str]:
    stubs = [line for line in lines if line.strip().startswith(STUB)]
    code = [line for line in lines if line not in stubs]
    if not "".join(code).strip():
        raise LessonError(f"cell {cell_id}: a solution is empty")
    if solved:
        return code
    if not stubs:
        return [f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError"]
    return [re.sub(rf"^(\s*){STUB} ?", r"\1", line).rstrip() for line in stubs]
