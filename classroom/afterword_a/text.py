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
# # Afterword A · Inside a trained model
#
# A loss says how well a model does, and nothing about how it does it.
# This afterword opens three small models that you can train yourself, and finds in each a shape that nobody put there: a line, a circle, and two heads that work for each other.
# Each time the question is the same: is the shape really there, and does the model use it?
#
# - **You will build** the instruments: principal components, a spectrum, an induction score, and the removal of a head
# - **You need** lessons 1 to 3 (embeddings, heads, norms) and lesson 9 up to *luck*.
#   From mathematics: the singular value decomposition of a matrix, the correlation of two rows of numbers, complex numbers as pairs of cosine and sine.
#   You need not be able to compute them by hand; NumPy does.
# - **Time** about two and a quarter hours: 40 minutes for the line, 45 for the circle, 50 for the heads.
#   The three do not build on each other, so stop after any of them.
# - **Cost** runs in 40 s, 400 MB of memory

# %% id="setup"
import numpy as np

from classroom import afterword_a as afterword
from classroom import check, hint, parsons, predict, quiz, reveal, solution
from classroom.attention_view import attention_view
from classroom.plots import table
from classroom.recordings import load_recording
from course_lib import layers, model
from course_lib.tasks import induction, load_task, load_trained, modular
from course_lib.training.loop import train
from course_lib.training.objective import evaluate, forward

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. A line
#
# The first model answers questions about three digits: their `First`, `Second`, `Last`, `Max`, `Min`, and `Add`, their sum.
# Lesson 9 began with it.
# It has two blocks of four heads, vectors of 32 numbers, and takes 2500 steps.
# A control was trained on the same data without `Add`.
# What both looked like on the way is stored; `python -m classroom.lesson_09.record growth` makes the recording anew.

# %% id="growth-load"
growth = load_recording("growth")
seen, about = growth.arrays, growth.metadata
steps = seen["steps"]
print(f"{about['parameters']:,} parameters, seeds {about['seeds']}, {len(steps)} looks at each run")
print("embeddings of the digits:", seen["embeddings"].shape, "(seed, step, digit, feature)")

# %% [markdown]
# ### Principal components
#
# At the start the ten digits have ten random vectors.
# That 3 lies between 2 and 4 is nowhere written; the model gets only ids.
# Does it find out?
# Its vectors have 32 numbers, and we can look at two.
#
# Which two?
# Ten points in 32 dimensions cast shadows on every plane.
# We want the shadow that shows most of how they differ.
# **Principal components** (Pearson 1901) find it.
# First move the points so that their mean is 0.
# Then look for the direction along which they are spread most: the unit vector $u$ for which $\sum_i (x_i \cdot u)^2$ is greatest.
# The second direction is the one of greatest spread at right angles to the first, and so on.
# The singular value decomposition finds them all at once,
#
# $$X = U S V^\top, \qquad \text{coordinates } X V = U S, \qquad \text{share of direction } j = \frac{s_j^2}{\sum_k s_k^2}.$$
#
# $X$ holds a centered point in each row.
# The columns of $V$ are the directions, sorted; the singular value $s_j$ is the root of $\sum_i (x_i \cdot v_j)^2$, so its square is the spread along direction $j$.
# (Divided by the number of points it is the variance; the share is the same.)
#
# By hand: the points $(1, 9)$, $(2, 0)$, $(6, 6)$ have the mean $(3, 5)$.
# Centered they are $(-2, 4)$, $(-1, -5)$, $(3, 1)$.
# The two columns are at right angles, $(-2) \cdot 4 + (-1) \cdot (-5) + 3 \cdot 1 = 0$, so here the axes themselves are the directions.
# The squares of the columns add up to $14$ and $42$.
# The second axis comes first, with a share of $42/56 = 0.75$.
#
# One thing is left open.
# If $u$ is a direction of greatest spread, so is $-u$, and a library picks either.
# To have one right answer we need a rule: in each column of the coordinates, the number farthest from 0 is positive.

