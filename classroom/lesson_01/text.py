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
# A transformer multiplies matrices.
# Poe's *The Raven* is made of letters.
# Before a model can read a line of it, the line has to become a matrix of numbers, one row for each token, and the matrix must still say which token stands where.
# This lesson builds that matrix.
#
# - **You will build** nine functions that lead from a line of text to the input of a transformer: words to ids, padding, the two steps of byte-pair encoding, one-hot rows, the embedding, sinusoidal positions, the rotation that shifts them, and the sum of token and position.
#   At the end they run inside the model of this course.
# - **You need** Python's lists and dicts, indexing and broadcasting in NumPy, the product of two matrices, sine and cosine, mean and variance.
# - **Time** about two and a half hours; after section 4 is a good place to stop.
#   (To go on another day, click the cell where you stopped and choose *Run All Above Selected Cell* in the menu *Run*.)
# - **Cost** runs in 8 seconds, 230 MB of memory
#
# Run the cells one after the other, from top to bottom, with Shift+Enter.
# Where a cell asks you to predict, commit your guess before you run the next one; the answer stays folded until then.
# Nine cells are yours to fill in.
# Each is followed by a line such as `one_hot = check(one_hot)`, which says whether your function is right and, if not, which mistake it makes.
# Until it is right the lesson goes on with the course's own function, so you can leave an exercise and come back to it.
# `hint("one_hot")` gives one hint at a time, and `solution("one_hot")` shows how the course does it.

# %% id="setup"
import itertools
from pathlib import Path

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_01 import (
    agreement,
    attention_of_one_word,
    binary_digits,
    explore_balance,
    explore_rotation,
    explore_similarity,
    explore_wavelengths,
    likeness,
    tokens_in_rows,
    tokens_plus_positions,
)
from classroom.plots import heatmap, table
from course_lib import attention
from course_lib.tasks import load_trained
from course_lib.vocab import Vocabulary, apply_merges, learn_merges, split_words

# %% id="poem"
poem = Path("../data/the_raven.txt").read_text(encoding="utf-8")
stanzas = poem.strip().split("\n\n")
lines = [line for stanza in stanzas for line in stanza.splitlines()]
print(stanzas[0])
print(f"\n{len(stanzas)} stanzas, {len(lines)} lines, {len(poem):,} characters")

# %% [markdown]
# ## 1. From text to numbers
#
# A computer stores this poem as numbers already: each character has a code.
# But those codes were made for all the scripts of the world.
# A model needs a smaller numbering, of exactly the pieces that it will meet: its **vocabulary**.
# The pieces are called **tokens**, and the number of a token is its **id**.
#
# What should a token be?
# Let us try the smallest piece first, the character.

# %% id="characters"
characters = sorted(set(poem))
id_of = {character: i for i, character in enumerate(characters)}

char_ids = [id_of[character] for character in "The raven"]
print(len(characters), "different characters:", "".join(characters).replace("\n", "⏎"))
print("'The raven' as ids:", char_ids)
print("and back:          ", "".join(characters[i] for i in char_ids))

# %% [markdown]
# Nothing is lost, and 54 ids are enough for the whole poem.
# The price is length: every word costs as many tokens as it has letters.
#
# So take words.
# `split_words` is one regular expression: it finds words, apostrophes inside them included, and takes each punctuation mark as a token of its own.

# %% id="words"
line = lines[3]
print(line)
print(split_words(line), "\n")

words = split_words(poem)
once = [word for word in set(words) if words.count(word) == 1]
table({
    "tokens are": ["characters", "words"],
    "different": [len(characters), len(set(words))],
    "of these only once": [sum(poem.count(c) == 1 for c in characters), len(once)],
    "in the poem": [len(poem), len(words)],
    "in one stanza": [len(stanzas[0]), len(split_words(stanzas[0]))],
})  # fmt: skip

# %% [markdown]
# Words make the text much shorter and the vocabulary much larger.
# Most of the words occur only once: one line is all that a model can learn them from.
# There is a worse problem, which the next question is about.

# %% id="predict-unknown"
predict("unknown")

# %% id="reveal-unknown"
known = set(split_words("\n".join(stanzas[:12])))
later = split_words("\n".join(stanzas[12:]))
unknown = [word for word in later if word not in known]
reveal("unknown", 100 * len(unknown) / len(later), unknown=unknown, later=later)

# %% [markdown]
# A vocabulary of words must therefore have an answer for a word that is not in it.
# That is one of four **special tokens** that this course uses:
#
# | token | stands for | because |
# |---|---|---|
# | `<pad>` | filling | lines have different lengths, the rows of an array do not |
# | `<bos>` | beginning of sequence | a model that writes needs a first token to start from |
# | `<eos>` | end of sequence | and a way to say that it is done |
# | `<unk>` | unknown | a new text brings new words |
#
# They stand first, so that their ids do not depend on the text.
# The words follow in sorted order: a Python `set` of strings has another order in every run, and a model whose ids have moved reads nonsense.

# %% id="vocabulary"
tokens = ["<pad>", "<bos>", "<eos>", "<unk>", *sorted(set(words))]
vocabulary = {token: i for i, token in enumerate(tokens)}

print(f"{len(vocabulary)} tokens, among them")
shown = ["<pad>", "<bos>", "<eos>", "<unk>", "!", "chamber", "door", "raven"]
table({"token": shown, "id": [vocabulary[token] for token in shown]})

