"""beam_search: the most likely continuations, several at a time."""

import numpy as np

from classroom.exercises import Case, Mistake, number

# From 0 the model goes to 1 (0.58) or to 2 (0.38). From 1 it goes on evenly, from 2 nearly surely.
TREE = np.log(
    [[0.02, 0.58, 0.38, 0.02], [0.25, 0.25, 0.25, 0.25], [0.03, 0.03, 0.04, 0.9], [0.25] * 4]
)


# Token 0 ends the text. From 3 that is what comes most likely; from 1 comes 1, nearly surely.
ENDS = np.log([[0.25] * 4, [0.02, 0.94, 0.02, 0.02], [0.25] * 4, [0.4, 0.35, 0.2, 0.05]])
# From 4 to 1 or 2. From 1 to 3, which is followed by anything; from 2 to 0, the end.
SECOND_ENDS = np.log(
    [
        [0.2] * 5,
        [0.02, 0.02, 0.03, 0.9, 0.03],
        [0.95, 0.01, 0.02, 0.01, 0.01],
        [0.2] * 5,
        [0.02, 0.5, 0.4, 0.05, 0.03],
    ]
)
# From 7 to 1, 2, 3 or 4, each of which may end. If not, 4 goes to 5, which stays 5.
FOUR_ENDS = np.log(
    [
        [1 / 8] * 8,
        *[[0.4] + [0.23 / 6] * 5 + [0.37] + [0.23 / 6]] * 3,
        [0.45] + [0.14 / 6] * 4 + [0.41] + [0.14 / 6] * 2,
        [0.03 / 7] * 5 + [0.97] + [0.03 / 7] * 2,
        [1 / 8] * 8,
        [0.02, 0.26, 0.24, 0.22, 0.2, 0.02, 0.02, 0.02],
    ]
)
# From 0 anywhere. What follows is open after 0 and 1, and nearly sure after 2.
LEAST_WINS = np.log([[0.4, 0.35, 0.25], [0.3, 0.3, 0.4], [0.05, 0.05, 0.9]])


class Speaker:
    """A stand-in for a model with a cache: it keeps a state for each row, and `select` moves it.

    Its logits depend on all ids and on the state, so that a search which forgets to select goes on
    with the states of other rows. A call more than one a step changes the state as well.
    """

    def __init__(self, table, memory=0.0):
        self.table, self.memory = table, memory
        self.state = np.zeros((1, table.shape[1]))

    def __call__(self, ids):
        ids = np.asarray(ids)
        self.state = np.resize(self.state, (len(ids), self.table.shape[1]))
        self.state = self.memory * self.state + self.table[ids[:, -1]]
        return self.state + self.memory / 2 * self.table[ids[:, :-1]].sum(axis=1)

    def select(self, rows):
        self.state = np.take(self.state, rows, axis=0, mode="wrap")


