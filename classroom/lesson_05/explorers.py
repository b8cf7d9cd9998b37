"""The explorers of lesson 5: the draw of the next token, the key-value cache, a model at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_05.figures.cache_steps import CacheSteps
from classroom.lesson_05.figures.draw_on_line import Draw
from classroom.lesson_05.figures.model_writing import ALL, Writing
from classroom.lesson_05.measures import read_step_by_step
from classroom.plots.labels import visible


def explore_cache(text: str, prompt: int, vocab: Any, params: Any, config: Any):
    """Read a text character by character: see what is made, made again and kept.

    Parameters
    ----------
    text : str
        No longer than the positions of the model.
    prompt : int
        How many characters the first step reads.
    vocab, params, config
        Of a language model.
    """
    made = read_step_by_step(text, prompt, vocab, params, config)
    last = len(text) - prompt
    return explorer(
        CacheSteps(list(text), prompt, **made),
        step=IntSlider(0, last, min(4, last), label="characters read after the prompt"),
    )


def explore_draw(
    logits: Mapping[str, Any],
    tokens: Sequence[Any],
    next_probabilities: Callable[..., Any] | None = None,
):
    """Set a random number and the knobs: see on which piece of the line it falls.

    `logits` maps each prompt to what a model gives after it, (vocab_size,). `next_probabilities`
    may be the reader's own.
    """
    stage = Draw(logits, tokens, next_probabilities)
    controls: dict[str, Any] = {}
    if len(stage.logits) > 1:
        controls["prompt"] = Choice(
            [(visible(prompt), prompt) for prompt in stage.logits], label="prompt"
        )
    return explorer(
        stage,
        **controls,
        number_drawn=Slider(0, 0.999, 0.637, step=0.001, label="random number"),
        temperature=Slider(0.2, 5, 1.0, log=True, label="temperature"),
        top_k=IntSlider(1, len(tokens), len(tokens), label="top-k"),
        top_p=Slider(0.05, 1, 1.0, step=0.05, label="top-p"),
    )


def explore_writing(
    tokens: Sequence[str],
    start: int,
    probabilities: Any,
    weights: Any,
    vocabulary: Sequence[str],
    step: int = 0,
):
    """Go through the steps of a text that a model wrote: its candidates, and where it looked.

    See `figures.model_writing.Writing`; `step` is where to begin.
    """
    stage = Writing(tokens, start, probabilities, weights, vocabulary)
    heads = stage.weights.shape[1]
    named = [("all heads", ALL), *((f"head {h + 1}", h) for h in range(heads))]
    return explorer(
        stage,
        step=IntSlider(0, len(stage.tokens) - start - 1, step, label="step"),
        head=Choice(named, label="head"),
    )
