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
# # 1 · Embeddings: from text to vectors
#
# A transformer multiplies matrices. Poe's *The Raven* is made of letters. Before a model can read a line of it, the line has to become a matrix of numbers, one row for each word, and the matrix must still say which word stands where. This lesson builds that matrix.
#
# - **You will build** seven functions that lead from a line of text to the input of a transformer: words to ids, padding, one-hot rows, the embedding, sinusoidal positions, the rotation that shifts them, and the sum of word and position. At the end they run inside the model of this course.
# - **You need** Python, indexing and broadcasting in NumPy, the product of two matrices, sine and cosine.
# - **Time** about two and a half hours; after section 4 is a good place to stop. (To go on another day, click the cell where you stopped and choose *Run All Above Selected Cell* in the menu *Run*.)
# - **Cost** runs in 6 seconds, 230 MB of memory
#
# Run the cells one after the other, from top to bottom, with Shift+Enter. Where a cell asks you to predict, commit your guess before you run the next one; stored outputs that would give it away are folded. Seven cells are yours to fill in. Each is followed by a line such as `one_hot = check(one_hot)`, which says whether your function is right and, if not, which mistake it makes. Until it is right the lesson goes on with the course's own function, so you can leave an exercise and come back to it. `hint("one_hot")` gives one hint at a time, and `solution("one_hot")` shows how the course does it.

# %% id="setup"
from collections import Counter
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_01 import (
    explore_balance,
    explore_rotation,
    explore_similarity,
    explore_wavelengths,
)
from classroom.plots import attention_heatmap, heatmap, histogram, show
from course_lib import attention
from course_lib.vocab import Vocabulary, split_words

# %% id="poem"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
stanzas = poem.strip().split("\n\n")
lines = [line for stanza in stanzas for line in stanza.splitlines()]
print(stanzas[0])
print(f"\n{len(stanzas)} stanzas, {len(lines)} lines, {len(poem):,} characters")

# %% [markdown]
# ## 1. From text to numbers
#
# A computer stores this poem as numbers already: each character has a code. But those codes were made for all the scripts of the world. A model needs a smaller numbering, of exactly the pieces that it will meet: its **vocabulary**. The pieces are called **tokens**, and the number of a token is its **id**.
#
# What should a token be? Let us try the smallest piece first, the character.

# %% id="characters"
characters = sorted(set(poem))
id_of = {character: i for i, character in enumerate(characters)}

char_ids = [id_of[character] for character in "The raven"]
print(len(characters), "different characters:", "".join(characters).replace("\n", "⏎"))
print("'The raven' as ids:", char_ids)
print("and back:          ", "".join(characters[i] for i in char_ids))

# %% [markdown]
# Nothing is lost, and 54 ids are enough for the whole poem. The price is length: every word costs as many tokens as it has letters. And one `r` says little by itself; it is the same in *raven* and in *door*.
#
# So take words. `split_words` is one regular expression: it finds words, apostrophes inside them included, and takes each punctuation mark as a token of its own.

# %% id="words"
line = lines[3]
print(line)
print(split_words(line), "\n")

print(f"{'tokens are':<12}{'different':>10}{'in the poem':>13}{'in one stanza':>15}")
for name, split in [("characters", list), ("words", split_words)]:
    whole = split(poem)
    print(f"{name:<12}{len(set(whole)):>10,}{len(whole):>13,}{len(split(stanzas[0])):>15,}")

once = [word for word, count in Counter(split_words(poem)).items() if count == 1]
print(f"\n{len(once)} of the different words occur only once.")

# %% [markdown]
# Words make the text much shorter and the vocabulary much larger. Most of the words occur only once: one line is all that a model can learn them from. There is a worse problem, which the next question is about.

# %% id="predict-unknown" jupyter={"source_hidden": true}
predict(
    "unknown",
    "We collect the words of the first 12 stanzas. Then we read the last 6 stanzas. What percentage of their words and punctuation marks did we not meet before?",
    number=True,
    unit="percent",
)

# %% id="reveal-unknown"
known = set(split_words("\n".join(stanzas[:12])))
later = split_words("\n".join(stanzas[12:]))
unknown = [word for word in later if word not in known]
reveal(
    "unknown",
    100 * len(unknown) / len(later),
    f"{len(unknown)} of {len(later)} tokens are new, among them: {', '.join(unknown[:8])}. "
    "The same poet, the same poem, the same evening, and still new words keep coming.",
)

# %% [markdown]
# A vocabulary of words must therefore have an answer for a word that is not in it. That is one of four **special tokens** that this course uses:
#
# | token | stands for | because |
# |---|---|---|
# | `<pad>` | filling | lines have different lengths, the rows of an array do not |
# | `<bos>` | beginning of sequence | a model that writes needs a first token to start from |
# | `<eos>` | end of sequence | and a way to say that it is done |
# | `<unk>` | unknown | a new text brings new words |
#
# They stand first, so that their ids do not depend on the text. The words follow in sorted order: a Python `set` of strings has another order in every run, and a model whose ids have moved reads nonsense.

# %% id="vocabulary"
tokens = ["<pad>", "<bos>", "<eos>", "<unk>", *sorted(set(split_words(poem)))]
vocabulary = {token: i for i, token in enumerate(tokens)}

print(f"{len(vocabulary)} tokens")
for token in ["<pad>", "<bos>", "<eos>", "<unk>", "!", "chamber", "door", "raven"]:
    print(f"{vocabulary[token]:>4}  {token}")

# %% [markdown]
# ### Exercise: `encode_words`
#
# `encode_words(words, vocabulary, bos=False, eos=False)` turns words into ids.
#
# - `words`: a list of strings; `vocabulary`: a dict from token to id, with the four special tokens in it.
# - Returns an integer array of shape `(T,)`: one id for each word, in order. A word that the vocabulary lacks gets the id of `<unk>`.
# - With `bos=True` the id of `<bos>` comes before all others; with `eos=True` that of `<eos>` comes after them.
#
# For example, with `v = {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3, "raven": 4, "the": 5}`
#
# ```python
# encode_words(["the", "pallid", "raven"], v)             # array([5, 3, 4])
# encode_words(["the", "raven"], v, bos=True, eos=True)   # array([1, 5, 4, 2])
# ```


# %% id="ex-encode-words" tags=["exercise"]
def encode_words(words, vocabulary, bos=False, eos=False):
    """Return the ids of words, int (T,); a word that the vocabulary lacks becomes <unk>."""
    ### BEGIN SOLUTION
    tokens = ["<bos>"] * bos + list(words) + ["<eos>"] * eos
    unk_id = vocabulary["<unk>"]
    return np.array([vocabulary.get(token, unk_id) for token in tokens])
    ### END SOLUTION


# %% id="check-encode-words"
encode_words = check(encode_words)

# %% [markdown]
# Now a line of the poem can be encoded, and a line that Poe did not write. Reading the ids back shows what the model will be able to know of it.

# %% id="encode-lines"
for text in ['Quoth the raven "Nevermore."', 'Quoth the laptop "Nevermore."']:
    text_ids = encode_words(split_words(text), vocabulary, bos=True, eos=True)
    print(text)
    print("  ids: ", " ".join(str(i) for i in text_ids))
    print("  back:", " ".join(tokens[i] for i in text_ids))

