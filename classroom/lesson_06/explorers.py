"""The explorers of lesson 6: surprise, areas, the gradient at the logits, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_06.figures.gradient_at_logits import Push
from classroom.lesson_06.figures.surprise_areas import SurpriseAreas
from classroom.lesson_06.figures.surprise_over_text import Surprises
from classroom.plots.reliability import Reliability


def explore_surprise(log_p: Mapping[str, Any], targets: Any, tokens: Sequence[str], place: int = 0):
    """Move through a text, choose a model: see what it expected, and how surprised it was.

    Parameters
    ----------
    log_p : mapping of str to ndarray, shape (T, V)
        Log-probabilities at each place of the text, by the name of the model.
    targets : int array (T,)
        The characters of the text.
    tokens : sequence of str
        The V characters of the vocabulary.
    place : int
        Where to begin.
    """
    return explorer(
        Surprises(log_p, targets, tokens),
        place=IntSlider(0, len(targets) - 1, place, label="place"),
        model=Choice(list(log_p), label="model"),
    )


def explore_gradient(logits: Any, labels: Sequence[Any], target: int = 0):
    """Choose the right token, move its logit, smooth: see p, what is wanted, and the gradient.

    Parameters
    ----------
    logits : array_like, shape (V,)
    labels : sequence of str
        The tokens that the logits belong to.
    target : int
        The right token to begin with.
    """
    stage = Push(logits, labels)
    return explorer(
        stage,
        target=Choice([(f"'{name}'", i) for i, name in enumerate(stage.labels)], target,
                      label="right token"),
        added=Slider(-10, 10, 0.0, step=0.25, label="added to its logit"),
        smoothing=Slider(0, 0.5, 0.0, step=0.01, label="label smoothing"),
    )  # fmt: skip


def explore_areas(
    p: Any,
    q: Any,
    names: Sequence[str],
    entropy: Callable[..., Any],
    kl_divergence: Callable[..., Any],
):
    """Weigh what is expected: see entropy, cross-entropy and KL divergence as areas.

    Parameters
    ----------
    p, q : array_like, shape (V,)
        How often each outcome comes, and how often it is expected at first; q need not sum to 1.
    names : sequence of str
        The V outcomes.
    entropy, kl_divergence : callable
        The reader's, of (p) and of (p, q), in nats.
    """
    stage = SurpriseAreas(p, names, entropy, kl_divergence)
    shares = np.clip(np.asarray(q, dtype=float) / np.sum(q), 0.1, 1.0)
    weights = {
        f"weight_{at}": Slider(0.1, 1, round(share, 2), step=0.01, label=f"weight of '{name}'")
        for at, (name, share) in enumerate(zip(stage.labels, shares.tolist(), strict=True))
    }
    return explorer(stage, **weights)


def explore_calibration(predictions: Mapping[str, tuple[Any, Any]], which: str | None = None):
    """Choose predictions and a temperature: see how far confidence and accuracy agree.

    Parameters
    ----------
    predictions : mapping of str to (logits (N, V), targets (N,))
        Two or more sets of predictions, by name.
    which : str, optional
        The set to begin with; the first by default.
    """
    return explorer(
        Reliability(predictions),
        which=Choice(list(predictions), which, label="predictions"),
        temperature=Slider(0.25, 4, 1.0, log=True, label="temperature"),
    )
