"""multi_head_attention: x attends to memory with several heads."""

import math

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib.attention import causal_mask


def cases(rng):
    def random_params(d_model, biases=True):
        params = {f"W_{n}": rng.normal(size=(d_model, d_model)) / d_model**0.5 for n in "QKVO"}
        if biases:
            params |= {f"b_{n}": rng.normal(size=d_model) for n in "QKVO"}
        return params

    by_hand = {f"W_{n}": np.eye(4) for n in "QKVO"} | {f"b_{n}": np.zeros(4) for n in "QKVO"}
    by_hand["b_O"] = np.array([0.0, 0, 0, 1])
    query = np.array([[[math.sqrt(2) * math.log(3), 0, 0, 0]]])
    x, memory = rng.normal(size=(2, 5, 33)), rng.normal(size=(2, 7, 33))
    padding = np.ones((2, 1, 1, 7), bool)
    padding[0, ..., 4:] = False
    params = random_params(33)
    return [
        # Head 0 scores the two tokens ln 3 and 0: weights 3/4, 1/4. Head 1 asks nothing: 1/2, 1/2.
        Case(
            (query, np.array([[[1.0, 0, 4, 8], [0, 1, 0, 4]]]), by_hand, 2),
            label="one query, two keys, two heads",
            expected=([[[0.75, 0.25, 2, 7]]], None),
        ),
        Case((x, x, params, 3), label="self-attention, 3 heads of 11 features"),
        Case((x, memory, params, 3), label="cross-attention, 5 queries and 7 keys"),
        Case((x, memory, params, 3, padding), label="cross-attention with a padding mask"),
        Case((x, x, params, 3, causal_mask(5)), label="self-attention with a causal mask"),
        Case((x, x, params, 1), label="one head"),
        Case((x, x, random_params(33, biases=False), 3), label="no biases, as in the paper"),
    ]


def width(case):
    d_model = case.args[0].shape[-1]
    return d_model, d_model // case.args[3]


SPLIT = "split_heads(q, n_heads), split_heads(k, n_heads), split_heads(v, n_heads)"
RESHAPED = "(z.reshape(len(z), n_heads, z.shape[1], -1) for z in (q, k, v))"


def without_biases(names):
    return {f', params.get("b_{name}")': "" for name in names}


