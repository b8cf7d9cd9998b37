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
# Lesson 5 ended with a model that writes, and with a line of Poe: how much probability did the model give to each character that really comes? Looking at bars one can say that it did well here and badly there. This lesson makes one number of them, the loss. Then it asks how the loss changes when a logit moves. The answer fits into three symbols, and all learning begins there.
#
# - **You will build** the loss and its measures in eight functions: log-softmax, cross-entropy with padding and label smoothing, perplexity, bits per character, entropy, KL divergence, the gradient at the logits, and the calibration error. With them you judge trained models, on lines of *The Raven* that they know and on lines that they have never seen.
# - **You need** lesson 5: logits and what is drawn from them; the softmax of lesson 2; `one_hot` of lesson 1. Also logarithms, and the derivative of a function of several variables.
# - **Time** about two and a half hours; after section 6 is a good place to stop
# - **Cost** runs in 15 seconds, 300 MB of memory
#
# Eight cells are yours, each followed by its check, as before. `hint("cross_entropy")` helps, one step at a time, and `solution("cross_entropy")` shows the end. Until an answer is right, the lesson goes on with the course's own.

# %% id="setup"
import math
from dataclasses import replace

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_06 import explore_calibration, explore_gradient, explore_surprise
from classroom.plots import bars, heatmap, lines, show
from classroom.plots.reliability import Reliability
from course_lib.layers import one_hot, softmax
from course_lib.params import flatten
from course_lib.tasks import load_trained
from course_lib.tasks.raven import POEM
from course_lib.training.loop import train
from course_lib.training.objective import forward

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. A model that nobody has judged
#
# We take a trained model of characters, a sister of the one that wrote in lesson 5. It has the same shape, and it has read the same first nine tenths of *The Raven*. But it was trained with dropout (lesson 3), for it is to do well on lines that it has not read. The last tenth was held out, and it has never seen a line of it. For every character it reads the 12 before it.


# %% id="load"
raven, raven_params = load_trained("raven", "held-out")
vocab = raven.vocabulary
poem = POEM.read_text(encoding="utf-8")
ids = vocab.encode(poem)
cut = len(ids) * 9 // 10  # from here on the model has seen nothing


def run(inputs, params, config):
    """Return the logits (N, T, vocab_size) of a model for ids (N, T), some rows at a time."""
    batches = np.array_split(inputs, math.ceil(len(inputs) / 256))
    return np.concatenate([forward((batch,), params, config)[0] for batch in batches])


def logits_at(places, task=raven, params=raven_params):
    """Return logits (N, vocab_size) for the characters at these places, each from those before."""
    T = task.config.max_len
    contexts = np.stack([ids[at - T : at] for at in places])
    return run(contexts, params, task.config)[:, -1]


print(f"{len(ids)} characters of {len(vocab)} kinds; {cut} learned, {len(ids) - cut} held out")

start = poem.rindex("On the pallid")
line = poem[start : poem.index("\n", start) + 1]
places = np.arange(start, start + len(line))
logits, targets = logits_at(places), ids[places]
print(f"a held-out line: {line!r}")

# %% [markdown]
# At each place of this line the model gives a probability to each character. We look at four places: what did it expect, and what came?

# %% id="four-places"
p, _ = softmax(logits)
for at in [4, 11, 19, 45]:
    best = np.argsort(-p[at])[:4]
    expected = ", ".join(f"{vocab.tokens[i]!r} {p[at, i]:.2f}" for i in best)
    print(
        f"...{line[max(0, at - 7) : at]!r:<11} expected {expected}"
        f"   came {line[at]!r} with p = {p[at, targets[at]]:.4f}"
    )

# %% [markdown]
# How well did it do? One could count how often the first guess was right. But that count throws a lot away. A right answer held with 0.99 and one held with 0.20 would count the same, and so would a wrong answer that was nearly right and one that was thought impossible. And in the middle of a text there is often no single right answer at all.
#
# A better judge looks at one number for each place: **the probability that the model gave to what really came.** The loss is made of these numbers and of nothing else.
#
# ## 2. Surprise
#
# The probability of the whole line is a product: the first character, times the second after the first, times the third after both, and so on. The line has 57 characters.

# %% id="predict-line" jupyter={"source_hidden": true}
predict(
    "line",
    "The model gives the whole line a probability of about $10^{-n}$. How large is $n$? (For comparison: if it had no clue, $n$ would be $57 \\cdot \\log_{10} 54 \\approx 99$.)",
    number=True,
)

# %% id="reveal-line" jupyter={"outputs_hidden": true}
came = p[np.arange(len(line)), targets]
print(f"product of {len(line)} probabilities: {came.prod():.2g}")

every = np.arange(12, len(ids))
p_poem, _ = softmax(logits_at(every))
came_in_poem = p_poem[np.arange(len(every)), ids[every]]
print(f"product over the whole poem:     {came_in_poem.prod():.2g}")
reveal(
    "line",
    -np.log10(came.prod()),
    f"Without a clue it would be {len(line) * math.log10(len(vocab)):.3g}. The product over the "
    "poem is so small that float64 rounds it to 0.",
)

# %% [markdown]
# Products of probabilities run out of numbers. And they depend on the length: a longer text is always less probable. Both are cured by the logarithm. It turns the product into a sum, and a sum can be divided by the number of its terms. The minus sign makes it positive. What results has a name: the **surprise** at an event of probability $p$ is
#
# $$\mathrm{surprise} = -\log p .$$
#
# (It is also called self-information. The measure is Shannon's, 1948.) Three properties make it what one means by the word:
#
# - What is certain surprises nobody: $-\log 1 = 0$.
# - The less probable, the more surprising, without a limit.
# - The surprises at two independent events add up, because their probabilities multiply.
#
# The base of the logarithm is the unit. With the natural logarithm it is the **nat**, with base 2 it is the **bit**: half as probable is one bit more.

# %% id="surprises"
print("      p     bits     nats")
for q in [1, 1 / 2, 1 / 4, 1 / 8, 1 / len(vocab), 0.001]:
    print(f"{q:>7.3f}{-math.log2(q) + 0:>9.2f}{-math.log(q) + 0:>9.2f}")

# %% id="surprise-curve"
q = np.linspace(0.005, 1, 200)
lines(
    q,
    {"surprise": -np.log(q)},
    title="Near p = 1 surprise falls gently; near p = 0 it rises without end",
    x_label="probability given to what came",
    y_label="surprise (nats)",
    marks={"one half": 0.5},
    height=3.0,
)

# %% [markdown]
# For programs the natural logarithm is best, because its derivative is the simplest. So **the course counts in nats** and turns them into bits for people. From here on $\log$ is the natural logarithm, as in NumPy; $\ln$ is the same, written where a number is worked out by hand.
#
# ## 3. The logarithm of a small number
#
# `np.log(softmax(x)[0])` looks like the way to compute it. Your softmax is safe against large logits, for it subtracts the maximum. But a new danger comes from the other side.

# %% id="underflow"
with np.errstate(divide="ignore"):
    for gap in [10, 100, 700, 800]:
        weights, _ = softmax(np.array([0.0, gap]))
        print(f"gap {gap:>4}   p {weights[0]:<9.2g} log p {np.log(weights[0]):.4g}")

for dtype in [np.float64, np.float32]:
    smallest = float(np.nextafter(dtype(0), dtype(1)))
    print(f"{dtype.__name__}: below e to the power of {math.log(smallest):.1f} there is only 0")

