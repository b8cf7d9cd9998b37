"""The drawing of the architecture in a browser: both widths, the walk by mouse and by keys."""

import pytest

from classroom.architecture import architecture, choose
from course_lib.params import TransformerConfig

CONFIG = TransformerConfig("decoder", 11, d_model=6, n_heads=3, d_ff=20, max_len=7)
ROOT = "document.querySelector('[data-architecture]').shadowRoot"
WIDTHS = f"[...{ROOT}.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect().width)"


def load(browser, drawing, width=900):
    page = browser.new_page(viewport={"width": width, "height": 900})
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.set_content(f"<!doctype html><body style='margin: 0'>{drawing.to_html()}")
    return page, faults


@pytest.mark.parametrize(("width", "shown"), [(900, "wide"), (420, "narrow")])
def test_the_layout_that_fits_is_shown_at_its_own_size(browser, width, shown):
    drawing = architecture(CONFIG, lit="attention", open="attention")
    page, faults = load(browser, drawing, width)
    expected = [drawing.wide.width, 0] if shown == "wide" else [0, drawing.narrow.width]
    assert page.evaluate(WIDTHS) == expected
    assert page.locator("img").count() == 0
    assert faults == []
    page.close()


def test_keys_and_buttons_walk_the_gradient_back(browser):
    drawing = architecture(CONFIG, direction="backward", steps=True)
    page, faults = load(browser, drawing)
    says, (back, steps) = page.locator("p"), (page.locator("button").first, drawing.steps)
    visible = f"{ROOT}.querySelectorAll('.wide path.gradient:not(.off)').length"
    assert says.inner_text() == f"1 of {len(steps)}. {steps[0].caption}"
    before = page.evaluate(visible)
    page.locator("button").last.click()
    assert says.inner_text() == f"2 of {len(steps)}. {steps[1].caption}"
    assert page.evaluate(visible) > before
    page.keyboard.press("End")
    assert says.inner_text() == f"{len(steps)} of {len(steps)}. {steps[-1].caption}"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert says.inner_text().startswith(f"{len(steps) - 1} of")
    page.keyboard.press("Home")
    assert page.evaluate(visible) == before
    assert back.get_attribute("aria-disabled") == "true"
    assert faults == []
    page.close()


def test_another_drawing_is_chosen_by_keys(browser):
    norms = {norm: architecture(TransformerConfig("decoder", 11, norm=norm)) for norm in
             ("pre", "post")}  # fmt: skip
    page, faults = load(browser, choose(norms))
    assert page.get_by_text("decoder-only, pre-norm").first.is_visible()
    page.locator("input").first.focus()
    page.keyboard.press("ArrowRight")
    assert not page.get_by_text("decoder-only, pre-norm").first.is_visible()
    assert page.get_by_text("decoder-only, post-norm").first.is_visible()
    assert faults == []
    page.close()
