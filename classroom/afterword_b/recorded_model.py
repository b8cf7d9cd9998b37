"""What the pretrained model computed on some texts, for machines without its weights."""

import functools

import numpy as np

from classroom.afterword_b.model_texts import (
    BY_FORM,
    BY_MEANING,
    QUERIES,
    SENTENCES,
    lines_of,
    stanzas,
)
from classroom.recordings import load_recording
from course_lib.params import unflatten
from course_lib.pretrained.layout import bert_layout
from course_lib.pretrained.model import MINILM, Pretrained, Reading, load_pretrained
from course_lib.pretrained.source import HOW_TO_GET_IT

NAME = "real_model"
#: An attention weight is stored as a whole number of 1/STEPS.
STEPS = 255


def real_model():
    """Return the model, or what it computed for afterword B where it cannot be loaded.

    Returns
    -------
    Pretrained or Recorded
        Both have `encode`, `config` and `params`. A `Pretrained` computes. A `Recorded` knows the
        texts of the lesson alone; it is returned where the weights or the tokenizer are missing.
    """
    try:
        return load_pretrained()
    except (FileNotFoundError, ImportError):
        return Recorded(load_recording(NAME))


class Recorded:
    """The model's answers for the texts of the lesson, with the interface of `Pretrained`."""

    config = MINILM

    def __init__(self, recording):
        self._arrays, about = recording
        self._texts = {text: index for index, text in enumerate(about["texts"])}
        self._tokens = about["tokens"]
        ends = np.cumsum([len(tokens) for tokens in self._tokens])
        self._ids = np.split(self._arrays["ids"].astype(np.int64), ends[:-1])

    def encode(self, sentences):
        """Return the recorded vectors and attention, as `Pretrained.encode` computes them.

        Parameters
        ----------
        sentences : sequence of str
            Texts of the lesson.

        Returns
        -------
        vectors : array (N, d_model)
        readings : list of Reading
            Token vectors are not stored: their array is empty. So is that of the weights, for
            texts of which the lesson shows none.

        Raises
        ------
        LookupError
            If a text is none of the lesson; says how to get the model.
        """
        for sentence in sentences:
            if sentence not in self._texts:
                raise LookupError(
                    f"encode: {sentence!r:.60} is none of the texts that were recorded for lesson "
                    f"9. For texts of your own the model itself is needed.\n{HOW_TO_GET_IT}"
                )
        rows = [self._texts[sentence] for sentence in sentences]
        vectors = self._arrays["vectors"][rows]
        vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
        return vectors, [self._reading(row) for row in rows]

    def _reading(self, row):
        config = self.config
        weights = self._arrays.get(f"weights/{row}")
        if weights is None:
            weights = np.empty((config.n_layers, config.n_heads, 0, 0))
        else:
            weights = weights.astype(np.float64)
            weights /= weights.sum(axis=-1, keepdims=True)
        none = np.empty((0, config.d_model))
        return Reading(self._tokens[row], self._ids[row], none, weights)

    @functools.cached_property
    def params(self):
        """Random numbers in the shapes of the model's parameters, for measurements of time."""
        rng = np.random.default_rng(0)
        drawn = {}
        for _, name, shape, transposed in bert_layout(self.config):
            array = rng.standard_normal(shape[::-1] if transposed else shape, np.float32)
            drawn[name] = array * np.float32(shape[-1] ** -0.5)
        return unflatten(drawn)


def record_readings(model: Pretrained):
    """Run the model on the texts of the lesson; return (arrays, metadata) of the recording."""
    shown = [case.text for case in (*BY_FORM, *BY_MEANING)]
    poem = stanzas()
    texts = list(dict.fromkeys([*shown, *SENTENCES, *QUERIES, *poem, *lines_of(poem)]))
    vectors, readings = model.encode(texts)
    ids = np.concatenate([reading.ids for reading in readings])
    arrays = {"vectors": vectors.astype(np.float16), "ids": ids.astype(np.uint16)}
    for row, reading in enumerate(readings):
        if texts[row] in shown:
            arrays[f"weights/{row}"] = np.round(reading.weights * STEPS).astype(np.uint8)
    about = {"texts": texts, "tokens": [reading.tokens for reading in readings]}
    return arrays, about