gaps = np.ptp(logits_at(np.arange(cut, len(ids))), axis=-1)
print(f"largest gap between two logits of our model, in the held-out part: {gaps.max():.1f}")

# %% [markdown]
# The probability is so small that it is rounded to 0, and the logarithm of 0 is $-\infty$. Our small model stays far away from that. A large one in float32, or any model in a bad moment of its training, may not. And a single $-\infty$ is enough: the mean over a million characters is then infinite, and no gradient comes out of it.
#
# As in lesson 2 the mathematics shows the way out, and the beam search of lesson 5 has used it already. Take the logarithm on paper, with $z$ for the logits:
#
# $$\log p_i = \log \frac{e^{z_i}}{\sum_j e^{z_j}} = z_i - \log \sum_j e^{z_j} .$$
#
# The small number is never formed. The gap between the logits goes straight into the result, as a difference. In the sum $e^{z_j}$ may still overflow. The cure is the old one: $\log p$ does not change when the same number is subtracted from all logits, so subtract the maximum $m$ first. Then the sum lies between 1 and the size of the vocabulary, and its logarithm is harmless.
#
# By hand: the logits are $0, \ln 2, \ln 5$. Their exponentials are $1, 2, 5$ with the sum 8. So $\log p$ is $-\ln 8,\ \ln 2 - \ln 8,\ \ln 5 - \ln 8$, which is $\log \tfrac18,\ \log \tfrac28,\ \log \tfrac58$.
#
# ### Exercise: `log_softmax`
#
# `log_softmax(x)` returns the logarithm of the softmax over the last axis.
#
# - `x`: logits, an array `(..., vocab_size)`; they may lie a thousand apart.
# - Returns `(out, cache)`: `out` has the shape of `x` and is nowhere above 0. The line of the cache is there already.
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
for gap in [10, 100, 700, 800]:
    print(f"gap {gap:>4}   log p {log_softmax(np.array([0.0, gap]))[0][0]:.4g}")

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
# This is called the **cross-entropy**; section 7 says why. Smaller is better, 0 would be clairvoyance. Two details make the function that is really used.
#
# **Padding does not count.** A batch is filled up with padding, and lesson 2 promised that the loss leaves it out. The mean runs over the $N$ positions that count, and $N$ is their number. To divide by all positions instead would make a batch look better the more padding it holds. The same device does another job: in a question-and-answer task only the answer is asked for, and the tokens of the question get a target that is not counted.
#
# **Label smoothing** (Szegedy et al. 2016, Sec. 7). The loss above is never satisfied. Whatever the gap between the logit of the target and the others, a larger one is better, and training goes on pulling them apart. Smoothing asks for a little less than certainty. The *wanted* probability is no longer 1 for the target and 0 for the rest. A small share $\varepsilon$ is spread evenly over the whole vocabulary of $V$ tokens, the target included:
#
# $$\mathrm{wanted}_i = (1 - \varepsilon)\,[i = c] + \frac{\varepsilon}{V}, \qquad \mathrm{loss} = -\sum_i \mathrm{wanted}_i \log p_i = (1 - \varepsilon) \cdot (-\log p_c) + \varepsilon \cdot \underbrace{\frac1V \sum_i -\log p_i}_{\text{mean surprise of all tokens}}$$
#
# By hand: $p = \tfrac12, \tfrac14, \tfrac14$, the first token is right, $\varepsilon = 0.3$. The surprises are $\ln 2, 2\ln 2, 2\ln 2$. The mean of all three is $\tfrac53 \ln 2$, so the loss is $0.7 \ln 2 + 0.3 \cdot \tfrac53 \ln 2 = 1.2 \ln 2 \approx 0.83$. The other way round: the wanted probabilities are $0.8, 0.1, 0.1$, and $0.8 \cdot 1 + 0.1 \cdot 2 + 0.1 \cdot 2 = 1.2$.
#
# ### Exercise: `cross_entropy`
#
# `cross_entropy(logits, targets, ignore_id=None, label_smoothing=0.0)` returns the mean surprise at the targets.
#
# - `logits`: `(..., vocab_size)`; `targets`: ids of the shape `(...)`, one for each row of logits.
# - `ignore_id`: targets equal to it do not count; `None` if all count.
# - `label_smoothing`: the share $\varepsilon$.
# - Returns `(mean, cache)`; `mean` is a single number, in nats.
#
# The first lines are given. They make one axis of all that stand in front: `logits` becomes `(rows, vocab_size)` and `targets` `(rows,)`, one row for each position. `counted` says which rows count, and padding gets the id 0, for its own may lie outside the vocabulary. The last line expects your log-probabilities under the name `log_p`, of the shape of these logits, and the loss under `mean`.
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
# First on the line of the poem. Then on a model that answers questions about digits: only one token of each row is asked for, the others have the target $-1$.

# %% id="losses"
print(f"the line, mean surprise: {cross_entropy(logits, targets)[0]:.3f} nats")

digits, digits_params = load_trained("digits", "one-digit")
questions = digits.held_out
digit_logits = run(questions.inputs[0], digits_params, digits.config)
print("\n", " ".join(digits.vocabulary.tokens[i] for i in questions.inputs[0][0]))
print("targets:", questions.targets[0])
counted_loss, _ = cross_entropy(digit_logits, questions.targets, ignore_id=-1)
print(f"loss of {len(questions)} answers below 0.001 nats: {counted_loss < 0.001}")

# %% [markdown]
# What does smoothing want in the end? The loss is smallest where $p$ equals the wanted probabilities, as section 7 will show. Then the target has $1 - \varepsilon + \varepsilon/V$ and every other token $\varepsilon/V$. So the best gap between the logits is the logarithm of the ratio of the two: a finite number. We let the logit of the target run ahead of the others.

# %% id="smoothing-curve"
ahead = np.linspace(0, 16, 161)
V = len(digits.vocabulary)
rows = ahead[:, None] * one_hot(np.array([0]), V)
curves = {
    f"smoothing {eps}": np.array(
        [cross_entropy(row[None], np.array([0]), None, eps)[0] for row in rows]
    )
    for eps in [0.0, 0.1, 0.2]
}
best_gap = math.log((1 - 0.1 + 0.1 / V) / (0.1 / V))
lowest = ahead[curves["smoothing 0.1"].argmin()]
show(
    lines(
        ahead,
        curves,
        title="Without smoothing, further ahead is always better; with it there is a best place",
        x_label="logit of the target minus that of the others",
        y_label="loss (nats)",
        marks={f"{best_gap:.2f}": best_gap},
        height=3.2,
    )
)
print(f"smoothing 0.1, {V} tokens: lowest at a gap of {lowest:.1f}, by the formula {best_gap:.2f}")
print(f"the target then has p = {1 - 0.1 + 0.1 / V:.4f}")

# %% [markdown]
# ## 5. Three ways to say the same number
#
# A loss of 0.86 nats: is that much? Two other units are easier to feel.
#
# **Perplexity** is $e^{\mathcal L}$. If a model had to choose among $k$ equally likely tokens at every step, its surprise would be $\log k$, and its perplexity $k$. So perplexity says among how many tokens the model is, on the whole, undecided.
#
# **Bits per character** is the loss in bits, shared among the characters that a token stands for. One nat is $1 / \ln 2 \approx 1.44$ bits. The division matters when models with different tokens are compared. A model of words is more surprised at each token than a model of characters, because a word is harder to guess than a letter; but it has fewer of them to guess.
#
# ### Exercise: `perplexity`
#
# `perplexity(loss)` turns a loss in nats per token into a number of choices.
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
# A number needs something to be compared with. Two models that need no training stand below ours. The **uniform** model gives the same probability to each of the 54 characters. The **unigram** model knows how often each character occurs in the part that was learned, and nothing of the characters before. (Its counts begin with 1, so that nothing is impossible.)

