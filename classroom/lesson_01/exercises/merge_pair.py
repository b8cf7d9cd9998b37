"""merge_pair: two neighbors become one token, wherever they stand side by side."""

import itertools

from classroom.exercises import Case, Mistake


def cases(rng):
    letters = [str(letter) for letter in rng.choice(list("abn"), size=47)]
    return [
        Case(
            (list("banana"), ("a", "n")),
            label="banana and (a, n)",
            expected=["b", "an", "an", "a"],
        ),
        Case((list("raven"), ("e", "n")), label="raven and (e, n), at the end",
             expected=["r", "a", "v", "en"]),
        Case((list("abba"), ("a", "b")), label="abba and (a, b)", expected=["ab", "b", "a"]),
        Case((list("aaaaa"), ("a", "a")), label="aaaaa and (a, a)", expected=["aa", "aa", "a"]),
        Case(
            (["th", "e", " ", "th", "e", "n"], ("th", "e")),
            label="a pair whose tokens were merged before",
            expected=["the", " ", "the", "n"],
        ),
        Case(
            (["ab", "d", "ab", "c", " ", "a", "bc"], ("a", "bc")),
            label="'abc' once as (ab, c) and once as (a, bc)",
            expected=["ab", "d", "ab", "c", " ", "abc"],
        ),
        Case((list("door"), ("r", "o")), label="a pair that does not occur",
             expected=["d", "o", "o", "r"]),
        Case((letters, ("a", "n")), label="47 letters, drawn from 3"),
        Case((letters, ("n", "n")), label="the same and (n, n)"),
        Case((["a"], ("a", "a")), label="a single token"),
        Case(([], ("a", "b")), label="no token at all"),
    ]  # fmt: skip


def in_the_text(tokens, pair):
    text, joined = "".join(tokens), "".join(pair)
    pieces = []
    for index, part in enumerate(text.split(joined)):
        pieces += [joined] * (index > 0) + list(part)
    return pieces


def one_for_each_pair(tokens, pair):
    merged = []
    for left, right in itertools.pairwise(tokens):
        merged.append(left + right if (left, right) == pair else left)
    return merged


def last_comes_twice(tokens, pair):
    merged = []
    i = 0
    while i < len(tokens) - 1:
        same = (tokens[i], tokens[i + 1]) == pair
        merged.append("".join(pair) if same else tokens[i])
        i += 2 if same else 1
    return merged + tokens[-1:]


def empty_tokens_stay(tokens, pair):
    merged = list(tokens)
    for i in range(len(merged) - 1):
        if (merged[i], merged[i + 1]) == pair:
            merged[i], merged[i + 1] = "".join(pair), ""
    return merged


def list_gets_shorter(tokens, pair):
    merged = list(tokens)
    for i in range(len(merged) - 1):
        if (merged[i], merged[i + 1]) == pair:
            merged[i] += merged.pop(i + 1)
    return merged


def every_second(tokens, pair):
    merged: list[str] = []
    for i in range(0, len(tokens), 2):
        two = tokens[i : i + 2]
        merged += ["".join(two)] if tuple(two) == pair else two
    return merged


def by_spaces(tokens, pair):
    return " ".join(tokens).replace(" ".join(pair), "".join(pair)).split(" ")


def overlapping(tokens, pair):
    merged, taken = [], False
    for i, token in enumerate(tokens):
        if tuple(tokens[i : i + 2]) == tuple(pair):
            merged.append("".join(pair))
            taken = True
        elif taken:
            taken = False
        else:
            merged.append(token)
    return merged


def from_the_right(tokens, pair):
    merged = []
    i = len(tokens) - 1
    while i >= 0:
        if i and (tokens[i - 1], tokens[i]) == tuple(pair):
            merged.append("".join(pair))
            i -= 1
        else:
            merged.append(tokens[i])
        i -= 1
    return merged[::-1]


returns = ("tokens",)

SAME = "tokens[i : i + 2] == [left, right]"
JOIN = "merged.append(left + right)"