def cases(rng):
    rng = np.random.default_rng(34)  # a table on which each mistake shows
    table = rng.normal(size=(7, 7))
    start, prompt = np.array([[0]]), np.array([[3, 5]])
    ending = table.copy()
    ending[:, 2] += 1.0
    # Ends of several beams come near to each other here, compared by the penalty.
    many_ends = np.random.default_rng(137).normal(size=(7, 7)) * 1.5
    end = (Speaker(ending, -0.8), prompt, 5, 3, 2)
    return [
        Case(
            (Speaker(TREE), start, 1, 1),
            label="one token, one beam",
            expected=([0, 1], np.log(0.58)),
        ),
        # Greedy: 1 and then anything, 0.58 x 0.25 = 0.145. The best: 2 and 3, 0.38 x 0.9 = 0.342.
        Case(
            (Speaker(TREE), start, 2, 2),
            label="two tokens, two beams: greedy loses",
            expected=([0, 2, 3], np.log(0.38 * 0.9)),
        ),
        Case((Speaker(table, -0.8), prompt, 5, 3), label="five tokens, three beams"),
        Case((Speaker(table, -0.8), prompt, 5, 1), label="one beam: greedy"),
        Case(
            (Speaker(table - 700, 0.3), prompt, 3, 11),
            label="more beams than tokens",
            proves="the search without an end",
        ),
        # 2 is the least likely token, and 2 2 the best pair: 0.25 x 0.9.
        Case(
            (Speaker(LEAST_WINS), start, 2, 3),
            label="as many beams as tokens",
            expected=([0, 2, 2], np.log(0.25 * 0.9)),
        ),
        # The end is the second best token here, 0.35, and no pair comes near: 0.25 x 0.9 = 0.225.
        Case(
            (Speaker(LEAST_WINS), start, 2, 3, 1),
            label="as many beams as tokens, and the second best ends",
            expected=([0, 1], np.log(0.35)),
        ),
        # 4 2 0 ends with 0.4 x 0.95 = 0.38. 4 1 3 has more, 0.45, and can only lose from there.
        Case(
            (Speaker(SECOND_ENDS), np.array([[4]]), 3, 3, 0),
            label="the second of three beams ends",
            expected=([4, 2, 0], np.log(0.38)),
        ),
        # The end at once: ln 0.4 = -0.916. Going on: ln(0.35 x 0.94 x 0.94) = -1.174, divided by
        # 8/6 that is -0.880, and by (8/6) ** 0.8 it is -0.932. The prompt does not count.
        Case(
            (Speaker(ENDS), np.array([[2, 1, 3]]), 3, 1, 0),
            {"length_penalty": 1.0},
            label="the most likely token is the end, with length penalty 1",
            expected=([2, 1, 3, 1, 1, 1], np.log(0.35 * 0.94**2)),
        ),
        Case(
            (Speaker(ENDS), np.array([[3]]), 3, 1, 0),
            {"length_penalty": 0.8},
            label="the most likely token is the end, with length penalty 0.8",
            expected=([3, 0], np.log(0.4)),
        ),
        Case(end, label="with an end token"),
        Case(end, {"length_penalty": 2.0}, label="with an end token and a length penalty"),
        Case(
            (Speaker(many_ends, 0.3), prompt, 4, 2, 6),
            {"length_penalty": 1.5},
            label="beams that end at different lengths",
        ),
        # Of the eight best after two tokens four end: 0.26 x 0.4 = 0.104, then 0.096, 0.09, 0.088.
        # 4 5 comes seventh, with 0.2 x 0.41. Another 5: ln(0.082 x 0.97) = -2.532, and that
        # divided by 8/6 is more than ln 0.104 divided by 7/6: -1.899 and -1.940.
        Case(
            (Speaker(FOUR_ENDS), np.array([[7]]), 3, 4, 0),
            {"length_penalty": 1.0},
            label="four beams have an end at once",
            expected=([7, 4, 5, 5], np.log(0.2 * 0.41 * 0.97)),
        ),
    ]


returns = ("ids", "log_probability")

