"""Curves of models that first know their training sums, and the others much later or never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classroom.plots.curves import lines


def picture_of_grokking(grok: Mapping[str, Any], by_heart: int, all_right: int) -> Any:
    """Draw both accuracies of the first run, with the steps at which each was there.

    Parameters
    ----------
    grok : mapping of str to array
        The arrays of the recording "modular".
    by_heart, all_right : int
        The steps at which all training sums, and 99% of the held-out ones, were right.
    """
    return lines(
        grok["steps"],
        {"training sums": grok["train_accuracy"][0], "held-out sums": grok["accuracy"][0]},
        title=f"All training sums are right at step {by_heart}; it takes "
        f"{all_right / by_heart:.1f} times as long until 99% of the held-out ones are",
        x_label="step",
        y_label="share that is right",
        log_x=True,
        marks={"by heart": by_heart, "99%": all_right},
        height=3.2,
    )


def picture_of_weight_norms(
    grok: Mapping[str, Any], runs: Mapping[str, int], all_right: int
) -> Any:
    """Draw the norm of all weights of some runs.

    Parameters
    ----------
    grok : mapping of str to array
    runs : mapping of str to int
        Their names, and which runs they are; the first one is run 0.
    all_right : int
        The step at which run 0 had 99% of the held-out sums.
    """
    norm = grok["weight_norm"]
    fall = norm[0].max() / norm[0][grok["steps"] == all_right][0]
    return lines(
        grok["steps"],
        {name: norm[run] for name, run in runs.items()},
        title=f"Under weight decay the weights shrink by a factor of {fall:.1f} while the rule is "
        f"found; without it they only grow (seed {int(grok['seed'][0])} of each)",
        x_label="step",
        y_label="norm of all weights",
        log_x=True,
        height=3.2,
    )
