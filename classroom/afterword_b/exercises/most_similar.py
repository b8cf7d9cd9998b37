"""most_similar: the rows whose directions are closest to that of a query."""

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
        ),
        Case((query, several, 4), label="rows of different lengths"),
        Case((query, several, 1), label="the best one only"),
        Case((query, several[:5], 5), label="all rows, sorted"),
        Case((query, with_zeros, 11), label="a row of zeros"),
        Case((query, fan(rng, query, 1009), 601), label="many rows"),
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

mistakes = [
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
        {COSINES: "np.linalg.norm(vectors - query, axis=1)", "-similarities": "similarities"},
        "You return the nearest rows and their distances. A short vector that points the same way "
        "as a long one is far from it, and yet its cosine is 1. Use dot products divided by both "
        "lengths.",
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
        {"vectors @ query": "np.abs(vectors @ query)"},
        "You drop the sign. A cosine of −1 means that two vectors point in opposite directions, "
        "which is the least similar that they can be.",
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
