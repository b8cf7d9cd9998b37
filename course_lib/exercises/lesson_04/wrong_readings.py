"""Readings after each block, and ablations, with one step done wrong."""

import numpy as np

from course_lib import attention, blocks, layers, model
from course_lib.stack import embed


def readings(
    causal=True,
    norm=True,
    norm_goes_on=False,
    bias=True,
    with_embedding=True,
    with_last=True,
    differences=False,
    positions=True,
    from_the_start=False,
    probabilities=False,
    eps=lambda config: config.eps,
    matrix=lambda params: params["output"]["W"],
):
    """Read out after each block, with one step replaced."""

    def answer(ids, params, config):
        mask = attention.causal_mask(ids.shape[1]) if causal else None
        x, _ = embed(ids, params, config)
        if not positions:
            x, _ = layers.embedding(ids, params["embedding"]["W"])
        states, first = [x], x
        if norm_goes_on == "from the embedding on":
            x, _ = layers.layer_norm(x, **params["norm"], eps=config.eps)
        for block_params in params["blocks"]:
            x, _ = blocks.encoder_block(first if from_the_start else x, block_params, config, mask)
            states.append(x)
            if norm_goes_on:
                x, _ = layers.layer_norm(x, **params["norm"], eps=config.eps)
        if differences:
            states = [states[0], *np.diff(states, axis=0)]
        if not with_embedding:
            states = states[1:]
        if not with_last:
            states = states[:-1]
        out = []
        for height, state in enumerate(states):
            if norm is True or (norm == "last" and height == len(states) - 1):
                state, _ = layers.layer_norm(state, **params["norm"], eps=eps(config))
            b = params["output"]["b"] if bias else 0
            out.append(state @ matrix(params) + b)
        return layers.softmax(np.stack(out))[0] if probabilities else np.stack(out)

    return answer


def without(names=None, blocks_of=lambda index, n: [index], part_of=lambda part: part):
    """Set some arrays of some blocks to 0, in a copy of the parameters."""

    def answer(ids, params, config, index, part):
        changed = list(params["blocks"])
        for i in blocks_of(index, len(changed)):
            chosen = part_of(part)
            for one in [chosen] if isinstance(chosen, str) else chosen:
                wanted = names[one] if names else changed[i][one]
                silent = {name: np.zeros_like(changed[i][one][name]) for name in wanted}
                changed[i] = changed[i] | {one: changed[i][one] | silent}
        return model.language_model(ids, params | {"blocks": changed}, config)[0]

    return answer


def nothing(ids, params, config, index, part):
    return model.language_model(ids, params, config)[0]


def block_left_out(ids, params, config, index, part):
    kept = params["blocks"][:index] + params["blocks"][index + 1 :]
    return model.language_model(ids, params | {"blocks": kept}, config)[0]


def norm_silenced(ids, params, config, index, part):
    """The norm before the part is set to 0: the biases of the part still speak."""
    name = {"attention": "norm_1", "feed_forward": "norm_2"}[part]
    changed = list(params["blocks"])
    zeros = {key: np.zeros_like(array) for key, array in changed[index][name].items()}
    changed[index] = changed[index] | {name: zeros}
    return model.language_model(ids, params | {"blocks": changed}, config)[0]


def part_deleted(ids, params, config, index, part):
    changed = list(params["blocks"])
    changed[index] = {name: p for name, p in changed[index].items() if name != part}
    return model.language_model(ids, params | {"blocks": changed}, config)[0]


def tuple_returned(ids, params, config, index, part):
    return without()(ids, params, config, index, part), None
