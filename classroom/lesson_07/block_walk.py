"""The gradient of a sentence's loss, walked back through one block of a trained model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_lib import attention, blocks, layers, loss, model
from course_lib.attention import merge_heads, split_heads
from course_lib.params import flatten, unflatten
from course_lib.tasks import load_trained

SENTENCE = [".", "the", "cat", "that", "sees", "the", "dogs", "sleep"]
PARTS = (
    "linear_backward",
    "relu_backward",
    "layer_norm_backward",
    "scaled_dot_product_attention_backward",
)


class Step(NamedTuple):
    """One part of the block on the way back: a new array, and how one entry of it came about.

    Fields
    ------
    name : str
        Which array of `Walk.arrays` is new.
    at : (int, int)
        The entry that is followed: its row (a token) and its column.
    terms : ndarray
        What adds up to the entry.
    labels : list of str
        One for each term, or none where there are many.
    said : str
        What happens here, in one sentence.
    """

    name: str
    at: tuple[int, int]
    terms: np.ndarray
    labels: list[str]
    said: str


class BlockWalk:
    """All gradients inside the last block of the model of small sentences, on one sentence.

    The loss is that of the whole sentence, in nats: the sum over its words.

    Parameters
    ----------
    functions : mapping of str to callable, optional
        The reader's own backwards, by the names in `PARTS`.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        own = {name: getattr(layers, name, None) or getattr(attention, name) for name in PARTS}
        own |= dict(functions or {})
        task, stored = load_trained("toy_sentences")
        params = unflatten({name: a.astype(float) for name, a in flatten(stored).items()})
        ids = np.array([task.vocabulary.encode(" ".join(SENTENCE))])
        self.config, self.params, self.targets = task.config, params, ids[:, 1:]
        self.mask = attention.causal_mask(ids.shape[1] - 1)
        self.tokens = [*SENTENCE[:-1]]
        x, _ = model.embed(ids[:, :-1], params, self.config)
        for block in params["blocks"][:-1]:
            x, _ = blocks.encoder_block(x, block, self.config, self.mask)
        self.x = x
        self.arrays = self._walk(own)

    def _above(self, x: np.ndarray) -> tuple[float, Any]:
        """Return the loss from what goes into the block, and the caches of all above."""
        out, block = blocks.encoder_block(x, self.params["blocks"][-1], self.config, self.mask)
        out, norm = layers.layer_norm(out, **self.params["norm"], eps=self.config.eps)
        logits, output = model.unembed(out, self.params, self.config)
        mean_loss, loss_cache = loss.cross_entropy(logits, self.targets)
        return len(self.tokens) * mean_loss, (block, norm, output, loss_cache)

    def _walk(self, own: Mapping[str, Callable[..., Any]]) -> dict[str, np.ndarray]:
        """Walk back through the block; every array is that of the one sequence, (T, width)."""
        linear, norm = own["linear_backward"], own["layer_norm_backward"]
        _, (block, top_norm, output, loss_cache) = self._above(self.x)
        dlogits = loss.cross_entropy_backward(len(self.tokens), loss_cache)
        dx, _ = model.unembed_backward(dlogits, output)
        dout = layers.layer_norm_backward(dx, top_norm)[0]
        first, nonlinearity, second, _ = block.feed_forward.sublayer
        heads = block.attention.sublayer
        self.block = block
        found = {"out": dout}
        found["relu"] = linear(found["out"], second)[0]
        found["hidden"] = own["relu_backward"](found["relu"], nonlinearity)
        found["norm_2"] = linear(found["hidden"], first)[0]
        found["branch_2"] = norm(found["norm_2"], block.feed_forward.norm)[0]
        found["mid"] = found["out"] + found["branch_2"]
        found["merged"] = linear(found["mid"], heads.output)[0]
        dheads = split_heads(found["merged"], self.config.n_heads)
        for name, d in zip(
            "qkv",
            own["scaled_dot_product_attention_backward"](dheads, heads.attention),
            strict=True,
        ):
            found[name] = merge_heads(d)
        self.through = [
            linear(found[name], cache)[0][0]
            for name, cache in zip("qkv", (heads.query, heads.key, heads.value), strict=True)
        ]
        found["norm_1"] = sum(self.through)[None]
        found["branch_1"] = norm(found["norm_1"], block.attention.norm)[0]
        found["x"] = found["mid"] + found["branch_1"]
        return {name: array[0] for name, array in found.items()}

    def measured(self, row: int, feature: int, step: float = 1e-4) -> float:
        """Measure the gradient of one entry of x by a central difference of the loss."""
        nudge = np.zeros_like(self.x)
        nudge[0, row, feature] = step
        return (self._above(self.x + nudge)[0] - self._above(self.x - nudge)[0]) / (2 * step)

    def follow(self, row: int, feature: int) -> list[Step]:
        """Return the steps from the output of the block to entry (row, feature) of its input.

        Where many ways lead on, the steps follow the entry that hands back most.
        """
        d, token = self.arrays, self.tokens[row]
        first, _, second, _ = self.block.feed_forward.sublayer
        heads = self.block.attention.sublayer
        entry = (row, feature)
        unit = int(np.abs(d["hidden"][row] * first[1][feature]).argmax())
        value = int(np.abs(d["v"][row] * heads.value[1][feature]).argmax())
        head = value // (self.config.d_model // self.config.n_heads)
        shares = heads.weights[0, head, :, row]
        rows = shares * d["merged"][:, value]
        asking = int(np.abs(rows).argmax())
        awake, features = d["hidden"][row] != 0, self.config.d_model

        def step(name: str, at: tuple[int, int], terms: Any, labels: Sequence[str], said: str):
            return Step(name, at, np.asarray(terms, float), list(labels), said)

        def ways(kind: str, names: Sequence[str], terms: Sequence[float]):
            """Name the way on which most comes back."""
            most = int(np.abs(terms).argmax())
            return f"{kind}: of {len(terms)} ways most comes back {names[most]}"

        norm_names = ["directly", "through the mean", "through the deviation"]
        norm_2 = _norm_terms(d["norm_2"][row], self.block.feed_forward.norm, row, feature)
        norm_1 = _norm_terms(d["norm_1"][row], self.block.attention.norm, row, feature)
        by_qkv = [each[entry] for each in self.through]
        qkv_names = ["through the queries", "through the keys", "through the values"]
        return [
            step("out", entry, [d["out"][entry]], ["dout"],
                 f"dout arrives from the loss, here at '{token}', feature {feature}"),
            step("relu", (row, unit), d["out"][row] * second[1][unit], [],
                 f"W_2: unit {unit} gets a sum over all {features} features of its row"),
            step("hidden", (row, unit), [d["hidden"][row, unit]], ["slope 1"],
                 f"relu: unit {unit} was awake and hands all of it on, as do {awake.sum()} of "
                 f"{len(awake)}"),
            step("norm_2", entry, d["hidden"][row] * first[1][feature], [],
                 f"W_1: feature {feature} gets a sum over the {awake.sum()} units that were awake"),
            step("branch_2", entry, norm_2, norm_names, ways("norm_2", norm_names, norm_2)),
            step("mid", entry, [d["out"][entry], d["branch_2"][entry]], ["identity", "branch"],
                 "⊕: x was used twice, so identity and branch add up"),
            step("merged", (asking, value), d["mid"][asking] * heads.output[1][value], [],
                 f"W_O: column {value} of '{self.tokens[asking]}' gets a sum over {features} "
                 "features"),
            step("v", (row, value), rows, self.tokens,
                 f"attention: '{self.tokens[asking]}' had looked at '{token}' with "
                 f"{shares[asking]:.0%}, and most comes back from there"),
            step("norm_1", entry, by_qkv, qkv_names, ways("W_Q, W_K, W_V", qkv_names, by_qkv)),
            step("branch_1", entry, norm_1, norm_names, ways("norm_1", norm_names, norm_1)),
            step("x", entry, [d["mid"][entry], d["branch_1"][entry]], ["identity", "branch"],
                 "⊕: identity and branch add up once more"),
        ]  # fmt: skip


def _norm_terms(dz: np.ndarray, cache: Any, row: int, feature: int) -> list[float]:
    """Return the three terms of a layer norm's backward at one entry."""
    normalized, inverse_std, gamma = cache
    z, size, d = normalized[0, row], float(inverse_std[0, row, 0]), dz * gamma
    return [size * d[feature], -size * d.mean(), -size * z[feature] * (d * z).mean()]
