"""From a picture to a PNG, and from there into the notebook."""

import base64
import re
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from figure_data import some_weights
from figure_rules import (
    pixels,
)
from lesson_outputs import alt_texts
from PIL import Image

from classroom import plots
from classroom.plots import display
from classroom.plots.style import blank


def test_show_refuses_a_figure_without_alt_text():
    with pytest.raises(ValueError, match="alt text"):
        plots.show(blank(2, 2))


def test_a_picture_in_html_has_alt_text_and_size():
    figure = plots.bars(["<a>", "b"], [1, 2], title='"Two" bars')
    text = display.picture_html(figure)
    tags = re.findall("<[^>]*>", text)
    assert [tag.split()[0] for tag in tags] == ["<div", "<img", "</div>"]
    assert "".join(tags) == text
    (alt,) = alt_texts(text)
    assert alt == figure.alt
    width, height = display.size_in_pixels(figure)
    assert f'width="{width}" height="{height}"' in text
    png = re.search('src="data:image/png;base64,([^"]*)"', text)[1]
    assert Image.open(BytesIO(base64.b64decode(png))).size == (2 * width, 2 * height)
    assert width == 800
    assert text == display.picture_html(plots.bars(["<a>", "b"], [1, 2], title='"Two" bars'))


def test_outside_a_notebook_show_prints_the_alt_text(capsys):
    figure = plots.bars("ab", [1, 2])
    plots.show(figure)
    assert capsys.readouterr().out == figure.alt + "\n"


def test_the_fast_png_holds_the_pixels_that_were_drawn():
    figure = plots.heatmap(some_weights(4, 5))
    png = display.to_png(figure)
    figure.canvas.draw()
    drawn = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    assert (pixels(png) == drawn).all()


def test_a_stored_png_keeps_its_colors():
    figure = plots.heatmap(some_weights(40, 40))
    small = pixels(display.to_small_png(figure))
    figure.set_dpi(200)
    figure.canvas.draw()
    exact = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    assert abs(small - exact).max() <= 12


def test_plots_need_neither_pyplot_nor_widgets():
    code = (
        "import sys, classroom.plots as p; p.bars('ab', [1, 2]); "
        "print([m for m in ('matplotlib.pyplot', 'ipywidgets', 'IPython') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
