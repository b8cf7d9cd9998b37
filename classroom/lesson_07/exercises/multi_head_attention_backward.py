"""multi_head_attention_backward: four projections and the attention between them, backwards."""

from classroom.exercises import Case, Mistake, number
from course_lib import attention


def cases(rng):
    def case(T_q, T_k, label, n_heads=3, mask=None, biases=True, d_model=33, proves=""):
        params = {f"W_{n}": rng.normal(size=(d_model, d_model)) / d_model**0.5 for n in "QKVO"}
        if biases:
            params |= {f"b_{n}": rng.normal(size=d_model) for n in "QKVO"}
        x, memory = rng.normal(size=(2, T_q, d_model)), rng.normal(size=(2, T_k, d_model))
        out, cache = attention.multi_head_attention(x, memory, params, n_heads, mask)
        # Small, for b_K has the gradient 0: a float32 answer must pass.
        return Case((0.02 * rng.normal(size=out.shape), cache), label=label, proves=proves)

    return [
        # One key alone has the weight 1 whatever the query: all comes back through the values.
        case(
            1, 1, "one token that attends to one other, one head of one feature", 1, d_model=1,
            proves="the way through the values",
        ),
        case(5, 7, "one head", n_heads=1, proves="one head"),
        case(5, 7, "5 queries and 7 keys, 3 heads of 11 features", proves="several heads"),
        case(5, 5, "with a causal mask", mask=attention.causal_mask(5)),
        case(5, 7, "no biases, as in the paper", biases=False),
    ]  # fmt: skip


returns = ("dx", "dmemory", "dparams")

MEMORY = "dmemory_k + dmemory_v"
SPLIT = "split_heads(dmerged, n_heads)"
MERGED = "    dq, dk, dv = merge_heads(dq), merge_heads(dk), merge_heads(dv)\n"

