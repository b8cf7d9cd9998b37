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
# Lessons 2 and 3 left you with a box of parts: attention, the feed-forward, and the residual connection with its norm that keeps a deep stack healthy. This lesson puts them together. Two parts make a block, blocks make a stack, and stacks make the three kinds of model that the papers talk about.
#
# - **You will build** the encoder block, the stack, and the decoder block with cross-attention; a formula that counts the parameters of any model; and two instruments to look into a trained one: what it would answer after each block, and what it can no longer do when a part is missing.
# - **You need** lesson 2 (attention and its masks) and lesson 3 (residual, norm, feed-forward).
# - **Time** about three hours; after section 5 is a good place to stop
# - **Cost** runs in 10 seconds, 370 MB of memory
#
# Six cells are yours, each followed by its check, as before. `hint("encoder_block")` helps, one step at a time, and `solution("encoder_block")` shows the end. Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
from pathlib import Path

import numpy as np

from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_04 import explore_reach, explore_readings, explore_sizes
from classroom.plots import attention_heatmap, bars, heads_grid, heatmap, lines, show
from course_lib import attention, blocks, layers, model
from course_lib.blocks import BlockCache
from course_lib.model import StackCache, embed
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import load_trained
from course_lib.vocab import Vocabulary

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## 1. Two sublayers, two jobs
#
# Lesson 3 ended with a layer in a frame: its input passes it by, and what the layer makes of it is added. In pre-norm, as in all trained models of this course:
#
# $$\mathrm{residual}(x) = x + \mathrm{sublayer}(\mathrm{norm}(x))$$
#
# We have two sublayers for this frame, attention and the feed-forward, and they are opposites. Attention mixes *rows*: what a position receives is a weighted mean of what others hand over. The feed-forward works on *each row alone*, with the same weights everywhere. To see it, we take a line of *The Raven*, replace one word, and look at which rows of each sublayer's output change.

# %% id="two-jobs"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
vocab = Vocabulary.words(poem)
config = TransformerConfig(
    "decoder", len(vocab), d_model=64, n_heads=4, n_layers=3, d_ff=256, max_len=16
)
params = init_params(config, np.random.default_rng(4), np.float64)  # random: nothing is trained

line = "rapping at my chamber door"
words = line.split()
ids = vocab.encode(line)[None]
ids_other = vocab.encode("rapping at my purple door")[None]
x, _ = embed(ids, params, config)  # tokens plus positions, as in lesson 1
x_other, _ = embed(ids_other, params, config)

first = params["blocks"][0]
sublayers = {
    "attention": lambda z: attention.multi_head_attention(z, z, first["attention"], 4)[0],
    "feed-forward": lambda z: blocks.feed_forward(z, first["feed_forward"])[0],
}
for name, sublayer in sublayers.items():
    changes = np.abs(sublayer(x) - sublayer(x_other)).max(axis=-1)[0]
    print(f"{name:<13} rows that change: {[words[t] for t in range(5) if changes[t] > 0]}")

# %% [markdown]
# So neither is enough. Attention alone only carries things around: its values are mixed with weights that sum to 1, and apart from the weights everything in it is linear. The feed-forward can compute, but each position knows only itself. A **block** is one after the other: first hear from the others, then work on what you heard.
#
# ```
#        ┌──────────────────────────┐       ┌─────────────────────────────┐
#        │                          ▼       │                             ▼
#   x ───┴──► norm_1 ──► attention ─+───────┴──► norm_2 ──► feed-forward ─+──► out
# ```
#
# The line along the top is the residual path, and what travels on it is the residual stream of lesson 3: nothing overwrites it, every sublayer only adds to it.
#
# ### One block by hand
#
# Two positions, two features, and no norm. The attention is as simple as attention can be: all scores are 0, so both weights of a row are $\tfrac12$, and the values are the rows themselves. The feed-forward has a single hidden unit: it takes $a - b$ of a row $(a, b)$, lets it through if it is positive, and adds it to the second feature.
#
# | | $x$ | mean of the rows | after the attention | hidden unit | after the feed-forward |
# |---|---|---|---|---|---|
# | first row | $(2, 0)$ | $(1, 2)$ | $(3, 2)$ | $\mathrm{relu}(3 - 2) = 1$ | $(3, 3)$ |
# | second row | $(0, 4)$ | $(1, 2)$ | $(1, 6)$ | $\mathrm{relu}(1 - 6) = 0$ | $(1, 6)$ |
#
# Now the other way round: the feed-forward first, then the attention. Take a pencil.

# %% id="predict-order" jupyter={"source_hidden": true}
predict(
    "order",
    "The same two sublayers, but the feed-forward comes **first**. What is the second feature of the first row in the end? (It was 3.)",
    number=True,
)


# %% id="reveal-order" jupyter={"outputs_hidden": true}
def attend_evenly(z):
    """Give each row the mean of all rows."""
    return np.full((2, 2), 1 / 2) @ z


def one_unit(z):
    """Compute relu(a - b) and put it into the second feature."""
    return layers.relu(z @ np.array([[1.0], [-1.0]]))[0] @ np.array([[0.0, 1.0]])


start = np.array([[2.0, 0], [0, 4]])
for names in [("attention", "feed-forward"), ("feed-forward", "attention")]:
    z = start
    for name in names:
        z = z + (attend_evenly(z) if name == "attention" else one_unit(z))
    print(f"{names[0]}, then {names[1]}:\n{z}\n")

reveal(
    "order",
    z[0, 1],
    "The hidden unit now sees $2 - 0 = 2$ and makes $(2, 2)$ of the first row; the second stays "
    "$(0, 4)$. Their mean is $(1, 3)$, so the rows become $(3, 5)$ and $(1, 7)$. The order matters.",
)

# %% [markdown]
# ## 2. The encoder block
#
# In the paper, the block of two sublayers is the *encoder's* (Vaswani et al. 2017, Sec. 3.1), hence its name. You have every piece of it:
#
# - `blocks.residual(x, sublayer, norm_params, config, rng)` from lesson 3. It takes a function of one array, puts it into its residual with norm and dropout, and returns `(out, cache)`.
# - `attention.multi_head_attention(x, memory, params, n_heads, mask)` from lesson 2.
# - `blocks.feed_forward(x, params, activation)` from lesson 3.
#
# ### Exercise: `encoder_block`
#
# `encoder_block(x, params, config, mask=None, rng=None)` is attention, then feed-forward, each in a residual.
#
# - `x`: `(B, T, d_model)`.
# - `params`: a dict of `attention`, `norm_1`, `feed_forward` and `norm_2`, each a dict of arrays. Where `config.norm` is `"none"` there are no norms; `params.get("norm_1")` is then `None`, which `residual` accepts. Some models of this course have blocks of attention alone (`config.d_ff` is 0), without a `feed_forward`; the `if` for them is given.
# - `config`: a `TransformerConfig`. You need `config.n_heads` and `config.activation`.
# - `mask`, `rng`: handed on.
# - Returns `(out, cache)` with `out` of the shape of `x`. The line of the cache is given; it expects the caches of both residuals as `attention_cache` and `feed_cache`.
#
# The first sublayer is given as a pattern: a function of one array `z`, which is what `residual` wants. Write `feed(z)` like it, then both residuals. Worked by hand: the table above, where `out` is `[[3, 3], [1, 6]]`.


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
# The block has the property that makes everything else possible: what comes out has the shape of what went in. And it only adds. We can ask how much: here are the lengths of the rows of `x`, and of what each sublayer adds to them, in the two blocks of a trained model. It reads *The Raven* character by character and knows it by heart.


