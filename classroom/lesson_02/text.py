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
# Lesson 1 ended with a matrix `x`: one row for each token of *The Raven*, what it is plus where it stands.
# Each row was made without a look at the others.
# Attention is the one part of a transformer in which rows look at each other.
# This lesson takes it apart, and you put it together again.
#
# - **You will build** attention in eight functions: scores, softmax, a causal and a padding mask, scaled dot-product attention, and the splitting and merging that make many heads of one.
#   Then you will watch three heads read a stanza of the poem.
# - **You need** lesson 1: token vectors, position vectors, and the rotation that shifts them.
#   Also the product of two matrices, and the variance of a sum of independent numbers.
# - **Time** about two and a half hours; after section 6 is a good place to stop
# - **Cost** runs in 25 seconds, 220 MB of memory
#
# Eight cells are yours, each followed by its check, as in lesson 1.
# `hint("softmax")` helps, one step at a time, and `solution("softmax")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.attention_view import attention_view
from classroom.lesson_02 import (
    cost_by_length,
    explore_query,
    explore_saturation,
    explore_split,
    explore_temperature,
    loss_without_scale,
    random_directions,
    short_training,
    spread_by_width,
    words_in_lines,
    words_of,
)
from classroom.plots import attention_heatmap, heads_grid, heatmap, show, table
from course_lib import attention
from course_lib.attention import AttentionCache, MultiHeadCache
from course_lib.layers import linear
from course_lib.positional import add_positions, sinusoidal_positions
from course_lib.vocab import Vocabulary, pad_sequences

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. Rows that know only themselves
#
# We take up the thread where lesson 1 dropped it: a line becomes ids, ids become rows of an embedding, and each row gets its position added.
# Then we change one word of the line and look at which rows change with it.

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
# One row.
# The vector of *door* is the same at a chamber door, at a purple door and at any other door.
# Whatever a model does with this row alone, it does without knowing which door is meant.
# Information has to flow from *chamber* to *door*.
#
# The simplest way to let it flow is a mean.
# Each position gets the mean of all rows:

# %% id="plain-mean"
T = len(words)
even = np.full((T, T), 1 / T)  # row t holds the weights of position t
mixed, mixed_other = even @ x, even @ x_other

changed = [words[t] for t in range(T) if not np.allclose(mixed[t], mixed_other[t])]
print("rows that change now:", changed)
apart = np.ptp(mixed, axis=0).max()
print(f"two rows differ by up to {apart:.2f}, the largest entry is {mixed.max():.2f}")

# %% [markdown]
# Now every position learns of *chamber*.
# But all five learn the same: *door* and *at* receive one and the same vector, as if it made no difference who asks.
# What we want is a mean with *weights*, and for each position weights of its own:
#
# $$\mathrm{out}_t = \sum_s w_{ts}\, v_s, \qquad w_{ts} \ge 0, \qquad \sum_s w_{ts} = 1 .$$
#
# In matrices that is `weights @ v`, with a row of weights for each position that asks.
# The plain mean is the case $w_{ts} = 1/T$.
# Attention is the answer to one question: **where do the weights come from?**
# They are computed from the rows themselves.

# %% [markdown]
# ## 2. Queries, keys and values
#
# A first idea: a position should listen to those that are like it.
# Lesson 1 measured likeness by the dot product, and `x @ x.T` holds the dot products of all pairs.

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
own = (alike.argmax(axis=1) == np.arange(T)).sum()
print(f"rows whose largest entry is their own: {own} of {T}")
apart = np.abs(alike - alike.T).max()
print(f"matrix and transpose differ by up to {apart:.2f}, the largest entry is {alike.max():.1f}")

# %% [markdown]
# Both lines are bad news.
# A word that listens mostly to itself learns nothing new.
# And the matrix is symmetric: *door* would listen to *chamber* exactly as much as *chamber* to *door*.
# But a noun looks for its adjective for other reasons than the adjective for its noun.
# Looking for something and being found are two different things, so they get two different vectors.
# What is handed over in the end is a third.
#
# | | from row $x_t$ | says |
# |---|---|---|
# | **query** | $q_t = x_t W_Q$ | what position $t$ is looking for |
# | **key** | $k_t = x_t W_K$ | what position $t$ can be found by |
# | **value** | $v_t = x_t W_V$ | what position $t$ hands over |
#
# Think of a Python dict.
# `d["raven"]` compares a query with the keys and returns the value of the one key that is *equal*.
# Attention is the soft version: it compares the query with every key by a dot product, and returns a mixture of *all* values, most of it from the keys that fit best.
# No key is simply hit or missed, so a small change of a vector makes a small change of the result.
# That is what makes it possible to learn the three matrices.
#
# All of it in one formula (Vaswani et al. 2017, Eq. 1):
#
# $$\mathrm{Attention}(q, k, v) = \mathrm{softmax}\!\left(\frac{q\,k^\top}{\sqrt{d_k}}\right) v$$
#
# Rows are vectors, as always in this course: `q` is $(T_q, d_k)$, `k` is $(T_k, d_k)$, `v` is $(T_k, d_v)$.
# Queries and keys must have the same width, for they meet in a dot product.
# Values may have another.
# Four steps, then: compare, scale, turn into weights, mix.
# Before each is looked at closely, we do them once with a pencil.

