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
# Lesson 2 ended with `multi_head_attention`, which gives each row a mixture of the others. A model stacks many such layers. Stacked as they are, they do not work: the rows forget what they were, and what should be learned at the bottom drowns on its way down. This lesson adds the parts that make depth possible, and the part that computes.
#
# - **You will build** seven functions: relu, gelu, the feed-forward layer, layer norm, RMS norm, dropout, and the residual connection that holds a whole sublayer together.
# - **You need** lesson 2, mean and variance, and what a derivative is.
# - **Time** nearly three hours; after section 4 is a good place to stop
# - **Cost** runs in 15 seconds, 470 MB of memory
#
# Seven cells are yours, each followed by its check, as before. `hint("relu")` helps, one step at a time, and `solution("relu")` shows the end. Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_03 import explore_depth, explore_norm
from classroom.plots import bars, heatmap, lines, show
from course_lib import attention, blocks, layers
from course_lib.attention import causal_mask, multi_head_attention
from course_lib.blocks import ResidualCache
from course_lib.layers import linear
from course_lib.params import TransformerConfig, init_params
from course_lib.positional import add_positions, sinusoidal_positions
from course_lib.vocab import Vocabulary, pad_sequences, split_words

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. What is left of the word
#
# We take the first line of the poem, make vectors of it as in lesson 1, and send them through one attention layer with random matrices. Then we ask each row which word it is: which row of the embedding has the largest dot product with it?

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


def matrix(rng, d_in, d_out):
    """A random matrix that keeps the variance of what it multiplies."""
    return rng.standard_normal((d_in, d_out)) / math.sqrt(d_in)


def attention_params(rng):
    """Random parameters of an attention layer, without biases."""
    return {f"W_{name}": matrix(rng, d_model, d_model) for name in "QKVO"}


def attend(x, params):
    """Self-attention of one sequence (T, d_model)."""
    return multi_head_attention(x[None], x[None], params, n_heads)[0][0]


def know_their_word(x):
    """How many rows are most like the embedding of their own word?"""
    return int(((x @ W.T).argmax(axis=1) == ids).sum())


out = attend(x, attention_params(np.random.default_rng(2)))
print(line)
print("x", x.shape, " out", out.shape)
print(f"rows of x that know their word: {know_their_word(x)} of {T}")

# %% id="predict-forgotten" jupyter={"source_hidden": true}
predict(
    "forgotten",
    "And of the 14 rows of `out`, how many are still most like their own word?",
    number=True,
)

# %% id="reveal-forgotten"
reveal(
    "forgotten",
    know_their_word(out),
    "A row of `out` is a mixture of the values of all words. Nothing in it says which of them "
    "was its own.",
)

# %% [markdown]
# In lesson 2 the word *door* was to learn that *chamber* stands before it. As the layer stands, it learns that and forgets that it is *door*. Could training repair this? A head can learn to attend to its own position and to hand on the vector unchanged. But it is then used up for keeping what was there already, in every layer anew.
#
# A second layer mixes the mixtures, a third mixes those. What do the rows look like after a few layers? We compare them by their cosine, the dot product of rows of length 1: it is 1 for rows that point the same way.


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
alone, added = [x], [x]
for _ in range(4):
    params = attention_params(rng)
    alone.append(attend(alone[-1], params))
    added.append(added[-1] + attend(added[-1], params))

print("layers   likeness of rows")
for layer, rows in enumerate(alone):
    print(f"{layer:>6}{likeness(rows):>19.3f}")

# %% id="alike-heatmap"
for rows, title in [
    (x, "The input: every row is different"),
    (alone[3], "After three layers of attention alone: columns, but no rows"),
]:
    show(
        heatmap(
            rows[:, :32],
            row_labels=words,
            title=title,
            x_label="feature (the first 32 of 64)",
            label="value",
            diverging=True,
            values=False,
            height=2.6,
        )
    )

# %% [markdown]
# All fourteen rows have become one. The reason is the mean: each output lies among the values, so each layer brings the rows closer to each other, and with every layer the mixtures get more alike (Dong et al. 2021 prove it, and how fast it goes).
#
# ## 2. Add instead of replace
#
# The remedy is one plus sign. Let the layer compute what is to be *added* to the row, and not what the row becomes:
#
# $$x \;\to\; x + f(x)$$
#
# This is a **residual connection** (He et al. 2016, for images). A layer $f$ inside it is called a **sublayer**, and what it adds is its **update**. The rows that are handed on from one sum to the next are called the **residual stream**: sublayers read from it and write to it, and nobody overwrites.
#
# The list `added` in the cell that measured the likeness did this, with the same random matrices.

# %% id="added"
print("layers   know their word         likeness of rows")
print("         replaced     added      replaced     added")
for layer, (rows, sums) in enumerate(zip(alone, added, strict=True)):
    print(
        f"{layer:>6}{know_their_word(rows):>11}{know_their_word(sums):>10}"
        f"{likeness(rows):>14.2f}{likeness(sums):>10.2f}"
    )

# %% [markdown]
# After one layer all words are still there, and in addition each row holds what the others sent. After several layers the words fade all the same, because each update is as large as the stream it is added to. Section 4 comes back to that.
#
# Before we go deeper, we look at what the second kind of sublayer does.
#
# ## 3. Feed-forward: what a row makes of what it has received
#
# A head hands *chamber* to *door*, and the sum keeps what was there. So the row of *door* now holds two facts: it is *door*, and the word before it is *chamber*. To conclude that this is the *chamber door*, it has to combine them: fact one **and** fact two. Write 1 for yes and 0 for no:
#
# | is *door* ($a$) | *chamber* before it ($b$) | *chamber door* |
# |---|---|---|
# | 0 | 0 | 0 |
# | 1 | 0 | 0 |
# | 0 | 1 | 0 |
# | 1 | 1 | 1 |
#
# A linear map cannot fill the last column. Let $f(a, b) = u a + v b + c$. From the first row $c = 0$, from the second $u = 0$, from the third $v = 0$. So $f(1, 1) = 0$, and not 1. Any number of linear maps one after the other does not help, for $(x W_1) W_2 = x (W_1 W_2)$ is one linear map again.
#
# What helps is a bend, a *nonlinearity* or *activation function*. Take $a + b - 1$, which is $-1, 0, 0, 1$ in the four rows, and replace what is negative by 0: that is $0, 0, 0, 1$. The function that does it is called **relu** (*rectified linear unit*):
#
# $$\mathrm{relu}(z) = \max(z, 0)$$
#
# ### Exercise: `relu`
#
# `relu(x)` sets negative numbers to 0 and leaves the others as they are.
#
# - `x`: an array of any shape.
# - Returns `(out, cache)`: `out` has the shape of `x`. The cache, given below, keeps `x`, so `x` itself must not be changed.
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
# Relu is the simplest bend, and the first transformer used it. It has one weakness: where $z$ is negative the output is flat. A small change of $z$ changes nothing, so nothing can be learned there.
#
# Many later models use a smooth relative of it. Relu multiplies $z$ by 1 or 0, depending on its sign. The **gelu** (*Gaussian error linear unit*, Hendrycks and Gimpel 2016) multiplies $z$ by a share that grows from 0 to 1 without a step, namely the probability that a normally distributed number lies below $z$:
#
# $$\mathrm{gelu}(z) = z\,\Phi(z), \qquad \Phi(z) = \tfrac12\left(1 + \mathrm{erf}\!\left(z / \sqrt 2\right)\right) \;\approx\; \tfrac12\left(1 + \tanh\!\left(\sqrt{2/\pi}\,(z + 0.044715\, z^3)\right)\right)$$
#
# A number to check with: 68.27% of a normal distribution lie between $-1$ and $1$, so 84.13% lie below 1. Thus $\mathrm{gelu}(1) = 0.8413$, and $\mathrm{gelu}(-1) = -0.1587$. The form with tanh is an approximation; GPT-2 uses it, BERT's first code used the exact form. They differ in the fourth digit, and a model must be run with the one that it was trained with.
#
# ### Exercise: `gelu`
#
# `gelu(x, approximate="tanh")` multiplies each number by its share.
#
# - `x`: an array of any shape. `approximate`: `"tanh"` for the form on the right, `"none"` for the exact one.
# - Returns `(out, cache)`. The cache is given; it expects the shares under the name `phi`.
# - NumPy has no error function. The first line makes one out of Python's `math.erf`, for arrays.
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
# Beside the two functions we draw their slopes: how much the output changes where $z$ is changed a little. The course's backward functions compute them; you will write both in lesson 7.

