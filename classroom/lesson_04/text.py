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
# # 4 · Blocks: from parts to whole models
#
# Lessons 2 and 3 left you with a box of parts: attention, the feed-forward, and the residual connection with its norm that keeps a deep stack healthy.
# This lesson puts them together.
# Two parts make a block, blocks make a stack, and stacks make the three kinds of model that the papers talk about.
#
# - **You will build** the encoder block, the stack, and the decoder block with cross-attention; a formula that counts the parameters of any model; and two instruments to look into a trained one: what it would answer after each block, and what it can no longer do when a part is missing.
# - **You need** lesson 1 (`embed`: tokens plus positions), lesson 2 (attention and its masks) and lesson 3 (residual, norm, feed-forward).
# - **Time** about two and a half hours; after section 5 is a good place to stop
# - **Cost** runs in 10 seconds, 370 MB of memory
#
# Six cells are yours, each followed by its check, as before.
# `hint("encoder_block")` helps, one step at a time, and `solution("encoder_block")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
from dataclasses import replace
from pathlib import Path

import numpy as np

from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_04 import explore_reach, explore_readings, explore_sizes, reach
from classroom.plots import show, table
from course_lib import attention, blocks, layers, model
from course_lib.blocks import BlockCache
from course_lib.decoding import NextLogits, generate
from course_lib.model import StackCache, embed
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import load_trained
from course_lib.vocab import Vocabulary

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. Two sublayers, two jobs
#
# Lesson 3 ended with a layer in a frame: its input passes it by, and what the layer makes of it is added.
# In pre-norm, as in all trained models of this course:
#
# $$\mathrm{residual}(x) = x + \mathrm{sublayer}(\mathrm{norm}(x))$$
#
# We have two sublayers for this frame, attention and the feed-forward, and they are opposites.
# Attention mixes *rows*: what a position receives is a weighted mean of what others hand over.
# The feed-forward works on *each row alone*, with the same weights everywhere.
#
# So neither is enough.
# Attention alone only carries things around: its values are mixed with weights that sum to 1, and apart from the weights everything in it is linear.
# The feed-forward can compute, but each position knows only itself.
# A **block** is one after the other: first hear from the others, then work on what you heard.
# Here are the blocks of a trained model, in the dashed frame.
# It reads *The Raven* character by character and knows it by heart.

# %% id="drawing"
from classroom.architecture import architecture, choose

raven, raven_params = load_trained("raven", "recite")
architecture(raven.config, raven_params, lit=("attention", "feed_forward", "residual"))

# %% [markdown]
# The thick line is the residual path, and what travels on it is the residual stream of lesson 3: nothing overwrites it, every sublayer only adds to it.

# %% [markdown]
# ### One block by hand
#
# Two positions, two features, and no norm.
# The attention is as simple as attention can be: all scores are 0, so both weights of a row are $\tfrac12$, and the values are the rows themselves.
# The feed-forward has a single hidden unit: it takes $a - b$ of a row $(a, b)$, lets it through if it is positive, and adds it to the second feature.
#
# | | $x$ | mean of the rows | after the attention | hidden unit | after the feed-forward |
# |---|---|---|---|---|---|
# | first row | $(2, 0)$ | $(1, 2)$ | $(3, 2)$ | $\mathrm{relu}(3 - 2) = 1$ | $(3, 3)$ |
# | second row | $(0, 4)$ | $(1, 2)$ | $(1, 6)$ | $\mathrm{relu}(1 - 6) = 0$ | $(1, 6)$ |
#
# Now the other way round: the feed-forward first, then the attention.
# Take a pencil.

# %% id="predict-order"
predict("order-blocks")


# %% id="reveal-order"
def attend_evenly(z):
    """Give each row the mean of all rows."""
    return np.full((2, 2), 1 / 2) @ z


def one_unit(z):
    """Compute relu(a - b) and put it into the second feature."""
    return layers.relu(z @ np.array([[1.0], [-1.0]]))[0] @ np.array([[0.0, 1.0]])


start = np.array([[2.0, 0], [0, 4]])
heard = start + attend_evenly(start)
attention_first = heard + one_unit(heard)
worked = start + one_unit(start)
feed_first = worked + attend_evenly(worked)
by_order = {
    "row": ["first", "second"],
    "attention first": attention_first.tolist(),
    "feed-forward first": feed_first.tolist(),
}
reveal("order-blocks", feed_first[0, 1], table(by_order))

# %% [markdown]
# ## 2. The encoder block
#
# In the paper, the block of two sublayers is the *encoder's* (Vaswani et al. 2017, Sec. 3.1), hence its name.
# You have every piece of it:
#
# - `blocks.residual(x, sublayer, norm_params, config, rng)` from lesson 3.
#   It takes a function of one array, puts it into its residual with norm and dropout, and returns `(out, cache)`.
# - `attention.multi_head_attention(x, memory, params, n_heads, mask)` from lesson 2.
# - `blocks.feed_forward(x, params, activation)` from lesson 3.

# %% [markdown]
# ### Exercise: `encoder_block`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `encoder_block(x, params, config, mask=None, rng=None)` is attention, then feed-forward, each in a residual.
#
# - `x`: `(B, T, d_model)`.
# - `params`: a dict of `attention`, `norm_1`, `feed_forward` and `norm_2`, each a dict of arrays.
#   Where `config.norm` is `"none"` there are no norms; `params.get("norm_1")` is then `None`, which `residual` accepts.
#   Some models of this course have blocks of attention alone (`config.d_ff` is 0), without a `feed_forward`; the `if` for them is given.
# - `config`: a `TransformerConfig`.
#   You need `config.n_heads` and `config.activation`.
# - `mask`, `rng`: handed on.
# - Returns `(out, cache)` with `out` of the shape of `x`.
#   The line of the cache is given; it expects the caches of both residuals as `attention_cache` and `feed_cache`.
#
# The first sublayer is given as a pattern: a function of one array `z`, which is what `residual` wants.
# Write `feed(z)` like it, then both residuals.
# Worked by hand: the table above, where `out` is `[[3, 3], [1, 6]]`.


