"""Bars and histograms."""

import numpy as np
import pytest
from figure_data import VERSE
from figure_rules import assert_fit, assert_labels_apart

from classroom import plots

RNG = np.random.default_rng(1)
GALLERY = {
    "bars": plots.bars(VERSE, RNG.random(13), y_label="weight", x_label="word"),
    "lying": plots.bars(VERSE[:5], RNG.random(5) * 100, horizontal=True, x_label="word"),
    "histogram": plots.histogram(RNG.normal(size=999), x_label="score", title="Normal"),
    "two histograms": plots.histogram({"one": RNG.normal(size=99), "two": RNG.random(99)}),
}


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


def test_tick_labels_do_not_cover_each_other():
    assert_labels_apart(GALLERY["bars"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.bars("ab", [[1, 2]]), "one axis"),
        (lambda: plots.histogram([np.nan]), "no finite value"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
