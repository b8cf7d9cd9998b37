"""A language model of a few hundred parameters, small enough to measure each of them."""

from typing import Any

import numpy as np

from course_lib.params import TransformerConfig, flatten, init_params, unflatten


def small_model() -> tuple[TransformerConfig, dict[str, Any], np.ndarray, np.ndarray]:
    """Make a tied model of two blocks: its config, its params, ids to read, and targets."""
    config = TransformerConfig(
        "decoder", vocab_size=7, d_model=4, n_heads=2, n_layers=2, d_ff=6, max_len=5,
        activation="gelu", tied=True,
    )  # fmt: skip
    rng = np.random.default_rng(0)
    fresh = flatten(init_params(config, rng, np.float64))
    # Away from gamma = 1 and biases of 0, where a forgotten factor would not show.
    params = unflatten({name: a + 0.1 * rng.normal(size=a.shape) for name, a in fresh.items()})
    ids, targets = rng.integers(config.vocab_size, size=(2, 2, 5))
    return config, params, ids, targets
