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
        Case((x, x, params, 1), label="one head", proves="self-attention with one head"),
        Case(
            (x, x, params, 3),
            label="self-attention, 3 heads of 11 features",
            proves="self-attention with 3 heads",
        ),
        Case(
            (x, memory, params, 3),
            label="cross-attention, 5 queries and 7 keys",
            proves="cross-attention",
        ),
        Case((x, memory, params, 3, padding), label="cross-attention with a padding mask"),
        Case(
            (x, x, params, 3, causal_mask(5)),
            label="self-attention with a causal mask",
            proves="the mask",
        ),
        Case((x, x, random_params(33, biases=False), 3), label="no biases, as in the paper"),
    ]


def width(case):
    d_model = case.args[0].shape[-1]
    return d_model, d_model // case.args[3]


SPLIT = "split_heads(q, n_heads), split_heads(k, n_heads), split_heads(v, n_heads)"
RESHAPED = "(z.reshape(len(z), n_heads, z.shape[1], -1) for z in (q, k, v))"
DEALT_OUT = "(z.reshape(*z.shape[:2], -1, n_heads).transpose(0, 3, 1, 2) for z in (q, k, v))"
COLLECTED = "heads.transpose(0, 2, 3, 1).reshape(x.shape)"


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
        [
            {"value_cache = linear(memory": "value_cache = linear(k"},
            {"value_cache = linear(memory": "value_cache = linear(k", "linear(memory": "linear(q"},
        ],
        "The values are made of the keys, and perhaps the keys of the queries: one projection "
        "follows the other. Keys and values both start from memory.",
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
        "some_biases_missing",
        [without_biases(names) for names in ("Q", "QV", "QO")],
        "The queries lack their bias, b_Q, and perhaps the values or the last projection too. Each "
        "of the four projections has one where params holds it.",
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
        "Keys and values have changed places. This is what comes out if memory is projected to "
        "keys with W_V and to values with W_K, or if v goes into the attention before k.",
    ),
    Mistake(
        "queries_and_keys_swapped",
        {"(q, k, v, mask)": "(k, q, v, mask)"},
        "Queries and keys have changed places in the call of the attention: the keys ask. Queries "
        "come first: q, k, v.",
    ),
    Mistake(
        "one_matrix_for_all",
        [
            {"W_K": "W_Q", "W_V": "W_Q", "b_K": "b_Q", "b_V": "b_Q"},
            {"W_K": "W_Q", "W_V": "W_Q", "W_O": "W_Q", "b_K": "b_Q", "b_V": "b_Q", "b_O": "b_Q"},
            {"W_O": "W_V", "b_O": "b_V"},
            {"W_O": "W_Q", "b_O": "b_Q"},
        ],
        "One matrix serves for several projections. There are four, each with its own: W_Q for the "
        "queries, W_K for the keys, W_V for the values, W_O for the merged heads.",
    ),
    *(
        Mistake(
            f"transposed_W_{name}",
            {f'params["W_{name}"]': f'params["W_{name}"].T'},
            f"W_{name} is transposed. A projection is x @ W + b with W as it is, here as in the "
            "other three.",
        )
        for name in "QKVO"
    ),
    Mistake(
        "query_bias_for_all",
        {f"b_{name}": "b_Q" for name in "KVO"},
        "All four projections get the bias of the queries. Each has its own: b_K, b_V and b_O "
        "stand beside W_K, W_V and W_O.",
    ),
    Mistake(
        "no_output_bias",
        {', params.get("b_O")': ""},
        "The last projection lacks its bias: b_O is added to what W_O makes of the merged heads.",
    ),
    Mistake(
        "no_value_bias",
        {', params.get("b_V")': ""},
        "The values lack their bias, b_V.",
    ),
    Mistake(
        "no_key_bias",
        {', params.get("b_K")': ""},
        "out is right, and it would be with any bias of the keys: b_K adds the same to all scores "
        "of a query. But the keys in the cache lack it, and lesson 7 uses them: give linear b_K "
        "too.",
    ),
    Mistake(
        "scaled_by_d_model",
        {"    q, k, v =": "    q = q / math.sqrt(n_heads)\n    q, k, v ="},
        lambda case, got, want: (
            f"The scores are divided by √d_model = √{width(case)[0]}. Each head has d_k = "
            f"{width(case)[1]} features of its own: its scores are divided by √d_k, as "
            "scaled_dot_product_attention does."
        ),
    ),
    Mistake(
        "scaled_again",
        {"    heads, att": "    q = q / math.sqrt(q.shape[-1])\n    heads, att"},
        "The scores are divided by √d_k twice. scaled_dot_product_attention does it already: give "
        "it the queries as they are.",
    ),
    Mistake(
        "scaled_by_d_model_too",
        {"    heads, att": "    q = q / math.sqrt(x.shape[-1])\n    heads, att"},
        lambda case, got, want: (
            f"The scores are divided by √d_model = √{width(case)[0]} as well. "
            "scaled_dot_product_attention has divided them already, by the root of the features of "
            f"a head, {width(case)[1]}: give it the queries as they are."
        ),
    ),
    Mistake(
        "no_scale",
        {"    heads, att": "    q = q * math.sqrt(q.shape[-1])\n    heads, att"},
        lambda case, got, want: (
            f"The scores are not divided by √d_k, the root of {width(case)[1]}. "
            "scaled_dot_product_attention does that; call it with the heads."
        ),
    ),
    Mistake(
        "mask_inverted",
        {"(q, k, v, mask)": "(q, k, v, None if mask is None else ~mask)"},
        "The mask is turned round. True means: may attend, here as in "
        "scaled_dot_product_attention. Pass it on as it is.",
    ),
    Mistake(
        "heads_interleaved",
        [
            {SPLIT: DEALT_OUT},
            {"merge_heads(heads)": COLLECTED},
            {SPLIT: DEALT_OUT, "merge_heads(heads)": COLLECTED},
        ],
        "The features are dealt out to the heads like cards, or collected so. A head is a block of "
        "d_k features that lie side by side: split_heads cuts such blocks and merge_heads lays "
        "them side by side again.",
    ),
    Mistake(
        "output_twice",
        {"    return": '    out, _ = linear(out, params["W_O"], params.get("b_O"))\n    return'},
        "The last projection is applied twice. W_O and b_O act once, on the merged heads.",
    ),
    Mistake(
        "heads_reversed",
        {"merge_heads(heads)": "merge_heads(heads[:, ::-1])"},
        "The heads are merged in reversed order. The features of head 0 come first.",
    ),
    Mistake(
        "keys_as_values",
        {"(q, k, v, mask)": "(q, k, k, mask)"},
        "What the attention mixes are the keys. This is what comes out if it gets k twice, or if "
        "memory is projected to values with W_K. The third argument is v, memory projected with "
        "W_V.",
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
        [{f'params.get("b_{name}")': f'params["b_{name}"]'} for name in "KVO"],
        lambda case, got, want: (
            f"params[{got}] fails where there are no biases, as in the paper. params.get({got}) "
            "gives None then, and linear takes None for no bias."
        ),
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