# %% id="activations"
z = np.linspace(-4, 4, 161)
ones = np.ones_like(z)
slopes = {
    "relu": layers.relu_backward(ones, relu(z)[1]),
    "gelu": layers.gelu_backward(ones, gelu(z)[1]),
}
show(
    lines(
        z,
        {"relu": relu(z)[0], "gelu": gelu(z)[0]},
        title=f"Gelu follows relu, rounds the corner, and dips to {gelu(z)[0].min():.2f}",
        x_label="z",
        y_label="output",
        height=3.0,
    )
)
lines(
    z,
    slopes,
    title="To the left relu has no slope at all; that of gelu dies away gradually",
    x_label="z",
    y_label="slope",
    height=3.0,
)

# %% [markdown]
# The **feed-forward layer** is a linear map, a bend and a second linear map (Vaswani et al. 2017, Eq. 2):
#
# $$\mathrm{FFN}(x) = \mathrm{relu}(x W_1 + b_1)\, W_2 + b_2$$
#
# In between it is wider than the stream: $d_{\text{ff}}$ is usually $4\, d_{\text{model}}$. Read it unit by unit. Column $j$ of $W_1$ is what hidden unit $j$ looks for in the stream, and $b_1$ says how much of it must be there. Row $j$ of $W_2$ is what the unit writes into the stream when it has found it. Each row of $x$ goes through alone: attention moves information between positions, feed-forward works on it at each position.
#
# Worked by hand, with $x = (1, 2)$:
#
# $$W_1 = \begin{pmatrix} 1 & 1 & 0 \\ -1 & 1 & 1 \end{pmatrix},\quad b_1 = (0, 0, -3),\quad W_2 = \begin{pmatrix} 2 & 2 \\ 1 & -1 \\ 4 & 4 \end{pmatrix},\quad b_2 = (0.5,\ 0)$$
#
# Hidden: $(1 - 2,\ 1 + 2,\ 2 - 3) = (-1, 3, -1)$. After relu: $(0, 3, 0)$. Only the second unit is awake, and it writes three times its row: $3 \cdot (1, -1) + (0.5, 0) = (3.5, -3)$.
#
# ### Exercise: `feed_forward`
#
# `feed_forward(x, params, activation="relu")` is the layer above.
#
# - `x`: `(..., d_model)`; `params`: a dict of `W_1` `(d_model, d_ff)`, `b_1` `(d_ff,)`, `W_2` `(d_ff, d_model)`, `b_2` `(d_model,)`.
# - `activation`: `"relu"`, `"gelu"` (the tanh form) or `"gelu_exact"`.
# - Returns `(out, cache)` with `out` of shape `(..., d_model)`.
#
# The first line and the last are given. The last expects the caches of the two linear maps as `first_cache` and `second_cache`, and that of the bend as `nonlinearity_cache`.
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
# Now the three parts work together. As in lesson 2 we build the matrices by hand. A vector has room for the word (32 features), for the word before it (32, empty at first) and for the position (32).
#
# 1. Attention fetches the word before, and writes it into the empty place.
# 2. The residual adds it: the word itself stays.
# 3. One hidden unit of the feed-forward layer looks for *door* in the first place and for *chamber* in the second. Each gives about 1 if it is there, and $b_1 = -1.5$ lets the unit wake only if both are.

# %% id="chamber-door"
from classroom.answers import shift_rotation

WORD, BEFORE, POSITION = slice(0, 32), slice(32, 64), slice(64, 96)
every_word = sorted({token for token in split_words(poem.lower()) if token[0].isalpha()})
directions = np.random.default_rng(0).standard_normal((len(every_word), 32))
directions /= np.linalg.norm(directions, axis=1, keepdims=True)
vector_of = dict(zip(every_word, directions, strict=True))


def read(text):
    """Return the words of a text and their vectors, (1, T, 96)."""
    words = [token for token in split_words(text.lower()) if token[0].isalpha()]
    x = np.zeros((1, len(words), 96))
    x[0, :, WORD] = [vector_of[word] for word in words]
    x[0, :, POSITION] = sinusoidal_positions(len(words), 32) / 4
    return words, x


look_back = {f"W_{name}": np.zeros((96, 96)) for name in "QKVO"}
look_back["W_Q"][POSITION, :32] = 96 * math.sqrt(96) * shift_rotation(-1, 32)
look_back["W_K"][POSITION, :32] = np.eye(32)
look_back["W_V"][WORD, :32] = np.eye(32)
look_back["W_O"][:32, BEFORE] = np.eye(32)

find = {"W_1": np.zeros((96, 1)), "b_1": np.array([-1.5])}
find["W_1"][WORD, 0] = vector_of["door"]
find["W_1"][BEFORE, 0] = vector_of["chamber"]
find |= {"W_2": np.zeros((1, 96)), "b_2": np.zeros(96)}

found, doors, other = [], 0, 0
for stanza in stanzas:
    spoken, vectors = read(stanza)
    fetched, _ = multi_head_attention(vectors, vectors, look_back, 1, causal_mask(len(spoken)))
    stream = vectors + fetched
    _, (_, (before_relu,), _, _) = feed_forward(stream, find)
    awake = np.flatnonzero(before_relu[0, :, 0] > 0)
    found += [(spoken[t - 1], spoken[t]) for t in awake]
    doors += spoken.count("door")

print(f"the word 'door' stands {doors} times in the poem")
print(f"'chamber door' stands {poem.lower().count('chamber door')} times")
print(f"the unit wakes {len(found)} times, at: {sorted(set(found))}")

# %% [markdown]
# It finds all of them and nothing else: not the other doors, and no chamber without a door. A layer of $d_{\text{ff}}$ units has room for as many such questions, and where one has the answer yes it writes something into the stream. (The rows of $W_2$ are zero here, because nobody reads on.)
#
# ### What do trained units do?
#
# Ours was built. In `data/checkpoints` lie models that were trained, among them a small one with relu that read *The Raven* eight characters at a time (task `raven`, preset `tiny`; lesson 8 trains such models). `load_trained` reads it. A model is trained in float32; `load_trained` turns its numbers into float64, so that the same is printed on every machine. We send the whole poem through it and look at its hidden units after the relu.

