"""From a trained model to the few most likely whole answers."""

import numpy as np

from .. import loss, model


def most_likely(next_log_p, length, eos_id=None, top=3):
    """Find the most likely answers, with a beam that is wider than what is asked for.

    Parameters
    ----------
    next_log_p : callable
        Maps beginnings of answers, int (n, t) with t = 0, 1, ..., to the log-probabilities of the
        next token, (n, vocab_size).
    length : int
        Tokens of an answer, <eos> included. One with <eos> may be shorter; one that has not ended
        by then counts as it stands.
    eos_id : int, optional
    top : int

    Returns
    -------
    list of (ids (t,) without <eos>, probability), best first
    """
    if top < 1:
        raise ValueError(f"most_likely: top is {top}; ask for at least 1 answer.")
    width = max(8, 2 * top)
    beginnings, totals = np.zeros((1, 0), np.int64), np.zeros(1)
    found: list[tuple[np.ndarray, float]] = []
    for t in range(length):
        log_p = totals[:, None] + next_log_p(beginnings)
        best = np.argsort(-log_p, axis=None, kind="stable")[:width]
        rows, tokens = np.divmod(best, log_p.shape[1])
        totals = log_p.reshape(-1)[best]
        beginnings = np.concatenate([beginnings[rows], tokens[:, None]], axis=1)
        is_eos = np.zeros(len(best), bool) if eos_id is None else tokens == eos_id
        ended = is_eos | (t == length - 1)
        for i in np.flatnonzero(ended):
            found.append((beginnings[i, : t + 1 - is_eos[i]], float(np.exp(totals[i]))))
        beginnings, totals = beginnings[~ended], totals[~ended]
        if not len(beginnings):
            break
    return sorted(found, key=lambda entry: -entry[1])[:top]


def after_prompt(prompt, params, config):
    """Return the next_log_p of a language model that has read `prompt`, int (T,)."""

    def next_log_p(beginnings):
        ids = np.concatenate([np.tile(prompt, (len(beginnings), 1)), beginnings], axis=1)
        logits, _ = model.language_model(ids, params, config)
        return loss.log_softmax(logits[:, -1])[0]

    return next_log_p


def after_source(source, bos_id, params, config):
    """Return the next_log_p of an encoder-decoder that has read `source`, int (T,)."""

    def next_log_p(beginnings):
        sources = np.tile(source, (len(beginnings), 1))
        ids = np.concatenate([np.full((len(beginnings), 1), bos_id), beginnings], axis=1)
        logits, _ = model.encoder_decoder(sources, ids, params, config)
        return loss.log_softmax(logits[:, -1])[0]

    return next_log_p
