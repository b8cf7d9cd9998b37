"""Explorers: sliders and choices over a figure."""

from io import BytesIO

import numpy as np
import pytest
from figure_rules import spoken
from PIL import Image

from classroom import plots
from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.plots.display import picture_html


def bars(height, name="a"):
    return plots.bars([name, "b"], [height, 1.0], title=f"{name} is {height:g}")


def test_an_explorer_shows_the_default_and_follows_its_controls():
    box = explorer(bars, height=Slider(0.5, 10, 2.0), name=Choice(["a", "z"]))
    assert box.values == {"height": 2.0, "name": "a"}
    before = box.image.value
    assert "a is 2." in box.words.value
    box.inputs["height"].value = 5.0
    assert box.image.value != before
    assert "a is 5." in box.words.value
    assert spoken(box) == box.figure(height=5.0).alt
    box.inputs["name"].value = "z"
    assert "z is 5." in box.words.value
    box.inputs["height"].value, box.inputs["name"].value = 2.0, "a"
    assert box.image.value == before
    shown = np.asarray(Image.open(BytesIO(before))).shape
    assert (int(box.image.height), int(box.image.width)) == shown[:2]


def test_an_explorer_draws_each_picture_once():
    drawn = []

    def counted(height):
        drawn.append(height)
        return bars(height)

    box = explorer(counted, height=IntSlider(1, 9, 2))
    for value in (3, 2, 3, 2, 3):
        box.inputs["height"].value = value
    assert drawn == [2, 3]


def test_an_explorer_leaves_its_default_picture_where_no_kernel_runs():
    box = explorer(bars, height=Slider(0.5, 10, 2.0, label="height (cm)"))
    box.inputs["height"].value = 7.0
    data = box.stored()
    assert data["text/plain"] == "Explorer: height (cm) (0.5 to 10, at 2)" == repr(box)
    assert picture_html(bars(2.0)) in data["text/html"]
    again = explorer(bars, height=Slider(0.5, 10, 2.0, label="height (cm)"))
    assert again.stored() == data


def test_an_explorer_tells_when_its_figure_fails_and_recovers():
    def fragile(height):
        if height > 5:
            raise ValueError("more than <5>")
        return bars(height)

    box = explorer(fragile, height=IntSlider(1, 9, 2))
    box.inputs["height"].value = 8
    assert "ValueError: more than &lt;5&gt;" in box.message.value
    box.inputs["height"].value = 3
    assert box.message.value == ""
    assert "a is 3" in box.words.value


def test_an_explorer_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="at least one control"):
        explorer(bars)
    with pytest.raises(TypeError, match="height must be a Slider"):
        explorer(bars, height=3)
    with pytest.raises(ValueError, match="no control named width"):
        explorer(bars, height=Slider(1, 2, 1)).figure(width=3)
    with pytest.raises(ValueError, match="no alt text"):
        explorer(lambda x: plots.style.blank(2, 2), x=Slider(0, 1, 0))


def test_a_logarithmic_slider_reaches_both_ends():
    box = explorer(bars, height=Slider(0.05, 20, 1.0, log=True))
    widget = box.inputs["height"]
    for end in (0.05, 20.0):
        widget.value = end
        assert box.values["height"] == pytest.approx(end)