# %% id="trained-units"
from course_lib.model import language_model
from course_lib.tasks import load_task, load_trained
from course_lib.tasks.raven import windows


def hidden_units(inputs, params, config):
    """What stands before the nonlinearity, in each block: arrays (N, T, d_ff)."""
    pieces = []
    for at in range(0, len(inputs), 500):  # in pieces, to save memory
        _, (stack, _) = language_model(inputs[at : at + 500], params, config)
        pieces.append([block.feed_forward.sublayer[1][0] for block in stack.blocks])
    return [np.concatenate(block) for block in zip(*pieces, strict=True)]


tiny, tiny_params = load_trained("raven", "tiny")
characters = tiny.vocabulary.encode(poem)
inputs = windows(characters, 8).inputs[0]
units = hidden_units(inputs, tiny_params, tiny.config)[0][:, -1]  # at the last of 8 characters
awake = units > 0
print("characters read:", len(units), "  hidden units:", units.shape[1])
print(f"awake at one character, on average: {awake.mean():.1%} of the units")

# %% id="trained-units-heatmap"
rarest = np.argsort(awake.mean(axis=0), kind="stable")[:16]
shown = slice(0, 40)
heatmap(
    relu(units[shown, rarest].T)[0],
    row_labels=[f"#{unit}" for unit in rarest],
    column_labels=list(poem[7:47]),
    title=f"The 16 most selective units along a line: asleep in {(units[shown, rarest] <= 0).mean():.0%} of the cells",
    x_label="character just read",
    y_label="hidden unit",
    label="after relu",
    values=False,
)

# %% [markdown]
# Most of the picture is dark: a unit is silent until it sees what it looks for. What wakes the most selective ones? We count, over the whole poem.

# %% id="what-wakes"
just_read = [poem[7 + at] for at in range(len(units))]
print("unit   awake   most often at   in words such as")
for unit in rarest[:6]:
    places = np.flatnonzero(awake[:, unit])
    counted = [just_read[at] for at in places]
    favorite = max(sorted(set(counted)), key=counted.count)
    strongest = places[np.argsort(-units[places, unit], kind="stable")[:3]]
    endings = [repr(poem[at + 2 : at + 8]) for at in strongest]
    print(
        f"{unit:>4}{awake[:, unit].mean():>8.1%}{favorite!r:>9} ({counted.count(favorite) / len(counted):.0%})"
        f"    {', '.join(endings)}"
    )

# %% [markdown]
# The last column shows, for the three places where the unit is strongest, the last six characters that were read. Some units can be read like this: they wake after certain groups of letters. Others wake at many things at once. (Geva et al. 2021 looked at the units of a larger model in this way. They read a feed-forward layer as a memory: $W_1$ holds the keys, $W_2$ the values.)
#
# ### Dead units
#
# A unit that wakes nowhere, on no input at all, is **dead**. It contributes nothing. And with relu it does not come back by itself: where it sleeps its slope is 0, so it is not told in which direction to change. Only if something below it changes may it wake. Whether there are such units can be counted, in this model and in two others, which answer questions about digits (lesson 4).

# %% id="predict-dead" jupyter={"source_hidden": true}
predict(
    "dead",
    "The trained model has 128 hidden units with relu, and on average more than two thirds of them sleep. How many are dead on the whole poem?",
    options=["None", "About 5", "About 20", "About 60"],
)


# %% id="reveal-dead" jupyter={"outputs_hidden": true}
def count_dead(before_relu):
    """How many units, the last axis, are nowhere above 0."""
    return int((before_relu.reshape(-1, before_relu.shape[-1]) <= 0).all(axis=0).sum())


print("model               dead units of each block")
for name, preset in [("raven", "tiny"), ("digits", "one-digit"), ("digits", "nested")]:
    task, trained = load_trained(name, preset)
    counts = [
        f"{count_dead(before)} of {before.shape[-1]}"
        for before in hidden_units(task.train.inputs[0][:1000], trained, task.config)
    ]
    print(f"{name + ' ' + preset:<20}{', '.join(counts)}")

dead = count_dead(units)
reveal(
    "dead",
    "None" if dead == 0 else "About 5",
    "A unit that sleeps at most places is not dead: it waits. With a sensible start and sensible "
    "steps, units hardly ever die.",
)

# %% [markdown]
# So dead units are a symptom: something was wrong. First, a bad start. We take the words of the whole poem, a random $W_1$ and a bias that is the same for all units, and lower it step by step. For each bias we compute the *gradient* of $W_1$: how the result, here a random mixture of all outputs, would change if one of its numbers were a little larger. (The course's backward functions compute it; section 4 says more.) We count the columns that are exactly 0: units that would not learn.

# %% id="bad-start"
everything = np.concatenate(
    [
        math.sqrt(d_model) * W[vocab.encode(stanza)]
        + sinusoidal_positions(len(vocab.encode(stanza)), d_model)
        for stanza in stanzas
    ]
)
rng = np.random.default_rng(5)
params = {
    "W_1": matrix(rng, d_model, 256),
    "b_1": np.zeros(256),
    "W_2": matrix(rng, 256, d_model),
    "b_2": np.zeros(d_model),
}
upstream = rng.standard_normal(everything.shape)  # how much each output counts in the result

print(f"{len(everything)} tokens, 256 units")
print(" b_1   awake   dead   columns of dW_1 that are 0")
print("                         with relu     with gelu")
for bias in [0.0, -1.0, -2.0, -3.0, -4.0, -5.0]:
    params["b_1"][:] = bias
    stuck = []
    for activation in ["relu", "gelu"]:
        _, cache = feed_forward(everything, params, activation)
        _, grads = blocks.feed_forward_backward(upstream, cache)
        stuck.append(int((grads["W_1"] == 0).all(axis=0).sum()))
    before = cache[1][0]
    print(
        f"{bias:>4.0f}{(before > 0).mean():>8.1%}{count_dead(before):>7}{stuck[0]:>14}{stuck[1]:>14}"
    )

# %% [markdown]
# With relu the dead units and the columns without any gradient are the same. With gelu no column is exactly 0. But look at its slope above: four or five standard deviations below 0 it is as good as none. Gelu makes dying slower, not impossible.
#
# Second, a bad step. Training moves all parameters step by step, and the **learning rate** says how far. If it is too large, one step can throw a bias or a whole column so far that the unit never wakes again. We train the small model anew for 200 steps, twice. (`train` is the subject of lesson 8. It runs in float32, whose last digits depend on the machine, so from here on the cells that train print only whether something holds.)

# %% id="bad-step"
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

dead_after = {}
for rate in [3e-3, 0.3]:
    recipe = Recipe(200, 16, lr=rate, keep="last", evaluate_every=200)
    run = train(tiny, recipe, seed=0, progress=False)
    dead_after[rate] = count_dead(hidden_units(inputs[::4], run.params, run.config)[0])
print("learning rate 0.003: no unit is dead:", dead_after[3e-3] == 0)
print("learning rate 0.3: ten or more are dead:", dead_after[0.3] >= 10)

# %% [markdown]
# ## 4. Depth: what reaches the bottom
#
# A model learns from an error at its top. For each number at the bottom it must find out how the error would change if that number were changed a little. This is the **gradient**, and it is computed from the top down, through one layer after the other; lesson 7 writes the functions that do it, the *backward* functions. Here we borrow them once more and ask one thing only: if the gradient has the length 1 at the top, how long is it at the bottom?
#
# We stack **blocks**. A block is an attention layer and a feed-forward layer, with random matrices that keep the variance. In one stack each layer replaces the rows, in the other its result is added to them.


