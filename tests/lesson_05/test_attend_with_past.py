"""Right answers to attend_with_past, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import layers
from course_lib.attention import (
    MultiHeadCache,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)


def project(x, params, name):
    return layers.linear(x, params[f"W_{name}"], params.get(f"b_{name}"))[0]


def attend(q, k, v, params, mask):
    heads, attended = scaled_dot_product_attention(q, k, v, mask)
    out = project(merge_heads(heads), params, "O")
    return out, MultiHeadCache(None, None, None, attended, None)


def all_or_nothing_in_the_past(x, memory, params, n_heads, mask, past):
    q = split_heads(project(x, params, "Q"), n_heads)
    if memory is not None:
        k = split_heads(project(memory, params, "K"), n_heads)
        v = split_heads(project(memory, params, "V"), n_heads)
        if past:
            k = np.concatenate([past["k"], k], axis=2)
            v = np.concatenate([past["v"], v], axis=2)
        past["k"], past["v"] = k, v
    return attend(q, past["k"], past["v"], params, mask)


def keys_and_values_in_a_loop(x, memory, params, n_heads, mask, past):
    q = split_heads(project(x, params, "Q"), n_heads)
    for name in "kv" if memory is not None else "":
        new = split_heads(project(memory, params, name.upper()), n_heads)
        past[name] = np.concatenate([past[name], new], axis=2) if name in past else new
    return attend(q, past["k"], past["v"], params, mask)


def empty_arrays_at_first(x, memory, params, n_heads, mask, past):
    B, _, d_model = x.shape
    nothing = np.zeros((B, n_heads, 0, d_model // n_heads))
    if memory is not None:
        for name in "kv":
            new = split_heads(project(memory, params, name.upper()), n_heads)
            past[name] = np.append(past.get(name, nothing), new, axis=-2)
    q = split_heads(project(x, params, "Q"), n_heads)
    return attend(q, past["k"], past["v"], params, mask)


ANSWERS = [all_or_nothing_in_the_past, keys_and_values_in_a_loop, empty_arrays_at_first]

test_is_right = each_is_right("attend_with_past", ANSWERS)
