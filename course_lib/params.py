"""The configuration of a transformer and its parameters: a nested dict of arrays."""

import math
from dataclasses import asdict, dataclass

import numpy as np

from .internals.checks import check_choice


@dataclass(frozen=True)
class TransformerConfig:
    """Everything that fixes the shapes and the computation of a model.

    Parameters
    ----------
    family : {"encoder", "decoder", "encoder-decoder"}
        A classifier of sequences, a language model, or a map from sequence to sequence.
    vocab_size, d_model, n_heads, n_layers : int
        n_layers counts the blocks of each stack. n_heads divides d_model.
    d_ff : int
        Hidden width of the feed-forward; 0 leaves it out.
    max_len : int
        Longest sequence, in tokens.
    positions : {"sinusoidal", "learned", "none"}
    norm : {"pre", "post", "none"}
        Where the layer norm stands; see `blocks.residual`. "pre" adds one after the last block.
    activation : {"relu", "gelu", "gelu_exact"}
    tied : bool
        The output projection is the transpose of the embedding.
    scale_embedding : bool
        Multiply token vectors by sqrt(d_model), as Vaswani et al. (2017), Sec. 3.4, do.
    n_classes : int
        Number of labels of an encoder's classifier.
    pooling : {"mean", "first", "last", "max"}
        How an encoder makes one vector of a sequence.
    dropout : float
        Probability, on each sublayer's output and on the first sum (Vaswani et al. 2017, Sec. 5.4).
    eps : float
        Of the layer norm.
    pad_id : int or None
        Token that fills up a batch: hidden from attention and not counted by the loss.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=8, n_heads=2)
    >>> config.n_layers, config.norm
    (2, 'pre')
    """

    family: str
    vocab_size: int
    d_model: int = 64
    n_heads: int = 4
    n_layers: int = 2
    d_ff: int = 256
    max_len: int = 64
    positions: str = "learned"
    norm: str = "pre"
    activation: str = "relu"
    tied: bool = False
    scale_embedding: bool = False
    n_classes: int = 2
    pooling: str = "mean"
    dropout: float = 0.0
    eps: float = 1e-5
    pad_id: int | None = None

    def __post_init__(self):
        place = "TransformerConfig"
        check_choice(place, "family", self.family, ("encoder", "decoder", "encoder-decoder"))
        check_choice(place, "positions", self.positions, ("sinusoidal", "learned", "none"))
        check_choice(place, "norm", self.norm, ("pre", "post", "none"))
        check_choice(place, "activation", self.activation, ("relu", "gelu", "gelu_exact"))
        check_choice(place, "pooling", self.pooling, ("mean", "first", "last", "max"))
        for name in ("vocab_size", "d_model", "n_heads", "n_layers", "max_len", "n_classes"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{place}: {name} is {getattr(self, name)}; it must be at least 1."
                )
        if self.d_ff < 0:
            raise ValueError(f"{place}: d_ff is {self.d_ff}; use 0 to leave the feed-forward out.")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"{place}: dropout is {self.dropout}; use a probability in [0, 1).")
        if self.pad_id is not None and not 0 <= self.pad_id < self.vocab_size:
            raise ValueError(
                f"{place}: pad_id is {self.pad_id}, outside [0, {self.vocab_size}), the vocabulary."
            )
        if self.positions == "sinusoidal" and self.d_model % 2:
            raise ValueError(
                f"{place}: d_model is {self.d_model}; sinusoidal positions need an even one, "
                "a sine and a cosine each."
            )
        if self.d_model % self.n_heads:
            raise ValueError(
                f"{place}: d_model is {self.d_model}, which n_heads = {self.n_heads} does not "
                f"divide. Every head gets d_model / n_heads features."
            )
        if self.tied and self.family == "encoder":
            raise ValueError(
                f"{place}: tied is True, but an encoder's classifier has no vocabulary to share."
            )

    def to_dict(self):
        """Return the fields in a form that JSON can hold; `TransformerConfig(**d)` reads it."""
        return asdict(self)


