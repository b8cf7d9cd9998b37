"""A training's progress bar: what a notebook keeps of it."""

import nbclient
import nbformat
import pytest

CELL = """
from course_lib.internals.progress import progress_bar

with progress_bar({total}, 0, "copy") as bar:
    for _ in range({steps}):
        bar.update(1)
        bar.set_postfix_str("loss 0.5")
del bar
"""


@pytest.fixture(scope="module")
def cells():
    notebook = nbformat.v4.new_notebook()
    for steps in (30, 12):
        source = CELL.format(total=30, steps=steps)
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return notebook.cells


@pytest.mark.parametrize(("at", "said"), [(0, "30 of 30"), (1, "12 of 30")])
def test_a_bar_is_stored_as_it_ended(cells, at, said):
    (output,) = cells[at].outputs
    assert output.data == {"text/plain": f"copy: {said} steps"}