# %% id="what-is-added"
def length(rows):
    """Return the mean length of the rows."""
    return np.linalg.norm(rows, axis=-1).mean()


raven, raven_params = load_trained("raven", "recite")
characters = raven.vocabulary.encode("Once upon a midnight")[None]
stream, _ = embed(characters, raven_params, raven.config)
mask = attention.causal_mask(characters.shape[1])
print("mean length of a row      before   added by attention   added by feed-forward   after")
for index, block_params in enumerate(raven_params["blocks"]):
    alone = {name: block_params[name] for name in ("attention", "norm_1")}  # no feed-forward
    between, _ = encoder_block(stream, alone, raven.config, mask)
    after, _ = encoder_block(stream, block_params, raven.config, mask)
    print(
        f"block {index + 1:<20}{length(stream):>6.2f}{length(between - stream):>21.2f}"
        f"{length(after - between):>24.2f}{length(after):>8.2f}"
    )
    stream = after

# %% [markdown]
# The stream grows as block after block writes into it. That is why pre-norm puts a norm before each sublayer, and one more behind the last block: nobody reads the stream without it.
#
# ## 3. The stack
#
# Because shapes agree, blocks can be put on top of each other, each with parameters of its own. Before the first come the vectors of lesson 1, tokens plus positions. The course's `embed(ids, params, config, rng)` makes them and returns `(x, cache)`. Behind the last block stands the last norm, if the model is pre-norm.
#
# ### Exercise: `stack`
#
# `stack(ids, params, config, block, rng=None)` is the body of every model in this course.
#
# - `ids`: `(B, T)`. `params`: a dict with what `embed` needs, the list `blocks`, and, if `config.norm` is `"pre"`, `norm` with its `gamma` and `beta`; `eps` is `config.eps`.
# - `block`: a function. `block(x, block_params, index)` returns `(x, cache)`; `block_params` is the entry number `index` of `params["blocks"]`, counted from 0. The stack does not know what kind of block it runs. That is how one stack can serve encoders and decoders.
# - `rng` goes to `embed`.
# - Returns `(x, cache)`. The line of the cache is given: it wants the cache of `embed`, the list of the blocks' caches, and the cache of the last norm or `None`.
#
# Worked by hand: no positions, no norm; the ids `[[1, 2]]` have the vectors $(1, 2)$ and $(3, 4)$; both blocks double their input and add a number, the first 1, the second 10. Then $(1, 2) \to (3, 5) \to (16, 20)$ and $(3, 4) \to (7, 9) \to (24, 28)$.


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
# Your block and your stack are already most of a language model. What is missing is one matrix, which turns each row into a score for every token of the vocabulary, the **logits**. It is the subject of lesson 5; here we just use it. With a causal mask, these are the logits of the course's `language_model`:


# %% id="a-whole-model"
def causal_block(x, block_params, index):
    """Run your encoder block under a causal mask."""
    return encoder_block(x, block_params, raven.config, attention.causal_mask(x.shape[1]))


top, cache = stack(characters, raven_params, raven.config, causal_block)
logits, _ = layers.linear(top, raven_params["output"]["W"], raven_params["output"]["b"])
by_the_course, _ = model.language_model(characters, raven_params, raven.config)
print("blocks:", len(cache.blocks), "  logits:", logits.shape)
print("equal to language_model:", np.allclose(logits, by_the_course))
following = [raven.vocabulary.tokens[i] for i in logits[0].argmax(axis=-1)]
print("the character it expects after each:", "".join(following).replace("\n", "|"))

# %% [markdown]
# ### Why more than one?
#
# One block already lets every position hear from all others. Why go through it again? Because of *what* they hear. In the first block a query knows only its own word and place, and so does every key. In the second, queries and keys are made of rows that have already listened once. A row can then look for something that depends on the context of *other* rows. Lesson 2 named the smallest example: to continue a repeated sequence, find the place where *my* word stood before, and look at what came next. The row after that place must first have learned what stands before it. That is one step to prepare, and one to look.
#
# The course has trained this twice on the same data, short passages of random tokens that are repeated: once with one layer of attention, once with two. Everything else is equal.

# %% id="predict-depth" jupyter={"source_hidden": true}
predict(
    "depth",
    "The two-layer model predicts nearly every repeated token. How many does the one-layer model get right?",
    options=["Nearly all", "About half", "About a quarter", "Nearly none"],
)

# %% id="reveal-depth" jupyter={"outputs_hidden": true}
shares = {}
print("model        layers of attention   right")
for preset in ["one-layer", "two-layers"]:
    induction, induction_params = load_trained("induction", preset)
    batch = induction.held_out.take(slice(300))
    scores, _ = model.language_model(*batch.inputs, induction_params, induction.config)
    counted = batch.targets >= 0  # it is -1 where nothing is to be predicted
    by_guess = [1 / len(set(row)) for row in batch.inputs[0]]  # among the tokens of the passage
    shares[preset] = (scores.argmax(axis=-1) == batch.targets)[counted].mean()
    print(f"{preset:<12}{len(induction_params['blocks']):>20}{shares[preset]:>8.3f}")
guessed = np.repeat(by_guess, counted.sum(axis=1)).mean()
print(f"any token of the passage, by chance: {guessed:.3f}")

share = shares["one-layer"]
options = {"Nearly all": 1, "About half": 0.5, "About a quarter": 0.25, "Nearly none": 0}
reveal(
    "depth",
    min(options, key=lambda option: abs(options[option] - share)),
    f"It is {share:.2f}. One layer can see which tokens the passage holds, and a guess among them "
    f"is right in {guessed:.2f}. It does somewhat better, but which of them comes next it mostly "
    "cannot see. Lesson 9 opens the two-layer model and finds the two steps in it.",
)

# %% [markdown]
# ## 4. Three families
#
# Nothing in your encoder block says who may listen to whom: that is the mask, which it is given. This one choice, and what stands on top, make the families of transformers.
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
# The name of the second column confuses everybody once. A decoder-only model has no encoder to attend to, so its blocks have no cross-attention, and what is left of a decoder block is your encoder block under a causal mask.
#
# Why not always let everybody see everything? Because of how a model learns to write. Under a causal mask, a text of 1000 tokens is 1000 exercises in one pass: at each position predict the next token, which this position has not seen. Without the mask the answer would lie open (lesson 2). An encoder must be taught otherwise. BERT hides some of the tokens, 15% of them, and learns to restore them from both sides (Devlin et al. 2019, Sec. 3.1).