# %% id="up-and-down"
def block_params(rng):
    """Random parameters of an attention and a feed-forward layer."""
    feed = {"W_1": matrix(rng, d_model, 256), "W_2": matrix(rng, 256, d_model)}
    return attention_params(rng), feed | {"b_1": np.zeros(256), "b_2": np.zeros(d_model)}


def go_up(x, n_blocks, residual, scale=1.0):
    """Send x (1, T, d_model) through blocks: the rows after each sublayer, and all caches."""
    rng, rows, caches = np.random.default_rng(3), [x], []
    for _ in range(n_blocks):
        heads, feed = block_params(rng)
        for sublayer in ["attention", "feed-forward"]:
            if sublayer == "attention":
                update, cache = multi_head_attention(rows[-1], rows[-1], heads, n_heads)
            else:
                update, cache = feed_forward(rows[-1], feed)
            rows.append(rows[-1] + scale * update if residual else update)
            caches.append((sublayer, cache))
    return rows, caches


def go_down(caches, shape, residual, scale=1.0):
    """Send a random gradient of length 1 down: its length at the bottom."""
    dout = np.random.default_rng(4).standard_normal(shape)
    dout /= np.linalg.norm(dout)
    for sublayer, cache in reversed(caches):
        if sublayer == "attention":
            dquery, dmemory, _ = attention.multi_head_attention_backward(dout, cache)
            dx = dquery + dmemory
        else:
            dx, _ = blocks.feed_forward_backward(dout, cache)
        dout = dout + scale * dx if residual else dx
    return np.linalg.norm(dout)


# %% id="predict-gradient" jupyter={"source_hidden": true}
predict(
    "gradient",
    "16 blocks, every layer *replaces* the rows. The gradient has the length 1 at the top. And at the bottom?",
    options=["Above 1000", "About 1", "About 1/10", "Below 1/1000"],
)

# %% id="gradient-by-depth" jupyter={"outputs_hidden": true}
depths = [1, 2, 4, 8, 16, 32]
bottom = {"replaced": [], "added": []}
for n_blocks in depths:
    for name in bottom:
        _, caches = go_up(x[None], n_blocks, name == "added")
        bottom[name].append(go_down(caches, (1, T, d_model), name == "added"))

print("blocks     replaced        added")
for n_blocks, replaced, sums in zip(depths, *bottom.values(), strict=True):
    print(f"{n_blocks:>6}{replaced:>13.2g}{sums:>13.2g}")

# %% id="reveal-gradient"
at_16 = bottom["replaced"][depths.index(16)]
reveal(
    "gradient",
    "Below 1/1000" if at_16 < 1e-3 else "About 1/10",
    "Each layer multiplies the gradient by something that is a little below 1 on average, and 32 "
    "layers multiply 32 times.",
)

# %% [markdown]
# So the layers at the bottom of a deep stack without residuals learn next to nothing. But the right column is no better: with residuals the gradient grows beyond all measure, and a step along it would throw the model off.
#
# The simplest model of a stack shows both. Let each layer be a number, $f(x) = a x$. After $n$ layers the slope is
#
# $$a^n \;\text{ without,} \qquad (1 + a)^n = 1 + n a + \dots \;\text{ with a residual.}$$
#
# The 1 in the sum is the path that leads past all layers, unchanged. It is always there, so small updates cannot make the gradient vanish. Whether it bursts depends on $a$. For $a = 1/n$ it does not: $(1 + 1/n)^n$ stays below $e \approx 2.72$, however large $n$ is. So the updates must be small compared with the stream.

# %% id="one-number"
print("  n      a      a^n   (1 + a)^n")
for n, a in [(32, 0.5), (32, 1.0), (32, 1 / 32), (1000, 1 / 1000)]:
    print(f"{n:>4}{a:>7.2g}{a**n:>9.1g}{(1 + a) ** n:>12.2g}")

# %% [markdown]
# How small? Random updates partly cancel, so they may be larger than $1/n$. With $m$ sublayers, $1/\sqrt m$ is enough: $m$ independent updates of variance $1/m$ add up to a variance of 1. This is how GPT-2 starts: the last matrix of every sublayer is divided by $\sqrt{m}$ (Radford et al. 2019, Sec. 2.3), and `init_params` of this course does the same. In our stack each block has two sublayers, so $m = 2\,n_{\text{layers}}$. (`n_layers` is what papers and configurations call the number of *blocks*.)

# %% id="gradient-picture"
bottom["added, updates / √m"] = []
for n_blocks in depths:
    scale = 1 / math.sqrt(2 * n_blocks)
    _, caches = go_up(x[None], n_blocks, True, scale)
    bottom["added, updates / √m"].append(go_down(caches, (1, T, d_model), True, scale))

lines(
    depths,
    bottom,
    title=f"{depths[-1]} blocks: replaced, the gradient fades to {bottom['replaced'][-1]:.0e}; "
    f"added, it bursts to {bottom['added'][-1]:.0e}; with small updates it stays at "
    f"{bottom['added, updates / √m'][-1]:.1f}",
    x_label="blocks",
    y_label="length of the gradient at the bottom",
    log_x=True,
    log_y=True,
    markers=True,
)

# %% [markdown]
# This holds at the start. During training the updates grow, and nothing keeps them in bounds. For that there is the next part.

# %% [markdown]
# ## 5. Layer norm: the same scale for every sublayer
#
# What does a sublayer suffer from when the stream grows? Lesson 2 has the answer for attention: the scores grow with the square of the rows, and the softmax saturates. We multiply the rows by a number and look at the largest weight of each query.

# %% id="scale-of-stream"
heads = attention_params(np.random.default_rng(2))


def largest_weight(x):
    """Mean of the largest attention weight of a query."""
    _, cache = multi_head_attention(x[None], x[None], heads, n_heads)
    return cache.weights.max(axis=-1).mean()


print("rows times   largest of 14 weights")
for stretch in [0.1, 1, 10, 100]:
    print(f"{stretch:>10g}{largest_weight(stretch * x):>13.2f}")

# %% [markdown]
# At 10 nearly all weight goes to one key, and at 0.1 the weights are even. The layer works at one scale only. So bring every row to that scale before the layer sees it. **Layer norm** (Ba et al. 2016) subtracts from each row its mean and divides it by its standard deviation:
#
# $$\mu = \frac1d \sum_i x_i, \qquad \sigma^2 = \frac1d \sum_i (x_i - \mu)^2, \qquad \mathrm{norm}(x)_i = \gamma_i\, \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta_i$$
#
# Mean and variance are taken over the $d = d_{\text{model}}$ features of *one* row. Other positions and other sequences play no part.
#
# - $\gamma$ and $\beta$ (*gamma* and *beta*) are learned, one of each for every feature. They begin at 1 and 0 and give back what the division took away, where it is needed: a feature that should be loud gets a large $\gamma$.
# - $\varepsilon$ (*eps*) is a small number such as $10^{-5}$. It keeps the divisor from 0 where all features of a row are equal.
#
# Worked by hand: $x = (0, 2, 3, 4, 6)$. The mean is 3. The deviations are $-3, -1, 0, 1, 3$, their squares $9, 1, 0, 1, 9$ with the mean 4, so $\sigma = 2$. Normalized: $(-1.5, -0.5, 0, 0.5, 1.5)$. With $\gamma = (2, 2, 2, 2, 4)$ and $\beta = (1, 1, 1, 1, 1)$ the result is $(-2, 0, 1, 2, 7)$.
#
# ### Exercise: `layer_norm`
#
# `layer_norm(x, gamma, beta, eps=1e-5)` normalizes each vector.
#
# - `x`: an array `(..., d_model)`; `gamma`, `beta`: `(d_model,)`.
# - `eps` is added to the variance, under the root.
# - Returns `(out, cache)` with `out` of the shape of `x`.
#
# The last line is given. It keeps, for the backward pass, the vectors before gamma and beta as `normalized`, and $1/\sqrt{\sigma^2 + \varepsilon}$ as `inverse_std`, of shape `(..., 1)`: one number for each vector.
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
print("rows times   largest of 14 weights")
print("             without     with layer norm")
for stretch in [0.1, 1, 10, 100]:
    normed, _ = layer_norm(stretch * x, gamma, beta)
    print(f"{stretch:>10g}{largest_weight(stretch * x):>10.2f}{largest_weight(normed):>20.2f}")

