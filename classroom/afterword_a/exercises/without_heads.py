"""without_heads: parameters in which some heads say nothing."""

import copy

import numpy as np

from classroom.exercises import Case, Mistake, reference

D_MODEL, D_V = 11, 5


def draw(rng, n_heads, n_layers):
    def attention():
        wide = n_heads * D_V
        shapes = {"W_Q": (D_MODEL, wide), "W_K": (D_MODEL, wide), "W_V": (D_MODEL, wide),
                  "W_O": (wide, D_MODEL), "b_Q": wide, "b_K": wide, "b_V": wide,
                  "b_O": D_MODEL}  # fmt: skip
        return {name: rng.normal(size=shape) for name, shape in shapes.items()}

    return {
        "embedding": {"W": rng.normal(size=(7, D_MODEL))},
        "blocks": [
            {
                "norm_1": {"gamma": rng.normal(size=D_MODEL), "beta": rng.normal(size=D_MODEL)},
                "attention": attention(),
                "feed_forward": {"W_1": rng.normal(size=(D_MODEL, 3)), "b_1": rng.normal(size=3)},
            }
            for _ in range(n_layers)
        ],
        "output": {"W": rng.normal(size=(D_MODEL, 7)), "b": rng.normal(size=7)},
    }


def cases(rng):
    tiny = {"W_O": np.arange(1.0, 9.0).reshape(4, 2), "b_O": np.array([9.0, 9.0])}
    tiny |= {f"W_{name}": np.ones((2, 4)) for name in "QKV"}
    tiny |= {f"b_{name}": np.ones(4) for name in "QKV"}
    silent = tiny | {"W_O": np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0], [0.0, 0.0]])}
    params = draw(rng, n_heads=3, n_layers=3)
    return [
        Case(
            ({"blocks": [{"attention": tiny}]}, 0, [1], 2),
            label="the second of two heads, two rows each, worked by hand",
            expected={"blocks": [{"attention": silent}]},
            proves="one head of the only layer",
        ),
        Case(
            (params, 1, [2, 0], 3),
            label="two of three heads of the second layer",
            proves="the layer and the heads",
        ),
        Case((params, 0, [1], 3), label="the middle head of the first layer"),
        Case((params, 0, [], 3), label="no head at all"),
        Case((params, 1, [0, 1, 2], 3), label="all heads of the second layer"),
    ]


def rows_of_each(case):
    return len(case.args[0]["blocks"][0]["attention"]["W_O"]) // case.args[3]


returns = ("params",)

ATTENTION = 'params["blocks"][layer]["attention"]'
ROWS = "W_O[h * d_v : (h + 1) * d_v]"


def with_bias(matrix, bias, part):
    """The edit that sets a part of a bias to 0 beside the columns or rows of a matrix."""
    return {
        ".copy()\n": f'.copy()\n    {bias} = {ATTENTION}["{bias}"].copy()\n',
        "] = 0\n": f"] = 0\n        {bias}[{part}] = 0\n",
        f'"{matrix}": {matrix}': f'"{matrix}": {matrix}, "{bias}": {bias}',
    }


def of_queries_or_values(matrix):
    """The edit that sets columns of another matrix to 0."""
    return {"len(W_O)": "W_O.shape[1]", "W_O[": "W_O[:, ", "W_O": matrix}


def silent_everywhere(*names):
    """Return the wrong answer that sets a head's columns of these matrices to 0."""

    def answer(params, layer, heads, n_heads):
        changed = copy.deepcopy(params)
        attention = changed["blocks"][layer]["attention"]
        for name in names:
            matrix = attention[name] if name == "W_O" else attention[name].T
            matrix.reshape(n_heads, -1, matrix.shape[1])[heads] = 0
            attention[name] = matrix if name == "W_O" else matrix.T
        return changed

    return answer


def all_layers(params, layer, heads, n_heads):
    for each in range(len(params["blocks"])):
        params = reference("without_heads")(params, each, heads, n_heads)
    return params


