"""The questions of afterword B, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "real-alike": Prediction(
        "Which of these pairs has the highest cosine?",
        [
            "A raven sat down above the door. / A black bird perched over the entrance.",
            "The dog bit the man. / The man bit the dog.",
            "I like this film. / I enjoyed watching this movie.",
            "The bank raised its interest rates. / They sat on the bank of the river.",
        ],
        explanation=lambda highest, birds: (
            f"{highest:.2f}. The words are the same, and who bit whom hardly shows in the mean of the token "
            "vectors, though each of them has seen the order through the positions. The black bird and "
            f"the entrance have {birds:.2f} without a single noun or verb in common."
        ),
    ),
    "real-sink": Prediction(
        "All heads of all blocks together: which of these roles gets the most attention?",
        ["the token before", "the same word", "[CLS]", "[SEP]", "the full stop"],
        explanation=lambda share: (
            f"{share:.0%} of all attention goes to a token that stands for no word. Why? The weights of a row "
            "must sum to 1, so a head that finds nothing to look at must look somewhere."
        ),
    ),
    "rotary-distance": Parsons(
        r"Show that the score of a turned query at position $m$ and a turned key at position $n$ depends on the positions only through $n - m$.",
        [
            r"The score of the two turned vectors is $(R_m q) \cdot (R_n k)$.",
            r"A dot product is a product with a transpose: $q^\top R_m^\top R_n\, k$.",
            r"To turn back is to turn by the opposite angle: $R_m^\top = R_{-m}$.",
            r"Angles of turns one after the other add up: $R_{-m} R_n = R_{n-m}$.",
            r"So the score is $q \cdot (R_{n-m}\, k)$: only the distance is left.",
        ],
        distractors=[
            (
                r"A turn changes no length, so $R_m^\top R_n = I$.",
                r"That is so for $m = n$ alone. $R_m^\top R_m = I$ says that a turn changes no length.",
            ),
            (
                r"Angles of turns one after the other add up: $R_{-m} R_n = R_{n+m}$.",
                r"The first of the two is a turn by $-m$, so the angles add up to $n - m$.",
            ),
        ],
        explain={
            r"Angles of turns one after the other add up: $R_{-m} R_n = R_{n-m}$.": r"Each pair turns in a plane of its own, by the angles $-m\,\omega_i$ and $n\,\omega_i$.",
        },
    ),
    "real-cosine": Quiz(
        "A help desk answers questions with the stored text of the highest cosine. A customer writes *my order did not arrive*. Which stored text may be shown by mistake?",
        [
            (
                "*Your parcel has been delivered to your door*",
                True,
                "It is about the same thing, and says the opposite. A sentence and its denial were nearer to each other than two ways to say the same.",
            ),
            (
                "*The waiter took our order and left the room*",
                False,
                "It shares the word *order* in another meaning. The two banks came out far apart: the other words of a sentence decide.",
            ),
            (
                "*We did not find what you were looking for*",
                False,
                "It shares *did not*, which says little about what a sentence is about, and so moves its vector little.",
            ),
        ],
    ),
    "real-sink-meaning": Quiz(
        "In a model of 72 heads, 45% of all attention goes to `[CLS]`. You may run one experiment to learn what these weights are for. Which?",
        [
            (
                "Average the same weights over a thousand other sentences",
                False,
                "You would learn how stable the 45% are. Where a head looks, you would still not know what it takes from there.",
            ),
            (
                "Put zeros for the value vector of `[CLS]`, and compare the outputs",
                True,
                "What a head takes is weight times value. If the outputs stay, the place was one to rest on; if not, something was read there.",
            ),
            (
                "Train the model again from another seed, and count once more",
                False,
                "It would show whether the habit comes back, not what it is for.",
            ),
        ],
    ),
}
