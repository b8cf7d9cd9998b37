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
# Lesson 4 ended with a stack of blocks: ids go in, and one vector for each position comes out.
# So far a matrix turned these vectors into answers in passing.
# This lesson looks at that last step: a score for each token of the vocabulary, probabilities, and at last a text, character by character.
#
# - **You will build** the way out of a transformer in nine functions: the output projection, top-k, top-p and temperature, the draw, the loop that writes, the cache that makes it fast, beam search, and pooling.
#   A trained model will write with them.
# - **You need** lesson 1 (`one_hot`), lesson 2 (softmax, heads, causal mask) and lesson 4 (the stack of blocks).
# - **Time** about two and a half hours, in two sittings: sections 1 to 6, and 7 to 11; section 8, beam search, takes 40 minutes more and can wait, for no later lesson needs it
# - **Cost** runs in 10 seconds, 240 MB of memory
#
# Nine cells are yours, each followed by its check, as before.
# `hint("sample")` helps, one step at a time, and `solution("sample")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from itertools import combinations
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.attention_view import attention_view
from classroom.lesson_05 import beam_tree, explore_cache, explore_draw, explore_writing
from classroom.plots import bars, heatmap, show, table
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
# We begin with a model that has been trained.
# It has a single block with four heads and reads at most 12 characters at once.
# It was taught the first nine tenths of *The Raven*: at each character, to say which one comes next.
# (Lesson 8 shows how.)

# %% id="load-raven"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
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
# Ten characters, ten vectors of 64 numbers.
# The vocabulary has 54 characters, so 54 numbers are wanted at each position, one for how well each character would fit.
# What makes 54 numbers of 64?
# A matrix, with one **column for each token**:
#
# $$\mathrm{logits} = x\,W + b, \qquad W: (d_{\text{model}}, \text{vocab\_size})$$
#
# The entry for token $i$ is the dot product of the vector with column $i$.
# So the column says what a vector must look like for token $i$ to come next.
# These scores are the **logits** that lesson 4 used in passing.
# They may be negative, they do not sum to 1, and as in lesson 2 only their differences will count.
#
# By hand: two features, three tokens.
#
# $$(1,\ 2)\begin{pmatrix}3 & 0 & 1\\ 0 & 1 & 2\end{pmatrix} + (0,\ 0,\ 1) = (3,\ 2,\ 5) + (0,\ 0,\ 1) = (3,\ 2,\ 6)$$
#
# A vector has to be compared with each token of the vocabulary, and there is a table with a vector for each token in the model already: the embedding $E$, of shape $(\text{vocab\_size}, d_{\text{model}})$, from lesson 1.
# Its rows say what a token *is*.
# A **tied** model uses them a second time and has no $W$: its logits are $x\,E^\top$ (Press and Wolf 2017; Inan et al. 2017).

# %% [markdown]
# ### Exercise: `output_projection`
#
# *Difficulty 1 of 5, about 5 minutes.*
#
# `output_projection(x, params, tied=False)` makes logits of vectors.
#
# - `x`: an array `(..., d_model)`.
# - `params`: a dict of a model's parameters.
#   `params["output"]` holds `W`, `(d_model, vocab_size)`, and `b`, `(vocab_size,)`.
#   If `tied` is true, `params["embedding"]["W"]`, `(vocab_size, d_model)`, is used, transposed, and no bias; an `"output"` may be missing or there, and does not count.
# - Returns `(out, cache)`: `out` of shape `(..., vocab_size)`, and the cache that `layers.linear(x, W, b)` returns beside it.
#   (For a map without bias, leave `b` out.)
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
same = np.abs(logits - whole) < 1e-10
print(f"logits {logits.shape}, within 1e-10 of the model's: {same.sum()} of {same.size}\n")

p, _ = layers.softmax(logits[0, -1])
best = np.argsort(-p)[:8]
likely = [repr(vocab.tokens[i]) for i in best]
table(
    {"after 'Quoth the '": likely, "logit": logits[0, -1, best], "softmax": p[best]},
    {"logit": ".2f", "softmax": ".3f"},
)

# %% [markdown]
# The softmax of lesson 2 turns the logits into probabilities, and this time they are what the model was taught to give: the probability of each next character.
# The model is fairly sure of *r*.
#
# We looked at the last row only.
# But every row has its logits: a model with a causal mask predicts at *each* position, each time from what stands up to there.
# Here are the predictions along two words.
# Each row is one position and ends with the character in its label.

# %% id="each-position"
text = "chamber door"
logits, _ = output_projection(vectors_of(text), params)
by_position, _ = layers.softmax(logits[0])
right = (by_position[:-1].argmax(axis=1) == vocab.encode(text)[1:]).sum()
likely = np.flatnonzero(by_position.max(axis=0) > 0.1)
heatmap(
    by_position[:, likely],
    row_labels=[text[: t + 1] for t in range(len(text))],
    column_labels=[vocab.tokens[i] for i in likely],
    title=f"At {right} of {len(text) - 1} places the most likely character is the one that follows",
    y_label="what has been read",
    x_label="next character",
    label="probability",
)

# %% [markdown]
# After *c* there are many ways to go on.
# After *chamb* there is one.
# And at the end of *door* the poem itself goes on in different ways, so the model spreads its probability over the marks that may follow.