# %% [markdown]
# The laptop is gone: the model will know that some word stood there, and no more. The spaces are gone too. And upper case counts, so *Nevermore* and *nevermore* are two tokens with nothing in common.
#
# ### Many lines at once
#
# A model reads many sequences in one go, as one array of shape `(B, T)`: `B` sequences of `T` tokens. The six lines of a stanza do not fit into such an array as they are, because they are not equally long.
#
# ### Exercise: `pad_sequences`
#
# `pad_sequences(sequences, pad_id, length=None)` lays sequences of ids one below the other in one array.
#
# - `sequences`: a list of `B` sequences (lists or arrays) of ids; `pad_id`: the id that fills the places left over, on the right.
# - Returns an integer array `(B, T)`, where `T` is the length of the longest sequence, or `length` where it is given.
# - If a sequence is longer than `length`, raises a `ValueError`. Cutting it off without a word would lose text, and nobody would know.
#
# ```python
# pad_sequences([[5, 7], [6]], pad_id=0)             # array([[5, 7], [6, 0]])
# pad_sequences([[5, 7], [6]], pad_id=0, length=3)   # array([[5, 7, 0], [6, 0, 0]])
# ```


# %% id="ex-pad-sequences" tags=["exercise"]
def pad_sequences(sequences, pad_id, length=None):
    """Lay sequences of ids in the rows of an array (B, T), filled on the right with pad_id."""
    ### BEGIN SOLUTION
    longest = max(len(sequence) for sequence in sequences)
    if length is None:
        length = longest
    if longest > length:
        raise ValueError(f"a sequence has {longest} ids, but length is {length}")
    batch = np.full((len(sequences), length), pad_id)
    for i, sequence in enumerate(sequences):
        batch[i, : len(sequence)] = sequence
    return batch
    ### END SOLUTION


# %% id="check-pad-sequences"
pad_sequences = check(pad_sequences)

# %% id="batch"
pad_id = vocabulary["<pad>"]
stanza_lines = [split_words(text) for text in stanzas[0].splitlines()]
batch = pad_sequences([encode_words(words, vocabulary) for words in stanza_lines], pad_id)
is_token = batch != pad_id

share = 1 - is_token.mean()
heatmap(
    batch,
    row_labels=range(1, len(batch) + 1),
    title=f"Six lines in an array of shape {batch.shape}: {share:.0%} of it is padding",
    x_label="position in the line (hatched: <pad>)",
    y_label="line",
    label="id",
    mask=is_token,
)

# %% [markdown]
# The dark cells are mostly punctuation, which comes first in sorted order. Lines 4 and 5 share a run of colors: *at my chamber door*. The array `is_token` says where real tokens stand. Lesson 2 will use it as a **mask**, so that no word pays attention to padding.
#
# The course keeps the vocabulary and the encoding together in one class, `Vocabulary`, with characters or words as tokens. From here on we use it, now that you know what it does.

# %% id="vocabulary-class"
vocab = Vocabulary.words(poem)
ids = vocab.encode(line)
print(vocab)
print("the same ids as yours:", np.array_equal(ids, encode_words(split_words(line), vocabulary)))
print("and back:", vocab.decode(ids))

# %% [markdown]
# ## 2. From ids to vectors
#
# Why not hand the ids to the model as they are? They are numbers, after all. Look at the neighbors of *raven*.

# %% id="neighbors"
raven, chamber = vocabulary["raven"], vocabulary["chamber"]
print("ids near 'raven':", ", ".join(f"{tokens[i]} {i}" for i in range(raven - 2, raven + 3)))
print(f"raven / chamber = {raven / chamber:.2f}")

# %% [markdown]
# As a number, *raven* is more than twice *chamber*, and it lies between *rare* and *reclining*. A layer that multiplies the id by a weight takes all this for fact. But it comes from the alphabet and says nothing about the words. An id is a name and has no place in arithmetic.
#
# So each token gets a direction of its own: a vector of length `vocab_size` that is 1 at the id and 0 elsewhere. Such vectors are called **one-hot**.
#
# ### Exercise: `one_hot`
#
# `one_hot(ids, vocab_size, dtype=np.float64)` makes a one-hot row of each id.
#
# - `ids`: an integer array of any shape, such as `(T,)` or `(B, T)`, with entries from 0 to `vocab_size - 1`.
# - Returns an array with one more axis at its end, `(T, vocab_size)` or `(B, T, vocab_size)`, of the given `dtype`.
#
# ```python
# one_hot(np.array([2, 0]), 3)    # array([[0., 0., 1.],
#                                 #        [1., 0., 0.]])
# ```


# %% id="ex-one-hot" tags=["exercise"]
def one_hot(ids, vocab_size, dtype=np.float64):
    """Return an array (..., vocab_size) that is 1 at each id and 0 elsewhere."""
    ### BEGIN SOLUTION
    return (ids[..., None] == np.arange(vocab_size)).astype(dtype)
    ### END SOLUTION


# %% id="check-one-hot"
one_hot = check(one_hot)

# %% [markdown]
# To see them whole, we give one line a small vocabulary of its own.

# %% id="one-hot-picture"
small = Vocabulary.words(line, specials=())
rows = one_hot(small.encode(line), len(small))
heatmap(
    rows,
    row_labels=split_words(line),
    column_labels=small.tokens,
    title="Each word is a direction of its own; equal words are equal rows",
    x_label="token of the vocabulary",
    y_label="token of the line",
    label="one-hot",
    values=False,
    height=3.4,
)

# %% id="one-hot-distances"
different = one_hot(np.arange(len(vocab)), len(vocab))
dots = different @ different.T
off_diagonal = dots[~np.eye(len(vocab), dtype=bool)]
distances = np.sqrt(2 - 2 * off_diagonal)  # |a - b|² = |a|² + |b|² - 2 a·b, and |a| = |b| = 1
print(f"dot product of two different tokens: {off_diagonal.min():.3f} to {off_diagonal.max():.3f}")
print(f"distance between them:               {distances.min():.3f} to {distances.max():.3f}")

# %% [markdown]
# All tokens are now equally far from each other. That is honest: nothing is known about them yet. But it is also rigid. A model should be able to find out that *tapping* is close to *rapping*, and one-hot rows cannot move. They are also wasteful, as wide as the vocabulary and almost all zero.
#
# Both are mended by a matrix $W$ whose numbers are learned. It has a row for each token, and its columns are called **features**. How many there are is ours to choose: this number, $d_{\text{model}}$, is the width of the whole model. The vector of the token with id $i$ is
#
# $$x = \mathrm{one\_hot}(i)\, W \qquad\text{that is}\qquad x_j = \sum_{v} [v = i]\; W_{vj} = W_{ij}$$
#
# Here $[v = i]$ is 1 if $v = i$ and 0 otherwise, so one term of the sum is left. The product with a one-hot row **picks row $i$ of $W$**. Here it is with three tokens of two features each:

