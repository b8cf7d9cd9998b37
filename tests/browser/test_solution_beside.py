"""The reader's answer beside the course's: two columns, on a phone one below the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import broken_words, overflows

from classroom.exercises.own_answer import differing_lines
from classroom.exercises.page import columns_html

OWN = """\
def softmax(x, axis=-1):
    powers = np.exp(x)

    out = powers / powers.sum(axis=axis, keepdims=True)
    return out, (out, axis)
"""
COURSE = OWN.replace("np.exp(x)", "np.exp(x - x.max(axis=axis, keepdims=True))").replace(
    "\n\n", "\n"
)
PAGE = "<body style='background: {}; color: {}; font-family: sans-serif; margin: 8px'>{}</body>"


@pytest.mark.parametrize(("ground", "ink"), [("white", "black"), ("#111111", "#eeeeee")])
@pytest.mark.parametrize(("width", "beside"), [(1100, True), (420, False)])
def test_two_answers_stand_side_by_side_where_there_is_room(
    browser, width: int, beside: bool, ground: str, ink: str, screenshots: Path | None
) -> None:
    ours, theirs = differing_lines(OWN, COURSE)
    shown = columns_html(("Your answer", OWN, ours), ("The course's", COURSE, theirs))
    page = browser.new_page(viewport={"width": width, "height": 400})
    page.set_content(PAGE.format(ground, ink, shown))
    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=screenshots / f"10-beside-{width}-{ground.strip('#')}.png")
    left, right = (code.bounding_box() for code in page.query_selector_all("pre"))
    assert (left["y"] == right["y"]) == beside
    assert (right["x"] > left["x"] + left["width"]) == beside
    body = page.query_selector("body")
    assert not overflows(body)
    assert broken_words(body) == []
    marks = page.query_selector_all("mark")
    assert [mark.inner_text().split(" = ")[0].strip() for mark in marks] == ["powers", "powers"]
    assert all(
        mark.evaluate("mark => getComputedStyle(mark).borderLeftWidth") == "4px" for mark in marks
    )
    page.close()
