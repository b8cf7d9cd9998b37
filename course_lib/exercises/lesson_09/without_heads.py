"""Exercise: without_heads."""

import copy

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_heads as wrong

D_MODEL, D_V = 11, 5


def without_heads(params, layer, heads, n_heads):
    """New params in which some heads of one layer add nothing: their rows of W_O are 0."""
    W_O = params["blocks"][layer]["attention"]["W_O"].copy()
    d_v = len(W_O) // n_heads
    for h in heads:
        W_O[h * d_v : (h + 1) * d_v] = 0
    blocks = list(params["blocks"])
    blocks[layer] = blocks[layer] | {"attention": blocks[layer]["attention"] | {"W_O": W_O}}
    return params | {"blocks": blocks}


def _draw(rng, n_heads, n_layers):
    def attention():
        wide = n_heads * D_V
        shapes = {"W_Q": (D_MODEL, wide), "W_K": (D_MODEL, wide), "W_V": (D_MODEL, wide),
                  "W_O": (wide, D_MODEL), "b_Q": wide, "b_K": wide, "b_V": wide,
                  "b_O": D_MODEL}  # fmt: skip
        return {name: rng.normal(size=shape) for name, shape in shapes.items()}

    return {
        "embedding": {"W": rng.normal(size=(7, D_MODEL))},
        "blocks": [{"attention": attention()} for _ in range(n_layers)],
        "output": {"W": rng.normal(size=(D_MODEL, 7)), "b": rng.normal(size=7)},
    }


def without_heads_cases(rng):
    tiny = {"W_O": np.arange(1.0, 9.0).reshape(4, 2), "b_O": np.array([9.0, 9.0])}
    tiny |= {f"W_{name}": np.ones((2, 4)) for name in "QKV"}
    tiny |= {f"b_{name}": np.ones(4) for name in "QKV"}
    silent = tiny | {"W_O": np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0], [0.0, 0.0]])}
    params = _draw(rng, n_heads=3, n_layers=2)
    return [
        Case(
            ({"blocks": [{"attention": tiny}]}, 0, [1], 2),
            label="the second of two heads, two rows each, worked by hand",
            expected={"blocks": [{"attention": silent}]},
        ),
        Case((params, 1, [0, 2], 3), label="two of three heads of the second layer"),
        Case((params, 0, [2], 3), label="the last head of the first layer"),
        Case((params, 0, [], 3), label="no head at all"),
        Case((params, 1, [0, 1, 2], 3), label="all heads of the second layer"),
    ]


def _deep_copy(params, layer, heads, n_heads):
    changed = copy.deepcopy(params)
    W_O = changed["blocks"][layer]["attention"]["W_O"]
    W_O.reshape(n_heads, -1, W_O.shape[1])[list(heads)] = 0
    return changed


def _with_a_mask(params, layer, heads, n_heads):
    old = params["blocks"][layer]["attention"]["W_O"]
    of_head = np.arange(len(old)) // (len(old) // n_heads)
    W_O = np.where(np.isin(of_head, heads)[:, None], 0.0, old)
    blocks = [dict(block) for block in params["blocks"]]
    blocks[layer]["attention"] = {**blocks[layer]["attention"], "W_O": W_O}
    return {**params, "blocks": blocks}


def _rows_of_each(case):
    return len(case.args[0]["blocks"][0]["attention"]["W_O"]) // case.args[3]


