"""The text that a reader gets: what is wrong, where it shows, what to do next."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import origin, values, wording
from .compare import Finding
from .exercise import Case, Exercise, Mistake, Report
from .sandbox import Run, Runs
from .swap import CallsItself
from .wording import plural, wrap


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
    text = f"It is {wording.kind_of(value)}, not a function."
    return _report(exercise, Finding("not callable", text))


def not_yet(exercise: Exercise, finding: Finding) -> Report:
    return _report(exercise, finding)


def different(exercise: Exercise, run: Run, finding: Finding) -> Report:
    return _report(exercise, finding, run.case)


def mistaken(
    exercise: Exercise,
    function: Callable[..., Any],
    mistake: Mistake,
    run: Run,
    truth: Run,
    alone: bool = True,
) -> Report:
    """A catalogued mistake: its message, then the numbers that differ or the line that raised.

    Not `alone`: it explains some of the cases that are wrong, and there is something else as well.
    """
    message, error = mistake.message, run.error
    if callable(message):
        message = message(run.case, run.value if error is None else error, truth.value)
    if error is not None:
        where = origin.where(error, function)
        table = _exception(error, "    ") + (f"\n    {where}" if where else "")
    else:
        table = _table(exercise, run.value, truth.value)
    if not alone:
        message += " In another case something else is wrong as well; this comes first."
    return _report(exercise, Finding(mistake.key, message, table), run.case, mistake.key)


def _table(exercise: Exercise, got: Any, want: Any) -> str:
    """The first array of the result whose numbers differ; or two shapes that differ."""
    names = values.part_names(exercise.reference, exercise.returns)
    wanted, yours = values.split(want, names), values.split(got, names)
    if len(wanted) != len(yours):
        yours = yours[:1]
    for (name, right_part), (_, part) in zip(wanted, yours, strict=False):
        right_leaves, leaves = (
            dict(values.leaves(right_part, name)),
            dict(values.leaves(part, name)),
        )
        for path, leaf in right_leaves.items():
            other: Any = leaves.get(path)
            if not values.is_numeric(leaf) or values.equal(other, leaf, exercise.rtol):
                continue
            if not values.is_numeric(other):
                return ""
            if np.shape(other) != np.shape(leaf):
                shape, own = np.shape(leaf), np.shape(other)
                return f"    {path} should have shape {shape}, and yours has {own}."
            return wording.table(path, other, leaf, exercise.rtol)
    return ""


def raised(exercise: Exercise, function: Callable[..., Any], run: Run) -> Report:
    error = run.error
    assert error is not None
    if isinstance(error, NotImplementedError):
        text = "It still reaches `raise NotImplementedError` in some cases."
        return _report(exercise, Finding("raised", text), run.case)
    where = origin.where(error, function)
    if isinstance(error, CallsItself):
        text = (
            f"Your function calls the course's own {exercise.name} {where}\n"
            "Write its steps yourself. In your own model this call would reach your function again."
        )
        return _report(exercise, Finding("raised", text), run.case)
    place = f" {where}" if where else ""
    text = f"Your code raised {_article(error)}{place}"
    lines = [text, _exception(error)]
    advice = origin.advice(error, function)
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
            wording.WIDTH - 2,
            initial_indent=indent + " " * (len(line) - len(line.lstrip())),
            subsequent_indent=f"{indent}  ",
        )
        for line in text.splitlines()
    )


def should_raise(exercise: Exercise, run: Run, error: BaseException) -> Report:
    wanted = f"Your function should refuse this call with {_article(error)}, such as"
    lines = [wanted, _exception(error)]
    if run.error is not None:
        said = f": {run.error}" if str(run.error) else "."
        lines.append(f"It raised {_article(run.error)} instead{said}")
    else:
        lines.append(f"It returned {wording.kind_of(run.value)} instead.")
    return _report(exercise, Finding("no error", "\n".join(lines)), run.case)


def out_of_time(exercise: Exercise, runs: Runs, seconds: float) -> Report:
    spent = f"{wording.number(seconds)} seconds"
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
        call = wording.call_text(exercise.reference, exercise.name, case)
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
