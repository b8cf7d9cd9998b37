"""Charts of two heads that work together: how they form, their scores, what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots.bar_charts import bars
from classroom.plots.curves import lines
from classroom.plots.heatmaps import heatmap

_SPACE = "\u00a0"


def head_name(layer: int, head: int) -> str:
    """Return the name of a head as the pictures have it, both counted from 1."""
    return f"{layer + 1}.{head + 1}"


def picture_of_rise(
    evaluations: Sequence[Mapping[str, float]],
    of_one_layer: Sequence[Mapping[str, float]],
    marks: tuple[int, int],
) -> Any:
    """Draw the scores of the best heads over a training, with two layers and with one.

    Parameters
    ----------
    evaluations, of_one_layer : sequence of dict
        As `train` with `tasks.induction.watch` leaves them.
    marks : (tenth, most)
        The steps at which a tenth, and nine tenths, of the rise were there.
    """
    tenth, most = marks
    return lines(
        [each["step"] for each in evaluations],
        {
            "previous token": [each["previous_token"] for each in evaluations],
            "induction": [each["induction"] for each in evaluations],
            "one layer: induction": [each["induction"] for each in of_one_layer],
        },
        title=f"A tenth of the rise takes {tenth} steps, the next eight tenths {most - tenth}; "
        f"with one layer no head gets beyond {max(each['induction'] for each in of_one_layer):.2f}",
        x_label="step",
        y_label="score of the best head",
        marks={"1/10": tenth, "9/10": most},
        height=3.2,
    )


def picture_of_head_scores(scores: Any) -> Any:
    """Draw both scores of all heads.

    Parameters
    ----------
    scores : Scores
        Of `tasks.induction.scores`: previous_token and induction, (layers, heads) each.
    """
    layers, heads = scores.induction.shape
    best = np.unravel_index(scores.previous_token.argmax(), (layers, heads))
    second = scores.induction[-1]
    return heatmap(
        [scores.previous_token.ravel(), scores.induction.ravel()],
        [f"previous{_SPACE}token", "induction"],
        [head_name(layer, head) for layer in range(layers) for head in range(heads)],
        title=f"Head {head_name(*best)} looks at the previous token, "
        f"{scores.previous_token.max():.2f}; all of layer {layers} look at what followed, "
        f"{second.min():.2f} to {second.max():.2f}",
        x_label="layer.head",
        label="score",
        vmin=0,
        vmax=1,
    )


def picture_of_losses_without(singly: Any, whole: float) -> Any:
    """Draw the loss of a model without each single head.

    Parameters
    ----------
    singly : array (layers, heads)
    whole : float
        With all heads.
    """
    layers, heads = singly.shape
    missed = head_name(*np.unravel_index(singly.argmax(), singly.shape))
    others = np.delete(singly.ravel(), singly.argmax())
    return heatmap(
        singly,
        [f"layer{_SPACE}{layer + 1}" for layer in range(layers)],
        [f"head{_SPACE}{head + 1}" for head in range(heads)],
        title=f"One head cannot be spared: without {missed} the loss is {singly.max():.2f}, "
        f"without any other at most {others.max():.2f} (with all of them {whole:.3f})",
        label="loss without it (nats)",
        vmin=0,
    )


def picture_of_groups(groups: Mapping[tuple[int, ...], float], whole: float) -> Any:
    """Draw the loss of a model without each of some groups of heads.

    Parameters
    ----------
    groups : mapping of (layer, head, head, …) to float
        What is taken away, and the loss without it. The last group is all of a layer.
    whole : float
        The loss with all heads.
    """
    names = [", ".join(head_name(layer, head) for head in heads) for layer, *heads in groups]
    of_two = next(loss for (layer, *heads), loss in groups.items() if layer and len(heads) == 2)
    values = [whole, *groups.values()]
    return bars(
        [name.replace(" ", _SPACE) for name in ["nothing", *names]],
        values,
        title=f"Induction heads stand in for each other: one is not missed, two cost {of_two:.2f} "
        f"nats, all four {values[-1]:.2f}",
        x_label="taken away",
        y_label="loss (nats)",
        horizontal=True,
        digits=3,
    )


def picture_of_composition(match: Any, previous: str) -> Any:
    """Draw how much layer 2 asks for what a head of layer 1 has moved, token by token.

    Parameters
    ----------
    match : array (tokens, tokens)
        The score of each token as a query with each token, moved on by the head, as a key.
    previous : str
        The name of the head.
    """
    found = int((match.argmax(axis=1) == np.arange(len(match))).sum())
    return heatmap(
        match,
        title=f"Layer 2 asks for what head {previous} has moved: in {found} of {len(match)} rows "
        "the token itself scores highest",
        x_label=f"token moved on by head {previous} (key)",
        y_label="token (query)",
        diverging=True,
        label="score, mean of 4 heads",
        height=4.2,
    )
