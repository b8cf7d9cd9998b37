"""The same step in PyTorch, written as one would for speed. Needs nothing of `course_lib`."""

import math

import torch
import torch.nn.functional as F
from torch import nn

ADAMS = {"fused": {"fused": True}, "foreach": {"foreach": True}, "default": {}}


class Block(nn.Module):
    """A pre-norm block: queries, keys and values in one product, causal attention."""

    def __init__(self, config, fused_attention):
        super().__init__()
        d = config.d_model
        self.n_heads, self.fused_attention = config.n_heads, fused_attention
        self.activation = nn.ReLU() if config.activation == "relu" else nn.GELU("tanh")
        self.norm_1, self.norm_2 = nn.LayerNorm(d, config.eps), nn.LayerNorm(d, config.eps)
        self.qkv, self.output = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.first, self.second = nn.Linear(d, config.d_ff), nn.Linear(config.d_ff, d)
        bias = torch.full((config.max_len, config.max_len), -math.inf).triu(1)
        self.register_buffer("bias", bias)

    def forward(self, x):
        x = x + self.output(self.attend(self.norm_1(x)))
        return x + self.second(self.activation(self.first(self.norm_2(x))))

    def attend(self, x):
        B, T, d = x.shape
        heads = self.qkv(x).view(B, T, 3, self.n_heads, d // self.n_heads).permute(2, 0, 3, 1, 4)
        q, k, v = heads.unbind()
        if self.fused_attention:
            out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + self.bias
            out = scores.softmax(-1) @ v
        return out.transpose(1, 2).reshape(B, T, d)


class LanguageModel(nn.Module):
    """Embedding, learned positions, blocks, norm, output; returns the mean cross-entropy."""

    def __init__(self, config, fused_attention):
        super().__init__()
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = nn.Parameter(torch.zeros(config.max_len, config.d_model))
        self.blocks = nn.Sequential(
            *(Block(config, fused_attention) for _ in range(config.n_layers))
        )
        self.norm = nn.LayerNorm(config.d_model, config.eps)
        self.output = nn.Linear(config.d_model, config.vocab_size)

    def forward(self, ids, targets):
        x = self.blocks(self.embedding(ids) + self.positions)
        return F.cross_entropy(self.output(self.norm(x)).flatten(0, 1), targets.flatten())


def torch_step(
    config, ids, targets, lr, params=None, fused_attention=True, adam="fused", **options
):
    """Return a function that takes one training step and returns the loss, a tensor.

    Parameters
    ----------
    config : TransformerConfig, or anything with its fields
    ids, targets : int arrays (B, T)
    lr : float
    params : nested dict of arrays, optional
        The course's parameters to start from; PyTorch's own without.
    fused_attention : bool
        `F.scaled_dot_product_attention`, or the two products with a softmax between.
    adam : {"fused", "foreach", "default"}
        Which of PyTorch's implementations.
    options : passed to torch.compile, if there are any
    """
    model = LanguageModel(config, fused_attention)
    if params is not None:
        copy_params(model, params)
    optimizer = torch.optim.Adam(model.parameters(), lr, **ADAMS[adam])
    loss_of = torch.compile(model, **options) if options else model
    ids, targets = torch.from_numpy(ids), torch.from_numpy(targets)

    def step():
        optimizer.zero_grad()
        loss = loss_of(ids, targets)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


@torch.no_grad()
def copy_params(model, params):
    """Put the course's parameters into a model; PyTorch keeps matrices transposed."""

    def linear(layer, W, b):
        layer.weight.copy_(torch.from_numpy(W.T.copy()))
        layer.bias.copy_(torch.from_numpy(b))

    def norm(layer, p):
        layer.weight.copy_(torch.from_numpy(p["gamma"]))
        layer.bias.copy_(torch.from_numpy(p["beta"]))

    model.embedding.weight.copy_(torch.from_numpy(params["embedding"]["W"]))
    model.positions.copy_(torch.from_numpy(params["positions"]["P"]))
    for block, p in zip(model.blocks, params["blocks"], strict=True):
        d = model.positions.shape[1]
        for i, name in enumerate("QKV"):
            rows = slice(i * d, (i + 1) * d)
            block.qkv.weight[rows] = torch.from_numpy(p["attention"][f"W_{name}"].T.copy())
            block.qkv.bias[rows] = torch.from_numpy(p["attention"][f"b_{name}"])
        linear(block.output, p["attention"]["W_O"], p["attention"]["b_O"])
        linear(block.first, p["feed_forward"]["W_1"], p["feed_forward"]["b_1"])
        linear(block.second, p["feed_forward"]["W_2"], p["feed_forward"]["b_2"])
        norm(block.norm_1, p["norm_1"])
        norm(block.norm_2, p["norm_2"])
    norm(model.norm, params["norm"])
    linear(model.output, params["output"]["W"], params["output"]["b"])
