"""Exercise: beam_search."""

import numpy as np

from course_lib import decoding

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_beams as wrong
from .stand_ins import Speaker

# From 0 the model goes to 1 with 0.6 and to 2 with 0.4. From 1 all goes on evenly, from 2 surely.
TREE = np.log(
    [[0.02, 0.58, 0.38, 0.02], [0.25, 0.25, 0.25, 0.25], [0.03, 0.03, 0.04, 0.9], [0.25] * 4]
)


def beam_search_cases(rng):
    rng = np.random.default_rng(33)  # a table on which each mistake shows
    table = rng.normal(size=(7, 7))
    prompt = np.array([[3, 5]])
    ending = table.copy()
    ending[:, 2] += 1.0
    return [
        # Greedy: 1 and then anything, 0.58 x 0.25 = 0.145. The best: 2 and 3, 0.38 x 0.9 = 0.342.
        Case(
            (Speaker(TREE), np.array([[0]]), 2, 2),
            label="two tokens, two beams: greedy loses",
            expected=([0, 2, 3], np.log(0.38 * 0.9)),
        ),
        Case(
            (Speaker(TREE), np.array([[0]]), 1, 1),
            label="one token, one beam",
            expected=([0, 1], None),
        ),
        Case((Speaker(table, -0.8), prompt, 5, 3), label="five tokens, three beams"),
        Case((Speaker(table, -0.8), prompt, 5, 1), label="one beam: greedy"),
        Case((Speaker(ending, -0.8), prompt, 5, 3, 2), label="with an end token"),
        Case(
            (Speaker(ending, -0.8), prompt, 5, 3, 2),
            {"length_penalty": 2.0},
            label="with an end token and a length penalty",
        ),
        Case((Speaker(table - 700, 0.3), prompt, 3, 11), label="more beams than tokens"),
    ]


_plain = wrong.variant()


