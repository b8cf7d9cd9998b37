"""What a task is: data, a model's shape, a recipe, and how a person asks the trained model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..params import TransformerConfig
from ..training.objective import Batch
from ..training.recipe import Recipe
from ..vocab import Vocabulary


class Answer(NamedTuple):
    """What a trained model answers to one question.

    `question` is the text as the model reads it, `text` its most likely answer, `candidates` the
    most likely answers with their probabilities, best first; `truth` the right one, if it is known.
    """

    question: str
    text: str
    candidates: list[tuple[str, float]]
    truth: str | None = None


@dataclass(frozen=True)
class Task:
    """One job for a transformer.

    Parameters
    ----------
    name, preset : str
        As in `load_task(name, preset)`.
    description : str
        One sentence.
    vocabulary : Vocabulary
    config : TransformerConfig
    recipe : Recipe
        What was found to learn this task; `train(task)` uses it.
    train : Batch
        What the model learns from. With a `stream`, a sample of it.
    validation : Batch
        Held out, to choose the best parameters and to stop early.
    test : Batch, optional
        Held out from both, for the figure that is reported.
    stream : callable, optional
        stream(rng, size) -> Batch draws training examples where they are made on the fly.
    ask : callable, optional
        ask(params, question, top=3) -> Answer; raises ValueError if the question cannot be read.
    generate : callable, optional
        generate(params, prompt, length, rng, **sampling) -> str, the prompt with its continuation;
        `sampling` as in `decoding.generate`.
    report : callable, optional
        report(params) -> {name: value}: figures of a trained model beyond loss and exact match.
    """

    name: str
    preset: str
    description: str
    vocabulary: Vocabulary
    config: TransformerConfig
    recipe: Recipe
    train: Batch
    validation: Batch
    test: Batch | None = None
    stream: Callable[[np.random.Generator, int], Batch] | None = None
    ask: Callable[..., Answer] | None = None
    generate: Callable[..., str] | None = None
    report: Callable[..., dict[str, float]] | None = None

    @property
    def held_out(self):
        """The Batch on which results are reported: `test`, or `validation` where there is none."""
        return self.validation if self.test is None else self.test

    def batch(self, rng, size):
        """Draw `size` training examples, with replacement."""
        if self.stream is not None:
            return self.stream(rng, size)
        return self.train.take(rng.integers(len(self.train), size=size))