# %% id="ex-encoder-block" tags=["exercise"]
def encoder_block(x, params, config, mask=None, rng=None):
    """Self-attention, then feed-forward, each in a residual. Returns (out, cache)."""

    def attend(z):
        return attention.multi_head_attention(z, z, params["attention"], config.n_heads, mask)

    ### BEGIN SOLUTION
    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    ### END SOLUTION
    feed_cache = None
    if "feed_forward" in params:
        ### BEGIN SOLUTION
        out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng)
        ### END SOLUTION
    return out, BlockCache(attention_cache, None, feed_cache)


# %% id="check-encoder-block"
encoder_block = check(encoder_block)

# %% [markdown]
# The block has the property that makes everything else possible: what comes out has the shape of what went in.
# And it only adds.
# We can ask how much: here are the lengths of the rows of `x`, and of what each sublayer adds to them, in the two blocks of the drawing.


# %% id="what-is-added"
def length(rows):
    """Return the mean length of the rows."""
    return np.linalg.norm(rows, axis=-1).mean()


characters = raven.vocabulary.encode("Once upon a midnight")[None]
stream, _ = embed(characters, raven_params, raven.config)
mask = attention.causal_mask(characters.shape[1])
lengths = []
for block_params in raven_params["blocks"]:
    attention_alone = {name: block_params[name] for name in ("attention", "norm_1")}
    between, _ = encoder_block(stream, attention_alone, raven.config, mask)
    after, _ = encoder_block(stream, block_params, raven.config, mask)
    lengths.append(
        [length(stream), length(between - stream), length(after - between), length(after)]
    )
    stream = after
names = ["before", "added by attention", "added by feed-forward", "after"]
columns = dict(zip(names, np.transpose(lengths), strict=True))
table({"block": [1, 2], **columns}, dict.fromkeys(names, ".2f"))

# %% [markdown]
# The rows get longer as block after block writes into them.
# That is why pre-norm puts a norm before each sublayer, and one more behind the last block: nobody reads the stream without it.

# %% [markdown]
# ## 3. The stack
#
# Because shapes agree, blocks can be put on top of each other, each with parameters of its own.
# Before the first come the vectors of lesson 1, tokens plus positions.
# The course's `embed(ids, params, config, rng)` makes them and returns `(x, cache)`.
# Behind the last block stands the last norm, if the model is pre-norm.

# %% [markdown]
# ### Exercise: `stack`
#
# *Difficulty 2 of 5, about 8 minutes.*
#
# `stack(ids, params, config, block, rng=None)` is the body of every model in this course.
#
# - `ids`: `(B, T)`.
#   `params`: a dict with what `embed` needs, the list `blocks`, and, if `config.norm` is `"pre"`, `norm` with its `gamma` and `beta`; `eps` is `config.eps`.
# - `block`: a function.
#   `block(x, block_params, index)` returns `(x, cache)`; `block_params` is the entry number `index` of `params["blocks"]`, counted from 0.
#   Call it once for each block: it may draw random numbers or keep what it has seen.
#   The stack does not know what kind of block it runs.
#   That is how one stack can serve encoders and decoders.
# - `rng` goes to `embed`.
# - Returns `(x, cache)`.
#   The line of the cache is given: it wants the cache of `embed`, the list of the blocks' caches, and the cache of the last norm or `None`.
#
# Worked by hand: no positions, no norm; the ids `[[1, 2]]` have the vectors $(1, 2)$ and $(3, 4)$; both blocks double their input and add a number, the first 1, the second 10.
# Then $(1, 2) \to (3, 5) \to (16, 20)$ and $(3, 4) \to (7, 9) \to (24, 28)$.


# %% id="ex-stack" tags=["exercise"]
def stack(ids, params, config, block, rng=None):
    """Embed, run the blocks one after the other, norm. Returns (x, cache)."""
    x, embed_cache = embed(ids, params, config, rng)
    block_caches = []
    norm_cache = None
    ### BEGIN SOLUTION
    for index, block_params in enumerate(params["blocks"]):
        x, block_cache = block(x, block_params, index)
        block_caches.append(block_cache)
    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
    ### END SOLUTION
    return x, StackCache(embed_cache, block_caches, norm_cache, config)


# %% id="check-stack"
stack = check(stack)

# %% [markdown]
# Your block and your stack are already most of a language model.
# What is missing is one matrix, which turns each row into a score for every token of the vocabulary, the **logits**.
# It is the subject of lesson 5; here we just use it.
# With a causal mask, these are the logits of the course's `language_model`:


# %% id="a-whole-model"
def causal_block(x, block_params, index):
    """Run your encoder block under a causal mask."""
    return encoder_block(x, block_params, raven.config, attention.causal_mask(x.shape[1]))


top, cache = stack(characters, raven_params, raven.config, causal_block)
logits, _ = layers.linear(top, raven_params["output"]["W"], raven_params["output"]["b"])
by_the_course, _ = model.language_model(characters, raven_params, raven.config)
same = np.abs(logits - by_the_course) < 1e-10
following = [raven.vocabulary.tokens[i] for i in logits[0].argmax(axis=-1)]
print(f"{len(cache.blocks)} blocks, logits {logits.shape}")
print(f"within 1e-10 of those of language_model: {same.sum():,} of {same.size:,}")
print("the character it expects after each:", "".join(following).replace("\n", "|"))

# %% [markdown]
# ### Why more than one?
#
# One block already lets every position hear from all others.
# Why go through it again?
# Because of *what* they hear.
# In the first block a query knows only its own word and place, and so does every key.
# In the second, queries and keys are made of rows that have already listened once.
# A row can then look for something that depends on the context of *other* rows.
# Lesson 2 named the smallest example: to continue a repeated sequence, find the place where *my* word stood before, and look at what came next.
# The row after that place must first have learned what stands before it.
# That is one step to prepare, and one to look.
#
# The course has trained this twice on the same data, short passages of random tokens that are repeated: once with one layer of attention, once with two.
# Everything else is equal.

