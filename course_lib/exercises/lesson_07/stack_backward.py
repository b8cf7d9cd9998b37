"""Exercise: stack_backward."""

import numpy as np

from course_lib import blocks, model, stack
from course_lib.layers import layer_norm_backward
from course_lib.params import TransformerConfig, init_params
from course_lib.stack import embed_backward

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def stack_backward_cases(rng):
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
        case("blocks of another kind, with a backward of their own", _of_another_kind),
    ]


def _of_another_kind(dout, cache):
    return 3 * dout[..., ::-1], {"total": dout.sum(axis=(0, 1))}


def _plain(dx, cache, block_backward):
    dparams: dict = {}
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    dblocks = []
    for block_cache in reversed(cache.blocks):
        dx, dblock = block_backward(dx, block_cache)
        dblocks.append(dblock)
    dparams["blocks"] = dblocks[::-1]
    return dparams | embed_backward(dx, cache.embedded)


def _recursive(dx, cache, block_backward):
    def back(dx, caches):
        if not caches:
            return dx, []
        dx, last = block_backward(dx, caches[-1])
        dx, earlier = back(dx, caches[:-1])
        return dx, [*earlier, last]

    own = {}
    if cache.norm is not None:
        dx, *rest = layer_norm_backward(dx, cache.norm)
        own["norm"] = dict(zip(("gamma", "beta"), rest, strict=True))
    dx, own["blocks"] = back(dx, cache.blocks)
    return embed_backward(dx, cache.embedded) | own


def _with(
    norm=True, order=reversed, turned=True, handed=True, embedding=True, read="config", always=False
):
    """The backward with one step left out or in another order."""

    def answer(dx, cache, block_backward):
        block_backward = blocks.encoder_block_backward if always else block_backward
        dparams: dict = {}
        wanted = {"config": ("pre",), "not none": ("pre", "post")}.get(
            read, ("pre", "post", "none")
        )
        if norm and cache.config.norm in wanted:
            dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
            dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
        dblocks = []
        for block_cache in order(cache.blocks):
            new, dblock = block_backward(dx, block_cache)
            dx = new if handed else dx
            dblocks.append(dblock)
        dparams["blocks"] = dblocks[::-1] if turned else dblocks
        return dparams | embed_backward(dx, cache.embedded) if embedding else dparams

    return answer


def _norm_at_the_bottom(dx, cache, block_backward):
    dparams: dict = {}
    dblocks = []
    for block_cache in reversed(cache.blocks):
        dx, dblock = block_backward(dx, block_cache)
        dblocks.append(dblock)
    dparams["blocks"] = dblocks[::-1]
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    return dparams | embed_backward(dx, cache.embedded)


register(
    Exercise(
        name="stack_backward",
        lesson=7,
        reference=stack.stack_backward,
        shown=_plain,
        cases=stack_backward_cases,
        returns=("dparams",),
        mistakes=(
            Mistake(
                "forward_order",
                _with(order=list, turned=False),
                "You go through the blocks in the order of the forward. The gradient comes from "
                "above and meets the last block first: reversed(cache.blocks).",
            ),
            Mistake(
                "list_turned_round",
                _with(turned=False),
                "The gradients of the blocks are right, but their list is turned round: the last "
                'block stands first. dparams["blocks"][i] belongs to block i.',
            ),
            Mistake(
                "norm_forgotten",
                _with(norm=False),
                "The last norm is left out. With pre-norm a layer norm stands after the last block "
                'and is the first step back; its gradients go to dparams["norm"].',
            ),
            Mistake(
                "norm_at_the_bottom",
                _norm_at_the_bottom,
                "You go back through the last norm after the blocks. It was the last step of the "
                "forward, so it is the first of the backward.",
            ),
            Mistake(
                "norm_always",
                _with(read="nothing"),
                'Only with norm "pre" does a layer norm stand after the last block. Otherwise '
                "cache.norm is None, and there is nothing to go back through.",
            ),
            Mistake(
                "norm_unless_none",
                _with(read="not none"),
                "With post-norm each residual has its norm inside, and none stands after the last "
                'block: cache.norm is None. Ask whether config.norm is "pre".',
            ),
            Mistake(
                "not_handed_on",
                _with(handed=False),
                "Every block gets the same dx. What one block returns as its dx is the upstream "
                "gradient of the block below it.",
            ),
            Mistake(
                "encoder_blocks_always",
                _with(always=True),
                "The argument block_backward has no effect: you call encoder_block_backward. A "
                "decoder's blocks have another backward, so the stack is told which one to call.",
            ),
            Mistake(
                "embedding_forgotten",
                _with(embedding=False),
                "What stands before the first block is left out, and so the embedding would never "
                "learn: embed_backward(dx, cache.embedded) returns its gradients.",
            ),
        ),
        correct=(_plain, _recursive),
        hints=(
            "The forward: embed, the blocks one after the other, and with pre-norm a last norm. "
            "Walk it from the end.",
            "for block_cache in reversed(cache.blocks): dx, dblock = block_backward(dx, "
            "block_cache). Each dx is the upstream gradient of the next.",
            'Collect the gradients so that dparams["blocks"][i] belongs to block i: append, and '
            "turn the list round at the end.",
            "return dparams | embed_backward(dx, cache.embedded), where dparams holds blocks and, "
            'with config.norm "pre", norm.',
        ),
    )
)
