"""Tokens and numbers in words."""

import numpy as np
from figure_data import causal

from classroom.plots import labels


def test_a_row_without_a_choice_is_not_the_telling_one():
    weights = np.array([[1.0, 0.0], [0.4, 0.6]])
    assert labels.telling_rows(weights, causal(2), 1) == [(1, 1)]


def test_ties_do_not_depend_on_the_last_bit():
    weights = np.array([[0.5, 0.5 + 1e-12], [0.5 + 1e-12, 0.5]])
    assert labels.telling_rows(weights, np.ones((2, 2), bool)) == [(0, 0), (1, 0)]


def test_whitespace_is_visible():
    assert [labels.visible(t) for t in (" ", "\n", "\t", "", "a b")] == ["␣", "⏎", "⇥", "∅", "a␣b"]


def test_numbers_and_titles_in_words():
    said = [labels.number(x) for x in (0.0, 0.6249, 1234.5, 3e-7, -2.0, float("inf"))]
    assert said == ["0", "0.62", "1200", "3e-07", "-2", "inf"]
    assert labels.plain(r"why $1/\sqrt{d_k}$") == "why 1/sqrt(d_k)"


def test_a_number_with_decimals_has_a_real_minus_and_none_before_a_zero():
    said = [labels.decimals(x) for x in (-0.504, -0.001, 0.0, 12.345, -10.0)]
    assert said == ["−0.50", "0.00", "0.00", "12.35", "−10.00"]
    assert labels.decimals(-0.0006, 3) == "−0.001"
