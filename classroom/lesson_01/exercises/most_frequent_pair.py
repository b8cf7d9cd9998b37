"""most_frequent_pair: which two neighbors byte-pair encoding joins next."""

import itertools
from collections import Counter

from classroom.exercises import Case, Mistake


def cases(rng):
    letters = [str(letter) for letter in rng.choice(list("abr"), size=997)]
    return [
        Case(
            (list("an answer and"),),
            label="'an answer and', letter by letter",
            expected=("a", "n"),
        ),
        Case((list("banana"),), label="banana: (a, n) and (n, a) twice each", expected=("a", "n")),
        Case((list("tomtom"),), label="tomtom: (t, o) and (o, m) twice each", expected=("t", "o")),
        Case(
            (list("abcbcab"),),
            label="abcbcab: (a, b) and (b, c) twice each",
            expected=("a", "b"),
            proves="the ties",
        ),
        Case((list("cabab"),), label="cabab, whose last pair counts", expected=("a", "b")),
        Case((list("bb, bb; bb"),), label="'bb, bb; bb': a pair of equals", expected=("b", "b")),
        Case(
            (list("bbb abab"),),
            label="'bbb abab': (b, b) twice, overlapping; (a, b) twice",
            expected=("b", "b"),
        ),
        Case(
            (list("one are he"),),
            label="'one are he': a blank is a token like others",
            expected=("e", " "),
        ),
        Case(
            (list("xaxbxcyzyz"),),
            label="xaxbxcyzyz: x is the most frequent token, and in no frequent pair",
            expected=("y", "z"),
        ),
        Case(
            (["the", "n", " ", "the", "n", "e", " ", "the"],),
            label="tokens of several letters",
            expected=("the", "n"),
        ),
        Case((letters,), label="997 letters, drawn from 3", proves="the most frequent pair"),
        Case((["do", "or"],), label="two tokens", expected=("do", "or")),
        Case((["door"],), label="a single token: there is no pair"),
        Case(([],), label="no token at all"),
    ]


def most_frequent_tokens(tokens):
    ranked = sorted(dict.fromkeys(tokens), key=tokens.count, reverse=True)
    return tuple(ranked[:2]) if len(ranked) > 1 else None


def most_frequent_by_itself(tokens):
    pairs = list(itertools.pairwise(tokens))
    return max(pairs, key=lambda pair: sum(map(tokens.count, pair)), default=None)


def first_to_reach_the_most(tokens):
    counts: dict = {}
    best, most = None, 0
    for pair in itertools.pairwise(tokens):
        counts[pair] = counts.get(pair, 0) + 1
        if counts[pair] > most:
            best, most = pair, counts[pair]
    return best


def most_common(tokens):
    return Counter(itertools.pairwise(tokens)).most_common(1)[0][0]


def without_overlap(tokens):
    counts: dict = {}
    i = 0
    while i < len(tokens) - 1:
        pair = tokens[i], tokens[i + 1]
        counts[pair] = counts.get(pair, 0) + 1
        run = tokens[i : i + 3] == [tokens[i]] * 3
        i += 2 if run else 1
    return max(counts, key=lambda pair: counts[pair], default=None)


returns = ("pair",)

PAIRS = "itertools.pairwise(tokens)"
LAST_LEFT_OUT = "zip(tokens[:-2], tokens[1:-1], strict=True)"
BEST = "max(counts, key=counts.get, default=None)"

