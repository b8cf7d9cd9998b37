"""The questions of lesson 8, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "edge": Prediction(
        "From which learning rate on does gradient descent in this valley no longer come to rest, but move away further and further?",
        explanation=(
            r"$y$ is multiplied by $1 - 25\,\eta$ at each step. It grows as soon as that is below $-1$, "
            r"which is at $\eta = 2/25$. The steepest direction sets the limit, and all others have to "
            r"live with it: near the limit, $x$ is multiplied by $0.92$."
        ),
    ),
    "velocity": Prediction(
        "The gradient is 1 at every step, and $\\mu = 0.9$. Towards which number does the velocity go?",
        explanation=(
            r"$v = 0.9\,v + 1$ holds for $v = 10$: it is the sum $1 + 0.9 + 0.81 + \dots = 1/(1 - 0.9)$. "
            "A gradient that stays the same is amplified ten times, one that turns at every step is halved."
        ),
    ),
    "worst": Prediction(
        "Without a correction the first step is about 3 times too long. When are the steps worst?",
        {"At step 1": 1, "Near step 10": 10, "Near step 100": 100, "Near step 1000": 1000},
        explanation=lambda worst, too_long: (
            f"At step {worst} the step is {too_long.max():.1f} times too long: m has nearly arrived, for its "
            "average reaches back 10 steps, and v has not, for its own reaches back 1000."
        ),
    ),
    "bias-training": Parsons(
        r"The gradients $g_1, g_2, \dots$ are random and all have the same mean $\mathbb{E}[g]$. Show that $m_t / (1 - \beta^t)$ has this mean, too.",
        [
            r"Write the recursion out from $m_0 = 0$: $m_t = (1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}\, g_i$.",
            r"Take the mean of both sides; all $g_i$ have the same: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}$.",
            r"The sum in this mean is geometric: $\sum_{i=1}^{t} \beta^{\,t-i} = \dfrac{1 - \beta^t}{1 - \beta}$.",
            r"The factor $1 - \beta$ cancels: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta^t)$.",
            r"Divide by what is missing: $\mathbb{E}\!\left[m_t / (1 - \beta^t)\right] = \mathbb{E}[g]$.",
        ],
        distractors=[
            (
                r"The sum in this mean is geometric: $\sum_{i=1}^{t} \beta^{\,t-i} = \dfrac{1}{1 - \beta}$.",
                r"That is the sum of infinitely many terms. After $t$ steps there are $t$; what is missing of the rest is what the correction is about.",
            ),
            (
                r"Each step loses the share $\beta$: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta\, t)$.",
                r"The share that is left of the start is multiplied by $\beta$ at each step, which makes $\beta^t$. And $1 - \beta t$ would soon be negative.",
            ),
        ],
        explain={
            r"Write the recursion out from $m_0 = 0$: $m_t = (1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}\, g_i$.": "The newest gradient has the weight $1 - \\beta$, and each step back multiplies by $\\beta$.",
            r"The factor $1 - \beta$ cancels: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta^t)$.": "The same holds for $v$ with $\\beta_2$ and the mean of $g^2$.",
        },
    ),
    "noise": Prediction(
        "A batch of 16 examples misses the full gradient by some distance. How many times smaller is the distance with a batch of 256?",
        explanation=(
            "Sixteen times the examples, four times less noise: the error of a mean falls with the root of "
            "how many are in it. Sixteen times the work, too. That is why batches stay small: with the "
            "same work one can take sixteen noisy steps."
        ),
        digits=2,
    ),
    "held-out": Prediction(
        "The run with 100 sentences: its training loss falls below 0.01. How many of the sentences that it has not seen does it copy without a mistake?",
        {
            "Nearly all": 0.97,
            "About three quarters": 0.75,
            "About a quarter": 0.25,
            "Nearly none": 0.03,
        },
        explanation=(
            "On what it was trained on, each run ends below 0.01. The run with 10,000 sentences copies nearly all of those "
            "that it has not seen. The other knows its 100 by heart and fails at most of the rest. The "
            "loss on training examples does not tell the two apart."
        ),
    ),
    "momentum-edge": Prediction(
        "Gradient descent in the long valley breaks at rate 0.08. From which rate on does it break with a momentum of 0.9?",
        {"From about 0.008": 0.008, "From about 0.08": 0.08, "From about 0.15": 0.152},
        explanation=(
            "Along the floor the velocity amplifies the gradient ten times, but from wall to wall the "
            r"gradients cancel, and it is there that a run breaks. The edge moves from $2/25$ to "
            r"$2\,(1 + \mu)/25 = 0.152$: momentum takes nearly twice the rate."
        ),
    ),
    "saddle": Prediction(
        "On the saddle, at rate 0.03 and with a momentum of 0.9: who is first to leave the ridge?",
        ["Gradient descent", "Momentum", "Adam"],
        explanation=(
            "Near the ridge the gradient towards either minimum is nearly 0. Adam makes small gradients as "
            "large as any other. Momentum adds up those that agree, which takes a while. Gradient descent "
            "has not come halfway after 100 steps."
        ),
    ),
    "near-peak": Prediction(
        "Warm-up over 100 of 1000 steps, then one of the two ways down. Which spends more steps above half of its peak?",
        ["the half cosine", "one over the root", "both alike"],
        explanation=(
            "After step 100 the root has fallen to a half at step 400, the cosine at step 550. After that it "
            "is the other way round: the cosine comes down to 0, and one over the root never does. But the cosine "
            "must know its end. One over the root can be stopped, or go on, at any time, and pays for it with a "
            "rate that is still high at the end."
        ),
    ),
    "correction": Quiz(
        "After many steps a run with Adam is resumed from a checkpoint that holds the parameters and both averages, but not the step number $t$. It starts again at $t = 1$. How long is its first step?",
        [
            (
                "About ten times too long",
                False,
                "$\\hat m = m / 0.1$ is ten times too large, yes. But $v$ is corrected as well, and its root stands below the line.",
            ),
            (
                "Right, for the averages are right",
                False,
                "They are, and that is the problem: they are corrected as if they had just started at 0.",
            ),
            (
                "About a third of what is right",
                True,
                "$\\hat m = m / 0.1$ is 10 times too large and $\\sqrt{\\hat v} = \\sqrt{v / 0.001}$ is 32 times too large. The run is not the run that was interrupted.",
            ),
            (
                "About a hundredth of what is right",
                False,
                "$\\hat v$ is 1000 times too large, but it is its root that divides, and $\\hat m$ is 10 times too large itself: $10 / 32$.",
            ),
        ],
    ),
    "clip": Quiz(
        "Two arrays have gradients of norm 3 and 4. `max_norm` is 1. What are their norms after clipping by global norm?",
        [
            (
                "0.6 and 0.8",
                True,
                "The global norm is 5, so everything is multiplied by 1/5. Together they have the norm 1, and their ratio is what it was.",
            ),
            (
                "1 and 1",
                False,
                "That is clipping each array by itself. The step would no longer point where the gradient points.",
            ),
            (
                "3/7 and 4/7",
                False,
                "That divides by the sum of the norms. Lengths at right angles add like the sides of a triangle: $\\sqrt{9 + 16} = 5$.",
            ),
            (
                "They stay 3 and 4: neither array is the longest",
                False,
                "What is compared with `max_norm` is the norm of all arrays together, 5.",
            ),
        ],
    ),
    "leak-training": Quiz(
        "A new encoder–decoder has a loss of 0.001 and 100% exact matches on held-out data after one minute. Asked to write, it repeats `<bos>` without end. What is the likely reason?",
        [
            (
                "The decoder is asked for the very words it reads",
                True,
                "Someone forgot to shift by one, so that both rows begin with `<bos>`. The model passes on what it reads at the same position, held-out or not, and when it writes, it passes on `<bos>`. Nothing complains, for all shapes fit.",
            ),
            (
                "It overfits: it has seen too few sentences so far",
                False,
                "Then the held-out loss would be high. Here it is as low as that of the training part.",
            ),
            (
                "The learning rate is too high for its warm-up",
                False,
                "Then the loss would not come down to 0.001. A loss that is too good in the first minute is a reason to look at a batch.",
            ),
            (
                "Exposure bias: it meets its own mistakes only now",
                False,
                "That grows with the length of a text, from one wrong word on. Here the very first word is wrong.",
            ),
        ],
    ),
    "validation": Quiz(
        "You try 50 learning rates and report the best accuracy on the validation set. Why is it probably too good?",
        [
            (
                "The validation set is smaller than the training set",
                False,
                "A small set makes the figure noisy, up or down. It is the choice among noisy figures that makes it too good.",
            ),
            (
                "The model was also trained on the validation set",
                False,
                "Its gradients never saw it. But your choice did.",
            ),
            (
                "The best of 50 noisy figures has lucky noise",
                True,
                "Choosing is a kind of training, on the validation set. That is what the test set is for: it is measured once, after the choice.",
            ),
        ],
    ),
    "rate-batch": Quiz(
        "A run takes 1000 steps with batches of 64. You change to batches of 256 and 1000 steps. What changes?",
        [
            (
                "Four times the work, and gradients with half the noise",
                True,
                "The noise falls with the root of the batch size. Whether that is worth four times the work depends on how much the noise was in the way; often a larger rate becomes possible, too.",
            ),
            (
                "The same work, for there are as many steps",
                False,
                "Each step runs four times as many examples.",
            ),
            (
                "Four times the work, and gradients with a quarter of the noise",
                False,
                "The error of a mean falls with the root of how many numbers are in it.",
            ),
        ],
    ),
}
