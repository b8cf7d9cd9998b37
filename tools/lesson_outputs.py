"""What a notebook may store: outputs that are the same on every run, and on every machine."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

from classroom.explore.box import WIDGET_VIEW

PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r"""\balt=(["'])(.*?)\1""", re.DOTALL)

#: (what is refused in the text of an output, why)
REFUSED = (
    (r"(?<![\w.:/])/(?:tmp|home|root|usr|var|opt|mnt|private|Users|work|workspace)/", "a path"),
    (r"\b[A-Z]:\\\w", "a path"),
    (r"ipykernel_\d+", "a process id"),
    (r"\b0x[0-9a-fA-F]{6,}", "a memory address"),
    (r"\bnp\.(?:float|int|uint|bool|str|complex)\w*\(", "a bare NumPy scalar: format it"),
    (r"<Figure size", "a bare figure: show it with plots.show"),
    (r"\d%\|", "a progress bar as it began: use course_lib.internals.progress"),
)
DECIMAL = re.compile(r"(?<![\w.,])\d[\d,]*\.\d+(?:[eE][-+]?\d+)?(?![\w.])")
SIGNIFICANT = 4


def tidy(notebook: NotebookNode) -> None:
    """Take out of a run notebook, in place, all that differs from one run to the next."""
    notebook.metadata.pop("widgets", None)
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.metadata.pop("execution", None)
        cell.outputs = _joined(cell.outputs)
        for output in cell.outputs:
            output.pop("transient", None)
            if output.output_type == "execute_result":
                output.execution_count = count
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
        cell.outputs = [o for o in cell.outputs if o.get("data", True)]


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what one cell prints in a row: where a stream is cut depends on timing."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def dump(notebook: NotebookNode) -> str:
    """Write a notebook as text, always in the same way."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def faults(notebook: NotebookNode) -> Iterator[str]:
    """Say what in a notebook's outputs would not survive another run, machine or reader."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for fault in _output_faults(output):
                yield f"cell {cell.id}: {fault}"


def _output_faults(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "error":
        yield f"an error is stored: {output.ename}: {output.evalue}"
    if output.output_type == "stream" and output.name == "stderr":
        yield f"stderr or a warning is stored: {output.text.strip()[:300]}"
    if WIDGET_VIEW in output.get("data", {}):
        yield "the state of a widget is stored"
    for kind in PICTURES:
        if kind in output.get("data", {}):
            yield f"a picture as {kind}, whose alt text reaches no page: use plots.show"
    if not all(alt.strip() for alt in alt_texts(output.get("data", {}).get("text/html", ""))):
        yield "a picture without alt text: use plots.show"
    for text in texts(output):
        for pattern, reason in REFUSED:
            if found := re.search(pattern, text):
                line = text[text.rfind("\n", 0, found.start()) + 1 :].split("\n")[0]
                yield f"{reason}, in the output: {line.strip()[:200]}"
        for number in DECIMAL.findall(text):
            if significant(number) > SIGNIFICANT:
                yield f"{number} has more than {SIGNIFICANT} significant digits: format it"


def alt_texts(html_text: str) -> list[str]:
    """Return the alt text of each picture in some HTML, "" where it has none."""
    found = [_ALT.search(tag) for tag in _IMAGE.findall(html_text)]
    return [html.unescape(alt[2]) if alt else "" for alt in found]


def significant(number: str) -> int:
    """Count the significant digits of a decimal, without the zeros at its end."""
    digits = re.split("[eE]", number)[0].replace(",", "").replace(".", "")
    return len(digits.strip("0"))


def texts(output: NotebookNode) -> Iterator[str]:
    """Yield every text that strict nbval compares."""
    if output.output_type == "stream":
        yield output.text
    for kind, value in output.get("data", {}).items():
        if kind == "text/html":
            yield re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", value, flags=re.DOTALL)
        elif kind.startswith("text/"):
            yield value
