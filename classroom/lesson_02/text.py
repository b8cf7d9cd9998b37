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
# # 2 · Attention: how positions exchange information
#
# Lesson 1 ended with a matrix `x`: one row for each token of *The Raven*, what it is plus where it stands. Each row was made without a look at the others. Attention is the one part of a transformer in which rows look at each other. This lesson takes it apart, and you put it together again.
#
# - **You will build** attention in eight functions: scores, softmax, a causal and a padding mask, scaled dot-product attention, and the splitting and merging that make many heads of one. Then you will watch three heads read a stanza of the poem.
# - **You need** lesson 1: token vectors, position vectors, and the rotation that shifts them. Also the product of two matrices, and the variance of a sum of independent numbers.
# - **Time** nearly three hours; after section 6 is a good place to stop
# - **Cost** runs in 10 seconds, 220 MB of memory
#
# Eight cells are yours, each followed by its check, as in lesson 1. `hint("softmax")` helps, one step at a time, and `solution("softmax")` shows the end. Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_02 import explore_attention, explore_saturation, explore_temperature
from classroom.plots import attention_heatmap, heads_grid, heatmap, lines, show
from course_lib import attention
from course_lib.attention import AttentionCache, MultiHeadCache
from course_lib.layers import linear
from course_lib.positional import add_positions, sinusoidal_positions
from course_lib.vocab import Vocabulary, pad_sequences, split_words

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. Rows that know only themselves
#
# We take up the thread where lesson 1 dropped it: a line becomes ids, ids become rows of an embedding, and each row gets its position added. Then we change one word of the line and look at which rows change with it.

# %% id="rows-alone"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
stanzas = poem.strip().split("\n\n")
vocab = Vocabulary.words(poem)
d_model = 64
W = np.random.default_rng(1).standard_normal((len(vocab), d_model)) / math.sqrt(d_model)


def vectors(text):
    """Return the matrix x of lesson 1 for a text: words plus positions, (T, d_model)."""
    ids = vocab.encode(text)
    return add_positions(math.sqrt(d_model) * W[ids], sinusoidal_positions(len(ids), d_model))[0]


here, there = "rapping at my chamber door", "rapping at my purple door"
words = here.split()
x, x_other = vectors(here), vectors(there)
changed = [words[t] for t in range(len(words)) if not np.array_equal(x[t], x_other[t])]
print("rows that change with the word 'chamber':", changed)

# %% [markdown]
# One row. The vector of *door* is the same at a chamber door, at a purple door and at any other door. Whatever a model does with this row alone, it does without knowing which door is meant. Information has to flow from *chamber* to *door*.
#
# The simplest way to let it flow is a mean. Each position gets the mean of all rows:

# %% id="plain-mean"
T = len(words)
even = np.full((T, T), 1 / T)  # row t holds the weights of position t
mixed, mixed_other = even @ x, even @ x_other

changed = [words[t] for t in range(T) if not np.allclose(mixed[t], mixed_other[t])]
print("rows that change now:    ", changed)
print("are all five rows equal?:", np.allclose(mixed, mixed[0]))

# %% [markdown]
# Now every position learns of *chamber*. But all five learn the same: *door* and *at* receive one and the same vector, as if it made no difference who asks. What we want is a mean with *weights*, and for each position weights of its own:
#
# $$\mathrm{out}_t = \sum_s w_{ts}\, v_s, \qquad w_{ts} \ge 0, \qquad \sum_s w_{ts} = 1 .$$
#
# In matrices that is `weights @ v`, with a row of weights for each position that asks. The plain mean is the case $w_{ts} = 1/T$. Attention is the answer to one question: **where do the weights come from?** They are computed from the rows themselves.
#
# ## 2. Queries, keys and values
#
# A first idea: a position should listen to those that are like it. Lesson 1 measured likeness by the dot product, and `x @ x.T` holds the dot products of all pairs.

# %% id="alike"
alike = x @ x.T
heatmap(
    alike,
    row_labels=words,
    column_labels=words,
    title="Every word is most like itself",
    label="dot product",
    width=5.4,
)

# %% id="alike-twice"
print("the largest entry of each row is its own:", np.array_equal(alike.argmax(axis=1), range(T)))
print("equal to its transpose:", np.allclose(alike, alike.T))

# %% [markdown]
# Both lines are bad news. A word that listens mostly to itself learns nothing new. And the matrix is symmetric: *door* would listen to *chamber* exactly as much as *chamber* to *door*. But a noun looks for its adjective for other reasons than the adjective for its noun. Looking for something and being found are two different things, so they get two different vectors. What is handed over in the end is a third.
#
# | | from row $x_t$ | says |
# |---|---|---|
# | **query** | $q_t = x_t W_Q$ | what position $t$ is looking for |
# | **key** | $k_t = x_t W_K$ | what position $t$ can be found by |
# | **value** | $v_t = x_t W_V$ | what position $t$ hands over |
#
# Think of a Python dict. `d["raven"]` compares a query with the keys and returns the value of the one key that is *equal*. Attention is the soft version: it compares the query with every key by a dot product, and returns a mixture of *all* values, most of it from the keys that fit best. No key is simply hit or missed, so a small change of a vector makes a small change of the result. That is what makes it possible to learn the three matrices.
#
# All of it in one formula (Vaswani et al. 2017, Eq. 1):
#
# $$\mathrm{Attention}(q, k, v) = \mathrm{softmax}\!\left(\frac{q\,k^\top}{\sqrt{d_k}}\right) v$$
#
# Rows are vectors, as always in this course: `q` is $(T_q, d_k)$, `k` is $(T_k, d_k)$, `v` is $(T_k, d_v)$. Queries and keys must have the same width, for they meet in a dot product. Values may have another. Four steps, then: compare, scale, turn into weights, mix. Before each is looked at closely, we do them once with a pencil.
#
# ## 3. One sentence by hand
#
# *Quoth the raven*: three tokens, four features. The first three say what the word is, the fourth where it stands.
#
# | | verb | article | noun | position |
# |---|---|---|---|---|
# | *Quoth* | 1 | 0 | 0 | 0 |
# | *the* | 0 | 1 | 0 | 1 |
# | *raven* | 0 | 0 | 1 | 2 |
#
# The matrices below are made up, so that the numbers stay small. $W_Q$ says what each kind of word looks for. With $W_K$ a word is found by what it is and where it stands. The factor $\ln 2 \approx 0.69$ in it has a single purpose: it will turn every exponential into a power of 2, so that you need no calculator. $W_V$ hands over two numbers for each word; here they mean nothing in particular.

# %% id="trace-input"
sentence = ["Quoth", "the", "raven"]
X = np.array([[1.0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 2]])

W_Q = np.array(
    [
        [0.0, -1, 0, 1],  # a verb looks for what stands late and is no article
        [0.0, -1, 4, 1],  # an article looks for a noun
        [2.0, 0, 0, 0],  # a noun looks for a verb
        [0.0, 0, 0, 0],  # where the one who asks stands makes no difference
    ]
)
W_K = math.log(2) * np.eye(4)
W_V = np.array([[4.0, 0], [0, 2], [8, 0], [0, 2]])

q, k, v = X @ W_Q, X @ W_K, X @ W_V
for name, matrix in [("q", q), ("k / ln 2", k / math.log(2)), ("v", v)]:
    print(f"{name}, shape {matrix.shape}\n{matrix}\n")

