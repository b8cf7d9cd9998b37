"""A residual connection with one step done wrong: the mistakes that the check recognizes."""

import numpy as np

from course_lib import layers

RIGHT = {"pre": "pre", "post": "post"}


def variant(places=None, add=True, drop="update", plain=False, own_eps=None):
    """Make a residual connection with a step replaced.

    `places` says for each config.norm where the norm stands: before the sublayer ("pre"), before it
    and on the path past it ("both paths"), on the "update", or after the sum ("post").
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

        inside = norm(x) if place in ("pre", "both paths") else x
        past = inside if place == "both paths" else x
        update = dropped(sublayer(dropped(inside, "inside"))[0], "update")
        if place == "update":
            update = norm(update)
        out = dropped(past + update if add else update, "sum")
        return norm(out) if place == "post" else out

    return answer