# %% id="predict-unigram" jupyter={"source_hidden": true}
predict(
    "unigram",
    "The uniform model has the perplexity 54. Which perplexity has the unigram model, which knows that *e* and the space are frequent and *Q* is rare?",
    number=True,
)

# %% id="reveal-unigram" jupyter={"outputs_hidden": true}
counts = np.bincount(ids[:cut], minlength=len(vocab)) + 1
unigram = np.log(counts / counts.sum())  # log-probabilities serve as logits
uniform = np.zeros(len(vocab))

learned, unseen = np.arange(12, cut), np.arange(cut, len(ids))
print("                       nats    bits per character    perplexity")
measured = {}
for name, part, rows in [
    ("uniform", unseen, np.tile(uniform, (len(unseen), 1))),
    ("unigram", unseen, np.tile(unigram, (len(unseen), 1))),
    ("model, held-out lines", unseen, logits_at(unseen)),
    ("model, learned lines", learned, logits_at(learned)),
]:
    measured[name], _ = cross_entropy(rows, ids[part])
    nats = measured[name]
    print(f"{name:<22}{nats:>5.2f}{bits_per_character(nats):>15.2f}{perplexity(nats):>19.1f}")
reveal(
    "unigram",
    perplexity(measured["unigram"]),
    "Frequencies alone more than halve the number of choices.",
)

# %% [markdown]
# The last two rows are the important ones. On lines that it has learned the model is much less surprised than on lines that it has not. Only the held-out part says what it knows of *language*; the difference is memory. A loss is always a loss *on some text*, and whoever reports one says on which.
#
# Words need the division. Here is a unigram model of words against the one of characters. Per token it is far more surprised. Per character it is not. (Both are measured on the text they counted, for in the last tenth there are words that the others do not have.)

# %% id="words-or-characters"
words = poem.split()
_, number_of = np.unique(words, return_counts=True)
word_loss = -(number_of / len(words) * np.log(number_of / len(words))).sum()
letters = np.bincount(ids) / len(ids)
letter_loss = -(letters[letters > 0] * np.log(letters[letters > 0])).sum()
per_word = len(poem) / len(words)  # characters, the space included
print("            nats per token   characters per token   bits per character")
for name, nats, size in [("characters", letter_loss, 1.0), ("words", word_loss, per_word)]:
    print(f"{name:<12}{nats:>14.2f}{size:>23.2f}{bits_per_character(nats, size):>21.2f}")

# %% [markdown]
# Read the second row with care. This model of words was measured on the very words that it had counted, and many of them occur only once. It has, so to speak, been handed a dictionary of this poem for nothing. That is the usual trap in such comparisons.
#
# ## 6. Where in a text is the surprise?
#
# A mean hides where it comes from. We go back to the held-out line and write the surprise at every character into a heatmap: without a clue, with frequencies, with the trained model.

# %% id="surprise-heatmap"
clueless = [-log_softmax(rows)[0][targets] for rows in (uniform, unigram)]
in_bits = np.stack([*clueless, surprise]) / math.log(2)
means = in_bits.mean(axis=1)
phrase = line.index(" my chamber")
heatmap(
    in_bits,
    ["uniform", "unigram", "model"],
    list(line),
    title=f"The model pays {means[2]:.2f} bits per character, but {in_bits[2, :phrase].mean():.2f} "
    f"up to 'above' and {in_bits[2, phrase:].mean():.2f} from 'my chamber' on",
    label="surprise (bits)",
    values=False,
    vmin=0,
    height=1.1,
)

# %% id="dear-and-cheap"
print("'pallid' in the learned part:", "pallid" in poem[:cut])
for word in ["pallid", "bust", "just", "chamber"]:
    at = line.index(word)
    print(
        f"{word:<8}", " ".join(f"{c} {x:.1f}" for c, x in zip(word, in_bits[2, at:], strict=False))
    )

# %% [markdown]
# *my chamber door* returns all through the poem and costs next to nothing. *pallid* is a word that the model has never read (the learned part does not contain it), and it pays for most of its letters. In words that it knows, such as *bust* and *just*, it is the first letter that costs most. Is that so in general?

# %% id="predict-place" jupyter={"source_hidden": true}
predict(
    "place",
    "Over all held-out lines: how does the surprise at the first letter of a word compare with that at the second letter?",
    options=["About the same", "About twice as large", "About five times as large"],
)

# %% id="reveal-place" jupyter={"outputs_hidden": true}
held_logits = logits_at(unseen)
held_log_p, _ = log_softmax(held_logits)
held_surprise = -held_log_p[np.arange(len(unseen)), ids[unseen]]

by_place = {}
position = 0
for at, nats in zip(unseen, held_surprise, strict=True):
    position = position + 1 if poem[at].isalpha() else 0
    name = "other" if position == 0 else ["1st", "2nd", "3rd", "4th", "5th+"][min(position, 5) - 1]
    by_place.setdefault(name, []).append(nats / math.log(2))
order = ["1st", "2nd", "3rd", "4th", "5th+", "other"]
mean_of = {name: np.mean(by_place[name]) for name in order}

show(
    bars(
        order,
        list(mean_of.values()),
        title=f"The first letter of a word costs {mean_of['1st']:.1f} bits, "
        f"those from the fifth on {mean_of['5th+']:.1f}",
        y_label="mean surprise (bits)",
        x_label="letter of a word, and what is no letter (held-out lines)",
        highlight=[0],
        height=2.2,
    )
)
ratio = mean_of["1st"] / mean_of["2nd"]
reveal(
    "place",
    "About the same"
    if ratio < 1.4
    else "About twice as large"
    if ratio < 3
    else "About five times as large",
    f"The ratio is {ratio:.1f}. At the beginning of a word all words are still possible. The "
    "first letter rules most of them out.",
)

# %% [markdown]
# Move through two held-out lines yourself. The shade of a character is its surprise, and the bars are what the model expected in its place. Find a character that had less than one chance in a thousand. Then find one in the middle of a word that a human reader would have guessed and the model did not.

# %% id="explore-surprise"
begin = poem.rindex("And his eyes have all")
two_lines = np.arange(start, poem.index("\n", begin) + 1)
explore_surprise(
    {
        "trained model": log_softmax(logits_at(two_lines))[0],
        "unigram": np.tile(log_softmax(unigram)[0], (len(two_lines), 1)),
        "uniform": np.tile(log_softmax(uniform)[0], (len(two_lines), 1)),
    },
    ids[two_lines],
    vocab.tokens,
    place=line.index("pallid"),
)

# %% id="rare-characters"
log_p_two, _ = log_softmax(logits_at(two_lines))
came_two = np.exp(log_p_two[np.arange(len(two_lines)), ids[two_lines]])
for at, chance in zip(two_lines, came_two, strict=True):
    if chance < 0.001:
        print(f"{poem[at]!r} after {poem[at - 8 : at]!r}: p = {chance:.2g}")

