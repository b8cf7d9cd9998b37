"""The generator of the cases: every usual way to draw."""

import copy

import numpy as np

from classroom.lesson_03.equal_draws import EqualDraws


def test_every_usual_way_to_draw_keeps_the_same_entries():
    rng, p = EqualDraws(3), 0.2

    def drawn(draw):
        return np.asarray(draw(copy.deepcopy(rng))).astype(bool)

    kept = drawn(lambda rng: rng.random((5, 7)) >= p)
    ways = [
        lambda rng: rng.random((5, 7), dtype=np.float32) >= p,
        lambda rng: rng.uniform(size=(5, 7)) >= p,
        lambda rng: rng.binomial(1, 1 - p, (5, 7)),
        lambda rng: rng.choice([0, 1], size=(5, 7), p=[p, 1 - p]),
        lambda rng: rng.choice([True, False], size=(5, 7), p=[1 - p, p]),
        lambda rng: rng.choice(2, size=(5, 7), p=[p, 1 - p]),
    ]
    for way in ways:
        assert np.array_equal(drawn(way), kept)
    out = np.empty((5, 7))
    assert copy.deepcopy(rng).random((5, 7), out=out) is out
    assert np.array_equal(out >= p, kept)
    assert isinstance(copy.deepcopy(rng), EqualDraws)
    assert rng.binomial(10, 0.5) in range(11)
    assert 0 <= rng.random() < 1
    assert rng.choice(5) in range(5)
