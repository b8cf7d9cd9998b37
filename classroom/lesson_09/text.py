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
# Your model has learned five jobs.
# This lesson looks at the learning itself: in which order skills appear, what decides whether they appear at all, how much of a result is luck, and when a model learns by heart.
# Then eight trainings that went wrong wait for your diagnosis, and you write the examination that would have found most of them before the first step.
#
# - **You will build** the instruments: dead units, an exact test against luck, early stopping, a diagnosis, and the examination of a fresh model
# - **You need** lesson 8: the loop, the rate, the schedule.
#   Lessons 2, 3 and 6 for heatmaps, norms and what a loss says.
# - **Time** about three and a half hours, in three sittings: sections 1 and 2 (50 minutes), 3 and 4 (70), 5 (90).
#   The sittings do not build on each other, except that the ward in section 5 uses what came before.
# - **Cost** runs in 60 s, 300 MB of memory
#
# What trains within seconds is trained here, before your eyes.
# What takes longer was recorded by `python -m classroom.lesson_09.record`, which you can run yourself.
# What a trained model looks like inside is the subject of afterword A.

# %% id="setup"
import itertools

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution
from classroom import lesson_09 as lesson
from classroom.lesson_09 import BatchLoss, UpdateRatio, fresh_model, short_run, the_raven
from classroom.plots import table
from classroom.plots.reliability import judge
from classroom.recordings import load_recording
from course_lib.training.objective import forward

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. When each skill appears
#
# In lesson 8 you saw five losses fall.
# A loss is one number for thousands of parameters.
# Here we look at one training by what the model can do at which step.
#
# The job is that of the digits, with one operation more.
# `First`, `Second`, `Last`, `Max` and `Min` of three digits have a digit as their answer.
# `Add` has a number up to 27, written digit by digit.
# The model is small: two blocks, four heads each, vectors of 32 numbers.
# A fifth of all triples of digits is held out.
# It trains in a few seconds.
# To look into it at many steps, and to do it again with other seeds, takes more than a minute, so what was seen is stored; `python -m classroom.lesson_09.record growth` makes it anew.

# %% id="growth-load"
growth = load_recording("growth")
seen, about = growth.arrays, growth.metadata
steps, operations = seen["steps"], about["operations"]
print(f"{about['parameters']:,} parameters, seeds {about['seeds']}, {len(steps)} looks at each run")
print("accuracy of each operation:", seen["accuracy"].shape, "(seed, step, operation)")

# %% [markdown]
# Let us say that a skill has appeared when nine of ten held-out questions are answered exactly.
# The first five operations appear before step 200, in every seed.

# %% id="predict-growth-add"
predict("growth-add")

# %% id="growth-skills"
appeared = np.array([steps[(run >= 0.9).argmax(axis=0)] for run in seen["accuracy"]])
when = {"seed": about["seeds"]}
when |= {name: appeared[:, i].astype(int) for i, name in enumerate(operations)}

# %% id="reveal-growth-add"
reveal("growth-add", np.median(when["Add"]), table(when))

# %% [markdown]
# So the loss, which looks like one curve that falls, is a sum of skills that come one after the other.
# Large models have been described in a similar way, with size in the place of steps: a skill that is absent in smaller models and there in larger ones (Wei et al. 2022).
# Is it really absent before?
#
# An answer counts only if it is exactly right.
# Count also what is wrong by at most 1.
# And do one thing more.
# From each of the recorded steps, train 60 steps on, at a tenth of the learning rate.
# Sixty such steps are too little to learn much that is new.
# They let the model settle on what it has.

# %% id="growth-add"
add = operations.index("Add")
exact = seen["accuracy"][0][:, add]
close = (np.abs(seen["sums"] - seen["true_sums"]) <= 1).mean(axis=1)
as_usual, settled = seen["onward"].T
rows = np.flatnonzero(np.isin(steps, [200, 400, 600, 700, 1000, 1300, 1400]))
table(
    {
        "step": steps[rows].astype(int),
        "exact": exact[rows],
        "within 1": close[rows],
        "60 steps on, same rate": as_usual[rows],
        "at a tenth of it": settled[rows],
    },
    dict.fromkeys(["exact", "within 1", "60 steps on, same rate", "at a tenth of it"], ".0%"),
)

# %% id="growth-add-picture"
lesson.picture_of_add(steps, exact, close, settled)

# %% [markdown]
# From step 600 on nearly all sums are right to within 1, and from step 700 on the model could add, had it been allowed to settle.
# At full rate it is thrown about: exactness goes up and down between 40 and 80 percent for 700 steps, until the schedule has lowered the rate.
# *Roughly* came early and steadily, *exactly* came late and at once.
# Part of the jump lies in what was counted, and part in the length of the steps.
# Schaeffer et al. (2023) made the first point for large models.
# The second is where section 2 begins.
# (Why does `Add` take so long?
# Afterword A looks inside.)

# %% [markdown]
# ## 2. What decides whether it trains
#
# The run of section 1 went well.
# That was decided before it began, by a handful of numbers that someone had chosen: the learning rate, a few steps of warm-up, the size of a batch, the place of the norm.
# In this section we choose them badly, one at a time.
#
# For that a run must be short.
# `short_run` trains a model of one block, 32 features wide, on *The Raven*, with 32 characters of context, and takes less than a second.
# Its arguments are the numbers in question.
# A run that breaks is a result, too: it says at which step.
#
# Two losses serve as landmarks.
# A model that knows nothing gives each of the 54 characters the same probability.
# One that knows only how often each character occurs, and nothing of the text before it, has the entropy of these frequencies as its loss (lesson 6).

# %% id="landmarks"
counts = np.bincount(the_raven().ids)
share = counts[counts > 0] / counts.sum()
frequencies = float(-(share * np.log(share)).sum())
print(f"knows nothing             ln {len(counts)} = {np.log(len(counts)):.2f} nats")
print(f"knows the frequencies     {frequencies:.2f} nats")

# %% [markdown]
# ### The learning rate
#
# If only one number can be tuned, it should be this one.
# We take Adam, 200 steps, and nine rates over five powers of ten.

