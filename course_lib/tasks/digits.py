"""First, Second, Last, Max, Min, Add: questions about digits, answered after an arrow."""

from functools import partial

import numpy as np

from ..decoding import NextLogits
from ..training.recipe import Recipe
from .answers import most_likely
from .digits_data import (
    Preset,
    every_operation,
    make_batch,
    make_inputs,
    random_operations,
    split_inputs,
)
from .digits_text import read_question
from .task import Answer, Task

_FIVE = ("First", "Second", "Last", "Max", "Min")
_TWO = ("First", "Second", "Max", "Min")

_PRESETS = {
    "one-digit": Preset(
        "First, Second, Last, Max or Min of three digits",
        "Max ( 5 3 9 )",
        _FIVE,
        Recipe(2000, 32, lr=2e-3, warmup=100),
    ),
    "two-digit": Preset(
        "the same of three numbers from 0 to 99, answered digit by digit",
        "Max(53, 9, 97)",
        _FIVE,
        Recipe(1500, 128, lr=2e-3, warmup=100),
        base=100,
        n_inputs=20_000,
    ),
    "many": Preset(
        "the same of 5 to 10 digits",
        "Min(8, 3, 5, 9, 4, 7)",
        _FIVE,
        Recipe(1500, 64, lr=2e-3, warmup=100),
        n_arguments=(5, 10),
        n_inputs=12_000,
    ),
    "nested": Preset(
        "First, Second, Max or Min of two such questions about two digits",
        "Max(First(2,8),Second(5,1))",
        _TWO,
        Recipe(2400, 64, lr=3e-3, warmup=100),
        n_arguments=(4, 4),
        nested=True,
        n_inputs=10_000,
    ),
    "arithmetic": Preset(
        "nested questions with Add among the operations, answered digit by digit",
        "Add(Max(3,7),Min(2,9))",
        (*_TWO, "Add"),
        Recipe(5000, 64, lr=2e-3, warmup=100),
        n_arguments=(4, 4),
        nested=True,
        n_inputs=10_000,
        n_layers=3,
    ),
}

PRESETS = {name: preset.description for name, preset in _PRESETS.items()}


def load(name):
    """Return the Task of a preset. `digits_data.split_inputs` says what is held out."""
    preset = _PRESETS[name]
    rng = np.random.default_rng(0)
    vocabulary = preset.vocabulary()
    config = preset.config(vocabulary)
    parts = split_inputs(preset, make_inputs(preset, rng))
    stream = None
    if preset.nested:
        stream = partial(_draw, preset, vocabulary, parts[0])
        batches = [random_operations(preset, vocabulary, rows, rng, times=3) for rows in parts]
    else:
        batches = [every_operation(preset, vocabulary, rows) for rows in parts]
    train, validation, test = batches
    return Task(
        name="digits",
        preset=name,
        description=f"{preset.description}: {preset.example}",
        vocabulary=vocabulary,
        config=config,
        recipe=preset.recipe,
        train=train,
        validation=validation,
        test=test,
        stream=stream,
        ask=partial(_ask, preset, vocabulary, config),
    )


def _draw(preset, vocabulary, train_rows, rng, size):
    rows = train_rows[rng.integers(len(train_rows), size=size)]
    return random_operations(preset, vocabulary, rows, rng)


def _ask(preset, vocabulary, config, params, question, top=3):
    batch = make_batch(preset, vocabulary, *read_question(question, preset))
    (ids,), (targets,) = batch.inputs[0], batch.targets
    start = int(np.argmax(targets >= 0)) + 1
    prompt, truth = ids[:start], targets[start - 1 :]
    next_logits = NextLogits(params, config)
    found = most_likely(next_logits, prompt, preset.answer_length, vocabulary.eos_id, top)

    def text(ids):
        tokens = [vocabulary.tokens[i] for i in ids if i != vocabulary.eos_id]
        return ("" if all(token.isdigit() for token in tokens) else " ").join(tokens)

    candidates = [(text(ids), probability) for ids, probability in found]
    return Answer(vocabulary.decode(prompt), candidates[0][0], candidates, text(truth))
