"""The digits: what is held out, whether the answers are right, and what a person may type."""

import dataclasses
import re

import numpy as np
import pytest

from course_lib.params import init_params
from course_lib.tasks import TASKS, load_task
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, evaluate

OPERATIONS = {
    "First": lambda *x: x[0],
    "Second": lambda *x: x[1],
    "Last": lambda *x: x[-1],
    "Max": lambda *x: max(x),
    "Min": lambda *x: min(x),
    "Add": lambda *x: sum(x),
}


@pytest.fixture(scope="module", params=TASKS["digits"])
def task(request):
    return load_task("digits", request.param)


def question_and_answer(task, batch, row):
    """Read one example as a person would: the text before the arrow, the asked tokens after it."""
    question = task.vocabulary.decode(batch.inputs[0][row]).split("→")[0]
    asked = batch.targets[row]
    return question, task.vocabulary.decode(asked[asked != IGNORED])


def arguments(question, base):
    """Find the numbers of a question: digits, or what commas separate."""
    if base == 10:
        return tuple(map(int, re.findall(r"\d", question)))
    inside = question[question.index("(") + 1 : question.index(")")]
    return tuple(int(number.replace(" ", "")) for number in inside.split(","))


def base_of(task):
    return 100 if task.preset == "two-digit" else 10


def seen(task, batch):
    """The argument lists of a batch; what is asked about them does not matter."""
    if "nested" not in task.description:
        without = batch.inputs[0].copy()
        without[:, 0] = task.vocabulary.pad_id
        batch = batch.take(np.unique(without, axis=0, return_index=True)[1])
    rows = range(len(batch))
    return {arguments(question_and_answer(task, batch, row)[0], base_of(task)) for row in rows}


@pytest.fixture(scope="module")
def parts(task):
    """The argument lists of the training part, also as it is drawn, the validation, the test."""
    trained = seen(task, task.train) | seen(task, task.batch(np.random.default_rng(1), 5000))
    return trained, seen(task, task.validation), seen(task, task.test)


def test_no_held_out_input_is_seen_in_training_with_any_operation(parts):
    trained, validation, test = parts
    assert not trained & test
    assert not trained & validation
    assert not validation & test
    whole = len(trained) + len(validation) + len(test)
    assert len(test) == pytest.approx(0.2 * whole, rel=0.01)


def test_lists_of_the_smallest_and_of_the_largest_number_are_never_held_out(task, parts):
    trained, validation, test = parts
    alone = [{0}, {base_of(task) - 1}]
    assert not any(set(numbers) in alone for numbers in validation | test)
    if task.preset in ("one-digit", "nested", "arithmetic"):
        assert sum(set(numbers) in alone for numbers in trained) == 2


def test_every_answer_is_right(task):
    """The truth is worked out by Python from the text of the question."""
    rng = np.random.default_rng(2)
    for batch in (task.train, task.test, task.batch(rng, 200)):
        for row in rng.integers(len(batch), size=200):
            question, answer = question_and_answer(task, batch, row)
            if base_of(task) == 100:
                call = re.sub(r"(?<=\d) (?=\d)", "", question)
            else:
                call = re.sub(r"(?<=[\d)]) (?=[\dA-Z])", ",", question)
            truth = eval(call, {"__builtins__": {}}, OPERATIONS)  # a call such as Max ( 5,3,9 )
            wanted = " ".join(str(truth)) + (" <eos>" if "<eos>" in task.vocabulary.tokens else "")
            assert answer == wanted, question
            assert batch.groups[row] == question.split()[0]


def test_only_the_answer_is_asked_for(task):
    ids, targets = task.test.inputs[0], task.test.targets
    arrow = task.vocabulary.tokens.index("→")
    position = np.arange(ids.shape[1])
    at_arrow = (ids == arrow).argmax(axis=1)[:, None]
    assert ((targets == IGNORED) | (position >= at_arrow)).all()
    assert (np.take_along_axis(targets, at_arrow, axis=1) != IGNORED).all()
    assert ids.shape[1] <= task.config.max_len


def test_every_operation_is_asked_as_often(task):
    names, counts = np.unique(task.test.groups, return_counts=True)
    assert len(names) >= 4
    assert counts.min() > 0.75 * counts.max()


