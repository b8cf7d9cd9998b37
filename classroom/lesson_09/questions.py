"""The questions of lesson 9, with their keys: predictions, quizzes, lines to put into order."""

from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.quiz_logic import Quiz
from classroom.lesson_09.broken_runs import DISEASES

questions = {
    "growth-add": Prediction(
        "The other five appear between step 100 and step 160. When does Add appear?",
        {
            "With the others": 130,
            "Near step 300": 300,
            "Near step 1400": 1400,
            "Not within 2500 steps": 3000,
        },
        explanation=(
            "In all five seeds Add takes about ten times as long as the slowest of the others. The order of "
            "the other five is not the same in all seeds: that is luck, and section 3 is about it."
        ),
    ),
    "trains-rate": Prediction(
        "Which of these rates ends lowest on held-out text after 200 steps?",
        {"0.0001": 0.0001, "0.001": 0.001, "0.01": 0.01, "0.1": 0.1},
        explanation=(
            "To the left the runs are healthy, and slow: with more steps they would arrive. To the right "
            "more steps do not help. The two slopes are different illnesses."
        ),
    ),
    "trains-slopes": Prediction(
        "Two runs end at the same held-out loss, one far to the left of the valley and one far to the right. What tells them apart?",
        [
            "One loss is smooth and still falls at the end; the other drops at once and stays",
            "One loss falls quickly and then stays; the other is smooth and rises at the end",
            "Nothing in the losses; only the gradients of one of them are long",
        ],
        answer="One loss is smooth and still falls at the end; the other drops at once and stays",
        explanation=(
            "Too slow is smooth, and still on its way down. Too fast drops at once to about the loss of the "
            "frequencies and hardly gets below; at rates 0.3 and 1 it first shoots up. The gradients are long "
            "at both ends: with rate 0.00001 the model is still nearly where it was, and with rate 1 it has "
            "been thrown to places many times steeper than those it came from."
        ),
    ),
    "trains-edge": Prediction(
        "What will the loss do at twice the rate of the edge?",
        {
            "It jumps up at the first step": 0,
            "It falls for some steps, then it jumps": 7,
            "It falls, as below the edge": 40,
        },
        explanation=(
            r"At twice the edge each step multiplies what is off along the steepest direction by "
            r"$1 - 2 \cdot 2 = -3$. Here hardly anything is off at first, so nothing is to be seen, and "
            "the loss falls along all the others. But seven steps make more than two thousand of it."
        ),
    ),
    "trains-first-step": Prediction(
        "Without warm-up: how much of the logits' dependence on the text is left after a single step?",
        {"Nearly all": 0.95, "About half": 0.5, "Less than a fifth": 0.1},
        explanation=(
            "What do all examples of the first batch agree on? That some characters are frequent. So "
            "nearly all of the first step goes into saying this, everywhere: all rows are pushed in one "
            "direction, until what they share is larger than what tells them apart."
        ),
    ),
    "trains-batch": Prediction(
        "3200 windows in all, Adam at rate 0.01. Which batch size ends lowest?",
        {"2": 2, "8": 8, "32": 32, "128": 128},
        explanation=(
            "Sixteen hundred rough steps go further than twenty-five smooth ones. For the same number of "
            "steps, smoother ones are better. The work is 64 times as much, though."
        ),
    ),
    "luck-once": Prediction(
        "Somebody makes one run with clipping and one without, with two different seeds, and believes what comes out. In how many percent of all such pairs does the run **without** clipping win?",
        unit="%",
        explanation=(
            "More than one experimenter in six takes the worse setting for the better one, having measured "
            "correctly. The difference of the means is a little more than one standard deviation, and the "
            "luck of two runs comes together in the difference."
        ),
        digits=2,
    ),
    "luck-argument": Parsons(
        "How does one get from $n$ results of setting $A$ and $m$ results of setting $B$ to a statement about luck?",
        [
            r"Suppose that the settings $A$ and $B$ make no difference.",
            r"Then all ways to deal the $n + m$ results into groups of $n$ and $m$ are equally likely.",
            r"For each of these ways, compute $d$, how far apart the means of the two groups are.",
            r"Count the ways whose $d$ is at least the observed one, and divide by how many ways there are.",
            r"So this share, $p$, is the chance that luck alone makes such a difference.",
            r"If $p$ is small, luck alone is a poor explanation, and the supposition is given up.",
        ],
        distractors=[
            (
                r"Suppose that the settings $A$ and $B$ differ by as much as was observed.",
                "Then nothing could be computed about luck. One supposes the opposite of what one hopes to show, and looks whether the results can bear it.",
            ),
            (
                r"So this share, $p$, is the chance that $A$ and $B$ make no difference.",
                "That they make none was supposed, at the very beginning. The share says how likely such results are under this supposition, not how likely the supposition is.",
            ),
            (
                r"For each of these ways, count how many of the $n$ results beat one of the $m$ others.",
                "That could be done; it would be another test. Here groups are compared by their means.",
            ),
        ],
        explain={
            r"Suppose that the settings $A$ and $B$ make no difference.": "Everything that follows is computed under this supposition.",
            r"Count the ways whose $d$ is at least the observed one, and divide by how many ways there are.": "The observed way is one of them, so the share is never 0. In papers it is called the p-value.",
            r"If $p$ is small, luck alone is a poor explanation, and the supposition is given up.": "Where *small* begins is a convention; 0.05 is common. It is no law of nature: at 0.05, one in twenty useless changes passes.",
        },
    ),
    "luck-three": Prediction(
        "Three runs of each setting, and every run of the one is better than every run of the other, by far. What does `chance_of_difference` return?",
        explanation=(
            r"There are $\binom{6}{3} = 20$ dealings, and two of them part the good ones from the bad ones. "
            "However large the difference is, 3 and 3 runs cannot give less than 0.1."
        ),
    ),
    "fit-turn": Prediction(
        "The run takes 400 steps, and the loss on the 1000 characters falls all the time. At which step will the loss on the held-out text be lowest?",
        {"In the first 100 steps": 50, "Around step 200": 200, "Near the end": 380},
        explanation=(
            "All that 1000 characters can teach about the rest of the poem is learned within a few dozen "
            "steps. What comes after is true of these 1000 characters alone."
        ),
    ),
    "fit-more": Prediction(
        "With more text to learn from, what becomes of the step at which the held-out loss turns upwards?",
        [
            "It comes later, and the loss rises more gently",
            "It comes later, and the loss rises as steeply",
            "It comes as early, and the loss rises more gently",
        ],
        answer="It comes later, and the loss rises more gently",
        explanation=(
            "With the most text, 400 steps do not reach it: the curves are some 0.3 nats apart at the end, and "
            "neither has turned. Patience follows the turn. With 1000 characters even a patience of 1 "
            "finds a good place, for the curve turns once and for all; with 5600 a patience of 1 or 2 stops at "
            "the first bump, far too early."
        ),
    ),
    "luck-draws": Prediction(
        "*Constant rate* is two standard deviations better. How many seeds of each does a share below 0.1% need at the least, however lucky the draw?",
        answer=7,
        explanation=(
            r"The smallest share that there is belongs to groups that do not overlap: 2 of $\binom{2n}{n}$ dealings. "
            "With 6 of each that is 2 of 924, or 0.2%; with 7 it is 2 of 3432, or 0.06%. In nine of the twenty draws "
            "7 do. Between batches of 16 and of 15 the differences go up to 0.045 nats, in both directions; and "
            "without clipping about one draw of 3 in sixteen seems to be better."
        ),
    ),
    "fit-best": Prediction(
        "With 1000 characters, and each run stopped at its best evaluation: what lowers the held-out loss most?",
        ["Dropout", "Weight decay", "Another 1000 characters"],
        explanation=(
            "More data does not only make it harder to learn by heart; it brings what was missing."
        ),
    ),
    "ward-hidden": Prediction(
        "Which of these mistakes can hardly be seen in the two loss curves?",
        [DISEASES[word] for word in ("zeroing", "shift", "dead", "rate")],
        explanation=lambda apart: (
            f"Both its losses end within {apart:.1f} nats of those of the healthy run: the attention has "
            "done the work alone. On so small a text two thirds of the blocks' parameters are hardly "
            "missed. The other three are seen at once, one of them because it is far too good."
        ),
    ),
    "trains-plateau": Quiz(
        "A deep model falls to the loss of the character frequencies within 20 steps and stays there. At step 1 the gradient of block 1 was as long as that of the output. Which change is the first to try?",
        [
            (
                "Ten times as many steps at the same rate, for the run may only be slow",
                False,
                "The curve is flat, not slow. Its logits have most likely stopped depending on the text, and then no step tells it anything new.",
            ),
            (
                "A tenth of the rate in the first fifty steps, then the same rate",
                True,
                "The first steps, which all push in one direction, have made all rows alike. Short ones leave the difference between the rows alive.",
            ),
            (
                "Batches eight times as large, for their gradients are less noisy",
                False,
                "The gradient is not too noisy. All examples agree, on the frequencies; that is how the model got there.",
            ),
        ],
    ),
    "luck-share": Quiz(
        "Thirty ideas are tried, five seeds of each, and the best one has `chance_of_difference` 0.03 against the old setting. What should be done with it?",
        [
            (
                "Keep it: the new setting is better with a probability of 97%",
                False,
                "The share is computed under the supposition that there is no difference. How likely the supposition is, it cannot say.",
            ),
            (
                "Make five new runs of it, with new seeds, and test those",
                True,
                "Of thirty ideas that do nothing, one is expected at 0.03 by luck alone. The new seeds have not been chosen for being lucky.",
            ),
            (
                "Drop it: a difference of 3% is too small to be of use",
                False,
                "The share says nothing about the size of a difference. With many seeds a tiny one has a tiny share, too.",
            ),
        ],
    ),
    "fit-remedy": Quiz(
        "The loss on the batches is 1.9 and still falling, the held-out loss 2.0 and still falling. Somebody wants to add dropout. What would you say?",
        [
            (
                "Yes: the held-out loss is the higher one, so the run has begun to overfit",
                False,
                "A small gap is normal. As long as both fall, what is learned is true of both texts.",
            ),
            (
                "No: train on, and ask again once the held-out loss has turned",
                True,
                "The run has not begun to memorize. A remedy against it would only slow it down.",
            ),
            (
                "Yes: at this point it does no harm, and later it will be needed",
                False,
                "In section 4 it did harm, with all of the text: 400 steps were too few to overfit, and dropout slowed the learning.",
            ),
        ],
    ),
    "ward-early": Quiz(
        "A run is stuck. In its last hundred steps half of the relu units are silent, scores before the softmax are in the millions, and the gradients of all blocks are a hundredth of those of the output. What do you look at next?",
        [
            (
                "The units of each block, for what is dead lets no gradient through",
                False,
                "They are one of three signs that were there at the end. Half of the units still work, and a model learns much with none of them: that was a patient of the ward.",
            ),
            (
                "The held-out loss, for a run that overfits is stuck on its text as well",
                False,
                "A run that is stuck on its training data has nothing to overfit with.",
            ),
            (
                "The first ten steps, and which of the three signs was there first",
                True,
                "All three can be consequences of one leap in the first steps, or of something that was wrong at step 1 already. The order in time tells a cause from what follows from it.",
            ),
        ],
    ),
}