mistakes = [
    Mistake(
        "queries_alone",
        {MEMORY: "0 * dmemory_k"},
        "dmemory is 0, as if only the queries led back. The memory went through W_K and W_V, and "
        "both ways carry a gradient: dmemory is the sum of the two.",
    ),
    Mistake(
        "values_alone",
        {MEMORY: "dmemory_v"},
        "dmemory holds the way through the values only. The memory was projected twice, to keys "
        "and to values: add what comes back through W_K.",
    ),
    Mistake(
        "keys_alone",
        {MEMORY: "dmemory_k"},
        "dmemory holds the way through the keys only. The memory was projected twice, to keys and "
        "to values: add what comes back through W_V.",
    ),
    Mistake(
        "mean_of_two",
        {MEMORY: f"({MEMORY}) / 2"},
        "dmemory is the mean of what comes back through keys and values. Where a value was used "
        "twice, the two gradients are added.",
    ),
    Mistake(
        "as_self_attention",
        [
            {f"return dx, {MEMORY}": f"return dx + {MEMORY}"},
            {f"return dx, {MEMORY}": f"return dx + {MEMORY}, dx + {MEMORY}"},
        ],
        "dx and dmemory are returned as one sum. x and memory may be two different arrays, of "
        "different lengths even: return dx, dmemory, dparams. The block adds the two where x is "
        "the memory.",
    ),
    Mistake(
        "all_in_dx",
        {"return dx": f"return dx + {MEMORY}"},
        "dx holds the gradients of keys and values too. They belong to the memory. Where x is the "
        "memory, in self-attention, the block adds dx and dmemory.",
    ),
    Mistake(
        "output_skipped",
        {"split_heads(dmerged": "split_heads(dout"},
        "dout goes into the heads as it is. The last step of the forward was the projection W_O, "
        "so it is the first of the backward: what linear_backward returns for its input is the "
        "gradient of the merged heads.",
    ),
    Mistake(
        "not_cut",
        {"split_heads(dmerged, n_heads)": "dmerged", "merge_heads": ""},
        "The gradient of the merged heads goes into the attention as it is. Cut it into heads "
        "first, with split_heads, and lay dq, dk, dv together again with merge_heads.",
    ),
    Mistake(
        "cut_by_reshape",
        [
            {SPLIT: "dmerged.reshape(len(dout), n_heads, dout.shape[1], -1)"},
            {SPLIT: "dmerged.reshape(len(dout), dout.shape[1], n_heads, -1)"},
        ],
        "The gradient is cut into heads by reshape alone: either tokens and features are mixed, or "
        "the heads stand behind the tokens. What undoes merge_heads is split_heads.",
    ),
    Mistake(
        "not_merged",
        {MERGED: ""},
        "dq, dk and dv go back through the projections with the heads still apart. The projections "
        "of the forward gave arrays without heads: lay them together with merge_heads first.",
    ),
    Mistake(
        "scaled_again",
        {
            "dq, dk, dv = merge_heads(dq), merge_heads(dk)": "scale = math.sqrt(dq.shape[-1])\n"
            "    dq, dk, dv = merge_heads(dq) / scale, merge_heads(dk) / scale"
        },
        lambda case, got, want: (
            "dq and dk are divided by √d_k once more, "
            f"{number(case.args[1].attention.q.shape[-1] ** 0.5)} here. "
            "scaled_dot_product_attention_backward has done it."
        ),
    ),
    Mistake(
        "memory_for_x",
        {"cache.key": "cache.query", "cache.value": "cache.query"},
        "dk and dv go back with the cache of the queries. Keys and values were made of the memory, "
        "each with its own matrix: cache.key and cache.value.",
    ),
    Mistake(
        "lay_by_reshape",
        {f"merge_heads(d{z})": f"d{z}.reshape(len(dout), d{z}.shape[2], -1)" for z in "qkv"},
        "The gradients of q, k and v are merged by reshape alone, which mixes tokens and heads. "
        "What undoes split_heads is merge_heads.",
    ),
    Mistake(
        "biases_missing",
        {"db_O is not None": "False"},
        "dparams holds the four matrices and no biases. Where the forward had b_Q, b_K, b_V, b_O, "
        "each has a gradient: the third thing that linear_backward returns.",
    ),
    Mistake(
        "biases_always",
        {"db_O is not None": "True"},
        "Where there were no biases, dparams must not name them: linear_backward returns None for "
        "db then.",
    ),
    Mistake(
        "dk_for_dv",
        {"dq, dk, dv = scaled": "dq, dv, dk = scaled"},
        "dk and dv have changed places: scaled_dot_product_attention_backward returns dq, dk, dv, "
        "in this order. dk goes back through W_K, dv through W_V.",
    ),
    Mistake(
        "caches_swapped",
        [
            {"(dk, cache.key": "(dk, cache.value", "(dv, cache.value": "(dv, cache.key"},
            {"(dv, cache.value": "(dv, cache.key"},
            {"(dk, cache.key": "(dk, cache.value"},
        ],
        "A gradient goes back with the cache of another projection, and so through another matrix. "
        "dk belongs to cache.key, dv to cache.value.",
    ),
    Mistake(
        "keys_and_values_swapped",
        [
            {
                "dmemory_k, dW_K, db_K": "dmemory_k, dW_V, db_V",
                "dmemory_v, dW_V, db_V": "dmemory_v, dW_K, db_K",
            },
            {'"W_K": dW_K, "W_V": dW_V': '"W_K": dW_V, "W_V": dW_K'},
        ],
        "The gradients of W_K and W_V have changed places. dk leads to W_K, dv to W_V.",
    ),
    Mistake(
        "queries_and_keys_swapped",
        [
            {
                "dx, dW_Q, db_Q": "dx, dW_K, db_K",
                "dmemory_k, dW_K, db_K": "dmemory_k, dW_Q, db_Q",
            },
            {'"W_Q": dW_Q, "W_K": dW_K': '"W_Q": dW_K, "W_K": dW_Q'},
        ],
        "The gradients of W_Q and W_K have changed places. dq leads to W_Q, dk to W_K.",
    ),
]

hints = [
    "The forward was: three projections, split_heads, attention, merge_heads, a last projection. "
    "Walk it from the end; each step has its backward.",
    "split_heads and merge_heads only move numbers, so each is the backward of the other. The "
    "number of heads is cache.weights.shape[1].",
    "dmerged, dW_O, db_O = linear_backward(dout, cache.output); then dheads = split_heads(dmerged, "
    "n_heads) goes into scaled_dot_product_attention_backward, with cache.attention.",
    "Each of dq, dk, dv goes through merge_heads and linear_backward, with cache.query, cache.key, "
    "cache.value. dmemory is the sum of what keys and values return.",
]
