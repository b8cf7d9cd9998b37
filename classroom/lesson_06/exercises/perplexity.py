"""perplexity: a loss becomes a number of equally likely tokens."""

import math

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case((math.log(8),), label="the surprise of one among eight", expected=8.0),
        Case((0.0,), label="never surprised", expected=1.0),
        Case((1.7,), label="a loss of 1.7 nats", expected=5.473947, atol=1e-5),
    ]


mistakes = [
    Mistake(
        "base_2",
        {"math.exp(loss)": "2.0**loss"},
        "You raise 2 to the power of the loss. That would be right for a loss in bits; this one is "
        "in nats, so it is e to the power of the loss.",
    ),
    Mistake(
        "probability",
        {"exp(loss)": "exp(-loss)"},
        lambda case, got, want: (
            f"{number(got)} is the (geometric) mean probability of the right token. The perplexity "
            "is 1 divided by it, how many equally likely tokens there would be: turn the sign in "
            "the exponent round."
        ),
    ),
    Mistake(
        "one_less",
        {"exp(loss)": "expm1(loss)"},
        "This is one too small. A model that is never surprised has one choice, so its perplexity "
        "is 1, not 0.",
    ),
    Mistake(
        "base_10",
        {"math.exp(loss)": "10.0**loss"},
        "You raise 10 to the power of the loss. The loss is in nats, so it is e to its power.",
    ),
    Mistake(
        "times_e",
        {"math.exp(loss)": "math.e * loss"},
        "You multiply the loss by e. The perplexity is e to the power of the loss.",
    ),
    Mistake(
        "power_turned_round",
        {"math.exp(loss)": "loss**math.e"},
        "You raise the loss to the power of e. It is the other way round: e to the power of the "
        "loss.",
    ),
    Mistake(
        "to_bits",
        {"math.exp(loss)": "loss / math.log(2)"},
        "This is the loss in bits. The perplexity is a number of choices: e to the power of the "
        "loss in nats.",
    ),
    Mistake(
        "e_to_the_bits",
        {"exp(loss)": "exp(loss / math.log(2))"},
        "You turn the loss into bits first and then raise e to that power. e belongs to nats, as 2 "
        "does to bits: leave the loss as it is.",
    ),
    Mistake(
        "logarithm",
        [
            {"math.exp(loss)": "math.log(loss)"},
            {"math.exp(loss)": "math.log(loss) if loss > 0 else 1.0"},
            {"math.exp(loss)": "math.log(loss) if loss > 0 else 0.0"},
            {"math.exp(loss)": "math.log(loss) if loss > 0 else -math.inf"},
        ],
        "You take the logarithm of the loss, which is made of logarithms already. The perplexity "
        "undoes them: e to the power of the loss.",
    ),
    Mistake(
        "unchanged",
        {"math.exp(loss)": "loss"},
        "This is the loss itself. The perplexity undoes the logarithm in it.",
    ),
]

hints = [
    "One among n equally likely tokens has the surprise log(n). How do you get back to n?",
    "What undoes the natural logarithm is the exponential.",
    "math.exp(loss).",
]
