"""beam_search: the most likely continuations, several at a time."""

import numpy as np

from classroom.exercises import Case, Mistake

# From 0 the model goes to 1 (0.58) or to 2 (0.38). From 1 it goes on evenly, from 2 nearly surely.
TREE = np.log(
    [[0.02, 0.58, 0.38, 0.02], [0.25, 0.25, 0.25, 0.25], [0.03, 0.03, 0.04, 0.9], [0.25] * 4]
)


class Speaker:
    """A stand-in for a model with a cache: it keeps a state for each row, and `select` moves it.

    Its logits depend on the last id and on the state, so that a search which forgets to select
    goes on with the states of other rows.
    """

    def __init__(self, table, memory=0.0):
        self.table, self.memory = table, memory
        self.state = np.zeros((1, table.shape[1]))

    def __call__(self, ids):
        ids = np.asarray(ids)
        self.state = np.resize(self.state, (len(ids), self.table.shape[1]))
        self.state = self.memory * self.state + self.table[ids[:, -1]]
        return self.state.copy()

    def select(self, rows):
        self.state = self.state[rows]


def cases(rng):
    rng = np.random.default_rng(33)  # a table on which each mistake shows
    table = rng.normal(size=(7, 7))
    start, prompt = np.array([[0]]), np.array([[3, 5]])
    ending = table.copy()
    ending[:, 2] += 1.0
    end = (Speaker(ending, -0.8), prompt, 5, 3, 2)
    return [
        # Greedy: 1 and then anything, 0.58 x 0.25 = 0.145. The best: 2 and 3, 0.38 x 0.9 = 0.342.
        Case(
            (Speaker(TREE), start, 2, 2),
            label="two tokens, two beams: greedy loses",
            expected=([0, 2, 3], np.log(0.38 * 0.9)),
        ),
        Case((Speaker(TREE), start, 1, 1), label="one token, one beam", expected=([0, 1], None)),
        Case((Speaker(table, -0.8), prompt, 5, 3), label="five tokens, three beams"),
        Case((Speaker(table, -0.8), prompt, 5, 1), label="one beam: greedy"),
        Case(end, label="with an end token"),
        Case(end, {"length_penalty": 2.0}, label="with an end token and a length penalty"),
        Case((Speaker(table - 700, 0.3), prompt, 3, 11), label="more beams than tokens"),
    ]


returns = ("ids", "log_probability")

SUMS = "totals[:, None] + log_p"