# %% [markdown]
# ### Exercise: `principal_components`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `principal_components(x, n)` gives the coordinates of points along the `n` directions of greatest spread.
#
# - `x`: array `(N, d)`, a point in each row, not centered.
#   `n`: how many directions.
# - Returns `(coordinates, shares)`.
#   `coordinates`: `(N, n)`, greatest spread first, of the centered points; in each column the number farthest from 0 is positive.
#   `shares`: `(n,)`, the part of all spread along each of these directions.
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
# Here are the ten digits at the end of the training.
# How well the first component follows the value of the digit, from 0 to 1, is the correlation of the two; its sign says nothing.


# %% id="growth-digits"
def order(x):
    """How well the first component of the digits' embeddings (10, d) follows their values."""
    first = principal_components(x, 1)[0][:, 0]
    return abs(np.corrcoef(first, np.arange(10))[0, 1])


digits = seen["embeddings"][0, -1]  # (10, 32), of the first seed at the end
afterword.picture_of_components(*principal_components(digits, 2), order(digits))

# %% [markdown]
# Nobody told it the order of the digits.
# But be careful: ten points are few, and the first component is chosen.
# How well would it follow the value if the vectors were random?
# And which of the six jobs needs the order?
# The control, trained without `Add`, can tell.

# %% id="predict-growth-order"
predict("growth-order")

# %% id="growth-order"
rng = np.random.default_rng(0)
by_chance = np.array([order(rng.normal(size=(10, 32))) for _ in range(1000)])
with_add = np.array([[order(x) for x in run] for run in seen["embeddings"]])  # (seed, step)
without = np.array([[order(x) for x in run] for run in seen["control_embeddings"]])
rise, rise_without = (found[:, -1] - found[:, 0] for found in (with_add, without))
print(f"of random vectors one in twenty gives more than {np.quantile(by_chance, 0.95):.2f}")

# %% id="reveal-growth-order"
reveal(
    "growth-order",
    rise_without.mean() / rise.mean(),
    afterword.order_of_digits(about["seeds"], steps, with_add, without),
    afterword.picture_of_order(steps, with_add, without, by_chance),
    least=seen["control_accuracy"].min(),
)

# %% [markdown]
# Seed 1 is the warning.
# Its first component has a correlation of 0.7 at step 0, by luck: one number from one seed would have proved nothing.
# So compare each run with its own start, seed by seed.
# The curves are means, and the mean of three draws passes 0.47 only once in twenty times.
# The three runs without `Add` end above that, and each of them has risen a little.
# So `Max` and `Min` leave a trace of the order.
# What `Add` makes is of another kind: five times the rise.
#
# Why would adding want a line?
# Attention takes means.
# If a head looks at three digits equally, what arrives is the mean of three vectors.
# Where these vectors lie on a line, in order and evenly, the mean lies on it, too, at a third of the sum, and the sum can be read off.
# (It need not be all of the vector: the first component has less than a third of the spread.)

# %% [markdown]
# ### One slider through the training
#
# The slider goes through the recorded steps of the first seed.
# Above you see the loss and the six skills, below the digits on your two components (joined in order; $r$ is the correlation of the first with the value), where the last token looks in each of the eight heads, and the norms of the gradients.
# Look for two things: the step at which the heads of block 2 find the digit that is asked for; and when the chain of digits untangles.

# %% id="growth-explorer"
afterword.explore_growth(growth, principal_components)

# %% [markdown]
# ## 2. A circle
#
# The job is addition on a clock with 47 hours: $17 + 45 = 62$, which is $15$, for after 46 comes 0 again.
# The model reads three tokens, `17 45 =`, and is asked for the fourth.
# To the model the numbers are mere names.
# Each is a row of an embedding that begins at random, and nothing tells it that 18 comes after 17.
# There are $47 \cdot 47$ sums.
# Three fifths of them are for training, the rest is held out; if $17 + 45$ is held out, so is $45 + 17$.

# %% id="grok-task"
sums = load_task("modular")
recording = load_recording("modular")
runs = recording.arrays
guess = 1 / modular.P
print(f"sums to learn from: {len(sums.train)}, held out: {len(sums.held_out)}")
print(f"right by guessing: {guess:.3f}")
print(f"blocks: {sums.config.n_layers}, width: {sums.config.d_model}, norm: {sums.config.norm}")
print(f"{sums.recipe.optimizer} with weight decay {sums.recipe.weight_decay}")

