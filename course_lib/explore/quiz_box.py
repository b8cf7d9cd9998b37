"""A quiz that marks itself and explains each option, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from course_lib.explore.box import GREEN, RED, Box, note, paragraph
from course_lib.explore.markup import to_html, to_plain
from course_lib.explore.quiz_logic import Marked, Quiz

LETTERS = "ABCDEFGHIJ"


class QuizBox(Box):
    """A question with a button for each option. Made by `quiz`."""

    def __init__(self, logic: Quiz) -> None:
        self.logic = logic
        self.buttons: list[Any] = []
        self.answers: list[Any] = []
        rows: list[Any] = []
        for index, option in enumerate(logic.options):
            button = widgets.Button(
                description=LETTERS[index],
                tooltip=f"Answer {LETTERS[index]}: {to_plain(option.text)}",
                layout=widgets.Layout(width="44px", flex="0 0 auto"),
            )
            button.on_click(partial(self._clicked, index))
            answer = widgets.HTMLMath("", layout={"margin": "0 0 0 52px"})
            row = widgets.HBox([button, paragraph(to_html(option.text))])
            row.layout.align_items = "baseline"
            rows += [row, answer]
            self.buttons.append(button)
            self.answers.append(answer)
        hint = " *(several are right)*" if logic.several else ""
        self.state = widgets.HTML("")
        listed = "".join(
            f"\n- {LETTERS[i]}. {option.text}" for i, option in enumerate(logic.options)
        )
        question = logic.question + hint
        super().__init__(
            [paragraph(f"<b>Quiz.</b> {to_html(question)}"), *rows, self.state],
            f"Quiz. {to_plain(question)}{to_plain(listed)}",
            f"**Quiz.** {question}\n{listed}",
        )

    def mark(self, choice: int | str) -> Marked:
        """Mark an option as a click does."""
        marked = self.logic.mark(choice)
        index = self.logic.tried[-1] if isinstance(choice, str) else choice
        color = GREEN if marked.right else RED
        word = "✓ Right." if marked.right else "✗ Not this one."
        self.answers[index].value = note(f"<b>{word}</b> {to_html(marked.why)}", color)
        self.buttons[index].button_style = "success" if marked.right else "warning"
        self.buttons[index].description = f"{LETTERS[index]} {'✓' if marked.right else '✗'}"
        if self.logic.several:
            self.state.value = f"{self.logic.found} of {self.logic.wanted} right answers found."
        return marked

    def _clicked(self, index: int, _: Any) -> None:
        self.mark(index)


def quiz(
    id: str, question: str, options: Sequence[tuple[str, bool, str]], several: bool = False
) -> QuizBox:
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
    if len(options) > len(LETTERS):
        raise ValueError(f"quiz: '{id}' has {len(options)} options; {len(LETTERS)} is the most.")
    return QuizBox(Quiz(id, question, list(options), several))  # type: ignore[arg-type]
