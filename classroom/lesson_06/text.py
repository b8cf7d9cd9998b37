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
# # 6 · Softmax and loss: how surprised the model is
#
# Lesson 5 ended with a model that writes, and with a line of Poe: how much probability did the model give to each character that really comes?
# Looking at bars one can say that it did well here and badly there.
# This lesson makes one number of them, the loss.
# Then it asks how the loss changes when a logit moves.
# The answer fits into three symbols, and all learning begins there.
#
# - **You will build** the loss and its measures in eight functions: log-softmax, cross-entropy with padding and label smoothing, perplexity, bits per character, entropy, KL divergence, the gradient at the logits, and the calibration error.
#   With them you judge trained models, on lines of *The Raven* that they know and on lines that they have never seen.
# - **You need** lesson 5: logits and what is drawn from them; the softmax of lesson 2; `one_hot` of lesson 1.
#   Also logarithms, and the derivative of a function of several variables.
# - **Time** about two and a half hours; after section 6 is a good place to stop
# - **Cost** runs in 15 seconds, 300 MB of memory
#
# Eight cells are yours, each followed by its check, as before.
# `hint("cross_entropy")` helps, one step at a time, and `solution("cross_entropy")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from dataclasses import replace
from functools import partial

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_06 import (
    explore_areas,
    explore_calibration,
    explore_gradient,
    explore_surprise,
    logits_of,
    next_logits,
)
from classroom.plots import table
from course_lib.layers import one_hot, softmax
from course_lib.tasks import load_trained
from course_lib.tasks.raven import POEM

# %% [markdown]
# ## 1. A model that nobody has judged
#
# We take a trained model of characters, a sister of the one that wrote in lesson 5.
# It has the same shape, and it has read the same first nine tenths of *The Raven*.
# But it was trained with dropout (lesson 3), for it is to do well on lines that it has not read.
# The last tenth was held out, and it has never seen a line of it.
# For every character it reads the 12 before it.


# %% id="load"
raven, raven_params = load_trained("raven", "held-out")
vocab = raven.vocabulary
poem = POEM.read_text(encoding="utf-8")
ids = vocab.encode(poem)
cut = len(ids) * 9 // 10  # from here on the model has seen nothing
print(f"{len(ids)} characters of {len(vocab)} kinds; {cut} learned, {len(ids) - cut} held out")

start = poem.rindex("On the pallid")
line = poem[start : poem.index("\n", start) + 1]
places = np.arange(start, start + len(line))
logits_at = partial(next_logits, ids, raven, raven_params)  # (N, vocab_size) at N places
logits, targets = logits_at(places), ids[places]
print(f"a held-out line: {line!r}")

# %% [markdown]
# At each place of this line the model gives a probability to each character.
# We look at four places: what did it expect, and what came?

# %% id="four-places"
p, _ = softmax(logits)
looked_at = [4, 11, 19, 45]
best = [np.argsort(-p[at])[:3] for at in looked_at]
table(
    {
        "read": [repr(line[max(0, at - 7) : at]) for at in looked_at],
        "expected": [
            ", ".join(f"{vocab.tokens[i]!r} {p[at, i]:.2f}" for i in guesses)
            for at, guesses in zip(looked_at, best, strict=True)
        ],
        "came": [repr(line[at]) for at in looked_at],
        "with p": [p[at, targets[at]] for at in looked_at],
    },
    {"with p": ".4f"},
)

# %% [markdown]
# How well did it do?
# One could count how often the first guess was right.
# But that count throws a lot away.
# A right answer held with 0.99 and one held with 0.20 would count the same, and so would a wrong answer that was nearly right and one that was thought impossible.
# And in the middle of a text there is often no single right answer at all.
#
# A better judge looks at one number for each place: **the probability that the model gave to what really came.**
# The loss is made of these numbers and of nothing else.

# %% [markdown]
# ## 2. Surprise
#
# The probability of the whole line is a product: the first character, times the second after the first, times the third after both, and so on.
# The line has 57 characters.

# %% id="predict-line"
predict("line")

# %% id="reveal-line"
came = p[np.arange(len(line)), targets]

every = np.arange(12, len(ids))
p_poem, _ = softmax(logits_at(every))
came_in_poem = p_poem[np.arange(len(every)), ids[every]]
found = table(
    {
        "text": ["the line", "the whole poem"],
        "characters": [len(came), len(came_in_poem)],
        "product of their probabilities": [came.prod(), came_in_poem.prod()],
    },
    digits=2,
)
reveal("line", -np.log10(came.prod()), found, each=came.prod() ** (1 / len(came)))

# %% [markdown]
# Products of probabilities run out of numbers.
# And they depend on the length: a longer text is always less probable.
# Both are cured by the logarithm.
# It turns the product into a sum, and a sum can be divided by the number of its terms.
# The minus sign makes it positive.
# What results has a name: the **surprise** at an event of probability $p$ is
#
# $$\mathrm{surprise} = -\log p .$$
#
# (It is also called self-information.
# The measure is Shannon's, 1948.)
# Three properties make it what one means by the word:
#
# - What is certain surprises nobody: $-\log 1 = 0$.
# - The less probable, the more surprising, without a limit.
# - The surprises at two independent events add up, because their probabilities multiply.
#
# The base of the logarithm is the unit.
# With the natural logarithm it is the **nat**, with base 2 it is the **bit**: half as probable is one bit more.

# %% id="surprises"
chances = np.array([1, 1 / 2, 1 / 4, 1 / 8, 1 / len(vocab), 0.001])
table(
    {"p": chances, "bits": abs(np.log2(chances)), "nats": abs(np.log(chances))},
    {"p": ".3f", "bits": ".2f", "nats": ".2f"},
)

# %% [markdown]
# For programs the natural logarithm is best, because its derivative is the simplest.
# So **the course counts in nats** and turns them into bits for people.
# From here on $\log$ is the natural logarithm, as in NumPy; $\ln$ is the same, written where a number is worked out by hand.

# %% [markdown]
# ## 3. The logarithm of a small number
#
# `np.log(softmax(x)[0])` looks like the way to compute it.
# Your softmax is safe against large logits, for it subtracts the maximum.
# But a new danger comes from the other side.

# %% id="underflow"
gaps = [10, 100, 700, 800]
with np.errstate(divide="ignore"):
    small = np.array([softmax(np.array([0.0, gap]))[0][0] for gap in gaps])
    print(table({"gap": gaps, "p": small, "log p": np.log(small)}))

kinds = [np.float64, np.float32]
least = [math.log(float(np.nextafter(kind(0), kind(1)))) for kind in kinds]
names = [kind.__name__ for kind in kinds]
print("\n", table({"dtype": names, "0 below e to the power": least}, digits=4), sep="")