# %% [markdown]
# Take the query of *Quoth*, the first row of `q`: $(0, -1, 0, 1)$.
#
# 1. **Compare** it with each key. $q \cdot k_{\textit{Quoth}} = 0$. $\;q \cdot k_{\textit{the}} = -\ln 2 + \ln 2 = 0$. $\;q \cdot k_{\textit{raven}} = 2 \ln 2$.
# 2. **Scale.** $d_k = 4$, so divide by $\sqrt 4 = 2$. The scores are $0,\ 0,\ \ln 2$.
# 3. **Weights.** Take $e$ to the power of each score: $1,\ 1,\ 2$. They sum to 4, so divide by 4. The weights are $\tfrac14,\ \tfrac14,\ \tfrac12$.
# 4. **Mix.** $\tfrac14 (4, 0) + \tfrac14 (0, 4) + \tfrac12 (8, 4) = (5, 3)$.
#
# So *Quoth* gives half of its attention to *raven*, and what it receives is $(5, 3)$. Now do the second row, the query of *the*, on paper. It takes two minutes, and it is the whole of attention.

# %% id="predict-trace" jupyter={"source_hidden": true}
predict(
    "trace",
    "The query of *the* is $(0, -1, 4, 1)$. Which weight does it give to *raven*?",
    number=True,
)

# %% id="trace-steps" jupyter={"outputs_hidden": true}
dots = q @ k.T
scores = dots / math.sqrt(4)
powers = np.exp(scores)
weights = powers / powers.sum(axis=1, keepdims=True)
out = weights @ v

for name, matrix in [
    ("scores / ln 2", scores / math.log(2)),
    ("e to the scores", powers),
    ("weights", weights),
    ("out", out),
]:
    print(f"{name}\n{matrix}\n")

# %% id="reveal-trace"
reveal(
    "trace",
    weights[1, 2],
    r"The dot products are $0$, $-\ln 2 + \ln 2 = 0$ and $4 \ln 2 + 2 \ln 2 = 6 \ln 2$. "
    r"Halved: $0, 0, 3 \ln 2$. Powers: $1, 1, 8$, with the sum $10$. "
    r"So the weights are $0.1, 0.1, 0.8$ and the result is "
    r"$0.1\,(4, 0) + 0.1\,(0, 4) + 0.8\,(8, 4) = (6.8, 3.6)$.",
)

# %% [markdown]
# From here on a matrix of weights is shown as a heatmap. **A row belongs to the query, a column to the key, and each row sums to 1.** Read it row by row: whom does this word listen to?

# %% id="trace-heatmap"
attention_heatmap(
    weights,
    sentence,
    title="'the' listens mostly to 'raven'",
    width=4.8,
)

# %% [markdown]
# The matrix is not symmetric: *the* gives 0.80 to *raven* and gets 0.25 back. That is what two different vectors for asking and for being found have bought us.
#
# Now in code, step by step. First the scores, which the formula calls $q\,k^\top / \sqrt{d_k}$. Each entry is the dot product of one query with one key. The function should also work with a batch, and with the several heads of section 8, that is with further axes in front; `@` multiplies the last two axes and leaves the others alone, and you should do the same.
#
# ### Exercise: `attention_scores`
#
# `attention_scores(q, k)` compares every query with every key.
#
# - `q`: an array `(..., T_q, d_k)`; `k`: an array `(..., T_k, d_k)`. The dots stand for any axes in front, such as `(B, n_heads)`, or none.
# - Returns the scores, `(..., T_q, T_k)`: the dot products divided by $\sqrt{d_k}$. Row `i` belongs to query `i`.
#
# ```python
# q = np.array([[1., 0., 2., 1.]])                       # one query, d_k = 4
# k = np.array([[1., 1., 1., 1.], [2., 0., 0., 0.]])     # two keys
# attention_scores(q, k)    # array([[2., 1.]])            4 / 2 and 2 / 2
# ```


# %% id="ex-attention-scores" tags=["exercise"]
def attention_scores(q, k):
    """Compare every query with every key: the scores (..., T_q, T_k), scaled by 1 / sqrt(d_k)."""
    ### BEGIN SOLUTION
    d_k = q.shape[-1]
    return q @ k.swapaxes(-1, -2) / math.sqrt(d_k)
    ### END SOLUTION


# %% id="check-attention-scores"
attention_scores = check(attention_scores)

# %% [markdown]
# ## 4. Softmax: from scores to weights
#
# The third step of the pencil work has a name. The **softmax** turns any numbers into positive ones that sum to 1:
#
# $$\mathrm{softmax}(s)_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$$
#
# Why the exponential? Dividing the scores by their sum would not do, for scores can be negative. Squares would be positive, but they would make $-3$ count as much as $3$. The exponential is positive and keeps the order. And it turns differences into ratios: $w_i / w_j = e^{s_i - s_j}$. A score that is larger by 1 gives $e \approx 2.7$ times the weight, wherever the two scores lie.
#
# So only differences count, and the same number may be added to all scores of a row without any effect. On paper, that is. Let us add 1000 to the scores of *the*, with the formula as it stands above.

# %% id="overflow"
with np.errstate(over="ignore", invalid="ignore"):
    for shift in [0, 1000, -1000]:
        powers = np.exp(scores[1] + shift)
        print(f"{shift:>6}   powers {powers}   weights {powers / powers.sum()}")
limit = math.log(np.finfo(float).max)
print(f"\nfloat64 ends near e to the power of {limit:.1f}")

# %% [markdown]
# `inf / inf` and `0 / 0` are not numbers. The mathematics is right and the arithmetic fails. But the mathematics also shows the way out: since adding a constant changes nothing, *choose* it so that the arithmetic works. Subtract the largest score of the row. Then the largest exponent is $e^0 = 1$, nothing can overflow, and the sum is at least 1.
#
# ### Exercise: `softmax`
#
# `softmax(x, axis=-1)` turns scores into weights.
#
# - `x`: an array of any shape. Each row along `axis` is a set of scores; they may be as large as $\pm 1000$. A score may be $-\infty$ if others in its row are not: then its weight is 0.
# - Returns `(out, cache)`: `out` has the shape of `x`, is positive and sums to 1 along `axis`. The line of the cache is there already.
#
# ```python
# softmax(np.log(np.array([1., 2., 5.])))[0]    # array([0.125, 0.25 , 0.625])
# softmax(np.array([1000., 1000.]))[0]          # array([0.5, 0.5])
# ```


# %% id="ex-softmax" tags=["exercise"]
def softmax(x, axis=-1):
    """Turn scores into weights that sum to 1 along `axis`. Returns (out, cache)."""
    ### BEGIN SOLUTION
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    out = powers / powers.sum(axis=axis, keepdims=True)
    ### END SOLUTION
    return out, (out, axis)


# %% id="check-softmax"
softmax = check(softmax)

# %% id="softmax-shift"
for shift in [0, 1000, -1000]:
    print(f"{shift:>6}", softmax(scores[1] + shift)[0])

# %% [markdown]
# The name says it: a soft maximum. How soft depends on how far apart the scores lie. Divide them all by a number called the **temperature**: above 1 it brings them together and makes the weights more even; below 1 it drives them apart, until the largest takes all.
#
# The explorer uses your softmax. The score of a word is how many letters it shares with *rapping*. The **entropy** in the title says in one number how even the weights are: 0 if one word has all the weight, $\ln 6 \approx 1.79$ if all six have the same. (Its unit, the nat, goes with the natural logarithm; lesson 6 comes back to it.) Find the temperature at which *tapping* gets half of the weight. Is there one at which *door* gets more than *chamber*?

# %% id="explore-temperature"
others = ["tapping", "fearing", "nothing", "raven", "chamber", "door"]
shared = [sum(min(w.count(c), "rapping".count(c)) for c in set(w)) for w in others]
explore_temperature(shared, others, softmax)

# %% [markdown]
# (Half of the weight: at a temperature near 1.6. For *door* there is none: the softmax never changes the order, at any temperature.)
#
# ## 5. Why divide by $\sqrt{d_k}$?
#
# The formula has one odd piece, the $\sqrt{d_k}$. What would happen without it? Suppose queries and keys are what they are at the start of training, random: each entry independent, with mean 0 and variance 1.

