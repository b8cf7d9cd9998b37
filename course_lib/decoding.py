"""Decoding: from logits to text, one token at a time or with a beam, with a key-value cache."""

import numpy as np

from . import layers, model


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
    """

    def __init__(self, params, config, source_ids=None, use_cache=True):
        self.params, self.config, self.use_cache = params, config, use_cache
        self.source_ids, self.memory = source_ids, None
        if source_ids is not None:
            self.memory, _ = model.encode(source_ids, params, config)
        self._forget()

    def _forget(self):
        self.past, self.read = model.start_past(self.config), np.empty((0, 0), np.int64)

    def _continues(self, ids):
        (B, T), (rows, seen) = ids.shape, self.read.shape
        return rows == B and seen < T and np.array_equal(ids[:, :seen], self.read)

    def __call__(self, ids):
        """Map ids (B, T) to logits (B, vocab_size). Only what continues the last call's ids is new.

        Of a sequence longer than config.max_len the last max_len ids are read.
        """
        max_len = self.config.max_len
        past = None
        if self.use_cache and ids.shape[1] <= max_len:
            if not self._continues(ids):
                self._forget()
            past, new = self.past, ids[:, self.read.shape[1] :]
            self.read, ids = ids, new
        ids = ids[:, -max_len:]
        if self.memory is None:
            logits, _ = model.language_model(ids, self.params, self.config, past=past)
        else:
            logits, _ = model.encoder_decoder(
                self.source_ids, ids, self.params, self.config, memory=self.memory, past=past
            )
        return logits[:, -1]

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
    """
    vocab_size = logits.shape[-1]
    if temperature < 0:
        raise ValueError(
            f"next_probabilities: temperature is {temperature}; use 0 (greedy) or more."
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"next_probabilities: top_k is {top_k}; keep at least 1 token.")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"next_probabilities: top_p is {top_p}; use a probability in (0, 1].")
    temperature = float(temperature)  # a NumPy number would turn float32 into float64
    if temperature == 0:
        return layers.one_hot(logits.argmax(axis=-1), vocab_size, logits.dtype)
    probabilities, _ = layers.softmax(logits / temperature)
    if top_k is None and top_p is None:
        return probabilities
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    kept = np.arange(vocab_size) < (vocab_size if top_k is None else top_k)
    ranked = ranked * kept
    ranked /= ranked.sum(axis=-1, keepdims=True)
    if top_p is not None:
        before = np.cumsum(ranked, axis=-1) - ranked
        ranked = ranked * (before < top_p)
        ranked /= ranked.sum(axis=-1, keepdims=True)
    out = np.empty_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return out


def sample(probabilities, rng):
    """Draw an id for each row of (B, vocab_size): where a uniform number meets the running sum."""
    cumulative = np.cumsum(probabilities.astype(np.float64), axis=-1)
    drawn = rng.random((len(probabilities), 1)) * cumulative[:, -1:]
    return (cumulative <= drawn).sum(axis=-1)


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
    """
    sampling = sampling or {"temperature": 0.0}
    greedy = sampling.get("temperature") == 0
    if rng is None and not greedy:
        raise ValueError(
            "generate: sampling needs rng=np.random.default_rng(seed); or set temperature=0."
        )
    ids = _check_prompt(ids)
    done = np.zeros(len(ids), bool)
    for _ in range(max_new_tokens):
        probabilities = next_probabilities(next_logits(ids), **sampling)
        new = probabilities.argmax(axis=-1) if greedy else sample(probabilities, rng)
        if eos_id is not None:
            new = np.where(done, eos_id, new)
            done |= new == eos_id
        ids = np.concatenate([ids, new[:, None]], axis=1)
        if done.all():
            break
    return ids


def beam_search(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    """Keep the n_beams most likely continuations at every step.

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
    """
    ids = _check_prompt(ids)
    if len(ids) != 1 or n_beams < 1:
        raise ValueError(
            f"beam_search: takes 1 prompt and n_beams >= 1, not {len(ids)} and {n_beams}."
        )
    T, totals = ids.shape[1], np.zeros(1)
    finished: list[tuple] = []

    def penalized(total, length):
        return total / ((5 + length) / 6) ** length_penalty

    for length in range(1, max_new_tokens + 1):
        logits = np.asarray(next_logits(ids), dtype=np.float64)
        log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        scores = (totals[:, None] + log_p).reshape(-1)
        best = np.argsort(-scores, kind="stable")[: 2 * n_beams]
        rows, tokens = np.divmod(best, log_p.shape[-1])
        keep: list[int] = []
        for rank, (row, token) in enumerate(zip(rows, tokens, strict=True)):
            if eos_id is not None and token == eos_id:
                if rank < n_beams:
                    finished.append((np.append(ids[row], token), scores[best[rank]], length))
            elif len(keep) < n_beams:
                keep.append(rank)
        if not keep:
            break
        rows, tokens, totals = rows[keep], tokens[keep], scores[best[keep]]
        ids = np.concatenate([ids[rows], tokens[:, None]], axis=1)
        next_logits.select(rows)
    finished += [(row, total, len(row) - T) for row, total in zip(ids, totals, strict=True)]
    winner, total, _ = max(finished, key=lambda entry: penalized(entry[1], entry[2]))
    return winner, float(total)


def _check_prompt(ids):
    ids = np.asarray(ids)
    if ids.ndim != 2 or ids.shape[1] < 1:
        raise ValueError(
            f"decoding: the prompt has shape {ids.shape}; it must be (B, T) with T at least 1."
        )
    return ids