# %% id="predict-depth"
predict("depth")

# %% id="reveal-depth"
found = {}
for preset in ["one-layer", "two-layers"]:
    induction, induction_params = load_trained("induction", preset)
    passages = induction.held_out.take(slice(300))
    scores, _ = model.language_model(*passages.inputs, induction_params, induction.config)
    repeated = passages.targets >= 0  # it is -1 where nothing is to be predicted
    found[preset] = (scores.argmax(axis=-1) == passages.targets)[repeated].mean()
by_guess = [1 / len(set(row)) for row in passages.inputs[0]]  # any token of the passage
guessed = np.repeat(by_guess, repeated.sum(axis=1)).mean()
by_depth = {"model": [*found, "any token of the passage"], "right": [*found.values(), guessed]}
one = found["one-layer"]
reveal("depth", one, table(by_depth), share=one, guessed=guessed)

# %% [markdown]
# ## 4. Three families
#
# Nothing in your encoder block says who may listen to whom: that is the mask, which it is given.
# This one choice, and what stands on top, make the families of transformers.
#
# | | **encoder-only** | **decoder-only** | **encoder–decoder** |
# |---|---|---|---|
# | blocks | encoder blocks | encoder blocks | encoder blocks, and decoder blocks with cross-attention |
# | mask | padding only: each position sees the whole text | causal: each position sees itself and what came before | the encoder sees the whole source, the decoder its own past and all of the encoder |
# | one pass gives | a vector for each position, or one for the text | the next token, at every position at once | the next token of an answer to a source |
# | good for | understanding: classify, tag, search | writing, and all that can be put as writing | one sequence into another: translate, summarize |
# | example | BERT (Devlin et al. 2019) | GPT-2 (Radford et al. 2019) | the original transformer (Vaswani et al. 2017), T5 (Raffel et al. 2020) |
# | in this course | `model.classifier` | `model.language_model`: `raven`, `digits` | `model.encoder_decoder`: `copy` |
#
# The name of the second column misleads.
# A decoder-only model has no encoder to attend to, so its blocks have no cross-attention, and what is left of a decoder block is your encoder block under a causal mask.

# %% [markdown]
# ### Why hide anything?
#
# Because of how a model learns to write.
# Under a causal mask, a text of 1000 tokens is 1000 exercises in one pass: at each position predict the next token, which this position has not seen.
# Without the mask the answer would lie open (lesson 2).
# An encoder must be taught otherwise.
# BERT hides some of the tokens, 15% of them, and learns to restore them from both sides (Devlin et al. 2019, Sec. 3.1).
#
# Now three blocks under a causal mask read *rapping at my chamber door*, a line of *The Raven*.
# The weights are random: what can reach what does not depend on them.
# We replace the third of the five words.
# A changed row changes those that listen to it, and these are listened to in the next block.

# %% id="predict-reach"
predict("reach")

# %% id="reveal-reach"
vocab = Vocabulary.words(Path("../data/the_raven.txt").read_text(encoding="utf-8"))
config = TransformerConfig(
    "decoder", len(vocab), d_model=64, n_heads=4, n_layers=3, d_ff=256, max_len=16
)
params = init_params(config, np.random.default_rng(4), np.float64)
line = "rapping at my chamber door"


def heights(ids, mask):
    """Return the rows after the embedding and after each block, (n_layers + 1, T, d_model)."""
    x, _ = embed(ids, params, config)
    states = [x[0]]
    for block_params in params["blocks"]:
        x, _ = encoder_block(x, block_params, config, mask)
        states.append(x[0])
    return np.array(states)


causal, ids = attention.causal_mask(5), vocab.encode(line)[None]
replaced = vocab.encode("rapping at purple chamber door")[None]
differ = np.abs(heights(ids, causal) - heights(replaced, causal)).max(axis=-1) > 1e-12
rows = [" ".join(np.array(line.split())[row]) for row in differ]
by_height = {"after": ["embedding", "block 1", "block 2", "block 3"], "rows that differ": rows}
reveal("reach", str(differ[-1].sum()), table(by_height))

# %% [markdown]
# Slide the changed word along the line under both masks.
# The bottom row of the picture is the embedding, where only one row changes.
# Under the causal mask, which word can change the most rows, and which the fewest?
# Say why before you look.

# %% id="explore-reach"
other = vocab.encode("lamplight")[0]
changes = {
    "encoder: no mask": reach(heights, ids, other, None),
    "decoder: causal mask": reach(heights, ids, other, causal),
}
explore_reach(changes, line.split(), word=2)

# %% [markdown]
# ## 5. The decoder block
#
# An encoder–decoder is two stacks.
# The encoder reads the source once, without a causal mask, and what leaves it is the **memory**: one row for each token of the source.
# The decoder writes the answer.
# Its block has a third sublayer between the two that you know, which asks the memory.
# Compare the drawings: what has the decoder block that no other block has, and where do the norms of the paper stand?

# %% id="families"
copying, _ = load_trained("copy", "reverse")
asks = {"lit": "cross_attention"}
choose({
    "encoder–decoder": architecture(copying.config, **asks),
    "its cross-attention": architecture(copying.config, open="decoder.cross_attention", **asks),
    "post-norm, as in the paper": architecture(replace(copying.config, norm="post"), **asks),
    "decoder-only": architecture(raven.config),
    "encoder-only": architecture(replace(copying.config, family="encoder")),
})  # fmt: skip

# %% [markdown]
# What have I written so far?
# What does the source say about it?
# Then work on both.
# Queries come from the decoder, keys and values from the memory.
# No causal mask belongs there: the source is known from its first to its last token.
# Only its padding must be hidden.

