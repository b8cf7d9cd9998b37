"""principal_components: coordinates along the directions in which points differ most."""

import numpy as np

from classroom.exercises import Case, Mistake, number
from classroom.exercises.formatting import numbers


def cases(rng):
    def points(N, d):
        return rng.normal(size=(N, d)) * np.linspace(3, 1, d) + rng.normal(size=d) * 4

    return [
        # Centered: (-2, 4), (-1, -5), (3, 1). The columns are at right angles, so the directions
        # are the axes; their squares are 14 and 42 of 56.
        Case(
            (np.array([[1.0, 9.0], [2.0, 0.0], [6.0, 6.0]]), 2),
            label="three points in the plane, worked by hand",
            expected=(np.array([[-4.0, -2.0], [5.0, -1.0], [-1.0, 3.0]]), np.array([0.75, 0.25])),
            proves="points that spread along the axes",
        ),
        Case((points(7, 3), 2), label="seven points in space", proves="more points than features"),
        Case((points(11, 5), 1), label="one direction"),
        Case((points(5, 11), 3), label="fewer points than features"),
        Case((points(13, 7), 7), label="all directions"),
        Case((points(7, 7), 3), label="as many points as features"),
    ]


returns = ("coordinates", "shares")

MEAN = "x.mean(axis=0)"
SVD = "_, s, Vt = np.linalg.svd(centered, full_matrices=False)"
SIGNS = "coordinates *= np.sign(coordinates[farthest, np.arange(n)])"
SHARES = "s[:n] ** 2 / (s**2).sum()"


def by_eigh(directions, variances, of="eigh(centered.T @ centered)"):
    """The edit that takes the directions from np.linalg.eigh."""
    return {
        SVD: f"values, vectors = np.linalg.{of}",
        "Vt[:n].T": directions,
        SHARES: f"{variances} / values.sum()",
    }