# %% [markdown]
# ## 7. What surprise cannot be avoided
#
# A fair coin surprises everybody by one bit, however clever. Part of the loss is the model's fault, and part lies in the text. Two quantities separate them.
#
# Let $p$ be how things really happen, and $q$ what is expected. Then the mean surprise is
#
# $$H(p, q) = -\sum_i p_i \log q_i ,$$
#
# in which each surprise counts as often as it happens. This is the cross-entropy in its general form: the surprise of $q$, met with the frequencies of $p$. When $q$ is perfect, $q = p$, what remains is the **entropy** of $p$:
#
# $$H(p) = -\sum_i p_i \log p_i .$$
#
# Lesson 2 showed it in the title of an explorer, as a measure of how even the weights of a softmax are. Here is what it means: the mean surprise of one who knows the probabilities exactly. Nobody can do better.
#
# By hand: $p = \tfrac12, \tfrac14, \tfrac18, \tfrac18$. The surprises are 1, 2, 3 and 3 bits, so $H(p) = \tfrac12 \cdot 1 + \tfrac14 \cdot 2 + \tfrac18 \cdot 3 + \tfrac18 \cdot 3 = 1.75$ bits. Whoever expects $q = \tfrac18, \tfrac12, \tfrac14, \tfrac18$ pays 3, 1, 2 and 3 bits, so $H(p, q) = \tfrac12 \cdot 3 + \tfrac14 \cdot 1 + \tfrac18 \cdot 2 + \tfrac18 \cdot 3 = 2.375$ bits.
#
# ### Exercise: `entropy`
#
# `entropy(p)` returns the entropy in nats.
#
# - `p`: probabilities `(..., V)` that sum to 1 along the last axis. Some may be 0: what never happens surprises nobody, so such a term counts 0.
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
# In the example it is $2.375 - 1.75 = 0.625$ bits. It is never negative, and 0 only where $q = p$. The reason is that $\log t \le t - 1$, with equality only at $t = 1$. Over all $i$ with $p_i > 0$:
#
# $$-\mathrm{KL}(p \,\|\, q) = \sum_i p_i \log \frac{q_i}{p_i} \le \sum_i p_i \left(\frac{q_i}{p_i} - 1\right) = \sum_i q_i - \sum_i p_i \le 1 - 1 = 0 .$$
#
# So the cross-entropy is smallest where $q = p$, as section 4 claimed. KL is no distance, for it is not symmetric: $p$ is what happens and sets the weights. With $p$ and $q$ exchanged the example gives 0.5 bits. And it can be infinite. If $q$ rules out something that does happen, the surprise is infinite once it does.
#
# ### Exercise: `kl_divergence`
#
# `kl_divergence(p, q)` returns what it costs to expect $q$ where $p$ is true, in nats.
#
# - `p`, `q`: probabilities, arrays `(..., V)` that broadcast to each other.
# - Terms with $p_i = 0$ count 0, whatever $q_i$ is. Where $q_i = 0$ and $p_i > 0$ the result is `inf`.
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


# %% id="three-quantities"
happens, expects = np.array([4, 2, 1, 1]) / 8, np.array([1, 4, 2, 1]) / 8
for name, nats in [
    ("H(p)", entropy(happens)),
    ("KL(p||q)", kl_divergence(happens, expects)),
    ("KL(q||p)", kl_divergence(expects, happens)),
]:
    print(f"the example, {name}: {nats / math.log(2):.3f} bits")
print()


def frequencies(part):
    """How often each character occurs in a part of the poem."""
    return np.bincount(part, minlength=len(vocab)) / len(part)


whole, last = frequencies(ids), frequencies(ids[poem.rindex("\n\n") :])
even = np.full(len(vocab), 1 / len(vocab))
print("                                     H(p)   KL(p||q)   H(p, q)   in bits")
for name, a, b in [
    ("p whole poem,  q uniform", whole, even),
    ("p uniform,     q whole poem", even, whole),
    ("p last stanza, q whole poem", last, whole),
    ("p whole poem,  q last stanza", whole, last),
]:
    own, lost = bits_per_character(entropy(a)), bits_per_character(kl_divergence(a, b))
    print(f"{name:<34}{own:>7.2f}{lost:>11.2f}{own + lost:>10.2f}")

# %% [markdown]
# The first two rows show that KL is not symmetric. The last shows the danger: whoever has read only one stanza takes some characters for impossible, and the first of them that comes costs infinitely much. A softmax never does that. It gives no probability of exactly 0, at least on paper.
#
# Now back to the loss. For one position of a text, "how things really happen" is known after the fact: one character came, so $p$ is a one-hot row. Its entropy is 0, and then cross-entropy, KL and surprise are the same number. With label smoothing the wanted row has an entropy above 0, and no model can bring the loss below it.
#
# There is another entropy in the model, that of its own $p$ at a place. It is the surprise that the model *expects* there. It can be compared with the surprise that it *gets*. On learned lines and on held-out lines:

# %% id="predict-expects" jupyter={"source_hidden": true}
predict(
    "expects",
    "On held-out lines the model is surprised by 2.44 bits per character, on learned lines by 1.35. Does it expect that? How large is its mean entropy on held-out lines?",
    options=[
        "About 2.4 bits: it knows that it does not know",
        "About 1.7 bits: it expects what it was used to",
        "About 3 bits: it is more careful than needed",
    ],
)

# %% id="reveal-expects" jupyter={"outputs_hidden": true}
print("                 gets     expects   (bits per character)")
expected = {}
for name, part in [("learned lines", learned), ("held-out lines", unseen)]:
    rows = logits_at(part)
    gets = bits_per_character(cross_entropy(rows, ids[part])[0])
    expected[name] = bits_per_character(entropy(softmax(rows)[0]).mean())
    print(f"{name:<15}{gets:>6.2f}{expected[name]:>11.2f}")
reveal(
    "expects",
    "About 1.7 bits: it expects what it was used to"
    if expected["held-out lines"] < 2
    else "About 2.4 bits: it knows that it does not know",
    f"It is {expected['held-out lines']:.2f} bits, nearly what it expects on lines that it has "
    "learned. Nothing tells the model that it has left known ground. Section 9 comes back to this.",
)

# %% [markdown]
# ## 8. The gradient: $p - y$
#
# Now the loss is there, and training is to make it smaller. Everything else in the model comes before the logits. So the first question of learning is: **which way should each logit move, and how strongly?** That is the gradient of the loss at the logits $z$, for one position. Let $c$ be the target and $y$ its one-hot row: $y_c = 1$, all other $y_i = 0$.
#
# Before the derivation, guess its shape. The right logit should rise. The others should fall. Those that took much probability away should fall most. And since adding the same number to all logits changes nothing, the entries of the gradient must sum to 0.