# %% [markdown]
# ### Exercise: `encode_words`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `encode_words(words, vocabulary, bos=False, eos=False)` turns words into ids.
#
# - `words`: a list of strings; `vocabulary`: a dict from token to id, with the four special tokens in it.
# - Returns an integer array of shape `(T,)`: one id for each word, in order.
#   A word that the vocabulary lacks gets the id of `<unk>`, whatever that id is.
# - With `bos=True` the id of `<bos>` comes before all others; with `eos=True` that of `<eos>` comes after them.
# - `words` and `vocabulary` are left as they are.
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
# Now a line of the poem can be encoded, and a line that Poe did not write.
# Reading the ids back shows what the model will be able to know of it.

# %% id="encode-lines"
for text in ['Quoth the raven "Nevermore."', 'Quoth the laptop "Nevermore."']:
    text_ids = encode_words(split_words(text), vocabulary, bos=True, eos=True)
    print(text)
    print("  ids: ", " ".join(str(i) for i in text_ids))
    print("  back:", " ".join(tokens[i] for i in text_ids))

# %% [markdown]
# The laptop is gone: the model will know that some word stood there, and no more.
# The spaces are gone too.
# And upper case counts, so *Nevermore* and *nevermore* are two tokens with nothing in common.

# %% [markdown]
# ### Many lines at once
#
# A model reads many sequences in one go, as one array of shape `(B, T)`: `B` sequences of `T` tokens.
# The six lines of a stanza do not fit into such an array as they are, because they are not equally long.

# %% [markdown]
# ### Exercise: `pad_sequences`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `pad_sequences(sequences, pad_id, length=None)` lays sequences of ids one below the other in one array.
#
# - `sequences`: a list of `B` sequences (lists or arrays) of ids, some of which may be empty; `pad_id`: the id that fills the places left over, on the right.
# - Returns an integer array `(B, T)`, where `T` is the length of the longest sequence, or `length` where it is given.
#   The sequences are left as they are.
# - If a sequence is longer than `length`, raises a `ValueError`.
#   Cutting it off without a word would lose text, and nobody would know.
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
tokens_in_rows(batch, is_token, tokens)

# %% [markdown]
# The array `is_token` says where real tokens stand.
# Lesson 2 will use it as a **mask**, so that no word pays attention to padding.

# %% [markdown]
# ## 2. Pieces between characters and words
#
# Characters make long sequences, and words leave gaps.
# The large models take pieces between the two.
# Which ones?
# **Byte-pair encoding** lets the text decide: begin with characters, find the two neighbors that stand side by side most often, and make one token of them wherever they do.
# Then do the same again, with the new token among the others.
# Gage (1994) used it to compress files, Sennrich et al. (2016, Sec. 3.2) to translate words that the model had never met.
#
# One step is two functions.

# %% [markdown]
# ### Exercise: `most_frequent_pair`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `most_frequent_pair(tokens)` finds the pair of neighbors that occurs most often.
#
# - `tokens`: a list of strings, of one character or several.
# - Returns a tuple of two tokens, left and right.
#   Order matters: `("a", "n")` and `("n", "a")` are two pairs.
# - Every two neighbors count, also where they overlap: `a a a` holds the pair `("a", "a")` twice.
# - Among pairs that are equally frequent, the one that stands first in `tokens`.
#   None if there are fewer than two tokens.
#
# ```python
# most_frequent_pair(list("banana"))            # ('a', 'n'), twice; so is ('n', 'a'), but later
# most_frequent_pair(["an", "an", "a", "an"])   # ('an', 'an')
# ```
#
# Go through the tokens only once: below, the list has 6,281 of them, and the function is called 200 times.
# An `import` that you need goes into the function.


# %% id="ex-most-frequent-pair" tags=["exercise"]
def most_frequent_pair(tokens):
    """Return the two neighbors that occur most often in a list of tokens, None if there are none."""
    ### BEGIN SOLUTION
    counts = {}
    for pair in itertools.pairwise(tokens):
        counts[pair] = counts.get(pair, 0) + 1
    return max(counts, key=counts.get, default=None)
    ### END SOLUTION


# %% id="check-most-frequent-pair"
most_frequent_pair = check(most_frequent_pair)

# %% [markdown]
# ### Exercise: `merge_pair`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `merge_pair(tokens, pair)` joins a pair of neighbors to one token, wherever it occurs.
#
# - `tokens`: a list of strings, which is left as it is; `pair`: a tuple of two tokens.
# - Returns a new list.
#   Where the two stand side by side, in this order, one token takes their place: left + right.
# - From left to right, without overlap: a token that was joined is not joined again, so `a a a` becomes `aa a`.
#
# ```python
# merge_pair(list("banana"), ("a", "n"))            # ['b', 'an', 'an', 'a']
# merge_pair(["ab", "c", "a", "bc"], ("a", "bc"))   # ['ab', 'c', 'abc']
# ```


# %% id="ex-merge-pair" tags=["exercise"]
def merge_pair(tokens, pair):
    """Return the tokens with each occurrence of a pair of neighbors joined to one token."""
    ### BEGIN SOLUTION
    left, right = pair
    merged = []
    i = 0
    while i < len(tokens):
        if tokens[i : i + 2] == [left, right]:
            merged.append(left + right)
            i += 2
        else:
            merged.append(tokens[i])
            i += 1
    return merged
    ### END SOLUTION


# %% id="check-merge-pair"
merge_pair = check(merge_pair)

# %% [markdown]
# Two hundred steps, on the whole poem:

# %% id="learn-pieces"
pieces, merges, lengths = list(poem), [], [len(poem)]
for _ in range(200):
    pair = most_frequent_pair(pieces)
    pieces = merge_pair(pieces, pair)
    merges.append(pair)
    lengths.append(len(pieces))