# %% id="predict-spread" jupyter={"source_hidden": true}
predict(
    "spread",
    "Queries and keys have $d_k = 64$ random entries of mean 0 and variance 1. How far do the dot products $q \\cdot k$ spread around 0? (Their standard deviation.)",
    number=True,
)


# %% id="reveal-spread"
def measure(d_k, n_queries=200, n_keys=16, nudge=0.01):
    """Spread of the dot products; then, without and with the scale, largest weight and response."""
    rng = np.random.default_rng(d_k)
    q = rng.standard_normal((n_queries, 1, d_k))
    k = rng.standard_normal((n_queries, n_keys, d_k))
    dots = q @ k.swapaxes(-1, -2)
    row = [dots.std()]
    for scores in [dots, dots / math.sqrt(d_k)]:
        weights, _ = softmax(scores)
        nudged = scores.copy()
        nudged[..., 0] += nudge  # one score a little higher: how much do the weights move?
        response = np.abs(softmax(nudged)[0] - weights).sum(axis=-1).mean() / nudge
        row += [weights.max(axis=-1).mean(), response]
    return row


widths = [1, 4, 16, 64, 256, 1024]
measured = np.array([measure(d_k) for d_k in widths])
reveal(
    "spread",
    measured[widths.index(64), 0],
    "That is close to $\\sqrt{64} = 8$. Each dot product is a sum of 64 terms. "
    "Some are positive and some negative, so they partly cancel, but not wholly.",
    digits=2,
)

# %% id="spread-picture"
lines(
    widths,
    {"measured": measured[:, 0], "√d_k": np.sqrt(widths)},
    title="The longer the vectors, the further their dot products spread: like √d_k",
    x_label="d_k",
    y_label="standard deviation of q · k",
    log_x=True,
    log_y=True,
    markers=True,
    height=3.0,
)

# %% [markdown]
# The two lines lie on each other. Why the root? It can be shown in five lines, and they are all there below. Put them into their order. Two lines do not belong.

# %% id="parsons-variance" jupyter={"source_hidden": true}
parsons(
    "variance",
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
)

# %% [markdown]
# So without the scale the scores of a wide model are far apart from the first step on. What does the softmax make of scores that are far apart?

# %% id="predict-saturation" jupyter={"source_hidden": true}
predict(
    "saturation",
    "16 random keys, $d_k = 1024$, no scale. Weights that were even would be 1/16 = 0.06 each. How large is the largest weight, on average?",
    options=["About 0.1", "About 0.3", "About 0.6", "Above 0.9"],
)

# %% id="reveal-saturation" jupyter={"outputs_hidden": true}
print("                    largest of 16 weights      response to one score")
print("  d_k    spread     no scale    1/√d_k         no scale    1/√d_k")
for i, d_k in enumerate(widths):
    spread, largest, moves, largest_scaled, moves_scaled = measured[i]
    print(
        f"{d_k:>5}{spread:>10.2f}{largest:>13.2f}{largest_scaled:>10.2f}"
        f"{moves:>17.3f}{moves_scaled:>10.3f}"
    )

largest = measured[-1, 1]
reveal(
    "saturation",
    "Above 0.9" if largest > 0.9 else "About 0.6",
    f"It is {largest:.2f}: one key takes nearly everything, and which one is chance. "
    f"With the scale the largest weight hardly changes with the width: from d_k = {widths[1]} on "
    f"it lies between {measured[1:, 3].min():.2f} and {measured[1:, 3].max():.2f}.",
)

# %% [markdown]
# The right half of the table shows the real damage. It says how much the weights move when one score is raised a little (the sum of all changes, divided by the nudge). With the scale they respond at any width. Without it the response dies away: once a weight is nearly 1 or nearly 0, moving a score changes next to nothing. The softmax is **saturated**. Training works by asking just this question, which small change would help (lesson 7), and here the answer would be: none.
#
# How fast does one weight move with its own score? Write $w = e^s / (e^s + r)$, where $r$ is the sum of the other exponentials. The quotient rule gives $\dfrac{dw}{ds} = \dfrac{e^s r}{(e^s + r)^2} = w\,(1 - w)$. So a weight is most alive at one half, and dead at both ends. We let one of 16 scores rise and leave the others at 0:

# %% id="one-weight"
print("score      w    measured   w (1 - w)")
for own in [-4, 0, math.log(15), 4, 8]:
    row, nudged = np.zeros(16), np.zeros(16)
    row[0], nudged[0] = own, own + 0.001
    w, moved = softmax(row)[0][0], softmax(nudged)[0][0]
    print(f"{own:>5.1f}{w:>8.3f}{(moved - w) / 0.001:>11.3f}{w * (1 - w):>12.3f}")

# %% [markdown]
# The scale keeps the softmax responsive at the start, when nothing has been learned yet. It does not bind the model: if a head needs sharp weights, training can make its queries longer.
#
# In the explorer, slide `d_k` first without a scale, then with $1/\sqrt{d_k}$, then with $1/d_k$. What is wrong with the last? The green line is a *gradient*. It measures the response from the other end: how much of a change that is wanted in the weights reaches the scores, with even weights as 1. Why does it rise a little above 1 before it falls?

# %% id="explore-saturation"
explore_saturation()

# %% [markdown]
# (With $1/d_k$ the scores shrink as the vectors get longer. The weights are then all alike, and we are back at the plain mean.
#
# The green line rises while the scores lie only a little apart: a few weights then grow from 1/16 towards 1/2, where $w(1-w)$ is largest, and they respond more than even weights do. It falls when one of them comes near 1 and the others near 0. With $1/\sqrt{d_k}$ it stays on the hill. The table above has no such hill, for it takes the mean over all keys, most of which fade. The gradient is the length of a vector, in which the large entries count most.)
#
# ## 6. Masks: who may listen to whom
#
# Until now each position listens to all others, also to those that stand after it. For a model that is to *write*, this is a problem. It is trained to predict the next token at every position of a text at once. We ask what an output can know.

# %% id="predict-leak" jupyter={"source_hidden": true}
predict(
    "leak",
    "Attention runs over *rapping at my chamber door*. Then the last word is replaced by another. How many of the five outputs change?",
    options=["1", "2", "4", "5"],
)


# %% id="reveal-leak" jupyter={"outputs_hidden": true}
def attend_to_all(x):
    """Attention of x to itself, without projections and without a mask."""
    return softmax(attention_scores(x, x))[0] @ x


before = attend_to_all(vectors("rapping at my chamber door"))
after = attend_to_all(vectors("rapping at my chamber lamplight"))
changes = np.abs(after - before).max(axis=1)
for t in range(T):
    print(f"{words[t]:<8} changes by {changes[t]:.1g}")

reveal(
    "leak",
    str(int((changes > 0).sum())),
    "Some only by a trace, but all of them. The output at *chamber*, which is to predict the "
    "next word, has already seen it.",
)