# %% [markdown]
# ## 3. One sentence by hand
#
# *Quoth the raven*: three tokens, four features.
# The first three say what the word is, the fourth where it stands.
#
# | | verb | article | noun | position |
# |---|---|---|---|---|
# | *Quoth* | 1 | 0 | 0 | 0 |
# | *the* | 0 | 1 | 0 | 1 |
# | *raven* | 0 | 0 | 1 | 2 |
#
# The matrices below are made up, so that the numbers stay small.
# $W_Q$ says what each kind of word looks for.
# With $W_K$ a word is found by what it is and where it stands.
# The factor $\ln 2 \approx 0.69$ in it has a single purpose: it will turn every exponential into a power of 2, so that you need no calculator.
# $W_V$ hands over two numbers for each word; here they mean nothing in particular.

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
# 1. **Compare** it with each key.
#    $q \cdot k_{\textit{Quoth}} = 0$.
#    $\;q \cdot k_{\textit{the}} = -\ln 2 + \ln 2 = 0$.
#    $\;q \cdot k_{\textit{raven}} = 2 \ln 2$.
# 2. **Scale.**
#    $d_k = 4$, so divide by $\sqrt 4 = 2$.
#    The scores are $0,\ 0,\ \ln 2$.
# 3. **Weights.**
#    Take $e$ to the power of each score: $1,\ 1,\ 2$.
#    They sum to 4, so divide by 4.
#    The weights are $\tfrac14,\ \tfrac14,\ \tfrac12$.
# 4. **Mix.**
#    $\tfrac14 (4, 0) + \tfrac14 (0, 4) + \tfrac12 (8, 4) = (5, 3)$.
#
# So *Quoth* gives half of its attention to *raven*, and what it receives is $(5, 3)$.
# Now do the second row, the query of *the*, on paper.
# It takes two minutes.

# %% id="predict-trace"
predict("trace")

# %% id="reveal-trace"
dots = q @ k.T
scores = dots / math.sqrt(4)
powers = np.exp(scores)
weights = powers / powers.sum(axis=1, keepdims=True)
out = weights @ v

steps = {"score / ln 2": scores / math.log(2), "e to the score": powers, "weight": weights}
reveal("trace", weights[1, 2], table({"key": sentence} | {step: m[1] for step, m in steps.items()}))

# %% [markdown]
# From here on a matrix of weights is shown as a heatmap.
# **A row belongs to the query, a column to the key, and each row sums to 1.**
# Read it row by row: whom does this word listen to?

# %% id="trace-heatmap"
attention_heatmap(
    weights,
    sentence,
    title="'the' listens mostly to 'raven'",
    width=4.8,
)

# %% [markdown]
# The matrix is not symmetric: *the* gives 0.80 to *raven* and gets 0.25 back.
# That is what two different vectors for asking and for being found have bought us.
#
# Now in code, step by step.
# First the scores, which the formula calls $q\,k^\top / \sqrt{d_k}$.
# Each entry is the dot product of one query with one key.
# The function should also work with a batch, and with the several heads of section 8, that is with further axes in front; `@` multiplies the last two axes and leaves the others alone, and you should do the same.

# %% [markdown]
# ### Exercise: `attention_scores`
#
# *Difficulty 2 of 5, about 8 minutes.*
#
# `attention_scores(q, k)` compares every query with every key.
#
# - `q`: an array `(..., T_q, d_k)`; `k`: an array `(..., T_k, d_k)`.
#   The dots stand for any axes in front, such as `(B, n_heads)`, or none.
# - Returns the scores, `(..., T_q, T_k)`: the dot products divided by $\sqrt{d_k}$.
#   Row `i` belongs to query `i`.
#
# ```python
# query = np.array([[1., 0., 2., 1.]])                      # one query, d_k = 4
# keys = np.array([[1., 1., 1., 1.], [2., 0., 0., 0.]])     # two keys
# attention_scores(query, keys)    # array([[2., 1.]])        4 / 2 and 2 / 2
# ```


# %% id="ex-attention-scores" tags=["exercise"]
def attention_scores(q, k):
    """Compare every query with every key: the scores (..., T_q, T_k)."""
    ### BEGIN SOLUTION
    d_k = q.shape[-1]
    return q @ k.swapaxes(-1, -2) / math.sqrt(d_k)
    ### END SOLUTION


# %% id="check-attention-scores"
attention_scores = check(attention_scores)

# %% [markdown]
# ## 4. Softmax: from scores to weights
#
# The third step of the pencil work has a name.
# The **softmax** turns any numbers into positive ones that sum to 1:
#
# $$\mathrm{softmax}(s)_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$$
#
# Why the exponential?
# Dividing the scores by their sum would not do, for scores can be negative.
# Squares would be positive, but they would make $-3$ count as much as $3$.
# The exponential is positive and grows with the score.
# And it turns differences into ratios: $w_i / w_j = e^{s_i - s_j}$.
# A score that is larger by 1 gives $e \approx 2.7$ times the weight, wherever the two scores lie.
#
# So only differences count, and the same number may be added to all scores of a row without any effect.
# On paper, that is.
# Let us add 1000 to the scores of *the*, with the formula as it stands above.

# %% id="overflow"
shifts = [0, 1000, -1000]
with np.errstate(over="ignore", invalid="ignore"):
    powers = [np.exp(scores[1] + shift) for shift in shifts]
    shares = [row / row.sum() for row in powers]
print(table({"added": shifts, "powers": powers, "weights": shares}))
print(f"\nfloat64 ends near e to the power of {math.log(np.finfo(float).max):.1f}")

