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
# # 3 · Residual connections, norms and feed-forward: what lets a deep stack learn
#
# Lesson 2 ended with `multi_head_attention`, which gives each row a mixture of the others.
# A model stacks many such layers.
# This lesson looks at what happens in such a stack, adds the parts that make depth possible, and the part that computes.
#
# - **You will build** seven functions: relu, gelu, the feed-forward layer, layer norm, RMS norm, dropout, and the residual connection that holds a whole sublayer together.
# - **You need** lesson 2, mean and variance, and what a derivative is.
# - **Time** about two and a half hours; after section 4 is a good place to stop
# - **Cost** runs in 40 seconds, 550 MB of memory
#
# Seven cells are yours, each followed by its check, as before.
# `hint("relu")` helps, one step at a time, and `solution("relu")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_03 import (
    attention_params,
    bits_on_both_halves,
    bottom_gradient,
    explore_climb,
    explore_layers,
    explore_norm,
    explore_unit,
    feed_forward_params,
    gradient_at_bottom,
    hidden_units,
    measure_stack,
    norm_curves,
    outputs_and_slopes,
    pairs_at_corners,
    rows_as_colors,
    stream_growth,
    train_short,
)
from classroom.plots import show, table
from course_lib import layers
from course_lib.attention import causal_mask, multi_head_attention
from course_lib.blocks import ResidualCache
from course_lib.layers import linear
from course_lib.params import init_params
from course_lib.positional import add_positions, sinusoidal_positions
from course_lib.vocab import Vocabulary, pad_sequences, split_words

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. What is left of the word
#
# We take the first line of the poem, make vectors of it as in lesson 1, and send them through one attention layer with random matrices.
# (`attention_params` draws them; they keep the variance of what they multiply.)
# Then we ask each row which word it is: which row of the embedding has the largest dot product with it?
#
# One thing must be undone first.
# $W_V W_O$ turns every row into some other direction, and a row that is turned is like no word, even if nothing was mixed into it.
# We know both matrices, so we can turn the rows back with the inverse of their product.

# %% id="line"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
stanzas = poem.strip().split("\n\n")
vocab = Vocabulary.words(poem)
d_model, n_heads = 64, 4
W = np.random.default_rng(1).standard_normal((len(vocab), d_model)) / math.sqrt(d_model)

line = stanzas[0].splitlines()[0]
words, ids = split_words(line), vocab.encode(line)
T = len(words)
x = add_positions(math.sqrt(d_model) * W[ids], sinusoidal_positions(T, d_model))[0]


def attend(x, params):
    """Self-attention of one sequence (T, d_model)."""
    return multi_head_attention(x[None], x[None], params, n_heads)[0][0]


def know_their_word(x):
    """How many rows are most like the embedding of their own word?"""
    return int(((x @ W.T).argmax(axis=1) == ids).sum())


# %% id="turned"
params = attention_params(np.random.default_rng(2))
turn = params["W_V"] @ params["W_O"]
back = np.linalg.inv(turn)
out = attend(x, params)
print(line)
print("x", x.shape, " out", out.shape)
print(f"rows of x that know their word: {know_their_word(x)} of {T}")
print(f"the same rows, turned and turned back: {know_their_word(x @ turn @ back)} of {T}")

# %% id="predict-own-word"
predict("own-word")

# %% id="reveal-own-word"
nearest = (out @ back @ W.T).argmax(axis=1)
reveal("own-word", know_their_word(out @ back), nearest=nearest, ids=ids)

# %% [markdown]
# In lesson 2 the word *door* was to learn that *chamber* stands before it.
# As the layer stands, it learns that and forgets that it is *door*.
# Could training repair this?
# A head can learn to attend to its own position and to hand on the vector unchanged.
# But it is then used up for keeping what was there already, in every layer anew.
#
# A second layer mixes the mixtures, a third mixes those.
# What do the rows look like after a few layers?
# We compare them by their cosine, the dot product of rows of length 1: it is 1 for rows that point the same way.


# %% id="alike"
def cosines(x):
    """The cosine of each pair of rows, (T, T)."""
    directions = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return directions @ directions.T


def likeness(x):
    """Mean cosine of two different rows."""
    pairs = cosines(x)[~np.eye(len(x), dtype=bool)]
    return pairs.mean()


rng = np.random.default_rng(2)
alone, added, turn_back = [x], [x], [np.eye(d_model)]
for _ in range(4):
    params = attention_params(rng)
    alone.append(attend(alone[-1], params))
    added.append(added[-1] + attend(added[-1], params))
    turn_back.append(np.linalg.inv(params["W_V"] @ params["W_O"]) @ turn_back[-1])
by_layer = [likeness(rows) for rows in alone]
table({"layers": range(5), "likeness of rows": by_layer}, {"likeness of rows": ".3f"})

# %% id="alike-heatmap"
show(rows_as_colors(x, words, "The input: every row is different"))
rows_as_colors(alone[3], words, "After three layers of attention alone: columns, but no rows")

# %% [markdown]
# All fourteen rows have become one.
# The reason is the mean: each output lies among the values, so each layer brings the rows closer to each other, and with every layer the mixtures get more alike (Dong et al. 2021 prove it, and how fast it goes).

# %% [markdown]
# ## 2. Add instead of replace
#
# The remedy is one plus sign.
# Let the layer compute what is to be *added* to the row, and not what the row becomes:
#
# $$x \;\to\; x + f(x)$$
#
# This is a **residual connection** (He et al. 2016, for images).
# A layer $f$ inside it is called a **sublayer**, and what it adds is its **update**.
# The rows that are handed on from one sum to the next are called the **residual stream**: sublayers read from it and write to it, and nobody overwrites.
#
# The list `added` in the cell that measured the likeness did this, with the same random matrices.

# %% id="added"
replaced = [rows @ back for rows, back in zip(alone, turn_back, strict=True)]
table(
    {
        "layers": range(5),
        "words, replaced": [know_their_word(rows) for rows in replaced],
        "words, added": [know_their_word(rows) for rows in added],
        "likeness, replaced": [likeness(rows) for rows in alone],
        "likeness, added": [likeness(rows) for rows in added],
    },
    {"likeness, replaced": ".2f", "likeness, added": ".2f"},
)

# %% [markdown]
# (Under *words* stands how many rows know their word.
# The rows that were replaced are turned back, through all their layers; to those that were added to, nothing has to be done.)
# After one layer all words are still there, and in addition each row holds what the others sent.
# After several layers the words fade all the same, because each update is as large as the stream it is added to.
# Section 4 comes back to that.
#
# Before we go deeper, we look at what the second kind of sublayer does.

# %% [markdown]
# ## 3. Feed-forward: what a row makes of what it has received
#
# A head hands *chamber* to *door*, and the sum keeps what was there.
# So the row of *door* now holds two facts: it is *door*, and the word before it is *chamber*.
# To conclude that this is the *chamber door*, it has to combine them: fact one **and** fact two.
# Write 1 for yes and 0 for no:
#
# | is *door* ($a$) | *chamber* before it ($b$) | *chamber door* |
# |---|---|---|
# | 0 | 0 | 0 |
# | 1 | 0 | 0 |
# | 0 | 1 | 0 |
# | 1 | 1 | 1 |
#
# A linear map cannot fill the last column.
# Let $f(a, b) = u a + v b + c$.
# From the first row $c = 0$, from the second $u = 0$, from the third $v = 0$.
# So $f(1, 1) = 0$, and not 1.
# Any number of linear maps one after the other does not help, for $(x W_1) W_2 = x (W_1 W_2)$ is one linear map again.
#
# What helps is a bend, a *nonlinearity* or *activation function*.
# Take $a + b - 1$, which is $-1, 0, 0, 1$ in the four rows, and replace what is negative by 0: that is $0, 0, 0, 1$.
# The function that does it is called **relu** (*rectified linear unit*):
#
# $$\mathrm{relu}(z) = \max(z, 0)$$

