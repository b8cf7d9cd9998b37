"""The golden cases of whole models, and of ten steps of each optimizer."""

import math

import torch
from golden_functions import pool
from golden_torch import (
    CLASSES,
    D_FF,
    D_MODEL,
    EPS,
    MAX_LEN,
    T_K,
    T_Q,
    VOCAB,
    B,
    H,
    block_arrays,
    gradient_of,
    later,
    layer_of,
    linear_arrays,
    norm_arrays,
    normal,
    padded_ids,
    prefixed,
    randomize,
    record,
    sinusoids,
    values_of,
)
from torch import nn
from torch.nn import functional

DEFAULTS = {
    "vocab_size": VOCAB,
    "d_model": D_MODEL,
    "n_heads": H,
    "n_layers": 1,
    "d_ff": D_FF,
    "max_len": MAX_LEN,
    "positions": "learned",
    "norm": "pre",
    "activation": "relu",
    "tied": False,
    "scale_embedding": False,
    "n_classes": CLASSES,
    "pooling": "mean",
    "eps": EPS,
    "pad_id": 0,
}


class Stack(nn.Module):
    """Embedding, positions, blocks and a last norm."""

    def __init__(self, config, kind):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(VOCAB, D_MODEL)
        if config["positions"] == "learned":
            self.positions = nn.Embedding(MAX_LEN, D_MODEL)
        shape = (config["norm"], config["activation"], config["eps"])
        self.blocks = nn.ModuleList(layer_of(kind, *shape) for _ in range(config["n_layers"]))
        if config["norm"] == "pre":
            self.norm = nn.LayerNorm(D_MODEL, eps=config["eps"])

    def forward(self, ids, *memory, **masks):
        """Map ids (B, T) to vectors (B, T, d_model)."""
        x = self.embedding(ids)
        if self.config["scale_embedding"]:
            x = x * math.sqrt(D_MODEL)
        if self.config["positions"] == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        elif self.config["positions"] == "sinusoidal":
            x = x + sinusoids(ids.shape[1], D_MODEL)
        for block in self.blocks:
            x = block(x, *memory, **masks)
        return self.norm(x) if self.config["norm"] == "pre" else x

    def arrays(self, read):
        """Name the arrays as course_lib does."""
        named = {"embedding.W": read(self.embedding.weight)}
        if self.config["positions"] == "learned":
            named["positions.P"] = read(self.positions.weight)
        for index, block in enumerate(self.blocks):
            named |= prefixed(f"blocks.{index}", block_arrays(block, read))
        if self.config["norm"] == "pre":
            named |= prefixed("norm", norm_arrays(self.norm, read))
        return named