# %% [markdown]
# `inf / inf` and `0 / 0` are not numbers.
# The mathematics is right and the arithmetic fails.
# But the mathematics also shows the way out: since adding a constant changes nothing, *choose* it so that the arithmetic works.
# Subtract the largest score of the row.
# Then the largest power is $e^0 = 1$, nothing can overflow, and the sum is at least 1.

# %% [markdown]
# ### Exercise: `softmax`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `softmax(x, axis=-1)` turns scores into weights.
#
# - `x`: an array of any shape.
#   Each row along `axis` is a set of scores; they may be as large as $\pm 1000$.
#   A score may be $-\infty$ if others in its row are not: then its weight is 0.
# - Returns `(out, cache)`: `out` has the shape of `x`, holds no negative number and sums to 1 along `axis`.
#   The line of the cache is there already.
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
table({"added": shifts, "weights": [softmax(scores[1] + shift)[0] for shift in shifts]})

# %% [markdown]
# The name says it: a soft maximum.
# How soft depends on how far apart the scores lie.
# Divide them all by a number called the **temperature**: above 1 it brings them together and makes the weights more even; below 1 it drives them apart, until the largest takes all.
#
# The explorer uses your softmax.
# The score of a word is how many letters it shares with *rapping*.
# The **entropy** in the title says in one number how even the weights are: 0 if one word has all the weight, $\ln 6 \approx 1.79$ if all six have the same.
# (Its unit, the nat, goes with the natural logarithm; lesson 6 comes back to it.)
# Predict first, then look.
# Find also the temperature at which *tapping* gets half of the weight.

# %% id="predict-temperature"
predict("temperature")

# %% id="explore-temperature"
others = ["tapping", "fearing", "nothing", "raven", "chamber", "door"]
shared = [sum(min(w.count(c), "rapping".count(c)) for c in set(w)) for w in others]
explore_temperature(shared, others, softmax)

# %% id="reveal-temperature"
temperatures = np.arange(0.5, 5, 0.01)
tapping = np.array([softmax(np.array(shared) / t)[0][0] for t in temperatures])
reveal("temperature", half=temperatures[np.abs(tapping - 0.5).argmin()])

# %% [markdown]
# ## 5. Why divide by $\sqrt{d_k}$?
#
# The formula has one odd piece, the $\sqrt{d_k}$.
# What would happen without it?
# Suppose queries and keys are what they are at the start of training, random: each entry independent, with mean 0 and variance 1.

# %% id="predict-spread"
predict("spread")


# %% id="reveal-spread"
def dot_products(d_k, n_queries=200, n_keys=16):
    """The dot products of random queries, each with random keys of its own, (200, 16)."""
    rng = np.random.default_rng(d_k)
    q = rng.standard_normal((n_queries, 1, d_k))
    k = rng.standard_normal((n_queries, n_keys, d_k))
    return (q @ k.swapaxes(-1, -2))[:, 0]


widths = [1, 4, 16, 64, 256, 1024]
unscaled = {d_k: dot_products(d_k) for d_k in widths}
spreads = [unscaled[d_k].std() for d_k in widths]
reveal("spread", dot_products(100).std(), spread_by_width(widths, spreads))

# %% [markdown]
# Why the root?
# It can be shown in five lines, and they are all there below.
# Put them into their order.
# Two lines do not belong.

# %% id="parsons-variance"
parsons("variance")

# %% [markdown]
# So without the scale the scores of a wide model are far apart from the first step on.
# What does the softmax make of scores that are far apart?

# %% id="predict-far-apart"
predict("far-apart")


# %% id="reveal-far-apart"
def largest_weight(scores):
    """The largest weight of a query, in the mean of all queries."""
    return softmax(scores)[0].max(axis=-1).mean()


def response(scores, nudge=0.01):
    """How much the weights of a query move for each unit by which its first score rises."""
    raised = scores.copy()
    raised[:, 0] += nudge
    return np.abs(softmax(raised)[0] - softmax(scores)[0]).sum(axis=-1).mean() / nudge


scaled = {d_k: unscaled[d_k] / math.sqrt(d_k) for d_k in widths}
columns = {"d_k": widths}
for name, dots_of in [("no scale", unscaled), ("1/√d_k", scaled)]:
    columns[f"largest, {name}"] = [largest_weight(dots_of[d_k]) for d_k in widths]
    columns[f"response, {name}"] = [response(dots_of[d_k]) for d_k in widths]

largest = columns["largest, no scale"][-1]
decimals = dict.fromkeys(list(columns)[1:], ".2f")
reveal(
    "far-apart",
    largest,
    table(columns, decimals),
    largest=largest,
    with_scale=columns["largest, 1/√d_k"],
)

# %% [markdown]
# The columns *response* say how much the weights move when one score is raised a little: the sum of all changes, divided by the nudge.
# With the scale they respond at any width.
# Without it the response dies away: once a weight is nearly 1 or nearly 0, moving a score changes next to nothing.
# The softmax is **saturated**.

# %% [markdown]
# Does a saturated softmax keep a model from learning?
# Not outright: the scores get less of the gradient, but without the scale each of them hands on $\sqrt{d_k}$ times as much of it to its query and its key.
# So we try it out, with a model of two blocks whose one head has $d_k = 64$, on *The Raven*, character by character (lesson 8 trains such models; the *loss* says how badly the next character is predicted).
# Four runs, with the scale and without, each from two random starts:

# %% id="train-without-scale"
runs = {(scale, seed): short_training(scale, seed) for scale in [True, False] for seed in [0, 1]}
loss_without_scale(runs)

