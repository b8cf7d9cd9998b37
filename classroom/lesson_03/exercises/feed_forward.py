"""feed_forward: two linear maps with a nonlinearity between them."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    def random_params(d_model, d_ff):
        return {
            "W_1": rng.normal(size=(d_model, d_ff)) / d_model**0.5,
            "b_1": rng.normal(size=d_ff),
            "W_2": rng.normal(size=(d_ff, d_model)) / d_ff**0.5,
            "b_2": rng.normal(size=d_model),
        }

    # hidden = [1 - 2, 1 + 2, 2 - 3] = [-1, 3, -1], relu [0, 3, 0], out = 3 [1, -1] + [0.5, 0].
    by_hand = {
        "W_1": np.array([[1.0, 1, 0], [-1, 1, 1]]),
        "b_1": np.array([0.0, 0, -3]),
        "W_2": np.array([[2.0, 2], [1, -1], [4, 4]]),
        "b_2": np.array([0.5, 0]),
    }
    x, params = rng.normal(size=(2, 3, 5)), random_params(5, 11)
    return [
        Case(
            (np.array([[1.0, 2]]), by_hand),
            label="one vector, worked by hand",
            expected=([[3.5, -3]], None),
        ),
        Case((x, params), label="a batch, relu is the default", proves="both maps and relu"),
        Case((x, params, "gelu"), label="a batch with gelu", proves="gelu"),
        Case(
            (x, params, "gelu_exact"), label="a batch with the exact gelu", proves="the exact gelu"
        ),
        Case((rng.normal(size=5), params, "relu"), label="one vector of shape (5,), with relu"),
        Case(
            (rng.normal(size=(2, 3, 7, 5)), random_params(5, 5)),
            label="three axes in front, d_ff as wide as d_model",
        ),
    ]


FIRST = 'linear(x, params["W_1"], params["b_1"])'
SECOND = 'linear(hidden, params["W_2"], params["b_2"])'
RELU = 'activation == "relu"'
FORM = '"tanh" if activation == "gelu" else "none"'
AGAIN = f"out, _ = relu(out) if {RELU} else gelu(out, {FORM})"

mistakes = [
    Mistake(
        "no_nonlinearity",
        {"hidden, nonlinearity_cache": "_, nonlinearity_cache"},
        "There is nothing between the two linear maps, so together they are one linear map. Send "
        "hidden through relu or gelu first.",
    ),
    Mistake(
        "relu_before_gelu",
        {"    else:\n": "    else:\n        hidden, _ = relu(hidden)\n"},
        "With gelu, hidden goes through relu first and through gelu then. It is one or the other.",
    ),
    Mistake(
        "exact_left_out",
        [
            {
                "    if activation": "    nonlinearity_cache = None\n    if activation",
                "    else:": '    elif activation == "gelu":',
            },
            {"    else:": '    elif activation == "gelu":'},
        ],
        'For "gelu_exact" no branch is taken, so nothing stands between the two maps. There are '
        'three values of activation: "relu", "gelu" and "gelu_exact".',
    ),
    Mistake(
        "nonlinearity_last",
        {
            FIRST: f"{FIRST}\n    hidden, second_cache = {SECOND}",
            f"out, second_cache = {SECOND}": "out = hidden",
        },
        "The nonlinearity comes after the second map. It belongs between the two: on hidden, "
        "before W_2.",
    ),
    Mistake(
        "nonlinearity_first",
        {
            f"hidden, first_cache = {FIRST}": "hidden = x",
            "out, second_cache": f"hidden, first_cache = {FIRST.replace('x', 'hidden')}\n"
            "    out, second_cache",
        },
        "The nonlinearity is applied to x. It belongs between the two maps: on hidden, after W_1 "
        "and b_1.",
    ),
    Mistake(
        "nonlinearity_before_too",
        [
            {FIRST: FIRST.replace("(x", "(relu(x)[0]")},
            {FIRST: FIRST.replace("(x", f"(relu(x)[0] if {RELU} else gelu(x, {FORM})[0]")},
        ],
        "x goes through a nonlinearity before the first map as well. There is one, between the two "
        "maps: the first map gets x as it is.",
    ),
    Mistake(
        "nonlinearity_twice",
        {"return": f"{AGAIN}\n    return"},
        "The output went through the nonlinearity once more. What is added to the stream must be "
        "free to be negative: end with the second linear map.",
    ),
    Mistake(
        "one_layer",
        {SECOND: "hidden, None"},
        lambda case, got, want: (
            f"This stops at the hidden units: {case.args[1]['W_1'].shape[1]} features, where "
            f"d_model = {case.args[0].shape[-1]} are wanted. The second map, W_2 and b_2, leads "
            "back."
        ),
    ),
    Mistake(
        "always_relu",
        {f"gelu(hidden, {FORM})": "relu(hidden)"},
        lambda case, got, want: (
            f"You use relu whatever is asked for; here activation is {case.args[2]!r}. Look at "
            "the parameter."
            if len(case.args) > 2
            else "You use relu whatever is asked for. Look at the parameter activation."
        ),
    ),
    Mistake(
        "always_gelu",
        {" relu(hidden)": " gelu(hidden)", f", {FORM}": ""},
        'You use gelu whatever is asked for. With activation "relu", the default, relu is wanted.',
    ),
    Mistake(
        "tanh_for_both",
        {FORM: '"tanh"'},
        'For "gelu_exact" you use the tanh form. Call gelu(hidden, "none") there.',
    ),
    Mistake(
        "exact_for_both",
        {FORM: '"none"'},
        'For "gelu" you use the exact form. In this course "gelu" is the tanh form: gelu(hidden, '
        '"tanh").',
    ),
    Mistake(
        "gelu_swapped",
        {'activation == "gelu"': 'activation != "gelu"'},
        'The two forms of gelu have changed places: "gelu" is gelu(hidden, "tanh"), "gelu_exact" '
        'is gelu(hidden, "none").',
    ),
    Mistake(
        "activation_as_form",
        {FORM: "activation"},
        'activation is handed on to gelu as it is, and gelu knows "tanh" and "none" only: "gelu" '
        'is its form "tanh", "gelu_exact" its form "none".',
    ),
    Mistake(
        "matrices_swapped",
        [
            {'["W_1"]': '["?"]', '["W_2"]': '["W_1"]', '["?"]': '["W_2"]'},
            {"_1": "_?", "_2": "_1", "_?": "_2"},
        ],
        "The two maps have changed places: W_1 leads from d_model to d_ff, W_2 back again.",
    ),
    Mistake(
        "b_1_for_both",
        {'["b_2"]': '["b_1"]'},
        "The second map adds b_1. Each map has a bias of its own: b_2 is as long as d_model.",
    ),
    Mistake(
        "b_1_twice",
        {
            " relu(hidden)": ' relu(hidden + params["b_1"])',
            "gelu(hidden,": 'gelu(hidden + params["b_1"],',
        },
        "b_1 is added twice. The linear map, the given first line, has added it already.",
    ),
    Mistake(
        "b_2_twice",
        {"return out": 'return out + params["b_2"]'},
        "b_2 is added twice. The second linear map has added it already.",
    ),
    Mistake(
        "b_1_after",
        {', params["b_1"]': "", "linear(hidden": 'linear(hidden + params["b_1"]'},
        "b_1 is added after the nonlinearity. It belongs before it, to x W_1: there it decides "
        "from where on a hidden unit is awake.",
    ),
    Mistake(
        "no_b_1",
        {', params["b_1"]': ""},
        "b_1 is missing. It decides from where on a hidden unit is awake.",
    ),
    Mistake("no_b_2", {', params["b_2"]': ""}, "b_2 is missing in the second map."),
    Mistake(
        "no_biases",
        {', params["b_1"]': "", ', params["b_2"]': ""},
        "Both biases are missing: b_1 in the first map, b_2 in the second.",
    ),
    Mistake(
        "residual",
        {"return out": "return x + out"},
        "x is added to the result. That is the residual connection, a function of its own at the "
        "end of this lesson; feed_forward returns only what is to be added.",
    ),
    Mistake(
        "not_unpacked",
        {"out, second_cache =": "out =", " second_cache,": " None,"},
        "linear returns two things, the result and its cache. Take both: out, second_cache = "
        "linear(...).",
    ),
    Mistake(
        "relu_not_unpacked",
        {"hidden, nonlinearity_cache =": "hidden =", " nonlinearity_cache,": " None,"},
        "relu and gelu return two things, the result and its cache, and the second linear map "
        "gets both. Take them apart: hidden, nonlinearity_cache = relu(hidden).",
    ),
    Mistake(
        "transposed",
        [
            {'params["W_2"]': 'params["W_2"].T'},
            {SECOND: 'hidden @ params["W_2"].T + params["b_2"], None'},
        ],
        "W_2 is used transposed. In this course vectors are rows, and a map is x @ W.",
    ),
    Mistake(
        "first_matrix_back",
        {SECOND: 'hidden @ params["W_1"].T + params["b_2"], None'},
        "The way back is W_1 transposed. The second map has a matrix of its own, W_2, which is "
        "d_ff by d_model as it stands.",
    ),
]

hints = [
    "Draw the widths: d_model → d_ff → nonlinearity → d_model. The first arrow is given.",
    "hidden, nonlinearity_cache = relu(hidden) takes the result and the cache. Choose between relu "
    "and gelu by `activation`.",
    'For gelu: hidden, nonlinearity_cache = gelu(hidden, "tanh" if activation == "gelu" else '
    '"none").',
    'out, second_cache = linear(hidden, params["W_2"], params["b_2"])',
]