mistakes = [
    Mistake(
        "greedy",
        {"    T, totals": "    n_beams = 1\n    T, totals"},
        lambda case, got, want: (
            "That is the greedy continuation: only the best beam is ever continued. Keep the "
            f"{case.args[3]} best of all candidates at every step, and let the model go on from "
            "each."
        ),
    ),
    Mistake(
        "best_of_each_beam",
        {
            "        best =": "        if len(totals) > 1:\n"
            "            scores[scores < scores.max(axis=1, keepdims=True)] = -np.inf\n"
            "        best =",
            "2 * n_beams]": "2 * n_beams if len(totals) == 1 else len(totals)]",
        },
        "Each beam is continued by its own best token only, so a beam that has fallen behind is "
        "never replaced. Compare all candidates of all beams: sort the whole array scores, with "
        "axis=None.",
    ),
    Mistake(
        "step_only",
        {SUMS: "log_p"},
        "The sums so far are left out: a candidate's score is the log-probability of its last "
        "token alone. It is the sum of the whole continuation: totals[:, None] + log_p.",
    ),
    Mistake(
        "step_alone",
        {"argsort(-scores": "argsort(-log_p"},
        "The candidates are compared by their last token alone. What counts is the whole "
        "continuation: totals[:, None] + log_p.",
    ),
    Mistake(
        "sums_along_the_tokens",
        {SUMS: "totals + log_p"},
        "totals + log_p lays the sums along the tokens. There is one sum for each beam, and a "
        "beam is a row: totals[:, None] + log_p.",
    ),
    Mistake(
        "last_step_kept",
        {"scores.reshape": "log_p.reshape"},
        "The candidates are compared rightly, but what you keep as scores is the last token's "
        "log-probability alone. Keep the sums: scores.reshape(-1)[best].",
    ),
    Mistake(
        "too_few_candidates",
        {": 2 * n_beams": ":n_beams"},
        "You take n_beams candidates. Some of them may end the text and free their place, so that "
        "too few go on: take 2 * n_beams, and the given lines choose among them.",
    ),
    Mistake(
        "raw_logits",
        {" - np.logaddexp.reduce(logits, axis=-1, keepdims=True)": ""},
        "You add up logits, which are comparable within one row only. Subtract each row's log of "
        "the sum of exponentials first: that makes log-probabilities of them.",
    ),
    Mistake(
        "probabilities_added",
        {"+ log_p": "+ np.exp(log_p)"},
        "You add up probabilities. Those of a sequence are multiplied; it is their logarithms "
        "that are added.",
    ),
    Mistake(
        "least",
        {"-scores": "scores"},
        "You keep the least likely candidates. np.argsort sorts from small to large: sort -scores.",
    ),
    Mistake(
        "rows_and_tokens_mixed_up",
        {"rows, tokens = np": "tokens, rows = np", "log_p.shape[1])": "len(totals))"},
        "The place in the flat array is read wrongly. A row of scores has vocab_size entries, so "
        "rows, tokens = np.divmod(best, vocab_size).",
    ),
    Mistake(
        "rows_for_tokens",
        {"rows, tokens = np": "tokens, rows = np"},
        "rows holds numbers that no beam has: at the first step there is one beam, so all of rows "
        "must be 0. A place in the flat array is row * vocab_size + token: rows, tokens = "
        "np.divmod(best, vocab_size).",
    ),
    Mistake(
        "one_sum_for_all",
        {"axis=-1, keepdims=True": "axis=None"},
        "The logarithm of the sum runs over all beams at once. Each row of logits is a choice of "
        "its own: axis=-1, keepdims=True.",
    ),
    Mistake(
        "no_select",
        {"        next_logits.select(rows)\n": ""},
        "The model was not told which beams live on, so its cache belongs to others. Call "
        "next_logits.select(rows) after each step.",
    ),
    Mistake(
        "rows_forgotten",
        {"[ids[rows], ": "[ids, "},
        "The tokens are appended to ids as they are. There are not as many new beams as old ones, "
        "and some have the same beginning: take ids[rows] first.",
    ),
    Mistake(
        "not_regrouped",
        {"[ids[rows], ": "[np.resize(ids, (len(rows), ids.shape[1])), "},
        "The new tokens are appended to the beams in their old order. Take the beginnings that "
        "the candidates belong to first: ids[rows].",
    ),
    Mistake(
        "end_ignored",
        {"eos_id is None": "True"},
        "A continuation goes on after its end token. The lines that are given put it aside as "
        "finished; they need rows, tokens and scores, best first.",
    ),
    Mistake(
        "no_length_penalty",
        {"** length_penalty": "** 0"},
        "length_penalty has no effect on which continuation wins. The lines that are given divide "
        "by it in value(...).",
    ),
    Mistake(
        "divided_total",
        {"float(total)": "float(value((winner, total)))"},
        "The log-probability that is returned was divided by the length penalty. Divide for the "
        "comparison only, and return the sum itself.",
    ),
    Mistake(
        "ids_alone",
        {"return winner, float(total)": "return winner"},
        "The ids are returned alone. Return their log-probability too: `return winner, "
        "float(total)`.",
    ),
]

hints = [
    "At each step there are (number of beams) x vocab_size candidates. A candidate's score is the "
    "total of its beam plus the log-probability of its token.",
    "log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True); scores = totals[:, "
    "None] + log_p.",
    "best = np.argsort(-scores, axis=None, kind='stable')[: 2 * n_beams] are places in the "
    "flattened array; rows, tokens = np.divmod(best, log_p.shape[1]).",
    "scores = scores.reshape(-1)[best]. After the given lines: ids = np.concatenate([ids[rows], "
    "tokens[:, None]], axis=1); next_logits.select(rows).",
]
