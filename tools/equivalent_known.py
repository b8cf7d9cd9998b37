"""Single edits that are as right as the solution, by exercise, with the reason.

Each entry names the operator, a part of the line as the edit leaves it, and why it is right. What
holds for many exercises is a rule in `equivalent_edits.py`.
"""

_SPLIT = "only names of variables differ"
_LOG_OF = "where p is 0 the logarithm is multiplied by 0, whatever it is"
_PROBABILITY = "a probability is never negative"
_COUNTS = "the largest count stays the largest, and ties stay ties"
_WRITTEN = "every entry is written before it is read"
_NO_LARGE = "the exponent is never above 0"
_EVEN = "d_model is even"
_TOLERANCE = "a slip is larger, and rounding smaller, than either tolerance"
_DIRECTION = "any direction drawn at random tells a slip"
_MIRROR = "both groups together are the whole, so the distances change alike"
_NOT_IN = "no number is equal to a list: nothing is left out, and the distances change alike"

_FACTOR = "one factor for all continuations"
_SIGN_FIXED = "the sign of each direction is chosen afterwards"
_MORE = "the best n_beams that go on are among the first 2 n_beams"
_SOME_GO_ON = "a beam ends in one way alone: of twice as many candidates some go on"
_FIRST_END = "of those that end in one step, all of one length, the first has the best score"
_ON_THE_LIMIT = "no number that is measured lies on the limit itself"
_SQUARE = "the square is above 1 where the distance is"
_OTHER_TOKEN = "it is another token, too"
_TINY = "it is there for vectors of zeros alone"

