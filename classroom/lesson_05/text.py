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
# # 5 · Output projection: from vectors to words
#
# Lesson 4 ended with a stack of blocks: ids go in, and one vector for each position comes out. Nobody can read a vector, and so far a matrix turned it into answers in passing. This lesson looks at that last step: a score for each word of the vocabulary, probabilities, and at last a text, character by character.
#
# - **You will build** the way out of a transformer in nine functions: the output projection, pooling, top-k, top-p and temperature, the draw, the loop that writes, the cache that makes it fast, and beam search. A trained model will write with them.
# - **You need** lesson 2 (softmax, heads, causal mask) and lesson 4 (the stack of blocks).
# - **Time** about three hours, in two sittings: sections 1 to 7, and 8 to 11
# - **Cost** runs in 10 seconds, 240 MB of memory
#
# Nine cells are yours, each followed by its check, as before. `hint("pool")` helps, one step at a time, and `solution("pool")` shows the end. Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
import re
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_05 import beam_tree, explore_choices, explore_writing
from classroom.plots import bars, heads_grid, heatmap, lines, show
from course_lib import attention, decoding, layers, model
from course_lib.attention import MultiHeadCache
from course_lib.decoding import NextLogits, logits_with_past, start_past
from course_lib.model import encoder_stack
from course_lib.params import TransformerConfig, init_params
from course_lib.tasks import load_trained
from course_lib.vocab import Vocabulary, pad_sequences

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. A score for each token
#
# We begin with a model that has been trained. It has a single block with four heads and reads at most 12 characters at once. It was taught the first nine tenths of *The Raven*: at each character, to say which one comes next. (Lesson 8 shows how.)

# %% id="load-raven"
task, params = load_trained("raven")
vocab, config = task.vocabulary, task.config


def vectors_of(text):
    """Return what the last block and its norm leave of a text: one vector for each character."""
    _, cache = model.language_model(vocab.encode(text)[None], params, config)
    return cache[-1][0]  # the cache of the output projection begins with its input


x = vectors_of("Quoth the ")
print("blocks:", config.n_layers, "  heads:", config.n_heads, "  reads at most:", config.max_len)
print("tokens in the vocabulary:", len(vocab))
print("x", x.shape, "  the last vector begins with", x[0, -1, :5])

# %% [markdown]
# Ten characters, ten vectors of 64 numbers. The vocabulary has 54 characters, so 54 numbers are wanted at each position, one for how well each character would fit. What makes 54 numbers of 64? A matrix, with one **column for each token**:
#
# $$\mathrm{logits} = x\,W + b, \qquad W: (d_{\text{model}}, \text{vocab\_size})$$
#
# The entry for token $i$ is the dot product of the vector with column $i$. So the column says what a vector must look like for token $i$ to come next. These scores are the **logits** that lesson 4 used in passing. They may be negative, they do not sum to 1, and as in lesson 2 only their differences will count.
#
# By hand: two features, three tokens.
#
# $$(1,\ 2)\begin{pmatrix}3 & 0 & 1\\ 0 & 1 & 2\end{pmatrix} + (0,\ 0,\ 1) = (3,\ 2,\ 5) + (0,\ 0,\ 1) = (3,\ 2,\ 6)$$
#
# A vector has to be compared with each token of the vocabulary, and there is a table with a vector for each token in the model already: the embedding $E$, of shape $(\text{vocab\_size}, d_{\text{model}})$, from lesson 1. Its rows say what a token *is*. A **tied** model uses them a second time and has no $W$: its logits are $x\,E^\top$ (Press and Wolf 2017; Inan et al. 2017).
#
# ### Exercise: `output_projection`
#
# `output_projection(x, params, tied=False)` makes logits of vectors.
#
# - `x`: an array `(..., d_model)`.
# - `params`: a dict of a model's parameters. `params["output"]` holds `W`, `(d_model, vocab_size)`, and `b`, `(vocab_size,)`. A tied model has no `"output"`; there `params["embedding"]["W"]`, `(vocab_size, d_model)`, is used, transposed, and no bias.
# - Returns `(out, cache)`: `out` of shape `(..., vocab_size)`, and the cache that `layers.linear(x, W, b)` returns beside it. (For a map without bias, leave `b` out.)
#
# ```python
# params = {"embedding": {"W": np.array([[3., 0.], [0., 1.], [-1., 2.]])},
#           "output": {"W": np.array([[3., 0., 1.], [0., 1., 2.]]), "b": np.array([0., 0., 1.])}}
# output_projection(np.array([[1., 2.]]), params)[0]           # array([[3., 2., 6.]])
# output_projection(np.array([[1., 2.]]), params, True)[0]     # array([[3., 2., 3.]])
# ```


# %% id="ex-output-projection" tags=["exercise"]
def output_projection(x, params, tied=False):
    """Return the logits of vectors x (..., d_model), one for each token, and linear's cache."""
    ### BEGIN SOLUTION
    if tied:
        out, cache = layers.linear(x, params["embedding"]["W"].T)
    else:
        out, cache = layers.linear(x, params["output"]["W"], params["output"]["b"])
    ### END SOLUTION
    return out, cache


# %% id="check-output-projection"
output_projection = check(output_projection)

# %% id="first-logits"
logits, _ = output_projection(x, params)
whole, _ = model.language_model(vocab.encode("Quoth the ")[None], params, config)
print("logits", logits.shape, "   the same as the model's:", np.allclose(logits, whole))

best = np.argsort(-logits[0, -1])[:8]
p, _ = layers.softmax(logits[0, -1])
print("\nafter 'Quoth the '\n token   logit   softmax")
for token in best:
    print(f"{vocab.tokens[token]!r:>6}{logits[0, -1, token]:>8.2f}{p[token]:>10.3f}")

# %% [markdown]
# The softmax of lesson 2 turns the logits into probabilities, and this time they are what the model was taught to give: the probability of each next character. The model is fairly sure of *r*.
#
# We looked at the last row only. But every row has its logits: a model with a causal mask predicts at *each* position, each time from what stands up to there. Here are the predictions along two words. Each row is one position and ends with the character in its label.

# %% id="each-position"
text = "chamber door"
logits, _ = output_projection(vectors_of(text), params)
by_position, _ = layers.softmax(logits[0])
ids = vocab.encode(text)
likely = sorted(np.flatnonzero(by_position.max(axis=0) > 0.1), key=lambda i: vocab.tokens[i])
own = [text[: t + 1] for t in range(len(text))]
right = int((by_position[:-1].argmax(axis=1) == ids[1:]).sum())
heatmap(
    by_position[:, likely],
    row_labels=own,
    column_labels=[vocab.tokens[i] for i in likely],
    title=f"At {right} of {len(text) - 1} places the most likely character is the one that follows",
    y_label="what has been read",
    x_label="next character",
    label="probability",
)

# %% [markdown]
# After *c* there are many ways to go on. After *chamb* there is one. And at the end of *door* the poem itself goes on in different ways, so the model spreads its probability over the marks that may follow.
#
# ## 2. What the columns have learned
#
# A column says what a vector must look like for its token to come next. Which tokens have similar columns? Those that fit in the same places. We measure the cosine between the columns of some characters of the trained model. Nobody has told it which letters are vowels.

# %% id="columns"
chosen = "aeiou" + "bdfmprst" + ".,;!"
W = params["output"]["W"]
columns = W / np.linalg.norm(W, axis=0)
at = np.array([vocab.encode(character)[0] for character in chosen])
cosines = columns[:, at].T @ columns[:, at]
vowels, consonants, marks = slice(0, 5), slice(5, 13), slice(13, 17)


def mean_within(kind):
    """Mean cosine of two different columns of a kind."""
    part = cosines[kind, kind]
    return part[~np.eye(len(part), dtype=bool)].mean()


among_vowels, among_marks = mean_within(vowels), mean_within(marks)
between = cosines[vowels, marks].mean()
np.fill_diagonal(cosines, 0.0)  # 1 with itself says nothing
heatmap(
    cosines,
    row_labels=list(chosen),
    column_labels=list(chosen),
    title=f"Vowels resemble vowels ({among_vowels:.2f}), marks resemble marks ({among_marks:.2f}), but not each other ({between:.2f})",
    label="cosine of two columns",
    diverging=True,
    values=False,
    width=6.2,
)

# %% id="nearest-columns"
every = columns.T @ columns
np.fill_diagonal(every, -1.0)
for character in "aeo.;":
    token = vocab.encode(character)[0]
    near = [vocab.tokens[i] for i in np.argsort(-every[token])[:3]]
    print(f"nearest to {character!r}: {near}")

# %% [markdown]
# The model has found the vowels, from nothing but which character follows which. (The rows of the embedding in lesson 1 began as random numbers, and so did these columns. Both get their order in the same way: they are used, and corrected.)
#
# ## 3. Tied weights
#
# How much is saved if $W$ is the embedding? Both have `vocab_size × d_model` entries. `count_parameters` of lesson 4 knows both forms.

# %% id="tied-sizes"
from classroom.answers import count_parameters