# %% [markdown]
# The model without the scale learns too, but more slowly.
# The scale does not bind a model: if a head needs sharp weights, training can make its queries longer.
# It sees to it that the weights can move at the start, when nothing has been learned yet.
#
# Why the root, and not $1/d_k$?
# Predict; then slide `d_k` under each of the three scales.
# The thin dashed line on the left is the even weight, 1/16.
# The green, dashed line is a *gradient*, the response seen from the other end: how much of a change that is wanted in the weights reaches the scores, with even weights as 1.

# %% id="predict-by-d-k"
predict("by-d-k")

# %% id="explore-saturation"
explore_saturation()

# %% id="reveal-by-d-k"
scores_512 = dot_products(512) / 512
reveal("by-d-k", largest_weight(scores_512), spread=scores_512.std())

# %% [markdown]
# ## 6. Masks: who may listen to whom
#
# Until now each position listens to all others, also to those that stand after it.
# For a model that is to *write*, this is a problem.
# It is trained to predict the next token at every position of a text at once.
# What can an output know?
# We let *rapping at my chamber door* attend to itself, replace the last word, and look at what changes.


# %% id="leak"
def attend_to_all(x):
    """Attention of x to itself, without projections and without a mask."""
    return softmax(attention_scores(x, x))[0] @ x


before = attend_to_all(vectors("rapping at my chamber door"))
after = attend_to_all(vectors("rapping at my chamber lamplight"))
changes = np.abs(after - before).max(axis=1)
table({"output at": words, "changes by": changes}, {"changes by": ".1g"})

# %% [markdown]
# All five change, some by a trace.
# The output at *chamber*, which is to predict the next word, has already seen it.
#
# A model trained like this would learn to look at the answer, and could not write a single word on its own.
# The remedy is a **mask**: a table of booleans, one for each query and key.
# In this course `True` means *may attend*.
# A score whose mask is `False` is replaced by $-\infty$ before the softmax, and $e^{-\infty} = 0$: the key gets no weight, and the remaining weights still sum to 1.
#
# Why not simply multiply the weights by 0 afterwards?
# Try it on *Quoth*, whose weights were $\tfrac14, \tfrac14, \tfrac12$, and hide the last two: what remains is $\tfrac14$, not 1.
# The hidden keys have already taken their share.
#
# The mask that hides the future is called **causal**.
# Query $i$ may attend to its own position and to earlier ones:
#
# | | *Quoth* | *the* | *raven* |
# |---|---|---|---|
# | *Quoth* | True | False | False |
# | *the* | True | True | False |
# | *raven* | True | True | True |

# %% [markdown]
# ### Exercise: `causal_mask`
#
# *Difficulty 3 of 5, about 12 minutes.*
#
# `causal_mask(T_q, T_k=None)` hides the future.
#
# - `T_q`: the number of queries; `T_k`: the number of keys, at least `T_q`, and `T_q` if it is `None`.
# - Returns a boolean array `(T_q, T_k)`, `True` where the query may attend to the key.
# - If `T_k` is larger than `T_q`, the queries are the **last** `T_q` of the `T_k` positions.
#   (Lesson 5 needs this: when a model writes, the earlier keys are already there and only the new token asks.)
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
# The second mask is about batches.
# Lines of different lengths were filled up with `<pad>` in lesson 1.
# Padding is not text, and nobody should listen to it.
#
# A mask must fit the scores, whose shape is `(B, n_heads, T_q, T_k)` in a full model.
# Which keys are padding depends on the sequence and on the key, but neither on the head nor on the query.
# So two of the four axes have length 1, and broadcasting does the rest.

# %% [markdown]
# ### Exercise: `padding_mask`
#
# *Difficulty 2 of 5, about 6 minutes.*
#
# `padding_mask(ids, pad_id)` hides padding.
#
# - `ids`: an integer array `(B, T_k)`; `pad_id`: the id of `<pad>`.
# - Returns a boolean array `(B, 1, 1, T_k)`, `True` where the key is a token and not padding, wherever that stands.
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
# Masks are combined with `&`: a key may be attended to if both allow it.
# Here are two lines in one batch under both masks, with scores that are all 0, so that each query spreads its attention evenly over what it may see.

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
# Look at the last rows of the second picture.
# The padding asks too; its queries are computed like all others.
# That does no harm, for nobody reads the answer: later layers mask it again as a key, and the loss leaves it out (lesson 6).
# To mask these rows as well would even be a mistake.
# A query that may attend to *nothing* has only scores of $-\infty$, and the softmax of that is `nan`.
# The course's attention refuses such a mask:

# %% id="nothing-allowed"
try:
    attention.scaled_dot_product_attention(q, k, v, np.zeros((3, 3), dtype=bool))
except ValueError as error:
    print(error)

# %% [markdown]
# ## 7. Scaled dot-product attention
#
# All pieces are there.
# What you did with a pencil is one function: scores, mask, softmax, mixture.

