"""A stack with one step done wrong: the mistakes that the checks recognize."""

from course_lib import blocks, layers
from course_lib.stack import embed
from course_lib.stack import stack as reference


def variant(
    use_rng=True,
    use_start=True,
    step=lambda x, first, block, params, index: block(x, params[index], index)[0],
    order=range,
    norm=lambda config: config.norm == "pre",
    norm_inside=False,
    eps=lambda config: config.eps,
):
    """A stack with one step replaced."""

    def answer(ids, params, config, block, rng=None, start=0):
        x, _ = embed(ids, params, config, rng if use_rng else None, start if use_start else 0)
        first = x
        for index in order(len(params["blocks"])):
            x = step(x, first, block, params["blocks"], index)
            if norm_inside and norm(config):
                x, _ = layers.layer_norm(x, **params["norm"], eps=eps(config))
        if norm(config) and not norm_inside:
            x, _ = layers.layer_norm(x, **params["norm"], eps=eps(config))
        return x

    return answer


def only_last_cache(ids, params, config, block, rng=None, start=0):
    out, cache = reference(ids, params, config, block, rng, start)
    return out, cache._replace(blocks=cache.blocks[-1:])


def whole_params(ids, params, config, block, rng=None, start=0):
    """Every block is given the parameters of the whole model."""
    given = params | {"blocks": [params] * config.n_layers}
    return reference(ids, given, config, block, rng, start)


def norm_not_unpacked(ids, params, config, block, rng=None, start=0):
    """x becomes what layer_norm returns, out and cache."""
    out, cache = reference(ids, params, config, block, rng, start)
    return ((out, cache.norm) if config.norm == "pre" else out), cache


def norm_first(ids, params, config, block, rng=None, start=0):
    """The last norm stands before the first block."""
    x, _ = embed(ids, params, config, rng, start)
    if config.norm == "pre":
        x, _ = layers.layer_norm(x, **params["norm"], eps=config.eps)
    for index, block_params in enumerate(params["blocks"]):
        x, _ = block(x, block_params, index)
    return x


def always_encoder_block(ids, params, config, block, rng=None, start=0):
    """The stack runs the encoder block, whatever it was given."""

    def run(x, block_params, index):
        return blocks.encoder_block(x, block_params, config, rng=rng)

    return reference(ids, params, config, run, rng, start)
