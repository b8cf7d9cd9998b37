"""The Raven: what is held out, how bits per character are counted, and what the models write."""

import dataclasses
import math
import re

import numpy as np
import pytest

from course_lib import loss, model
from course_lib.params import flatten, init_params, unflatten
from course_lib.tasks import TASKS, load_stored, load_task, raven
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, evaluate

POEM = raven.POEM.read_text(encoding="utf-8")
CUT = len(POEM) * 9 // 10


@pytest.fixture(scope="module", params=TASKS["raven"])
def task(request):
    return load_task("raven", request.param)


@pytest.fixture(scope="module")
def trained(task):
    params, metadata = load_stored(task)
    return task, params, metadata


def windows_as_text(task, batch):
    """Each window as text, input and last target together."""
    ids = np.concatenate([batch.inputs[0], np.abs(batch.targets[:, -1:])], axis=1)
    return [task.vocabulary.decode(row) for row in ids]


def test_every_symbol_of_the_poem_is_known(task):
    assert len(task.vocabulary) == 54
    assert task.vocabulary.decode(task.vocabulary.encode(POEM)) == POEM


def test_the_last_tenth_is_held_out_and_no_window_crosses(task):
    T = task.config.max_len
    seen, unseen = POEM[:CUT], POEM[CUT:]
    assert windows_as_text(task, task.train) == [seen[i : i + T + 1] for i in range(len(seen) - T)]
    assert windows_as_text(task, task.validation) == [
        unseen[i : i + T + 1] for i in range(len(unseen) - T)
    ]


def test_training_asks_at_every_position(task):
    np.testing.assert_array_equal(task.train.inputs[0][:, 1:], task.train.targets[:, :-1])


def test_each_held_out_character_is_asked_for_once_with_the_context_that_there_is(task):
    T = task.config.max_len
    inputs, targets = task.validation.inputs[0], task.validation.targets
    rows, columns = np.nonzero(targets != IGNORED)
    assert task.vocabulary.decode(targets[rows, columns]) == POEM[CUT + 1 :]
    for i, (row, column) in enumerate(zip(rows, columns, strict=True), start=CUT + 1):
        context = task.vocabulary.decode(inputs[row, : column + 1])
        assert context == POEM[max(CUT, i - T) : i]


def test_a_model_that_knows_nothing_needs_log2_54_bits(task):
    params = init_params(task.config, np.random.default_rng(0))
    nothing = unflatten({name: 0 * array for name, array in flatten(params).items()})
    for bits in task.report(nothing).values():
        assert bits == pytest.approx(math.log2(54))


def test_bits_per_character_are_those_of_one_prediction_after_another(task):
    params = init_params(task.config, np.random.default_rng(1), np.float64)
    ids = task.vocabulary.encode(POEM[:80])
    surprise = []
    for i in range(1, len(ids)):
        context = ids[max(0, i - task.config.max_len) : i]
        logits, _ = model.language_model(context[None], params, task.config)
        surprise.append(-loss.log_softmax(logits[0, -1])[0][ids[i]] / math.log(2))
    bits = raven.bits_per_character(ids, params, task.config)
    assert bits == pytest.approx(np.mean(surprise), abs=1e-9)


def test_a_short_training_beats_what_letter_frequencies_can_tell(task):
    held_out = POEM[CUT:]
    shares = np.array([POEM[:CUT].count(c) for c in held_out]) / CUT
    frequencies = -np.log2(shares).mean()
    steps = 600 if task.preset == "tiny" else 150
    run = train(task, dataclasses.replace(task.recipe, steps=steps), progress=False)
    bits = task.report(run.params)["bits per character, held out"]
    assert 2 < bits < frequencies - 0.6
    assert bits == pytest.approx(
        evaluate(task.validation, run.params, task.config).loss / math.log(2), abs=1e-6
    )


# Bits per character that the stored models must not exceed: (held out, training part).
CEILINGS = {
    "raven": (4.2, 0.7),
    "recite": (6.5, 0.1),
    "held-out": (2.6, 1.7),
    "tiny": (3.4, 1.6),
}


def test_the_stored_model_reaches_its_figures(trained):
    task, params, metadata = trained
    measured = task.report(params)
    for bits, ceiling in zip(measured.values(), CEILINGS[task.preset], strict=True):
        assert bits <= ceiling
    for name, bits in measured.items():
        assert bits == pytest.approx(metadata["report"][name], abs=0.02)


def test_what_is_known_by_heart_is_of_no_use_on_the_rest():
    bits = {}
    for preset in TASKS["raven"]:
        task = load_task("raven", preset)
        bits[preset] = list(task.report(load_stored(task)[0]).values())
    held_out = {preset: values[0] for preset, values in bits.items()}
    train = {preset: values[1] for preset, values in bits.items()}
    assert min(held_out, key=held_out.get) == max(train, key=train.get) == "held-out"
    assert max(held_out, key=held_out.get) == min(train, key=train.get) == "recite"


def real_words(text):
    """The share of words in a text, but for the last, that are words of the poem."""
    known = set(re.findall(r"[a-z']+", POEM.lower()))
    words = re.findall(r"[a-z']+", text.lower())[:-1]
    return sum(word in known for word in words) / len(words)


def longest_quotation(text):
    """The length of the longest piece of a text that stands in the poem."""
    longest = 0
    for start in range(len(text)):
        while start + longest < len(text) and text[start : start + longest + 1] in POEM:
            longest += 1
    return longest


def write(preset, length, seed=0, **sampling):
    task = load_task("raven", preset)
    params, _ = load_stored(task)
    return task.generate(params, "Once upon", length, np.random.default_rng(seed), **sampling)


def test_the_poet_writes_real_words_in_new_lines():
    text = write("raven", 1500, temperature=0.8)
    assert len(text) == 1500 + len("Once upon")
    assert text.startswith("Once upon")
    assert real_words(text) > 0.8
    assert longest_quotation(text) < 200


def test_the_reciter_recites():
    assert longest_quotation(write("recite", 400, temperature=0)) >= 200


def test_the_same_seed_writes_the_same_text():
    assert write("tiny", 60, temperature=1.0) == write("tiny", 60, temperature=1.0)
    assert write("tiny", 60, temperature=1.0) != write("tiny", 60, seed=1, temperature=1.0)


def test_an_unknown_character_and_an_empty_prompt_are_refused(task):
    params = init_params(task.config, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"'€' \(token 4 of the text\)"):
        task.generate(params, "Once€", 5, rng)
    for use in (lambda: task.generate(params, "", 5, rng), lambda: task.ask(params, "")):
        with pytest.raises(ValueError, match="prompt is empty"):
            use()


def test_ask_says_which_character_comes_next(trained):
    task, params, _ = trained
    answer = task.ask(params, "Quoth the raven, Nevermor", top=54)
    assert answer.text == "e"
    assert answer.question == "Quoth the raven, Nevermor"[-task.config.max_len :]
    assert len(answer.candidates) == 54
    assert sum(p for _, p in answer.candidates) == pytest.approx(1, abs=1e-4)
