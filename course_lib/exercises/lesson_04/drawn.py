"""Configurations and random parameters for the cases: every axis another prime."""

import numpy as np

from course_lib.params import TransformerConfig, flatten, init_params, unflatten

B, T_Q, T_K, N_HEADS, D_K, D_FF, VOCAB = 2, 5, 11, 3, 7, 13, 17
D_MODEL = N_HEADS * D_K


def make_config(family="decoder", **changes):
    sizes = {"d_model": D_MODEL, "n_heads": N_HEADS, "d_ff": D_FF, "n_layers": 1, "max_len": 19}
    return TransformerConfig(family, **({"vocab_size": VOCAB} | sizes | changes))


def draw_params(config, rng):
    """Parameters in which no bias is 0 and no gamma is 1, as after a training."""
    named = flatten(init_params(config, rng, np.float64))
    return unflatten({name: a + rng.normal(size=a.shape) * 0.3 for name, a in named.items()})


def draw_block(config, rng):
    """Parameters of the first block; of an encoder-decoder that of the decoder."""
    params = draw_params(config, rng)
    return params.get("decoder", params)["blocks"][0]


def draw_past(rng, T):
    """Keys and values of T earlier positions."""
    return {name: rng.normal(size=(B, N_HEADS, T, D_K)) for name in "kv"}


def even_attention(d_model, **changes):
    """Attention without opinions: all scores are 0, and the values are the vectors themselves."""
    zero, same = np.zeros((d_model, d_model)), np.eye(d_model)
    return {"W_Q": zero, "W_K": zero, "W_V": same, "W_O": same} | changes
