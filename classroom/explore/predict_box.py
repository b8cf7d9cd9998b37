"""The widget that asks for a prediction. Made by `questions.predict`."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from classroom.explore.box import GREEN, RED, Box, block, listed, note, paragraph
from classroom.explore.markup import to_html, to_plain
from classroom.explore.prediction import Prediction, format_number


class PredictBox(Box):
    """The question, a way to answer it, and the button that commits."""

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        wide = widgets.Layout(width="auto")
        if prediction.options:
            self.input: Any = widgets.RadioButtons(
                options=[(to_plain(option), option) for option in prediction.options],
                value=prediction.value,
                layout=wide,
            )
        else:
            self.input = widgets.Text(
                value="" if prediction.value is None else format_number(float(prediction.value), 6),
                placeholder="a number",
                description=f"your number{f' ({prediction.unit})' if prediction.unit else ''}",
                style={"description_width": "initial"},
                layout=widgets.Layout(width="320px"),
            )
        self.button = widgets.Button(
            description="Commit", tooltip="Commit your prediction", button_style="primary"
        )
        self.message = widgets.HTMLMath("")
        self.button.on_click(self._clicked)
        plain = "".join(f"\n- {to_plain(option)}" for option in prediction.options)
        super().__init__(
            [
                paragraph(f"<b>Predict.</b> {to_html(prediction.question)}"),
                self.input,
                self.button,
                self.message,
            ],
            f"Predict. {to_plain(prediction.question)}{plain}",
        )
        if prediction.value is not None:
            self._lock()

    def commit(self, value: Any) -> None:
        """Commit a prediction, as the button does, and lock it."""
        self.prediction.commit(value)
        self._lock()
        self.store()

    def as_html(self) -> str:
        """Return the HTML of the question, its options, and what was committed."""
        asked = f"<b>Predict.</b> {to_html(self.prediction.question)}"
        said = self.prediction.said()
        committed = note(f"You committed: {html.escape(said)}", GREEN) if said else ""
        return block(asked + listed(map(to_html, self.prediction.options))) + committed

    def _lock(self) -> None:
        self.input.disabled = self.button.disabled = True
        self.button.button_style = ""
        self.button.description = "Committed"
        self.message.value = note("Committed. Now run the next cell, which measures.", GREEN)

    def _clicked(self, _: Any) -> None:
        value = self.input.value
        if not self.prediction.options:
            value = value.strip().removesuffix("%").removesuffix(self.prediction.unit).strip()
        if value is None or value == "":
            what = "Choose one first." if self.prediction.options else "Write a number first."
            self.message.value = note(what, RED)
            return
        try:
            self.commit(value)
        except ValueError:
            self.message.value = note("That is not a number. Write it as 12, 0.5 or 3e-4.", RED)
