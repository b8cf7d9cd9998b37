"""The explorers of lesson 1: sinusoidal positions under the reader's hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_01.figures.position_similarity import Similarity
from classroom.lesson_01.figures.rotation import Rotation
from classroom.lesson_01.figures.token_plus_position import Balance
from classroom.lesson_01.figures.wavelengths import Wavelengths


def explore_wavelengths(d_model: int = 32):
    """Choose a pair, the base and the length: see the curves, and the table they come from."""
    return explorer(
        Wavelengths(d_model),
        pair=IntSlider(0, d_model // 2 - 1, 4, label="sine and cosine pair"),
        base=Slider(10, 100_000, 10_000, log=True, label="base"),
        length=IntSlider(20, 400, 100, step=10, label="positions"),
    )


def explore_similarity(length: int = 100):
    """Choose a position and the width: see which other positions are like it."""
    return explorer(
        Similarity(length),
        position=IntSlider(0, length - 1, 40, label="position"),
        d_model=Choice([2, 4, 8, 16, 32, 64, 128, 256], 64, label="d_model", slider=True),
    )


def explore_rotation(d_model: int = 16):
    """Choose a shift, a pair and a start: see the same rotation from every start."""
    return explorer(
        Rotation(d_model),
        shift=IntSlider(0, 12, 3, label="shift k (positions)"),
        pair=IntSlider(0, d_model // 2 - 1, 2, label="sine and cosine pair"),
        start=IntSlider(0, 11, 2, label="start position"),
    )


def explore_balance(ids: Any, W: Any, table: Any, labels: Sequence[str], first: int):
    """Choose how much the tokens count against the positions: see what the sum still tells."""
    scales = [2.0 ** (step / 4) for step in range(-8, 21)]
    return explorer(
        Balance(ids, W, table, labels, first),
        scale=Choice(
            [(f"{scale:.3g}", scale) for scale in scales],
            16.0,
            label="scale of the tokens",
            slider=True,
        ),
    )
