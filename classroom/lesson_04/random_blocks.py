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


def even_attention(d_model, **changes):
    """Attention without opinions: all scores are 0, and the values are the vectors themselves."""
    zero, same = np.zeros((d_model, d_model)), np.eye(d_model)
    return {"W_Q": zero, "W_K": zero, "W_V": same, "W_O": same} | changes


def tiny_model():
    """One token, one block, all of it silent but for a bias: (3, 1) becomes (-1, 1)."""
    silent = even_attention(2, W_V=np.zeros((2, 2)))
    ones = {"gamma": np.ones(2), "beta": np.zeros(2)}
    feed = {"W_1": np.zeros((2, 1)), "b_1": np.zeros(1), "W_2": np.zeros((1, 2))}
    feed["b_2"] = np.array([-4.0, 0])
    block = {"attention": silent, "feed_forward": feed, "norm_1": ones, "norm_2": ones}
    config = make_config(d_model=2, n_heads=1, d_ff=1, vocab_size=2, positions="none")
    params = {
        "embedding": {"W": np.array([[3.0, 1], [0, 5]])},
        "blocks": [block],
        "norm": ones,
        "output": {"W": np.eye(2), "b": np.array([0.0, 0.5])},
    }
    return params, config
