"""The digits on their components, and how well the first one follows their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots.curves import lines
from classroom.plots.scatter import scatter2d
from classroom.plots.tables import Table, table

LOOKS = (0, 200, 600, 2500)
"""The steps that the table shows."""


def picture_of_components(coordinates: Any, shares: Any, follows: float) -> Any:
    """Draw the ten digits on their first two components.

    Parameters
    ----------
    coordinates : array (10, 2)
    shares : array (2,)
        The part of the spread along each.
    follows : float
        The correlation of the first with the value.
    """
    return scatter2d(
        coordinates,
        range(len(coordinates)),
        title=f"The first component orders the digits: correlation {follows:.2f}",
        x_label=f"first component, {shares[0]:.0%} of the spread",
        y_label=f"second component, {shares[1]:.0%}",
        height=3.6,
    )


def order_of_digits(seeds: Sequence[int], steps: Any, with_add: Any, without: Any) -> Table:
    """Lay the correlations of each run at some steps as a table.

    Parameters
    ----------
    seeds : sequence of int
    steps : array (steps,)
    with_add, without : arrays (runs, steps)
    """
    at = [int(np.flatnonzero(steps == step)[0]) for step in LOOKS]
    rows = [("with Add", seed, run) for seed, run in zip(seeds, with_add, strict=True)]
    rows += [("without", seed, run) for seed, run in zip(seeds, without, strict=False)]
    columns: dict[str, list] = {"trained": [r[0] for r in rows], "seed": [r[1] for r in rows]}
    columns |= {f"step {step}": [r[2][i] for r in rows] for step, i in zip(LOOKS, at, strict=True)}
    columns["rise"] = [r[2][-1] - r[2][0] for r in rows]
    return table(columns, dict.fromkeys(list(columns)[2:], ".2f"))


def picture_of_order(steps: Any, with_add: Any, without: Any, by_chance: Any) -> Any:
    """Draw the mean correlation of the runs with and without Add, and what chance makes of three.

    Parameters
    ----------
    steps : array (steps,)
    with_add, without : arrays (runs, steps)
    by_chance : array (draws,)
        The correlations of random vectors.
    """
    rng = np.random.default_rng(0)
    of_three = np.sort(rng.choice(by_chance, (20_000, len(without))).mean(axis=1))
    high = float(of_three[round(0.95 * len(of_three))])
    return lines(
        steps[1:],
        {
            "with Add": with_add.mean(axis=0)[1:],
            "without Add": without.mean(axis=0)[1:],
            "chance, 1 in 20": np.full(len(steps) - 1, high),
        },
        title=f"With Add {with_add[:, 0].mean():.2f} becomes {with_add[:, -1].mean():.2f}, without "
        f"it {without[:, 0].mean():.2f} becomes {without[:, -1].mean():.2f}",
        x_label="step",
        y_label="correlation, mean of the seeds",
        log_x=True,
        height=3.2,
    )
