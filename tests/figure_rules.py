"""What every figure and every explorer of the course is held to."""

import html
import re
from io import BytesIO
from itertools import combinations

import numpy as np
from letters import contrast, draw, ground_under, meet
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from classroom.plots import display
from classroom.plots.picture import Picture


def assert_fit(figure):
    """It has alt text that is a sentence, is no wider than a notebook, and can be read."""
    assert isinstance(figure, Picture)
    assert len(figure.alt) > 40
    assert figure.alt.endswith(".")
    assert "nan" not in figure.alt
    width, _ = display.size_in_pixels(figure)
    assert width <= 800
    found = faults(figure)
    assert not found, f"{figure.alt[:60]}…\n" + "\n".join(found)


LEAST = 8.99
"""Pixels of the smallest letters."""

CONTRAST = 4.5
"""WCAG 2, level AA, for text."""

BLACK, WHITE = np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4)

NEAR = 16.0
"""Pixels from a line to the name that is said to stand beside it."""


def faults(figure):
    """Say in a sentence each what keeps a reader from reading a figure."""
    drawn = draw(figure)
    return [
        *small_letters(drawn, figure),
        *cut_off(drawn, figure),
        *covered(drawn),
        *too_pale(drawn),
        *color_alone(drawn, figure),
        *labels_left_out(figure),
    ]


def small_letters(drawn, figure):
    """Letters below 9 pixels where the page is as narrow as a phone and the picture shrinks."""
    width, _ = display.size_in_pixels(figure)
    shrunk = display.least_width(width) / width
    small = [one for one in drawn.letters if one.size * shrunk < LEAST]
    return [f"too small: {one.text!r} has {one.size * shrunk:.1f} px" for one in small]


def cut_off(drawn, figure):
    """Letters that reach out of the figure, or out of the axes that clip them."""
    width, height = display.size_in_pixels(figure)
    found = []
    for one in drawn.letters:
        (x0, y0), (x1, y1) = one.corners.min(axis=0), one.corners.max(axis=0)
        left, low, right, high = one.clip or (0, 0, width, height)
        if x0 < left - 1 or y0 < low - 1 or x1 > right + 1 or y1 > high + 1:
            found.append(f"cut off: {one.text!r} at ({x0:.0f}, {y0:.0f}) to ({x1:.0f}, {y1:.0f})")
    return found