# %% [markdown]
# A model trained like this would learn to look at the answer, and could not write a single word on its own. The remedy is a **mask**: a table of booleans, one for each query and key. In this course `True` means *may attend*. A score whose mask is `False` is replaced by $-\infty$ before the softmax, and $e^{-\infty} = 0$: the key gets no weight, and the remaining weights still sum to 1.
#
# Why not simply multiply the weights by 0 afterwards? Try it on *Quoth*, whose weights were $\tfrac14, \tfrac14, \tfrac12$, and hide the last two: what remains is $\tfrac14$, not 1. The hidden keys have already taken their share.
#
# The mask that hides the future is called **causal**. Query $i$ may attend to its own position and to earlier ones:
#
# | | *Quoth* | *the* | *raven* |
# |---|---|---|---|
# | *Quoth* | True | False | False |
# | *the* | True | True | False |
# | *raven* | True | True | True |
#
# ### Exercise: `causal_mask`
#
# `causal_mask(T_q, T_k=None)` hides the future.
#
# - `T_q`: the number of queries; `T_k`: the number of keys, `T_q` if it is `None`.
# - Returns a boolean array `(T_q, T_k)`, `True` where the query may attend to the key.
# - If `T_k` is larger than `T_q`, the queries are the **last** `T_q` of the `T_k` positions. (Lesson 5 needs this: when a model writes, the earlier keys are already there and only the new token asks.)
#
# ```python
# causal_mask(3)       # array([[ True, False, False],
#                      #        [ True,  True, False],
#                      #        [ True,  True,  True]])
# causal_mask(2, 4)    # array([[ True,  True,  True, False],
#                      #        [ True,  True,  True,  True]])
# ```


# %% id="ex-causal-mask" tags=["exercise"]
def causal_mask(T_q, T_k=None):
    """Each query may attend to its own position and to earlier ones: bool (T_q, T_k)."""
    ### BEGIN SOLUTION
    T_k = T_q if T_k is None else T_k
    query_positions = np.arange(T_k - T_q, T_k)
    return query_positions[:, None] >= np.arange(T_k)
    ### END SOLUTION


# %% id="check-causal-mask"
causal_mask = check(causal_mask)

# %% [markdown]
# The second mask is about batches. Lines of different lengths were filled up with `<pad>` in lesson 1. Padding is not text, and nobody should listen to it.
#
# A mask must fit the scores, whose shape is `(B, n_heads, T_q, T_k)` in a full model. Which keys are padding depends on the sequence and on the key, but neither on the head nor on the query. So two of the four axes have length 1, and broadcasting does the rest.
#
# ### Exercise: `padding_mask`
#
# `padding_mask(ids, pad_id)` hides padding.
#
# - `ids`: an integer array `(B, T_k)`; `pad_id`: the id of `<pad>`.
# - Returns a boolean array `(B, 1, 1, T_k)`, `True` where the key is a token and not padding.
#
# ```python
# padding_mask(np.array([[5, 8, 2], [7, 0, 0]]), pad_id=0)
# # array([[[[ True,  True,  True]]],
# #        [[[ True, False, False]]]])
# ```


# %% id="ex-padding-mask" tags=["exercise"]
def padding_mask(ids, pad_id):
    """Each query may attend to keys that are not padding: ids (B, T_k) to bool (B, 1, 1, T_k)."""
    ### BEGIN SOLUTION
    return (ids != pad_id)[:, None, None, :]
    ### END SOLUTION


# %% id="check-padding-mask"
padding_mask = check(padding_mask)

# %% [markdown]
# Masks are combined with `&`: a key may be attended to if both allow it. Here are two lines in one batch under both masks, with scores that are all 0, so that each query spreads its attention evenly over what it may see.

# %% id="both-masks"
two = ["Quoth the raven", "Perched and sat and nothing more"]
ids = pad_sequences([vocab.encode(text) for text in two], vocab.pad_id)
mask = causal_mask(ids.shape[1]) & padding_mask(ids, vocab.pad_id)
print("causal", causal_mask(ids.shape[1]).shape, " padding", padding_mask(ids, vocab.pad_id).shape)
print("both  ", mask.shape)

even, _ = softmax(np.where(mask, 0.0, -np.inf))
for b, name in [(1, "Each word sees itself and what came before"), (0, "And nobody sees padding")]:
    labels = [vocab.tokens[i] for i in ids[b]]
    show(attention_heatmap(even[b, 0], labels, title=name, mask=mask[b, 0], width=5.6))

# %% [markdown]
# Look at the last rows of the second picture. The padding asks too; its queries are computed like all others. That does no harm, for nobody reads the answer: later layers mask it again as a key, and the loss leaves it out (lesson 6). To mask these rows as well would even be a mistake. A query that may attend to *nothing* has only scores of $-\infty$, and the softmax of that is `nan`. The course's attention refuses such a mask:

# %% id="nothing-allowed"
try:
    attention.scaled_dot_product_attention(q, k, v, np.zeros((3, 3), dtype=bool))
except ValueError as error:
    print(error)

# %% [markdown]
# ## 7. Scaled dot-product attention
#
# All pieces are there. What you did with a pencil is one function: scores, mask, softmax, mixture.
#
# ### Exercise: `scaled_dot_product_attention`
#
# `scaled_dot_product_attention(q, k, v, mask=None)` is the formula of section 2, with a mask.
#
# - `q`: `(..., T_q, d_k)`; `k`: `(..., T_k, d_k)`; `v`: `(..., T_k, d_v)`.
# - `mask`: boolean, broadcasts to the scores `(..., T_q, T_k)`, `True` where a query may attend; or `None` for no mask.
# - Returns `(out, cache)` with `out` of shape `(..., T_q, d_v)`.
#
# The last line is given. It expects your weights under the name `weights`, and what your softmax returned beside them under the name `softmax_cache`. It keeps both for the heatmaps and for the backward pass of lesson 7.
#
# ```python
# out, cache = scaled_dot_product_attention(q, k, v)    # the three words of section 3
# out              # array([[5. , 3. ], [6.8, 3.6], [4. , 2. ]])
# cache.weights    # array([[0.25, 0.25, 0.5 ], [0.1 , 0.1 , 0.8 ], [0.5 , 0.25, 0.25]])
# ```


# %% id="ex-scaled-dot-product-attention" tags=["exercise"]
def scaled_dot_product_attention(q, k, v, mask=None):
    """softmax(q k^T / sqrt(d_k)) v, with -inf for the scores where mask is False."""
    ### BEGIN SOLUTION
    scores = attention_scores(q, k)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights, softmax_cache = softmax(scores)
    out = weights @ v
    ### END SOLUTION
    return out, AttentionCache(q, k, v, weights, softmax_cache)


# %% id="check-scaled-dot-product-attention"
scaled_dot_product_attention = check(scaled_dot_product_attention)

# %% [markdown]
# The three words again, first as in section 3 and then with the causal mask. Under the mask *Quoth* has nobody to listen to but itself, so its output must be its own value, $(4, 0)$. For *the* the powers are $1, 1$: it must get the mean of the first two values.

# %% id="trace-by-code"
for name, mask in [("no mask", None), ("causal mask", causal_mask(3))]:
    by_code, cache = scaled_dot_product_attention(q, k, v, mask)
    print(f"{name}\nweights\n{cache.weights}\nout\n{by_code}\n")

# %% [markdown]
# And the leak of section 6? Once more we replace the last word, now behind a causal mask.

# %% id="leak-closed"
x_door, x_lamplight = (vectors(f"rapping at my chamber {word}") for word in ["door", "lamplight"])
before, _ = scaled_dot_product_attention(x_door, x_door, x_door, causal_mask(T))
after, _ = scaled_dot_product_attention(x_lamplight, x_lamplight, x_lamplight, causal_mask(T))
changes = np.abs(after - before).max(axis=1)
print("outputs that change:", [words[t] for t in range(T) if changes[t] > 0])