# %% [markdown]
# ### Exercise: `decoder_block`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `decoder_block(x, memory, params, config, mask=None, memory_mask=None, rng=None)` is your encoder block with a cross-attention in the middle.
#
# - `x`: `(B, T_q, d_model)`; `memory`: `(B, T_k, d_model)`, the output of the encoder.
# - `params`: `attention`, `norm_1`, `cross_attention`, `norm_2`, `feed_forward`, `norm_3`; without norms and without `feed_forward` in the cases that you know.
# - `mask` belongs to the self-attention, `memory_mask` to the cross-attention.
# - Returns `(out, cache)` with `out` of the shape of `x`; the cache holds those of the three residuals.
#
# Worked by hand, with the even attention of section 1 for both attentions, a causal mask, no norm and no feed-forward.
# `x` is $(2, 0), (0, 4)$; the memory is $(6, 0), (3, 0), (0, 3)$ with the mean $(3, 1)$.
# The first row hears only itself: $(2, 0) + (2, 0) = (4, 0)$.
# The second hears both: $(0, 4) + (1, 2) = (1, 6)$.
# Each then gets the mean of the memory: `out` is $(7, 1), (4, 7)$.


# %% id="ex-decoder-block" tags=["exercise"]
def decoder_block(x, memory, params, config, mask=None, memory_mask=None, rng=None):
    """Self-attention, cross-attention, feed-forward, each in a residual. Returns (out, cache)."""

    ### BEGIN SOLUTION
    def attend(z):
        return attention.multi_head_attention(z, z, params["attention"], config.n_heads, mask)

    def cross_attend(z):
        return attention.multi_head_attention(
            z, memory, params["cross_attention"], config.n_heads, memory_mask
        )

    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    out, cross_cache = blocks.residual(out, cross_attend, params.get("norm_2"), config, rng)
    ### END SOLUTION
    feed_cache = None
    if "feed_forward" in params:
        ### BEGIN SOLUTION
        out, feed_cache = blocks.residual(out, feed, params.get("norm_3"), config, rng)
        ### END SOLUTION
    return out, BlockCache(attention_cache, cross_cache, feed_cache)


# %% id="check-decoder-block"
decoder_block = check(decoder_block)

# %% [markdown]
# Now a trained one.
# The task `copy` gives the encoder a sentence of random words; the decoder has to write the same sentence.
# In `copy-reverse` it has to write it backwards.
# Both models have a single block on each side, 32 features wide, with 4 heads.
# The decoder begins with `<bos>`, and at each position it has read the words so far and gives the next.
#
# Copying backwards, the decoder stands at `<bos>` and has to write its first word.

# %% id="predict-cross"
predict("cross")

# %% id="reveal-cross"
from classroom.lesson_04 import copied, next_word_looked_at

source = "the cat saw a little bird"
with using(encoder_block=encoder_block, decoder_block=decoder_block):
    forwards, backwards = copied("copy", source), copied("reverse", source)

first_look = backwards.weights.mean(axis=0)[0]
reveal(
    "cross",
    source.split()[first_look.argmax()],
    next_word_looked_at(
        forwards.weights, forwards.read, forwards.written, source.split(), "Copying"
    ),
    next_word_looked_at(
        backwards.weights, backwards.read, backwards.written, source.split(), "Copying backwards"
    ),
    first_look=first_look,
)

# %% [markdown]
# Each query of the two views is a step of writing: the word that the decoder has just read, and the one that it gives next.
# Point at the steps one after the other; beside the mean stand the four heads, to be clicked.
# In the first view the large weights move along the source, word by word.
# In the second they move backwards.
# Nobody has told either model to do this.
# It was asked for the right words only, and it has found out that looking at the next word is the way to get them.
# (The last row is different.
# There the model has to say `<eos>`, which is no word of the source.)
#
# Copying backwards, how does the decoder know *where the end is*?
# Sentences have 3 to 6 words, and at `<bos>` it has seen nothing of the source.
# Its query is always the same.
# Here is a plausible story: some row of the memory must be ready to answer "I am the last", a word can learn that only from the words around it, and words learn of each other only in the encoder's attention.
# If the story is true, the decoder must lose the end as soon as that attention is missing.
# Section 8 puts it to the test.

# %% [markdown]
# ## 6. How many numbers are in a model?
#
# "GPT-3 has 175 billion parameters."
# That can be computed from a few sizes.
# We count the numbers in one block with $d = d_{\text{model}}$ and the usual $d_{\text{ff}} = 4d$.
# Put the lines into order; each takes up the sum of the one before.
# Two do not belong.

# %% id="parsons-block-count"
parsons("block-count")

# %% [markdown]
# A whole model has more: the embedding, $V \times d$ for a vocabulary of $V$; learned positions, `max_len` $\times\ d$; the last norm of a pre-norm model; and the output, $d \times V$ plus a bias of length $V$.
# The output may be **tied**: then the embedding is used a second time, transposed, and the output has no parameters at all, not even a bias.

# %% [markdown]
# ### Exercise: `count_parameters`
#
# *Difficulty 3 of 5, about 25 minutes.*
#
# `count_parameters(config)` returns how many numbers a model learns, as a Python `int`, from its `TransformerConfig` alone.
# Do not make any array: for GPT-3 there would be no room.
#
# - The sizes are in `config.vocab_size`, `d_model`, `d_ff`, `n_layers`, `max_len` and, for an encoder, `n_classes`.
# - `config.family` is `"encoder"`, `"decoder"` or `"encoder-decoder"`.
#   An encoder ends in a linear map to `n_classes`, with bias.
#   The others end in one to `vocab_size`, with bias, unless `config.tied`.
#   An encoder–decoder has two whole stacks, each with its own embedding, positions and `n_layers` blocks; the blocks of the second have a cross-attention.
#   Only the decoder has an output.
# - `config.positions`: only `"learned"` ones are parameters.
# - `config.norm`: `"none"` has no norms.
#   `"post"` has one for each sublayer.
#   `"pre"` has these, and one more behind the last block of each stack.
# - `config.d_ff` may be 0: no feed-forward, and no norm for it.
#
# Worked by hand: a decoder with `vocab_size=5, d_model=2, d_ff=3, n_layers=1, max_len=7, norm="none"` and learned positions.
# Embedding $5 \cdot 2 = 10$, positions $7 \cdot 2 = 14$, attention $4\,(4 + 2) = 24$, feed-forward $6 + 3 + 6 + 2 = 17$, output $10 + 5 = 15$.
# Together 80.


