"""What a reader sees in an element of a page, or hears of it."""

from __future__ import annotations

from playwright.sync_api import ElementHandle

#: The words of an element that are broken into two lines although one has room for them.
BROKEN_WORDS = """element => {
    const found = [], range = document.createRange();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const word of node.data.matchAll(/[\\w']+/g)) {
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const tops = new Set([...range.getClientRects()].map(rect => Math.round(rect.top)));
            if (tops.size > 1) found.push(word[0]);
        }
    return found;
}"""

#: The pictures that are not hidden, as the card of a box is, or folded.
PICTURES = "[...element.querySelectorAll('img')].filter(img => img.checkVisibility())"

#: For each picture, its alt text, or, for a widget, the text that is read out in its place.
SPOKEN = f"""element => {PICTURES}.map(img => {{
    const box = img.closest(".course-card");
    return box ? box.parentElement.querySelector("[role=status]")?.textContent : img.alt;
}})"""

NOT_DRAWN = f"""element => {PICTURES}.filter(
    img => !(img.complete && img.naturalWidth > 50)).length"""

#: For each picture, its width as shown, as stored, that of its card, and whether the card scrolls.
SHOWN = f"""element => {PICTURES}.map(img => {{
    const card = img.closest(".course-card") ?? img.parentElement;
    return {{width: img.getBoundingClientRect().width, stored: Number(img.getAttribute("width")),
            card: card.getBoundingClientRect().width,
            scrolls: getComputedStyle(card).overflowX === "auto"}};
}})"""


def broken_words(element: ElementHandle) -> list[str]:
    return element.evaluate(BROKEN_WORDS)


def spoken(element: ElementHandle) -> list[str | None]:
    return element.evaluate(SPOKEN)


def pictures_that_are_not_drawn(element: ElementHandle) -> int:
    return element.evaluate(NOT_DRAWN)


def shown(element: ElementHandle) -> list[dict]:
    return element.evaluate(SHOWN)


def assert_legible(pictures: list[dict]) -> None:
    """Their letters have 9 pixels or more; where a picture is wider than its card, that scrolls."""
    for picture in pictures:
        assert picture["width"] >= 0.81 * picture["stored"] - 1, picture
        assert picture["width"] <= picture["card"] + 1 or picture["scrolls"], picture


def overflows(element: ElementHandle) -> bool:
    """Tell whether an element holds more than fits into its width."""
    return element.evaluate("element => element.scrollWidth > element.clientWidth + 1")