# %% [markdown]
# A run takes half a minute or so, and we want to compare several.
# So they have been recorded, with `python -m classroom.afterword_a.record modular`.
# (`run = train(sums)` trains one here.)
#
# After 140 steps the first run gets every training sum right.

# %% id="predict-sums-held-out"
predict("sums-held-out")

# %% id="grok-milestones"
known, _ = afterword.known_at(runs, 0)  # the first step with all training sums right
then = runs["accuracy"][0][runs["steps"] == known][0]

# %% id="reveal-sums-held-out"
reveal(
    "sums-held-out",
    then,
    afterword.picture_of_grokking(runs, *afterword.known_at(runs, 0)),
    then=then,
    guess=guess,
)

# %% [markdown]
# This was found by Power et al. (2022), who called it **grokking**.
# Lesson 9 has taught to stop when the held-out loss has turned upwards.
# Here that would have ended the run near its start: the held-out loss climbs far above that of a guess, $\ln 47 = 3.85$ nats, before it falls.

# %% id="grok-loss"
worst = int(runs["loss"][0].argmax())
at = int(np.flatnonzero(runs["steps"] == known)[0])
table(
    {
        "step": runs["steps"][[worst, at, -1]].astype(int),
        "training loss": runs["train_loss"][0][[worst, at, -1]],
        "held-out loss": runs["loss"][0][[worst, at, -1]],
    },
    {"training loss": ".3f", "held-out loss": ".2f"},
)

# %% [markdown]
# ### What drives it
#
# Once the training loss is almost 0, so is its gradient.
# Something else must push.
# Here are runs with other seeds, less weight decay, and none.

# %% id="grok-runs"
chosen = [0, 2, 3, 6, 9, 12]
milestones = [afterword.known_at(runs, run) for run in chosen]
table(
    {
        "weight decay": runs["weight_decay"][chosen],
        "rate": runs["lr"][chosen],
        "seed": runs["seed"][chosen].astype(int),
        "training sums known at step": [first for first, _ in milestones],
        "99% of the others": [then or "never" for _, then in milestones],
        "held-out sums right at the end": runs["accuracy"][chosen, -1],
    },
    {"rate": ".3f", "weight decay": ".1f", "held-out sums right at the end": ".3f"},
)

# %% id="grok-norms"
afterword.picture_of_weight_norms(
    runs, {"decay 0.7": 0, "decay 0.3": 6, "none": 9, "none, slow": 12}, milestones[0][1]
)

# %% [markdown]
# The table of training sums is answered with large weights.
# Weight decay pulls at all of them, at every step, and whatever is not needed for the training sums fades.
# A rule needs less: it answers all sums with a few weights that serve every one of them.
# So the rule wins in the end, though the table is found sooner.
# Nanda et al. (2023) followed such a run closely and saw three phases: the table is memorized; the rule is built beside it, while the accuracy does not yet show it; the table is cleaned up.
#
# Two things are less tidy.
# How long it takes is luck: with the first recipe seed 3 needs four times as many steps as seed 2.
# And weight decay is what lasts, not the only thing that pushes: at the fast rate a part of the rule is found without it, at the slow rate none.

# %% [markdown]
# ### How the numbers lie
#
# Which rule?
# To see it, look at the embedding, $47$ rows, one for each number.
# On a clock, what goes up must come down: 46 and 0 are neighbors.
# Patterns that fit on a clock are waves, those that go up and down a whole number of times in one round.
# Each column of the embedding, read from number 0 to number 46, is a sum of such waves:
#
# $$E_{a j} = \text{constant} + \sum_{k=1}^{23} \left( c_{kj} \cos\frac{2\pi k a}{47} + s_{kj} \sin\frac{2\pi k a}{47} \right) .$$
#
# This is the **Fourier transform** of the column.
# The number $k$ is the **frequency**.
# There are only 23: on 47 points, a wave of frequency 24 cannot be told from one of frequency $47 - 24 = 23$.
# How strong a frequency is in the whole embedding is its **power**, $\sum_j (c_{kj}^2 + s_{kj}^2)$.
#
# By hand, with a clock of 5 hours and two columns: $5 + 3\cos(2\pi a/5)$ and $\sin(2\pi \cdot 2a/5)$.
# The constant 5 is no wave.
# Frequency 1 has the power $3^2 = 9$, frequency 2 has $1^2$.
# Their shares are $0.9$ and $0.1$.

