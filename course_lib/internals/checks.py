"""Checks whose errors say what was wrong, with which values, and what to do."""

import contextlib

import numpy as np


def shape_error(headline, readings, reason):
    """Build the ValueError of a wrong shape.

    Parameters
    ----------
    headline : str
        Place, symbol and both values, such as "attention: d_k is 64 in q but 32 in k."
    readings : list of (str, array, str)
        Each array's name, the array, and how its axes were read, such as "(B, n_heads, T_q, d_k)".
    reason : str
        Why the shapes must agree.
    """
    width = max(len(name) for name, _, _ in readings)
    lines = [
        f"  {name + ':':<{width + 1}} {np.shape(array)} read as {axes}"
        for name, array, axes in readings
    ]
    return ValueError("\n".join([headline, *lines, f"  {reason}"]))


def check_ids(place, ids, size, symbol="vocab_size"):
    """Refuse ids that are not whole numbers in [0, size). NumPy would take -1 as the last row."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise TypeError(
            f"{place}: ids must be integers, but their dtype is {ids.dtype}. "
            "Use ids.astype(np.int64) if they are whole numbers."
        )
    # Read as unsigned, a negative id is a very large one: one search finds both.
    if ids.size and ids.view(f"u{ids.itemsize}").max() >= size:
        wrong = ids[(ids < 0) | (ids >= size)].flat[0]
        raise ValueError(
            f"{place}: id {wrong} is outside [0, {size}), because {symbol} is {size}. "
            "Encode the text with the vocabulary that the model was made for."
        )


def check_batch(place, ids):
    """Return ids as an array (B, T); refuse another number of axes."""
    ids = np.asarray(ids)
    if ids.ndim != 2 or 0 in ids.shape:
        raise ValueError(
            f"{place} has shape {ids.shape}; a model reads a batch (B, T), B and T at least 1. "
            "Write ids[None, :] for a single sequence."
        )
    return ids


def check_choice(place, symbol, value, choices):
    """Refuse a value that is not one of the choices."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{place}: {symbol} is {value!r}; use one of {listed}.")


def check_linear(x, W):
    """Refuse vectors that W cannot multiply."""
    d_in = len(W)
    if x.shape[-1] != d_in:
        raise shape_error(
            f"linear: d_in is {x.shape[-1]} in x but {d_in} in W.",
            [("x", x, "(..., d_in)"), ("W", W, "(d_in, d_out)")],
            "each row of x meets each column of W in a dot product.",
        )


def check_length(sequences, length):
    """Refuse a length, which may be None, that a sequence exceeds."""
    longest = max(len(sequence) for sequence in sequences)
    if length is not None and longest > length:
        raise ValueError(f"pad_sequences: a sequence has {longest} ids, but length is {length}.")


def check_merge(tokens, pair):
    """Refuse tokens that are no list, and a pair that does not hold two of them."""
    if not isinstance(tokens, list):
        raise TypeError(
            f"merge_pair: tokens must be a list, not {type(tokens).__name__}; "
            "list(text) makes one of the characters of a text."
        )
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"merge_pair: pair is {pair!r}; it must hold two tokens, left and right.")


def check_even(place, symbol, value):
    """Refuse an odd width where features come in pairs."""
    if value % 2:
        raise ValueError(
            f"{place}: {symbol} is {value}; it must be even, a sine and a cosine each."
        )


def check_positions(x, table, start):
    """Refuse vectors of another width than the table's, and a sequence beyond its end."""
    T, max_len = x.shape[-2], len(table)
    if x.shape[-1] != table.shape[-1]:
        raise shape_error(
            f"add_positions: d_model is {x.shape[-1]} in x but {table.shape[-1]} in table.",
            [("x", x, "(B, T, d_model)"), ("table", table, "(max_len, d_model)")],
            "a position vector is added to a token vector, feature by feature.",
        )
    if start + T > max_len:
        raise ValueError(
            f"add_positions: the sequence ends at position {start + T - 1}, but the table has "
            f"{max_len} positions, 0 to {max_len - 1}. Shorten the sequence or make max_len larger."
        )


