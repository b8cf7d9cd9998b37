"""Decoding: from logits to text, one token at a time or with a beam, with a key-value cache.

The cache is kept here and nowhere else: `logits_with_past` runs the parts of a model on new ids
alone, with an attention that also reads the keys and values of earlier ones.
"""

import numpy as np

from . import attention, blocks, fast, layers, model
from .attention import MultiHeadCache
from .internals.checks import check_beams, check_decoder, check_prompt, check_sampling


def attend_with_past(x, memory, params, n_heads, mask, past):
    """Return multi_head_attention to all keys and values so far; earlier ones are not made again.

    Parameters
    ----------
    x, params, n_heads, mask
        As in attention.multi_head_attention.
    memory : array (B, T, d_model) or None
        Vectors whose keys and values are new; they are added to `past`. None if there are none.
    past : dict
        {} at first; then k and v of all calls so far, each (B, n_heads, T_k, d_k).

    Returns
    -------
    out : array (B, T_q, d_model)
    cache : MultiHeadCache
        Holds the attention alone: there is no backward through a past.

    Examples
    --------
    With scores of 0 the second query gets the mean of both values, 2 and 4:

    >>> params = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> past = {}
    >>> for x in (np.array([[[2.0]]]), np.array([[[4.0]]])):
    ...     out, cache = attend_with_past(x, x, params, 1, None, past)
    >>> out.tolist(), past["v"].tolist()
    ([[[3.0]]], [[[[2.0], [4.0]]]])
    """
    q, _ = layers.linear(x, params["W_Q"], params.get("b_Q"))
    q = attention.split_heads(q, n_heads)  # (B, n_heads, T_q, d_k)
    if memory is not None:
        k, _ = layers.linear(memory, params["W_K"], params.get("b_K"))
        v, _ = layers.linear(memory, params["W_V"], params.get("b_V"))
        k, v = attention.split_heads(k, n_heads), attention.split_heads(v, n_heads)
        past["k"] = np.concatenate([past["k"], k], axis=2) if "k" in past else k
        past["v"] = np.concatenate([past["v"], v], axis=2) if "v" in past else v
    heads, attention_cache = attention.scaled_dot_product_attention(q, past["k"], past["v"], mask)
    merged = attention.merge_heads(heads)  # (B, T_q, d_model)
    out, _ = layers.linear(merged, params["W_O"], params.get("b_O"))
    return out, MultiHeadCache(None, None, None, attention_cache, None)


def start_past(config):
    """Return the empty key-value cache of a decoder: a dict for each attention of each block.

    Examples
    --------
    >>> start_past(TransformerConfig("decoder", vocab_size=5, n_layers=2))
    [{'self': {}, 'cross': {}}, {'self': {}, 'cross': {}}]
    """
    return [{"self": {}, "cross": {}} for _ in range(config.n_layers)]


@fast.kernels()
def logits_with_past(ids, params, config, past, memory=None, memory_mask=None):
    """Return the logits of new ids, which follow those whose keys and values `past` holds.

    Parameters
    ----------
    ids : int array (B, T_q)
        The new ids alone.
    params : dict
        Of a language model, or the decoder's of an encoder-decoder.
    config : TransformerConfig
    past : list of dict
        From `start_past(config)`; the keys and values of `ids` are added to it.
    memory, memory_mask : arrays (B, T_m, d_model) and (B, 1, 1, T_m), optional
        What the encoder made of the source, and the mask of its padding.

    Returns
    -------
    logits : array (B, T_q, vocab_size)
    weights : list of arrays (B, n_heads, T_q, T_k)
        The self-attention of each block, to all T_k positions so far.

    Examples
    --------
    Id by id, the logits are those of the whole sequence at once:

    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=4, n_heads=2)
    >>> params, ids = init_params(config, np.random.default_rng(0), float), np.array([[1, 2, 4]])
    >>> past = start_past(config)
    >>> steps = [logits_with_past(ids[:, t : t + 1], params, config, past)[0] for t in range(3)]
    >>> at_once, _ = model.language_model(ids, params, config)
    >>> np.allclose(np.concatenate(steps, axis=1), at_once)
    True
    """
    start = past[0]["self"]["k"].shape[2] if past[0]["self"] else 0
    mask = attention.causal_mask(ids.shape[1], start + ids.shape[1])  # (T_q, T_k)
    x, _ = model.embed(ids, params, config, start=start)
    weights = []
    for block_params, block_past in zip(params["blocks"], past, strict=True):
        x, block_weights = _block_with_past(
            x, block_params, config, mask, block_past, memory, memory_mask
        )
        weights.append(block_weights)
    x, _ = model.final_norm(x, params, config)
    logits, _ = model.unembed(x, params, config)
    return logits, weights


