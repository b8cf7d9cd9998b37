"""A notebook in the browser: what a reader can do to it, and what a reader can see."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lab import PANEL
from playwright.sync_api import ElementHandle, Page

#: Times each picture from the input event that asked for it until it has been loaded.
STOPWATCH = """img => {
    const watch = window.stopwatch = {times: [], start: null};
    const begin = event => { if (watch.start === null) watch.start = event.timeStamp; };
    for (const kind of ["pointermove", "mousemove"])
        document.addEventListener(kind, begin, {capture: true});
    const loaded = () => {
        if (watch.start !== null) watch.times.push(performance.now() - watch.start);
        watch.start = null;
    };
    new MutationObserver(() => {
        if (img.complete) loaded(); else img.addEventListener("load", loaded, {once: true});
    }).observe(img, {attributes: true, attributeFilter: ["src"]});
}"""

PICTURE = """async img => Array.from(new Uint8Array(
    await (await fetch(img.src)).arrayBuffer()))"""

NEXT_PICTURE = """([seen, patience]) => new Promise(done => {
    const begin = performance.now();
    const look = () => {
        if (stopwatch.times.length > seen) done(true);
        else if (performance.now() - begin > patience) done(false);
        else setTimeout(look, 5);
    };
    look();
})"""


class NotebookPage:
    """One notebook, open in JupyterLab.

    Reading the state and waiting go through JupyterLab's own objects (it draws only the cells in
    view, so the page alone cannot tell); acting goes through the mouse and the keyboard.
    """

    def __init__(self, page: Page, address: str, token: str, name: str):
        self.page, self.name = page, name
        self.url = f"{address}/lab/tree/{name}?token={token}&reset"
        self.open()

    def open(self) -> None:
        """Open the notebook on a fresh page, and wait until its kernel is idle."""
        self.page.goto(self.url, timeout=60_000)
        self.page.wait_for_function(
            f"""name => window.jupyterapp && {PANEL} && {PANEL}.sessionContext
                && {PANEL}.context.path === name && {PANEL}.context.isReady
                && {PANEL}.sessionContext.isReady
                && {PANEL}.sessionContext.session?.kernel?.status === "idle" """,
            arg=self.name,
            timeout=60_000,
        )
        self.page.wait_for_timeout(3000)  # a click on Run All that comes sooner is often lost

    def ids(self) -> list[str]:
        """The ids of the cells, in order."""
        return self.page.evaluate(f"{PANEL}.content.widgets.map(cell => cell.model.id)")

    def source(self, cell_id: str) -> str:
        return self._model(cell_id, "cell.model.sharedModel.getSource()")

    def count(self, cell_id: str) -> int | None:
        """The execution count, while a cell runs or before it has run None."""
        return self._model(cell_id, "cell.model.executionCount")

    def outputs(self, cell_id: str) -> list[dict]:
        return self._model(cell_id, "cell.model.outputs?.toJSON() ?? []")

    def _model(self, cell_id: str, expression: str):
        return self.page.evaluate(
            f"""id => {{
                const cell = {PANEL}.content.widgets.find(cell => cell.model.id === id);
                return {expression};
            }}""",
            cell_id,
        )

    def run_all(self, timeout: float) -> None:
        """Choose Run > Run All Cells, and wait until every code cell has its number."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(
            f"""() => {PANEL}.content.widgets.every(
                    cell => cell.model.type !== "code" || cell.model.executionCount !== null)
                && {PANEL}.sessionContext.session.kernel.status === "idle" """,
            timeout=1000 * timeout,
        )

    def cell(self, cell_id: str) -> ElementHandle:
        """Scroll to a cell and return its element."""
        node = self.page.evaluate_handle(
            f"""async id => {{
                const notebook = {PANEL}.content;
                const index = notebook.widgets.findIndex(cell => cell.model.id === id);
                await notebook.scrollToItem(index, "start");
                return notebook.widgets[index].node;
            }}""",
            cell_id,
        ).as_element()
        self.page.wait_for_timeout(300)
        node.scroll_into_view_if_needed()
        return node

    def fill_in(self, cell_id: str, code: str) -> None:
        """Click into a cell, replace all that it holds, and run it."""
        self.cell(cell_id).wait_for_selector(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        assert self.source(cell_id) == code
        self.run(cell_id)

    def run(self, cell_id: str) -> None:
        """Click into a cell and press Shift+Enter."""
        before = self.count(cell_id)
        self.cell(cell_id).wait_for_selector(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            f"""([id, before]) => {{
                const cell = {PANEL}.content.widgets.find(cell => cell.model.id === id);
                return cell.model.executionCount !== null && cell.model.executionCount !== before;
            }}""",
            arg=[cell_id, before],
            timeout=60_000,
        )

    def text_below(self, cell_id: str) -> str:
        """The text that stands on the page under a cell."""
        return self.cell(cell_id).wait_for_selector(".jp-Cell-outputWrapper").inner_text()

    def save(self) -> None:
        """Press Ctrl+S, and wait until all is saved."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function(f"() => !{PANEL}.context.model.dirty", timeout=60_000)

    def trusted(self) -> bool:
        """Whether JupyterLab runs what the outputs hold, as it does for the reader's own."""
        return self.page.evaluate(
            f"""() => {PANEL}.content.widgets.every(
                cell => cell.model.type !== "code" || cell.model.trusted)"""
        )

    def screenshot(self, folder: Path | None, name: str) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")


def fingerprint(picture: ElementHandle) -> str:
    """A hash of the bytes that an <img> shows."""
    return hashlib.sha256(bytes(picture.evaluate(PICTURE))).hexdigest()


def drag(page: Page, cell: ElementHandle, image: ElementHandle, steps: int) -> list[float]:
    """Drag the first slider of a cell to the far end of its track, in `steps` moves of the mouse.

    Each move waits for the picture that it asks for; one that leaves the handle asks for none.

    Returns
    -------
    list of float
        Milliseconds from the move, as the browser dates it, until the new picture has been loaded.
    """
    handle, track = (cell.wait_for_selector(name) for name in (".noUi-handle", ".noUi-base"))
    box, rail = handle.bounding_box(), track.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left, right = rail["x"], rail["x"] + rail["width"]
    far = right if x < (left + right) / 2 else left
    image.evaluate(STOPWATCH)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, steps + 1):
        at = handle.bounding_box()
        seen = page.evaluate("() => { stopwatch.start = null; return stopwatch.times.length; }")
        page.mouse.move(x + (far - x) * step / steps, y)
        if handle.bounding_box() != at:
            assert page.evaluate(NEXT_PICTURE, [seen, 5000]), "the slider moved, the picture not"
    page.mouse.up()
    return page.evaluate("stopwatch.times")