# %% [markdown]
# ### Exercise: `scaled_dot_product_attention`
#
# *Difficulty 3 of 5, about 10 minutes.*
#
# `scaled_dot_product_attention(q, k, v, mask=None)` is the formula of section 2, with a mask.
#
# - `q`: `(..., T_q, d_k)`; `k`: `(..., T_k, d_k)`; `v`: `(..., T_k, d_v)`.
# - `mask`: boolean, broadcasts to the scores `(..., T_q, T_k)`, `True` where a query may attend; or `None` for no mask.
#   Every query may attend to one key at least.
#   A hidden key has the weight 0, however low the scores of the others are.
# - Returns `(out, cache)` with `out` of shape `(..., T_q, d_v)`.
#
# The last line is given.
# It expects your weights under the name `weights`, and what your softmax returned beside them under the name `softmax_cache`.
# It keeps both for the heatmaps and for the backward pass of lesson 7, together with `q`, `k` and `v` as they came in.
#
# ```python
# out, cache = scaled_dot_product_attention(q, k, v)    # the three words of section 3
# out              # array([[5. , 3. ], [6.8, 3.6], [4. , 2. ]])
# cache.weights    # array([[0.25, 0.25, 0.5 ], [0.1 , 0.1 , 0.8 ], [0.5 , 0.25, 0.25]])
# ```


# %% id="ex-scaled-dot-product-attention" tags=["exercise"]
def scaled_dot_product_attention(q, k, v, mask=None):
    """Mix the values v by how well their keys k fit each query of q. Returns (out, cache)."""
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
# Follow one query through your functions.
# The numbers are those of section 3, and the refrain goes on by one word: *Nevermore* is a name, so it counts as a noun, in place 3.
# Your `attention_scores`, `causal_mask` and `softmax` fill the columns.
#
# The picture begins with the last step of *raven*.
# Go back to step 1 and come forward again; a key is colored by what each of its features adds to the dot product.
# Then choose *the*: whom would it like to hear, and whom does it get?
# *Quoth* has nobody to listen to but itself, so its output must be its own value, $(4, 0)$.

# %% id="explore-query"
refrain = [*sentence, "Nevermore"]
rows = np.vstack([X, [0, 0, 1, 3]])
explore_query(
    refrain, rows @ W_Q, rows @ W_K, rows @ W_V, attention_scores, softmax, causal_mask(4)
)

# %% [markdown]
# And the leak of section 6?
# Once more one word is replaced, this time in the middle of the line and behind a causal mask.

# %% id="predict-leak"
predict("leak-attention")

# %% id="reveal-leak"
outputs = []
for text in ["rapping at my chamber door", "rapping at thy chamber door"]:
    row = vectors(text)
    outputs.append(scaled_dot_product_attention(row, row, row, causal_mask(T))[0])
changes = np.abs(outputs[1] - outputs[0]).max(axis=1)
shown = table({"output at": words, "changes by": changes}, {"changes by": ".1g"})
reveal("leak-attention", (changes > 0).sum(), shown)

# %% [markdown]
# ## 8. Many heads
#
# One matrix of weights is one opinion.
# Say that *door* wants to know two things: which word stands before it, and where else *door* occurs.
# With one row of weights it must divide its attention.
# It then receives $\tfrac12 v_a + \tfrac12 v_b$, one vector, and cannot tell which part came from where: the mean of $(4, 0)$ and $(8, 4)$ is $(6, 2)$, and so is the mean of $(12, 4)$ and $(0, 0)$.
#
# So let several attentions run side by side, each with its own $W_Q, W_K, W_V$ and its own softmax.
# They are called **heads**.
# To keep the cost as it was, each of $n$ heads works with narrower queries, keys and values, all of width $d_k = d_{\text{model}} / n$.
# Their outputs are laid side by side, which gives the width $d_{\text{model}}$ again, and a last matrix $W_O$ mixes them (Vaswani et al. 2017, Sec. 3.2.2):
#
# $$\mathrm{head}_h = \mathrm{Attention}(x W_Q^{(h)},\ x W_K^{(h)},\ x W_V^{(h)}), \qquad \mathrm{out} = [\mathrm{head}_1, \dots, \mathrm{head}_n]\, W_O$$

# %% [markdown]
# A program need not loop over the heads.
# The matrices of all heads are laid side by side to one $W_Q$ of $d_{\text{model}}$ columns, columns $0$ to $d_k - 1$ for the first head, the next $d_k$ for the second.
# One product makes all queries of all heads.
# What remains is to cut the result into heads, and to bring the heads to the front, where `@` takes them like a batch:
#
# `(B, T, d_model)` → `(B, T, n_heads, d_k)` → `(B, n_heads, T, d_k)`
#
# Two steps, and they are not the same kind of step.
# The first cuts an axis in two; the numbers stay where they are in memory.
# The second exchanges two axes.
# It is tempting to do both in a single `reshape`, and the shape comes out right.
# Here are three words with 6 features each; `t4` is feature 4 of *the*, and a color belongs to a head.
# On the left the two steps, on the right a lone reshape.
# Slide through the steps, with 2 heads and with 3: which words does head 1 get to see on the right?

# %% id="explore-split"
explore_split(sentence, 6, attention.split_heads)

# %% [markdown]
# ### Exercise: `split_heads`
#
# *Difficulty 3 of 5, about 10 minutes.*
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
# *Difficulty 2 of 5, about 5 minutes.*
#
# `merge_heads(x)` undoes it: it lays the heads side by side again.
#
# - `x`: an array `(B, n_heads, T, d_k)`.
# - Returns an array `(B, T, n_heads * d_k)`.
#   `merge_heads(split_heads(x, n_heads))` is `x`.
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
# Now everything comes together.
# One more idea is built in, and it costs nothing.
# Nothing in the formula says that the ones who ask and the ones who answer are the same.
# So the function takes two sequences: `x` asks, `memory` answers.
# If they are the same, this is **self-attention**.
# If they differ, it is **cross-attention**: in a translator `x` is the sentence as far as it is written, and `memory` the sentence to be translated.
#
# For `x @ W + b` there is `linear(x, W, b)`, which returns the product and a cache; with `b=None` it adds nothing.

