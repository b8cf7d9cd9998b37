"""The questions of lesson 3, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "own-word": Prediction(
        "Now the 14 rows of `out`, turned back. How many are still most like their own word?",
        explanation=lambda nearest, ids: (
            "A row of `out` is a mixture of the values of all words. Nothing in it says which of them "
            f"was its own: {sum(word not in ids for word in nearest)} of the 14 are most like a word "
            "that is not even in the line."
        ),
    ),
    "either": Prediction(
        "Can the unit be awake at $(1, 0)$ and at $(0, 1)$, and asleep at both other points (*either, or*)?",
        [
            "Yes, if both weights have one sign",
            "Yes, if they have different signs",
            "Not with any numbers",
        ],
        answer="Not with any numbers",
        explanation=(
            "With the weights $u$ and $v$ and the bias $c$ it has, before the relu, $u + c$ and $v + c$ at these points, and $c$ and $u + v + c$ at the "
            "other two. Both pairs have the same sum, $u + v + 2c$. If the first two are positive, so is "
            "the sum, and then one of the other two is positive as well. It takes a second unit."
        ),
    ),
    "dead": Prediction(
        "The trained model has 128 hidden units with relu, and on average more than two thirds of them sleep. How many are dead on the whole poem?",
        {"None": 0, "About 5": 5, "About 20": 20, "About 60": 60},
        explanation="A unit that sleeps at most places is not dead: it waits.",
    ),
    "gradient-stream": Prediction(
        "16 blocks, every layer *replaces* the rows. The gradient has the length 1 at the top. And at the bottom?",
        {"Above 1000": 1e4, "About 1": 1, "About 1/10": 0.1, "Below 1/1000": 1e-5},
        explanation=(
            "About half of the hidden units sleep and hand nothing down. So a feed-forward layer leaves "
            "about half of the squared length, $\\sqrt{1/2}$ of the length. After 16 of them 0.004 would "
            "be left, and attention takes its share as well. Factors a little below 1 multiply."
        ),
    ),
    "invariance": Parsons(
        r"Let $y = a x + b$, with one number $a > 0$ and one number $b$ for all features. Show that layer norm makes the same of $y$ as of $x$ (with $\varepsilon = 0$).",
        [
            r"The mean follows: $\mu_y = \frac1d \sum_i (a x_i + b) = a \mu_x + b$.",
            r"So the deviations lose the $b$: $y_i - \mu_y = a x_i + b - a \mu_x - b = a\,(x_i - \mu_x)$.",
            r"The variance is the mean of their squares: $\sigma_y^2 = \frac1d \sum_i a^2 (x_i - \mu_x)^2 = a^2 \sigma_x^2$.",
            r"Its root is $\sigma_y = a\, \sigma_x$, because $a > 0$.",
            r"In the quotient the $a$ drops out: $\frac{y_i - \mu_y}{\sigma_y} = \frac{a\,(x_i - \mu_x)}{a\, \sigma_x} = \frac{x_i - \mu_x}{\sigma_x}$.",
        ],
        distractors=[
            (
                r"The variance follows as the mean does: $\sigma_y^2 = a\, \sigma_x^2 + b$.",
                r"A variance is made of squared deviations: $b$ has left them already, and $a$ comes out squared.",
            ),
            (
                r"Its root is $\sigma_y = a^2 \sigma_x$.",
                r"The root of $a^2 \sigma_x^2$ is $a\, \sigma_x$.",
            ),
        ],
        explain={
            r"So the deviations lose the $b$: $y_i - \mu_y = a x_i + b - a \mu_x - b = a\,(x_i - \mu_x)$.": "What is added to all features is added to their mean as well.",
            r"In the quotient the $a$ drops out: $\frac{y_i - \mu_y}{\sigma_y} = \frac{a\,(x_i - \mu_x)}{a\, \sigma_x} = \frac{x_i - \mu_x}{\sigma_x}$.": "So the length of a row, and what its features have in common, are invisible to everything behind a layer norm.",
        },
    ),
    "grip": Prediction(
        "A row is multiplied by smaller and smaller numbers, until layer norm gives it the variance 0.5 in place of 1. With $\\varepsilon = 10^{-3}$ in place of $10^{-5}$, how many times as large is the number at which that happens?",
        {"The same": 1, "10-fold": 10, "100-fold": 100, "10,000-fold": 1e4},
        explanation=(
            "It happens where the variance of what goes in is $\\varepsilon$, so its standard "
            "deviation, which the number multiplies, is $\\sqrt\\varepsilon$. And a shift: layer norm "
            "does not notice it. With RMS norm a large one drowns the differences between the features."
        ),
    ),
    "stream": Prediction(
        "The stream begins with the variance 1. Each of 32 sublayers adds an update of variance near 1. What is the standard deviation of the stream at the end, about?",
        {"1": 1, "6": 6, "33": 33, "65,000": 65_000},
        explanation=lambda spreads: (
            f"Variances add: 1 + 32 = 33, and its root is {33**0.5:.1f}. Measured: "
            f"{spreads['pre-norm'][-1]:.1f}. It is a little less, because a relu halves the mean square "
            "of what it passes, and because attention's mean of several values is shorter than one of "
            "them. Without a norm each update is as large as the stream, so the growth "
            f"compounds: {spreads['no norm'][-1]:,.0f}."
        ),
    ),
    "large-matrices": Prediction(
        "16 blocks with residuals and pre-norm, and matrices of size 2. The gradient has the length 1 at the top. And at the bottom?",
        {"About 0.01": 0.01, "About 1": 1, "About 100": 100, "Above 1,000,000": 1e7},
        explanation=lambda sizes, gradients, survivor, alike: (
            "With pre-norm the gradient comes to the bottom, at the sizes "
            f"{', '.join(map(str, sizes))}, with the lengths "
            f"{', '.join(f'{gradient:.1f}' for gradient in gradients)}: it grows, but does not explode. "
            "The norm divides by the size of the stream, so the more the stream has grown, the less a "
            f"further update multiplies the gradient. Without a residual it survives at {survivor:.2f}; a "
            "little more and it explodes, a little less and it vanishes. But there the likeness of the "
            f"rows at the top is {alike:.2f}, so whatever the gradient says does not depend on the words."
        ),
    ),
    "dropout": Prediction(
        "With dropout in place of without: what becomes of the number of bits for a character on the half that the model has **not** read?",
        {"It grows by 0.2 or more": 0.3, "It hardly changes": 0, "It falls by 0.2 or more": -0.3},
        explanation=(
            "On what it has read it does worse. Dropout makes learning by heart harder, and the model "
            "is better off where that does not help."
        ),
    ),
    "norms": Prediction(
        "12 blocks, 120 steps at learning rate 0.003. Who ends with the lowest loss?",
        [
            "pre-norm, full updates",
            "pre-norm, small updates",
            "post-norm, full updates",
            "post-norm, small updates",
        ],
        explanation=(
            "And who with the highest? Post-norm with full updates. It says the same whatever it reads: "
            "its logits hardly depend on the text. With 2 blocks it does learn."
        ),
    ),
    "constant-stream": Quiz(
        "All features of a row have the value 7. What does layer norm make of it, with $\\gamma$, $\\beta$ and $\\varepsilon = 10^{-5}$?",
        [
            (
                "$\\gamma$, for 7 divided by 7 is 1",
                False,
                "It is divided by the spread and not by the size, and the mean was subtracted before.",
            ),
            (
                "`nan`, for the variance is 0",
                False,
                "That is what $\\varepsilon$ is for: the divisor is $\\sqrt{10^{-5}}$.",
            ),
            (
                "$\\beta$",
                True,
                "After the mean is subtracted all features are 0, and 0 divided by $\\sqrt{\\varepsilon}$ is 0. So only $\\beta$ is left.",
            ),
            (
                "7 in every feature, as before",
                False,
                "What all features have in common is the mean, and that is what layer norm takes away.",
            ),
        ],
    ),
    "batch-mask": Quiz(
        "In a language model batch norm, over the batch and the positions, takes the place of layer norm. Attention has a causal mask. In training, can the row of the third token depend on the fifth?",
        [
            (
                "No: the mask hides the fifth token",
                False,
                "The mask is part of attention. Batch norm stands outside, and mixes the positions as well.",
            ),
            (
                "Yes, through mean and variance",
                True,
                "They are taken over all positions, so what comes later changes how each row is normalized. Layer norm takes them from one row.",
            ),
            (
                "Yes, through the hidden units",
                False,
                "The feed-forward layer treats each row alone, with the same matrices.",
            ),
            (
                "No: the residual keeps the row as it was",
                False,
                "The residual keeps $x$ in the sum, and the update is added to it. The update has gone through the norm.",
            ),
        ],
    ),
    "doubled": Quiz(
        "In a pre-norm model the stream in front of a sublayer is doubled: $2x$ in place of $x$. What happens to the update that the sublayer computes?",
        [
            (
                "It doubles with the stream",
                False,
                "The sublayer sees $\\mathrm{norm}(2x)$, and the factor drops out of the norm.",
            ),
            (
                "It stays the same",
                True,
                "The sum is $2x + f(\\mathrm{norm}(x))$, in which it counts half as much. This is why late sublayers of a deep pre-norm model change the stream relatively little.",
            ),
            (
                "It is halved",
                False,
                "Nothing divides it. Only its share of the sum becomes smaller.",
            ),
            (
                "It is four times as large",
                False,
                "The scores of attention grow with the square of the rows, but only where no norm stands before them.",
            ),
        ],
    ),
    "zero": Quiz(
        "Someone starts a model with $W_2 = 0$ and $b_2 = 0$ in every feed-forward layer. What do these layers do in the first step, in a pre-norm residual?",
        [
            (
                "They erase what was in the stream",
                False,
                "That would be so without the residual. With it their output is added, and here it is 0.",
            ),
            (
                "They are dead, and stay so for good",
                False,
                "The gradient of $W_2$ is made of the hidden units, and these are not 0. $W_2$ moves in the first step, and then $W_1$ can learn too.",
            ),
            (
                "They pass the stream on unchanged",
                True,
                "$x + 0$. A residual sublayer begins as the identity when its last matrix is 0, and some models are started like this.",
            ),
            (
                "They add random noise",
                False,
                "With $W_2 = 0$ the output is 0, whatever the hidden units do.",
            ),
        ],
    ),
    "dropout-on": Quiz(
        "A trained model is used, and someone forgot to leave out the `rng` of dropout. What will be seen?",
        [
            (
                "The same question gets different answers",
                True,
                "Each call rolls the dice anew. The answers are also somewhat worse on average.",
            ),
            (
                "All outputs are too small, by the factor $1 - p$",
                False,
                "The entries that stay are divided by $1 - p$, so the mean is right.",
            ),
            (
                "Nothing: the mean is right",
                False,
                "The mean over many calls is. A single call is off by noise in every sublayer.",
            ),
            (
                "An error, for there is no gradient to compute",
                False,
                "The forward pass knows nothing of gradients.",
            ),
        ],
    ),
    "linear": Quiz(
        "In a feed-forward layer all entries of $b_1$ are set to $+100$, with relu and inputs of variance 1. What is the layer now?",
        [
            (
                "Dead: nothing comes through",
                False,
                "That would be $-100$. Here every unit is awake.",
            ),
            (
                "A linear map and a constant",
                True,
                "No unit ever comes to the bend, so relu passes everything unchanged. Two linear maps in a row are one. A unit that is always awake computes as little as one that never is.",
            ),
            (
                "The same as before, for the norm takes the 100 away",
                False,
                "The norm stands before the layer, and the bias acts inside it.",
            ),
            (
                "A layer with saturated units and no gradient",
                False,
                "Relu does not saturate to the right: its slope is 1 there, however far one goes.",
            ),
        ],
    ),
}
