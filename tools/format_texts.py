"""Write the prose of the lessons as reviews want it: a heading begins a cell, a sentence its line.

    python tools/format_texts.py            # mend classroom/*/text.py
    python tools/format_texts.py --check    # name what is to be mended, change nothing

A notebook shows both forms alike. Folding, jumping and reviewing go by cells; a review shows the
sentence that changed. Code, tables, formulas and lines of HTML stay as they are.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKDOWN = "# %% [markdown]"
# A sentence ends here, perhaps with a bracket or a mark of bold behind it, and another begins.
_END = re.compile(r"(?<=[.!?])[)\]*”\"']*\s+(?=[*_\"“'(\[]*[A-ZÀ-Þ0-9`$])")
# What looks like the end of a sentence and is none.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|al|Sec|Secs|Eq|Eqs|Fig|Figs|Alg|App|Ch|No|vs|cf|ca|approx|p|pp|ed|eds|St|Dr)"
    r"|\b[A-Z])\.[)\]*”\"']*$"
)
_ATOM = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)")
_ITEM = re.compile(r"(?:[-*+]|\d+\.)\s+")


def format_text(text: str) -> str:
    """Return the source of a lesson with every markdown cell in that form."""
    out: list[str] = []
    cell: list[str] | None = None
    for line in [*text.split("\n"), "# %%"]:
        if line.startswith("# %%"):
            if cell is not None:
                out += _cell(cell)
            cell = [] if line.startswith(MARKDOWN) else None
            out.append(line)
        elif cell is None:
            out.append(line)
        else:
            cell.append(line)
    return "\n".join(out[:-1])


def _cell(lines: list[str]) -> list[str]:
    """Return the lines of a markdown cell, cut into several where a heading stands inside."""
    tail = []
    while lines and lines[-1] == "":
        tail.append(lines.pop())
    if not all(line.startswith("#") for line in lines):
        raise ValueError(f"a markdown cell has a line that is no comment: {lines[0]!r}")
    parts: list[list[str]] = [[]]
    fenced = False
    for line in (line.removeprefix("#").removeprefix(" ") for line in lines):
        fenced ^= line.startswith("```")
        if not fenced and re.match("#{1,6} ", line) and any(parts[-1]):
            parts.append([])
        parts[-1].append(line)
    out: list[str] = []
    for part in parts:
        while part and not part[-1]:
            part.pop()
        if out:
            out += ["", MARKDOWN]
        out += [f"# {line}".rstrip() for line in one_sentence_a_line(part)]
    return out + tail


def one_sentence_a_line(lines: list[str]) -> list[str]:
    """Return lines of Markdown with each sentence of a paragraph or of an item on its own line."""
    out: list[str] = []
    fenced = formula = False
    for line in lines:
        if line.startswith("```"):
            fenced = not fenced
        opens = line.count("$$") % 2 == 1
        kept = fenced or formula or opens or line.startswith(("|", "#", "<", "    ", "$$", "```"))
        formula ^= opens
        if kept:
            out.append(line)
            continue
        item = _ITEM.match(line.lstrip())
        indent = " " * (len(line) - len(line.lstrip()) + (len(item[0]) if item else 0))
        first, *rest = sentences(line)
        out += [first, *(indent + sentence for sentence in rest)]
    return out


def sentences(line: str) -> list[str]:
    """Cut a line of prose into its sentences."""
    atoms = [match.span() for match in _ATOM.finditer(line)]
    found, start = [], 0
    for end in _END.finditer(line):
        inside = any(a < end.start() < b for a, b in atoms)
        before = line[start : end.end()].rstrip()
        begins_list = _ITEM.match(line[end.end() :])
        item_alone = _ITEM.fullmatch(before.lstrip() + " ")
        if inside or begins_list or item_alone or _ABBREVIATION.search(before):
            continue
        found.append(before)
        start = end.end()
    return [*found, line[start:]]


def main() -> int:
    """Mend the texts, or say which are to be mended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if something would")
    options = parser.parse_args()
    changed = 0
    for path in sorted(ROOT.glob("classroom/*/text.py")):
        text = path.read_text(encoding="utf-8")
        formatted = format_text(text)
        if formatted != text:
            changed += 1
            print(path.relative_to(ROOT))
            if not options.check:
                path.write_text(formatted, encoding="utf-8", newline="\n")
    return int(options.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
