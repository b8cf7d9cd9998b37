"""The explorers of lesson 7: gradients under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_07.figures.computation_graph import ComputationGraph
from classroom.lesson_07.figures.lost_directions import LAYERS, LostDirections
from classroom.lesson_07.figures.one_number import ORDER, OneNumber


def explore_graph():
    """Choose x and w: see the values go forward and the gradients come back."""
    return explorer(
        ComputationGraph(),
        x=Slider(-2, 3, 2.0, step=0.05, label="x"),
        w=Slider(-2, 2, 0.5, step=0.05, label="w"),
    )


def explore_lost_directions(**functions: Callable[..., Any]):
    """Choose the gradient of a layer's output: see which parts of it the layer does not hear.

    `functions` may be the reader's own softmax_backward and layer_norm_backward.
    """
    start = {"d_1": -0.3, "d_2": 1.0, "d_3": 0.5}
    return explorer(
        LostDirections(functions),
        layer=Choice(list(LAYERS), label="layer"),
        **{
            name: Slider(-1.0, 1.0, value, step=0.1, label=f"dout, entry {name[-1]}")
            for name, value in start.items()
        },
    )


def explore_one_number(**functions: Callable[..., Any]):
    """Choose an entry of a block's input: see its gradient come back, part after part.

    `functions` may be the reader's own linear_backward, relu_backward, layer_norm_backward and
    scaled_dot_product_attention_backward.
    """
    figure = OneNumber(functions)
    words = [(f"{word} ({place})", place) for place, word in enumerate(figure.walk.tokens, 1)]
    return explorer(
        figure,
        step=IntSlider(0, len(ORDER) - 1, 7, label="steps back"),
        row=Choice([(word, place - 1) for word, place in words], 2, label="word", slider=True),
        feature=IntSlider(0, figure.walk.config.d_model - 1, 9, label="feature"),
    )
