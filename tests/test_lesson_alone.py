"""A notebook that is opened without the course says what to do."""

import re

import nbclient
import nbformat
import pytest
from lesson_files import code_cells, made
from lesson_text import ALONE

from classroom.exercises.solutions import NOTEBOOKS

WITHOUT = "import sys; sys.modules['classroom'] = sys.modules['course_lib'] = None"


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
@pytest.mark.parametrize("name", NOTEBOOKS.values())
def test_the_line_above_the_first_import_of_the_course_says_what_to_do(name, folder) -> None:
    first = code_cells(made(name, folder))[0].source.splitlines()
    imports = [i for i, line in enumerate(first) if line.startswith("from classroom")]
    assert first[imports[0] - 1] == ALONE


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
def test_the_error_shows_that_line(folder) -> None:
    setup = code_cells(made("01_embeddings", folder))[0]
    block, setup = nbformat.v4.new_code_cell(WITHOUT), nbformat.v4.new_code_cell(setup.source)
    notebook = nbformat.v4.new_notebook(cells=[block, setup])
    client = nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True)
    client.execute()
    (error,) = notebook.cells[1].outputs
    assert error.ename == "ModuleNotFoundError"
    assert ALONE in re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
