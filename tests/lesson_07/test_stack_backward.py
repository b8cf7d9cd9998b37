"""Right answers to stack_backward, in other styles."""

from right_answers import each_is_right

from course_lib.layers import layer_norm_backward
from course_lib.model import embed_backward


def recursive(dx, cache, block_backward):
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


def blocks_by_number(dx, cache, block_backward):
    dparams = {"blocks": [None] * len(cache.blocks)}
    if cache.norm is not None:
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    for i in range(len(cache.blocks) - 1, -1, -1):
        dx, dparams["blocks"][i] = block_backward(dx, cache.blocks[i])
    dparams.update(embed_backward(dx, cache.embedded))
    return dparams


def blocks_inserted_in_front(dx, cache, block_backward):
    last = {}
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        last = {"norm": {"gamma": dgamma, "beta": dbeta}}
    dblocks = []
    for block_cache in cache.blocks[::-1]:
        dx, dblock = block_backward(dx, block_cache)
        dblocks.insert(0, dblock)
    return {**last, "blocks": dblocks, **embed_backward(dx, cache.embedded)}


ANSWERS = [recursive, blocks_by_number, blocks_inserted_in_front]

test_is_right = each_is_right("stack_backward", ANSWERS)
