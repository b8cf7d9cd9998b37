"""The golden cases of single functions: layers, positions, pooling, loss."""

import math

import torch
from golden_torch import (
    D_FF,
    D_MODEL,
    EPS,
    MAX_LEN,
    T_Q,
    VOCAB,
    B,
    draw,
    function_case,
    normal,
    padded_ids,
    sinusoids,
    tanh_gelu,
    x_alone,
)
from torch.nn import functional


def layer_norm(x, gamma, beta):
    """Normalize over the last axis."""
    return functional.layer_norm(x, (D_MODEL,), gamma, beta, EPS)


def random_ids(rng):
    """Draw ids (B, T) in which some token stands more than once."""
    return {"ids": torch.tensor(rng.integers(0, VOCAB, (B, T_Q)))}


def positions_case(start):
    """Add the rows of a table to a sequence."""
    return function_case(
        lambda x, table: x + table[start : start + T_Q],
        draw(x=(B, T_Q, D_MODEL), table=(MAX_LEN, D_MODEL)),
        start=start,
    )


def sinusoids_case(rng):
    """Compute the sinusoidal positions, by the formula."""
    entries = {"out/out": sinusoids(MAX_LEN, D_MODEL, 1000.0)}
    return {"T": MAX_LEN, "d_model": D_MODEL, "base": 1000.0}, entries


def one_hot_case(rng):
    """Turn ids into rows of a one-hot matrix."""
    ids = random_ids(rng)["ids"]
    entries = {"in/ids": ids, "out/out": functional.one_hot(ids, VOCAB).double()}
    return {"vocab_size": VOCAB}, entries


def pool(x, counted, how):
    """Make one vector of each sequence, from the positions that count."""
    if how == "mean":
        return (x * counted[:, :, None]).sum(1) / counted.sum(1, keepdim=True)
    if how == "max":
        return x.masked_fill(~counted[:, :, None], -math.inf).max(1).values
    at = [row.nonzero()[0 if how == "first" else -1].item() for row in counted]
    return torch.stack([sequence[position] for sequence, position in zip(x, at, strict=True)])


def pool_case(how):
    """Pool sequences with padding on both sides."""

    def inputs(rng):
        counted = padded_ids(rng, (B, T_Q)) > 0
        counted[:2, 0] = False
        return x_alone(rng) | {"counted": counted}

    return function_case(lambda x, counted: pool(x, counted, how), inputs, how=how)


def cross_entropy_case(pad_id=None, label_smoothing=0.0):
    """Mean loss over the targets that are not pad_id."""

    def inputs(rng):
        targets = padded_ids(rng, (B, T_Q), pad_id or 0)
        return {"logits": normal(rng, B, T_Q, VOCAB), "targets": targets}

    def loss(logits, targets):
        ignore = -100 if pad_id is None else pad_id
        rows, wanted = logits.reshape(-1, VOCAB), targets.reshape(-1)
        return functional.cross_entropy(
            rows, wanted, ignore_index=ignore, label_smoothing=label_smoothing
        )

    return function_case(loss, inputs, pad_id=pad_id, label_smoothing=label_smoothing)


LAYERS = {
    "linear": function_case(
        lambda x, W, b: functional.linear(x, W.T, b),
        draw(x=(B, T_Q, D_MODEL), W=(D_MODEL, D_FF), b=(D_FF,)),
    ),
    "linear_no_bias": function_case(
        lambda x, W: functional.linear(x, W.T), draw(x=(B, T_Q, D_MODEL), W=(D_MODEL, D_FF))
    ),
    "one_hot": one_hot_case,
    "embedding": function_case(
        functional.embedding,
        lambda rng: random_ids(rng) | draw(W=(VOCAB, D_MODEL))(rng),
    ),
    "relu": function_case(functional.relu, x_alone),
    "gelu_tanh": function_case(tanh_gelu, x_alone, approximate="tanh"),
    "gelu_exact": function_case(functional.gelu, x_alone, approximate="none"),
    "softmax": function_case(lambda x: functional.softmax(x, -1), x_alone),
    "softmax_axis_1": function_case(lambda x: functional.softmax(x, 1), x_alone, axis=1),
    "layer_norm": function_case(
        layer_norm, draw(x=(B, T_Q, D_MODEL), gamma=(D_MODEL,), beta=(D_MODEL,)), eps=EPS
    ),
}

POSITIONS = {
    "sinusoidal_positions": sinusoids_case,
    "add_positions": positions_case(0),
    "add_positions_start_3": positions_case(3),
}

POOLING = {f"pool_{how}": pool_case(how) for how in ("mean", "first", "last", "max")}

LOSS = {
    "log_softmax": function_case(lambda x: functional.log_softmax(x, -1), x_alone),
    "cross_entropy": cross_entropy_case(),
    "cross_entropy_ignore": cross_entropy_case(pad_id=3),
    "cross_entropy_smoothing": cross_entropy_case(label_smoothing=0.1),
    "cross_entropy_ignore_smoothing": cross_entropy_case(pad_id=3, label_smoothing=0.3),
}
