"""The figures of afterword B: what they say, and what they refuse."""

from types import SimpleNamespace

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.afterword_b.figures.head_over_sentence import HeadReader
from classroom.afterword_b.figures.role_maps import role_maps
from classroom.afterword_b.figures.search_map import search_map
from classroom.afterword_b.model_texts import Pronoun
from classroom.afterword_b.random_blocks import entries_apart


def made_up(tokens, seed=0):
    T = len(tokens)
    weights = np.random.default_rng(seed).dirichlet(np.ones(T), size=(3, 5, T))
    return SimpleNamespace(tokens=tokens, weights=weights)


READINGS = [
    made_up(["[CLS]", "the", "king", "met", "the", "queen", "as", "he", "left", "[SEP]"]),
    made_up(["[CLS]", "never", "##more", ".", "[SEP]"], 1),
]


PRONOUNS = [Pronoun("The king met the queen as he left", "he", "king", "queen"), None]


SCORES = {"the token before": np.linspace(0, 1, 15).reshape(3, 5), "[CLS]": np.full((3, 5), 0.25)}


def test_a_frame_of_a_head_equals_the_whole_figure():
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    first, second = ({"sentence": s, "block": b, "head": 4} for s, b in ((0, 3), (1, 1)))
    assert_frames_are_whole(stage, first, second)
    assert_frames_are_whole(stage, second, first)


def test_a_head_is_told_by_its_pronoun_or_by_its_most_decided_token():
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    weights = READINGS[0].weights[1, 2]
    figure = stage(sentence=0, block=2, head=3)
    said = f"'he' gives {weights[7, 2]:.2f} to 'king' and {weights[7, 5]:.2f} to 'queen'"
    assert figure.alt.startswith(f"Block 2, head 3: {said}")
    assert "the token before 0.5" in figure.alt
    assert_fit(figure)
    largest = READINGS[1].weights[0, 0].max()
    assert f"with {largest:.2f}" in stage(sentence=1, block=1, head=1).alt


def test_a_head_reader_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="1 pronouns for 2 sentences"):
        HeadReader(READINGS, SCORES, [None])
    empty = SimpleNamespace(tokens=["a"], weights=np.empty((3, 5, 0, 0)))
    with pytest.raises(ValueError, match="sentence 0 comes without attention weights"):
        HeadReader([empty], SCORES)


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
