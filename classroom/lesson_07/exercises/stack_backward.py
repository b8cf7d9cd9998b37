"""stack_backward: back through the last norm, the blocks and the embedding."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import blocks, model
from course_lib.params import TransformerConfig, init_params


def cases(rng):
    def case(label, block_backward=blocks.encoder_block_backward, proves="", **changes):
        settings = {"d_model": 10, "n_heads": 5, "n_layers": 3, "d_ff": 7, "max_len": 11}
        config = TransformerConfig("decoder", 13, **(settings | changes))
        params = init_params(config, rng, np.float64)
        ids = rng.integers(13, size=(2, 5))
        _, (cache, _) = model.language_model(ids, params, config)
        dx = 0.02 * rng.normal(size=(2, 5, 10))  # b_K has the gradient 0: float32 must pass
        return Case((dx, cache, block_backward), label=label, proves=proves)

    return [
        case(
            "one block, no norm, no positions", n_layers=1, norm="none", positions="none",
            proves="one block and the embedding",
        ),
        case("3 blocks, no norm", norm="none", proves="several blocks"),
        case("3 blocks, pre-norm", proves="the last norm"),
        case("3 blocks, post-norm", norm="post"),
        case(
            "sinusoidal positions, scaled embedding", positions="sinusoidal", scale_embedding=True
        ),
        case("blocks of another kind, with a backward of their own", AnotherBackward()),
    ]  # fmt: skip


class AnotherBackward:
    """The backward of a block that reverses and triples; it refuses a fourth call."""

    calls = 0

    def __call__(self, dx, cache):
        self.calls += 1
        if self.calls > 3:
            raise RuntimeError("block_backward is called more often than there are blocks.")
        return 3 * dx[..., ::-1], {"total": dx.sum(axis=(0, 1))}


returns = ("dparams",)

NORM = """\
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
"""

EMBEDDED = "embedding_backward(dx, cache.embedded.embedding)"

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
        [
            {"dx, dblock": "_, dblock"},
            {"dx, dblock": "down, dblock", "embed_backward(dx": "embed_backward(down"},
            {
                "dx, dblock": "down, dblock",
                "dblocks[::-1]": "[block_backward(dx, each)[1] for each in cache.blocks]",
                "embed_backward(dx": "embed_backward(down",
            },
        ],
        "Every block gets the same dx. What one block returns as its dx is the upstream gradient "
        "of the block below it.",
    ),
    Mistake(
        "embedding_from_the_top",
        {"dparams = {}": "dparams, top = {}, dx", "embed_backward(dx": "embed_backward(top"},
        "The embedding gets the gradient of the stack's output. It stands before the first block: "
        "its gradient is what that block returns as its dx.",
    ),
    Mistake(
        "identity_added",
        {
            "dx, dblock = block_backward(dx, block_cache)": (
                "dbranch, dblock = block_backward(dx, block_cache)\n        dx = dx + dbranch"
            )
        },
        "What a block returns is added to the gradient that came in. The identity paths lie inside "
        "the block, in its residuals: what it returns is the whole gradient.",
    ),
    Mistake(
        "called_twice",
        {
            "dx, dblock = block_backward(dx, block_cache)": (
                "dblock = block_backward(dx, block_cache)[1]\n"
                "        dx = block_backward(dx, block_cache)[0]"
            )
        },
        "block_backward is called twice for each block, and each call goes back through the whole "
        "block. Call it once and keep both things that it returns.",
    ),
    Mistake(
        "a_block_left_out",
        [
            {"reversed(cache.blocks)": "reversed(cache.blocks[1:])"},
            {"reversed(cache.blocks)": "reversed(cache.blocks[:-1])"},
        ],
        lambda case, got, want: (
            f"There are {len(want['blocks'])} blocks, and one of them is left out. In a loop that "
            "counts down, range(n − 1, −1, −1) ends with 0, and range(n − 1, 0, −1) with 1."
        ),
    ),
    Mistake(
        "norm_result_dropped",
        {"dx, dgamma, dbeta": "_, dgamma, dbeta"},
        "dgamma and dbeta of the last norm are kept, but what layer_norm_backward returns for its "
        "input is lost: the blocks get the gradient as it was behind the norm.",
    ),
    Mistake(
        "positions_forgotten",
        [
            {"embed_backward(dx, cache.embedded)": "{'embedding': {'W': " + EMBEDDED + "}}"},
            {
                "embed_backward(dx, cache.embedded)": "{key: grads for key, grads in "
                "embed_backward(dx, cache.embedded).items() if key == 'embedding'}"
            },
        ],
        "Only the gradient of the embedding is there. Learned positions have one too, a scaled "
        "embedding has a factor, and dropout its mask: embed_backward returns all that stands "
        "before the first block.",
    ),
    Mistake(
        "nested",
        {
            "| embed_backward(dx, cache.embedded)": (
                "| {'embedding': embed_backward(dx, cache.embedded)}"
            )
        },
        "embed_backward returns a dict that already has the key `embedding`. Join the two dicts: "
        "dparams | embed_backward(...).",
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