def _block_with_past(x, params, config, mask, past, memory, memory_mask):
    """Run the sublayers of an encoder or a decoder block: (out, weights of the self-attention)."""
    n_heads = config.n_heads

    def attend(z):
        return attend_with_past(z, z, params["attention"], n_heads, mask, past["self"])

    def cross_attend(z):
        new = None if past["cross"] else memory  # the memory is the same in every call
        return attend_with_past(
            z, new, params["cross_attention"], n_heads, memory_mask, past["cross"]
        )

    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], config.activation)

    x, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config)
    if "cross_attention" in params:
        x, _ = blocks.residual(x, cross_attend, params.get("norm_2"), config)
    if "feed_forward" in params:
        norm = "norm_3" if "cross_attention" in params else "norm_2"
        x, _ = blocks.residual(x, feed, params.get(norm), config)
    return x, attention_cache.sublayer.weights


class NextLogits:
    """Logits of the next token, given all ids so far; keeps the keys and values of ids it has seen.

    Parameters
    ----------
    params, config
        A language model, or an encoder-decoder when `source_ids` is given.
    source_ids : int array (B, T_k), optional
        What the encoder reads.
    use_cache : bool
        Without it everything is computed again at every step; the output is the same.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=4, n_heads=2)
    >>> params, ids = init_params(config, np.random.default_rng(0), float), np.array([[1, 2, 4]])
    >>> next_logits = NextLogits(params, config)
    >>> next_logits(ids).shape, next_logits.past[0]["self"]["k"].shape
    ((1, 5), (1, 2, 3, 2))
    """

    def __init__(self, params, config, source_ids=None, use_cache=True):
        check_decoder(config, source_ids)
        self.params, self.config, self.use_cache = params, config, use_cache
        self.source_ids, self.memory, self.memory_mask = source_ids, None, None
        if source_ids is not None:
            self.memory, _ = model.encoder_stack(source_ids, params["encoder"], config)
            self.memory_mask = model.hide_padding(source_ids, config)
        self._forget()

    def _forget(self):
        self.past, self.read = start_past(self.config), np.empty((0, 0), np.int64)

    def _continues(self, ids):
        (B, T), (rows, seen) = ids.shape, self.read.shape
        return rows == B and seen < T and np.array_equal(ids[:, :seen], self.read)

    @fast.kernels()
    def __call__(self, ids):
        """Map ids (B, T) to logits (B, vocab_size). Only what continues the last call's ids is new.

        Of a sequence longer than config.max_len the last max_len ids are read.
        """
        ids, max_len = check_prompt(ids), self.config.max_len
        if not self.use_cache or ids.shape[1] > max_len:
            return self._logits(ids[:, -max_len:])[:, -1]
        if not self._continues(ids):
            self._forget()
        new = ids[:, self.read.shape[1] :]
        self.read = ids
        params = self.params if self.memory is None else self.params["decoder"]
        logits, _ = logits_with_past(
            new, params, self.config, self.past, self.memory, self.memory_mask
        )
        return logits[:, -1]

    def _logits(self, ids):
        """Return the logits at all positions, everything computed again."""
        if self.memory is None:
            return model.language_model(ids, self.params, self.config)[0]
        return model.encoder_decoder(self.source_ids, ids, self.params, self.config)[0]

    def select(self, rows):
        """Keep these sequences of the batch, in this order, as a beam search does."""
        for block in self.past:
            for part in block.values():
                for name in part:
                    part[name] = part[name][rows]
        if self.use_cache:
            self.read = self.read[rows]
        if self.memory is not None:
            self.memory, self.source_ids = self.memory[rows], self.source_ids[rows]
            if self.memory_mask is not None:
                self.memory_mask = self.memory_mask[rows]


