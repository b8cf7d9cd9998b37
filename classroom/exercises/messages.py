"""What a reader is told: what is wrong, where it shows, what to do next."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from classroom.exercises import tracebacks
from classroom.exercises.call_text import call_text
from classroom.exercises.exercise import Case, Exercise, Mistake, Report
from classroom.exercises.formatting import WIDTH, kind_of, number, plural, wrap
from classroom.exercises.number_table import number_table
from classroom.exercises.sandbox import Run, Runs
from classroom.exercises.swap import CallsItself


@dataclass(frozen=True)
class Finding:
    """What was found: its kind, a sentence or two, and a table of the numbers where that helps."""

    kind: str
    text: str
    table: str = ""


def right(exercise: Exercise, cases: int) -> Report:
    where = f", in all {cases} cases" if cases > 1 else ""
    return Report(exercise.name, "right", None, f"{exercise.name}: right{where}.", "right")


def not_started(exercise: Exercise) -> Report:
    name = exercise.name
    text = (
        f"{name}: not started. Write your code in place of `raise NotImplementedError`, run that "
        "cell, "
        f'then this one. hint("{name}") helps you begin; until then the lesson goes on with the '
        f"course's own {name}."
    )
    return Report(name, "not started", None, wrap(text, ""), "not started")


def blanks_left(exercise: Exercise, lines: Sequence[str]) -> Report:
    name = exercise.name
    head = f"{name}: not started. {plural(len(lines), 'line')} with a blank `...` to fill in:"
    body = "\n".join(f"    {line}" for line in lines)
    return Report(name, "not started", None, f"{head}\n{body}\n{_help(exercise)}", "blanks")


def course_own(exercise: Exercise) -> str:
    name = exercise.name
    return wrap(
        f"{name}: not started. This is the course's own {name}, which `check` handed out before. "
        "Run the cell with your function first, then this one.",
        "",
    )


def not_callable(exercise: Exercise, value: Any) -> Report:
    text = f"It is {kind_of(value)}, not a function."
    return _report(exercise, Finding("not callable", text))


def not_yet(exercise: Exercise, finding: Finding) -> Report:
    return _report(exercise, finding)


def different(exercise: Exercise, run: Run, finding: Finding) -> Report:
    return _report(exercise, finding, run.case)


def mistaken(
    exercise: Exercise,
    function: Callable[..., Any],
    mistakes: Sequence[Mistake],
    run: Run,
    truth: Run,
    note: str = "",
) -> Report:
    """A catalogued mistake, or two: the message, then the numbers or the line that raised.

    Parameters
    ----------
    mistakes : sequence of Mistake
        Those that give what the reader gave.
    run, truth : Run
        What the reader's function and the reference did in the case that is shown.
    note : str
        What the mistake does not explain.
    """
    error, seen = run.error, run.value if run.error is None else run.error
    told = [
        mistake.message(run.case, seen, truth.value)
        if callable(mistake.message)
        else mistake.message
        for mistake in mistakes
    ]
    texts = list(dict.fromkeys(told))
    message = texts[0]
    if len(texts) > 1:
        each = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
        message = "\n".join([f"{len(texts)} mistakes give just this; one may be yours.", *each])
    if error is not None:
        where = tracebacks.where(error, function)
        table = _exception(error, "    ") + (f"\n    {where}" if where else "")
    else:
        table = number_table(exercise, run.value, truth.value)
    if note:
        message += f"\n{note}" if len(texts) > 1 else f" {note}"
    key, *others = [mistake.key for mistake in mistakes]
    report = _report(exercise, Finding(key, message, table), run.case, key)
    return replace(report, also=tuple(others))


def raised(exercise: Exercise, function: Callable[..., Any], run: Run, before: str = "") -> Report:
    """What the reader's code raised and where; `before` it, what is right already."""
    error = run.error
    assert error is not None
    if isinstance(error, NotImplementedError):
        text = "It still reaches `raise NotImplementedError` in some cases."
        return _report(exercise, Finding("raised", text), run.case)
    where = tracebacks.where(error, function)
    if isinstance(error, CallsItself):
        text = (
            f"Your function calls the course's own {exercise.name} {where}\n"
            "Write its steps yourself. In your own model this call would reach your function again."
        )
        return _report(exercise, Finding("raised", text), run.case)
    place = f" {where}" if where else ""
    text = f"Your code raised {_article(error)}{place}"
    lines = [*([before] if before else []), text, _exception(error)]
    advice = tracebacks.advice(error, function)
    if advice:
        lines.append(advice)
    return _report(exercise, Finding("raised", "\n".join(lines)), run.case)


