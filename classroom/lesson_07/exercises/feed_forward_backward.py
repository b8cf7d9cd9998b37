"""feed_forward_backward: back through linear, nonlinearity, linear."""

from classroom.exercises import Case, Mistake
from course_lib import blocks


def cases(rng):
    def case(*front, activation, label):
        params = {
            "W_1": rng.normal(size=(5, 11)) / 2, "b_1": rng.normal(size=11),
            "W_2": rng.normal(size=(11, 5)) / 3, "b_2": rng.normal(size=5),
        }  # fmt: skip
        out, cache = blocks.feed_forward(rng.normal(size=(*front, 5)), params, activation)
        return Case((rng.normal(size=out.shape), cache), label=label)

    return [
        case(3, activation="relu", label="3 vectors, relu"),
        case(2, 3, activation="relu", label="a batch, relu"),
        case(2, 3, activation="gelu", label="a batch, gelu"),
        case(2, 3, activation="gelu_exact", label="a batch, gelu_exact"),
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
        "exact_forgotten",
        {"else:": 'elif activation == "gelu":'},
        'With "gelu_exact" the nonlinearity is skipped. gelu_backward serves both "gelu" and '
        '"gelu_exact": ask whether it is "relu", and otherwise call it.',
    ),
    Mistake(
        "order_kept",
        {
            "(dout, second_cache)": "(dout, first_cache)",
            "(dhidden, first_cache)": "(dhidden, second_cache)",
        },
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
        "numbers_swapped",
        {DPARAMS: '{"W_1": dW_2, "b_1": db_2, "W_2": dW_1, "b_2": db_1}'},
        "The gradients of the two linear maps have changed names: what `second_cache` returns "
        "belongs to W_2 and b_2.",
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