gpt2 = TransformerConfig(
    "decoder", vocab_size=50257, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=1024
)
print(f"{'':<14}{'not tied':>14}{'tied':>14}{'saved':>14}")
for name, size in [("raven", config), ("GPT-2 small", gpt2)]:
    own, shared = (
        count_parameters(TransformerConfig(**{**size.to_dict(), "tied": tied}))
        for tied in (False, True)
    )
    print(f"{name:<14}{own:>14,}{shared:>14,}{(own - shared) / own:>13.1%}")

# %% [markdown]
# Tying has a second effect, and lesson 2 has shown its cause: *every word is most like itself*. In an untrained model the last vector still holds much of the token that stands there, because the residual connections of lesson 3 have carried it through all blocks. A tied model compares this vector with the tokens' own vectors.

# %% id="predict-tied" jupyter={"source_hidden": true}
predict(
    "tied",
    "Two models with random weights, one tied and one not, read 1200 characters of the poem. At which share of the positions does the **tied** one give its largest logit to the very character that stands there? (By chance it would be 2 in a hundred.)",
    options=["About 2 in a hundred", "About 30 in a hundred", "Nearly always"],
)

# %% id="reveal-tied" jupyter={"outputs_hidden": true}
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
windows = vocab.encode(poem)[:1200].reshape(100, 12)
repeats = {}
for tied in [False, True]:
    drawn = TransformerConfig(**{**config.to_dict(), "tied": tied})
    shares = []
    for seed in range(5):
        random_params = init_params(drawn, np.random.default_rng(seed), np.float64)
        logits, _ = model.language_model(windows, random_params, drawn)
        shares.append((logits.argmax(axis=-1) == windows).mean())
    repeats[tied] = np.mean(shares)
    print(f"tied: {tied!s:<6} repeats the character it has just read: {repeats[tied]:.2f}")
reveal(
    "tied",
    "About 30 in a hundred" if 0.15 < repeats[True] < 0.6 else "Nearly always",
    "The other model has no such habit: its columns have nothing to do with its embedding yet.",
)

# %% [markdown]
# An untrained tied model likes to say what it has just heard. Training has to teach it otherwise, and does. Press and Wolf (2017) trained language models both ways: the tied ones, with fewer parameters, predicted better.
#
# ## 4. One vector for a whole text: pooling
#
# Not every task asks at every position. Is this review friendly? Are these two lines about the same thing? Then one vector is wanted for the whole sequence, and one row of logits from it. Making one vector out of $T$ is called **pooling**. Four ways are in use:
#
# | | takes | used by |
# |---|---|---|
# | first | the vector of the first position | BERT, which puts a token `[CLS]` there (Devlin et al. 2019, Sec. 3) |
# | mean | the mean of all vectors | Sentence-BERT (Reimers and Gurevych 2019) |
# | last | the vector of the last position | models with a causal mask, such as GPT (Radford et al. 2018) |
# | max | of each feature the largest value | older networks for text (Collobert et al. 2011) |
#
# All four can be written in one way, as a weighted sum over positions: $\mathrm{out} = \sum_t s_t\, x_t$. For the mean, each share $s_t$ is $1/T$. For *first* and *last* one share is 1 and the others are 0. For the maximum each feature has shares of its own, a single 1 where it is largest (the first of them, if several are). The function keeps the shares for the way back (lesson 7): as much of a position as went into the result, so much of the gradient comes back to it.
#
# In a batch there is padding, and the same trap as in lesson 2: padding is no text. A mean over it, or a "last" vector that is padding, would depend on how long the *other* sequences of the batch are.
#
# ### Exercise: `pool`
#
# `pool(x, how="mean", counted=None)` makes one vector of each sequence.
#
# - `x`: `(B, T, d_model)`; `how`: `"mean"`, `"first"`, `"last"` or `"max"`.
# - `counted`: a boolean array `(B, T)`, `False` at padding; or `None`, if all positions count. Padding may stand on the right or on the left: *first* and *last* are the first and the last position that counts.
# - Make `share`, an array of shape `(B, T, 1)`, or `(B, T, d_model)` for `"max"`: how much of each position goes into the result. The lines that use it are given.
#
# ```python
# x = np.array([[[1., -4.], [3., -2.], [50., 50.]]])     # two tokens and a padding
# counted = np.array([[True, True, False]])
# pool(x, "mean", counted)[0]    # array([[ 2., -3.]])
# pool(x, "last", counted)[0]    # array([[ 3., -2.]])
# pool(x, "max", counted)[0]     # array([[ 3., -2.]])    and not 50
# ```


# %% id="ex-pool" tags=["exercise"]
def pool(x, how="mean", counted=None):
    """Make one vector of each sequence: (B, T, d_model) to (B, d_model). Returns (out, cache)."""
    B, T, _ = x.shape
    counted = np.ones((B, T), bool) if counted is None else counted
    ### BEGIN SOLUTION
    if how == "mean":
        share = (counted / counted.sum(axis=1, keepdims=True))[:, :, None]
    elif how == "max":
        best = np.where(counted[:, :, None], x, -np.inf).argmax(axis=1)[:, None, :]
        share = np.arange(T)[None, :, None] == best
    elif how == "first":
        share = (np.arange(T) == counted.argmax(axis=1)[:, None])[:, :, None]
    else:
        place = T - 1 - counted[:, ::-1].argmax(axis=1)
        share = (np.arange(T) == place[:, None])[:, :, None]
    ### END SOLUTION
    share = share.astype(x.dtype)
    return (share * x).sum(axis=1), (share, x.shape)


# %% id="check-pool"
pool = check(pool)

# %% [markdown]
# First the trap. The same line of the poem is put into batches with longer and longer companions. Its pooled vector must not change.

# %% id="padding-trap"
words = Vocabulary.words(poem)
shape = {"vocab_size": len(words), "d_model": 64, "n_heads": 4, "n_layers": 2}
encoder = TransformerConfig("encoder", **shape, pad_id=words.pad_id)
encoder_params = init_params(encoder, np.random.default_rng(0), np.float64)

line = words.encode("Only this and nothing more")
print("padding    change of the mean,    change of the mean,    change of the last,")
print("           padding counted        padding not counted    padding counted")
alone, _ = encoder_stack(line[None], encoder_params, encoder, None)
for extra in [0, 3, 10, 30]:
    ids = pad_sequences([line], words.pad_id, length=len(line) + extra)
    x, _ = encoder_stack(ids, encoder_params, encoder, None)
    counted = ids != words.pad_id
    row = []
    for how, mask in [("mean", None), ("mean", counted), ("last", None)]:
        change = pool(x, how, mask)[0] - pool(alone, how)[0]
        row.append(np.linalg.norm(change) / np.linalg.norm(pool(alone, how)[0]))
    print(f"{extra:>7}{row[0]:>17.2f}{row[1]:>23.2f}{row[2]:>23.2f}")

# %% [markdown]
# Now the choice. What can a pooled vector know of the text? We replace one word of a line after the other and measure how much the pooled vector moves: once in an encoder, where each position looks at all others, and once with the *same weights* under a causal mask.

# %% id="predict-first" jupyter={"source_hidden": true}
predict(
    "first",
    "Under a causal mask, *first* is used for pooling. The last word of the line is replaced. What happens to the pooled vector?",
    options=[
        "It changes about as much as with any other word",
        "It changes a little",
        "It does not change at all",
    ],
)

# %% id="reveal-first" jupyter={"outputs_hidden": true}
sentence = ["suddenly", "there", "came", "a", "tapping"]
decoder = TransformerConfig("decoder", **shape, tied=True)


def encoder_vectors(ids):
    return encoder_stack(ids, encoder_params, encoder, None)[0]


def decoder_vectors(ids):
    return model.language_model(ids, encoder_params, decoder)[1][-1][0]


def sensitivity(vectors):
    """How far each pooled vector moves, relative to its length, when one word is replaced."""
    original = words.encode(" ".join(sentence))
    table = np.zeros((4, len(sentence)))
    for t in range(len(sentence)):
        changed = original.copy()
        changed[t] = words.encode("raven")[0]
        x, x_changed = vectors(original[None]), vectors(changed[None])
        for row, how in enumerate(["first", "mean", "last", "max"]):
            before = pool(x, how)[0]
            moved = np.linalg.norm(pool(x_changed, how)[0] - before)
            table[row, t] = moved / np.linalg.norm(before)
    return table


moved = {"encoder": sensitivity(encoder_vectors), "causal": sensitivity(decoder_vectors)}
titles = {
    "encoder": f"Encoder: every way of pooling notices every word (at least {moved['encoder'].min():.2f})",
    "causal": f"Causal mask: 'first' notices {int((moved['causal'][0] > 1e-9).sum())} word of {len(sentence)}, 'last' all",
}
for name, table in moved.items():
    show(
        heatmap(
            table,
            row_labels=["first", "mean", "last", "max"],
            column_labels=sentence,
            title=titles[name],
            x_label="the word that was replaced",
            label="relative change",
            vmin=0.0,
            vmax=max(part.max() for part in moved.values()),
            width=6.4,
        )
    )
reveal(
    "first",
    "It does not change at all" if moved["causal"][0, -1] < 1e-12 else "It changes a little",
    "The first position sees itself and nothing else. Whatever the model does in its blocks, "
    "this vector holds one word.",
)

