"""What a model of characters says at places of a text, and where these places are in a word."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.params import TransformerConfig
from course_lib.tasks import Task
from course_lib.training.objective import forward


def logits_of(
    inputs: np.ndarray, params: Mapping[str, Any], config: TransformerConfig
) -> np.ndarray:
    """Return the logits (N, T, vocab_size) of a model for ids (N, T), some rows at a time."""
    batches = np.array_split(inputs, math.ceil(len(inputs) / 256))
    return np.concatenate([forward((batch,), params, config)[0] for batch in batches])


def next_logits(
    ids: np.ndarray, task: Task, params: Mapping[str, Any], places: np.ndarray
) -> np.ndarray:
    """Return logits (N, vocab_size) for the characters at some places, each from those before.

    Parameters
    ----------
    ids : int array (length,)
        The whole text.
    task : Task
        Its model reads `task.config.max_len` characters.
    params : dict
    places : int array (N,)
        None among the first `max_len`.
    """
    T = task.config.max_len
    contexts = np.stack([ids[place - T : place] for place in places])
    return logits_of(contexts, params, task.config)[:, -1]


def letter_numbers(text: str, places: np.ndarray) -> np.ndarray:
    """Return which letter of its word stands at each place, from 1; 0 where there is no letter."""
    numbers, number = [], 0
    for character in text:
        number = number + 1 if character.isalpha() else 0
        numbers.append(number)
    return np.array(numbers)[places]