steps = [0, 1, 2, 3, 20, 100, 200]
table({
    "merges": steps,
    "the last makes": [None if n == 0 else repr("".join(merges[n - 1])) for n in steps],
    "vocabulary": [len(characters) + n for n in steps],
    "tokens in the poem": [lengths[n] for n in steps],
    "characters a token": [len(poem) / lengths[n] for n in steps],
})  # fmt: skip

# %% [markdown]
# Each merge makes the vocabulary one larger and the text shorter, the first by 159 tokens.
# To encode another text is to make the same merges in it, in the same order.
# `apply_merges` of `course_lib.vocab` does that, and `learn_merges(tokens, n)` is the loop above.

# %% id="read-pieces"
longest = sorted(("".join(merged) for merged in merges), key=len)[-5:]
print("the longest pieces:", *map(repr, longest))
for text in ['Quoth the raven, "Nevermore."', 'Quoth the laptop, "Nevermore."']:
    print(apply_merges(list(text), merges))

# %% [markdown]
# Frequent words have become one token, *the* together with the spaces around it.
# The laptop is cut into pieces, but nothing of it is lost.
# Some pieces are longer than a word.
# Sennrich et al. count pairs inside words only, and GPT-2 does not merge across kinds of characters, such as letters and punctuation (Radford et al. 2019, Sec. 2.2).

# %% id="predict-pieces"
predict("pieces")

# %% id="reveal-pieces"
first_part, last_part = "\n".join(stanzas[:12]), "\n".join(stanzas[12:])
merges_of_first = learn_merges(list(first_part), 200)
first_pieces = apply_merges(list(first_part), merges_of_first)
last_pieces = apply_merges(list(last_part), merges_of_first)
reveal(
    "pieces",
    len(last_part) / len(last_pieces),
    first=len(first_part) / len(first_pieces),
    new=sorted(set(last_part) - set(first_part)),
)

# %% [markdown]
# The course keeps a vocabulary and its encoding together in one class, `Vocabulary`, with characters, pieces or words as tokens.

# %% id="vocabulary-class"
kinds = {
    "characters": Vocabulary.characters(poem),
    "pieces": Vocabulary.pieces(poem, 200),
    "words": Vocabulary.words(poem),
}
table({
    "tokens are": list(kinds),
    "vocabulary": [len(kind) for kind in kinds.values()],
    "ids of the line": [len(kind.encode(line)) for kind in kinds.values()],
    "and back": [kind.decode(kind.encode(line)) for kind in kinds.values()],
})  # fmt: skip

# %% [markdown]
# We go on with words: they are what one can see best in a picture.

# %% id="ids"
vocab = kinds["words"]
ids = vocab.encode(line)
print(ids)

# %% [markdown]
# ## 3. From ids to vectors
#
# Why not hand the ids to the model as they are?
# They are numbers, after all.
# Look at the neighbors of *raven*.

# %% id="neighbors"
raven, chamber = vocabulary["raven"], vocabulary["chamber"]
print("ids near 'raven':", ", ".join(f"{tokens[i]} {i}" for i in range(raven - 2, raven + 3)))
print(f"raven / chamber = {raven / chamber:.2f}")

# %% [markdown]
# As a number, *raven* is more than twice *chamber*, and it lies between *rare* and *reclining*.
# A layer that multiplies the id by a weight takes all this for fact.
# But it comes from the alphabet and says nothing about the words.
# An id is a name and has no place in arithmetic.
#
# So each token gets a direction of its own: a vector of length `vocab_size` that is 1 at the id and 0 elsewhere.
# Such vectors are called **one-hot**.

# %% [markdown]
# ### Exercise: `one_hot`
#
# *Difficulty 2 of 5, about 5 minutes.*
#
# `one_hot(ids, vocab_size, dtype=np.float64)` makes a one-hot row of each id.
#
# - `ids`: an integer array, `(T,)`, `(B, T)` or with more axes, with entries from 0 to `vocab_size - 1`.
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
heatmap(
    one_hot(small.encode(line), len(small)),
    row_labels=split_words(line),
    column_labels=small.tokens,
    title="Each word is a direction of its own; equal words are equal rows",
    x_label="token of the vocabulary",
    y_label="token of the line",
    label="one-hot",
    values=False,
    height=3.4,
)

# %% [markdown]
# Any two different tokens have the dot product 0, so all are equally far from each other.
# That is honest: nothing is known about them yet.
# But it is also rigid.
# A model should be able to find out that *tapping* is close to *rapping*, and one-hot rows cannot move.
# They are also wasteful, as wide as the vocabulary and almost all zero.
#
# Both are mended by a matrix $W$ whose numbers are learned.
# It has a row for each token, and its columns are called **features**.
# How many there are is ours to choose: this number, $d_{\text{model}}$, is the width of the whole model.
# The vector of the token with id $i$ is
#
# $$x = \mathrm{one\_hot}(i)\, W \qquad\text{that is}\qquad x_j = \sum_{v} [v = i]\; W_{vj} = W_{ij}$$
#
# Here $[v = i]$ is 1 if $v = i$ and 0 otherwise, so one term of the sum is left.
# The product with a one-hot row **picks row $i$ of $W$**.
# Here it is with three tokens of two features each:

# %% id="pick-a-row"
W_small = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
print(one_hot(np.array([2, 0, 2]), 3) @ W_small)

d_model, vocab_size = 64, len(vocab)
print(f"\nFor the line this takes {len(ids) * vocab_size * d_model:,} multiplications,")
print(f"all but {len(ids) * d_model:,} of them by zero.")

# %% [markdown]
# No one does that.
# Picking a row needs no product at all: `W[ids]`.
# This lookup is called the **embedding**, and so is the matrix $W$, and so are its rows (Bengio et al. 2003, Sec. 2).
# The one-hot product is still worth knowing, for two reasons.
# It shows that the embedding is an ordinary linear layer, so that its gradient follows from the rule for products (lesson 7).
# And it has no surprises, while NumPy's indexing has one:

