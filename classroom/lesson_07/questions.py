"""The questions of lesson 7, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz

questions = {
    "two-paths": Prediction(
        "And $\\partial L / \\partial x$, at $x = 2$ and $w = 0.5$?",
        explanation=(
            "Through $u$ comes $2 \\cdot w = 1$, and straight from the sum comes $2$. "
            "If $x$ grows a little, $s$ grows on both ways, and the two effects add up."
        ),
    ),
    "negative-w": Prediction(
        "$x = 2$ as before, but $w = -0.5$. What is $\\partial L / \\partial x$ now?",
        explanation=(
            "$u = -1$, so the relu is closed: $s = 2$, and nothing comes back through the branch, "
            "for $x$ as little as for $w$. But the direct path still hands over all of "
            "$\\partial L/\\partial s = 1$."
        ),
    ),
    "step": Prediction(
        "We measure 101 slopes of gelu in float64, with the central difference. With steps of 1e-5, "
        "9 of the digits are right. How many at 1e-8?",
        {"11 or more": 11.5, "9 or 10": 9.5, "6 or 7": 6.5, "3 or fewer": 3.0},
        explanation=(
            "The bend costs nothing any more, but the rounding is divided by a step that is a "
            "thousand times shorter. The two errors meet near the cube root of $10^{-16}$."
        ),
    ),
    "single": Prediction(
        "In float32, at the best step for it: how many digits of the slopes are right?",
        {"7, all that float32 has": 7.0, "5": 5.0, "3": 3.0, "1": 1.0},
        explanation=(
            "And that only near a step of 0.01. At 1e-5 the third digit is wrong: of the "
            "7 digits of two values that are nearly equal, most are lost in the difference."
        ),
    ),
    "softmax": Parsons(
        "One row: scores $s_1, s_2, \\dots$, weights $w_i = e^{s_i} / Z$. Given $dw_i = \\partial L/\\partial w_i$, find $ds_j$.",
        [
            r"All weights share one sum: $w_i = e^{s_i}/Z$ with $Z = \sum_k e^{s_k}$, so $\partial Z/\partial s_j = e^{s_j}$.",
            r"A weight and its own score, by the quotient rule: $\dfrac{\partial w_j}{\partial s_j} = \dfrac{e^{s_j} Z - e^{s_j} e^{s_j}}{Z^2} = w_j (1 - w_j)$.",
            r"A weight and another score, $i \ne j$; only the denominator moves: $\dfrac{\partial w_i}{\partial s_j} = -\dfrac{e^{s_i} e^{s_j}}{Z^2} = -w_i w_j$.",
            r"Both in one, with $\delta_{ij} = 1$ if $i = j$ and 0 otherwise: $\partial w_i/\partial s_j = w_i (\delta_{ij} - w_j)$.",
            r"A score reaches the loss through every weight: $ds_j = \sum_i dw_i\, w_i (\delta_{ij} - w_j)$.",
            r"The $\delta$ picks one term; in the others $w_j$ comes out of the sum: $ds_j = w_j \big(dw_j - \sum_i dw_i\, w_i\big)$.",
        ],
        distractors=[
            (
                r"A score reaches the loss through its own weight: $ds_j = dw_j\, w_j (1 - w_j)$.",
                "It reaches the loss through all weights of its row, because all of them change with $Z$.",
            ),
            (
                r"A weight and another score, $i \ne j$, are independent: $\partial w_i/\partial s_j = 0$.",
                "The score $s_j$ stands in the denominator of every weight.",
            ),
        ],
        any_order=[(1, 2)],
    ),
    "ones": Prediction(
        "The weights of the example, (0.25, 0.25, 0.5), and `dout` = (1, 1, 1). What does "
        "`softmax_backward` return?",
        {
            "(1, 1, 1)": 1.0,
            "(0.25, 0.25, 0.5)": 0.25,
            "(0.19, 0.19, 0.25)": 0.1875,
            "(0, 0, 0)": 0.0,
        },
        explanation=(
            "With ones, $f = \\sum_j out_j$, and the weights sum to 1 whatever the scores are. "
            "A constant has the gradient 0."
        ),
    ),
    "weak": Prediction(
        "How many of the 15 wrong gradients does `weak_check` catch?",
        explanation=("The list says which ones slip through."),
    ),
    "attention": Parsons(
        "Given $dout$, find $dq$, $dk$ and $dv$.",
        [
            r"The values: $dv = w^\top dout$.",
            r"The weights: $dw = dout\, v^\top$.",
            r"Back through the softmax, row by row: $ds = w \odot \big(dw - \mathrm{rowsum}(dw \odot w)\big)$.",
            r"The queries, each from the keys it was compared with: $dq = ds\, k / \sqrt{d_k}$.",
            r"The keys, each from the queries that asked: $dk = ds^\top q / \sqrt{d_k}$.",
        ],
        distractors=[
            (
                r"Back through the softmax, row by row: $ds = w \odot dw$.",
                "The second term of the softmax is missing: all weights of a row share one sum.",
            ),
            (
                r"The keys, each from the queries that asked: $dk = ds\, q / \sqrt{d_k}$.",
                "The shapes do not fit: $ds$ is $(T_q, T_k)$ and $q$ is $(T_q, d_k)$. Key $j$ sums down column $j$ of $ds$.",
            ),
        ],
        any_order=[(0, 1), (0, 2), (0, 3), (0, 4), (3, 4)],
    ),
    "rows": Prediction(
        "Which row of `dscores` will be strongest: which query asks most loudly to listen elsewhere?",
        {"b": 0, "e (the first)": 2, "k": 4, "D": 6},
        explanation=lambda p_right: (
            f"After *ble* the model expected another word and gave the *a* only {p_right[2]:.2f}. "
            f"(The *l* after *b* surprised it as well, {p_right[0]:.2f}. But the first query has one key "
            "only: its weight is 1 whatever the score is, so its row is 0.)"
        ),
    ),
    "paths": Prediction(
        "Which share of the gradient arrives at the embedding on paths through at most 6 of the 24 branches?",
        {"About 1%": 0.01, "About 10%": 0.1, "About half": 0.5, "More than 90%": 0.95},
        explanation=lambda upto_6: (
            f"It is {upto_6:.1%}. There are many long paths, but each branch hands on only part of what it "
            "gets, and a long path multiplies many such parts."
        ),
    ),
    "cost": Prediction(
        "The backward of all linear maps takes how many times the multiplications of the forward?",
        unit="times",
        explanation=(
            "Each product of the forward has two in the backward, one for each of its factors. "
            "The same holds for the two products inside the attention."
        ),
    ),
    "shapes": Quiz(
        "`x` is `(8, 20, 64)`, `W` is `(64, 256)`, `b` is `(256,)`, and `dout` is `(8, 20, 256)`. Which is `db`?",
        [
            (
                "`dout.sum(axis=0)`",
                False,
                "That has the shape (20, 256): one gradient for each position. But all positions share one b.",
            ),
            (
                "`dout.mean(axis=(0, 1))`",
                False,
                "What was used several times collects a sum. If the loss is a mean, `dout` contains that factor already.",
            ),
            (
                "`dout.sum(axis=(0, 1))`",
                True,
                "b was added 160 times by broadcasting, and 160 gradients come back. The backward of broadcasting is a sum.",
            ),
            (
                "`dout.sum()`",
                False,
                "That is one number; b has 256, each with its own gradient.",
            ),
        ],
    ),
    "nearly-zero": Quiz(
        "A row of attention has the weights (0.98, 0.01, 0.01), and `dweights` is (0, −5, 0): the "
        "loss would fall if the second key were heard. What is the second entry of `dscores` "
        "(before the scale)?",
        [
            (
                "−5",
                False,
                "That is its gradient as a weight. On the way to the score it is multiplied by the weight, 0.01.",
            ),
            (
                "−4.95",
                False,
                "From −5 the weighted mean −0.05 is subtracted. Then the weight is still missing as a factor.",
            ),
            (
                "−0.0495",
                True,
                "0.01 · (−5 + 0.05). A hundredth of the wish arrives: what a head hardly looks at, it hardly learns to look at.",
            ),
            (
                "0",
                False,
                "Only a weight of exactly 0 stops everything. Here a hundredth gets through.",
            ),
        ],
    ),
    "agree": Quiz(
        "`gradient_check(layer, layer_backward, args)` returns `True`. What do you know?",
        [
            (
                "`layer` computes what the equation in its paper says",
                False,
                "Only that the backward fits this forward. A wrong forward with a matching backward passes.",
            ),
            (
                "`layer_backward` is right for every input, masked ones too",
                False,
                "It was tried at one place. A mask, a padding, a branch that was not taken at this place was not tried.",
            ),
            (
                "`layer_backward` is its derivative, near these `args`",
                True,
                "That, and to about 5 digits. So choose args that reach every case: T_q ≠ T_k, repeated ids, a mask, gamma ≠ 1.",
            ),
        ],
    ),
    "in-place": Quiz(
        "A reader's `relu_backward` says `dout[x <= 0] = 0; return dout`. It returns the right "
        "numbers. Which gradient of $out = x + \\mathrm{relu}(x)$ does it spoil?",
        [
            (
                "That of the branch: zeros take the place of what came from above",
                False,
                "The branch gets what it should: dout where x was positive, 0 elsewhere.",
            ),
            (
                "That of the identity path: it hands on the same array, now full of zeros",
                True,
                "Both ways got one array, and the branch wrote into it. So dx is 0 where x was negative; it should be dout.",
            ),
            (
                "None: the numbers that it returns are right, and nothing else counts",
                False,
                "What it does to its argument counts, too: somebody else may still want dout.",
            ),
        ],
    ),
    "tape": Quiz(
        "In the tape of section 13 the last line of the loop becomes `grads[id(array)] = gradient`. "
        "For which arrays comes a wrong gradient?",
        [
            (
                "For `x` alone",
                True,
                "It alone went into two steps. The list is run from its end, so the identity path comes first, and the branch then writes over it.",
            ),
            (
                "For `x` and all that stands before `add`",
                False,
                "`W_1`, `b_1`, `W_2` and `b_2` were used once each. What comes back to them comes through `update`, which was used once, too.",
            ),
            (
                "For all arrays, as every gradient is a sum",
                False,
                "A sum of one term is that term. Only where an array was used twice does a second one come back.",
            ),
            (
                "For none: `add` hands all of `dout` to both",
                False,
                "It does. But `x` gets another gradient from the linear map, and the two must be added.",
            ),
        ],
    ),
}
