"""First, Second, Last, Max, Min, Add: questions about digits, answered after an arrow."""

import numpy as np

from ..recipe import Recipe
from .digits_data import Preset, ask_all, make_inputs, split_inputs
from .task import Task

_FIVE = ("First", "Second", "Last", "Max", "Min")
_TWO = ("First", "Second", "Max", "Min")

_PRESETS = {
    "one-digit": Preset(
        "First, Second, Last, Max or Min of three digits",
        _FIVE,
        Recipe(1000, 64, lr=2e-3, warmup=100),
    ),
    "two-digit": Preset(
        "the same of three numbers from 0 to 99, answered digit by digit",
        _FIVE,
        Recipe(1500, 128, lr=2e-3, warmup=100),
        base=100,
        n_inputs=10_000,
    ),
    "many": Preset(
        "the same of 5 to 10 digits",
        _FIVE,
        Recipe(1200, 64, lr=2e-3, warmup=100),
        n_arguments=(5, 10),
        n_inputs=10_000,
    ),
    "nested": Preset(
        "Max(First(2,8),Second(5,1))",
        _TWO,
        Recipe(1800, 64, lr=2e-3, warmup=100),
        n_arguments=(4, 4),
        nested=True,
        n_inputs=10_000,
        per_input=8,
    ),
    "arithmetic": Preset(
        "Add(Max(3,7),Min(2,9))",
        (*_TWO, "Add"),
        Recipe(4500, 96, lr=3e-3, warmup=200),
        n_arguments=(4, 4),
        nested=True,
        n_inputs=10_000,
        per_input=16,
    ),
}

PRESETS = {name: preset.description for name, preset in _PRESETS.items()}


def load(name):
    """Return the Task of a preset."""
    preset = _PRESETS[name]
    rng = np.random.default_rng(0)
    vocabulary = preset.vocabulary()
    parts = split_inputs(preset, make_inputs(preset, rng))
    train, validation, test = (ask_all(preset, vocabulary, rows, rng) for rows in parts)
    return Task(
        name="digits",
        preset=name,
        description=preset.description,
        vocabulary=vocabulary,
        config=preset.config(vocabulary),
        recipe=preset.recipe,
        train=train,
        validation=validation,
        test=test,
    )