# %% [markdown]
# ## 2. What the columns have learned
#
# A column says what a vector must look like for its token to come next.
# Which tokens have similar columns?
# Those that fit in the same places.
# We measure the cosine between the columns of some characters of the trained model.
# Nobody has told it which letters are vowels.

# %% id="columns"
from classroom.lesson_05 import similar_columns

W = params["output"]["W"]
columns = W / np.linalg.norm(W, axis=0)
cosines = columns.T @ columns
show(similar_columns(cosines, vocab.tokens, "aeiou", "bdfmprst", ".,;!"))

# %% id="nearest-columns"
nearest = np.argsort(-cosines, axis=1)[:, 1:4]  # number 0 is the column itself
vowels = vocab.encode("aeiou")
near = [" ".join(vocab.tokens[i] for i in nearest[vowel]) for vowel in vowels]
print(table({"vowel": list("aeiou"), "nearest columns": near}))

is_near = np.zeros(cosines.shape, bool)
np.put_along_axis(is_near, nearest, True, axis=1)
letters = [i for i, token in enumerate(vocab.tokens) if token.islower()]
sets = np.array(list(combinations(letters, 5)))
inside = is_near[sets[:, :, None], sets[:, None, :]].sum(axis=(1, 2))  # of 15 nearest columns
of_vowels = is_near[np.ix_(vowels, vowels)].sum()
print(f"\nof the 15 nearest columns {of_vowels} are vowels")
print(f"all {len(sets):,} sets of five letters: {inside.mean():.1f} of 15 in the set on average,")
print(f"as many as the vowels have: {(inside >= of_vowels).sum()} set")

# %% [markdown]
# Of all sets of five letters, the vowels alone are so much among themselves.
# The model has found them, from nothing but which character follows which.
# (The rows of the embedding in lesson 1 began as random numbers, and so did these columns.
# Both get their order in the same way: they are used, and corrected.)

# %% [markdown]
# ## 3. Tied weights
#
# How much is saved if $W$ is the embedding?
# Both have `vocab_size × d_model` entries.
# `count_parameters` of lesson 4 knows both forms.

# %% id="tied-sizes"
from classroom.answers import count_parameters

gpt2 = TransformerConfig(
    "decoder", vocab_size=50257, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=1024
)
rows = {"model": ["raven", "GPT-2 small"], "not tied": [], "tied": [], "saved": []}
for size in [config, gpt2]:
    own, shared = (
        count_parameters(TransformerConfig(**{**size.to_dict(), "tied": tied}))
        for tied in (False, True)
    )
    rows["not tied"].append(own)
    rows["tied"].append(shared)
    rows["saved"].append((own - shared) / own)
table(rows, {"saved": ".1%"})

# %% [markdown]
# Tying has a second effect, and lesson 2 has shown its cause: *every word is most like itself*.
# In an untrained model the last vector is the token's own embedding, which the residual connections of lesson 3 have carried through all blocks, and all that was added to it on the way.
# A tied model compares this vector with the tokens' own vectors.

# %% id="predict-tied"
predict("tied")

# %% id="reveal-tied"
windows = vocab.encode(poem)[:1200].reshape(100, 12)
said = {}
kinds = [("not tied", False, 1), ("tied", True, 1), ("tied, the block adds nothing", True, 0)]
for name, tied, added in kinds:
    drawn = TransformerConfig(**{**config.to_dict(), "tied": tied})
    shares = []
    for seed in range(5):
        random_params = init_params(drawn, np.random.default_rng(seed), np.float64)
        random_params["blocks"][0]["attention"]["W_O"] *= added
        random_params["blocks"][0]["feed_forward"]["W_2"] *= added
        logits, _ = model.language_model(windows, random_params, drawn)
        shares.append((logits.argmax(axis=-1) == windows).mean())
    said[name] = np.mean(shares)
by_kind = {"5 random models": list(said), "largest logit there": list(said.values())}
reveal("tied", said["tied"], table(by_kind, digits=2))

# %% [markdown]
# An untrained tied model likes to say what it has just heard.
# Training has to teach it otherwise, and does.
# Press and Wolf (2017) trained language models both ways: the tied ones, with fewer parameters, predicted better.

# %% [markdown]
# ## 4. Choosing a token
#
# The model gives probabilities for the next character.
# Which one shall be written?
# The obvious answer is the most likely one.
# This is called **greedy**, and a loop is all it takes: read, take the largest, append, read again.
# (You will write this loop in section 6.)

# %% id="predict-greedy"
predict("greedy")

# %% id="reveal-greedy"
from classroom.lesson_05 import structure, structures


def greedy_text(prompt, length):
    """Continue a prompt by the most likely character."""
    ids = vocab.encode(prompt)[None]
    next_logits = NextLogits(params, config)  # the model, as a function of the ids so far
    return vocab.decode(decoding.generate(next_logits, ids, length)[0])


prompts = ["Once upon", "the ", "And the ", "Quoth", "a"]
texts = {prompt: greedy_text(prompt, 1200) for prompt in prompts}
start, n = structure(texts["Once upon"])
reveal("greedy", None, texts["Once upon"][:230] + " …", structures(texts), n=n)

# %% [markdown]
# Every one of these texts had to come back to itself.
# The model reads 12 characters, and the greedy choice is a function of them and of nothing else.
# As soon as 12 characters come back that stood there before, everything after them comes back too.
# Greedy text of larger models falls into such loops as well, though they read much more (Holtzman et al. 2020).
#
# So we let chance in: **draw** the next token, each as often as its probability says.
# The model was taught exactly these probabilities.
# But it is not perfect.
# Each of the many tokens that do not fit at all gets a little probability, too.
# A little of many is not little:

