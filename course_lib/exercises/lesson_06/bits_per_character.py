"""Exercise: bits_per_character."""

import math

import numpy as np

from course_lib import loss

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def bits_per_character_cases(rng):
    return [
        Case((3 * math.log(2),), label="the surprise of one among eight", expected=3.0),
        Case(
            (math.log(256), 4.0),
            label="a token of 4 characters, one among 256",
            expected=2.0,
        ),
        Case(
            (5.3,),
            {"characters_per_token": 4.6},
            label="5.3 nats for a word of 4.6 characters",
            expected=1.66223,
        ),
    ]


def _bits(loss, characters_per_token=1.0):
    return loss / math.log(2) / characters_per_token


def _by_log2(loss, characters_per_token=1.0):
    return loss * math.log2(math.e) / characters_per_token


def _by_perplexity(loss, characters_per_token=1.0):
    return np.log2(np.exp(loss)) / characters_per_token


register(
    Exercise(
        name="bits_per_character",
        lesson=6,
        reference=loss.bits_per_character,
        shown=_bits,
        cases=bits_per_character_cases,
        mistakes=(
            Mistake(
                "times_ln_2",
                lambda loss, characters_per_token=1.0: loss * math.log(2) / characters_per_token,
                "You multiply by ln 2. A bit is the smaller unit, ln 2 = 0.69 nats, so there are "
                "more of them: divide by ln 2.",
            ),
            Mistake(
                "times_characters",
                lambda loss, characters_per_token=1.0: loss / math.log(2) * characters_per_token,
                lambda case, got, want: (
                    "You multiply by the characters of a token. The surprise of a token is shared "
                    f"by its {number(_characters(case))} characters: divide."
                ),
            ),
            Mistake(
                "characters_ignored",
                lambda loss, characters_per_token=1.0: loss / math.log(2),
                lambda case, got, want: (
                    "These are bits for each token. A token stands for "
                    f"{number(_characters(case))} characters here, so each of them costs that "
                    "much less: divide by characters_per_token."
                ),
            ),
            Mistake(
                "still_nats",
                lambda loss, characters_per_token=1.0: loss / characters_per_token,
                "These are nats for each character. One nat is 1 / ln 2 = 1.44 bits: divide by "
                "math.log(2).",
            ),
            Mistake(
                "log_of_loss",
                lambda loss, characters_per_token=1.0: math.log2(loss) / characters_per_token,
                "You take the logarithm of the loss. The loss is a logarithm already; only its "
                "unit changes, and that is a division by ln 2.",
            ),
        ),
        correct=(_bits, _by_log2, _by_perplexity),
        hints=(
            "A change of the base of a logarithm is a constant factor. Which loss is 1 bit?",
            "The surprise of a fair coin is ln 2 nats, or 1 bit. So divide by math.log(2).",
            "Then share it among the characters of a token: divide by characters_per_token.",
        ),
    )
)


def _characters(case):
    return case.args[1] if len(case.args) > 1 else case.kwargs["characters_per_token"]