# %% id="negative-index"
print("W_small[-1] is", W_small[-1])

# %% [markdown]
# Minus one is no id.
# `W[-1]` hides the mistake of the program that made it, by answering with the last word of the vocabulary.
# So the embedding has to look at the ids first.

# %% [markdown]
# ### Exercise: `embedding`
#
# *Difficulty 1 of 5, about 5 minutes.*
#
# `embedding(ids, W)` looks up one row of `W` for each id.
#
# - `ids`: an integer array, `(T,)`, `(B, T)` or with more axes; `W`: an array `(vocab_size, d_model)`.
# - Returns `(out, cache)`: `out` has the shape of `ids` with `d_model` at its end.
#   The `cache` is for the backward pass of lesson 7; its line is there already.
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
random_rows = np.random.default_rng(1).standard_normal((vocab_size, d_model))

x, _ = embedding(ids, random_rows)
print("shape:", x.shape)
print("lookup and one-hot product:", agreement(x, one_hot(ids, vocab_size) @ random_rows))

first, second = [at for at, word in enumerate(split_words(line)) if word == "rapping"]
apart = np.linalg.norm(x[first] - x[second])
print(f"'rapping' at {first} and at {second}: distance between their vectors {apart:.3f}")

# %% [markdown]
# The last line shows what an embedding cannot do.
# The vector depends on the token alone.
# Where it stands, and what stands around it, make no difference.

# %% [markdown]
# ## 4. How large should the numbers be at first?
#
# The matrix of an embedding starts random and is learned later.
# Above we drew standard normal numbers.
# Are these a good start?

# %% id="predict-norm"
predict("norm")

# %% id="reveal-norm"
draws = np.random.default_rng(2).standard_normal((10_000, 64))
draw_lengths = np.linalg.norm(draws, axis=1)
reveal("norm", draw_lengths.mean(), lengths=draw_lengths, np=np)

# %% [markdown]
# Let each entry have mean 0 and variance $\sigma^2$.
# Its square is then $\sigma^2$ on average, and there are $d_{\text{model}}$ of them, so the mean of the squared length is
#
# $$\mathbb{E}\,\|x\|^2 = d_{\text{model}}\,\sigma^2 .$$
#
# With $\sigma = 1$ the length grows with the width of the model.
# So does something that matters more: the dot product of two vectors.
# Attention compares tokens by dot products (lesson 2), and the output layer scores each word by one (lesson 5).
# They should not grow with $d_{\text{model}}$.
# So we divide by $\sqrt{d_{\text{model}}}$.
# "Spread" is the standard deviation of the dot products of different vectors.

# %% id="scales"
widths = [16, 64, 256, 1024]
sized = {width: np.random.default_rng(3).standard_normal((400, width)) for width in widths}
size = {width: np.linalg.norm(w, axis=1).mean() for width, w in sized.items()}
spread = {width: (w @ w.T)[~np.eye(400, dtype=bool)].std() for width, w in sized.items()}
table({
    "d_model": widths,
    "length": [size[width] for width in widths],
    "spread": [spread[width] for width in widths],
    "length / sqrt(d_model)": [size[width] / np.sqrt(width) for width in widths],
    "spread / d_model": [spread[width] / width for width in widths],
})  # fmt: skip

# %% [markdown]
# On the left both numbers grow with the width.
# On the right, where every entry is divided by $\sqrt{d_{\text{model}}}$ and so every dot product by $d_{\text{model}}$, each vector has a length of about 1.
# The dot product of two *different* tokens is then about $\pm 1/\sqrt{d_{\text{model}}}$: in a wide space random directions are nearly perpendicular.
# A token resembles itself, and at first nothing else.

# %% id="similar-at-first"
W = random_rows / np.sqrt(d_model)
x, _ = embedding(ids, W)
heatmap(
    x @ x.T,
    row_labels=split_words(line),
    column_labels=split_words(line),
    title="Before training a word resembles only itself: 'rapping' occurs twice",
    diverging=True,
    values=False,
    label="dot product",
    height=3.2,
)

# %% [markdown]
# ### After training
#
# What becomes of such rows?
# The course keeps trained models.
# One of them answers questions about digits, such as this one:

# %% id="digits-question"
digits, digits_params = load_trained("digits", "arithmetic")
print(digits.vocabulary.decode(digits.held_out.inputs[0][0], skip_special=True))

# %% [markdown]
# It knows First, Second, Max, Min and Add.
# To the model `3` and `7` are ids, as *raven* and *chamber* are to ours, and their rows started random.
# We take the rows of the ten digits, subtract their mean, and compare each two by the cosine of the angle between them.

# %% id="predict-digits"
predict("digits")