# %% [markdown]
# ### Exercise: `fourier_power`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `fourier_power(embedding)` says which share of the power each frequency has.
#
# - `embedding`: an array `(p, d_model)` with an odd $p$; row $a$ is the vector of the number $a$.
# - Returns an array `((p - 1) // 2,)`: the shares of the frequencies 1, 2, …, $(p-1)/2$, in this order.
#   They add up to 1.
#   Cosine and sine of one frequency count together, all columns count together, and the constant does not count.
#
# `np.fft.rfft(x, axis)` gives, along an axis, the constant and then one complex number for each frequency.
# Its real part belongs to the cosine, its imaginary part to the sine, all with the same factor.
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

# %% id="predict-grok-frequencies"
predict("grok-frequencies")

# %% id="grok-spectrum"
spectra = np.array([fourier_power(matrix) for matrix in runs["embedding"]])  # (step, 23)
strong = [int(k) + 1 for k in np.flatnonzero(spectra[-1] > 0.1)]

# %% id="reveal-grok-frequencies"
reveal(
    "grok-frequencies",
    len(strong),
    afterword.picture_of_frequencies(spectra, runs["seen"]),
    strong=strong,
)

# %% [markdown]
# A frequency $k$ puts the numbers on a circle: number $a$ at the angle $2\pi k a / 47$.
# For $k = 1$ they lie like hours on a clock; for other $k$, one step from $a$ to $a + 1$ is $k$ hours long.
# In the explorer you can watch the circle form.
# At the top left are both accuracies and the step you look at.
# The table at the bottom left shows every sum; strong colors are those that were held out.
# At the bottom right the embedding is seen in the plane in which the chosen frequency turns at the end, and the line joins the numbers in the order in which that frequency should put them; a number that would cover another is left as a point.

# %% id="explore-grok"
afterword.explore_grokking(recording, sums)

# %% [markdown]
# Go through the steps slowly.
# At step 140 the training sums are all right; of the held-out ones only a few are, and the circle is a tangle.
# But four frequencies already stand out, and they grow from step to step: the rule is under way before the held-out sums show it.
# One of the four, 15, is dropped later on.
# Then look at the last choice, a weak frequency: there the numbers never find an order.

# %% [markdown]
# ### Why waves can add
#
# Suppose that the score of an answer $c$ to $a + b$ is $\cos\frac{2\pi k}{47}(a + b - c)$.
# It is 1, its greatest value, where $c = a + b$ on the clock, and smaller everywhere else.
# That would do.
# But can it be computed from the embedding of $a$ and the embedding of $b$, which know nothing of each other?
# Put the lines into their order, from what is wanted to what the embedding holds.
# Two do not belong.
# We write $w = 2\pi k/47$.

# %% id="parsons-grok"
parsons("grok")

# %% [markdown]
# ### Is this what the model does?
#
# So far it is a story that fits the picture.
# Two tests, on the stored model of the course, which was trained with the same recipe.
# First take waves out of its embedding and put nothing in their place.
# If the story is right, the strong frequencies alone are enough, and without them nothing is left, though the rest of the model is untouched.

# %% id="grok-waves"
sums, sums_params = load_trained("modular", "modular")
shares = fourier_power(sums_params["embedding"]["W"][: modular.P])
strong = [int(k) + 1 for k in np.argsort(-shares)[:3]]
weak = [k for k in range(1, 24) if k not in strong]
kept = {"all 23": range(1, 24), f"{strong} alone": strong, "the other 20 alone": weak}
kept |= {f"all but {k}": [*weak, *set(strong) - {k}] for k in strong}
table(
    {
        "frequencies in the embedding": list(kept),
        "share of the power": [shares[np.array(ks) - 1].sum() for ks in kept.values()],
        "held-out sums right": [
            afterword.held_out_accuracy(sums, sums_params, ks) for ks in kept.values()
        ],
    },
    {"share of the power": ".3f", "held-out sums right": ".3f"},
)

# %% [markdown]
# The second test looks at the other end.
# If the logits are sums of $\cos w(a + b - c)$, they depend on nothing but $c - (a + b)$, and their waves are those of the embedding.
# We ask all 2209 sums, take from each row of logits its mean, and see how much of the rest three cosines explain.

