"""The questions of lesson 6, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "line": Prediction(
        "The model gives the whole line a probability of about $10^{-n}$. How large is $n$? (For comparison: if it had no clue, $n$ would be $57 \\cdot \\log_{10} 54 \\approx 99$.)",
        explanation=lambda each: (
            f"As if each of its characters had a probability of {each:.2f}. The product over the poem "
            "is so small that float64 rounds it to 0."
        ),
    ),
    "unigram": Prediction(
        "The uniform model has the perplexity 54. Which perplexity has the unigram model, which knows that *e* and the space are frequent and *Q* is rare?",
        explanation=("Frequencies alone more than halve the number of choices."),
    ),
    "place": Prediction(
        "Over all held-out lines: how does the surprise at the first letter of a word compare with that at the second letter?",
        {"About the same": 1.0, "About twice as large": 2.0, "About five times as large": 5.0},
        explanation=lambda ratio: (
            f"The ratio is {ratio:.1f}. At the beginning of a word all words are still possible. The "
            "first letter rules most of them out."
        ),
    ),
    "expects": Prediction(
        "On held-out lines the model is surprised by 2.44 bits per character, on learned lines by 1.35. Does it expect that? How large is its mean entropy on held-out lines?",
        {
            "About 2.4 bits: it knows that it does not know": 2.4,
            "About 1.7 bits: it expects what it was used to": 1.7,
            "About 3 bits: it is more careful than it need be": 3.0,
        },
        explanation=lambda expected: (
            f"It is {expected:.2f} bits, nearly what it expects on lines that it has "
            "learned. Nothing tells the model that it has left known ground. Section 9 comes back to this."
        ),
    ),
    "gradient-loss": Parsons(
        "Show that the gradient of the surprise $L = -\\log p_c$ at the logit $z_i$ is $p_i - y_i$.",
        [
            r"The surprise in terms of the logits: $L = -\log p_c = -z_c + \log \sum_j e^{z_j}$.",
            r"Differentiate both terms: $\dfrac{\partial L}{\partial z_i} = -\dfrac{\partial z_c}{\partial z_i} + \dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j}$.",
            r"The first: $\dfrac{\partial z_c}{\partial z_i}$ is 1 if $i = c$ and 0 otherwise. That is $y_i$.",
            r"The second, by the chain rule: $\dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j} = \dfrac{e^{z_i}}{\sum_j e^{z_j}}$, the softmax $p_i$.",
            r"Together: $\dfrac{\partial L}{\partial z_i} = p_i - y_i$.",
        ],
        distractors=[
            (
                r"The logarithm goes into the sum: $\log \sum_j e^{z_j} = \sum_j z_j$.",
                r"The logarithm of a product is a sum. The logarithm of a sum is nothing simpler.",
            ),
            (
                r"The second, by the chain rule: $\dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j} = \dfrac{1}{\sum_j e^{z_j}}$.",
                r"The inner derivative is missing: $e^{z_i}$ is the only term of the sum that depends on $z_i$, and its derivative is $e^{z_i}$.",
            ),
            (
                r"Only the logit of the target matters, so $\dfrac{\partial L}{\partial z_i} = 0$ for $i \neq c$.",
                r"All logits stand in the sum. Raising any of them takes probability from the target.",
            ),
        ],
        explain={
            r"The surprise in terms of the logits: $L = -\log p_c = -z_c + \log \sum_j e^{z_j}$.": "This is the formula of section 3. Without it there is nothing to differentiate.",
            r"Differentiate both terms: $\dfrac{\partial L}{\partial z_i} = -\dfrac{\partial z_c}{\partial z_i} + \dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j}$.": "A sum is differentiated term by term; the two terms are then taken one after the other.",
        },
        any_order=[(2, 3)],
    ),
    "bias-loss": Prediction(
        "This model can do nothing but choose one distribution for all places. To which loss (in bits per character of the learned part) will it come down at best?",
        {
            "0 bits, if one only waits for long enough": 0.0,
            "1.35 bits, like the trained model": 1.35,
            "4.54 bits, like the unigram model": 4.54,
            "5.75 bits, which is where it starts": 5.75,
        },
        explanation=(
            "The gradient is 0 where $p$ equals the frequencies, and there the loss is their entropy: "
            "the row has become a unigram model. What is above that is KL, and that is what training "
            "removes. To get below, a model must look at what stands before."
        ),
    ),
    "lowered": Prediction(
        "The logit of *p*, the right one, is lowered by 10: the model is as wrong as it can be. "
        "What is the gradient at this logit then?",
        {"About −10": -10.0, "About −1": -1.0, "About −0.1": -0.1, "About 0": 0.0},
        explanation=(
            "The gradient at the target is $p - 1$. It is half as large when $p$ is about one half, "
            "and it never goes beyond $-1$, however wrong the model is."
        ),
    ),
    "temperature-loss": Prediction(
        "Which temperature gives the lowest loss on the first half of the held-out part? (1 leaves the logits as they are.)",
        explanation=(
            "Its logits lie about twice as far apart as they should on text that it has not learned. One "
            "number, and most of the overconfidence is gone, on lines that had no part in choosing it."
        ),
    ),
    "half": Quiz(
        "A model gives every target of a text twice the probability that another model gives it. How do their perplexities compare?",
        [
            (
                "The smaller one is the square root of the other",
                False,
                "It would be if the loss were half as large. A factor in the probability is a difference in the loss.",
            ),
            (
                "They differ by $\\ln 2$",
                False,
                "That is how the losses differ. The perplexity is $e$ to the power of the loss.",
            ),
            (
                "It depends on the probabilities",
                False,
                "$-\\log(2p) = -\\log p - \\log 2$, whatever $p$ is.",
            ),
            (
                "One is half as large as the other",
                True,
                "The surprise is smaller by $\\ln 2$ at every position, so the mean is, too, and $e^{-\\ln 2} = 1/2$.",
            ),
        ],
    ),
    "perplexity": Quiz(
        "A model of words has the perplexity 64 on a text with 6 characters to a word, the space "
        "included. A model of characters has the perplexity 3 on it. Which expects the text better?",
        [
            (
                "That of characters: 3 choices are fewer than 64",
                False,
                "It makes 6 of its choices where the other makes one: $3^6 = 729$ against 64.",
            ),
            (
                "That of characters: 64 / 6 is 11, and more than 3",
                False,
                "Choices multiply along a text, they do not add up. The bits are what is shared among the characters.",
            ),
            (
                "That of words: it has 2 choices to a character",
                True,
                "$\\log_2 64 = 6$ bits for 6 characters are 1 bit, or 2 choices, each. The other pays $\\log_2 3 = 1.58$ bits.",
            ),
            (
                "Neither: the tokens differ, and so do the units",
                False,
                "Per token they cannot be compared. Per character they can, as long as the text is the same.",
            ),
        ],
    ),
    "certain": Quiz(
        "A bigram model is made of bare counts that begin with 0. In a new text of 1000 characters one pair occurs that was never counted. Which perplexity has the model there?",
        [
            (
                "That of the text without the pair: what never occurred does not count",
                False,
                "Terms with $p = 0$ do not count. Here it is $q$ that is 0, and the pair did occur.",
            ),
            (
                "Infinite",
                True,
                "The surprise at the pair is infinite, and so is the mean. That is why the counts of section 5 do not begin with 0.",
            ),
            (
                "A little more than without the pair",
                False,
                "A thousandth of an infinite surprise is infinite.",
            ),
            (
                "54, the size of the vocabulary",
                False,
                "That is the perplexity of a model that has no clue. This one was certain, and wrong.",
            ),
        ],
    ),
    "zero-gradient": Quiz(
        "When is the gradient $p - y$ at one position exactly 0 (without smoothing)?",
        [
            (
                "When the target has the largest logit",
                False,
                "Then the first guess is right, but $p$ is not yet 1. The gradient is $p - 1$ at the target and goes on pushing.",
            ),
            (
                "When $p$ is uniform",
                False,
                "Then it is $1/V - 1$ at the target, nearly as large as it can be.",
            ),
            (
                "Never, for finite logits",
                True,
                "It would need $p = y$, a probability of exactly 1. Only infinite logits give that. So without smoothing training never comes to rest by itself.",
            ),
            (
                "When the loss is below 1 nat",
                False,
                "At 1 nat $p$ is $1/e = 0.37$, and the gradient at the target is still $-0.63$.",
            ),
        ],
    ),
    "padding": Quiz(
        "Somebody sums the surprise at the characters and divides by all positions, padding "
        "included. Two batches of 100 positions hold 40 and 80 characters, and the model is equally "
        "good at all of them. Which losses does it get?",
        [
            (
                "Two that are equal, and both too small",
                False,
                "That would be so if both had the same share of padding.",
            ),
            (
                "One that is twice as large as the other",
                True,
                "0.4 and 0.8 of the mean surprise. The loss follows the padding, and so does the size of the gradient.",
            ),
            (
                "Two that are equal, and both are right",
                False,
                "A sum over 40 characters, divided by 100, is no mean over them.",
            ),
        ],
    ),
    "kl": Quiz(
        "The entropy of a text is 0.9 nats. During training the loss falls from 3.0 to 1.4 nats. "
        "Which share of what can be learned has been learned?",
        [
            (
                "53 percent",
                False,
                "That is 1.6 of 3.0. But 0.9 of the 3.0 nats is entropy, and no model gets rid of it.",
            ),
            (
                "64 percent",
                False,
                "That compares 0.9 with 1.4. What can be learned is what lay above the entropy at the start.",
            ),
            (
                "76 percent",
                True,
                "Loss is entropy plus KL. KL was 2.1 nats and is 0.5 now: 1.6 of 2.1 are gone.",
            ),
            (
                "100 percent",
                False,
                "Then the loss would be the entropy, 0.9 nats.",
            ),
        ],
    ),
    "temperature-loss-quiz": Quiz(
        "After a temperature was chosen, a model is right in 70 percent of its answers, and its mean "
        "confidence is 70 percent. Is it calibrated?",
        [
            (
                "Yes: what it says and what is true agree",
                False,
                "On average. It may say 0.9 where 0.6 is right, and 0.5 where 0.8 is.",
            ),
            (
                "No: a temperature corrects no answer",
                False,
                "It corrects none, but a model need not be right to be calibrated. It must know how often it is.",
            ),
            (
                "Only if the two agree in every bin",
                True,
                "Gaps of opposite sign cancel in the mean. The calibration error takes the gap of each bin without its sign.",
            ),
            (
                "Only if the loss has fallen as well",
                False,
                "Mostly it will have, but the loss also counts whether the answers are right.",
            ),
        ],
    ),
}
