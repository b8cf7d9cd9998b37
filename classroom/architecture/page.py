"""A drawing on a page: a picture, which a small script replaces by SVG, step by step if wanted."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import blake2b
from typing import Protocol

from classroom.architecture import png
from classroom.architecture.gradient import Step
from classroom.architecture.layout import Columns
from classroom.architecture.svg import STYLE, svg_of
from classroom.plots.display import CARD, ON_CARD, least_width


class Drawing(Protocol):
    """What a page needs of a drawing: see `drawing.Drawing`."""

    wide: Columns
    narrow: Columns
    steps: list[Step]
    alt: str
    names: dict[str, str]


WALK_STYLE = """
.walk { position: sticky; top: 0; z-index: 1; background: var(--paper);
  display: flex; gap: 8px; align-items: flex-start; margin: 4px 0; min-height: 3em;
  max-width: 720px; font: 13px/1.4 system-ui, sans-serif; }
.walk p { margin: 2px 0; flex: 1; }
.walk button { font: inherit; color: var(--ink); background: var(--paper); padding: 2px 9px;
  border: 1px solid var(--soft); border-radius: 4px; cursor: pointer; white-space: nowrap; }
.walk button:focus-visible { outline: 2px solid var(--lit); outline-offset: 1px; }
.walk button[aria-disabled=true] { opacity: .5; cursor: default; }
.off { visibility: hidden; }
rect.part.now, circle.now { stroke: var(--grad); stroke-width: 3; }
rect.part.now { fill: color-mix(in srgb, #D55E00 20%, var(--paper)); }
text.now { fill: var(--grad); }
circle.dot.now { fill: var(--grad); }
path.gradient.now:not(.head) { stroke-width: 3.2; stroke-dasharray: none; }
path.gradient:not(.now) { opacity: .65; }
@container (max-width: 560px) {
  .walk { flex-wrap: wrap; } .walk p { flex-basis: 100%; min-height: 5.6em; }
}
"""

CHOICE_STYLE = """
.choice { border: none; margin: 4px 0; padding: 0; font: 13px/1.8 system-ui, sans-serif; }
.choice label { margin-right: 14px; white-space: nowrap; }
.choice input { accent-color: var(--lit); }
.chosen[hidden] { display: none; }
"""

SHOW = """
for (const host of document.querySelectorAll('[data-architecture="KEY"]')) {
  if (host.shadowRoot) continue;
  const root = host.attachShadow({ mode: "open" });
  host.replaceChildren();
  // JupyterLab would take single keys for itself: "b" inserts a cell.
  root.addEventListener("keydown", (event) => {
    const single = !(event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape");
    if (single) event.stopPropagation();
  });
  root.innerHTML = PAGE;
BEHAVIOR
}
"""

CHOOSE = """
  const shown = root.querySelectorAll(".chosen"), choice = root.querySelector(".choice");
  choice.onchange = (event) =>
    shown.forEach((each, index) => { each.hidden = index !== Number(event.target.value); });
"""

STEP = """
  const steps = STEPS;
  const [back, next] = root.querySelectorAll("button"), says = root.querySelector("p");
  let now = 0;
  const go = (to) => {
    now = Math.max(0, Math.min(steps.length - 1, to));
    for (const mark of root.querySelectorAll("[data-step]")) {
      const at = Number(mark.dataset.step);
      mark.classList.toggle("now", at === now);
      mark.classList.toggle("off", mark.classList.contains("gradient") && at - now > 0);
    }
    back.setAttribute("aria-disabled", now === 0);
    next.setAttribute("aria-disabled", now === steps.length - 1);
    says.textContent = `${now + 1} of ${steps.length}. ${steps[now]}`;
  };
  back.onclick = () => go(now - 1);
  next.onclick = () => go(now + 1);
  root.querySelector(".walk").onkeydown = (event) => {
    const to = { ArrowLeft: now - 1, ArrowUp: now - 1, ArrowRight: now + 1, ArrowDown: now + 1,
      Home: 0, End: steps.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  go(0);
"""

WALK = (
    '<div class="walk" role="group" aria-label="The gradient, step by step">'
    '<button type="button">◀ back</button>'
    '<button type="button">next ▶</button>'
    '<p aria-live="polite"></p></div>'
)


def html_of(drawing: Drawing) -> str:
    """Return the HTML of a drawing, equal for equal drawings."""
    steps = {part: n for n, step in enumerate(drawing.steps) for part in step.parts}
    inside, widths = _layouts(drawing, steps)
    if not steps:
        return _page(inside, STYLE + widths, "", drawing.alt, drawing)
    captions = [step.caption for step in drawing.steps]
    script = STEP.replace("STEPS", _literal(captions))
    return _page(WALK + inside, STYLE + widths + WALK_STYLE, script, drawing.alt, drawing)


def choice_of(drawings: Mapping[str, Drawing], alt: str) -> str:
    """Return the HTML of several drawings, one of which is shown, with a radio button for each."""
    buttons, shown, style = "", "", STYLE + CHOICE_STYLE
    for number, (name, drawing) in enumerate(drawings.items()):
        inside, widths = _layouts(drawing, {}, f"d{number}-")
        style += widths
        buttons += (
            f'<label><input type="radio" name="drawing" value="{number}" '
            f"{'' if number else ' checked'}> "
            f"{html.escape(name)}</label>"
        )
        shown += f'<div class="chosen"{" hidden" if number else ""}>{inside}</div>'
    choice = f'<fieldset class="choice" aria-label="The drawing to be shown">{buttons}</fieldset>'
    return _page(choice + shown, style, CHOOSE, alt, next(iter(drawings.values())))


def _layouts(drawing: Drawing, steps: Mapping[str, int], prefix: str = "") -> tuple[str, str]:
    """Return both layouts as SVG, and the style that shows the one that fits."""
    wide, narrow = drawing.wide, drawing.narrow
    pictures = (
        f'<div class="{prefix}wide">{svg_of(wide, drawing.alt, steps, drawing.names)}</div>'
        f'<div class="{prefix}narrow">{svg_of(narrow, drawing.alt, steps, drawing.names)}</div>'
    )
    return pictures, (
        f"@container (max-width: {wide.width - 1}px) {{ .{prefix}wide {{ display: none; }} }}\n"
        f"@container (min-width: {wide.width}px) {{ .{prefix}narrow {{ display: none; }} }}\n"
        f".{prefix}narrow {{ overflow-x: auto; }}\n"
        f".{prefix}narrow svg {{ min-width: {least_width(narrow.width)}px; }}\n"
    )


def _page(inside: str, style: str, behavior: str, alt: str, pictured: Drawing) -> str:
    """Return a picture with alt text, and the script that replaces it."""
    page = f"<style>{style}</style>{inside}"
    script = SHOW.replace("BEHAVIOR", behavior).replace("PAGE", _literal(page))
    key = blake2b(script.encode(), digest_size=6).hexdigest()
    picture = b64encode(png.png_of(pictured.wide)).decode()
    width, height = round(pictured.wide.width), round(pictured.wide.height)
    return (
        f'<div data-architecture="{key}"><div style="display: inline-block; {CARD}">'
        f'<img alt="{html.escape(" ".join(alt.split()))}" width="{width}" height="{height}" '
        f'style="{ON_CARD}; min-width: {least_width(width)}px; max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{picture}">'
        f"</div></div><script>{script.replace('KEY', key)}</script>"
    )


def _literal(value: object) -> str:
    """Return a value as JavaScript that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
