"""What every figure and every explorer of the course is held to."""

import html
import re
from io import BytesIO
from itertools import pairwise

import numpy as np
from matplotlib.text import Text
from PIL import Image

from classroom.plots import display
from classroom.plots.picture import Picture


def assert_fit(figure):
    """It has alt text that is a sentence, is no wider than a notebook, and cuts off no text."""
    assert isinstance(figure, Picture)
    assert len(figure.alt) > 40
    assert figure.alt.endswith(".")
    assert "nan" not in figure.alt
    display.to_png(figure)
    width, height = display.size_in_pixels(figure)
    assert width <= 800
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and is_drawn(text, figure):
            box = text.get_window_extent()
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
            assert inside, f"{text.get_text()!r} reaches out of the figure: {box}"


def assert_labels_apart(figure):
    """Its tick labels do not cover each other."""
    display.to_png(figure)
    for ax in figure.axes:
        for axis, side in ((ax.xaxis, 0), (ax.yaxis, 1)):
            labels = [t for t in axis.get_ticklabels() if t.get_text() and is_drawn(t, figure)]
            # Slanted labels have boxes that overlap though the letters do not.
            if any(t.get_rotation() == 45 for t in labels):
                continue
            boxes = [t.get_window_extent() for t in labels]
            spans = sorted((b.x0, b.x1) if side == 0 else (b.y0, b.y1) for b in boxes)
            for (_, end), (start, _) in pairwise(spans):
                assert start >= end - 1.5


def is_drawn(text, figure):
    """Ticks that are outside the limits of their axis keep a text that is never drawn."""
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            for tick in axis.get_major_ticks() + axis.get_minor_ticks():
                if text in (tick.label1, tick.label2):
                    low, high = sorted(axis.get_view_interval())
                    return low <= tick.get_loc() <= high and ax.axison
    return True


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
    """Both ends of every control give other pictures of the same size, and back at the default."""
    default = box.figure()
    for control in box.controls:
        low, high = box.controls[control].ends
        first, last = box.figure(**{control: low}), box.figure(**{control: high})
        for figure in (first, last):
            assert figure.alt
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