# %% id="grok-logits"
p = modular.P
a, b = np.divmod(np.arange(p * p), p)
logits, _ = forward((np.stack([a, b, np.full(p * p, p)], axis=1),), sums_params, sums.config)
logits = logits[:, -1, :p] - logits[:, -1, :p].mean(axis=1, keepdims=True)
off = (np.arange(p) - (a + b)[:, None]) % p  # how far the answer c is from a + b

waves = np.stack([np.cos(2 * np.pi * k * off / p) for k in strong], axis=-1)
heights = np.linalg.lstsq(waves.reshape(-1, 3), logits.ravel(), rcond=None)[0]
left = logits - waves @ heights
print("heights of the three cosines:", ", ".join(f"{height:.1f}" for height in heights))
print(f"share of the variance that they explain: {1 - (left**2).sum() / (logits**2).sum():.3f}")

# %% id="grok-logits-picture"
afterword.picture_of_logits(strong, np.array([logits[off == d].mean() for d in range(p)]))

# %% [markdown]
# This is why it keeps more than one frequency.
# A single wave is nearly as high at some wrong answer as at the right one.
# Waves of several frequencies agree at the right answer and disagree elsewhere, so that their sum stands out.
#
# That the numbers lie on circles does not say how the product is made: Zhong et al. (2023) trained models with the same circles that add in another way.
# Nobody told this one about circles.
# Gradient descent found them, and weight decay left little else.
# (Language models have circles, too: three of medium size were found to hold numbers on a spiral with several periods, and to add by turning it; Kantamneni and Tegmark 2025.)

# %% [markdown]
# ## 3. Two heads
#
# Lesson 2 named the example, and in lesson 4 (section 3) two models were measured on it: they are asked to go on with a passage of random tokens that is repeated.
# The one with two layers of attention could, the one with one layer could not.
# Now we look into the one that can, and watch how it comes to be.
#
# By hand: `14 18 22 10 25 14 18`.
# What comes next?
# You looked for the place where 18 stood before, and read what came after it, 22.
# For a head of attention this is awkward.
# The query is at the second 18.
# The key that should answer is that of 22, and in the stream of 22 there is only 22 and its place.
# Nothing there says that 18 stood before it.
#
# Unless an earlier layer has written it there.
# So it takes two heads, one after the other (Elhage et al. 2021):
#
# 1. A **previous-token head** in the first layer.
#    Each token attends to the one before it and copies it into its own stream.
#    At 22 it now says: *18 stood before me*.
# 2. An **induction head** in the second layer.
#    The query of the second 18 asks: *who has 18 before him?*
#    The key of 22 answers.
#    The head attends there, and copies what it finds, 22, to the output.
#
# The model has two layers of attention and nothing else.

# %% id="drawing"
from classroom.architecture import architecture

architecture(load_task("induction", "two-layers").config, lit="attention")

# %% [markdown]
# Whether a head is one of these can be measured.

# %% [markdown]
# ### Exercise: `induction_score`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `induction_score(weights, ids)` says how much of its attention one head gives to what an induction head should look at.
#
# - `weights`: an array `(B, T, T)`, the attention weights of one head; `weights[b, t, s]` is how much query `t` attends to key `s`.
#   `ids`: whole numbers `(B, T)`, the tokens.
#   There is no padding.
# - For a query `t`, an **earlier place** is an `s < t` with the same token, `ids[b, s] == ids[b, t]`.
#   A query counts if it has at least one; at least one query counts.
#   It should look at what followed there: add up `weights[b, t, s + 1]` over all its earlier places.
# - Returns one number: the mean of these sums over all queries that count, of all sequences together.
#
# In `7 3 9 7 3` two queries count.
# Query 3, the second 7, has its earlier place at 0 and should look at 1.
# Query 4 should look at 2.
# If `weights[0, 3, 1]` is 0.8 and `weights[0, 4, 2]` is 0.4, the score is 0.6.


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
# For the other kind it is simpler, and given: the mean weight on the position before, over the queries of the passage's first round.
# `tasks.induction.scores` measures both for all heads of a model.
# We train two models, one with two layers and one with a single layer, 600 steps each, and measure the best head every few steps.

