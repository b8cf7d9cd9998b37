"""The figure of the choice of the next token: what temperature, top-k and top-p leave of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels, visible
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)
from course_lib import decoding

SHOWN = 20
"""How many tokens have a bar, the most likely first."""


class Choices(Stage):
    """The probabilities of a model for the next token, and those that are drawn from.

    Parameters
    ----------
    logits : mapping of str to array_like, shape (vocab_size,)
        What a model gives after each of some prompts.
    tokens : sequence of str
        The vocabulary.
    next_probabilities : callable, optional
        Which function to use: (logits, temperature, top_k, top_p), as the reader's is called.

    Raises
    ------
    ValueError
        If there is no prompt, or not one logit for each token.
    """

    def __init__(
        self,
        logits: Mapping[str, Any],
        tokens: Sequence[Any],
        next_probabilities: Callable[..., Any] | None = None,
    ) -> None:
        self.logits = {prompt: np.asarray(row, dtype=float) for prompt, row in logits.items()}
        if not self.logits:
            raise ValueError("Choices: there is no prompt.")
        for prompt, row in self.logits.items():
            if row.shape != (len(tokens),):
                raise ValueError(
                    f"Choices: the logits after {prompt!r} have shape {row.shape}, but there are "
                    f"{len(tokens)} tokens."
                )
        self.filtered = next_probabilities or decoding.next_probabilities
        self.labels = token_labels(tokens, len(tokens), "tokens")
        self.count = min(SHOWN, len(tokens))
        super().__init__(blank(WIDTH, 3.75), logits, tokens, next_probabilities)
        ax = place(self.picture, 0.75, 0.66, WIDTH - 0.95, 2.55)
        places = range(self.count)
        self.given = ax.bar(places, np.zeros(self.count), 0.84, color="#c9c9c9")
        self.left = ax.bar(places, np.zeros(self.count), 0.46, color=COLORS[0])
        self.names = [
            ax.text(at, -0.035, "", ha="center", va="top", size=TICK_SIZE, color=INK,
                    parse_math=False)
            for at in places
        ]  # fmt: skip
        self.values = [
            ax.text(at, 0, "", ha="center", va="bottom", size=SMALL_SIZE, color=INK)
            for at in places
        ]
        ax.set_xlim(-0.7, self.count - 0.3)
        ax.set_ylim(0, 1.08)
        ax.set_yticks(np.linspace(0, 1, 6))
        ax.set_xticks([])
        ax.set_xlabel(
            f"next token, the {self.count} most likely first "
            "(gray: the model; blue: what is drawn from)",
            size=LABEL_SIZE,
            labelpad=20,
        )
        ax.set_ylabel("probability", size=LABEL_SIZE)
        grid(ax)
        self.animate(self.given, self.left, self.values)

    def update(  # type: ignore[override]
        self,
        prompt: str | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float = 1.0,
    ) -> None:
        """Choose the prompt and the settings. A top_k of the vocabulary's size keeps everything."""
        prompt = next(iter(self.logits)) if prompt is None else prompt
        logits = self.logits[prompt]
        model = decoding.next_probabilities(logits)
        drawn = np.asarray(self.filtered(logits, temperature, top_k or len(logits), top_p))
        order = np.argsort(-np.round(model, 12), kind="stable")
        named = [self.labels[token] for token in order[: self.count]]
        if named != [name.get_text() for name in self.names]:  # another prompt
            for name, text in zip(self.names, named, strict=True):
                name.set_text(text)
            self.redraw_background()
        for rank, token in enumerate(order[: self.count]):
            self.given[rank].set_height(model[token])
            self.left[rank].set_height(drawn[token])
            self.values[rank].set_text(f"{drawn[token]:.2f}" if drawn[token] >= 0.005 else "")
            self.values[rank].set_y(max(drawn[token], model[token]) + 0.01)
        kept = int((drawn > 0).sum())
        best = order[0]
        covered = float(model[drawn > 0].sum())
        said = visible(prompt)
        title = (
            f"After '{said}': {kept} of {len(logits)} tokens can be drawn, "
            f"'{self.labels[best]}' with {drawn[best]:.2f}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')} of the probabilities that are drawn from, beside the model's: "
            + ", ".join(
                f"'{self.labels[t]}' {number(drawn[t])} (model {number(model[t])})"
                for t in order[:5]
            )
            + f". What is left had {number(covered)} of the model's probability. Temperature "
            f"{number(temperature, 3)}, top-k {top_k or len(logits)}, top-p {number(top_p, 3)}."
        )