# %% id="predict-trains-rate"
predict("trains-rate")

# %% id="rate-runs"
rates = [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0]
updates = [UpdateRatio() for _ in rates]  # watch the length of each step, for later
rate_runs = [
    short_run(lr=lr, steps=200, watch=watch) for lr, watch in zip(rates, updates, strict=True)
]
ended = np.array([run.held_out for run in rate_runs])
best = int(ended.argmin())

# %% id="reveal-trains-rate"
reveal("trains-rate", rates[best], lesson.picture_of_rates(rates, ended, frequencies))

# %% id="predict-trains-slopes"
predict("trains-slopes")

# %% id="explore-rates"
lesson.explore_rates(rate_runs)

# %% id="reveal-trains-slopes"
reveal("trains-slopes")

# %% [markdown]
# The bottom of the valley is wide.
# A rate three times as large or as small costs little, a hundred times costs nearly everything.
# So a coarse search is enough: powers of ten first, then a factor of three.

# %% [markdown]
# ### Update and weight
#
# One number tells the side of the valley without a second run: how long a step is, compared with what it changes,
#
# $$\frac{\lVert \theta_{t+1} - \theta_t \rVert}{\lVert \theta_t \rVert},$$
#
# the **ratio of update to weight**, here over all matrices together.
# A rule of thumb asks for about a thousandth (Karpathy, CS231n): much less, and the training will take long; much more, and each step throws away a part of what the last one knew.
# `UpdateRatio` has measured it at every step of the nine runs.

# %% id="update-ratios"
lesson.picture_of_updates(rates, [watch.ratios for watch in updates])

# %% [markdown]
# The first step of Adam moves every number by the rate, so its ratio is proportional to the rate.
# In the valley the median step changes the weights by up to a hundredth.
# Far to the left it is less than a ten-thousandth.
# To the right the weights grow with the steps that they get, which lowers the ratio again: there look at the first steps.
# In the ward it is one of the charts.

# %% [markdown]
# ### Units that die
#
# Lesson 3 introduced dead units: a hidden unit that relu sets to 0 at every position has no slope, learns nothing, and stays as it is unless something below it changes.
# There we counted them in finished models.
# Here they are a measuring instrument: a run that killed many of its units had steps that were too long.

# %% [markdown]
# ### Exercise: `dead_units`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `dead_units(hidden, counted)` measures which share of the hidden units is dead on a batch.
#
# - `hidden`: an array `(B, T, d_ff)`, what relu has let through.
# - `counted`: a bool array `(B, T)`, `True` where a token is, `False` where there is padding.
# - A unit is dead if it is exactly 0 at **every** position of **every** sequence that counts.
#   What it does at padding does not matter: nothing is learned there.
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
# Your function on four rates, with the held-out text as the batch, over three seeds: what dies under a high rate differs from seed to seed, and from one machine to the next.
# (All windows of the held-out text are full, so every position counts.)

# %% id="dead-by-rate"
ids = the_raven().held_out.inputs[0]
everywhere = np.ones(ids.shape, bool)


def dead_share(run):
    """The share of dead units of a run, the mean over its blocks."""
    hidden = lesson.relu_outputs(ids, run.params, run.config)
    return np.mean([dead_units(each, everywhere) for each in hidden])


high = {
    lr: [dead_share(short_run(lr=lr, steps=200, seed=seed)) for seed in range(3)]
    for lr in [0.01, 0.1, 0.3, 1.0]
}
lesson.picture_of_dead(high)

# %% [markdown]
# ### Where is the edge?
#
# Lesson 8 began with a valley whose steepest direction had the curvature 25, and gradient descent broke at the rate $2/25$.
# Does that say anything about a model, with its thousands of directions?
#
# It can be tried.
# Near any place $\theta$ the loss is a parabola along each direction $v$, and its curvature is how fast the gradient changes on the way: $v \cdot (g(\theta + h v) - g(\theta - h v)) / 2h$ for a small $h$.
# The steepest direction of all can be found by asking again and again: take a random direction, see how the gradient changes along it, take *that change* as the next direction, and so on.
# In each round the steepest part grows most, until nothing else is left.
# (This is power iteration.
# The matrix of all second derivatives, the Hessian, is never written down.)
#
# So that the parabola is what we see, we take plain gradient descent, always the same batch of 32 windows, no clipping, and gelu, which has no kinks.
# After 60 careful steps we stop and measure.


# %% id="curvature"
config = lesson.raven_config(activation="gelu")
rng = np.random.default_rng(0)
params = lesson.start_params(config, rng, dtype=np.float64)
batch = the_raven().train.take(rng.integers(5000, size=32))
loss = BatchLoss(batch, params, config)  # a function of all parameters as one array

here, _ = loss.go_down(loss.start, lr=0.03, steps=60)
curvature, steepest = lesson.largest_curvature(loss.gradient, here, rng, rounds=10)
v = rng.standard_normal(len(here))
v /= np.linalg.norm(v)
in_passing = v @ (loss.gradient(here + 1e-4 * v) - loss.gradient(here - 1e-4 * v)) / 2e-4
edge = 2 / curvature
print(f"{len(here):,} parameters")
print(f"curvature in a random direction {abs(in_passing):.2f}, in the steepest {curvature:.0f}")
print(f"so the edge should be at 2 / {curvature:.0f}, the rate {edge:.2f}")

# %% [markdown]
# In a random direction the model stands on a plain; somewhere among the seventeen thousand there is a wall.
# From this place we go on, with rates below and above the edge.

# %% id="predict-trains-edge"
predict("trains-edge")

# %% id="edge-runs"
with np.errstate(all="ignore"):
    ways = {times: loss.go_down(here, times * edge, 40)[1] for times in [0.5, 1.5, 2, 16]}
up = np.flatnonzero(np.diff(ways[2]) > 0)
rises_at = int(up[0]) if len(up) else 40

# %% id="reveal-trains-edge"
reveal("trains-edge", rises_at, lesson.picture_of_edge(ways))