class Model(nn.Module):
    """One of the three families; `tied` uses the embedding again as output projection."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        classes = config["n_classes"] if config["family"] == "encoder" else VOCAB
        last = nn.TransformerDecoderLayer
        if config["family"] == "encoder-decoder":
            self.encoder = Stack(config, nn.TransformerEncoderLayer)
        else:
            last = nn.TransformerEncoderLayer
        self.stack = Stack(config, last)
        if not config["tied"]:
            self.output = nn.Linear(D_MODEL, classes)

    def logits(self, x):
        """Project vectors to logits."""
        return x @ self.stack.embedding.weight.T if self.config["tied"] else self.output(x)

    def forward(self, ids, target_ids=None):
        """Map ids to logits."""
        hidden = None if self.config["pad_id"] is None else ids == self.config["pad_id"]
        if self.config["family"] == "encoder":
            counted = torch.ones_like(ids, dtype=torch.bool) if hidden is None else ~hidden
            x = self.stack(ids, src_key_padding_mask=hidden)
            return self.logits(pool(x, counted, self.config["pooling"]))
        if self.config["family"] == "decoder":
            return self.logits(self.stack(ids, src_mask=later(ids.shape[1])))
        memory = self.encoder(ids, src_key_padding_mask=hidden)
        masks = {"tgt_mask": later(target_ids.shape[1]), "memory_key_padding_mask": hidden}
        return self.logits(self.stack(target_ids, memory, **masks))

    def arrays(self, read):
        """Name the arrays as course_lib does."""
        named = self.stack.arrays(read)
        if not self.config["tied"]:
            named |= prefixed("output", linear_arrays(self.output, read))
        if self.config["family"] == "encoder-decoder":
            encoder = prefixed("encoder", self.encoder.arrays(read))
            return encoder | prefixed("decoder", named)
        return named


def model_case(family, **changes):
    """Run a whole model on padded ids."""

    def make(rng):
        config = DEFAULTS | {"family": family} | changes
        model = randomize(rng, Model(config))
        if family == "encoder-decoder":
            ids = {"source_ids": padded_ids(rng, (B, T_K)), "target_ids": padded_ids(rng, (B, T_Q))}
        else:
            ids = {"ids": padded_ids(rng, (B, T_Q))}
        entries = record(rng, ids, {"out": model(*ids.values())})
        entries |= prefixed("in/params", model.arrays(values_of))
        return {"config": config}, entries | prefixed("grad/params", model.arrays(gradient_of))

    return make


def optimizer_case(name, make_optimizer, **settings):
    """Train a small tied language model for ten steps on one batch with padding."""

    def make(rng):
        config = DEFAULTS | {"family": "decoder", "tied": True, "activation": "gelu"}
        model = randomize(rng, Model(config))
        before = prefixed("in/params", model.arrays(values_of))
        ids, targets = padded_ids(rng, (B, T_Q)), padded_ids(rng, (B, T_Q))
        optimizer = make_optimizer(model.parameters())
        losses = []
        for _ in range(10):
            optimizer.zero_grad()
            loss = functional.cross_entropy(
                model(ids).reshape(-1, VOCAB),
                targets.reshape(-1),
                ignore_index=0,
                label_smoothing=0.1,
            )
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        outs = {"in/ids": ids, "in/targets": targets, "out/losses": torch.tensor(losses)}
        after = prefixed("out/params", model.arrays(values_of))
        return {"config": config, "optimizer": name, "settings": settings}, before | outs | after

    return make


def clip_case(max_norm):
    """Clip two gradients to a joint norm."""

    def make(rng):
        inputs = {"a": normal(rng, T_Q, T_K), "b": normal(rng, D_FF)}
        tensors = [tensor.detach().clone().requires_grad_() for tensor in inputs.values()]
        for tensor, values in zip(tensors, inputs.values(), strict=True):
            tensor.grad = values.detach().clone()
        norm = nn.utils.clip_grad_norm_(tensors, max_norm)
        entries = {f"in/{name}": values for name, values in inputs.items()} | {"out/norm": norm}
        clipped = {f"out/{n}": t.grad for n, t in zip(inputs, tensors, strict=True)}
        return {"max_norm": max_norm}, entries | clipped

    return make


MODELS = {
    "classifier_mean_pre": model_case("encoder", activation="gelu", n_layers=2),
    "classifier_first_post": model_case("encoder", pooling="first", norm="post"),
    "classifier_last_none": model_case("encoder", pooling="last", norm="none", positions="none"),
    "classifier_max_pre": model_case("encoder", pooling="max", positions="sinusoidal"),
    "classifier_no_padding": model_case("encoder", pad_id=None, activation="gelu_exact"),
    "language_model_tied_pre": model_case("decoder", tied=True, activation="gelu", n_layers=2),
    "language_model_post": model_case("decoder", norm="post", positions="sinusoidal"),
    "language_model_tied_none": model_case(
        "decoder", tied=True, norm="none", positions="none", scale_embedding=True
    ),
    "language_model_exact": model_case("decoder", activation="gelu_exact", scale_embedding=True),
    "encoder_decoder_tied_pre": model_case(
        "encoder-decoder", tied=True, activation="gelu", n_layers=2
    ),
    "encoder_decoder_post": model_case(
        "encoder-decoder", norm="post", positions="sinusoidal", scale_embedding=True
    ),
    "encoder_decoder_none": model_case("encoder-decoder", norm="none", pad_id=None),
}

OPTIMIZERS = {
    "sgd": optimizer_case("SGD", lambda p: torch.optim.SGD(p, lr=0.1), lr=0.1),
    "momentum": optimizer_case(
        "SGD", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), lr=0.05, momentum=0.9
    ),
    "adam": optimizer_case("Adam", lambda p: torch.optim.Adam(p, lr=0.01), lr=0.01),
    "adam_weight_decay": optimizer_case(
        "Adam",
        lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        lr=0.02,
        beta1=0.8,
        beta2=0.95,
        eps=1e-6,
        weight_decay=0.1,
    ),
    "adamw_weight_decay": optimizer_case(
        "AdamW",
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
        lr=0.02,
        weight_decay=0.1,
    ),
    "clip": clip_case(1.5),
    "clip_not_needed": clip_case(1500.0),
}
