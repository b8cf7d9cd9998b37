"""What must hold for every exercise that any lesson registers."""

import inspect

import numpy as np
import pytest

from course_lib.exercises import Exercise, Mistake, grade, hints, registry, swap, values
from course_lib.exercises.sandbox import call, isolated

EXERCISES = registry.exercises()
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [pytest.param(e, m, id=f"{e.name}-{m.key}") for e in EXERCISES for m in e.mistakes],
)
each_correct = pytest.mark.parametrize(
    ("exercise", "function"),
    [
        pytest.param(e, f, id=f"{e.name}-{getattr(f, '__name__', 'correct')}-{i}")
        for e in EXERCISES
        for i, f in enumerate(e.correct)
    ],
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


def test_there_are_exercises() -> None:
    assert "softmax" in {exercise.name for exercise in EXERCISES}


@each_exercise
def test_it_has_enough_mistakes_styles_and_hints(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 3
    assert len(exercise.correct) >= 2
    assert len(exercise.hints) >= 3
    keys = [mistake.key for mistake in exercise.mistakes]
    assert len(set(keys)) == len(keys)
    assert exercise.lesson in registry.NOTEBOOKS


@each_exercise
def test_stub_is_not_started(exercise: Exercise) -> None:
    parameters = inspect.signature(exercise.reference)
    space: dict = {}
    exec(f"def {exercise.name}(*args, **kwargs):\n    raise NotImplementedError", space)
    stub = space[exercise.name]
    stub.__signature__ = parameters
    assert grade(exercise.name, stub).outcome == "not started"


@each_exercise
def test_reference_is_right(exercise: Exercise) -> None:
    report = grade(exercise.name, exercise.reference)
    assert report.outcome == "right", report.message


@each_exercise
def test_reference_in_core_is_what_using_replaces(exercise: Exercise) -> None:
    assert swap.FUNCTIONS.get(exercise.name, exercise.reference) is exercise.reference


@each_exercise
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_either_dtype_passes(exercise: Exercise, dtype: type) -> None:
    if exercise.same_dtype:
        pytest.skip("this exercise teaches the dtype")

    def answer(*args, **kwargs):
        # What is to be changed in place must stay the same array: only the result is cast then.
        if not exercise.may_change:
            args, kwargs = cast(args, dtype), cast(kwargs, dtype)
        return cast(exercise.reference(*args, **kwargs), dtype)

    answer.__signature__ = inspect.signature(exercise.reference)
    answer.__module__ = "course_lib.exercises"
    report = grade(exercise.name, answer)
    assert report.outcome == "right", report.message


@each_exercise
def test_shown_solution_is_right(exercise: Exercise) -> None:
    function = exercise.shown or exercise.reference
    assert grade(exercise.name, function).outcome == "right"
    source = hints.short_source(function)
    assert source.lstrip("@").strip()
    assert source.count("\n") <= 60, "too long to be read in a cell"


@each_exercise
def test_reference_agrees_with_what_was_worked_by_hand(exercise: Exercise) -> None:
    with isolated():
        cases = registry.cases_of(exercise)
        results = [call(exercise.reference, case) for case in cases]
    checked = 0
    for case, run in zip(cases, results, strict=True):
        if case.expected is None:
            continue
        words = isinstance(case.expected, dict) and list(case.expected.values())
        if words and all(isinstance(word, str) for word in words):
            assert run.value == case.expected
            checked += 1
            continue
        names = values.part_names(exercise.reference, exercise.returns)
        parts = values.split(run.value, names)
        several = isinstance(case.expected, tuple) and len(case.expected) == len(parts)
        expected = case.expected if several and len(parts) > 1 else (case.expected,)
        for (name, part), wanted in zip(parts, expected, strict=False):
            if wanted is None:
                continue
            of_dict = isinstance(wanted, dict)
            got = dict(values.leaves(part, name)) if of_dict else {name: part}
            for path, array in values.leaves(wanted, name) if of_dict else [(name, wanted)]:
                np.testing.assert_allclose(
                    np.asarray(got[path]), np.asarray(array), rtol=0, atol=case.atol, err_msg=path
                )
                checked += 1
    if not exercise.name.endswith("_backward"):
        assert checked, "a forward function needs a case that was worked by hand"


@each_correct
def test_other_right_styles_are_right(exercise: Exercise, function) -> None:
    report = grade(exercise.name, function)
    assert report.outcome == "right", report.message


@each_mistake
def test_mistake_is_told(exercise: Exercise, mistake: Mistake) -> None:
    report = grade(exercise.name, mistake.function)
    assert (report.outcome, report.mistake) == ("not yet", mistake.key), report.message


@each_exercise
def test_every_mistake_has_its_own_message(exercise: Exercise) -> None:
    texts = [
        grade(exercise.name, mistake.function).message.split("\n\n")[1]
        for mistake in exercise.mistakes
    ]
    assert len(set(texts)) == len(texts)


@each_exercise
def test_messages_are_the_same_every_time_and_not_too_wide(exercise: Exercise) -> None:
    for mistake in exercise.mistakes:
        first, second = (grade(exercise.name, mistake.function).message for _ in range(2))
        assert first == second
        assert "np.float64(" not in first
        assert all(len(line) <= 110 for line in first.splitlines()), first


@each_exercise
def test_cases_are_labeled_and_few(exercise: Exercise) -> None:
    cases = registry.cases_of(exercise)
    labels = [case.label for case in cases]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    fewest = 2 if inspect.signature(exercise.reference).parameters else 1
    assert fewest <= len(cases) <= 20
