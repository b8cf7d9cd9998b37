"""The explorers of lesson 2: softmax, scale and attention under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classroom.explore import Choice, Slider, explorer
from classroom.lesson_02.figures.attention_over_text import AttentionPicker
from classroom.lesson_02.figures.softmax_saturation import SCALES, WIDTHS, Saturation
from classroom.lesson_02.figures.softmax_temperature import Temperature


def explore_temperature(
    scores: Any,
    labels: Sequence[Any] | None = None,
    softmax: Callable[..., Any] | None = None,
):
    """Choose the temperature: see what the softmax makes of the same scores, shape (T_k,).

    `softmax` may be the reader's own, which returns (out, cache).
    """
    return explorer(
        Temperature(scores, labels, softmax),
        temperature=Slider(0.05, 20, 1.0, log=True, label="temperature"),
    )


def explore_saturation():
    """Choose d_k and the scale: see the scores spread, the weights saturate, the gradient fade."""
    return explorer(
        Saturation(),
        d_k=Choice(WIDTHS, 64, label="d_k", slider=True),
        scale=Choice(list(SCALES), "1 (no scale)", label="scale"),
    )


def explore_attention(
    weights: Any,
    tokens: Sequence[str],
    masks: Mapping[str, Any] | None = None,
    query: int | None = None,
    head: int = 0,
    head_names: Sequence[str] | None = None,
):
    """Choose a head, a query and, if there are several, a mask: see where that query looks.

    Parameters
    ----------
    weights : ndarray, shape (H, T, T), or a mapping of names of masks to such arrays
        The attention weights of one text, as a lesson computed them under each mask.
    tokens : sequence of str
        The text; words or characters. A word that ends in a line break ends its line.
    masks : mapping of names of masks to bool ndarrays that broadcast to (T, T), optional
        True = may attend. Masked cells are hatched.
    query, head : int, optional
        The query and the head to begin with; the last token and the first head by default.
    head_names : sequence of str, optional
        "head 1", … by default.
    """
    by_mask: dict[str, Any] = (
        dict(weights) if isinstance(weights, Mapping) else {"no mask": weights}
    )
    stage = AttentionPicker(by_mask, tokens, masks)
    heads = next(iter(stage.weights.values())).shape[0]
    names = list(head_names or [f"head {h + 1}" for h in range(heads)])
    if len(names) != heads:
        raise ValueError(
            f"explore_attention: {len(names)} head_names were given for {heads} heads."
        )
    controls: dict[str, Any] = {
        "query": Choice(
            [(f"{place}: {name}", place) for place, name in enumerate(stage.names)],
            len(tokens) - 1 if query is None else query,
            label="query",
            slider=True,
        ),
        "head": Choice([(names[h], h) for h in range(heads)], head, label="head"),
    }
    if len(by_mask) > 1:
        controls["mask"] = Choice(list(by_mask), label="mask")
    return explorer(stage, **controls)