# %% id="masks"
T = len(words)
everything = np.ones((T, T), dtype=bool)
causal = attention.causal_mask(T)
even = np.stack([mask / mask.sum(axis=-1, keepdims=True) for mask in [everything, causal]])
heads_grid(
    even,
    words,
    title="Who may listen to whom, with even weights: an encoder, and a decoder",
    head_names=["encoder: the whole text", "decoder: what came before"],
    columns=2,
)

# %% [markdown]
# Three blocks under a causal mask. We replace the third of the five words. A changed row changes those that listen to it, and these are listened to in the next block.

# %% id="predict-reach" jupyter={"source_hidden": true}
predict(
    "reach",
    "*rapping at **my** chamber door*, 3 blocks, causal mask. The word *my* is replaced. How many of the five rows differ after the **third** block?",
    options=["1", "2", "3", "5"],
)


# %% id="reveal-reach" jupyter={"outputs_hidden": true}
def heights(ids, mask):
    """Return the rows after the embedding and after each block, (n_layers + 1, T, d_model)."""
    x, _ = embed(ids, params, config)
    states = [x[0]]
    for block_params in params["blocks"]:
        x, _ = encoder_block(x, block_params, config, mask)
        states.append(x[0])
    return np.array(states)


def reach(mask):
    """Return how much the row at t changes at each height when word i is replaced: (T, L + 1, T)."""
    before, found = heights(ids, mask), []
    for i in range(T):
        changed = ids.copy()
        changed[0, i] = vocab.encode("lamplight")[0]
        difference = np.linalg.norm(heights(changed, mask) - before, axis=-1)
        found.append(difference / np.linalg.norm(before, axis=-1))
    return np.minimum(found, 1.0)


changes = {"encoder: no mask": reach(None), "decoder: causal mask": reach(causal)}
third = changes["decoder: causal mask"][2]
for height, row in zip(["embedding", "block 1", "block 2", "block 3"], third, strict=True):
    print(f"{height:<10}", [words[t] for t in range(T) if row[t] > 0])
reveal(
    "reach",
    str(int((third[-1] > 0).sum())),
    "The word itself and all that follow, from the first block on. No number of blocks carries "
    "anything to the left: a causal mask keeps its promise at any depth.",
)

# %% [markdown]
# Slide the changed word along the line under both masks. The bottom row of the picture is the embedding, where only one row changes. Under the causal mask, which word can change the most rows, and which the fewest?

# %% id="explore-reach"
explore_reach(changes, words, word=2)

# %% [markdown]
# (The first word reaches all five rows, the last only its own. Nobody behind the first word can avoid it, and nobody ever hears of the last.)
#
# ## 5. The decoder block
#
# An encoder–decoder is two stacks. The encoder reads the source once, without a causal mask, and what leaves it is the **memory**: one row for each token of the source. The decoder writes the answer. Its block has a third sublayer between the two that you know, which asks the memory:
#
# ```
#        ┌────────────────────┐   ┌─────────────────────────┐   ┌───────────────────────┐
#        │                    ▼   │                         ▼   │                       ▼
#   x ───┴─► norm ► attention + ──┴─► norm ► cross-attention + ──┴─► norm ► feed-forward + ──► out
#                  causal mask              ▲
#                                         memory (keys and values)
# ```
#
# What have I written so far? What does the source say about it? Then work on both. Queries come from the decoder, keys and values from the memory. No causal mask belongs there: the source is known from its first to its last token. Only its padding must be hidden.
#
# ### Exercise: `decoder_block`
#
# `decoder_block(x, memory, params, config, mask=None, memory_mask=None, rng=None)` is your encoder block with a cross-attention in the middle.
#
# - `x`: `(B, T_q, d_model)`; `memory`: `(B, T_k, d_model)`, the output of the encoder.
# - `params`: `attention`, `norm_1`, `cross_attention`, `norm_2`, `feed_forward`, `norm_3`; without norms and without `feed_forward` in the cases that you know.
# - `mask` belongs to the self-attention, `memory_mask` to the cross-attention.
# - Returns `(out, cache)` with `out` of the shape of `x`; the cache holds those of the three residuals.
#
# Worked by hand, with the even attention of section 1 for both attentions, a causal mask, no norm and no feed-forward. `x` is $(2, 0), (0, 4)$; the memory is $(6, 0), (3, 0), (0, 3)$ with the mean $(3, 1)$. The first row hears only itself: $(2, 0) + (2, 0) = (4, 0)$. The second hears both: $(0, 4) + (1, 2) = (1, 6)$. Each then gets the mean of the memory: `out` is $(7, 1), (4, 7)$.


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
# Now a trained one. The task `copy` gives the encoder a sentence of random words; the decoder has to write the same sentence. In `copy-reverse` it has to write it backwards. Both models have a single block on each side, 32 features wide, with 4 heads. The decoder begins with `<bos>`, and at each position it has read the words so far and gives the next.
#
# Copying backwards, the decoder stands at `<bos>` and has to write its first word.

# %% id="predict-cross" jupyter={"source_hidden": true}
predict(
    "cross",
    "`copy-reverse`, source *the cat saw a little bird*. At `<bos>`, to which word of the source does the cross-attention give most weight?",
    options=["the", "a", "bird", "To all about the same"],
)

# %% id="cross-attention" jupyter={"outputs_hidden": true}
source = "the cat saw a little bird"


def written(preset, source):
    """Let a model write, run it with your blocks, and return words, attention and its labels."""
    task, copy_params = load_trained("copy", preset)
    answer = task.ask(copy_params, source).text
    source_ids = task.vocabulary.encode(source)[None]
    target_ids = np.array([[task.vocabulary.bos_id, *task.vocabulary.encode(answer)]])
    with using(encoder_block=encoder_block, decoder_block=decoder_block, stack=stack):
        logits, cache = model.encoder_decoder(source_ids, target_ids, copy_params, task.config)
    weights = cache[1].blocks[0].cross_attention.sublayer.weights[0]  # (n_heads, T_q, T_k)
    given = [task.vocabulary.tokens[i] for i in logits[0].argmax(axis=-1)]
    asked = ["<bos>", *answer.split()]
    return answer, weights, [f"{read}→{said}" for read, said in zip(asked, given, strict=True)]


for preset, shape in [("copy", "copying"), ("reverse", "copying backwards")]:
    answer, weights, labels = written(preset, source)
    looked_at = [source.split()[k] for k in weights.mean(axis=0)[:-1].argmax(axis=1)]
    found = sum(a == b for a, b in zip(looked_at, answer.split(), strict=True))
    show(
        attention_heatmap(
            weights.mean(axis=0),
            labels,
            source.split(),
            title=f"{shape.capitalize()}, mean of 4 heads: in {found} of {len(looked_at)} steps it "
            "looks at the word that it writes next",
            width=7.4,
        )
    )