# %% [markdown]
# ## 8. Many heads
#
# One matrix of weights is one opinion. Say that *door* wants to know two things: which word stands before it, and where else *door* occurs. With one row of weights it must divide its attention. It then receives $\tfrac12 v_a + \tfrac12 v_b$, one vector, and cannot tell which part came from where: the mean of $(4, 0)$ and $(8, 4)$ is $(6, 2)$, and so is the mean of $(12, 4)$ and $(0, 0)$.
#
# So let several attentions run side by side, each with its own $W_Q, W_K, W_V$ and its own softmax. They are called **heads**. To keep the cost as it was, each of $n$ heads works with narrower queries, keys and values, all of width $d_k = d_{\text{model}} / n$. Their outputs are laid side by side, which gives the width $d_{\text{model}}$ again, and a last matrix $W_O$ mixes them (Vaswani et al. 2017, Sec. 3.2.2):
#
# $$\mathrm{head}_h = \mathrm{Attention}(x W_Q^{(h)},\ x W_K^{(h)},\ x W_V^{(h)}), \qquad \mathrm{out} = [\mathrm{head}_1, \dots, \mathrm{head}_n]\, W_O$$
#
# A program need not loop over the heads. The matrices of all heads are laid side by side to one $W_Q$ of $d_{\text{model}}$ columns, columns $0$ to $d_k - 1$ for the first head, the next $d_k$ for the second. One product makes all queries of all heads. What remains is to cut the result into heads, and to bring the heads to the front, where `@` takes them like a batch:
#
# `(B, T, d_model)` → `(B, T, n_heads, d_k)` → `(B, n_heads, T, d_k)`
#
# Two steps, and they are not the same kind of step. The first cuts an axis in two; the numbers stay where they are in memory. The second exchanges two axes. It is tempting to do both in a single `reshape`, and the shape comes out right.
#
# ### Exercise: `split_heads`
#
# `split_heads(x, n_heads)` cuts the features into heads.
#
# - `x`: an array `(B, T, d_model)`; `n_heads` divides `d_model`.
# - Returns an array `out` of shape `(B, n_heads, T, d_k)` with `d_k = d_model // n_heads`: the first `d_k` features of every token in `out[:, 0]`, the next `d_k` in `out[:, 1]`, and so on.
#
# ```python
# x = np.array([[[1., 2., 3., 4.],     # first token
#                [5., 6., 7., 8.]]])   # second token
# split_heads(x, 2)    # array([[[[1., 2.], [5., 6.]],      first head: the left half of both tokens
#                      #         [[3., 4.], [7., 8.]]]])    second head: the right half
# ```


# %% id="ex-split-heads" tags=["exercise"]
def split_heads(x, n_heads):
    """Cut the features into heads: (B, T, d_model) to (B, n_heads, T, d_k)."""
    ### BEGIN SOLUTION
    B, T, d_model = x.shape
    return x.reshape(B, T, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)
    ### END SOLUTION


# %% id="check-split-heads"
split_heads = check(split_heads)

# %% [markdown]
# ### Exercise: `merge_heads`
#
# `merge_heads(x)` undoes it: it lays the heads side by side again.
#
# - `x`: an array `(B, n_heads, T, d_k)`.
# - Returns an array `(B, T, n_heads * d_k)`. `merge_heads(split_heads(x, n_heads))` is `x`.
#
# ```python
# heads = np.array([[[[1., 2.], [5., 6.]], [[3., 4.], [7., 8.]]]])
# merge_heads(heads)    # array([[[1., 2., 3., 4.], [5., 6., 7., 8.]]])
# ```


# %% id="ex-merge-heads" tags=["exercise"]
def merge_heads(x):
    """Lay the heads side by side again: (B, n_heads, T, d_k) to (B, T, n_heads * d_k)."""
    ### BEGIN SOLUTION
    B, n_heads, T, d_k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)
    ### END SOLUTION


# %% id="check-merge-heads"
merge_heads = check(merge_heads)

# %% [markdown]
# Now everything comes together. One more idea is built in, and it costs nothing. Nothing in the formula says that the ones who ask and the ones who answer are the same. So the function takes two sequences: `x` asks, `memory` answers. If they are the same, this is **self-attention**. If they differ, it is **cross-attention**: in a translator `x` is the sentence as far as it is written, and `memory` the sentence to be translated.
#
# For `x @ W + b` there is `linear(x, W, b)`, which returns the product and a cache; with `b=None` it adds nothing.
#
# ### Exercise: `multi_head_attention`
#
# `multi_head_attention(x, memory, params, n_heads, mask=None)` lets `x` attend to `memory` with several heads.
#
# - `x`: `(B, T_q, d_model)`; `memory`: `(B, T_k, d_model)`. Queries come from `x`, keys and values from `memory`.
# - `params`: a dict of `W_Q`, `W_K`, `W_V`, `W_O`, each `(d_model, d_model)`, and `b_Q`, `b_K`, `b_V`, `b_O`, each `(d_model,)`. The biases may be missing, as in the paper: `params.get("b_Q")` is then `None`.
# - `mask`: broadcasts to `(B, n_heads, T_q, T_k)`, or `None`.
# - Returns `(out, cache)` with `out` of shape `(B, T_q, d_model)`.
#
# The first line and the last are given. They show how `linear` is used and under which names the five caches are kept: those of the four projections, and that of the attention between them.
#
# Worked by hand: two heads of width 2, all four matrices the identity, no biases. `x` is the single query $(\sqrt2 \ln 3,\ 0,\ 0,\ 0)$, and `memory` holds the rows $(1, 0, 4, 8)$ and $(0, 1, 0, 4)$. The first head sees the first two features: its scores are $\ln 3$ and $0$, its weights $\tfrac34$ and $\tfrac14$, its output $(\tfrac34, \tfrac14)$. The second head has the query $(0, 0)$, which prefers nothing: weights $\tfrac12, \tfrac12$ and output $(2, 6)$. So `out` is $(0.75,\ 0.25,\ 2,\ 6)$.


# %% id="ex-multi-head-attention" tags=["exercise"]
def multi_head_attention(x, memory, params, n_heads, mask=None):
    """Let x (B, T_q, d_model) attend to memory (B, T_k, d_model) with n_heads heads."""
    q, query_cache = linear(x, params["W_Q"], params.get("b_Q"))
    ### BEGIN SOLUTION
    k, key_cache = linear(memory, params["W_K"], params.get("b_K"))
    v, value_cache = linear(memory, params["W_V"], params.get("b_V"))
    q, k, v = split_heads(q, n_heads), split_heads(k, n_heads), split_heads(v, n_heads)
    heads, attention_cache = scaled_dot_product_attention(q, k, v, mask)
    merged = merge_heads(heads)
    out, output_cache = linear(merged, params["W_O"], params.get("b_O"))
    ### END SOLUTION
    return out, MultiHeadCache(query_cache, key_cache, value_cache, attention_cache, output_cache)


# %% id="check-multi-head-attention"
multi_head_attention = check(multi_head_attention)

# %% [markdown]
# Do more heads cost more? Count. `linear` multiplies, and so do the two products inside each head. An entry of `a @ b` is a sum of as many products as `a` has columns.


# %% id="heads-cost"
def products(a, b):
    """How many multiplications a @ b takes."""
    return math.prod(np.matmul(a, b).shape) * a.shape[-1]


rng = np.random.default_rng(0)
width, length = 96, 57
sample = rng.standard_normal((1, length, width))
sample_params = {f"W_{name}": rng.standard_normal((width, width)) for name in "QKVO"}

print("heads   d_k   numbers to learn   multiplications   weights to keep")
for n_heads in [1, 2, 3, 6, 12]:
    _, cache = multi_head_attention(sample, sample, sample_params, n_heads)
    kept = cache.attention
    counted = 4 * products(sample, sample_params["W_Q"])
    counted += products(kept.q, kept.k.swapaxes(-1, -2)) + products(kept.weights, kept.v)
    learned = sum(W.size for W in sample_params.values())
    print(f"{n_heads:>5}{kept.q.shape[-1]:>6}{learned:>19,}{counted:>18,}{kept.weights.size:>18,}")