# %% id="predict-induction-rise"
predict("induction-rise")

# %% id="induction-train"
task, single = load_task("induction", "two-layers"), load_task("induction", "one-layer")
run = train(task, callback=induction.watch(task), snapshots=range(0, 601, 20), progress=False)
single_run = train(single, callback=induction.watch(single), progress=False)
evaluations = run.history.evaluations
gained = np.array([each["induction"] for each in evaluations])
gained = (gained - gained[0]) / (gained[-1] - gained[0])  # the part of the whole rise
tenth, most = (evaluations[int(np.argmax(gained >= part))]["step"] for part in (0.1, 0.9))
begins, lasts = tenth / 600, (most - tenth) / 600

# %% id="reveal-induction-rise"
reveal(
    "induction-rise",
    begins - lasts,
    afterword.picture_of_rise(evaluations, single_run.history.evaluations, (tenth, most)),
)

# %% [markdown]
# The loss has its bend at the same steps.
# Before, it falls slowly: the model learns which tokens the passage holds, as the one-layer model does.
# Olsson et al. (2022) call the sudden part a **phase change**, and found it in all their language models of more than one layer, small and large, early in the training, as a bump in the loss.

# %% [markdown]
# ### The heads
#
# The course keeps the end of such a training, `induction-two-layers`.
# We count layers and heads from 1, as before: 1.4 is head 4 of layer 1.
# (In the code, indices begin at 0.)

# %% id="induction-scores"
task, params = load_trained("induction", "two-layers")
batch, config = task.validation, task.config
few = batch.take(slice(16))
_, cache = forward(few.inputs, params, config)
yours = [
    [induction_score(weights[:, head], few.inputs[0]) for head in range(config.n_heads)]
    for weights in model.attention_weights(cache)
]
theirs = induction.scores(few, params, config).induction
print(
    f"largest score {np.max(yours):.3f}; yours differ from the course's by less than 1e-6 in "
    f"{(np.abs(yours - theirs) < 1e-6).sum()} of {theirs.size} heads"
)
scores = induction.scores(batch, params, config)
first = int(scores.previous_token[0].argmax())  # in layer 1, as the code counts
second = int(scores.induction[1].argmax())  # in layer 2
previous, copier = f"1.{first + 1}", f"2.{second + 1}"
afterword.picture_of_head_scores(scores)

# %% id="induction-heatmaps"
passage = np.random.default_rng(7).permutation(induction.VOCAB_SIZE)[:5]
four = np.tile(passage[:4], 3)
_, cache = model.language_model(four[None], params, config)
weights = np.stack(model.attention_weights(cache))[:, 0]  # (layers, heads, T, T)
attention_view(
    [str(token) for token in four],
    weights,
    mask=np.tri(len(four), dtype=bool),
    head=(1, second),
    query=9,
    title=f"Head {previous} looks at the token before, head {copier} at what followed its own token",
    block_names=["layer 1", "layer 2"],
)

# %% [markdown]
# The head of layer 2 is open: from the second round on there are lines parallel to the diagonal, for each query looks one place *after* its own token in the round before, or in both rounds before.
# Go through the tokens of the last round, and read what each looks at.
# Then click the head of layer 1 that the title names: a line just below the diagonal.
#
# Now look at how they come about, in the run that you have just trained.
# The frames mark where a head of that layer should look: one place back in layer 1, at what followed in layer 2.

# %% id="explore-induction"
probe, maps = np.tile(passage, 3), {}
for step, snapshot in run.snapshots.items():
    _, cache = model.language_model(probe[None], snapshot, config)
    maps[step] = np.stack(model.attention_weights(cache))[:, 0]
best = np.unravel_index(induction.scores(batch, run.params, config).induction.argmax(), (2, 4))
afterword.explore_forming_heads(probe, maps, evaluations, head=tuple(int(i) for i in best))

# %% [markdown]
# Before the jump the heads of layer 2 look into the frames no more than elsewhere.
# Move the step through the jump and change between the layers: the frames of both fill in the same hundred steps.

