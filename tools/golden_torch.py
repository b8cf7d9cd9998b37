"""PyTorch's side of the golden files: recording a function, and the layout of its modules."""

import math

import torch
from torch import nn
from torch.nn import functional

# Every axis has a length of its own, so that no two can be mistaken for each other.
B, H, D_K, D_V, T_Q, T_K, D_FF, VOCAB, CLASSES, MAX_LEN = 5, 2, 3, 13, 7, 11, 13, 17, 19, 23
D_MODEL = H * D_K
EPS = 1e-3  # of the layer norm; large enough to be seen if it were forgotten


def draw(**shapes):
    """Return a function of rng that draws tensors of these shapes by name."""
    return lambda rng: {name: normal(rng, *shape) for name, shape in shapes.items()}


def normal(rng, *shape):
    """Return a tensor of normal numbers whose gradient will be wanted."""
    return torch.tensor(rng.standard_normal(shape), requires_grad=True)


def x_alone(rng):
    """Draw x (B, T, d_model)."""
    return {"x": normal(rng, B, T_Q, D_MODEL)}


def padded_ids(rng, shape, pad_id=0):
    """Return ids (B, T) from 1 up, row i ending in i of pad_id."""
    ids = torch.tensor(rng.integers(1, VOCAB, shape))
    for row in range(1, shape[0]):
        ids[row, -row:] = pad_id
    return ids


def record(rng, inputs, outs, gradient=lambda tensor: tensor.grad):
    """Send a random gradient back through outs["out"] and return the entries of one case.

    `inputs` are tensors or arrays; those that want a gradient get a `grad` entry of their name.
    """
    out = outs["out"]
    dout = torch.tensor(rng.standard_normal(tuple(out.shape)))
    out.backward(dout)
    entries = {f"in/{name}": value for name, value in inputs.items()}
    entries |= {f"out/{name}": value for name, value in outs.items()} | {"dout/dout": dout}
    wanted = {n: t for n, t in inputs.items() if isinstance(t, torch.Tensor) and t.requires_grad}
    return entries | {f"grad/{name}": gradient(tensor) for name, tensor in wanted.items()}


def function_case(function, make_inputs, **settings):
    """Return a case: `function` of the drawn inputs; course_lib is given the settings as well."""

    def make(rng):
        inputs = make_inputs(rng)
        return settings, record(rng, inputs, {"out": function(*inputs.values())})

    return make


def randomize(rng, module):
    """Fill all parameters of a module: a fresh norm or bias of ones and zeros would test little."""
    for name, parameter in module.named_parameters():
        shift = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        values = torch.tensor(rng.standard_normal(tuple(parameter.shape)))
        parameter.data = shift + 0.4 * values
    return module


def values_of(parameter):
    """Read a parameter itself."""
    return parameter.detach().clone()


def gradient_of(parameter):
    """Read a parameter's gradient."""
    return parameter.grad


def linear_arrays(module, read, index=""):
    """Name the arrays of nn.Linear: its weight is (d_out, d_in), ours (d_in, d_out)."""
    return {f"W{index}": read(module.weight).T, f"b{index}": read(module.bias)}


def norm_arrays(module, read):
    """Name the arrays of nn.LayerNorm."""
    return {"gamma": read(module.weight), "beta": read(module.bias)}


def attention_arrays(module, read):
    """Name the arrays of nn.MultiheadAttention, which keeps W_Q, W_K and W_V in one."""
    named = linear_arrays(module.out_proj, read, "_O")
    weights, biases = read(module.in_proj_weight).chunk(3), read(module.in_proj_bias).chunk(3)
    for name, weight, bias in zip("QKV", weights, biases, strict=True):
        named |= {f"W_{name}": weight.T, f"b_{name}": bias}
    return named


def feed_forward_arrays(layer, read):
    """Name the arrays of the feed-forward in nn.TransformerEncoderLayer."""
    return linear_arrays(layer.linear1, read, "_1") | linear_arrays(layer.linear2, read, "_2")


def prefixed(prefix, named):
    """Put a prefix and a dot before every name."""
    return {f"{prefix}.{name}": array for name, array in named.items()}


def block_arrays(layer, read):
    """Name the arrays of nn.TransformerEncoderLayer or nn.TransformerDecoderLayer."""
    named = prefixed("attention", attention_arrays(layer.self_attn, read))
    if hasattr(layer, "multihead_attn"):
        named |= prefixed("cross_attention", attention_arrays(layer.multihead_attn, read))
    named |= prefixed("feed_forward", feed_forward_arrays(layer, read))
    for i in (1, 2, 3):
        norm = getattr(layer, f"norm{i}", None)
        if isinstance(norm, nn.LayerNorm):
            named |= prefixed(f"norm_{i}", norm_arrays(norm, read))
    return named


def tanh_gelu(x):
    """GELU by the tanh approximation."""
    return functional.gelu(x, approximate="tanh")


ACTIVATIONS = {"relu": functional.relu, "gelu": tanh_gelu, "gelu_exact": functional.gelu}


def layer_of(kind, norm, activation, eps=1e-5):
    """Return nn.TransformerEncoderLayer or nn.TransformerDecoderLayer, or one without norms."""
    layer = kind(
        D_MODEL,
        H,
        D_FF,
        dropout=0.0,
        activation=ACTIVATIONS[activation],
        layer_norm_eps=eps,
        batch_first=True,
        norm_first=norm == "pre",
    )
    if norm == "none":
        for i in (1, 2, 3):
            if hasattr(layer, f"norm{i}"):
                setattr(layer, f"norm{i}", nn.Identity())
    return layer


def later(T):
    """Return torch's causal mask: True at the keys that a query may not see."""
    return torch.ones(T, T).triu(1).bool()


def sinusoids(T, d_model, base=10000.0):
    """PE(pos, 2i) = sin(pos / base^(2i / d_model)), PE(pos, 2i + 1) the cosine of the same."""
    table = torch.empty(T, d_model)
    for position in range(T):
        for i in range(d_model // 2):
            angle = position / base ** (2 * i / d_model)
            table[position, 2 * i], table[position, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table
