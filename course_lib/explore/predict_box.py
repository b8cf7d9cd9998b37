"""`predict` puts a question before the measurement, `reveal` lays the answer beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from course_lib.explore.box import GREEN, RED, Box, note, paragraph
from course_lib.explore.markup import to_html, to_plain
from course_lib.explore.prediction import Prediction, ask, asked, neat
from course_lib.plots.display import in_notebook, publish


class PredictBox(Box):
    """The question, a way to answer it, and the button that commits. Made by `predict`."""

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
                value="" if prediction.value is None else neat(float(prediction.value), 6),
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
        listed = "".join(f"\n- {option}" for option in prediction.options)
        plain = "".join(f"\n- {to_plain(option)}" for option in prediction.options)
        super().__init__(
            [
                paragraph(f"<b>Predict.</b> {to_html(prediction.question)}"),
                self.input,
                self.button,
                self.message,
            ],
            f"Predict. {to_plain(prediction.question)}{plain}",
            f"**Predict.** {prediction.question}\n{listed}",
        )
        if prediction.value is not None:
            self._lock()

    def commit(self, value: Any) -> None:
        """Commit a prediction, as the button does, and lock it."""
        self.prediction.commit(value)
        self._lock()

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


def predict(
    id: str,
    question: str,
    options: Sequence[Any] | None = None,
    number: bool = False,
    unit: str = "",
) -> PredictBox:
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


def _number(truth: Any) -> Any:
    """Return a NumPy scalar or a number as float; anything else as its text."""
    try:
        return float(truth)
    except (TypeError, ValueError):
        return str(truth)