mistakes = [
    Mistake(
        "empty_raises",
        [{", default=None": ""}, most_common],
        lambda case, got, want: (
            "The pairs are right. But a sequence of fewer than two tokens holds no pair, and your "
            f"function raises {type(got).__name__} for it. Return None there; max takes a default."
        ),
    ),
    Mistake(
        "not_none",
        [{"default=None": f"default={nothing}"} for nothing in ("()", "[]", "''", "(None, None)")],
        lambda case, got, want: (
            f"The pairs are right. Where there is no pair, {got!r} is returned, and None is asked "
            "for."
        ),
    ),
    Mistake(
        "two_are_too_few",
        {"    counts = {}": "    if len(tokens) <= 2:\n        return None\n    counts = {}"},
        "Two tokens hold one pair. Return None only if there are fewer than two.",
    ),
    Mistake(
        "no_key",
        [{"key=counts.get, ": ""}, {BEST: "min(counts, default=None)"}],
        "The pairs themselves are compared, so the last one of the alphabet, or the first, is "
        "returned. It is the counts that are to be compared: max takes a `key` for that.",
    ),
    Mistake(
        "counts_stay_one",
        {"counts.get(pair, 0) + 1": "1"},
        "This is the first pair of the sequence: every count stays 1. Each time the pair is met "
        "again its count must grow by 1.",
    ),
    Mistake(
        "first_to_reach_the_most",
        first_to_reach_the_most,
        "Where several pairs are equally frequent you return the one that reaches this count "
        "first. The contract asks for the one that stands first in the sequence: compare once all "
        "pairs are counted.",
    ),
    Mistake(
        "rarest",
        {"max(": "min("},
        "This is the rarest pair. Merging it would save a token or two; the most frequent one "
        "saves the most.",
    ),
    Mistake(
        "last_of_ties",
        {"max(counts,": "max(reversed(counts),"},
        "Where several pairs are equally frequent you return the last of them. The contract asks "
        "for the one that stands first in the sequence: a later pair must be more frequent (>, not "
        ">=) to take its place.",
    ),
    Mistake(
        "alphabetical_ties",
        [
            {"max(counts,": "max(sorted(counts),"},
            {"key=counts.get": "key=lambda pair: (counts[pair], pair)"},
        ],
        "Where several pairs are equally frequent you decide by the alphabet. The contract asks "
        "for the one that stands first in the sequence. A dict keeps the order in which its keys "
        "came.",
    ),
    Mistake(
        "every_second",
        {PAIRS: "zip(tokens[::2], tokens[1::2])"},
        "You cut the sequence into pairs, tokens 0 and 1, then 2 and 3. Neighbors are also tokens "
        "1 and 2: every token but the last begins a pair.",
    ),
    Mistake(
        "one_apart",
        {PAIRS: "zip(tokens, tokens[2:])"},
        "You pair each token with the one after the next. Neighbors stand side by side: tokens i "
        "and i + 1.",
    ),
    Mistake(
        "turned",
        {PAIRS: "zip(tokens[1:], tokens)"},
        lambda case, got, want: (
            f"Left and right have changed places: yours is {tuple(got)}, it should be "
            f"{tuple(want)}."
        ),
    ),
    Mistake(
        "by_single_counts",
        most_frequent_by_itself,
        "You add up how often each of the two tokens occurs. What counts is how often they stand "
        "side by side.",
    ),
    Mistake(
        "no_blanks",
        {"counts[pair] =": "if ' ' not in pair:\n            counts[pair] ="},
        "Pairs with a blank are left out. A blank is a token like others here.",
    ),
    Mistake(
        "without_last",
        [
            {PAIRS: LAST_LEFT_OUT},
            {PAIRS: LAST_LEFT_OUT, "default=None": "default=tuple(tokens[:2])"},
            {
                PAIRS: LAST_LEFT_OUT,
                "default=None": "default=tuple(tokens) if len(tokens) == 2 else None",
            },
            {
                PAIRS: LAST_LEFT_OUT,
                ", default=None": "",
                "    counts = {}": "    if len(tokens) < 2:\n        return None\n    counts = {}",
            },
        ],
        lambda case, got, want: (
            f"The last pair, {tuple(case.args[0][-2:])}, is not counted. T tokens have T - 1 pairs "
            "of neighbors."
        ),
    ),
    Mistake(
        "around_the_end",
        [
            {PAIRS: "zip(tokens, tokens[1:] + tokens[:1])"},
            {PAIRS: "zip(tokens[-1:] + tokens[:-1], tokens)"},
        ],
        lambda case, got, want: (
            f"You count the last token, {case.args[0][-1]!r}, and the first, {case.args[0][0]!r}, "
            "as neighbors. The sequence does not go round: begin with token 0 and token 1. (With "
            "i - 1 as an index, i = 0 gives -1, the last token.)"
        ),
    ),
    Mistake(
        "without_overlap",
        without_overlap,
        "In a run of equal tokens, such as b b b, you do not count pairs that overlap. The "
        "contract counts every two neighbors: b b b holds (b, b) twice.",
    ),
    Mistake(
        "no_equals",
        {"counts[pair] =": "if len(set(pair)) == 2:\n            counts[pair] ="},
        "A pair of two equal tokens is left out. In `door` (o, o) is a pair as any other.",
    ),
    Mistake(
        "unordered",
        {"counts[pair] =": "pair = tuple(sorted(pair))\n        counts[pair] ="},
        lambda case, got, want: (
            "You take (a, b) and (b, a) for the same pair. They are two: their order decides which "
            f"text they make. Yours is {tuple(got)}, it should be {tuple(want)}."
        ),
    ),
    Mistake(
        "characters_alone",
        {PAIRS: "zip(''.join(tokens)[:-1], ''.join(tokens)[1:])"},
        "You count pairs of characters. The neighbors are tokens, and a token may hold several "
        "characters: pair it as it is.",
    ),
    Mistake(
        "frequent_tokens",
        most_frequent_tokens,
        "These are the two most frequent tokens. They need not be neighbors: count the pairs of "
        "neighbors instead.",
    ),
    Mistake(
        "joined",
        {f"return {BEST}": f"pair = {BEST}\n    return pair and ''.join(pair)"},
        lambda case, got, want: (
            f"You return the joined token {got!r}. The pair itself is wanted, {tuple(want)}: "
            "merge_pair must know where one token ends and the other begins."
        ),
    ),
    Mistake(
        "with_count",
        {f"return {BEST}": f"pair = {BEST}\n    return pair and (pair, counts[pair])"},
        "You return the pair together with its count. The pair alone is wanted. (Counter's "
        "most_common(1) gives a list of one (pair, count).)",
    ),
]

hints = [
    "Go through the sequence once, and keep for each pair how often you have met it. What could "
    "hold a number for each pair?",
    "itertools.pairwise(tokens) gives every token beside the next, as a tuple; so does "
    "zip(tokens, tokens[1:]). A tuple may be the key of a dict.",
    "counts[pair] = counts.get(pair, 0) + 1 counts. max(counts, key=counts.get) is the key with "
    "the largest value; among equals it is the first that came in.",
    "max raises on an empty dict. With default=None it returns None there.",
]
