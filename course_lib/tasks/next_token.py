"""The smallest job: after each number, the next one. One block, plain SGD, a fraction of a second.

The answer at a position is the token there plus one, and 0 after the last: the model need not look
at any other position. What it must get right is everything else, from embedding to update.
"""

from functools import partial

import numpy as np

from .. import model
from ..params import TransformerConfig
from ..training.objective import Batch
from ..training.recipe import Recipe
from ..vocab import Vocabulary
from .answers import most_likely
from .task import Answer, Task

PRESETS = {"next_token": "each token is followed by the next number; one block, plain SGD"}

VOCAB_SIZE, LENGTH = 20, 4
N_TRAIN, N_VALIDATION = 2000, 200


def load(preset="next_token"):
    """Return the Task.

    The block is the encoder's of Vaswani et al. (2017): self-attention and feed-forward. An encoder
    as such gives one label to a sequence; here every position has an answer of its own, so the
    model is of the family "decoder", which runs that block under a causal mask.
    """
    rng = np.random.default_rng(0)
    codes = rng.choice(VOCAB_SIZE**LENGTH, N_TRAIN + N_VALIDATION, replace=False)
    ids = np.stack(np.unravel_index(codes, (VOCAB_SIZE,) * LENGTH), axis=1)
    data = Batch((ids,), (ids + 1) % VOCAB_SIZE)
    vocabulary = Vocabulary([str(i) for i in range(VOCAB_SIZE)], "word")
    config = TransformerConfig(
        "decoder", VOCAB_SIZE, d_model=32, n_heads=1, n_layers=1, d_ff=64, max_len=LENGTH
    )
    return Task(
        name="next_token",
        preset=preset,
        description="After each number, the next one.",
        vocabulary=vocabulary,
        config=config,
        recipe=Recipe(
            300, 32, lr=0.3, optimizer="sgd", schedule="constant", clip=None, evaluate_every=30
        ),
        train=data.take(slice(N_TRAIN)),
        validation=data.take(slice(N_TRAIN, None)),
        ask=partial(_ask, vocabulary, config),
    )


def _ask(vocabulary, config, params, question, top=3):
    ids = vocabulary.encode(question)
    if not 1 <= len(ids) <= LENGTH:
        raise ValueError(
            f"next_token: the question has {len(ids)} numbers; give 1 to {LENGTH}, "
            f"each from 0 to {VOCAB_SIZE - 1}, such as '3 7 19'."
        )
    logits, _ = model.language_model(ids[None], params, config)  # (1, T, vocab_size)

    def next_logits(read):  # the ids, and a beginning of the answer, which changes nothing
        return np.repeat(logits[:, read.shape[1] - len(ids)], len(read), axis=0)

    found = most_likely(next_logits, ids, len(ids), top=top)
    candidates = [(vocabulary.decode(answer), probability) for answer, probability in found]
    truth = vocabulary.decode((ids + 1) % VOCAB_SIZE)
    return Answer(vocabulary.decode(ids), candidates[0][0], candidates, truth)
