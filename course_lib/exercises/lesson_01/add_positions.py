"""Exercise: add_positions."""

import math

import numpy as np

from course_lib import positional

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def add_positions_cases(rng):
    table = rng.normal(size=(13, 5))
    small = np.array([[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]])
    return [
        Case(
            (np.array([[1.0, 2.0], [3.0, 4.0]]), small),
            label="two tokens, three positions in the table",
            expected=([[1, 3], [13, 15]], None),
        ),
        Case((rng.normal(size=(7, 5)), table), label="one sequence of 7"),
        Case((rng.normal(size=(2, 7, 5)), table), label="a batch of 2 sequences of 7"),
        Case((rng.normal(size=(2, 7, 5)), table, 3), label="beginning at position 3"),
        Case((rng.normal(size=(2, 7, 5)), table, 6), label="the last 7 positions of the table"),
        Case(
            (rng.normal(size=(2, 7, 5)), table, 9),
            label="7 tokens from position 9 on, and the table ends with 12",
        ),
        Case(
            (rng.normal(size=(2, 7, 5)), table, 12),
            label="7 tokens from position 12 on, and the table ends with 12",
        ),
    ]


def _refuse(x, table, start):
    if start + x.shape[-2] > len(table):
        raise ValueError("the sequence is longer than the table")


def _ignores_start(x, table, start=0):
    _refuse(x, table, start)
    return x + table[: x.shape[-2]]


def _no_check(x, table, start=0):
    return x + table[start : start + x.shape[-2]]


def _whole_table(x, table, start=0):
    return x + table


def _first_axis(x, table, start=0):
    _refuse(x, table, start)
    return x + table[start : start + len(x)]


def _second_axis(x, table, start=0):
    T = x.shape[1]
    if start + T > len(table):
        raise ValueError("the sequence is longer than the table")
    return x + table[start : start + T]


def _one_position(x, table, start=0):
    _refuse(x, table, start)
    return x + table[start]


def _ends_with_T(x, table, start=0):
    _refuse(x, table, start)
    return x + table[start : x.shape[-2]]


def _multiplied(x, table, start=0):
    _refuse(x, table, start)
    return x * table[start : start + x.shape[-2]]


def _side_by_side(x, table, start=0):
    _refuse(x, table, start)
    positions = np.broadcast_to(table[start : start + x.shape[-2]], x.shape)
    return np.concatenate([x, positions], axis=-1)


def _scaled(x, table, start=0):
    _refuse(x, table, start)
    return x * math.sqrt(x.shape[-1]) + table[start : start + x.shape[-2]]


def _one_late(x, table, start=0):
    _refuse(x, table, start)
    return x + table[start + 1 : start + 1 + x.shape[-2]]


def _mean(x, table, start=0):
    _refuse(x, table, start)
    return (x + table[start : start + x.shape[-2]]) / 2


def _wraps(x, table, start=0):
    return x + table[np.arange(start, start + x.shape[-2]) % len(table)]


def _off_by_one(x, table, start=0):
    if start + x.shape[-2] >= len(table):
        raise ValueError("the sequence is longer than the table")
    return x + table[start : start + x.shape[-2]]


def _plain(x, table, start=0):
    """Add the position vectors start, start + 1, ... to the token vectors. Returns (out, cache)."""
    T = x.shape[-2]
    if start + T > len(table):
        raise ValueError(f"position {start + T - 1} is beyond the table's last, {len(table) - 1}")
    out = x + table[start : start + T]
    return out, (start, table)


def _loop(x, table, start=0):
    _refuse(x, table, start)
    out = x.copy()
    for t in range(x.shape[-2]):
        out[..., t, :] += table[start + t]
    return out, (start, table)


def _looked_up(x, table, start=0):
    positions = np.arange(start, start + x.shape[-2])
    if positions[-1] >= len(table):
        raise ValueError(f"there is no position {positions[-1]}")
    return x + table[positions], (start, table)


