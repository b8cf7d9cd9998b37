"""The figures of afterword B: what they say, and what they refuse."""

import numpy as np
import pytest
from figure_rules import assert_fit

from classroom.afterword_b.figures.role_maps import role_maps
from classroom.afterword_b.figures.search_map import search_map
from classroom.afterword_b.random_blocks import entries_apart

SCORES = {"the token before": np.linspace(0, 1, 15).reshape(3, 5), "[CLS]": np.full((3, 5), 0.25)}


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_maps_of_roles_name_the_best_head_of_each(count):
    scores = {f"role {n}": np.roll(SCORES["the token before"], n) for n in range(count)}
    figure = role_maps(scores, "A finding")
    assert_fit(figure)
    assert "role 0 1.00 in block 3, head 5" in figure.alt
    assert figure.alt.count(" in block ") == count


def test_maps_of_roles_refuse_different_shapes():
    with pytest.raises(ValueError, match=r"shapes are \(2,\), \(3, 5\)"):
        role_maps({"a": np.ones((3, 5)), "b": np.ones(2)})
    with pytest.raises(ValueError, match="shapes are none"):
        role_maps({})


def test_a_search_map_says_in_which_place_the_right_text_comes():
    figure = search_map([[0.1, 0.4, 0.2], [0.3, 0.1, 0.2]], ["who is it", "why"], [2, 3], "Found")
    assert_fit(figure)
    assert figure.alt.endswith("The right stanza comes 1. for 'who is it', 2. for 'why'.")
    with pytest.raises(ValueError, match="1 right answers for similarities of shape"):
        search_map(np.ones((2, 3)), ["a", "b"], [1])


def test_entries_apart_are_counted_against_the_largest():
    a = np.array([[100.0, 1.0, 0.0]])
    b = a + np.array([[0.0, 5e-5, 2e-4]])
    assert "1 of 3" in str(entries_apart({"one": (a, b)}))
    assert "0 of 3" in str(entries_apart({"same": (a, a)}))
