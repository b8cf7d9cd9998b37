"""attend_with_past: attention to all keys and values so far, which are kept."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib.attention import causal_mask

B, H, D_MODEL = 2, 3, 33


def cases(rng):
    params = {f"W_{n}": rng.normal(size=(D_MODEL, D_MODEL)) / D_MODEL**0.5 for n in "QKVO"}
    params |= {f"b_{n}": rng.normal(size=D_MODEL) for n in "QKVO"}
    plain = {f"W_{n}": np.eye(2) for n in "QKVO"}

    def vectors(T):
        return rng.normal(size=(B, T, D_MODEL))

    def past(T):
        return {name: rng.normal(size=(B, H, T, D_MODEL // H)) for name in "kv"}

    new = vectors(1)
    one = {"k": np.array([[[[1.0, 1]]]]), "v": np.array([[[[4.0, 0]]]])}
    return [
        # The query (0, 0) prefers neither key: the mean of the values (4, 0) and (0, 2).
        Case(
            (np.array([[[0.0, 0]]]), np.array([[[0.0, 2]]]), plain, 1, None, one),
            label="one kept token and a new one",
            expected=([[[2, 1]]], None),
        ),
        Case(
            (vectors(2), vectors(1), params, H, None, {}),
            label="the first call, one key alone",
            proves="the values and the output",
        ),
        Case(
            (vectors(2), vectors(5), params, H, None, {}),
            label="the first call, five keys",
            proves="the first call",
        ),
        Case(
            (new, new, params, H, None, past(5)),
            label="one new token after five",
            proves="what is kept",
        ),
        Case((vectors(1), None, params, H, None, past(7)), label="no new keys: cross-attention"),
        Case(
            (vectors(3), vectors(3), params, H, causal_mask(3, 8), past(5)),
            label="three new tokens after five, with a causal mask",
        ),
        Case(
            (new, new, {n: params[n] for n in params if n[0] == "W"}, H, None, past(2)),
            label="no biases",
        ),
    ]


def counts(case):
    past, memory = case.args[5], case.args[1]
    return past["k"].shape[2] if past else 0, 0 if memory is None else memory.shape[1]


SPLIT = "k, v = attention.split_heads(k, n_heads), attention.split_heads(v, n_heads)"

may_change = ("past",)

mistakes = [
    Mistake(
        "past_overwritten",
        {'"k" in past': "False", '"v" in past': "False"},
        lambda case, got, want: (
            f"The {counts(case)[0]} kept keys and values are replaced by the {counts(case)[1]} "
            "new, so the query sees nothing of what came before. Append the new ones: "
            'np.concatenate([past["k"], k], axis=2).'
        ),
    ),
    Mistake(
        "past_not_read",
        {
            "    heads,": "    new = slice(0 if memory is None else -memory.shape[1], None)\n"
            "    mask = None if mask is None else mask[:, new]\n    heads,",
            'past["k"], past["v"], mask': 'past["k"][:, :, new], past["v"][:, :, new], mask',
        },
        lambda case, got, want: (
            "What is kept is right, but the query attends to the new keys alone, "
            f"{counts(case)[1]} of {sum(counts(case))}. Hand all of them to the attention: "
            'past["k"] and past["v"].'
        ),
    ),
    Mistake(
        "new_first",
        {'[past["k"], k]': '[k, past["k"]]', '[past["v"], v]': '[v, past["v"]]'},
        "The new keys and values are put before the old ones. Without a mask the result is the "
        "same, but a causal mask takes the last columns for the newest tokens: append at the end.",
    ),
    Mistake(
        "not_kept",
        {"    if memory": "    past = dict(past)\n    if memory"},
        "The output is right, but `past` is as it was: the next call will not know these keys and "
        'values. Store them in the dict itself: past["k"] = …, past["v"] = ….',
    ),
    Mistake(
        "keys_alone_of_x",
        {"k, _ = layers.linear(memory": "k, _ = layers.linear(x"},
        "The keys are made of x, the values of memory. Both come from memory; x only asks.",
    ),
    Mistake(
        "values_alone_of_x",
        {"v, _ = layers.linear(memory": "v, _ = layers.linear(x"},
        "The values are made of x, the keys of memory. Both come from memory; x only asks.",
    ),
    Mistake(
        "queries_of_memory",
        {
            "    if memory": "    if memory is not None:\n        q, _ = layers.linear(memory, "
            'params["W_Q"], params.get("b_Q"))\n        q = attention.split_heads(q, n_heads)\n'
            "    if memory"
        },
        "The queries are made of memory. They come from x, as the given line has it; memory gives "
        "keys and values.",
    ),
    Mistake(
        "keys_of_x",
        {"linear(memory": "linear(x"},
        "Keys and values are made of x. They come from memory; x only asks. In self-attention the "
        "two are the same, elsewhere not.",
    ),
    Mistake(
        "joined_features",
        [{"axis=2": "axis=1"}, {"axis=2": "axis=-1"}, {"axis=2": "axis=0"}],
        "Old and new are not joined along the positions, which lie along axis 2: (B, n_heads, "
        "T_k, d_k). Axis 0 is the batch, axis 1 the heads, the last the features.",
    ),
    Mistake(
        "none_not_treated",
        {"memory is not None": "True"},
        "memory may be None: then nothing is new, and the query attends to what `past` already "
        "holds. Make keys and values only `if memory is not None`.",
    ),
    Mistake(
        "empty_not_treated",
        {' if "k" in past else k': "", ' if "v" in past else v': ""},
        'At the first call past is {}, and past["k"] does not exist. Append only `if "k" in '
        "past`; else the new keys are all there are.",
    ),
    Mistake(
        "mask_ignored",
        {'past["v"], mask': 'past["v"], None'},
        "The mask is not passed on. With several new tokens the earlier of them must not see the "
        "later: give it to scaled_dot_product_attention.",
    ),
    Mistake(
        "new_dropped",
        {"if memory is not None:": "if memory is not None and not past:"},
        "Once `past` holds something, the new keys and values are dropped. Where memory is given "
        "they are always appended; only memory None means that nothing is new.",
    ),
    Mistake(
        "mask_turned_round",
        {"    heads,": "    mask = None if mask is None else ~mask\n    heads,"},
        "The mask is turned round. True means that the query may look; hand the mask on as it is.",
    ),
    Mistake(
        "new_of_none",
        {"    if memory": "    memory = x if memory is None else memory\n    if memory"},
        "Where memory is None you make keys and values of x. Nothing is new there: the query "
        "attends to what `past` already holds.",
    ),
    Mistake(
        "no_biases",
        [
            {', params.get("b_K")': "", ', params.get("b_V")': ""},
            {', params.get("b_K")': "", ', params.get("b_V")': "", ', params.get("b_O")': ""},
        ],
        "Keys and values lack their biases. Hand them on as the first line does: "
        'params.get("b_K") and params.get("b_V").',
    ),
    Mistake(
        "biases_demanded",
        {'.get("b_K")': '["b_K"]', '.get("b_V")': '["b_V"]'},
        'A model may have no biases: params["b_K"] then does not exist, but params.get("b_K") '
        "gives None, and linear takes that.",
    ),
    Mistake(
        "keys_for_values",
        {'past["k"], past["v"], mask': 'past["v"], past["k"], mask'},
        "Keys and values are exchanged in the attention: the query is compared with the values, "
        "and the keys are mixed. The order is q, k, v.",
    ),
    Mistake(
        "projections_exchanged",
        {"k, v = attention": "v, k = attention"},
        "Keys and values have changed places where they are made: W_K and b_K make the keys, W_V "
        "and b_V the values.",
    ),
    Mistake(
        "split_by_reshape",
        {
            SPLIT: "T = memory.shape[1]\n        k, v = (new.reshape(len(x), n_heads, T, -1) "
            "for new in (k, v))"
        },
        "The new keys or values get the shape of heads by a reshape alone, which mixes positions "
        "and features. Use attention.split_heads: it splits the last axis, then exchanges axes.",
    ),
    Mistake(
        "merged_by_reshape",
        {"attention.merge_heads(heads)": "heads.reshape(x.shape)"},
        "The heads are merged by a reshape alone. They lie along axis 1 and the positions along "
        "axis 2, so the axes must change places first: attention.merge_heads does both.",
    ),
    Mistake(
        "output_transposed",
        {'params["W_O"]': 'params["W_O"].T'},
        "W_O is transposed. The merged heads are multiplied by it as it is.",
    ),
    Mistake(
        "no_output_bias",
        {', params.get("b_O")': ""},
        "The output lacks its bias: hand params.get('b_O') on with W_O, as the first line does it "
        "for the queries.",
    ),
    Mistake(
        "added_to_x",
        {"out, _ = layers.linear": "out = x + layers.linear", '.get("b_O"))': '.get("b_O"))[0]'},
        "x is added to the output. That is the residual connection, which the block makes, around "
        "the whole attention.",
    ),
    Mistake(
        "values_of_keys",
        {'params["W_V"], params.get("b_V")': 'params["W_K"], params.get("b_K")'},
        "The values are projected with W_K. They have a matrix of their own, W_V.",
    ),
    Mistake(
        "no_output",
        {"out, _ = layers.linear": "out, _ = ", ', params["W_O"], params.get("b_O")': ", None"},
        "The last projection is missing. Send the merged heads through W_O and b_O.",
    ),
]

hints = [
    "It is your multi_head_attention with one step more: after k and v are made and split, they "
    "are appended to those in `past`, and all of them are attended to.",
    "If memory is not None: project it with W_K and with W_V, split both into heads, then join "
    'each with past["k"] or past["v"] along axis 2, if it is there.',
    'past["k"] = np.concatenate([past["k"], k], axis=2) if "k" in past else k, and the same for v.',
    'heads, attention_cache = attention.scaled_dot_product_attention(q, past["k"], past["v"], '
    "mask); "
    'out, _ = layers.linear(attention.merge_heads(heads), params["W_O"], params.get("b_O")).',
]