# %% [markdown]
# This is how the parts hang together in a small model of characters, trained on *The Raven*.
# The thick line carries a vector for each position; attention reads it, and what it finds is added.
# Follow the shapes: where do the heads appear, and where are they gone again?

# %% id="drawing"
from classroom.architecture import architecture
from course_lib.tasks import load_trained

raven, raven_params = load_trained("raven", "held-out")
architecture(raven.config, raven_params, lit="attention", open="attention")

# %% [markdown]
# ### Exercise: `multi_head_attention`
#
# *Difficulty 4 of 5, about 20 minutes.*
#
# `multi_head_attention(x, memory, params, n_heads, mask=None)` lets `x` attend to `memory` with several heads.
#
# - `x`: `(B, T_q, d_model)`; `memory`: `(B, T_k, d_model)`.
#   Queries come from `x`, keys and values from `memory`.
# - `params`: a dict of `W_Q`, `W_K`, `W_V`, `W_O`, each `(d_model, d_model)`, and `b_Q`, `b_K`, `b_V`, `b_O`, each `(d_model,)`.
#   The biases may be missing, as in the paper: `params.get("b_Q")` is then `None`.
# - `mask`: boolean, broadcasts to `(B, n_heads, T_q, T_k)`, or `None`.
# - Returns `(out, cache)` with `out` of shape `(B, T_q, d_model)`.
#
# The first line and the last are given.
# They show how `linear` is used and under which names the five caches are kept: those of the four projections, and that of the attention between them.
#
# Worked by hand: two heads of width 2, all four matrices the identity, no biases.
# `x` is the single query $(\sqrt2 \ln 3,\ 0,\ 0,\ 0)$, and `memory` holds the rows $(1, 0, 4, 8)$ and $(0, 1, 0, 4)$.
# The first head sees the first two features: its scores are $\ln 3$ and $0$, its weights $\tfrac34$ and $\tfrac14$, its output $(\tfrac34, \tfrac14)$.
# The second head has the query $(0, 0)$, which prefers nothing: weights $\tfrac12, \tfrac12$ and output $(2, 6)$.
# So `out` is $(0.75,\ 0.25,\ 2,\ 6)$.


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
# Do more heads cost more?
# Count.
# `linear` multiplies, and so do the two products inside each head.
# An entry of `a @ b` is a sum of as many products as `a` has columns.


# %% id="heads-cost"
def products(a, b):
    """How many multiplications a @ b takes."""
    return math.prod(np.matmul(a, b).shape) * a.shape[-1]


rng = np.random.default_rng(0)
width, length = 96, 57
sample = rng.standard_normal((1, length, width))
sample_params = {f"W_{name}": rng.standard_normal((width, width)) for name in "QKVO"}

learned = sum(W.size for W in sample_params.values())

counted = []
for heads in [1, 2, 3, 6, 12]:
    _, cache = multi_head_attention(sample, sample, sample_params, heads)
    kept = cache.attention
    multiplied = 4 * products(sample, sample_params["W_Q"])
    multiplied += products(kept.q, kept.k.swapaxes(-1, -2)) + products(kept.weights, kept.v)
    counted.append((heads, kept.q.shape[-1], learned, multiplied, kept.weights.size))
names = ["heads", "d_k", "numbers to learn", "multiplications", "weights to keep"]
table(dict(zip(names, zip(*counted, strict=True), strict=True)))

# %% [markdown]
# Not one more number to learn, and not one more multiplication: $n$ heads of width $d_{\text{model}}/n$ *cost* together what one wide head costs, and they can look at $n$ things at once.
# Only the last column grows.
# Each head keeps a table of weights of its own, and section 11 comes back to that.

# %% [markdown]
# ## 9. Three heads read *The Raven*
#
# What could a head do with a real stanza?
# A trained one shows it; lesson 4 and afterword A look into trained models.
# But you know enough to *build* heads.
# The three that follow are built by hand, not learned.
# They show what this mechanism can express.
#
# To keep it readable we give each kind of information features of its own, 32 each.
# A vector has 96 features: the word, its ending, its position.
#
# - **Word** and **ending**: a random vector of length 1 for each word of the poem, and one for each ending (the last three letters).
#   Lesson 1 showed that random vectors are nearly perpendicular, so the dot product of two words is near 1 if they are the same and near 0 if not.
# - **Position**: the sinusoidal vector, divided by its length $\sqrt{32/2} = 4$.

# %% id="read"
WORD, ENDING, POSITION = slice(0, 32), slice(32, 64), slice(64, 96)

every_word = sorted(set(words_of(poem.lower())))
word_vectors = random_directions(every_word, 32, seed=0)
ending_vectors = random_directions(sorted({word[-3:] for word in every_word}), 32, seed=1)


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
# 1. **The word before.**
#    The key is the position.
#    The query is the position too, but turned back by one place with $R(-1)$, the rotation that you built in lesson 1: the query of position $t$ is the vector of position $t - 1$.
#    It fits best to the key of the word before.
# 2. **The same word.**
#    Query and key are both the word.
# 3. **The same ending.**
#    Query and key are both the ending.
#    Among rhymes that is a good thing to ask for.
#
# All three hand over the word as their value.
# Each query is multiplied by a large number, because a dot product of vectors of length 1 is at most 1, and scores between 0 and 1 make weights that are nearly even (section 4).
# The factor $\sqrt{32}$ undoes the scale.
# Neighboring positions are very much alike, so the first head needs the largest number.

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