# %% [markdown]
# This decides which pooling goes with which model. An encoder may use the first position: attention brings everything there. Under a causal mask only the last position has seen the whole text. Mean and max work for both; under a causal mask they favor the early words, which all later positions have seen as well.
#
# ## 5. Choosing a token
#
# Back to the model that writes. It gives probabilities for the next character. Which one shall be written? The obvious answer is the most likely one. This is called **greedy**, and a loop is all it takes: read, take the largest, append, read again. (You will write this loop in section 7.)

# %% id="predict-greedy" jupyter={"source_hidden": true}
predict(
    "greedy",
    "The trained model writes 1200 characters after *Once upon*, always the most likely one. What will they be?",
    options=[
        "The poem, recited to its end",
        "Ever new lines in the manner of the poem",
        "A few lines, and then the same line again and again",
        "Some lines, and then a salad of letters",
    ],
)


# %% id="reveal-greedy" jupyter={"outputs_hidden": true}
def greedy_text(prompt, length):
    """Continue a prompt by the most likely character."""
    ids = vocab.encode(prompt)[None]
    next_logits = NextLogits(params, config)  # the model, as a function of the ids so far
    return vocab.decode(decoding.generate(next_logits, ids, length)[0])


def first_return(text, width=12):
    """Where a window of `width` characters stands that comes back, and after how many."""
    seen = {}
    for t in range(len(text) - width + 1):
        if text[t : t + width] in seen:
            start = seen[text[t : t + width]]
            return start, t - start
        seen[text[t : t + width]] = t
    return None, 0


written = greedy_text("Once upon", 1200)
start, period = first_return(written)
print(written[:230], "…\n")
print("prompt            comes back after   and then repeats")
for prompt in ["Once upon", "the ", "And the ", "Quoth", "a"]:
    text = greedy_text(prompt, 1200)
    begin, length = first_return(text)
    print(f"{prompt!r:<18}{begin + length:>10} characters   {text[begin : begin + length]!r}")
reveal(
    "greedy",
    "A few lines, and then the same line again and again"
    if period
    else "Ever new lines in the manner of the poem",
    f"The line has {period} characters.",
)

# %% [markdown]
# It had to end like this. The model reads 12 characters, and the greedy choice is a function of them and of nothing else. As soon as 12 characters come back that stood there before, everything after them comes back too. Greedy text of larger models falls into such loops as well, though they read much more (Holtzman et al. 2020).
#
# So we let chance in: **draw** the next token, each as often as its probability says. The model was taught exactly these probabilities. But it is not perfect. Each of the many tokens that do not fit at all gets a little probability, too. A little of many is not little:

# %% id="tail"
after = {}
for prompt in ["the ", "Quoth the ", "my chamber ", "Once upon"]:
    after[prompt] = output_projection(vectors_of(prompt)[:, -1], params)[0][0]
print("prompt          most likely   its probability   all below 0.02 together   how many")
for prompt, row in after.items():
    p, _ = layers.softmax(row)
    tail = p < 0.02
    print(
        f"{prompt!r:<16}{vocab.tokens[p.argmax()]!r:>8}{p.max():>17.3f}{p[tail].sum():>20.3f}"
        f"{tail.sum():>17}"
    )

# %% [markdown]
# Draw 200 characters, and such a tail is hit again and again. One slip is enough to lead the model where it has never been. There are three common remedies. Each is a knob, and all of them only change the numbers that are drawn from.
#
# **Temperature.** Divide the logits by $\tau$ before the softmax, as in the explorer of lesson 2. (The name is from physics; Ackley, Hinton and Sejnowski used it for networks in 1985.) Below 1 the likely become more likely; at 0, by agreement, the most likely gets everything. What does it do to the probabilities? Put the lines into their order. Two do not belong.

# %% id="parsons-temperature" jupyter={"source_hidden": true}
parsons(
    "temperature",
    "Let $p$ be the probabilities at temperature 1, from the logits $z$. Show that temperature $\\tau$ raises each to the power $1/\\tau$, and makes them sum to 1 again.",
    [
        r"At temperature 1, $p_i = e^{z_i} / S$ with $S = \sum_j e^{z_j}$.",
        r"Taking logarithms, $z_i = \ln p_i + \ln S$.",
        r"Divided by $\tau$ and put into the exponential, $e^{z_i/\tau} = p_i^{1/\tau}\, S^{1/\tau}$.",
        r"In $e^{z_i/\tau} / \sum_j e^{z_j/\tau}$ the factor $S^{1/\tau}$ stands above, and in each term below. It cancels.",
        r"What is left is $p_i^{1/\tau} / \sum_j p_j^{1/\tau}$.",
    ],
    distractors=[
        (
            r"Taking logarithms, $z_i = \ln p_i / \ln S$.",
            r"The logarithm of a quotient is a difference: $\ln p_i = z_i - \ln S$.",
        ),
        (
            r"Divided by $\tau$ and put into the exponential, $e^{z_i/\tau} = p_i / \tau + S / \tau$.",
            r"The exponential of a sum is a product, and $e^{a/\tau} = (e^a)^{1/\tau}$.",
        ),
    ],
    explain={
        r"In $e^{z_i/\tau} / \sum_j e^{z_j/\tau}$ the factor $S^{1/\tau}$ stands above, and in each term below. It cancels.": "It may be taken out of the sum, because it does not depend on the token."
    },
)

# %% [markdown]
# So temperature ½ squares the probabilities: 0.4 and 0.1 become 0.16 and 0.01, and their ratio goes from 4 to 16. The order never changes, and no probability becomes 0. The tail gets thinner, but it stays.
#
# **Top-k.** Cut the tail off: keep the $k$ most likely tokens, and let them share all probability (Fan et al. 2018). The trouble is that one $k$ must do for all occasions. After *Once upon* one character is possible, after *the* a dozen.
#
# **Top-p.** Let the model say how many: keep the fewest most likely tokens that have at least the probability $p$ together (Holtzman et al. 2020, Sec. 3.1; they call them the nucleus).
#
# By hand, with five tokens of the probabilities 0.10, 0.40, 0.05, 0.30, 0.15:
#
# | | kept | their sum | probabilities |
# |---|---|---|---|
# | top-k with $k = 2$ | 0.40, 0.30 | 0.70 | 0, 4/7, 0, 3/7, 0 |
# | top-p with $p = 0.6$ | 0.40 is not enough, 0.40 + 0.30 is | 0.70 | 0, 4/7, 0, 3/7, 0 |
# | top-p with $p = 0.8$ | 0.40 + 0.30 + 0.15 | 0.85 | 0, 8/17, 0, 6/17, 3/17 |
#
# ### Exercise: `keep_top_k`
#
# `keep_top_k(probabilities, k)` leaves the `k` most likely tokens.
#
# - `probabilities`: an array `(..., vocab_size)`, each row sums to 1; `k`: a whole number, at least 1. It may be larger than the vocabulary: then everything stays.
# - Returns an array of the same shape: the others are 0, and each row sums to 1 again. Of equal probabilities the first ones stay, so that exactly `k` are left. (`np.argsort(..., kind="stable")` keeps equals in their order.)
#
# ```python
# keep_top_k(np.array([0.1, 0.4, 0.05, 0.3, 0.15]), 2)    # array([0., 0.571, 0., 0.429, 0.])
# keep_top_k(np.array([0.25, 0.25, 0.25, 0.25]), 2)       # array([0.5, 0.5, 0., 0.])
# ```


# %% id="ex-keep-top-k" tags=["exercise"]
def keep_top_k(probabilities, k):
    """Set all but the k largest of each row (..., vocab_size) to 0 and let the row sum to 1."""
    ### BEGIN SOLUTION
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    kept = np.zeros(probabilities.shape, bool)
    np.put_along_axis(kept, order[..., :k], True, axis=-1)
    out = np.where(kept, probabilities, 0.0)
    return out / out.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% id="check-keep-top-k"
keep_top_k = check(keep_top_k)

# %% [markdown]
# ### Exercise: `keep_top_p`
#
# `keep_top_p(probabilities, p)` leaves the fewest most likely tokens that have at least `p` together.
#
# - `probabilities`: `(..., vocab_size)`, each row sums to 1; `p`: above 0, at most 1.
# - Returns an array of the same shape: the others are 0, and each row sums to 1 again. At least one token stays. Of equal probabilities the first are taken first.
#
# ```python
# keep_top_p(np.array([0.1, 0.4, 0.05, 0.3, 0.15]), 0.6)    # array([0., 0.571, 0., 0.429, 0.])
# keep_top_p(np.array([0.1, 0.4, 0.05, 0.3, 0.15]), 0.2)    # array([0., 1., 0., 0., 0.])
# ```