# %% id="ex-count-parameters" tags=["exercise"]
def count_parameters(config):
    """Count the numbers that a model of this configuration learns, by formula."""
    ### BEGIN SOLUTION
    d, d_ff = config.d_model, config.d_ff
    attention = 4 * (d * d + d)
    feed_forward = d * d_ff + d_ff + d_ff * d + d if d_ff else 0
    norm = 0 if config.norm == "none" else 2 * d

    def stack(n_attentions):
        n_sublayers = n_attentions + (1 if d_ff else 0)
        block = n_attentions * attention + feed_forward + n_sublayers * norm
        total = config.vocab_size * d + config.n_layers * block
        if config.positions == "learned":
            total += config.max_len * d
        if config.norm == "pre":
            total += norm
        return total

    if config.family == "encoder":
        return stack(1) + (d + 1) * config.n_classes
    output = 0 if config.tied else (d + 1) * config.vocab_size
    if config.family == "decoder":
        return stack(1) + output
    return stack(1) + stack(2) + output
    ### END SOLUTION


# %% id="check-count-parameters"
count_parameters = check(count_parameters)

# %% [markdown]
# First the models of this course, where the formula can be held against the arrays.

# %% id="count-ours"
rows = {"model": [], "formula": [], "in the file": []}
for name, preset in [
    ("raven", "raven"), ("raven", "recite"), ("digits", "arithmetic"), ("copy", "reverse"),
    ("induction", "two-layers"), ("modular", "modular"), ("toy_sentences", "toy_sentences"),
]:  # fmt: skip
    task, stored = load_trained(name, preset)
    rows["model"].append(f"{name} {preset}" if preset != name else name)
    rows["formula"].append(count_parameters(task.config))
    rows["in the file"].append(sum(array.size for array in flatten(stored).values()))
table(rows)

# %% [markdown]
# Then three that are too large for this page.
# The sizes are those of the papers, the vocabularies of BERT and GPT-2 those of the released files.
# The paper on GPT-3 names no vocabulary; it keeps the tokens of GPT-2 (Brown et al. 2020, Sec. 2.1).

# %% id="predict-embedding-share"
predict("embedding-share")

# %% id="reveal-embedding-share"
from classroom.lesson_04 import PARTS, shares

bert = TransformerConfig(
    "encoder", 30522, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=512, norm="post",
    activation="gelu_exact", n_classes=2, pooling="first",
)  # fmt: skip
gpt2 = TransformerConfig(
    "decoder", 50257, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=1024,
    activation="gelu", tied=True,
)  # fmt: skip
gpt3 = TransformerConfig(
    "decoder", 50257, d_model=12288, n_heads=96, n_layers=96, d_ff=4 * 12288, max_len=2048,
    activation="gelu", tied=True,
)  # fmt: skip

where = shares([gpt2, gpt3])  # of the embedding, the positions, the attention, …
by_part = {"part": PARTS, "GPT-2 small": where[0], "GPT-3": where[1]}
in_gpt2, in_gpt3 = where[:, 0]
reveal("embedding-share", in_gpt2, table(by_part), in_gpt2=in_gpt2, in_gpt3=in_gpt3)

# %% [markdown]
# And how many are there in all?

# %% id="count-published"
published = {"BERT-base": bert, "GPT-2 small": gpt2, "GPT-3": gpt3}
d = 768
missing = 2 * d + 2 * d + (d + 1) * d - (d + 1) * 2
print(table({
    "model": published,
    "formula": [count_parameters(each) for each in published.values()],
    "12 d² per block": [12 * each.d_model**2 * each.n_layers for each in published.values()],
    "the paper says": ["110M", "117M", "175.0B"],
}))  # fmt: skip
print(f"\nBERT-base with what it has besides: {count_parameters(bert) + missing:,}")

# %% [markdown]
# The formula comes near all three, and each difference has a reason.
#
# - **BERT-base** has three things that our encoder lacks: vectors that say whether a token belongs to the first or the second of two texts ($2d$), a norm on the embedding ($2d$), and a $(d, d)$ layer with bias before the classes.
#   With them, and without our two classes, it is 109,482,240: the 110M of the paper (Devlin et al. 2019, Sec. 3).
# - **GPT-2 small** has 124,439,808 parameters.
#   The paper says 117M (Radford et al. 2019, Table 2).
#   The paper is wrong, and the authors say so in the README of the released code.
# - **GPT-3** comes out at 174.6 billion, a little below the 175.0 of the paper (Brown et al. 2020, Table 2.1).
#
# The middle column is the rule to remember: $12\,d^2$ for each block.
# It says nothing about the vocabulary, so it is good for GPT-3 and poor for small models.
#
# The explorer uses your count, for tied models with $d_{\text{ff}} = 4d$.
# It begins with GPT-2 small.
# First a question that it can answer.

# %% id="predict-attention-largest"
predict("attention-largest")

# %% id="explore-sizes"
explore_sizes(count_parameters)

# %% id="reveal-attention-largest"
reveal("attention-largest")

# %% [markdown]
# Parameters are not cost.
# What the attention pays for a long text (lesson 2) is in no parameter.

# %% [markdown]
# ## 7. What each block adds
#
# After every block the stream is a row of the same width, to which later blocks only add.
# So one can stop anywhere and ask: if the model ended here, what would it say?
# Norm the row as the model would at its end, apply the output matrix, and read.
# This is known as the *logit lens* (nostalgebraist 2020).

