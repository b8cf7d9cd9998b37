"""most_similar: the rows whose directions are closest to that of a query."""

from dataclasses import replace

import numpy as np

from classroom.exercises import Case, Mistake, number, plural


def cases(rng):
    # The query is 5 long, so are the rows but the second, which is 10 long.
    vectors = np.array([[0.0, 5.0], [8.0, -6.0], [4.0, 3.0], [-3.0, -4.0], [4.0, 3.0]])
    lengths = np.exp(rng.normal(size=(11, 1)))
    several = rng.normal(size=(11, 7)) * lengths
    query = 3 * rng.normal(size=7)
    with_zeros = several.copy()
    with_zeros[3] = 0
    return [
        Case(
            (np.array([3.0, 4.0]), vectors, 3),
            label="worked by hand, two rows alike",
            expected=(np.array([2, 4, 0]), np.array([0.96, 0.96, 0.8])),
            proves="a few rows",
        ),
        Case(
            (query, several, 4),
            label="rows of different lengths",
            proves="rows of different lengths",
        ),
        Case((query, several, 1), label="the best one only"),
        Case((query, several[:5], 5), label="all rows, sorted"),
        Case((query, with_zeros, 11), label="a row of zeros"),
        Case((query, fan(rng, query, 1009), 601), label="many rows"),
        # 17 times: at a right angle, along the query, at a right angle.
        Case(
            (np.array([2.0, 0.0]), np.tile([[0.0, 2.0], [4.0, 0.0], [0.0, 1.0]], (17, 1)), 19),
            label="many rows alike, worked by hand",
            expected=(np.array([*range(1, 51, 3), 0, 2]), np.array([1.0] * 17 + [0.0] * 2)),
        ),
        Case((np.zeros(7), several, 3), label="a query of zeros"),
    ]


def fan(rng, query, N):
    """N rows of random lengths whose cosines with the query are evenly spaced."""
    axis = query / np.linalg.norm(query)
    across = rng.normal(size=(N, len(query)))
    across -= np.outer(across @ axis, axis)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    cosines = rng.permutation(np.linspace(-0.9, 0.9, N))[:, None]
    lengths = np.exp(rng.normal(size=(N, 1)))
    return lengths * (cosines * axis + np.sqrt(1 - cosines**2) * across)


def longest(case):
    return number(np.linalg.norm(case.args[1], axis=1).max())


def zeros(case):
    return int((np.linalg.norm(case.args[1], axis=1) == 0).sum()) or 1


returns = ("indices", "similarities")

LENGTHS = "np.linalg.norm(vectors, axis=1)"
COSINES = "vectors @ query / np.maximum(lengths, 1e-30)"

STABLE = ', kind="stable"'
SORTED = f"np.argsort(-similarities{STABLE})"


#: A sort from small to large that is turned round.
BACKWARDS = {"-similarities": "similarities", "[:n]": "[::-1][:n]"}
TURNED = ("dot_products", "query_as_it_is", "rows_as_they_are", "squared_lengths", "one_length")


def in_any_sort(mistake):
    """Return a mistake that is known with a sort that leaves equals in any order, too."""
    unstable = [
        edit | {STABLE: ""}
        for edit in mistake.changes()
        if all("kind" in new or "kind" not in old for old, new in edit.items())
    ]
    if mistake.key in TURNED:
        unstable += [edit | BACKWARDS for edit in unstable]
    return replace(mistake, change=[*mistake.changes(), *unstable])


unstable = Mistake(
    "unstable",
    {STABLE: ""},
    "Of rows that are equally similar the one with the lower index comes first. np.argsort "
    "leaves equals in any order where there are more than a few, unless it is told "
    'kind="stable".',
)