# %% id="ex-keep-top-p" tags=["exercise"]
def keep_top_p(probabilities, p):
    """Keep the fewest most likely tokens of each row that have at least p together; sum to 1."""
    ### BEGIN SOLUTION
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    ranked = np.where(before < p, ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return out / out.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% id="check-keep-top-p"
keep_top_p = check(keep_top_p)

# %% [markdown]
# With one $p$ for all prompts, how many characters does the model let through?

# %% id="nucleus-sizes"
print("prompt          top-k 5 keeps (its sum)    top-p 0.9 keeps (its sum)")
for prompt, row in after.items():
    p, _ = layers.softmax(row)
    by_k, by_p = keep_top_k(p, 5) > 0, keep_top_p(p, 0.9) > 0
    print(
        f"{prompt!r:<16}{by_k.sum():>8}  ({p[by_k].sum():.2f}){by_p.sum():>19}  ({p[by_p].sum():.2f})"
    )

# %% [markdown]
# Where the model is sure, top-p leaves one or two characters; where it is not, it leaves many. The same $k$ is too much in one place and too little in the other.
#
# ### Exercise: `next_probabilities`
#
# `next_probabilities(logits, temperature=1.0, top_k=None, top_p=None)` has all three knobs. It makes the probabilities to draw from.
#
# - `logits`: an array `(..., vocab_size)`.
# - First the temperature and the softmax, then `keep_top_k` if `top_k` is not `None`, then `keep_top_p` if `top_p` is not `None`. Temperature 0 is greedy: 1 for the largest logit (the first of them, if several are equal), 0 for the others.
# - Returns an array of the same shape whose rows sum to 1.
#
# `layers.softmax(x)` returns `(out, cache)`, as yours did in lesson 2. `layers.one_hot(ids, vocab_size)` is that of lesson 1.
#
# ```python
# logits = np.log(np.array([0.1, 0.4, 0.05, 0.3, 0.15]))
# next_probabilities(logits, temperature=0.0)            # array([0., 1., 0., 0., 0.])
# next_probabilities(logits, temperature=0.5, top_k=2)   # array([0., 0.64, 0., 0.36, 0.])      16/25 and 9/25
# ```


# %% id="ex-next-probabilities" tags=["exercise"]
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    """Turn logits (..., vocab_size) into the probabilities to draw from."""
    ### BEGIN SOLUTION
    if temperature == 0:
        return layers.one_hot(logits.argmax(axis=-1), logits.shape[-1], logits.dtype)
    probabilities, _ = layers.softmax(logits / temperature)
    if top_k is not None:
        probabilities = keep_top_k(probabilities, top_k)
    if top_p is not None:
        probabilities = keep_top_p(probabilities, top_p)
    return probabilities
    ### END SOLUTION


# %% id="check-next-probabilities"
next_probabilities = check(next_probabilities)

# %% [markdown]
# The explorer uses your function on what the model really gives after four prompts. Gray is the model, blue is what is left to draw from. Take the prompt *the* and try to leave six characters to draw from: with the temperature alone, with top-k alone, with top-p alone. Each time, change to *my chamber* with the same setting. Which knob does well in both places?

# %% id="explore-choices"
explore_choices(after, vocab.tokens, next_probabilities)

# %% [markdown]
# (The temperature cannot do it: all tokens stay in the draw, however small their share. Top-k 6 leaves six in both places, and after *my chamber* most of them do not fit. Top-p 0.65 leaves six after *the*, and one after *my chamber*.)
#
# ## 6. The draw
#
# How does one draw from given probabilities? Lay them side by side on a line from 0 to 1: token 0 has the first piece, token 1 the next. A random number between 0 and 1 falls into a piece as often as the piece is long.
#
# With the probabilities 0.25, 0.25, 0.5 the pieces end at 0.25, 0.5 and 1. The number 0.637 falls into the third piece: token 2. The number 0.270 falls into the second: token 1. The id is the number of pieces that end before the random number, or right at it.
#
# ### Exercise: `sample`
#
# `sample(probabilities, rng)` draws one id for each row.
#
# - `probabilities`: `(B, vocab_size)`, each row sums to 1.
# - `rng`: a `numpy.random.Generator`. Take one number for each row, in order: `rng.random(B)` gives all of them.
# - Returns an integer array `(B,)`. A token of probability 0 is never drawn.
#
# ```python
# rng = np.random.default_rng(0)     # its first two numbers are 0.637 and 0.270
# sample(np.array([[0.25, 0.25, 0.5], [0.25, 0.25, 0.5]]), rng)    # array([2, 1])
# ```


# %% id="ex-sample" tags=["exercise"]
def sample(probabilities, rng):
    """Draw an id for each row of (B, vocab_size)."""
    ### BEGIN SOLUTION
    running = np.cumsum(probabilities, axis=-1)
    drawn = rng.random(len(probabilities))[:, None] * running[:, -1:]
    return (running <= drawn).sum(axis=-1)
    ### END SOLUTION


# %% id="check-sample"
sample = check(sample)

# %% [markdown]
# (The solution multiplies the random number by the end of the last piece. That is 1 but for rounding; where it is a trace below 1, a number close to 1 would fall off the end of the line.)
#
# A thousand draws after *the*, beside the probabilities:

# %% id="frequencies"
p = next_probabilities(after["the "], top_k=6)
draws = sample(np.tile(p, (1000, 1)), np.random.default_rng(0))
counts = np.bincount(draws, minlength=len(vocab))
print("token   probability   drawn in 1000")
for token in np.argsort(-p, kind="stable")[:7]:
    print(f"{vocab.tokens[token]!r:>5}{p[token]:>12.3f}{counts[token]:>14}")

# %% [markdown]
# ## 7. The loop that writes
#
# Everything is there. A model that writes is a loop around a model that predicts: ask for the logits of all ids so far, make probabilities, choose, append, again. Its output becomes its input. (The word for it is *autoregressive*.)
#
# One thing more. Some vocabularies have a token that says "end", `<eos>`. In a batch one sequence may end before the others. It is then filled up with this token, and when all have ended, the loop stops.
#
# ### Exercise: `generate`
#
# `generate(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling)` continues sequences token by token.
#
# - `next_logits`: a function. Called with *all* ids so far, `(B, T)`, it returns the logits of the next token, `(B, vocab_size)`.
# - `ids`: an integer array `(B, T)`, the prompts; `max_new_tokens`: how many tokens to add at most.
# - `sampling`: `temperature`, `top_k`, `top_p`, handed on to `next_probabilities`. If none is given, or the temperature is 0, the most likely token is taken and `rng` is not needed. Otherwise `sample` draws.
# - `eos_id`: if it is not `None`, a sequence that got it is filled up with it, and the loop stops when all have got it. One that stands in a prompt ends nothing.
# - Returns an integer array `(B, T + new tokens)`: the prompts and what was added.
#
# The first two lines are given, and the names of the settings: `sampling` is a dict.
#
# ```python
# table = np.array([[0., 5., 1.], [0., 0., 5.], [5., 1., 0.]])      # after 0 comes 1, after 1 comes 2 ...
# generate(lambda ids: table[ids[:, -1]], np.array([[0]]), 4)               # array([[0, 1, 2, 0, 1]])
# generate(lambda ids: table[ids[:, -1]], np.array([[0]]), 4, eos_id=2)     # array([[0, 1, 2]])
# ```


# %% id="ex-generate" tags=["exercise"]
def generate(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    """Continue sequences of ids (B, T) token by token: (B, T + new tokens)."""
    sampling = sampling or {"temperature": 0.0}
    done = np.zeros(len(ids), bool)
    ### BEGIN SOLUTION
    for _ in range(max_new_tokens):
        probabilities = next_probabilities(next_logits(ids), **sampling)
        if sampling.get("temperature") == 0:
            new = probabilities.argmax(axis=-1)
        else:
            new = sample(probabilities, rng)
        if eos_id is not None:
            new = np.where(done, eos_id, new)
            done = done | (new == eos_id)
        ids = np.concatenate([ids, new[:, None]], axis=1)
        if done.all():
            break
    return ids
    ### END SOLUTION


# %% id="check-generate"
generate = check(generate)

# %% [markdown]
# Now let them write: the same model with random weights and with trained ones, with the same functions and the same random numbers. `NextLogits` wraps a model so that it fits into your loop; how it works is the subject of section 8.

# %% id="side-by-side"
untrained = init_params(config, np.random.default_rng(0), np.float64)


def write(weights, prompt, length, seed=0, **sampling):
    """Continue a prompt with a model of these weights."""
    ids = vocab.encode(prompt)[None]
    rng = np.random.default_rng(seed)
    return vocab.decode(generate(NextLogits(weights, config), ids, length, rng, **sampling)[0])


for name, weights in [("random weights", untrained), ("trained", params)]:
    print(f"--- {name} ---")
    for label, settings in [
        ("greedy", {}),
        ("temperature 1", {"temperature": 1.0}),
        ("temperature 0.8, top-p 0.9", {"temperature": 0.8, "top_p": 0.9}),
    ]:
        print(f"[{label}]\n{write(weights, 'Once upon', 120, seed=4, **settings)}\n")

# %% [markdown]
# The two models have the same parts and the same code. What separates noise from verse is the numbers in `params`, and lessons 6 to 8 are about where they come from.
#
# How should the knobs be set? That depends on what is wanted, and both ends can be measured. How many of the words that the model writes are words of the poem? And how long is the longest piece that it has copied word for word? Real words are good. Copying is not, if new lines are wanted.

# %% id="temperature-sweep"
known = set(re.findall(r"[a-z]+", poem.lower()))


def longest_copy(text):
    """Length of the longest piece of a text that stands in the poem."""
    longest = 0
    for start in range(len(text)):
        while start + longest < len(text) and text[start : start + longest + 1] in poem:
            longest += 1
    return longest


def judge(**settings):
    """Share of real words, and mean length of the longest copy, in 16 texts of 150 characters."""
    ids = np.tile(vocab.encode("Once upon"), (16, 1))
    rows = generate(NextLogits(params, config), ids, 150, np.random.default_rng(0), **settings)
    texts = [vocab.decode(row)[9:] for row in rows]
    found = [word for text in texts for word in re.findall(r"[a-z]+", text.lower())[:-1]]
    return np.mean([word in known for word in found]), np.mean([longest_copy(t) for t in texts])


temperatures = [0.3, 0.5, 0.7, 0.9, 1.1, 1.4, 1.8, 2.4]
plain = np.array([judge(temperature=t) for t in temperatures])
cut = np.array([judge(temperature=t, top_p=0.9) for t in temperatures])
lines(
    temperatures,
    {"top-p 0.9": 100 * cut[:, 0], "no cut": 100 * plain[:, 0]},
    title=f"Hotter text has fewer real words; at {temperatures[4]} it is {100 * plain[4, 0]:.0f}%, with top-p {100 * cut[4, 0]:.0f}%",
    x_label="temperature",
    y_label="words of the poem (%)",
    markers=True,
    height=3.3,
)

# %% id="copying"
lines(
    temperatures,
    {"top-p 0.9": cut[:, 1], "no cut": plain[:, 1]},
    title=f"Colder text copies more: pieces of {plain[0, 1]:.0f} characters at temperature {temperatures[0]}, of {plain[4, 1]:.0f} at {temperatures[4]}",
    x_label="temperature",
    y_label="longest copied piece (characters)",
    markers=True,
    height=3.3,
)

# %% [markdown]
# No setting is right as such. Between recital and noise lies a region in which the model writes new lines out of real words, and the cut of top-p makes it wider.
#
# ## 8. The key–value cache
#
# Look at what the loop costs. For each new token it reads *all* tokens again. But the causal mask says that no position looks at what comes later. So what was computed for the earlier positions cannot have changed:

# %% id="nothing-changes"
shorter, longer = vectors_of("Quoth the r"), vectors_of("Quoth the ra")
same = np.allclose(shorter, longer[:, :-1], rtol=0, atol=1e-12)
print("vectors of the first 11 characters the same with a 12th behind them:", same)

# %% [markdown]
# What does the *new* position need of the earlier ones? Its query meets their keys, and it mixes their values. Nothing else: their queries have been answered, their feed-forward is done. So keep the keys and values of all positions, in every block and head. At each step only the new token goes through the model; its key and its value are appended, and its one query looks at all that is kept. This is the **key–value cache**.
#
# | step | reads | queries | keys and values that are made | keys and values that are looked at |
# |---|---|---|---|---|
# | without | all $t$ tokens | $t$ | $t$ | $t$ |
# | with | 1 token | 1 | 1 | $t$, of which $t - 1$ are kept |
#
# Two details must fit. The new token goes through the model alone, but it is number $t$ of the text and not the first, so it must get the position vector of its place. And the mask has one row and $t$ columns. Your `causal_mask(1, t)` of lesson 2 already gives it: the queries are the last of the positions.
#
# ### Exercise: `attend_with_past`
#
# `attend_with_past(x, memory, params, n_heads, mask, past)` is your `multi_head_attention` of lesson 2 that remembers earlier calls.
#
# - `x`: `(B, T_q, d_model)`, where the queries come from. `params`, `n_heads` and `mask` as in lesson 2.
# - `memory`: `(B, T, d_model)`, the vectors whose keys and values are *new*; in self-attention that is `x` again. It may be `None`: then nothing is new. (Cross-attention needs this. There the memory is the encoder's output, which does not grow; its keys and values are made in the first call.)
# - `past`: a dict, `{}` before the first call. After each call `past["k"]` and `past["v"]` hold the keys and values of all calls so far, `(B, n_heads, T_k, d_k)`, the newest last. The dict is changed in place.
# - Returns `(out, cache)`, `out` of shape `(B, T_q, d_model)`: the queries attend to all that `past` then holds.
#
# The first two lines and the last are given; the last expects the attention's cache under the name `attention_cache`. `attention.split_heads`, `attention.merge_heads` and `attention.scaled_dot_product_attention` are those of lesson 2.
#
# By hand: one head of width 2, identity matrices, no mask. `past` holds the value $(4, 0)$, `memory` is the row $(0, 2)$, and `x` is the query $(0, 0)$, which prefers nothing. There are now two keys, each gets ½, and `out` is $\tfrac12 (4, 0) + \tfrac12 (0, 2) = (2, 1)$.


# %% id="ex-attend-with-past" tags=["exercise"]
def attend_with_past(x, memory, params, n_heads, mask, past):
    """Let x (B, T_q, d_model) attend to all keys and values so far; the new ones join `past`."""
    q, _ = layers.linear(x, params["W_Q"], params.get("b_Q"))
    q = attention.split_heads(q, n_heads)
    ### BEGIN SOLUTION
    if memory is not None:
        k, _ = layers.linear(memory, params["W_K"], params.get("b_K"))
        v, _ = layers.linear(memory, params["W_V"], params.get("b_V"))
        k, v = attention.split_heads(k, n_heads), attention.split_heads(v, n_heads)
        past["k"] = np.concatenate([past["k"], k], axis=2) if "k" in past else k
        past["v"] = np.concatenate([past["v"], v], axis=2) if "v" in past else v
    heads, attention_cache = attention.scaled_dot_product_attention(q, past["k"], past["v"], mask)
    merged = attention.merge_heads(heads)
    out, _ = layers.linear(merged, params["W_O"], params.get("b_O"))
    ### END SOLUTION
    return out, MultiHeadCache(None, None, None, attention_cache, None)


# %% id="check-attend-with-past"
attend_with_past = check(attend_with_past)

# %% [markdown]
# First: is the result the same? We feed a text of 12 characters once as a whole, and once in pieces, with your function inside the model. The cache begins empty, and each call hands over only what is new.

# %% id="same-logits"
text = 'the raven, "'
ids = vocab.encode(text)[None]
whole, cache = model.language_model(ids, params, config)
past, pieces, rows = start_past(config), [], []
with using(attend_with_past=attend_with_past):
    for start, stop in [(0, 5), *((t, t + 1) for t in range(5, 12))]:
        part, weights = logits_with_past(ids[:, start:stop], params, config, past)
        pieces.append(part)
        rows.append(weights[0][0])
print("shapes of the weights, call by call:", [row.shape for row in rows[:3]], "…")
print("keys kept after the last call:      ", past[0]["self"]["k"].shape)
difference = np.abs(np.concatenate(pieces, axis=1) - whole).max()
print("same logits to 1e-10:               ", difference < 1e-10)

# %% [markdown]
# The first call read five characters at once, the prompt; each of the others read one. What the heads looked at while the model read on is one new row for each call. Laid under each other, the rows are the triangle that you know from lesson 2:

# %% id="attention-while-writing"
grown = np.zeros((config.n_heads, 12, 12))
at = 0
for row in rows:
    T_q, T_k = row.shape[1:]
    grown[:, at : at + T_q, :T_k] = row
    at += T_q
full = model.attention_weights(cache)[0][0]
print("the rows, call by call, are the triangle of the whole text:", np.allclose(grown, full))
heads_grid(
    grown,
    list(text),
    title="Each step adds a row: what the four heads look at before the next character",
    mask=attention.causal_mask(12),
)

# %% [markdown]
# Do the four heads have jobs of their own? Take every twentieth window of the poem and ask of its last position: how many characters back does each head look?

# %% id="distances"
encoded = vocab.encode(poem)
samples = np.lib.stride_tricks.sliding_window_view(encoded, 12)[::20]
_, cache = model.language_model(samples, params, config)
back = model.attention_weights(cache)[0][:, :, -1, ::-1].mean(axis=0)
jobs = [
    f"head {h + 1} gives {back[h].max():.2f} to the one {back[h].argmax()} back"
    for h in range(4)
    if back[h].max() > 0.3
]
heatmap(
    back,
    row_labels=range(1, 5),
    column_labels=range(12),
    title=f"Over {len(samples)} windows, {' and '.join(jobs)}",
    x_label="characters back (0: the one just read)",
    y_label="head",
    label="mean weight",
)

# %% [markdown]
# Go through a text that the model wrote. At each step the explorer shows which characters were candidates, which was drawn, and where the heads looked. Look for the step at which the line could have gone elsewhere: where several bars are long. And what does the model do in the middle of a word?

# %% id="explore-writing"
prompt = "Quoth the "
text = write(params, prompt, 90, seed=3, temperature=0.8)
probabilities, weights = [], []
for t in range(len(prompt), len(text)):
    start = max(0, t - config.max_len)
    logits, cache = model.language_model(vocab.encode(text[start:t])[None], params, config)
    probabilities.append(next_probabilities(logits[0, -1], temperature=0.8))
    looked = np.zeros((config.n_heads, len(text)))
    looked[:, start:t] = model.attention_weights(cache)[0][0, :, -1]
    weights.append(looked)
explore_writing(list(text), len(prompt), probabilities, weights, vocab.tokens, step=5)

# %% [markdown]
# (Choices are made at the beginning of words and after their ends. Inside a word there is mostly one long bar: the model spells.)
#
# ### What it saves
#
# The cache changes no result. What it changes is the cost, and costs can be counted. We put a counter into the two functions that multiply: `linear`, and the attention with its two products.


# %% id="counter"
class Counter:
    """Counts the multiplications of everything that runs inside `with using(**counter.parts())`."""

    def __init__(self):
        self.count = 0
        self.linear, self.attend = layers.linear, attention.scaled_dot_product_attention

    def counted_linear(self, x, W, b=None):
        self.count += x.size * W.shape[1]
        return self.linear(x, W, b)

    def counted_attention(self, q, k, v, mask=None):
        self.count += q.size * k.shape[-2] * 2  # q @ k.T, and weights @ v
        return self.attend(q, k, v, mask)

    def parts(self):
        return {
            "linear": self.counted_linear,
            "scaled_dot_product_attention": self.counted_attention,
        }


long_config = TransformerConfig("decoder", vocab_size=54, n_layers=2, max_len=256)
long_params = init_params(long_config, np.random.default_rng(0), np.float64)
long_ids = np.random.default_rng(1).integers(54, size=(1, 256))


def cost_of_next(t, use_cache):
    """Multiplications for the logits after t tokens, when those after t - 1 are known."""
    next_logits, counter = NextLogits(long_params, long_config, use_cache=use_cache), Counter()
    if t > 1:
        next_logits(long_ids[:, : t - 1])
    with using(**counter.parts()):
        next_logits(long_ids[:, :t])
    return counter.count


# %% [markdown]
# (A model with two blocks and room for 256 tokens. Its weights are random: how often it multiplies does not depend on them. Scores behind the mask are counted as well, for our attention computes them before it hides them.)

# %% id="predict-saved" jupyter={"source_hidden": true}
predict(
    "saved",
    "The text has 99 tokens. The 100th has just been written, and the model reads on to find the 101st. How many times more multiplications does it take without the cache than with it?",
    number=True,
    unit="times",
)

# %% id="reveal-saved" jupyter={"outputs_hidden": true}
print("  t     without cache      with cache     ratio")
ratios = {}
for t in [1, 2, 10, 50, 100, 200]:
    without, with_cache = cost_of_next(t, False), cost_of_next(t, True)
    ratios[t] = without / with_cache
    print(f"{t:>4}{without:>17,}{with_cache:>15,}{ratios[t]:>10.4g}")
reveal(
    "saved",
    ratios[100],
    "Exactly 100. Without the cache 100 positions go through the model, and each costs the same as "
    "the last one, which is the only one that goes through it with the cache.",
    digits=4,
)

# %% [markdown]
# The saving at length $t$ is a factor of $t$. For a text as a whole we add up. With $d = d_{\text{model}}$, $d_{\text{ff}} = 4d$, and $V$ tokens in the vocabulary, one position costs
#
# $$c(t) = \underbrace{n_{\text{layers}}\,(4 d^2 + 8 d^2)}_{\text{projections, feed-forward}} + \underbrace{n_{\text{layers}}\, 2\,t\,d}_{\text{compare and mix}} + \underbrace{d\,V}_{\text{logits}}$$
#
# With the cache a text of $N$ tokens costs $\sum_t c(t)$, without it $\sum_t t\,c(t)$.


# %% id="whole-texts"
def cost_of_text(N, use_cache):
    """Multiplications to write N tokens after a first one."""
    counter = Counter()
    with using(**counter.parts()):
        decoding.generate(
            NextLogits(long_params, long_config, use_cache=use_cache), long_ids[:, :1], N
        )
    return counter.count


d, V, n_layers = long_config.d_model, long_config.vocab_size, long_config.n_layers
lengths = [4, 16, 64, 256]
totals = {"without cache": [], "with cache": []}
print("   N      without: counted    formula         with: counted    formula       ratio")
for N in lengths:
    c = [n_layers * (12 * d**2 + 2 * t * d) + d * V for t in range(1, N + 1)]
    formulas = sum(t * cost for t, cost in enumerate(c, 1)), sum(c)
    counted = [cost_of_text(N, use_cache) for use_cache in (False, True)]
    for name, value in zip(totals, counted, strict=True):
        totals[name].append(value)
    print(
        f"{N:>4}{counted[0]:>19,}{formulas[0]:>17,}{counted[1]:>14,}{formulas[1]:>13,}"
        f"{counted[0] / counted[1]:>9.1f}"
    )

# %% id="cache-picture"
lines(
    lengths,
    {name: np.array(values) / 1e6 for name, values in totals.items()},
    title=f"Writing {lengths[-1]} tokens takes {totals['without cache'][-1] / totals['with cache'][-1]:.0f} times the multiplications without the cache",
    x_label="tokens written",
    y_label="multiplications (millions)",
    log_x=True,
    log_y=True,
    markers=True,
    height=3.4,
)

# %% [markdown]
# The price is memory: two vectors of width $d_{\text{model}}$ for each token in each block, $2\, n_{\text{layers}}\, T\, d_{\text{model}}$ numbers for one text. Does that fit our arrays, and what does it come to in a large model?

# %% id="cache-memory"
next_logits = NextLogits(long_params, long_config)
next_logits(long_ids[:, :100])
held = sum(array.nbytes for block in next_logits.past for array in block["self"].values())
print(f"ours, 100 tokens: counted {held:,} bytes, formula {2 * n_layers * 100 * d * 8:,}")
size = 2 * 96 * 2048 * 12288 * 2
print(f"GPT-3, one text of 2048 tokens, 2 bytes for a number: {size / 1e9:.1f} GB")

# %% [markdown]
# (GPT-3: 96 blocks of width 12288, 2048 tokens; Brown et al. 2020, Table 2.1.) Each of the texts that such a model writes at the same time needs a cache of its own. That is why so much work goes into making it smaller (see the end of this lesson).
#
# One limit of our small model should be said. It knows 12 positions. From the 13th character on it reads the *last* 12, and each of them has moved by one place, so that its position vector is another, and its key and value with it. Nothing of the cache can then be kept. `NextLogits` computes everything anew in that case.
#
# ## 9. Beam search
#
# Greedy takes the best next token. But what is wanted may be the best *text*, and the first step of the best text need not be the best first step. By hand, with three tokens:
#
# | first | probability | then | probability | both |
# |---|---|---|---|---|
# | A | 0.6 | A, B or C, all alike | 0.33 each | 0.20 |
# | B | 0.4 | C, almost surely | 0.90 | **0.36** |
#
# Greedy goes to A and can get no more than 0.20. The best text, BC, begins with the second best token.
#
# To try all texts is impossible: with 54 characters there are $54^{10}$ of length 10. **Beam search** is the compromise. It keeps the $n$ best beginnings, the beams. At each step every beam is continued by every token, and of all these candidates the best $n$ are kept. With $n = 1$ this is greedy.
#
# What is "best"? The probability of a text is a product, $p(w_1)\,p(w_2 \mid w_1) \cdots$ (each factor is one of the model's predictions). Products of many small numbers underflow, so we add logarithms:
#
# $$\ln p(w_1 \dots w_T) = \sum_t \ln p(w_t \mid w_1 \dots w_{t-1})$$
#
# A logit becomes the logarithm of its probability if the logarithm of the sum of all exponentials is subtracted: `logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)`. (Lesson 6 looks at this formula closely.)
#
# ### Exercise: `beam_search`
#
# `beam_search(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0)` keeps the `n_beams` most likely continuations at every step.
#
# - `next_logits`: as in `generate`. It also has a method `select(rows)`: the sequences live on in this order, and its cache has to follow. Call it once in every step.
# - `ids`: `(1, T)`, one prompt.
# - Returns `(winner, log_probability)`: the ids of the best continuation with its prompt, and the sum of the logarithms of its new tokens.
#
# You write two pieces. **First piece:** from `next_logits(ids)` and `totals`, the sums so far, one for each beam, make the candidates: `rows` (which beam), `tokens` (which token) and `scores` (the new sum), each of length `2 * n_beams` at most, best first. **Second piece:** append `tokens` to the beams `rows`, and tell the model.
#
# The given lines between them deal with ends. A candidate that ends with `eos_id` is put aside as finished, if it is among the best `n_beams`. The others fill the beams; that is why twice as many candidates are made. At last the texts are compared by their sum divided by a number that grows with the length (Wu et al. 2016, Eq. 14). With `length_penalty=0` that number is 1.
#
# Useful: `np.argsort(-scores, axis=None, kind="stable")` gives places in the flattened array, and `np.divmod(place, n_columns)` makes row and column of them.


# %% id="ex-beam-search" tags=["exercise"]
def beam_search(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    """Keep the n_beams most likely continuations of ids (1, T) at every step."""
    T, totals, finished = ids.shape[1], np.zeros(1), []

    def value(entry):  # of a continuation and its total
        return entry[1] / ((5 + len(entry[0]) - T) / 6) ** length_penalty

    for _ in range(max_new_tokens):
        # First piece: rows, tokens and scores of the best 2 * n_beams candidates.
        ### BEGIN SOLUTION
        logits = next_logits(ids)
        log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        scores = totals[:, None] + log_p
        best = np.argsort(-scores, axis=None, kind="stable")[: 2 * n_beams]
        rows, tokens = np.divmod(best, log_p.shape[1])
        scores = scores.reshape(-1)[best]
        ### END SOLUTION
        # Given: what has ended is put aside, the best of the others live on.
        ends = np.zeros(len(tokens), bool) if eos_id is None else tokens == eos_id
        for i in np.flatnonzero(ends[:n_beams]):
            finished.append((np.append(ids[rows[i]], tokens[i]), scores[i]))
        keep = np.flatnonzero(~ends)[:n_beams]
        if len(keep) == 0:
            break
        rows, tokens, totals = rows[keep], tokens[keep], scores[keep]
        # Second piece: append the tokens to their beams, and tell the model.
        ### BEGIN SOLUTION
        ids = np.concatenate([ids[rows], tokens[:, None]], axis=1)
        next_logits.select(rows)
        ### END SOLUTION
    finished += zip(ids, totals, strict=True)
    winner, total = max(finished, key=value)
    return winner, float(total)


# %% id="check-beam-search"
beam_search = check(beam_search)

# %% [markdown]
# Now the trained model, after *the*. The explorer of section 5 showed how near its first choices lie to each other: *s*, *l* and *r*. Greedy takes *s*.

# %% id="predict-beam" jupyter={"source_hidden": true}
predict(
    "beam",
    "Five characters are written after *the*, once greedily and once with three beams. How many times as likely is the text of the beams?",
    number=True,
    unit="times",
)

# %% id="greedy-loses" jupyter={"outputs_hidden": true}
prompt = vocab.encode("the ")[None]
print("beams    continuation   probability")
found = {}
for n_beams in [1, 2, 3, 5, 20]:
    ids, log_p = beam_search(NextLogits(params, config), prompt, 5, n_beams)
    found[n_beams] = vocab.decode(ids[4:]), math.exp(log_p)
    print(f"{n_beams:>5}{found[n_beams][0]!r:>15}{found[n_beams][1]:>14.3f}")

# %% id="reveal-beam"
reveal(
    "beam",
    found[3][1] / found[1][1],
    "After its best first letter the model has to choose again. After the third best it is nearly sure.",
    digits=2,
)


# %% [markdown]
# The tree shows how it went. After one step the right letter is third, and with one or two beams it is lost. After two steps it leads.


# %% id="tree"
class Listener:
    """Passes on to a NextLogits, and keeps the beams that it is asked about."""

    def __init__(self, next_logits):
        self.next_logits, self.heard = next_logits, []

    def __call__(self, ids):
        self.heard.append(ids)
        return self.next_logits(ids)

    def select(self, rows):
        self.next_logits.select(rows)


def probability_of(ids, start):
    """Probability of the tokens from `start` on, given those before."""
    logits, _ = model.language_model(ids[None, :-1], params, config)
    p, _ = layers.softmax(logits[0])
    return math.prod(p[t - 1, ids[t]] for t in range(start, len(ids)))


listener = Listener(NextLogits(params, config))
beam_search(listener, prompt, 6, 3)
levels = [
    [(tuple(vocab.decode(row[4:])), probability_of(row, 4)) for row in beams]
    for beams in listener.heard[1:]
]
ranks = [token for tokens, _ in levels[0] for token in tokens]
place = ranks.index(found[3][0][0]) + 1
beam_tree(
    levels,
    title=f"The winner {found[3][0]!r} begins with the letter that is number {place}, and greedy never sees it",
    root="the ",
    other=list(found[1][0]),
)

# %% [markdown]
# How often does it matter? We take the first six characters of 60 lines of the poem as prompts, and let the model add six.

# %% id="how-often"
starts = [text[:6] for text in poem.splitlines() if text][:60]
print("beams    more likely than greedy, in lines      mean gain in ln p")
greedy = [beam_search(NextLogits(params, config), vocab.encode(s)[None], 6, 1)[1] for s in starts]
for n_beams in [2, 3, 5, 10]:
    gains = [
        beam_search(NextLogits(params, config), vocab.encode(s)[None], 6, n_beams)[1] - one
        for s, one in zip(starts, greedy, strict=True)
    ]
    better = sum(gain > 1e-9 for gain in gains)
    print(f"{n_beams:>5}{better:>20} of {len(starts)}{np.mean(gains):>26.3f}")

# %% [markdown]
# A few beams already find what there is to find here. That is usual: in an early translator of this kind two beams already gave most of the gain (Sutskever et al. 2014).
#
# ### The best text is not always a good text
#
# A text that ends early has fewer factors below 1. So the most likely text is often a short one. Another model of the course knows eleven words and a little grammar: *the cat that sees the dogs sleeps*. Its sentences end with a full stop, which we use as `eos_id`. What is its most likely sentence?

# %% id="shortest"
toy, toy_params = load_trained("toy_sentences")
stop = toy.vocabulary.encode(".")
print("beams  penalty   probability   sentence")
for n_beams, penalty in [(1, 0.0), (5, 0.0), (5, 1.0), (5, 2.0)]:
    next_logits = NextLogits(toy_params, toy.config)
    ids, log_p = beam_search(next_logits, stop[None], 12, n_beams, stop[0], penalty)
    said = toy.vocabulary.decode(ids[1:])
    print(f"{n_beams:>4}{penalty:>9}{math.exp(log_p):>14.4f}   {said}")

# %% [markdown]
# Greedy loses again: five beams find a sentence that is more than twice as likely. It is also among the shortest that the grammar has. The penalty divides the sum of logarithms, which is negative, by a number that grows with the length. So it favors long texts, and too much of it makes the model talk without end. In large translators the effect is drastic: for more than half of the sentences the most likely translation of all is the empty one (Stahlberg and Byrne 2019).
#
# So beam search is for tasks with one right answer, such as translation. For free text nobody wants the most likely one. People do not write it, either: human text keeps choosing words that a model finds unlikely (Holtzman et al. 2020).
#
# ## 10. Your functions in the model
#
# The course's functions of these names are used by its models and its decoding. With `using`, yours take their place: the model is pooled, asked and drawn from by what you wrote.

# %% id="in-the-model"
yours = {
    "pool": pool,
    "next_probabilities": next_probabilities,
    "sample": sample,
    "generate": generate,
    "attend_with_past": attend_with_past,
    "beam_search": beam_search,
}
prompts = np.stack([vocab.encode(start) for start in ["Quoth ", "And th", "Once u"]])


def everything():
    """Classify, write and search, with whatever functions stand in the course at the moment."""
    rng = np.random.default_rng(5)
    written = decoding.generate(NextLogits(params, config), prompts, 20, rng, temperature=0.7)
    searched, _ = decoding.beam_search(NextLogits(params, config), prompts[:1], 6, 3)
    label, _ = model.classifier(line[None], encoder_params, encoder)
    return written, searched, label


theirs = everything()
with using(**yours):
    with_yours = everything()
same = [np.allclose(a, b) for a, b in zip(theirs, with_yours, strict=True)]
print("the same text, the same search, the same label:", same)
for row in with_yours[0]:
    print(repr(vocab.decode(row)))

# %% [markdown]
# ## 11. What the model says about Poe
#
# We have used probabilities to write. They can also be used to *judge*. Give the model a line that exists, and look up at each position how much probability it gave to the character that really comes next. We take a piece of the last stanza: the model has not seen it in training.

# %% id="judge-poe"
verse = "throws his shadow on the floor"
print(
    "in the poem:",
    verse in poem,
    "  in the part for training:",
    verse in poem[: len(poem) * 9 // 10],
)
given = []
for t in range(1, len(verse)):
    logits, _ = model.language_model(
        vocab.encode(verse[max(0, t - config.max_len) : t])[None], params, config
    )
    given.append(next_probabilities(logits[0, -1])[vocab.encode(verse[t])[0]])
worst = int(np.argmin(given)) + 1
bars(
    list(verse[1:]),
    given,
    title=f"Least expected: the {verse[worst]!r} after {verse[:worst]!r}; in {sum(p > 0.5 for p in given)} of {len(given)} places the model was right to be sure",
    x_label="the character that really comes next",
    y_label="probability",
    limits=(0.0, 1.1),
    height=3.2,
)

# %% [markdown]
# A good model gives much probability to what really comes. How does one make a single number of this, by which models can be compared, and which training can make better? That is lesson 6.
#
# ## Check what you know

# %% id="quiz-constant" jupyter={"source_hidden": true}
quiz(
    "constant",
    "The same number is added to all logits of a position. What changes in what is written?",
    [
        (
            "Nothing, at any setting of the knobs",
            True,
            "The softmax does not see it. At another temperature $\\tau$ the constant $c$ becomes $c/\\tau$, which is again the same for all.",
        ),
        (
            "Nothing at temperature 1; at others the text changes",
            False,
            "Divided by the temperature the constant is still the same for all tokens.",
        ),
        (
            "The text gets more random",
            False,
            "Only differences of logits count, and they stay as they are.",
        ),
    ],
)

# %% id="quiz-tied" jupyter={"source_hidden": true}
quiz(
    "tied-shape",
    "A model has the embedding `E` of shape `(vocab_size, d_model)` and is tied. How does the gradient reach `E` when it is trained?",
    [
        (
            "From the input side only: the output uses a copy",
            False,
            "`E.T` is no copy of the numbers. It is the same array, read in another way.",
        ),
        (
            "From the output side only",
            False,
            "The embedding is looked up at the input as well.",
        ),
        (
            "From both sides, and the two are added",
            True,
            "The same numbers are used in two places, so a change of one acts in two ways. Lesson 7 adds the two gradients.",
        ),
    ],
)

# %% id="quiz-pooling" jupyter={"source_hidden": true}
quiz(
    "pooling",
    "A GPT-like model with a causal mask is to label texts. The batch is padded on the right. Which vector goes to the classifier?",
    [
        (
            "That of position 0, as in BERT",
            False,
            "Under a causal mask position 0 has seen one token.",
        ),
        (
            "That of the last column, `x[:, -1]`",
            False,
            "In a short text that is padding.",
        ),
        (
            "That of the last token of each text",
            True,
            "It is the only position that has seen the whole text. Where it stands differs from row to row.",
        ),
        (
            "The sum of all positions",
            False,
            "It would grow with the length, and padding would be in it.",
        ),
    ],
)

# %% id="quiz-topp" jupyter={"source_hidden": true}
quiz(
    "top-p",
    "The most likely token has the probability 0.97. What does top-p with $p = 0.9$ leave?",
    [
        (
            "This token alone",
            True,
            "It has 0.9 by itself, so it is the smallest set that will do. Here top-p is the same as greedy.",
        ),
        (
            "Nothing, because 0.97 is more than 0.9",
            False,
            "That is what the most common mistake in code does. The set must reach $p$, and may pass it.",
        ),
        (
            "Nine tenths of the vocabulary",
            False,
            "$p$ is a share of the probability, not of the tokens.",
        ),
        (
            "This token and the next one",
            False,
            "The first one is enough.",
        ),
    ],
)

# %% id="quiz-cache" jupyter={"source_hidden": true}
quiz(
    "cache",
    "Why are the **queries** of earlier tokens not kept?",
    [
        (
            "They are as large as keys and values, and memory is short",
            False,
            "Memory is short, but that is not why. Nobody would read them.",
        ),
        (
            "Their answers are known: an earlier position does not look at later ones",
            True,
            "A query is used once, in the step in which its token is read. Keys and values are looked at by all later tokens.",
        ),
        (
            "They change with each new token",
            False,
            "They do not; nothing of an earlier position changes. But they are not needed any more.",
        ),
    ],
)

# %% id="quiz-encoder-cache" jupyter={"source_hidden": true}
quiz(
    "encoder-cache",
    "Could an encoder such as BERT, without a causal mask, use a key–value cache when a token is appended to its text?",
    [
        (
            "Yes, attention is attention",
            False,
            "Without the mask the earlier positions look at the new one, too.",
        ),
        (
            "Yes, but only in the first block",
            True,
            "In the first block keys and values come from the embeddings, which stay. But its outputs change at every position, and with them all keys and values of the blocks above.",
        ),
        (
            "No, in no block",
            False,
            "Nearly. The keys and values of the first block depend on each token alone, and could be kept.",
        ),
    ],
)

# %% id="quiz-beam" jupyter={"source_hidden": true}
quiz(
    "beam",
    "With ten beams the text that is found is *less* likely than with five. Can that be?",
    [
        (
            "No: more beams look at more candidates",
            False,
            "More candidates at each step, yes. But a beginning that leads at first may crowd out another that would have won.",
        ),
        (
            "Yes",
            True,
            "It is no exhaustive search. A beginning that five beams kept may be pushed out by the children of the sixth to tenth. It is rare, and with enough beams it cannot happen.",
        ),
        (
            "Only with a length penalty",
            False,
            "A penalty is not needed: crowding out is enough.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The way out of a model is one matrix, and it is large: a row for each token.

# %% id="real-sizes"
print(f"{'':<20}{'vocabulary':>12}{'d_model':>9}{'table':>15}{'tied':>7}")
for name, size, width, tied in [
    ("Transformer, base", 37000, 512, "yes"),
    ("BERT-base", 30522, 768, "yes"),
    ("GPT-2 small", 50257, 768, "yes"),
]:
    print(f"{name:<20}{size:>12,}{width:>9}{size * width:>15,}{tied:>7}")

# %% [markdown]
# (Transformer, base: about 37,000 tokens shared by both languages, Vaswani et al. 2017, Sec. 5.1, tied as in Sec. 3.4. BERT: the released vocabulary; the paper says 30,000, Devlin et al. 2019, Sec. 3. GPT-2: Radford et al. 2019, Sec. 2.3. That BERT and GPT-2 are tied is seen in their released code. In BERT the matrix serves the guessing of masked words.)
#
# - **Settings.** Fan et al. (2018) drew stories with $k = 10$. Holtzman et al. (2020) found that text drawn with $p = 0.95$ came nearest to human text in most of their measures. The translators of Vaswani et al. (2017, Sec. 6.1) used four beams and a length penalty of 0.6.
# - **A smaller cache.** Multi-query attention keeps one set of keys and values for all heads (Shazeer 2019), grouped-query attention one for each group of heads (Ainslie et al. 2023). With 8 heads the first needs an eighth of the cache.
# - **A cache without holes.** Texts grow at different speeds, so that room reserved for them lies idle. PagedAttention hands the memory out in small pages, as an operating system does (Kwon et al. 2023).
# - **Several tokens at once.** A small model drafts some tokens, the large one checks all of them in a single pass and keeps those that it would have drawn. The text has the same probabilities as if the large model had written it alone (Leviathan et al. 2023).
# - **Pooling.** Reimers and Gurevych (2019) compared the first position, the mean and the maximum for comparing sentences, and made the mean the default of Sentence-BERT.
#
# **Next.** The model gives probabilities, and Poe has written what came next. Lesson 6 makes a number out of the two: the loss.
#
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Sec. 3.4 (shared weights), 5.1, 6.1 (beams).
# - O. Press, L. Wolf, *Using the Output Embedding to Improve Language Models*, 2017, [arXiv:1608.05859](https://arxiv.org/abs/1608.05859).
# - H. Inan, K. Khosravi, R. Socher, *Tying Word Vectors and Word Classifiers: A Loss Framework for Language Modeling*, 2017, [arXiv:1611.01462](https://arxiv.org/abs/1611.01462).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Radford et al., *Improving Language Understanding by Generative Pre-Training*, 2018; *Language Models are Unsupervised Multitask Learners*, 2019.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020, [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - N. Reimers, I. Gurevych, *Sentence-BERT*, 2019, [arXiv:1908.10084](https://arxiv.org/abs/1908.10084).
# - R. Collobert et al., *Natural Language Processing (Almost) from Scratch*, 2011, [arXiv:1103.0398](https://arxiv.org/abs/1103.0398).
# - D. Ackley, G. Hinton, T. Sejnowski, *A Learning Algorithm for Boltzmann Machines*, Cognitive Science, 1985.
# - A. Fan, M. Lewis, Y. Dauphin, *Hierarchical Neural Story Generation*, 2018, [arXiv:1805.04833](https://arxiv.org/abs/1805.04833).
# - A. Holtzman et al., *The Curious Case of Neural Text Degeneration*, 2020, [arXiv:1904.09751](https://arxiv.org/abs/1904.09751).
# - I. Sutskever, O. Vinyals, Q. Le, *Sequence to Sequence Learning with Neural Networks*, 2014, [arXiv:1409.3215](https://arxiv.org/abs/1409.3215).
# - Y. Wu et al., *Google's Neural Machine Translation System*, 2016, [arXiv:1609.08144](https://arxiv.org/abs/1609.08144).
# - F. Stahlberg, B. Byrne, *On NMT Search Errors and Model Errors: Cat Got Your Tongue?*, 2019, [arXiv:1908.10090](https://arxiv.org/abs/1908.10090).
# - N. Shazeer, *Fast Transformer Decoding: One Write-Head is All You Need*, 2019, [arXiv:1911.02150](https://arxiv.org/abs/1911.02150).
# - J. Ainslie et al., *GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints*, 2023, [arXiv:2305.13245](https://arxiv.org/abs/2305.13245).
# - W. Kwon et al., *Efficient Memory Management for Large Language Model Serving with PagedAttention*, 2023, [arXiv:2309.06180](https://arxiv.org/abs/2309.06180).
# - Y. Leviathan, M. Kalman, Y. Matias, *Fast Inference from Transformers via Speculative Decoding*, 2023, [arXiv:2211.17192](https://arxiv.org/abs/2211.17192).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
