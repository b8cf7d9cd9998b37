"""The widget of a quiz that marks itself. Made by `questions.quiz`."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as widgets

from classroom.explore.box import GREEN, RED, Box, block, listed, note, paragraph
from classroom.explore.markup import to_html, to_plain
from classroom.explore.quiz_logic import LETTERS, Marked, Quiz


class QuizBox(Box):
    """A question with a button for each option, which is then explained, right or wrong."""

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
        plain = "".join(
            f"\n- {LETTERS[i]}. {to_plain(o.text)}" for i, o in enumerate(logic.options)
        )
        question = logic.question + hint
        self._asked = f"<b>Quiz.</b> {to_html(question)}"
        super().__init__(
            [paragraph(self._asked), *rows, self.state],
            f"Quiz. {to_plain(question)}{plain}",
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
        self.store()
        return marked

    def as_html(self) -> str:
        """Return the HTML of the question and its options, those tried with what was said."""
        options = (
            f"{LETTERS[i]}. {to_html(option.text)}{answer.value}"
            for i, (option, answer) in enumerate(zip(self.logic.options, self.answers, strict=True))
        )
        return block(self._asked + listed(options))

    def _clicked(self, index: int, _: Any) -> None:
        self.mark(index)