widest = np.ptp(logits_at(np.arange(cut, len(ids))), axis=-1).max()
print(f"\nlargest gap between two logits of our model, in the held-out part: {widest:.1f}")

# %% [markdown]
# The probability is so small that it is rounded to 0, and the logarithm of 0 is $-\infty$.
# Our small model stays far away from that.
# A large one in float32, or any model in a bad moment of its training, may not.
# And a single $-\infty$ is enough: the mean over a million characters is then infinite, and no gradient comes out of it.
#
# As in lesson 2 the mathematics shows the way out, and the beam search of lesson 5 has used it already.
# Take the logarithm on paper, with $z$ for the logits:
#
# $$\log p_i = \log \frac{e^{z_i}}{\sum_j e^{z_j}} = z_i - \log \sum_j e^{z_j} .$$
#
# The small number is never formed.
# The gap between the logits goes straight into the result, as a difference.
# In the sum $e^{z_j}$ may still overflow.
# The cure is the old one: $\log p$ does not change when the same number is subtracted from all logits, so subtract the maximum $m$ first.
# Then the sum lies between 1 and the size of the vocabulary, and its logarithm is harmless.
#
# By hand: the logits are $0, \ln 2, \ln 5$.
# Their exponentials are $1, 2, 5$ with the sum 8.
# So $\log p$ is $-\ln 8,\ \ln 2 - \ln 8,\ \ln 5 - \ln 8$, which is $\log \tfrac18,\ \log \tfrac28,\ \log \tfrac58$.

# %% [markdown]
# ### Exercise: `log_softmax`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `log_softmax(x)` returns the logarithm of the softmax over the last axis.
#
# - `x`: logits, an array `(..., vocab_size)`; they may lie a thousand apart.
# - Returns `(out, cache)`: `out` has the shape of `x` and is nowhere above 0.
#   The line of the cache is there already.
#
# ```python
# log_softmax(np.log(np.array([1., 2., 5.])))[0]    # array([-2.079, -1.386, -0.47 ])
# log_softmax(np.array([0., 800., 1000.]))[0]       # array([-1000.,  -200.,     0.])
# ```


# %% id="ex-log-softmax" tags=["exercise"]
def log_softmax(x):
    """Logarithm of the softmax over the last axis. Returns (out, cache)."""
    ### BEGIN SOLUTION
    shifted = x - x.max(axis=-1, keepdims=True)
    out = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    ### END SOLUTION
    return out, (out,)


# %% id="check-log-softmax"
log_softmax = check(log_softmax)

# %% id="no-underflow"
safe = [log_softmax(np.array([0.0, gap]))[0][0] for gap in gaps]
print(table({"gap": gaps, "log p": safe}, digits=4))

log_p, _ = log_softmax(logits)
surprise = -log_p[np.arange(len(line)), targets]
worst = surprise.argmax()
print(f"\nthe greatest surprise of the line: {surprise[worst]:.2f} nats at {line[worst]!r}")
print(f"their sum: {surprise.sum():.2f} nats; e to the power of minus that: {came.prod():.2g}")

# %% [markdown]
# ## 4. Cross-entropy: the mean surprise
#
# The loss of a model on a text is its mean surprise, one term for each position $n$ with the target $c_n$, the character that came there:
#
# $$\mathcal{L} = \frac{1}{N} \sum_{n=1}^{N} -\log p_n[c_n] .$$
#
# This is called the **cross-entropy**; section 7 says why.
# Smaller is better, 0 would be clairvoyance.
# Two details make the function that is really used.
#
# **Padding does not count.**
# A batch is filled up with padding, and lesson 2 promised that the loss leaves it out.
# The mean runs over the $N$ positions that count, and $N$ is their number.
# To divide by all positions instead would make a batch look better the more padding it holds.
# The same device does another job: in a question-and-answer task only the answer is asked for, and the tokens of the question get a target that is not counted.
#
# **Label smoothing** (Szegedy et al. 2016, Sec. 7).
# The loss above is never satisfied.
# Whatever the gap between the logit of the target and the others, a larger one is better, and training goes on pulling them apart.
# Smoothing asks for a little less than certainty.
# The *wanted* probability is no longer 1 for the target and 0 for the rest.
# A small share $\varepsilon$ is spread evenly over the whole vocabulary of $V$ tokens, the target included:
#
# $$\mathrm{wanted}_i = (1 - \varepsilon)\,[i = c] + \frac{\varepsilon}{V}, \qquad \mathrm{loss} = -\sum_i \mathrm{wanted}_i \log p_i = (1 - \varepsilon) \cdot (-\log p_c) + \varepsilon \cdot \underbrace{\frac1V \sum_i -\log p_i}_{\text{mean surprise of all tokens}}$$
#
# By hand: $p = \tfrac12, \tfrac14, \tfrac14$, the first token is right, $\varepsilon = 0.3$.
# The surprises are $\ln 2, 2\ln 2, 2\ln 2$.
# The mean of all three is $\tfrac53 \ln 2$, so the loss is $0.7 \ln 2 + 0.3 \cdot \tfrac53 \ln 2 = 1.2 \ln 2 \approx 0.83$.
# The other way round: the wanted probabilities are $0.8, 0.1, 0.1$, and $0.8 \cdot 1 + 0.1 \cdot 2 + 0.1 \cdot 2 = 1.2$.

# %% [markdown]
# In the drawing of the model the loss is the last box, and the only one that sees the targets.

# %% id="drawing"
from classroom.architecture import architecture

architecture(raven.config, raven_params, loss=True, lit=("softmax", "loss"))

# %% [markdown]
# ### Exercise: `cross_entropy`
# *Difficulty 3 of 5, about 20 minutes.*
#
# `cross_entropy(logits, targets, ignore_id=None, label_smoothing=0.0)` returns the mean surprise at the targets.
#
# - `logits`: `(..., vocab_size)`; `targets`: ids, an array `(...)`, one for each row of logits.
# - `ignore_id`: targets equal to it do not count; `None` if all count.
#   Padding may stand anywhere; at least one target counts.
# - `label_smoothing`: the share $\varepsilon$.
# - Returns `(mean, cache)`; `mean` is a single number, in nats.
#
# The first lines are given.
# They make one axis of all that stand in front: `logits` becomes `(rows, vocab_size)` and `targets` `(rows,)`, one row for each position.
# `counted` says which rows count, and padding gets the id 0, for its own may lie outside the vocabulary.
# The last line expects your log-probabilities under the name `log_p`, of the shape of these logits, and the loss under `mean`.
#
# ```python
# logits = np.log(np.array([[1/2, 1/4, 1/4], [1/8, 1/4, 5/8]]))
# cross_entropy(logits, np.array([0, 1]))[0]                    # 1.5 ln 2 = 1.04
# cross_entropy(logits, np.array([0, 1]), ignore_id=1)[0]       # ln 2 = 0.693: the second is padding
# cross_entropy(logits[:1], np.array([0]), label_smoothing=0.3)[0]    # 1.2 ln 2 = 0.832
# ```


