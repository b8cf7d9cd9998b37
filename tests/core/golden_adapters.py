"""How course_lib computes each golden case: from inputs and settings to outputs and gradients."""

from collections.abc import Callable
from typing import NamedTuple

from course_lib import attention, blocks, layers, loss, model, pooling, positional
from course_lib.params import TransformerConfig


class Adapter(NamedTuple):
    """`forward(**inputs, **settings)` returns (outs, cache); gradients are named as inputs are."""

    forward: Callable
    backward: Callable
    names: tuple[str, ...]


def plain(function, backward, *names):
    """Adapt a function whose arguments have the names of the inputs."""

    def forward(**inputs):
        out, cache = function(**inputs)
        return {"out": out}, cache

    return Adapter(forward, backward, names)


def without_backward(function):
    """Adapt a function that is not differentiable."""
    return Adapter(lambda **inputs: ({"out": function(**inputs)}, None), None, ())


def with_config(function):
    """Let a function take its configuration as a dict."""

    def configured(config, **inputs):
        return function(**inputs, config=TransformerConfig(**config))

    return configured


def multi_head(x, params, n_heads, mask, memory=None):
    """Return the weights beside the output; without a memory, x attends to itself."""
    source = x if memory is None else memory
    out, cache = attention.multi_head_attention(x, source, params, n_heads, mask)
    return {"out": out, "weights": cache.weights}, cache


def multi_head_self_backward(dout, cache):
    """Add up what x receives as queries and as memory."""
    dx, dmemory, dparams = attention.multi_head_attention_backward(dout, cache)
    return dx + dmemory, dparams


ENCODER_BLOCK = plain(
    with_config(blocks.encoder_block), blocks.encoder_block_backward, "x", "params"
)
DECODER_BLOCK = plain(
    with_config(blocks.decoder_block), blocks.decoder_block_backward, "x", "memory", "params"
)
FEED_FORWARD = plain(blocks.feed_forward, blocks.feed_forward_backward, "x", "params")
CLASSIFIER = plain(with_config(model.classifier), model.classifier_backward, "params")
LANGUAGE_MODEL = plain(with_config(model.language_model), model.language_model_backward, "params")
ENCODER_DECODER = plain(
    with_config(model.encoder_decoder), model.encoder_decoder_backward, "params"
)
GELU = plain(layers.gelu, layers.gelu_backward, "x")
SOFTMAX = plain(layers.softmax, layers.softmax_backward, "x")
POOL = plain(pooling.pool, pooling.pool_backward, "x")
POSITIONS = plain(positional.add_positions, positional.add_positions_backward, "x", "table")
SDPA = plain(
    attention.scaled_dot_product_attention,
    attention.scaled_dot_product_attention_backward,
    *"qkv",
)
CROSS_ENTROPY = plain(loss.cross_entropy, loss.cross_entropy_backward, "logits")

ADAPTERS = {
    "layers": {
        "linear": plain(layers.linear, layers.linear_backward, "x", "W", "b"),
        "linear_no_bias": plain(
            layers.linear, lambda dout, cache: layers.linear_backward(dout, cache)[:2], "x", "W"
        ),
        "one_hot": without_backward(layers.one_hot),
        "embedding": plain(layers.embedding, layers.embedding_backward, "W"),
        "relu": plain(layers.relu, layers.relu_backward, "x"),
        "gelu_tanh": GELU,
        "gelu_exact": GELU,
        "softmax": SOFTMAX,
        "softmax_axis_1": SOFTMAX,
        "layer_norm": plain(layers.layer_norm, layers.layer_norm_backward, "x", "gamma", "beta"),
        "sinusoidal_positions": without_backward(positional.sinusoidal_positions),
        "add_positions": POSITIONS,
        "add_positions_start_3": POSITIONS,
        "pool_mean": POOL,
        "pool_first": POOL,
        "pool_last": POOL,
        "pool_max": POOL,
    },
    "attention": {
        "sdpa": SDPA,
        "sdpa_random_mask": SDPA,
        "sdpa_key_mask": SDPA,
        "multi_head_self": Adapter(multi_head, multi_head_self_backward, ("x", "params")),
        "multi_head_cross": Adapter(
            multi_head, attention.multi_head_attention_backward, ("x", "memory", "params")
        ),
    },
    "blocks": {
        "feed_forward_relu": FEED_FORWARD,
        "feed_forward_gelu": FEED_FORWARD,
        "feed_forward_gelu_exact": FEED_FORWARD,
        "encoder_block_pre_relu": ENCODER_BLOCK,
        "encoder_block_post_gelu": ENCODER_BLOCK,
        "encoder_block_none_relu": ENCODER_BLOCK,
        "decoder_block_pre_gelu_exact": DECODER_BLOCK,
        "decoder_block_post_relu": DECODER_BLOCK,
        "decoder_block_none_gelu": DECODER_BLOCK,
    },
    "loss": {
        "log_softmax": plain(loss.log_softmax, loss.log_softmax_backward, "x"),
        "cross_entropy": CROSS_ENTROPY,
        "cross_entropy_ignore": CROSS_ENTROPY,
        "cross_entropy_smoothing": CROSS_ENTROPY,
        "cross_entropy_ignore_smoothing": CROSS_ENTROPY,
    },
    "models": {
        "classifier_mean_pre": CLASSIFIER,
        "classifier_first_post": CLASSIFIER,
        "classifier_last_none": CLASSIFIER,
        "classifier_max_pre": CLASSIFIER,
        "classifier_no_padding": CLASSIFIER,
        "language_model_tied_pre": LANGUAGE_MODEL,
        "language_model_post": LANGUAGE_MODEL,
        "language_model_tied_none": LANGUAGE_MODEL,
        "language_model_exact": LANGUAGE_MODEL,
        "encoder_decoder_tied_pre": ENCODER_DECODER,
        "encoder_decoder_post": ENCODER_DECODER,
        "encoder_decoder_none": ENCODER_DECODER,
    },
}
