"""Lesson 2, run, saved and closed, and opened again the next day by a new server."""

from __future__ import annotations

import json
from pathlib import Path

import lesson_files as files
import pytest
from lab import PANEL, jupyterlab
from lesson_outputs import WIDGET_VIEW
from looking import (
    assert_legible,
    broken_words,
    overflows,
    pictures_that_are_not_drawn,
    shown,
    spoken,
)

LESSON = "02_attention"
PHONE = {"width": 420, "height": 800}
MARK = "element => getComputedStyle(element, '::before').content"
SOFTMAX = """\
def softmax(x, axis=-1):
    e = np.exp(x)
    out = e / e.sum(axis=axis, keepdims=True)
    return out, (out, axis)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def notebook(page, folder: Path, screenshots: Path | None):
    """The lesson as it is opened the second time, with a wrong answer in it and a look ahead."""
    from notebook_page import NotebookPage

    name = f"{LESSON}.ipynb"
    with jupyterlab(folder) as (address, token):
        first = NotebookPage(page, address, token, name)
        first.run_all(timeout=240)
        first.fill_in("ex-softmax", SOFTMAX)
        first.run("check-softmax")
        first.save()
        page.goto("about:blank")
    with jupyterlab(folder) as (address, token):
        again = NotebookPage(page, address, token, name)
        again.screenshot(screenshots, "7-opened-again")
        yield again


def cells_with(notebook, text: str) -> list[str]:
    """The ids of the cells whose outputs, as they were saved, hold some text."""
    return [i for i in notebook.ids() if text in str(notebook.outputs(i))]


def cells_with_pictures(notebook) -> list[str]:
    """The ids of the cells that show pictures; a live view or drawing has replaced its own."""
    live = {
        i for kind in ("course-attention", "data-architecture") for i in cells_with(notebook, kind)
    }
    return [i for i in cells_with(notebook, "<img ") if i not in live]


def test_it_is_trusted_as_the_reader_saved_it(notebook) -> None:
    assert notebook.trusted()


def test_every_widget_is_shown(notebook, screenshots: Path | None) -> None:
    lesson = files.stored(LESSON, "lessons")
    asked = {i for i, name, _ in files.calls(lesson) if name in ("predict", "quiz", "parsons")}
    made = {lesson.cells[i].id for i in asked} | {c.id for c in files.explorer_cells(lesson)}
    with_widgets = cells_with(notebook, WIDGET_VIEW)
    assert set(with_widgets) == made
    for cell_id in with_widgets:
        cell = notebook.cell(cell_id)
        cell.wait_for_selector(".jupyter-widgets", timeout=30_000)
        notebook.screenshot(screenshots, f"7-again-{cell_id}")
        said = notebook.text_below(cell_id)
        assert "Error displaying widget" not in said
        assert said.strip()
        boxes = cell.query_selector_all(".course-box, .course-box .jupyter-widgets-disconnected")
        told = [box.evaluate(MARK) for box in boxes]
        assert "Run this cell to use it." in told[0]
        assert set(told[1:]) == {"none"}, "a broken link stands before a part of the widget"


def test_a_box_that_is_drawn_hides_its_card(notebook) -> None:
    for cell_id in cells_with(notebook, WIDGET_VIEW):
        cell = notebook.cell(cell_id)
        cell.wait_for_selector(".course-box")
        assert not cell.query_selector(".course-saved").is_visible(), cell_id


def test_every_picture_is_drawn_and_has_its_words(notebook) -> None:
    cells = cells_with_pictures(notebook)
    assert len(cells) > 8
    for cell_id in cells:
        cell = notebook.cell(cell_id)
        for fold in cell.query_selector_all("details:not([open]) summary"):
            fold.click()
        cell.wait_for_selector("img >> visible=true")
        texts = spoken(cell)
        assert texts, cell_id
        assert all(text and len(text) > 20 for text in texts), (cell_id, texts)
        assert pictures_that_are_not_drawn(cell) == 0, cell_id


def test_messages_and_pictures_can_be_read_on_a_phone(notebook, screenshots: Path | None) -> None:
    page = notebook.page
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.set_viewport_size(PHONE)
    try:
        page.wait_for_timeout(1000)
        checks = [i for i in notebook.ids() if i.startswith("check-") and notebook.outputs(i)]
        assert checks
        for cell_id in checks:
            output = notebook.cell(cell_id).wait_for_selector(".jp-OutputArea-output")
            notebook.screenshot(screenshots, f"8-phone-{cell_id}")
            assert broken_words(output) == []
            assert not overflows(output)
        for cell_id in cells_with_pictures(notebook):
            cell = notebook.cell(cell_id)
            cell.wait_for_selector("img >> visible=true")
            notebook.screenshot(screenshots, f"8-phone-{cell_id}")
            assert_legible(shown(cell))
    finally:
        page.set_viewport_size({"width": 1400, "height": 900})


def test_an_exported_page_fits_a_phone_too(
    notebook, browser, folder: Path, screenshots: Path | None
) -> None:
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter().from_filename(str(folder / "lessons" / f"{LESSON}.ipynb"))
    path = folder / "exported.html"
    path.write_text(body, encoding="utf-8")
    page = browser.new_page(viewport=PHONE)
    page.route("http*://**", lambda route: route.abort())  # MathJax and RequireJS, from their CDN
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    messages = page.query_selector_all(".jp-RenderedHTMLCommon:has(p[style])")
    assert len(messages) >= 8
    for message in messages:
        assert broken_words(message) == []
        assert not overflows(message)
    pictures = shown(page.query_selector("body"))
    assert any(picture["width"] > picture["card"] for picture in pictures)
    assert_legible(pictures)
    if screenshots:
        messages[0].scroll_into_view_if_needed()
        page.screenshot(path=screenshots / "9-exported-phone.png")
    page.close()


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_a_picture_lies_on_a_card_that_follows_the_theme(
    notebook, theme: str, screenshots: Path | None
) -> None:
    page, dark = notebook.page, theme.endswith("Dark")
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
    )
    page.wait_for_function(
        "dark => document.body.dataset.jpThemeLight === String(!dark)", arg=dark, timeout=30_000
    )
    page.wait_for_timeout(1000)
    for cell_id in cells_with(notebook, "<img "):
        image = notebook.cell(cell_id).query_selector("img >> visible=true")
        if image is None or not image.is_visible():
            continue
        notebook.screenshot(screenshots, f"{'d' if dark else 'l'}-{cell_id}")
        card = image.evaluate(
            """img => {
                let box = img.parentElement;
                while (getComputedStyle(box).isolation !== "isolate") box = box.parentElement;
                const canvas = new OffscreenCanvas(1, 1).getContext("2d");
                canvas.fillStyle = getComputedStyle(box).backgroundColor;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
            }"""
        )
        assert min(card[:3]) == 255 if not dark else 200 <= min(card[:3]) <= 235, card


def test_what_is_saved_without_being_run_shows_its_cards(
    notebook, folder: Path, screenshots: Path | None
) -> None:
    """JupyterLab then drops the state of every widget, for no kernel serves them."""
    notebook.page.evaluate(
        f"() => {{ const {{sharedModel}} = {PANEL}.content.widgets[0].model;"
        "sharedModel.setSource(sharedModel.getSource() + '\\n'); }"
    )
    notebook.save()
    saved = json.loads((folder / "lessons" / f"{LESSON}.ipynb").read_text(encoding="utf-8"))
    assert not any(kind["state"] for kind in saved["metadata"]["widgets"].values())
    notebook.open()
    with_widgets = cells_with(notebook, WIDGET_VIEW)
    assert with_widgets
    for cell_id in with_widgets:
        cell = notebook.cell(cell_id)
        card = cell.wait_for_selector(".course-saved")
        notebook.screenshot(screenshots, f"9-saved-again-{cell_id}")
        assert card.query_selector("img") or card.inner_text().strip()
        assert "Error displaying widget" not in notebook.text_below(cell_id)
        lost = cell.query_selector(".jp-OutputArea-output.jupyter-widgets")
        assert "Run this cell to use it." in lost.evaluate(MARK)
