"""add_positions: a vector for its place is added to the vector of each token."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, plural


def cases(rng):
    table = rng.normal(size=(13, 5))
    small = np.array([[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]])
    return [
        Case(
            (np.array([[1.0, 2.0], [3.0, 4.0]]), small),
            label="two tokens, three positions in the table",
            expected=([[1, 3], [13, 15]], None),
        ),
        Case((rng.normal(size=(7, 5)), table), label="one sequence of 7", proves="one sequence"),
        Case((rng.normal(size=(2, 7, 5)), table), label="a batch of 2 sequences of 7"),
        Case(
            (np.array([[1.0, 2.0]]), small, 2),
            label="one token, at position 2",
            expected=([[21, 23]], None),
        ),
        Case((rng.normal(size=(2, 7, 5)), table, 3), label="beginning at position 3"),
        Case(
            (rng.normal(size=(2, 7, 5)), table, 6),
            label="the last 7 positions of the table",
            proves="the sum",
        ),
        Case(
            (rng.normal(size=(2, 7, 5)), table, 9),
            label="7 tokens from position 9 on, and the table ends with 12",
        ),
        Case(
            (rng.normal(size=(2, 3, 5)), table, 12),
            label="3 tokens from position 12 on, and the table ends with 12",
        ),
        Case(
            (rng.normal(size=(2, 2, 5)), table, 12),
            label="2 tokens from position 12 on, and the table ends with 12",
        ),
        Case(
            (rng.normal(size=(2, 1, 5)), table, 13),
            label="1 token at position 13, and the table ends with 12",
        ),
    ]


def first_of_batch_alone(x, table, start=0):
    out = x.copy()
    rows = table[start : start + x.shape[-2]]
    if start + x.shape[-2] > len(table):
        raise ValueError("the sequence goes beyond the table")
    if x.ndim == 3:
        out[0] += rows
    else:
        out += rows
    return out


ROWS = "table[start : start + T]"

mistakes = [
    Mistake(
        "whole_table",
        {ROWS: "table"},
        lambda case, got, want: (
            f"x has {case.args[0].shape[-2]} tokens and the table {len(case.args[1])} positions, "
            "so the two do not line up. Take as many rows of the table as there are tokens: "
            "table[start : start + T] with T = x.shape[-2]."
        ),
    ),
    Mistake(
        "ends_with_T",
        {ROWS: "table[start : T]"},
        lambda case, got, want: (
            "A slice ends at a place, not after a number of rows: "
            f"table[{case.args[2]} : {case.args[0].shape[-2]}] has "
            f"{max(0, case.args[0].shape[-2] - case.args[2])} rows. Write table[start : start + T]."
        ),
    ),
    Mistake(
        "no_check",
        {"start + T > len(table)": "False"},
        lambda case, got, want: (
            f"The sequence ends at position {case.args[2] + case.args[0].shape[-2] - 1} and the "
            f"table at {len(case.args[1]) - 1}. A slice beyond the end is not an error: it has "
            f"{len(case.args[1]) - case.args[2]} row here, and NumPy adds that one row to all "
            "tokens. Compare start + T with len(table) first, and raise a ValueError."
        ),
    ),
    Mistake(
        "check_one_late",
        {"start + T > len": "start + T - 1 > len"},
        lambda case, got, want: (
            f"{case.args[0].shape[-2]} tokens from position {case.args[2]} on end at position "
            f"{case.args[2] + case.args[0].shape[-2] - 1}, and the table ends with "
            f"{len(case.args[1]) - 1}. The check lets them through, the slice finds "
            f"{plural(len(case.args[1]) - case.args[2], 'row')}, and NumPy broadcasts that. Refuse "
            "whenever start + T is above len(table)."
        ),
    ),
    Mistake(
        "start_alone_is_checked",
        {"start + T > len": "start >= len"},
        lambda case, got, want: (
            f"start = {case.args[2]} lies in the table, but the {case.args[0].shape[-2]} tokens "
            f"end at position {case.args[2] + case.args[0].shape[-2] - 1}, and the table at "
            f"{len(case.args[1]) - 1}. Compare the end, start + T, with len(table)."
        ),
    ),
    Mistake(
        "index_error",
        {
            "start + T > len(table)": "False",
            ROWS: "table[np.arange(start, start + T)]",
        },
        "The sum is right. Beyond the table NumPy raises an IndexError, which speaks of an axis "
        "and not of positions: compare start + T with len(table) first, and raise a ValueError.",
    ),
    Mistake(
        "off_by_one",
        {"T > len": "T >= len"},
        lambda case, got, want: (
            f"{case.args[0].shape[-2]} tokens from position {case.args[2]} on end at position "
            f"{case.args[2] + case.args[0].shape[-2] - 1}, the last of the table, and yet you "
            "refuse them. Refuse only if start + T is above len(table): >, not >=."
        ),
    ),
    Mistake(
        "ignores_start",
        {ROWS: "table[:T]"},
        lambda case, got, want: (
            f"start is {case.args[2]}, but the positions begin with 0. The first token stands at "
            f"position {case.args[2]}: table[start : start + T]."
        ),
    ),
    Mistake(
        "first_axis",
        {ROWS: "table[start : start + len(x)]"},
        lambda case, got, want: (
            f"len(x) is {len(case.args[0])}, the number of sequences in the batch. The number of "
            f"tokens is T = x.shape[-2] = {case.args[0].shape[-2]}; counted from the end it is "
            "right with and without a batch."
        ),
    ),
    Mistake(
        "second_axis",
        {"x.shape[-2]": "x.shape[1]"},
        lambda case, got, want: (
            f"x.shape[1] is {case.args[0].shape[1]} here, the number of features: without a batch "
            "the tokens are axis 0. Counted from the end, "
            f"T = x.shape[-2] = {case.args[0].shape[-2]}, it is right with a batch and without."
        ),
    ),
    Mistake(
        "one_early",
        {ROWS: "table[max(start - 1, 0) :][:T]"},
        lambda case, got, want: (
            f"The first token gets row {case.args[2] - 1}. It stands at position start = "
            f"{case.args[2]}, and row {case.args[2]} belongs to that: both count from 0."
        ),
    ),
    Mistake(
        "features_counted",
        {"x.shape[-2]": "x.shape[-1]"},
        lambda case, got, want: (
            f"{case.args[0].shape[-1]}, the number of features, is taken for the number of "
            f"tokens. The tokens are the axis before: T = x.shape[-2] = {case.args[0].shape[-2]}."
        ),
    ),
    Mistake(
        "last_rows",
        {ROWS: "table[-T:]"},
        "These are the last rows of the table. The first token stands at position start, and the "
        "rows follow from there.",
    ),
    Mistake(
        "first_of_batch_alone",
        first_of_batch_alone,
        "Only the first sequence of the batch gets its positions. NumPy adds the rows, (T, "
        "d_model), to every sequence of (B, T, d_model) by itself.",
    ),
    Mistake(
        "one_late",
        {ROWS: "table[start + 1 : start + 1 + T]"},
        lambda case, got, want: (
            "The first token gets row start + 1. It stands at position start, here "
            f"{(*case.args, 0)[2]}, and positions are counted from 0, as rows are."
        ),
    ),
    Mistake(
        "mean",
        {"return out": "return out / 2"},
        "out is half of what it should be: the mean of token and position. Their sum is wanted.",
    ),
    Mistake(
        "one_position",
        {ROWS: "table[start]"},
        "Every token gets the same position vector, table[start], so the order is still lost. "
        "Token t needs row start + t.",
    ),
    Mistake(
        "side_by_side",
        {f"x + {ROWS}": f"np.concatenate([x, np.broadcast_to({ROWS}, x.shape)], axis=-1)"},
        lambda case, got, want: (
            f"Token and position stand side by side, which makes {2 * case.args[0].shape[-1]} "
            f"features of {case.args[0].shape[-1]}. That would work, with a wider model. The "
            "transformer adds them: out has the shape of x."
        ),
    ),
    Mistake(
        "multiplied",
        {"x + table": "x * table"},
        "Token and position are multiplied. Wherever a sine is 0 the feature of the token is lost: "
        "at position 0 that is every second feature. Add them.",
    ),
    Mistake(
        "scaled",
        {"x + table": "x * math.sqrt(x.shape[-1]) + table"},
        lambda case, got, want: (
            f"x is multiplied by √d_model = {math.sqrt(case.args[0].shape[-1]):.4g} on the way. "
            "That happens before this function is called (see below in the lesson); here x is "
            "taken as it is."
        ),
    ),
    Mistake(
        "wraps",
        {
            "start + T > len(table)": "False",
            ROWS: "table[np.arange(start, start + T) % len(table)]",
        },
        "Beyond its end the table begins again, so that a late token gets the vector of position "
        "0. Two places would look the same. Raise a ValueError.",
    ),
]

hints = [
    "Token t of the sequence stands at position start + t. Which rows of the table are these, for "
    "all tokens together?",
    "T = x.shape[-2] is the number of tokens, with a batch axis and without. The rows are "
    "table[start : start + T], and NumPy adds them to each sequence of a batch.",
    "A slice beyond the end of an array is just shorter, never an error. Look before you add: is "
    "start + T above len(table)?",
    "if start + T > len(table): raise ValueError(...). Then out = x + table[start : start + T].",
]
