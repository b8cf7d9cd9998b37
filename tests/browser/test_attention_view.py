"""Attention under the pointer as a browser shows it: on a page, in JupyterLab, exported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
from lab import jupyterlab
from looking import overflows

from classroom.attention_view import attention_view
from classroom.attention_view.flow import spoken
from classroom.attention_view.sentence import query_sentence

POEM = """\
Once upon a midnight dreary, while I pondered, weak and weary,
Over many a quaint and curious volume of forgotten lore"""
WORDS = re.findall(r"[\w]+\n?|,\n?", POEM.replace(",\n", " ,\n"))
PAGE = """<!doctype html><meta charset="utf-8"><html{}><body
style="margin: 12px; font-family: sans-serif; background: {}; color: {}">{}</body></html>"""
LIGHT, DARK = ("", "white", "#222222"), (' data-theme="dark"', "#111111", "#eeeeee")


def weights(n_layers: int = 2, n_heads: int = 3) -> np.ndarray:
    """Under a causal mask: the first head of a block looks one word back, the others anywhere."""
    count = len(WORDS)
    scores = 2 * np.random.default_rng(0).standard_normal((n_layers, n_heads, count, count))
    scores[:, 0] += 12 * np.eye(count, k=-1)
    scores[..., ~np.tri(count, dtype=bool)] = -np.inf
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


VIEW = attention_view(
    WORDS, weights(), np.tri(len(WORDS), dtype=bool), query="weary", title="A line that looks back"
)
AT = WORDS.index("weary")


def open_view(browser, folder: Path, look=LIGHT, width: int = 1300, before: str = "", view=VIEW):
    """A page that holds a view alone, live; what goes wrong on it is in `page.faults`."""
    path = folder / "view.html"
    path.write_text(PAGE.format(*look, view.to_html()), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.faults.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:")) else None)  # fmt: skip
    if before:
        page.add_init_script(before)
    page.goto(path.as_uri())
    return page


@pytest.fixture
def page(browser, tmp_path: Path) -> Iterator:
    page = open_view(browser, tmp_path)
    said(page)
    yield page
    assert page.faults == []
    page.close()


def said(page, wanted: str = "attends to") -> str:
    """Wait until the sentence over the text holds some words, and return it."""
    page.wait_for_function(
        "wanted => document.querySelector('.ca-said')?.textContent.includes(wanted)",
        arg=wanted,
        timeout=10_000,
    )
    return page.inner_text(".ca-said")


def chosen(page) -> str:
    return page.inner_text(".ca-word[aria-selected=true]")


def ink(page, canvas: str) -> int:
    """A number that changes with what a canvas shows."""
    return page.eval_on_selector(
        canvas,
        """canvas => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            .data].reduce((sum, value, i) => (sum * 31 + value * (i % 97)) % 1000003, 7)""",
    )


def test_first_sentence_is_that_of_the_alt_text(page) -> None:
    assert VIEW.sentence in said(page).replace("\n", " ")
    assert page.query_selector("img") is None


def test_every_sentence_is_the_one_that_python_makes(page) -> None:
    page.focus(".ca-word[tabindex='0']")
    page.keyboard.press("Home")
    names = [spoken(word) for word in WORDS]
    for query in range(len(WORDS)):
        wanted = query_sentence(VIEW.steps[0, 0][query], query, names, names)
        assert page.inner_text(".ca-said span") == wanted
        page.keyboard.press("ArrowRight")


def test_pointer_chooses_a_query_and_a_click_keeps_it(page) -> None:
    before = ink(page, ".ca-text canvas"), ink(page, ".ca-lines canvas:last-child")
    page.hover(".ca-word >> text=dreary")
    said(page, "“dreary”")
    assert chosen(page) == "dreary"
    assert ink(page, ".ca-text canvas") != before[0]
    assert ink(page, ".ca-lines canvas:last-child") != before[1]
    page.mouse.move(5, 880)
    said(page, "“weary”")
    page.click(".ca-word >> text=midnight")
    page.mouse.move(5, 880)
    page.wait_for_timeout(100)
    assert chosen(page) == "midnight"


def test_matrix_tells_the_weight_under_the_pointer(page) -> None:
    box = page.query_selector(".ca-row").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    said(page, "“weary”")
    assert re.fullmatch(r"weary → Once: (\d+|<1)%", page.inner_text(".ca-cell"))
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert page.inner_text(".ca-cell") == "weary → lore: masked"


def test_keys_choose_a_query_and_the_sentence_is_read_out(page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "weary"
    spoken = page.query_selector("[aria-live=polite]")
    assert spoken.inner_text() == ""
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == "and"
    page.wait_for_timeout(600)
    assert spoken.inner_text().startswith("Block 1, head 1: “and” (")
    page.keyboard.press("Home")
    assert chosen(page) == "Once"
    page.keyboard.press("ArrowDown")
    assert chosen(page) == "Over"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == "Once"
    page.keyboard.press("End")
    assert chosen(page) == "lore"
    assert page.evaluate("document.activeElement.textContent") == "lore"


def test_keys_choose_a_head(page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "radio"
    before = ink(page, ".ca-map canvas")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert said(page).startswith("Block 2, head 2")
    assert ink(page, ".ca-map canvas") != before
    assert page.eval_on_selector_all(".ca-head[tabindex='0']", "all => all.length") == 1
    checked = page.query_selector_all(".ca-head[aria-checked=true]")
    assert [one.get_attribute("aria-label") for one in checked] == ["Block 2, head 2"]
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Block 2, head 3")


def test_a_click_chooses_a_head(page) -> None:
    page.click("[aria-label='Block 2, head 1']")
    assert said(page).startswith("Block 2, head 1")
    assert page.inner_text(".ca-said b") == "Block 2, head 1"


def test_masked_words_are_marked(page) -> None:
    masked = page.eval_on_selector_all(".ca-word.ca-masked", "all => all.map(e => e.textContent)")
    assert masked == [word.strip() for word in WORDS[AT + 1 :]]


def test_a_screen_reader_finds_words_and_heads_by_role_and_name(page) -> None:
    assert page.get_by_role("listbox", name="Query: choose a word").count() == 1
    assert page.get_by_role("option").count() == len(WORDS)
    assert page.get_by_role("option", name="comma").count() == WORDS.count(",") + WORDS.count(",\n")
    assert page.get_by_role("radiogroup", name="Head").count() == 1
    assert page.get_by_role("radio", name="Block 1, head 3").count() == 1
    assert page.get_by_role("group", name="A line that looks back").count() == 1


@pytest.mark.parametrize("width", [1300, 420])
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_it_fits_the_page_in_both_themes(
    browser, tmp_path: Path, width: int, look, screenshots: Path | None
) -> None:
    page = open_view(browser, tmp_path, look, width)
    said(page)
    page.wait_for_timeout(200)
    assert not overflows(page.query_selector("html"))
    dark = page.query_selector(".course-attention-live[data-dark]") is not None
    assert dark == (look is DARK)
    small = """all => all.filter(e => e.textContent.trim() && parseFloat(
        getComputedStyle(e).fontSize) < 9).length"""
    assert page.eval_on_selector_all(".course-attention-live *", small) == 0
    boxes = [e.bounding_box() for e in page.query_selector_all(".ca-word")]
    for one, next_one in pairwise(boxes):
        if one["y"] == next_one["y"]:
            assert next_one["x"] >= one["x"] + one["width"] - 0.5
    heads = page.query_selector(".ca-heads").bounding_box()
    lines = page.query_selector(".ca-lines").bounding_box()
    assert (heads["y"] < lines["y"]) == (width == 1300)
    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
        name = f"11-attention-{width}-{'dark' if dark else 'light'}.png"
        page.screenshot(path=screenshots / name, full_page=True)
    assert page.faults == []
    page.close()


def test_a_change_of_theme_is_followed(page) -> None:
    before = ink(page, ".ca-map canvas")
    page.evaluate(
        """() => { document.body.style.color = "#eeeeee"; document.body.style.background = "#111";
            document.documentElement.dataset.theme = "dark"; }"""
    )
    page.wait_for_selector(".course-attention-live[data-dark]")
    page.wait_for_timeout(100)
    assert ink(page, ".ca-map canvas") != before


def test_in_a_folded_answer_it_is_drawn_when_it_is_opened(browser, tmp_path: Path) -> None:
    class Folded:
        def to_html(self):
            return f"<details><summary>Show</summary>{VIEW.to_html()}</details>"

    page = open_view(browser, tmp_path, view=Folded())
    page.wait_for_timeout(300)
    page.click("summary")
    assert VIEW.sentence in said(page).replace("\n", " ")
    page.close()


def test_cross_attention_shades_the_other_text(browser, tmp_path: Path) -> None:
    view = attention_view(
        ["le", "chat", "noir"],
        np.eye(4)[None, [0, 3, 2]],
        key_tokens=["the", "so", "black", "cat"],
        title="Each word finds its translation",
    )
    page = open_view(browser, tmp_path, view=view)
    assert "“noir” (3 of 3) attends to “black” 100%" in said(page).replace("\n", " ")
    page.hover(".ca-word >> text=chat")
    said(page, "“cat” 100%")
    page.hover(".ca-word >> text=the")
    page.wait_for_timeout(100)
    assert "“noir”" in said(page), "a key is no query"
    assert page.query_selector(".ca-head") is None
    assert page.faults == []
    page.close()


@pytest.mark.parametrize(
    "before", ["delete window.DecompressionStream", "window.atob = () => 'not deflated'"]
)
def test_where_weights_cannot_be_unpacked_the_picture_stays(
    browser, tmp_path: Path, before: str
) -> None:
    page = open_view(browser, tmp_path, before=before)
    image = page.wait_for_selector("img")
    assert image.get_attribute("alt") == VIEW.alt
    page.wait_for_selector(".course-attention-live", state="detached")
    page.close()


CELL = f"""\
import numpy as np
from classroom.attention_view import attention_view
from classroom.attention_view.flow import spoken
from classroom.attention_view.sentence import query_sentence