# %% id="parsons-gradient" jupyter={"source_hidden": true}
parsons(
    "gradient",
    "Show that the gradient of the surprise $L = -\\log p_c$ at the logit $z_i$ is $p_i - y_i$.",
    [
        r"The surprise in terms of the logits: $L = -\log p_c = -z_c + \log \sum_j e^{z_j}$.",
        r"Differentiate both terms: $\dfrac{\partial L}{\partial z_i} = -\dfrac{\partial z_c}{\partial z_i} + \dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j}$.",
        r"The first: $\dfrac{\partial z_c}{\partial z_i}$ is 1 if $i = c$ and 0 otherwise. That is $y_i$.",
        r"The second, by the chain rule: $\dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j} = \dfrac{e^{z_i}}{\sum_j e^{z_j}}$, the softmax $p_i$.",
        r"Together: $\dfrac{\partial L}{\partial z_i} = p_i - y_i$.",
    ],
    distractors=[
        (
            r"The logarithm goes into the sum: $\log \sum_j e^{z_j} = \sum_j z_j$.",
            r"The logarithm of a product is a sum. The logarithm of a sum is nothing simpler.",
        ),
        (
            r"The second, by the chain rule: $\dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j} = \dfrac{1}{\sum_j e^{z_j}}$.",
            r"The inner derivative is missing: $e^{z_i}$ is the only term of the sum that depends on $z_i$, and its derivative is $e^{z_i}$.",
        ),
        (
            r"Only the logit of the target matters, so $\dfrac{\partial L}{\partial z_i} = 0$ for $i \neq c$.",
            r"All logits stand in the sum. Raising any of them takes probability from the target.",
        ),
    ],
    explain={
        r"The surprise in terms of the logits: $L = -\log p_c = -z_c + \log \sum_j e^{z_j}$.": "This is the formula of section 3. Without it there is nothing to differentiate.",
        r"Differentiate both terms: $\dfrac{\partial L}{\partial z_i} = -\dfrac{\partial z_c}{\partial z_i} + \dfrac{\partial}{\partial z_i} \log \sum_j e^{z_j}$.": "A sum is differentiated term by term; the two terms are then taken one after the other.",
    },
    any_order=[(2, 3)],
)

# %% [markdown]
# **The gradient at the logits is what the model said minus what was wanted.** No logarithm and no exponential is left over; the one has undone the other.
#
# By hand: the logits are $0, \ln 2, \ln 5$, so $p = \tfrac18, \tfrac28, \tfrac58$. The second token is right. Then the gradient is $\tfrac18,\ \tfrac28 - 1,\ \tfrac58$. The second logit should rise, strongly. The third must fall five times as much as the first. The sum is 0.
#
# The loss of a text is a mean over $N$ positions, so each position has only the share $1/N$.
#
# ### Exercise: `logits_gradient`
#
# `logits_gradient(logits, targets)` returns the gradient of the mean surprise at the logits. There is no padding and no smoothing; lesson 7 writes the complete backward pass of `cross_entropy`.
#
# - `logits`: `(..., vocab_size)`; `targets`: ids `(...)`.
# - Returns an array of the shape of `logits`: $(p - y) / N$, where $N$ is the number of targets.
# - `softmax(x)` returns `(p, cache)`, and `one_hot(ids, vocab_size)` is that of lesson 1.
#
# ```python
# logits_gradient(np.log(np.array([[1., 2., 5.]])), np.array([1]))    # array([[ 0.125, -0.75 ,  0.625]])
# ```


# %% id="ex-logits-gradient" tags=["exercise"]
def logits_gradient(logits, targets):
    """Gradient of the mean surprise at the logits: (p - y) / N, in the shape of logits."""
    ### BEGIN SOLUTION
    p, _ = softmax(logits)
    y = one_hot(targets, logits.shape[-1])
    return (p - y) / targets.size
    ### END SOLUTION


# %% id="check-logits-gradient"
logits_gradient = check(logits_gradient)

# %% [markdown]
# A derivation can be wrong, and so can code. The definition of the derivative is a judge that needs neither: move one logit by a little in both directions and see how the loss changes. We do it for ten logits of the line, drawn at random. Lesson 7 makes a tool of this.

# %% id="numerically"
gradient = logits_gradient(logits, targets)
rng = np.random.default_rng(0)
h = 1e-5
print("place  logit of   measured    p - y, divided by N")
largest_gap = 0.0
for n in range(10):
    at = int(rng.integers(len(line)))
    i = int(targets[at]) if n % 2 else int(p[at].argmax())
    up, down = logits.copy(), logits.copy()
    up[at, i] += h
    down[at, i] -= h
    slope = (cross_entropy(up, targets)[0] - cross_entropy(down, targets)[0]) / (2 * h)
    largest_gap = max(largest_gap, abs(slope - gradient[at, i]))
    print(f"{at:>5}{vocab.tokens[i]!r:>8}{slope:>14.5f}{gradient[at, i]:>16.5f}")
print(f"all agree to 8 decimals: {largest_gap < 1e-8}")
print(f"every row sums to 0: {np.allclose(gradient.sum(axis=-1), 0)}")

# %% [markdown]
# Here is the whole gradient of a piece of the line, $p - y$ before the division by $N$. A column is a place in the text, a row a character of the vocabulary; only characters that matter somewhere are shown. Blue pulls a logit up: that is what came. Red pushes down: what was expected in its stead.

# %% id="gradient-heatmap"
piece = slice(line.index("pallid"), line.index("Pallas") + 6)
difference = gradient[piece] * len(line)
shown = np.flatnonzero(np.abs(difference).max(axis=0) > 0.12)
quiet = int((np.abs(difference).max(axis=1) < 0.5).sum())
share = np.abs(difference[: len("pallid")]).sum() / np.abs(difference).sum()
heatmap(
    difference[:, shown].T,
    [vocab.tokens[i] for i in shown],
    list(line[piece]),
    title=f"'pallid' has {share:.0%} of this piece's push; at {quiet} of {len(difference)} places "
    "nothing is off by more than a half",
    x_label="what came",
    y_label="logit of",
    label="p − y",
    diverging=True,
    values=False,
    height=4.6,
)

# %% [markdown]
# Where the model was right and sure, there is nothing to see: no surprise, no gradient. The columns of *pallid* are full of color. Over the whole vocabulary each column sums to 0: what the blue cell gains, the red cells lose.
#
# In the explorer you set the logits yourself. These are the six likeliest characters at the *p* of *pallid* together with *p* itself, as if there were no others. Begin with *p* as the right one. How far must its logit rise until the gradient has become half of what it was? What happens to the gradient when it is lowered by 10: does it grow on and on? Then turn on label smoothing and push the logit far up.

# %% id="explore-gradient"
at = line.index("pallid")
chosen = [*np.argsort(-logits[at])[:6], targets[at]]
explore_gradient(logits[at, chosen], [vocab.tokens[i] for i in chosen], target=6)

# %% [markdown]
# (The gradient at the target is $p - 1$. It is half as large when $p$ is about one half; and it never goes beyond $-1$, however wrong the model is. With smoothing the sign turns once $p$ is larger than what is wanted: the target is pushed *down*.)
#
# ### Why not the squared error?
#
# One could also punish the difference of probabilities, $(1 - p_c)^2$. That looks tamer, for it is at most 1. Its gradient at the logits is its trouble. With two tokens, $p = e^x / (e^x + 1)$ for the lead $x$ of the right logit, and $dp/dx = p\,(1 - p)$ as in lesson 2:
#
# $$\frac{d}{dx}(-\log p) = -(1 - p), \qquad \frac{d}{dx}(1 - p)^2 = -2\,(1 - p) \cdot p\,(1 - p) .$$
#
# The second has the factor $p$. Where the model is sure and wrong, $p$ is nearly 0, and the push is gone just where it is needed most.

# %% id="squared-error"
lead = np.linspace(-8, 8, 161)
right_p = softmax(np.stack([lead, np.zeros_like(lead)], axis=-1))[0][:, 0]
pushes = {
    "cross-entropy": 1 - right_p,
    "squared error": 2 * (1 - right_p) ** 2 * right_p,
}
times = pushes["cross-entropy"][20] / pushes["squared error"][20]
lines(
    lead,
    pushes,
    title=f"Sure and wrong: {-lead[20]:.0f} behind, cross-entropy pushes {times:.0f} times as hard",
    x_label="lead of the right logit",
    y_label="push on it",
    marks={f"{-lead[20]:.0f} behind": lead[20], "even": 0.0},
    height=3.2,
)