def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    """Turn logits into the probabilities to draw from.

    Parameters
    ----------
    logits : array (..., vocab_size)
    temperature : float
        Divides the logits; below 1 sharper, above 1 flatter, 0 is greedy: all on the largest.
    top_k : int, optional
        Keep the k most likely tokens (Fan et al. 2018, Sec. 5).
    top_p : float in (0, 1], optional
        Keep the fewest most likely tokens that have at least this probability together
        (Holtzman et al. 2020, Sec. 3.1).

    Returns
    -------
    array (..., vocab_size), which sums to 1

    Examples
    --------
    >>> logits = np.log([1.0, 3.0])
    >>> np.round(next_probabilities(logits), 3).tolist(), next_probabilities(logits, 0).tolist()
    ([0.25, 0.75], [0.0, 1.0])
    >>> np.round(next_probabilities(logits, temperature=0.5), 3).tolist()
    [0.1, 0.9]
    """
    temperature = check_sampling(temperature, top_k, top_p)
    if temperature == 0:
        return layers.one_hot(logits.argmax(axis=-1), logits.shape[-1], logits.dtype)
    probabilities, _ = layers.softmax(logits / temperature)
    if top_k is not None:
        probabilities = keep_top_k(probabilities, top_k)
    if top_p is not None:
        probabilities = keep_top_p(probabilities, top_p)
    return probabilities


def keep_top_k(probabilities, k):
    """Set all but the k largest of each row (..., vocab_size) to 0 and let the row sum to 1.

    Of equal ones the first are kept (Fan et al. 2018, Sec. 5).

    Examples
    --------
    >>> np.round(keep_top_k(np.array([0.2, 0.3, 0.5]), k=2), 3).tolist()
    [0.0, 0.375, 0.625]
    """
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    kept = np.zeros(probabilities.shape, bool)
    np.put_along_axis(kept, order[..., :k], True, axis=-1)
    out = np.where(kept, probabilities, 0.0)
    return out / out.sum(axis=-1, keepdims=True)