KNOWN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "encode_words": (
        ("call", "* bos + words +", "words is a list"),
        ("again", "* bos * bos", "bos is True or False"),
        ("again", "* eos * eos", "eos is True or False"),
    ),
    "most_frequent_pair": (
        ("constant", "counts.get(pair, 1) + 1", _COUNTS),
        ("constant", "counts.get(pair, -1) + 1", _COUNTS),
        ("constant", "counts.get(pair, 2) + 1", _COUNTS),
        ("constant", "counts.get(pair, 0) + 2", _COUNTS),
        ("again", "counts.get(pair, 0) + 1 +", _COUNTS),
    ),
    "merge_pair": (("comparison", "i != len(tokens)", "i never passes the end"),),
    "sinusoidal_positions": (
        ("operator", "np.arange(d_model / 2)", _EVEN),
        ("by one", "(d_model + 1) // 2", _EVEN),
    ),
    "shift_rotation": (
        ("added", "+= [[c, -s], [s, c]]", "it is added to zeros"),
        ("by one", "range((d_model + 1) // 2)", _EVEN),
    ),
    "attention_scores": (("name", "k.shape[-1]", "q and k have equally many features"),),
    "softmax": (("clipped", "np.exp(np.minimum(x - x.max", _NO_LARGE),),
    "causal_mask": (("truth", "if not T_k", "there is one key at least"),),
    "count_parameters": (
        ("lines swapped", "if config.norm == 'pre': ; total += norm", "a sum has no order"),
        ("name", "1 if feed_forward else 0", "it has parameters if d_ff is not 0"),
    ),
    "logits_without": (
        ("index first", "params['blocks'][0][part]", "all blocks have the same shapes"),
        ("function", "np.ones_like(array)", "all features move alike, which the next norm removes"),
        ("index first", "params['blocks'][-1][part]", "all blocks have the same shapes"),
        ("sign", "params['blocks'][-index][part]", "all blocks have the same shapes"),
    ),
    "keep_top_k": (
        ("argument", "kept = np.zeros(probabilities.shape)", "1.0 and 0.0 serve as a mask too"),
        ("none", "kept = np.zeros(probabilities.shape, None)", "1.0 and 0.0 serve as a mask too"),
    ),
    "keep_top_p": (
        ("function", "out = np.ones_like", _WRITTEN),
        ("absolute", "np.abs(np.cumsum", "it is below 0 by rounding alone"),
        ("positive", "np.maximum(np.cumsum", "it is below 0 by rounding alone"),
        ("sign", "ranked = -np.where(before < p", "the sign is lost in the quotient"),
        ("sign", "np.where(before < p, -ranked", "the sign is lost in the quotient"),
        ("sign", "order, -ranked", "the sign is lost in the quotient"),
        ("name", "np.put_along_axis(ranked, order, ranked", _WRITTEN),
        ("name", "np.put_along_axis(before, order, ranked", _WRITTEN),
        ("name", "out / ranked.sum", "both hold the same numbers, in another order"),
    ),
    "next_probabilities": (
        ("always", "keep_top_k(probabilities, top_k)", "None keeps all, as a bound of a slice"),
        ("comparison", "temperature <= 0", "no temperature is negative"),
        ("truth", "if top_k:", "top_k is 1 at least"),
        ("truth", "if top_p:", "top_p is above 0"),
    ),
    "sample": (("again", "* running[:, -1:] * running", "a row sums to 1 but for rounding"),),
    "pool": (
        ("argument", "counted = np.ones((B, T))", "1.0 serves as True"),
        ("none", "counted = np.ones((B, T), None)", "1.0 serves as True"),
    ),
    "log_softmax": (
        ("safe log", "+ 1e-09", "the sum is 1 at least"),
        ("clipped", "np.minimum(shifted, 50)", _NO_LARGE),
    ),
    "cross_entropy": (
        ("never", "counted = targets != ignore_id", "no target is equal to None"),
        ("name", "np.ones(len(logits), bool)", "there is one target for each row"),
        ("name", "np.arange(len(logits))", "there is one target for each row"),
    ),
    "perplexity": (("clipped", "np.minimum(loss, 50)", "no loss in nats comes near 50"),),
    "entropy": (
        ("comparison", "p != 0", _PROBABILITY),
        ("constant", "np.where(p > 0, p, ", _LOG_OF),
    ),
    "kl_divergence": (
        ("safe log", "np.where(p > 0, p, 1.0) + 1e-09", "p times the difference is below 1e-9"),
        ("comparison", "p != 0", _PROBABILITY),
        ("constant", "np.where(p > 0, ", _LOG_OF),
        ("argument", "np.errstate()", "a warning is no error"),
    ),
    "expected_calibration_error": (
        ("loop reversed", "range(n_bins)", "a sum has no order"),
        ("bound", "range(n_bins + 1)", "the bin above the last is empty"),
        ("absolute", "abs(np.abs(", "a second time it changes nothing"),
        ("key", "if inside.mean()", "a mean of True and False is 0 if there is no True"),
    ),
    "numerical_gradient": (
        ("added", "nudge[index] += step", "it is added to zeros"),
        ("added", "gradient[index] += ", "it is added to zeros"),
        ("function", "np.ones(x.shape)", _WRITTEN),
        ("line again", "gradient[index] = ", "f may be called as often as one likes"),
    ),
    "relu_backward": (
        ("again", "(x > 0) * (x > 0)", "True times True is True"),
        ("comparison", "x >= 0", "at 0 any slope from 0 to 1 will do"),
    ),
    "gelu_backward": (("clipped", "np.minimum(-x * x / 2, 50)", _NO_LARGE),),
    "gradient_check": (
        ("comparison", "np.shape(grad) < measured.shape", "the next line tells"),
        ("loop reversed", "enumerate(grads)", "the order of the arguments plays no part"),
        ("constant", "default_rng(", _DIRECTION),
        ("argument", "default_rng()", _DIRECTION),
        ("twice", "default_rng(np.random", _DIRECTION),
        ("sign", "dout = -np.random", _DIRECTION),
        ("sign", "np.shape(-", "nothing there sees the sign"),
        ("constant", "np.allclose(grad, measured", _TOLERANCE),
        ("argument", "np.allclose(grad, measured", _TOLERANCE),
        ("swapped", "np.allclose(measured, grad", _TOLERANCE),
        ("lines swapped", "np.shape(grad) != measured.shape", "np.allclose refuses other shapes"),
        ("exchanged", "np.shape(measured) != grad.shape", "both are arrays"),
        ("line again", "out, cache = forward(*args)", "forward may be called again"),
        ("line again", "grads = backward(dout, cache)", "backward may be called again"),
    ),
    "cross_entropy_backward": (
        ("function", "int(np.sum(counted))", "the sum of True and False counts the True"),
        ("sign", "np.full_like(-log_p", "only its shape is used"),
        ("clipped", "np.minimum(log_p, 50)", _NO_LARGE),
    ),
    "layer_norm_backward": (
        ("exchanged", "- through_deviation - through_mean", "a sum has no order"),
    ),
    "multi_head_attention_backward": (
        ("again", "dparams |= ", "the same keys get the same values"),
        ("sign", "'b_K': -db_K", "the gradient of b_K is 0"),
        ("new array", "dparams = dparams |", "the dict is the function's own"),
        ("exchanged", "merge_heads(", _SPLIT),
    ),
    "encoder_block_backward": (
        ("truth", "if cache.feed_forward:", "a cache is true whenever there is one"),
    ),
    "warmup_cosine": (
        ("comparison", "step <= warmup_steps", "both formulas give the peak there"),
        ("margin", "step < warmup_steps + 1", "both formulas give the peak there"),
        ("absolute", "np.abs(peak_lr - final_lr)", "final_lr is not above the peak"),
        ("positive", "np.maximum(peak_lr - final_lr", "final_lr is not above the peak"),
        ("sign", "done = -min(1.0", "the cosine does not see the sign"),
        ("sign", "math.pi * -done", "the cosine does not see the sign"),
    ),
    "clip_by_global_norm": (
        ("comparison", "norm >= max_norm", "it is multiplied by 1 then"),
        ("call", "arrays = flatten(grads).values()", "the values of a dict can be read twice"),
        ("loop reversed", "list(arrays)[::-1]", "the order of the arrays plays no part"),
        ("margin", "max_norm + 0.001", "within the tolerance"),
        ("margin", "max_norm - 0.001", "within the tolerance"),
    ),
    "teacher_forcing": (
        ("lines swapped", "pad_sequences", "the two lines do not depend on each other"),
    ),
    "dead_units": (
        ("comparison", "hidden[counted] <= 0", "no hidden unit is negative after relu"),
        ("sign", "(-hidden)[counted] == 0", "nothing there sees the sign"),
    ),
    "chance_of_difference": (
        ("lines swapped", "y = [pooled[i]", "the two lines do not depend on each other"),
        ("always", "y = [pooled[i] for i in everyone]", _MIRROR),
        ("comparison", "d > observed - 1e-06", "no distance lies within rounding of the bound"),
        ("loop reversed", "[::-1]", "a sum, and a count, have no order"),
        ("constant", "1e-07", "no distance lies within rounding of the bound"),
        ("constant", "2e-06", "no distance lies within rounding of the bound"),
        ("constant", "5e-07", "no distance lies within rounding of the bound"),
        ("again", "1e-06 - 1e-06", "no distance lies within rounding of the bound"),
        ("absolute", "abs(np.abs(sum(x)", "a second time it changes nothing"),
        ("absolute", "np.abs(observed", "every distance is 0 at least"),
        ("positive", "np.maximum(observed", "every distance is 0 at least"),
        ("exchanged", "pooled = [*b, *a]", "a and b play the same part"),
        ("name", "combinations(everyone, len(b))", "a and b play the same part"),
        ("name", "if pooled not in first", _NOT_IN),
        ("name", "if everyone not in first", _NOT_IN),
        ("name", "if first not in first", _NOT_IN),
        ("name", "if x not in first", _NOT_IN),
        ("name", "x = [pooled[i] for i in everyone]", _MIRROR),
        ("name", "sum(x) / len(a)", "x holds as many as a"),
        ("name", "sum(y) / len(b)", "y holds as many as b"),
    ),
    "examine": (
        ("safe log", "model.vocab_size + 1e-09", "far below what a loss can tell"),
        ("comparison", "losses[-1] <= losses[0] / 3", _ON_THE_LIMIT),
        ("comparison", "np.log(model.vocab_size)) >= 1", _ON_THE_LIMIT),
        ("comparison", "moved.max() >= 1e-06", _ON_THE_LIMIT),
        ("comparison", "np.linalg.norm(grads[0]) <= ", _ON_THE_LIMIT),
        ("comparison", "np.abs(a - b).max() >= 1e-06", _ON_THE_LIMIT),
        ("comparison", "hidden <= 0", "no hidden unit is negative after relu"),
        ("function", "np.square(loss - ", _SQUARE),
        ("square", "abs((loss - ", _SQUARE),
        ("absolute", "abs(np.abs(loss - ", "a second time it changes nothing"),
        ("twice", "np.linalg.norm(np.linalg.norm(", "a second time it changes nothing"),
        ("constant", "other[:, -1] + 2", _OTHER_TOKEN),
        ("constant", "other[:, -1] + -1", _OTHER_TOKEN),
        ("operator", "other[:, -1] - 1", _OTHER_TOKEN),
        ("again", "other[:, -1] + 1 + 1", _OTHER_TOKEN),
        ("name", "inputs[:, -1] + 1", "other is a copy of inputs there"),
        ("sign", "np.abs(-(model.logits(", "nothing there sees the sign"),
        ("constant", "strict=False", "both have one gradient for each block"),
        ("argument", "zip(grads, again))", "both have one gradient for each block"),
        ("swapped", "zip(again, grads", "the distance is the same from either side"),
        ("order", "axis=(1, 0)", "two axes that go together have no order"),
        ("lines swapped", "found.add(", "a set has no order"),
        ("line again", "found.add(", "a set holds a name once"),
        ("line again", "losses = model.train", "the model itself is never changed"),
        ("line again", "model.loss_and_grads(data)", "two more calls in a row show the same"),
        ("line again", "moved = np.abs", "the same logits again"),
    ),
    "early_stopping": (
        ("comparison", "i - best >= patience", "i - best grows by one at a time"),
        ("loop first", "range(len(losses))", "the first loss is the best so far, and no end"),
        ("bound", "range(1, len(losses))", "the first loss is the best so far, and no end"),
        ("exchanged", "i - patience == best", "the same equation"),
        ("returned", "return (best, i)", "i is the last index there"),
    ),
    "generate": (
        ("term", "done = new == eos_id", "a row that has ended gets the end token again"),
        ("zero", "done = 0 | (new == eos_id)", "a row that has ended gets the end token again"),
        (
            "lines swapped",
            "new = np.where(done, eos_id, new)",
            "where it has just ended, new is it",
        ),
        ("square", "(new == eos_id)) ** 2", "True times True is True"),
    ),
    "attend_with_past": (
        ("lines swapped", "past['v'] = ", "the two lines fill other places of a dict"),
        ("key", "if 'v' in past else k", "k and v join `past` together"),
        ("exchanged", "k, v = (attention.split_heads(v, n_heads)", _SPLIT),
    ),
    "beam_search": (
        ("divisor", "(5 + len(entry[0]) - T) ** length_penalty", _FACTOR),
        ("constant", "(5 + len(entry[0]) - T) / ", _FACTOR),
        ("operator", "(5 + len(entry[0]) - T) * 6", _FACTOR),
        ("again", "/ 6 / 6", _FACTOR),
        ("square", "/ 6 ** 2", _FACTOR),
        ("root", "/ np.sqrt(6)", _FACTOR),
        ("constant", "[:3 * n_beams]", _MORE),
        ("constant", "[:4 * n_beams]", _MORE),
        ("bound", "kind='stable')[:]", _MORE),
        ("bound", "[:2 * n_beams + 1]", _MORE),
        ("again", "[:2 * n_beams * 2]", _MORE),
        ("again", "[:2 * n_beams * n_beams]", _MORE),
        ("by one", "[:2 * (n_beams + 1)]", _MORE),
        ("index", "best = np.argsort(-scores, axis=None, kind='stable')", _MORE),
        ("never", "ends = tokens == eos_id", "no token is equal to None"),
        ("never", "if len(keep) == 0: ; break", _SOME_GO_ON),
        ("line", "pass", _SOME_GO_ON),
        ("by one", "len(keep) + 1 == 0", _SOME_GO_ON),
        ("name", "len(ids) == 0", _SOME_GO_ON),
        ("loop reversed", "np.flatnonzero(ends[:n_beams])", _FIRST_END),
        ("loop same", "np.flatnonzero(ends[:n_beams])", _FIRST_END),
        ("loop once", "break", _FIRST_END),
        ("argument", "np.argsort(-scores, axis=None)", "which of two equals comes first is open"),
        ("lines swapped", "finished.append", "the two lines do not depend on each other"),
        ("comparison", "len(keep) <= 0", "a length is never negative"),
        ("constant", "strict=False", "both have one entry for each beam"),
        ("argument", "zip(ids, totals)", "both have one entry for each beam"),
        ("line again", "finished.append", "the best of a list stays the best"),
        ("again", "finished += zip", "the best of a list stays the best"),
        ("twice", "np.logaddexp.reduce(np.logaddexp", "a second time it changes nothing"),
        ("key", "np.argsort(1)", "it is [0] as well"),
        ("key", "np.flatnonzero(1)", "it is [0] as well"),
    ),
    "multi_head_attention": (("exchanged", "q, k, v = (split_heads(", _SPLIT),),
    "principal_components": (
        ("again", "coordinates *= np.sign", "the second time every sign is 1"),
        ("axis", "axis=-2", "x has two axes"),
        ("operator", "coordinates /= np.sign", "a sign divides as it multiplies"),
        ("function", "np.square(coordinates).argmax", "both are largest at the same place"),
        ("constant", "full_matrices=True", "the first rows are the same"),
        ("argument", "np.linalg.svd(centered)", "the first rows are the same"),
        ("turned", "x.mean(axis=0) - x", _SIGN_FIXED),
        ("twice", "np.sign(np.sign(", "a second time it changes nothing"),
        ("sign", "centered", _SIGN_FIXED),
        ("sign", "(-s)[:n] ** 2", "nothing there sees the sign"),
        ("name", "(centered ** 2).sum()", "both are the sum of all squares"),
    ),
    "fourier_power": (
        ("axis", "axis=-", "the embedding has two axes"),
        ("function", "** 2).mean(axis=1)[1:]", "one factor for all frequencies"),
        ("sign", "np.fft.rfft(", "nothing there sees the sign"),
    ),
    "induction_score": (
        ("loop reversed", "[::-1]", "a mean has no order"),
        ("loop first", "range(len(row))", "nothing comes before the first token"),
        ("bound", "range(1, len(row))", "nothing comes before the first token"),
        ("sign", "enumerate(-ids)", "equal ids stay equal"),
        ("line again", "found.append", "the mean of all twice is the mean"),
    ),
    "without_heads": (("by one", "(len(W_O) + 1) // n_heads", "n_heads divides len(W_O)"),),
    "role_score": (
        ("axis", "wanted.any(axis=-1)", "wanted has two axes"),
        ("again", "wanted * wanted", "True times True is True"),
    ),
    "most_similar": (
        ("axis", "np.linalg.norm(vectors, axis=-1)", "vectors has two axes"),
        ("constant", "np.maximum(lengths, ", _TINY),
        ("twice", "np.linalg.norm(np.linalg.norm", "a second time it changes nothing"),
        ("transposed", "query.T", ".T of an array with one axis is that array"),
    ),
    "rotary": (
        ("bound", "np.arange(0, d_k - 1, 2)", "d_k is even"),
        ("twice", "np.empty_like(np.empty_like", _WRITTEN),
        ("key", "out = np.", _WRITTEN),
        ("sign", "np.empty_like(-x)", _WRITTEN),
    ),
}