# %% [markdown]
# ### Learning, in its smallest form
#
# Can $p - y$ teach anything? Take a model with a single row of logits `b`, the same at every place; it sees no context. Start at zeros, the uniform model. Then step against the gradient, again and again. At every place the gradient is $p - y$, and since $p$ is the same everywhere, their mean is $p$ minus the mean of all $y$. The mean of all $y$ is the row of frequencies.

# %% id="predict-bias" jupyter={"source_hidden": true}
predict(
    "bias",
    "This model can do nothing but choose one distribution for all places. To which loss (in bits per character of the learned part) will it come down at best?",
    options=[
        "To 0, if one waits long enough",
        "To 1.35 bits, as the trained model",
        "To the entropy of the frequencies, about 4.5 bits",
        "It stays at log2(54), about 5.75 bits",
    ],
)

# %% id="reveal-bias" jupyter={"outputs_hidden": true}
text = ids[:cut]
b = np.zeros(len(vocab))
course_of_loss, steps = [], np.arange(301)
for _ in steps:
    course_of_loss.append(bits_per_character(cross_entropy(np.tile(b, (cut, 1)), text)[0]))
    p_b, _ = softmax(b)
    b -= 3.0 * (p_b - frequencies(text))  # the mean of p - y over all places
floor = bits_per_character(entropy(frequencies(text)))
show(
    lines(
        steps,
        {"loss": np.array(course_of_loss), "entropy": np.full(len(steps), floor)},
        title=f"A model of one row: its loss falls from {course_of_loss[0]:.2f} to "
        f"{course_of_loss[-1]:.2f} bits; the entropy of the frequencies is {floor:.2f}",
        x_label="step",
        y_label="bits per character",
        height=3.2,
    )
)
print(f"largest p - frequency that is left: {np.abs(softmax(b)[0] - frequencies(text)).max():.1e}")
reveal(
    "bias",
    "To the entropy of the frequencies, about 4.5 bits",
    f"The gradient is 0 where p equals the frequencies, and there the loss is their entropy, "
    f"{floor:.2f} bits. What is above the floor is KL, and that is what training removes. To get "
    "below, a model must look at what stands before: that is what the other lessons are for.",
)

# %% [markdown]
# That was a training, with nothing but $p - y$. It also shows what $p - y$ aims at: over all places where the model says the same, its probabilities should agree with what happens. That leads to the last question.
#
# ## 9. When it says 80%, is it right in 80%?
#
# A model whose probabilities can be taken at their word is called **calibrated**. The loss rewards that, but a mean hides it. A test: take each answer's **confidence**, the largest probability, and sort the answers into bins: those with a confidence from 0.7 to 0.8, for example. In each bin compare the mean confidence with the share of answers that are right. The picture of it is a **reliability diagram**. The number is the **expected calibration error** (Naeini et al. 2015; Guo et al. 2017): the mean gap over the bins, each weighted with the share of the answers that lie in it,
#
# $$\mathrm{ECE} = \sum_b \frac{N_b}{N} \,\bigl|\mathrm{confidence}_b - \mathrm{accuracy}_b\bigr| .$$
#
# By hand, with two bins, below and above one half: the confidences are 0.3, 0.6, 0.8 and 1, and the second and the last answer are right. The lower bin: 0.3 sure, 0 of 1 right, gap 0.3. The upper: 0.8 sure on average, 2 of 3 right, gap 0.133. Together $\tfrac14 \cdot 0.3 + \tfrac34 \cdot 0.133 = 0.175$.
#
# ### Exercise: `expected_calibration_error`
#
# `expected_calibration_error(confidence, right, n_bins=10)` returns the weighted mean gap.
#
# - `confidence`: `(N,)`, from 0 to 1; `right`: booleans `(N,)`.
# - Bins are equally wide: a confidence `c` falls into bin number `c * n_bins`, rounded down. So one that lies on an edge belongs to the upper bin, but a confidence of exactly 1 to the last. Empty bins do not count.
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
# First the trained model of digits, which answers questions such as `Max ( 5 3 9 )`, on questions that it has not seen.


# %% id="digits-calibration"
def answers(logits, targets, ignored=-1):
    """Keep the rows that are asked for."""
    return logits[targets != ignored], targets[targets != ignored]


def judge(logits, targets):
    """Return confidence and whether it was right, (N,) each."""
    p, _ = softmax(logits)
    return p.max(axis=-1), p.argmax(axis=-1) == targets


trained = answers(digit_logits, questions.targets)
confidence, right = judge(*trained)
print(f"{len(right)} questions, {right.mean():.1%} right")
print(f"least confidence at least 0.98: {confidence.min() > 0.98}")
print(f"calibration error below 0.001: {expected_calibration_error(confidence, right) < 0.001}")

# %% [markdown]
# Always right and always sure. Well calibrated, then, but there is nothing to see: all answers lie in one bin. On a task that a model has mastered calibration is no question. It becomes one where the model is wrong at times. So we train the same model anew, and keep it as it was on the way. (The training is that of lesson 8. Twice 400 steps: without and with label smoothing.)

# %% id="train-digits"
recipe = replace(digits.recipe, steps=400, schedule="constant", evaluate_every=400)
on_the_way = {}
for eps in [0.0, 0.1]:
    trained_run = train(
        digits, replace(recipe, label_smoothing=eps), dtype=np.float64,
        snapshots=[25, 50, 100, 400], progress=False,
    )  # fmt: skip
    for step, params in trained_run.snapshots.items():
        found = run(questions.inputs[0], params, digits.config)
        on_the_way[eps, step] = answers(found, questions.targets)

asked = 400 * recipe.batch_size / len(digits.train)
print(f"{len(digits.train)} questions to learn from, each asked {asked:.1f} times in 400 steps\n")
print("smoothing   step   sure     right    calibration error")
for (eps, step), predictions in on_the_way.items():
    confidence, right = judge(*predictions)
    error = expected_calibration_error(confidence, right)
    print(f"{eps:>6}{step:>10}{confidence.mean():>9.1%}{right.mean():>9.1%}{error:>12.3f}")

# %% [markdown]
# Without smoothing the young model is never far too sure. At steps 25 and 100 it is even too modest: more often right than it says. In so short a training it sees each question only a few times, too few to learn the answers by heart. What it gets right it has understood, and that carries over to new questions.
#
# The last row is what smoothing does to a model that has mastered its task. It is always right, and says about 0.905. That is no accident: section 4 found that with $\varepsilon = 0.1$ the best probability of the target is just that. **A smoothed model does not say how sure it is, but how sure it was told to be.**
#
# Now a model that *has* learned by heart. That is the model of lesson 5, which writes. It was trained without dropout, and in twice as many steps with batches of half the size. It predicts the next character, once on lines that it has learned, once on those held out.

# %% id="raven-calibration"
writer, writer_params = load_trained("raven", "raven")
sets = {}
for name, part in [("learned lines", learned[::9]), ("held-out lines", unseen)]:
    sets[f"raven, {name}"] = logits_at(part, writer, writer_params), ids[part]

reliability = Reliability(sets)
for name in sets:
    show(reliability(which=name))