# %% id="ex-cross-entropy" tags=["exercise"]
def cross_entropy(logits, targets, ignore_id=None, label_smoothing=0.0):
    """Mean surprise at the targets that are not padding, in nats. Returns (mean, cache)."""
    shape, vocab_size = logits.shape, logits.shape[-1]
    logits, targets = logits.reshape(-1, vocab_size), targets.reshape(-1)
    counted = np.ones(len(targets), bool) if ignore_id is None else targets != ignore_id
    targets = np.where(counted, targets, 0)
    ### BEGIN SOLUTION
    log_p, _ = log_softmax(logits)
    surprise = -log_p[np.arange(len(targets)), targets]
    even = -log_p.mean(axis=-1)
    surprise = (1 - label_smoothing) * surprise + label_smoothing * even
    mean = surprise[counted].mean()
    ### END SOLUTION
    return mean, (log_p, targets, counted, label_smoothing, shape)


# %% id="check-cross-entropy"
cross_entropy = check(cross_entropy)

# %% [markdown]
# First on the line of the poem.
# Then on a model that answers questions about digits: only one token of each row is asked for, the others have the target $-1$.

# %% id="losses"
print(f"the line, mean surprise: {cross_entropy(logits, targets)[0]:.3f} nats")

digits, digits_params = load_trained("digits", "one-digit")
questions = digits.held_out
digit_logits = logits_of(questions.inputs[0], digits_params, digits.config)
print("\n", " ".join(digits.vocabulary.tokens[i] for i in questions.inputs[0][0]))
print("targets:", questions.targets[0])
counted_loss, _ = cross_entropy(digit_logits, questions.targets, ignore_id=-1)
print(f"loss of {len(questions)} answers: {counted_loss:.4f} nats")

# %% [markdown]
# What does smoothing want in the end?
# The loss is smallest where $p$ equals the wanted probabilities, as section 7 will show.
# Then the target has $1 - \varepsilon + \varepsilon/V$ and every other token $\varepsilon/V$.
# So the best gap between the logits is the logarithm of the ratio of the two: a finite number.
# We let the logit of the target run ahead of the others.

# %% id="smoothing-curve"
from classroom.lesson_06 import loss_by_lead

V = len(digits.vocabulary)
ahead = np.linspace(0, 16, 161)  # of the target's logit, before all others
rows = ahead[:, None] * one_hot(np.array([0]), V)
losses = {
    f"smoothing {eps}": np.array(
        [cross_entropy(row[None], np.array([0]), None, eps)[0] for row in rows]
    )
    for eps in [0.0, 0.1, 0.2]
}
lowest = ahead[losses["smoothing 0.1"].argmin()]
best_gap = math.log((1 - 0.1 + 0.1 / V) / (0.1 / V))
print(f"smoothing 0.1, {V} tokens: lowest at a gap of {lowest:.1f}, by the formula {best_gap:.2f}")
print(f"the target then has p = {1 - 0.1 + 0.1 / V:.4f}")
loss_by_lead(ahead, losses, best_gap)

# %% [markdown]
# ## 5. Three ways to say the same number
#
# A loss of 0.86 nats: is that much?
# Two other units are easier to feel.
#
# **Perplexity** is $e^{\mathcal L}$.
# If a model had to choose among $k$ equally likely tokens at every step, its surprise would be $\log k$, and its perplexity $k$.
# So perplexity says among how many tokens the model is, on the whole, undecided.
#
# **Bits per character** is the loss in bits, shared among the characters that a token stands for.
# One nat is $1 / \ln 2 \approx 1.44$ bits.
# The division matters when models with different tokens are compared.
# A model of words is more surprised at each token than a model of characters, because a word is harder to guess than a letter; but it has fewer of them to guess.

# %% [markdown]
# ### Exercise: `perplexity`
# *Difficulty 1 of 5, about 2 minutes.*
#
# `perplexity(loss)` turns a loss in nats per token, a single number, into a number of choices.
#
# ```python
# perplexity(math.log(8))    # 8.0
# perplexity(0.0)            # 1.0: never in doubt
# ```


# %% id="ex-perplexity" tags=["exercise"]
def perplexity(loss):
    """Among how many equally likely tokens one would be as unsure; `loss` in nats per token."""
    ### BEGIN SOLUTION
    return math.exp(loss)
    ### END SOLUTION


# %% id="check-perplexity"
perplexity = check(perplexity)

# %% [markdown]
# ### Exercise: `bits_per_character`
# *Difficulty 1 of 5, about 3 minutes.*
#
# `bits_per_character(loss, characters_per_token=1.0)` turns a loss in nats per token into bits per character.
#
# ```python
# bits_per_character(math.log(8))           # 3.0
# bits_per_character(math.log(256), 4.0)    # 2.0: 8 bits for a token of 4 characters
# ```


# %% id="ex-bits-per-character" tags=["exercise"]
def bits_per_character(loss, characters_per_token=1.0):
    """Turn nats per token into bits per character."""
    ### BEGIN SOLUTION
    return loss / math.log(2) / characters_per_token
    ### END SOLUTION


# %% id="check-bits-per-character"
bits_per_character = check(bits_per_character)

# %% [markdown]
# A number needs something to be compared with.
# Three models that only count stand beside ours.
# The **uniform** model gives the same probability to each of the 54 characters.
# The **unigram** model knows how often each character occurs in the part that was learned, and nothing of the characters before.
# (Its counts begin with 1, so that nothing is impossible.)
# The **bigram** model knows how often each character follows each other one.
# (Here the counts begin with the shares of the unigram.)
# And what does our model say before it has learned anything?

# %% id="predict-unigram"
predict("unigram")

# %% id="reveal-unigram"
from course_lib.params import init_params

learned, unseen = np.arange(12, cut), np.arange(cut, len(ids))
counts = np.bincount(ids[:cut], minlength=len(vocab)) + 1.0
unigram = counts / counts.sum()
pairs = np.zeros((len(vocab), len(vocab)))
np.add.at(pairs, (ids[: cut - 1], ids[1:cut]), 1)
bigram = (pairs + unigram) / (pairs + unigram).sum(axis=-1, keepdims=True)
untrained = init_params(raven.config, np.random.default_rng(0), np.float64)