# %% [markdown]
# So the rule of lesson 8 holds for a real model, and from the curve alone nobody would have seen the trouble coming.
# What happens *beyond* the edge is milder than in lesson 8.
# A real valley is a parabola near its floor only; further up the walls bend, and the model is thrown about without being lost.
# At one and a half and at twice the edge it even ends lower than the careful run, for along the gentle directions it went faster.
# Far enough out there is no holding: the loss grows until the numbers overflow, and that is where `nan` comes from.
#
# A good rate therefore lies near an edge, which moves while the model learns.
# Gradient descent has even been seen to walk, all by itself, to places where the curvature is about $2/\eta$, and to stay there (Cohen et al. 2021).

# %% [markdown]
# ### The first steps: warm-up
#
# Lesson 8 recommended a rate that climbs at the beginning.
# What happens if it does not?
# Adam's first step moves *every* number by the learning rate, however small its gradient (lesson 8, section 3).
# With the rate 0.02, which served one block well, and matrices whose entries are around $1/\sqrt{32} \approx 0.18$ that is a change of 11%.
#
# By hand: a row with 32 entries of size 1 meets a column of a matrix.
# Thirty-two pushes of size 0.02 with random signs would add up to $\sqrt{32} \cdot 0.02 \approx 0.11$.
# But the signs are not random.
# Each is chosen to lower the loss, and as far as the examples of the batch agree on how, all of them push in the same direction: $32 \cdot 0.02 = 0.64$.
# And the sublayer after this one does the same, and the next.
#
# We train models of 6 blocks at the rate 0.02, and look after every step at how much the logits depend on the text: their standard deviation over many positions.

# %% id="predict-trains-first-step"
predict("trains-first-step")


# %% id="warm-up-runs"
def first_steps(norm, warmup, lr=0.02, seed=0):
    """100 steps of a model of 6 blocks; after each the logits' dependence on the text."""
    config, found = lesson.raven_config(norm=norm, n_layers=6), []

    def watch(step, params):
        found.append(lesson.dependence_on_text(ids[:4], params, config))

    short_run(norm=norm, n_layers=6, lr=lr, warmup=warmup, steps=100, seed=seed, watch=watch)
    return np.array(found)


names = {"pre": "pre-norm", "post": "post-norm"}
beginnings = {names[norm]: first_steps(norm, 0) for norm in names}
beginnings |= {f"{names[norm]} + warm-up": first_steps(norm, 50) for norm in names}
left = {name: seen[1] / seen[0] for name, seen in beginnings.items()}  # after one step

# %% id="reveal-trains-first-step"
reveal(
    "trains-first-step",
    max(left["pre-norm"], left["post-norm"]),
    lesson.picture_of_first_steps(beginnings),
)

# %% [markdown]
# All four runs go through this valley, for the frequencies are what is learned first.
# The question is how deep they fall.
# With warm-up the first step is fifty times shorter, just when the gradients agree most.
# And pre-norm has a way back even without, because the words themselves still stand in the stream (lesson 3), though it ends higher.
# With post-norm every norm divides them once more: within twenty steps all that is left of them is rounding, a millionth, and the run stays with the frequencies.
#
# Lesson 3 saw the same with 12 blocks, post-norm and full updates, at a smaller rate, for every block adds its push.
# Small updates (the division by $\sqrt{2\,n_{\text{layers}}}$), pre-norm and warm-up are three remedies for one illness.

# %% [markdown]
# ### How many examples in a batch
#
# Lesson 8 measured that the noise of a gradient falls with the root of the batch size.
# What follows for training depends on what is scarce.
# Say the work is fixed: 3200 windows, in 1600 steps of 2 or in 25 steps of 128, or in between.

# %% id="predict-trains-batch"
predict("trains-batch")

