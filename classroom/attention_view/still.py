"""The view as a picture: the words shaded for one query, the head's matrix, and all heads small.

Pillow draws 72 heads in a tenth of a second, matplotlib in more than one.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from classroom.attention_view.content import Content
from classroom.attention_view.flow import GLUED, LINE, SPACE, flow, is_characters, shown
from classroom.attention_view.sentence import LEAST, percent, strongest

SCALE = 2  # pixels for each CSS pixel, crisp on any screen
WIDTH = 800
MARGIN = 12
LINE_HEIGHT = 33
BOX_HEIGHT = 21
MATRIX = 300
LEAST_HEIGHT = 66  # of a matrix beside which there is room for the name of its rows
LEAST_CELL = 10  # of a matrix whose rows and columns are named
LABELLED = 5
COLORS = 32  # of the palette: the picture has one hue, one mark, and grey
WEAK = 18  # below half a percent there is a shade, but no line under it

INK = (34, 34, 34)
SOFT = (107, 107, 107)
BLUE = np.array([0, 114, 178])
MARK = (184, 74, 0)
HATCH = (190, 190, 190)
MASKED = (236, 236, 236)

STEPS = np.arange(256)[:, None]
ALPHA = np.where(STEPS > 0, np.minimum(1, (10 + 1.1 * STEPS) / 255), 0)
SHADES = np.rint(255 + ALPHA * (BLUE - 255)).astype(np.uint8)
"""The color of each step of √w in a matrix."""


@lru_cache(maxsize=16)
def font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return DejaVu Sans as matplotlib brings it, without its import; else Pillow's own."""
    found = find_spec("matplotlib")
    for folder in (found.submodule_search_locations or []) if found else []:
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        path = Path(folder) / "mpl-data" / "fonts" / "ttf" / name
        if path.exists():
            return ImageFont.truetype(str(path), round(size * SCALE))
    return ImageFont.load_default(round(size * SCALE))


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a text in CSS pixels."""
    return font(size, bold).getlength(text) / SCALE


def tint(step: int, most: float = 0.7) -> tuple[int, int, int]:
    """Return blue on white, as strong as a step of √w."""
    alpha = min(most, step / 240)
    red, green, blue = (round(255 + alpha * (int(c) - 255)) for c in BLUE)
    return red, green, blue


class Canvas:
    """A white picture that is drawn on in CSS pixels, and grows no more."""

    def __init__(self, width: float, height: float) -> None:
        self.image = Image.new("RGB", (round(width * SCALE), round(height * SCALE)), "white")
        self.pen = ImageDraw.Draw(self.image)

    def text(
        self, x: float, y: float, text: str, size: float = 12, bold: bool = False,
        fill: tuple[int, int, int] = INK, anchor: str = "ls",
    ) -> None:  # fmt: skip
        self.pen.text((x * SCALE, y * SCALE), text, fill, font(size, bold), anchor=anchor)

    def upright(self, x: float, y: float, height: float, text: str, anchor: str) -> None:
        """Write a text to be read from below, in the middle of a height or to its upper end."""
        strip = Image.new("L", (max(1, round(height * SCALE)), 14 * SCALE), 0)
        at = strip.width / 2 if anchor == "mm" else strip.width
        ImageDraw.Draw(strip).text((at, 7 * SCALE), text, 255, font(11), anchor=anchor)
        self.image.paste(INK, (round(x * SCALE), round(y * SCALE)), strip.rotate(90, expand=True))

    def box(self, x: float, y: float, width: float, height: float, fill: object = None,
            outline: object = None, line: float = 1) -> None:  # fmt: skip
        corners = (x * SCALE, y * SCALE, (x + width) * SCALE - 1, (y + height) * SCALE - 1)
        self.pen.rectangle(corners, fill, outline, round(line * SCALE))  # type: ignore[arg-type]

    def hatch(self, x: float, y: float, allowed: np.ndarray, width: float, height: float) -> None:
        """Hatch the part of a box whose cells are False."""
        wide, tall = round(width * SCALE), round(height * SCALE)
        rows = np.arange(tall) * allowed.shape[0] // tall
        columns = np.arange(wide) * allowed.shape[1] // wide
        lines = (np.arange(tall)[:, None] + np.arange(wide)) % 10 < 2
        stencil = (lines & ~allowed[rows][:, columns]).astype(np.uint8) * 255
        self.image.paste(HATCH, (round(x * SCALE), round(y * SCALE)), Image.fromarray(stencil))

    def matrix(self, x: float, y: float, steps: np.ndarray, allowed: np.ndarray | None = None,
               size: tuple[float, float] | None = None) -> None:  # fmt: skip
        """Draw steps of √w in a size, or a pixel each; masked cells grey where a mask is given."""
        if size is not None:
            steps = pool(steps, round(size[1] * SCALE), round(size[0] * SCALE))
        pixels = SHADES[steps]
        if allowed is not None:
            pixels[~allowed] = MASKED
        self.image.paste(Image.fromarray(pixels), (round(x * SCALE), round(y * SCALE)))


def pool(cells: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return matrices (..., T_q, T_k) in another size: where smaller, the largest of each cell.

    So a thin diagonal stays as dark when it is drawn small.
    """
    for axis, size in ((-2, height), (-1, width)):
        count = cells.shape[axis]
        starts = np.arange(size) * count // size
        if size < count:
            cells = np.maximum.reduceat(cells, starts, axis=axis)
        else:
            cells = np.take(cells, starts, axis=axis)
    return cells