# %% [markdown]
# The right column does not move: stretching the rows has no effect any more, and neither has adding a number to all features. That can be shown in five lines. Put them into their order; two do not belong.

# %% id="parsons-invariance" jupyter={"source_hidden": true}
parsons(
    "invariance",
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
)

# %% [markdown]
# ### Beside it: batch norm and RMS norm
#
# Layer norm was not the first. **Batch norm** (Ioffe and Szegedy 2015), made for images, takes the mean and the variance of each *feature*, over all examples of the batch. For text this has a strange effect. We put the first line of the poem into a batch with one other line, and exchange that other line.


# %% id="batch-norm"
def batch_norm(x, eps=1e-5):
    """Normalize each feature over the batch and the positions; x (B, T, d_model)."""
    mean, variance = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
    return (x - mean) / np.sqrt(variance + eps)


def batch_of(*texts):
    """Lines as a padded batch of vectors, (B, T, d_model)."""
    table = pad_sequences([vocab.encode(text) for text in texts], vocab.pad_id)
    return math.sqrt(d_model) * W[table] + sinusoidal_positions(table.shape[1], d_model)


one = batch_of(line, stanzas[1].splitlines()[0])
other = batch_of(line, stanzas[5].splitlines()[2])
for name, normalize in [
    ("layer norm", lambda x: layer_norm(x, gamma, beta)[0]),
    ("batch norm", batch_norm),
]:
    change = np.abs(normalize(one)[0, :T] - normalize(other)[0, :T]).max()
    alone_in_batch = normalize(x[None, :1])
    print(
        f"{name}: the first line changes by up to {change:.2f}; "
        f"a single token alone has the standard deviation {alone_in_batch.std():.2f}"
    )

# %% [markdown]
# With batch norm the vectors of a line depend on which other lines happen to be in the batch, and on the padding. And a model that writes has one new token at a time: there is no batch to take a variance of, and the result is 0. (In use, batch norm therefore replaces the batch by averages that were collected in training. Texts differ much from batch to batch, and these averages fit badly; Shen et al. 2020 measured it in transformers.) Layer norm knows neither batch nor neighbors, and does the same in training and in use.
#
# **RMS norm** (Zhang and Sennrich 2019) asks which half of layer norm does the work. It keeps the division and leaves out the mean and $\beta$:
#
# $$\mathrm{rms}(x) = \sqrt{\frac1d \sum_i x_i^2}, \qquad \mathrm{RMSNorm}(x)_i = \gamma_i\, \frac{x_i}{\sqrt{\mathrm{rms}(x)^2 + \varepsilon}}$$
#
# It is cheaper and has proved as good; Llama and many models since use it. By hand: $x = (1, 7, -5, 5)$ has the squares $1, 49, 25, 25$ with the mean 25, so it is divided by 5.
#
# ### Exercise: `rms_norm`
#
# `rms_norm(x, gamma, eps=1e-5)` divides each vector by its root mean square. The models of this course use layer norm, so this one is for you alone.
#
# - `x`: an array `(..., d_model)`; `gamma`: `(d_model,)`. `eps` is added to the mean square, under the root.
# - Returns `(out, cache)`. The cache is given and wants `normalized`, the vectors before gamma, and `inverse_rms`, of shape `(..., 1)`.
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
# The explorer takes 24 features of the row of *midnight* and runs your two norms on them. Three things to find: what does a shift do to each of the two norms? At which stretch does layer norm lose its grip on the standard deviation? And how does that place move with `eps`?

# %% id="explore-norm"
explore_norm(
    x[words.index("midnight"), :24],
    {
        "layer norm": lambda x, eps: layer_norm(x, np.ones(24), np.zeros(24), eps)[0],
        "RMS norm": lambda x, eps: rms_norm(x, np.ones(24), eps)[0],
    },
)

# %% [markdown]
# (Layer norm does not notice a shift. RMS norm does: a large shift drowns the differences between the features. Layer norm gives way where the standard deviation of what goes in comes down to about $\sqrt\varepsilon$, which is 0.003 for $\varepsilon = 10^{-5}$; then $\varepsilon$ is as large as the variance. A hundred times the `eps` moves the place by a factor of 10.)
#
# ### Norm and residual together
#
# Put the norm *inside* the residual, before the sublayer: $x + f(\mathrm{norm}(x))$. This is called **pre-norm**. However large the stream has become, the sublayer sees rows of variance 1, and what it adds has a variance near 1 as well. How fast does the stream grow now? Predict before you measure.

# %% id="predict-stream" jupyter={"source_hidden": true}
predict(
    "stream",
    "The stream begins with the variance 1. Each of 32 sublayers adds an update of variance 1. What is the standard deviation of the stream at the end, about?",
    options=["1", "6", "33", "65,000"],
)


# %% id="stream-picture" jupyter={"outputs_hidden": true}
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
            inside = layer_norm(rows, gamma, beta)[0] if place == "pre" else rows
            rows = rows + sublayer(inside)
            if place == "post":
                rows = layer_norm(rows, gamma, beta)[0]
            spreads.append(rows.std())
    return np.array(spreads)


spreads = {
    "no norm": stream_by_depth(16, "none"),
    "pre-norm": stream_by_depth(16, "pre"),
    "√(1 + sublayers)": np.sqrt(1 + np.arange(33)),
    "post-norm": stream_by_depth(16, "post"),
}
lines(
    range(33),
    spreads,
    title=f"32 sublayers: without a norm the stream grows {spreads['no norm'][-1]:,.0f} times, "
    f"with pre-norm {spreads['pre-norm'][-1]:.1f} times, with post-norm not at all",
    x_label="sublayers",
    y_label="standard deviation of the stream",
    log_y=True,
)

# %% id="reveal-stream"
reveal(
    "stream",
    "6",
    f"Variances add: 1 + 32 = 33, and its root is {math.sqrt(33):.1f}. Measured: "
    f"{spreads['pre-norm'][-1]:.1f}. It is a little less, because a relu halves the mean square "
    "of what it passes. Without a norm each update is as large as the stream, so the growth "
    f"compounds: {spreads['no norm'][-1]:,.0f}.",
)

