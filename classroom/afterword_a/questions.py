"""The questions of afterword A, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "growth-order": Prediction(
        "Max and Min compare digits, Add sums them. Without Add, the digits will come to lie in order",
        {
            "as well: Max and Min need the order": 1.0,
            "about half as well": 0.5,
            "a quarter as well, or less": 0.2,
        },
        explanation=lambda least: (
            "It is Add that puts the digits in order. Where it is not asked for, every other operation is as "
            f"right as ever (at least {least:.0%} in each run), and the order rises by a fifth of what Add makes "
            "of it. To compare two of ten things, it is enough to remember which wins; no line is needed for that."
        ),
    ),
    "growth-components": Quiz(
        "In one trained model the first component of the twelve months' embeddings follows their number with a correlation of 0.6. Which further measurement would tell you most?",
        [
            (
                "The second and third component, in case one of them follows it better",
                False,
                "The more directions you look at, the better the best of them, by chance alone.",
            ),
            (
                "The same correlation after another thousand steps of training",
                False,
                "It may be higher or not. You would still not know what 0.6 is worth for twelve points.",
            ),
            (
                "The same correlation at step 0, and with several other seeds",
                True,
                "Ten random vectors reached 0.63 once in twenty times, and seed 1 had 0.7 before its first step. What a run adds to its own start, over several seeds, is a finding.",
            ),
        ],
    ),
    "sums-held-out": Prediction(
        "At that moment, how many of the held-out sums does it get right?",
        {"Nearly all": 1.0, "About half": 0.5, "About a fifth": 0.2, "Fewer than a tenth": 0.04},
        explanation=lambda then, guess: (
            f"{then:.3f}, where guessing gives {guess:.3f}. The model has learned a table. Hundreds of steps "
            "later, with hardly anything left to correct on the training sums, it gets those right that "
            "it has never seen."
        ),
    ),
    "grok-frequencies": Prediction(
        "At the end of the training, how many of the 23 frequencies have more than a tenth of the power each?",
        explanation=lambda strong: (
            f"The frequencies {', '.join(map(str, strong))}. Each run that has found a rule, all of it or a "
            "part, uses three or four; a run that has only memorized has none. Runs of the same seed use "
            "nearly the same ones, whatever their decay: the random start already leans towards some. "
            "Nanda et al. (2023) found five in their model, for a clock of 113 hours."
        ),
    ),
    "grok": Parsons(
        r"Show that the score $\cos w(a + b - c)$ needs no more than cosine and sine of $wa$, $wb$ and $wc$, products and sums.",
        [
            r"Take the sum and the answer apart: $\cos w(a+b-c) = \cos w(a+b)\,\cos wc + \sin w(a+b)\,\sin wc$.",
            r"The cosine of the sum: $\cos w(a+b) = \cos wa\,\cos wb - \sin wa\,\sin wb$.",
            r"In the same way its sine: $\sin w(a+b) = \sin wa\,\cos wb + \cos wa\,\sin wb$.",
            r"Put both into the first line. All that is left are $\cos wa$, $\sin wa$, the same of $b$, and, for each answer, the two fixed numbers $\cos wc$ and $\sin wc$.",
        ],
        distractors=[
            (
                r"The cosine of the sum: $\cos w(a+b) = \cos wa\,\cos wb + \sin wa\,\sin wb$.",
                r"With a plus this is $\cos w(a-b)$, the cosine of the difference.",
            ),
            (
                r"The cosine of the sum: $\cos w(a+b) = \cos wa + \cos wb$.",
                r"Cosine is not linear: for $a = b = 0$ the left side is 1 and the right side is 2.",
            ),
        ],
        explain={
            r"Put both into the first line. All that is left are $\cos wa$, $\sin wa$, the same of $b$, and, for each answer, the two fixed numbers $\cos wc$ and $\sin wc$.": "The embedding holds the first four, the columns of the output matrix the last two. What lies between must multiply: attention, whose weights multiply values, and the feed-forward can.",
        },
    ),
    "grok-decay": Quiz(
        "Somebody trains the first run of section 2 with the early stopping of lesson 9: a patience of five evaluations, one every 20 steps, on the held-out loss. What does the model know that comes out?",
        [
            (
                "Nearly all sums of the training set, and hardly any of the held-out ones",
                False,
                "That is the model at step 120, where the training ends. Early stopping goes back to the parameters of the best evaluation.",
            ),
            (
                "Both kinds of sums, for the loss comes down again before patience ends",
                False,
                "It does come down, but it is below its first value again only at step 240.",
            ),
            (
                "Neither kind of sums, for the best of its evaluations is the first one",
                True,
                "The held-out loss rises from step 20 to step 80. At step 20 the model knows 7% of the training sums.",
            ),
        ],
    ),
    "induction-rise": Prediction(
        "How does the induction score of the best head rise in the 600 steps of this training?",
        {
            "Evenly, from the first step to the last": -0.7,
            "Fast at first, then more and more slowly": -0.4,
            "Hardly at all at first, then suddenly": 0.2,
        },
        explanation=(
            "Each of the two heads is worth nothing without the other. As long as no induction head reads "
            "it, nobody gains from a previous-token head, and the other way round. Both begin to form by "
            "chance, and then each makes the other worth more."
        ),
    ),
    "induction-best": Prediction(
        "Take away the best induction head alone. The loss is 0.003 nats with all heads. What is it now?",
        {
            "About the same, below 0.1": 0.05,
            "Between 0.1 and 1": 0.5,
            "Between 1 and 3": 2.0,
            "Above 3": 4.0,
        },
        explanation=lambda alone: (
            f"{alone:.3f}. There are four induction heads in this layer, and the others stand in. A single "
            "ablation that changes nothing does not prove that a head does nothing."
        ),
    ),
    "induction-single": Quiz(
        "Without head A a loss rises by 0.01, without head B by 0.02, without both by 2.1. What does that say of the two heads?",
        [
            (
                "B does twice as much for the loss as A, and both do little",
                False,
                "That would be so if the losses added up. Without both they would then be 0.03 higher.",
            ),
            (
                "Each can do the work of the other, and the work is needed",
                True,
                "As with the four induction heads: only taking away several at once shows that somebody stood in.",
            ),
            (
                "They work in a row: B reads what A has written for it",
                False,
                "Then the chain would break with either of them: each alone would cost about as much as both.",
            ),
        ],
    ),
}
