"""Every stored notebook as nbconvert's HTML: its pictures can be read out, nothing is missing."""

import re

import lesson_files as files
import pytest
from lesson_outputs import alt_texts
from nbconvert import HTMLExporter

from classroom.exercises.solutions import NOTEBOOKS

PAIRS = [(name, folder) for name in NOTEBOOKS.values() for folder in ("lessons", "solutions")]


@pytest.mark.parametrize(("name", "folder"), PAIRS)
def test_every_picture_of_an_exported_page_has_its_words(name: str, folder: str) -> None:
    notebook = files.stored(name, folder)
    wanted = [
        alt
        for cell in files.code_cells(notebook)
        for output in cell.outputs
        for alt in alt_texts(output.get("data", {}).get("text/html", ""))
    ]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    found = alt_texts(page)
    assert found == wanted
    assert all(len(alt) > 20 for alt in found)


@pytest.mark.parametrize(("name", "folder"), PAIRS)
def test_a_page_shows_what_stands_for_a_widget(name: str, folder: str) -> None:
    page, _ = HTMLExporter().from_notebook_node(files.stored(name, folder))
    for wrong in ("Error displaying widget", "0%|", "application/vnd.jupyter.widget-view+json"):
        assert wrong not in re.sub(r'src="data:[^"]*"', "", page)
