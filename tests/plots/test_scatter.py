"""Points in the plane with their names."""

import numpy as np
import pytest
from figure_data import LONG
from figure_rules import assert_fit

from classroom import plots

RNG = np.random.default_rng(1)
GALLERY = {
    "points": plots.scatter2d(RNG.normal(size=(40, 2)), LONG[:40], title="Words"),
    "groups": plots.scatter2d(RNG.normal(size=(6, 2)), list("abcdef"), groups=list("xyxyxy")),
}


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.scatter2d(np.zeros((3, 3))), r"shape \(N, 2\)"),
        (lambda: plots.scatter2d(np.zeros((3, 2)), groups=["a"]), "3 points but 1 groups"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