measured = {
    "uniform": (np.zeros((len(unseen), len(vocab))), unseen),
    "unigram": (np.tile(np.log(unigram), (len(unseen), 1)), unseen),  # log p serves as logits
    "bigram": (np.log(bigram)[ids[unseen - 1]], unseen),
    "model, untrained": (next_logits(ids, raven, untrained, unseen), unseen),
    "model, held-out lines": (logits_at(unseen), unseen),
    "model, learned lines": (logits_at(learned), learned),
}
nats = {name: cross_entropy(rows, ids[part])[0] for name, (rows, part) in measured.items()}
choices = [perplexity(each) for each in nats.values()]
bits = [bits_per_character(each) for each in nats.values()]
found = {"nats": list(nats.values()), "bits per character": bits, "perplexity": choices}
found = table({"": list(nats), **found}, {"nats": ".2f", "bits per character": ".2f"})
reveal("unigram", perplexity(nats["unigram"]), found)

# %% [markdown]
# The last two rows are the important ones.
# On lines that it has learned the model is much less surprised than on lines that it has not.
# Only the held-out part says what it knows of *language*; the difference is memory.
# A loss is always a loss *on some text*, and whoever reports one says on which.
#
# The untrained model is a check that costs nothing.
# One that knows nothing should start near $\ln V$, here $\ln 54 = 3.99$.
# Ours starts half a nat above: its logits are not equal but random, and to expect something at random costs.
# A first loss of 10 would mean a mistake, and one of 2 that the answer leaks into the input.
#
# (One reservation.
# The size and the training of this model were chosen with an eye on the held-out part, for want of a third.
# Its number may therefore be a little too good.)

# %% [markdown]
# ## 6. Where in a text is the surprise?
#
# A mean hides where it comes from.
# We go back to the held-out line and look at single words, letter by letter.

# %% id="dear-and-cheap"
in_bits = surprise / math.log(2)
phrase = line.index(" my chamber")
print(f"mean {in_bits.mean():.2f} bits; {in_bits[phrase:].mean():.2f} in ' my chamber door;'")
print(f"'pallid' occurs {poem[:cut].count('pallid')} times in the learned part\n")

looked_up = ["pallid", "bust", "just", "chamber"]
spelled = [
    "  ".join(f"{c} {x:.1f}" for c, x in zip(word, in_bits[line.index(word) :], strict=False))
    for word in looked_up
]
print(table({"word": looked_up, "bits": spelled}))

# %% [markdown]
# *my chamber door* returns all through the poem and costs next to nothing. *pallid* is a word that the model has never read, and it pays for most of its letters.
# In words that it knows, such as *bust* and *just*, it is the first letter that costs most.
# Is that so in general?

# %% id="predict-place"
predict("place")

# %% id="reveal-place"
from classroom.lesson_06 import letter_numbers, surprise_by_letter

held_log_p, _ = log_softmax(logits_at(unseen))
held_bits = -held_log_p[np.arange(len(unseen)), ids[unseen]] / math.log(2)
number = letter_numbers(poem, unseen)  # 1 for the first letter of a word, 0 where there is none
parts = {"1st": number == 1, "2nd": number == 2, "3rd": number == 3, "4th": number == 4}
parts |= {"5th+": number >= 5, "other": number == 0}
mean_of = {name: held_bits[part].mean() for name, part in parts.items()}
ratio = mean_of["1st"] / mean_of["2nd"]
reveal("place", ratio, surprise_by_letter(mean_of), ratio=ratio)

# %% [markdown]
# Move through two held-out lines yourself.
# The shade of a character is its surprise, and the bars are what the model expected in its place.
# Find one in the middle of a word that a human reader would have guessed and the model did not.
# And find two that had less than one chance in a thousand.

# %% id="explore-surprise"
begin = poem.rindex("And his eyes have all")
two_lines = np.arange(start, poem.index("\n", begin) + 1)
log_p_two, _ = log_softmax(logits_at(two_lines))
explore_surprise(
    {
        "trained model": log_p_two,
        "bigram": np.log(bigram)[ids[two_lines - 1]],
        "unigram": np.tile(np.log(unigram), (len(two_lines), 1)),
    },
    ids[two_lines],
    vocab.tokens,
    place=line.index("pallid"),
)

# %% [markdown]
# ## 7. What surprise cannot be avoided
#
# A fair coin surprises everybody by one bit, however clever.
# Part of the loss is the model's fault, and part lies in the text.
# Two quantities separate them.
#
# Let $p$ be how things really happen, and $q$ what is expected.
# Then the mean surprise is
#
# $$H(p, q) = -\sum_i p_i \log q_i ,$$
#
# in which each surprise counts as often as it happens.
# This is the cross-entropy in its general form: the surprise of $q$, met with the frequencies of $p$.
# When $q$ is perfect, $q = p$, what remains is the **entropy** of $p$:
#
# $$H(p) = -\sum_i p_i \log p_i .$$
#
# Lesson 2 showed it in the title of an explorer, as a measure of how even the weights of a softmax are.
# Here is what it means: the mean surprise of one who knows the probabilities exactly.
# Nobody can do better.
#
# By hand: $p = \tfrac12, \tfrac14, \tfrac18, \tfrac18$.
# The surprises are 1, 2, 3 and 3 bits, so $H(p) = \tfrac12 \cdot 1 + \tfrac14 \cdot 2 + \tfrac18 \cdot 3 + \tfrac18 \cdot 3 = 1.75$ bits.
# Whoever expects $q = \tfrac18, \tfrac12, \tfrac14, \tfrac18$ pays 3, 1, 2 and 3 bits, so $H(p, q) = \tfrac12 \cdot 3 + \tfrac14 \cdot 1 + \tfrac18 \cdot 2 + \tfrac18 \cdot 3 = 2.375$ bits.

# %% [markdown]
# ### Exercise: `entropy`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `entropy(p)` returns the entropy in nats.
#
# - `p`: probabilities `(..., V)` that sum to 1 along the last axis.
#   Some may be 0: what never happens surprises nobody, so such a term counts 0.
# - Returns an array `(...)`, or a single number if `p` has one axis.
#
# ```python
# entropy(np.array([1/2, 1/4, 1/8, 1/8]))    # 1.213 nats, which is 1.75 bits
# entropy(np.array([0., 1., 0.]))            # 0.0
# ```


# %% id="ex-entropy" tags=["exercise"]
def entropy(p):
    """Mean surprise at what happens with the probabilities p (..., V), in nats."""
    ### BEGIN SOLUTION
    log_p = np.log(np.where(p > 0, p, 1.0))
    return -(p * log_p).sum(axis=-1)
    ### END SOLUTION


# %% id="check-entropy"
entropy = check(entropy)

