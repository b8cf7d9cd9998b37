"""From logits to probabilities to ids: temperature, top-k, top-p, the draw."""

import numpy as np
import pytest

from course_lib.decoding import generate, next_probabilities, sample

PROBABILITIES = np.array([0.1, 0.4, 0.05, 0.3, 0.15])
LOGITS = np.log(PROBABILITIES) + 3.0


def assert_probabilities(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-14)


def test_without_settings_the_softmax():
    assert_probabilities(next_probabilities(LOGITS), PROBABILITIES)


@pytest.mark.parametrize(("temperature", "power"), [(0.5, 2.0), (2.0, 0.5), (1.0, 1.0)])
def test_temperature_is_a_power_of_the_probabilities(temperature, power):
    wanted = PROBABILITIES**power
    assert_probabilities(next_probabilities(LOGITS, temperature=temperature), wanted / wanted.sum())


def test_temperature_zero_is_all_on_the_largest():
    assert_probabilities(next_probabilities(LOGITS, temperature=0), [0, 1, 0, 0, 0])


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"top_k": 1}, [0, 1, 0, 0, 0]),
        ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_k": 4}, [2 / 19, 8 / 19, 0, 6 / 19, 3 / 19]),
        ({"top_k": 99}, PROBABILITIES),
        # Sorted: .4, .3, .15, .1, .05, which add up to .4, .7, .85, .95, 1.
        ({"top_p": 0.39}, [0, 1, 0, 0, 0]),
        ({"top_p": 0.41}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.69}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_p": 0.71}, [0, 8 / 17, 0, 6 / 17, 3 / 17]),
        ({"top_p": 0.96}, PROBABILITIES),
        ({"top_p": 1.0}, PROBABILITIES),
        ({"top_p": 1e-9}, [0, 1, 0, 0, 0]),
        # Of three tokens left, .4/.85 = .47 and .3/.85 = .35 reach .8.
        ({"top_k": 3, "top_p": 0.8}, [0, 4 / 7, 0, 3 / 7, 0]),
        ({"top_k": 2, "top_p": 0.9}, [0, 4 / 7, 0, 3 / 7, 0]),
        # Squares: .01, .16, .0025, .09, .0225.
        ({"temperature": 0.5, "top_k": 2}, [0, 16 / 25, 0, 9 / 25, 0]),
        ({"temperature": 0.5, "top_p": 0.5}, [0, 1, 0, 0, 0]),
    ],
)
def test_by_hand(settings, wanted):
    assert_probabilities(next_probabilities(LOGITS, **settings), wanted)


def test_every_row_is_cut_for_itself():
    logits = np.stack([LOGITS, LOGITS[::-1]])[:, None, :]
    wanted = np.array([[0, 4 / 7, 0, 3 / 7, 0], [0, 3 / 7, 0, 4 / 7, 0]])[:, None, :]
    assert_probabilities(next_probabilities(logits, top_k=2), wanted)
    assert_probabilities(next_probabilities(logits, top_p=0.6), wanted)


def test_equals_are_kept_from_the_first():
    assert_probabilities(next_probabilities(np.zeros(4), top_k=2), [0.5, 0.5, 0, 0])


def test_the_logits_are_left_as_they_were():
    logits = LOGITS.copy()
    next_probabilities(logits, temperature=0.5, top_k=3, top_p=0.5)
    np.testing.assert_array_equal(logits, LOGITS)


def chi_square(counts, probabilities):
    expected = counts.sum() * probabilities
    return float(((counts - expected) ** 2 / expected).sum())


def test_frequencies_follow_the_probabilities():
    rng, n = np.random.default_rng(41), 20_000
    drawn = sample(np.tile(PROBABILITIES, (n, 1)), rng)
    counts = np.bincount(drawn, minlength=5)
    # With 4 degrees of freedom, 18.5 is passed once in a thousand times by chance.
    assert chi_square(counts, PROBABILITIES) < 18.5
    assert chi_square(counts, np.full(5, 0.2)) > 1000.0


def test_generate_draws_from_the_filtered_probabilities():
    rng, n = np.random.default_rng(43), 20_000
    ids = generate(lambda ids: np.tile(LOGITS, (n, 1)), np.zeros((n, 1), int), 1, rng, top_k=3)
    counts = np.bincount(ids[:, 1], minlength=5)
    assert counts[0] == counts[2] == 0
    # With 2 degrees of freedom, 13.8 is passed once in a thousand times by chance.
    assert chi_square(counts[[1, 3, 4]], np.array([8, 6, 3]) / 17) < 13.8


def test_a_token_without_probability_is_never_drawn():
    class Edges:
        """A generator that draws the ends of [0, 1)."""

        def random(self, shape):
            assert shape == (2, 1)
            return np.array([[0.0], [np.nextafter(1.0, 0.0)]])

    for probabilities in ([0.0, 0.3, 0.7, 0.0], [0.0, 0.1, 0.2, 0.0]):
        drawn = sample(np.tile(probabilities, (2, 1)), Edges())
        np.testing.assert_array_equal(drawn, [1, 2])


def test_the_same_seed_draws_the_same():
    def draw(seed):
        probabilities = np.tile(PROBABILITIES, (50, 1))
        return sample(probabilities, np.random.default_rng(seed)).tolist()

    assert draw(5) == draw(5)
    assert draw(5) != draw(6)