# %% [markdown]
# ### Exercise: `read_out_after_blocks`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `read_out_after_blocks(ids, params, config)` reads a pre-norm, untied language model at every height.
#
# - `ids`: `(B, T)`.
#   `params` as in `stack`, with `output`, a dict of `W` `(d_model, vocab_size)` and `b`.
# - Returns one array of logits, `(n_layers + 1, B, T, vocab_size)`: entry 0 is read after the embedding, entry `i` after block `i`.
#   The last entry is what `language_model` returns.
# - Each reading is last norm, then output: `layers.layer_norm(x, **params["norm"], eps=config.eps)` and `layers.linear(z, W, b)`, both of which return `(out, cache)`.
#   The blocks are `blocks.encoder_block` under a causal mask.
#
# Worked by hand: one token with the vector $(3, 1)$, and one block that does nothing but add $(-4, 0)$.
# The norm makes $(1, -1)$ of $(3, 1)$, and $(-1, 1)$ of $(-1, 1)$.
# With the identity as $W$ and $b = (0, 0.5)$ the readings are $(1, -0.5)$ and $(-1, 1.5)$: the block has changed the answer from token 0 to token 1.


# %% id="ex-read-out-after-blocks" tags=["exercise"]
def read_out_after_blocks(ids, params, config):
    """Read the logits after the embedding and after each block: (n_layers + 1, B, T, vocab_size)."""
    ### BEGIN SOLUTION
    mask = attention.causal_mask(ids.shape[1])
    x, _ = embed(ids, params, config)
    states = [x]
    for block_params in params["blocks"]:
        x, _ = blocks.encoder_block(x, block_params, config, mask)
        states.append(x)
    readings = []
    for state in states:
        z, _ = layers.layer_norm(state, **params["norm"], eps=config.eps)
        logits, _ = layers.linear(z, params["output"]["W"], params["output"]["b"])
        readings.append(logits)
    return np.stack(readings)
    ### END SOLUTION


# %% id="check-read-out-after-blocks"
read_out_after_blocks = check(read_out_after_blocks)

# %% [markdown]
# The model to look into is `digits-arithmetic`.
# It answers nested questions about digits, such as `Max ( First ( 3 5 ) Second ( 7 7 ) ) → 7`, with three blocks.
# The inner questions have to be answered before the outer one.
# The question and the right answer are given to the model, as in its training; what counts is whether every token of the answer would have been the most likely.
# The questions are *held out*: the model has not been trained on them.

# %% id="digits-model"
digits, digits_params = load_trained("digits", "arithmetic")
batch = digits.held_out.take(slice(500))
question_ids = batch.inputs[0]
for row in [0, 1, 4, 9]:
    print(digits.vocabulary.decode(question_ids[row]))
print(f"\n{len(batch)} questions, {digits.config.n_layers} blocks")

# %% id="predict-second"
predict("second")

# %% id="reveal-second"
readings = read_out_after_blocks(question_ids, digits_params, digits.config)
in_answer = batch.targets >= 0  # the tokens of the answer
right = ((readings.argmax(axis=-1) == batch.targets) | ~in_answer).all(axis=-1)  # (4, B)
share = right.mean(axis=1)
answers = np.where(in_answer, batch.targets, 0)
commonest = np.unique(answers, axis=0, return_counts=True)[1].max() / len(batch)
heights_read = ["after the embedding", "after block 1", "after block 2", "after block 3"]
by_height = {
    "read": [*heights_read, "always the commonest answer"],
    "right": [*share, commonest],
}
reveal("second", 100 * share[2], table(by_height))

# %% id="right-by-height"
from classroom.lesson_04 import right_by_height

operations = sorted({str(name) for name in batch.groups})
show(right_by_height({name: right[:, batch.groups == name].mean(axis=1) for name in operations}))

# %% [markdown]
# A story is at hand: *First* and *Second* only choose one of two inner results, while *Add* has to compute from both.
# But a story about a trained model must be asked what it forbids, and be tried.
# *Min* and *Max* need both inner results, too.
# And the answers of *Add* differ from the others in a second way: many have two digits.
# So we count both kinds apart, after block 2.

# %% id="two-digits"
arrow = in_answer.argmax(axis=1)  # the position at which the answer begins
at = np.arange(len(batch))
two_digits = batch.targets[at, arrow + 1] != digits.vocabulary.tokens.index("<eos>")
kinds = {"one digit": ~two_digits, "two digits": two_digits}
columns = {"outer operation": operations}
for name, kind in kinds.items():
    of_kind = [kind & (batch.groups == operation) for operation in operations]
    columns[name] = [right[2, which].mean() if which.any() else None for which in of_kind]
    columns[f"({name}: questions)"] = [which.sum() for which in of_kind]
table(columns, dict.fromkeys(kinds, ".2f"))

# %% [markdown]
# *Min* is nearly as early as *First* and *Second*, although it needs both results: the story is wrong.
# What comes late, with every outer operation that has such answers, is an answer of two digits.
# (*Second* has such answers when its inner question is an *Add*.)
# Among answers of one digit *Add* still comes last, but most of them are there after block 2.
#
# Now single questions.
# In the explorer each row is a height, the bottom one the embedding; the frame marks the right token.
# Look for questions where the answer changes between block 2 and block 3.
# Then choose the second token of the answer: after a single digit it is `<eos>`.
# And one thing to explain:

# %% id="predict-bottom-row"
predict("bottom-row")

# %% id="explore-readings"
chosen = [0, 1, 2, 4, 6, 9, 13, 14, 16, 17, 19, 32]
shown = [digits.vocabulary.decode(question_ids[i, : arrow[i] + 1]) for i in chosen]
tokens, probabilities, truths = digits.vocabulary.tokens, {}, {}
for offset, name in enumerate(["first token of the answer", "second token of the answer"]):
    place = arrow[chosen] + offset
    p, _ = layers.softmax(readings[:, chosen, place])
    probabilities[name] = p.swapaxes(0, 1)[..., 1:]  # without <pad>, which is never said
    truths[name] = batch.targets[chosen, place] - 1
