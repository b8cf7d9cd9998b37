"""Positions: by hand, gradients, dtypes, PyTorch."""

import numpy as np
from cases import Case, X, draw
from checks import make_tests
from golden import plain, without_backward
from sizes import D_MODEL, MAX_LEN, T_Q

from course_lib import positional

CASES = {
    "add_positions": Case(
        positional.add_positions, positional.add_positions_backward, draw(X, (MAX_LEN, D_MODEL))
    ),
    "add_positions/start 5": Case(
        lambda x, table: positional.add_positions(x, table, start=5),
        positional.add_positions_backward,
        draw(X, (MAX_LEN, D_MODEL)),
    ),
    "add_positions/one sequence": Case(
        positional.add_positions,
        positional.add_positions_backward,
        draw((T_Q, D_MODEL), (MAX_LEN, D_MODEL)),
    ),
}


FLOAT32 = {
    "sinusoidal_positions": lambda: positional.sinusoidal_positions(7, 6, dtype=np.float32),
}


NOT_FLOAT32 = {
    "wavelengths": "a table for people, float64",
}


POSITIONS = plain(positional.add_positions, positional.add_positions_backward, "x", "table")
GOLDENS = {
    "sinusoidal_positions": without_backward(positional.sinusoidal_positions),
    "add_positions": POSITIONS,
    "add_positions_start_3": POSITIONS,
}


ZEROS, ONES = np.zeros, np.ones
REFUSED = {
    "positions": (
        lambda: positional.add_positions(ZEROS((2, 3, 5)), ZEROS((11, 7))),
        ValueError,
        ["add_positions: d_model is 5 in x but 7 in table", "(max_len, d_model)"],
    ),
    "sequence too long": (
        lambda: positional.add_positions(ZEROS((2, 3, 5)), ZEROS((4, 5)), start=2),
        ValueError,
        ["ends at position 4", "the table has 4 positions, 0 to 3"],
    ),
    "odd width": (lambda: positional.wavelengths(7), ValueError, ["d_model is 7", "even"]),
}


def positions_mean_over_batch(dout, cache):
    dx, dtable = positional.add_positions_backward(dout, cache)
    return dx, dtable / len(dout)


def positions_from_zero(dout, cache):
    return positional.add_positions_backward(dout, (0, cache[1]))


WRONG_BACKWARDS = {
    "add_positions: mean over the batch": positions_mean_over_batch,
    "add_positions/start 5: from position 0": positions_from_zero,
}


TestPositional = make_tests(
    positional,
    CASES,
    wrong_backwards=WRONG_BACKWARDS,
    float32=FLOAT32,
    not_float32=NOT_FLOAT32,
    goldens=GOLDENS,
    refused=REFUSED,
)


def test_wavelengths_and_the_positions_made_of_them():
    np.testing.assert_allclose(positional.wavelengths(4), [2 * np.pi, 200 * np.pi], rtol=1e-14)
    table = positional.sinusoidal_positions(3, 4)
    wanted = [[np.sin(t), np.cos(t), np.sin(t / 100), np.cos(t / 100)] for t in range(3)]
    np.testing.assert_allclose(table, wanted, rtol=0, atol=1e-15)


def test_a_shift_of_positions_is_a_rotation():
    table = positional.sinusoidal_positions(50, 16)
    similarity = table @ table.T
    for distance in range(50):
        along = np.diagonal(similarity, distance)
        np.testing.assert_allclose(along, along[0], atol=1e-12)


def test_sequences_up_to_the_last_position_are_taken():
    out, _ = positional.add_positions(ZEROS((1, 3, 2)), ONES((MAX_LEN, 2)), start=MAX_LEN - 3)
    assert np.all(out == 1.0)
