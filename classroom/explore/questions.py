"""The questions that a lesson puts, by name: `predict` and `reveal`, `quiz`, `parsons`.

What they ask, the key and the explanations stand in the lesson's `questions.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from classroom.explore.markup import to_html, to_plain
from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import Prediction
from classroom.explore.question_files import find
from classroom.explore.quiz_logic import Quiz
from classroom.plots.display import alt_text, in_notebook, monospaced, picture_html, publish

_BLOCK = "line-height: 1.45; max-width: 780px"


def predict(name: str):
    """Ask for a prediction, to be committed before the cell that reveals the answer.

    Parameters
    ----------
    name : str
        Of a `Prediction` in the lesson's `questions.py`.

    Returns
    -------
    PredictBox
        To be the last line of a cell. `.commit(value)` commits without a click, for tests.

    Raises
    ------
    ValueError
        If there is no prediction of that name.
    """
    from classroom.explore.predict_box import PredictBox

    prediction = find(name, Prediction)
    prediction.asked = True
    return PredictBox(prediction)


def reveal(name: str, truth: Any = None, *shown: Any, **values: Any) -> None:
    """Lay the truth beside what the reader predicted; then the explanation, and what it shows.

    Without a committed prediction all of it is folded, to be opened with a click: so a notebook
    runs from top to bottom, and neither it nor a page made of it tells what is asked.

    Parameters
    ----------
    name : str
        The name given to `predict`.
    truth : float or str, optional
        The measured number, or the option that is right, in the words of the question. The
        question's own answer by default.
    *shown : figures and str
        Pictures and printed tables that belong to the answer, in this order.
    **values
        What the explanation names.

    Raises
    ------
    ValueError
        If the question was not put, or the truth is none of the options.
    """
    prediction = find(name, Prediction)
    if not prediction.asked:
        raise ValueError(
            f"reveal: '{name}' was not asked since the kernel started; "
            f'run the cell with predict("{name}") first.'
        )
    words = prediction.compare(truth)
    if explanation := prediction.explain(values):
        words += f"\n\n{explanation}"
    if not in_notebook():
        texts = [each if isinstance(each, str) else alt_text(each) for each in shown]
        print("\n\n".join([to_plain(words), *texts]))
        return
    parts = [f'<div style="{_BLOCK}">{to_html(words)}</div>', *map(_part, shown)]
    body = "\n".join(parts)
    if prediction.value is None:
        body = f"<details><summary>Show the answer</summary>\n{body}\n</details>"
    tables = [each for each in shown if isinstance(each, str)]
    publish({"text/html": body, "text/plain": "\n\n".join([to_plain(words), *tables])})


def _part(shown: Any) -> str:
    if isinstance(shown, str):
        return monospaced(shown)
    return picture_html(shown)


def quiz(name: str):
    """Ask a question that marks itself. Every click explains the option that was clicked.

    Parameters
    ----------
    name : str
        Of a `Quiz` in the lesson's `questions.py`.

    Returns
    -------
    QuizBox
        To be the last line of a cell. `.mark(choice)` marks without a click, for tests.

    Raises
    ------
    ValueError
        If there is no quiz of that name.
    """
    from classroom.explore.quiz_box import QuizBox

    return QuizBox(replace(find(name, Quiz), tried=[]))


def parsons(name: str):
    """Ask the reader to put lines into order.

    Parameters
    ----------
    name : str
        Of a `Parsons` in the lesson's `questions.py`; also fixes how the lines are shuffled.

    Returns
    -------
    ParsonsBox
        To be the last line of a cell. `.add(line)` and `.check()` do what the buttons do.

    Raises
    ------
    ValueError
        If there is no Parsons problem of that name.
    """
    from classroom.explore.parsons_box import ParsonsBox

    return ParsonsBox(find(name, Parsons))