# %% [markdown]
# ### Exercise: `relu`
#
# *Difficulty 1 of 5, about 3 minutes.*
#
# `relu(x)` sets negative numbers to 0 and leaves the others as they are.
#
# - `x`: an array of any shape.
# - Returns `(out, cache)`: `out` has the shape of `x`.
#   The cache, given below, keeps `x`, so `x` itself must not be changed.
#
# ```python
# relu(np.array([-2., -0.5, 0., 0.5, 3.]))[0]    # array([0. , 0. , 0. , 0.5, 3. ])
# ```


# %% id="ex-relu" tags=["exercise"]
def relu(x):
    """Set negative numbers to 0. Returns (out, cache)."""
    ### BEGIN SOLUTION
    out = np.maximum(x, 0)
    ### END SOLUTION
    return out, (x,)


# %% id="check-relu"
relu = check(relu)

# %% id="and"
facts = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
print(relu(facts @ np.array([1.0, 1]) - 1)[0])

# %% [markdown]
# The two weights and the bias are what a unit can learn.
# They draw a line through the plane of the two facts: on one side the unit sleeps, on the other it wakes.
# In the explorer $W_1$ is an arrow: it stands on the line and points to where the unit is awake.
# $b_1$ moves the line along the arrow.
# Every two neighboring words of the poem lie at one of the four corners.
#
# Move the line until the unit says *or*: awake at three of the four corners, and not at $(0, 0)$.
# Before you do, predict:

# %% id="predict-either"
predict("either")

# %% id="explore-unit"
explore_unit(["is 'door'", "'chamber' before it"], pairs_at_corners(poem))

# %% id="reveal-either"
reveal("either")

# %% [markdown]
# Relu is the simplest bend, and the first transformer used it.
# It has one weakness: where $z$ is negative the output is flat.
# A small change of $z$ changes nothing, so nothing can be learned there.
#
# Many later models use a smooth relative of it.
# Relu multiplies $z$ by 1 or 0, depending on its sign.
# The **gelu** (*Gaussian error linear unit*, Hendrycks and Gimpel 2016) multiplies $z$ by a share that grows from 0 to 1 without a step, namely the probability that a normally distributed number lies below $z$:
#
# $$\mathrm{gelu}(z) = z\,\Phi(z), \qquad \Phi(z) = \tfrac12\left(1 + \mathrm{erf}\!\left(z / \sqrt 2\right)\right) \;\approx\; \tfrac12\left(1 + \tanh\!\left(\sqrt{2/\pi}\,(z + 0.044715\, z^3)\right)\right)$$
#
# A number to check with: 68.27% of a normal distribution lie between $-1$ and $1$, so 84.13% lie below 1.
# Thus $\mathrm{gelu}(1) = 0.8413$, and $\mathrm{gelu}(-1) = -0.1587$.
# The form with tanh is an approximation; GPT-2 uses it, BERT's first code used the exact form.
# They differ in the fourth digit, and a model must be run with the one that it was trained with.

# %% [markdown]
# ### Exercise: `gelu`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `gelu(x, approximate="tanh")` multiplies each number by its share.
#
# - `x`: an array of any shape.
#   `approximate`: `"tanh"` for the form on the right, `"none"` for the exact one.
# - Returns `(out, cache)`.
#   The cache is given; it expects the shares under the name `phi`.
# - NumPy has no error function.
#   The first line makes one out of Python's `math.erf`, for arrays.
#
# ```python
# gelu(np.array([-1., 0., 1.]), "none")[0]    # array([-0.15866,  0.     ,  0.84134])
# gelu(np.array([-1., 0., 1.]))[0]            # array([-0.15881,  0.     ,  0.84119])
# ```


# %% id="ex-gelu" tags=["exercise"]
def gelu(x, approximate="tanh"):
    """Multiply each number by Phi of it. Returns (out, cache)."""
    erf = np.vectorize(math.erf, otypes=[x.dtype])
    ### BEGIN SOLUTION
    if approximate == "tanh":
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        phi = 0.5 * (1 + np.tanh(inner))
    else:
        phi = 0.5 * (1 + erf(x / math.sqrt(2)))
    out = x * phi
    ### END SOLUTION
    return out, (x, phi, approximate)


# %% id="check-gelu"
gelu = check(gelu)

# %% [markdown]
# Beside the two functions we draw their slopes: how much the output changes where $z$ is changed a little.
# The course's backward functions compute them; you will write both in lesson 7.

# %% id="activations"
z = np.linspace(-4, 4, 161)
ones = np.ones_like(z)
slopes = {
    "relu": layers.relu_backward(ones, relu(z)[1]),
    "gelu": layers.gelu_backward(ones, gelu(z)[1]),
}
outputs = {"relu": relu(z)[0], "gelu": gelu(z)[0]}
outputs_and_slopes(z, outputs, slopes)

# %% [markdown]
# The **feed-forward layer** is a linear map, a bend and a second linear map (Vaswani et al. 2017, Eq. 2):
#
# $$\mathrm{FFN}(x) = \mathrm{relu}(x W_1 + b_1)\, W_2 + b_2$$
#
# In between it is wider than the stream: $d_{\text{ff}}$ is usually $4\, d_{\text{model}}$.
# Read it unit by unit.
# Column $j$ of $W_1$ is what hidden unit $j$ looks for in the stream, and $b_1$ says how much of it must be there.
# Row $j$ of $W_2$ is what the unit writes into the stream when it has found it.
# Each row of $x$ goes through alone: attention moves information between positions, feed-forward works on it at each position.
#
# Worked by hand, with $x = (1, 2)$:
#
# $$W_1 = \begin{pmatrix} 1 & 1 & 0 \\ -1 & 1 & 1 \end{pmatrix},\quad b_1 = (0, 0, -3),\quad W_2 = \begin{pmatrix} 2 & 2 \\ 1 & -1 \\ 4 & 4 \end{pmatrix},\quad b_2 = (0.5,\ 0)$$
#
# Hidden: $(1 - 2,\ 1 + 2,\ 2 - 3) = (-1, 3, -1)$.
# After relu: $(0, 3, 0)$.
# Only the second unit is awake, and it writes three times its row: $3 \cdot (1, -1) + (0.5, 0) = (3.5, -3)$.

