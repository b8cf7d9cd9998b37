"""What lesson 1 measures."""

import numpy as np
import pytest

from classroom.lesson_01.measures import agreement


def test_agreement_counts_the_numbers_that_differ_by_less_than_the_threshold():
    one = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert agreement(one, one) == "4 of 4 numbers differ by less than 1e-12"
    assert (
        agreement(one, one + np.array([[0, 0], [0.5, 0]]))
        == "3 of 4 numbers differ by less than 1e-12"
    )
    assert agreement(one, one + 0.5, within=1) == "4 of 4 numbers differ by less than 1"
    assert agreement(one, one * np.nan).startswith("0 of 4")
    with pytest.raises(ValueError, match="the shapes differ"):
        agreement(one, one[0])