def check_queries(T_q, T_k):
    """Refuse fewer keys than queries; T_k may be None."""
    if T_k is not None and T_k < T_q:
        raise ValueError(
            f"causal_mask: T_k is {T_k} but T_q is {T_q}; the queries are the last T_q positions."
        )


def check_heads(x, n_heads):
    """Refuse a last axis that n_heads does not divide."""
    if x.shape[-1] % n_heads:
        raise ValueError(
            f"split_heads: d_model is {x.shape[-1]}, which n_heads = {n_heads} does not divide. "
            "Every head gets d_model / n_heads features."
        )


def check_attention(q, k, v, mask):
    """Refuse queries, keys and values that cannot meet, and a mask that does not fit them."""
    if q.shape[-1] != k.shape[-1]:
        raise shape_error(
            f"attention: d_k is {q.shape[-1]} in q but {k.shape[-1]} in k.",
            [("q", q, "(B, n_heads, T_q, d_k)"), ("k", k, "(B, n_heads, T_k, d_k)")],
            "q and k meet in a dot product, so their last axes must agree "
            "(Vaswani et al. 2017, Sec. 3.2.1).",
        )
    if not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]:
        raise shape_error(
            "attention: the axes in front, B and n_heads, differ between q, k and v.",
            [
                ("q", q, "(B, n_heads, T_q, d_k)"),
                ("k", k, "(B, n_heads, T_k, d_k)"),
                ("v", v, "(B, n_heads, T_k, d_v)"),
            ],
            "each head of each sequence attends to its own keys and values.",
        )
    if k.shape[-2] != v.shape[-2]:
        raise shape_error(
            f"attention: T_k is {k.shape[-2]} in k but {v.shape[-2]} in v.",
            [("k", k, "(B, n_heads, T_k, d_k)"), ("v", v, "(B, n_heads, T_k, d_v)")],
            "every key has one value: its weight multiplies that value.",
        )
    if mask is not None:
        _check_mask(mask, (*q.shape[:-1], k.shape[-2]))


def _check_mask(mask, shape):
    """Refuse a mask that is not boolean, does not fit scores of this shape, or leaves no key."""
    if mask.dtype != bool:
        raise TypeError(
            f"attention: mask has dtype {mask.dtype}; use bool, True where a query may attend."
        )
    fits = mask.shape == shape[-2:]
    if not fits:
        with contextlib.suppress(ValueError):
            fits = np.broadcast_shapes(mask.shape, shape) == shape
    if not fits:
        scores = np.broadcast_to(0.0, shape)
        reason = "a mask says for each query and each key whether the one may attend to the other."
        if advice := _missing_axes(mask.shape, shape):
            reason = f"{reason}\n  {advice}"
        raise shape_error(
            "attention: the mask does not broadcast to the scores.",
            [("mask", mask, "(..., T_q, T_k)"), ("scores", scores, "(B, n_heads, T_q, T_k)")],
            reason,
        )
    if not mask.any(axis=-1).all():
        where = np.argwhere(~mask.any(axis=-1))[0]
        raise ValueError(
            f"attention: query row {tuple(map(int, where))} of the mask may attend to no key, "
            "so its weights cannot sum to 1. True means: may attend. "
            "Is the mask inverted, or a sequence all padding?"
        )


def _missing_axes(mask, scores):
    """Say which axes of length 1 a mask lacks; "" where none would make it fit."""
    if len(scores) != 4:
        return ""
    B, _, T_q, T_k = scores
    if mask == (B, T_k):
        return "One row for each sequence: write mask[:, None, None, :], as padding_mask does."
    if mask == (B, T_q, T_k):
        return "One mask for each sequence: write mask[:, None, :, :], the same for every head."
    return ""


def check_layer_norm(x, gamma):
    """Refuse vectors of another width than gamma."""
    d_model = len(gamma)
    if x.shape[-1] != d_model:
        raise shape_error(
            f"layer_norm: d_model is {x.shape[-1]} in x but {d_model} in gamma.",
            [("x", x, "(..., d_model)"), ("gamma", gamma, "(d_model,)")],
            "gamma and beta hold one number for each feature of a vector.",
        )


def check_probability(place, symbol, value):
    """Refuse what is no probability below 1."""
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{place}: {symbol} is {value}; use a probability in [0, 1), such as 0.1.")