# %% id="predict-chamber"
predict("chamber")

# %% id="reveal-chamber"
two_lines, x_lines = read("\n".join(stanzas[0].splitlines()[3:5]))
mask = causal_mask(len(two_lines))
_, cache = multi_head_attention(x_lines, x_lines, params, n_heads, mask)
head_names = ["1: the word before", "2: the same word", "3: the same ending"]
picture = heads_grid(
    cache.weights[0],
    two_lines,
    title="Three heads, three questions: the word before, the same word, the same ending",
    mask=mask,
    head_names=head_names,
)
early, late = [at for at, word in enumerate(two_lines) if word == "chamber"]
weight = cache.weights[0, 1, late, early]
reveal("chamber", weight, picture, weight=weight)

# %% [markdown]
# The first head is a line just below the diagonal.
# (The first word has none before it, and the mask leaves it nothing but itself.)
# The second head is the diagonal, with a second stripe where *at my chamber door* returns word for word.
# The third also finds words that only end alike: *tapping* listens to both *rapping*s.
#
# Look around in the whole stanza.
# Point at a word, or go through the words with the arrow keys: shades, lines and the framed row show where it looks.
# A click keeps the word.
# Each small picture is a head, above without a mask and below with one; click it to see that head.
# Follow the second *tapping* through all three heads.
# Then predict, and look at *napping* in the third head, without a mask and with one.

# %% id="predict-napping"
predict("napping")

# %% id="explore-attention"
causal = causal_mask(len(stanza))
by_mask = {
    "no mask": multi_head_attention(x_stanza, x_stanza, params, n_heads)[1].weights[0],
    "causal mask": multi_head_attention(x_stanza, x_stanza, params, n_heads, causal)[1].weights[0],
}
attention_view(
    words_in_lines(stanzas[0]),
    np.stack(list(by_mask.values())),
    mask=np.stack([np.ones_like(causal), causal])[:, None],
    head=(0, 2),
    query="tapping",
    block_names=list(by_mask),
    head_names=head_names,
)

# %% id="reveal-napping"
row = by_mask["causal mask"][2, stanza.index("napping")]
looks_at = [word for word, weight in zip(stanza, row, strict=True) if weight > 0.05]
reveal("napping", len(looks_at), words=looks_at)

# %% [markdown]
# In the third head the rhymes light up: *dreary* and *weary*; *napping*, *tapping*, *rapping*; *lore* and *more*.
# It looks at letters and not at sounds, so it takes *nothing* for a rhyme of *napping*, and finds none between *lore* and *door*.

# %% [markdown]
# ### What has arrived?
#
# The heatmaps show weights.
# What a position *receives* is the mixture of the values, and all three heads hand over the word.
# So the first 32 features of each output should be the vector of the word before.
# We can read them back, as in lesson 1: which word of the whole poem has the largest dot product with them?

# %% id="read-back"
out, _ = multi_head_attention(x_stanza, x_stanza, params, n_heads, causal)
lookup = np.array([word_vectors[word] for word in every_word])
received = [every_word[i] for i in (out[0, :, first] @ lookup.T).argmax(axis=1)]

some = [20, 37, 41, 56]
print(table({"word": [stanza[i] for i in some], "has received": [received[i] for i in some]}))
right = sum(received[at] == stanza[at - 1].lower() for at in range(1, len(stanza)))
print(f"\n{right} of {len(stanza) - 1} words know which word stands before them")

# %% [markdown]
# That is what we set out for.
# In section 1 the row of *door* was the same at any door.
# Now it carries the word *chamber*, and every word of the stanza but the first knows its predecessor.
# The layers that follow can make something of it.
# Two such steps in a row already make a small machine: if every word knows its predecessor, then a word can look for places where *itself* was the predecessor, and find out what came next.
# Such pairs of heads have been found in trained language models, and named *induction heads* (Elhage et al. 2021; Olsson et al. 2022); afterword A looks at one.
#
# One caution.
# These heads do what their heatmaps say because we built them so.
# In a trained model a large weight says where a value comes from, but not what is in it, nor what later layers do with it.
# Whether attention weights explain a decision is disputed (Jain and Wallace 2019; Wiegreffe and Pinter 2019).

# %% [markdown]
# ## 10. Cross-attention
#
# `x` and `memory` need not be the same.
# The refrain of *The Raven* changes from stanza to stanza.
# Let the last line of the first stanza ask, and that of the third answer.

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
# The matrix has five rows and six columns: one row for each word that asks, one column for each that answers.
# Where the word exists in the other line, the row has one bright cell, wherever it stands.
# The word *only* does not exist there.
# Its row still sums to 1, so it has to put its weight somewhere, and it falls on the word whose random vector happens to be the least different.
# Attention cannot answer "none of these".
#
# This is how attention began.
# Bahdanau, Cho and Bengio (2015) let a translator look back at the source sentence while it wrote, and drew such pictures of which word was translated from which.
# In the transformer, cross-attention sits between the encoder and the decoder; lesson 4 builds both.

# %% [markdown]
# ## 11. What it costs
#
# Everything has a price.
# Count the multiplications of one layer over $T$ tokens, with $d = d_{\text{model}}$.
# Each of the four projections takes $T \cdot d \cdot d$.
# Comparing takes $T^2$ dot products of length $d_k$ in each of $n$ heads, together $T^2 d$.
# Mixing takes the same again.
#
# $$\text{multiplications} = \underbrace{4\,T d^2}_{\text{projections}} + \underbrace{2\,T^2 d}_{\text{compare and mix}} \qquad\qquad \text{weights kept} = B\, n\, T^2$$
#
# One part grows with the length of the text, the other with its square.