# %% [markdown]
# Not one more number to learn, and not one more multiplication: $n$ heads of width $d_{\text{model}}/n$ do together what one wide head would do. Only the last column grows. Each head keeps a table of weights of its own, and section 11 comes back to that.
#
# ## 9. Three heads read *The Raven*
#
# What could a head do with a real stanza? A trained one shows it, and lessons 4 and 9 look into trained models. But you know enough to *build* heads. The three that follow are built by hand, not learned. Nothing in them has been trained on anything, and that is the point: they show what this mechanism can express.
#
# To keep it readable we give each kind of information features of its own, 32 each. A vector has 96 features: the word, its ending, its position.
#
# - **Word** and **ending**: a random vector of length 1 for each word of the poem, and one for each ending (the last three letters). Lesson 1 showed that random vectors are nearly perpendicular, so the dot product of two words is near 1 if they are the same and near 0 if not.
# - **Position**: the sinusoidal vector, divided by its length $\sqrt{32/2} = 4$.

# %% id="read"
WORD, ENDING, POSITION = slice(0, 32), slice(32, 64), slice(64, 96)


def words_of(text):
    """Cut a text into words, without punctuation."""
    return [token for token in split_words(text) if token[0].isalpha()]


def random_directions(names, seed):
    """Return a random vector of length 1 for each of some names."""
    rows = np.random.default_rng(seed).standard_normal((len(names), 32))
    return dict(zip(names, rows / np.linalg.norm(rows, axis=1, keepdims=True), strict=True))


every_word = sorted(set(words_of(poem.lower())))
word_vectors = random_directions(every_word, seed=0)
ending_vectors = random_directions(sorted({word[-3:] for word in every_word}), seed=1)


def read(text):
    """Return the words of a text and their vectors, (1, T, 96)."""
    words = words_of(text)
    x = np.zeros((1, len(words), 96))
    x[0, :, WORD] = [word_vectors[word.lower()] for word in words]
    x[0, :, ENDING] = [ending_vectors[word.lower()[-3:]] for word in words]
    x[0, :, POSITION] = sinusoidal_positions(len(words), 32) / 4
    return words, x


stanza, x_stanza = read(stanzas[0])
print(stanzas[0], "\n\n", len(stanza), "words; x has shape", x_stanza.shape)

# %% [markdown]
# Each head picks what it needs through its columns of $W_Q$ and $W_K$.
#
# 1. **The word before.** The key is the position. The query is the position too, but turned back by one place with $R(-1)$, the rotation that you built in lesson 1: the query of position $t$ is the vector of position $t - 1$. It fits best to the key of the word before.
# 2. **The same word.** Query and key are both the word.
# 3. **The same ending.** Query and key are both the ending. Among rhymes that is a good thing to ask for.
#
# All three hand over the word as their value. Each query is multiplied by a large number, because a dot product of vectors of length 1 is at most 1, and scores between 0 and 1 make weights that are nearly even (section 4). The factor $\sqrt{32}$ undoes the scale. Neighboring positions are very much alike, so the first head needs the largest number.

# %% id="build-heads"
from classroom.answers import shift_rotation

n_heads, d_k = 3, 32
first, second, third = (slice(h * d_k, (h + 1) * d_k) for h in range(n_heads))  # columns of a head
same = np.eye(32)
sharp = 12 * math.sqrt(d_k)

params = {f"W_{name}": np.zeros((96, 96)) for name in "QKVO"}
params["W_Q"][POSITION, first] = 8 * sharp * shift_rotation(-1, 32)
params["W_K"][POSITION, first] = same
params["W_Q"][WORD, second] = sharp * same
params["W_K"][WORD, second] = same
params["W_Q"][ENDING, third] = sharp * same
params["W_K"][ENDING, third] = same
for head in [first, second, third]:
    params["W_V"][WORD, head] = same
params["W_O"][:] = np.eye(96)

# %% [markdown]
# Before you look: *chamber* occurs twice in the first stanza. Under a causal mask, where does the second *chamber* look with head 2, the head of the same word?

# %% id="predict-chamber" jupyter={"source_hidden": true}
predict(
    "chamber",
    "How much weight does the second *chamber* give to the **first** *chamber*, in head 2 under a causal mask?",
    options=["Nearly 0", "About a half", "Nearly 1"],
)

# %% id="two-lines" jupyter={"outputs_hidden": true}
two_lines, x_lines = read("\n".join(stanzas[0].splitlines()[3:5]))
mask = causal_mask(len(two_lines))
_, cache = multi_head_attention(x_lines, x_lines, params, n_heads, mask)
head_names = ["1: the word before", "2: the same word", "3: the same ending"]
heads_grid(
    cache.weights[0],
    two_lines,
    title="Three heads, three questions: the word before, the same word, the same ending",
    mask=mask,
    head_names=head_names,
)

# %% id="reveal-chamber"
early, late = [at for at, word in enumerate(two_lines) if word == "chamber"]
weight = cache.weights[0, 1, late, early]
reveal(
    "chamber",
    "About a half" if 0.4 < weight < 0.6 else "Nearly 1",
    f"It is {weight:.2f}. Both *chamber*s have the same vector, so they get the same score, and "
    "the softmax gives the same weight to the same score. A word is always like itself: that is "
    "the diagonal.",
)

# %% [markdown]
# The first head is a line just below the diagonal. (The first word has none before it, and the mask leaves it nothing but itself.) The second head is the diagonal, with a second stripe where *at my chamber door* returns word for word. The third also finds words that only end alike: *tapping* listens to both *rapping*s.
#
# Here is the whole stanza under the third head, without a mask. Off the diagonal you see the rhymes: *dreary* and *weary*; *napping*, *tapping*, *rapping*; *lore* and *more*; *door* and *door*. You also see what the head does not know. It looks at letters and not at sounds, so it takes *nothing* for a rhyme of *napping*, and finds none between *lore* and *door*.

# %% id="stanza-heatmap"
_, cache = multi_head_attention(x_stanza, x_stanza, params, n_heads)
attention_heatmap(
    cache.weights[0, 2],
    stanza,
    title="Each word of the stanza listens to those that end as it does",
)

# %% [markdown]
# Look around for yourself. Choose a head and a mask, and move through the words: the text shows where the chosen word looks. Follow the second *tapping* through all three heads. Then take *napping* in the third head: without a mask it listens to six words, itself among them. What is left under the causal mask, and why?

# %% id="explore-attention"
tokens = []
for line in stanzas[0].splitlines():
    tokens += words_of(line)
    tokens[-1] += "\n"  # the end of a line, for the picture only

causal = causal_mask(len(stanza))
by_mask = {
    "no mask": multi_head_attention(x_stanza, x_stanza, params, n_heads)[1].weights[0],
    "causal mask": multi_head_attention(x_stanza, x_stanza, params, n_heads, causal)[1].weights[0],
}
explore_attention(
    by_mask,
    tokens,
    masks={"causal mask": causal},
    query=stanza.index("tapping"),
    head=2,
    head_names=head_names,
)

# %% [markdown]
# (Only itself, with a weight of 1. It is the first word in *-ing*; all the others stand after it.)
#
# ### What has arrived?
#
# The heatmaps show weights. What a position *receives* is the mixture of the values, and all three heads hand over the word. So the first 32 features of each output should be the vector of the word before. We can read them back, as in lesson 1: which word of the whole poem has the largest dot product with them?

# %% id="read-back"
out, _ = multi_head_attention(x_stanza, x_stanza, params, n_heads, causal)
table = np.array([word_vectors[word] for word in every_word])
received = [every_word[i] for i in (out[0, :, first] @ table.T).argmax(axis=1)]

for at in [20, 37, 41, 56]:
    print(f"{stanza[at]:>8} has received {received[at]!r}")