# %% [markdown]
# What the wrong expectation costs on top is the **Kullback–Leibler divergence** (Kullback and Leibler 1951):
#
# $$\mathrm{KL}(p \,\|\, q) = H(p, q) - H(p) = \sum_i p_i \log \frac{p_i}{q_i} .$$
#
# In the example it is $2.375 - 1.75 = 0.625$ bits.
# It is never negative, and 0 only where $q = p$.
# The reason is that $\log t \le t - 1$, with equality only at $t = 1$.
# Over all $i$ with $p_i > 0$:
#
# $$-\mathrm{KL}(p \,\|\, q) = \sum_i p_i \log \frac{q_i}{p_i} \le \sum_i p_i \left(\frac{q_i}{p_i} - 1\right) = \sum_i q_i - \sum_i p_i \le 1 - 1 = 0 .$$
#
# So the cross-entropy is smallest where $q = p$, as section 4 claimed.
# KL is no distance, for it is not symmetric: $p$ is what happens and sets the weights.
# With $p$ and $q$ exchanged the example gives 0.5 bits.

# %% [markdown]
# ### Exercise: `kl_divergence`
# *Difficulty 3 of 5, about 12 minutes.*
#
# `kl_divergence(p, q)` returns what it costs to expect $q$ where $p$ is true, in nats.
#
# - `p`, `q`: probabilities, arrays `(..., V)` that broadcast to each other.
# - Terms with $p_i = 0$ count 0, whatever $q_i$ is.
#   Where $q_i = 0$ and $p_i > 0$ the result is `inf`.
# - Returns an array `(...)`, or a single number.
#
# ```python
# p, q = np.array([1/2, 1/4, 1/8, 1/8]), np.array([1/8, 1/2, 1/4, 1/8])
# kl_divergence(p, q)                                      # 0.433 nats, which is 0.625 bits
# kl_divergence(np.array([.5, .5]), np.array([1., 0.]))    # inf
# kl_divergence(np.array([1., 0.]), np.array([.5, .5]))    # 0.693: one bit
# ```


# %% id="ex-kl-divergence" tags=["exercise"]
def kl_divergence(p, q):
    """KL(p || q): nats lost by expecting q where p is true; (..., V) twice to (...)."""
    ### BEGIN SOLUTION
    log_p = np.log(np.where(p > 0, p, 1.0))
    with np.errstate(divide="ignore"):  # the logarithm of 0 is meant to be -inf here
        log_q = np.log(np.where(p > 0, q, 1.0))
    return (p * (log_p - log_q)).sum(axis=-1)
    ### END SOLUTION


# %% id="check-kl-divergence"
kl_divergence = check(kl_divergence)

# %% [markdown]
# Entropy, cross-entropy and KL can be seen as areas (Olah 2015).
# Each outcome gets a column: its width is how often it happens, $p_i$, its height the surprise at it, $-\log q_i$.
# Together the columns are the cross-entropy, the area under the thick line.
# With the heights $-\log p_i$ the area is the entropy, and KL is the difference of the two.
# All widths together are 1, so each area is also a mean height: the dashed line for the cross-entropy, the dotted one for the entropy.
#
# Here $p$ is which letter follows *wh* in the poem.
# At first $q$ is what the unigram of section 5 says of these four letters: it does not know what stands before, and expects the frequent *e*.
# A slider is a weight, and $q$ is each weight over the sum of all four.
#
# - Set $q$ so that the two lines meet.
# - Can the dotted area become larger than the striped one?
# - Turn *o* down, all the way.
#   Which of the two KL grows more, and why?

# %% id="explore-areas"
after_wh = ["o", "a", "i", "e"]
happens = np.array([poem.count("wh" + letter) for letter in after_wh])
expected = unigram[vocab.encode("oaie")]
explore_areas(happens / happens.sum(), expected, after_wh, entropy, kl_divergence)

# %% [markdown]
# The dotted area is never the larger one: that is the inequality above.
# The first KL grows more: *o* happens often and has become a high, wide column.
# Exchanged, *o* hardly ever happens, and what is expected of it counts little.
# So KL is not symmetric.
# And it can be infinite: the height of a column has no limit, and where $q_i$ is 0 for something that does happen, the first time it comes costs infinitely much.
# A softmax never does that.
# It gives no probability of exactly 0, at least on paper.
#
# Now back to the loss.
# For one position of a text, "how things really happen" is known after the fact: one character came, so $p$ is a one-hot row.
# Its entropy is 0, and then cross-entropy, KL and surprise are the same number.
# With label smoothing the wanted row has an entropy above 0, and no model can bring the loss below it.
#
# There is another entropy in the model, that of its own $p$ at a place.
# It is the surprise that the model *expects* there.
# It can be compared with the surprise that it *gets*.
# On learned lines and on held-out lines:

# %% id="predict-expects"
predict("expects")

# %% id="reveal-expects"
gets, expects = [], []
for part in [learned, unseen]:
    rows = logits_at(part)
    gets.append(bits_per_character(cross_entropy(rows, ids[part])[0]))
    expects.append(bits_per_character(entropy(softmax(rows)[0]).mean()))
found = table(
    {"bits per character": ["learned lines", "held-out lines"], "gets": gets, "expects": expects}
)
reveal("expects", expects[1], found, expected=expects[1])

# %% [markdown]
# ## 8. The gradient at the logits
#
# Now the loss is there, and training is to make it smaller.
# Everything else in the model comes before the logits.
# So the first question of learning is: **which way should each logit move, and how strongly?**
# That is the gradient of the loss at the logits $z$, for one position.
# Let $c$ be the target and $y$ its one-hot row: $y_c = 1$, all other $y_i = 0$.
#
# Before the derivation, guess its shape.
# The right logit should rise.
# The others should fall.
# Those that took much probability away should fall most.
# And since adding the same number to all logits changes nothing, the entries of the gradient must sum to 0.

# %% id="parsons-gradient"
parsons("gradient-loss")

# %% [markdown]
# **The gradient at the logits is what the model said minus what was wanted.**
# No logarithm and no exponential is left over; the one has undone the other.
#
# By hand: the logits are $0, \ln 2, \ln 5$, so $p = \tfrac18, \tfrac28, \tfrac58$.
# The second token is right.
# Then the gradient is $\tfrac18,\ \tfrac28 - 1,\ \tfrac58$.
# The second logit should rise, strongly.
# The third must fall five times as much as the first.
# The sum is 0.
#
# The loss of a text is a mean over $N$ positions, so each position has only the share $1/N$.

# %% [markdown]
# ### Exercise: `logits_gradient`
# *Difficulty 2 of 5, about 8 minutes.*
#
# `logits_gradient(logits, targets)` returns the gradient of the mean surprise at the logits.
# There is no padding and no smoothing; lesson 7 writes the complete backward pass of `cross_entropy`.
#
# - `logits`: `(..., vocab_size)`; `targets`: ids, an array `(...)`.
# - Returns an array of the shape of `logits`.
# - `softmax(x)` returns `(p, cache)`, and `one_hot(ids, vocab_size)` is that of lesson 1.
#
# ```python
# logits_gradient(np.log(np.array([[1., 2., 5.]])), np.array([1]))    # array([[ 0.125, -0.75 ,  0.625]])
# ```