def test_the_same_seed_draws_the_same_batch(task):
    again = load_task("digits", task.preset)
    one = task.batch(np.random.default_rng(5), 32)
    two = again.batch(np.random.default_rng(5), 32)
    np.testing.assert_array_equal(one.inputs[0], two.inputs[0])
    np.testing.assert_array_equal(task.test.inputs[0], again.test.inputs[0])


@pytest.fixture(scope="module")
def short_run():
    """Train on one-digit questions for a few seconds: a third of the recipe's steps."""
    task = load_task("digits")
    recipe = dataclasses.replace(task.recipe, steps=350)
    run = train(task, recipe, progress=False)
    return run, evaluate(task.test, run.params, task.config)


def test_a_short_training_answers_held_out_questions(short_run):
    _, evaluation = short_run
    assert evaluation.accuracy >= 0.99


def test_a_short_training_answers_every_operation(short_run):
    _, evaluation = short_run
    assert evaluation.by_group.keys() == {"First", "Second", "Last", "Max", "Min"}
    assert min(evaluation.by_group.values()) >= 0.97


def test_before_training_it_knows_nothing():
    task = load_task("digits")
    params = init_params(task.config, np.random.default_rng(0))
    assert evaluate(task.test, params, task.config).accuracy < 0.25


@pytest.mark.parametrize(
    "typed", ["Max ( 5 3 9 )", "max(5,3,9)", "MAX( 5, 3 9 ) →", "max (5 3 9) ->", "Max(5,3,9)?"]
)
def test_a_question_may_be_typed_in_any_way(short_run, typed):
    run, _ = short_run
    answer = load_task("digits").ask(run.params, typed)
    assert answer.question == "Max ( 5 3 9 ) →"
    assert answer.text == answer.truth == "9"
    probabilities = [probability for _, probability in answer.candidates]
    assert probabilities[0] > 0.5
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(probabilities) == 3


@pytest.mark.parametrize(
    ("preset", "typed", "said"),
    [
        ("one-digit", "", "an operation is missing"),
        ("one-digit", "539", "'539' stands where an operation belongs"),
        ("one-digit", "Maxx(5,3,9)", "no operation 'Maxx' here; Max is close"),
        ("one-digit", "Average(5,3,9)", "choose from First, Second, Last, Max, Min"),
        ("one-digit", "Add(5,3,9)", "others know Add"),
        ("one-digit", "Max 5 3 9", "followed by an opening bracket"),
        ("one-digit", "Max(5,3,9", "the bracket of Max is never closed"),
        ("one-digit", "Max(5,3,9) 4", "'4' is left over"),
        ("one-digit", "Max(5,-3,9)", "'-' in Max is neither a number"),
        ("one-digit", "Max(5,3)", "Max got 2 numbers, not 3"),
        ("one-digit", "Max(5,3,12)", "12 is outside 0 to 9"),
        ("one-digit", "Max(5,3,First(1,2))", "First stands inside Max"),
        ("two-digit", "Max(5,3,100)", "100 is outside 0 to 99"),
        ("many", "Max(5,3,9)", "Max got 3 numbers, not 5 to 10"),
        ("nested", "Max(5,3)", "Max needs two operations"),
        ("nested", "Last(Max(1,2),Min(3,4))", "others know Last"),
        ("nested", "Max(First(1,2,3),Min(3,4))", "First got 3 numbers, not 2"),
        ("nested", "Max(First(1,Max(2,3)),Min(3,4))", "Max stands inside First"),
        ("arithmetic", "Add(Max(3,7),Min(2,9)", "the bracket of Add is never closed"),
    ],
)
def test_a_question_that_cannot_be_read_is_explained(preset, typed, said):
    task = load_task("digits", preset)
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        task.ask({}, typed)
    assert "Ask for example" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_example_of_every_preset_can_be_asked(task):
    params = init_params(task.config, np.random.default_rng(0))
    example = task.description.split(": ")[1]
    question, truth = task.ask(params, example)[0::3]
    assert question.startswith(example.split("(")[0].strip() + " (")
    assert truth == str(eval(re.sub(r"(\d) (?=\d)", r"\1,", example), {}, OPERATIONS))
