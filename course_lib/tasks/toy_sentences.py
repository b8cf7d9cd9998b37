"""Eleven words and a grammar: small enough to know every sentence, and to check every sample.

The verb agrees with its subject, and a clause may stand between them: "the cat that sees the dogs
sleeps ." The full stop is one of the eleven words; it ends a sentence, and the next one begins
after it, so that no special tokens are needed.
"""

from functools import cache, partial
from itertools import product

import numpy as np

from .. import decoding, model
from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch
from ..training.recipe import Recipe
from ..vocab import Vocabulary, pad_sequences
from .answers import most_likely
from .task import Answer, Task

PRESETS = {"toy_sentences": "eleven words, two blocks, 4 heads, d_model 16"}

GRAMMAR = {
    "SENTENCE": ("ONE DOES .", "MANY DO ."),
    "ONE": ("the NOUN", "the NOUN that DOES_SHORT"),
    "MANY": ("the NOUNS", "the NOUNS that DO_SHORT"),
    "DOES": ("sleeps", "sees ANYONE"),
    "DO": ("sleep", "see ANYONE"),
    "ANYONE": ("ONE", "MANY"),
    "DOES_SHORT": ("sleeps", "sees SOMEONE"),
    "DO_SHORT": ("sleep", "see SOMEONE"),
    "SOMEONE": ("the NOUN", "the NOUNS"),
    "NOUN": ("cat", "dog"),
    "NOUNS": ("cats", "dogs"),
}
"""A symbol in capitals -> what it may stand for; all else are words."""

STOP = "."
N_TRAIN = 5000


def load(preset="toy_sentences"):
    """Return the Task.

    A fifth of the 600 sentences are held out. The training part is a corpus that the grammar draws,
    each choice evenly, without the held-out sentences; short sentences come up in it many times.
    """
    rng = np.random.default_rng(0)
    known, held_out = split_sentences(rng)
    corpus: list[str] = []
    while len(corpus) < N_TRAIN:
        sentence = draw("SENTENCE", rng)
        if sentence in known:
            corpus.append(sentence)
    vocabulary = Vocabulary.words(" ".join(corpus), specials=())
    longest = max(len(sentence.split()) for sentence in all_sentences())
    config = TransformerConfig(
        "decoder", len(vocabulary), d_model=16, n_heads=4, n_layers=2, d_ff=64, max_len=longest
    )
    return Task(
        name="toy_sentences",
        preset=preset,
        description=f"The next word of a sentence of a little grammar: {PRESETS[preset]}.",
        vocabulary=vocabulary,
        config=config,
        recipe=Recipe(4000, 32, lr=3e-2, warmup=100, beta2=0.99, keep="last"),
        train=make_batch(corpus, vocabulary),
        validation=make_batch(held_out, vocabulary),
        ask=partial(_ask, vocabulary, config),
        generate=partial(_generate, vocabulary, config),
        report=partial(_report, vocabulary, config, held_out),
    )


def expand(symbol="SENTENCE"):
    """Return all that a symbol can become, in a fixed order."""
    if symbol not in GRAMMAR:
        return [symbol]
    choices = [product(*map(expand, choice.split())) for choice in GRAMMAR[symbol]]
    return [" ".join(parts) for choice in choices for parts in choice]


@cache
def all_sentences():
    """Return the 600 sentences of the grammar."""
    return tuple(expand("SENTENCE"))


def draw(symbol, rng):
    """Let the grammar write: one of the choices for each symbol, all equally likely."""
    if symbol not in GRAMMAR:
        return symbol
    choice = GRAMMAR[symbol][rng.integers(len(GRAMMAR[symbol]))]
    return " ".join(draw(part, rng) for part in choice.split())


def is_sentence(text):
    """Is this text one sentence of the grammar, its full stop included?"""
    words = Vocabulary((), "word").split(text)
    return len(words) in _ends("SENTENCE", words, 0)


def _ends(symbol, words, start):
    """Return all places where `symbol`, read from `start` on, may end."""
    if symbol not in GRAMMAR:
        return {start + 1} if words[start : start + 1] == [symbol] else set()
    found = set()
    for choice in GRAMMAR[symbol]:
        places = {start}
        for part in choice.split():
            places = set().union(*(_ends(part, words, place) for place in places))
        found |= places
    return found


