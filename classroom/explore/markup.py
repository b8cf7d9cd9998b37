"""A little markup for questions and lines: `code`, **bold**, *italic*, $math$."""

from __future__ import annotations

import html
import re

_PIECES = re.compile(r"(\$[^$]+\$|`[^`]+`)")


def to_html(text: str) -> str:
    """Return HTML for a text with `code`, **bold**, *italic* and $math$; all else is escaped."""
    parts = []
    for piece in _PIECES.split(text):
        if len(piece) > 2 and piece[0] == piece[-1] == "$":
            parts.append(html.escape(piece, quote=False))
        elif len(piece) > 2 and piece[0] == piece[-1] == "`":
            parts.append(f"<code>{html.escape(piece[1:-1], quote=False)}</code>")
        else:
            escaped = html.escape(piece, quote=False).replace("\n\n", "<br><br>")
            escaped = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escaped)
            parts.append(re.sub(r"(?<![\w*])\*([^*\s][^*]*?)\*(?!\w)", r"<i>\1</i>", escaped))
    return "".join(parts)


def line_html(line: str) -> str:
    """Return HTML for one line of a derivation: code in monospace as it stands, or math."""
    if "$" in line:
        return to_html(line)
    return (
        f'<code style="white-space: pre; font-size: 13px">{html.escape(line, quote=False)}</code>'
    )


def to_plain(text: str) -> str:
    """Return a text without the marks of bold, italic and code; math stays as it is written."""
    parts = []
    for piece in _PIECES.split(text):
        if len(piece) > 2 and piece[0] == piece[-1] == "`":
            parts.append(piece[1:-1])
        elif len(piece) > 2 and piece[0] == piece[-1] == "$":
            parts.append(piece)
        else:
            piece = re.sub(r"\*\*(.+?)\*\*", r"\1", piece)
            parts.append(re.sub(r"(?<![\w*])\*([^*\s][^*]*?)\*(?!\w)", r"\1", piece))
    return "".join(parts)