# %% id="pick-a-row"
W_small = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
small_ids = np.array([2, 0, 2])
print(one_hot(small_ids, 3) @ W_small)

d_model = 64
T, vocab_size = len(ids), len(vocab)
print(f"\nFor a line of {T} tokens this takes {T * vocab_size * d_model:,} multiplications,")
print(f"all but {T * d_model:,} of them by zero.")

# %% [markdown]
# No one does that. Picking a row needs no product at all: `W[ids]`. This lookup is called the **embedding**, and so is the matrix $W$, and so are its rows. The one-hot product is still worth knowing, for two reasons. It shows that the embedding is an ordinary linear layer, so that its gradient follows from the rule for products (lesson 7). And it has no surprises, while NumPy's indexing has one:

# %% id="negative-index"
print("W_small[-1] is", W_small[-1])

# %% [markdown]
# Minus one is no id. A program that produces it has a mistake, and `W[-1]` hides the mistake by answering with the last word of the vocabulary. So the embedding has to look at the ids first.
#
# ### Exercise: `embedding`
#
# `embedding(ids, W)` looks up one row of `W` for each id.
#
# - `ids`: an integer array of any shape; `W`: an array `(vocab_size, d_model)`.
# - Returns `(out, cache)`: `out` has the shape of `ids` with `d_model` at its end. The `cache` is for the backward pass of lesson 7; its line is there already.
# - Raises a `ValueError` if any id is negative, or not below `vocab_size`.
#
# ```python
# embedding(np.array([2, 0, 2]), W_small)[0]    # array([[5., 6.], [1., 2.], [5., 6.]])
# embedding(np.array([3]), W_small)             # ValueError: there is no row 3
# ```


# %% id="ex-embedding" tags=["exercise"]
def embedding(ids, W):
    """Look up one row of W for each id; the same as one_hot(ids) @ W. Returns (out, cache)."""
    ### BEGIN SOLUTION
    if ids.min() < 0 or ids.max() >= len(W):
        raise ValueError(f"ids must lie in [0, {len(W)}), got {ids.min()} to {ids.max()}")
    out = W[ids]
    ### END SOLUTION
    return out, (ids, len(W))


# %% id="check-embedding"
embedding = check(embedding)

# %% id="embed-line"
rng = np.random.default_rng(1)
W = rng.standard_normal((vocab_size, d_model)) / np.sqrt(d_model)

x, _ = embedding(ids, W)
print("shape:", x.shape)
print("equal to the one-hot product:", np.allclose(x, one_hot(ids, vocab_size) @ W))

first, second = [at for at, word in enumerate(split_words(line)) if word == "rapping"]
same = np.array_equal(x[first], x[second])
print(f"'rapping' at {first} and at {second}, the same vector:", same)
print("'raven' is in the poem", split_words(poem).count("raven"), "times: one vector for all")

# %% [markdown]
# The last two lines show what an embedding cannot do. The vector depends on the word alone. Where the word stands, and what stands around it, make no difference. The first of these gaps is closed in this lesson, the second by attention.
#
# ## 3. How large should the numbers be at first?
#
# $W$ starts random and is learned later. In the cell above it was divided by $\sqrt{d_{\text{model}}}$. Why? What would be wrong with plain standard normal numbers?

# %% id="predict-norm" jupyter={"source_hidden": true}
predict(
    "norm",
    "A vector has 64 entries, each drawn from the standard normal distribution (mean 0, variance 1). About how long is it? (Length means the square root of the sum of squares.)",
    number=True,
)

# %% id="reveal-norm"
draws = np.random.default_rng(2).standard_normal((10_000, 64))
lengths = np.linalg.norm(draws, axis=1)
reveal(
    "norm",
    lengths.mean(),
    f"That is the mean of {len(lengths):,} draws. They hardly differ: nine in ten lie between "
    f"{np.quantile(lengths, 0.05):.2f} and {np.quantile(lengths, 0.95):.2f}.",
)

# %% [markdown]
# Let each entry have mean 0 and variance $\sigma^2$. Its square is then $\sigma^2$ on average, and there are $d_{\text{model}}$ of them, so the mean of the squared length is
#
# $$\mathbb{E}\,\|x\|^2 = d_{\text{model}}\,\sigma^2 .$$
#
# With $\sigma = 1$ a vector has a length of about $\sqrt{64} = 8$, and the length grows with the width of the model. So does something that matters more: the dot product of two vectors. Attention compares tokens by dot products (lesson 2), and the output layer scores each word by one (lesson 5). Their size should be a question of meaning, and not of $d_{\text{model}}$. In the table below $\pm$ gives the standard deviation of the dot products of different vectors.

# %% id="scales"
print("              sigma = 1                sigma = 1 / sqrt(d_model)")
print("d_model    length  dot products          length  dot products")
for width in [16, 64, 256, 1024]:
    rows = np.random.default_rng(3).standard_normal((400, width))
    off = ~np.eye(len(rows), dtype=bool)
    parts = []
    for sigma in [1, 1 / np.sqrt(width)]:
        w = sigma * rows
        length = np.linalg.norm(w, axis=1).mean()
        spread = (w @ w.T)[off].std()
        parts.append(f"{length:>8.2f}      ±{spread:<8.3g}")
    print(f"{width:>7} {parts[0]}     {parts[1]}")

# %% [markdown]
# On the left both numbers grow with the width. On the right every vector has a length of about 1, and so its dot product with itself is about 1. The dot product of two *different* tokens is about $\pm 1/\sqrt{d_{\text{model}}}$: in a wide space random directions are nearly perpendicular. A token resembles itself, and at first nothing else.

# %% id="norms-picture"
norms = {
    f"d_model {width}": np.linalg.norm(
        np.random.default_rng(3).standard_normal((5000, width)) / np.sqrt(width), axis=1
    )
    for width in [16, 64, 256]
}
histogram(
    norms,
    title="With sigma = 1/sqrt(d_model) the length is near 1, the nearer the wider the model",
    x_label="length of a vector",
    y_label="number of vectors",
    bins=60,
)

# %% id="similar-at-first"
heatmap(
    x @ x.T,
    row_labels=split_words(line),
    column_labels=split_words(line),
    title="Before training a word resembles only itself: 'rapping' occurs twice",
    diverging=True,
    values=False,
    label="dot product",
    height=3.6,
)

# %% [markdown]
# ## 4. Does attention see the order?
#
# The next lesson builds attention. For now we use the finished one as a black box. It takes a sequence of vectors and returns as many. Each output belongs to one token and is a weighted mean of all the inputs (after linear maps); the weights say how much that token attends to each of them.
#
# We give it a line of seven tokens, and then the same tokens shuffled.

# %% id="predict-order" jupyter={"source_hidden": true}
predict(
    "order",
    'The tokens of `Quoth the raven "Nevermore."` go through attention. Then we shuffle them and run it again. What happens to the output vector of `raven`?',
    options=[
        "It stays the same, up to rounding",
        "It changes a little, for its neighbors are new",
        "It changes completely",
    ],
)

# %% id="reveal-order"
quoth = split_words('Quoth the raven "Nevermore."')
x_quoth, _ = embedding(vocab.encode(" ".join(quoth)), W)
x_quoth = 8 * x_quoth[None]  # a batch of one; times 8, so that the pictures below have contrast

