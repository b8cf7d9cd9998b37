"""The questions that a lesson puts: `predict` and `reveal`, `quiz`, `parsons`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from classroom.explore.markup import to_plain
from classroom.explore.parsons_logic import Parsons
from classroom.explore.prediction import ask, asked
from classroom.explore.quiz_logic import LETTERS, Quiz
from classroom.plots.display import in_notebook, publish


def predict(
    id: str,
    question: str,
    options: Sequence[Any] | None = None,
    number: bool = False,
    unit: str = "",
):
    """Ask for a prediction, to be committed before the cell that reveals the answer.

    Parameters
    ----------
    id : str
        A name, under which `reveal` finds the prediction.
    question : str
        May hold `code`, **bold**, *italic* and $math$.
    options : sequence of str, optional
        What to choose from, without math.
    number : bool
        Whether a number is asked for instead.
    unit : str
        The unit of the number.

    Returns
    -------
    PredictBox
        To be the last line of a cell. `.commit(value)` commits without a click, for tests.

    Raises
    ------
    ValueError
        If neither options nor a number is asked for, or both, or an option holds math.
    """
    from classroom.explore.predict_box import PredictBox

    if number == bool(options):
        raise ValueError(
            f"predict: '{id}' must ask either for one of some options (options=[…]) "
            "or for a number (number=True)."
        )
    if options and len({str(option) for option in options}) < max(2, len(options)):
        raise ValueError(f"predict: '{id}' needs two or more options, all different.")
    if any("$" in str(option) for option in options or ()):
        raise ValueError(
            f"predict: an option of '{id}' holds $math$, which a choice cannot show; "
            "write it in plain text (the question may hold math)."
        )
    return PredictBox(ask(id, question, options or (), unit))


def reveal(id: str, truth: Any, explanation: str = "", digits: int = 3) -> None:
    """Lay the truth beside what the reader predicted.

    Without a committed prediction it says so and folds the truth away, to be opened with a click:
    so a notebook runs from top to bottom, and its stored outputs do not tell what is asked.

    Parameters
    ----------
    id : str
        The name given to `predict`.
    truth : float or str
        The measured number, or the option that is right, in the words of the question.
    explanation : str
        Why it is so, in Markdown.
    digits : int
        Significant digits to show.

    Raises
    ------
    ValueError
        If nothing was asked under that name, or the truth is none of the options.
    """
    prediction = asked(id)
    words = prediction.compare(truth if isinstance(truth, str) else _number(truth), digits)
    if explanation:
        words += f"\n\n{explanation}"
    if in_notebook():
        folded = f"<details><summary>Show the answer</summary>\n\n{words}\n\n</details>"
        shown = words if prediction.value is not None else folded
        publish({"text/markdown": shown, "text/plain": to_plain(words)})
    else:
        print(to_plain(words))


def quiz(id: str, question: str, options: Sequence[tuple[str, bool, str]], several: bool = False):
    """Ask a question that marks itself. Every click explains the option that was clicked.

    Parameters
    ----------
    id : str
    question : str
        May hold `code`, **bold**, *italic* and $math$; so may all the texts of the options.
    options : sequence of (text, is_right, why)
        `why` says why that option is right or wrong.
    several : bool
        Whether more than one option is right.

    Returns
    -------
    QuizBox
        To be the last line of a cell. `.mark(choice)` marks without a click, for tests.

    Raises
    ------
    ValueError
        If the options are not as they should be; see `Quiz`.
    """
    from classroom.explore.quiz_box import QuizBox

    if len(options) > len(LETTERS):
        raise ValueError(f"quiz: '{id}' has {len(options)} options; {len(LETTERS)} is the most.")
    return QuizBox(Quiz(id, question, list(options), several))  # type: ignore[arg-type]


def parsons(
    id: str,
    prompt: str,
    lines: Sequence[str],
    distractors: Sequence[tuple[str, str]] = (),
    explain: Mapping[str, str] | None = None,
    any_order: Sequence[tuple[int, ...]] = (),
):
    """Ask the reader to put lines into order.

    Parameters
    ----------
    id : str
        Also fixes how the lines are shuffled.
    prompt : str
    lines : sequence of str
        The lines in their right order: code as it stands, or text with $math$.
    distractors : sequence of (line, why)
        Lines that do not belong, and why not.
    explain : mapping of str to str, optional
        For a line, why it stands where it does: told when it comes too early, and at the end.
    any_order : sequence of tuples of int
        Groups of places in `lines` (from 0) that may be exchanged among themselves.

    Returns
    -------
    ParsonsBox
        To be the last line of a cell. `.add(line)` and `.check()` do what the buttons do.

    Raises
    ------
    ValueError
        If two lines are the same, or `explain` or `any_order` names a line that is not there.
    """
    from classroom.explore.parsons_box import ParsonsBox

    return ParsonsBox(Parsons(id, prompt, lines, distractors, explain or {}, any_order))


def _number(truth: Any) -> Any:
    """Return a NumPy scalar or a number as float; anything else as its text."""
    try:
        return float(truth)
    except (TypeError, ValueError):
        return str(truth)
