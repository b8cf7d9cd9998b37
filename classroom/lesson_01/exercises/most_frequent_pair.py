"""most_frequent_pair: which two neighbors byte-pair encoding joins next."""

from classroom.exercises import Case, Mistake


def cases(rng):
    letters = [str(letter) for letter in rng.choice(list("aborv"), size=53)]
    return [
        Case(
            (list("an answer and"),),
            label="'an answer and', letter by letter",
            expected=("a", "n"),
        ),
        Case((list("banana"),), label="banana: (a, n) and (n, a) twice each", expected=("a", "n")),
        Case((list("tomtom"),), label="tomtom: (t, o) and (o, m) twice each", expected=("t", "o")),
        Case((list("cabab"),), label="cabab, whose last pair counts", expected=("a", "b")),
        Case((list("bb, bb; bb"),), label="'bb, bb; bb': a pair of equals", expected=("b", "b")),
        Case(
            (list("bbb abab"),),
            label="'bbb abab': (b, b) twice, overlapping; (a, b) twice",
            expected=("b", "b"),
        ),
        Case(
            (["the", "n", " ", "the", "n", "e", " ", "the"],),
            label="tokens of several letters",
            expected=("the", "n"),
        ),
        Case((letters,), label="53 letters, drawn from 5"),
        Case((["door"],), label="a single token: there is no pair"),
        Case(([],), label="no token at all"),
    ]


def most_frequent_tokens(tokens):
    ranked = sorted(dict.fromkeys(tokens), key=tokens.count, reverse=True)
    return tuple(ranked[:2]) if len(ranked) > 1 else None


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
BEST = "max(counts, key=counts.get, default=None)"

mistakes = [
    Mistake(
        "empty_raises",
        {", default=None": ""},
        lambda case, got, want: (
            "The pairs are right. But a sequence of fewer than two tokens holds no pair, and your "
            f"function raises {type(got).__name__} for it. Return None there; max takes a default."
        ),
    ),
    Mistake(
        "no_key",
        {"key=counts.get, ": ""},
        "max(counts) compares the pairs themselves and returns the last one of the alphabet. It is "
        "the counts that are to be compared: max(counts, key=counts.get).",
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
        "without_last",
        {PAIRS: "zip(tokens[:-2], tokens[1:-1], strict=True)"},
        lambda case, got, want: (
            f"The last pair, {tuple(case.args[0][-2:])}, is not counted. T tokens have T - 1 pairs "
            "of neighbors."
        ),
    ),
    Mistake(
        "around_the_end",
        {PAIRS: "zip(tokens, tokens[1:] + tokens[:1])"},
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
