"""What must hold for every exercise of every lesson."""

import importlib
import inspect

import numpy as np
import pytest

from classroom.exercises import swap, tree
from classroom.exercises.check import short_source
from classroom.exercises.compare import is_plain
from classroom.exercises.exercise import Exercise, Mistake, exercises
from classroom.exercises.grade import grade
from classroom.exercises.sandbox import call, isolated
from classroom.exercises.solutions import CLASSROOM, folder_of, lessons_by_exercise

EXERCISES = exercises()
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [pytest.param(e, m, id=f"{e.name}-{m.key}") for e in EXERCISES for m in e.mistakes],
)


def cast(value, dtype):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(cast(item, dtype) for item in value))
    if isinstance(value, (tuple, list)):
        return type(value)(cast(item, dtype) for item in value)
    if isinstance(value, dict):
        return {key: cast(item, dtype) for key, item in value.items()}
    return value


def test_every_module_is_an_exercise_of_its_lessons_text_and_the_other_way_round() -> None:
    modules = {
        (path.stem, path.parts[-3])
        for path in CLASSROOM.glob("*/exercises/*.py")
        if path.stem != "__init__"
    }
    in_texts = {(name, folder_of(lesson)) for name, lesson in lessons_by_exercise().items()}
    assert modules == in_texts


@each_exercise
def test_it_has_enough_mistakes_and_hints(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 3
    assert len(exercise.hints) >= 3
    keys = [mistake.key for mistake in exercise.mistakes]
    assert len(set(keys)) == len(keys)


@each_exercise
def test_right_answers_in_other_styles_are_tested(exercise: Exercise) -> None:
    tests = importlib.import_module(f"{folder_of(exercise.lesson)}.test_{exercise.name}")
    assert len(set(tests.ANSWERS)) >= 2
    assert tests.test_is_right


@each_exercise
def test_stub_is_not_started(exercise: Exercise) -> None:
    space: dict = {}
    exec(f"def {exercise.name}(*args, **kwargs):\n    raise NotImplementedError", space)
    stub = space[exercise.name]
    stub.__signature__ = inspect.signature(exercise.reference)
    assert grade(exercise.name, stub).outcome == "not started"


@each_exercise
def test_reference_is_right(exercise: Exercise) -> None:
    report = grade(exercise.name, exercise.reference)
    assert report.outcome == "right", report.message


@each_exercise
def test_reference_in_course_lib_is_what_using_replaces(exercise: Exercise) -> None:
    assert swap.FUNCTIONS.get(exercise.name, exercise.reference) is exercise.reference


@each_exercise
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_either_dtype_passes(exercise: Exercise, dtype: type) -> None:
    asks = "dtype" in inspect.signature(exercise.reference).parameters
    if exercise.same_dtype or asks:
        pytest.skip("this exercise teaches the dtype, or is asked for one")

    def answer(*args, **kwargs):
        # What is to be changed in place must stay the same array: only the result is cast then.
        if not exercise.may_change:
            args, kwargs = cast(args, dtype), cast(kwargs, dtype)
        return cast(exercise.reference(*args, **kwargs), dtype)

    answer.__signature__ = inspect.signature(exercise.reference)
    answer.__module__ = "classroom.exercises"
    report = grade(exercise.name, answer)
    assert report.outcome == "right", report.message


@each_exercise
def test_solution_is_right_and_short_enough_for_a_cell(exercise: Exercise) -> None:
    function = swap.build(exercise.name, exercise.solution, f"<solution of {exercise.name}>")
    report = grade(exercise.name, function)
    assert report.outcome == "right", report.message
    assert short_source(exercise.solution).count("\n") <= 60


@each_exercise
def test_reference_agrees_with_what_was_worked_by_hand(exercise: Exercise) -> None:
    with isolated():
        cases = exercise.make_cases()
        results = [call(exercise.reference, case) for case in cases]
    checked = 0
    for case, run in zip(cases, results, strict=True):
        if case.expected is None:
            continue
        if is_plain(case.expected):  # words, exactly
            assert run.value == case.expected
            checked += 1
            continue
        if isinstance(case.expected, set):
            assert run.value == case.expected
            checked += 1
            continue
        words = isinstance(case.expected, dict) and list(case.expected.values())
        if words and all(isinstance(word, str) for word in words):
            assert run.value == case.expected
            checked += 1
            continue
        names = tree.part_names(exercise.reference, exercise.returns)
        parts = tree.split(run.value, names)
        several = isinstance(case.expected, tuple) and len(case.expected) == len(parts)
        expected = case.expected if several and len(parts) > 1 else (case.expected,)
        for (name, part), wanted in zip(parts, expected, strict=False):
            if wanted is None:
                continue
            of_dict = isinstance(wanted, dict)
            got = dict(tree.leaves(part, name)) if of_dict else {name: part}
            for path, array in tree.leaves(wanted, name) if of_dict else [(name, wanted)]:
                np.testing.assert_allclose(
                    np.asarray(got[path]), np.asarray(array), rtol=0, atol=case.atol, err_msg=path
                )
                checked += 1
    if not exercise.name.endswith("_backward"):
        assert checked, "a forward function needs a case that was worked by hand"


@each_mistake
def test_each_way_to_write_a_mistake_is_told_as_that_mistake(
    exercise: Exercise, mistake: Mistake
) -> None:
    """It fails where an edit finds nothing, changes nothing, or gives what an earlier one gives."""
    for wrong in exercise.wrong_answers(mistake):
        report = grade(exercise.name, wrong)
        assert (report.outcome, report.mistake) == ("not yet", mistake.key), report.message
        assert "np.float64(" not in report.message
        assert all(len(line) <= 110 for line in report.message.splitlines()), report.message


@each_exercise
def test_the_same_answer_is_told_the_same_again(exercise: Exercise) -> None:
    (wrong, *_) = exercise.wrong_answers(exercise.mistakes[0])
    assert grade(exercise.name, wrong).message == grade(exercise.name, wrong).message


@each_exercise
def test_every_mistake_has_its_own_message(exercise: Exercise) -> None:
    texts = []
    for mistake in exercise.mistakes:
        wrong = exercise.wrong_answers(mistake)[0]
        texts.append(grade(exercise.name, wrong).message.split("\n\n")[1])
    assert len(set(texts)) == len(texts)


@each_exercise
def test_cases_are_labeled_and_few(exercise: Exercise) -> None:
    cases = exercise.make_cases()
    labels = [case.label for case in cases]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    fewest = 2 if inspect.signature(exercise.reference).parameters else 1
    assert fewest <= len(cases) <= 20