register(
    Exercise(
        name="add_positions",
        lesson=1,
        reference=positional.add_positions,
        cases=add_positions_cases,
        mistakes=(
            Mistake(
                "whole_table",
                _whole_table,
                lambda case, got, want: (
                    f"x has {case.args[0].shape[-2]} tokens and the table {len(case.args[1])} "
                    "positions, so the two do not line up. Take as many rows of the table as there "
                    "are tokens: table[start : start + T] with T = x.shape[-2]."
                ),
            ),
            Mistake(
                "ends_with_T",
                _ends_with_T,
                lambda case, got, want: (
                    f"A slice ends at a place, not after a number of rows: table[{case.args[2]} : "
                    f"{case.args[0].shape[-2]}] has "
                    f"{max(0, case.args[0].shape[-2] - case.args[2])} rows. Write "
                    "table[start : start + T]."
                ),
            ),
            Mistake(
                "no_check",
                _no_check,
                lambda case, got, want: (
                    f"The sequence ends at position {case.args[2] + case.args[0].shape[-2] - 1} "
                    f"and the table at {len(case.args[1]) - 1}. A slice beyond the end is not an "
                    f"error: it has {len(case.args[1]) - case.args[2]} row here, and NumPy adds "
                    "that one row to all tokens. Compare start + T with len(table) first, and "
                    "raise a ValueError."
                ),
            ),
            Mistake(
                "off_by_one",
                _off_by_one,
                lambda case, got, want: (
                    f"{case.args[0].shape[-2]} tokens from position {case.args[2]} on end at "
                    f"position {case.args[2] + case.args[0].shape[-2] - 1}, the last of the table, "
                    "and yet you refuse them. Refuse only if start + T is above len(table): >, not "
                    ">=."
                ),
            ),
            Mistake(
                "ignores_start",
                _ignores_start,
                lambda case, got, want: (
                    f"start is {case.args[2]}, but the positions begin with 0. The first token "
                    f"stands at position {case.args[2]}: table[start : start + T]."
                ),
            ),
            Mistake(
                "first_axis",
                _first_axis,
                lambda case, got, want: (
                    f"len(x) is {len(case.args[0])}, the number of sequences in the batch. The "
                    f"number of tokens is T = x.shape[-2] = {case.args[0].shape[-2]}; counted from "
                    "the end it is right with and without a batch."
                ),
            ),
            Mistake(
                "second_axis",
                _second_axis,
                lambda case, got, want: (
                    f"x.shape[1] is {case.args[0].shape[1]} here, the number of features: without "
                    "a batch the tokens are axis 0. Counted from the end, T = x.shape[-2] = "
                    f"{case.args[0].shape[-2]}, it is right with a batch and without."
                ),
            ),
            Mistake(
                "one_late",
                _one_late,
                lambda case, got, want: (
                    f"The first token gets row start + 1. It stands at position start, here "
                    f"{(*case.args, 0)[2]}, and positions are counted from 0, as rows are."
                ),
            ),
            Mistake(
                "mean",
                _mean,
                "out is half of what it should be: the mean of token and position. Their sum is "
                "wanted.",
            ),
            Mistake(
                "one_position",
                _one_position,
                "Every token gets the same position vector, table[start], so the order is still "
                "lost. Token t needs row start + t.",
            ),
            Mistake(
                "side_by_side",
                _side_by_side,
                lambda case, got, want: (
                    "Token and position stand side by side, which makes "
                    f"{2 * case.args[0].shape[-1]} features of {case.args[0].shape[-1]}. That "
                    "would work, with a wider model. The transformer adds them: out has the shape "
                    "of x."
                ),
            ),
            Mistake(
                "multiplied",
                _multiplied,
                "Token and position are multiplied. Wherever a sine is 0 the feature of the token "
                "is lost: at position 0 that is every second feature. Add them.",
            ),
            Mistake(
                "scaled",
                _scaled,
                lambda case, got, want: (
                    f"x is multiplied by √d_model = {math.sqrt(case.args[0].shape[-1]):.4g} on the "
                    "way. That happens before this function is called (see below in the lesson); "
                    "here x is taken as it is."
                ),
            ),
            Mistake(
                "wraps",
                _wraps,
                "Beyond its end the table begins again, so that a late token gets the vector of "
                "position 0. Two places would look the same. Raise a ValueError.",
            ),
        ),
        correct=(_loop, _looked_up),
        hints=(
            "Token t of the sequence stands at position start + t. Which rows of the table are "
            "these, for all tokens together?",
            "T = x.shape[-2] is the number of tokens, with a batch axis and without. The rows are "
            "table[start : start + T], and NumPy adds them to each sequence of a batch.",
            "A slice beyond the end of an array is just shorter, never an error. Look before you "
            "add: is start + T above len(table)?",
            "if start + T > len(table): raise ValueError(...). Then "
            "out = x + table[start : start + T].",
        ),
        shown=_plain,
    )
)