# %% id="tail"
after, rows = {}, []
for prompt in ["the ", "Quoth the ", "my chamber ", "Once upon"]:
    after[prompt] = output_projection(vectors_of(prompt)[:, -1], params)[0][0]
    p, _ = layers.softmax(after[prompt])
    tail = p < 0.02
    rows.append([repr(prompt), repr(vocab.tokens[p.argmax()]), p.max(), tail.sum(), p[tail].sum()])
names = ["prompt", "most likely", "its probability", "tokens below 0.02", "all of them together"]
table(
    dict(zip(names, zip(*rows, strict=True), strict=True)),
    {"its probability": ".3f", "all of them together": ".3f"},
)

# %% [markdown]
# Draw 200 characters, and such a tail is hit again and again.
# One slip is enough to lead the model where it has never been.
# There are three common remedies.
# Each is a knob, and all of them only change the numbers that are drawn from.
#
# **Temperature.**
# Divide the logits by $\tau$ before the softmax, as in the explorer of lesson 2.
# (The name is from physics; Ackley, Hinton and Sejnowski used it for networks in 1985.)
# Below 1 the likely become more likely; at 0, by agreement, the most likely gets everything.
# What does it do to the probabilities?
# Put the lines into their order.
# Two do not belong.

# %% id="parsons-temperature"
parsons("temperature-output")

# %% [markdown]
# So temperature ½ squares the probabilities, and one factor for all lets them sum to 1 again: 0.4 and 0.1 become 0.16 and 0.01 times this factor, and their ratio goes from 4 to 16.
# The order never changes, and no probability becomes 0.
# The tail gets thinner, but it stays.
#
# **Top-k.**
# Cut the tail off: keep the $k$ most likely tokens, and let them share all probability (Fan et al. 2018).
# The trouble is that one $k$ must do for all occasions.
# In the table above one character has more than 0.02 after *Once upon*, and thirteen have it after *the*.
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

# %% [markdown]
# ### Exercise: `keep_top_k`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `keep_top_k(probabilities, k)` leaves the `k` most likely tokens.
#
# - `probabilities`: an array `(..., vocab_size)`, each row sums to 1; `k`: a whole number, at least 1.
#   It may be larger than the vocabulary: then everything stays.
# - Returns an array of the same shape: the others are 0, and each row sums to 1 again.
#   Of equal probabilities the first ones stay, so that exactly `k` are left.
#   (`np.argsort(..., kind="stable")` keeps equals in their order.)
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
# *Difficulty 3 of 5, about 15 minutes.*
#
# `keep_top_p(probabilities, p)` leaves the fewest most likely tokens that have at least `p` together.
#
# - `probabilities`: `(..., vocab_size)`, each row sums to 1; `p`: above 0, at most 1.
# - Returns an array of the same shape: the others are 0, and each row sums to 1 again.
#   At least one token stays.
#   Of equal probabilities the first are taken first.
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
# ### Exercise: `next_probabilities`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `next_probabilities(logits, temperature=1.0, top_k=None, top_p=None)` has all three knobs.
# It makes the probabilities to draw from.
#
# - `logits`: an array `(..., vocab_size)`.
# - First the temperature and the softmax, then `keep_top_k` if `top_k` is not `None`, then `keep_top_p` if `top_p` is not `None`.
#   Temperature 0 is greedy: 1 for the largest logit (the first of them, if several are equal), 0 for the others.
# - Returns an array of the same shape whose rows sum to 1.
#
# `layers.softmax(x)` returns `(out, cache)`, as yours did in lesson 2.
# `layers.one_hot(ids, vocab_size)` is that of lesson 1.
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
# Three settings are tried after *the*: a low temperature, top-k 6, and a top-p that leaves six characters.
# What do the same settings leave after *my chamber*?

# %% id="predict-six"
predict("six-left")

# %% id="reveal-six"
knobs = {
    "temperature 0.2": {"temperature": 0.2},
    "top-k 6": {"top_k": 6},
    "top-p 0.65": {"top_p": 0.65},
}
left = {
    prompt: [(next_probabilities(after[prompt], **setting) > 0).sum() for setting in knobs.values()]
    for prompt in ["the ", "my chamber "]
}
counted = {f"left after {prompt!r}": counts for prompt, counts in left.items()}
reveal("six-left", left["my chamber "][2], table({"setting": list(knobs), **counted}))

# %% [markdown]
# The temperature removes nothing: every token stays in the draw, however small its share.
# The other two differ in who says how many are left: with top-k it is you, with top-p the model.

# %% [markdown]
# ## 5. The draw
#
# How does one draw from given probabilities?
# Lay them side by side on a line from 0 to 1: token 0 has the first piece, token 1 the next.
# A random number between 0 and 1 falls into a piece as often as the piece is long.
#
# With the probabilities 0.25, 0.25, 0.5 the pieces end at 0.25, 0.5 and 1.
# The number 0.637 falls into the third piece: token 2.
# The number 0.270 falls into the second: token 1.
# The id is the number of pieces that end before the random number, or right at it.
#
# In the explorer you set the number.
# The upper line is what the model gives, the lower what your `next_probabilities` leaves of it, both in the order of the vocabulary.
#
# - Leave the number at 0.637 and lower the temperature: the pieces move under it, until another character is drawn.
# - Back at temperature 1, find a number that draws a character which top-p 0.65 rules out.
#   What does the same number draw then?
# - Set top-p to 0.65 and change to *my chamber*.
#   Which numbers can still draw anything but *d*?

