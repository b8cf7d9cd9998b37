"""From the names and axes of a BERT file to the parameter layout of the course.

BERT (Devlin et al. 2019) is the encoder of the paper, post-norm, with three things beside: learned
positions, a vector for each token type (first or second sentence of a pair), and a layer norm on
their sum. A file stores a weight as PyTorch does, (d_out, d_in); the course has (d_in, d_out).
"""

from typing import NamedTuple

import numpy as np

from ..params import unflatten

#: Sentence A and sentence B. A single sentence is all A.
N_TOKEN_TYPES = 2
#: What a file may hold beside: the numbers 0, 1, 2, ..., and a layer on top of the first vector,
#: which the mean of all vectors does without.
UNUSED = {"embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"}


class Entry(NamedTuple):
    """One array: its name in the file and in the course, its shape in the file."""

    theirs: str
    ours: str
    shape: tuple
    transposed: bool


def bert_layout(config):
    """List the arrays of a BERT with this configuration, as `Entry`s."""
    d_model, d_ff = config.d_model, config.d_ff

    def table(theirs, ours, rows):
        return [Entry(f"embeddings.{theirs}_embeddings.weight", ours, (rows, d_model), False)]

    def norm(theirs, ours):
        names = (("weight", "gamma"), ("bias", "beta"))
        return [Entry(f"{theirs}.{t}", f"{ours}.{o}", (d_model,), False) for t, o in names]

    def linear(theirs, ours, letter, d_in, d_out):
        return [
            Entry(f"{theirs}.weight", f"{ours}.W_{letter}", (d_out, d_in), True),
            Entry(f"{theirs}.bias", f"{ours}.b_{letter}", (d_out,), False),
        ]

    entries = [
        *table("word", "embedding.W", config.vocab_size),
        *table("position", "positions.P", config.max_len),
        *table("token_type", "token_types.W", N_TOKEN_TYPES),
        *norm("embeddings.LayerNorm", "embedding_norm"),
    ]
    for index in range(config.n_layers):
        layer, block = f"encoder.layer.{index}", f"blocks.{index}"
        for part, letter in (("query", "Q"), ("key", "K"), ("value", "V")):
            theirs = f"{layer}.attention.self.{part}"
            entries += linear(theirs, f"{block}.attention", letter, d_model, d_model)
        theirs = f"{layer}.attention.output"
        entries += linear(f"{theirs}.dense", f"{block}.attention", "O", d_model, d_model)
        entries += norm(f"{theirs}.LayerNorm", f"{block}.norm_1")
        feed_forward = f"{block}.feed_forward"
        entries += linear(f"{layer}.intermediate.dense", feed_forward, "1", d_model, d_ff)
        entries += linear(f"{layer}.output.dense", feed_forward, "2", d_ff, d_model)
        entries += norm(f"{layer}.output.LayerNorm", f"{block}.norm_2")
    return entries


def from_bert(arrays, config, place, dtype=None):
    """Turn the arrays of a BERT file into parameters of the course.

    Parameters
    ----------
    arrays : dict of str to array
        By the file's names.
    config : TransformerConfig
    place : str
        What an error names first: the file.
    dtype : dtype, optional
        Of the result; as in the file by default.

    Returns
    -------
    dict
        embedding, positions, token_types {"W": (2, d_model)}, embedding_norm, blocks; copies.

    Raises
    ------
    ValueError
        If arrays are missing, unexpected, misshapen or not floating point; all are named.
    """
    entries = bert_layout(config)
    known = {entry.theirs for entry in entries} | UNUSED
    problems = [
        f"missing: {e.theirs} {e.shape}, which is {e.ours} here"
        for e in entries
        if e.theirs not in arrays
    ]
    problems += [f"unexpected: {n} {arrays[n].shape}" for n in arrays if n not in known]
    present = [(entry, arrays[entry.theirs]) for entry in entries if entry.theirs in arrays]
    problems += [
        f"misshapen: {e.theirs} is {a.shape}, the configuration says {e.shape}"
        for e, a in present
        if a.shape != e.shape
    ]
    problems += [
        f"not floating point: {e.theirs} is {a.dtype}" for e, a in present if a.dtype.kind != "f"
    ]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ValueError(
            f"{place}: the arrays are not those of a BERT of this configuration.\n{listed}\n"
            "  Load the file of the model that the configuration describes."
        )
    return unflatten({e.ours: _own(a.T if e.transposed else a, dtype) for e, a in present})


def _own(array, dtype):
    """Return a copy in C order that may be changed, in the byte order of this machine."""
    return np.array(array, dtype or array.dtype.newbyteorder("="), order="C")