# %% id="ex-logits-gradient" tags=["exercise"]
def logits_gradient(logits, targets):
    """Gradient of the mean surprise at the logits, in the shape of logits."""
    ### BEGIN SOLUTION
    p, _ = softmax(logits)
    y = one_hot(targets, logits.shape[-1])
    return (p - y) / targets.size
    ### END SOLUTION


# %% id="check-logits-gradient"
logits_gradient = check(logits_gradient)

# %% [markdown]
# A derivation can be wrong, and so can code.
# The definition of the derivative is a judge that needs neither: move one logit by a little in both directions and see how the loss changes.
# We do it at eight places of the line, drawn at random: in turn for the logit of the first guess and for that of the target.
# Lesson 7 makes a tool of this.

# %% id="numerically"
gradient = logits_gradient(logits, targets)
h = 1e-5
drawn = np.random.default_rng(0).integers(len(line), size=8)
moved = [p[at].argmax() if n % 2 == 0 else targets[at] for n, at in enumerate(drawn)]
slopes = []
for at, i in zip(drawn, moved, strict=True):
    nudge = np.zeros_like(logits)
    nudge[at, i] = h
    above, below = (cross_entropy(z, targets)[0] for z in (logits + nudge, logits - nudge))
    slopes.append((above - below) / (2 * h))
table(
    {
        "place": drawn,
        "logit of": [repr(vocab.tokens[i]) for i in moved],
        "measured": slopes,
        "(p - y) / N": gradient[drawn, moved],
    },
    {"measured": ".5f", "(p - y) / N": ".5f"},
)

# %% [markdown]
# Here is the whole gradient of a piece of the line, $p - y$ before the division by $N$.
# A column is a place in the text, a row a character of the vocabulary; only characters that matter somewhere are shown.
# Blue pulls a logit up: that is what came.
# Red pushes down: what was expected in its stead.

# %% id="gradient-heatmap"
from classroom.lesson_06 import gradient_over_line

piece = slice(line.index("pallid"), line.index("Pallas") + 6)
difference = gradient[piece] * len(line)  # p - y
gradient_over_line(difference, line[piece], vocab.tokens, word="pallid")

# %% [markdown]
# Where the model was right and sure, there is nothing to see: no surprise, no gradient.
# The columns of *pallid* are full of color.
# Over the whole vocabulary each column sums to 0: what the blue cell gains, the red cells lose.
#
# In the explorer you set the logits yourself.
# These are the six likeliest characters at the *p* of *pallid* together with *p* itself, as if there were no others.
# Begin with *p* as the right one, and find out how far its logit must rise until the gradient has become half of what it was.
# Then lower it by 10.
# Then turn on label smoothing and push the logit far up.

# %% id="predict-lowered"
predict("lowered")

# %% id="explore-gradient"
at = line.index("pallid")
chosen = np.append(np.argsort(-logits[at])[:6], targets[at])
explore_gradient(logits[at, chosen], [vocab.tokens[i] for i in chosen], target=6)

# %% id="reveal-lowered"
lowered = logits[at, chosen] - 10 * one_hot(np.array([6]), 7)
reveal("lowered", logits_gradient(lowered, np.array([6]))[0, 6])

# %% [markdown]
# With smoothing the sign turns once $p$ is larger than what is wanted: the target is pushed *down*.

# %% [markdown]
# ### Why not the squared error?
#
# One could also punish the difference of probabilities, $(1 - p_c)^2$.
# That looks tamer, for it is at most 1.
# Its gradient at the logits is its trouble.
# With two tokens, $p = e^x / (e^x + 1)$ for the lead $x$ of the right logit, and $dp/dx = p\,(1 - p)$ as in lesson 2:
#
# $$\frac{d}{dx}(-\log p) = -(1 - p), \qquad \frac{d}{dx}(1 - p)^2 = -2\,(1 - p) \cdot p\,(1 - p) .$$
#
# The second has the factor $p$.
# Where the model is sure and wrong, $p$ is nearly 0, and the push is gone just where it is needed most.

# %% id="squared-error"
from classroom.lesson_06 import push_by_lead

lead = np.linspace(-8, 8, 161)
right_p = softmax(np.stack([lead, np.zeros_like(lead)], axis=-1))[0][:, 0]
pushes = {
    "cross-entropy": 1 - right_p,
    "squared error": 2 * (1 - right_p) ** 2 * right_p,
}
push_by_lead(lead, pushes, behind=6)

# %% [markdown]
# ### Learning, in its smallest form
#
# Can $p - y$ teach anything?
# Take a model with a single row of logits `b`, the same at every place; it sees no context.
# Start at zeros, the uniform model.
# Then step against the gradient, again and again.
# At every place the gradient is $p - y$, and since $p$ is the same everywhere, their mean is $p$ minus the mean of all $y$.
# The mean of all $y$ is the row of frequencies.

# %% id="predict-bias"
predict("bias-loss")

# %% id="reveal-bias"
from classroom.lesson_06 import loss_and_levels

text = ids[:cut]
frequencies = np.bincount(text, minlength=len(vocab)) / cut
b = np.zeros(len(vocab))
losses = []
for _ in range(301):
    losses.append(bits_per_character(cross_entropy(np.tile(b, (cut, 1)), text)[0]))
    p_b, _ = softmax(b)
    b -= 3.0 * (p_b - frequencies)
levels = {
    "loss of the uniform model": math.log2(len(vocab)),
    "entropy of the frequencies": bits_per_character(entropy(frequencies)),
    "loss of the trained model": bits_per_character(nats["model, learned lines"]),
}
reveal("bias-loss", losses[-1], loss_and_levels(losses, levels))

# %% [markdown]
# That was a training, with nothing but $p - y$.
# It also shows what $p - y$ aims at: over all places where the model says the same, its probabilities should agree with what happens.
# That leads to the last question.

# %% [markdown]
# ## 9. When it says 80%, is it right in 80%?
#
# A model whose probabilities can be taken at their word is called **calibrated**.
# The loss rewards that, but a mean hides it.
# A test: take each answer's **confidence**, the largest probability, and sort the answers into bins: those with a confidence from 0.7 to 0.8, for example.
# In each bin compare the mean confidence with the share of answers that are right.
# The picture of it is a **reliability diagram**.
# The number is the **expected calibration error** (Naeini et al. 2015; Guo et al. 2017): the mean gap over the bins, each weighted with the share of the answers that lie in it,
#
# $$\mathrm{ECE} = \sum_b \frac{N_b}{N} \,\bigl|\mathrm{confidence}_b - \mathrm{accuracy}_b\bigr| .$$
#
# By hand, with two bins, below and above one half: the confidences are 0.3, 0.6, 0.8 and 1, and the second and the last answer are right.
# The lower bin: 0.3 sure, 0 of 1 right, gap 0.3.
# The upper: 0.8 sure on average, 2 of 3 right, gap 0.133.
# Together $\tfrac14 \cdot 0.3 + \tfrac34 \cdot 0.133 = 0.175$.