# %% id="explore-draw"
explore_draw(after, vocab.tokens, next_probabilities)

# %% [markdown]
# ### Exercise: `sample`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `sample(probabilities, rng)` draws one id for each row.
#
# - `probabilities`: `(B, vocab_size)`, each row sums to 1, or by rounding to a trace less.
# - `rng`: a `numpy.random.Generator`.
#   Take one number for each row, in order: `rng.random(B)` gives all of them.
# - Returns an integer array `(B,)`.
#   A token of probability 0 is never drawn.
#   A number above the sum of its row still draws one of the tokens.
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
# (The solution multiplies the random number by the end of the last piece.
# That is 1 but for rounding; where it is a trace below 1, a number close to 1 would fall off the end of the line.)

# %% [markdown]
# ## 6. The loop that writes
#
# Everything is there.
# A model that writes is a loop around a model that predicts: ask for the logits of all ids so far, make probabilities, choose, append, again.
# Its output becomes its input.
# (The word for it is *autoregressive*.)
#
# One thing more.
# Some vocabularies have a token that says "end", `<eos>`.
# In a batch one sequence may end before the others.
# It is then filled up with this token, and when all have ended, the loop stops.

# %% [markdown]
# ### Exercise: `generate`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `generate(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling)` continues sequences token by token.
#
# - `next_logits`: a function.
#   Called with *all* ids so far, `(B, T)`, it returns the logits of the next token, `(B, vocab_size)`.
#   Call it once for each new token.
# - `ids`: an integer array `(B, T)`, the prompts; `max_new_tokens`: how many tokens to add at most.
# - `sampling`: `temperature`, `top_k`, `top_p`, handed on to `next_probabilities`.
#   If none is given, or the temperature is 0, the most likely token is taken and `rng` is not needed.
#   Otherwise `sample` draws for all rows in each step, also for those that have ended: each step takes one random number for each row.
# - `eos_id`: if it is not `None`, a sequence that got it is filled up with it, and the loop stops when all have got it.
#   One that stands in a prompt ends nothing.
# - Returns an integer array `(B, T + new tokens)`: the prompts and what was added.
#
# The first two lines are given, and the names of the settings: `sampling` is a dict.
#
# ```python
# logits_after = np.array([[0., 5., 1.], [0., 0., 5.], [5., 1., 0.]])      # after 0 comes 1, after 1 comes 2 ...
# generate(lambda ids: logits_after[ids[:, -1]], np.array([[0]]), 4)               # array([[0, 1, 2, 0, 1]])
# generate(lambda ids: logits_after[ids[:, -1]], np.array([[0]]), 4, eos_id=2)     # array([[0, 1, 2]])
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
# Now let them write: the same model with random weights and with trained ones, with the same functions and the same random numbers.
# `NextLogits` wraps a model so that it fits into your loop; how it works is the subject of section 7.

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
# The two models have the same parts and the same code.
# What differs is the numbers in `params`, and lessons 6 to 8 are about where they come from.

# %% [markdown]
# ## 7. The key–value cache
#
# Look at what the loop costs.
# For each new token it reads *all* tokens again.
# But the causal mask says that no position looks at what comes later.
# So what was computed for the earlier positions cannot have changed:

# %% id="nothing-changes"
shorter, longer = vectors_of("Quoth the r"), vectors_of("Quoth the ra")
same = np.abs(shorter - longer[:, :-1]) < 1e-12
print(
    f"11 vectors before and after a 12th character: {same.sum()} of {same.size} numbers within 1e-12"
)

# %% [markdown]
# What does the *new* position need of the earlier ones?
# Its query meets their keys, and it mixes their values.
# Nothing else: their queries have been answered, their feed-forward is done.
# So keep the keys and values of all positions, in every block and head.
# At each step only the new token goes through the model; its key and its value are appended, and its one query looks at all that is kept.
# This is the **key–value cache**.
# Here is one step of writing with it.
# Which parts see one row, and which see $T$?

# %% id="drawing"
from classroom.architecture import architecture

architecture(task.config, params, cache=True, lit=("cache", "output"))

# %% [markdown]
# ### What it saves
#
# The cache changes no result.
# What it changes is the cost, and costs can be counted.
# A counter takes the place of the two functions that multiply: `linear`, and the attention with its two products.


# %% id="counter"
from classroom.lesson_05 import Counter

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
# (A model with two blocks and room for 256 tokens.
# Its weights are random: how often it multiplies does not depend on them.
# Scores behind the mask are counted as well, for our attention computes them before it hides them.)

# %% id="predict-saved"
predict("saved")

# %% id="reveal-saved"
sizes = [1, 2, 10, 50, 100, 200]
without = np.array([cost_of_next(t, use_cache=False) for t in sizes])
kept = np.array([cost_of_next(t, use_cache=True) for t in sizes])
ratios = without / kept
rows = {"t": sizes, "without cache": without, "with cache": kept, "ratio": ratios}
reveal("saved", ratios[sizes.index(100)], table(rows, digits=4))