mistakes = [
    Mistake(
        "never_equal",
        {SAME: "tokens[i : i + 2] == pair"},
        "Nothing is merged. This is what comes out if a slice of tokens is compared with pair: a "
        "list is never equal to a tuple, whatever they hold. Make one kind of both.",
    ),
    Mistake(
        "left_alone_decides",
        {SAME: "tokens[i] == left"},
        lambda case, got, want: (
            f"You merge wherever {case.args[1][0]!r} stands, whatever follows it. Both tokens must "
            f"be those of {case.args[1]}."
        ),
    ),
    Mistake(
        "either_token",
        {SAME: "i + 1 < len(tokens) and (tokens[i] == left or tokens[i + 1] == right)"},
        lambda case, got, want: (
            f"You merge where one of the two tokens fits. Both must be those of {case.args[1]}: "
            "`and`, not `or`."
        ),
    ),
    Mistake(
        "same_letters",
        {SAME: "''.join(tokens[i : i + 2]) == left + right"},
        lambda case, got, want: (
            "You compare the joined letters. ab c and a bc spell the same and are two pairs, of "
            f"which {case.args[1]} alone is meant: compare the two tokens, each by itself."
        ),
    ),
    Mistake(
        "others_are_dropped",
        {"merged.append(tokens[i])": "pass"},
        "Only merged tokens are left. A token that is in no pair goes into the new list as it is.",
    ),
    Mistake(
        "one_for_each_pair",
        one_for_each_pair,
        "You append once for every two neighbors. After a merge the right token begins the next "
        "two and comes out again, and the last token of all begins none and is lost. Walk with an "
        "index that moves on by 1 or by 2.",
    ),
    Mistake(
        "last_comes_twice",
        last_comes_twice,
        "The last token is appended after the loop in any case. Where it went into a pair it is in "
        "the list already, and comes twice.",
    ),
    Mistake(
        "empty_tokens_stay",
        empty_tokens_stay,
        "An empty string stays where the right token was. It would be a token: leave it out.",
    ),
    Mistake(
        "list_gets_shorter",
        list_gets_shorter,
        "The list gets shorter while the loop still counts to its old length. Build a new list, or "
        "use `while` and look at the length each time.",
    ),
    Mistake(
        "every_second",
        every_second,
        "You look at tokens 0 and 1, then 2 and 3. Tokens 1 and 2 are neighbors too: move on by 1 "
        "where nothing was merged.",
    ),
    Mistake(
        "as_characters",
        {"return merged": "return list(''.join(merged))"},
        "The merged tokens are cut into characters again: list(...) of a string does that. Collect "
        "tokens in a list from the beginning.",
    ),
    Mistake(
        "with_a_blank",
        {"left + right": "left + ' ' + right"},
        lambda case, got, want: (
            f"The two are joined with a blank between them. The new token is left + right, "
            f"{''.join(case.args[1])!r}: joined, the tokens must still be the text."
        ),
    ),
    Mistake(
        "second_stays",
        {"i += 2": "i += 1"},
        lambda case, got, want: (
            f"{''.join(case.args[1])!r} is made, and {case.args[1][1]!r} stays behind it all the "
            "same. Two tokens went into the new one: go on two places further."
        ),
    ),
    Mistake(
        "overlapping",
        overlapping,
        "In a run of equal tokens each is used twice, as the right one of a pair and as the left "
        "one of the next. A token that was joined is gone: a a a becomes aa a.",
    ),
    Mistake(
        "last_is_lost",
        {"while i < len(tokens)": "while i < len(tokens) - 1"},
        "The last token is lost unless it belongs to a pair. The loop ends one token too early: "
        "the last one begins no pair, but it stays in the sequence.",
    ),
    Mistake(
        "past_the_end",
        {SAME: "(tokens[i], tokens[i + 1]) == (left, right)"},
        "The last token has no right neighbor, so tokens[i + 1] raises IndexError. Ask first "
        "whether i + 1 < len(tokens), or compare the slice tokens[i : i + 2], which is then just "
        "shorter.",
    ),
    Mistake(
        "only_the_first",
        {SAME: f"{SAME} and left + right not in merged"},
        "Only the first occurrence is merged. Merge all of them, from left to right.",
    ),
    Mistake(
        "from_the_right",
        from_the_right,
        "You merge from the right, which shows in a run of equal tokens: a a a becomes a aa. The "
        "contract goes from left to right: aa a.",
    ),
    Mistake(
        "swapped",
        {"left + right": "right + left"},
        lambda case, got, want: (
            f"The two tokens of {case.args[1]} are joined in the wrong order. Left comes first: "
            f"{''.join(case.args[1])!r}. Joined, the tokens must still be the text."
        ),
    ),
    Mistake(
        "either_order",
        {SAME: f"{SAME} or tokens[i : i + 2] == [right, left]"},
        lambda case, got, want: (
            f"You also merge the pair the other way round. {case.args[1]} is left before right."
        ),
    ),
    Mistake(
        "nested",
        {JOIN: "merged.append((left, right))"},
        lambda case, got, want: (
            "The pair stands in the list as a tuple. The new token is a string, "
            f"{''.join(case.args[1])!r}: left + right."
        ),
    ),
    Mistake(
        "right_is_dropped",
        {JOIN: "merged.append(left)"},
        "The right token is gone: you append the left one alone. The new token is left + right.",
    ),
    Mistake(
        "in_the_text",
        in_the_text,
        "You look for the letters in the joined text, and cut it into single characters again. A "
        "token may hold several characters, and ab c is another pair than a bc: compare tokens, "
        "two at a time.",
    ),
    Mistake(
        "by_spaces",
        by_spaces,
        "You join the tokens with spaces and replace text. A space may be a token itself, and the "
        "end of one token with the beginning of the next may look like the pair. Compare tokens, "
        "two at a time.",
    ),
]

hints = [
    "Make a new list. Look at two neighbors at a time: when do both go into it as one, and when "
    "does only the left one?",
    "After a merge go on behind both tokens. A `while` loop with an index of its own can move by 1 "
    "or by 2.",
    "tokens[i : i + 2] == [left, right] is also right at the end, where the slice holds one token.",
    "If it is the pair: merged.append(left + right) and i += 2; else merged.append(tokens[i]) and "
    "i += 1.",
]