# %% id="reveal-cross"
first_look = weights.mean(axis=0)[0]
reveal(
    "cross",
    source.split()[int(first_look.argmax())],
    f"With {first_look.max():.2f} of the weight, the mean of the heads. The word is written first, "
    "so it is needed first.",
)

# %% [markdown]
# Each row is a step of writing: the word that the decoder has just read, and the one it gives next. The diagonal of the first picture is a finger that moves along the source, word by word. In the second it moves backwards. Nobody has told either model to do this. It was asked for the right words only, and it has found out that looking at the next word is the way to get them. (The last row is different. There the model has to say `<eos>`, which is no word of the source.)
#
# Copying backwards, how does the decoder know *where the end is*? Sentences have 3 to 6 words, and at `<bos>` it has seen nothing of the source. Its query is always the same. Here is a plausible story: some row of the memory must be ready to answer "I am the last", a word can learn that only from the words around it, and words learn of each other only in the encoder's attention. If the story is true, the decoder must lose the end as soon as that attention is missing. Section 8 puts it to the test.
#
# Do the four heads share the work?

# %% id="reverse-heads"
path = [source.split().index(word) for word in answer.split()]
together = (weights[:, :-1].argmax(axis=-1) == path).all(axis=-1).sum()
heads_grid(
    weights,
    labels,
    source.split(),
    title=f"Copying backwards: {together} of {len(weights)} heads look at the next word in every step",
    columns=4,
)

# %% [markdown]
# A task with one thing to look at gives all heads the same thing to do. Language does not: in lesson 2 each of three heads had something else to look for.
#
# ## 6. How many numbers are in a model?
#
# "GPT-3 has 175 billion parameters." You can compute that from four numbers of its paper. We count the numbers in one block with $d = d_{\text{model}}$ and the usual $d_{\text{ff}} = 4d$. Put the lines into order; each takes up the sum of the one before. Two do not belong.

# %% id="parsons-block-count" jupyter={"source_hidden": true}
parsons(
    "block-count",
    "Count the parameters of one encoder block of width $d$, with $d_{\\text{ff}} = 4d$, biases and two norms.",
    [
        r"The attention has four matrices, $W_Q, W_K, W_V, W_O$, each of shape $(d, d)$: $4d^2$.",
        r"Each of the four has a bias of length $d$: $4d^2 + 4d$.",
        r"The feed-forward goes up to $4d$ and down again, $(d, 4d)$ and $(4d, d)$: $12d^2 + 4d$.",
        r"Its biases have the lengths $4d$ and $d$: $12d^2 + 9d$.",
        r"Two norms, with a $\gamma$ and a $\beta$ of length $d$ each: $12d^2 + 13d$.",
        r"For a large $d$ the second term hardly counts: about $12d^2$.",
    ],
    distractors=[
        (
            r"Each of $n$ heads has its own four matrices, so this is multiplied by $n$: $4nd^2 + 4nd$.",
            "The matrices of a head are slices of the four: $d/n$ columns wide. All heads together make up one $(d, d)$.",
        ),
        (
            r"Every position has a feed-forward of its own, so there are $T$ of them: $8Td^2 + 4d^2 + 4d$.",
            "The same feed-forward works at every position. The length of the text costs time and memory, but not one parameter.",
        ),
    ],
    explain={
        r"Each of the four has a bias of length $d$: $4d^2 + 4d$.": "The paper of 2017 has none in the attention; GPT-2 and the models of this course do.",
        r"The feed-forward goes up to $4d$ and down again, $(d, 4d)$ and $(4d, d)$: $12d^2 + 4d$.": "Two matrices of $4d^2$ each: $8d^2$, twice as much as the attention.",
    },
)

# %% [markdown]
# A whole model has more: the embedding, $V \times d$ for a vocabulary of $V$; learned positions, `max_len` $\times\ d$; the last norm of a pre-norm model; and the output, $d \times V$ plus a bias of length $V$. The output may be **tied**: then the embedding is used a second time, transposed, and the output has no parameters at all, not even a bias.
#
# ### Exercise: `count_parameters`
#
# `count_parameters(config)` returns how many numbers a model learns, as a Python `int`, from its `TransformerConfig` alone. Do not make any array: for GPT-3 there would be no room.
#
# - The sizes are in `config.vocab_size`, `d_model`, `d_ff`, `n_layers`, `max_len` and, for an encoder, `n_classes`.
# - `config.family` is `"encoder"`, `"decoder"` or `"encoder-decoder"`. An encoder ends in a linear map to `n_classes`, with bias. The others end in one to `vocab_size`, with bias, unless `config.tied`. An encoder–decoder has two whole stacks, each with its own embedding and positions; the blocks of the second have a cross-attention. Only the decoder has an output.
# - `config.positions`: only `"learned"` ones are parameters.
# - `config.norm`: `"none"` has no norms. `"post"` has one for each sublayer. `"pre"` has these, and one more behind the last block of each stack.
# - `config.d_ff` may be 0: no feed-forward, and no norm for it.
#
# Worked by hand: a decoder with `vocab_size=5, d_model=2, d_ff=3, n_layers=1, max_len=7, norm="none"` and learned positions. Embedding $5 \cdot 2 = 10$, positions $7 \cdot 2 = 14$, attention $4\,(4 + 2) = 24$, feed-forward $6 + 3 + 6 + 2 = 17$, output $10 + 5 = 15$. Together 80.


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
print("                             formula    in the file")
for name, preset in [
    ("raven", None),
    ("raven", "recite"),
    ("digits", "one-digit"),
    ("digits", "arithmetic"),
    ("copy", "reverse"),
    ("induction", "two-layers"),
    ("modular", None),
    ("toy_sentences", None),
]:
    task, stored = load_trained(name, preset)
    counted = sum(array.size for array in flatten(stored).values())
    title = task.name if task.preset == task.name else f"{task.name} {task.preset}"
    print(f"{title:<24}{count_parameters(task.config):>12,}{counted:>15,}")

# %% [markdown]
# Then three that do not fit on this page. The sizes are those of the papers; the vocabularies of BERT and GPT-2 are counted in the released files.
#
# Before you look: in which part of GPT-3 are most of its parameters?

# %% id="predict-most" jupyter={"source_hidden": true}
predict(
    "most",
    "GPT-3: 96 blocks of $d_{\\text{model}} = 12288$, 50,257 tokens. Where are most of its parameters?",
    options=["The embedding", "The attention", "The feed-forward", "The norms and biases"],
)

# %% id="count-published" jupyter={"outputs_hidden": true}
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

print("                     formula          12 d² per block     the paper says")
for name, published, claim in [
    ("BERT-base", bert, "110M"),
    ("GPT-2 small", gpt2, "117M"),
    ("GPT-3", gpt3, "175.0B"),
]:
    rough = 12 * published.d_model**2 * published.n_layers
    print(f"{name:<14}{count_parameters(published):>18,}{rough:>22,}{claim:>16}")

