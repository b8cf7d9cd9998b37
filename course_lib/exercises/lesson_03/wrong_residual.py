"""A residual connection with one step done wrong: the mistakes that the check recognizes."""

import numpy as np

from course_lib import layers
from course_lib.blocks import ResidualCache

RIGHT = {"pre": "pre", "post": "post"}


def variant(places=None, add=True, drop="update", plain=False, own_eps=None):
    """Make a residual connection with a step replaced.

    `places` says for each config.norm where the norm stands: before the sublayer ("pre"), before it
    and on the path past it ("both paths"), on the "update", after the sum ("post"), or before the
    sublayer and after the sum ("both ends").
    """
    places = RIGHT if places is None else places

    def answer(x, sublayer, norm_params, config, rng=None):
        place = places.get(config.norm)

        def norm(z):
            params = norm_params
            if plain:
                params = {"gamma": np.ones(z.shape[-1]), "beta": np.zeros(z.shape[-1])}
            return layers.layer_norm(z, **params, eps=own_eps or config.eps)[0]

        def dropped(z, here):
            return layers.dropout(z, config.dropout, rng)[0] if drop == here else z

        inside = norm(x) if place in ("pre", "both paths", "both ends") else x
        past = inside if place == "both paths" else x
        update = dropped(sublayer(dropped(inside, "inside"))[0], "update")
        if place == "update":
            update = norm(update)
        out = dropped(past + update if add else update, "sum")
        return dropped(norm(out) if place in ("post", "both ends") else out, "end")

    return answer


def in_place(x, sublayer, norm_params, config, rng=None):
    inside, norm_cache = x, None
    if config.norm == "pre":
        inside, norm_cache = layers.layer_norm(x, **norm_params, eps=config.eps)
    update, sublayer_cache = sublayer(inside)
    update, dropout_cache = layers.dropout(update, config.dropout, rng)
    x += update
    out = x
    if config.norm == "post":
        out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)


def not_unpacked(x, sublayer, norm_params, config, rng=None):
    inside = x
    if config.norm == "pre":
        inside = layers.layer_norm(x, **norm_params, eps=config.eps)
    out = x + layers.dropout(sublayer(inside)[0], config.dropout, rng)[0]
    if config.norm == "post":
        out = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, None