# %% [markdown]
# The picture has a fourth line, **post-norm**: the norm comes after the sum, $\mathrm{norm}(x + f(x))$, as in the transformer of 2017. It keeps the stream at 1 throughout. That looks tidier, and section 7 shows what it costs.
#
# In the explorer you can set the depth of the stacks and the size of the random matrices: 1 is the size that keeps the variance. The blue line is a stack without residuals, the orange one has residuals, the green one has residuals and pre-norm. Find a size at which even the blue gradient survives at 16 blocks. What does the right picture say about that stack? And is there a size at which the green line fails?

# %% id="explore-depth"
explore_depth()

# %% [markdown]
# (At 1.15 the blue gradient ends near 1. A little more and it bursts, a little less and it fades. And the right picture shows that the gradient is not everything: all rows of that stack are alike, so whatever it passes on does not depend on the words. The green line stays within a factor of a hundred over the whole range.)
#
# ## 6. Dropout
#
# The next part does nothing at all when a model is used. It is for training, against learning by heart.
#
# **Dropout** (Srivastava et al. 2014) sets each entry of an array to 0 with probability $p$, with new dice at every step. No unit can rely on a certain other one being there, so what is learned has to be spread over many. In a transformer it is applied to each update, before it is added to the stream.
#
# In use nothing is dropped, so on average $1/(1-p)$ times as much would arrive as in training. Training makes up for it: the entries that stay are divided by $1 - p$. For an entry $x_i$ the mean is then
#
# $$p \cdot 0 + (1 - p) \cdot \frac{x_i}{1 - p} = x_i .$$
#
# ### Exercise: `dropout`
#
# `dropout(x, p, rng=None)` drops entries in training.
#
# - `x`: an array of any shape; `p`: the probability to drop an entry; `rng`: a NumPy generator, or `None` when the model is used.
# - With an `rng`: draw one number between 0 and 1 for each entry with `rng.random(x.shape)`. Where it is **at least `p`**, the entry is kept and divided by $1 - p$; elsewhere it becomes 0.
# - Without: `x` as it is.
# - Returns `(out, cache)`. The first lines and the last are given. `scale` is an array of the shape of `x` that holds 0 or $1/(1-p)$, or `None` where nothing is dropped.
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
# What does it do to a row of *The Raven*? We drop a tenth, many times over.

# %% id="dropout-mean"
rng = np.random.default_rng(0)
row = x[0]
print("draws    mean of the draws off by")
for draws in [1, 10, 100, 10_000]:
    dropped = np.stack([dropout(row, 0.1, rng)[0] for _ in range(draws)])
    off = np.linalg.norm(dropped.mean(axis=0) - row) / np.linalg.norm(row)
    print(f"{draws:>6}{off:>20.1%}")

# %% [markdown]
# In the mean of many draws nothing changes, but a single draw is off by something like a third of the length (for a long row, by $\sqrt{p/(1-p)}$). This is noise. Does it help? *The Raven* is short, and a model learns it by heart if one lets it. We train a model of one block for 500 steps on the first half of the poem, without and with dropout, and measure on both halves how many bits it needs for a character (lesson 6 explains the unit; less is better).

# %% id="predict-dropout" jupyter={"source_hidden": true}
predict(
    "dropout",
    "With dropout, compared to without: how does the model do on the half that it has read, and on the half that it has not?",
    options=[
        "Better on both",
        "Worse on what it has read, better on what it has not",
        "Better on what it has read, worse on what it has not",
        "Worse on both",
    ],
)

# %% id="dropout-run" jupyter={"outputs_hidden": true}
from course_lib.tasks.raven import bits_per_character

