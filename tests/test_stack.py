"""The stack: gradients and dtypes of what embeds ids and of the row of blocks."""

import numpy as np
from cases import PADDED_IDS, Case, rng_again
from checks import make_tests
from sizes import make_config, make_params

from course_lib import blocks, stack


def embed_case(**changes):
    """Tokens, positions, dropout."""
    config, before = make_config(**changes), ("embedding", "positions")
    return Case(
        lambda params: stack.embed(PADDED_IDS, params, config, rng_again(), 1),
        stack.embed_backward,
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k in before},),
    )


def stack_case(**changes):
    """Embedding, positions, blocks, last norm."""
    config = make_config(**changes)
    return Case(
        lambda params: stack.encoder_stack(PADDED_IDS, params, config, rng_again()),
        lambda dout, cache: stack.stack_backward(dout, cache, blocks.encoder_block_backward),
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k != "output"},),
    )


CASES = {
    "embed": embed_case(),
    "embed/scaled": embed_case(scale_embedding=True, positions="sinusoidal", dropout=0.3),
    "embed/no positions": embed_case(positions="none"),
    "stack": stack_case(),
    "stack/scaled": stack_case(scale_embedding=True, norm="post", positions="sinusoidal"),
}


def small_encoder():
    """Draw the parameters of an encoder in float32; return them with its configuration."""
    config = make_config("encoder")
    return make_params(config, np.random.default_rng(19), np.float32), config


FLOAT32 = {
    "encoder_stack": lambda: stack.encoder_stack(PADDED_IDS, *small_encoder(), None),
}


NOT_FLOAT32 = {
    "hide_padding": "bool",
}


TestStack = make_tests(
    stack,
    CASES,
    float32=FLOAT32,
    not_float32=NOT_FLOAT32,
    not_in_goldens=["embed_backward", "stack_backward"],  # compared as parts of whole models
)