explore_readings(probabilities, tokens[1:], shown, truths)

# %% id="reveal-bottom-row"
reveal("bottom-row")

# %% [markdown]
# One caution.
# Each reading goes through the last norm and the output matrix, which were trained for the rows that leave the *last* block.
# Where an early reading is poor, either the information is not there yet, or it is there in a form that this matrix does not read.
# Belrose et al. (2023) train a small map for each height, and read more from the early ones.

# %% [markdown]
# ## 8. Taking parts away
#
# The second instrument is blunter: switch a part off and see what the model can no longer do.
# This is an **ablation**.
# The residual makes it easy.
# A part adds an update to the stream, so switching it off means that its update is 0, and everything else passes by as before.

# %% [markdown]
# ### Exercise: `logits_without`
#
# *Difficulty 3 of 5, about 10 minutes.*
#
# `logits_without(ids, params, config, index, part)` runs a language model in which one part of one block adds nothing.
# The model is pre-norm and untied, as in the last exercise.
#
# - `index`: the block, counted from 0.
#   `part`: `"attention"` or `"feed_forward"`.
# - Returns the logits, `(B, T, vocab_size)`.
#   `model.language_model(ids, params, config)` returns `(logits, cache)`.
# - The parameters that are given must stay as they are: the next call wants the whole model again.
#   A copy of a dict or a list holds the same arrays as the original.
#
# Worked by hand: in the example of the last exercise the only block adds $(-4, 0)$, in its feed-forward.
# Without it, the logits are those before the block, $(1, -0.5)$.


# %% id="ex-logits-without" tags=["exercise"]
def logits_without(ids, params, config, index, part):
    """Run a language model in which one part of one block adds nothing: logits (B, T, vocab_size)."""
    ### BEGIN SOLUTION
    silent = {name: np.zeros_like(array) for name, array in params["blocks"][index][part].items()}
    changed = list(params["blocks"])
    changed[index] = changed[index] | {part: silent}
    logits, _ = model.language_model(ids, params | {"blocks": changed}, config)
    return logits
    ### END SOLUTION


# %% id="check-logits-without"
logits_without = check(logits_without)


# %% id="ablate-parts"
def is_right(logits):
    """Return for each question whether every token of the answer is right."""
    return ((logits.argmax(axis=-1) == batch.targets) | ~in_answer).all(axis=-1)


def by_digits(correct):
    """Return the share of right answers: all, those of one digit, those of two."""
    return correct.mean(), correct[~two_digits].mean(), correct[two_digits].mean()


without = {"nothing": by_digits(right[-1])}
for index in range(digits.config.n_layers):
    for part in ["attention", "feed_forward"]:
        logits = logits_without(question_ids, digits_params, digits.config, index, part)
        without[f"{part.replace('_', '-')} of block {index + 1}"] = by_digits(is_right(logits))
names = ["right", "one digit", "two digits"]
columns = dict(zip(names, zip(*without.values(), strict=True), strict=True))
table({"taken away": list(without), **columns}, dict.fromkeys(names, ".2f"))

# %% [markdown]
# Every part is missed, but not equally.
# The first block is missed most, both parts of it: what it fails to prepare, nobody later makes up for.
# In the second block it is the attention that counts.
# The third block answers the question of section 7.
# Without its attention nearly all answers of one digit are right, and more than half of those of two digits are wrong.
# Without its feed-forward one in ten is wrong of the first kind, four in five of the second.
# Two instruments, one that reads and one that takes away, find the same: the third block is needed above all for answers of two digits.

# %% [markdown]
# A last operation removes nothing.
# The three blocks stay as they are, but the second and the third change places.

# %% id="predict-swap"
predict("swap")

# %% id="reveal-swap"
one, two, three = digits_params["blocks"]
orders = {"1 2 3": [one, two, three], "1 3 2": [one, three, two], "2 1 3": [two, one, three]}
by_order = {}
for name, order in orders.items():
    logits, _ = model.language_model(question_ids, digits_params | {"blocks": order}, digits.config)
    by_order[name] = is_right(logits).mean()
exchanged = by_order["1 3 2"]
columns = {"order of the blocks": list(by_order), "right": list(by_order.values())}
reveal("swap", exchanged, table(columns, {"right": ".2f"}), share=exchanged)

# %% [markdown]
# Now the story of section 5.
# In `copy-reverse`, where does the decoder look at `<bos>` when the encoder's attention is silent?

# %% id="predict-end"
predict("end")

# %% id="ablate-reverse"
from classroom.lesson_04 import cross_attention, first_look_by_length

reverse, reverse_params = load_trained("copy", "reverse")
test = reverse.held_out.inputs
words = (test[0] != reverse.config.pad_id).sum(axis=1)  # 3 to 6 in each source

block = reverse_params["encoder"]["blocks"][0]
silent = {name: np.zeros_like(array) for name, array in block["attention"].items()}
encoder = reverse_params["encoder"] | {"blocks": [block | {"attention": silent}]}
deaf = reverse_params | {"encoder": encoder}
unmasked = replace(reverse.config, pad_id=None)

weights_of = {
    "whole model": cross_attention(test, reverse_params, reverse.config).mean(axis=1),
    "no attention in the encoder": cross_attention(test, deaf, reverse.config).mean(axis=1),
    "nor a padding mask": cross_attention(test, deaf, unmasked).mean(axis=1),
}

# %% id="reveal-end"
columns = {"looks at the right word": list(weights_of)}
for step, name in enumerate(["1st step", "2nd step", "3rd step"]):
    looks = [weights[:, step].argmax(axis=1) for weights in weights_of.values()]
    columns[name] = [(look == words - 1 - step).mean() for look in looks]