mistakes = [
    Mistake(
        "not_centered",
        {f" - {MEAN}": ""},
        "You do not center: the first direction then points from 0 to the middle of the cloud, "
        "which tells where the points are and not how they differ. Subtract the mean of each "
        "column first, `x - x.mean(axis=0)`.",
    ),
    Mistake(
        "projected_uncentered",
        {"centered @": "x @"},
        "The directions are right, but you multiply `x` with them, not the centered points. Your "
        "columns are shifted: their means should be 0.",
    ),
    Mistake(
        "centered_rows",
        {MEAN: "x.mean(axis=1, keepdims=True)"},
        "You subtract from each point the mean of its own features, axis=1. Center each feature "
        "over the points: the mean over the rows, `x.mean(axis=0)`.",
    ),
    Mistake(
        "centered_by_one_number",
        {MEAN: "x.mean()"},
        "You subtract one number, the mean of everything. Each column has a mean of its own: "
        "`x.mean(axis=0)`.",
    ),
    Mistake(
        "standardized",
        [
            {f"x - {MEAN}": f"(x - {MEAN}) / x.std(axis=0)"},
            {f"x - {MEAN}": f"(x - {MEAN}) / x.std(axis=0, ddof=1)"},
            by_eigh("vectors[:, ::-1][:, :n]", "values[::-1][:n]", "eigh(np.corrcoef(x.T))"),
        ],
        "The columns are divided by their standard deviations, which correlations do as well. Then "
        "every feature has the same variance, and what you look for are the directions in which "
        "it differs. Subtract the mean only.",
    ),
    Mistake(
        "directions_as_rows",
        [{"return coordinates": "return Vt[:n]"}, {"centered @ Vt": "Vt"}],
        lambda case, got, want: (
            f"You return the directions themselves, of shape {got[0].shape}. Asked for are the "
            f"coordinates of the points along them, of shape {want[0].shape}: multiply the "
            "centered points with the directions."
        ),
    ),
    Mistake(
        "columns_of_vt",
        {"Vt[:n].T": "Vt[:, :n]"},
        "`np.linalg.svd` returns the third matrix transposed already: the directions are its "
        "rows. You take its first n columns. Use `Vt[:n].T`.",
    ),
    Mistake(
        "features",
        {
            SVD: "order = np.argsort(-x.std(axis=0))\n    s = x.std(axis=0)[order]",
            "centered @ Vt[:n].T": "centered[:, order[:n]]",
        },
        "You pick the n features that are spread most. In the example worked by hand the "
        "directions are the axes; in general they lie between them, and `np.linalg.svd(centered, "
        "full_matrices=False)` finds them.",
    ),
    Mistake(
        "unsorted",
        [
            by_eigh("vectors[:, :n]", "values[:n]", "eig(centered.T @ centered)"),
            by_eigh("vectors[:, :n]", "values[:n]", "eig(np.cov(x.T))"),
        ],
        "The directions do not stand in the order of their spread. `np.linalg.eig` returns its "
        "values in no order at all: sort them, the greatest first, and the vectors with them.",
    ),
    Mistake(
        "ascending",
        by_eigh("vectors[:, :n]", "values[:n]"),
        "`np.linalg.eigh` returns the variances in ascending order, and you take the first n: the "
        "directions along which the points differ least. Turn the order round with `[::-1]` "
        "before you take n.",
    ),
    Mistake(
        "ascending_end",
        by_eigh("vectors[:, -n:]", "values[-n:]"),
        "You have the right n directions, but the greatest variance comes last. `np.linalg.eigh` "
        "returns ascending order; turn it round with `[::-1]`.",
    ),
    Mistake(
        "reversed_rows",
        by_eigh("vectors[::-1][:, :n]", "values[::-1][:n]"),
        "The directions of `np.linalg.eigh` are the columns of its matrix. `vectors[::-1]` turns "
        "the rows round, and so mixes up the features; `vectors[:, ::-1]` puts the greatest "
        "variance first.",
    ),
    Mistake(
        "covariance_of_rows",
        by_eigh("vectors[:, ::-1][:, :n]", "values[::-1][:n]")
        | {"centered.T @ centered": "np.cov(centered)"},
        "`np.cov` takes each row for a feature unless you say `rowvar=False`. Its matrix is then "
        "N by N, and its eigenvectors have an entry for each point, not for each feature.",
    ),
    Mistake(
        "unscaled",
        [
            {"_, s": "U, s", "centered @ Vt[:n].T": "U[:, :n]"},
            {"_, s": "U, s", "centered @ Vt[:n].T": "U[:, :n] * np.sqrt(len(x))"},
            {"_, s": "U, s", "centered @ Vt[:n].T": "U[:, :n] * np.sqrt(len(x) - 1)"},
        ],
        lambda case, got, want: (
            "Your columns are all equally long, as those of U are, so that the differences in "
            "spread are lost: your first column has the length "
            f"{number(np.linalg.norm(got[0][:, 0]))}, it should be "
            f"{number(np.linalg.norm(want[0][:, 0]))}. Multiply U by the singular values."
        ),
    ),
    Mistake(
        "scaled_twice",
        {"Vt[:n].T": "Vt[:n].T * s[:n]"},
        lambda case, got, want: (
            "You multiply by the singular values twice. `centered @ Vt.T` and `U * s` are both the "
            "coordinates already. In the first column the farthest point lies at "
            f"{number(want[0][:, 0].max())}, yours at {number(got[0][:, 0].max())}."
        ),
    ),
    Mistake(
        "shares_not_squared",
        {SHARES: "s[:n] / s.sum()"},
        lambda case, got, want: (
            f"The shares are those of the singular values, {numbers(got[1])}. A variance is a mean "
            f"of squares: square them before you divide, {numbers(want[1])}."
        ),
    ),
    Mistake(
        "shares_added_up",
        {SHARES: "(s**2).cumsum()[:n] / (s**2).sum()"},
        lambda case, got, want: (
            f"The coordinates are right. Your shares are added up, {numbers(got[1])}: the second "
            f"holds the first as well. Each direction has its own, {numbers(want[1])}."
        ),
    ),
    Mistake(
        "singular_values",
        {SHARES: "s[:n]"},
        lambda case, got, want: (
            f"The coordinates are right. You return the singular values, {numbers(got[1])}. The "
            "spread along a direction is in proportion to the square of its singular value; "
            f"divide by the sum over all directions: {numbers(want[1])}."
        ),
    ),
    Mistake(
        "shares_of_those_kept",
        {"(s**2)": "(s[:n] ** 2)"},
        lambda case, got, want: (
            "The coordinates are right. The shares are of the n directions that are kept, and so "
            f"add up to 1. Divide by the variance along all directions: {numbers(want[1])}."
        ),
    ),
    Mistake(
        "variances",
        {"(s**2).sum()": "len(x)"},
        lambda case, got, want: (
            f"You return the variances themselves, {numbers(got[1])}. Their shares of all variance "
            f"are asked for, {numbers(want[1])}: divide by the sum over all directions."
        ),
    ),
    Mistake(
        "all_directions",
        {"[:n]": "", "np.arange(n)": "np.arange(len(Vt))"},
        lambda case, got, want: (
            f"You return {got[0].shape[1]} columns, and n is {case.args[1]}. Keep the first n, of "
            "the coordinates and of the shares."
        ),
    ),
    Mistake(
        "one_sign_for_all",
        {"argmax(axis=0)": "argmax()", "[farthest, np.arange(n)]": ".flat[farthest]"},
        "You look for the number farthest from 0 in the whole array, and turn all columns "
        "together. Each direction has a sign of its own: look in each column, `argmax(axis=0)`.",
    ),
    Mistake(
        "opposite",
        {"*= np.sign": "*= -np.sign"},
        "All is right but the signs: in each column the number farthest from 0 is negative, and "
        "the rule is that it is positive.",
    ),
    Mistake(
        "sign_of_first",
        {"farthest, np.arange(n)": "0"},
        "Only signs are wrong. They fit the rule that the first number of each column is "
        "positive. It may be near 0, where its sign is an accident; the rule here is that the "
        "number farthest from 0 is positive.",
    ),
    Mistake(
        "sign_of_directions",
        {
            "np.abs(coordinates).argmax(axis=0)": "np.abs(Vt[:n]).argmax(axis=1)",
            "coordinates[farthest, np.arange(n)]": "Vt[np.arange(n), farthest]",
        },
        "Only signs are wrong. They fit the rule that in each direction the entry farthest from 0 "
        "is positive. The rule here looks at the coordinates: in each of their columns the number "
        "farthest from 0 is positive.",
    ),
    Mistake(
        "absolute",
        {"return coordinates": "return np.abs(coordinates)"},
        "You take the absolute value of every number, which folds both halves of the cloud onto "
        "each other. The rule is for whole columns: multiply a column by -1 if its number "
        "farthest from 0 is negative.",
    ),
    Mistake(
        "no_sign",
        [{SIGNS: ""}, by_eigh("vectors[:, ::-1][:, :n]", "values[::-1][:n]") | {SIGNS: ""}],
        "The columns are right but for their signs. A direction and its opposite are equally "
        "good, and a library picks either. The rule: in each column of the coordinates the number "
        "farthest from 0 is positive. Multiply a column by -1 where it is not.",
    ),
]

hints = [
    "Three things, in this order: center the points, find the directions, turn the points into "
    "coordinates along them. The signs come last.",
    "`U, s, Vt = np.linalg.svd(centered, full_matrices=False)`. The rows of Vt are the "
    "directions, sorted by how much the points spread along them.",
    "The coordinates are `centered @ Vt[:n].T`. The variance along a direction is in proportion "
    "to the square of its singular value; divide by the sum of all squares.",
    "For the signs: `farthest = np.abs(coordinates).argmax(axis=0)` is a row for each column, and "
    "`np.sign(coordinates[farthest, np.arange(n)])` the factor of each column.",
]
