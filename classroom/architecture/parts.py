"""What a model consists of: its parts, their arrays in `params`, their functions in course_lib."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from course_lib.params import TransformerConfig, flatten

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Part:
    """One part of a model.

    Attributes
    ----------
    name : str
        What `lit` and `open` call it, as in `params` where it has arrays there.
    label : str
    out : str
        The shape that leaves it, in the course's letters.
    functions : tuple of str
        Those of course_lib that compute it, the main one first.
    grad : str
        What its backward returns first, with its shape.
    arrays : dict of str to tuple of int
        Its arrays by their last name, with their shapes.
    inside : tuple of Part
        What it consists of, where it can be opened.
    """

    name: str
    label: str
    out: str
    functions: tuple[str, ...]
    grad: str = ""
    arrays: Shapes = field(default_factory=dict)
    inside: tuple[Part, ...] = ()

    @property
    def key(self) -> str:
        """The last part of the name."""
        return self.name.rsplit(".", 1)[-1]


@dataclass(frozen=True)
class Letters:
    """Which letters name the lengths in one stack.

    Attributes
    ----------
    T : str
        Of the stream.
    keys : str
        Of what self-attention reads.
    memory : str
        Of what cross-attention reads.
    """

    T: str = "T"
    keys: str = "T"
    memory: str = "T_k"

    @property
    def stream(self) -> str:
        """The shape of the residual stream."""
        return f"(B, {self.T}, d_model)"


@dataclass(frozen=True)
class Stack:
    """One column of the drawing.

    Attributes
    ----------
    name : str
        "", or "encoder" or "decoder" in an encoder-decoder.
    title : str
        Of its block.
    sublayers : list of (norm or None, sublayer, sum)
    """

    name: str
    title: str
    letters: Letters
    embedding: Part
    positions: Part | None
    embedding_norm: Part | None
    sublayers: list[tuple[Part | None, Part, Part]]
    norm: Part | None
    head: list[Part]
    block: Part

    def parts(self) -> Iterator[Part]:
        """Yield every part from the bottom to the top, opened ones after what they consist of."""
        yield self.embedding
        if self.positions is not None:
            yield self.positions
        if self.embedding_norm is not None:
            yield self.embedding_norm
        for norm, sublayer, add in self.sublayers:
            yield from [norm] if norm is not None else []
            yield from sublayer.inside
            yield from (sublayer, add)
        yield self.block
        yield from [self.norm] if self.norm is not None else []
        yield from self.head


def stacks_of(
    config: TransformerConfig, params: Mapping[str, Any] | None, loss: bool, cache: bool
) -> list[Stack]:
    """Return the stacks of a model, the encoder's first.

    Raises
    ------
    ValueError
        If `params` has not the parts that the configuration asks for.
    """
    arrays = _shapes(config, params)
    if config.family == "encoder-decoder":
        return [
            _stack(config, arrays, "encoder", Letters("T_k", "T_k"), False, False),
            _stack(config, arrays, "decoder", _decoding(cache, "T_q"), loss, cache),
        ]
    return [_stack(config, arrays, "", _decoding(cache, "T"), loss, cache)]


def _decoding(cache: bool, T: str) -> Letters:
    return Letters("1", T) if cache else Letters(T, T)


def _shapes(config: TransformerConfig, params: Mapping[str, Any] | None) -> dict[str, tuple]:
    """Return the shape of every array by its name; those of block 0 stand for all blocks."""
    if params is not None:
        return {name: tuple(array.shape) for name, array in flatten(params).items()}
    d, d_ff, vocab = config.d_model, config.d_ff, config.vocab_size
    vector: Shapes = {"gamma": (d,), "beta": (d,)}
    attention: Shapes = {f"W_{n}": (d, d) for n in "QKVO"} | {f"b_{n}": (d,) for n in "QKVO"}
    feed: Shapes = {"W_1": (d, d_ff), "b_1": (d_ff,), "W_2": (d_ff, d), "b_2": (d,)}

    def stack(cross: bool) -> dict[str, Shapes]:
        parts: dict[str, Shapes] = {"embedding": {"W": (vocab, d)}}
        if config.positions == "learned":
            parts["positions"] = {"P": (config.max_len, d)}
        sublayers = {"attention": attention} | ({"cross_attention": attention} if cross else {})
        sublayers |= {"feed_forward": feed} if d_ff else {}
        norms = len(sublayers) if config.norm != "none" else 0
        block = sublayers | {f"norm_{i + 1}": vector for i in range(norms)}
        parts |= {f"blocks.0.{name}": shapes for name, shapes in block.items()}
        return parts | ({"norm": vector} if config.norm == "pre" else {})

    size = config.n_classes if config.family == "encoder" else vocab
    head: dict[str, Shapes] = {} if config.tied else {"output": {"W": (d, size), "b": (size,)}}
    if config.family == "encoder-decoder":
        sides = {"encoder": stack(False), "decoder": stack(True) | head}
        named = {f"{side}.{part}": s for side, parts in sides.items() for part, s in parts.items()}
    else:
        named = stack(False) | head
    return {f"{part}.{name}": shape for part, s in named.items() for name, shape in s.items()}


def _stack(
    config: TransformerConfig, arrays: dict[str, tuple], name: str, letters: Letters, loss: bool,
    cache: bool,
) -> Stack:  # fmt: skip
    prefix = f"{name}." if name else ""
    causal = config.family == "decoder" or name == "decoder"
    x = letters.stream

    def held(part: str) -> dict[str, tuple[int, ...]]:
        start = f"{prefix}{part}."
        found = {n.removeprefix(start): s for n, s in arrays.items() if n.startswith(start)}
        if not found:
            raise ValueError(
                f"architecture: params has no {prefix}{part}, which this configuration asks for."
            )
        return found

    def norm(key: str, where: str) -> Part:
        functions = ("layer_norm", "layer_norm_backward")
        return Part(f"{prefix}{key}", "layer norm", x, functions, f"dx {x}", held(where))

    name_of_types = f"{prefix}token_types.W"  # BERT's, of the first and the second text
    types = {"token_types.W": arrays[name_of_types]} if name_of_types in arrays else {}
    embedding = Part(
        f"{prefix}embedding", "embedding", x, ("embedding", "embedding_backward"),
        "dW (vocab_size, d_model)", {**held("embedding"), **types},
    )  # fmt: skip
    positions = None
    if config.positions != "none":
        learned = config.positions == "learned"
        functions = ("add_positions", "add_positions_backward")
        positions = Part(
            f"{prefix}positions", f"{config.positions} positions", x,
            functions if learned else (*functions, "sinusoidal_positions"), f"dx {x}",
            held("positions") if learned else {},
        )  # fmt: skip
    kinds = ["attention"] + (["cross_attention"] if name == "decoder" else [])
    if any(n.startswith(f"{prefix}blocks.0.feed_forward.") for n in arrays):
        kinds.append("feed_forward")
    sublayers = []
    for number, kind in enumerate(kinds, 1):
        has = held(f"blocks.0.{kind}")
        if kind == "feed_forward":
            sublayer = _feed_forward(config, prefix, x, has)
        else:
            sublayer = _attention(config, prefix, kind, letters, has, causal, cache)
        sums = ("residual", "residual_backward", "dropout")
        add = Part(f"{prefix}residual_{number}", "sum", x, sums, x)
        own_norm = None
        if config.norm != "none":
            own_norm = norm(f"norm_{number}", f"blocks.0.norm_{number}")
        sublayers.append((own_norm, sublayer, add))
    last = norm("norm", "norm") if config.norm == "pre" else None
    bare = config.family == "encoder" and f"{prefix}output.W" not in arrays
    head = [] if name == "encoder" else _head(config, prefix, letters, held, loss, bare)
    kind = "decoder_block" if name == "decoder" else "encoder_block"
    title = {"encoder": "encoder block", "decoder": "decoder block"}.get(name)
    title = title or ("block" if causal else "encoder block")
    block = Part(f"{prefix}block", title, x, (kind, f"{kind}_backward"), x)
    first = None
    if f"{prefix}embedding_norm.gamma" in arrays:  # as BERT has one
        first = norm("embedding_norm", "embedding_norm")
    return Stack(name, title, letters, embedding, positions, first, sublayers, last, head, block)


def _attention(
    config: TransformerConfig, prefix: str, kind: str, letters: Letters,
    arrays: Shapes, causal: bool, cache: bool,
) -> Part:  # fmt: skip
    T, S = letters.T, letters.memory if kind == "cross_attention" else letters.keys
    rows, x = f"(B, n_heads, {T}, {S})", letters.stream
    self_attention = kind == "attention"
    mask = "causal" if causal and self_attention else "padding" if config.pad_id is not None else ""
    name = prefix + kind
    project = ("multi_head_attention", "multi_head_attention_backward", "linear_backward")

    def held(letter: str) -> Shapes:
        return {n: shape for n, shape in arrays.items() if n.endswith(f"_{letter}")}

    inside = [
        Part(f"{name}.W_{letter}", f"W_{letter}", f"(B, n_heads, {length}, d_k)",
             (*project, "split_heads"), f"dx {x}", held(letter))
        for letter, length in (("Q", T), ("K", T if self_attention else S),
                               ("V", T if self_attention else S))
    ]  # fmt: skip
    if cache and self_attention:
        inside.append(
            Part(f"{name}.cache", "key–value cache", f"(B, n_heads, {S}, d_k)",
                 ("attend_with_past",))
        )  # fmt: skip
    inside.append(
        Part(f"{name}.scores", "q kᵀ / √d_k", rows,
             ("attention_scores", "scaled_dot_product_attention_backward"),
             f"dq (B, n_heads, {T}, d_k), dk (B, n_heads, {S}, d_k)")
    )  # fmt: skip
    if mask:
        functions = (f"{mask}_mask",)
        inside.append(Part(f"{name}.mask", f"mask: {mask}", rows, functions, f"dscores {rows}"))
    inside += [
        Part(f"{name}.softmax", "softmax", rows, ("softmax", "softmax_backward"),
             f"dscores {rows}"),
        Part(f"{name}.mix", "weights · v", f"(B, {T}, d_model)",
             ("scaled_dot_product_attention", "scaled_dot_product_attention_backward"),
             f"dweights {rows}, dv (B, n_heads, {S}, d_k)"),
        Part(f"{name}.W_O", "W_O", x,
             ("multi_head_attention", "multi_head_attention_backward", "linear_backward",
              "merge_heads"), f"dmerged {x}", held("O")),
    ]  # fmt: skip
    every = tuple(dict.fromkeys(f for part in inside for f in part.functions))
    grad = f"dx {x}" if self_attention else f"dx {x}, dmemory (B, {S}, d_model)"
    label = "self-attention" if self_attention else "cross-attention"
    return Part(name, label, x, every, grad, arrays, tuple(inside))


def _feed_forward(config: TransformerConfig, prefix: str, x: str, arrays: Shapes) -> Part:
    hidden = x.replace("d_model", "d_ff")
    activation = "relu" if config.activation == "relu" else "gelu"
    maps = ("feed_forward", "feed_forward_backward", "linear_backward")
    name = f"{prefix}feed_forward"

    def held(number: int) -> Shapes:
        return {n: shape for n, shape in arrays.items() if n.endswith(f"_{number}")}

    inside = (
        Part(f"{name}.W_1", "W_1, b_1", hidden, maps, f"dx {x}", held(1)),
        Part(f"{name}.{activation}", activation, hidden, (activation, f"{activation}_backward"),
             f"dhidden {hidden}"),
        Part(f"{name}.W_2", "W_2, b_2", x, maps, f"dhidden {hidden}", held(2)),
    )  # fmt: skip
    functions = tuple(dict.fromkeys(f for part in inside for f in part.functions))
    return Part(name, "feed-forward", x, functions, f"dx {x}", arrays, inside)


def _head(
    config: TransformerConfig, prefix: str, letters: Letters, held: Any, loss: bool, bare: bool
) -> list[Part]:
    """Return what stands on top of the last norm; a bare encoder ends with its pooling."""
    x = letters.stream
    parts = []
    if config.family == "encoder":
        x, logits = "(B, d_model)", "(B, n_classes)"
        parts.append(
            Part("pooling", f"pooling: {config.pooling}", x, ("pool", "pool_backward"),
                 f"dx {letters.stream}")
        )  # fmt: skip
    else:
        logits = f"(B, {letters.T}, vocab_size)"
    if bare:
        return parts
    arrays = held("embedding") if config.tied else held("output")
    label = "embedding, transposed" if config.tied else "output projection"
    functions = ("linear", "linear_backward", "output_projection")
    parts.append(Part(f"{prefix}output", label, logits, functions, f"dx {x}", arrays))
    if loss:
        parts += [
            Part(f"{prefix}softmax", "softmax", logits, ("log_softmax",), f"dlogits {logits}"),
            Part(f"{prefix}loss", "cross-entropy", "one number",
                 ("cross_entropy", "cross_entropy_backward"), f"dlogits {logits}"),
        ]  # fmt: skip
    return parts


def matches(asked: str, name: str) -> bool:
    """Tell whether a part is, or belongs to, what was asked for.

    >>> matches("attention", "decoder.attention.W_Q"), matches("norm", "norm_2")
    (True, True)
    >>> matches("attention", "cross_attention.W_Q")
    False
    """
    short = re.sub(r"_\d(?=\.|$)", "", name) if not re.search(r"_\d$", asked) else name
    return f".{asked}." in f".{name}." or f".{asked}." in f".{short}."
