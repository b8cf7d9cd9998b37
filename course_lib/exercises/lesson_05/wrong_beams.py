"""Wrong beam searches, made by changing one step of a right one."""

import numpy as np


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def every_candidate(totals, log_p, n):
    """Return rows, tokens and totals of the n best of all candidates, best first."""
    scores = totals[:, None] + log_p
    best = np.argsort(-scores, axis=None, kind="stable")[:n]
    rows, tokens = np.divmod(best, log_p.shape[1])
    return rows, tokens, scores.reshape(-1)[best]


def sums_along_the_tokens(totals, log_p, n):
    scores = totals + log_p
    best = np.argsort(-scores, axis=None, kind="stable")[:n]
    rows, tokens = np.divmod(best, log_p.shape[1])
    return rows, tokens, scores.reshape(-1)[best]


def best_of_each_beam(totals, log_p, n):
    scores = totals[:, None] + log_p
    tokens = scores.argmax(axis=1)
    rows = np.arange(len(scores))
    if len(rows) == 1:
        return every_candidate(totals, log_p, n)
    order = np.argsort(-scores[rows, tokens], kind="stable")
    return rows[order], tokens[order], scores[rows, tokens][order]


def step_alone(totals, log_p, n):
    rows, tokens, _ = every_candidate(np.zeros_like(totals), log_p, n)
    return rows, tokens, (totals[:, None] + log_p)[rows, tokens]


def step_only(totals, log_p, n):
    return every_candidate(np.zeros_like(totals), log_p, n)


def too_few(totals, log_p, n):
    return every_candidate(totals, log_p, n // 2)


def last_step_kept(totals, log_p, n):
    rows, tokens, _ = every_candidate(totals, log_p, n)
    return rows, tokens, log_p[rows, tokens]


def least(totals, log_p, n):
    rows, tokens, scores = every_candidate(-totals, -log_p, n)
    return rows, tokens, -scores


def turned(totals, log_p, n):
    """Read the place in the flat array as if the beams lay along the last axis."""
    scores = totals[:, None] + log_p
    best = np.argsort(-scores, axis=None, kind="stable")[:n]
    tokens, rows = np.divmod(best, len(totals))
    return rows, np.minimum(tokens, log_p.shape[1] - 1), scores.reshape(-1)[best]


def exchanged(totals, log_p, n):
    """Take the rows for tokens and the tokens for rows."""
    rows, tokens, scores = every_candidate(totals, log_p, n)
    return tokens, rows, scores


def variant(
    candidates=every_candidate,
    log_of=log_softmax,
    select=True,
    use_end=True,
    penalty=True,
    divided=False,
    append=lambda ids, rows: ids[rows],
    alone=False,
):
    """Make a `beam_search`; with the defaults, a right one."""

    def made(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
        T, totals, finished = ids.shape[1], np.zeros(1), []
        eos = eos_id if use_end else None

        def value(total, length):
            return total / ((5 + length) / 6) ** (length_penalty if penalty else 0.0)

        for _ in range(max_new_tokens):
            log_p = log_of(next_logits(ids))
            rows, tokens, scores = candidates(totals, log_p, 2 * n_beams)
            ends = np.zeros(len(tokens), bool) if eos is None else tokens == eos
            for i in np.flatnonzero(ends[:n_beams]):
                finished.append((np.append(ids[rows[i]], tokens[i]), scores[i]))
            keep = np.flatnonzero(~ends)[:n_beams]
            if not len(keep):
                break
            rows, tokens, totals = rows[keep], tokens[keep], scores[keep]
            ids = np.concatenate([append(ids, rows), tokens[:, None]], axis=1)
            if select:
                next_logits.select(rows)
        finished += zip(ids, totals, strict=True)
        best, total = max(finished, key=lambda entry: value(entry[1], len(entry[0]) - T))
        if alone:
            return best
        return best, float(value(total, len(best) - T) if divided else total)

    return made
