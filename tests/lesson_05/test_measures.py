"""How lesson 5 measures: texts, multiplications, and what a search kept."""

import numpy as np

from classroom import using
from classroom.lesson_05.measures import (
    Counter,
    kept_beams,
    moved_by_each_word,
    read_step_by_step,
    steps_of,
    structure,
    structures,
)
from course_lib import layers, model
from course_lib.tasks import load_trained

TASK, PARAMS = load_trained("raven")


def test_a_text_that_comes_back_is_found():
    assert structure("Once upon" + 3 * "nothing more, ") == (9, 14)
    laid = str(structures({"a": "x" * 13, "b": "abcdefghijklmnop"})).splitlines()
    assert laid[1].split() == ["'a'", "1", "'x'"]
    assert laid[2].split() == ["'b'"]


def test_a_pooled_vector_moves_with_the_words_that_it_holds():
    def first_of(x, how):
        return (x[:, 0] if how == "first" else x.sum(axis=1)), None

    moved = moved_by_each_word(
        lambda ids: np.eye(7)[ids] + 1.0, first_of, np.array([3, 4, 5]), other=6
    )
    assert moved.shape == (4, 3)
    assert (moved[0] > 0).tolist() == [True, False, False]
    assert (moved[1:] > 0).all()


def test_multiplications_are_counted():
    counter = Counter()
    with using(**counter.parts()):
        layers.linear(np.ones((2, 3)), np.ones((3, 5)))
    assert counter.count == 2 * 3 * 5


def test_each_step_sees_what_was_written_before_it():
    text = "Once upon a midnight"
    steps = list(steps_of(text, 18, TASK.vocabulary, PARAMS, TASK.config))
    ids = TASK.vocabulary.encode(text)
    assert len(steps) == 2
    logits, looked = steps[1]
    expected, _ = model.language_model(ids[None, 7:19], PARAMS, TASK.config)
    assert np.allclose(logits, expected[0, -1])
    assert (looked[:, :7] == 0).all()
    assert (looked[:, 19:] == 0).all()
    assert np.allclose(looked.sum(axis=1), 1)


def test_kept_beams_have_their_probabilities():
    ids = TASK.vocabulary.encode("the rav")[None]
    (level,) = kept_beams([ids[:, :4], ids], 4, TASK.vocabulary, PARAMS, TASK.config)
    ((tokens, p),) = level
    assert tokens == ("r", "a", "v")
    assert 0 < p < 1


def test_reading_step_by_step_costs_a_token_with_the_cache_and_all_of_them_without():
    made = read_step_by_step("the r", 2, TASK.vocabulary, PARAMS, TASK.config)
    without, kept = made["counts"].T
    assert without[0] == kept[0]
    assert (without[1:] == kept[1:] * [3, 4, 5]).all()
    assert made["q"].shape == made["k"].shape == made["v"].shape == (5, 16)
    assert (np.triu(made["weights"], 1) == 0).all()
    np.testing.assert_allclose(made["weights"].sum(axis=1), 1)