# %% [markdown]
# The saving at length $t$ is a factor of $t$.
# Where it comes from is seen step by step.
# The model writes on after *Quoth*, as far as its twelve positions go, and the explorer shows one head at work, without the cache and with it: the scores of queries (rows) and keys (columns), the rows of $q$ on the left, those of $k$ above and of $v$ below.
# The stripes within a row are its numbers, and the dots are the weights.
#
# - Follow one character through the steps: how often is its key made on the left, and how often on the right?
# - What is made and used in its own step, and never read again?

# %% id="explore-cache"
written = write(params, "Quoth", 7)
explore_cache(written, len("Quoth"), vocab, params, config)

# %% [markdown]
# The price is memory: two vectors of width $d_{\text{model}}$ for each token in each block, $2\, n_{\text{layers}}\, T\, d_{\text{model}}$ numbers for one text.
# Does that fit our arrays, and what does it come to in a large model?

# %% id="cache-memory"
next_logits = NextLogits(long_params, long_config)  # 2 blocks of width 64, 8 bytes a number
next_logits(long_ids[:, :100])
held = sum(array.nbytes for block in next_logits.past for array in block["self"].values())
print(f"ours, 100 tokens: counted {held:,} bytes, formula {2 * 2 * 100 * 64 * 8:,}")
size = 2 * 96 * 2048 * 12288 * 2
print(f"GPT-3, one text of 2048 tokens, 2 bytes for a number: {size / 1e9:.1f} GB")

# %% [markdown]
# (GPT-3: 96 blocks of width 12288, 2048 tokens; Brown et al. 2020, Table 2.1.)
# Each of the texts that such a model writes at the same time needs a cache of its own.
# That is why so much work goes into making it smaller (see the end of this lesson).
#
# One limit of our small model should be said.
# It knows 12 positions.
# From the 13th character on it reads the *last* 12, and each of them has moved by one place, so that its position vector is another, and its key and value with it.
# Nothing of the cache can then be kept.
# `NextLogits` computes everything anew in that case.

# %% [markdown]
# ### How it is built
#
# Two details must fit.
# The new token goes through the model alone, but it is number $t$ of the text and not the first, so it must get the position vector of its place.
# And the mask has one row and $t$ columns.
# Your `causal_mask(1, t)` of lesson 2 already gives it: the queries are the last of the positions.

# %% [markdown]
# ### Exercise: `attend_with_past`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `attend_with_past(x, memory, params, n_heads, mask, past)` is your `multi_head_attention` of lesson 2 that remembers earlier calls.
#
# - `x`: `(B, T_q, d_model)`, where the queries come from.
#   `params`, `n_heads` and `mask` as in lesson 2.
# - `memory`: `(B, T, d_model)`, the vectors whose keys and values are *new*; in self-attention that is `x` again.
#   It may be `None`: then nothing is new.
#   (Cross-attention needs this.
#   There the memory is the encoder's output, which does not grow; its keys and values are made in the first call.)
# - `past`: a dict, `{}` before the first call.
#   After each call `past["k"]` and `past["v"]` hold the keys and values of all calls so far, `(B, n_heads, T_k, d_k)`, the newest last.
#   The dict is changed in place.
# - Returns `(out, cache)`, `out` of shape `(B, T_q, d_model)`: the queries attend to all that `past` then holds.
#
# The first two lines and the last are given; the last expects the attention's cache under the name `attention_cache`.
# `attention.split_heads`, `attention.merge_heads` and `attention.scaled_dot_product_attention` are those of lesson 2.
#
# By hand: one head of width 2, identity matrices, no mask.
# `past` holds some key with the value $(4, 0)$, `memory` is the row $(0, 2)$, and `x` is the query $(0, 0)$, which prefers nothing.
# There are now two keys, each gets ½, and `out` is $\tfrac12 (4, 0) + \tfrac12 (0, 2) = (2, 1)$.


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
# First: is the result the same?
# We feed a text of 12 characters once as a whole, and once in pieces, with your function inside the model.
# The cache begins empty, and each call hands over only what is new.

# %% id="same-logits"
text = 'the raven, "'
ids = vocab.encode(text)[None]
whole, cache = model.language_model(ids, params, config)
past, pieces, shapes = start_past(config), [], []
with using(attend_with_past=attend_with_past):
    for start, stop in [(0, 5), *((t, t + 1) for t in range(5, 12))]:
        part, weights = logits_with_past(ids[:, start:stop], params, config, past)
        pieces.append(part)
        shapes.append(weights[0][0].shape)
same = np.abs(np.concatenate(pieces, axis=1) - whole) < 1e-10
print("shapes of the weights, call by call:", shapes[:3], "…")
print("keys kept after the last call:      ", past[0]["self"]["k"].shape)
print(f"logits within 1e-10 of the whole:    {same.sum()} of {same.size}")

# %% id="view-raven"
attention_view(list(text), model.attention_weights(cache)[0][0], attention.causal_mask(12), query=5)

# %% [markdown]
# The first call read five characters at once, the prompt; each of the others read one.
# Its weights are one new row of each matrix, and the row above it stays as it was.
# Point at the characters, and click the other heads: which of them look at the character before?
#
# Go through a text that the model wrote.
# At each step the explorer shows which characters were candidates, which was drawn, and where the heads looked.
# Look for the steps at which the line could have gone elsewhere, because several bars are long.
# Where in a word do they stand?
# (Lesson 6 measures it.)