# %% [markdown]
# ### Exercise: `feed_forward`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `feed_forward(x, params, activation="relu")` is the layer above.
#
# - `x`: `(..., d_model)`; `params`: a dict of `W_1` `(d_model, d_ff)`, `b_1` `(d_ff,)`, `W_2` `(d_ff, d_model)`, `b_2` `(d_model,)`.
# - `activation`: `"relu"`, `"gelu"` (the tanh form) or `"gelu_exact"`.
# - Returns `(out, cache)` with `out` of shape `(..., d_model)`.
#
# The first line and the last are given.
# The last expects the caches of the two linear maps as `first_cache` and `second_cache`, and that of the bend as `nonlinearity_cache`.
#
# ```python
# feed_forward(np.array([[1., 2.]]), params)[0]    # array([[ 3.5, -3. ]])   with the numbers above
# ```


# %% id="ex-feed-forward" tags=["exercise"]
def feed_forward(x, params, activation="relu"):
    """Linear, relu or gelu, linear: x (..., d_model) to (..., d_model). Returns (out, cache)."""
    hidden, first_cache = linear(x, params["W_1"], params["b_1"])
    ### BEGIN SOLUTION
    if activation == "relu":
        hidden, nonlinearity_cache = relu(hidden)
    else:
        hidden, nonlinearity_cache = gelu(hidden, "tanh" if activation == "gelu" else "none")
    out, second_cache = linear(hidden, params["W_2"], params["b_2"])
    ### END SOLUTION
    return out, (first_cache, nonlinearity_cache, second_cache, activation)


# %% id="check-feed-forward"
feed_forward = check(feed_forward)

# %% [markdown]
# ### Every chamber door of the poem
#
# Now the three parts work together.
# As in lesson 2 we build the matrices by hand.
# A vector has room for the word (32 features), for the word before it (32, empty at first) and for the position (32).
#
# 1. Attention fetches the word before, and writes it into the empty place.
# 2. The residual adds it: the word itself stays.
# 3. One hidden unit of the feed-forward layer looks for *door* in the first place and for *chamber* in the second.
#    Each gives about 1 if it is there, and $b_1 = -1.5$ lets the unit wake only if both are.

# %% id="read"
from classroom.answers import shift_rotation


def words_of(text):
    """Cut a text into words, without punctuation."""
    return [token for token in split_words(text.lower()) if token[0].isalpha()]


WORD, BEFORE, POSITION = slice(0, 32), slice(32, 64), slice(64, 96)
every_word = sorted(set(words_of(poem)))
directions = np.random.default_rng(0).standard_normal((len(every_word), 32))
directions /= np.linalg.norm(directions, axis=1, keepdims=True)
vector_of = dict(zip(every_word, directions, strict=True))


def read(text):
    """Return the words of a text and their vectors, (1, T, 96)."""
    spoken = words_of(text)
    rows = np.zeros((1, len(spoken), 96))
    rows[0, :, WORD] = [vector_of[word] for word in spoken]
    rows[0, :, POSITION] = sinusoidal_positions(len(spoken), 32) / 4
    return spoken, rows


# %% id="chamber-door"
look_back = {f"W_{name}": np.zeros((96, 96)) for name in "QKVO"}
look_back["W_Q"][POSITION, :32] = 96 * math.sqrt(96) * shift_rotation(-1, 32)
look_back["W_K"][POSITION, :32] = np.eye(32)
look_back["W_V"][WORD, :32] = np.eye(32)
look_back["W_O"][:32, BEFORE] = np.eye(32)

find = {"W_1": np.zeros((96, 1)), "b_1": np.array([-1.5])}
find["W_1"][WORD, 0] = vector_of["door"]
find["W_1"][BEFORE, 0] = vector_of["chamber"]
find |= {"W_2": np.zeros((1, 96)), "b_2": np.zeros(96)}

found, doors = [], 0
for stanza in stanzas:
    spoken, rows = read(stanza)
    fetched, _ = multi_head_attention(rows, rows, look_back, 1, causal_mask(len(spoken)))
    _, (_, (before_relu,), _, _) = feed_forward(rows + fetched, find)
    found += [(spoken[t - 1], spoken[t]) for t in np.flatnonzero(before_relu[0, :, 0] > 0)]
    doors += spoken.count("door")

print(f"the word 'door' stands {doors} times in the poem")
print(f"'chamber door' stands {poem.lower().count('chamber door')} times")
print(f"the unit wakes {len(found)} times, at: {sorted(set(found))}")

# %% [markdown]
# It finds all of them and nothing else: not the other doors, and no chamber without a door.
# A layer of $d_{\text{ff}}$ units has room for as many such questions, and where one has the answer yes it writes something into the stream.
# (The rows of $W_2$ are zero here, because nobody reads on.)

# %% [markdown]
# ### What do trained units do?
#
# Ours was built.
# In `data/checkpoints` lie models that were trained, among them a small one with relu that read *The Raven* eight characters at a time (task `raven`, preset `tiny`; lesson 8 trains such models).
# `load_trained` reads it.
# A model is trained in float32; `load_trained` turns its numbers into float64, so that the same is printed on every machine.
# We send the whole poem through it and look at its hidden units after the relu.

# %% id="trained-units"
from course_lib.tasks import load_task, load_trained
from course_lib.tasks.raven import windows

tiny, tiny_params = load_trained("raven", "tiny")
characters = tiny.vocabulary.encode(poem)
inputs = windows(characters, 8).inputs[0]
units = hidden_units(inputs, tiny_params, tiny.config)[0][:, -1]  # at the last of 8 characters
awake = units > 0
print("characters read:", len(units), "  hidden units:", units.shape[1])
print(f"awake at one character, on average: {awake.mean():.1%} of the units")

# %% [markdown]
# A unit is silent until it sees what it looks for.
# In larger models people have looked at the texts that wake a unit: some units can be read like ours, others wake at many things at once.
# (Geva et al. 2021 read a feed-forward layer as a memory: $W_1$ holds the keys, $W_2$ the values.)

# %% [markdown]
# ### Dead units
#
# A unit that wakes nowhere, on no input at all, is **dead**.
# It contributes nothing.
# And with relu it does not come back by itself: where it sleeps its slope is 0, so it is not told in which direction to change.
# Only if something below it changes may it wake.
# Whether there are such units can be counted, in this model and in two others, which answer questions about digits (lesson 4).

# %% id="predict-dead"
predict("dead")


# %% id="reveal-dead"
def count_dead(before_relu):
    """How many units, the last axis, are nowhere above 0."""
    return int((before_relu.reshape(-1, before_relu.shape[-1]) <= 0).all(axis=0).sum())


counts = {}
for name, preset in [("raven", "tiny"), ("digits", "one-digit"), ("digits", "nested")]:
    task, trained = load_trained(name, preset)
    by_block = hidden_units(task.train.inputs[0][:1000], trained, task.config)
    listed = [f"{count_dead(block)} of {block.shape[-1]}" for block in by_block]
    counts[f"{name} {preset}"] = ", ".join(listed)
shown = table({"model": list(counts), "dead units of each block": list(counts.values())})
reveal("dead", count_dead(units), shown)

# %% [markdown]
# None of the three small models has a dead unit.
# Large ones may: in OPT-66B more than 70 % of the units of some layers never woke on a large collection of texts (Voita et al. 2023).
# Lesson 9 watches units die in a training.