def check_language_model(ids, config):
    """Return ids as an array (B, T); refuse the configuration of another family."""
    _check_family("language_model", config, "decoder")
    return check_batch("language_model: ids", ids)


def check_classifier(ids, config):
    """Return ids as an array (B, T); refuse the configuration of another family."""
    _check_family("classifier", config, "encoder")
    return check_batch("classifier: ids", ids)


def check_encoder_decoder(source_ids, target_ids, config):
    """Return both as arrays; refuse another family, and sources that have no target each."""
    _check_family("encoder_decoder", config, "encoder-decoder")
    source_ids = check_batch("encoder_decoder: source_ids", source_ids)
    target_ids = check_batch("encoder_decoder: target_ids", target_ids)
    if len(source_ids) != len(target_ids):
        raise shape_error(
            f"encoder_decoder: B is {len(source_ids)} in source_ids "
            f"but {len(target_ids)} in target_ids.",
            [("source_ids", source_ids, "(B, T_k)"), ("target_ids", target_ids, "(B, T_q)")],
            "every source has one target.",
        )
    return source_ids, target_ids


def _check_family(place, config, family):
    if config.family != family:
        raise ValueError(
            f"{place}: the configuration's family is {config.family!r}, not {family!r}."
        )


def check_pooling(how, counted):
    """Refuse an unknown way to pool, and a sequence of which no position counts."""
    check_choice("pool", "how", how, ("mean", "first", "last", "max"))
    if counted is not None and not counted.any(axis=1).all():
        raise ValueError(f"pool: sequence {int(np.argmin(counted.any(axis=1)))} is all padding.")


def check_decoder(config, source_ids):
    """Refuse the configuration of a model that cannot write, given these source_ids or None."""
    _check_family("NextLogits", config, "decoder" if source_ids is None else "encoder-decoder")


def check_sampling(temperature, top_k, top_p):
    """Return the temperature as a Python number; refuse what no draw can follow."""
    if temperature < 0:
        raise ValueError(
            f"next_probabilities: temperature is {temperature}; use 0 (greedy) or more."
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"next_probabilities: top_k is {top_k}; keep at least 1 token.")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"next_probabilities: top_p is {top_p}; use a probability in (0, 1].")
    return float(temperature)  # a NumPy number would turn float32 into float64


def check_prompt(ids, rng=None, sampling=None):
    """Return ids as an array (B, T); refuse an empty prompt, and to draw without a generator."""
    if rng is None and sampling and sampling.get("temperature") != 0:
        raise ValueError(
            "generate: sampling needs rng=np.random.default_rng(seed); or set temperature=0."
        )
    ids = np.asarray(ids)
    if ids.ndim != 2 or ids.shape[1] < 1:
        raise ValueError(
            f"decoding: the prompt has shape {ids.shape}; it must be (B, T) with T at least 1."
        )
    return ids


def check_beams(ids, n_beams):
    """Return ids as an array (1, T); refuse several prompts, or no beam."""
    ids = check_prompt(ids)
    if len(ids) != 1 or n_beams < 1:
        raise ValueError(
            f"beam_search: takes 1 prompt and n_beams >= 1, not {len(ids)} and {n_beams}."
        )
    return ids


def check_targets(logits, targets, ignore_id, label_smoothing):
    """Return targets as an array; refuse those that logits have no row or no column for."""
    targets = np.asarray(targets)
    if logits.shape[:-1] != targets.shape:
        raise shape_error(
            "cross_entropy: logits and targets do not belong together.",
            [("logits", logits, "(..., vocab_size)"), ("targets", targets, "(...)")],
            "there is one row of logits for each target.",
        )
    if not 0.0 <= label_smoothing < 1.0:
        raise ValueError(
            f"cross_entropy: label_smoothing is {label_smoothing}; use [0, 1), such as 0.1."
        )
    counted = targets if ignore_id is None else targets[targets != ignore_id]
    if counted.size == 0:
        raise ValueError(
            f"cross_entropy: all {targets.size} targets are ignored (ignore_id {ignore_id}); "
            "none counts."
        )
    check_ids("cross_entropy", counted, logits.shape[-1])
    return targets