right = sum(received[at] == stanza[at - 1].lower() for at in range(1, len(stanza)))
print(f"\n{right} of {len(stanza) - 1} words know which word stands before them")

# %% [markdown]
# That is what we set out for. In section 1 the row of *door* was the same at any door. Now it carries the word *chamber*, and every word of the stanza but the first knows its predecessor. The layers that follow can make something of it. Two such steps in a row already make a small machine: if every word knows its predecessor, then a word can look for places where *itself* was the predecessor, and find out what came next. Lesson 9 finds this machine in trained models.
#
# One caution. These heads do what their heatmaps say because we built them so. In a trained model a large weight says where a value comes from, but not what is in it, nor what later layers do with it. Whether attention weights explain a decision is disputed (Jain and Wallace 2019; Wiegreffe and Pinter 2019).
#
# ## 10. Cross-attention
#
# `x` and `memory` need not be the same. The refrain of *The Raven* changes from stanza to stanza. Let the last line of the first stanza ask, and that of the third answer.

# %% id="cross-attention"
asks, x_asks = read(stanzas[0].splitlines()[-1])
answers, x_answers = read(stanzas[2].splitlines()[-1])
out, cache = multi_head_attention(x_asks, x_answers, params, n_heads)
print("x", x_asks.shape, " memory", x_answers.shape, " out", out.shape)
attention_heatmap(
    cache.weights[0, 1],
    asks,
    answers,
    title="Each word finds itself in the other line, if it is there",
    width=6.2,
)

# %% [markdown]
# The matrix has five rows and six columns: one row for each word that asks, one column for each that answers. Where the word exists in the other line, the row has one bright cell, wherever it stands. The word *only* does not exist there. Its row still sums to 1, so it has to put its weight somewhere, and it falls on the word whose random vector happens to be the least different. Attention cannot answer "none of these".
#
# This is how attention began. Bahdanau, Cho and Bengio (2015) let a translator look back at the source sentence while it wrote, and drew such pictures of which word was translated from which. In the transformer, cross-attention sits between the encoder and the decoder; lesson 4 builds both.
#
# ## 11. What it costs
#
# Everything has a price. Count the multiplications of one layer over $T$ tokens, with $d = d_{\text{model}}$. Each of the four projections takes $T \cdot d \cdot d$. Comparing takes $T^2$ dot products of length $d_k$ in each of $n$ heads, together $T^2 d$. Mixing takes the same again.
#
# $$\text{multiplications} = \underbrace{4\,T d^2}_{\text{projections}} + \underbrace{2\,T^2 d}_{\text{compare and mix}} \qquad\qquad \text{weights kept} = B\, n\, T^2$$
#
# One part grows with the length of the text, the other with its square. Does the formula hold for our arrays?

# %% id="formula"
_, cache = multi_head_attention(x_stanza, x_stanza, params, n_heads)
kept, (B, T, d) = cache.attention, x_stanza.shape

projections = 4 * products(x_stanza, params["W_Q"])
mixing = products(kept.q, kept.k.swapaxes(-1, -2)) + products(kept.weights, kept.v)
print(f"projections        counted {projections:>10,}   formula {4 * T * d**2:>10,}")
print(f"compare and mix    counted {mixing:>10,}   formula {2 * T**2 * d:>10,}")
print(
    f"bytes of weights   counted {kept.weights.nbytes:>10,}   formula {B * n_heads * T**2 * 8:>10,}"
)

# %% id="predict-crossing" jupyter={"source_hidden": true}
predict(
    "crossing",
    "GPT-2 small has $d_{\\text{model}} = 768$. From how many tokens on does the part with $T^2$ cost more than the projections?",
    number=True,
    unit="tokens",
)

# %% id="cost-picture" jupyter={"outputs_hidden": true}
d = 768
lengths = np.array([64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384])
linear_part, square_part = 4 * lengths * d**2, 2 * lengths**2 * d
lines(
    lengths,
    {"projections": linear_part / 1e9, "compare and mix": square_part / 1e9},
    title=f"From T = 2 d_model = {2 * d} on, the square takes over",
    x_label="T (tokens)",
    y_label="multiplications (billions)",
    log_x=True,
    log_y=True,
    marks={f"2 d_model = {2 * d}": 2 * d},
    height=3.4,
)

# %% id="reveal-crossing"
reveal(
    "crossing",
    2 * d,
    "$2\\,T^2 d = 4\\,T d^2$ where $T = 2d$. Below that, the matrices are what costs.",
    digits=4,
)

# %% [markdown]
# Worse than the multiplications is the memory. Training has to keep the weights of every layer until the backward pass, which needs them (lesson 7). Twice the text, four times the memory:

# %% id="memory"
print("     T    weights of one layer, 12 heads, float32")
for T in [512, 1024, 2048, 4096, 8192, 16384]:
    size = 12 * T**2 * 4
    text = f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
    print(f"{T:>6}    {text:>8}")

# %% [markdown]
# These tables are what makes long texts hard. The last section says what is done about it.
#
# ## 12. Your functions in the model
#
# The blocks of the course's model call the functions that you have written, by these names and with these arguments. `using` puts yours in their place.

# %% id="in-the-model"
from course_lib.model import language_model
from course_lib.params import TransformerConfig, init_params

config = TransformerConfig(
    family="decoder", vocab_size=len(vocab), d_model=64, n_heads=4, pad_id=vocab.pad_id
)
model_params = init_params(config, np.random.default_rng(3), np.float64)
batch = pad_sequences([vocab.encode(line) for line in stanzas[0].splitlines()], vocab.pad_id)
yours = {
    "softmax": softmax,
    "causal_mask": causal_mask,
    "padding_mask": padding_mask,
    "scaled_dot_product_attention": scaled_dot_product_attention,
    "split_heads": split_heads,
    "merge_heads": merge_heads,
    "multi_head_attention": multi_head_attention,
}

logits, _ = language_model(batch, model_params, config)
with using(**yours):
    your_logits, _ = language_model(batch, model_params, config)
print("six lines, padded:", batch.shape, " out:", logits.shape)
print("the same with your functions:", np.allclose(logits, your_logits))

# %% [markdown]
# ## Check what you know

# %% id="quiz-sums" jupyter={"source_hidden": true}
quiz(
    "sums",
    "`weights` has the shape `(B, n_heads, T_q, T_k)`. What is always 1?",
    [
        (
            "`weights.sum(axis=-1)`",
            True,
            "The last axis are the keys. Each query has a weight of 1 to give away, in each head.",
        ),
        (
            "`weights.sum(axis=-2)`",
            False,
            "That is a sum over the queries: how much attention a key *receives*. A popular key may get 3, an ignored one nearly 0.",
        ),
        (
            "`weights.sum(axis=1)`",
            False,
            "That is a sum over the heads. Each head has a softmax of its own, so nothing fixes what several heads give to one key.",
        ),
        (
            "`weights.max(axis=-1)`",
            False,
            "The largest weight is 1 only if all others are 0.",
        ),
    ],
)

# %% id="quiz-shuffle" jupyter={"source_hidden": true}
quiz(
    "shuffle",
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
)

# %% id="quiz-key-bias" jupyter={"source_hidden": true}
quiz(
    "key-bias",
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
)

# %% id="quiz-zero-query" jupyter={"source_hidden": true}
quiz(
    "zero-query",
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
            "The mean of the 5 values that it may see",
            True,
            "All allowed scores are 0, so each of the 5 gets the weight 1/5. Whoever asks for nothing in particular gets the average.",
        ),
        (
            "`nan`, for there is nothing to compare",
            False,
            "A dot product with zeros is 0, a score like any other.",
        ),
    ],
)

