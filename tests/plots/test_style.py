"""The colors of letters."""

import numpy as np
import pytest

from classroom.plots import style


@pytest.mark.parametrize("color", style.COLORS)
def test_the_ink_of_a_color_is_a_darker_tone_of_it(color):
    before, after = (
        np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (color, style.ink_of(color))
    )
    assert (after <= before).all()
    scale = after.sum() / max(before.sum(), 1)
    assert abs(after - scale * before).max() <= 1.5


def test_letters_on_a_colored_cell_are_those_that_can_be_read():
    assert style.ink_on([1.0, 1.0, 0.8]) == style.INK
    assert style.ink_on([0.1, 0.0, 0.3]) == "white"
    assert style.contrast([0.0] * 3, [1.0] * 3) == pytest.approx(21)
