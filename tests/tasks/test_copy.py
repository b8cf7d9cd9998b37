"""Sentences through the encoder-decoder: the split, teacher forcing, and a short training."""

import dataclasses
import re

import numpy as np
import pytest

from course_lib.decoding import NextLogits, generate
from course_lib.tasks import TASKS, load_task
from course_lib.tasks.stored import load_stored
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, evaluate

WANTED = {"copy": list, "reverse": lambda words: words[::-1], "sort": sorted}


@pytest.fixture(scope="module", params=TASKS["copy"])
def task(request):
    return load_task("copy", request.param)


def sentences(task, batch):
    return [
        tuple(task.vocabulary.decode(ids, skip_special=True).split()) for ids in batch.inputs[0]
    ]


def test_no_held_out_sentence_is_seen_in_training(task):
    trained, validation, test = (
        set(sentences(task, part)) for part in (task.train, task.validation, task.test)
    )
    assert not trained & test
    assert not trained & validation
    assert not validation & test
    assert len(trained) == len(task.train)
    assert len(test) == len(task.test)


def test_the_decoder_reads_the_answer_shifted_by_one(task):
    vocabulary = task.vocabulary
    for row, words in enumerate(sentences(task, task.test)):
        wanted = WANTED[task.preset](list(words))
        shifted, targets = task.test.inputs[1][row], task.test.targets[row]
        assert vocabulary.decode(shifted[: len(words) + 1]).split() == ["<bos>", *wanted]
        assert (shifted[len(words) + 1 :] == vocabulary.pad_id).all()
        asked = targets[targets != IGNORED]
        assert vocabulary.decode(asked).split() == [*wanted, "<eos>"]
        assert task.test.groups[row] == f"{len(words)} words"


def decode_greedily(task, params, batch):
    """Let the model write on its own, from <bos> to <eos>, without the answer."""
    vocabulary = task.vocabulary
    start = np.full((len(batch), 1), vocabulary.bos_id)
    ids = generate(
        NextLogits(params, task.config, source_ids=batch.inputs[0]),
        start,
        max_new_tokens=batch.targets.shape[1],
        eos_id=vocabulary.eos_id,
    )[:, 1:]
    return np.pad(ids, [(0, 0), (0, batch.targets.shape[1] - ids.shape[1])])


def exact(task, written, batch):
    """Share of the answers that are right and end in <eos> at the right place."""
    return np.mean(((written == batch.targets) | (batch.targets == IGNORED)).all(axis=1))


def test_a_short_training_copies_held_out_sentences():
    task = load_task("copy")
    recipe = dataclasses.replace(task.recipe, steps=300)
    run = train(task, recipe, progress=False)
    assert evaluate(task.test, run.params, task.config).accuracy >= 0.99
    assert exact(task, decode_greedily(task, run.params, task.test), task.test) >= 0.99


def test_the_stored_model_writes_the_whole_answer_on_its_own(task):
    params, metadata = load_stored(task)
    right = exact(task, decode_greedily(task, params, task.test), task.test)
    assert right >= (1.0 if task.preset == "copy" else 0.99)
    assert right == pytest.approx(metadata["accuracy"], abs=0.002)


def test_a_person_can_ask(task):
    params, _ = load_stored(task)
    answer = task.ask(params, "The dog saw  a bird")
    assert answer.question == "the dog saw a bird"
    assert answer.text == answer.truth == " ".join(WANTED[task.preset](answer.question.split()))
    assert answer.candidates[0][1] > 0.9


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("the dog saw a zebra", "'zebra' is not one of the words"),
        ("the dog", "has 2 words; the model learned 3 to 6"),
        ("a dog and a cat and a bird", "has 8 words"),
        ("", "has 0 words"),
    ],
)
def test_a_sentence_that_cannot_be_read_is_explained(task, typed, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        task.ask({}, typed)
