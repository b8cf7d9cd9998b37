"""feed_forward_backward: back through linear, nonlinearity, linear."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import blocks


def cases(rng):
    def case(*front, activation, label, proves=""):
        params = {
            "W_1": rng.normal(size=(5, 11)) / 2, "b_1": rng.normal(size=11),
            "W_2": rng.normal(size=(11, 5)) / 3, "b_2": rng.normal(size=5),
        }  # fmt: skip
        out, cache = blocks.feed_forward(rng.normal(size=(*front, 5)), params, activation)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    # All weights are 1. x = 3 passes the relu, x = -3 does not, and then only b_2 has a share.
    ones = {"W_1": np.ones((1, 1)), "b_1": np.zeros(1), "W_2": np.ones((1, 1)), "b_2": np.zeros(1)}
    by_hand = blocks.feed_forward(np.array([[3.0], [-3.0]]), ones)[1]
    dparams = {
        "W_1": np.array([[15.0]]), "b_1": np.array([5.0]),
        "W_2": np.array([[15.0]]), "b_2": np.array([10.0]),
    }  # fmt: skip
    return [
        Case(
            (np.array([[5.0], [5.0]]), by_hand),
            label="x = 3 and x = -3, worked by hand",
            expected=(np.array([[5.0], [0.0]]), dparams),
        ),
        case(3, activation="relu", label="3 vectors, relu", proves="relu"),
        case(2, 3, activation="relu", label="a batch, relu", proves="a batch"),
        case(2, 3, activation="gelu", label="a batch, gelu", proves="gelu"),
        case(2, 3, activation="gelu_exact", label="a batch, gelu_exact", proves="gelu_exact"),
        case(activation="gelu", label="a single vector"),
        case(2, 3, 7, activation="relu", label="four axes"),
    ]


returns = ("dx", "dparams")

DPARAMS = '{"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}'

mistakes = [
    Mistake(
        "nonlinearity_forgotten",
        {
            "relu_backward(dhidden, nonlinearity_cache)": "dhidden",
            "gelu_backward(dhidden, nonlinearity_cache)": "dhidden",
        },
        "The step through the nonlinearity is missing: the gradient of the hidden features goes "
        "from one linear map straight into the other.",
    ),
    Mistake(
        "always_relu_backward",
        {"gelu_backward": "relu_backward"},
        "relu_backward is called for gelu, too, whose cache holds more than x. `activation` says "
        "which of the two the forward used.",
    ),
    Mistake(
        "always_relu",
        {"gelu_backward(dhidden, nonlinearity_cache)": "dhidden * (nonlinearity_cache[0] > 0)"},
        "You use the slope of relu whatever the activation was. The last entry of the cache says "
        "which one it was; gelu_backward serves gelu and gelu_exact.",
    ),
    Mistake(
        "always_gelu",
        {"relu_backward": "gelu_backward"},
        "gelu_backward wants three things from its cache, and that of relu holds one. The last "
        "entry of the cache says which nonlinearity it was.",
    ),
    Mistake(
        "exact_as_relu",
        [
            {
                "    if activation": '    if activation == "gelu_exact":\n'
                "        dhidden = dhidden * (nonlinearity_cache[0] > 0)\n"
                "    elif activation"
            },
            {'activation == "relu"': 'activation != "gelu"'},
        ],
        'With "gelu_exact" the slope of relu is taken. gelu_backward serves both "gelu" and '
        '"gelu_exact": ask whether it is "relu", and otherwise call it.',
    ),
    Mistake(
        "exact_forgotten",
        {"else:": 'elif activation == "gelu":'},
        'With "gelu_exact" the nonlinearity is skipped. gelu_backward serves both "gelu" and '
        '"gelu_exact": ask whether it is "relu", and otherwise call it.',
    ),
    Mistake(
        "order_kept",
        [
            {
                "(dout, second_cache)": "(dout, first_cache)",
                "(dhidden, first_cache)": "(dhidden, second_cache)",
            },
            {"(dhidden, first_cache)": "(dout, first_cache)"},
        ],
        "dout goes back through the first linear map. The forward ended with `second_cache`, so "
        "dout meets that one; `first_cache` gets what comes back from the nonlinearity.",
    ),
    Mistake(
        "first_bias_too_late",
        {
            "    if": "    late = dhidden.reshape(-1, dhidden.shape[-1]).sum(axis=0)\n    if",
            '"b_1": db_1': '"b_1": late',
        },
        "db_1 is taken before the nonlinearity was passed on the way back. b_1 was added before "
        "the nonlinearity of the forward, so its gradient comes after it.",
    ),
    Mistake(
        "dx_past_the_nonlinearity",
        {
            "    if": "    past = dhidden\n    if",
            "dx, dW_1": "_, dW_1",
            "    return dx": "    dx = linear_backward(past, first_cache)[0]\n    return dx",
        },
        "dW_1 and db_1 have come through the nonlinearity, dx has not. All three go back through "
        "the first linear map, and each with what the backward of the nonlinearity returned.",
    ),
    Mistake(
        "weights_past_the_nonlinearity",
        {
            "    if": "    past = dhidden\n    if",
            "dx, dW_1, db_1 = ": "dx = ",
            "first_cache)": "first_cache)[0]",
            "    return": "    _, dW_1, db_1 = linear_backward(past, first_cache)\n    return",
        },
        "dx has come through the nonlinearity, dW_1 and db_1 have not. All three go back through "
        "the first linear map, and each with what the backward of the nonlinearity returned.",
    ),
    Mistake(
        "numbers_swapped",
        [
            {DPARAMS: '{"W_1": dW_2, "b_1": db_2, "W_2": dW_1, "b_2": db_1}'},
            {DPARAMS: '{"W_1": dW_2, "b_1": db_1, "W_2": dW_1, "b_2": db_2}'},
            {DPARAMS: '{"W_1": dW_1, "b_1": db_2, "W_2": dW_2, "b_2": db_1}'},
        ],
        "The gradients of the two linear maps have changed names: what comes back through "
        "`second_cache` belongs to W_2 and b_2.",
    ),
    Mistake(
        "residual_added",
        {"return dx,": "return dx + dout,"},
        "dout is added to dx. That is the identity path of the residual, which stands around the "
        "feed-forward: residual_backward adds it.",
    ),
    Mistake(
        "nonlinearity_forward",
        {
            "relu_backward(dhidden, nonlinearity_cache)": "relu(dhidden)[0]",
            "gelu_backward(dhidden, nonlinearity_cache)": "gelu(dhidden)[0]",
        },
        "The nonlinearity itself is applied to the gradient. On the way back stands its backward, "
        "relu_backward or gelu_backward, with the cache of the forward.",
    ),
    Mistake(
        "biases_missing",
        {', "b_1": db_1': "", ', "b_2": db_2': ""},
        "dparams holds W_1 and W_2 only. b_1 and b_2 are trained too: the third thing that "
        "linear_backward returns.",
    ),
    Mistake(
        "no_dict",
        {DPARAMS: "dW_1, db_1, dW_2, db_2"},
        "The gradients of the parameters are returned one by one. Where an argument is a dict, "
        "its gradient is a dict with the same keys: return dx, dparams.",
    ),
]

hints = [
    "Three steps forward, three steps back, the last one first.",
    "dhidden, dW_2, db_2 = linear_backward(dout, second_cache)",
    "Then relu_backward or gelu_backward, as `activation` says, with `nonlinearity_cache`. Then "
    "linear_backward once more, with `first_cache`.",
    'return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}',
]