# %% [markdown]
# ### The proof
#
# Maps show where a head looks.
# They do not show that the model needs it.
# For that we take heads away, as lesson 4 did with whole parts of a block (`logits_without`).
# There, all of the attention was silenced at once.
# To silence a single head we must find where it writes.
# The heads' outputs stand side by side in their order, as `merge_heads` of lesson 2 has put them, and the result is multiplied by $W_O$: so each head has its own rows of $W_O$.

# %% [markdown]
# ### Exercise: `without_heads`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `without_heads(params, layer, heads, n_heads)` makes parameters of a model in which some heads of one layer add nothing.
#
# - `params`: the nested dict of a whole model.
#   `layer`: a whole number.
#   `heads`: a list of whole numbers; it may be empty.
#   Both count from 0, as code does: the head 1.4 of the pictures is `0, [3]` here.
#   `n_heads`: how many heads the layer has.
# - Returns new params.
#   In `params["blocks"][layer]["attention"]["W_O"]`, of shape `(n_heads * d_v, d_model)`, the rows $h\,d_v$ to $(h+1)\,d_v - 1$ are 0 for each $h$ in `heads`.
#   All else is as it was, also `b_O`: it is added once and belongs to no head.
# - What you were given must stay as it is.
#   Arrays that do not change may be shared with the original or copied, as you like.
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

# %% id="predict-induction-best"
predict("induction-best")


# %% id="induction-ablation"
def loss_without(layer, heads):
    """Return the held-out loss (nats) of the stored model without some heads of one layer."""
    changed = without_heads(params, layer, heads, config.n_heads)
    return evaluate(batch, changed, config).loss


whole = evaluate(batch, params, config).loss
singly = np.array([[loss_without(layer, [head]) for head in range(4)] for layer in range(2)])

# %% id="reveal-induction-best"
alone = singly[1, second]
reveal("induction-best", alone, afterword.picture_of_losses_without(singly, whole), alone=alone)

# %% [markdown]
# So take away several at once.

# %% id="induction-groups"
unnamed = [head for head in range(4) if head != first]
by_score = [int(head) for head in np.argsort(-scores.induction[1])]
groups = {(0, first): loss_without(0, [first]), (0, *unnamed): loss_without(0, unnamed)}
groups |= {(1, *by_score[:n]): loss_without(1, by_score[:n]) for n in (1, 2, 3, 4)}
afterword.picture_of_groups(groups, whole)

# %% id="induction-chain"
blind = induction.scores(batch, without_heads(params, 0, [first], 4), config)
periods = [len(set(row)) for row in batch.inputs[0]]
table(
    {
        "loss of a guess": ["among all tokens", "among those of the passage"],
        "nats": [np.log(induction.VOCAB_SIZE), np.mean(np.log(periods))],
        "best induction score": ["whole model", f"without head {previous}"],
        "score": [scores.induction.max(), blind.induction.max()],
    },
    digits=2,
)

# %% [markdown]
# The last column is the proof of the chain.
# Without the previous-token head the induction heads look elsewhere: they were told by it where to look.
# And without either kind, the model is worse than a guess among all tokens: it is sure, and wrong.
# (Part of the loss may come from the silence itself: a head's output was never 0 in training.
# One therefore often puts its *mean* output in its place, as Wang et al. (2022) do.)
#
# The rest of layer 1 matters, too, though less.
# What these three heads do, our two scores do not say.
#
# The connection between the two layers can even be read off the weights, without any input.
# Take what head 1.4 writes into the stream for each of the 32 tokens, $\mathrm{norm}(x)\,W_V W_O$.
# Hand it to the keys of layer 2, and to the queries hand the tokens themselves.
# If layer 2 asks for "my token, as moved by that head", the scores must be high on the diagonal.
# (Positions and biases are left out, and the heads of layer 2 are averaged.)

# %% id="induction-composition"
x = params["embedding"]["W"]
attention_1, attention_2 = (block["attention"] for block in params["blocks"])
before_1, before_2 = (block["norm_1"] for block in params["blocks"])  # the norms in front of them
d_k = config.d_model // config.n_heads
rows = slice(first * d_k, (first + 1) * d_k)
moved = layers.layer_norm(x, **before_1)[0] @ attention_1["W_V"][:, rows] @ attention_1["W_O"][rows]
keys = layers.layer_norm(moved, **before_2)[0] @ attention_2["W_K"]
queries = layers.layer_norm(x, **before_2)[0] @ attention_2["W_Q"]
afterword.picture_of_composition(queries @ keys.T / np.sqrt(d_k) / config.n_heads, previous)

