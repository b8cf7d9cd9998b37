"""An edit in words: "This is what comes out if …".

The words name the reader's own variables, the parameters, and what the contract speaks of. They
never quote the solution's expression as a whole. Each module has the words for the operators of the
module of its name in `search`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from classroom.exercises import tree
from classroom.exercises.exercise import Exercise, Mistake, find
from classroom.exercises.sandbox import call, call_guarded
from classroom.exercises.search.edits import Edit
from classroom.exercises.search.words import arithmetic, calls, conditions, names, statements
from classroom.exercises.search.words.naming import Namer, Template

#: One for each operator; it gives "" where it has no words for the case.
TEMPLATES: dict[str, Template] = {
    **arithmetic.TEMPLATES,
    **calls.TEMPLATES,
    **conditions.TEMPLATES,
    **names.TEMPLATES,
    **statements.TEMPLATES,
}


def sentence(exercise: Exercise, chosen: Sequence[Any], source: str) -> str:
    """Say what one or two candidates do; "" where there are no words for it."""
    parts = [clause for clause in (_clause(exercise, one, source) for one in chosen) if clause]
    parts = list(dict.fromkeys(parts))
    if not parts:
        return ""
    if len(parts) == 1:
        return f"This is what comes out if {parts[0]}"
    first, second = parts
    return f"This is what comes out if {first.rstrip('.')}; or nearly the same, if {second}"


def _clause(exercise: Exercise, candidate: Any, source: str) -> str:
    if candidate.callee:
        return _of_callee(candidate)
    edit = candidate.edit
    namer = Namer(edit.program, exercise, source)
    told = TEMPLATES[edit.op](edit, namer) if edit.op in TEMPLATES else ""
    if not told:
        return ""
    return f"{told}{_where(edit, namer)}."


#: What is hardly found without its line.
_SMALL = ("constant", "operator", "sign", "comparison", "zero", "turned", "by one", "name", "again")


def _where(edit: Edit, namer: Namer) -> str:
    if edit.throughout:
        return "" if edit.op in ("exchanged", "axis") else ", at all places"
    target = namer.target_of_line(edit.line) if edit.op in _SMALL else ""
    return f", in the line that sets {target}" if target else ""


def _of_callee(candidate: Any) -> str:
    """The words of a callee's catalogue, without the numbers of its own cases."""
    message = candidate.mistake.message
    if callable(message):
        message = _said_of_any_case(candidate.callee, candidate.mistake)
    if not message:
        mistake = candidate.mistake.key.replace("_", " ")
        return f"`{candidate.callee}` is not right inside it ({mistake})."
    return f"`{candidate.callee}` does this. {message}"


def _said_of_any_case(name: str, mistake: Mistake) -> str:
    """The sentences of a message that hold no number, and so speak of every case."""
    exercise = find(name)
    wrong = exercise.wrong_answers(mistake)[0]
    cases = exercise.make_cases()
    for case, run in zip(cases, call_guarded(wrong, cases, exercise.seconds).calls, strict=False):
        right = call(exercise.reference, case)
        if right.error is None and not tree.equal(run.value, right.value, exercise.rtol):
            got = run.value if run.error is None else run.error
            text = mistake.message(case, got, right.value)  # type: ignore[operator]
            sentences = re.split(r"(?<=[.!?:]) (?=[A-Z`])", text)
            kept = [one for one in sentences if not re.search(r"\d|\bhere\b", one)]
            return " ".join(kept)
    return ""