for name, (rows, came_next) in sets.items():
    confidence, right = judge(rows, came_next)
    sure = confidence > 0.9
    print(
        f"{name}: more than 90% sure of {sure.sum()} answers, on average "
        f"{confidence[sure].mean():.1%}; of these {right[sure].mean():.1%} are right"
    )

# %% [markdown]
# On the left of each picture a bar is the share of right answers in its bin, with the number of answers above it; the dots stand at the mean confidence. On the dashed line the two agree. On learned lines the bars follow it, and are a little above. (A bin of few answers says little.) On held-out lines they stay far below: of the answers that the model calls nearly certain, more than one in five is wrong. **It is not the model that is calibrated or not, but the model on some data.** Guo et al. (2017) found the same overconfidence, on new data, in the large image classifiers of their time, and a simple remedy: divide all logits by one temperature. The order of the answers stays as it is, so not one answer changes; only the confidence does.
#
# The right half of each picture shows the loss and the calibration error at other temperatures. But the best temperature must not be chosen on the data on which it is then praised. So we choose it on the first half of the held-out part, by the lowest loss, and look at the second half.

# %% id="predict-temperature" jupyter={"source_hidden": true}
predict(
    "temperature",
    "Which temperature gives the lowest loss on the first half of the held-out part? (1 leaves the logits as they are.)",
    number=True,
)

# %% id="reveal-temperature" jupyter={"outputs_hidden": true}
held, came_there = sets["raven, held-out lines"]
half = len(held) // 2
temperatures = np.arange(0.5, 4.01, 0.05)
on_first_half = [cross_entropy(held[:half] / t, came_there[:half])[0] for t in temperatures]
chosen_temperature = float(temperatures[np.argmin(on_first_half)])

print("second half          sure     right   calibration error   bits per character")
for t in [1.0, chosen_temperature]:
    rows = held[half:] / t
    confidence, right = judge(rows, came_there[half:])
    error = expected_calibration_error(confidence, right)
    nats, _ = cross_entropy(rows, came_there[half:])
    print(
        f"temperature {t:<5.2f}{confidence.mean():>9.1%}{right.mean():>9.1%}{error:>14.3f}"
        f"{bits_per_character(nats):>19.2f}"
    )
reveal(
    "temperature",
    chosen_temperature,
    "Its logits lie about twice as far apart as they should on text that it has not learned. One "
    "number, and most of the overconfidence is gone, on lines that had no part in choosing it.",
)

# %% [markdown]
# In the explorer the temperature is yours. Find the best one for each set of predictions, once by the loss and once by the calibration error. Are they the same? Where is it below 1, and why? And look at the trained digits: what does the temperature have to do until their answers are no longer sure?

# %% id="explore-calibration"
explore_calibration(
    {
        **sets,
        "digits, stopped at step 100": on_the_way[0.0, 100],
        "digits, smoothed 0.1": on_the_way[0.1, 400],
        "digits, trained": trained,
    },
    which="digits, stopped at step 100",
)

# %% [markdown]
# Here are the best temperatures, on a grid from 0.25 to 4:

# %% id="best-temperatures"
grid = np.round(np.geomspace(0.25, 4, 33), 2)
everything = {
    **sets,
    "digits, stopped at step 100": on_the_way[0.0, 100],
    "digits, smoothed 0.1": on_the_way[0.1, 400],
}
print("                              by the loss   by the calibration error")
for name, (rows, came_next) in everything.items():
    by_loss = [cross_entropy(rows / t, came_next)[0] for t in grid]
    by_error = [expected_calibration_error(*judge(rows / t, came_next)) for t in grid]
    print(f"{name:<30}{grid[np.argmin(by_loss)]:>8.2f}{grid[np.argmin(by_error)]:>19.2f}")

# %% [markdown]
# Loss and calibration error do not ask for quite the same, but nearly. Below 1 the temperature is where the model is too modest: on learned lines, in the young model, and in the smoothed one. That one is always right, so the lowest temperature of the grid is the best: it gives back the confidence that smoothing did not allow. (The trained digits are left out of the table for the same reason.)
#
# ## 10. Your functions in the model
#
# The course measures and trains with functions of these names. `using` puts yours in their place.

# %% id="in-the-model"
from course_lib.loss import cross_entropy_backward
from course_lib.training.objective import loss_and_grads

yours = {
    "log_softmax": log_softmax,
    "cross_entropy": cross_entropy,
    "perplexity": perplexity,
    "bits_per_character": bits_per_character,
}
with using(**yours):
    your_report = raven.report(raven_params)
    batch = raven.train.take(slice(0, 8))
    your_step = loss_and_grads(batch, raven_params, raven.config)
step = loss_and_grads(batch, raven_params, raven.config)

for name, value in your_report.items():
    print(f"{name}: {value:.3f}")
print("the same loss of a batch:", np.isclose(step.loss, your_step.loss))
same = [np.allclose(a, flatten(your_step.grads)[name]) for name, a in flatten(step.grads).items()]
print(f"the same gradients of all {len(same)} arrays:", all(same))

# %% [markdown]
# (The figure for the held-out part differs a little from that of section 5, because the report reads nothing before that part: its first characters have less to go by.)
#
# The last line is a look ahead. Lesson 7 takes the gradient of this batch through the whole model. Here is where it sets out:

# %% id="where-lesson-7-begins"
batch_logits, _ = forward(batch.inputs, raven_params, raven.config)
_, cache = cross_entropy(batch_logits, batch.targets)
dlogits = logits_gradient(batch_logits, batch.targets)
print("logits", batch_logits.shape, "  dlogits", dlogits.shape)
print("p - y is what the course's backward pass begins with:",
      np.allclose(dlogits, cross_entropy_backward(1.0, cache)))  # fmt: skip

# %% [markdown]
# ## Check what you know

# %% id="quiz-half" jupyter={"source_hidden": true}
quiz(
    "half",
    "A model gives every target of a text twice the probability that another model gives it. By how much do their losses differ?",
    [
        (
            "The loss of the better one is half as large",
            False,
            "A factor in the probability is a difference in the loss, not a factor.",
        ),
        (
            "By 2 nats",
            False,
            "The logarithm of 2 is not 2.",
        ),
        (
            "It depends on the probabilities",
            False,
            "$-\\log(2p) = -\\log p - \\log 2$, whatever $p$ is.",
        ),
        (
            "By $\\ln 2$ nats, which is one bit",
            True,
            "$-\\log(2p) = -\\log p - \\log 2$ at every position, so also in the mean.",
        ),
    ],
)

# %% id="quiz-perplexity" jupyter={"source_hidden": true}
quiz(
    "perplexity",
    "Two models, one of characters and one of words, have the perplexities 5 and 60 on the same text. Which is the better one?",
    [
        (
            "That of characters, for 5 is less than 60",
            False,
            "The one chooses among characters, the other among words. A word is harder to guess, but there are fewer of them.",
        ),
        (
            "It cannot be said without the number of characters in a word",
            True,
            "The bits per token must be shared among its characters: $\\log_2 5 = 2.3$ bits per character on one side, $\\log_2 60 = 5.9$ bits per word on the other. With more than 2.5 characters to a word, the space included, the model of words is ahead.",
        ),
        (
            "That of words, for words carry more meaning",
            False,
            "Perplexity knows nothing of meaning. It asks how well the next token was expected.",
        ),
    ],
)

