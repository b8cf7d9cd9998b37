"""A pretrained BERT on the course's encoder blocks: text to vectors, and what attends to what."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import blocks, fast, layers, model, pooling
from ..internals.checks import check_batch
from ..params import TransformerConfig
from .layout import from_bert
from .safetensors import read_safetensors
from .source import find_model
from .tokenizer import load_tokenizer

#: all-MiniLM-L6-v2, as its config.json has it. It was distilled from BERT (Wang et al. 2020,
#: "MiniLM"), then trained on pairs of sentences (Reimers and Gurevych 2019, "Sentence-BERT").
MINILM = TransformerConfig(
    family="encoder",
    vocab_size=30522,
    d_model=384,
    n_heads=12,
    n_layers=6,
    d_ff=1536,
    max_len=512,
    positions="learned",
    norm="post",
    activation="gelu_exact",
    pooling="mean",
    eps=1e-12,
    pad_id=0,
)
#: Longer texts are cut off here, as sentence-transformers does; there are 512 positions.
LONGEST = 256


class TokenVectorsCache(NamedTuple):
    """The caches of `token_vectors`, for pictures."""

    embedded: model.EmbedCache
    norm: Any
    blocks: list

    @property
    def weights(self):
        """Attention weights, a list with one (B, n_heads, T, T) for each block."""
        return [cache.attention.sublayer.weights for cache in self.blocks]


def token_vectors(ids, params, config, counted=None):
    """Run a BERT: token, position and type, a layer norm, then the encoder blocks.

    Parameters
    ----------
    ids : int array (B, T)
    params : dict
        embedding, positions, token_types, embedding_norm, blocks, as `from_bert` returns them.
    config : TransformerConfig
    counted : bool array (B, T), optional
        False at padding, which no position may attend to.

    Returns
    -------
    x : array (B, T, d_model)
    cache : TokenVectorsCache(embedded, norm, blocks)
        `cache.weights` for heatmaps.
    """
    ids = check_batch("token_vectors: ids", ids)
    mask = None if counted is None else counted[:, None, None, :]
    x, embed_cache = model.embed(ids, params, config)
    x = x + params["token_types"]["W"][0]  # a single sentence is all of type 0
    x, norm_cache = layers.layer_norm(x, **params["embedding_norm"], eps=config.eps)
    block_caches = []
    for block_params in params["blocks"]:
        x, block_cache = blocks.encoder_block(x, block_params, config, mask)
        block_caches.append(block_cache)
    return x, TokenVectorsCache(embed_cache, norm_cache, block_caches)


class Reading(NamedTuple):
    """What the model made of one sentence of T tokens.

    tokens : list of str
    ids : int array (T,)
    vectors : array (T, d_model), after the last block
    weights : array (n_layers, n_heads, T, T); each row sums to 1 over the keys
    """

    tokens: list
    ids: np.ndarray
    vectors: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Pretrained:
    """A model that has been trained, with its configuration, parameters and tokenizer."""

    config: TransformerConfig
    params: dict
    tokenizer: Any

    @fast.kernels()
    def encode(self, sentences):
        """Make one vector of each sentence: the mean of its token vectors, of length 1.

        The sentences are run one after the other, so none is padded. (With padding and a mask,
        `token_vectors` takes them all at once, to the same result.)

        Parameters
        ----------
        sentences : list of str
            A text of more than 256 tokens is cut off there.

        Returns
        -------
        vectors : array (N, d_model)
            `vectors @ vectors.T` are the cosine similarities.
        readings : list of Reading
            The tokens, token vectors and attention weights of each sentence. The weights take
            n_layers n_heads T^2 numbers: 3 MB for 100 tokens.
        """
        if isinstance(sentences, str):
            raise TypeError(
                f"encode: sentences is the string {sentences!r:.40}; pass a list of strings, "
                "[sentence] for a single one."
            )
        sentences = list(sentences)
        for index, sentence in enumerate(sentences):
            if not isinstance(sentence, str):
                raise TypeError(
                    f"encode: sentence {index} is {sentence!r:.40}, of type "
                    f"{type(sentence).__name__}; pass a list of strings."
                )
        readings = [self.read(sentence) for sentence in sentences]
        vectors = np.empty(
            (len(readings), self.config.d_model), self.params["embedding"]["W"].dtype
        )
        for vector, reading in zip(vectors, readings, strict=True):
            mean = pooling.pool(reading.vectors[None], self.config.pooling)[0][0]
            vector[:] = mean / np.linalg.norm(mean)
        return vectors, readings

    def read(self, sentence):
        """Run one sentence; return its Reading."""
        encoding = self.tokenizer.encode(sentence)
        ids = np.array(encoding.ids)
        x, cache = token_vectors(ids[None], self.params, self.config)
        weights = np.stack([block_weights[0] for block_weights in cache.weights])
        return Reading(encoding.tokens, ids, x[0], weights)


def load_pretrained(folder=None, dtype=None):
    """Load all-MiniLM-L6-v2: 22.7 million parameters, 22.6 without the pooler, which is not used.

    Parameters
    ----------
    folder : str or path, optional
        With model.safetensors and vocab.txt. By default it is looked for; see `find_model`.
    dtype : dtype, optional
        Of the parameters, so of everything computed. As stored they are float32; float64 computes
        the same on every machine but for the last digits, in twice the memory.

    Returns
    -------
    Pretrained

    Raises
    ------
    FileNotFoundError
        If there are no weights here; the message says how to get them.
    ImportError
        If the package `tokenizers` is not installed.
    ValueError
        If a file is not, byte for byte, that of the model.
    """
    return read_model(find_model(folder), MINILM, dtype)


def read_model(folder, config, dtype=None):
    """Read model.safetensors and vocab.txt of any BERT with this configuration: a Pretrained."""
    folder = Path(folder)
    path = folder / "model.safetensors"
    longest = min(LONGEST, config.max_len)
    tokenizer = load_tokenizer(folder / "vocab.txt", config.vocab_size, longest)
    params = from_bert(read_safetensors(path), config, f"read_model: {str(path)!r}", dtype)
    return Pretrained(config, params, tokenizer)