# %% id="explore-writing"
from classroom.lesson_05 import steps_of

prompt = "Quoth the "
text = write(params, prompt, 90, seed=3, temperature=0.8)
steps = list(steps_of(text, len(prompt), vocab, params, config))
probabilities = [next_probabilities(logits, temperature=0.8) for logits, _ in steps]
looked = [weights for _, weights in steps]
explore_writing(list(text), len(prompt), probabilities, looked, vocab.tokens, step=5)

# %% [markdown]
# ## 8. Beam search
#
# Greedy takes the best next token.
# But what is wanted may be the best *text*, and the first step of the best text need not be the best first step.
# By hand, with three tokens:
#
# | first | probability | then | probability | both |
# |---|---|---|---|---|
# | A | 0.6 | A, B or C, all alike | 0.33 each | 0.20 |
# | B | 0.4 | C, almost surely | 0.90 | **0.36** |
#
# Greedy goes to A and can get no more than 0.20.
# The best text, BC, begins with the second best token.
#
# To try all texts is impossible: with 54 characters there are $54^{10}$ of length 10.
# **Beam search** is the compromise.
# It keeps the $n$ best beginnings, the beams.
# At each step every beam is continued by every token, and of all these candidates the best $n$ are kept.
# With $n = 1$ this is greedy.
#
# What is "best"?
# The probability of a text is a product, $p(w_1)\,p(w_2 \mid w_1) \cdots$ (each factor is one of the model's predictions).
# Products of many small numbers underflow, so we add logarithms:
#
# $$\ln p(w_1 \dots w_T) = \sum_t \ln p(w_t \mid w_1 \dots w_{t-1})$$
#
# A logit becomes the logarithm of its probability if the logarithm of the sum of all exponentials is subtracted: `logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)`.
# (Lesson 6 looks at this formula closely.)

# %% [markdown]
# ### Exercise: `beam_search`
#
# *Difficulty 4 of 5, about 25 minutes.*
#
# `beam_search(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0)` keeps the `n_beams` most likely continuations at every step.
#
# - `next_logits`: as in `generate`.
#   It also has a method `select(rows)`: the sequences live on in this order, and its cache has to follow.
#   Call it once in every step.
# - `ids`: `(1, T)`, one prompt.
# - Returns `(winner, log_probability)`: the ids of the best continuation with its prompt, and the sum of the logarithms of its new tokens.
#
# You write two pieces.
# **First piece:** from `next_logits(ids)` and `totals`, the sums so far, one for each beam, make the candidates: `rows` (which beam), `tokens` (which token) and `scores` (the new sum), each of length `2 * n_beams` at most, best first.
# **Second piece:** append `tokens` to the beams `rows`, and tell the model.
#
# The given lines between them deal with ends.
# A candidate that ends with `eos_id` is put aside as finished, if it is among the best `n_beams`.
# The others fill the beams; that is why twice as many candidates are made.
# At last the texts are compared by their sum divided by a number that grows with the length (Wu et al. 2016, Eq. 14).
# With `length_penalty=0` that number is 1.
#
# By hand, with the table above and two new tokens: two beams find BC, with $\ln 0.36 = -1.02$; one beam finds AA, with $\ln 0.2 = -1.61$.
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
# Now the trained model, after *the*.
# The longest pieces of its line in section 5 are nearly equal: *s*, *l* and *r*.
# Greedy takes *s*.

# %% id="predict-beam"
predict("beam-output")

# %% id="reveal-beam"
prompt = vocab.encode("the ")[None]
found = {}
for n_beams in [1, 2, 3, 5, 20]:
    ids, log_p = beam_search(NextLogits(params, config), prompt, 5, n_beams)
    found[n_beams] = vocab.decode(ids[4:]), math.exp(log_p)
continued, probabilities = zip(*found.values(), strict=True)
rows = {
    "beams": list(found),
    "continuation": [repr(text) for text in continued],
    "probability": probabilities,
}
reveal("beam-output", found[3][1] / found[1][1], table(rows, {"probability": ".3f"}))

# %% [markdown]
# The tree shows how it went.
# One or two beams lose the winner's first letter in the first step.
# With three beams it leads after the second step.


# %% id="tree"
from classroom.lesson_05 import Listener, kept_beams

listener = Listener(NextLogits(params, config))
beam_search(listener, prompt, 6, 3)  # the sixth step hears the beams of the fifth
levels = kept_beams(listener.heard, 4, vocab, params, config)
place = [tokens[0] for tokens, _ in levels[0]].index(found[3][0][0]) + 1
beam_tree(
    levels,
    title=f"The winner {found[3][0]!r} begins with the letter that is number {place} at first",
    root="the ",
    other=list(found[1][0]),
)

# %% [markdown]
# Here three beams already find what twenty find.
# In an early translator of this kind two beams gave most of the gain (Sutskever et al. 2014).

# %% [markdown]
# ### The best text is not always a good text
#
# A text that ends early has fewer factors below 1.
# So the most likely text is often a short one.
# Another model of the course knows eleven words and a little grammar: *the cat that sees the dogs sleeps*.
# Its sentences end with a full stop, which we use as `eos_id`.
# What is its most likely sentence?

