"""Sizes, and small arrays of them. Every axis has a length of its own: none passes for another."""

import numpy as np

from course_lib.params import TransformerConfig, flatten, init_params

B, H, D_K, D_V, T_Q, T_K, D_FF, VOCAB, CLASSES, MAX_LEN = 5, 2, 3, 13, 7, 11, 13, 17, 19, 23
D_MODEL = H * D_K
PAD = 0


def make_config(family="encoder", **changes):
    """Return a small configuration with padding."""
    sizes = {
        "vocab_size": VOCAB,
        "d_model": D_MODEL,
        "n_heads": H,
        "n_layers": 1,
        "d_ff": D_FF,
        "max_len": MAX_LEN,
        "n_classes": CLASSES,
        "pad_id": PAD,
    }
    return TransformerConfig(family, **(sizes | changes))


def make_params(config, rng, dtype=np.float64):
    """Return parameters whose biases are not 0 and whose gammas are not 1."""
    params = init_params(config, rng, dtype)
    for array in flatten(params).values():
        array += (0.1 * rng.standard_normal(array.shape)).astype(dtype)
    return params


def make_ids(rng, T, rows=B):
    """Return ids (rows, T) without padding."""
    return rng.integers(1, VOCAB, (rows, T))


def make_padded_ids(rng, T, rows=B):
    """Return ids (rows, T), row i ending in i of PAD."""
    ids = make_ids(rng, T, rows)
    ids[np.arange(T) >= T - np.arange(rows)[:, None]] = PAD
    return ids


def tree_map(function, tree):
    """Apply a function to every array of nested tuples, lists and dicts."""
    if isinstance(tree, dict):
        return {key: tree_map(function, value) for key, value in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(tree_map(function, value) for value in tree))
    if isinstance(tree, list | tuple):
        return type(tree)(tree_map(function, value) for value in tree)
    return function(tree) if isinstance(tree, np.ndarray | np.generic) else tree


def leaves(tree):
    """List every array of nested tuples, lists and dicts."""
    found = []
    tree_map(found.append, tree)
    return found