rng = np.random.default_rng(4)
params = {f"W_{name}": rng.standard_normal((d_model, d_model)) / 8 for name in "QKVO"}
order = np.array([4, 2, 6, 0, 5, 1, 3])
shuffled = [quoth[i] for i in order]

out, cache = attention.multi_head_attention(x_quoth, x_quoth, params, n_heads=4)
x_shuffled = x_quoth[:, order]
out_shuffled, cache_shuffled = attention.multi_head_attention(
    x_shuffled, x_shuffled, params, n_heads=4
)

print("shuffled:", " ".join(shuffled))
before, after = out[0, quoth.index("raven")], out_shuffled[0, shuffled.index("raven")]
change = np.linalg.norm(after - before) / np.linalg.norm(before)
answers = [
    "It stays the same, up to rounding",
    "It changes a little, for its neighbors are new",
    "It changes completely",
]
reveal("order", answers[np.digitize(change, [1e-9, 0.5])])

# %% [markdown]
# Attention does not know that anything has moved, and its weights show why. In the pictures each row is a token that attends (the *query*), and the numbers in it say how much it takes from each token (the *keys*). Attention does this several times side by side, in *heads*; here is the first head.

# %% id="order-picture"
print("every output is the same, only shuffled:", np.allclose(out[:, order], out_shuffled))

for weights, labels, when in [
    (cache.weights, quoth, "In Poe's order"),
    (cache_shuffled.weights, shuffled, "Shuffled"),
]:
    weight = weights[0, 0, labels.index("raven"), labels.index("Quoth")]
    title = f"{when}, raven takes {weight:.2f} from Quoth"
    show(attention_heatmap(weights[0, 0], labels, title=title, width=5.4))

# %% [markdown]
# Every number of the first picture is in the second; it only stands elsewhere. The reason lies in the form of attention. The output for token $i$ is
#
# $$\mathrm{out}_i = \sum_j w_{ij}\, v(x_j), \qquad w_{ij} = \frac{s(x_i, x_j)}{\sum_m s(x_i, x_m)} .$$
#
# The function $s$ looks at two vectors, and not at their places. The rest are sums, and a sum does not depend on the order of its terms. To attention a line of verse is a bag of words. Recurrent networks read one word after the other, and convolutions look at neighbors; both get the order for free. The transformer has neither, so the order must be put into the vectors (Vaswani et al. 2017, Sec. 3.5).
#
# One remark for later. A **causal mask** (lesson 2) lets each token look only at itself and at the earlier ones. That does betray something of the order:

# %% id="causal-remark"
causal = attention.causal_mask(len(quoth))
out_causal, _ = attention.multi_head_attention(x_quoth, x_quoth, params, 4, causal)
shuffled_causal, _ = attention.multi_head_attention(x_shuffled, x_shuffled, params, 4, causal)
same = np.allclose(out_causal[:, order], shuffled_causal)
print("with a causal mask every output is the same, only shuffled:", same)

# %% [markdown]
# ## 5. A vector for each position
#
# So position $p$ needs a vector of its own, to be added to the vector of the token that stands there. Which one? Three ideas come to mind at once. It pays to see how they fail.
#
# 1. **The number itself**: add $p$ to every feature.
# 2. **The fraction** of the text that lies before it: $p / (T - 1)$, between 0 and 1.
# 3. **The digits** of $p$ in the binary system, one feature for each digit.

# %% id="three-ideas"
T_poem = len(split_words(poem))
size = np.linalg.norm(np.full(d_model, 1000.0))
print(f"1. number:   position 1000 is a vector of length {size:,.0f}, beside a token of length 1")

in_line, in_poem = 1 / (7 - 1), 1 / (T_poem - 1)
print(
    f"2. fraction: a step is {in_line:.3f} in a line of 7 tokens, {in_poem:.5f} in the whole poem"
)