d = 768
missing = 2 * d + 2 * d + (d + 1) * d - (d + 1) * 2
print(f"\nBERT-base with what it has besides: {count_parameters(bert) + missing:,}")

# %% [markdown]
# The formula meets all three, and each difference tells a story.
#
# - **BERT-base** has three things that our encoder lacks: vectors that say whether a token belongs to the first or the second of two texts ($2d$), a norm on the embedding ($2d$), and a $(d, d)$ layer with bias before the classes. With them, and without our two classes, it is 109,482,240: the 110M of the paper (Devlin et al. 2019, Sec. 3).
# - **GPT-2 small** has 124,439,808 parameters. The paper says 117M (Radford et al. 2019, Table 2). The paper is wrong, and the authors say so in the README of the released code. Your formula would have found it.
# - **GPT-3** comes out at 174.6 billion, a little below the 175.0 of the paper (Brown et al. 2020, Table 2.1).
#
# The middle column is the rule to remember: $12\,d^2$ for each block. It says nothing about the vocabulary, so it is good for GPT-3 and poor for small models.

# %% id="where-they-are" jupyter={"outputs_hidden": true}
from classroom.lesson_04 import PARTS
from classroom.lesson_04 import shares as shares_of

models = {"raven": raven.config, "GPT-2\u00a0small": gpt2, "GPT-3": gpt3}
where = shares_of(models.values())
feed_share = where[-1, PARTS.index("feed-forward")]
heatmap(
    where,
    list(models),
    list(PARTS),
    title=f"In GPT-3 a share of {feed_share:.2f} of the parameters is feed-forward",
    label="share",
    vmin=0,
    vmax=1,
    height=1.4,
)

# %% id="reveal-most"
largest = PARTS[int(where[-1].argmax())]
reveal(
    "most",
    f"The {largest}",
    f"{feed_share:.2f} of them, and {where[-1, PARTS.index('attention')]:.2f} in the attention: "
    "$8d^2$ against $4d^2$. The embedding, which is "
    f"{where[1, 0]:.2f} of GPT-2 small, is down to {where[-1, 0]:.4f}.",
)

# %% [markdown]
# (The output is left out of this picture. In GPT-2 and GPT-3 it is tied, in `raven` it is as large as the embedding.) The explorer uses your count, for tied models. Go from GPT-2 small to wider models: what happens to the share of the embedding? Then look for a model in which the *attention* is the largest part.

# %% id="explore-sizes"
explore_sizes(count_parameters)

# %% [markdown]
# (The embedding grows like $d$, the blocks like $d^2$, so its share fades. The attention is never the largest part: with $d_{\text{ff}} = 4d$ the feed-forward is always twice as large. Parameters are not cost, though. From lesson 2 you know what the attention pays for a long text, and that is in no parameter.)
#
# ## 7. What each block adds
#
# A residual stream has a pleasant property: after every block it is a row of the same width, in the same place, to which later blocks only add. So one can stop anywhere and ask: if the model ended here, what would it say? Norm the row as the model would at its end, apply the output matrix, and read. This is known as the *logit lens* (nostalgebraist 2020).
#
# ### Exercise: `read_out_after_blocks`
#
# `read_out_after_blocks(ids, params, config)` reads a pre-norm, untied language model at every height.
#
# - `ids`: `(B, T)`. `params` as in `stack`, with `output`, a dict of `W` `(d_model, vocab_size)` and `b`.
# - Returns one array of logits, `(n_layers + 1, B, T, vocab_size)`: entry 0 is read after the embedding, entry `i` after block `i`. The last entry is what `language_model` returns.
# - Each reading is last norm, then output: `layers.layer_norm(x, **params["norm"], eps=config.eps)` and `layers.linear(z, W, b)`, both of which return `(out, cache)`. The blocks are `blocks.encoder_block` under a causal mask.
#
# Worked by hand: one token with the vector $(3, 1)$, and one block that does nothing but add $(-4, 0)$. The norm makes $(1, -1)$ of $(3, 1)$, and $(-1, 1)$ of $(-1, 1)$. With the identity as $W$ and $b = (0, 0.5)$ the readings are $(1, -0.5)$ and $(-1, 1.5)$: the block has changed the answer from token 0 to token 1.


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
# The model to look into is `digits-arithmetic`. It answers nested questions about digits, such as `Max ( First ( 3 5 ) Second ( 7 7 ) ) → 7`, with three blocks. The inner questions have to be answered before the outer one. The question and the right answer are given to the model, as in its training; what counts is whether every token of the answer would have been the most likely. The questions are *held out*: the model has not been trained on them.

# %% id="digits-model"
digits, digits_params = load_trained("digits", "arithmetic")
batch = digits.held_out.take(slice(500))
question_ids = batch.inputs[0]
for row in [0, 1, 4, 9]:
    print(digits.vocabulary.decode(question_ids[row]))
print(f"\n{len(batch)} questions, {digits.config.n_layers} blocks")

# %% id="predict-second" jupyter={"source_hidden": true}
predict(
    "second",
    "After all three blocks nearly every answer is right. If the model ended after its **second** block, how many of 100 would be?",
    number=True,
    unit="of 100",
)

# %% id="reveal-second" jupyter={"outputs_hidden": true}
readings = read_out_after_blocks(question_ids, digits_params, digits.config)
counted = batch.targets >= 0  # the tokens of the answer
right = ((readings.argmax(axis=-1) == batch.targets) | ~counted).all(axis=-1)  # (n_layers + 1, B)
by_height = right.mean(axis=1)
for height, share in zip(["embedding", "block 1", "block 2", "block 3"], by_height, strict=True):
    print(f"after {height:<10} {share:.3f} right")
_, commonest = np.unique(np.where(counted, batch.targets, 0), axis=0, return_counts=True)
print(f"always the commonest answer: {commonest.max() / len(batch):.3f} right")
reveal(
    "second",
    100 * by_height[2],
    "So the second block brings most of the answer, and the third what is still missing. After "
    "the first the model is no better than one that always gives the commonest answer.",
)

# %% id="right-by-height"
operations = sorted({str(name) for name in batch.groups})
curves = {name: right[:, batch.groups == name].mean(axis=1) for name in operations}
last = min(curves, key=lambda name: curves[name][2])
picture = lines(
    np.arange(len(readings)),
    curves,
    title=f"Questions whose outer operation is {last} need the third block most",
    x_label="blocks",
    y_label="share of right answers",
    markers=True,
    y_limits=(0, 1.03),
    height=3.4,
)
picture.axes[0].set_xticks(range(len(readings)))
show(picture)

# %% [markdown]
# It is plausible. *First* and *Second* only choose one of two inner results, which may already be there. *Add* has to compute from both.
#
# What does the model say before it knows? Take the first block, whose answers are nearly all wrong.