others = [
    Mistake(
        "order_of_dot_products",
        {"argsort(-similarities": "argsort(-(vectors @ query)"},
        lambda case, got, want: (
            "You return cosines, but of the rows with the largest dot products. A long row then "
            f"wins by its length alone; here the longest has length {longest(case)}. Sort by the "
            "cosines."
        ),
    ),
    Mistake(
        "order_of_distances",
        {"argsort(-similarities": "argsort(np.linalg.norm(vectors - query, axis=1)"},
        "You return cosines, but of the nearest rows. A short vector that points the same way as a "
        "long one is far from it, and yet its cosine is 1. Sort by the cosines.",
    ),
    Mistake(
        "ranks_for_indices",
        {SORTED: f"{SORTED}.argsort()"},
        "np.argsort of an order gives the rank of each row. The first n numbers of the order "
        "itself are the indices of the best rows.",
    ),
    Mistake(
        "centered",
        {
            "    lengths": (
                "    query = query - query.mean()\n"
                "    vectors = vectors - vectors.mean(axis=1, keepdims=True)\n    lengths"
            )
        },
        "You subtract from each vector the mean of its entries first: that is a correlation. The "
        "cosine takes the vectors as they are.",
    ),
    Mistake(
        "sums_of_magnitudes",
        {LENGTHS: "np.abs(vectors).sum(axis=1)", "np.linalg.norm(query)": "np.abs(query).sum()"},
        "You divide by the sums of the magnitudes. The length of a vector is the root of the sum "
        "of its squares.",
    ),
    Mistake(
        "rows_for_indices",
        {"return indices,": "return vectors[indices],"},
        "You return the rows themselves. Return where they are: their indices.",
    ),
    Mistake(
        "angles",
        {
            "return indices, similarities[indices]": (
                "return indices, np.arccos(np.clip(similarities[indices], -1, 1))"
            )
        },
        "The order is right, but you return angles. Return their cosines.",
    ),
    Mistake(
        "large_eps",
        [
            {"np.maximum(lengths, 1e-30)": "(lengths + 1e-3)"},
            {"np.maximum(lengths, 1e-30)": "(lengths + 1e-2)"},
            {"np.maximum(lengths, 1e-30)": "(lengths + 0.1)"},
            {"np.maximum(lengths, 1e-30)": "(lengths + 1)"},
            {"np.maximum(lengths, 1e-30)": "np.maximum(lengths, 1)"},
        ],
        "What keeps you from dividing by 0 changes other rows, too: it is large beside the product "
        "of two lengths. Take a number that is tiny, or treat a length of 0 by itself.",
    ),
    Mistake(
        "dot_products",
        {COSINES: "vectors @ query"},
        lambda case, got, want: (
            "You compare dot products. A long row then wins by its length alone; here the longest "
            f"has length {longest(case)}. Divide each by the lengths of both vectors: "
            "np.linalg.norm(vectors, axis=1) and np.linalg.norm(query)."
        ),
    ),
    Mistake(
        "query_as_it_is",
        {" * np.linalg.norm(query)": ""},
        lambda case, got, want: (
            f"The rows have length 1, the query has length {number(np.linalg.norm(case.args[0]))}. "
            "The order is right, but these are no cosines, which lie between −1 and 1. Divide by "
            "the length of the query, too."
        ),
    ),
    Mistake(
        "rows_as_they_are",
        {f"{LENGTHS} * ": ""},
        "Only the query is divided by its length. That changes nothing in the order: long rows "
        "still win. Divide by the lengths of the rows, too.",
    ),
    Mistake(
        "wrong_axis",
        {f"{LENGTHS} * ": "", "vectors @": "vectors / np.linalg.norm(vectors, axis=0) @"},
        "You divide by the lengths of the columns (axis=0). A vector is a row of `vectors`; its "
        "length is taken along axis=1, with keepdims=True where you divide.",
    ),
    Mistake(
        "squared_lengths",
        {" * np.linalg.norm(query)": "**2 * (query @ query)"},
        "You divide by the squares of the lengths. The length is the root of the sum of squares: "
        "np.sqrt, or np.linalg.norm(vectors, axis=1).",
    ),
    Mistake(
        "one_length",
        {LENGTHS: "np.linalg.norm(vectors)"},
        "np.linalg.norm(vectors) without an axis is one length, of the whole array. Each row "
        "needs its own: axis=1.",
    ),
    Mistake(
        "euclidean",
        [
            {COSINES: "np.linalg.norm(vectors - query, axis=1)", "-similarities": "similarities"},
            {COSINES: "-np.linalg.norm(vectors - query, axis=1)"},
            {COSINES: "1 / (1 + np.linalg.norm(vectors - query, axis=1))"},
        ],
        "You return the nearest rows, and numbers made of their distances. A short vector that "
        "points the same way as a long one is far from it, and yet its cosine is 1. Use dot "
        "products divided by both lengths.",
    ),
    Mistake(
        "cosine_distance",
        {"similarities[indices]": "1 - similarities[indices]"},
        "The order is right, but you return 1 − cosine, a distance. Return the cosines.",
    ),
    Mistake(
        "least_similar",
        {"-similarities": "similarities"},
        "These are the least similar rows: np.argsort sorts from small to large. Sort the "
        "negative similarities.",
    ),
    Mistake(
        "ascending",
        {"[:n]": "[:n][::-1]"},
        "The right rows, in the wrong order: the best should come first. np.argsort sorts from "
        "small to large; sort the negative similarities and take the first n.",
    ),
    Mistake(
        "last_rows",
        {"-similarities": "similarities", "[:n]": "[-n:]"},
        "np.argsort sorts from small to large, so that the best row comes last here. It should "
        'come first: np.argsort(-similarities, kind="stable")[:n].',
    ),
    Mistake(
        "partitioned",
        {'argsort(-similarities, kind="stable")': "argpartition(-similarities, n - 1)"},
        "np.argpartition finds the n best rows but does not sort them. Use np.argsort, or sort "
        "what it found.",
    ),
    Mistake(
        "ties_turned",
        {"-similarities": "similarities", "[:n]": "[::-1][:n]"},
        "Of two rows that are equally similar the one with the lower index should come first. "
        "np.argsort(similarities)[::-1] turns them round; np.argsort(-similarities, "
        'kind="stable") does not.',
    ),
    Mistake(
        "turned_and_by_zero",
        {
            "-similarities": "similarities",
            "[:n]": "[::-1][:n]",
            "np.maximum(lengths, 1e-30)": "lengths",
        },
        "Two things. Of two rows that are equally similar the one with the lower index should "
        'come first; [::-1] turns them round, np.argsort(-similarities, kind="stable") does not. '
        "And a vector of zeros has length 0: 0/0 is nan, where its similarity is 0.",
    ),
    Mistake(
        "equals_left_out",
        {SORTED: f"(lambda order: order[similarities[order] < 0.999])({SORTED})"},
        "You leave out the rows that point the same way as the query. That is right where the "
        "query is itself one of the rows; here it is not.",
    ),
    Mistake(
        "first_left_out",
        {"[:n]": "[1 : n + 1]"},
        "You leave the best one out. That is right where the query is itself one of the rows; "
        "here it is not.",
    ),
    Mistake(
        "all_rows",
        {"[:n]": ""},
        lambda case, got, want: (
            f"You return all {len(case.args[1])} rows; n = {case.args[2]} "
            f"{'is' if case.args[2] == 1 else 'are'} wanted. Cut the indices off: [:n]."
        ),
    ),
    Mistake(
        "zeros_left_out",
        [
            {"    lengths": f"    vectors = vectors[{LENGTHS} > 0]\n    lengths"},
            {
                "    lengths": f"    vectors = vectors[{LENGTHS} > 0]\n    lengths",
                "np.maximum(lengths, 1e-30)": "lengths",
            },
        ],
        "You leave the rows of zeros out before you sort. Fewer rows remain, and their indices are "
        "those of another array. Keep all rows; the similarity of a row of zeros is 0.",
    ),
    Mistake(
        "all_similarities",
        {"similarities[indices]": "similarities"},
        lambda case, got, want: (
            f"The indices are right. You return the similarities of all {len(case.args[1])} rows; "
            "those of the rows that you name are wanted, in the order of the indices."
        ),
    ),
    Mistake(
        "not_in_this_order",
        {"similarities[indices]": "similarities[:n]"},
        "The indices are right, but the similarities are those of the first rows. Take them in "
        "the order of the indices: similarities[indices].",
    ),
    Mistake(
        "swapped",
        {"indices, similarities[indices]": "similarities[indices], indices"},
        "Both are right, in the wrong order: return (indices, similarities).",
    ),
    Mistake(
        "size_alone",
        [
            {"vectors @ query": "np.abs(vectors @ query)"},
            {"argsort(-similarities": "argsort(-np.abs(similarities)"},
        ],
        "You drop the sign before you sort. A cosine of −1 means that two vectors point in "
        "opposite directions, which is the least similar that they can be.",
    ),
    Mistake(
        "zeros_first",
        {"np.maximum(lengths, 1e-30)": "lengths"},
        lambda case, got, want: (
            f"In this case {plural(zeros(case), 'vector')} of zeros has length 0, and 0/0 is nan. "
            "It points nowhere: its similarity is 0. Divide only where the product of the lengths "
            "is above 0, or by at least a tiny number."
        ),
    ),
]

mistakes = [unstable, *map(in_any_sort, others)]

hints = [
    "The cosine of the angle between two vectors is their dot product, divided by both lengths. "
    "One product gives all dot products at once: vectors @ query.",
    "lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query) has shape (N,). Where it "
    "is 0 the similarity is 0.",
    'indices = np.argsort(-similarities, kind="stable")[:n] puts the largest first, and of equal '
    "ones the one that stands first.",
    "similarities = vectors @ query / np.maximum(lengths, 1e-300); return indices and "
    "similarities[indices].",
]
