"""stack_backward: back through the last norm, the blocks and the embedding."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import blocks, model
from course_lib.params import TransformerConfig, init_params


def cases(rng):
    def case(label, block_backward=blocks.encoder_block_backward, **changes):
        settings = {"d_model": 10, "n_heads": 5, "n_layers": 3, "d_ff": 7, "max_len": 11}
        config = TransformerConfig("decoder", 13, **(settings | changes))
        params = init_params(config, rng, np.float64)
        ids = rng.integers(13, size=(2, 5))
        _, (cache, _) = model.language_model(ids, params, config)
        dx = 0.02 * rng.normal(size=(2, 5, 10))  # b_K has the gradient 0: float32 must pass
        return Case((dx, cache, block_backward), label=label)

    return [
        case("one block, no norm, no positions", n_layers=1, norm="none", positions="none"),
        case("3 blocks, no norm", norm="none"),
        case("3 blocks, pre-norm"),
        case("3 blocks, post-norm", norm="post"),
        case(
            "sinusoidal positions, scaled embedding", positions="sinusoidal", scale_embedding=True
        ),
        case("blocks of another kind, with a backward of their own", another_backward),
    ]


def another_backward(dout, cache):
    return 3 * dout[..., ::-1], {"total": dout.sum(axis=(0, 1))}


returns = ("dparams",)

NORM = """\
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
"""

mistakes = [
    Mistake(
        "forward_order",
        {"reversed(cache.blocks)": "cache.blocks", "[::-1]": ""},
        "You go through the blocks in the order of the forward. The gradient comes from above and "
        "meets the last block first: reversed(cache.blocks).",
    ),
    Mistake(
        "list_turned_round",
        {"[::-1]": ""},
        "The gradients of the blocks are right, but their list is turned round: the last block "
        'stands first. dparams["blocks"][i] belongs to block i.',
    ),
    Mistake(
        "norm_forgotten",
        {'cache.config.norm == "pre"': "False"},
        "The last norm is left out. With pre-norm a layer norm stands after the last block and is "
        'the first step back; its gradients go to dparams["norm"].',
    ),
    Mistake(
        "norm_at_the_bottom",
        {NORM: "", "    return": NORM + "    return"},
        "You go back through the last norm after the blocks. It was the last step of the forward, "
        "so it is the first of the backward.",
    ),
    Mistake(
        "norm_always",
        {'cache.config.norm == "pre"': "True"},
        'Only with norm "pre" does a layer norm stand after the last block. Otherwise cache.norm '
        "is None, and there is nothing to go back through.",
    ),
    Mistake(
        "norm_unless_none",
        {'== "pre"': '!= "none"'},
        "With post-norm each residual has its norm inside, and none stands after the last block: "
        'cache.norm is None. Ask whether config.norm is "pre".',
    ),
    Mistake(
        "not_handed_on",
        {"dx, dblock": "_, dblock"},
        "Every block gets the same dx. What one block returns as its dx is the upstream gradient "
        "of the block below it.",
    ),
    Mistake(
        "encoder_blocks_always",
        {"= block_backward": "= encoder_block_backward"},
        "The argument block_backward has no effect: you call encoder_block_backward. A decoder's "
        "blocks have another backward, so the stack is told which one to call.",
    ),
    Mistake(
        "embedding_forgotten",
        {" | embed_backward(dx, cache.embedded)": ""},
        "What stands before the first block is left out, and so the embedding would never learn: "
        "embed_backward(dx, cache.embedded) returns its gradients.",
    ),
]

hints = [
    "The forward: embed, the blocks one after the other, and with pre-norm a last norm. Walk it "
    "from the end.",
    "for block_cache in reversed(cache.blocks): dx, dblock = block_backward(dx, block_cache). "
    "Each dx is the upstream gradient of the next.",
    'Collect the gradients so that dparams["blocks"][i] belongs to block i: append, and turn the '
    "list round at the end.",
    "return dparams | embed_backward(dx, cache.embedded), where dparams holds blocks and, with "
    'config.norm "pre", norm.',
]