# %% [markdown]
# ## 4. Depth: what reaches the bottom
#
# A model learns from an error at its top.
# For each number at the bottom it must find out how the error would change if that number were changed a little.
# This is the **gradient**, and it is computed from the top down, through one layer after the other; lesson 7 writes the functions that do it, the *backward* functions.
# Here we borrow them once more and ask one thing only: if the gradient has the length 1 at the top, how long is it at the bottom?
#
# We stack **blocks**.
# A block is an attention layer and a feed-forward layer, with random matrices that keep the variance.
# In one stack each layer replaces the rows, in the other its result is added to them.
# `gradient_at_bottom` takes a gradient of length 1 at the top through the caches of a stack, down to the bottom.


# %% id="up-and-down"
def block_params(rng):
    """Random parameters of an attention and a feed-forward layer."""
    feed = feed_forward_params(rng)
    return attention_params(rng), feed


def go_up(x, n_blocks, residual, scale=1.0):
    """Send x (1, T, d_model) through random blocks: the caches of all sublayers."""
    rng, caches = np.random.default_rng(3), []
    for _ in range(n_blocks):
        heads, feed = block_params(rng)
        for sublayer in ["attention", "feed-forward"]:
            if sublayer == "attention":
                update, cache = multi_head_attention(x, x, heads, n_heads)
            else:
                update, cache = feed_forward(x, feed)
            x = x + scale * update if residual else update
            caches.append((sublayer, cache))
    return caches


# %% id="predict-gradient"
predict("gradient-stream")

# %% id="reveal-gradient"
depths = [1, 2, 4, 8, 16, 32]
bottom = {"replaced": [], "added": []}
for n_blocks in depths:
    for name, lengths in bottom.items():
        residual = name == "added"
        caches = go_up(x[None], n_blocks, residual)
        lengths.append(gradient_at_bottom(caches, (1, T, d_model), residual))

at_16 = bottom["replaced"][depths.index(16)]
shown = table({"blocks": depths} | bottom, digits=2)
reveal("gradient-stream", at_16, shown)

# %% [markdown]
# So next to no gradient reaches the bottom of a deep stack without residuals: it *vanishes*.
# The right column of the table is no better: with residuals it *explodes*, and a step along it would throw the model off.
#
# The simplest model of a stack shows both.
# Let each layer be a number, $f(x) = a x$.
# After $n$ layers the slope is
#
# $$a^n \;\text{ without,} \qquad (1 + a)^n = 1 + n a + \dots \;\text{ with a residual.}$$
#
# The 1 in the sum is the path that leads past all layers, unchanged.
# It is always there, so small updates cannot make the gradient vanish.
# Whether it explodes depends on $a$.
# For $a = 1/n$ it does not: $(1 + 1/n)^n$ stays below $e \approx 2.72$, however large $n$ is.
# So the updates must be small compared with the stream.
#
# How small?
# Random updates partly cancel, so they may be larger than $1/n$.
# With $m$ sublayers, $1/\sqrt m$ is enough: $m$ independent updates of variance $1/m$ add up to a variance of 1.
# This is how GPT-2 starts: the last matrix of every sublayer is divided by $\sqrt{m}$ (Radford et al. 2019, Sec. 2.3), and `init_params` of this course does the same.
# In our stack each block has two sublayers, so $m = 2\,n_{\text{layers}}$.
# (`n_layers` is what papers and configurations call the number of *blocks*.)

# %% id="gradient-picture"
small = bottom["added, updates / √m"] = []
for n_blocks in depths:
    scale = 1 / math.sqrt(2 * n_blocks)
    caches = go_up(x[None], n_blocks, True, scale)
    small.append(gradient_at_bottom(caches, (1, T, d_model), True, scale))
bottom_gradient(depths, bottom)

# %% [markdown]
# This holds at the start.
# Training changes the matrices, and nothing keeps the updates small.
# For that there is the next part.

# %% [markdown]
# ## 5. Layer norm: the same scale for every sublayer
#
# What does a sublayer suffer from when the stream grows?
# Lesson 2 has the answer for attention: the scores grow with the square of the rows, and the softmax saturates.
# We multiply the rows by a number and look at the largest weight of each query.

# %% id="scale-of-stream"
heads = attention_params(np.random.default_rng(2))


def largest_weight(x):
    """Mean of the largest attention weight of a query."""
    _, cache = multi_head_attention(x[None], x[None], heads, n_heads)
    return cache.weights.max(axis=-1).mean()


stretches = [0.1, 1, 10, 100]
without_norm = [largest_weight(stretch * x) for stretch in stretches]
table(
    {"rows times": stretches, "largest of 14 weights": without_norm},
    {"largest of 14 weights": ".2f"},
)

# %% [markdown]
# At 10 nearly all weight goes to one key, and at 0.1 the weights are even.
# The layer works at one scale only.
# So bring every row to that scale before the layer sees it.
# **Layer norm** (Ba et al. 2016) subtracts from each row its mean and divides it by its standard deviation:
#
# $$\mu = \frac1d \sum_i x_i, \qquad \sigma^2 = \frac1d \sum_i (x_i - \mu)^2, \qquad \mathrm{norm}(x)_i = \gamma_i\, \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta_i$$
#
# Mean and variance are taken over the $d = d_{\text{model}}$ features of *one* row.
# Other positions and other sequences play no part.
#
# - $\gamma$ and $\beta$ (*gamma* and *beta*) are learned, one of each for every feature.
#   They begin at 1 and 0 and give back what the division took away, where it is needed: a feature that should be loud gets a large $\gamma$.
# - $\varepsilon$ (*eps*) is a small number such as $10^{-5}$.
#   It keeps the divisor from 0 where all features of a row are equal.
#
# Worked by hand: $x = (0, 2, 3, 4, 6)$.
# The mean is 3.
# The deviations are $-3, -1, 0, 1, 3$, their squares $9, 1, 0, 1, 9$ with the mean 4, so $\sigma = 2$.
# Normalized: $(-1.5, -0.5, 0, 0.5, 1.5)$.
# With $\gamma = (2, 2, 2, 2, 4)$ and $\beta = (1, 1, 1, 1, 1)$ the result is $(-2, 0, 1, 2, 7)$.

# %% [markdown]
# ### Exercise: `layer_norm`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `layer_norm(x, gamma, beta, eps=1e-5)` normalizes each vector.
#
# - `x`: an array `(..., d_model)`; `gamma`, `beta`: `(d_model,)`.
# - `eps` is added to the variance, under the root.
# - Returns `(out, cache)` with `out` of the shape of `x`.
#
# The last line is given.
# It keeps, for the backward pass, the vectors before gamma and beta as `normalized`, and $1/\sqrt{\sigma^2 + \varepsilon}$ as `inverse_std`, of shape `(..., 1)`: one number for each vector.
#
# ```python
# x = np.array([[0., 2., 3., 4., 6.]])
# layer_norm(x, np.array([2., 2., 2., 2., 4.]), np.ones(5))[0]    # array([[-2., 0., 1., 2., 7.]])
# ```


