"""Sentences in, the same sentences out: the whole encoder-decoder, taught by teacher forcing.

The decoder reads <bos> and the wanted words, and at each position gives the word that comes next;
after the last word, <eos>. Copying needs cross-attention to walk along the source; the presets
make it walk backwards, or look for the words in the order of the alphabet.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from ..decoding import NextLogits
from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch
from ..training.recipe import Recipe
from ..vocab import BOS, EOS, PAD, Vocabulary, pad_sequences
from .answers import most_likely
from .task import Answer, Task

PRESETS = {
    "copy": "the same words in the same order",
    "reverse": "the last word first",
    "sort": "in the order of the alphabet",
}

WORDS = "a and bird cat dog fish good has in little not on old ran sat saw the tree under was"
FEWEST, MOST = 3, 6
N_TRAIN, N_VALIDATION, N_TEST = 10_000, 500, 1000

_ORDERS: dict[str, Callable] = {
    "copy": lambda ids: ids,
    "reverse": lambda ids: ids[::-1],
    "sort": np.sort,
}
_RECIPES = {
    "copy": Recipe(1000, 64, lr=4e-3, warmup=50),
    "reverse": Recipe(1000, 64, lr=4e-3, warmup=50),
    "sort": Recipe(2500, 64, lr=4e-3, warmup=50),
}


def load(preset):
    """Return the Task of a preset.

    Sentences are random words, 3 to 6 of 20, and all different: none of the validation or of the
    test is in the training part. Groups are the lengths.
    """
    vocabulary = Vocabulary.words(WORDS, specials=(PAD, BOS, EOS))
    sentences = make_sentences(vocabulary, np.random.default_rng(0))
    data = make_batch(sentences, vocabulary, preset)
    config = TransformerConfig(
        "encoder-decoder", len(vocabulary), d_model=32, n_heads=4, n_layers=1, d_ff=64,
        max_len=MOST + 1, pad_id=vocabulary.pad_id,
    )  # fmt: skip
    return Task(
        name="copy",
        preset=preset,
        description=f"A sentence of 3 to 6 words, {PRESETS[preset]}.",
        vocabulary=vocabulary,
        config=config,
        recipe=_RECIPES[preset],
        train=data.take(slice(N_TRAIN)),
        validation=data.take(slice(N_TRAIN, N_TRAIN + N_VALIDATION)),
        test=data.take(slice(N_TRAIN + N_VALIDATION, None)),
        ask=partial(_ask, preset, vocabulary, config),
    )


def make_sentences(vocabulary, rng):
    """Return distinct sentences, a list of int arrays (T,), T from 3 to 6."""
    first, count = vocabulary.eos_id + 1, N_TRAIN + N_VALIDATION + N_TEST
    sentences: dict[tuple, np.ndarray] = {}
    while len(sentences) < count:
        ids = rng.integers(first, len(vocabulary), size=rng.integers(FEWEST, MOST + 1))
        sentences[tuple(ids)] = ids
    return list(sentences.values())


def make_batch(sentences, vocabulary, preset):
    """Return the Batch: inputs (source, <bos> + answer), targets answer + <eos>."""
    answers = [_ORDERS[preset](ids) for ids in sentences]
    source = pad_sequences(sentences, vocabulary.pad_id)
    shifted = pad_sequences([[vocabulary.bos_id, *ids] for ids in answers], vocabulary.pad_id)
    targets = pad_sequences([[*ids, vocabulary.eos_id] for ids in answers], IGNORED)
    groups = np.array([f"{len(ids)} words" for ids in sentences])
    return Batch((source, shifted), targets, groups)


def read_sentence(text, vocabulary):
    """Return the ids of what a person typed, int (T,), or say what is wrong with it."""
    words = [word.lower() for word in vocabulary.split(text)]
    unknown = [word for word in words if word not in WORDS.split()]
    if unknown:
        raise ValueError(
            f"copy: {unknown[0]!r} is not one of the words that the model knows: {WORDS}."
        )
    if not FEWEST <= len(words) <= MOST:
        raise ValueError(
            f"copy: the sentence has {len(words)} words; the model learned {FEWEST} to {MOST}."
        )
    return vocabulary.encode(" ".join(words))


def _ask(preset, vocabulary, config, params, question, top=3):
    source = read_sentence(question, vocabulary)
    next_logits, prompt = NextLogits(params, config, source[None]), np.array([vocabulary.bos_id])
    found = most_likely(next_logits, prompt, MOST + 1, vocabulary.eos_id, top)
    candidates = [(vocabulary.decode(ids), probability) for ids, probability in found]
    truth = vocabulary.decode(_ORDERS[preset](source))
    return Answer(vocabulary.decode(source), candidates[0][0], candidates, truth)