def _shown(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    T, totals, finished = ids.shape[1], np.zeros(1), []

    def value(entry):
        return entry[1] / ((5 + len(entry[0]) - T) / 6) ** length_penalty

    for _ in range(max_new_tokens):
        logits = next_logits(ids)
        log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        scores = totals[:, None] + log_p
        best = np.argsort(-scores, axis=None, kind="stable")[: 2 * n_beams]
        rows, tokens = np.divmod(best, log_p.shape[1])
        scores = scores.reshape(-1)[best]
        ends = np.zeros(len(tokens), bool) if eos_id is None else tokens == eos_id
        for i in np.flatnonzero(ends[:n_beams]):
            finished.append((np.append(ids[rows[i]], tokens[i]), scores[i]))
        keep = np.flatnonzero(~ends)[:n_beams]
        if len(keep) == 0:
            break
        rows, tokens, totals = rows[keep], tokens[keep], scores[keep]
        ids = np.concatenate([ids[rows], tokens[:, None]], axis=1)
        next_logits.select(rows)
    finished += zip(ids, totals, strict=True)
    winner, total = max(finished, key=value)
    return winner, float(total)


def _with_lists(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    beams: list[tuple] = [(list(ids[0]), 0.0)]
    finished: list[tuple] = []
    for _ in range(max_new_tokens):
        log_p = wrong.log_softmax(next_logits(np.array([beam for beam, _ in beams])))
        found = [
            (total + log_p[row, token], row, token)
            for row, (_, total) in enumerate(beams)
            for token in range(log_p.shape[1])
        ]
        found.sort(key=lambda entry: -entry[0])
        going_on: list[tuple] = []
        for rank, (total, row, token) in enumerate(found[: 2 * n_beams]):
            if token == eos_id:
                if rank < n_beams:
                    finished.append(([*beams[row][0], token], total))
            elif len(going_on) < n_beams:
                going_on.append((row, token, total))
        if not going_on:
            break
        next_logits.select(np.array([row for row, _, _ in going_on]))
        beams = [([*beams[row][0], token], total) for row, token, total in going_on]
    length = ids.shape[1]
    winner, total = max(
        finished + beams,
        key=lambda entry: entry[1] / ((5 + len(entry[0]) - length) / 6) ** length_penalty,
    )
    return np.array(winner), float(total)


def _greedy(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    return _plain(next_logits, ids, max_new_tokens, 1, eos_id, length_penalty)


register(
    Exercise(
        name="beam_search",
        lesson=5,
        reference=decoding.beam_search,
        shown=_shown,
        cases=beam_search_cases,
        returns=("ids", "log_probability"),
        mistakes=(
            Mistake(
                "greedy",
                _greedy,
                lambda case, got, want: (
                    "That is the greedy continuation: only the best beam is ever continued. Keep "
                    f"the {case.args[3]} best of all candidates at every step, and let the model "
                    "go on from each."
                ),
            ),
            Mistake(
                "best_of_each_beam",
                wrong.variant(wrong.best_of_each_beam),
                "Each beam is continued by its own best token only, so a beam that has fallen "
                "behind is never replaced. Compare all candidates of all beams: sort the whole "
                "array scores, with axis=None.",
            ),
            Mistake(
                "step_only",
                wrong.variant(wrong.step_only),
                "The sums so far are left out: a candidate's score is the log-probability of its "
                "last token alone. It is the sum of the whole continuation: totals[:, None] + "
                "log_p.",
            ),
            Mistake(
                "step_alone",
                wrong.variant(wrong.step_alone),
                "The candidates are compared by their last token alone. What counts is the whole "
                "continuation: totals[:, None] + log_p.",
            ),
            Mistake(
                "sums_along_the_tokens",
                wrong.variant(wrong.sums_along_the_tokens),
                "totals + log_p lays the sums along the tokens. There is one sum for each beam, "
                "and a beam is a row: totals[:, None] + log_p.",
            ),
            Mistake(
                "last_step_kept",
                wrong.variant(wrong.last_step_kept),
                "The candidates are compared rightly, but what you keep as scores is the last "
                "token's log-probability alone. Keep the sums: scores.reshape(-1)[best].",
            ),
            Mistake(
                "too_few_candidates",
                wrong.variant(wrong.too_few),
                "You take n_beams candidates. Some of them may end the text and free their place, "
                "so that too few go on: take 2 * n_beams, and the given lines choose among them.",
            ),
            Mistake(
                "raw_logits",
                wrong.variant(log_of=lambda logits: logits),
                "You add up logits, which are comparable within one row only. Subtract each row's "
                "log of the sum of exponentials first: that makes log-probabilities of them.",
            ),
            Mistake(
                "probabilities_added",
                wrong.variant(log_of=lambda logits: np.exp(wrong.log_softmax(logits))),
                "You add up probabilities. Those of a sequence are multiplied; it is their "
                "logarithms that are added.",
            ),
            Mistake(
                "least",
                wrong.variant(wrong.least),
                "You keep the least likely candidates. np.argsort sorts from small to large: sort "
                "-scores.",
            ),
            Mistake(
                "rows_and_tokens_mixed_up",
                wrong.variant(wrong.turned),
                "The place in the flat array is read wrongly. A row of scores has vocab_size "
                "entries, so rows, tokens = np.divmod(best, vocab_size).",
            ),
            Mistake(
                "rows_for_tokens",
                wrong.variant(wrong.exchanged),
                "rows holds numbers that no beam has: at the first step there is one beam, so all "
                "of rows must be 0. A place in the flat array is row * vocab_size + token: "
                "rows, tokens = np.divmod(best, vocab_size).",
            ),
            Mistake(
                "one_sum_for_all",
                wrong.variant(log_of=lambda z: z - np.logaddexp.reduce(z, axis=None)),
                "The logarithm of the sum runs over all beams at once. Each row of logits is a "
                "choice of its own: axis=-1, keepdims=True.",
            ),
            Mistake(
                "no_select",
                wrong.variant(select=False),
                "The model was not told which beams live on, so its cache belongs to others. Call "
                "next_logits.select(rows) after each step.",
            ),
            Mistake(
                "rows_forgotten",
                wrong.variant(append=lambda ids, rows: ids),
                "The tokens are appended to ids as they are. There are not as many new beams as "
                "old ones, and some have the same beginning: take ids[rows] first.",
            ),
            Mistake(
                "not_regrouped",
                wrong.variant(append=lambda ids, rows: np.resize(ids, (len(rows), ids.shape[1]))),
                "The new tokens are appended to the beams in their old order. Take the beginnings "
                "that the candidates belong to first: ids[rows].",
            ),
            Mistake(
                "end_ignored",
                wrong.variant(use_end=False),
                "A continuation goes on after its end token. The lines that are given put it aside "
                "as finished; they need rows, tokens and scores, best first.",
            ),
            Mistake(
                "no_length_penalty",
                wrong.variant(penalty=False),
                "length_penalty has no effect on which continuation wins. The lines that are given "
                "divide by it in value(...).",
            ),
            Mistake(
                "divided_total",
                wrong.variant(divided=True),
                "The log-probability that is returned was divided by the length penalty. Divide "
                "for the comparison only, and return the sum itself.",
            ),
            Mistake(
                "ids_alone",
                wrong.variant(alone=True),
                "The ids are returned alone. Return their log-probability too: "
                "`return winner, float(total)`.",
            ),
        ),
        correct=(_shown, _plain, _with_lists),
        hints=(
            "At each step there are (number of beams) x vocab_size candidates. A candidate's score "
            "is the total of its beam plus the log-probability of its token.",
            "log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True); "
            "scores = totals[:, None] + log_p.",
            "best = np.argsort(-scores, axis=None, kind='stable')[: 2 * n_beams] are places in the "
            "flattened array; rows, tokens = np.divmod(best, log_p.shape[1]).",
            "scores = scores.reshape(-1)[best]. After the given lines: ids = "
            "np.concatenate([ids[rows], tokens[:, None]], axis=1); next_logits.select(rows).",
        ),
    )
)
