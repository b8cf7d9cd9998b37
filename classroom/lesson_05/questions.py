"""The questions of lesson 5, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "tied": Prediction(
        "Two models with random weights, one tied and one not, read 1200 characters of the poem. At which share of the positions does the **tied** one give its largest logit to the very character that stands there? (By chance it would be 2 in a hundred.)",
        {"About 2 in a hundred": 0.02, "About 30 in a hundred": 0.3, "Nearly always": 1},
        explanation=(
            "The token's own vector is still there, but attention and feed-forward add random parts of "
            "their own. Where the block adds nothing (last row), the token says itself at every position. "
            "In the model that is not tied the columns have nothing to do with the embedding yet."
        ),
    ),
    "first": Prediction(
        "Under a causal mask, *first* is used for pooling. The last word of the line is replaced. What happens to the pooled vector?",
        {
            "It changes about as much as with the first word": 1,
            "It changes, but less than with the first word": 0.4,
            "It does not change at all": 0,
        },
        explanation=(
            "The first position sees itself and nothing else. Whatever the model does in its blocks, "
            "this vector holds one word."
        ),
    ),
    "greedy": Prediction(
        "The trained model writes 1200 characters after *Once upon*, always the most likely one. What will they be?",
        [
            "The poem, recited to its end",
            "Ever new lines in the manner of the poem",
            "A few lines, and then the same words again and again",
            "Some lines, and then a salad of letters",
        ],
        answer="A few lines, and then the same words again and again",
        explanation=lambda n: f"The piece that comes back has {n} characters.",
    ),
    "temperature-output": Parsons(
        "Let $p$ be the probabilities at temperature 1, from the logits $z$. Show that temperature $\\tau$ raises each to the power $1/\\tau$, and makes them sum to 1 again.",
        [
            r"At temperature 1, $p_i = e^{z_i} / S$ with $S = \sum_j e^{z_j}$.",
            r"Taking logarithms, $z_i = \ln p_i + \ln S$.",
            r"Divided by $\tau$ and put into the exponential, $e^{z_i/\tau} = p_i^{1/\tau}\, S^{1/\tau}$.",
            r"In $e^{z_i/\tau} / \sum_j e^{z_j/\tau}$ the factor $S^{1/\tau}$ stands above, and in each term below. It cancels.",
            r"What is left is $p_i^{1/\tau} / \sum_j p_j^{1/\tau}$.",
        ],
        distractors=[
            (
                r"Taking logarithms, $z_i = \ln p_i / \ln S$.",
                r"The logarithm of a quotient is a difference: $\ln p_i = z_i - \ln S$.",
            ),
            (
                r"Divided by $\tau$ and put into the exponential, $e^{z_i/\tau} = p_i / \tau + S / \tau$.",
                r"The exponential of a sum is a product, and $e^{a/\tau} = (e^a)^{1/\tau}$.",
            ),
        ],
        explain={
            r"In $e^{z_i/\tau} / \sum_j e^{z_j/\tau}$ the factor $S^{1/\tau}$ stands above, and in each term below. It cancels.": "It may be taken out of the sum, because it does not depend on the token."
        },
    ),
    "six-left": Prediction(
        "Top-p is set so that six characters are left after *the*. How many does the same setting leave after *my chamber*? (The table above says how sure the model is there.)",
        explanation=(
            "One. The most likely character has more than 0.65 by itself, so it is the smallest set that will do."
        ),
    ),
    "saved": Prediction(
        "The text has 99 tokens. The 100th has just been written, and the model reads on to find the 101st. How many times more multiplications does it take without the cache than with it?",
        unit="times",
        explanation=(
            "Exactly 100. Without the cache 100 positions go through the model, and each costs the same as "
            "the last one, which is the only one that goes through it with the cache."
        ),
        digits=4,
    ),
    "beam-output": Prediction(
        "Five characters are written after *the*, once greedily and once with three beams. How many times as likely is the text of the beams?",
        unit="times",
        explanation=(
            "After its best first letter the model has to choose again. After the third best it is nearly sure."
        ),
        digits=2,
    ),
    "constant-output": Quiz(
        "The same number is added to all logits of a position. What changes in what is written?",
        [
            (
                "Nothing, at any setting of the knobs",
                True,
                "The softmax does not see it. At another temperature $\\tau$ the constant $c$ becomes $c/\\tau$, which is again the same for all.",
            ),
            (
                "Nothing at temperature 1; at others the text changes",
                False,
                "Divided by the temperature the constant is still the same for all tokens.",
            ),
            (
                "The text gets more random",
                False,
                "Only differences of logits count, and they stay as they are.",
            ),
        ],
    ),
    "tied-shape": Quiz(
        "A model has the embedding `E` of shape `(vocab_size, d_model)` and is tied. How does the gradient reach `E` when it is trained?",
        [
            (
                "From the input side only: the output uses a copy",
                False,
                "`E.T` is no copy of the numbers. It is the same array, read in another way.",
            ),
            (
                "From the output side only: the input looks rows up",
                False,
                "A row that is looked up is used, and a change of it changes the vector that goes in.",
            ),
            (
                "From both sides, and the two are added",
                True,
                "The same numbers are used in two places, so a change of one acts in two ways. Lesson 7 adds the two gradients.",
            ),
        ],
    ),
    "pooling": Quiz(
        "A GPT-like model with a causal mask is to label texts. The batch is padded on the right. Which vector goes to the classifier?",
        [
            (
                "That of position 0, as in BERT",
                False,
                "Under a causal mask position 0 has seen one token.",
            ),
            (
                "That of the last column, `x[:, -1]`",
                False,
                "In a short text that is padding.",
            ),
            (
                "That of the last token of each text",
                True,
                "It is the only position that has seen the whole text. Where it stands differs from row to row.",
            ),
            (
                "The sum of all positions",
                False,
                "It would grow with the length, and padding would be in it.",
            ),
        ],
    ),
    "top-p": Quiz(
        "Four tokens have the probabilities ½, ¼, ⅛ and ⅛, and top-p with $p = 0.7$ leaves two of them. Now the temperature is set to ½ as well. How many are left?",
        [
            (
                "One",
                True,
                "Squared, they stand as 16 : 4 : 1 : 1. The first has 16/22 = 0.73 now, which is enough by itself.",
            ),
            (
                "Two: the order is the same",
                False,
                "The order is, but the first token now has more of the probability, and top-p looks at that.",
            ),
            (
                "Three: more share what is left",
                False,
                "That is what temperature 2 does: 0.37, 0.26 and 0.18 are needed to reach 0.7.",
            ),
        ],
    ),
    "cache": Quiz(
        "The cache holds 100 tokens, and the model reads the next 5 in a single call. Which shape have the scores of a head, and how many of them does the mask hide?",
        [
            (
                "`(105, 105)`, and 5460 are hidden",
                False,
                "So it is without a cache. The first 100 rows were computed in earlier calls, and nobody needs them again.",
            ),
            (
                "`(5, 5)`, and 10 are hidden",
                False,
                "Then the new tokens would see nothing of the 100 before them.",
            ),
            (
                "`(5, 105)`, and 10 are hidden",
                True,
                "Five queries meet 105 keys. Each sees the 100 old tokens and itself, but not the new ones behind it: 4 + 3 + 2 + 1 are hidden.",
            ),
            (
                "`(5, 105)`, and none is hidden",
                False,
                "That is so for one new token. Of five the first must not see the four that follow it.",
            ),
        ],
    ),
    "encoder-cache": Quiz(
        "A token is appended to the text of an encoder such as BERT, which has no causal mask. Which keys and values of the earlier tokens can be kept?",
        [
            (
                "Those of every block",
                False,
                "Without the mask the earlier positions look at the new one, too, and change.",
            ),
            (
                "Those of the first block",
                True,
                "They come from the embeddings, which stay. But the outputs of that block change at every position, and with them all keys and values above.",
            ),
            (
                "Those of the last block",
                False,
                "They come from rows that have looked at the new token in every block below.",
            ),
            (
                "Those of no block",
                False,
                "Nearly. But in one block keys and values depend on each token alone.",
            ),
        ],
    ),
    "beam-output-quiz": Quiz(
        "With ten beams the text that is found is *less* likely than with five. Can that be?",
        [
            (
                "No: more beams look at more candidates",
                False,
                "More candidates at each step, yes. But a beginning that leads at first may crowd out another that would have won.",
            ),
            (
                "Yes",
                True,
                "It is no exhaustive search. A beginning that five beams kept may be pushed out by the children of the sixth to tenth. It is rare, and with enough beams it cannot happen.",
            ),
            (
                "Only with a length penalty",
                False,
                "A penalty is not needed: crowding out is enough.",
            ),
        ],
    ),
}
