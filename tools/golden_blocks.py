"""The golden cases of attention, feed-forward and blocks."""

import torch
from golden_torch import (
    ACTIVATIONS,
    D_FF,
    D_K,
    D_MODEL,
    D_V,
    EPS,
    T_K,
    T_Q,
    VOCAB,
    B,
    H,
    attention_arrays,
    block_arrays,
    draw,
    feed_forward_arrays,
    function_case,
    gradient_of,
    later,
    layer_of,
    normal,
    padded_ids,
    prefixed,
    randomize,
    record,
    values_of,
    x_alone,
)
from torch import nn
from torch.nn import functional


def sdpa_case(mask=None):
    """Attention over heads; the mask is True where a query may attend, as ours is."""

    def inputs(rng):
        shapes = {"q": (T_Q, D_K), "k": (T_K, D_K), "v": (T_K, D_V)}
        drawn = {name: normal(rng, B, H, *shape) for name, shape in shapes.items()}
        return drawn if mask is None else drawn | {"mask": mask(rng)}

    return function_case(
        lambda q, k, v, mask=None: functional.scaled_dot_product_attention(q, k, v, mask), inputs
    )


def random_mask(rng):
    """Draw a mask with at least one key for each query."""
    mask = torch.tensor(rng.random((B, 1, T_Q, T_K)) < 0.6)
    mask[..., 0] = True
    return mask


def key_mask(rng):
    """Hide padding keys, for all heads and queries."""
    return padded_ids(rng, (B, T_K))[:, None, None, :] > 0


def multi_head_case(cross):
    """Run nn.MultiheadAttention from x to itself, causal, or to a memory with padding."""

    def make(rng):
        module = randomize(rng, nn.MultiheadAttention(D_MODEL, H, batch_first=True))
        inputs = {"x": normal(rng, B, T_Q, D_MODEL)}
        if cross:
            inputs["memory"] = normal(rng, B, T_K, D_MODEL)
            hidden = padded_ids(rng, (B, T_K)) == 0
            masks = {"key_padding_mask": hidden}
            allowed = ~hidden[:, None, None, :]
        else:
            masks = {"attn_mask": later(T_Q)}
            allowed = ~later(T_Q)
        memory = inputs.get("memory", inputs["x"])
        out, weights = module(inputs["x"], memory, memory, average_attn_weights=False, **masks)
        outs = {"out": out, "weights": weights}
        entries = record(rng, inputs, outs) | {"in/mask": allowed}
        return {"n_heads": H}, entries | module_entries(attention_arrays, module)

    return make


def module_entries(arrays, module):
    """Return the `in` and `grad` entries of a module's parameters."""
    values, gradients = arrays(module, values_of), arrays(module, gradient_of)
    return prefixed("in/params", values) | prefixed("grad/params", gradients)


def feed_forward_case(activation):
    """Run linear, activation, linear."""

    def make(rng):
        layer = randomize(rng, layer_of(nn.TransformerEncoderLayer, "pre", activation))
        inputs = x_alone(rng)
        hidden = layer.activation(layer.linear1(inputs["x"]))
        entries = record(rng, inputs, {"out": layer.linear2(hidden)})
        return {"activation": activation}, entries | module_entries(feed_forward_arrays, layer)

    return make


def config_of(norm, activation):
    """Return the settings of a block in course_lib."""
    sizes = {"vocab_size": VOCAB, "d_model": D_MODEL, "n_heads": H, "d_ff": D_FF}
    rest = {"family": "encoder", "norm": norm, "activation": activation, "eps": EPS}
    return {"config": sizes | rest}


def encoder_block_case(norm, activation):
    """Run nn.TransformerEncoderLayer with padding."""

    def make(rng):
        layer = randomize(rng, layer_of(nn.TransformerEncoderLayer, norm, activation, EPS))
        inputs, hidden = x_alone(rng), padded_ids(rng, (B, T_Q)) == 0
        out = layer(inputs["x"], src_key_padding_mask=hidden)
        entries = record(rng, inputs, {"out": out}) | {"in/mask": ~hidden[:, None, None, :]}
        return config_of(norm, activation), entries | module_entries(block_arrays, layer)

    return make


def decoder_block_case(norm, activation):
    """Run nn.TransformerDecoderLayer, causal, with padding in the memory."""

    def make(rng):
        layer = randomize(rng, layer_of(nn.TransformerDecoderLayer, norm, activation, EPS))
        inputs = draw(x=(B, T_Q, D_MODEL), memory=(B, T_K, D_MODEL))(rng)
        hidden, blocked = padded_ids(rng, (B, T_K)) == 0, later(T_Q)
        out = layer(**torch_names(inputs), tgt_mask=blocked, memory_key_padding_mask=hidden)
        masks = {"in/mask": ~blocked, "in/memory_mask": ~hidden[:, None, None, :]}
        entries = record(rng, inputs, {"out": out}) | masks
        return config_of(norm, activation), entries | module_entries(block_arrays, layer)

    return make


def torch_names(inputs):
    """Name x and memory as nn.TransformerDecoderLayer does."""
    return {"tgt": inputs["x"], "memory": inputs["memory"]}


ATTENTION = {
    "sdpa": sdpa_case(),
    "sdpa_random_mask": sdpa_case(random_mask),
    "sdpa_key_mask": sdpa_case(key_mask),
    "multi_head_self": multi_head_case(cross=False),
    "multi_head_cross": multi_head_case(cross=True),
}

BLOCKS = {
    **{f"feed_forward_{name}": feed_forward_case(name) for name in ACTIVATIONS},
    "encoder_block_pre_relu": encoder_block_case("pre", "relu"),
    "encoder_block_post_gelu": encoder_block_case("post", "gelu"),
    "encoder_block_none_relu": encoder_block_case("none", "relu"),
    "decoder_block_pre_gelu_exact": decoder_block_case("pre", "gelu_exact"),
    "decoder_block_post_relu": decoder_block_case("post", "relu"),
    "decoder_block_none_gelu": decoder_block_case("none", "gelu"),
}