# %% [markdown]
# ### Is it always like this?
#
# Six runs were recorded, with six seeds.
# For each the step of the jump, and for the four heads of layer 1 the previous-token score and the loss without the head.

# %% id="induction-seeds"
seeds = load_recording("induction").arrays
heads = {"seed": seeds["seed"].astype(int), "jump": seeds["jump"][:, 1].astype(int)}
heads |= {f"score 1.{h + 1}": seeds["previous_token"][:, 0, h] for h in range(4)}
heads |= {f"loss without 1.{h + 1}": seeds["loss_without"][:, 0, h] for h in range(4)}
print(table(heads, dict.fromkeys(list(heads)[2:], ".2f")))
print(
    f"\nlargest loss without one head of layer 2, all seeds: {seeds['loss_without'][:, 1].max():.2f}"
)

# %% [markdown]
# The jump comes at about the same step each time.
# How the work is divided does not: some runs have one previous-token head, and without it the loss is about that of a guess, or worse.
# In others two or three share it, and without one of them the loss is much smaller.
# There are several induction heads in every run.
# A circuit found in one model is a finding about this model; that its kind is general needs more of them.
#
# What is this good for, outside random numbers?
# A name that came up once in a text, a word in a program, a rule shown by two examples in a prompt: to go on as before is a good guess in all of these.
# That a model gets better at a text while reading it is called **in-context learning**.
# Olsson et al. (2022) argue that induction heads are the main mechanism behind it: it gets better at the very steps at which these heads form, and in small models of attention alone it gets worse when they are taken away.
# For large models with feed-forwards they call their evidence correlational.

# %% [markdown]
# ## Check what you know

# %% id="quiz-growth-order"
quiz("growth-components")

# %% id="quiz-grok-decay"
quiz("grok-decay")

# %% id="quiz-induction-single"
quiz("induction-single")

# %% [markdown]
# ## In real models
#
# - **Directions that mean something.**
#   Lines and circles like these have been found in models of billions of parameters: the days of the week and the months lie on circles in Mistral 7B and Llama 3 8B, and these circles are used to compute with them (Engels et al. 2025).
# - **Heads that work together.**
#   In GPT-2 small, 26 heads in seven roles share the work of one kind of sentence, and previous-token and induction heads are among them (Wang et al. 2022).
#   As here, some heads stand in for others that are taken away.

# %% [markdown]
# ## Sources
#
# - K. Pearson, *On lines and planes of closest fit to systems of points in space*, Philosophical Magazine 2(11), 1901.
#   Principal components.
# - A. Power et al., *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*, 2022, [arXiv:2201.02177](https://arxiv.org/abs/2201.02177).
# - N. Nanda et al., *Progress measures for grokking via mechanistic interpretability*, ICLR 2023, [arXiv:2301.05217](https://arxiv.org/abs/2301.05217).
#   Sines and cosines; the three phases.
# - Z. Zhong et al., *The Clock and the Pizza: Two Stories in Mechanistic Explanation of Neural Networks*, 2023, [arXiv:2306.17844](https://arxiv.org/abs/2306.17844).
#   The same circles, another way to add.
# - S. Kantamneni, M. Tegmark, *Language Models Use Trigonometry to Do Addition*, 2025, [arXiv:2502.00873](https://arxiv.org/abs/2502.00873).
# - N. Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021, [transformer-circuits.pub](https://transformer-circuits.pub/2021/framework/index.html).
#   Two heads that work together.
# - C. Olsson et al., *In-context Learning and Induction Heads*, 2022, [arXiv:2209.11895](https://arxiv.org/abs/2209.11895).
#   The phase change.
# - K. Wang et al., *Interpretability in the Wild: a Circuit for Indirect Object Identification in GPT-2 small*, 2022, [arXiv:2211.00593](https://arxiv.org/abs/2211.00593).
#   Ablation by the mean.
# - J. Engels et al., *Not All Language Model Features Are One-Dimensionally Linear*, ICLR 2025, [arXiv:2405.14860](https://arxiv.org/abs/2405.14860).
#   Circles of days and months.
