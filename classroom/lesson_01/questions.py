"""The questions of lesson 1, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "unknown": Prediction(
        "We collect the words of the first 12 stanzas. Then we read the last 6 stanzas. What percentage of their words and punctuation marks did we not meet before?",
        unit="percent",
        explanation=lambda unknown, later: (
            f"{len(unknown)} of {len(later)} tokens are new, among them: {', '.join(unknown[:8])}. "
            "The same poet and the same poem, and still new words keep coming."
        ),
    ),
    "pieces": Prediction(
        "The table above says how many characters a token holds after 200 merges. Now we learn 200 merges from the first 12 stanzas alone and make them in the last 6. How many characters does a token hold there, on average?",
        explanation=lambda first, new: (
            f"In the 12 stanzas that the merges come from it is {first:.2f}. They fit the text that "
            "they were learned from; a new text has frequent pairs of its own. But hardly anything "
            f"in it is unknown: only the characters {' and '.join(new)} are new, and GPT-2 has no "
            "such gap, because it begins with the 256 bytes."
        ),
    ),
    "norm": Prediction(
        "A vector has 64 entries, each drawn from the standard normal distribution (mean 0, variance 1). About how long is it? (Length means the square root of the sum of squares.)",
        explanation=lambda lengths, np: (
            f"That is the mean of {len(lengths):,} draws. They hardly differ: nine in ten lie between "
            f"{np.quantile(lengths, 0.05):.2f} and {np.quantile(lengths, 0.95):.2f}."
        ),
    ),
    "order-embeddings": Prediction(
        'The tokens of `Quoth the raven "Nevermore."` go through attention. Then we shuffle them and run it again. What happens to the output vector of `raven`?',
        {
            "It stays the same, up to rounding": 0.0,
            "It changes a little, for its neighbors are new": 0.3,
            "It changes completely": 1.4,
        },
        explanation=(
            "In the pictures each row is a token that attends (the *query*), and the numbers in it "
            "say how much it takes from each token (the *keys*). Attention does this several times "
            "side by side, in *heads*; this is the first head. Every number of the first picture is "
            "in the second; it only stands elsewhere."
        ),
    ),
    "digits": Prediction(
        "Are the rows of two neighbors, such as 3 and 4, more alike than those of digits that are five apart, such as 3 and 8? The number in an option is the difference of the mean cosines, near minus far.",
        {
            "Less alike, by about 0.5": -0.5,
            "No difference: ids have no order": 0.0,
            "More alike, by about 0.5": 0.5,
        },
        explanation=(
            "(Of ten random rows, mean subtracted, each two have the cosine $-1/9$ on average.) The "
            "order of the digits is in the vectors, and nobody put it there. The questions did, "
            "probably: with a 4 in place of a 3 the answer to Max, Min or Add changes little or not at "
            "all, with an 8 often much."
        ),
    ),
    "features": Prediction(
        "The number of features goes up in steps: 2, 4, 8, 16, 32, 64. At which of them is position 40, among positions 0 to 99, most like one of its two neighbors for the first time?",
        {str(width): width for width in (2, 4, 8, 16, 32, 64)},
        explanation=(
            "With few features the position most like 40 is a whole number of turns of the first hand "
            "away, or nearly, and the other hands are too slow to tell the two apart. With 16 "
            "features the second hand is fast enough."
        ),
    ),
    "rotation": Parsons(
        "Show that the pair of position $p + k$ is the pair of position $p$ times a matrix that does not depend on $p$. Vectors are rows.",
        [
            r"The pair of position $p$ is the row $(\sin p\omega,\ \cos p\omega)$, for one frequency $\omega$",
            r"So the pair of position $p + k$ is the row $(\sin(p\omega + k\omega),\ \cos(p\omega + k\omega))$",
            r"Its first entry is $\sin(p\omega + k\omega) = \sin p\omega \cos k\omega + \cos p\omega \sin k\omega$",
            r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega - \sin p\omega \sin k\omega$",
            r"Both are sums over the old pair, so together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos k\omega & -\sin k\omega \\ \sin k\omega & \cos k\omega \end{pmatrix}$",
            r"No $p$ is left in the matrix: from every position on it turns the pair by the same angle, $k\omega$",
        ],
        distractors=[
            (
                r"The sine of a sum is the sum of the sines: $\sin(p\omega + k\omega) = \sin p\omega + \sin k\omega$",
                r"The sine is not linear. With $p\omega = k\omega = \pi/2$ the left side is $\sin \pi = 0$ and the right side is 2.",
            ),
            (
                r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega + \sin p\omega \sin k\omega$",
                r"That is the cosine of the difference, $\cos(p\omega - k\omega)$. For the sum the sign is a minus.",
            ),
            (
                r"Together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos p\omega & -\sin p\omega \\ \sin p\omega & \cos p\omega \end{pmatrix}$",
                r"This matrix depends on $p$, so it is another one at every position. The angle of the shift is $k\omega$.",
            ),
        ],
        explain={
            r"Its first entry is $\sin(p\omega + k\omega) = \sin p\omega \cos k\omega + \cos p\omega \sin k\omega$": "The addition theorem of the sine.",
            r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega - \sin p\omega \sin k\omega$": "The addition theorem of the cosine, with its minus.",
            r"Both are sums over the old pair, so together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos k\omega & -\sin k\omega \\ \sin k\omega & \cos k\omega \end{pmatrix}$": "The first column makes the new sine, the second the new cosine.",
        },
        any_order=[(2, 3)],
    ),
    "tokens": Prediction(
        "The first stanza, 77 tokens, each embedded with length 1, plus its sinusoidal position. How many of the tokens does this simple reader find?",
        {"Nearly all": 0.95, "About half": 0.5, "Fewer than one in five": 0.1},
        explanation=lambda token_share, position_share: (
            f"It finds {token_share:.0%} of the tokens, and {position_share:.0%} of the positions. "
            "The positions are more than five times as long as the tokens and shout them down: "
            "whichever row of $W$ happens to point towards the position wins."
        ),
    ),
    "merges": Quiz(
        "The merges are, in this order, (`e`, `r`), (`v`, `er`), (`o`, `v`). What becomes of `over`?",
        [
            (
                "`ov`, `er`",
                False,
                "The merge (`o`, `v`) comes last. By then the `v` is part of `ver` and no token any more.",
            ),
            (
                "`o`, `ver`",
                True,
                "First `er`, then `ver`; now no `o` stands before a `v`, so the last merge finds nothing. The order of the merges decides.",
            ),
            (
                "`ov`, `e`, `r`",
                False,
                "That is the last merge alone. The text gets all merges, in the order in which they were learned.",
            ),
            (
                "`over`",
                False,
                "No merge joins `o` with `ver`. A piece comes into being only where its last merge was learned.",
            ),
        ],
    ),
    "vectors": Quiz(
        "*the raven the raven* and *the laptop the raven* go through `embedding` and `add_positions` as one batch; *laptop* becomes `<unk>`. How many different vectors come out?",
        [
            (
                "3",
                False,
                "So many come out of the embedding: one for *the*, one for *raven*, one for `<unk>`. The positions then make the two *the* of a line differ.",
            ),
            (
                "4",
                False,
                "There are four positions, but at the second of them stand two tokens: *raven* and `<unk>`.",
            ),
            (
                "5",
                True,
                "A vector is made of a token and a position. Both lines begin at position 0, so they have three of their four vectors in common.",
            ),
            (
                "8",
                False,
                "The positions do not run on from line to line. Each line begins at position 0, so *the* at the beginning is the same vector in both.",
            ),
        ],
    ),
    "shifts": Quiz(
        "You have $R(1)$ and may only multiply matrices that you have. How many products does it take at least to make $R(10)$?",
        [
            (
                "3",
                False,
                "Three products reach $R(8)$ at most, each time by squaring: 2, 4, 8.",
            ),
            (
                "4",
                True,
                "$R(a)\\,R(b) = R(a + b)$, so 2, 4, 8 and then $8 + 2$. (Or 2, 4, 5, 10.)",
            ),
            (
                "9",
                False,
                "That is one step after the other. But what you have made may be multiplied too: $R(2)\\,R(2) = R(4)$.",
            ),
            (
                "None will do",
                False,
                "Two rotations one after the other are a rotation, by the sum of the angles: $R(5)\\,R(30)$ was $R(35)$.",
            ),
        ],
    ),
    "base": Quiz(
        "Someone makes the table with base 10 instead of 10000, and `d_model` 64. What happens in a text of 1000 tokens?",
        [
            (
                "The vectors get shorter, by about a third",
                False,
                "Each hand still contributes $\\sin^2 + \\cos^2 = 1$, whatever its speed. The length stays $\\sqrt{32}$.",
            ),
            (
                "No hand tells the beginning from the end",
                True,
                "Even the longest wavelength is then below $2\\pi \\cdot 10 \\approx 63$ positions, so every hand goes round many times.",
            ),
            (
                "Neighboring positions become more alike",
                False,
                "The first hand has $\\omega_0 = 1$ with every base, and the others have become faster, so neighbors differ more than before.",
            ),
            (
                "To move on by $k$ is no rotation any more",
                False,
                "The proof holds for any frequencies, and so for any base.",
            ),
        ],
    ),
    "order-quiz": Quiz(
        "A friend leaves out `add_positions`, and his classifier (attention without a causal mask, then the mean of all outputs) still tells poems from prose in 95 of 100 texts. He shuffles the words of each text and tests it again. How many does it get right now?",
        [
            (
                "About 50, as many as by guessing",
                False,
                "It would have to notice the new order. Shuffled inputs give the same outputs, shuffled, and their mean is the same vector.",
            ),
            (
                "Fewer than 95, but more than 50",
                False,
                "That would be a model that uses the order a little. This one cannot use it at all.",
            ),
            (
                "The same 95 of the 100 texts",
                True,
                "His model sees a bag of words, so every answer stays what it was. For this task the words are enough, or nearly.",
            ),
        ],
    ),
    "length-embeddings": Quiz(
        "Someone leaves out the check in `add_positions`. The table has 512 rows, and $x$ has the shape `(T, 64)`. Which call gives a wrong result without any error?",
        [
            (
                "`T` 600 from `start=0`",
                False,
                "`table[0:600]` has 512 rows, and NumPy does not add `(600, 64)` and `(512, 64)`: it raises.",
            ),
            (
                "`T` 3 from `start=509`",
                False,
                "Positions 509, 510 and 511 are the last three rows. The result is right.",
            ),
            (
                "`T` 3 from `start=510`",
                False,
                "`table[510:513]` has 2 rows. `(3, 64)` and `(2, 64)` cannot be added: NumPy raises.",
            ),
            (
                "`T` 3 from `start=511`",
                True,
                "`table[511:514]` has 1 row, and NumPy adds it to all three tokens. They look as if they stood at one place, and nobody is told.",
            ),
        ],
    ),
}