def covered(drawn):
    """Letters over other letters."""
    corners = np.array([one.corners for one in drawn.letters]).reshape(-1, 4, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    near = (np.minimum(high[:, None], high) - np.maximum(low[:, None], low) > 1.0).all(axis=-1)
    pairs = [(drawn.letters[i], drawn.letters[j]) for i, j in np.argwhere(np.triu(near, k=1))]
    return [
        f"over each other: {a.text!r} and {b.text!r}"
        for a, b in pairs
        if a.owner is not b.owner and meet(a.corners, b.corners, touch=1.0)
    ]


def too_pale(drawn):
    """Letters that differ too little from what they lie on, in the dark theme.

    There every color is multiplied by the grey of the card, which makes all contrasts less than
    they are in the light theme.
    """
    found = []
    for one in drawn.letters:
        ground = ground_under(drawn, one)
        there = contrast(one.color, ground, display.DARK_CARD)
        if len(ground) and (there < wanted(ground)).mean() > 0.25:
            found.append(f"too pale: {one.text!r} has a contrast of {np.median(there):.1f}")
    return found


def wanted(ground):
    """Return the least contrast of letters: on a middling color even black and white have less."""
    best = np.maximum(*(contrast(ink, ground, display.DARK_CARD) for ink in (BLACK, WHITE)))
    return np.minimum(CONTRAST, 0.98 * best)


def color_alone(drawn, figure):
    """Lines that only their color tells apart: same dashes, same marks, no name beside them."""
    found = []
    for ax in figure.axes:
        lines = [line for line in ax.lines if is_a_course(line)]
        for a, b in combinations(lines, 2):
            if style_of(a) != style_of(b) or same_color(a.get_color(), b.get_color()):
                continue
            unnamed = [line for line in (a, b) if not named(line, drawn)]
            if unnamed:
                colors = to_hex(a.get_color()), to_hex(b.get_color())
                found.append(f"color alone: lines {colors[0]} and {colors[1]} over {title_of(ax)}")
                break
    return found


def is_a_course(line):
    """Tell whether a line goes on, and is not a single mark, a bracket or a tick."""
    return line.get_visible() and line.get_linestyle() != "None" and len(line.get_xdata()) > 4


def style_of(line):
    width = line.get_linewidth() >= 1.3
    return str(line._unscaled_dash_pattern), line.get_marker(), width


def same_color(a, b):
    return np.abs(np.subtract(to_rgb(a), to_rgb(b))).max() < 0.02


def named(line, drawn):
    """Tell whether some letters stand beside a line."""
    places = line.get_transform().transform(line.get_xydata())
    places = places[np.isfinite(places).all(axis=1)]
    return any(
        (np.abs(places - one.corners.mean(axis=0)) <= NEAR + np.ptp(one.corners, axis=0) / 2)
        .all(axis=1)
        .any()
        for one in drawn.letters
        if same_tone(one.color[:3], line.get_color())
    )


def same_tone(ink, color):
    """Tell whether letters are those of a line of some color: a name is a darker tone of it."""
    ink, rgb = np.asarray(ink), np.asarray(to_rgb(color))
    scale = (ink @ rgb) / max(rgb @ rgb, 1e-9)
    return bool(np.abs(ink - scale * rgb).max() < 0.04)


def title_of(ax):
    return repr(ax.get_xlabel() or ax.get_title(loc="left") or ax.get_ylabel())


def labels_left_out(figure):
    """Heatmaps that name some rows or columns by a word and leave out those between."""
    found = []
    for ax in figure.axes:
        for image in ax.images:
            shape = np.shape(image.get_array())[:2]
            for axis, count in zip((ax.yaxis, ax.xaxis), shape, strict=True):
                ticks = axis.get_majorticklocs()
                words = [label.get_text() for label in axis.get_ticklabels()]
                if len(ticks) < 2 or not any(map(is_word, words)):
                    continue
                if min(np.diff(ticks)) > 1.5 and count > len(ticks):
                    found.append(f"labels left out: {len(ticks)} of {count}, {words[:4]} …")
    return found


def is_word(label):
    return bool(label) and not re.fullmatch(r"[-−\d.,\s]+", label)


def assert_labels_apart(figure):
    """Its labels do not cover each other."""
    assert not covered(draw(figure))


def pixels(png):
    """Return the picture as an array (rows, columns, 3)."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def pixel_of_cell(figure, row, column):
    """Color in the middle of a cell of the first axes."""
    image = pixels(display.to_png(figure))
    x, y = figure.axes[0].transData.transform((column, row))
    return image[image.shape[0] - 1 - round(y), round(x)]


def assert_frames_are_whole(stage, values, other):
    """A frame drawn over the stored background equals the figure drawn anew, and it moves."""
    whole = pixels(display.to_png(stage(**values)))
    for moved in (values, other, values):
        png, alt, size = stage.frame(**moved)
    assert size == (whole.shape[1], whole.shape[0])
    assert alt == stage(**values).alt
    assert differing(pixels(png), whole) < 0.004
    assert differing(pixels(stage.frame(**other)[0]), whole) > 0.001


def differing(first, second):
    """Return the share of the pixels whose color differs to the eye."""
    return (abs(first - second).max(axis=-1) > 40).mean()


def assert_moves(box):
    """Both ends of every control give other pictures that fit, and the default is found again."""
    default = box.figure()
    for control in box.controls:
        low, high = box.controls[control].ends
        first, last = box.figure(**{control: low}), box.figure(**{control: high})
        for figure in (first, last):
            assert_fit(figure)
            assert figure.get_size_inches().tolist() == default.get_size_inches().tolist()
        assert first.alt != last.alt
        box.inputs[control].value = high
        png = box.image.value
        box.inputs[control].value = low
        assert box.image.value != png
        box.inputs[control].value = box.controls[control].default
    assert spoken(box) == default.alt


def spoken(box):
    """What a screen reader says for the picture: an Image widget has no alt text of its own."""
    return html.unescape(re.sub(r"<[^>]+>", "", box.words.value))
