"""The questions of all lessons, found by name.

A lesson's `questions.py` holds a dict `questions` of names to `Prediction`, `Quiz` and `Parsons`.
A name is used once in the whole course.
"""

from __future__ import annotations

import importlib
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1]


@cache
def all_questions() -> dict[str, Any]:
    """Return every question of the course by its name.

    Raises
    ------
    ValueError
        If two lessons use one name.
    """
    found: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*/questions.py")):
        if path.parent.name == "explore":
            continue
        module = importlib.import_module(f"classroom.{path.parent.name}.questions")
        for name, question in module.questions.items():
            if name in found:
                raise ValueError(f"questions: two questions are named '{name}'.")
            question.name = name
            found[name] = question
    return found


def find(name: str, kind: type) -> Any:
    """Return the question of that name.

    Raises
    ------
    ValueError
        If there is none, or it is of another kind.
    """
    asks = kind.__name__.lower().replace("prediction", "predict")
    names = [known for known, question in all_questions().items() if isinstance(question, kind)]
    if name not in names:
        close = get_close_matches(name, names, 1)
        meant = f" Did you mean '{close[0]}'?" if close else ""
        raise ValueError(f"{asks}: the course has no question named '{name}'.{meant}")
    return all_questions()[name]
