"""causal_mask: each query may attend to its own position and to earlier ones."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    return [
        Case(
            (3,),
            label="three positions",
            expected=np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]], bool),
        ),
        Case((7,), label="seven positions", proves="the mask for T_k = T_q"),
        Case(
            (2, 4),
            label="the last 2 of 4 positions",
            expected=np.array([[1, 1, 1, 0], [1, 1, 1, 1]], bool),
        ),
        Case((3, 5), label="the last 3 of 5 positions"),
        Case((1, 5), label="the last position alone"),
        Case((1,), label="one position"),
    ]


def earlier_keys_behind(T_q, T_k=None):
    later = 0 if T_k is None else T_k - T_q
    return np.concatenate([np.tri(T_q, dtype=bool), np.ones((T_q, later), bool)], axis=1)


returns = ("mask",)

COMPARED = "query_positions[:, None] >= np.arange(T_k)"

mistakes = [
    Mistake(
        "blocks_instead",
        [{">=": "<"}, lambda T_q, T_k=None: np.triu(np.ones((T_q, T_k or T_q), bool), k=1)],
        "True and False have changed places: this mask is True where a query may *not* attend. In "
        "this course, True means: may attend.",
    ),
    Mistake(
        "sees_the_future",
        [{">=": "<="}, lambda T_q, T_k=None: np.triu(np.ones((T_q, T_k or T_q), bool))],
        "The triangle is the upper one: each query sees itself and what comes after. A causal mask "
        "shows what came before, the keys j ≤ i of query i.",
    ),
    Mistake(
        "not_itself",
        [{">=": ">"}, lambda T_q, T_k=None: np.tri(T_q, T_k or T_q, -1, dtype=bool)],
        "The diagonal is False: no query may attend to its own position, and the first one may "
        "attend to nothing at all, so its weights cannot sum to 1. Keys up to and including the "
        "query's own position are allowed.",
    ),
    Mistake(
        "one_short",
        {"np.arange(T_k - T_q, T_k)": "np.arange(T_q) + max(T_k - T_q - 1, 0)"},
        lambda case, got, want: (
            f"The triangle ends one key too early: query 0 stands at position T_k − T_q = "
            f"{case.args[1] - case.args[0]} and must see that key too."
        ),
    ),
    Mistake(
        "all_visible",
        {COMPARED: f"{COMPARED} if T_k == T_q else np.ones((T_q, T_k), bool)"},
        lambda case, got, want: (
            f"With T_k = {case.args[1]} and T_q = {case.args[0]} everything is True. Only the last "
            "query may see all keys; the others must not see what comes after them."
        ),
    ),
    Mistake(
        "earlier_keys_hidden",
        {COMPARED: f"({COMPARED}) & (np.arange(T_k) >= T_k - T_q)"},
        lambda case, got, want: (
            f"The first T_k − T_q = {case.args[1] - case.args[0]} keys are hidden. They stand "
            "before all queries, so every query may see them."
        ),
    ),
    Mistake(
        "triangle_not_moved",
        {COMPARED: "(np.arange(T_q)[:, None] >= np.arange(T_k)) | (np.arange(T_k) < T_k - T_q)"},
        lambda case, got, want: (
            f"The first T_k − T_q = {case.args[1] - case.args[0]} keys are visible, but the "
            "triangle lies beneath them and not behind: query 0 also sees the key at its own "
            f"position, {case.args[1] - case.args[0]}."
        ),
    ),
    Mistake(
        "earlier_keys_behind",
        earlier_keys_behind,
        lambda case, got, want: (
            f"The {case.args[1] - case.args[0]} keys that every query may see stand behind the "
            "triangle. They are the earlier ones, so their columns come first."
        ),
    ),
    Mistake(
        "mirrored",
        [{COMPARED: f"({COMPARED})[{mirror}]"} for mirror in ("::-1", ":, ::-1")],
        "The order of the rows or of the columns is reversed. Row 0 is the first of the queries "
        "and sees the fewest keys; column 0 is the first key, which all of them see.",
    ),
    Mistake(
        "one_ahead",
        {">= np.arange(T_k)": ">= np.arange(T_k) - 1"},
        "The triangle reaches one step too far: query 0 sees key 1, the very token that a model at "
        "position 0 is to predict. It would only have to copy it. Keys up to and including the "
        "query's own position are allowed.",
    ),
    Mistake(
        "first_positions",
        {"np.arange(T_k - T_q, T_k)": "np.arange(T_q)"},
        lambda case, got, want: (
            f"The {case.args[0]} queries are taken as the first of the {case.args[1]} positions. "
            "They are the last: query 0 stands at position T_k − T_q = "
            f"{case.args[1] - case.args[0]}, and the keys before it are allowed."
        ),
    ),
    Mistake(
        "offset_turned",
        {"np.arange(T_k - T_q, T_k)": "np.arange(T_q) + T_q - T_k"},
        lambda case, got, want: (
            f"The diagonal is moved by {case.args[0] - case.args[1]}, to the wrong side. Query 0 "
            f"stands at position T_k − T_q = {case.args[1] - case.args[0]} and sees all keys up to "
            "there."
        ),
    ),
    Mistake(
        "no_default",
        [
            {"    T_k = T_q if T_k is None else T_k\n": ""},
            lambda T_q, T_k=None: np.tril(np.ones((T_q, T_k), bool)),
        ],
        "causal_mask(3) leaves T_k at None, and None is no length. Begin with: if T_k is None, T_k "
        "= T_q.",
    ),
    Mistake(
        "square",
        {"T_q if T_k is None else T_k": "T_q"},
        lambda case, got, want: (
            f"The mask is {np.shape(got)}: T_k is ignored. There is a row for each of the T_q = "
            f"{case.args[0]} queries and a column for each of the T_k = {case.args[1]} keys."
        ),
    ),
    Mistake(
        "square_of_keys",
        {"np.arange(T_k - T_q, T_k)": "np.arange(T_k)"},
        lambda case, got, want: (
            f"The mask has a row for every position, {np.shape(got)}. Only the last T_q = "
            f"{case.args[0]} of them ask: keep the last {case.args[0]} rows."
        ),
    ),
    Mistake(
        "numbers",
        {"return ": "return 1.0 * (", "np.arange(T_k)": "np.arange(T_k))"},
        "The pattern is right, but it is made of the numbers 0 and 1. A mask is boolean: give "
        "np.ones or np.tri the argument dtype=bool, or compare positions with >=.",
    ),
    Mistake(
        "additive",
        [
            {COMPARED: f"np.where({COMPARED}, 0.0, {hidden})"}
            for hidden in ("-np.inf", "-1e9", "-1e4")
        ],
        "These are the numbers 0 and −inf, or a large negative one, that some add to the scores "
        "later. The mask itself is boolean: True where the query may attend, False where it may "
        "not.",
    ),
    Mistake(
        "transposed",
        {"[:, None]": "", "np.arange(T_k)": "np.arange(T_k)[:, None]"},
        "Rows and columns have changed places: a row belongs to a query, a column to a key, so the "
        "shape is (T_q, T_k).",
    ),
    Mistake(
        "itself_only",
        {">=": "=="},
        "Only the diagonal is True: each query sees itself and nothing else. All earlier keys are "
        "allowed as well.",
    ),
]

hints = [
    "Ask for one query i and one key j: may i look at j? It may if j does not stand later. What is "
    "the position of query i when the queries are the last T_q of T_k?",
    "Query i stands at position i + T_k − T_q. Compare a column of query positions with a row of "
    "key positions: one >= gives the whole table by broadcasting.",
    "T_k is T_q when it is None. The positions are np.arange(T_k - T_q, T_k)[:, None] for the "
    "queries and np.arange(T_k) for the keys.",
    "return np.arange(T_k - T_q, T_k)[:, None] >= np.arange(T_k)",
]
