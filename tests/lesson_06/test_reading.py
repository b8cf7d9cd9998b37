"""What lesson 6 reads off a text and a model."""

import numpy as np

from classroom.lesson_06 import letter_numbers, logits_of, next_logits
from course_lib.tasks import load_trained


def test_letters_are_numbered_within_their_word():
    text = "On the pallid bust; ’tis"
    numbers = letter_numbers(text, np.arange(len(text)))
    assert "".join(map(str, numbers)) == "120123012345601234000123"
    assert letter_numbers(text, np.array([7, 3])).tolist() == [1, 1]


def test_next_logits_are_those_behind_the_characters_before():
    task, params = load_trained("raven", "held-out")
    ids = np.arange(40) % len(task.vocabulary)
    places = np.array([12, 30, 39])
    found = next_logits(ids, task, params, places)
    contexts = np.stack([ids[place - 12 : place] for place in places])
    assert found.shape == (3, len(task.vocabulary))
    assert np.allclose(found, logits_of(contexts, params, task.config)[:, -1])