raven = load_task("raven", "raven")
halves = np.split(characters, [len(characters) // 2])
read_half = windows(halves[0], raven.config.max_len)
bits = {}
for p in [0.0, 0.1]:
    task = replace(raven, config=replace(raven.config, dropout=p), train=read_half)
    recipe = Recipe(500, 32, lr=5e-3, warmup=50, keep="last", evaluate_every=500)
    run = train(task, recipe, seed=0, progress=False)
    bits[p] = [bits_per_character(half, run.params, task.config) for half in halves]
show(
    bars(
        ["read", "read+dropout", "unread", "unread+dropout"],
        [bits[0.0][0], bits[0.1][0], bits[0.0][1], bits[0.1][1]],
        title=f"Dropout costs {bits[0.1][0] - bits[0.0][0]:.2f} bits on what was read and "
        f"saves {bits[0.0][1] - bits[0.1][1]:.2f} on what was not",
        y_label="bits per character",
        highlight=[1, 3],
    )
)
print("worse on what it has read:", bits[0.1][0] > bits[0.0][0])
print("better on what it has not:", bits[0.1][1] < bits[0.0][1])

# %% id="reveal-dropout"
learned_less = bits[0.1][0] > bits[0.0][0] and bits[0.1][1] < bits[0.0][1]
reveal(
    "dropout",
    "Worse on what it has read, better on what it has not" if learned_less else "Worse on both",
    "Dropout makes learning by heart harder, and the model is better off where that does not help.",
)

# %% [markdown]
# ## 7. A sublayer in its residual
#
# All parts are there. Around every sublayer of a transformer, be it attention or feed-forward, stands the same frame: norm, sublayer, dropout, sum.
#
# | `config.norm` | | used by |
# |---|---|---|
# | `"pre"` | $x + \mathrm{dropout}(f(\mathrm{norm}(x)))$ | GPT-2 and most models since |
# | `"post"` | $\mathrm{norm}(x + \mathrm{dropout}(f(x)))$ | the transformer of 2017, BERT |
# | `"none"` | $x + \mathrm{dropout}(f(x))$ | for comparison |
#
# ### Exercise: `residual`
#
# `residual(x, sublayer, norm_params, config, rng=None)` adds what a sublayer computes to what passes it by.
#
# - `x`: `(B, T, d_model)`.
# - `sublayer`: a function. `sublayer(z)` returns `(update, cache)`, the update in the shape of `z`.
# - `norm_params`: `{"gamma": ..., "beta": ...}`; `None` if `config.norm` is `"none"`. `layer_norm(x, **norm_params, eps=config.eps)` passes both on by name.
# - `config`: has the fields `norm`, `dropout` (the probability) and `eps`.
# - `rng`: for `dropout(update, config.dropout, rng)`.
# - Returns `(out, cache)`. The first line and the last are given. The last wants the three caches as `norm_cache` (`None` without a norm), `sublayer_cache` and `dropout_cache`.
#
# Worked by hand, with a sublayer that doubles, $f(z) = 2z$, and $\gamma = 1$, $\beta = 0$: let $x = (0, 2, 3, 4, 6)$ once more, whose norm is $(-1.5, -0.5, 0, 0.5, 1.5)$. With `"pre"` the update is $(-3, -1, 0, 1, 3)$ and the result $(-3, 1, 3, 5, 9)$. With `"post"` the sum is $3x$, whose norm is that of $x$. With `"none"` it is $3x$.


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
# The two differ in one thing. With pre-norm a path leads from the bottom to the top on which nothing happens but additions. With post-norm there is a norm *on* this path, after each sum: it divides the stream, and with it all that was in the stream before.
#
# How much of the input is left at the top? Say each update has half the variance of the row that the sublayer reads, about what a relu leaves. With post-norm each sum has the variance 1.5, and the norm divides by $\sqrt{1.5}$. After $m$ sublayers the input is in the stream with the factor $1/\sqrt{1.5}^{\,m}$. With pre-norm only the last norm divides, once, by the size of the whole stream: $\sqrt{1 + m/2}$. And if post-norm's updates are made smaller by $1/\sqrt m$, as in section 4, it divides by $\sqrt{1 + 0.5/m}$ each time, which remains harmless.
#
# What each norm divides by is in its cache, so the share can be measured in the stack of section 5, with 12 blocks.


# %% id="share"
def share_of_input(n_blocks, place, scale=1.0):
    """With which factor the input arrives at the top of a stack, behind its last norm."""
    rng, rows, share = np.random.default_rng(3), x[None] / x.std(), 1.0
    for _ in range(n_blocks):
        for sublayer in random_block(rng):
            inside = layer_norm(rows, gamma, beta)[0] if place == "pre" else rows
            rows = rows + scale * sublayer(inside)
            if place == "post":
                rows, (_, inverse_std, _) = layer_norm(rows, gamma, beta)
                share *= inverse_std.mean()
    return share if place == "post" else layer_norm(rows, gamma, beta)[1][1].mean()


m = 24
print("12 blocks                     measured    estimate")
for name, place, scale, estimate in [
    ("pre-norm", "pre", 1, 1 / math.sqrt(1 + m / 2)),
    ("post-norm", "post", 1, math.sqrt(1.5) ** -m),
    ("post-norm, small updates", "post", 1 / math.sqrt(m), math.sqrt(1 + 0.5 / m) ** -m),
]:
    print(f"{name:<28}{share_of_input(12, place, scale):>10.4f}{estimate:>12.4f}")

# %% [markdown]
# With plain post-norm less than a hundredth of the words is left in what reaches the top. Does it matter? We train language models of *The Raven* with 12 blocks, 120 steps each. (`init_params` makes the updates small, as said above; for full ones we undo it.) A model that knew nothing of what came before could at best learn how often each character occurs; its loss, which says how badly it predicts, would then be the entropy of these frequencies (lesson 6). And its logits, its scores for the next character (lesson 5), would be the same after every text.

# %% id="predict-norms" jupyter={"source_hidden": true}
predict(
    "norms",
    "12 blocks, full updates, 120 steps at learning rate 0.003. Who learns more than the frequencies of the characters?",
    options=["Both", "Pre-norm only", "Post-norm only", "Neither"],
)


# %% id="norms-run" jupyter={"outputs_hidden": true}
text_ids = inputs[:640:20]


def start(norm, n_layers, small_updates):
    """Configuration and first parameters of a language model for The Raven."""
    config = TransformerConfig(
        "decoder", len(tiny.vocabulary), d_model=32, n_heads=4, n_layers=n_layers, d_ff=128,
        max_len=8, norm=norm, activation="gelu",
    )  # fmt: skip
    params = init_params(config, np.random.default_rng(0))
    if not small_updates:  # undo the division by √m
        for block in params["blocks"]:
            block["attention"]["W_O"] *= math.sqrt(2 * n_layers)
            block["feed_forward"]["W_2"] *= math.sqrt(2 * n_layers)
    return config, params


def learn(norm, n_layers, small_updates):
    """Train for 120 steps: the loss of each step, and how much the logits depend on the text."""
    config, params = start(norm, n_layers, small_updates)
    recipe = Recipe(120, 16, lr=3e-3, keep="last", evaluate_every=120)
    run = train(replace(tiny, config=config), recipe, seed=0, params=params, progress=False)
    logits, _ = language_model(text_ids, run.params, config)
    return np.array(run.history.loss), float(logits.std(axis=(0, 1)).mean())


runs = {
    (norm, depth, small): learn(norm, depth, small)
    for norm, depth, small in [
        ("pre", 2, False),
        ("post", 2, False),
        ("pre", 12, False),
        ("post", 12, False),
        ("post", 12, True),
    ]
}
counts = np.bincount(characters)
frequencies = counts[counts > 0] / counts.sum()
entropy = float(-(frequencies * np.log(frequencies)).sum())
final = {key: losses[-20:].mean() for key, (losses, _) in runs.items()}


def smooth(losses):
    """Means over ten steps."""
    return losses.reshape(-1, 10).mean(axis=1)


lines(
    np.arange(5, 120, 10),
    {
        "pre, 12 blocks": smooth(runs["pre", 12, False][0]),
        "post, 12 blocks": smooth(runs["post", 12, False][0]),
        "post, 12, small updates": smooth(runs["post", 12, True][0]),
        "post, 2 blocks": smooth(runs["post", 2, False][0]),
        "frequencies alone": np.full(12, entropy),
    },
    title=f"12 blocks: pre-norm comes to {final['pre', 12, False]:.2f} nats; post-norm stays at "
    f"{final['post', 12, False]:.2f}, about what the frequencies alone give ({entropy:.2f})",
    x_label="step",
    y_label="loss (nats)",
)

# %% id="norms-table" jupyter={"outputs_hidden": true}
print(f"frequencies of the characters alone: {entropy:.2f} nats\n")
print("                                learned more     logits depend on the text")
for (norm, depth, small), (_, dependence) in runs.items():
    name = f"{norm}, {depth:>2} blocks{', small updates' if small else ''}"
    learned = bool(final[norm, depth, small] < entropy - 0.2)
    print(f"{name:<32}{learned!s:<17}{dependence > 0.05}")

# %% id="reveal-norms"
learned = [final[norm, 12, False] < entropy - 0.2 for norm in ("pre", "post")]
reveal(
    "norms",
    {(True, False): "Pre-norm only", (True, True): "Both"}.get(tuple(learned), "Neither"),
    "The deep post-norm model says the same whatever it reads: its logits do not depend on the "
    "text. With 2 blocks it does learn.",
)

# %% [markdown]
# Depth is what makes the difference: with 2 blocks both learn, with 12 only pre-norm does. But post-norm is not lost. With small updates from the start, the same 12 blocks learn at once: the third line. Published remedies work in the same direction: a careful start (Liu et al. 2020), weights on the two summands (Wang et al. 2022), or a slow warm-up of the learning rate, which the paper of 2017 used and which lesson 8 writes (Xiong et al. 2020 trace the need for it back to post-norm). Pre-norm needs less care, and most models use it today.
#
# It has a price, too. The stream of a pre-norm model grows, as section 5 showed, so each later update changes it relatively less. And a last norm is needed at the top, for the stream that leaves the last block has any size.
#
# ## 8. Your functions in the model
#
# We put your functions into the language model of the course, with each norm and each bend, and compare.

# %% id="in-the-model"
yours = {
    "relu": relu,
    "gelu": gelu,
    "feed_forward": feed_forward,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "residual": residual,
}
for norm in ["pre", "post", "none"]:
    for activation in ["relu", "gelu"]:
        config = replace(start("pre", 2, True)[0], norm=norm, activation=activation)
        params = init_params(config, np.random.default_rng(3), np.float64)
        logits, _ = language_model(text_ids, params, config)
        with using(**yours):
            your_logits, _ = language_model(text_ids, params, config)
        print(f"norm {norm!r:<8} {activation}   the same: {np.allclose(logits, your_logits)}")

# %% [markdown]
# One sublayer, attention in its residual with its norm, is now one call, and so is the next:

# %% id="one-block"
config = replace(start("pre", 2, True)[0], d_model=d_model, dropout=0.1)
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

# %% id="quiz-constant" jupyter={"source_hidden": true}
quiz(
    "constant",
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
)

# %% id="quiz-shuffle" jupyter={"source_hidden": true}
quiz(
    "shuffle",
    "The rows of a text are shuffled. Through which part can the row of *door* notice that it has other neighbors now?",
    [
        ("Attention", True, "It is the only part in which a row sees other rows."),
        (
            "The feed-forward layer",
            False,
            "It treats each row alone, with the same matrices. Shuffled rows come out shuffled and otherwise unchanged.",
        ),
        (
            "Layer norm",
            False,
            "Its mean and variance are those of one row. (With batch norm the answer would be different.)",
        ),
        (
            "The residual connection",
            False,
            "It adds to each row the update of the same row.",
        ),
    ],
)

# %% id="quiz-doubled" jupyter={"source_hidden": true}
quiz(
    "doubled",
    "In a pre-norm model the stream in front of a sublayer is doubled: $2x$ in place of $x$. What happens to the update that the sublayer computes?",
    [
        (
            "It doubles",
            False,
            "The sublayer sees $\\mathrm{norm}(2x)$, and the factor drops out of the norm.",
        ),
        (
            "It stays the same, and so it counts half as much in the sum",
            True,
            "The sum is $2x + f(\\mathrm{norm}(x))$. This is why late sublayers of a deep pre-norm model change the stream relatively little.",
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
)

# %% id="quiz-zero" jupyter={"source_hidden": true}
quiz(
    "zero",
    "Someone starts a model with $W_2 = 0$ and $b_2 = 0$ in every feed-forward layer. What do these layers do in the first step, in a pre-norm residual?",
    [
        (
            "They erase the stream",
            False,
            "That would be so without the residual. With it their output is added, and here it is 0.",
        ),
        (
            "They are dead, and stay so",
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
)

# %% id="quiz-dropout-on" jupyter={"source_hidden": true}
quiz(
    "dropout-on",
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
)

# %% id="quiz-linear" jupyter={"source_hidden": true}
quiz(
    "linear",
    "In a feed-forward layer all entries of $b_1$ are set to $+100$, with relu and inputs of variance 1. What is the layer now?",
    [
        (
            "Dead: nothing comes through",
            False,
            "That would be $-100$. Here every unit is awake.",
        ),
        (
            "A linear map (with a constant added)",
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
)

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
# Sources: Vaswani et al. 2017, Sec. 3.1, 3.3, 5.4; Devlin et al. 2019, Sec. 3 and A.2, with the released code; Radford et al. 2019, Sec. 2.3, with the released code; Brown et al. 2020, Sec. 2.1; Touvron et al. 2023, Sec. 2.2, with the released configuration. A dash: not named there.

# %% id="real-sizes"
print(f"{'':<18}{'attention':>14}{'feed-forward':>18}{'norms':>9}{'share of':>15}")
print(f"{'':<18}{'4 d²':>14}{'maps · d · d_ff':>18}{'':>9}{'feed-forward':>15}")
for name, d, d_ff, maps, in_norms in [
    ("Transformer, base", 512, 2048, 2, 4),
    ("GPT-2 small", 768, 3072, 2, 4),
    ("GPT-3", 12288, 49152, 2, 4),
    ("LLaMA 7B", 4096, 11008, 3, 2),
]:
    attend_numbers, feed_numbers, norm_numbers = 4 * d * d, maps * d * d_ff, in_norms * d
    share = feed_numbers / (attend_numbers + feed_numbers + norm_numbers)
    print(f"{name:<18}{attend_numbers:>14,}{feed_numbers:>18,}{norm_numbers:>9,}{share:>15.0%}")

# %% [markdown]
# (Numbers to learn in the matrices of one block, without biases. In the encoder–decoder of 2017, a block of its encoder.)
#
# - **Most of a model is feed-forward.** Two thirds of the numbers of a block stand in it, and next to none in the norms, without which the rest would not train.
# - **Gates.** SwiGLU (Shazeer 2020) has two first maps: $(\mathrm{silu}(x W_1) \odot x W_3)\, W_2$, where $\mathrm{silu}(z) = z / (1 + e^{-z})$ looks much like gelu. One says what, the other says how much. LLaMA makes $d_{\text{ff}}$ smaller in return.
# - **Experts.** A mixture of experts has many feed-forward layers side by side and sends each token to a few of them (Shazeer et al. 2017; Fedus et al. 2022). That is possible because the layer works on each position alone.
# - **One stream for all.** Elhage et al. (2021) describe a transformer as a residual stream that heads and feed-forward layers read from and write to, in directions of their own. Our *chamber door* was a small example.
# - **Less dropout.** The table shows dropout in models that read their text many times over. Where a text is read only once, there is little to learn by heart.
#
# **Next.** You have a sublayer in its frame: `residual` around attention, `residual` around feed-forward. Lesson 4 puts the two together to a block, stacks blocks, and makes encoders and decoders of them.
#
# ## Sources
#
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, 2016, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).
# - J. L. Ba, J. R. Kiros, G. E. Hinton, *Layer Normalization*, 2016, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450).
# - S. Ioffe, C. Szegedy, *Batch Normalization*, 2015, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - B. Zhang, R. Sennrich, *Root Mean Square Layer Normalization*, 2019, [arXiv:1910.07467](https://arxiv.org/abs/1910.07467).
# - S. Shen et al., *PowerNorm: Rethinking Batch Normalization in Transformers*, 2020, [arXiv:2003.07845](https://arxiv.org/abs/2003.07845).
# - D. Hendrycks, K. Gimpel, *Gaussian Error Linear Units*, 2016, [arXiv:1606.08415](https://arxiv.org/abs/1606.08415).
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, 2014, Journal of Machine Learning Research 15.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Sec. 3.1 (residual and norm), 3.3 (feed-forward), 5.4 (dropout).
# - Y. Dong, J.-B. Cordonnier, A. Loukas, *Attention is Not All You Need: Pure Attention Loses Rank Doubly Exponentially with Depth*, 2021, [arXiv:2103.03404](https://arxiv.org/abs/2103.03404).
# - R. Xiong et al., *On Layer Normalization in the Transformer Architecture*, 2020, [arXiv:2002.04745](https://arxiv.org/abs/2002.04745).
# - L. Liu et al., *Understanding the Difficulty of Training Transformers*, 2020, [arXiv:2004.08249](https://arxiv.org/abs/2004.08249).
# - H. Wang et al., *DeepNet: Scaling Transformers to 1,000 Layers*, 2022, [arXiv:2203.00555](https://arxiv.org/abs/2203.00555).
# - M. Geva, R. Schuster, J. Berant, O. Levy, *Transformer Feed-Forward Layers Are Key-Value Memories*, 2021, [arXiv:2012.14913](https://arxiv.org/abs/2012.14913).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), Sec. 2.3, and its released code.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - H. Touvron et al., *LLaMA: Open and Efficient Foundation Language Models*, 2023, [arXiv:2302.13971](https://arxiv.org/abs/2302.13971).
# - N. Shazeer, *GLU Variants Improve Transformer*, 2020, [arXiv:2002.05202](https://arxiv.org/abs/2002.05202).
# - N. Shazeer et al., *Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer*, 2017, [arXiv:1701.06538](https://arxiv.org/abs/1701.06538); W. Fedus, B. Zoph, N. Shazeer, *Switch Transformers*, 2022, [arXiv:2101.03961](https://arxiv.org/abs/2101.03961).
# - N. Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021, [transformer-circuits.pub](https://transformer-circuits.pub/2021/framework/index.html).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