BEST = 'best = np.argsort(-scores, axis=None, kind="stable")[: 2 * n_beams]'
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
        "last_token_only",
        {"next_logits(ids)": "next_logits(ids[:, -1:])"},
        "The model is handed the last token of each beam alone. Hand it all ids so far, as in "
        "generate: next_logits(ids).",
    ),
    Mistake(
        "asked_twice",
        {"logits = next_logits(ids)": "next_logits(ids)\n        logits = next_logits(ids)"},
        "The model is asked twice in a step. Call next_logits once and keep what it returns: a "
        "model that remembers what it has read goes on from there.",
    ),
    Mistake(
        "selected_twice",
        {"next_logits.select(rows)": "next_logits.select(rows)\n        next_logits.select(rows)"},
        "The model is told twice in a step which rows live on, and the second time it reorders "
        "what is in order. Call next_logits.select(rows) once.",
    ),
    Mistake(
        "selects_others",
        [
            {"select(rows)": "select(tokens)"},
            {"select(rows)": "select(keep)"},
        ],
        "next_logits.select is told other rows than those that live on. It takes rows: which of "
        "the beams so far each new beam continues.",
    ),
    Mistake(
        "beam_after_beam",
        {
            BEST: 'best = np.argsort(-scores, axis=-1, kind="stable")[:, : 2 * n_beams]\n'
            "        best = (best + np.arange(len(best))[:, None] * scores.shape[1]).reshape(-1)"
        },
        "The best tokens of each beam are listed, one beam after the other, so that the first "
        "n_beams of the list are all of the first beam. Sort the candidates of all beams together.",
    ),
    Mistake(
        "best_last",
        {BEST: 'best = np.argsort(scores, axis=None, kind="stable")[-2 * n_beams :]'},
        "The right candidates are taken, but the best of them stands last. The given lines keep "
        "the first n_beams: the best must come first.",
    ),
    Mistake(
        "divided_at_every_step",
        [
            {SUMS: "(totals[:, None] * (ids.shape[1] - T) + log_p) / (ids.shape[1] - T + 1)"},
            {SUMS: "(totals[:, None] + log_p) / (ids.shape[1] - T + 1)"},
        ],
        "The sums are divided by the length at every step. A score is the plain sum of the "
        "log-probabilities; the length counts only at the end, in the lines that are given.",
    ),
    Mistake(
        "probabilities_multiplied",
        [
            {SUMS: "totals[:, None] * np.exp(log_p)"},
            {SUMS: "totals[:, None] * np.exp(log_p)", "np.zeros(1), []": "np.ones(1), []"},
            {SUMS: "totals[:, None] * log_p"},
        ],
        "You multiply where sums are kept. totals begin at 0, the logarithm of 1, and each step "
        "adds the logarithm of a probability.",
    ),
    Mistake(
        "probabilities_kept",
        [
            {SUMS: f"np.exp({SUMS})"},
            {"scores.reshape(-1)[best]": "np.exp(scores.reshape(-1)[best])"},
            {"float(total)": "float(np.exp(total))"},
        ],
        lambda case, got, want: (
            "Probabilities are kept as scores, or one is returned at the end, where logarithms are "
            f"asked for: the probability here is {number(np.exp(want[1]))}, and its logarithm "
            f"{number(want[1])}. totals are sums of log-probabilities from the first step to the "
            "last."
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
        "The sums so far are left out, or were added before the softmax, which takes them out "
        "again: a candidate's score is the log-probability of its last token alone. It is the sum "
        "of the whole continuation: totals[:, None] + log_p.",
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
        "maximum_subtracted",
        {"np.logaddexp.reduce(logits": "np.max(logits"},
        "The maximum of each row is subtracted, and that leaves no log-probabilities: those of a "
        "row are 1 together, as powers of e. Subtract the log of the sum of exponentials.",
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
        "divided_by_beams",
        {"log_p.shape[1])": "n_beams)"},
        "A place in the flat array is divided by the number of beams. A row of scores has "
        "vocab_size entries, so rows, tokens = np.divmod(best, vocab_size).",
    ),
    Mistake(
        "base_2",
        {"        scores = totals": "        log_p = log_p / np.log(2)\n        scores = totals"},
        "These are logarithms to base 2. The winner is the same; the sum that is returned is one "
        "of natural logarithms.",
    ),
    Mistake(
        "put_in_front",
        {"[ids[rows], tokens[:, None]]": "[tokens[:, None], ids[rows]]"},
        "The new tokens are put in front of the ids. They continue the text: append them at the "
        "end.",
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
        "over_the_beams",
        {"axis=-1, keepdims=True": "axis=0, keepdims=True"},
        "The logarithm of the sum runs down the beams, token by token. It runs along the "
        "vocabulary: axis=-1. With one beam all log-probabilities would else be 0.",
    ),
    Mistake(
        "no_select",
        [
            {"        next_logits.select(rows)\n": ""},
            {"select(rows)": "select(np.arange(len(rows)))"},
        ],
        "The model was not told which beams live on, or was told that all stay as they are, so its "
        "cache belongs to others. Call next_logits.select(rows) after each step.",
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
