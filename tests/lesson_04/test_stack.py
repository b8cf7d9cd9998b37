"""Right answers to stack, in other styles."""

from right_answers import each_is_right

from course_lib import layers
from course_lib.model import StackCache, embed


def stack_by_recursion(ids, params, config, block, rng=None):
    def climb(x, index):
        if index == len(params["blocks"]):
            return x, []
        x, cache = block(x, params["blocks"][index], index)
        x, caches = climb(x, index + 1)
        return x, [cache, *caches]

    x, embed_cache = embed(ids, params, config, rng=rng)
    x, caches = climb(x, 0)
    if config.norm != "pre":
        return x, StackCache(embed_cache, caches, None, config)
    norm = params["norm"]
    x, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
    return x, StackCache(embed_cache, caches, norm_cache, config)


def stack_with_range_as_it_was_asked_for_earlier(ids, params, config, block, rng=None, start=0):
    states, caches = [embed(ids, params, config, rng, start)], []
    x = states[0][0]
    for index in range(config.n_layers):
        result = block(x, params["blocks"][index], index)
        x = result[0]
        caches += [result[1]]
    norm_cache = None
    if "norm" in params:
        x, norm_cache = layers.layer_norm(x, eps=config.eps, **params["norm"])
    return x, StackCache(states[0][1], caches, norm_cache, config)


ANSWERS = [stack_by_recursion, stack_with_range_as_it_was_asked_for_earlier]

test_is_right = each_is_right("stack", ANSWERS)
