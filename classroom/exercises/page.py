"""What `check`, `hint` and `solution` say, as a page shows it: in lines of the width it has."""

import html
import re
import textwrap

from classroom.exercises.formatting import KEPT_TOGETHER, WIDTH
from classroom.plots.display import in_notebook, publish

_BODY = "line-height: 1.45; max-width: 780px; overflow-wrap: break-word"
_TEXT = "margin: 0 0 0.5em; white-space: normal"
_LINES = f"{_TEXT.split(';')[0]} 1.5em; white-space: pre-wrap; overflow-wrap: break-word"
_COLUMNS = "display: flex; flex-wrap: wrap; gap: 0 20px; max-width: 1100px"
_COLUMN = "flex: 1 1 380px; min-width: 0"
_CODE = "margin: 0 0 0.5em; overflow-x: auto; white-space: pre; line-height: 1.4"
#: Its edge marks a line without color, too; the color is seen on white and on black.
_MARKED = (
    "display: block; color: inherit; background: rgba(230, 159, 0, 0.22); "
    "border-left: 4px solid #d55e00; padding-left: 4px"
)
_PLAIN = "display: block; padding-left: 8px"


def say(text: str) -> None:
    """Print a message; in a notebook, display it so that a page can wrap it."""
    if in_notebook():
        publish({"text/html": message_html(text), "text/plain": text})
    else:
        print(text)


def message_html(text: str) -> str:
    """Return a message as HTML: paragraphs that wrap anew, and code and tables line by line.

    Lines that are indented by four blanks or more are code or a table. Any others are joined where
    `formatting.wrap` has broken them, that is, where the next word would not have fitted.
    """
    parts: list[str] = []
    before = ""
    for line in text.split("\n"):
        verbatim = line.startswith("    ")
        if verbatim and before.startswith("    "):
            parts[-1] += f"\n{line}"
        elif before and not verbatim and _broken(before, line):
            parts[-1] += f" {line.strip()}"
        elif line.strip():
            parts.append(line if verbatim else line.strip())
        before = line
    body = "".join(map(_part, parts))
    return f'<div style="{_BODY}">{body}</div>'


def _broken(line: str, following: str) -> bool:
    """Tell whether two lines are one, broken because the second's first word did not fit."""
    first = re.match(rf"(?:{KEPT_TOGETHER}|\S)+", following.strip())
    same = len(line) - len(line.lstrip()) == len(following) - len(following.lstrip())
    return first is not None and same and len(line) + 1 + len(first[0]) > WIDTH


def _part(text: str) -> str:
    if text.startswith("    "):
        shown = html.escape(textwrap.dedent(text), quote=False)
        return f'<pre style="{_LINES}">{shown}</pre>'
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return f'<p style="{_TEXT}">{shown}</p>'


def columns_html(*columns: tuple[str, str, set[int]]) -> str:
    """Lay sources side by side, or, where there is no room, one below the other.

    Parameters
    ----------
    *columns : (str, str, set of int)
        A heading, a source, and the numbers of its lines, from 0, that are marked.
    """
    return f'<div style="{_COLUMNS}">{"".join(_column(*column) for column in columns)}</div>'


def _column(heading: str, source: str, marked: set[int]) -> str:
    lines = "".join(
        f'<mark style="{_MARKED}">{shown}</mark>'
        if number in marked
        else f'<span style="{_PLAIN}">{shown}</span>'
        for number, shown in enumerate(_lines(source))
    )
    return (
        f'<div style="{_COLUMN}"><p style="{_TEXT}"><b>{html.escape(heading)}</b></p>'
        f'<pre style="{_CODE}"><div style="display: inline-block; min-width: 100%">{lines}</div>'
        "</pre></div>"
    )


def _lines(source: str) -> list[str]:
    """Escape each line; one that is empty keeps its height."""
    return [html.escape(line, quote=False) or " " for line in source.splitlines()]


def column_text(heading: str, source: str, marked: set[int]) -> str:
    """Return a source as text, indented, with > before the lines that are marked."""
    lines = [
        f"  {'>' if number in marked else ' '} {line}".rstrip()
        for number, line in enumerate(source.splitlines())
    ]
    return "\n".join([f"{heading}:", "", *lines])
