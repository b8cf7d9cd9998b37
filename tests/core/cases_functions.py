"""Cases of single functions: layers, positions, pooling, loss, attention."""

import numpy as np

from course_lib import attention, layers, loss, pooling, positional

from .case import IDS, PADDED_IDS, PADDED_SOURCE_IDS, Case, draw, rng_again
from .sizes import D_FF, D_K, D_MODEL, D_V, MAX_LEN, T_K, T_Q, VOCAB, B, H

X, MEMORY, VECTOR = (B, T_Q, D_MODEL), (B, T_K, D_MODEL), (D_MODEL,)

LAYERS = {
    "linear": Case(layers.linear, layers.linear_backward, draw(X, (D_MODEL, D_FF), (D_FF,))),
    "linear/no bias": Case(
        layers.linear,
        lambda dout, cache: layers.linear_backward(dout, cache)[:2],
        draw(X, (D_MODEL, D_FF)),
    ),
    "embedding": Case(
        lambda W: layers.embedding(IDS, W), layers.embedding_backward, draw((VOCAB, D_MODEL))
    ),
    "relu": Case(layers.relu, layers.relu_backward, draw(X)),
    "gelu": Case(layers.gelu, layers.gelu_backward, draw(X)),
    "gelu/exact": Case(lambda x: layers.gelu(x, "none"), layers.gelu_backward, draw(X)),
    "softmax": Case(layers.softmax, layers.softmax_backward, draw(X)),
    "softmax/axis 1": Case(lambda x: layers.softmax(x, axis=1), layers.softmax_backward, draw(X)),
    "softmax/far from 0": Case(
        lambda x: layers.softmax(x + 1000.0), layers.softmax_backward, draw(X)
    ),
    "softmax/long rows": Case(layers.softmax, layers.softmax_backward, draw((3, 5, 41))),
    "softmax/long columns": Case(
        lambda x: layers.softmax(x, axis=0), layers.softmax_backward, draw((41, 5))
    ),
    "layer_norm": Case(layers.layer_norm, layers.layer_norm_backward, draw(X, VECTOR, VECTOR)),
    "layer_norm/large eps": Case(
        lambda x, gamma, beta: layers.layer_norm(x, gamma, beta, 0.5),
        layers.layer_norm_backward,
        draw(X, VECTOR, VECTOR),
    ),
    "dropout": Case(
        lambda x: layers.dropout(x, 0.3, rng_again()), layers.dropout_backward, draw(X)
    ),
    "dropout/off": Case(lambda x: layers.dropout(x, 0.3), layers.dropout_backward, draw(X)),
    "add_positions": Case(
        positional.add_positions, positional.add_positions_backward, draw(X, (MAX_LEN, D_MODEL))
    ),
    "add_positions/start 5": Case(
        lambda x, table: positional.add_positions(x, table, start=5),
        positional.add_positions_backward,
        draw(X, (MAX_LEN, D_MODEL)),
    ),
    "add_positions/one sequence": Case(
        positional.add_positions,
        positional.add_positions_backward,
        draw((T_Q, D_MODEL), (MAX_LEN, D_MODEL)),
    ),
}


def pool_case(how, counted):
    """Pool, with or without padding."""
    return Case(lambda x: pooling.pool(x, how, counted), pooling.pool_backward, draw(X))


POOLING = {
    f"pool/{how} {name}": pool_case(how, counted)
    for how in ("mean", "first", "last", "max")
    for name, counted in (("padded", PADDED_IDS > 0), ("whole", None))
}

QKV = (B, H, T_Q, D_K), (B, H, T_K, D_K), (B, H, T_K, D_V)


def sdpa_case(mask=None, shapes=QKV):
    """Scaled dot-product attention under a mask."""
    return Case(
        lambda q, k, v: attention.scaled_dot_product_attention(q, k, v, mask),
        attention.scaled_dot_product_attention_backward,
        draw(*shapes),
    )


def draw_attention(rng, biases=True):
    """Draw the parameters of multi-head attention."""
    params = {f"W_{name}": 0.7 * rng.standard_normal((D_MODEL, D_MODEL)) for name in "QKVO"}
    if biases:
        params |= {f"b_{name}": rng.standard_normal(D_MODEL) for name in "QKVO"}
    return params


def self_attention_case(**settings):
    """Multi-head attention of a sequence to itself."""

    def backward(dout, cache):
        dx, dmemory, dparams = attention.multi_head_attention_backward(dout, cache)
        return dx + dmemory, dparams

    return Case(
        lambda x, params: attention.multi_head_attention(x, x, params, H, **settings),
        backward,
        lambda rng: (*draw(X)(rng), draw_attention(rng)),
    )


def cross_attention_case(mask, biases=True):
    """Multi-head attention of a sequence to a memory."""
    return Case(
        lambda x, memory, params: attention.multi_head_attention(x, memory, params, H, mask),
        attention.multi_head_attention_backward,
        lambda rng: (*draw(X, MEMORY)(rng), draw_attention(rng, biases)),
    )


KEY_MASK = attention.padding_mask(PADDED_SOURCE_IDS, 0)
RANDOM_MASK = np.random.default_rng(5).random((B, 1, T_Q, T_K)) < 0.5
RANDOM_MASK[..., 0] = True

ATTENTION = {
    "scaled_dot_product_attention": sdpa_case(),
    "scaled_dot_product_attention/padding": sdpa_case(KEY_MASK),
    "scaled_dot_product_attention/any mask": sdpa_case(RANDOM_MASK),
    "scaled_dot_product_attention/one head": sdpa_case(
        RANDOM_MASK[:, 0], [(shape[0], *shape[2:]) for shape in QKV]
    ),
    "scaled_dot_product_attention/long": sdpa_case(shapes=[(2, 37, 3), (2, 41, 3), (2, 41, 5)]),
    "scaled_dot_product_attention/square": sdpa_case(shapes=[QKV[0]] * 3),
    "multi_head_attention": self_attention_case(),
    "multi_head_attention/causal": self_attention_case(mask=attention.causal_mask(T_Q)),
    "multi_head_attention/cross": cross_attention_case(KEY_MASK),
    "multi_head_attention/no biases": cross_attention_case(None, biases=False),
}


def cross_entropy_case(**settings):
    """Mean loss over padded targets."""
    return Case(
        lambda logits: loss.cross_entropy(logits, PADDED_IDS, **settings),
        loss.cross_entropy_backward,
        draw((B, T_Q, VOCAB)),
    )


LOSS = {
    "log_softmax": Case(loss.log_softmax, loss.log_softmax_backward, draw(X)),
    "cross_entropy": cross_entropy_case(),
    "cross_entropy/padding": cross_entropy_case(pad_id=0),
    "cross_entropy/smoothing": cross_entropy_case(label_smoothing=0.2),
    "cross_entropy/padding, smoothing": cross_entropy_case(pad_id=0, label_smoothing=0.1),
}

FUNCTIONS = LAYERS | POOLING | ATTENTION | LOSS