share = columns["1st step"][1]
_, masked, visible = weights_of.values()
reveal(
    "end",
    share,
    table(columns, dict.fromkeys(list(columns)[1:], ".2f")),
    first_look_by_length(masked, words, "Padding masked"),
    first_look_by_length(visible, words, "Padding visible", padding_visible=True),
    share=share,
)

# %% [markdown]
# The two pictures show what the first step relies on, without the encoder's attention.
# The model prefers late places, whatever stands there, and the padding mask hides all that comes after the last word.
# *The latest place that I may see* is the end of the sentence.
# (In sentences of three words it looks one place too early.)
# The mask, which we took for housekeeping, tells the decoder how long the source is.
#
# But look at the second step in the table.
# To find the last word but one, "as late as possible" is no help, and there the encoder's attention is needed as we thought.
# So half of the story survives.
#
# What does an ablation show?
# That the *trained* model uses the part.
# It does not show that a model without the part could not learn the task: it would then have been trained without it, and might have found another way.
# For that one must train again.
# Section 3 has done so for one part, the second layer of attention, and there the model found no other way.

# %% [markdown]
# ## 9. Your functions in the model
#
# The course's models call `encoder_block` and `decoder_block` by these names.
# `using` puts yours in their place, and `mine()` adds everything that you have solved and saved in earlier lessons.
# Both families must give what they gave before, and the models can already *write* with your blocks; how, is lesson 5.
# (Each model of `course_lib` writes the loop of your `stack` out, with its own kind of block: read `language_model` in `course_lib/model.py`, it is one page.)

# %% id="in-the-model"
yours = {**mine(), "encoder_block": encoder_block, "decoder_block": decoder_block}
pair = reverse.held_out.take(slice(50)).inputs


def both():
    """Return the logits of both families, with the functions that the course has at the moment."""
    decoder_only, _ = model.language_model(question_ids[:50], digits_params, digits.config)
    encoder_decoder, _ = model.encoder_decoder(*pair, reverse_params, reverse.config)
    return {"decoder-only": decoder_only, "encoder–decoder": encoder_decoder}


before = both()
with using(**yours):
    now = both()
    prompt = raven.vocabulary.encode("Once upon a midnight")[None]
    continued = generate(NextLogits(raven_params, raven.config, use_cache=False), prompt, 40)
near = {name: np.abs(now[name] - before[name]) < 1e-10 for name in now}
print(table({
    "model": list(near),
    "logits": [each.size for each in near.values()],
    "within 1e-10 of the course's": [each.sum() for each in near.values()],
}))  # fmt: skip
print("\nraven, with your blocks:", raven.vocabulary.decode(continued[0]).replace("\n", " | "))

# %% [markdown]
# ## Check what you know

# %% id="quiz-search"
quiz("search")

# %% id="quiz-own-mask"
quiz("own-mask")

# %% id="quiz-memory"
quiz("memory")

# %% id="quiz-wider"
quiz("wider-shallower")

# %% id="quiz-ablation"
quiz("ablation")

# %% [markdown]
# ## In real models
#
# The block of 2017 is still recognizable in the models of today.
# What has been tried:
#
# | | blocks | the order within a block | source |
# |---|---|---|---|
# | Transformer, base | 6 + 6 | post-norm, as in the paper | Vaswani et al. 2017, Table 3 |
# | BERT-base | 12 | post-norm | Devlin et al. 2019, Sec. 3 |
# | GPT-2 small, GPT-3 | 12, 96 | pre-norm | Radford et al. 2019, Sec. 2.3; Brown et al. 2020, Sec. 2.1 |
# | PaLM | 118 | both sublayers read the same input, and their updates are added up | Chowdhery et al. 2022, Sec. 2 |

# %% [markdown]
# - **Side by side.**
#   PaLM computes $x + \mathrm{attention}(\mathrm{norm}(x)) + \mathrm{feed}(\mathrm{norm}(x))$, which our check turns down as a mistake.
#   The gain is speed: both can be computed at once.
#   Its authors saw a small loss of quality at 8 billion parameters and none at 62 (Sec. 2).
# - **The same block again.**
#   ALBERT uses one set of parameters for all of its blocks (Lan et al. 2020).
#   In your `stack` that would be one line.
# - **Blocks that can go.**
#   In large trained language models, many of the deeper blocks can be removed, with little loss on questions of knowledge (Gromov et al. 2024).
#   Our three-block model has none to spare.
#   Which of the two a model is, only the ablation tells.
# - **Which family?**
#   Encoder–decoders were made for translation, encoders ruled understanding, and decoders took over when it turned out that most tasks can be put as text to be continued (Radford et al. 2019; Brown et al. 2020).
#   Raffel et al. (2020, Sec. 3.2) compare the families on the same data.
#
# **Next.**
# The stack ends in rows of width $d_{\text{model}}$.
# In this lesson a matrix turned them into answers in passing.
# Lesson 5 looks at this last step: from rows to words, and from one word to a whole text.

# %% [markdown]
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Sec. 3.1 and Fig. 1 (encoder and decoder), Table 3 (sizes).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805), and its released vocabulary.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), and the README of its released code, [github.com/openai/gpt-2](https://github.com/openai/gpt-2), on the parameter counts.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - C. Raffel et al., *Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer*, 2020 (T5), [arXiv:1910.10683](https://arxiv.org/abs/1910.10683).
# - nostalgebraist, *interpreting GPT: the logit lens*, 2020, LessWrong.
# - N. Belrose et al., *Eliciting Latent Predictions from Transformers with the Tuned Lens*, 2023, [arXiv:2303.08112](https://arxiv.org/abs/2303.08112).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - Z. Lan et al., *ALBERT: A Lite BERT for Self-supervised Learning of Language Representations*, 2020, [arXiv:1909.11942](https://arxiv.org/abs/1909.11942).
# - A. Gromov et al., *The Unreasonable Ineffectiveness of the Deeper Layers*, 2024, [arXiv:2403.17887](https://arxiv.org/abs/2403.17887).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