# %% id="ex-layer-norm" tags=["exercise"]
def layer_norm(x, gamma, beta, eps=1e-5):
    """Bring each vector to mean 0 and variance 1, then apply gamma and beta. Returns (out, cache)."""
    ### BEGIN SOLUTION
    mean = x.mean(axis=-1, keepdims=True)
    variance = x.var(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(variance + eps)
    normalized = (x - mean) * inverse_std
    out = gamma * normalized + beta
    ### END SOLUTION
    return out, (normalized, inverse_std, gamma)


# %% id="check-layer-norm"
layer_norm = check(layer_norm)

# %% id="scale-normalized"
gamma, beta = np.ones(d_model), np.zeros(d_model)
with_norm = [largest_weight(layer_norm(stretch * x, gamma, beta)[0]) for stretch in stretches]
weights = {"largest weight, without": without_norm, "with layer norm": with_norm}
table({"rows times": stretches} | weights, dict.fromkeys(weights, ".2f"))

# %% [markdown]
# The right column does not move: stretching the rows has no effect any more, and neither has adding a number to all features.
# That can be shown in five lines.
# Put them into their order; two do not belong.

# %% id="parsons-invariance"
parsons("invariance")

# %% [markdown]
# ### Beside it: batch norm and RMS norm
#
# Layer norm was not the first.
# **Batch norm** (Ioffe and Szegedy 2015), made for images, takes the mean and the variance of each *feature*, over all examples of the batch.
# For text this has a strange effect.
# We put the first line of the poem into a batch with one other line, and exchange that other line.


# %% id="batch-norm"
def batch_norm(x, eps=1e-5):
    """Normalize each feature over the batch and the positions; x (B, T, d_model)."""
    mean, variance = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
    return (x - mean) / np.sqrt(variance + eps)


def batch_of(*texts):
    """Lines as a padded batch of vectors, (B, T, d_model)."""
    rows = pad_sequences([vocab.encode(text) for text in texts], vocab.pad_id)
    return math.sqrt(d_model) * W[rows] + sinusoidal_positions(rows.shape[1], d_model)


# %% id="batch-exchanged"
one = batch_of(line, stanzas[1].splitlines()[0])
other = batch_of(line, stanzas[5].splitlines()[2])
norms = {"layer norm": lambda x: layer_norm(x, gamma, beta)[0], "batch norm": batch_norm}
table(
    {
        "": list(norms),
        "the first line changes by up to": [
            np.abs(normalize(one)[0, :T] - normalize(other)[0, :T]).max()
            for normalize in norms.values()
        ],
        "std of a single token alone": [
            normalize(x[None, :1]).std() for normalize in norms.values()
        ],
    },
    dict.fromkeys(["the first line changes by up to", "std of a single token alone"], ".2f"),
)

# %% [markdown]
# With batch norm the vectors of a line depend on which other lines happen to be in the batch, and on the padding.
# And a model that writes has one new token at a time: there is no batch to take a variance of, and the result is 0.
# (In use, batch norm therefore replaces the batch by averages that were collected in training.
# Texts differ much from batch to batch, and these averages fit badly; Shen et al. 2020 measured it in transformers.)
# Layer norm knows neither batch nor neighbors, and does the same in training and in use.
#
# **RMS norm** (Zhang and Sennrich 2019) asks which half of layer norm does the work.
# It keeps the division and leaves out the mean and $\beta$:
#
# $$\mathrm{rms}(x) = \sqrt{\frac1d \sum_i x_i^2}, \qquad \mathrm{RMSNorm}(x)_i = \gamma_i\, \frac{x_i}{\sqrt{\mathrm{rms}(x)^2 + \varepsilon}}$$
#
# It is cheaper and has proved as good; Llama and many models since use it.
# By hand: $x = (1, 7, -5, 5)$ has the squares $1, 49, 25, 25$ with the mean 25, so it is divided by 5.

# %% [markdown]
# ### Exercise: `rms_norm`
#
# *Difficulty 1 of 5, about 5 minutes.*
#
# `rms_norm(x, gamma, eps=1e-5)` divides each vector by its root mean square.
# The models of this course use layer norm, so this one is for you alone.
#
# - `x`: an array `(..., d_model)`; `gamma`: `(d_model,)`.
#   `eps` is added to the mean square, under the root.
# - Returns `(out, cache)`.
#   The cache is given and wants `normalized`, the vectors before gamma, and `inverse_rms`, of shape `(..., 1)`.
#
# ```python
# rms_norm(np.array([[1., 7., -5., 5.]]), np.array([5., 5., 5., 10.]))[0]    # array([[ 1.,  7., -5., 10.]])
# ```


# %% id="ex-rms-norm" tags=["exercise"]
def rms_norm(x, gamma, eps=1e-5):
    """Divide each vector by its root mean square, then apply gamma. Returns (out, cache)."""
    ### BEGIN SOLUTION
    inverse_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    normalized = x * inverse_rms
    out = normalized * gamma
    ### END SOLUTION
    return out, (normalized, inverse_rms, gamma)


# %% id="check-rms-norm"
rms_norm = check(rms_norm)

# %% [markdown]
# The explorer takes 24 features of the row of *midnight* and runs your two norms on them.
# Try what a shift does to each of the two.
# Then stretch the row less and less: from some place on $\varepsilon$ counts, and what comes out has no longer the standard deviation 1.

# %% id="predict-grip"
predict("grip")

# %% id="explore-norm"
midnight = x[words.index("midnight"), :24]
explore_norm(
    midnight,
    {
        "layer norm": lambda x, eps: layer_norm(x, np.ones(24), np.zeros(24), eps)[0],
        "RMS norm": lambda x, eps: rms_norm(x, np.ones(24), eps)[0],
    },
)


# %% id="reveal-grip"
def loses_grip(eps):
    """The stretch at which half of the variance of midnight is left after layer norm."""
    stretches = np.geomspace(1e-5, 10, 2000)
    normed = layer_norm(stretches[:, None] * midnight, np.ones(24), np.zeros(24), eps)[0]
    return stretches[np.argmax(normed.var(axis=-1) > 0.5)]


reveal("grip", loses_grip(1e-3) / loses_grip(1e-5))

# %% [markdown]
# ### Norm and residual together
#
# Put the norm *inside* the residual, before the sublayer: $x + f(\mathrm{norm}(x))$.
# This is called **pre-norm**.
# However large the stream has become, the sublayer sees rows of variance 1, and what it adds has a variance near 1 as well.
# How fast does the stream grow now?
# Predict before you measure.

# %% id="predict-stream"
predict("stream")


# %% id="reveal-stream"
def random_block(rng):
    """Two sublayers with random parameters, as functions of the rows."""
    heads, feed = block_params(rng)
    return [
        lambda z: multi_head_attention(z, z, heads, n_heads)[0],
        lambda z: feed_forward(z, feed)[0],
    ]


def stream_by_depth(n_blocks, place):
    """Standard deviation of the stream after each sublayer, with the norm at some place."""
    rng, rows, spreads = np.random.default_rng(3), x[None] / x.std(), [1.0]
    for _ in range(n_blocks):
        for sublayer in random_block(rng):
            inside = layer_norm(rows, gamma, beta)[0] if place == "pre-norm" else rows
            rows = rows + sublayer(inside)
            if place == "post-norm":
                rows = layer_norm(rows, gamma, beta)[0]
            spreads.append(rows.std())
    return np.array(spreads)


spreads = {place: stream_by_depth(16, place) for place in ["no norm", "pre-norm", "post-norm"]}
reveal("stream", spreads["pre-norm"][-1], stream_growth(spreads), spreads=spreads)

# %% [markdown]
# Among the lines is one for **post-norm**: the norm comes after the sum, $\mathrm{norm}(x + f(x))$, as in the transformer of 2017.
# It keeps the stream at 1 throughout.
# That looks tidier, and section 7 shows what it costs, and when.
#
# Until now we measured one number of each stack.
# The explorer shows all numbers of 16 blocks: a hill is a histogram of their sizes at one height, and the line goes through the medians.
# Choose a stack, and the size of its random matrices: 1 is the size that keeps the variance.
# Where the hills stand above each other, every layer sees the same scale.
#
# Find a size at which the gradient reaches the bottom even without a residual, and look at what the title says of the rows of that stack.
# Is there a size at which the residual with pre-norm fails?

# %% id="predict-large-matrices"
predict("large-matrices")

# %% id="explore-layers"
explore_layers()

# %% id="reveal-large-matrices"
sizes = [0.5, 1, 1.5, 2]
normed = [measure_stack("residual, pre-norm", 16, size).gradient[0] for size in sizes]

finer = np.arange(0.8, 1.5, 0.05).round(2)
bare = [measure_stack("no residual", 16, size) for size in finer]
survivor = int(np.argmin([abs(math.log(stack.gradient[0])) for stack in bare]))
reveal(
    "large-matrices",
    normed[-1],
    sizes=sizes,
    gradients=normed,
    survivor=finer[survivor],
    alike=bare[survivor].alike[-1],
)

# %% [markdown]
# ## 6. Dropout
#
# The next part does nothing at all when a model is used.
# It is for training.
#
# **Dropout** (Srivastava et al. 2014) sets each entry of an array to 0 with probability $p$, with new dice at every step.
# No unit can rely on a certain other one being there, so what is learned has to be spread over many.
# In a transformer it is applied to each update, before it is added to the stream.
#
# In use nothing is dropped, so on average $1/(1-p)$ times as much would arrive as in training.
# Training makes up for it: the entries that stay are divided by $1 - p$.
# For an entry $x_i$ the mean is then
#
# $$p \cdot 0 + (1 - p) \cdot \frac{x_i}{1 - p} = x_i .$$

# %% [markdown]
# ### Exercise: `dropout`
#
# *Difficulty 2 of 5, about 8 minutes.*
#
# `dropout(x, p, rng=None)` drops entries in training.
#
# - `x`: an array of any shape; `p`: the probability to drop an entry; `rng`: a NumPy generator, or `None` when the model is used.
# - With an `rng`: draw one number between 0 and 1 for each entry with `rng.random(x.shape)`.
#   Where it is **at least `p`**, the entry is kept and divided by $1 - p$; elsewhere it becomes 0.
#   The check compares entry by entry, so it asks for just this draw and this end of it.
#   (To keep where the number is below $1 - p$ is as likely, but keeps other entries.
#   `rng.binomial(1, 1 - p, x.shape)` passes as well.)
# - Without: `x` as it is.
# - Returns `(out, cache)`.
#   The first lines and the last are given.
#   `scale` is an array of the shape of `x` that holds 0 or $1/(1-p)$, or `None` where nothing is dropped.
#
# ```python
# dropout(np.array([1., 2., 3., 4.]), 0.5)[0]         # array([1., 2., 3., 4.])   no rng
# dropout(np.array([1., 2., 3., 4.]), 0.5, rng)[0]    # array([2., 0., 6., 8.])   if the dice fall so
# ```


# %% id="ex-dropout" tags=["exercise"]
def dropout(x, p, rng=None):
    """Set entries to 0 with probability p, divide the rest by 1 - p. Returns (out, cache)."""
    out, scale = x, None
    ### BEGIN SOLUTION
    if rng is not None:
        kept = rng.random(x.shape) >= p
        scale = kept.astype(x.dtype) / (1 - p)
        out = x * scale
    ### END SOLUTION
    return out, (scale,)


# %% id="check-dropout"
dropout = check(dropout)

# %% [markdown]
# What does it do to a row of *The Raven*?
# We drop a tenth, many times over.

# %% id="dropout-mean"
rng = np.random.default_rng(0)
row = x[0]
numbers, off = [1, 10, 100, 10_000], []
for draws in numbers:
    dropped = np.stack([dropout(row, 0.1, rng)[0] for _ in range(draws)])
    off.append(np.linalg.norm(dropped.mean(axis=0) - row) / np.linalg.norm(row))
table({"draws": numbers, "their mean is off by": off}, {"their mean is off by": ".1%"})

# %% [markdown]
# In the mean of many draws nothing changes, but a single draw is off by something like a third of the length (for a long row, by $\sqrt{p/(1-p)}$).
# This is noise.
# Does it help?
# We train a model of one block for 500 steps on the first half of the poem, without and with dropout, and measure on both halves how many bits it needs for a character (lesson 6 explains the unit; less is better).

# %% id="predict-dropout"
predict("dropout")

# %% id="reveal-dropout"
from course_lib.tasks.raven import bits_per_character
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

raven = load_task("raven", "raven")
halves = np.split(characters, [len(characters) // 2])
read_half = windows(halves[0], raven.config.max_len)
bits = {}
for p in [0.0, 0.1]:
    task = replace(raven, config=replace(raven.config, dropout=p), train=read_half)
    recipe = Recipe(500, 32, lr=5e-3, warmup=50, keep="last", evaluate_every=500)
    run = train(task, recipe, seed=0, progress=False)
    bits[p] = [bits_per_character(half, run.params, task.config) for half in halves]
reveal("dropout", bits[0.1][1] - bits[0.0][1], bits_on_both_halves(bits))

# %% [markdown]
# ## 7. A sublayer in its residual
#
# All parts are there.
# Around every sublayer of a transformer, be it attention or feed-forward, stands the same frame: norm, sublayer, dropout, sum.
#
# | `config.norm` | | used by |
# |---|---|---|
# | `"pre"` | $x + \mathrm{dropout}(f(\mathrm{norm}(x)))$ | GPT-2 and most models since |
# | `"post"` | $\mathrm{norm}(x + \mathrm{dropout}(f(x)))$ | the transformer of 2017, BERT |
# | `"none"` | $x + \mathrm{dropout}(f(x))$ | for comparison |

# %% [markdown]
# ### Exercise: `residual`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `residual(x, sublayer, norm_params, config, rng=None)` adds what a sublayer computes to what passes it by.
#
# - `x`: `(B, T, d_model)`.
# - `sublayer`: a function.
#   `sublayer(z)` returns `(update, cache)`, the update in the shape of `z`.
#   Call it once: it may draw random numbers or keep what it has seen.
# - `norm_params`: `{"gamma": ..., "beta": ...}`; `None` if `config.norm` is `"none"`.
#   `layer_norm(x, **norm_params, eps=config.eps)` passes both on by name.
# - `config`: has the fields `norm`, `dropout` (the probability) and `eps`.
# - `rng`: for `dropout(update, config.dropout, rng)`.
# - Returns `(out, cache)`.
#   The first line and the last are given.
#   The last wants the three caches as `norm_cache` (`None` without a norm), `sublayer_cache` and `dropout_cache`.
#
# Worked by hand, with a sublayer that doubles, $f(z) = 2z$, and $\gamma = 1$, $\beta = 0$: let $x = (0, 2, 3, 4, 6)$ once more, whose norm is $(-1.5, -0.5, 0, 0.5, 1.5)$.
# With `"pre"` the update is $(-3, -1, 0, 1, 3)$ and the result $(-3, 1, 3, 5, 9)$.
# With `"post"` the sum is $3x$, whose norm is that of $x$.
# With `"none"` it is $3x$.


# %% id="ex-residual" tags=["exercise"]
def residual(x, sublayer, norm_params, config, rng=None):
    """Add a sublayer to what passes it by, with its norm and its dropout. Returns (out, cache)."""
    inside, norm_cache = x, None
    ### BEGIN SOLUTION
    if config.norm == "pre":
        inside, norm_cache = layer_norm(x, **norm_params, eps=config.eps)
    update, sublayer_cache = sublayer(inside)
    update, dropout_cache = dropout(update, config.dropout, rng)
    out = x + update
    if config.norm == "post":
        out, norm_cache = layer_norm(out, **norm_params, eps=config.eps)
    ### END SOLUTION
    return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)


# %% id="check-residual"
residual = check(residual)

# %% [markdown]
# ### Pre or post?
#
# Here is a model with each norm; the buttons change it.
# Go up the thick line: what does the stream meet on its way?

# %% id="drawing"
from classroom.architecture import architecture, choose

lit = ("norm", "residual", "feed_forward")
choose(
    {
        f"{norm}-norm": architecture(replace(tiny.config, norm=norm), lit=lit, open="feed_forward")
        for norm in ["pre", "post"]
    }
)

# %% [markdown]
# With pre-norm it meets nothing but sums, until the last norm.
# With post-norm there is a norm *on* its path, after each sum: it divides the stream, and with it all that was in the stream before.
#
# How much of the input is left at the top?
# Say each update has half the variance of the row that the sublayer reads, about what a relu leaves.
# With post-norm each sum has the variance 1.5, and the norm divides by $\sqrt{1.5}$.
# After $m$ sublayers the input is in the stream with the factor $1/\sqrt{1.5}^{\,m}$.
# With pre-norm only the last norm divides, once, by the size of the whole stream: $\sqrt{1 + m/2}$.
#
# So we send *rapping at my chamber door* up 12 random blocks in the frame that you wrote, with each norm.
# The updates are added in full, or divided by $\sqrt m$ as in section 4.


# %% id="climb"
def climb(norm, scale, rows):
    """The rows (1, T, d_model) at each height of 12 blocks, (25, T, d_model)."""
    rng, heights = np.random.default_rng(3), [rows]
    frame = replace(tiny.config, norm=norm, dropout=0.0)
    norm_params = None if norm == "none" else {"gamma": gamma, "beta": beta}
    for _ in range(12):
        for f in random_block(rng):
            rows, _ = residual(rows, lambda z, f=f: (scale * f(z), None), norm_params, frame)
            heights.append(rows)
    return np.concatenate(heights)


# %% [markdown]
# Two rows span a plane, so a picture can show them with their true lengths and the true angle between them.
# Take *chamber* and *door* from height 0 to the top, under each norm, with full and with small updates.
# Watch the angle, and the two words below it.

# %% id="explore-climb"
at_door = "rapping at my chamber door"
start = batch_of(at_door) / batch_of(at_door).std()
stacks = {
    size: {norm: climb(norm, scale, start) for norm in ["pre", "post", "none"]}
    for size, scale in [("full", 1), ("small", 1 / math.sqrt(24))]
}
explore_climb(
    stacks,
    at_door.split(),
    (3, 4),
    lambda rows: [vocab.tokens[i] for i in (rows @ W.T).argmax(axis=1)],
)

# %% [markdown]
# Full updates drown the words under every norm.
# But with pre-norm the two rows still differ at the top; with plain post-norm they are one, so nothing that is read there can depend on the word.
# With small updates the norms hardly differ.
#
# What does that do to learning?
# We train language models of *The Raven* with 12 blocks, 120 steps each: pre-norm and post-norm, with full and with small updates, each from two random starts.
# (`init_params` makes the updates small, as said above; for full ones we undo it.)
# A model that knew nothing of what came before could at best learn how often each character occurs; its loss, which says how badly it predicts, would then be the entropy of these frequencies (lesson 6).
# And its logits, its scores for the next character (lesson 5), would be the same after every text.

# %% id="predict-norms"
predict("norms")


# %% id="reveal-norms"
runs = {
    f"{norm}-norm, {size} updates": [
        train_short(norm, 12, size == "small", seed) for seed in [0, 1]
    ]
    for norm in ["pre", "post"]
    for size in ["full", "small"]
}
final = {name: np.mean([run.losses[-20:] for run in both]) for name, both in runs.items()}

frequencies = np.bincount(characters) / len(characters)
entropy = -(frequencies[frequencies > 0] * np.log(frequencies[frequencies > 0])).sum()
runs["post-norm, 2 blocks, full"] = [train_short("post", 2, False, seed) for seed in [0, 1]]
reveal("norms", min(final, key=final.get), norm_curves(runs, entropy))

# %% [markdown]
# Depth and full updates together are what plain post-norm fails at: with 2 blocks it learns, with 12 it stays where the frequencies alone would bring it, while pre-norm learns.
# But post-norm is not lost.
# With small updates from the start the same 12 blocks learn at once, and end a little below pre-norm with the same small updates.
# That fits what has been reported: post-norm is hard to train where it is deep, and the better one where it trains, as in shallow models (Takase et al. 2022).
# Published remedies work in the direction of small updates: a careful start (Liu et al. 2020), weights on the two summands (Wang et al. 2022), or a slow warm-up of the learning rate, which the paper of 2017 used and which lesson 8 writes (Xiong et al. 2020 trace the need for it back to post-norm).
# Pre-norm needs less care, and most models use it today.
#
# It has a price, too.
# The stream of a pre-norm model grows, as section 5 showed, so each later update changes it relatively less.
# And a last norm is needed at the top, for the stream that leaves the last block has any size.

# %% [markdown]
# ## 8. Your functions in the model
#
# We put your functions into the language model of the course, with each norm and each bend, and compare.

# %% id="in-the-model"
from course_lib.model import language_model

yours = {
    "relu": relu,
    "gelu": gelu,
    "feed_forward": feed_forward,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "residual": residual,
}
texts, rows_of_table = inputs[:640:20], []
for norm in ["pre", "post", "none"]:
    for activation in ["relu", "gelu"]:
        config = replace(tiny.config, n_layers=2, norm=norm, activation=activation)
        params = init_params(config, np.random.default_rng(3), np.float64)
        logits, _ = language_model(texts, params, config)
        with using(**yours):
            your_logits, _ = language_model(texts, params, config)
        same = int((np.abs(your_logits - logits) < 1e-12).sum())
        rows_of_table.append((norm, activation, same, logits.size, np.abs(logits).max()))
names = ["norm", "bend", "logits the same to 1e-12", "of", "the largest"]
table(dict(zip(names, zip(*rows_of_table, strict=True), strict=True)))

# %% [markdown]
# One sublayer, attention in its residual with its norm, is now one call, and so is the next:

# %% id="one-block"
config = replace(tiny.config, d_model=d_model, norm="pre", dropout=0.1)
norm_params = {"gamma": gamma, "beta": beta}
heads, feed = block_params(np.random.default_rng(6))

stream = x[None]
stream, first = residual(
    stream, lambda z: multi_head_attention(z, z, heads, n_heads), norm_params, config
)
print("after attention:   ", stream.shape, f" words known: {know_their_word(stream[0])} of {T}")
stream, second = residual(stream, lambda z: feed_forward(z, feed), norm_params, config)
print("after feed-forward:", stream.shape, f" words known: {know_their_word(stream[0])} of {T}")

# %% [markdown]
# ## Check what you know

# %% id="quiz-constant"
quiz("constant-stream")

# %% id="quiz-batch-mask"
quiz("batch-mask")

# %% id="quiz-doubled"
quiz("doubled")

# %% id="quiz-zero"
quiz("zero")

# %% id="quiz-dropout-on"
quiz("dropout-on")

# %% id="quiz-linear"
quiz("linear")

# %% [markdown]
# ## In real models
#
# | | $d_{\text{model}}$ | $d_{\text{ff}}$ | bend | norm | dropout |
# |---|---|---|---|---|---|
# | Transformer, base (2017) | 512 | 2048 | relu | layer norm, post | 0.1 |
# | BERT-base (2019) | 768 | 3072 | gelu | layer norm, post | 0.1 |
# | GPT-2 small (2019) | 768 | 3072 | gelu, tanh form | layer norm, pre | – |
# | GPT-3 (2020) | 12288 | 49152 | as GPT-2 | layer norm, pre | – |
# | LLaMA 7B (2023) | 4096 | 11008 | SwiGLU | RMS norm, pre | – |
#
# Sources: Vaswani et al. 2017, Sec. 3.1, 3.3, 5.4; Devlin et al. 2019, Sec. 3 and A.2, with the released code; Radford et al. 2019, Sec. 2.3, with the released code; Brown et al. 2020, Sec. 2.1; Touvron et al. 2023, Sec. 2.2, with the released configuration.
# A dash: not named there.

# %% id="real-sizes"
sizes = [
    ("Transformer, base", 512, 2048, 2, 4),
    ("GPT-2 small", 768, 3072, 2, 4),
    ("GPT-3", 12288, 49152, 2, 4),
    ("LLaMA 7B", 4096, 11008, 3, 2),
]
in_attention = [4 * d * d for _, d, *_ in sizes]
in_feed_forward = [maps * d * d_ff for _, d, d_ff, maps, _ in sizes]
in_norms = [vectors * d for _, d, _, _, vectors in sizes]
every = zip(in_attention, in_feed_forward, in_norms, strict=True)
columns = {
    "": [name for name, *_ in sizes],
    "attention, 4 d²": in_attention,
    "feed-forward, maps · d · d_ff": in_feed_forward,
    "norms": in_norms,
    "share of feed-forward": [feed / (heads + feed + norm) for heads, feed, norm in every],
}
table(columns, {"share of feed-forward": ".0%"})

# %% [markdown]
# (Numbers to learn in the matrices of one block, without biases.
# In the encoder–decoder of 2017, a block of its encoder.)
#
# - **Most of a model is feed-forward.**
#   Two thirds of the numbers of a block stand in it, and next to none in the norms.
# - **Gates.**
#   SwiGLU (Shazeer 2020) has two first maps: $(\mathrm{silu}(x W_1) \odot x W_3)\, W_2$, where $\mathrm{silu}(z) = z / (1 + e^{-z})$ looks much like gelu.
#   One says what, the other says how much.
#   LLaMA makes $d_{\text{ff}}$ smaller in return.
# - **Experts.**
#   A mixture of experts has many feed-forward layers side by side and sends each token to a few of them (Shazeer et al. 2017; Fedus et al. 2022).
#   That is possible because the layer works on each position alone.
# - **One stream for all.**
#   Elhage et al. (2021) describe a transformer as a residual stream that heads and feed-forward layers read from and write to, in directions of their own.
#   Our *chamber door* was a small example.
# - **Less dropout.**
#   The table shows dropout in models that read their text many times over.
#   Where a text is read only once, there is little to learn by heart.
#
# **Next.**
# You have a sublayer in its frame: `residual` around attention, `residual` around feed-forward.
# Lesson 4 puts the two together to a block, stacks blocks, and makes encoders and decoders of them.

# %% [markdown]
# ## Sources
#
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, 2016, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).
# - J. L. Ba, J. R. Kiros, G. E. Hinton, *Layer Normalization*, 2016, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450).
# - S. Ioffe, C. Szegedy, *Batch Normalization*, 2015, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - B. Zhang, R. Sennrich, *Root Mean Square Layer Normalization*, 2019, [arXiv:1910.07467](https://arxiv.org/abs/1910.07467).
# - S. Shen et al., *PowerNorm: Rethinking Batch Normalization in Transformers*, 2020, [arXiv:2003.07845](https://arxiv.org/abs/2003.07845).
# - D. Hendrycks, K. Gimpel, *Gaussian Error Linear Units*, 2016, [arXiv:1606.08415](https://arxiv.org/abs/1606.08415).
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, 2014, Journal of Machine Learning Research 15.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Sec. 3.1 (residual and norm), 3.3 (feed-forward), 5.4 (dropout).
# - Y. Dong, J.-B. Cordonnier, A. Loukas, *Attention is Not All You Need: Pure Attention Loses Rank Doubly Exponentially with Depth*, 2021, [arXiv:2103.03404](https://arxiv.org/abs/2103.03404).
# - R. Xiong et al., *On Layer Normalization in the Transformer Architecture*, 2020, [arXiv:2002.04745](https://arxiv.org/abs/2002.04745).
# - L. Liu et al., *Understanding the Difficulty of Training Transformers*, 2020, [arXiv:2004.08249](https://arxiv.org/abs/2004.08249).
# - S. Takase, S. Kiyono, S. Kobayashi, J. Suzuki, *B2T Connection: Serving Stability and Performance in Deep Transformers*, 2022, [arXiv:2206.00330](https://arxiv.org/abs/2206.00330).
# - H. Wang et al., *DeepNet: Scaling Transformers to 1,000 Layers*, 2022, [arXiv:2203.00555](https://arxiv.org/abs/2203.00555).
# - M. Geva, R. Schuster, J. Berant, O. Levy, *Transformer Feed-Forward Layers Are Key-Value Memories*, 2021, [arXiv:2012.14913](https://arxiv.org/abs/2012.14913).
# - E. Voita, J. Ferrando, C. Nalmpantis, *Neurons in Large Language Models: Dead, N-gram, Positional*, 2023, [arXiv:2309.04827](https://arxiv.org/abs/2309.04827).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), Sec. 2.3, and its released code.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - H. Touvron et al., *LLaMA: Open and Efficient Foundation Language Models*, 2023, [arXiv:2302.13971](https://arxiv.org/abs/2302.13971).
# - N. Shazeer, *GLU Variants Improve Transformer*, 2020, [arXiv:2002.05202](https://arxiv.org/abs/2002.05202).
# - N. Shazeer et al., *Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer*, 2017, [arXiv:1701.06538](https://arxiv.org/abs/1701.06538); W. Fedus, B. Zoph, N. Shazeer, *Switch Transformers*, 2022, [arXiv:2101.03961](https://arxiv.org/abs/2101.03961).
# - N. Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021, [transformer-circuits.pub](https://transformer-circuits.pub/2021/framework/index.html).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