def _article(error: BaseException) -> str:
    name = type(error).__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _exception(error: BaseException, indent: str = "  ") -> str:
    """An exception's type and text, each of its lines wrapped and indented."""
    text = str(error).strip()
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return "\n".join(
        textwrap.fill(
            line.strip(),
            WIDTH - 2,
            initial_indent=indent + " " * (len(line) - len(line.lstrip())),
            subsequent_indent=f"{indent}  ",
        )
        for line in text.splitlines()
    )


def should_raise(exercise: Exercise, run: Run, error: BaseException, before: str = "") -> Report:
    """A call that should be refused; `before` it, what is right already."""
    wanted = f"Your function should refuse this call with {_article(error)}, such as"
    lines = [*([before] if before else []), wanted, _exception(error)]
    if run.error is not None:
        said = f": {run.error}" if str(run.error) else "."
        lines.append(f"It raised {_article(run.error)} instead{said}")
    else:
        lines.append(f"It returned {kind_of(run.value)} instead.")
    return _report(exercise, Finding("no error", "\n".join(lines)), run.case)


def out_of_time(exercise: Exercise, runs: Runs, seconds: float) -> Report:
    spent = f"{number(seconds)} seconds"
    text = (
        f"It had not come to an end after {spent} and was stopped. Is there a loop whose condition "
        "never becomes false, or one over far more than it needs?"
    )
    if runs.ending == "stuck":
        text = (
            f"It had not come to an end after {spent} and could not be stopped: it waits "
            "(time.sleep, a file, a lock) or is inside one very large NumPy operation. If the "
            "notebook has become slow, restart the kernel; your code stays in its cell."
        )
    return _report(exercise, Finding("time", text), runs.case)


def changed_input(exercise: Exercise, run: Run, path: str) -> Report:
    text = (
        f"The values are right, but your function changes its input {path} in place, and whoever "
        "called it still needs it. Operators such as += and *=, and assignments to x[...], write "
        "into the array they are given. Make a new array: out = x * 2 in place of x *= 2, or "
        "start from x.copy()."
    )
    if "[" in path:
        text += (
            " Dicts and lists are changed in this way, too, and dict(...) or list(...) copies the "
            "outermost one alone."
        )
    return _report(exercise, Finding("changed input", text), run.case)


def promoted(exercise: Exercise, run: Run, path: str) -> Report:
    text = (
        f"The values are right, but {path} is float64 where all inputs are float32: twice the "
        "memory, half the speed. NumPy promotes float32 with a NumPy scalar or array of float64: "
        "use Python numbers (math.sqrt in place of np.sqrt for a single number), and give "
        "np.zeros and np.ones a dtype."
    )
    return _report(exercise, Finding("promoted", text), run.case)


def other_dtype(exercise: Exercise, run: Run, asked: Any) -> Report:
    wanted = np.dtype(asked).name
    text = (
        f"The numbers are right, but their dtype is {run.value.dtype}, and {wanted} was asked for: "
        "one array of another dtype makes all that follows of that dtype. Check what the last line "
        "returns: .astype(dtype) makes sure of it."
    )
    return _report(exercise, Finding("dtype", text), run.case)


def tuple_for_list(exercise: Exercise, run: Run) -> Report:
    text = (
        "What it holds is right, but your function returns a tuple, and a list is wanted: the two "
        "are not equal for Python, even if they hold the same. list(...) makes one of it."
    )
    return _report(exercise, Finding("sequence", text), run.case)


def silenced(report: Report) -> Report:
    """Tell a reader who prints in order to find a mistake where the text has gone."""
    text = "What your function prints is not shown here: call it yourself in a new cell to see it."
    return replace(report, message=f"{report.message}\n\n{wrap(text)}")


def _report(
    exercise: Exercise, finding: Finding, case: Case | None = None, mistake: str | None = None
) -> Report:
    """Lay out a "not yet": what is wrong, the case, the numbers, the next step."""
    blocks = [f"{exercise.name}: not yet.", wrap(finding.text)]
    if case is not None:
        call = call_text(exercise.reference, exercise.name, case)
        label = f'Case "{case.label}"' if case.label else "Case"
        seen = wrap(f"{label}: {call}")
        blocks.append(f"{seen}\n{finding.table}" if finding.table else seen)
    elif finding.table:
        blocks.append(finding.table)
    blocks.append(_help(exercise))
    return Report(exercise.name, "not yet", mistake, "\n\n".join(blocks), finding.kind)


def _help(exercise: Exercise) -> str:
    name = exercise.name
    return wrap(
        f'Stuck? hint("{name}"). Until then the lesson goes on with the course\'s own {name}.'
    )