# %% id="batch-runs"
sizes = [2, 8, 32, 128]
same_work = [short_run(batch_size=B, steps=3200 // B).held_out for B in sizes]
same_steps = [short_run(batch_size=B, steps=100).held_out for B in sizes]

# %% id="reveal-trains-batch"
reveal(
    "trains-batch",
    sizes[int(np.argmin(same_work))],
    lesson.picture_of_batches(sizes, same_work, same_steps),
)

# %% [markdown]
# (All of them had the same rate.
# Large batches bear a larger one: try `short_run(batch_size=128, steps=25, lr=0.02).held_out`.)
#
# Then why does anybody use large batches?
# Because work is not time.
# The examples of a batch can be run side by side, on many processors; steps can only be taken one after the other.
# Up to which size that is worth while depends on the noise of the gradient, which grows, compared with its length, as the model learns (McCandlish et al. 2018).
# The batches of GPT-3 grew during its training (Brown et al. 2020, Sec. 2.3 and App. B).

# %% [markdown]
# ## 3. How much of a difference is luck
#
# Section 2 compared settings by what came of a run.
# But a run has a **seed**.
# It decides with which parameters the run begins and which batches it draws.
# Nobody chooses it for a reason.
# Here is the same run ten times, 100 steps each, with ten seeds and not one setting changed.

# %% id="luck-ten-seeds"
ten = np.array([short_run(steps=100, seed=seed).held_out for seed in range(10)])
lesson.picture_of_ten_seeds(ten)

# %% [markdown]
# Had two of these bars belonged to two settings, one of them would have been called the better one.
# In reinforcement learning, two halves of ten seeds *of the same method* have been shown that look like two different methods (Henderson et al. 2018).
#
# How bad is it?
# To know, one needs many seeds.
# `python -m classroom.lesson_09.record luck` trained this run with 40 seeds under five settings, and stored the 200 losses.

# %% id="luck-recording"
luck = load_recording("luck")
losses = dict(zip(luck.metadata["settings"], luck.arrays["held_out"], strict=True))
table(
    {
        "setting": list(losses),
        "mean of 40": [values.mean() for values in losses.values()],
        "standard deviation": [values.std(ddof=1) for values in losses.values()],
    },
    {"mean of 40": ".3f", "standard deviation": ".3f"},
)

# %% [markdown]
# Take *no clipping*.
# Over 40 seeds its mean is about 0.03 nats above that of the run as it is.
# So clipping helps here, a little: by somewhat more than one standard deviation.

# %% id="predict-luck-once"
predict("luck-once")

# %% id="luck-pairs"
wins = losses["no clipping"][:, None] < losses["as it is"]  # (40, 40): each seed against each
other_seed = ~np.eye(40, dtype=bool)

# %% id="reveal-luck-once"
reveal(
    "luck-once",
    100 * wins[other_seed].mean(),
    f"of {other_seed.sum():,} pairs the worse setting wins {wins[other_seed].sum():,}",
)

# %% [markdown]
# ### When you have only your own few runs
#
# Nobody makes 40 runs to learn whether 3 would have been enough.
# What can be said from the few that there are?
# Ask the other way round: **if the setting made no difference at all, how often would luck alone make one like this?**
#
# If the setting makes no difference, then the labels on the runs mean nothing.
# The same results could as well have fallen under the other label.
# So put all of them into one pot and *deal them out anew*, in every possible way, and look how far apart the means are each time.
#
# By hand.
# Setting A gave 2.4 and 2.5, setting B gave 2.6 and 2.8.
# The means are 2.45 and 2.70, which is 0.25 apart.
# Two results of four can be dealt in six ways:
#
# | first group | second group | means apart by |
# |---|---|---|
# | 2.4, 2.5 | 2.6, 2.8 | 0.25 |
# | 2.4, 2.6 | 2.5, 2.8 | 0.15 |
# | 2.4, 2.8 | 2.5, 2.6 | 0.05 |
# | 2.5, 2.6 | 2.4, 2.8 | 0.05 |
# | 2.5, 2.8 | 2.4, 2.6 | 0.15 |
# | 2.6, 2.8 | 2.4, 2.5 | 0.25 |
#
# Two of the six are as far apart as what was seen, the first and its mirror image.
# So luck alone does it in a third of all dealings, and these four runs show next to nothing.
# This is the **permutation test** (Fisher 1935; Pitman 1937).
# It assumes nothing about how the results are spread.
#
# What the share says, and what it does not, is often confused.
# Put the argument into its order; three lines do not belong.

# %% id="parsons-luck"
parsons("luck-argument")

# %% [markdown]
# ### Exercise: `chance_of_difference`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `chance_of_difference(a, b)` is this test, exactly: no drawing, all dealings are gone through.
#
# - `a`: `n` results, `b`: `m` results; 1-D arrays, both at least one long, and not always equally long.
# - A dealing chooses which `n` of the `n + m` results make the first group.
#   There are $\binom{n+m}{n}$ of them; in which order a group is dealt does not matter.
#   The one that gave `a` and `b` is one of them, and counts.
# - Returns a float: the share of all dealings whose means are **at least as far apart** as those of `a` and `b`, whichever is the larger.
# - Two runs with the same result are two runs: deal positions, not values.
# - Sums of the same numbers in another order differ in their last bit.
#   So a dealing counts if its distance is at least that of `a` and `b` **minus** $10^{-6}$.
#
# ```python
# chance_of_difference(np.array([2.4, 2.5]), np.array([2.6, 2.8]))    # 0.3333   the six ways above
# chance_of_difference(np.array([1., 2.]), np.array([4.]))            # 0.3333
# ```
#
# In the second, the means are 1.5 and 4, so 2.5 apart.
# The three ways: (1, 2) and 4 are 2.5 apart; (1, 4) and 2 are 0.5 apart; (2, 4) and 1 are 2 apart.
# One of three.
# `itertools.combinations(range(4), 2)` goes through the six pairs of 0 to 3.


# %% id="ex-chance-of-difference" tags=["exercise"]
def chance_of_difference(a, b):
    """How often luck alone, dealing the results anew, makes a difference like that of a and b."""
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

# %% id="predict-luck-three"
predict("luck-three")

# %% id="reveal-luck-three"
reveal("luck-three", chance_of_difference(np.array([2.0, 2.1, 2.2]), np.array([12.0, 12.1, 12.2])))

# %% [markdown]
# Now the four comparisons, on the first 3, 5 and 8 seeds of each.

# %% id="luck-tested"
base, others = losses["as it is"], list(losses)[1:]
columns = {"setting": others}
for n in [3, 5, 8]:
    columns[f"{n} seeds"] = [chance_of_difference(base[:n], losses[name][:n]) for name in others]
table(columns, {"3 seeds": ".2f", "5 seeds": ".3f", "8 seeds": ".4f"})

# %% [markdown]
# *Batches of 15* is what luck looks like: with every number of seeds, a difference like this one is nothing special.
# *Constant rate* is real, and 5 seeds say so.
# *Warm-up* is the case that one meets every day: undecided after 3 runs, clear after 8.
# (It costs a little: ten of the 100 steps are shorter, and one block can do without.)
# An undecided result does not say that there is no difference.
# It says that these runs cannot show it.
#
# In the explorer you can draw other seeds from the 40.
# Gray dots are all runs of a setting; colored ones were drawn.
# On the right are all dealings of the drawn ones; those that are at least as far apart as what was drawn are orange.
#
# Go through some draws of *batches of 15* and of *no clipping*, with 3 seeds: how large are the differences that turn up, and do they always point one way?
# And a prediction for *constant rate*:

# %% id="predict-luck-draws"
predict("luck-draws")

# %% id="explore-luck"
lesson.explore_luck()

# %% id="reveal-luck-draws"
reveal("luck-draws")

# %% [markdown]
# ### Three ways to be fooled all the same
#
# **Looking often.**
# Take the run as it is and compare it with itself: eight groups of five seeds, the first against each of the others.

# %% id="luck-against-itself"
first_five, *others_of_five = base.reshape(8, 5)
shares = [chance_of_difference(first_five, group) for group in others_of_five]
print("the same setting, other seeds:", ", ".join(f"{share:.2f}" for share in shares))

# %% [markdown]
# Seven comparisons of a setting with itself, and the smallest share is 0.03.
# A change that does nothing falls below 0.05 about once in twenty times, so whoever tries twenty and reports the best one has found luck.
# To be safe after $k$ comparisons, ask for a share below $0.05 / k$.
#
# **Forgetting what was not varied.**
# All these runs were judged by the same held-out text, some 600 characters.
# Another text would be another piece of luck, and seeds show nothing of it.
# On a benchmark, the choice of the examples can be as much luck as the seed, and both should be varied (Bouthillier et al. 2021).
#
# **Taking real for general.**
# The constant rate beat the cosine, beyond doubt, at 100 steps.
# Lesson 8 said that a rate should fall.
# Here are five seeds of both, at 800 steps.

# %% id="luck-longer"
cosine, constant = luck.arrays["long"]
print(
    f"{luck.metadata['long_steps']} steps: cosine {cosine.mean():.2f}, constant {constant.mean():.2f}"
)
print(f"chance of such a difference: {chance_of_difference(cosine, constant):.3f}")

# %% [markdown]
# Just as real, and the other way round.
# Probably a run of 100 steps has had no time to rattle, and a rate that falls only gives up on half of them.
# A test of luck says that a difference is there, in this job, at this length, for this model.
# Whether it is there in yours is another question, and no share answers it.

# %% [markdown]
# ### The same luck for both
#
# The seeds gave us something that we have not used yet.
# With seed 7, all settings begin with the same parameters and draw the same batches.
# If seed 7 is lucky, is it lucky for all of them?

# %% id="luck-same-seed"
together = np.corrcoef(base, losses["no clipping"])[0, 1]
print(f"correlation of the two settings over the seeds: {together:.2f}")
print(f"the worse setting wins, other seeds: {100 * wins[other_seed].mean():.0f} %")
print(f"the worse setting wins, the same seed: {100 * wins.diagonal().mean():.0f} %")

# %% [markdown]
# Luck belongs to the seed, for the most part.
# Give both settings the same seeds, and most of it cancels in the difference.
# So always do that: it costs nothing.
# (Our test does not know of the pairs: it takes the luck for larger than it is, and so errs on the careful side.)
# It works here because clipping leaves the first batches and the start alone and the runs are short.
# A model of another width begins with other parameters, and then a common seed means nothing.

# %% [markdown]
# ## 4. Overfitting
#
# Lesson 8 trained on 100 sentences and met overfitting.
# Here we watch it from the beginning, and try what is said to help.
# The job is the poem again, but the model sees only its first 1000 characters, about a sixth: three stanzas, but for the last words.
# The held-out text is the last tenth of the poem, as before.

# %% id="predict-fit-turn"
predict("fit-turn")

# %% id="fit-runs"
runs = [short_run(n_train=1000, steps=400, evaluate_every=20, seed=seed) for seed in range(3)]
lowest = [int(run.evaluations[run.evaluations[:, 1].argmin(), 0]) for run in runs]

# %% id="reveal-fit-turn"
reveal("fit-turn", np.median(lowest), lesson.picture_of_fit(runs[0]))

# %% [markdown]
# At the end the held-out loss is about where it was at step 0.
# But there the model knew nothing, and gave all symbols more or less the same probability.
# How can it know so much more and do no better?
# Lesson 6 has the tools: how sure is it, and how often right?

# %% id="fit-sure"
text = the_raven().held_out
found = []
for run in runs:
    logits, _ = forward(text.inputs, run.params, run.config)
    logits, targets = logits.reshape(-1, logits.shape[-1]).astype(float), text.targets.ravel()
    judged, cooler = judge(logits, targets), judge(logits, targets, temperature=3.0)
    found.append(
        (judged.mean(judged.confidence), judged.mean(judged.accuracy), judged.loss, cooler.loss)
    )
sure, right, at_one, at_three = np.mean(found, axis=0)
lesson.picture_of_confidence(sure, right, at_one, at_three)

# %% [markdown]
# It is sure, and wrong.
# On its 1000 characters being sure is mostly right, so it has learned to be sure.
# The loss of a wrong answer grows without bound with how sure one is, and this is what we see rise.
# (Dividing the logits by 3 takes more than a nat away.
# It does not make a single answer right.)

# %% [markdown]
# ### Early stopping
#
# The simplest remedy is to stop at the lowest point.
# But one sees that it was the lowest point only later, and held-out curves have bumps.
# So go on for a while: stop after `patience` evaluations in a row that brought nothing better, and go back to the parameters of the best one (Prechelt 1998 compares such rules).

# %% [markdown]
# ### Exercise: `early_stopping`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `early_stopping(losses, patience)` finds both places.
#
# - `losses`: held-out losses, one for each evaluation, in the order in which they were measured; a 1-D array, at least one long.
# - `patience`: an int, at least 1.
#   Training ends after this many evaluations **in a row** none of which is **lower** than the lowest before.
#   One that is equal is not lower.
# - Returns `(best, stop)`, two ints, both indices from 0.
#   `stop`: the evaluation after which training ends; the last one, if patience never runs out.
#   `best`: the lowest loss up to `stop`, the first of equals.
#   Whatever comes after `stop` was never measured.
#
# ```python
# losses = np.array([3.0, 2.5, 2.6, 2.4, 2.5, 2.4, 2.7, 2.3])
# early_stopping(losses, 3)    # (3, 6)
# early_stopping(losses, 1)    # (1, 2)
# early_stopping(losses, 5)    # (7, 7)
# ```
#
# With patience 3: the lowest is 2.4, at index 3.
# Then come 2.5, an equal 2.4, and 2.7: three without a lower one, so it stops at 6.
# The 2.3 is never seen.
# With patience 5 it is.


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

# %% [markdown]
# In the explorer your function stops stored runs, evaluated every 10 steps (`python -m classroom.lesson_09.record overfitting`).
# The strong line is one seed, the pale ones are four others.
# Leave the remedies for later.
# Look for the smallest patience that finds a good place with 1000 characters, and with 5600.
# First:

# %% id="predict-fit-more"
predict("fit-more")

# %% id="explore-overfitting"
lesson.explore_overfitting(early_stopping)

# %% id="reveal-fit-more"
reveal("fit-more")

# %% [markdown]
# ### Dropout, weight decay, more data
#
# The other remedies make it harder to learn by heart.
# **Dropout** (lesson 3; Srivastava et al. 2014) leaves out random features at each step, here 30% of them, so that nothing can rely on a single one.
# **Weight decay** (lesson 8; Krogh and Hertz 1992) pulls all parameters towards 0; here AdamW with $\lambda = 1$, which is strong.
# And one can get more text.

# %% id="predict-fit-best"
predict("fit-best")

# %% id="fit-remedies"
fit = load_recording("overfitting")
curves = fit.arrays["curves"][:, :, :, 1]  # held-out loss: size, remedy, seed, evaluation
lengths, remedies = fit.arrays["sizes"].tolist(), fit.metadata["remedies"]
best_of = {
    (size, remedy): curves[i, j].min(axis=1)  # of each seed
    for i, size in enumerate(lengths)
    for j, remedy in enumerate(remedies)
}
without = best_of[1000, "none"]
reached = {
    "Dropout": best_of[1000, "dropout 0.3"],
    "Weight decay": best_of[1000, "weight decay 1"],
    "Another 1000 characters": best_of[2000, "none"],
}

# %% id="reveal-fit-best"
reveal(
    "fit-best",
    min(reached, key=lambda name: reached[name].mean()),
    table(
        {
            "1000 characters and": ["nothing", *reached],
            "best held-out loss": [x.mean() for x in [without, *reached.values()]],
            "chance": [None, *(chance_of_difference(without, x) for x in reached.values())],
        },
        {"best held-out loss": ".2f", "chance": ".3f"},
    ),
    lesson.picture_of_remedies(lengths, remedies, best_of),
)

# %% [markdown]
# *Chance* is your test against no remedy, on five seeds of each.
# Weight decay is worth a little beyond stopping in time, and by our test this is not luck; of dropout one cannot say so with these five seeds.
# (All of these bests were chosen on the held-out text on which they are reported, so all are a little too good.
# For a number to be published one needs a third part, the test set of lesson 8.)
#
# The lines cross.
# With the whole poem, 400 steps are too few to overfit, and then a remedy against overfitting is a brake.
# A remedy is not good or bad by itself; it depends on whether memorizing is the trouble.
# How one finds out: by the gap between the two curves of the run *without* it.
# And more text takes the loss much further down than any remedy.

# %% [markdown]
# ## 5. The ward
#
# A program with a mistake in it usually stops, or prints nonsense.
# A training with a mistake in it goes on.
# Gradient descent makes the best of whatever it is given, so the loss falls, often a little less than it should, and sometimes much more.
# Nothing is red.
# What is wrong has to be read from the signs.
#
# Eight runs lie in this ward.
# All of them train the same model, four blocks with relu and $d_{model} = 32$, for 480 steps on the first 3000 characters of *The Raven*; the last tenth of the poem is held out.
# In each, one thing is wrong, planted into the loop, the data or the model, and then it was trained for real.
# Each has one of these, and no two have the same:
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
# (In this course every backward returns fresh gradients.
# In most libraries they are *added* to what an array already holds, and the loop must set it to zero before each step.
# Whoever forgets that has `"zeroing"`.)
#
# The learning rate is 0.004 with Adam in every run but one.
# A ninth run, with the same model and nothing wrong, is there to compare with.
# This is their model, with the gradient's way back.
# The strong parts are where the signs are taken: scores and weights of attention, what relu lets through, logits, loss.

# %% id="drawing"
from classroom.architecture import architecture

architecture(
    lesson.raven_config(n_layers=4), direction="backward",
    open=("attention", "feed_forward"), lit=("scores", "softmax", "relu", "output", "loss"),
)  # fmt: skip

# %% [markdown]
# First, learn to read a chart on the healthy one.

# %% id="ward-healthy"
lesson.patient_chart("healthy")

# %% [markdown]
# What an examination looks at, panel by panel:
#
# - **The loss at step 0.**
#   A model that knows nothing gives all 54 characters the same probability and costs $\ln 54$, the dotted line.
#   A fresh model is a little above it, for its first logits are random.
#   Far above, the start is too large, or the labels are not what you think; far below, the model sees what it should not.
# - **Where the loss goes.**
#   The next cell has two levels to hold it against.
#   Whoever is stuck at the first has learned the frequency of each character and nothing about their order: the bias of the output layer can do that alone, without any block.
# - **Train and held out.**
#   On 3000 characters this model soon learns by heart, and the held-out loss no longer follows.
#   A gap is what one expects here (section 4).
#   Its absence is a sign, too.
# - **Too good is suspicious.**
#   A poet has a choice at nearly every word, so no honest model guesses all of it on text that it has not seen.
# - **Gradients.**
#   The norm of the gradient of each block, and of the output, as the optimizer gets them.
#   Both axes are logarithmic, so that the first steps have room.
#   At step 1 nothing has been learned yet: what is wrong there is wrong in the model or in its initial values.
# - **Silent units.**
#   The share of a block's relu units that are 0 at every position of a batch of held-out text, which is what your `dead_units` of section 2 measures.
#   In a healthy run some fall silent in the first steps, and come back.
# - **Largest numbers.**
#   The largest score before a softmax, and the largest activation or logit.
#   Half precision (float16) ends at 65,504, and $e^x$ gets there at $x = \ln 65504 \approx 11.1$, the dotted line.
#   A softmax that subtracts the maximum first, as yours of lesson 2 does, takes no harm from larger scores.
#   In float32 numbers end at $3.4 \cdot 10^{38}$.
# - **Updates** (in the explorer).
#   The ratio of update to weight of section 2.
#   Adam makes all numbers move at a similar pace, whatever their gradients, so look for runs in which it does not.
# - **Attention.**
#   Query rows, key columns, the mean over the heads.
#   What lies above the white diagonal is the future.
# - **What it writes.**
#   120 characters, written one by one after "Once upon".
#   When it writes, there is no future to look at and no target to copy from.

# %% id="ward-levels"
learned, levels = lesson.levels_of_the_poem()
table(
    {
        "what is known": [*levels, "the healthy run, step 480"],
        "loss (nats)": [*levels.values(), lesson.vitals("healthy").train],
    },
    {"loss (nats)": ".2f"},
)

# %% id="predict-ward"
predict("ward-hidden")

# %% [markdown]
# Now the ward at a glance, the healthy run first.
# In each row the vertical axis is the same for all.

# %% id="ward-overview"
lesson.ward_overview()

# %% [markdown]
# Three of the eight broken runs end with a *lower* held-out loss than the healthy one, and a fourth had a lower one when its loss ceased to be a number.
# Whoever looks at nothing but that number would publish them.
#
# In the explorer, choose a patient and what to look at.
# The gray curves behind are those of the healthy run.

# %% id="explore-ward"
lesson.explore_ward()

# %% [markdown]
# ### Exercise: `diagnoses`
#
# *Difficulty 4 of 5, about 30 minutes.*
#
# `diagnoses()` says what is wrong with each patient.
#
# - Returns a dict from the name of a patient to one of the eight words of the table.
#   Each word is used once.
# - A patient that you are not sure about may be left out.
#   You are told how many are right, and for the first that is not, what speaks against your diagnosis.
#
# Do not begin with the first patient, but with the groups.
# Who is too good to be true?
# Who has learned hardly more than frequencies?
# Who looks almost healthy?
# Then ask for each suspicion what else one would have to see if it were true, and whether it is there.
# A sign may be a *consequence*: a run that was thrown off its course may have silent units, too, and they are not what ails it.
# Of two signs, the earlier one counts.
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
# If a patient still puzzles you, here are the vital signs as numbers.
# *Worst* is the highest loss of a batch after the first step.
# *Update/weight first* is the largest ratio of the first ten steps.
# *Gradient block 1/output* is taken at step 1; *gradient last/first* compares the norms of the whole gradient.
# *Looks ahead* is the share of attention that goes to later positions, in the head that does so most.
# Where a run ends in nan, "last" is the last number.
#
# Below them are the case notes: why each patient is so, and what had been done to the run.

# %% id="ward-vitals"
lesson.offer_vital_signs()

# %% id="ward-notes"
print(lesson.case_notes(diagnoses))

# %% id="reveal-ward"
healthy = lesson.vitals("healthy")
apart = {}  # for each mistake, how far the losses end from the healthy ones
for patient, word in diagnoses().items():
    v = lesson.vitals(patient)
    apart[lesson.DISEASES[word]] = max(
        abs(v.train - healthy.train), abs(v.held_out - healthy.held_out)
    )
asked = [lesson.DISEASES[word] for word in ("zeroing", "shift", "dead", "rate")]
hidden = min(asked, key=apart.get)
reveal("ward-hidden", hidden, apart=apart[hidden])

# %% [markdown]
# ### Before the first step
#
# Most of these patients need not have been trained at all.
# A fresh model and one batch show five of the eight mistakes by name, each within a second.
# The test that finds most is to train on a *single batch* until the model knows it by heart (Karpathy 2019).
# A model that cannot get there has a mistake in the model, the loss or the loop.
# A model that gets there is at least able to learn.
# What this test cannot find is what lies in the data, or sees the answer: a leak and labels that are not shifted make it easier still.

# %% [markdown]
# ### Exercise: `examine`
#
# *Difficulty 3 of 5, about 35 minutes.*
#
# `examine(model, data)` says what is wrong with a model that has not been trained.
#
# - `data`: `inputs, targets = data`, two int arrays `(B, T)`.
# - `model` is a language model.
#   It has
#     - `model.vocab_size`, an int
#     - `model.logits(ids)`: the logits, `(B, T, vocab_size)`
#     - `model.loss_and_grads(data)`: the mean loss of a token, and a list with a 1-D gradient for each block, the first block first
#     - `model.relu_outputs(ids)`: for each block what its relu lets through, `(B, T, d_ff)`
#     - `model.train(data, steps)`: trains a *copy* of the model on this one batch, again and again, and returns the loss of each step. The model itself is never changed.
# - Returns a set of strings: the names of the checks that fail.
#   A healthy model gives an empty set.
#
# | name | the check fails if |
# |---|---|
# | `"start"` | the loss is more than 1 nat away from that of a model that knows nothing, above or below |
# | `"stuck"` | after 40 steps on these data the last loss is not below a third of the first |
# | `"shift"` | the targets are not the inputs, one place later (what the last target should be, nobody can tell) |
# | `"leak"` | another token at the last place moves a logit of an earlier place by more than $10^{-6}$ |
# | `"dead"` | in some block more than nine in ten relu units are 0 at every position of the inputs |
# | `"vanishing"` | the norm of the first block's gradient is less than a tenth of that of the last block's |
# | `"zeroing"` | the same data, twice in a row, do not give the same gradient: an entry differs by more than $10^{-6}$ |
#
# ```python
# examine(*fresh_model(seed=0))                              # set()
# examine(*fresh_model(seed=0, kind="silent relus"))         # {"dead"}
# ```


# %% id="ex-examine" tags=["exercise"]
def examine(model, data):
    """The names of the checks that a fresh model fails on a batch: a set of strings."""
    ### BEGIN SOLUTION
    inputs, targets = data
    found = set()
    losses = model.train(data, 40)
    if not losses[-1] < losses[0] / 3:
        found.add("stuck")
    loss, grads = model.loss_and_grads(data)
    if abs(loss - np.log(model.vocab_size)) > 1:
        found.add("start")
    if not np.array_equal(targets[:, :-1], inputs[:, 1:]):
        found.add("shift")
    other = inputs.copy()
    other[:, -1] = (other[:, -1] + 1) % model.vocab_size
    moved = np.abs(model.logits(other) - model.logits(inputs))[:, :-1]
    if moved.max() > 1e-6:
        found.add("leak")
    if max(np.mean((hidden == 0).all(axis=(0, 1))) for hidden in model.relu_outputs(inputs)) > 0.9:
        found.add("dead")
    if np.linalg.norm(grads[0]) < np.linalg.norm(grads[-1]) / 10:
        found.add("vanishing")
    _, again = model.loss_and_grads(data)
    if any(np.abs(a - b).max() > 1e-6 for a, b in zip(grads, again, strict=True)):
        found.add("zeroing")
    return found
    ### END SOLUTION


# %% id="check-examine"
examine = check(examine)

# %% [markdown]
# Your examination of the eight patients, as they were before their first step.
# They are listed by what had been planted, not by name.

# %% id="ward-examined"
verdicts = {
    lesson.planted(patient): ", ".join(sorted(examine(*lesson.fresh_patient(patient))))
    for patient in sorted(lesson.PATIENTS, key=lesson.planted)
}
table(
    {
        "what had been planted": list(verdicts),
        "what your examination finds": [verdict or "nothing" for verdict in verdicts.values()],
    }
)

# %% [markdown]
# One exam was on training data, one number outgrew its type, one rate was too high: a single batch says little or nothing of these.
# A rate that is too high shows as a loss that does not go down, without its cause.
#
# What you have seen, as a table to come back to:
#
# | symptom | suspects | the test that decides | remedy |
# |---|---|---|---|
# | too good to be true, and writes nonsense | leak, labels not shifted | replace a later token: do earlier logits change? Print one row of inputs above its targets | causal mask; targets one later than inputs |
# | no gap where there should be one | exam on training data, duplicates in both parts | look for held-out windows in the training text; overfit on purpose, the gap must open | split first, cut windows afterwards |
# | loss leaps within the first steps, numbers become huge | learning rate, missing warm-up | the same seed with a tenth of the rate | lower rate, warm-up, clipping |
# | loss falls, then swings and climbs; the gradient grows | gradients not zeroed | the gradient of the same batch, twice in a row: it must be the same | new gradients at each step |
# | stuck at the loss of frequencies | vanishing gradient; a rate too high before | gradient norms by block at step 1; the ratio of update to weight | residual connections, norms, initial values |
# | learns, a little worse than it should | dead units, a part that is never reached | share of silent units at step 0 and later; is any gradient exactly 0? | biases of 0, lower rate, gelu |
# | nan from one step to the next | overflow, log 0, division by 0 | the first array that is not finite; the same step in float64 | subtract the maximum, float32 where sums and exp are, loss scaling (Micikevicius et al. 2018) |
#
# Behind it stand three habits.
# Know what a healthy run looks like, so that you have something to compare with.
# Look at more than the loss.
# And change one thing at a time, with the seed fixed; section 3 has shown what differences are worth otherwise.

# %% [markdown]
# ## Check what you know

# %% id="quiz-trains-plateau"
quiz("trains-plateau")

# %% id="quiz-luck-share"
quiz("luck-share")

# %% id="quiz-fit-remedy"
quiz("fit-remedy")

# %% id="quiz-ward-early"
quiz("ward-early")

# %% [markdown]
# ## In real models
#
# - **Runs that are watched.**
#   The engineers of OPT-175B published their logbook: hardware that failed, losses that went up, learning rates that were lowered in mid-run (Zhang et al. 2022).
#   A ward of one patient.
# - **Luck.**
#   BERT, fine-tuned again and again with other seeds only, gives results that lie several points apart on small tasks (Dodge et al. 2020).
# - **Edges and warm-up.**
#   Every recipe of a large language model that we know of has a warm-up and clips its gradients: GPT-3 clips at norm 1.0 and warms up over its first 375 million tokens (Brown et al. 2020, App. B).
#
# Where to go from here: afterword A looks inside three trained models, afterword B runs a real one on your functions.

# %% [markdown]
# ## Sources
#
# - J. Wei et al., *Emergent Abilities of Large Language Models*, 2022, [arXiv:2206.07682](https://arxiv.org/abs/2206.07682).
# - R. Schaeffer, B. Miranda, S. Koyejo, *Are Emergent Abilities of Large Language Models a Mirage?*, 2023, [arXiv:2304.15004](https://arxiv.org/abs/2304.15004).
# - J. Cohen et al., *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability*, 2021, [arXiv:2103.00065](https://arxiv.org/abs/2103.00065).
#   The curvature that settles at 2/η.
# - S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018, [arXiv:1812.06162](https://arxiv.org/abs/1812.06162).
#   The noise scale.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
#   Sec. 2.3 and App. B: the batches.
# - P. Henderson et al., *Deep Reinforcement Learning that Matters*, 2018, [arXiv:1709.06560](https://arxiv.org/abs/1709.06560).
#   Ten seeds of one method, split into two.
# - R. A. Fisher, *The Design of Experiments*, 1935.
#   The idea of the permutation test.
# - E. J. G. Pitman, *Significance tests which may be applied to samples from any populations*, Supplement to the Journal of the Royal Statistical Society 4(1), 1937.
#   The test of section 3.
# - X. Bouthillier et al., *Accounting for Variance in Machine Learning Benchmarks*, 2021, [arXiv:2103.03098](https://arxiv.org/abs/2103.03098).
# - L. Prechelt, *Early Stopping – But When?*, in *Neural Networks: Tricks of the Trade*, 1998.
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, Journal of Machine Learning Research 15, 2014.
# - A. Krogh, J. Hertz, *A Simple Weight Decay Can Improve Generalization*, Advances in Neural Information Processing Systems 4, 1992.
# - A. Karpathy, *A Recipe for Training Neural Networks*, 2019, [karpathy.github.io](https://karpathy.github.io/2019/04/25/recipe/).
#   Loss at the start, one batch by heart, one change at a time.
# - P. Micikevicius et al., *Mixed Precision Training*, 2018, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).
#   Sums in float32, scaled loss.
# - S. Zhang et al., *OPT: Open Pre-trained Transformer Language Models*, 2022, [arXiv:2205.01068](https://arxiv.org/abs/2205.01068).
# - J. Dodge et al., *Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, and Early Stopping*, 2020, [arXiv:2002.06305](https://arxiv.org/abs/2002.06305).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
# - A. Karpathy, *CS231n: Neural Networks Part 3*, course notes, Stanford, 2015, [cs231n.github.io](https://cs231n.github.io/neural-networks-3/).
#   *Ratio of weights:updates*.
