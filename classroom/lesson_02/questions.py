"""The questions of lesson 2, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "trace": Prediction(
        "The query of *the* is $(0, -1, 4, 1)$. Which weight does it give to *raven*?",
        explanation=(
            r"The dot products are $0$, $-\ln 2 + \ln 2 = 0$ and $4 \ln 2 + 2 \ln 2 = 6 \ln 2$. "
            r"Halved: $0, 0, 3 \ln 2$. Powers: $1, 1, 8$, with the sum $10$. "
            r"So the weights are $0.1, 0.1, 0.8$ and the result is "
            r"$0.1\,(4, 0) + 0.1\,(0, 4) + 0.8\,(8, 4) = (6.8, 3.6)$."
        ),
    ),
    "spread": Prediction(
        "Queries and keys have $d_k = 100$ random entries of mean 0 and variance 1. How far do the dot products $q \\cdot k$ spread around 0? (Their standard deviation.)",
        explanation=(
            "That is close to $\\sqrt{100} = 10$. Each dot product is a sum of 100 terms. "
            "Some are positive and some negative, so they partly cancel, but not wholly."
        ),
    ),
    "variance": Parsons(
        "All entries of $q$ and $k$ are independent, with mean 0 and variance 1. Show that the scores $q \\cdot k / \\sqrt{d_k}$ have variance 1.",
        [
            r"The dot product is a sum: $q \cdot k = \sum_{i=1}^{d_k} q_i k_i$.",
            r"One term has mean 0, because $q_i$ and $k_i$ are independent: $\mathbb{E}[q_i k_i] = \mathbb{E}[q_i]\,\mathbb{E}[k_i] = 0$.",
            r"So the variance of one term is the mean of its square: $\mathrm{Var}(q_i k_i) = \mathbb{E}[q_i^2]\,\mathbb{E}[k_i^2] = 1 \cdot 1 = 1$.",
            r"The terms are independent of each other, so their variances add up: $\mathrm{Var}(q \cdot k) = d_k$.",
            r"Dividing by $c$ divides a variance by $c^2$. With $c = \sqrt{d_k}$: $\mathrm{Var}(q \cdot k / \sqrt{d_k}) = d_k / d_k = 1$.",
        ],
        distractors=[
            (
                r"The variance of one term is the sum of both variances: $\mathrm{Var}(q_i k_i) = 1 + 1 = 2$.",
                r"That is the variance of a sum, $q_i + k_i$. The term is a product.",
            ),
            (
                r"Dividing by $c$ divides a variance by $c$. With $c = d_k$: $\mathrm{Var}(q \cdot k / d_k) = d_k / d_k = 1$.",
                r"A variance is a mean of squares, so dividing by $c$ divides it by $c^2$. Dividing by $d_k$ would leave $1/d_k$.",
            ),
        ],
        explain={
            r"One term has mean 0, because $q_i$ and $k_i$ are independent: $\mathbb{E}[q_i k_i] = \mathbb{E}[q_i]\,\mathbb{E}[k_i] = 0$.": "The mean of a product of independent numbers is the product of their means.",
            r"So the variance of one term is the mean of its square: $\mathrm{Var}(q_i k_i) = \mathbb{E}[q_i^2]\,\mathbb{E}[k_i^2] = 1 \cdot 1 = 1$.": "This needs the mean: a variance is the mean square only where the mean is 0. And a number of mean 0 and variance 1 has the mean square 1.",
            r"The terms are independent of each other, so their variances add up: $\mathrm{Var}(q \cdot k) = d_k$.": "There are $d_k$ terms of variance 1 each.",
        },
    ),
    "temperature": Prediction(
        "*chamber* has the score 2 and *door* the score 1. At which temperatures does *door* get more weight than *chamber*?",
        ["At high ones", "At low ones", "At none"],
        answer="At none",
        explanation=lambda half: (
            "The weights come closer to each other as it gets hotter, but dividing by a positive "
            "number and taking exponentials both keep the order. *tapping* has half of the weight "
            f"at {half:.2f}."
        ),
    ),
    "far-apart": Prediction(
        "16 random keys, $d_k = 1024$, no scale. Weights that were even would be 1/16 = 0.06 each. How large is the largest weight, on average?",
        {"About 0.1": 0.1, "About 0.3": 0.3, "About 0.6": 0.6, "Above 0.9": 0.95},
        explanation=lambda largest, with_scale: (
            f"It is {largest:.2f}: one key takes nearly everything, and which one is chance. "
            "With the scale the largest weight hardly changes with the width: it lies between "
            f"{min(with_scale):.2f} and {max(with_scale):.2f}."
        ),
    ),
    "by-d-k": Prediction(
        "$d_k = 512$, and the dot products are divided by $d_k$ in place of $\\sqrt{d_k}$. How large is the largest of 16 weights, on average?",
        {"About 0.06": 0.0625, "About 0.25": 0.25, "Above 0.9": 0.95},
        explanation=lambda spread: (
            f"The scores now spread by {spread:.2f} only, and less as the vectors get longer. The "
            "weights are all alike, and we are back at the plain mean."
        ),
    ),
    "leak-attention": Prediction(
        "Behind a causal mask, *my* in *rapping at my chamber door* is replaced by *thy*. How many of the five outputs change?",
        {"None": 0, "1": 1, "3": 3, "5": 5},
        explanation=(
            "The output at the word itself and those after it. What stands before it cannot know."
        ),
    ),
    "chamber": Prediction(
        "*chamber* occurs twice in the first stanza. Under a causal mask and in head 2, the head of the same word, how much weight does the second *chamber* give to the **first**?",
        {"Nearly 0": 0, "About a half": 0.5, "Nearly 1": 1},
        explanation=lambda weight: (
            f"It is {weight:.2f}. Both words have the same vector, so they get the same score, and "
            "the softmax gives the same weight to the same score. A word is always like itself: that is "
            "the diagonal."
        ),
    ),
    "napping": Prediction(
        "In head 3, the head of the same ending, *napping* divides its attention among six words of the stanza, itself among them. At how many of them does it look under the causal mask?",
        {"1": 1, "3": 3, "5": 5},
        explanation=lambda words: (
            f"At *{', '.join(words)}* alone, with a weight of 1. It is the first word in *-ing*; all "
            "others stand after it."
        ),
    ),
    "crossing": Prediction(
        "GPT-2 small has $d_{\\text{model}} = 768$. From how many tokens on does the part with $T^2$ cost as much as the projections, or more?",
        unit="tokens",
        explanation=(
            "$2\\,T^2 d = 4\\,T d^2$ where $T = 2d$. Below that, the matrices are what costs."
        ),
        digits=4,
    ),
    "sums": Quiz(
        "One head, five queries. `weights.sum(axis=-2)` is 3.7 at the key *raven*. What does that say?",
        [
            (
                "A softmax went wrong: weights must sum to 1",
                False,
                "The sum over the keys, `axis=-1`, is 1 in each row. This one goes over the queries, and nothing fixes it.",
            ),
            (
                "Of their five units the queries gave it 3.7",
                True,
                "Each query has a weight of 1 to give away. A popular key may get nearly all of it, an ignored one nearly nothing.",
            ),
            (
                "It gave 3.7 units of attention to other words",
                False,
                "What a word gives stands in its row. The column holds what it receives.",
            ),
            (
                "Its value is 3.7 times as long as the others",
                False,
                "The weights are made of queries and keys. No value plays a part.",
            ),
        ],
    ),
    "shuffle-attention": Quiz(
        "The rows of `k` and the rows of `v` are shuffled, both in the same way. There is no mask. What happens to `out`?",
        [
            (
                "It is shuffled in the same way",
                False,
                "The rows of `out` belong to the queries, and these have not moved.",
            ),
            (
                "Nothing",
                True,
                "Each value keeps its key and so its weight, and a sum does not depend on the order of its terms. Attention sees a set of pairs of key and value; the order is in the vectors, or nowhere.",
            ),
            (
                "Each row becomes another mixture",
                False,
                "The weights are shuffled together with the values, so every value keeps its weight.",
            ),
        ],
    ),
    "key-bias": Quiz(
        "The same vector $c$ is added to every key. What happens to the weights?",
        [
            (
                "Nothing",
                True,
                "Each score of query $q$ grows by the same number, $q \\cdot c / \\sqrt{d_k}$, and the softmax does not see what all scores of a row share. So the bias $b_K$ has no effect on attention at all.",
            ),
            (
                "Keys that point like $c$ gain weight",
                False,
                "All keys get the same addition, so no key gains on another.",
            ),
            (
                "The weights become more even",
                False,
                "The differences between the scores stay as they are, and only differences count.",
            ),
            (
                "It depends on $c$",
                False,
                "How much the scores grow depends on $c$. But all scores of a row grow by the same amount.",
            ),
        ],
    ),
    "zero-query": Quiz(
        "A query is the zero vector. There are 8 keys, of which a mask hides 3. What is the output?",
        [
            (
                "The zero vector",
                False,
                "The scores are 0, but $e^0 = 1$. A score of 0 is no absence of attention.",
            ),
            (
                "The mean of all 8 values",
                False,
                "The 3 hidden ones have the score $-\\infty$ and the weight 0.",
            ),
            (
                "The mean of the other 5 values",
                True,
                "All allowed scores are 0, so each of the 5 gets the weight 1/5. Whoever asks for nothing in particular gets the average.",
            ),
            (
                "`nan`, as there is nothing to compare",
                False,
                "A dot product with zeros is 0, a score like any other.",
            ),
        ],
    ),
    "cross-mask": Quiz(
        "A translator gets a batch of whole German sentences of different lengths and writes the English ones, word by word. Which masks does its cross-attention need, from the English words to the German ones?",
        [
            (
                "A causal mask over the German words",
                False,
                "The German sentence is known from its beginning to its end before the first English word is written. Nothing in it is the future, and German verbs often come last.",
            ),
            (
                "A padding mask over the German words",
                True,
                "The source is known in full, so only its padding must be hidden. The causal mask belongs to the self-attention among the English words.",
            ),
            (
                "Both of them, combined by an &",
                False,
                "A causal mask would hide the end of a sentence that is known.",
            ),
            (
                "None, for the German sentences are known",
                False,
                "In a batch of sentences of different length there is padding among the keys, and it must not be listened to.",
            ),
        ],
    ),
    "more-heads": Quiz(
        "GPT-2 small has 12 heads. For a text of 1024 tokens the attention weights of one layer take 50 MB. How much do they take with 24 heads of half the width, for a text of 512 tokens?",
        [
            (
                "12.5 MB",
                False,
                "That would be so if a narrower head had a smaller table. But a table has $T_q \\times T_k$ entries, however wide the head is.",
            ),
            (
                "25 MB",
                True,
                "There are twice as many tables, and each has a quarter of the entries: $24 \\cdot 512^2$ is half of $12 \\cdot 1024^2$.",
            ),
            (
                "50 MB",
                False,
                "Twice the heads and half the length do not cancel: the length counts twice, once for the queries and once for the keys.",
            ),
            (
                "100 MB",
                False,
                "That is what 24 heads take for the long text. The tables of the short one are smaller.",
            ),
        ],
    ),
    "guilty-line": Quiz(
        "A model with $d_k = 64$ learns badly. Already before training most rows of its attention weights have one entry above 0.7. Which line is guilty?",
        [
            (
                "`scores = q @ k.swapaxes(-1, -2)`",
                True,
                "The scale is missing. The scores spread by 8 in place of 1, and the softmax is saturated from the first step on.",
            ),
            (
                "`scores = q @ k.swapaxes(-1, -2) / 64`",
                False,
                "Dividing by $d_k$ makes the scores too small, and all weights nearly equal.",
            ),
            (
                "`scores = q @ k.swapaxes(-1, -2) / 8 + 100`",
                False,
                "The same number is added to all scores of a row. The softmax does not see it.",
            ),
            (
                "`scores = k @ q.swapaxes(-1, -2) / 8`",
                False,
                "Queries and keys have changed places. That is a bug, but the scores spread by 1, as they should.",
            ),
        ],
    ),
}