# %% id="shortest"
toy, toy_params = load_trained("toy_sentences")
stop = toy.vocabulary.encode(".")
settings = [(1, 0.0), (5, 0.0), (5, 1.0), (5, 2.0)]
sentences, likely = [], []
for n_beams, penalty in settings:
    next_logits = NextLogits(toy_params, toy.config)
    ids, log_p = beam_search(next_logits, stop[None], 12, n_beams, stop[0], penalty)
    sentences.append(toy.vocabulary.decode(ids[1:]))
    likely.append(math.exp(log_p))
n_beams, penalties = zip(*settings, strict=True)
table(
    {"beams": n_beams, "penalty": penalties, "probability": likely, "sentence": sentences},
    {"penalty": ".0f", "probability": ".4f"},
)

# %% [markdown]
# Greedy loses again: five beams find a sentence that is more than twice as likely.
# It is also shorter: three words instead of five.
# The penalty divides the sum of logarithms, which is negative, by a number that grows with the length.
# So it favors long texts, and too much of it makes the model talk without end.
# In large translators the effect is drastic: for more than half of the sentences the most likely translation of all is the empty one (Stahlberg and Byrne 2019).
#
# So beam search is for tasks with one right answer, such as translation.
# For free text nobody wants the most likely one.
# People do not write it, either: human text keeps choosing words that a model finds unlikely (Holtzman et al. 2020).

# %% [markdown]
# ## 9. One vector for a whole text: pooling
#
# Back to the vectors that leave the stack.
# Not every task asks at every position.
# Is this review friendly?
# Are these two lines about the same thing?
# Then one vector is wanted for the whole sequence, and one row of logits from it.
# Making one vector out of $T$ is called **pooling**.
# Four ways are in use:
#
# | | takes | used by |
# |---|---|---|
# | first | the vector of the first position | BERT, which puts a token `[CLS]` there (Devlin et al. 2019, Sec. 3) |
# | mean | the mean of all vectors | Sentence-BERT (Reimers and Gurevych 2019) |
# | last | the vector of the last position | models with a causal mask, such as GPT (Radford et al. 2018) |
# | max | of each feature the largest value | older networks for text (Collobert et al. 2011) |
#
# All four can be written in one way, as a weighted sum over positions: $\mathrm{out} = \sum_t s_t\, x_t$.
# For the mean, each share $s_t$ is $1/T$.
# For *first* and *last* one share is 1 and the others are 0.
# For the maximum each feature has shares of its own, a single 1 where it is largest (the first of them, if several are).
# The function keeps the shares for the way back (lesson 7): as much of a position as went into the result, so much of the gradient comes back to it.
#
# In a batch there is padding, and the same trap as in lesson 2: padding is no text.
# A mean over it, or a "last" vector that is padding, would depend on how long the *other* sequences of the batch are.

# %% [markdown]
# ### Exercise: `pool`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `pool(x, how="mean", counted=None)` makes one vector of each sequence.
#
# - `x`: `(B, T, d_model)`; `how`: `"mean"`, `"first"`, `"last"` or `"max"`.
# - `counted`: a boolean array `(B, T)`, `False` at padding; or `None`, if all positions count.
#   Padding may stand anywhere, in between as well: *first* and *last* are the first and the last position that counts.
# - Make `share`, an array of shape `(B, T, 1)`, or `(B, T, d_model)` for `"max"`: how much of each position goes into the result.
#   Where several positions are the largest in a feature, the first of them has the share 1.
#   The lines that use it are given.
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
# First the trap.
# The same line of the poem is put into batches with longer and longer companions.
# Its pooled vector must not change.
# The table shows by how much it does, relative to its length.

# %% id="padding-trap"
words = Vocabulary.words(poem)
shape = {"vocab_size": len(words), "d_model": 64, "n_heads": 4, "n_layers": 2}
encoder = TransformerConfig("encoder", **shape, pad_id=words.pad_id)
encoder_params = init_params(encoder, np.random.default_rng(0), np.float64)

line = words.encode("Only this and nothing more")
alone, _ = encoder_stack(line[None], encoder_params, encoder, None)
rows = {"padding": [0, 3, 10, 30], "mean of all": [], "mean of the text": [], "last of all": []}
for extra in rows["padding"]:
    ids = pad_sequences([line], words.pad_id, length=len(line) + extra)
    x, _ = encoder_stack(ids, encoder_params, encoder, None)
    counted = ids != words.pad_id
    for name, how, mask in [
        ("mean of all", "mean", None),
        ("mean of the text", "mean", counted),
        ("last of all", "last", None),
    ]:
        change = pool(x, how, mask)[0] - pool(alone, how)[0]
        rows[name].append(np.linalg.norm(change) / np.linalg.norm(pool(alone, how)[0]))
table(rows, dict.fromkeys(list(rows)[1:], ".2f"))

# %% [markdown]
# Now the choice.
# What can a pooled vector know of the text?
# We replace one word of a line after the other and measure how much the pooled vector moves: once in an encoder, where each position looks at all others, and once with the *same weights* under a causal mask.

# %% id="predict-first"
predict("first")

# %% id="reveal-first"
from classroom.lesson_05 import moved_by_each_word, noticed_words

sentence = ["suddenly", "there", "came", "a", "tapping"]
decoder = TransformerConfig("decoder", **shape, tied=True)


def encoder_vectors(ids):
    return encoder_stack(ids, encoder_params, encoder, None)[0]


def decoder_vectors(ids):
    return model.language_model(ids, encoder_params, decoder)[1][-1][0]


