"""What stands before the nonlinearity of a trained model."""

from __future__ import annotations

import numpy as np

from course_lib.model import language_model
from course_lib.params import TransformerConfig


def hidden_units(ids: np.ndarray, params: dict, config: TransformerConfig) -> list[np.ndarray]:
    """Return the hidden units of each block before relu or gelu, (N, T, d_ff), for ids (N, T)."""
    pieces = []
    for at in range(0, len(ids), 500):  # 500 texts at a time take 30 MB
        _, (stack, _) = language_model(ids[at : at + 500], params, config)
        pieces.append([block.feed_forward.sublayer[1][0] for block in stack.blocks])
    return [np.concatenate(block) for block in zip(*pieces, strict=True)]