register(
    Exercise(
        name="without_heads",
        lesson=9,
        reference=without_heads,
        cases=without_heads_cases,
        returns=("params",),
        mistakes=(
            Mistake(
                "nothing",
                wrong.nothing,
                "Nothing has changed in what you return: all rows of W_O are as they were.",
            ),
            Mistake(
                "W_O_alone",
                wrong.W_O_alone,
                "This is the new W_O, and it is right. Return whole params, with this W_O in its "
                'place in params["blocks"][layer]["attention"].',
            ),
            Mistake(
                "columns",
                wrong.columns,
                "You set columns of W_O to 0. Heads lie side by side in what W_O reads, and "
                "in x @ W_O that is its rows; a column is one entry of the stream, which all "
                "heads write.",
            ),
            Mistake(
                "bias_too",
                wrong.bias_too,
                "b_O is 0, too. It is added once, whatever the heads say, and belongs to none of "
                "them. Leave it.",
            ),
            Mistake(
                "whole",
                wrong.whole,
                "All of W_O is 0: every head of the layer is silent. Only the rows of `heads` are "
                "to be.",
            ),
            Mistake(
                "interleaved",
                wrong.interleaved,
                lambda case, got, want: (
                    f"You take every {case.args[3]}th row. The rows of a head lie together, as "
                    "merge_heads (lesson 2) has put them: head h has h·d_v to (h + 1)·d_v − 1, and "
                    f"d_v is {_rows_of_each(case)} here."
                ),
            ),
            Mistake(
                "one_row",
                wrong.one_row,
                lambda case, got, want: (
                    "You set one row for each head, row h. A head has d_v of them, here "
                    f"{_rows_of_each(case)}: h·d_v to (h + 1)·d_v − 1."
                ),
            ),
            Mistake(
                "queries",
                wrong.queries,
                "Without its queries a head attends to all keys alike: it still adds the mean of "
                "its values. Silence what it writes: its rows of W_O.",
            ),
            Mistake(
                "values",
                wrong.values,
                "W_V is 0, but b_V remains, and the head goes on adding it. Silence what the head "
                "writes: its rows of W_O.",
            ),
            Mistake(
                "values_and_bias",
                wrong.values_and_bias,
                "With values of 0 these heads add nothing, that is true. Here it is asked for at "
                "the other end, where one array is enough: their rows of W_O are 0, all else is as "
                "it was.",
            ),
            Mistake(
                "all_layers",
                wrong.all_layers,
                "The heads are silent in every layer. Only the layer with number `layer` is to "
                "change.",
            ),
            Mistake(
                "heads_from_one",
                wrong.heads_from_one,
                "The head before the wanted one is silent. The numbers in `heads` count from 0: "
                "h has the rows h·d_v to (h + 1)·d_v − 1.",
            ),
            Mistake(
                "layer_from_one",
                wrong.layer_from_one,
                "The layer before is changed, or the last one where `layer` is 0. It counts from "
                '0: params["blocks"][layer].',
            ),
            Mistake(
                "both_from_one",
                wrong.both_from_one,
                "You count layers and heads from 1, as the pictures do. The arguments count from "
                '0: params["blocks"][layer], and the rows h·d_v to (h + 1)·d_v − 1.',
            ),
            Mistake(
                "last_row_left",
                wrong.last_row_left,
                "The last row of each head is still there. The end of a slice is not part of it: "
                "h * d_v : (h + 1) * d_v ends with row (h + 1)·d_v − 1.",
            ),
            Mistake(
                "others",
                wrong.others,
                "You silence the heads that are not in `heads`. It is those in the list that are "
                "to say nothing.",
            ),
            Mistake(
                "first_only",
                wrong.first_only,
                "Only the first head of the list is silent. Go through all of `heads`.",
            ),
            Mistake(
                "width_of_the_output",
                wrong.width_of_the_output,
                lambda case, got, want: (
                    "You divide the number of columns of W_O by n_heads. Its rows are what the "
                    f"heads share: {_rows_of_each(case)} for each."
                ),
            ),
            Mistake(
                "rows_deleted",
                wrong.rows_deleted,
                "The rows are gone; W_O then fits no longer what the heads hand to it. Keep its "
                "shape, and set the rows to 0.",
            ),
        ),
        correct=(_deep_copy, _with_a_mask),
        hints=(
            "The heads are merged side by side and multiplied by W_O. Which rows of W_O does one "
            "head meet?",
            "d_v = len(W_O) // n_heads, and head h has the rows h * d_v : (h + 1) * d_v.",
            "The parameters that you are given must stay as they are. copy.deepcopy(params) is the "
            "simplest way to have your own.",
            'W_O = changed["blocks"][layer]["attention"]["W_O"]; for h in heads: '
            "W_O[h * d_v : (h + 1) * d_v] = 0; return changed.",
        ),
    )
)
