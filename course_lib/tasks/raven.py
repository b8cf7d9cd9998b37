"""A language model of characters, taught The Raven: which character comes next?

The first nine tenths of the poem are for training; the last tenth is held out, in one piece, so
that no window crosses from the one into the other.
"""

from functools import partial
from typing import Any

import numpy as np

from .. import decoding, loss
from ..internals.files import data_folder
from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch, evaluate
from ..training.recipe import Recipe
from ..vocab import Vocabulary
from .answers import most_likely
from .task import Answer, Task

PRESETS = {
    "raven": "one block, 4 heads, 12 characters: new lines in the poet's voice",
    "recite": "two blocks, 24 characters: knows the poem by heart, and nothing else",
    "held-out": "one block with dropout: fewest bits on characters that it has not seen",
    "tiny": "one block, one head, 8 characters, plain SGD",
}

POEM = data_folder() / "the_raven.txt"

_SHAPES: dict[str, dict[str, Any]] = {
    "raven": {"max_len": 12, "d_model": 64, "n_heads": 4, "n_layers": 1, "activation": "gelu"},
    "recite": {"max_len": 24, "d_model": 64, "n_heads": 4, "n_layers": 2, "activation": "gelu"},
    "held-out": {
        "max_len": 12, "d_model": 64, "n_heads": 4, "n_layers": 1, "activation": "gelu",
        "dropout": 0.1,
    },
    "tiny": {"max_len": 8, "d_model": 32, "n_heads": 1, "n_layers": 1, "d_ff": 128},
}  # fmt: skip
# keep="last": nothing of a run is chosen by the held-out part.
_RECIPES = {
    "raven": Recipe(2000, 32, lr=3e-3, warmup=100, keep="last"),
    "recite": Recipe(1500, 32, lr=3e-3, warmup=100, keep="last"),
    "held-out": Recipe(1000, 64, lr=3e-3, warmup=100, keep="last"),
    "tiny": Recipe(
        10_000, 32, lr=0.3, optimizer="sgd", schedule="constant", clip=None, keep="last",
        evaluate_every=500,
    ),
}  # fmt: skip


def load(preset):
    """Return the Task of a preset.

    Training draws windows of the first nine tenths and asks at each of their positions. The model's
    size and its recipe were chosen with an eye on the held-out part, for want of a third; the
    parameters were not.
    """
    text = POEM.read_text(encoding="utf-8")
    vocabulary = Vocabulary.characters(text)
    ids = vocabulary.encode(text)
    seen, unseen = np.split(ids, [len(ids) * 9 // 10])
    config = TransformerConfig("decoder", len(vocabulary), **_SHAPES[preset])
    return Task(
        name="raven",
        preset=preset,
        description=f"The next character of The Raven: {PRESETS[preset]}.",
        vocabulary=vocabulary,
        config=config,
        recipe=_RECIPES[preset],
        train=windows(seen, config.max_len),
        validation=each_once(unseen, config.max_len),
        ask=partial(_ask, vocabulary, config),
        generate=partial(_generate, vocabulary, config),
        report=partial(_report, seen, unseen, config),
    )


def windows(ids, T):
    """Return the Batch of all windows of T characters, each asked for the next ones."""
    rows = np.lib.stride_tricks.sliding_window_view(ids, T + 1)
    return Batch((rows[:, :-1],), rows[:, 1:])


def each_once(ids, T):
    """Return a Batch that asks for each character once, with as much context as there is.

    A character is predicted from the T before it: each window asks for what follows it, and the
    first window for all its characters too, from 1, 2, ... characters. The very first character of
    `ids` is not asked for: nothing stands before it.
    """
    data = windows(ids, T)
    targets = np.full_like(data.targets, IGNORED)
    targets[:, -1] = data.targets[:, -1]
    targets[0] = data.targets[0]
    return Batch(data.inputs, targets)


def bits_per_character(ids, params, config):
    """Measure a model on a text, int (n,): bits for each character but the first; see each_once."""
    measured = evaluate(each_once(ids, config.max_len), params, config)
    return loss.bits_per_character(measured.loss)


def _report(seen, unseen, config, params):
    return {
        "bits per character, held out": bits_per_character(unseen, params, config),
        "bits per character, training part": bits_per_character(seen, params, config),
    }


def _ask(vocabulary, config, params, question, top=3):
    ids = _read(vocabulary, question)[-config.max_len :]
    found = most_likely(decoding.NextLogits(params, config), ids, 1, top=top)
    candidates = [(vocabulary.decode(answer), probability) for answer, probability in found]
    return Answer(vocabulary.decode(ids), candidates[0][0], candidates)


def _generate(vocabulary, config, params, prompt="Once upon", length=200, rng=None, **sampling):
    sampling = sampling or {"temperature": 0.8}
    ids = _read(vocabulary, prompt)[None]
    next_logits = decoding.NextLogits(params, config)
    return vocabulary.decode(decoding.generate(next_logits, ids, length, rng, **sampling)[0])


def _read(vocabulary, text):
    if not text:
        raise ValueError("raven: the prompt is empty; give at least one character to begin with.")
    return vocabulary.encode(text)