# %% [markdown]
# ### Exercise: `expected_calibration_error`
# *Difficulty 3 of 5, about 15 minutes.*
#
# `expected_calibration_error(confidence, right, n_bins=10)` returns the weighted mean gap.
#
# - `confidence`: `(N,)`, from 0 to 1; `right`: booleans `(N,)`.
# - Bins are equally wide: a confidence `c` falls into bin number `c * n_bins`, rounded down.
#   So one that lies on an edge belongs to the upper bin, but a confidence of exactly 1 to the last.
#   Empty bins do not count.
#
# ```python
# confidence = np.array([0.3, 0.6, 0.8, 1.0])
# right = np.array([False, True, False, True])
# expected_calibration_error(confidence, right, n_bins=2)    # 0.175
# ```


# %% id="ex-expected-calibration-error" tags=["exercise"]
def expected_calibration_error(confidence, right, n_bins=10):
    """Mean gap between confidence and accuracy over the bins, weighted with their answers."""
    ### BEGIN SOLUTION
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    error = 0.0
    for b in range(n_bins):
        inside = bins == b
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
    return error
    ### END SOLUTION


# %% id="check-expected-calibration-error"
expected_calibration_error = check(expected_calibration_error)

# %% [markdown]
# Where a model is always right and always sure, there is nothing to see.
# The trained model of digits is such a one: the loss of its answers in section 4 is nearly 0.
# So we train it anew, and keep it as it was on the way.
# (The training is that of lesson 8.
# Twice 400 steps: without and with label smoothing.)


# %% id="digits-calibration"
def answers(logits, targets, ignored=-1):
    """Keep the rows that are asked for."""
    return logits[targets != ignored], targets[targets != ignored]


def judge(logits, targets):
    """Return confidence and whether it was right, (N,) each."""
    p, _ = softmax(logits)
    return p.max(axis=-1), p.argmax(axis=-1) == targets


# %% id="train-digits"
from course_lib.training.loop import train

recipe = replace(digits.recipe, steps=400, schedule="constant", evaluate_every=400)
on_the_way = {}
for eps in [0.0, 0.1]:
    trained_run = train(
        digits, replace(recipe, label_smoothing=eps), dtype=np.float64,
        snapshots=[25, 50, 100, 400], progress=False,
    )  # fmt: skip
    for step, params in trained_run.snapshots.items():
        there = logits_of(questions.inputs[0], params, digits.config)
        on_the_way[eps, step] = answers(there, questions.targets)

judged = [judge(*predictions) for predictions in on_the_way.values()]
columns = {
    "smoothing": [eps for eps, _ in on_the_way],
    "step": [step for _, step in on_the_way],
    "sure": [confidence.mean() for confidence, _ in judged],
    "right": [right.mean() for _, right in judged],
    "calibration error": [expected_calibration_error(*each) for each in judged],
}
table(columns, {"sure": ".1%", "right": ".1%", "calibration error": ".3f"})

# %% [markdown]
# Without smoothing the young model is never far too sure.
# At steps 25 and 100 it is even too modest: more often right than it says.
# In so short a training it sees each question three or four times, too few to learn the answers by heart.
# What it gets right it has understood, and that carries over to new questions.
#
# The last row is what smoothing does to a model that has mastered its task.
# It is always right, and says about 0.905.
# That is no accident: section 4 found that with $\varepsilon = 0.1$ the best probability of the target is just that.
# **A smoothed model does not say how sure it is, but how sure it was told to be.**
#
# Now a model that *has* learned by heart.
# That is the model of lesson 5, which writes.
# It was trained without dropout, and in twice as many steps with batches of half the size.
# It predicts the next character, once on lines that it has learned, once on those held out.

# %% id="raven-calibration"
from classroom.lesson_06 import reliability_diagrams

writer, writer_params = load_trained("raven", "raven")
sets = {}
for name, part in [("learned lines", learned[::9]), ("held-out lines", unseen)]:
    sets[f"raven, {name}"] = next_logits(ids, writer, writer_params, part), ids[part]
reliability_diagrams(sets)

# %% [markdown]
# A bar is the share of right answers in its bin, with the number of answers above it; the dots stand at the mean confidence.
# On the dashed line the two agree.
# On learned lines the bars follow it, and are a little above.
# (A bin of few answers says little.)
# On held-out lines they stay far below: of the answers that the model calls nearly certain, more than one in five is wrong.
# **It is not the model that is calibrated or not, but the model on some data.**
# Guo et al. (2017) found the same overconfidence, on new data, in the large image classifiers of their time, and a simple remedy: divide all logits by one temperature.
# The order of the answers stays as it is, so not one answer changes; only the confidence does.
#
# The best temperature must not be chosen on the data on which it is then praised.
# So we choose it on the first half of the held-out part, by the lowest loss, and look at the second half.
# (For the model of sections 1 to 8 that rule was not kept, as section 5 said.)

# %% id="predict-temperature"
predict("temperature-loss")

# %% id="reveal-temperature"
held, came_there = sets["raven, held-out lines"]
half = len(held) // 2
temperatures = np.arange(0.5, 4.01, 0.05)
on_first_half = [cross_entropy(held[:half] / t, came_there[:half])[0] for t in temperatures]
chosen_temperature = float(temperatures[np.argmin(on_first_half)])

tried = [1.0, chosen_temperature]
judged = [judge(held[half:] / t, came_there[half:]) for t in tried]
lost = [cross_entropy(held[half:] / t, came_there[half:])[0] for t in tried]
columns = {
    "second half, temperature": tried,
    "sure": [confidence.mean() for confidence, _ in judged],
    "right": [right.mean() for _, right in judged],
    "calibration error": [expected_calibration_error(*each) for each in judged],
    "bits per character": [bits_per_character(nats) for nats in lost],
}
formats = {"sure": ".1%", "right": ".1%", "calibration error": ".3f", "bits per character": ".2f"}
found = table(columns, formats)
reveal("temperature-loss", chosen_temperature, found)

# %% [markdown]
# In the explorer the temperature is yours; the right half shows the loss and the calibration error at all of them.
# Find the best one for the writer on learned lines, for the digits at step 100, and for the digits with smoothing: where is it below 1, and why?

# %% id="explore-calibration"
explore_calibration(
    {
        **sets,
        "digits, stopped at step 100": on_the_way[0.0, 100],
        "digits, smoothed 0.1": on_the_way[0.1, 400],
    },
    which="digits, stopped at step 100",
)

