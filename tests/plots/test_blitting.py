"""A picture that is drawn over and over."""

import pytest

from classroom.plots.blitting import Stage
from classroom.plots.style import blank


def test_a_stage_must_say_how_it_moves():
    with pytest.raises(NotImplementedError, match="update"):
        Stage(blank(2, 2)).frame(x=1)