mistakes = [
    Mistake(
        "nothing",
        {' | {"blocks": blocks}': ""},
        "Nothing has changed in what you return: all rows of W_O are as they were.",
    ),
    Mistake(
        "W_O_alone",
        {'params | {"blocks": blocks}': "W_O"},
        "This is the new W_O, and it is right. Return whole params, with this W_O in its place in "
        'params["blocks"][layer]["attention"].',
    ),
    Mistake(
        "columns",
        [{"W_O[h": "W_O[:, h"}, {"len(W_O)": "W_O.shape[1]", "W_O[h": "W_O[:, h"}],
        "You set columns of W_O to 0. Heads lie side by side in what W_O reads, and in x @ W_O "
        "that is its rows; a column is one entry of the stream, which all heads write.",
    ),
    Mistake(
        "bias_too",
        with_bias("W_O", "b_O", ":"),
        "b_O is 0, too. It is added once, whatever the heads say, and belongs to none of them. "
        "Leave it.",
    ),
    Mistake(
        "whole",
        {f"for h in heads:\n        {ROWS}": "W_O[:]"},
        "All of W_O is 0: every head of the layer is silent. Only the rows of `heads` are to be.",
    ),
    Mistake(
        "interleaved",
        {ROWS: "W_O[h::n_heads]"},
        lambda case, got, want: (
            f"You take rows that lie {case.args[3]} apart. The rows of a head lie together, as "
            "merge_heads (lesson 2) has put them: head h has h·d_v to (h + 1)·d_v − 1, and d_v is "
            f"{rows_of_each(case)} here."
        ),
    ),
    Mistake(
        "one_row",
        [{ROWS: "W_O[h]"}, {ROWS: "W_O[h * d_v]"}],
        lambda case, got, want: (
            "You set one row for each head. A head has d_v of them, here "
            f"{rows_of_each(case)}: h·d_v to (h + 1)·d_v − 1."
        ),
    ),
    Mistake(
        "queries",
        [of_queries_or_values("W_Q"), of_queries_or_values("W_K")],
        "Without its queries or its keys a head attends by its biases alone, often to all keys "
        "alike: it still adds a mean of its values. Silence what it writes: its rows of W_O.",
    ),
    Mistake(
        "all_three",
        silent_everywhere("W_Q", "W_K", "W_V"),
        "W_Q, W_K and W_V are 0, but b_V remains, and the head goes on adding it. Silence what the "
        "head writes: its rows of W_O.",
    ),
    Mistake(
        "all_four",
        silent_everywhere("W_Q", "W_K", "W_V", "W_O"),
        "The rows of W_O are right. W_Q, W_K and W_V have lost columns as well, and all but W_O "
        "is to stay as it was: without its rows of W_O a head says nothing already.",
    ),
    Mistake(
        "values",
        of_queries_or_values("W_V"),
        "W_V is 0, but b_V remains, and the head goes on adding it. Silence what the head writes: "
        "its rows of W_O.",
    ),
    Mistake(
        "values_and_bias",
        of_queries_or_values("W_V") | with_bias("W_V", "b_V", "h * d_v : (h + 1) * d_v"),
        "With values of 0 these heads add nothing, that is true. Here it is asked for at the "
        "other end, where one array is enough: their rows of W_O are 0, all else is as it was.",
    ),
    Mistake(
        "all_layers",
        all_layers,
        "The heads are silent in every layer. Only the layer with number `layer` is to change.",
    ),
    Mistake(
        "heads_from_one",
        {"in heads": "in [(h - 1) % n_heads for h in heads]"},
        "The head before the wanted one is silent. The numbers in `heads` count from 0: h has the "
        "rows h·d_v to (h + 1)·d_v − 1.",
    ),
    Mistake(
        "layer_from_one",
        {"[layer]": "[layer - 1]"},
        "The layer before is changed, or the last one where `layer` is 0. It counts from 0: "
        'params["blocks"][layer].',
    ),
    Mistake(
        "both_from_one",
        {"in heads": "in [(h - 1) % n_heads for h in heads]", "[layer]": "[layer - 1]"},
        "You count layers and heads from 1, as the pictures do. The arguments count from 0: "
        'params["blocks"][layer], and the rows h·d_v to (h + 1)·d_v − 1.',
    ),
    Mistake(
        "last_row_left",
        {"(h + 1) * d_v": "(h + 1) * d_v - 1"},
        "The last row of each head is still there. The end of a slice is not part of it: h * d_v "
        ": (h + 1) * d_v ends with row (h + 1)·d_v − 1.",
    ),
    Mistake(
        "others",
        {"in heads": "in set(range(n_heads)) - set(heads)"},
        "You silence the heads that are not in `heads`. It is those in the list that are to say "
        "nothing.",
    ),
    Mistake(
        "zero_is_no_head",
        {"in heads": "in filter(None, heads)"},
        "Head 0 is left out: 0 counts as false in a condition. Heads count from 0, and 0 is the "
        "first one.",
    ),
    Mistake(
        "from_first_to_last",
        {"in heads": "in range(min(heads, default=0), max(heads, default=-1) + 1)"},
        "All heads between the smallest and the largest number are silent. Only those in the list "
        "are to be.",
    ),
    Mistake(
        "first_only",
        {"in heads": "in heads[:1]"},
        "Only the first head of the list is silent. Go through all of `heads`.",
    ),
    Mistake(
        "width_of_the_output",
        {"len(W_O)": "W_O.shape[1]"},
        lambda case, got, want: (
            "You divide the number of columns of W_O by n_heads. Its rows are what the heads "
            f"share: {rows_of_each(case)} for each."
        ),
    ),
    Mistake(
        "rows_deleted",
        {
            f"for h in heads:\n        {ROWS} = 0": (
                "W_O = np.delete(W_O.reshape(n_heads, d_v, -1), heads, axis=0)"
                ".reshape(-1, W_O.shape[1])"
            )
        },
        "The rows are gone; W_O then fits no longer what the heads hand to it. Keep its shape, "
        "and set the rows to 0.",
    ),
]

hints = [
    "The heads are merged side by side and multiplied by W_O. Which rows of W_O does one head "
    "meet?",
    "d_v = len(W_O) // n_heads, and head h has the rows h * d_v : (h + 1) * d_v.",
    "The parameters that you are given must stay as they are. copy.deepcopy(params) is the "
    "simplest way to have your own.",
    'W_O = changed["blocks"][layer]["attention"]["W_O"]; for h in heads: W_O[h * d_v : (h + 1) * '
    "d_v] = 0; return changed.",
]