def lay_out(tokens: list[str], width: float) -> tuple[list[tuple[float, float, float]], float]:
    """Return left, top and width of each token's box, and the height that the lines take."""
    boxes, x, y = [], 0.0, 0.0
    before = flow(tokens)
    margin = 1 if is_characters(tokens) else 3
    widths = [max(width_of(shown(token), 15), 5) + margin for token in tokens]
    for i, rule in enumerate(before):
        together = widths[i]
        for follower in range(i + 1, len(tokens) if rule != GLUED else 0):
            if before[follower] != GLUED:
                break
            together += widths[follower]
        gap = 4 if rule == SPACE and x else 0
        if x and (rule == LINE or x + gap + together > width):
            x, y, gap = 0.0, y + LINE_HEIGHT, 0
        boxes.append((x + gap, y, widths[i]))
        x += gap + widths[i]
    return boxes, y + LINE_HEIGHT


def draw(view: Content) -> bytes:
    """Return a view as a PNG, two pixels for each CSS pixel."""
    said = f"{view.head_name(*view.head)}: {view.sentence}"
    title = textwrap.wrap(view.title, 84)
    said_lines = textwrap.wrap(said, 104)
    top = MARGIN + 20 * len(title) + 17 * len(said_lines) + (16 if view.keys is not None else 0)
    queries, text_height = lay_out(view.queries, WIDTH - 2 * MARGIN)
    texts = [(view.queries, queries, top + 16.0)]
    bottom = top + 16 + text_height
    if view.keys is not None:
        keys, height = lay_out(view.keys, WIDTH - 2 * MARGIN)
        texts.append((view.keys, keys, bottom + 24))
        bottom += 24 + height
    bottom += 6
    matrix_height, heads_height = _sizes(view)
    canvas = Canvas(WIDTH, bottom + max(matrix_height, heads_height) + MARGIN)
    for i, line in enumerate(title):
        canvas.text(MARGIN, MARGIN + 12 + 20 * i, line, 14, bold=True)
    for i, line in enumerate(said_lines):
        canvas.text(MARGIN, MARGIN + 13 + 20 * len(title) + 17 * i, line, 12)
    _draw_words(canvas, view, texts)
    _draw_matrix(canvas, view, bottom)
    if view.steps.shape[0] * view.steps.shape[1] > 1:
        _draw_heads(canvas, view, bottom)
    out = BytesIO()
    small = canvas.image.quantize(
        COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    small.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _places(view: Content) -> tuple[float, float, float, float]:
    """Return the matrix's cell, and the room at its left, below it, and for it all across.

    Where there are few tokens they are named along both axes.
    """
    longest = max(view.steps.shape[2:])
    rows = max(width_of(shown(token), 11) for token in view.queries)
    columns = max(width_of(shown(token), 11) for token in view.keys or view.queries)
    cell = min(26, (MATRIX + 22 - 26 - rows) / longest)
    if cell < LEAST_CELL:
        return MATRIX / longest, 22, 22, 22 + MATRIX
    return cell, 26 + rows, 26 + columns, 26 + rows + cell * view.steps.shape[3]


def _sizes(view: Content) -> tuple[float, float]:
    """Return the heights of the matrix with its axes' names, and of all heads."""
    n_layers, _, n_queries, _ = view.steps.shape
    cell, _, below, _ = _places(view)
    _, height, _, above = _small(view)
    masked = 0 if view.allowed.all() else 20
    return cell * n_queries + below + masked, above + n_layers * (height + 4) + 22


def _draw_words(
    canvas: Canvas,
    view: Content,
    texts: list[tuple[list[str], list[tuple[float, float, float]], float]],
) -> None:
    row = view.steps[view.head][view.query]
    allowed = view.mask_of(view.head)[view.query]
    tokens, boxes, top = texts[-1]
    for key, (x, y, width) in enumerate(boxes):
        step = int(row[key])
        place = (MARGIN + x, top + y, width, BOX_HEIGHT)
        if not allowed[key]:
            canvas.hatch(*place[:2], np.zeros((1, 1), bool), *place[2:])
        elif step:
            canvas.box(*place, tint(step))
            if step >= WEAK:
                tall = 1 + 3 * step / 255
                under = (place[0], place[1] + BOX_HEIGHT - tall, width, tall)
                canvas.box(*under, tint(step + 50, 1.0))
    placed: list[tuple[float, float, float]] = []
    for key in strongest(row, LABELLED):
        x, y, width = boxes[key]
        text = percent(int(row[key]))
        half = width_of(text, 10.5, True) / 2 + 2
        middle = max(x + width / 2, half - MARGIN)
        if row[key] < LEAST or any(y == line and abs(middle - at) < half + room
                                for line, at, room in placed):  # fmt: skip
            continue
        placed.append((y, middle, half))
        canvas.text(MARGIN + middle, top + y - 3, text, 10.5, bold=True, anchor="ms")
    for index, (tokens, boxes, top) in enumerate(texts):
        if len(texts) > 1:
            canvas.text(MARGIN, top - 18, ("queries", "keys")[index], 10.5, fill=SOFT)
        for i, (token, (x, y, width)) in enumerate(zip(tokens, boxes, strict=True)):
            grey = index == len(texts) - 1 and not allowed[i]
            middle, line = MARGIN + x + width / 2, top + y + 16
            ink = SOFT if grey else INK
            canvas.text(middle, line, shown(token), 15, fill=ink, anchor="ms")
    x, y, width = texts[0][1][view.query]
    canvas.box(MARGIN + x - 1.5, texts[0][2] + y - 1.5, width + 3, BOX_HEIGHT + 3, None, MARK, 2)


def _draw_matrix(canvas: Canvas, view: Content, top: float) -> None:
    steps, allowed = view.steps[view.head], view.mask_of(view.head)
    cell, before, below, _ = _places(view)
    height, width = (cell * count for count in steps.shape)
    left = MARGIN + before
    canvas.matrix(left, top, steps, size=(width, height))
    canvas.hatch(left, top, allowed, width, height)
    canvas.box(left, top, width, height, None, (150, 150, 150), 0.5)
    canvas.box(left - 2, top + view.query * cell - 1.5, width + 4, cell + 3, None, MARK, 1.5)
    if before > 22:
        for i, token in enumerate(view.queries):
            canvas.text(left - 5, top + (i + 0.5) * cell, shown(token), 11, anchor="rm")
        for i, token in enumerate(view.keys or view.queries):
            middle = left + (i + 0.5) * cell
            canvas.upright(middle - 7, top + height + 5, below - 26, shown(token), "rm")
    canvas.text(left + width / 2, top + height + below - 6, "key (column)", 11, anchor="ms")
    if height > LEAST_HEIGHT:
        canvas.upright(MARGIN - 1, top, height, "query (row)", "mm")
    if not allowed.all():
        canvas.hatch(left, top + height + below, np.zeros((1, 1), bool), 16, 12)
        canvas.text(left + 22, top + height + below + 10, "masked", 10.5, fill=SOFT)


def _small(view: Content) -> tuple[float, float, float, float]:
    """Return width and height of a small head, and the place of the first."""
    _, n_heads, n_queries, n_keys = view.steps.shape
    left = MARGIN + _places(view)[3] + 46 + (70 if view.block_names else 0)
    room = WIDTH - MARGIN - left
    cell = min(120.0, room / n_heads - 4)
    height = min(max(cell * n_queries / n_keys, min(cell, 24)), 1.4 * cell)
    return cell, height, left, 30 if view.head_names else 16


def _small_cells(cells: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return all heads in the pixels of a small one; long texts in half as many each way."""
    if cells.shape[-1] > width:
        cells = pool(cells, round(height), round(width))
    return pool(cells, round(height * SCALE), round(width * SCALE))


def _draw_heads(canvas: Canvas, view: Content, top: float) -> None:
    cell, height, left, above = _small(view)
    n_layers, n_heads = view.steps.shape[:2]
    for head in range(n_heads):
        x = left + head * (cell + 4)
        if view.head_names:
            lines = textwrap.wrap(view.head_names[head], max(4, int(cell / 6.2)))[:2]
            for i, line in enumerate(lines, 2 - len(lines)):
                canvas.text(x, top + 9 + 13 * i, line, 10.5, fill=SOFT)
        else:
            canvas.text(x + cell / 2, top + 10, str(head + 1), 10.5, fill=SOFT, anchor="ms")
    small, seen = (_small_cells(each, cell, height) for each in (view.steps, view.allowed))
    for block in range(n_layers):
        y = top + above + block * (height + 4)
        if view.block_names:
            canvas.text(left - 8, y + height / 2 + 4, view.block_names[block], 10.5, fill=SOFT,
                        anchor="rs")  # fmt: skip
        elif n_layers > 1:
            canvas.text(left - 7, y + height / 2 + 4, str(block + 1), 10.5, fill=SOFT, anchor="rs")
        for head in range(n_heads):
            x = left + head * (cell + 4)
            allowed = seen[min(block, len(seen) - 1), min(head, seen.shape[1] - 1)]
            canvas.matrix(x, y, small[block, head], allowed)
            canvas.box(x, y, cell, height, None, (200, 200, 200), 0.5)
            if (block, head) == view.head:
                canvas.box(x - 1.5, y - 1.5, cell + 3, height + 3, None, MARK, 2)
    what = "a head in each column"
    if n_layers > 1 and not view.block_names:
        what += ", a block in each row"
    if not view.head_names:
        canvas.text(left, top + above + n_layers * (height + 4) + 12, what, 10.5, fill=SOFT)