# %% id="predict-crossing"
predict("crossing")

# %% id="reveal-crossing"
d, lengths = 768, np.arange(1, 16385)
projections, mixing = 4 * lengths * d**2, 2 * lengths**2 * d
crossing = lengths[np.argmax(mixing >= projections)]
reveal("crossing", crossing, cost_by_length(lengths, projections, mixing, crossing))

# %% [markdown]
# Worse than the multiplications is the memory.
# Training has to keep the weights of every layer until the backward pass, which needs them (lesson 7), and twice the text makes four times as many of them.
# This is what makes long texts hard.
# The last section says what is done about it.

# %% [markdown]
# ## 12. Your functions in the model
#
# The blocks of the course's model call the functions that you have written, by these names and with these arguments.
# `using` puts yours in their place.

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
same = np.abs(your_logits - logits) < 1e-12
print(f"with your functions {same.sum():,} of {same.size:,} numbers are the same to 1e-12")
print(f"the largest of them is {logits.max():.2f}")

# %% [markdown]
# ## Check what you know

# %% id="quiz-sums"
quiz("sums")

# %% id="quiz-shuffle"
quiz("shuffle-attention")

# %% id="quiz-key-bias"
quiz("key-bias")

# %% id="quiz-zero-query"
quiz("zero-query")

# %% id="quiz-cross-mask"
quiz("cross-mask")

# %% id="quiz-more-heads"
quiz("more-heads")

# %% id="quiz-guilty-line"
quiz("guilty-line")

# %% [markdown]
# ## In real models
#
# The formula of 2017 is still in use.
# The sizes have changed.
#
# | | $d_{\text{model}}$ | heads | context $T$ | source |
# |---|---|---|---|---|
# | Transformer, base (2017) | 512 | 8 | – | Vaswani et al. 2017, Table 3 |
# | BERT-base (2019) | 768 | 12 | 512 | Devlin et al. 2019, Sec. 3 and A.2 |
# | GPT-2 small (2019) | 768 | 12 | 1024 | Radford et al. 2019, Table 2 and Sec. 2.3; the heads from the released code |
# | GPT-3 (2020) | 12288 | 96 | 2048 | Brown et al. 2020, Table 2.1 and Sec. 2.1 |
#
# What has changed is how the price of section 11 is paid.
#
# - **The table is never stored.**
#   FlashAttention (Dao et al. 2022) computes exactly your function, but in tiles that fit into the fast memory of the processor.
#   It keeps a running maximum and a running sum for each row, the trick of your softmax done piece by piece (Milakov and Gimelshein 2018).
#   The multiplications still grow with $T^2$, the memory no longer does.
# - **Fewer keys and values.**
#   When a model writes, the keys and values of all earlier tokens are kept (lesson 5), and reading them is what takes time.
#   Multi-query attention lets all heads share one set of keys and values (Shazeer 2019).
#   Grouped-query attention is the compromise: each group of heads shares a set (Ainslie et al. 2023).
#   The larger Llama 2 models use it (Touvron et al. 2023, Table 1).
# - **Shorter sight.**
#   In sliding-window attention a token sees only a window of positions near it: one more mask (Beltagy et al. 2020, Sec. 3.1).
#   In Mistral 7B it is the last 4096 (Jiang et al. 2023, Sec. 2).
# - **Heads like ours.**
#   Trained models do have heads that look at the word before, or the word after (Clark et al. 2019, Sec. 3.1; Voita et al. 2019, who call them positional heads).
#   And many heads can be removed from a trained model with little loss (Michel et al. 2019).
#
# **Next.**
# `multi_head_attention` gives each row a mixture of the others.
# What becomes of the row's own vector, and what happens when many such layers are stacked, is the subject of lesson 3.

# %% [markdown]
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Sec. 3.2.1 with footnote 4 (the scale), 3.2.2 (heads), 3.2.3 (masks, cross-attention), 4 and Table 1 (cost).
# - D. Bahdanau, K. Cho, Y. Bengio, *Neural Machine Translation by Jointly Learning to Align and Translate*, 2015, [arXiv:1409.0473](https://arxiv.org/abs/1409.0473).
#   Attention before the transformer; Fig. 3 has the heatmaps.
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
# - K. Clark et al., *What Does BERT Look At?
#   An Analysis of BERT's Attention*, 2019, [arXiv:1906.04341](https://arxiv.org/abs/1906.04341).
# - E. Voita et al., *Analyzing Multi-Head Self-Attention: Specialized Heads Do the Heavy Lifting, the Rest Can Be Pruned*, 2019, [arXiv:1905.09418](https://arxiv.org/abs/1905.09418).
# - P. Michel, O. Levy, G. Neubig, *Are Sixteen Heads Really Better than One?*, 2019, [arXiv:1905.10650](https://arxiv.org/abs/1905.10650).
# - N. Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021, [transformer-circuits.pub](https://transformer-circuits.pub/2021/framework/index.html); C. Olsson et al., *In-context Learning and Induction Heads*, 2022, [arXiv:2209.11895](https://arxiv.org/abs/2209.11895).
# - S. Jain, B. Wallace, *Attention is not Explanation*, 2019, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186); S. Wiegreffe, Y. Pinter, *Attention is not not Explanation*, 2019, [arXiv:1908.04626](https://arxiv.org/abs/1908.04626).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
