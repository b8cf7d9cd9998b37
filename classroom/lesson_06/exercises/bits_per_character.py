"""bits_per_character: nats per token become bits per character."""

import math

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case((3 * math.log(2),), label="the surprise of one among eight", expected=3.0),
        Case((math.log(256), 4.0), label="a token of 4 characters, one among 256", expected=2.0),
        Case(
            (5.3,),
            {"characters_per_token": 4.6},
            label="5.3 nats for a word of 4.6 characters",
            expected=1.66223,
        ),
        Case((math.log(2), 0.5), label="two tokens for one character", expected=2.0),
    ]


def characters_in(case):
    return number(case.args[1] if len(case.args) > 1 else case.kwargs["characters_per_token"])


BITS = "loss / math.log(2) / characters_per_token"

mistakes = [
    Mistake(
        "times_ln_2",
        {"/ math.log(2)": "* math.log(2)"},
        "You multiply by ln 2. A bit is the smaller unit, ln 2 = 0.69 nats, so there are more of "
        "them: divide by ln 2.",
    ),
    Mistake(
        "times_characters",
        {"/ characters": "* characters"},
        lambda case, got, want: (
            "You multiply by the characters of a token. The surprise of a token is shared by its "
            f"{characters_in(case)} characters: divide."
        ),
    ),
    Mistake(
        "characters_ignored",
        {" / characters_per_token": ""},
        lambda case, got, want: (
            f"These are bits for each token. A token stands for {characters_in(case)} characters "
            "here, so each of them costs that much less: divide by characters_per_token."
        ),
    ),
    Mistake(
        "still_nats",
        {" / math.log(2)": ""},
        "These are nats for each character. One nat is 1 / ln 2 = 1.44 bits: divide by "
        "math.log(2).",
    ),
    Mistake(
        "unchanged",
        {"loss / math.log(2) / characters_per_token": "loss"},
        "This is the loss itself, in nats for each token. Two units change: nats become bits, and "
        "tokens become characters.",
    ),
    Mistake(
        "base_10",
        {"math.log(2)": "math.log(10)"},
        "These are decimal digits, with ln 10. A bit is a choice between two: divide by ln 2.",
    ),
    Mistake(
        "half",
        {"math.log(2)": "2"},
        "You divide by 2. A bit is ln 2 = 0.69 nats: divide by math.log(2).",
    ),
    Mistake(
        "characters_in_the_logarithm",
        {"math.log(2) / characters_per_token": "math.log(2 * characters_per_token)"},
        "The characters stand inside the logarithm. It is the surprise that they share: divide by "
        "ln 2, then by characters_per_token.",
    ),
    Mistake(
        "characters_subtracted",
        {BITS: "(loss - math.log(characters_per_token)) / math.log(2)"},
        "The logarithm of the characters is subtracted. The bits of a token are shared by its "
        "characters: divide.",
    ),
    Mistake(
        "perplexity",
        [
            {BITS: f"2 ** ({BITS})"},
            {"loss / math.log(2)": "math.exp(loss)"},
            {"loss / math.log(2)": "2**loss"},
        ],
        "This is a perplexity, a number of choices. Bits are a logarithm, as the loss is: only the "
        "unit changes, by a division.",
    ),
    Mistake(
        "bytes",
        {"loss / math.log(2)": "loss / math.log(2) / 8"},
        "The bits are divided by 8, as if bytes were wanted. Bits per character are wanted.",
    ),
    Mistake(
        "log_of_loss",
        {"loss / math.log(2)": "math.log2(loss)"},
        "You take the logarithm of the loss. The loss is a logarithm already; only its unit "
        "changes, and that is a division by ln 2.",
    ),
]

hints = [
    "A change of the base of a logarithm is a constant factor. Which loss is 1 bit?",
    "The surprise of a fair coin is ln 2 nats, or 1 bit. So divide by math.log(2).",
    "Then share it among the characters of a token: divide by characters_per_token.",
]
