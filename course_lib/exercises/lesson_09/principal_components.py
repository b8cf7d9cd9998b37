"""Exercise: principal_components."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number, numbers
from . import wrong_components as wrong


def principal_components(x, n):
    """Turn points so that the first axes show the most of how they differ (Pearson 1901).

    Parameters
    ----------
    x : array (N, d)
        One point in each row.
    n : int
        How many directions.

    Returns
    -------
    coordinates : array (N, n)
        Of the centered points along the n directions of greatest variance, greatest first. In each
        column the number that is farthest from 0 is positive.
    shares : array (n,)
        The part of all variance that lies along each of them.
    """
    centered = x - x.mean(axis=0)
    _, s, Vt = np.linalg.svd(centered, full_matrices=False)
    coordinates = centered @ Vt[:n].T
    farthest = np.abs(coordinates).argmax(axis=0)
    coordinates *= np.sign(coordinates[farthest, np.arange(n)])
    return coordinates, s[:n] ** 2 / (s**2).sum()


def principal_components_cases(rng):
    def points(N, d):
        return rng.normal(size=(N, d)) * np.linspace(3, 1, d) + rng.normal(size=d) * 4

    return [
        # Centered: (-2, 4), (-1, -5), (3, 1). The columns are at right angles, so the directions
        # are the axes; their squares are 14 and 42 of 56.
        Case(
            (np.array([[1.0, 9.0], [2.0, 0.0], [6.0, 6.0]]), 2),
            label="three points in the plane, worked by hand",
            expected=(
                np.array([[-4.0, -2.0], [5.0, -1.0], [-1.0, 3.0]]),
                np.array([0.75, 0.25]),
            ),
        ),
        Case((points(7, 3), 2), label="seven points in space"),
        Case((points(11, 5), 1), label="one direction"),
        Case((points(5, 11), 3), label="fewer points than features"),
        Case((points(13, 7), 7), label="all directions"),
        Case((points(7, 7), 3), label="as many points as features"),
    ]


def _by_covariance(x, n):
    points = x - np.mean(x, axis=0, keepdims=True)
    variances, directions = np.linalg.eigh(np.cov(points, rowvar=False, bias=True))
    order = np.argsort(variances)[::-1][:n]
    found = points @ directions[:, order]
    for j in range(n):
        if found[np.argmax(np.abs(found[:, j])), j] < 0:
            found[:, j] *= -1
    return found, variances[order] / variances.sum()


def _by_left_vectors(x, n):
    points = x - x.sum(axis=0) / len(x)
    U, s, _ = np.linalg.svd(points, full_matrices=False)
    found = (U * s)[:, :n]
    found = np.where(found.max(axis=0) < -found.min(axis=0), -found, found)
    return found, (found**2).sum(axis=0) / (points**2).sum()


register(
    Exercise(
        name="principal_components",
        lesson=9,
        reference=principal_components,
        returns=("coordinates", "shares"),
        cases=principal_components_cases,
        mistakes=(
            Mistake(
                "not_centered",
                wrong.variant(center=wrong.not_at_all),
                "You do not center: the first direction then points from 0 to the middle of the "
                "cloud, which tells where the points are and not how they differ. Subtract the "
                "mean of each column first, `x - x.mean(axis=0)`.",
            ),
            Mistake(
                "projected_uncentered",
                wrong.projected_uncentered,
                "The directions are right, but you multiply `x` with them, not the centered "
                "points. Your columns are shifted: "
                "their means should be 0.",
            ),
            Mistake(
                "centered_rows",
                wrong.variant(center=wrong.rows),
                "You subtract from each point the mean of its own features, axis=1. Center each "
                "feature over the points: the mean over the rows, `x.mean(axis=0)`.",
            ),
            Mistake(
                "centered_by_one_number",
                wrong.variant(center=wrong.one_number),
                "You subtract one number, the mean of everything. Each column has a mean of its "
                "own: `x.mean(axis=0)`.",
            ),
            Mistake(
                "standardized",
                wrong.variant(center=wrong.standardized),
                "You also divide each column by its standard deviation. Then every feature has the "
                "same variance, and what you look for are the directions in which it differs. "
                "Subtract the mean only.",
            ),
            Mistake(
                "directions",
                wrong.directions,
                lambda case, got, want: (
                    f"You return the directions, one for each column, of shape {got[0].shape}. "
                    "Asked for are the coordinates of the points along them, of shape "
                    f"{want[0].shape}: multiply the centered points with the directions."
                ),
            ),
            Mistake(
                "directions_as_rows",
                wrong.directions_as_rows,
                lambda case, got, want: (
                    f"You return the directions themselves, of shape {got[0].shape}. Asked for are "
                    f"the coordinates of the points along them, of shape {want[0].shape}: multiply "
                    "the centered points with the directions."
                ),
            ),
            Mistake(
                "columns_of_vt",
                wrong.columns_of_vt,
                "`np.linalg.svd` returns the third matrix transposed already: the directions are "
                "its rows. You take its first n columns. Use `Vt[:n].T`.",
            ),
            Mistake(
                "features",
                wrong.features,
                "You pick the n features that are spread most. In the example worked by hand the "
                "directions are the axes; in general they lie between them, and "
                "`np.linalg.svd(centered, full_matrices=False)` finds them.",
            ),
            Mistake(
                "ascending",
                wrong.ascending,
                "`np.linalg.eigh` returns the variances in ascending order, and you take the first "
                "n: the directions along which the points differ least. Turn the order round with "
                "`[::-1]` before you take n.",
            ),
            Mistake(
                "ascending_end",
                wrong.ascending_end,
                "You have the right n directions, but the greatest variance comes last. "
                "`np.linalg.eigh` returns ascending order; turn it round with `[::-1]`.",
            ),
            Mistake(
                "reversed_rows",
                wrong.reversed_rows,
                "The directions of `np.linalg.eigh` are the columns of its matrix. `vectors[::-1]` "
                "turns the rows round, and so mixes up the features; `vectors[:, ::-1]` puts the "
                "greatest variance first.",
            ),
            Mistake(
                "covariance_of_rows",
                wrong.covariance_of_rows,
                "`np.cov` takes each row for a feature unless you say `rowvar=False`. Its matrix "
                "is then N by N, and its eigenvectors have an entry for each point, not for each "
                "feature.",
            ),
            Mistake(
                "unscaled",
                wrong.unscaled,
                lambda case, got, want: (
                    "You return U. Its columns all have the length 1, so that the differences in "
                    "spread are lost: your first column has the length "
                    f"{number(np.linalg.norm(got[0][:, 0]))}, it should be "
                    f"{number(np.linalg.norm(want[0][:, 0]))}. Multiply by the singular values: "
                    "`U * s`."
                ),
            ),
            Mistake(
                "scaled_twice",
                wrong.scaled_twice,
                lambda case, got, want: (
                    "You multiply by the singular values twice. `centered @ Vt.T` and `U * s` are "
                    "both the coordinates already. In the first column the farthest point lies at "
                    f"{number(want[0][:, 0].max())}, yours at {number(got[0][:, 0].max())}."
                ),
            ),
            Mistake(
                "shares_not_squared",
                wrong.shares_not_squared,
                lambda case, got, want: (
                    f"The shares are those of the singular values, {numbers(got[1])}. A variance "
                    f"is a mean of squares: square them before you divide, {numbers(want[1])}."
                ),
            ),
            Mistake(
                "shares_of_those_kept",
                wrong.shares_of_those_kept,
                lambda case, got, want: (
                    "The coordinates are right. The shares are of the n directions that are kept, "
                    "and so add up to 1. Divide by the variance along all directions: "
                    f"{numbers(want[1])}."
                ),
            ),
            Mistake(
                "variances",
                wrong.variances,
                lambda case, got, want: (
                    f"You return the variances themselves, {numbers(got[1])}. Their shares of all "
                    f"variance are asked for, {numbers(want[1])}: divide by the sum over all "
                    "directions."
                ),
            ),
            Mistake(
                "all_directions",
                wrong.all_directions,
                lambda case, got, want: (
                    f"You return {got[0].shape[1]} columns, and n is {case.args[1]}. Keep the "
                    "first n, of the coordinates and of the shares."
                ),
            ),
            Mistake(
                "one_sign_for_all",
                wrong.one_sign_for_all,
                "You look for the number farthest from 0 in the whole array, and turn all columns "
                "together. Each direction has a sign of its own: look in each column, "
                "`argmax(axis=0)`.",
            ),
            Mistake(
                "opposite",
                wrong.opposite,
                "All is right but the signs: in each column the number farthest from 0 is "
                "negative, and the rule is that it is positive.",
            ),
            Mistake(
                "sign_of_first",
                wrong.sign_of_first,
                "Only signs are wrong. They fit the rule that the first number of each column is "
                "positive. It may be near 0, where its sign is an accident; the rule here is that "
                "the number farthest from 0 is positive.",
            ),
            Mistake(
                "sign_of_directions",
                wrong.sign_of_directions,
                "Only signs are wrong. They fit the rule that in each direction the entry farthest "
                "from 0 is positive. The rule here looks at the coordinates: in each of their "
                "columns the number farthest from 0 is positive.",
            ),
            Mistake(
                "absolute",
                wrong.absolute,
                "You take the absolute value of every number, which folds both halves of the "
                "cloud onto each other. The rule is for whole columns: multiply a column by -1 if "
                "its number farthest from 0 is negative.",
            ),
            Mistake(
                "no_sign",
                wrong.no_sign,
                "The columns are right but for their signs. A direction and its opposite are "
                "equally good, and a library picks either. The rule: in each column of the "
                "coordinates the number farthest from 0 is positive. Multiply a column by -1 where "
                "it is not.",
            ),
            Mistake(
                "no_sign_eigh",
                wrong.no_sign_eigh,
                "All is right but the signs, which `np.linalg.eigh` leaves to chance. The rule: in "
                "each column of the coordinates the number farthest from 0 is positive. Multiply a "
                "column by -1 where it is not.",
            ),
        ),
        correct=(_by_covariance, _by_left_vectors),
        hints=(
            "Three things, in this order: center the points, find the directions, turn the points "
            "into coordinates along them. The signs come last.",
            "`U, s, Vt = np.linalg.svd(centered, full_matrices=False)`. The rows of Vt are the "
            "directions, sorted by how much the points spread along them.",
            "The coordinates are `centered @ Vt[:n].T`. The variance along a direction is in "
            "proportion to the square of its singular value; divide by the sum of all squares.",
            "For the signs: `farthest = np.abs(coordinates).argmax(axis=0)` is a row for each "
            "column, and `np.sign(coordinates[farthest, np.arange(n)])` the factor of each column.",
        ),
    )
)
