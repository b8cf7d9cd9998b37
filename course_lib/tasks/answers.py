"""From a trained model to the few most likely whole answers."""

import numpy as np

from .. import decoding, loss


def most_likely(next_logits, prompt, length, eos_id=None, top=3):
    """Return the most likely answers to a prompt that a beam search comes by, best first.

    The search is wider than what is asked for.

    Parameters
    ----------
    next_logits : callable
        Maps all ids so far, (B, T), to logits (B, vocab_size); such as a decoding.NextLogits.
    prompt : int array (T,)
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
    answers = _Answers(next_logits, prompt, length, eos_id, top)
    decoding.beam_search(answers, prompt[None], length, max(8, 2 * top), eos_id)
    return sorted(answers.found, key=lambda answer: -answer[1])[:top]


class _Answers:
    """Logits for a beam search, and a note of every answer that they give a probability to."""

    def __init__(self, next_logits, prompt, length, eos_id, top):
        self.next_logits, self.eos_id, self.top = next_logits, eos_id, top
        self.start, self.end = len(prompt), len(prompt) + length
        self.scores, self.found = np.zeros((1, 1)), []

    def __call__(self, ids):
        logits = self.next_logits(ids)
        log_p, _ = loss.log_softmax(logits.astype(np.float64))
        last = ids[:, -1] if ids.shape[1] > self.start else 0  # none yet: scores of 0
        self.scores = self.scores[np.arange(len(ids)), last, None] + log_p
        answers = ids[:, self.start :]
        if self.eos_id is not None:
            self._note(answers, self.scores[:, self.eos_id])
        if ids.shape[1] + 1 == self.end:
            best = np.argsort(-self.scores, axis=None, kind="stable")[: self.top + len(ids)]
            rows, tokens = np.divmod(best, log_p.shape[1])
            goes_on = tokens != self.eos_id
            whole = np.concatenate([answers[rows], tokens[:, None]], axis=1)
            self._note(whole[goes_on], self.scores[rows, tokens][goes_on])
        return logits

    def _note(self, answers, scores):
        self.found += zip(answers, np.exp(scores).tolist(), strict=True)

    def select(self, rows):
        """Keep these rows, as the beam search does."""
        self.scores = self.scores[rows]
        if hasattr(self.next_logits, "select"):
            self.next_logits.select(rows)