def init_params(config, rng, dtype=np.float32):
    """Draw the parameters of a model.

    Matrices are normal with standard deviation 1 / sqrt(d_in), so that a map keeps the variance of
    its input; those that write into the residual stream (W_O, W_2) are divided by sqrt(2 n_layers),
    so that the sum over the blocks keeps it too (Radford et al. 2019, Sec. 2.3). Embeddings and
    learned positions have 1 / sqrt(d_model). Biases are 0, gamma is 1.

    Parameters
    ----------
    config : TransformerConfig
    rng : numpy.random.Generator
    dtype : float32 to train, float64 to check

    Returns
    -------
    dict
        embedding, positions (if learned), blocks, norm (if "pre"), output (if not tied); for an
        encoder-decoder an `encoder` and a `decoder` of that form.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=8, n_heads=2, n_layers=1)
    >>> params = init_params(config, np.random.default_rng(0))
    >>> list(params), params["blocks"][0]["attention"]["W_Q"].shape
    (['embedding', 'positions', 'blocks', 'norm', 'output'], (8, 8))
    """
    d_model, d_ff = config.d_model, config.d_ff
    residual_scale = 1.0 / math.sqrt(2 * config.n_layers)

    def normal(rows, columns, std):
        return (rng.standard_normal((rows, columns)) * std).astype(dtype)

    def matrix(d_in, d_out, scale=1.0):
        return normal(d_in, d_out, scale / math.sqrt(d_in))

    def norm():
        return {"gamma": np.ones(d_model, dtype), "beta": np.zeros(d_model, dtype)}

    def attention():
        params = {f"W_{name}": matrix(d_model, d_model) for name in "QKV"}
        params["W_O"] = matrix(d_model, d_model, residual_scale)
        return params | {f"b_{name}": np.zeros(d_model, dtype) for name in "QKVO"}

    def feed_forward():
        return {
            "W_1": matrix(d_model, d_ff),
            "b_1": np.zeros(d_ff, dtype),
            "W_2": matrix(d_ff, d_model, residual_scale),
            "b_2": np.zeros(d_model, dtype),
        }

    def block(cross):
        parts = {"attention": attention()}
        if cross:
            parts["cross_attention"] = attention()
        if d_ff:
            parts["feed_forward"] = feed_forward()
        norms = {f"norm_{i}": norm() for i in range(1, len(parts) + 1)}
        return parts | (norms if config.norm != "none" else {})

    def stack(cross=False):
        params: dict = {"embedding": {"W": normal(config.vocab_size, d_model, d_model**-0.5)}}
        if config.positions == "learned":
            params["positions"] = {"P": normal(config.max_len, d_model, d_model**-0.5)}
        params["blocks"] = [block(cross) for _ in range(config.n_layers)]
        if config.norm == "pre":
            params["norm"] = norm()
        return params

    def output(size):
        return {"W": matrix(d_model, size), "b": np.zeros(size, dtype)}

    if config.family == "encoder":
        return pack_params(stack() | {"output": output(config.n_classes)})
    head = {} if config.tied else {"output": output(config.vocab_size)}
    if config.family == "decoder":
        return pack_params(stack() | head)
    return pack_params({"encoder": stack(), "decoder": stack(cross=True) | head})


def pack_params(params):
    """Return the same arrays in one block of memory, so that an optimizer can treat them as one.

    Examples
    --------
    >>> packed = pack_params({"W": np.array([[1.0, 2.0]]), "b": np.array([3.0])})
    >>> find_block(list(packed.values())).tolist()
    [1.0, 2.0, 3.0]
    """
    named = flatten(params)
    block = np.concatenate(list(named.values()), axis=None)
    parts = np.split(block, np.cumsum([array.size for array in named.values()])[:-1])
    pairs = zip(named.items(), parts, strict=True)
    return unflatten({name: part.reshape(array.shape) for (name, array), part in pairs})


def find_block(arrays):
    """Return the block that `pack_params` laid these arrays in, or None if they do not fill one.

    Examples
    --------
    >>> find_block([np.zeros(2), np.zeros(3)]) is None
    True
    """
    block, start = arrays[0].base, 0
    if block is None or block.shape != (sum(array.size for array in arrays),):
        return None
    for array in arrays:
        here = block[start : start + array.size].reshape(array.shape)
        if here.__array_interface__ != array.__array_interface__:  # address, type, shape, strides
            return None
        start += array.size
    return block


def flatten(params, prefix=""):
    """Return every array of a nested dict by its name, {"blocks.0.attention.W_Q": ...}.

    They are the same array objects.

    Examples
    --------
    >>> list(flatten({"W": np.zeros(2), "blocks": [{"b": np.zeros(3)}]}))
    ['W', 'blocks.0.b']
    """
    named: dict[str, np.ndarray] = {}
    _collect(params, prefix, named)
    return named


def _collect(params, prefix, named):
    for key, value in params.items() if isinstance(params, dict) else enumerate(params):
        if isinstance(value, (dict, list)):
            _collect(value, f"{prefix}{key}.", named)
        else:
            named[f"{prefix}{key}"] = value


def unflatten(named):
    """Return the nested dict that `flatten` took apart; numbered keys become lists.

    Examples
    --------
    >>> unflatten({"W": 1, "blocks.0.b": 2})
    {'W': 1, 'blocks': [{'b': 2}]}
    """
    nested: dict = {}
    for name, array in named.items():
        *path, last = name.split(".")
        place = nested
        for key in path:
            place = place.setdefault(key, {})
        place[last] = array
    return _numbered_to_lists(nested)


def _numbered_to_lists(value):
    if not isinstance(value, dict):
        return value
    value = {key: _numbered_to_lists(item) for key, item in value.items()}
    if value and all(key.isdigit() for key in value):
        return [value[str(i)] for i in range(len(value))]
    return value


def count_params(params):
    """Return how many numbers a model has learned or will learn.

    Examples
    --------
    >>> count_params({"W": np.zeros((2, 3)), "b": np.zeros(3)})
    9
    """
    return sum(array.size for array in flatten(params).values())