mistakes = [
    Mistake(
        "roles_swapped",
        {"    q, query_cache": "    x, memory = memory, x\n    q, query_cache"},
        lambda case, got, want: (
            "x and memory have changed places: your queries come from memory, so there is an "
            f"output for each of its {case.args[1].shape[1]} positions. The one that asks is x. "
            "Keys and values come from memory."
        ),
    ),
    Mistake(
        "memory_ignored",
        {"linear(memory": "linear(x"},
        "Keys and values come from x, as in self-attention. In cross-attention x asks and memory "
        "answers: project memory with W_K and W_V.",
    ),
    Mistake(
        "x_ignored",
        {"linear(x": "linear(memory"},
        "The queries come from memory. They come from x: project x with W_Q.",
    ),
    Mistake(
        "values_of_x",
        {"value_cache = linear(memory": "value_cache = linear(x"},
        "The values come from x and the keys from memory. A weight belongs to one place of the "
        "memory: key and value must both come from there.",
    ),
    Mistake(
        "keys_of_x",
        {"key_cache = linear(memory": "key_cache = linear(x"},
        "The keys come from x and the values from memory. A weight belongs to one place of the "
        "memory: key and value must both come from there.",
    ),
    Mistake(
        "no_output",
        {"return out": "out = merged\n    return out"},
        "The last projection is missing: the heads lie side by side, unmixed. Send the merged "
        "heads through W_O and b_O.",
    ),
    Mistake(
        "no_heads",
        {SPLIT: "q, k, v", "merge_heads(heads)": "heads"},
        lambda case, got, want: (
            f"There are no heads here: one softmax over all {width(case)[0]} features. Cut q, k "
            "and v with split_heads before the attention, and merge_heads after it."
        ),
    ),
    Mistake(
        "not_merged",
        {"merge_heads(heads)": "heads"},
        lambda case, got, want: (
            f"The heads reach the last projection unmerged, with {width(case)[1]} features each "
            f"where W_O expects {width(case)[0]}. Lay them side by side first: merge_heads."
        ),
    ),
    Mistake(
        "one_head",
        {"n_heads)": "1)"},
        lambda case, got, want: (
            f"This is one head of {width(case)[0]} features. With n_heads = {case.args[3]} there "
            f"are {case.args[3]} of {width(case)[1]}, each with a softmax of its own: use "
            "split_heads on q, k and v."
        ),
    ),
    Mistake(
        "split_by_reshape",
        {SPLIT: RESHAPED},
        "The heads are cut by reshape alone, which mixes tokens and features. Your split_heads "
        "does it right: cut, then exchange axes 1 and 2.",
    ),
    Mistake(
        "merge_by_reshape",
        {"merge_heads(heads)": "heads.reshape(x.shape)"},
        "The heads are merged by reshape alone, which puts several tokens of one head into one "
        "row. Your merge_heads does it right: exchange axes 1 and 2, then reshape.",
    ),
    Mistake(
        "split_and_merged_by_reshape",
        {SPLIT: RESHAPED, "merge_heads(heads)": "heads.reshape(x.shape)"},
        "The heads are cut and merged by reshape alone. The shapes come out right, but what "
        "attends to what is scrambled. Use split_heads and merge_heads.",
    ),
    Mistake(
        "mask_ignored",
        {"(q, k, v, mask)": "(q, k, v)"},
        "The mask is not passed on. Give it to scaled_dot_product_attention.",
    ),
    Mistake(
        "values_of_keys",
        {"value_cache = linear(memory": "value_cache = linear(k"},
        "The values are made of the keys: W_V multiplies what W_K has made. Both start from "
        "memory.",
    ),
    Mistake(
        "key_bias_for_values",
        {"b_V": "b_K"},
        "The values get the bias of the keys: b_K stands beside W_V.",
    ),
    Mistake(
        "value_bias_for_output",
        {"b_O": "b_V"},
        "The last projection gets the bias of the values: b_V stands beside W_O.",
    ),
    Mistake(
        "only_query_bias",
        without_biases("KVO"),
        "Only the queries get their bias. The other three projections have one, too: "
        'params.get("b_K") and so on, as in the first line.',
    ),
    Mistake(
        "one_projection",
        {"W_K": "W_Q", "b_K": "b_Q"},
        "The keys are projected with W_Q. They have a matrix of their own, W_K; with one for both, "
        "a would look at b just as b looks at a.",
    ),
    Mistake(
        "keys_and_values_swapped",
        {"    q, k, v =": "    k, v = v, k\n    q, k, v ="},
        "W_K and W_V have changed places: the keys are projected with W_V, the values with W_K.",
    ),
    Mistake(
        "keys_as_values",
        {"(q, k, v, mask)": "(q, k, k, mask)"},
        "The attention gets the keys twice: they are also what it mixes. The third argument is v, "
        "memory projected with W_V.",
    ),
    Mistake(
        "residual",
        {"return out": "return x + out"},
        "x is added to the result. That residual belongs to the block and comes in lesson 3; here "
        "only what W_O and b_O make of the heads is returned.",
    ),
    Mistake(
        "output_not_unpacked",
        {"out, output_cache =": "out =", ", output_cache)": ", None)"},
        "linear returns two things, the result and its cache. Take both: out, "
        "output_cache = linear(...).",
    ),
    Mistake(
        "no_biases",
        without_biases("QKVO"),
        "The biases are left out. Each projection is z @ W + b where there is a b; linear(z, "
        'params["W_Q"], params.get("b_Q")) does that.',
    ),
    Mistake(
        "transposed_weights",
        {'"],': '"].T,'},
        "The matrices are used as x @ W.T. In this course vectors are rows and a projection is x @ "
        "W.",
    ),
    Mistake(
        "needs_biases",
        {'params.get("b_K")': 'params["b_K"]'},
        'params["b_K"] fails where there are no biases, as in the paper. params.get("b_K") gives '
        "None then, and linear takes None for no bias.",
    ),
]

hints = [
    "Draw the shapes: x (B, T_q, d_model) → q (B, T_q, d_model) → (B, n_heads, T_q, d_k) → "
    "attention → (B, n_heads, T_q, d_k) → (B, T_q, d_model) → out. Each arrow is one call.",
    'q, query_cache = linear(x, params["W_Q"], params.get("b_Q")); then the same for k and v, from '
    "memory. Each call gives the result and the cache that the last line wants.",
    "split_heads on q, k and v; scaled_dot_product_attention on the three, with the mask: heads, "
    "attention_cache = scaled_dot_product_attention(q, k, v, mask).",
    'merged = merge_heads(heads), then out, output_cache = linear(merged, params["W_O"], '
    'params.get("b_O")).',
]
