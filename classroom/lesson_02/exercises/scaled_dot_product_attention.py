"""scaled_dot_product_attention: softmax(q k^T / sqrt(d_k)) v, with a mask."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number, reference
from classroom.lesson_02 import traced_words as trace
from course_lib.attention import causal_mask
from course_lib.layers import softmax


def cases(rng):
    def qkv(*front, T_q=5, T_k=7):
        return (
            rng.normal(size=(*front, T_q, 11)),
            rng.normal(size=(*front, T_k, 11)),
            rng.normal(size=(*front, T_k, 13)),
        )

    some = rng.random((5, 7)) < 0.5
    some[np.arange(5), np.arange(5)] = True
    padding = np.ones((2, 1, 1, 7), bool)
    padding[0, ..., 4:] = padding[1, ..., 6:] = False
    q, k, v = qkv()
    # Both visible scores are −2,000,000, so each weighs 1/2; the hidden score is 0.
    low = np.array([[2000.0, 0, 0, 0]]), np.array([[-2000.0, 0, 0, 0]] * 2 + [[0, 0, 0, 1]])
    low_values, low_mask = np.array([[1.0, 2], [3, 6], [90, 80]]), np.array([[True, True, False]])
    return [
        Case(
            (trace.Q[:2], trace.K[2:], trace.V[2:]),
            label="one key alone, so its weight is 1",
            expected=([[8, 4], [8, 4]], None),
            proves="the values",
        ),
        Case(
            (trace.Q, trace.K, trace.V),
            label="the three words traced by hand",
            expected=(trace.OUT, None),
        ),
        Case(qkv(), label="5 queries, 7 keys", proves="one sequence without a mask"),
        Case(
            (trace.Q, trace.K, trace.V, causal_mask(3)),
            label="the three words with a causal mask",
            expected=(trace.CAUSAL_OUT, None),
        ),
        Case((*qkv(), some), label="5 queries, 7 keys, a mask", proves="the mask of one sequence"),
        Case(qkv(2, 3), label="a batch of 2 with 3 heads"),
        Case(qkv(3), label="a batch of 3, no heads"),
        Case(qkv(2, 3, 5), label="three axes in front", proves="the axes in front"),
        Case((*qkv(2, 3), padding), label="a batch with a padding mask"),
        Case((*qkv(2, 3, T_q=5, T_k=5), causal_mask(5)), label="a batch with a causal mask"),
        Case(
            (*low, low_values, low_mask),
            label="two visible scores of -2,000,000, and a hidden one of 0",
            expected=([[2, 4]], None),
        ),
        Case((100 * q, 100 * k, v, some), label="large scores and a mask"),
    ]


def root(case):
    return number(math.sqrt(case.args[0].shape[-1]))


def row_sum(case):
    """The sum of the weights of the first query that the mask hides something from."""
    q, k, _, mask = case.args
    weights = softmax(reference("attention_scores")(q, k))[0]
    kept = np.broadcast_to(mask, weights.shape)
    row = next(place for place in np.ndindex(kept.shape[:-1]) if not kept[place].all())
    return number((weights[row] * kept[row]).sum())


SCORES = "attention_scores(q, k)"
PRODUCTS = "q @ k.swapaxes(-1, -2)"
HIDDEN = "np.where(mask, scores, -np.inf)"
MASKING = f"    if mask is not None:\n        scores = {HIDDEN}\n"


def after_softmax(line):
    return {MASKING: "", "    out =": f"    if mask is not None:\n        {line}\n    out ="}


mistakes = [
    Mistake(
        "no_scale",
        {SCORES: PRODUCTS},
        lambda case, got, want: (
            f"These are the results without 1/√d_k: with d_k = {case.args[0].shape[-1]} the scores "
            f"are {root(case)} times too large, and the weights too sharp. Divide the scores by "
            "math.sqrt(d_k)."
        ),
    ),
    Mistake(
        "by_d_k",
        {SCORES: f"{PRODUCTS} / q.shape[-1]"},
        lambda case, got, want: (
            f"The scores are divided by d_k = {case.args[0].shape[-1]}, not by its root "
            f"{root(case)}: the weights are too even. This is also what comes out if the result of "
            "attention_scores, which is divided already, is divided by √d_k once more."
        ),
    ),
    Mistake(
        "by_root_of_keys",
        [
            {SCORES: f"{PRODUCTS} / math.sqrt({count})"}
            for count in ("k.shape[-2]", "q.shape[-2]", "len(k)", "len(q)")
        ],
        lambda case, got, want: (
            "You divide by the root of a number of keys or queries, or of the length of the first "
            f"axis. The dot products are sums of d_k = {case.args[0].shape[-1]} terms: divide by "
            "√d_k."
        ),
    ),
    Mistake(
        "by_root_of_values",
        {SCORES: f"{PRODUCTS} / math.sqrt(v.shape[-1])"},
        lambda case, got, want: (
            f"You divide by √d_v, the root of {case.args[2].shape[-1]}. The dot products are sums "
            f"of d_k = {case.args[0].shape[-1]} terms: divide by √d_k."
        ),
    ),
    Mistake(
        "scale_after",
        {SCORES: PRODUCTS, "weights @ v": "weights / math.sqrt(q.shape[-1]) @ v"},
        lambda case, got, want: (
            f"You divide by √d_k = {root(case)} after the softmax. Each row of weights then sums "
            f"to {number(1 / math.sqrt(case.args[0].shape[-1]))}, and the softmax was as sharp as "
            "without a scale. Divide the scores."
        ),
    ),
    Mistake(
        "over_queries",
        [{"softmax(scores)": f"softmax(scores, axis={axis})"} for axis in (-2, 0, 1)],
        "The softmax runs over the queries, or over an axis in front, so that the rows do not sum "
        "to 1. Each query spreads a weight of 1 over the keys: the last axis, axis=-1.",
    ),
    Mistake(
        "softmax_twice",
        {"softmax(scores)": "softmax(softmax(scores)[0])"},
        "The softmax is applied to its own result, which makes the weights nearly alike. Once is "
        "enough.",
    ),
    Mistake(
        "keys_and_values_swapped",
        {SCORES: "attention_scores(q, v)", "weights @ v": "weights @ k"},
        "Keys and values have changed places. The queries meet the keys, and what is mixed are the "
        "values.",
    ),
    Mistake(
        "queries_and_keys_swapped",
        {SCORES: "attention_scores(k, q)"},
        "Queries and keys have changed places, so that the keys ask. A row of the scores belongs "
        "to a query: q comes first.",
    ),
    Mistake(
        "not_normalized",
        {"softmax(scores)": "np.exp(scores), None"},
        "The weights are exponentials that are not divided by their sum, so they do not sum to 1. "
        "Your softmax does both.",
    ),
    Mistake(
        "no_exp",
        {"softmax(scores)": "scores / scores.sum(axis=-1, keepdims=True), None"},
        "The scores are divided by their sum without exp. They may be negative, and their sum 0: "
        "the softmax takes exp first.",
    ),
    Mistake(
        "divided_by_keys",
        {"weights @ v": "weights @ v / k.shape[-2]"},
        lambda case, got, want: (
            f"The sum is divided by the number of keys, {case.args[1].shape[-2]}. The weights sum "
            "to 1 already: the weighted sum is the mean."
        ),
    ),
    Mistake(
        "largest_alone",
        {"weights @ v": "np.eye(k.shape[-2])[weights.argmax(axis=-1)] @ v"},
        "Each query gets the value of its best key alone. All values are mixed, each with its "
        "weight: weights @ v.",
    ),
    Mistake(
        "mask_inverted",
        [
            {"scores, -np.inf": "-np.inf, scores"},
            {"scores, -np.inf": "-1e9, scores"},
            {HIDDEN: "scores + mask * -1e9"},
        ],
        "The mask is turned round: you hide the keys where it is True. True means: may attend. "
        "Keep the score where mask is True, put −inf where it is False.",
    ),
    Mistake(
        "always_causal",
        {
            "    if mask is": "    past = np.tri(*scores.shape[-2:], dtype=bool)\n"
            "    scores = np.where(past, scores, -np.inf)\n    if mask is"
        },
        "A causal mask is always at work. The function hides what mask says and nothing else; "
        "without a mask every query sees all keys.",
    ),
    Mistake(
        "mask_transposed",
        {"np.where(mask, ": "np.where(mask.swapaxes(-1, -2), "},
        "The mask is transposed. Its rows belong to the queries and its columns to the keys, as "
        "those of the scores do: take it as it is.",
    ),
    Mistake(
        "mask_as_factor_of_inf",
        {HIDDEN: "scores + (1 - mask) * -np.inf"},
        "−inf is multiplied by the mask: where a key is allowed that is 0 times −inf, which is nan "
        "and not 0. Choose in place of multiplying: np.where(mask, scores, -np.inf).",
    ),
    Mistake(
        "plus_inf",
        {"-np.inf": "np.inf"},
        "The hidden scores are nan, or +inf, which is the largest score there is; either way the "
        "softmax of that row is nan. They must be −inf: only exp(−inf) is 0.",
    ),
    Mistake(
        "small_penalty",
        [
            *({"-np.inf": penalty} for penalty in ("-10.0", "-100.0", "-1e4", "-1e6")),
            *(
                {"-np.inf": lowest}
                for row in ("scores.min(axis=-1, keepdims=True)", "scores.min()")
                for lowest in (row, f"{row} - 1")
            ),
            *(
                {HIDDEN: f"scores + (1 - mask) * {penalty}"}
                for penalty in ("-10.0", "-100.0", "-1e3", "-1e4", "-1e5", "-1e6")
            ),
        ],
        "A hidden score becomes a number that is not low enough. A visible one may lie near it, "
        "and then a share goes to the hidden keys, or below it, and then all of the weight does. "
        "Below every score lies only −inf: -np.inf.",
    ),
    Mistake(
        "mask_needed",
        [{MASKING: "    scores = scores * mask\n"}, {MASKING: "    return scores * mask\n"}],
        "mask is None when no mask is given, and None does not enter a product. Use it only `if "
        "mask is not None:`, in np.where(mask, scores, -np.inf).",
    ),
    Mistake(
        "mask_ignored",
        {MASKING: ""},
        "The mask has no effect. Without one the results are right. Where a mask is given and "
        "False, the score must become −inf before the softmax.",
    ),
    Mistake(
        "mask_after",
        after_softmax("weights = weights * mask"),
        lambda case, got, want: (
            "The mask acts after the softmax. The hidden keys have taken their share by then: the "
            f"first row that the mask touches sums to {row_sum(case)}, not to 1. Set the scores "
            "to −inf before the softmax."
        ),
    ),
    Mistake(
        "minus_inf_after",
        after_softmax("weights = np.where(mask, weights, -np.inf)"),
        "−inf is put in after the softmax, so that the hidden keys count with a weight of −inf. It "
        "is the scores that become −inf, before the softmax; the weights are then 0.",
    ),
    Mistake(
        "mask_renormalized",
        after_softmax("weights = weights * mask / (weights * mask).sum(axis=-1, keepdims=True)"),
        "To divide again after the mask is right on paper. But where the hidden keys had nearly "
        "all of the weight, what is left for the others was rounded to 0, and 0/0 is nan. Set the "
        "scores to −inf before the softmax; then one softmax is enough.",
    ),
    Mistake(
        "mask_assigned",
        [{f"scores = {HIDDEN}": f"scores[{at}] = -np.inf"} for at in ("~mask", "..., ~mask")],
        "A mask between square brackets must have the very shape of what it indexes. This one has "
        "axes of length 1 that stand for all heads or all queries, or none for the batch: np.where "
        "broadcasts it.",
    ),
    Mistake(
        "mask_asked_for_truth",
        {"if mask is not None": "if mask"},
        "`if mask:` asks whether a whole array is true, which has no answer. What you want to know "
        "is whether there is a mask: `if mask is not None:`.",
    ),
    Mistake(
        "softmax_not_unpacked",
        {"weights, softmax_cache =": "weights ="},
        "softmax returns two things, the weights and its cache. Take both: weights, softmax_cache "
        "= softmax(scores).",
    ),
    Mistake(
        "mask_to_zero",
        {HIDDEN: "scores * mask"},
        "A hidden score becomes 0. But 0 is a score like others, and exp(0) = 1 gives it a fair "
        "share; it may even be the largest of its row. Only −inf becomes weight 0.",
    ),
    Mistake(
        "mask_added",
        {HIDDEN: "scores + mask"},
        "The mask itself is added to the scores: True counts as 1, so allowed keys gain 1 and "
        "hidden ones keep what they had. Use np.where(mask, scores, -np.inf).",
    ),
    Mistake(
        "keys_as_values",
        {"@ v": "@ k"},
        "The weights are right, but they mix the keys. A key says where to find something, the "
        "value is what is found there: weights @ v.",
    ),
    Mistake(
        "weights_transposed",
        {"weights @ v": "weights.swapaxes(-1, -2) @ v"},
        "The weights are transposed before they meet the values: each output is then a sum down a "
        "column, whose weights do not sum to 1. Rows are queries: weights @ v.",
    ),
    Mistake(
        "no_softmax",
        {"-np.inf": "0.0", "softmax(scores)": "scores, None"},
        "The scores themselves mix the values. They may be negative and do not sum to 1. The "
        "softmax along the keys comes between.",
    ),
    Mistake(
        "weights_returned",
        {"weights @ v": "weights"},
        "These are the weights, and they are right. One step is missing: the weighted sum of the "
        "values, weights @ v.",
    ),
    Mistake(
        "scaled_q_kept",
        {"Cache(q,": "Cache(q / math.sqrt(q.shape[-1]),"},
        "out is right. In the cache, q should be the array that came in, and yours is scaled: give "
        "the scaled one another name, or divide the scores instead.",
    ),
    Mistake(
        "scores_kept",
        [{"v, weights": f"v, {scores}"} for scores in ("scores", SCORES)],
        "out is right. But `weights` in the cache holds the scores: keep what comes out of the "
        "softmax under that name.",
    ),
]

hints = [
    "Three steps, all of which you have met: scores, softmax, weighted sum. The mask acts between "
    "the first and the second.",
    "Your attention_scores gives the scores. A hidden score must end as weight 0, and exp is 0 "
    "only at −inf: np.where(mask, scores, -np.inf), if there is a mask.",
    "weights, softmax_cache = softmax(scores) runs along the last axis, the keys. Then each output "
    "is a row of weights times the matrix of the values.",
    "scores = attention_scores(q, k); if mask is not None: scores = np.where(mask, scores, "
    "-np.inf); weights, softmax_cache = softmax(scores); out = weights @ v",
]
