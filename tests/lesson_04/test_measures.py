"""How lesson 4 measures: what reaches what, and where a decoder looks."""

import numpy as np

from classroom.lesson_04.measures import copied, reach


def test_reach_finds_what_a_sum_over_earlier_words_depends_on():
    def heights(ids, mask):
        x = np.stack([ids[0] + 1.0, ids[0] * 0 + 1.0], axis=-1)
        return np.array([x, np.cumsum(x, axis=0)])

    changes = reach(heights, np.array([[3, 4, 5]]), 0, None)
    assert changes.shape == (3, 2, 3)
    assert np.array_equal(changes[:, 0] > 0, np.eye(3, dtype=bool))
    assert np.array_equal(changes[:, 1] > 0, np.triu(np.ones((3, 3), bool)))


def test_a_trained_model_copies():
    forwards = copied("copy", "the cat saw")
    assert forwards.read == ["<bos>", "the", "cat", "saw"]
    assert forwards.written == ["the", "cat", "saw", "<eos>"]
    assert forwards.weights.shape == (4, 4, 3)
    assert copied("reverse", "the cat saw").written[:3] == ["saw", "cat", "the"]