# %% id="quiz-cross-mask" jupyter={"source_hidden": true}
quiz(
    "cross-mask",
    "A translator has read a whole German sentence and writes the English one, word by word. Which masks does its cross-attention need, from the English words to the German ones?",
    [
        (
            "A causal mask",
            False,
            "The German sentence is known from its beginning to its end before the first English word is written. Nothing in it is the future, and German verbs often come last.",
        ),
        (
            "A padding mask, if the German sentences of a batch differ in length",
            True,
            "The source is known in full, so only its padding must be hidden. The causal mask belongs to the self-attention among the English words.",
        ),
        (
            "Both",
            False,
            "A causal mask would hide the end of a sentence that is known.",
        ),
        (
            "None, in any case",
            False,
            "In a batch of sentences of different length there is padding among the keys, and it must not be listened to.",
        ),
    ],
)

# %% id="quiz-more-heads" jupyter={"source_hidden": true}
quiz(
    "more-heads",
    "A model goes from 8 heads to 16, with `d_model` as it was. What doubles?",
    [
        (
            "The number of parameters",
            False,
            "$W_Q, W_K, W_V, W_O$ stay `(d_model, d_model)`. They are only cut into more and narrower pieces.",
        ),
        (
            "The multiplications in `q @ k.T`",
            False,
            "There are twice as many products of half the length.",
        ),
        (
            "The memory for the attention weights",
            True,
            "Each head keeps a table of $T_q \\times T_k$, however narrow it is.",
        ),
        (
            "The width of a head",
            False,
            "It is halved: $d_k = d_{\\text{model}} / n$.",
        ),
    ],
)

# %% id="quiz-no-scale" jupyter={"source_hidden": true}
quiz(
    "no-scale",
    "Someone forgets $1/\\sqrt{d_k}$ in a model with $d_k = 64$. What will be seen in the first steps of training?",
    [
        (
            "An error, because the weights no longer sum to 1",
            False,
            "The softmax makes any scores sum to 1.",
        ),
        (
            "Nothing: the matrices will learn to make up for it",
            False,
            "They could, in principle. But they learn through the response of the weights, and that is what is missing.",
        ),
        (
            "In most rows one key takes most of the weight, and the queries and keys hardly learn",
            True,
            "The scores spread by 8 in place of 1, the softmax is saturated, and a small change of a score changes nearly nothing.",
        ),
        (
            "All weights are nearly equal",
            False,
            "That would come from scores that are too small, for instance with $1/d_k$.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The formula of 2017 is still in use. The sizes have changed.
#
# | | $d_{\text{model}}$ | heads | context $T$ | source |
# |---|---|---|---|---|
# | Transformer, base (2017) | 512 | 8 | – | Vaswani et al. 2017, Table 3 |
# | BERT-base (2019) | 768 | 12 | 512 | Devlin et al. 2019, Sec. 3 and A.2 |
# | GPT-2 small (2019) | 768 | 12 | 1024 | Radford et al. 2019, Table 2 and Sec. 2.3; the heads from the released code |
# | GPT-3 (2020) | 12288 | 96 | 2048 | Brown et al. 2020, Table 2.1 and Sec. 2.1 |

# %% id="real-sizes"
print(f"{'':<18}{'d_k':>5}{'weights of one layer, one text, 2 bytes each':>48}")
for name, width, heads, T in [
    ("Transformer, base", 512, 8, 512),
    ("BERT-base", 768, 12, 512),
    ("GPT-2 small", 768, 12, 1024),
    ("GPT-3", 12288, 96, 2048),
]:
    print(f"{name:<18}{width // heads:>5}{heads * T**2 * 2 / 1e6:>41,.0f} MB")

# %% [markdown]
# (For the first model, whose paper names no longest text, we took $T = 512$. In GPT-3 this is the price of a full layer; full layers alternate with layers in which a token sees only a band of its neighbors, Sec. 2.1.) In this table the heads are 64 or 128 wide, while everything else grew. What has changed is how the price of section 11 is paid.
#
# - **The table is never stored.** FlashAttention (Dao et al. 2022) computes exactly your function, but in tiles that fit into the fast memory of the processor. It keeps a running maximum and a running sum for each row, the trick of your softmax done piece by piece (Milakov and Gimelshein 2018). The multiplications still grow with $T^2$, the memory no longer does.
# - **Fewer keys and values.** When a model writes, the keys and values of all earlier tokens are kept (lesson 5), and reading them is what takes time. Multi-query attention lets all heads share one set of keys and values (Shazeer 2019). Grouped-query attention is the compromise: each group of heads shares a set (Ainslie et al. 2023). The larger Llama 2 models use it (Touvron et al. 2023, Table 1).
# - **Shorter sight.** In sliding-window attention a token sees only a window of positions near it: one more mask (Beltagy et al. 2020, Sec. 3.1). In Mistral 7B it is the last 4096 (Jiang et al. 2023, Sec. 2).
# - **Heads like ours.** Trained models do have heads that look at the word before, or the word after (Clark et al. 2019, Sec. 3.1; Voita et al. 2019, who call them positional heads). And many heads can be removed from a trained model with little loss (Michel et al. 2019).
#
# **Next.** `multi_head_attention` gives each row a mixture of the others. What becomes of the row's own vector, and what happens when many such layers are stacked, is the subject of lesson 3.
#
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Sec. 3.2.1 with footnote 4 (the scale), 3.2.2 (heads), 3.2.3 (masks, cross-attention), 4 and Table 1 (cost).
# - D. Bahdanau, K. Cho, Y. Bengio, *Neural Machine Translation by Jointly Learning to Align and Translate*, 2015, [arXiv:1409.0473](https://arxiv.org/abs/1409.0473). Attention before the transformer; Fig. 3 has the heatmaps.
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), and its released code.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - M. Milakov, N. Gimelshein, *Online normalizer calculation for softmax*, 2018, [arXiv:1805.02867](https://arxiv.org/abs/1805.02867).
# - T. Dao et al., *FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness*, 2022, [arXiv:2205.14135](https://arxiv.org/abs/2205.14135).
# - N. Shazeer, *Fast Transformer Decoding: One Write-Head is All You Need*, 2019, [arXiv:1911.02150](https://arxiv.org/abs/1911.02150).
# - J. Ainslie et al., *GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints*, 2023, [arXiv:2305.13245](https://arxiv.org/abs/2305.13245).
# - H. Touvron et al., *Llama 2: Open Foundation and Fine-Tuned Chat Models*, 2023, [arXiv:2307.09288](https://arxiv.org/abs/2307.09288).
# - I. Beltagy, M. Peters, A. Cohan, *Longformer: The Long-Document Transformer*, 2020, [arXiv:2004.05150](https://arxiv.org/abs/2004.05150).
# - A. Jiang et al., *Mistral 7B*, 2023, [arXiv:2310.06825](https://arxiv.org/abs/2310.06825).
# - K. Clark et al., *What Does BERT Look At? An Analysis of BERT's Attention*, 2019, [arXiv:1906.04341](https://arxiv.org/abs/1906.04341).
# - E. Voita et al., *Analyzing Multi-Head Self-Attention: Specialized Heads Do the Heavy Lifting, the Rest Can Be Pruned*, 2019, [arXiv:1905.09418](https://arxiv.org/abs/1905.09418).
# - P. Michel, O. Levy, G. Neubig, *Are Sixteen Heads Really Better than One?*, 2019, [arXiv:1905.10650](https://arxiv.org/abs/1905.10650).
# - S. Jain, B. Wallace, *Attention is not Explanation*, 2019, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186); S. Wiegreffe, Y. Pinter, *Attention is not not Explanation*, 2019, [arXiv:1908.04626](https://arxiv.org/abs/1908.04626).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