def split_sentences(rng):
    """Split all sentences: (set of those for training, list of the fifth that is held out)."""
    shuffled = rng.permutation(all_sentences()).tolist()
    n = len(shuffled) // 5
    return set(shuffled[n:]), shuffled[:n]


def make_batch(sentences, vocabulary):
    """Return the Batch that asks for every word: a full stop first, then the words before it."""
    ids = [vocabulary.encode(sentence) for sentence in sentences]
    stop = vocabulary.tokens.index(STOP)
    inputs = pad_sequences([[stop, *row[:-1]] for row in ids], stop)
    return Batch((inputs,), pad_sequences(ids, IGNORED))


def sentence_probabilities(sentences, vocabulary, params, config, **sampling):
    """Return the probability with which the model says each sentence, (N,), float64.

    Summed over all sentences of the grammar it is the probability that a sample is a sentence.
    `sampling` as in `decoding.next_probabilities`; without it temperature 1.
    """
    data = make_batch(sentences, vocabulary)
    logits, _ = model.language_model(data.inputs[0], params, config)
    p = decoding.next_probabilities(logits.astype(np.float64), **sampling)
    counted = data.targets != IGNORED
    words = np.take_along_axis(p, np.where(counted, data.targets, 0)[..., None], axis=-1)[..., 0]
    return np.where(counted, words, 1.0).prod(axis=1)


def sample(params, task, n, rng, prompt="", **sampling):
    """Draw n continuations of a prompt, each to its full stop or the longest that the model can.

    `sampling` as in `decoding.next_probabilities`; without it temperature 1.

    Returns
    -------
    list of str
    """
    vocabulary, config = task.vocabulary, task.config
    return _sample(vocabulary, config, params, prompt, n, rng, **(sampling or {"temperature": 1}))


def _sample(vocabulary, config, params, prompt, n, rng, **sampling):
    stop = vocabulary.tokens.index(STOP)
    start = np.append(stop, vocabulary.encode(prompt))
    if STOP in prompt or len(start) > config.max_len:
        raise ValueError(
            f"toy_sentences: the prompt must be the beginning of one sentence, at most "
            f"{config.max_len - 1} words without a full stop, such as 'the cats that'."
        )
    ids = decoding.generate(
        decoding.NextLogits(params, config), np.tile(start, (n, 1)),
        config.max_len + 1 - len(start), rng, eos_id=stop, **sampling,
    )  # fmt: skip
    texts = [vocabulary.decode(row[1:]) for row in ids]
    return [text.split(STOP)[0] + STOP if STOP in text else text for text in texts]


def _generate(vocabulary, config, params, prompt="", length=30, rng=None, **sampling):
    """Write sentences, one a line, until there are `length` words; the last one is finished.

    Without a word about the sampling it is top_p 0.95, which leaves out the wrong words.
    """
    sampling = sampling or {"top_p": 0.95}
    lines: list[str] = []
    while sum(len(line.split()) for line in lines) < length:
        lines += _sample(vocabulary, config, params, prompt, 1, rng, **sampling)
    return "\n".join(lines)


def _ask(vocabulary, config, params, question, top=3):
    ids = np.append(vocabulary.tokens.index(STOP), vocabulary.encode(question))[-config.max_len :]
    found = most_likely(decoding.NextLogits(params, config), ids, 1, top=top)
    candidates = [(vocabulary.decode(answer), probability) for answer, probability in found]
    return Answer(question, candidates[0][0], candidates)


def _report(vocabulary, config, held_out, params):
    def said(sentences, **sampling):
        return sentence_probabilities(sentences, vocabulary, params, config, **sampling)

    return {
        "probability that a sample is a sentence": float(said(all_sentences()).sum()),
        "the same with top_p 0.95": float(said(all_sentences(), top_p=0.95).sum()),
        "probability of a held-out sentence": float(said(held_out).sum()),
        "held-out sentences that top_p 0.95 can say": float(
            (said(held_out, top_p=0.95) > 0).mean()
        ),
    }
