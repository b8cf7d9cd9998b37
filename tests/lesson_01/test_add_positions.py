"""Right answers to add_positions, in other styles."""

import numpy as np
from right_answers import each_is_right


def refuse_too_long(x, table, start):
    if start + x.shape[-2] > len(table):
        raise ValueError("the sequence is longer than the table")


def add_positions_in_a_loop(x, table, start=0):
    refuse_too_long(x, table, start)
    out = x.copy()
    for t in range(x.shape[-2]):
        out[..., t, :] += table[start + t]
    return out, (start, table)


def add_positions_by_row_numbers(x, table, start=0):
    positions = np.arange(start, start + x.shape[-2])
    if positions[-1] >= len(table):
        raise ValueError(f"there is no position {positions[-1]}")
    return x + table[positions], (start, table)


ANSWERS = [add_positions_in_a_loop, add_positions_by_row_numbers]

test_is_right = each_is_right("add_positions", ANSWERS)
