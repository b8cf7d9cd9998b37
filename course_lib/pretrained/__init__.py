"""A real pretrained model, sentence-transformers/all-MiniLM-L6-v2, run by the course's encoder.

    from course_lib.pretrained import load_pretrained

    model = load_pretrained()
    vectors, readings = model.encode(["A raven sat down.", "A bird took a seat."])
    vectors @ vectors.T             # cosine similarities
    readings[0].tokens              # the word pieces of the first sentence
    readings[0].weights[2, 5]       # attention of block 2, head 5: (T, T)

The weights, 91 MB, are not part of the course: `load_pretrained` says how to get them. No lesson
needs them in order to run.
"""

from .model import MINILM, Pretrained, Reading, load_pretrained, read_model, token_vectors
from .source import download_model, find_model

__all__ = [
    "MINILM",
    "Pretrained",
    "Reading",
    "download_model",
    "find_model",
    "load_pretrained",
    "read_model",
    "token_vectors",
]