# %% id="before-it-knows"
arrow = counted.argmax(axis=1)  # the position at which the answer begins
at = np.arange(len(batch))
tokens = digits.vocabulary.tokens
digit_ids = [i for i, token in enumerate(tokens) if token.isdigit()]
by_chance = [np.isin(digit_ids, question_ids[i, : arrow[i]]).mean() for i in at]
print(f"of the ten digits a question holds {np.mean(by_chance):.2f} on average\n")
for height in range(1, len(readings)):
    said = readings[height, at, arrow].argmax(axis=-1)
    in_question = [said[i] in question_ids[i, : arrow[i]] for i in at]
    is_digit = [tokens[i].isdigit() for i in said]
    print(
        f"after block {height}: says a digit {np.mean(is_digit):.2f}, "
        f"one of the question {np.mean(in_question):.2f}, "
        f"the right one {np.mean(said == batch.targets[at, arrow]):.2f}"
    )

# %% [markdown]
# After the first block it knows what *kind* of thing to say, a digit, and this digit is in the question more often than chance would have it. Which one it must be, it does not yet know. (Even in the end not every answer is a digit of the question: sums need not be.)
#
# Now single questions. In the explorer each row is a height, the bottom one the embedding; the frame marks the right token. Why is the bottom row the same for every question? Look for questions where the answer changes between block 2 and block 3. Then choose the second token of the answer: after a single digit it is `<eos>`.

# %% id="explore-readings"
chosen = [0, 1, 2, 4, 6, 9, 13, 14, 16, 17, 19, 32]
shown = [digits.vocabulary.decode(question_ids[i, : arrow[i] + 1]) for i in chosen]
probabilities, truths = {}, {}
for offset, name in enumerate(["first token of the answer", "second token of the answer"]):
    place = arrow[chosen] + offset
    weights, _ = layers.softmax(readings[:, chosen, place])
    probabilities[name] = weights.swapaxes(0, 1)[..., 1:]  # without <pad>, which nobody says
    truths[name] = batch.targets[chosen, place] - 1
explore_readings(probabilities, tokens[1:], shown, truths)

# %% [markdown]
# (For the first token the bottom row is read at the arrow, before anybody has listened to anybody: there is only the arrow itself and its place, the same in every question.)
#
# One caution. Each reading goes through the last norm and the output matrix, which were trained for the rows that leave the *last* block. Where an early reading is poor, either the information is not there yet, or it is there in a form that this matrix does not read. Belrose et al. (2023) train a small map for each height, and read more from the early ones.
#
# ## 8. Taking parts away
#
# The second instrument is blunter: switch a part off and see what the model can no longer do. This is an **ablation**. The residual makes it easy. A part adds an update to the stream, so switching it off means that its update is 0, and everything else passes by as before.
#
# ### Exercise: `logits_without`
#
# `logits_without(ids, params, config, index, part)` runs a language model in which one part of one block adds nothing.
#
# - `index`: the block, counted from 0. `part`: `"attention"` or `"feed_forward"`.
# - Returns the logits, `(B, T, vocab_size)`. `model.language_model(ids, params, config)` returns `(logits, cache)`.
# - The parameters that are given must stay as they are: the next call wants the whole model again. A copy of a dict or a list holds the same arrays as the original.
#
# Worked by hand: in the example of the last exercise the only block adds $(-4, 0)$, in its feed-forward. Without it, the logits are those before the block, $(1, -0.5)$.


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
def share_right(logits):
    """Return the share of questions of which every token of the answer is right."""
    return (((logits.argmax(axis=-1) == batch.targets) | ~counted).all(axis=-1)).mean()


whole = share_right(model.language_model(question_ids, digits_params, digits.config)[0])
parts = ["attention", "feed_forward"]
without = np.array(
    [
        [
            share_right(logits_without(question_ids, digits_params, digits.config, index, part))
            for part in parts
        ]
        for index in range(digits.config.n_layers)
    ]
)
names = [f"{part} of block {i + 1}" for i in range(3) for part in ["attention", "feed-forward"]]
worst, mildest = names[without.argmin()], names[without.argmax()]
bars(
    [name.replace(" ", "\u00a0") for name in names],
    without.ravel(),
    title=f"With all parts {whole:.3f} of the answers are right: least without the {worst}, "
    f"most without the {mildest}",
    y_label="share right without it",
    horizontal=True,
    limits=(0, 1.1),
)

# %% [markdown]
# Every part is missed, but not equally. The first block is missed most, both parts of it: what it fails to prepare, nobody later makes up for. In the second block it is the attention that counts, in the third rather the feed-forward. It looks as if the values were brought together in the second block and worked on at the end, which agrees with the curve of *Add* above.
#
# Other parts of the model can be taken away just as well: the positions, the residual paths, the norms. For the last two we put other functions into the course's model with `using`.

# %% id="ablate-others"
residual, layer_norm = blocks.residual, layers.layer_norm


def residual_without_x(x, sublayer, norm_params, config, rng=None):
    """Return what the sublayer adds, without what passes it by."""
    out, cache = residual(x, sublayer, norm_params, config, rng)
    return out - x, cache


def norm_that_does_nothing(x, gamma, beta, eps=1e-5):
    """Pass x on."""
    return x, None


def rate(changed=digits_params):
    """Return the share of right answers with some parameters."""
    return share_right(model.language_model(question_ids, changed, digits.config)[0])


P = digits_params["positions"]["P"]
rates = {"the whole model": rate()}
rates["no positions"] = rate(digits_params | {"positions": {"P": np.zeros_like(P)}})
with using(residual=residual_without_x):
    rates["no residual paths"] = rate()
with using(layer_norm=norm_that_does_nothing):
    rates["no norms"] = rate()
fewest = min(rates, key=lambda name: rates[name])
bars(
    [name.replace(" ", "\u00a0") for name in rates],
    list(rates.values()),
    title=f"Without positions, residual paths or norms little is left: {rates[fewest]:.2f} with "
    f"{fewest}",
    y_label="share right",
    horizontal=True,
    limits=(0, 1.1),
)

# %% [markdown]
# And a last operation, in which nothing is removed. The three blocks stay as they are, but the second and the third change places.

# %% id="predict-swap" jupyter={"source_hidden": true}
predict(
    "swap",
    "Blocks 2 and 3 of the trained model are exchanged. How many answers are still right?",
    options=["Nearly all", "More than half", "About a third", "Nearly none"],
)

# %% id="reveal-swap" jupyter={"outputs_hidden": true}
one, two, three = digits_params["blocks"]
orders = {"1 2 3": [one, two, three], "1 3 2": [one, three, two], "2 1 3": [two, one, three]}
for name, order in orders.items():
    print(f"blocks in the order {name}: {rate(digits_params | {'blocks': order}):.2f} right")
