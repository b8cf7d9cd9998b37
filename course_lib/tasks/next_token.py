"""The smallest job: after each number, the next one. One block, plain SGD, a fraction of a second.

The answer at a position is the token there plus one, and 0 after the last: the model need not look
at any other position. What it must get right is everything else, from embedding to update.
"""

import numpy as np

from ..objective import Batch, forward
from ..params import TransformerConfig
from ..recipe import Recipe
from ..vocab import Vocabulary
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

    def ask(params, question, top=3):
        ids = vocabulary.encode(question)[None]
        if not 1 <= ids.shape[1] <= LENGTH:
            raise ValueError(
                f"next_token: the question has {ids.shape[1]} numbers; give 1 to {LENGTH}, "
                f"each from 0 to {VOCAB_SIZE - 1}, such as '3 7 19'."
            )
        logits, _ = forward((ids,), params, config)
        ...

    return Task(
        name="next_token",
        preset=preset,
        description="After each number, the next one.",
        vocabulary=vocabulary,
        config=config,
        recipe=Recipe(
            300, 32, lr=1.0, optimizer="sgd", schedule="constant", clip=None, evaluate_every=30
        ),
        train=data.take(slice(N_TRAIN)),
        validation=data.take(slice(N_TRAIN, None)),
        ask=ask,
    )