words = {WORDS!r}
scores = 3 * np.random.default_rng(0).standard_normal((2, 3, {len(WORDS)}, {len(WORDS)}))
mask = np.tri({len(WORDS)}, dtype=bool)
powers = np.where(mask, np.exp(scores), 0)
attention_view(words, powers / powers.sum(axis=-1, keepdims=True), mask, query="weary")"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "lessons").mkdir()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CELL, id="view")], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, folder / "lessons" / "view.ipynb")
    return folder


def test_in_jupyterlab_run_opened_again_and_not_trusted(
    browser, folder: Path, screenshots: Path | None
) -> None:
    from notebook_page import NotebookPage

    page = browser.new_page(viewport={"width": 1300, "height": 900})
    with jupyterlab(folder) as (address, token):
        first = NotebookPage(page, address, token, "view.ipynb")
        first.run_all(timeout=60)
        said(page)
        first.screenshot(screenshots, "12-attention-run")
        page.click(".ca-word >> text=midnight")
        said(page, "“midnight”")
        for key in ("ArrowRight", "b", "a", "x"):
            page.keyboard.press(key)
        said(page, "“dreary”")
        assert first.ids() == ["view"], "a key has reached JupyterLab"
        page.evaluate("""() => window.jupyterapp.commands.execute(
            'apputils:change-theme', {theme: 'JupyterLab Dark'})""")
        page.wait_for_selector(".course-attention-live[data-dark]")
        page.wait_for_timeout(1200)
        first.screenshot(screenshots, "12-attention-dark")
        page.evaluate("""() => window.jupyterapp.commands.execute(
            'apputils:change-theme', {theme: 'JupyterLab Light'})""")
        page.click(".jp-Notebook-footer")
        first.save()
        page.goto("about:blank")
        again = NotebookPage(page, address, token, "view.ipynb")
        assert again.trusted()
        said(page, "“weary”")
        page.goto("about:blank")
        path = folder / "lessons" / "view.ipynb"
        strange = nbformat.read(path, as_version=4)
        strange.cells[0].source += "\n"
        nbformat.write(strange, folder / "lessons" / "strange.ipynb")
        other = NotebookPage(page, address, token, "strange.ipynb")
        assert not other.trusted()
        image = page.wait_for_selector(".jp-OutputArea-output img")
        assert "attends to" in image.get_attribute("alt")
        assert page.query_selector(".course-attention-live") is None
        text = page.inner_text(".jp-OutputArea-output")
        assert text.strip() == "", text[:80]
        other.screenshot(screenshots, "12-attention-not-trusted")
    page.close()


def test_in_exported_html_it_is_live(browser, folder: Path) -> None:
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter().from_filename(str(folder / "lessons" / "view.ipynb"))
    path = folder / "exported.html"
    path.write_text(body, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.route("http*://**", lambda route: route.abort())
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    said(page, "“weary”")
    page.hover(".ca-word >> text=dreary")
    said(page, "“dreary”")
    page.close()