share = rate(digits_params | {"blocks": orders["1 3 2"]})
options = {"Nearly all": 1, "More than half": 0.65, "About a third": 0.35, "Nearly none": 0}
reveal(
    "swap",
    min(options, key=lambda option: abs(options[option] - share)),
    f"{share:.2f}. Blocks are not interchangeable: each was trained on what the one below leaves "
    "in the stream. But they all read and write the same stream, so the result is not noise "
    "either, as it is when the first block comes later.",
)

# %% [markdown]
# Now the story of section 5. In `copy-reverse`, where does the decoder look at `<bos>` when the encoder's attention is silent?

# %% id="predict-end" jupyter={"source_hidden": true}
predict(
    "end",
    "`copy-reverse` without the encoder's attention. In how many sentences does the decoder still look first at the **last** word of the source?",
    options=["In nearly all", "In about three quarters", "In about a third", "In nearly none"],
)

# %% id="reveal-end" jupyter={"outputs_hidden": true}
from dataclasses import replace

reverse, reverse_params = load_trained("copy", "reverse")
test = reverse.held_out
source_lengths = (test.inputs[0] != reverse.config.pad_id).sum(axis=1)  # 3 to 6 words


def looks(changed, config):
    """Return the cross-attention, mean of heads: (B, T_q, T_k)."""
    _, cache = model.encoder_decoder(*test.inputs, changed, config)
    return cache[1].blocks[0].cross_attention.sublayer.weights.mean(axis=1)


def at_the_right_place(weights, step):
    """Return in which share of the sentences this step of writing looks at its word."""
    return (weights[:, step].argmax(axis=1) == source_lengths - 1 - step).mean()


block = reverse_params["encoder"]["blocks"][0]
silent = {name: np.zeros_like(array) for name, array in block["attention"].items()}
encoder = reverse_params["encoder"] | {"blocks": [block | {"attention": silent}]}
deaf = reverse_params | {"encoder": encoder}

weights_of = {
    "the whole model": looks(reverse_params, reverse.config),
    "no attention in the encoder": looks(deaf, reverse.config),
    "and the padding is visible": looks(deaf, replace(reverse.config, pad_id=None)),
}
print("looks at the right word          1st step   2nd step   3rd step")
for name, weights in weights_of.items():
    print(f"{name:<30}", *(f"{at_the_right_place(weights, step):>10.2f}" for step in range(3)))

share = at_the_right_place(weights_of["no attention in the encoder"], 0)
options = {
    "In nearly all": 1, "In about three quarters": 0.75, "In about a third": 0.35,
    "In nearly none": 0,
}  # fmt: skip
reveal(
    "end",
    min(options, key=lambda option: abs(options[option] - share)),
    f"{share:.2f}. The story sounded good, and for the first step it is wrong.",
)

# %% id="ablate-reverse"
lengths = np.arange(3, 7)
for name, visible in [("no attention in the encoder", False), ("and the padding is visible", True)]:
    first = weights_of[name][:, 0]
    by_length = np.array([first[source_lengths == n].mean(axis=0) for n in lengths])
    favorite = by_length.argmax(axis=1) + 1  # the place with most weight, for each length
    finding = (
        f"Padding visible: at {(favorite == 6).sum()} of 4 lengths the first look goes to place 6"
        if visible
        else f"No attention in the encoder: at {(favorite == lengths).sum()} of 4 lengths the first "
        "look still goes to the last word"
    )
    show(
        heatmap(
            by_length,
            [f"{n}\u00a0words" for n in lengths],
            range(1, 7),
            title=finding,
            x_label="place in the source",
            label="weight",
            vmin=0,
            vmax=1,
            mask=None if visible else np.arange(6) < lengths[:, None],
            height=1.5,
            width=7.0,
        )
    )

# %% [markdown]
# The second picture shows what the first step relies on. The model prefers late places, whatever stands there, and the padding mask hides all that comes after the last word. *The latest place that I may see* is the end of the sentence. (In sentences of three words it looks one place too early.) The mask, which we took for housekeeping, tells the decoder how long the source is.
#
# But look at the second step in the table. To find the last word but one, "as late as possible" is no help, and there the encoder's attention is needed as we thought. So half of the story survives. A story about a trained model should always be asked what it forbids, and then be tried.
#
# What does an ablation show? That the *trained* model uses the part. It does not show that a model without the part could not learn the task: it would then have been trained without it, and might have found another way. For that one must train again. Section 3 has done so for one part, the second layer of attention, and there the model found no other way.
#
# ## 9. Your functions in the model
#
# The course's models call `encoder_block` and `decoder_block` by these names. `using` puts yours in their place, and `mine()` adds everything that you have solved and saved in earlier lessons. Both families must give what they gave before. And the models can already *write* with your blocks, as lesson 5 explains. (Each model of `course_lib` writes the loop of your `stack` out, with its own kind of block: read `language_model` in `course_lib/model.py`, it is one page.)

# %% id="in-the-model"
from course_lib.decoding import NextLogits, generate

yours = {**mine(), "encoder_block": encoder_block, "decoder_block": decoder_block}

ours, _ = model.language_model(question_ids[:50], digits_params, digits.config)
pair = reverse.held_out.take(slice(50)).inputs
theirs, _ = model.encoder_decoder(*pair, reverse_params, reverse.config)
with using(**yours):
    ours_again, _ = model.language_model(question_ids[:50], digits_params, digits.config)
    theirs_again, _ = model.encoder_decoder(*pair, reverse_params, reverse.config)
    prompt = raven.vocabulary.encode("Once upon a midnight")[None]
    continued = generate(NextLogits(raven_params, raven.config, use_cache=False), prompt, 40)
print("decoder-only, the same:    ", np.allclose(ours, ours_again))
print("encoder-decoder, the same: ", np.allclose(theirs, theirs_again))
print("\nraven, with your blocks:", raven.vocabulary.decode(continued[0]).replace("\n", " | "))

# %% [markdown]
# ## Check what you know

# %% id="quiz-shape" jupyter={"source_hidden": true}
quiz(
    "shape",
    "Why can encoder blocks be stacked without anything in between?",
    [
        (
            "Because they share their parameters",
            False,
            "They do not: each block has its own. Sharing is possible, but it is not what makes stacking possible.",
        ),
        (
            "Because out has the shape of x",
            True,
            "Both sublayers map `(B, T, d_model)` to `(B, T, d_model)`, and the residual needs it so: it adds input and output.",
        ),
        (
            "Because of the layer norm",
            False,
            "The norm keeps the numbers in a good range. A stack without norms also runs; it is only harder to train.",
        ),
    ],
)

# %% id="quiz-family" jupyter={"source_hidden": true}
quiz(
    "family",
    "What has to be changed in your encoder block to use it in a decoder-only language model?",
    [
        (
            "Nothing: it is given another mask",
            True,
            "With a causal mask it is the block of GPT-2. The mask comes from the model that calls it.",
        ),
        (
            "A cross-attention must be added",
            False,
            "There is no encoder whose memory could be asked. Cross-attention belongs to the encoder–decoder.",
        ),
        (
            "The feed-forward must be masked, too",
            False,
            "The feed-forward works on each position alone. There is nothing in it to mask.",
        ),
        (
            "Its order must be turned round",
            False,
            "Attention first, then feed-forward, in all three families.",
        ),
    ],
)