def keep_top_p(probabilities, p):
    """Keep the fewest most likely tokens of each row that have at least p together; sum to 1.

    Rows are (..., vocab_size); p lies in (0, 1] (Holtzman et al. 2020, Sec. 3.1).

    Examples
    --------
    >>> np.round(keep_top_p(np.array([0.2, 0.3, 0.5]), p=0.6), 3).tolist()
    [0.0, 0.375, 0.625]
    """
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    ranked = np.where(before < p, ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return out / out.sum(axis=-1, keepdims=True)


def sample(probabilities, rng):
    """Draw an id for each row of (B, vocab_size): where a uniform number meets the running sum.

    Returns
    -------
    int array (B,)

    Examples
    --------
    >>> ids = sample(np.array([[0.2, 0.8]] * 10_000), np.random.default_rng(0))
    >>> round(float(ids.mean()), 1)
    0.8
    """
    probabilities = probabilities.astype(np.float64)  # GPT-2 has 50,257: too many for float32
    running = np.cumsum(probabilities, axis=-1)
    drawn = rng.random(len(probabilities))[:, None] * running[:, -1:]
    return (running <= drawn).sum(axis=-1)


def generate(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    """Continue sequences token by token.

    Parameters
    ----------
    next_logits : callable
        Maps all ids so far, (B, T), to logits (B, vocab_size); such as a NextLogits.
    ids : int array (B, T)
        The prompt; T at least 1.
    max_new_tokens : int
    rng : numpy.random.Generator, optional
        Not needed with temperature=0.
    eos_id : int, optional
        A sequence that drew it is filled up with it; generation ends when all have.
    **sampling
        temperature, top_k, top_p of `next_probabilities`; greedy if none is given.

    Returns
    -------
    int array (B, T + new tokens)

    Examples
    --------
    This model counts 0, 1, 2, 0, ...:

    >>> count = lambda ids: np.eye(3)[(ids[:, -1] + 1) % 3]
    >>> generate(count, np.array([[0], [2]]), max_new_tokens=3).tolist()
    [[0, 1, 2, 0], [2, 0, 1, 2]]
    """
    ids = check_prompt(ids, rng, sampling)
    sampling = sampling or {"temperature": 0.0}
    done = np.zeros(len(ids), bool)
    for _ in range(max_new_tokens):
        probabilities = next_probabilities(next_logits(ids), **sampling)
        if sampling.get("temperature") == 0:
            new = probabilities.argmax(axis=-1)
        else:
            new = sample(probabilities, rng)
        if eos_id is not None:
            new = np.where(done, eos_id, new)
            done = done | (new == eos_id)
        ids = np.concatenate([ids, new[:, None]], axis=1)
        if done.all():
            break
    return ids


def beam_search(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    """Return the most likely continuation that a search with n_beams at a time finds.

    Parameters
    ----------
    next_logits : NextLogits, or a callable with a method `select(rows)`
    ids : int array (1, T)
    max_new_tokens, n_beams : int
    eos_id : int, optional
        Ends a continuation.
    length_penalty : float
        Candidates are compared by their log-probability divided by
        ((5 + length) / 6)^length_penalty (Wu et al. 2016, Eq. 14).

    Returns
    -------
    ids : int array (T + new tokens,)
    log_probability : float
        Of the new tokens, in nats, not divided.

    Examples
    --------
    Greedy would take 1, then 0, with probability 0.5 * 0.4; two beams find 0.4 * 0.8:

    >>> p = np.array([[0.1, 0.5, 0.4], [0.4, 0.3, 0.3], [0.8, 0.1, 0.1]])
    >>> next_logits = lambda ids: np.log(p[ids[:, -1]])
    >>> next_logits.select = lambda rows: None
    >>> ids, log_p = beam_search(next_logits, np.array([[0]]), max_new_tokens=2, n_beams=2)
    >>> ids.tolist(), round(float(np.exp(log_p)), 3)
    ([0, 2, 0], 0.32)
    """
    ids = check_beams(ids, n_beams)
    T, totals, finished = ids.shape[1], np.zeros(1), []

    def value(entry):  # of a continuation and its total
        return entry[1] / ((5 + len(entry[0]) - T) / 6) ** length_penalty

    for _ in range(max_new_tokens):
        # Rows, tokens and scores of the best 2 * n_beams candidates.
        logits = next_logits(ids)
        log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        scores = totals[:, None] + log_p
        best = np.argsort(-scores, axis=None, kind="stable")[: 2 * n_beams]
        rows, tokens = np.divmod(best, log_p.shape[1])
        scores = scores.reshape(-1)[best]
        # What has ended is put aside, the best of the others live on.
        ends = np.zeros(len(tokens), bool) if eos_id is None else tokens == eos_id
        for i in np.flatnonzero(ends[:n_beams]):
            finished.append((np.append(ids[rows[i]], tokens[i]), scores[i]))
        keep = np.flatnonzero(~ends)[:n_beams]
        if len(keep) == 0:
            break
        rows, tokens, totals = rows[keep], tokens[keep], scores[keep]
        # Append the tokens to their beams, and tell the model.
        ids = np.concatenate([ids[rows], tokens[:, None]], axis=1)
        next_logits.select(rows)
    finished += zip(ids, totals, strict=True)
    winner, total = max(finished, key=value)
    return winner, float(total)
