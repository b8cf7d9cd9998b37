"""What a reader is told: what is wrong, where it shows, what to do next; and how it is put."""

import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from classroom.exercises import tracebacks, tree
from classroom.exercises.exercise import Case, Exercise, Mistake, Report
from classroom.exercises.sandbox import Run, Runs
from classroom.exercises.swap import CallsItself
from classroom.exercises.tree import close, is_number

WIDTH = 88
_KEPT = "\0"  # a blank at which no line is broken
KEPT_TOGETHER = r"(?:`[^`\n]{1,60}`|\(\d[\d, ]*\))"
"""Short code, or a shape."""
SMALL = 6  # arrays of so many numbers are shown whole


def number(value: Any) -> str:
    """A number in at most 4 significant digits; whole numbers and bools in full."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (complex, np.complexfloating)):
        return f"{complex(value):.4g}"
    return f"{float(value) + 0.0:.4g}"  # + 0.0 makes 0 of -0


def numbers(array: Any) -> str:
    """A small array as nested lists, such as "[0.5, 0.25]"."""
    array = np.asarray(array)
    if array.ndim == 0:
        return number(array[()])
    return "[" + ", ".join(numbers(item) for item in array) + "]"


def kind_of(value: Any) -> str:
    """What a value is: "an array of shape (3, 5)", "a tuple of 2", "None", …."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if is_number(value):
        return f"the number {number(value)}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return f"a dict of {len(value)}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def wrap(text: str, indent: str = "  ") -> str:
    """Wrap each line to WIDTH, but not within `code` or a shape such as (2, 3, 5).

    Lines that begin with a blank (longer code, tables) stay as they are.
    """
    text = re.sub(KEPT_TOGETHER, lambda code: code[0].replace(" ", _KEPT), text)
    lines = []
    for line in text.strip("\n").split("\n"):
        if line.startswith(" ") or not line:
            lines.append((indent + line).rstrip())
        else:
            lines.append(
                textwrap.fill(
                    line,
                    WIDTH,
                    initial_indent=indent,
                    subsequent_indent=indent,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
    return "\n".join(lines).replace(_KEPT, " ")


def call_text(reference: Callable[..., Any], name: str, case: Case) -> str:
    """A call in words: "softmax(x, axis=1) with x of shape (3, 5)", "softmax([1, 2, 3])"."""
    shown: list[str] = []
    shapes: list[str] = []
    parameters = list(inspect.signature(reference).parameters)
    for parameter, value in zip(parameters, case.args, strict=False):
        shown.append(_argument(parameter, value, shapes))
    for keyword, value in case.kwargs.items():
        text = _argument(keyword, value, shapes)
        shown.append(keyword if text == keyword else f"{keyword}={text}")
    call = f"{name}({', '.join(shown)})"
    return f"{call} with {listed(shapes)}" if shapes else call


def _argument(name: str, value: Any, shapes: list[str]) -> str:
    if is_number(value):
        return number(value)
    if value is None or _is_short(value):
        return repr(value)
    if isinstance(value, np.ndarray):
        if value.size <= SMALL and value.ndim <= 2:
            return numbers(value)
        shapes.append(f"{name} of shape {value.shape}")
    if isinstance(value, dict):
        shapes.append(f"{name} {kind_of(value)}")
    return name


def _is_short(value: Any) -> bool:
    """Strings, and nested lists of strings and whole numbers, that have room in a call."""
    return len(repr(value)) <= 40 and _is_plain(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (str, int))


def table(path: str, got: Any, want: Any, rtol: float) -> str:
    """Where two arrays of one shape differ: the first three places, and how many there are."""
    got, want = np.asarray(got), np.asarray(want)
    wrong = ~close(got, want, rtol)
    if want.ndim == 0 or (want.ndim == 1 and want.size <= SMALL):
        rows = [(path, numbers(want), numbers(got))]
    else:
        places = [tuple(int(i) for i in place) for place in np.argwhere(wrong)[:3]]
        rows = [
            (f"{path}[{', '.join(map(str, place))}]", number(want[place]), number(got[place]))
            for place in places
        ]
    if not rows:  # equal numbers of another dtype
        return f"    {path} should have dtype {want.dtype}, and yours has {got.dtype}."
    left = max(len(row[0]) for row in rows)
    middle = max(len("expected"), *(len(row[1]) for row in rows))
    lines = [f"    {'':<{left}}   {'expected':<{middle}}   yours"]
    lines += [f"    {place:<{left}}   {right:<{middle}}   {yours}" for place, right, yours in rows]
    count = int(wrong.sum())
    if want.ndim and path != rows[0][0] and count > len(rows):
        lines.append(f"    {count} of {want.size} values differ.")
    if any(right == yours for _, right, yours in rows):
        gap = np.abs(got.astype(float) - want.astype(float))
        lines.append(f"    The largest difference is {number(gap[wrong].max())}.")
    return "\n".join(lines)


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


def number_table(exercise: Exercise, got: Any, want: Any) -> str:
    """The first array of the result whose numbers differ; or two shapes that differ."""
    names = tree.part_names(exercise.reference, exercise.returns)
    wanted, yours = tree.split(want, names), tree.split(got, names)
    if len(wanted) != len(yours):
        yours = yours[:1]
    for (name, right_part), (_, part) in zip(wanted, yours, strict=False):
        right_leaves, leaves = (
            dict(tree.leaves(right_part, name)),
            dict(tree.leaves(part, name)),
        )
        for path, leaf in right_leaves.items():
            other: Any = leaves.get(path)
            if not tree.is_numeric(leaf) or tree.equal(other, leaf, exercise.rtol):
                continue
            if not tree.is_numeric(other):
                return ""
            if np.shape(other) != np.shape(leaf):
                shape, own = np.shape(leaf), np.shape(other)
                return f"    {path} should have shape {shape}, and yours has {own}."
            return table(path, other, leaf, exercise.rtol)
    return ""


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