# %% id="quiz-search" jupyter={"source_hidden": true}
quiz(
    "search",
    "You want a vector for each of a million articles, to find those that are about the same thing. Nothing has to be written. Which family suits best?",
    [
        (
            "Decoder-only, because it is the most recent",
            False,
            "It can be done, and is. But in its rows each word has seen only what came before it; only the last row has seen the whole text.",
        ),
        (
            "Encoder–decoder",
            False,
            "Its decoder would have nothing to do.",
        ),
        (
            "Encoder-only",
            True,
            "Each row may use the whole text, both sides of each word, and one pass gives all that is needed.",
        ),
    ],
)

# %% id="quiz-memory" jupyter={"source_hidden": true}
quiz(
    "memory",
    "A decoder of 6 blocks writes the 10th word of a translation. How often is the *encoder* run for this sentence, from the first word to the tenth?",
    [
        (
            "60 times: for each block and each word",
            False,
            "All six cross-attentions ask the same memory, the output of the last encoder block.",
        ),
        (
            "10 times: once for each word",
            False,
            "The source does not change while the answer is written, and the encoder does not see the answer.",
        ),
        (
            "Once",
            True,
            "The memory depends on the source alone. Every block of the decoder asks it at every step.",
        ),
        (
            "6 times: once for each block of the decoder",
            False,
            "Each cross-attention has its own $W_K$ and $W_V$, but they all start from the same memory.",
        ),
    ],
)

# %% id="quiz-double" jupyter={"source_hidden": true}
quiz(
    "double",
    "A model gets twice the width `d_model`, with $d_{\\text{ff}} = 4\\,d_{\\text{model}}$ as before. What happens to the number of parameters in its blocks?",
    [
        (
            "It grows about 4 times",
            True,
            "$12\\,d^2$ for each block: every matrix has twice the rows and twice the columns.",
        ),
        (
            "It doubles",
            False,
            "That is what the embedding does, and what the blocks would do if there were twice as many.",
        ),
        (
            "It grows about 8 times",
            False,
            "Only if the number of blocks were doubled as well.",
        ),
    ],
)

# %% id="quiz-length" jupyter={"source_hidden": true}
quiz(
    "length",
    "Which of these adds not a single parameter to a model with sinusoidal positions?",
    [
        (
            "A larger vocabulary",
            False,
            "One row of the embedding for each new token.",
        ),
        (
            "One more block",
            False,
            "About $12\\,d^2$ numbers.",
        ),
        (
            "A wider feed-forward",
            False,
            "$W_1$ gets columns and $W_2$ rows.",
        ),
        (
            "A text twice as long",
            True,
            "The same matrices work at every position. With *learned* positions there would be a row for each new one.",
        ),
    ],
)

# %% id="quiz-ablation" jupyter={"source_hidden": true}
quiz(
    "ablation",
    "Switching off the feed-forward of block 2 costs a trained model few right answers. What does that show?",
    [
        (
            "The part could have been left out from the start",
            False,
            "Perhaps. But a model trained without it would have become another model, with one feed-forward less to learn in. That must be tried.",
        ),
        (
            "This trained model hardly depends on that part for these questions",
            True,
            "This is what was measured. Other questions may depend on it.",
        ),
        (
            "The part has learned nothing",
            False,
            "It may do something that another part also does, or something that these questions do not ask for.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The block of 2017 is still recognizable in the models of today. What has been tried:
#
# | | blocks | the order within a block | source |
# |---|---|---|---|
# | Transformer, base | 6 + 6 | post-norm, as in the paper | Vaswani et al. 2017, Table 3 |
# | BERT-base | 12 | post-norm | Devlin et al. 2019, Sec. 3 |
# | GPT-2 small, GPT-3 | 12, 96 | pre-norm | Radford et al. 2019, Sec. 2.3; Brown et al. 2020, Sec. 2.1 |
# | PaLM | 118 | both sublayers read the same input, and their updates are added up | Chowdhery et al. 2022, Sec. 2 |
#
# - **Side by side.** PaLM computes $x + \mathrm{attention}(\mathrm{norm}(x)) + \mathrm{feed}(\mathrm{norm}(x))$, which our check turns down as a mistake. The gain is speed: both can be computed at once. Its authors saw a small loss of quality at 8 billion parameters and none at 62 (Sec. 2).
# - **Two numbers of parameters.** With the mixtures of experts that lesson 3 mentioned, "how many parameters" has two answers: how many there are, and how many a token meets. Switch-C has 1.6 trillion and sends each token to one of 2048 experts at a time (Fedus et al. 2022).
# - **The same block again.** ALBERT uses one set of parameters for all of its blocks (Lan et al. 2020). In your `stack` that would be one line.
# - **Blocks that can go.** In large trained language models, many of the deeper blocks can be removed, with little loss on questions of knowledge (Gromov et al. 2024). Our three-block model has none to spare. Which of the two a model is, only the ablation tells.
# - **Which family?** Encoder–decoders were made for translation, encoders ruled understanding, and decoders took over when it turned out that most tasks can be put as text to be continued (Radford et al. 2019; Brown et al. 2020). Raffel et al. (2020, Sec. 3.2) compare the families on the same data.
#
# **Next.** The stack ends in rows of width $d_{\text{model}}$. In this lesson a matrix turned them into answers in passing. Lesson 5 looks at this last step: from rows to words, and from one word to a whole text.
#
# ## Sources
#
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Sec. 3.1 and Fig. 1 (encoder and decoder), Table 3 (sizes).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805), and its released vocabulary.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), and the README of its released code, [github.com/openai/gpt-2](https://github.com/openai/gpt-2), on the parameter counts.
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - C. Raffel et al., *Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer*, 2020 (T5), [arXiv:1910.10683](https://arxiv.org/abs/1910.10683).
# - nostalgebraist, *interpreting GPT: the logit lens*, 2020, LessWrong.
# - N. Belrose et al., *Eliciting Latent Predictions from Transformers with the Tuned Lens*, 2023, [arXiv:2303.08112](https://arxiv.org/abs/2303.08112).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - W. Fedus, B. Zoph, N. Shazeer, *Switch Transformers: Scaling to Trillion Parameter Models with Simple and Efficient Sparsity*, 2022, [arXiv:2101.03961](https://arxiv.org/abs/2101.03961).
# - Z. Lan et al., *ALBERT: A Lite BERT for Self-supervised Learning of Language Representations*, 2020, [arXiv:1909.11942](https://arxiv.org/abs/1909.11942).
# - A. Gromov et al., *The Unreasonable Ineffectiveness of the Deeper Layers*, 2024, [arXiv:2403.17887](https://arxiv.org/abs/2403.17887).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