# %% id="quiz-certain" jupyter={"source_hidden": true}
quiz(
    "certain",
    "At 999 of 1000 positions a model gives the target the probability 1. At one position it gives it 0. What is the loss?",
    [
        (
            "Infinite",
            True,
            "One surprise is infinite, and so is the mean. The loss forbids nothing so strictly as to rule out what can happen.",
        ),
        (
            "0.001",
            False,
            "That is the share of errors. The loss counts how sure the model was, and here it was certain of something wrong.",
        ),
        (
            "0, rounded",
            False,
            "The zeros of the other positions cannot make up for an infinite term.",
        ),
        (
            "1",
            False,
            "A surprise is $-\\log p$, and it has no upper limit.",
        ),
    ],
)

# %% id="quiz-zero-gradient" jupyter={"source_hidden": true}
quiz(
    "zero-gradient",
    "When is the gradient $p - y$ at one position exactly 0 (without smoothing)?",
    [
        (
            "When the target has the largest logit",
            False,
            "Then the first guess is right, but $p$ is not yet 1. The gradient is $p - 1$ at the target and goes on pushing.",
        ),
        (
            "When $p$ is uniform",
            False,
            "Then it is $1/V - 1$ at the target, nearly as large as it can be.",
        ),
        (
            "Never, for finite logits",
            True,
            "It would need $p = y$, a probability of exactly 1. Only infinite logits give that. So without smoothing training never comes to rest by itself.",
        ),
        (
            "When the loss is below 1 nat",
            False,
            "At 1 nat $p$ is $1/e = 0.37$, and the gradient at the target is still $-0.63$.",
        ),
    ],
)

# %% id="quiz-padding" jupyter={"source_hidden": true}
quiz(
    "padding",
    "A batch holds 40 characters and 60 positions of padding. Someone sums the surprise of the 40 and divides by 100. What follows for training?",
    [
        (
            "Nothing, a constant factor does not matter",
            False,
            "It would be constant if every batch had the same share of padding.",
        ),
        (
            "Batches with much padding get too small a loss and too small a gradient",
            True,
            "Here both are multiplied by 0.4, in a fuller batch by more. How much a character counts then depends on its neighbors in the batch.",
        ),
        (
            "The model learns to write padding",
            False,
            "That would happen if the surprise at the padding were in the sum. It is not.",
        ),
    ],
)

# %% id="quiz-kl" jupyter={"source_hidden": true}
quiz(
    "kl",
    "During training the loss falls from 3.0 to 1.4 nats. What has happened to the entropy of the text and to the KL divergence?",
    [
        (
            "Both have fallen",
            False,
            "The entropy belongs to the text. No training changes it.",
        ),
        (
            "The entropy has fallen, KL has stayed",
            False,
            "It is the other way round: the text is what it is, and the model has changed.",
        ),
        (
            "KL has fallen by 1.6 nats, the entropy has stayed",
            True,
            "Cross-entropy is entropy plus KL. Only the second part depends on the model, and it cannot go below 0.",
        ),
    ],
)

# %% id="quiz-temperature" jupyter={"source_hidden": true}
quiz(
    "temperature",
    "All logits of a model are divided by 2. What stays as it was?",
    [
        (
            "The share of answers that are right",
            True,
            "The largest logit stays the largest, so every first guess stays the same.",
        ),
        (
            "The loss",
            False,
            "All probabilities come closer together, and the surprise at each target changes.",
        ),
        (
            "The calibration error",
            False,
            "The confidences fall while the accuracy stays. That is the purpose of it.",
        ),
        (
            "The entropy of the predictions",
            False,
            "It rises: the probabilities become more even.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The loss of this lesson is the one with which language models are trained; only the numbers around it are larger.
#
# - **Bits and perplexities.** Shannon (1951) let people guess the next letter of English and estimated its entropy at 0.6 to 1.3 bits per letter. A trigram model of words reached 1.75 bits per character (P. Brown et al. 1992). GPT-2 reported 0.93 bits per byte on the text of enwik8 and a perplexity of 18.34 on WikiText-2, both without training on them (Radford et al. 2019); GPT-3 a perplexity of 20.50 on the Penn Treebank (T. Brown et al. 2020). Each has another text and other tokens, so the numbers cannot be set in one row, for the reason of section 5.
# - **The loss falls by a law.** Over many orders of magnitude the loss of language models falls as a power of the number of parameters, of the data and of the computation (Kaplan et al. 2020). The entropy of the text, which no model can go below, is a constant term in the law that Hoffmann et al. (2022) fitted.
# - **Label smoothing** of 0.1 was used in the first transformer. It made the perplexity worse and the translations better (Vaswani et al. 2017, Sec. 5.4). Müller et al. (2019) found that it also helps calibration, where the unsmoothed model is overconfident. Our digits show the other side: a model that is never wrong is only made to understate.
# - **Only differences count**, so nothing keeps the logits from drifting away together. PaLM added a small penalty on $\log^2 \sum_j e^{z_j}$, to hold that sum near 1 (Chowdhery et al. 2022).
# - **Calibration.** The model that GPT-4 was before its later training by people's feedback was well calibrated on a test of knowledge; afterwards it was less so (OpenAI 2023).
# - **The logits are large.** One row for each position, as wide as the vocabulary:

# %% id="real-logits"
print("                 tokens   vocabulary    logits of one text, 4 bytes each")
for name, tokens, size in [
    ("our raven", raven.config.max_len, len(vocab)),
    ("GPT-2", 1024, 50257),
    ("GPT-3", 2048, 50257),
]:
    print(f"{name:<15}{tokens:>8}{size:>13,}{tokens * size * 4 / 1e6:>20.3g} MB")

# %% [markdown]
# (Sizes: Radford et al. 2019; T. Brown et al. 2020, which takes over the tokens of GPT-2.) And their gradient has the same size again. That is why real programs compute loss and gradient together, piece by piece, and never keep the whole table; $p - y$ can be written over the logits in place.
#
# **Next.** `dlogits` says how each logit should move. The logits were made by the output projection, that was fed by the last block, and so on down to the embeddings. Lesson 7 carries the gradient back along this way, through every part that you have built.
#
# ## Sources
#
# - C. Shannon, *A Mathematical Theory of Communication*, Bell System Technical Journal 27, 1948. Surprise and entropy.
# - C. Shannon, *Prediction and Entropy of Printed English*, Bell System Technical Journal 30, 1951.
# - S. Kullback, R. Leibler, *On Information and Sufficiency*, Annals of Mathematical Statistics 22, 1951.
# - P. Brown et al., *An Estimate of an Upper Bound for the Entropy of English*, Computational Linguistics 18, 1992.
# - C. Szegedy et al., *Rethinking the Inception Architecture for Computer Vision*, 2016, [arXiv:1512.00567](https://arxiv.org/abs/1512.00567). Sec. 7: label smoothing.
# - R. Müller, S. Kornblith, G. Hinton, *When Does Label Smoothing Help?*, 2019, [arXiv:1906.02629](https://arxiv.org/abs/1906.02629).
# - M. Naeini, G. Cooper, M. Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, AAAI 2015.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599).
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# - A. Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019 (GPT-2).
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020 (GPT-3), [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361); J. Hoffmann et al., *Training Compute-Optimal Large Language Models*, 2022, [arXiv:2203.15556](https://arxiv.org/abs/2203.15556).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - OpenAI, *GPT-4 Technical Report*, 2023, [arXiv:2303.08774](https://arxiv.org/abs/2303.08774).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