ids, other = words.encode(" ".join(sentence)), words.encode("raven")[0]
both_sides = moved_by_each_word(encoder_vectors, pool, ids, other)
causal = moved_by_each_word(decoder_vectors, pool, ids, other)
most = max(both_sides.max(), causal.max())
pictures = [
    noticed_words(both_sides, sentence, "Encoder", most),
    noticed_words(causal, sentence, "Causal mask", most),
]
reveal("first", causal[0, -1] / causal[0, 0], *pictures)

# %% [markdown]
# So the mask decides which pooling goes with which model.
# An encoder may use the first position: attention brings everything there.
# Under a causal mask only the last position has seen the whole text.
# Mean and max work for both; under a causal mask they favor the early words, which all later positions have seen as well.

# %% [markdown]
# ## 10. Your functions in the model
#
# The course's functions of these names are used by its models and its decoding.
# With `using`, yours take their place.

# %% id="in-the-model"
yours = {
    "pool": pool,
    "next_probabilities": next_probabilities,
    "sample": sample,
    "generate": generate,
    "attend_with_past": attend_with_past,
    "beam_search": beam_search,
}
starts = np.stack([vocab.encode(start) for start in ["Quoth ", "And th", "Once u"]])


def everything():
    """Classify, write and search, with whatever functions stand in the course at the moment."""
    rng = np.random.default_rng(5)
    written = decoding.generate(NextLogits(params, config), starts, 20, rng, temperature=0.7)
    searched, _ = decoding.beam_search(NextLogits(params, config), starts[:1], 6, 3)
    logits, _ = model.classifier(line[None], encoder_params, encoder)
    return {"ids written": written, "ids found": searched, "logits of a label": logits}


# %% id="with-yours"
theirs = everything()
with using(**yours):
    with_yours = everything()
near = {name: np.abs(with_yours[name] - theirs[name]) < 1e-10 for name in theirs}
print(table({
    "what": list(near),
    "how many": [each.size for each in near.values()],
    "the same to 1e-10": [each.sum() for each in near.values()],
}))  # fmt: skip
for row in with_yours["ids written"]:
    print(repr(vocab.decode(row)))

# %% [markdown]
# ## 11. What the model says about Poe
#
# We have used probabilities to write.
# They can also be used to *judge*.
# Give the model a line that exists, and look up at each position how much probability it gave to the character that really comes next.
# We take a piece of the last stanza: the model has not seen it in training.

# %% id="judge-poe"
verse = "throws his shadow on the floor"
for_training = poem[: len(poem) * 9 // 10]
print(f"in the poem {poem.count(verse)} time, in the part for training {for_training.count(verse)}")
steps = steps_of(verse, 1, vocab, params, config)
came = vocab.encode(verse[1:])
given = [next_probabilities(logits)[i] for (logits, _), i in zip(steps, came, strict=True)]
worst = int(np.argmin(given)) + 1
bars(
    list(verse[1:]),
    given,
    title=f"Least expected: the {verse[worst]!r} after {verse[:worst]!r}; "
    f"above one half in {sum(p > 0.5 for p in given)} of {len(given)} places",
    x_label="the character that really comes next",
    y_label="probability",
    limits=(0.0, 1.1),
    height=3.2,
)

# %% [markdown]
# A good model gives much probability to what really comes.
# How does one make a single number of this, by which models can be compared, and which training can make better?
# That is lesson 6.

# %% [markdown]
# ## Check what you know

# %% id="quiz-constant"
quiz("constant-output")

# %% id="quiz-tied"
quiz("tied-shape")

# %% id="quiz-pooling"
quiz("pooling")

# %% id="quiz-topp"
quiz("top-p")

# %% id="quiz-cache"
quiz("cache")

# %% id="quiz-encoder-cache"
quiz("encoder-cache")

# %% id="quiz-beam"
quiz("beam-output-quiz")

# %% [markdown]
# ## In real models
#
# - **Tied weights.**
#   The first transformer used one matrix for both embeddings and the output (Vaswani et al. 2017, Sec. 3.4).
#   The released code of BERT and of GPT-2 is tied, too.
# - **Settings.**
#   Fan et al. (2018) drew stories with $k = 10$.
#   Holtzman et al. (2020) found that text drawn with $p = 0.95$ came nearest to human text in most of their measures.
#   The translators of Vaswani et al. (2017, Sec. 6.1) used four beams and a length penalty of 0.6.
# - **A smaller cache.**
#   Multi-query attention keeps one set of keys and values for all heads (Shazeer 2019), grouped-query attention one for each group of heads (Ainslie et al. 2023).
#   With 8 heads the first needs an eighth of the cache.
# - **A cache without holes.**
#   Texts grow at different speeds, so that room reserved for them lies idle.
#   PagedAttention hands the memory out in small pages, as an operating system does (Kwon et al. 2023).
# - **Several tokens at once.**
#   A small model drafts some tokens, the large one checks all of them in a single pass and keeps those that it would have drawn.
#   The text has the same probabilities as if the large model had written it alone (Leviathan et al. 2023).
# - **Pooling.**
#   Reimers and Gurevych (2019) compared the first position, the mean and the maximum for comparing sentences, and made the mean the default of Sentence-BERT.
#
# **Next.**
# The model gives probabilities, and Poe has written what came next.
# Lesson 6 makes a number out of the two: the loss.

# %% [markdown]
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Sec. 3.4 (shared weights), 6.1 (beams).
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
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
