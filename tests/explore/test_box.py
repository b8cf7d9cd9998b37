"""What a notebook keeps of a box: the box, for as long as a kernel serves it, and its card."""

import nbclient
import nbformat
import pytest

from classroom.explore.box import WIDGET_VIEW

ASK = """
from classroom.explore.prediction import Prediction
from classroom.explore.predict_box import PredictBox

box = PredictBox(Prediction("How long?"))
box
"""


@pytest.fixture(scope="module")
def outputs():
    cells = [nbformat.v4.new_code_cell(source) for source in (ASK, "box.commit(12)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return cells[0].outputs


def test_a_box_is_displayed_beside_its_card(outputs):
    card, box = outputs
    assert set(card.data) == {"text/html", "text/plain"}
    assert set(box.data) == {WIDGET_VIEW}


def test_the_card_follows_the_reader(outputs):
    assert "You committed: 12" in outputs[0].data["text/html"]