# %% id="reveal-digits"
def cosines(rows):
    """Return the cosine of every two rows."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T


ids_of_digits = digits.vocabulary.encode("0 1 2 3 4 5 6 7 8 9")
digit_rows = digits_params["embedding"]["W"][ids_of_digits]
digit_cosines = cosines(digit_rows - digit_rows.mean(axis=0))
by_distance = {apart: np.diag(digit_cosines, apart).mean() for apart in range(1, 10)}
reveal(
    "digits",
    by_distance[1] - by_distance[5],
    likeness(digit_cosines, "digit"),
    table(
        {"digits apart": list(by_distance), "mean cosine": list(by_distance.values())},
        {"mean cosine": ".2f"},
    ),
)

# %% [markdown]
# ## 5. Does attention see the order?
#
# The next lesson builds attention.
# For now we use the finished one as a black box.
# It takes a sequence of vectors and returns as many.
# Each output belongs to one token and is a weighted mean of all the inputs (after linear maps); the weights say how much that token attends to each of them.
#
# We give it a line of seven tokens, and then the same tokens shuffled.

# %% id="predict-order"
predict("order-embeddings")

# %% id="reveal-order"
quoth = split_words('Quoth the raven "Nevermore."')
x_quoth, _ = embedding(vocab.encode(" ".join(quoth)), W)
x_quoth = 8 * x_quoth[None]  # a batch of one; times 8, so that the weights have contrast
order = np.array([4, 2, 6, 0, 5, 1, 3])
shuffled = [quoth[i] for i in order]
x_shuffled = x_quoth[:, order]

rng = np.random.default_rng(4)
params = {f"W_{name}": rng.standard_normal((d_model, d_model)) / 8 for name in "QKVO"}
out, cache = attention.multi_head_attention(x_quoth, x_quoth, params, n_heads=4)
out_shuffled, cache_shuffled = attention.multi_head_attention(
    x_shuffled, x_shuffled, params, n_heads=4
)
before, after = out[0, quoth.index("raven")], out_shuffled[0, shuffled.index("raven")]
reveal(
    "order-embeddings",
    np.linalg.norm(after - before) / np.linalg.norm(before),
    attention_of_one_word("raven", "Quoth", cache.weights[0, 0], quoth),
    attention_of_one_word("raven", "Quoth", cache_shuffled.weights[0, 0], shuffled),
)

# %% [markdown]
# The reason lies in the form of attention.
# The output for token $i$ is
#
# $$\mathrm{out}_i = \sum_j w_{ij}\, v(x_j), \qquad w_{ij} = \frac{s(x_i, x_j)}{\sum_m s(x_i, x_m)} .$$
#
# The function $s$ looks at two vectors, and not at their places.
# The rest are sums, and a sum does not depend on the order of its terms.
# To attention a line of verse is a bag of words, so the order must be put into the vectors (Vaswani et al. 2017, Sec. 3.5).
#
# One remark for later.
# A **causal mask** (lesson 2) lets each token look only at itself and at the earlier ones.
# That does betray something of the order:

# %% id="causal-remark"
causal = attention.causal_mask(len(quoth))
out_causal, _ = attention.multi_head_attention(x_quoth, x_quoth, params, 4, causal)
shuffled_causal, _ = attention.multi_head_attention(x_shuffled, x_shuffled, params, 4, causal)
changes = {
    "none": np.linalg.norm(out_shuffled - out[:, order], axis=-1)[0],
    "causal": np.linalg.norm(shuffled_causal - out_causal[:, order], axis=-1)[0],
}
table({
    "mask": list(changes),
    "outputs that changed by 1e-12 or more": [f"{(c >= 1e-12).sum()} of 7" for c in changes.values()],
})  # fmt: skip

# %% [markdown]
# ## 6. A vector for each position
#
# So position $p$ needs a vector of its own, to be added to the vector of the token that stands there.
# Which one?
# Three ideas come to mind at once:
#
# 1. **The number itself**: add $p$ to every feature.
# 2. **The fraction** of the text that lies before it: $p / (T - 1)$, between 0 and 1.
# 3. **The digits** of $p$ in the binary system, one feature for each digit.

# %% id="three-ideas"
T_poem = len(words)
binary = (np.arange(16)[:, None] // 2 ** np.arange(4)) % 2
binary_steps = np.linalg.norm(np.diff(binary, axis=0), axis=1)
length_of_1000 = np.linalg.norm(np.full(d_model, 1000.0))

print(
    f"1. number:   position 1000 has the length {length_of_1000:,.0f}, beside a token of length 1"
)
print(
    f"2. fraction: a step is {1 / 6:.3f} in a line of 7 tokens, {1 / (T_poem - 1):.5f} in the poem"
)
print(
    f"3. digits:   it is {binary_steps[6]:.0f} from 6 to 7, and {binary_steps[7]:.0f} from 7 to 8"
)
binary_digits(binary)

# %% [markdown]
# The number drowns the token.
# The fraction makes one step mean something else in every text, and before the text has ended it is not even known.
# The digits are better: every position has its own pattern, nothing grows, and the length of the text plays no part.
# But the steps differ.
# From 6 to 7 one digit changes, from 7 to 8 all four do.
# A model would have to learn by heart what "the next position" looks like.
#
# This gives three wishes.
# The vectors should all have the **same size**.
# **One step on** should look the same wherever it is taken.
# And the **length** of the text should not matter.
#
# Look at the picture once more.
# A digit is a square wave: the ones repeat every 2 positions, the twos every 4, the fours every 8.
# Now make the waves smooth, and give each wave a sine *and* a cosine, so that they are the height and the width of a hand that goes round like that of a clock.
# There are fast hands and slow hands, $d_{\text{model}}/2$ of them.
# Hand $i$ owns a pair of features, $2i$ and $2i + 1$, and turns by the angle $\omega_i$ at each step:
#
# $$PE_{p,\,2i} = \sin(p\,\omega_i) \qquad PE_{p,\,2i+1} = \cos(p\,\omega_i) \qquad \omega_i = \mathrm{base}^{-2i/d_{\text{model}}}, \quad i = 0, 1, \dots, \tfrac{d_{\text{model}}}{2} - 1$$
#
# These are the **sinusoidal positions** of Vaswani et al. (2017, Sec. 3.5), with base 10000.
# The first hand has $\omega_0 = 1$, so it is back after $2\pi \approx 6.28$ steps.
# Each later hand is slower than the one before by the same factor.
# A hand's **wavelength**, the number of steps of one turn, is $2\pi/\omega_i$.

# %% [markdown]
# ### Exercise: `sinusoidal_positions`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `sinusoidal_positions(T, d_model, base=10000.0, dtype=np.float64)` makes the table of the first `T` positions.
#
# - Returns an array `(T, d_model)` of the given `dtype`.
#   Row `p` belongs to position `p`, counted from 0.
#   Even features (columns 0, 2, 4, …) are sines, odd ones cosines: columns `2i` and `2i + 1` share the angle $p\,\omega_i$.
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
positions = sinusoidal_positions(50, d_model)
heatmap(
    positions,
    title="Sinusoidal positions: fast hands on the left, slow hands on the right",
    x_label="feature (even: sine, odd: cosine)",
    y_label="position",
    diverging=True,
    height=3.0,
    label="value",
)

# %% [markdown]
# Are the three wishes granted?

# %% id="three-wishes"
longer = sinusoidal_positions(1000, d_model)
measured = {
    "length of a position": np.linalg.norm(positions, axis=1),
    "distance of one step": np.linalg.norm(np.diff(positions, axis=0), axis=1),
    "change in a table of 1000": np.abs(longer[:50] - positions),
}
table({
    "": list(measured),
    "smallest": [values.min() for values in measured.values()],
    "largest": [values.max() for values in measured.values()],
}, digits=4)  # fmt: skip

# %% [markdown]
# The first is easy to see: each hand contributes $\sin^2 + \cos^2 = 1$ to the squared length, and there are $d_{\text{model}}/2 = 32$ hands.
# Why all steps are equally long, the next section shows.
#
# The explorer shows a table with 32 features, hence 16 hands.
# It lies on its side: the positions run to the right.
# Move the pair up and follow the frame: the waves grow longer, until one does not complete a turn within 100 positions.
# Then lower the base to 100 and see how much of the table wakes up.

# %% id="explore-wavelengths"
explore_wavelengths()

# %% [markdown]
# ## 7. To move on is to turn
#
# A model seldom needs to know that a word is at position 17.
# It needs to know that one word is *two places before* another.
# So there is a fourth wish, and it is the reason that Vaswani et al. give for their choice: it should be easy to get from the vector of $p$ to the vector of $p + k$, in the same way for every $p$.
#
# With hands on a clock it is.
# To move on by $k$ positions each hand turns by the angle $k\,\omega$, wherever it was.
# Put the steps of the proof into their order.
# Three lines do not belong.

# %% id="parsons-rotation"
parsons("rotation")

# %% [markdown]
# A $2 \times 2$ matrix of this form is a **rotation**.
# For the whole vector, every pair of features gets its own block on the diagonal, with its own angle $k\,\omega_i$:
#
# $$PE_{p+k} = PE_p\, R(k), \qquad R(k) = \begin{pmatrix} \cos k\omega_0 & -\sin k\omega_0 & & \\ \sin k\omega_0 & \cos k\omega_0 & & \\ & & \cos k\omega_1 & -\sin k\omega_1 \\ & & \sin k\omega_1 & \cos k\omega_1 & \\ & & & & \ddots \end{pmatrix}$$
#
# (Books that write vectors as columns have the minus in the other corner.)

# %% [markdown]
# ### Exercise: `shift_rotation`
#
# *Difficulty 3 of 5, about 15 minutes.*
#
# `shift_rotation(k, d_model, base=10000.0)` returns $R(k)$.
#
# - Returns an array `(d_model, d_model)` with `table[p] @ shift_rotation(k, d_model)` equal to `table[p + k]` for every `p`, where `table` is that of `sinusoidal_positions`.
#   `k` may be negative.
# - `d_model` is even.
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
R = shift_rotation
for k in [1, 5, 30]:
    moved = longer[:-k] @ R(k, d_model)
    print(f"all {len(moved)} positions, moved on by {k}:", agreement(moved, longer[k:]))
print("5 and then 30 is 35:", agreement(R(5, d_model) @ R(30, d_model), R(35, d_model)))
print("back is the transpose:", agreement(R(-5, d_model), R(5, d_model).T))

# %% [markdown]
# A linear layer has a matrix, and this is a matrix.
# So a model can learn "the word three places before" as one setting of its weights, and use it at every position.
#
# In the explorer (16 features) choose a shift and a pair, and then move the start: both hands go round, the matrix stays.

# %% id="explore-rotation"
explore_rotation()

# %% [markdown]
# ### Only the distance counts
#
# How alike are two positions?
# As before we measure by the dot product.
# Each hand gives $\sin a \sin b + \cos a \cos b = \cos(a - b)$ with $a - b = k\,\omega_i$, and so
#
# $$PE_p \cdot PE_{p+k} = \sum_i \cos(k\,\omega_i).$$
#
# There is no $p$ on the right side, and since the cosine does not mind a sign, $k$ and $-k$ give the same.

# %% id="only-distance"
places = [(10, 14), (200, 204), (904, 900), (10, 15)]
table({
    "positions": [f"{p} and {q}" for p, q in places],
    "dot product": [longer[p] @ longer[q] for p, q in places],
}, digits=4)  # fmt: skip

# %% [markdown]
# In the explorer below, the picture on the right is therefore made of parallel stripes.
# With 2 features there is only one hand, and after about 6 steps it points where it pointed before.
# Each further hand removes some of these false friends.

# %% id="predict-features"
predict("features")

# %% id="explore-similarity"
explore_similarity()

# %% id="reveal-features"
most_like_40 = {}
for width in [2, 4, 8, 16, 32, 64]:
    vectors = sinusoidal_positions(100, width)
    dots = np.round(vectors @ vectors[40], 6)
    dots[40] = -np.inf  # not the position itself
    most_like_40[width] = int(dots.argmax())
reveal(
    "features",
    min(width for width, other in most_like_40.items() if abs(other - 40) == 1),
    table({"features": list(most_like_40), "the first most like 40": list(most_like_40.values())}),
)

# %% [markdown]
# ## 8. Learned positions beside them
#
# There is a plainer way: treat the position like a token.
# Make a second matrix $P$ of shape `(max_len, d_model)`, start it random, look up row $p$, and let training find the numbers.
# These are **learned positions**.
# GPT-2 and BERT use them, and so does a small model of this course, which reads *The Raven* character by character, 12 at a time.

# %% id="learned-positions"
_, raven_params = load_trained("raven", "held-out")
P = raven_params["positions"]["P"]
P_start = np.random.default_rng(5).standard_normal(P.shape)
alike = {
    "sinusoidal": cosines(sinusoidal_positions(12, 64)),
    "learned, at the start": cosines(P_start),
    "learned, after training": cosines(P),
}
apart = [1, 2, 3, 4, 5, 6]
table({
    "positions apart": apart,
    **{name: [np.diag(c, k).mean() for k in apart] for name, c in alike.items()},
}, dict.fromkeys(alike, ".2f"))  # fmt: skip

# %% id="learned-picture"
likeness(alike["learned, after training"], "position")

# %% [markdown]
# The table gives mean cosines.
# Training has found who is near whom, though all that it was asked for is the next character.
# Beyond a distance of 2 the learned positions do not follow the sinusoids.
#
# Learned positions end at `max_len`, and the sinusoids go on.
# Vaswani et al. tried both and found nearly identical results (Sec. 3.5 and Table 3, row E); they kept the sinusoids because these might let a model go beyond the longest sequence of its training.
# Whether a model makes good use of positions that it never saw is another question, and no formula promises it.

# %% [markdown]
# ## 9. The sum
#
# Whatever the table holds, it is used in one way: row $p$ is added to the token at position $p$.

# %% [markdown]
# ### Exercise: `add_positions`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `add_positions(x, table, start=0)` adds position vectors to token vectors.
#
# - `x`: an array `(T, d_model)` or `(B, T, d_model)`, which is left as it is; `table`: an array `(max_len, d_model)`.
# - `start` is the position of the first token.
#   It is above 0 when a model writes: the earlier words were handled before, and only the new ones come in (lesson 5).
# - Returns `(out, cache)`, `out` with the shape of `x`.
#   The line of the cache is there already.
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
# Here is what the model gets to see of the line with the two *rapping*s.

# %% id="sum-picture"
with_positions, _ = add_positions(x, positions)
tokens_plus_positions(x, positions[: len(x)], with_positions, split_words(line))

# %% [markdown]
# Adding seems rash.
# Two vectors go in and one comes out; how is a model to tell them apart again?
# A sum of 7 could be 3 + 4 or 5 + 2.
# But there are 64 sums here, not one.
#
# Let us test it with the simplest reader there is.
# It takes the sum, forms the dot product with every row of $W$, and says that the token is the one with the largest.
# It does the same with the rows of the table for the position.

# %% id="predict-tokens"
predict("tokens")

# %% id="reveal-tokens"
stanza_ids = vocab.encode(stanzas[0])
stanza_positions = sinusoidal_positions(len(stanza_ids), d_model)


def shares_found(scale):
    """Return the shares of tokens and of positions that the largest dot product finds."""
    sums, _ = add_positions(scale * embedding(stanza_ids, W)[0], stanza_positions)
    found_tokens = (sums @ W.T).argmax(axis=1) == stanza_ids
    found_positions = (sums @ stanza_positions.T).argmax(axis=1) == np.arange(len(stanza_ids))
    return found_tokens.mean(), found_positions.mean()


token_share, position_share = shares_found(1)
reveal("tokens", token_share, token_share=token_share, position_share=position_share)

# %% [markdown]
# The remedy is to multiply the tokens by a number, a scale, before the positions are added.
# By how much?
# In the explorer, which starts at 16, you see on the left how alike the vectors of our line are, on the right how much the reader finds.
# Watch the two *rapping*s on the left, and look for the scale at which most of both is found.

# %% id="explore-balance"
at = split_words(stanzas[0]).index("As")  # where our line begins
explore_balance(stanza_ids, W, stanza_positions, split_words(line), first=at)

# %% [markdown]
# Vaswani et al. (Sec. 3.4) multiply by $\sqrt{d_{\text{model}}}$, here 8, which gives every token the length 8 beside $\sqrt{32} \approx 5.66$:

# %% id="sqrt-d-model"
scales = [1, 4, np.sqrt(d_model)]
found = [shares_found(scale) for scale in scales]
scaled, _ = add_positions(np.sqrt(d_model) * x, positions)
print(f"the two 'rapping', cosine: {cosines(x)[first, second]:.2f} alone,", end=" ")
print(f"{cosines(scaled)[first, second]:.2f} in the sum at scale 8")
table({
    "scale": scales,
    "tokens found": [token_share for token_share, _ in found],
    "positions found": [position_share for _, position_share in found],
}, {"tokens found": ".0%", "positions found": ".0%"})  # fmt: skip

# %% [markdown]
# With $\sqrt{d_{\text{model}}}$ the tokens come first.
# Why divide by $\sqrt{d_{\text{model}}}$ in section 4, only to multiply by it here?
# The paper states no reason.
# But it shares one matrix between the embedding and the output layer, which scores each word by a dot product with its row, and it multiplies in the embedding only.
# So the rows may be short for the scores and long for the sum.
# (Learned positions can start as short as the tokens, so the question does not arise: GPT-2 does not scale.)

# %% [markdown]
# The two *rapping*s are no longer one vector.
# They are still alike, and they differ by where they stand, which attention can see.

# %% [markdown]
# ## 10. Your functions in the model
#
# `course_lib` holds a whole transformer, which the following lessons build.
# It calls `embedding`, `sinusoidal_positions` and `add_positions` just as you have written them.
# `using` puts your functions in their place, for as long as the block lasts.

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

print("ids", batch.shape, "in, logits", logits.shape, "out: a score for each possible next token")
print("the course's functions and yours:", agreement(your_logits, logits))

# %% [markdown]
# Here is that whole transformer, drawn from its configuration and its parameters.
# Data go upwards, and the thick line carries a vector for each position.
# What you have written stands at the bottom; what is above it are the lessons to come.

# %% id="drawing"
from classroom.architecture import architecture

architecture(config, model_params, lit=("embedding", "positions"))

# %% [markdown]
# The scores at the top are called *logits*, and lesson 5 is about them.
# Here they are those of an untrained model and mean nothing yet.
# But the path from Poe's letters to the inside of a transformer is complete.
# Each function that `check` called right was saved; in lesson 8 the model that trains is made of them.

# %% [markdown]
# ## Check what you know

# %% id="quiz-merges"
quiz("merges")

# %% id="quiz-vectors"
quiz("vectors")

# %% id="quiz-shifts"
quiz("shifts")

# %% id="quiz-base"
quiz("base")

# %% id="quiz-order"
quiz("order-quiz")

# %% id="quiz-length"
quiz("length-embeddings")

# %% [markdown]
# ## In real models
#
# The published models do what you did, with larger numbers.
# With bytes in place of characters at the bottom, as in GPT-2, nothing is ever unknown.
# (BERT's WordPiece chooses its pairs by another rule.)
#
# | | tokens | vocabulary | $d_{\text{model}}$ | positions |
# |---|---|---|---|---|
# | Transformer, base (2017) | byte pairs, English and German together | about 37,000 | 512 | sinusoidal |
# | BERT-base (2019) | WordPiece, lower case | 30,522 | 768 | learned, 512 |
# | GPT-2 small (2019) | byte pairs on bytes | 50,257 | 768 | learned, 1024 |
# | Llama 3 8B (2024) | byte pairs on bytes | 128,256 | 4096 | rotary, base 500,000 |
#
# - **One matrix for three jobs.**
#   The transformer of 2017 uses the same matrix to embed the source, to embed the target and, transposed, to score the output (Sec. 3.4, after Press and Wolf 2017).
#   GPT-2 shares input and output as well.
#   Lesson 5 comes back to this.
# - **Rotary positions.**
#   Many newer models add nothing at all.
#   They take your rotation and apply it to the vectors that attention compares: a vector at position $m$ is multiplied by $R(m)$ (Su et al. 2021, Sec. 3.2).
#   The dot product of two such vectors then depends on the tokens and on the offset $m - n$.
#   Llama does this in every layer (Touvron et al. 2023, Sec. 2.2).
#   With your function it takes one line:

# %% id="rotary"
a, b = np.random.default_rng(7).standard_normal((2, d_model))
at_positions = [(3, 7), (40, 44), (900, 904), (3, 8), (7, 3)]
table({
    "a at": [m for m, _ in at_positions],
    "b at": [n for _, n in at_positions],
    "dot product": [(a @ R(m, d_model)) @ (b @ R(n, d_model)) for m, n in at_positions],
}, digits=4)  # fmt: skip

# %% [markdown]
# Three pairs with the offset $-4$ give one number, the offset $-5$ another.
# The sign counts: with $+4$, in the last row, it is a third.
# Sinusoidal positions alone could not tell 3 and 7 from 7 and 3 by their dot product.
#
# **Next.**
# You have the matrix that the first lines of this lesson asked for, of shape `(T, d_model)`: one row for each token, and the order is in it.
# But each row knows only itself.
# In lesson 2 the rows look at each other.

# %% [markdown]
# ## Sources
#
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Sec. 3.4 (embeddings), 3.5 (positions), 5.1 (vocabulary), Table 3 (width; row E: learned positions).
# - P. Gage, *A New Algorithm for Data Compression*, 1994, The C Users Journal 12(2).
#   Byte-pair encoding of files.
# - R. Sennrich, B. Haddow, A. Birch, *Neural Machine Translation of Rare Words with Subword Units*, 2016, [arXiv:1508.07909](https://arxiv.org/abs/1508.07909).
#   Sec. 3.2 and Algorithm 1: byte-pair encoding of words.
# - Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, *A Neural Probabilistic Language Model*, 2003, Journal of Machine Learning Research 3.
#   The embedding as a matrix that is looked up and learned.
# - J. Gehring et al., *Convolutional Sequence to Sequence Learning*, 2017, [arXiv:1705.03122](https://arxiv.org/abs/1705.03122).
#   Sec. 3.1: learned positions, the ones that Vaswani et al. compared with.
# - O. Press, L. Wolf, *Using the Output Embedding to Improve Language Models*, 2017, [arXiv:1608.05859](https://arxiv.org/abs/1608.05859).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
#   Sec. 3, and the released configuration of `bert-base-uncased`.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), Sec. 2.2, 2.3 and Table 2, and the released code, `src/model.py`.
# - J. Su et al., *RoFormer: Enhanced Transformer with Rotary Position Embedding*, 2021, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864).
# - H. Touvron et al., *LLaMA: Open and Efficient Foundation Language Models*, 2023, [arXiv:2302.13971](https://arxiv.org/abs/2302.13971).
# - A. Grattafiori et al., *The Llama 3 Herd of Models*, 2024, [arXiv:2407.21783](https://arxiv.org/abs/2407.21783).
#   Sec. 3.2 and Table 3, and the released configuration.
