"""Exercise: feed_forward."""

import numpy as np

from course_lib import blocks, layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_feed_forward as wrong


def feed_forward_cases(rng):
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
        Case((x, params), label="a batch, relu is the default"),
        Case((x, params, "gelu"), label="a batch with gelu"),
        Case((x, params, "gelu_exact"), label="a batch with the exact gelu"),
        Case((rng.normal(size=(7, 5)), params, "relu"), label="seven vectors with relu"),
        Case((rng.normal(size=(2, 3, 5)), random_params(5, 5)), label="d_ff as wide as d_model"),
    ]


def _feed_forward(x, params, activation="relu"):
    hidden, first = layers.linear(x, params["W_1"], params["b_1"])
    if activation == "relu":
        hidden, nonlinearity = layers.relu(hidden)
    else:
        hidden, nonlinearity = layers.gelu(hidden, "tanh" if activation == "gelu" else "none")
    out, second = layers.linear(hidden, params["W_2"], params["b_2"])
    return out, (first, nonlinearity, second, activation)


def _by_products(x, params, activation="relu"):
    hidden = x @ params["W_1"] + params["b_1"]
    kept, nonlinearity = wrong.nonlinearity(hidden, activation)
    out = kept @ params["W_2"] + params["b_2"]
    first, second = (x, params["W_1"], params["b_1"]), (kept, params["W_2"], params["b_2"])
    return out, (first, nonlinearity, second, activation)


def _unit_by_unit(x, params, activation="relu"):
    """Add up what each hidden unit writes."""
    out, kept = np.zeros_like(x) + params["b_2"], []
    for unit in range(params["W_1"].shape[1]):
        hidden = x @ params["W_1"][:, unit] + params["b_1"][unit]
        kept.append(wrong.nonlinearity(hidden, activation)[0])
        out += kept[-1][..., None] * params["W_2"][unit]
    cache = _by_products(x, params, activation)[1]
    return out, cache


register(
    Exercise(
        name="feed_forward",
        lesson=3,
        reference=blocks.feed_forward,
        shown=_feed_forward,
        cases=feed_forward_cases,
        mistakes=(
            Mistake(
                "no_nonlinearity",
                wrong.variant(between=wrong.nothing),
                "There is nothing between the two linear maps, so together they are one linear "
                "map. Send hidden through relu or gelu first.",
            ),
            Mistake(
                "nonlinearity_last",
                wrong.variant(between=wrong.nothing, after=wrong.nonlinearity),
                "The nonlinearity comes after the second map. It belongs between the two: on "
                "hidden, before W_2.",
            ),
            Mistake(
                "nonlinearity_first",
                wrong.before,
                "The nonlinearity is applied to x. It belongs between the two maps: on hidden, "
                "after W_1 and b_1.",
            ),
            Mistake(
                "nonlinearity_twice",
                wrong.variant(after=wrong.nonlinearity),
                "The output went through the nonlinearity once more. What is added to the stream "
                "must be free to be negative: end with the second linear map.",
            ),
            Mistake(
                "one_layer",
                wrong.one_layer,
                lambda case, got, want: (
                    "This stops at the hidden units: "
                    f"{case.args[1]['W_1'].shape[1]} features, where d_model = "
                    f"{case.args[0].shape[-1]} are wanted. The second map, W_2 and b_2, leads "
                    "back."
                ),
            ),
            Mistake(
                "always_relu",
                wrong.variant(between=wrong.always_relu),
                lambda case, got, want: (
                    "You use relu whatever is asked for; here activation is "
                    f"{case.args[2]!r}. Look at the parameter."
                    if len(case.args) > 2
                    else "You use relu whatever is asked for. Look at the parameter activation."
                ),
            ),
            Mistake(
                "always_gelu",
                wrong.variant(between=wrong.always_gelu),
                'You use gelu whatever is asked for. With activation "relu", the default, relu is '
                "wanted.",
            ),
            Mistake(
                "tanh_for_both",
                wrong.variant(between=wrong.tanh_for_both),
                'For "gelu_exact" you use the tanh form. Call gelu(hidden, "none") there.',
            ),
            Mistake(
                "exact_for_both",
                wrong.variant(between=wrong.exact_for_both),
                'For "gelu" you use the exact form. In this course "gelu" is the tanh form: '
                'gelu(hidden, "tanh").',
            ),
            Mistake(
                "gelu_swapped",
                wrong.variant(between=wrong.gelu_swapped),
                'The two forms of gelu have changed places: "gelu" is gelu(hidden, "tanh"), '
                '"gelu_exact" is gelu(hidden, "none").',
            ),
            Mistake(
                "no_b_1",
                wrong.variant(first=("W_1", "none")),
                "b_1 is missing. It decides from where on a hidden unit is awake.",
            ),
            Mistake(
                "no_b_2", wrong.variant(second=("W_2", "none")), "b_2 is missing in the second map."
            ),
            Mistake(
                "no_biases",
                wrong.variant(first=("W_1", "none"), second=("W_2", "none")),
                "Both biases are missing: b_1 in the first map, b_2 in the second.",
            ),
            Mistake(
                "residual",
                wrong.variant(plus_x=True),
                "x is added to the result. That is the residual connection, a function of its own "
                "at the end of this lesson; feed_forward returns only what is to be added.",
            ),
            Mistake(
                "not_unpacked",
                wrong.not_unpacked,
                "linear returns two things, the result and its cache. Take both: out, second = "
                "linear(...).",
            ),
            Mistake(
                "relu_not_unpacked",
                wrong.relu_not_unpacked,
                "relu and gelu return two things, the result and its cache, and the second linear "
                "map gets both. Take them apart: hidden, nonlinearity = relu(hidden).",
            ),
            Mistake(
                "transposed",
                wrong.transposed,
                "W_2 is used transposed. In this course vectors are rows, and a map is x @ W.",
            ),
        ),
        correct=(_feed_forward, _by_products, _unit_by_unit),
        hints=(
            "Draw the widths: d_model → d_ff → nonlinearity → d_model. The first arrow is given.",
            "hidden, nonlinearity = relu(hidden) takes the result and the cache. Choose between "
            "relu and gelu by `activation`.",
            'For gelu: hidden, nonlinearity = gelu(hidden, "tanh" if activation == "gelu" else '
            '"none").',
            'out, second = linear(hidden, params["W_2"], params["b_2"])',
        ),
    )
)
