"""Right answers to feed_forward, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import layers


def nonlinearity_of(hidden, activation):
    if activation == "relu":
        return layers.relu(hidden)
    return layers.gelu(hidden, "tanh" if activation == "gelu" else "none")


def feed_forward_by_products(x, params, activation="relu"):
    hidden = x @ params["W_1"] + params["b_1"]
    kept, nonlinearity = nonlinearity_of(hidden, activation)
    out = kept @ params["W_2"] + params["b_2"]
    first, second = (x, params["W_1"], params["b_1"]), (kept, params["W_2"], params["b_2"])
    return out, (first, nonlinearity, second, activation)


def feed_forward_unit_by_unit(x, params, activation="relu"):
    """Add up what each hidden unit writes."""
    out, kept = np.zeros_like(x) + params["b_2"], []
    for unit in range(params["W_1"].shape[1]):
        hidden = x @ params["W_1"][:, unit] + params["b_1"][unit]
        kept.append(nonlinearity_of(hidden, activation)[0])
        out += kept[-1][..., None] * params["W_2"][unit]
    cache = feed_forward_by_products(x, params, activation)[1]
    return out, cache


ANSWERS = [feed_forward_by_products, feed_forward_unit_by_unit]

test_is_right = each_is_right("feed_forward", ANSWERS)