# %% [markdown]
# Below 1 it is where the model is too modest.
# Loss and calibration error do not ask for quite the same, but nearly.
# The smoothed model is always right, so the lowest temperature is its best: it gives back the confidence that smoothing did not allow.

# %% [markdown]
# ## 10. Your functions in the model
#
# The course measures and trains with functions of these names.
# `using` puts yours in their place.

# %% id="in-the-model"
from course_lib.params import flatten
from course_lib.training.objective import loss_and_grads

yours = {
    "log_softmax": log_softmax,
    "cross_entropy": cross_entropy,
    "perplexity": perplexity,
    "bits_per_character": bits_per_character,
}
batch = raven.train.take(slice(0, 8))
with using(**yours):
    your_report = raven.report(raven_params)
    your_step = loss_and_grads(batch, raven_params, raven.config)
step = loss_and_grads(batch, raven_params, raven.config)

for name, value in your_report.items():
    print(f"{name}: {value:.3f}")
theirs, grads = flatten(step.grads), flatten(your_step.grads)
near = np.concatenate([(np.abs(theirs[name] - grads[name]) < 1e-10).ravel() for name in theirs])
print(f"loss of a batch: {your_step.loss:.3f} with yours, {step.loss:.3f} with the course's")
print(f"gradients within 1e-10 of the course's: {near.sum():,} of {near.size:,} numbers")

# %% [markdown]
# (The figure for the held-out part differs a little from that of section 5, because the report reads nothing before that part: its first characters have less to go by.)
#
# Now a look ahead.
# Lesson 7 takes the gradient of this batch through the whole model.
# Here is where it sets out:

# %% id="where-lesson-7-begins"
from course_lib.loss import cross_entropy_backward
from course_lib.training.objective import forward

batch_logits, _ = forward(batch.inputs, raven_params, raven.config)
_, cache = cross_entropy(batch_logits, batch.targets)
dlogits = logits_gradient(batch_logits, batch.targets)
near = np.abs(dlogits - cross_entropy_backward(1.0, cache)) < 1e-10
print("logits", batch_logits.shape, "  dlogits", dlogits.shape)
print(f"largest entry {np.abs(dlogits).max():.4f}")
print(f"within 1e-10 of the course's: {near.sum():,} of {near.size:,} numbers")

# %% [markdown]
# ## Check what you know

# %% id="quiz-half"
quiz("half")

# %% id="quiz-perplexity"
quiz("perplexity")

# %% id="quiz-certain"
quiz("certain")

# %% id="quiz-zero-gradient"
quiz("zero-gradient")

# %% id="quiz-padding"
quiz("padding")

# %% id="quiz-kl"
quiz("kl")

# %% id="quiz-temperature"
quiz("temperature-loss-quiz")

# %% [markdown]
# ## In real models
#
# The loss of this lesson is the one with which language models are trained; only the numbers around it are larger.
#
# - **Bits and perplexities.**
#   Shannon (1951) let people guess the next letter of English and estimated its entropy at 0.6 to 1.3 bits per letter.
#   A trigram model of words reached 1.75 bits per character (P. Brown et al. 1992).
#   GPT-2 reported 0.93 bits per byte on the text of enwik8 and a perplexity of 18.34 on WikiText-2, both without training on them (Radford et al. 2019); GPT-3 a perplexity of 20.50 on the Penn Treebank (T. Brown et al. 2020).
#   Each has another text and other tokens, so the numbers cannot be set in one row, for the reason of section 5.
# - **The loss falls by a law.**
#   Over many orders of magnitude the loss of language models falls as a power of the number of parameters, of the data and of the computation (Kaplan et al. 2020).
#   The entropy of the text, which no model can go below, is a constant term in the law that Hoffmann et al. (2022) fitted.
# - **Label smoothing** of 0.1 was used in the first transformer.
#   It made the perplexity worse and the translations better (Vaswani et al. 2017, Sec. 5.4).
#   Müller et al. (2019) found that it also helps calibration, where the unsmoothed model is overconfident.
#   Our digits show the other side: a model that is never wrong is only made to understate.
# - **Only differences count**, so nothing keeps the logits from drifting away together.
#   PaLM added a small penalty on $\log^2 \sum_j e^{z_j}$, to hold that sum near 1 (Chowdhery et al. 2022).
# - **Calibration.**
#   The model that GPT-4 was before its later training by people's feedback was well calibrated on a test of knowledge; afterwards it was less so (OpenAI 2023).
# - **The logits are large.**
#   One row for each position, as wide as the vocabulary:

# %% id="real-logits"
lengths = np.array([raven.config.max_len, 1024, 2048])
sizes = np.array([len(vocab), 50257, 50257])
table(
    {
        "model": ["our raven", "GPT-2", "GPT-3"],
        "tokens": lengths,
        "vocabulary": sizes,
        "logits of one text, MB": lengths * sizes * 4 / 1e6,
    }
)

# %% [markdown]
# (Sizes: Radford et al. 2019; T. Brown et al. 2020, which takes over the tokens of GPT-2.)
# And their gradient has the same size again.
# That is why real programs compute loss and gradient together, piece by piece, and never keep the whole table; $p - y$ can be written over the logits in place.
#
# **Next.**
# `dlogits` says how each logit should move.
# The logits were made by the output projection, that was fed by the last block, and so on down to the embeddings.
# Lesson 7 carries the gradient back along this way, through every part that you have built.

# %% [markdown]
# ## Sources
#
# - C. Shannon, *A Mathematical Theory of Communication*, Bell System Technical Journal 27, 1948.
#   Surprise and entropy.
# - C. Shannon, *Prediction and Entropy of Printed English*, Bell System Technical Journal 30, 1951.
# - S. Kullback, R. Leibler, *On Information and Sufficiency*, Annals of Mathematical Statistics 22, 1951.
# - P. Brown et al., *An Estimate of an Upper Bound for the Entropy of English*, Computational Linguistics 18, 1992.
# - C. Szegedy et al., *Rethinking the Inception Architecture for Computer Vision*, 2016, [arXiv:1512.00567](https://arxiv.org/abs/1512.00567).
#   Sec. 7: label smoothing.
# - R. Müller, S. Kornblith, G. Hinton, *When Does Label Smoothing Help?*, 2019, [arXiv:1906.02629](https://arxiv.org/abs/1906.02629).
# - C. Olah, *Visual Information Theory*, 2015, [colah.github.io](https://colah.github.io/posts/2015-09-Visual-Information/).
#   The areas of section 7.
# - M. Naeini, G. Cooper, M. Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, AAAI 2015.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599).
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2).
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361); J. Hoffmann et al., *Training Compute-Optimal Large Language Models*, 2022, [arXiv:2203.15556](https://arxiv.org/abs/2203.15556).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - OpenAI, *GPT-4 Technical Report*, 2023, [arXiv:2303.08774](https://arxiv.org/abs/2303.08774).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