binary = (np.arange(16)[:, None] // 2 ** np.arange(4)) % 2
steps = np.linalg.norm(np.diff(binary, axis=0), axis=1)
print(f"3. digits:   it is {steps[6]:.0f} from 6 to 7, and {steps[7]:.0f} from 7 to 8")

heatmap(
    binary.T,
    title="Binary digits: each has its own wavelength, and all of them jump",
    x_label="position",
    row_labels=["ones", "twos", "fours", "eights"],
    values=False,
    height=1.3,
    label="digit",
)

# %% [markdown]
# The number drowns the token. The fraction makes one step mean something else in every text, and before the text has ended it is not even known. The digits are better: every position has its own pattern, nothing grows, and the length of the text plays no part. But the steps differ. From 6 to 7 one digit changes, from 7 to 8 all four do. A model would have to learn by heart what "the next position" looks like.
#
# This gives three wishes. The vectors should all have the **same size**. **One step on** should look the same wherever it is taken. And the **length** of the text should not matter.
#
# Look at the picture once more. A digit is a square wave: the ones repeat every 2 positions, the twos every 4, the fours every 8. Now make the waves smooth, and give each wave a sine *and* a cosine, so that they are the height and the width of a hand that goes round like that of a clock. There are fast hands and slow hands, $d_{\text{model}}/2$ of them. Hand $i$ owns a pair of features, $2i$ and $2i + 1$, and turns by the angle $\omega_i$ at each step:
#
# $$PE_{p,\,2i} = \sin(p\,\omega_i) \qquad PE_{p,\,2i+1} = \cos(p\,\omega_i) \qquad \omega_i = \mathrm{base}^{-2i/d_{\text{model}}}, \quad i = 0, 1, \dots, \tfrac{d_{\text{model}}}{2} - 1$$
#
# These are the **sinusoidal positions** of Vaswani et al. (2017, Sec. 3.5), with base 10000. The first hand has $\omega_0 = 1$, so it is back after $2\pi \approx 6.28$ steps. Each later hand is slower than the one before by the same factor. A hand's **wavelength**, the number of steps of one turn, is $2\pi/\omega_i$.
#
# ### Exercise: `sinusoidal_positions`
#
# `sinusoidal_positions(T, d_model, base=10000.0, dtype=np.float64)` makes the table of the first `T` positions.
#
# - Returns an array `(T, d_model)`. Row `p` belongs to position `p`, counted from 0. Even features (columns 0, 2, 4, …) are sines, odd ones cosines: columns `2i` and `2i + 1` share the angle $p\,\omega_i$.
# - `d_model` is even.
#
# With `d_model` 4 there are two hands, $\omega_0 = 1$ and $\omega_1 = 10000^{-2/4} = 0.01$:
#
# ```python
# sinusoidal_positions(3, 4)
# # array([[0.    , 1.    , 0.    , 1.    ],     sin 0, cos 0, sin 0,    cos 0
# #        [0.8415, 0.5403, 0.01  , 1.    ],     sin 1, cos 1, sin 0.01, cos 0.01
# #        [0.9093,-0.4161, 0.02  , 0.9998]])    sin 2, cos 2, sin 0.02, cos 0.02
# ```
#
# The first line of the function is given: an empty table of the right shape and `dtype`, which you fill.


# %% id="ex-sinusoidal-positions" tags=["exercise"]
def sinusoidal_positions(T, d_model, base=10000.0, dtype=np.float64):
    """Return the table (T, d_model) of sines (even columns) and cosines (odd columns)."""
    table = np.empty((T, d_model), dtype)
    ### BEGIN SOLUTION
    omega = base ** (-2 * np.arange(d_model // 2) / d_model)
    angles = np.arange(T)[:, None] * omega
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    ### END SOLUTION
    return table


# %% id="check-sinusoidal-positions"
sinusoidal_positions = check(sinusoidal_positions)

# %% id="positions-picture"
table = sinusoidal_positions(50, d_model)
heatmap(
    table,
    title="Sinusoidal positions: fast hands on the left, slow hands on the right",
    x_label="feature (even: sine, odd: cosine)",
    y_label="position",
    diverging=True,
    height=3.4,
    label="value",
)

# %% [markdown]
# Does the table grant the three wishes? Let us measure.

# %% id="three-wishes"
lengths = np.linalg.norm(table, axis=1)
steps = np.linalg.norm(np.diff(table, axis=0), axis=1)
longer = sinusoidal_positions(1000, d_model)
same = np.array_equal(longer[:50], table)
print(f"same size:   lengths from {lengths.min():.3f} to {lengths.max():.3f}")
print(f"             sqrt(d_model / 2) is {np.sqrt(d_model / 2):.3f}")
print(f"one step on: distances from {steps.min():.3f} to {steps.max():.3f}")
print(f"any length:  a table of 1000 positions begins with these 50: {same}")

# %% [markdown]
# The first is easy to see: each hand contributes $\sin^2 + \cos^2 = 1$ to the squared length, and there are $d_{\text{model}}/2$ hands. Why all steps are equally long, the next section shows.
#
# How slow do the hands get?

# %% id="wavelengths"
pairs = np.arange(d_model // 2)
wavelengths = 2 * np.pi * 10000 ** (2 * pairs / d_model)
print("pair   wavelength   turns in the poem")
for i in [0, 1, 8, 16, 24, 31]:
    decimals = 2 if wavelengths[i] < 100 else 0
    print(f"{i:>4}   {wavelengths[i]:>10,.{decimals}f}   {T_poem / wavelengths[i]:>17.3g}")

in_line, in_poem = np.sum(wavelengths < len(ids)), np.sum(wavelengths < T_poem)
print(f"\n{in_line} of {len(pairs)} hands make a full turn within a line of {len(ids)} tokens,")
print(f"{in_poem} within the {T_poem:,} tokens of the poem.")

# %% [markdown]
# Each wavelength is the one before times the same factor, $10000^{2/64}$, so the hands cover everything from neighboring words to whole books. In a text as short as a line most of them hardly move.
#
# The explorer shows a table with 32 features, hence 16 hands. It lies on its side: the positions run to the right. Move the pair up, follow the frame, and find the first pair that does not complete a turn within 100 positions. Then lower the base to 100 and see how much of the table wakes up.

# %% id="explore-wavelengths"
explore_wavelengths()

# %% [markdown]
# ## 6. To move on is to turn
#
# A model seldom needs to know that a word is at position 17. It needs to know that one word is *two places before* another. So there is a fourth wish, and it is the reason that Vaswani et al. give for their choice: it should be easy to get from the vector of $p$ to the vector of $p + k$, in the same way for every $p$.
#
# With hands on a clock it is. To move on by $k$ positions each hand turns by the angle $k\,\omega$, wherever it was. Put the steps of the proof into their order. Three lines do not belong.

# %% id="parsons-rotation" jupyter={"source_hidden": true}
parsons(
    "rotation",
    "Show that the pair of position $p + k$ is the pair of position $p$ times a matrix that does not depend on $p$. Vectors are rows.",
    [
        r"The pair of position $p$ is the row $(\sin p\omega,\ \cos p\omega)$, for one frequency $\omega$",
        r"So the pair of position $p + k$ is the row $(\sin(p\omega + k\omega),\ \cos(p\omega + k\omega))$",
        r"Its first entry is $\sin(p\omega + k\omega) = \sin p\omega \cos k\omega + \cos p\omega \sin k\omega$",
        r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega - \sin p\omega \sin k\omega$",
        r"Both are sums over the old pair, so together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos k\omega & -\sin k\omega \\ \sin k\omega & \cos k\omega \end{pmatrix}$",
        r"No $p$ is left in the matrix: from every position on it turns the pair by the same angle, $k\omega$",
    ],
    distractors=[
        (
            r"The sine of a sum is the sum of the sines: $\sin(p\omega + k\omega) = \sin p\omega + \sin k\omega$",
            r"The sine is not linear. With $p\omega = k\omega = \pi/2$ the left side is $\sin \pi = 0$ and the right side is 2.",
        ),
        (
            r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega + \sin p\omega \sin k\omega$",
            r"That is the cosine of the difference, $\cos(p\omega - k\omega)$. For the sum the sign is a minus.",
        ),
        (
            r"Together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos p\omega & -\sin p\omega \\ \sin p\omega & \cos p\omega \end{pmatrix}$",
            r"This matrix depends on $p$, so it is another one at every position. The angle of the shift is $k\omega$.",
        ),
    ],
    explain={
        r"Its first entry is $\sin(p\omega + k\omega) = \sin p\omega \cos k\omega + \cos p\omega \sin k\omega$": "The addition theorem of the sine.",
        r"Its second entry is $\cos(p\omega + k\omega) = \cos p\omega \cos k\omega - \sin p\omega \sin k\omega$": "The addition theorem of the cosine, with its minus.",
        r"Both are sums over the old pair, so together they are the row $(\sin p\omega,\ \cos p\omega)$ times $\begin{pmatrix} \cos k\omega & -\sin k\omega \\ \sin k\omega & \cos k\omega \end{pmatrix}$": "The first column makes the new sine, the second the new cosine.",
    },
    any_order=[(2, 3)],
)

# %% [markdown]
# A $2 \times 2$ matrix of this form is a **rotation**. For the whole vector, every pair of features gets its own block on the diagonal, with its own angle $k\,\omega_i$:
#
# $$PE_{p+k} = PE_p\, R(k), \qquad R(k) = \begin{pmatrix} \cos k\omega_0 & -\sin k\omega_0 & & \\ \sin k\omega_0 & \cos k\omega_0 & & \\ & & \cos k\omega_1 & -\sin k\omega_1 \\ & & \sin k\omega_1 & \cos k\omega_1 & \\ & & & & \ddots \end{pmatrix}$$
#
# (Books that write vectors as columns have the minus in the other corner.)
#
# ### Exercise: `shift_rotation`
#
# `shift_rotation(k, d_model, base=10000.0)` returns $R(k)$.
#
# - Returns an array `(d_model, d_model)` with `table[p] @ shift_rotation(k, d_model)` equal to `table[p + k]` for every `p`. `k` may be negative.
#
# ```python
# shift_rotation(1, 2)    # array([[ 0.5403, -0.8415],     cos 1, -sin 1
#                         #        [ 0.8415,  0.5403]])    sin 1,  cos 1
# ```
#
# Check by hand: position 0 is $(0, 1)$, and $(0, 1)\,R(1)$ is the second row, $(\sin 1, \cos 1)$, which is position 1.


# %% id="ex-shift-rotation" tags=["exercise"]
def shift_rotation(k, d_model, base=10000.0):
    """Return the matrix R (d_model, d_model) with table[p] @ R = table[p + k] for every p."""
    ### BEGIN SOLUTION
    R = np.zeros((d_model, d_model))
    for i in range(d_model // 2):
        angle = k * base ** (-2 * i / d_model)
        c, s = np.cos(angle), np.sin(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R
    ### END SOLUTION


# %% id="check-shift-rotation"
shift_rotation = check(shift_rotation)

# %% id="shift-whole-table"
for k in [1, 5, 30]:
    moved = longer[:-k] @ shift_rotation(k, d_model)
    print(f"one matrix moves all {len(moved)} positions on by {k}:", np.allclose(moved, longer[k:]))

R = shift_rotation
print("5 and then 30 is 35:", np.allclose(R(5, d_model) @ R(30, d_model), R(35, d_model)))
print("back is the transpose:", np.allclose(R(-5, d_model), R(5, d_model).T))

# %% [markdown]
# A linear layer has a matrix, and this is a matrix. So a model can learn "the word three places before" as one setting of its weights, and use it at every position.
#
# In the explorer (16 features) choose a shift and a pair, and then move the start: both hands go round, the matrix stays.

# %% id="explore-rotation"
explore_rotation()

# %% [markdown]
# ### Only the distance counts
#
# How alike are two positions? As before we measure by the dot product. Each hand gives $\sin a \sin b + \cos a \cos b = \cos(a - b)$ with $a - b = k\,\omega_i$, and so
#
# $$PE_p \cdot PE_{p+k} = \sum_i \cos(k\,\omega_i).$$
#
# There is no $p$ on the right side.

# %% id="only-distance"
omega = 2 * np.pi / wavelengths
for p, q in [(10, 14), (200, 204), (900, 904), (904, 900)]:
    print(f"positions {p:>3} and {q:>3}: dot product {longer[p] @ longer[q]:.2f}")
print(f"the sum of cos(4 omega):        {np.cos(4 * omega).sum():.2f}")

# %% [markdown]
# In the explorer below, the picture on the right is therefore made of parallel stripes. With 2 features there is only one hand, and after about 6 steps it points where it pointed before. Each further hand removes some of these false friends. How many features does it take until a position is most like its neighbors?

# %% id="explore-similarity"
explore_similarity()

# %% [markdown]
# ## 7. Learned positions beside them
#
# There is a plainer way: treat the position like a token. Make a second matrix $P$ of shape `(max_len, d_model)`, start it random, look up row $p$, and let training find the numbers. These are **learned positions**. GPT-2 and BERT use them.

# %% id="learned"
max_len = 50
P = np.random.default_rng(5).standard_normal((max_len, d_model)) / np.sqrt(d_model)

for name, positions in [
    ("Sinusoidal positions know who is near whom", table),
    ("Learned positions start without any order", P),
]:
    unit = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    show(
        heatmap(
            unit @ unit.T,
            title=name,
            diverging=True,
            x_label="position",
            y_label="position",
            label="cosine",
            height=2.7,
            width=4.6,
        )
    )

print(f"{'':<28}{'sinusoidal':>12}{'learned':>12}")
print(f"{'numbers to learn':<28}{0:>12,}{P.size:>12,}")
print(f"{'longest sequence':<28}{'any':>12}{max_len:>12}")

# %% [markdown]
# Learned positions have to discover from the data that 7 comes after 6, and they end at `max_len`. In return they can become whatever the task needs. Vaswani et al. tried both and found nearly identical results (Sec. 3.5 and Table 3, row E); they kept the sinusoids because these go on beyond the longest sequence of the training. Going on is one thing. Whether a model makes good use of positions that it never saw is another, and no formula promises it.
#
# ## 8. The sum
#
# Whatever the table holds, it is used in one way: row $p$ is added to the token at position $p$.
#
# ### Exercise: `add_positions`
#
# `add_positions(x, table, start=0)` adds position vectors to token vectors.
#
# - `x`: an array `(T, d_model)` or `(B, T, d_model)`; `table`: an array `(max_len, d_model)`.
# - `start` is the position of the first token. It is above 0 when a model writes: the earlier words were handled before, and only the new ones come in (lesson 5).
# - Returns `(out, cache)`, `out` with the shape of `x`. The line of the cache is there already.
# - Raises a `ValueError` if the sequence goes beyond the table.
#
# ```python
# two, three = np.array([[1., 2.], [3., 4.]]), np.array([[0., 1.], [10., 11.], [20., 21.]])
# add_positions(two, three)[0]             # array([[ 1.,  3.], [13., 15.]])
# add_positions(two, three, start=1)[0]    # array([[11., 13.], [23., 25.]])
# add_positions(two, three, start=2)       # ValueError: position 3 is beyond the table
# ```


# %% id="ex-add-positions" tags=["exercise"]
def add_positions(x, table, start=0):
    """Add the position vectors start, start + 1, ... to the token vectors. Returns (out, cache)."""
    ### BEGIN SOLUTION
    T = x.shape[-2]
    if start + T > len(table):
        raise ValueError(f"position {start + T - 1} is beyond the table's last, {len(table) - 1}")
    out = x + table[start : start + T]
    ### END SOLUTION
    return out, (start, table)


# %% id="check-add-positions"
add_positions = check(add_positions)

# %% [markdown]
# Here is what the model gets to see of the line with the two *rapping*s. The vectors of the tokens have a length of about 1, those of the positions $\sqrt{d_{\text{model}}/2}$.

# %% id="sum-picture"
with_positions, _ = add_positions(x, table)
for name, matrix in [
    (f"The tokens are faint: mean length {np.linalg.norm(x, axis=1).mean():.2f}", x),
    (f"The positions are strong: length {np.linalg.norm(table[0]):.2f}", table[: len(x)]),
    ("Their sum looks like the positions alone", with_positions),
]:
    show(
        heatmap(
            matrix,
            row_labels=split_words(line),
            title=name,
            diverging=True,
            vmin=-1,
            vmax=1,
            x_label="feature",
            label="value",
            height=2.2,
        )
    )

# %% [markdown]
# Adding seems rash. Two vectors go in and one comes out; how is a model to tell them apart again? A sum of 7 could be 3 + 4 or 5 + 2. But there are 64 sums here, not one, and in a space of 64 dimensions the tokens and the positions may keep out of each other's way.
#
# Let us test it with the simplest reader there is. It takes the sum, forms the dot product with every row of $W$, and says that the token is the one with the largest. It does the same with the rows of the table for the position.

# %% id="predict-tokens" jupyter={"source_hidden": true}
predict(
    "tokens",
    "The first stanza, 77 tokens, each embedded with length 1, plus its sinusoidal position. How many of the tokens does this simple reader find?",
    options=["Nearly all", "About half", "Fewer than one in five"],
)

# %% id="reveal-tokens"
stanza_ids = vocab.encode(stanzas[0])
stanza_table = sinusoidal_positions(len(stanza_ids), d_model)


def shares_found(scale):
    """Return the shares of tokens and of positions that the largest dot product finds."""
    sums, _ = add_positions(scale * embedding(stanza_ids, W)[0], stanza_table)
    found_tokens = (sums @ W.T).argmax(axis=1) == stanza_ids
    found_positions = (sums @ stanza_table.T).argmax(axis=1) == np.arange(len(stanza_ids))
    return found_tokens.mean(), found_positions.mean()


token_share, position_share = shares_found(1)
reveal(
    "tokens",
    ["Fewer than one in five", "About half", "Nearly all"][np.digitize(token_share, [0.2, 0.8])],
    f"It finds {token_share:.0%} of the tokens, and {position_share:.0%} of the positions.",
)

# %% [markdown]
# The positions are more than five times as long as the tokens and shout them down. Whichever row of $W$ happens to point towards the position wins. The remedy is to make the tokens longer before they are added. By how much? Find out. In the explorer you see on the left how alike the vectors of our line are, on the right how much the reader finds. Watch the two *rapping*s on the left.

# %% id="explore-balance"
at = split_words(stanzas[0]).index("As")  # where our line begins
explore_balance(stanza_ids, W, stanza_table, split_words(line), first=at)

# %% [markdown]
# Around scale 4 this reader finds most of both. Vaswani et al. (Sec. 3.4) multiply by $\sqrt{d_{\text{model}}}$, which is 8 here and gives every token the length 8 beside 5.66. They state no reason; here is what it does in our case. The last column is for a cleverer reader, which works in two steps: read the one that is easier to find, subtract its vector, and read the other from what remains.

# %% id="sqrt-d-model"
print("scale                 tokens found   positions found   both in two steps")
for name, scale in [("1", 1), ("4", 4), ("sqrt(d_model) = 8", np.sqrt(d_model))]:
    token_share, position_share = shares_found(scale)
    sums, _ = add_positions(scale * embedding(stanza_ids, W)[0], stanza_table)
    if token_share > position_share:  # the token first, then the position from what remains
        token = (sums @ W.T).argmax(axis=1)
        position = ((sums - scale * W[token]) @ stanza_table.T).argmax(axis=1)
    else:
        position = (sums @ stanza_table.T).argmax(axis=1)
        token = ((sums - stanza_table[position]) @ W.T).argmax(axis=1)
    both = (token == stanza_ids) & (position == np.arange(len(stanza_ids)))
    print(f"{name:<20}{token_share:>13.0%}{position_share:>18.0%}{both.mean():>20.0%}")


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


scaled, _ = add_positions(np.sqrt(d_model) * x, table)
apart = cosine(scaled[first], scaled[second])
alone = cosine(x[first], x[second])
print(f"\nthe two 'rapping', cosine: {alone:.2f} alone, {apart:.2f} in the sum")

# %% [markdown]
# So the sum loses nothing, or next to nothing, at any of these scales: 64 features are room enough for both. The scale decides what can be read in a single step, by one dot product, and a layer of a transformer begins with just such products. With $\sqrt{d_{\text{model}}}$ the words come first. (Learned positions start as short as the tokens, so that the question does not arise: GPT-2 does not scale.)
#
# And the two *rapping*s are no longer one vector. They are still much alike, as they should be, and they differ by where they stand. Attention now has something to see.
#
# ## 9. Your functions in the model
#
# `course_lib` holds a whole transformer, which the following lessons build. It calls `embedding`, `sinusoidal_positions` and `add_positions` just as you have written them. `using` puts your functions in their place, for as long as the block lasts.

# %% id="in-the-model"
from course_lib.model import language_model
from course_lib.params import TransformerConfig, init_params

config = TransformerConfig(
    family="decoder",
    vocab_size=vocab_size,
    d_model=d_model,
    positions="sinusoidal",
    scale_embedding=True,
    pad_id=pad_id,
)
model_params = init_params(config, np.random.default_rng(6), np.float64)

logits, _ = language_model(batch, model_params, config)
yours = {
    "embedding": embedding,
    "sinusoidal_positions": sinusoidal_positions,
    "add_positions": add_positions,
}
with using(**yours):
    your_logits, _ = language_model(batch, model_params, config)

print("ids in:    ", batch.shape, " six lines of the first stanza, padded")
print("logits out:", logits.shape, " for each place a score for each possible next token")
print("the same with your functions:", np.allclose(logits, your_logits))

# %% [markdown]
# These scores are called *logits*, and lesson 5 is about them. Here they are those of an untrained model and mean nothing yet. But the path from Poe's letters to the inside of a transformer is complete, and it is yours. Each function that `check` called right was saved; in lesson 8 the model that trains is made of them.
#
# ## Check what you know

# %% id="quiz-vectors" jupyter={"source_hidden": true}
quiz(
    "vectors",
    "*raven* occurs 10 times in the poem. How many different vectors are there for it after the embedding, and how many after the positions were added to the whole poem?",
    [
        ("10 and 10", False, "The embedding looks at the id alone, and all ten have the same id."),
        (
            "1 and 1",
            False,
            "After the embedding there is one, the row of *raven*. But then each occurrence gets the vector of its own position added.",
        ),
        (
            "10 and 1",
            False,
            "It is the other way round: the lookup makes them equal, and the positions make them differ.",
        ),
        (
            "1 and 10",
            True,
            "One row of $W$ serves all occurrences. Ten different positions then make ten different sums.",
        ),
    ],
)

# %% id="quiz-distance" jupyter={"source_hidden": true}
quiz(
    "distance",
    "The dot product of the sinusoidal positions 10 and 14 is some number. Which pair has the same?",
    [
        (
            "20 and 28",
            False,
            "Twice the positions, but also twice the distance. The dot product is $\\sum_i \\cos(k\\,\\omega_i)$ with the distance $k$, here 8 and not 4.",
        ),
        (
            "0 and 140",
            False,
            "The product of the two positions plays no part, only their difference.",
        ),
        ("103 and 99", True, "The distance is 4, and the cosine does not mind its sign."),
        (
            "None: every pair has its own",
            False,
            "The rotation $R(k)$ is the same everywhere, so all pairs at distance 4 have the same dot product.",
        ),
    ],
)

# %% id="quiz-base" jupyter={"source_hidden": true}
quiz(
    "base",
    "Someone makes the table with base 10 instead of 10000, and `d_model` 64. What happens in a text of 1000 tokens?",
    [
        (
            "No hand is slow enough to tell the beginning of the text from its end",
            True,
            "Even the longest wavelength is then below $2\\pi \\cdot 10 \\approx 63$ positions, so every hand goes round many times.",
        ),
        (
            "The vectors get shorter",
            False,
            "Each hand still contributes $\\sin^2 + \\cos^2 = 1$, whatever its speed. The length stays $\\sqrt{32}$.",
        ),
        (
            "Neighboring positions become equal",
            False,
            "The first hand has $\\omega_0 = 1$ with every base, and the others have become faster, so neighbors differ more than before.",
        ),
        (
            "Shifts are no longer rotations",
            False,
            "The proof holds for any frequencies, and so for any base.",
        ),
    ],
)

# %% id="quiz-order" jupyter={"source_hidden": true}
quiz(
    "order-quiz",
    "A friend leaves out `add_positions`, and his classifier (attention without a causal mask, then the mean of all outputs) still does well on telling poems from prose. What follows?",
    [
        (
            "Attention must have learned the order after all",
            False,
            "It cannot: shuffled inputs give the same outputs, shuffled, and their mean is the same number.",
        ),
        (
            "For this task the words matter, and their order hardly does",
            True,
            "His model sees a bag of words. Where that is enough, nothing is missed, and a test on shuffled text would give exactly the same result.",
        ),
        (
            "The embeddings contain the positions",
            False,
            "A row of $W$ belongs to a token and is the same wherever the token stands.",
        ),
    ],
)

# %% id="quiz-length" jupyter={"source_hidden": true}
quiz(
    "length",
    "A model with learned positions, `max_len` 512, gets a text of 600 tokens. What should happen?",
    [
        (
            "Positions 512 to 599 use the last row again",
            False,
            "88 tokens would then look as if they stood at the same place. The result would be worse without anyone knowing why.",
        ),
        (
            "NumPy raises an error by itself",
            False,
            "A slice beyond the end is just shorter. If exactly one row is left over, it is even added to all tokens without any error.",
        ),
        (
            "An error that names both numbers",
            True,
            "There is no row 512 and none was trained. The one who calls must decide: shorten the text, cut it into pieces, or train a longer table.",
        ),
        (
            "The missing rows are drawn at random",
            False,
            "Untrained rows would be noise to a model that was trained with others.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The published models do what you did, with larger numbers. Their tokens are neither characters nor words but pieces between the two: **byte-pair encoding** starts from single characters (or bytes) and joins the most frequent pair, again and again, until the vocabulary has the size one wants (Sennrich et al. 2016). Frequent words become one token, rare ones several, and with bytes at the bottom nothing is ever unknown. (BERT's WordPiece chooses its pairs by another rule.)
#
# | | tokens | vocabulary | $d_{\text{model}}$ | positions |
# |---|---|---|---|---|
# | Transformer, base (2017) | byte pairs, English and German together | about 37,000 | 512 | sinusoidal |
# | BERT-base (2019) | WordPiece, lower case | 30,522 | 768 | learned, 512 |
# | GPT-2 small (2019) | byte pairs on bytes | 50,257 | 768 | learned, 1024 |
# | Llama 3 8B (2024) | byte pairs on bytes | 128,256 | 4096 | rotary, base 500,000 |
#
# Sources: Vaswani et al. 2017, Sec. 3.4, 3.5, 5.1 and Table 3; Devlin et al. 2019 with the released configuration of `bert-base-uncased`; Radford et al. 2019, Sec. 2.2, 2.3 and Table 2; Grattafiori et al. 2024, Sec. 3.2 and Table 3, with the released configuration.

# %% id="real-sizes"
print(f"{'':<18}{'embedding':>18}{'numbers':>14}{'in float32':>12}{'positions':>12}")
for name, size, width, positions in [
    ("Transformer, base", 37_000, 512, 0),
    ("BERT-base", 30_522, 768, 512),
    ("GPT-2 small", 50_257, 768, 1024),
    ("Llama 3 8B", 128_256, 4096, 0),
    ("here", vocab_size, d_model, 0),
]:
    numbers, shape = size * width, f"{size:,} × {width:,}"
    megabytes = f"{numbers * 4 / 1e6:,.{0 if numbers > 1e6 else 2}f} MB"
    print(f"{name:<18}{shape:>18}{numbers:>14,}{megabytes:>12}{positions * width:>12,}")
print(f"\n1 / sqrt(768) = {1 / np.sqrt(768):.3f}")

# %% [markdown]
# - **One matrix for three jobs.** The transformer of 2017 uses the same matrix to embed the source, to embed the target and, transposed, to score the output (Sec. 3.4, after Press and Wolf 2017). GPT-2 shares input and output as well. Lesson 5 comes back to this.
# - **The start.** GPT-2's code draws embeddings with $\sigma = 0.02$ and positions with $\sigma = 0.01$, whatever the width; for a width of 768 our rule would give the 0.036 above.
# - **Three vectors.** BERT adds a third one, learned too, that says whether the token belongs to the first or the second of two sentences (Devlin et al. 2019, Fig. 2).
# - **Rotary positions.** Many newer models add nothing at all. They take your rotation and apply it to the vectors that attention compares: a vector at position $m$ is multiplied by $R(m)$ (Su et al. 2021, Sec. 3.2). The dot product of two such vectors then depends on their distance only, and on the tokens. Llama does this in every layer (Touvron et al. 2023, Sec. 2.2). With your function it takes one line:

# %% id="rotary"
a, b = np.random.default_rng(7).standard_normal((2, d_model))
for m, n in [(3, 7), (40, 44), (900, 904), (3, 8)]:
    rotated = (a @ shift_rotation(m, d_model)) @ (b @ shift_rotation(n, d_model))
    print(f"a at {m:>3}, b at {n:>3}: {rotated:.3f}")

# %% [markdown]
# Three pairs at distance 4 give one number, and the pair at distance 5 another.
#
# **Next.** You have the matrix that the first lines of this lesson asked for, of shape `(T, d_model)`: one row for each token, and the order is in it. But each row knows only itself. In lesson 2 the rows look at each other.
#
# ## Sources
#
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Sec. 3.4 (embeddings), 3.5 (positions), 5.1 (vocabulary), Table 3 row E (learned positions).
# - Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, *A Neural Probabilistic Language Model*, 2003, Journal of Machine Learning Research 3. The embedding as a matrix that is looked up and learned.
# - J. Gehring et al., *Convolutional Sequence to Sequence Learning*, 2017, [arXiv:1705.03122](https://arxiv.org/abs/1705.03122). Sec. 3.1: learned positions, the ones that Vaswani et al. compared with.
# - R. Sennrich, B. Haddow, A. Birch, *Neural Machine Translation of Rare Words with Subword Units*, 2016, [arXiv:1508.07909](https://arxiv.org/abs/1508.07909). Byte-pair encoding.
# - O. Press, L. Wolf, *Using the Output Embedding to Improve Language Models*, 2017, [arXiv:1608.05859](https://arxiv.org/abs/1608.05859).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805). Sec. 3 and Fig. 2.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), Sec. 2.2 and 2.3; the numbers of the initialization are in the released code, `src/model.py`.
# - J. Su et al., *RoFormer: Enhanced Transformer with Rotary Position Embedding*, 2021, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864).
# - H. Touvron et al., *LLaMA: Open and Efficient Foundation Language Models*, 2023, [arXiv:2302.13971](https://arxiv.org/abs/2302.13971).
# - A. Grattafiori et al., *The Llama 3 Herd of Models*, 2024, [arXiv:2407.21783](https://arxiv.org/abs/2407.21783).
