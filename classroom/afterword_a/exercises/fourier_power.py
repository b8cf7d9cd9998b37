"""fourier_power: how strong each frequency is in an embedding, from number to number."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    a = np.arange(5)
    slow, fast = np.cos(2 * np.pi * a / 5), np.sin(2 * np.pi * 2 * a / 5)
    return [
        Case(
            (np.stack([5 + 3 * slow, fast], axis=1),),
            label="5 numbers, two columns, worked by hand",
            expected=[0.9, 0.1],
            proves="one cosine and one sine",
        ),
        # One number unlike the others: all frequencies are equally strong.
        Case(
            (np.eye(7)[:, :1],),
            label="one of 7 numbers stands out",
            expected=[1 / 3] * 3,
            proves="one column",
        ),
        Case((rng.normal(size=(11, 3)),), label="random vectors"),
        Case((rng.normal(size=(7, 13)) + 10,), label="vectors longer than there are numbers"),
    ]


returns = ("shares",)

AXIS = (
    "You transform along the wrong axis: np.fft.rfft takes the last one unless told otherwise, "
    "which are the entries of one vector. Their order means nothing. The wave goes from number to "
    "number, down the rows: axis=0."
)

mistakes = [
    Mistake(
        "constant_kept",
        {"[1:]": ""},
        lambda case, got, want: (
            f"You return {len(got)} shares for {len(case.args[0])} numbers, and the first of them, "
            f"{number(got[0])}, is frequency 0: the mean of each column, which is no wave. Leave "
            "it out before you divide by the total."
        ),
    ),
    Mistake(
        "constant_in_total",
        [
            {"[1:]": "", "return power": "return power[1:]"},
            {
                "embedding, axis": "embedding - embedding.mean(), axis",
                "[1:]": "",
                "return power": "return power[1:]",
            },
        ],
        lambda case, got, want: (
            f"Your shares add up to {number(got.sum())}. The total still holds frequency 0, the "
            "mean of each column. Drop it first, then divide."
        ),
    ),
    Mistake(
        "last_dropped",
        {"[1:]": "[:-1]"},
        "The number of shares is right, but they begin with frequency 0, the mean of each column, "
        "and the last frequency is missing. Drop the first row: power[1:].",
    ),
    Mistake(
        "last_left_out",
        [{"[1:]": "[1:-1]"}, {"return power / power.sum()": "return (power / power.sum())[:-1]"}],
        lambda case, got, want: (
            f"You return {len(got)} of the {len(want)} shares: the last frequency is missing. With "
            f"{len(case.args[0])} numbers the fastest wave goes up and down {len(want)} times."
        ),
    ),
    Mistake(
        "sorted",
        {"return power / power.sum()": "return np.sort(power / power.sum())[::-1]"},
        "The shares are right, but sorted by size. Leave them in the order of the frequencies, "
        "1, 2, 3, …",
    ),
    Mistake(
        "strongest",
        [
            {"return power / power.sum()": "return int(power.argmax()) + 1"},
            {"return power / power.sum()": "return int(power.argmax())"},
        ],
        "You return which frequency is strongest. Asked for is how strong each is: its share of "
        "the power.",
    ),
    Mistake("along_the_vectors", {", axis=0": "", "axis=1": "axis=0"}, AXIS),
    Mistake(
        "summed_along_the_vectors",
        {", axis=0": "", "[1:]": ""},
        lambda case, got, want: (
            f"{AXIS} And then you add up over the frequencies: {len(got)} shares are left, one "
            "for each number."
        ),
    ),
    Mistake(
        "columns_left_out",
        {".sum(axis=1)": ""},
        lambda case, got, want: (
            f"You return shape {got.shape}: a share for each frequency and column. Add up the "
            "power over the columns, so that each frequency has one."
        ),
    ),
    Mistake(
        "columns_summed_first",
        {"np.abs(waves) ** 2).sum(axis=1)": "np.abs(waves.sum(axis=1)) ** 2)"},
        "You add up the columns before you square. A wave in one column then cancels the same "
        "wave in another. Square first; power cannot cancel.",
    ),
    Mistake(
        "magnitudes_squared_late",
        {"(np.abs(waves) ** 2).sum(axis=1)": "(np.abs(waves).sum(axis=1) ** 2)"},
        "You add up the magnitudes of the columns, and square the sum. The power of a frequency is "
        "the sum of the squares: square first.",
    ),
    Mistake(
        "magnitude",
        {" ** 2": ""},
        lambda case, got, want: (
            f"You add up magnitudes; power is their square. Here frequency 1 has {number(got[0])} "
            f"of the magnitude and {number(want[0])} of the power."
        ),
    ),
    Mistake(
        "root_of_power",
        {"(np.abs(waves) ** 2).sum(axis=1)": "np.linalg.norm(waves, axis=1)"},
        lambda case, got, want: (
            f"You take a root at the end: {number(got[0])} in place of {number(want[0])} for "
            "frequency 1. Power is the sum of the squares as it is; np.linalg.norm would have to "
            "be squared again."
        ),
    ),
    Mistake(
        "cosine_alone",
        {"np.abs(waves)": "waves.real"},
        "You square the real part alone, which is the cosine. A wave that begins at 0, a sine, "
        "would have no power. Take np.abs(...)**2, which holds both.",
    ),
    Mistake(
        "sine_alone",
        {"np.abs(waves)": "waves.imag"},
        "You square the imaginary part alone, which is the sine. A wave that begins at its crest, "
        "a cosine, would have no power. Take np.abs(...)**2, which holds both.",
    ),
    Mistake(
        "complex_squares",
        {"np.abs(waves)": "waves"},
        "You square complex numbers as they are: (i)**2 is −1, so the sine is subtracted from the "
        "cosine. Power is the squared magnitude: np.abs(waves)**2.",
    ),
    Mistake(
        "added_before_squared",
        {"np.abs(waves)": "(waves.real + waves.imag)"},
        "You add cosine and sine before you square, so that they may cancel. The power is the sum "
        "of their squares, which is the squared magnitude: np.abs(waves)**2.",
    ),
    Mistake(
        "magnitudes_added",
        {"np.abs(waves) ** 2": "np.abs(waves.real) + np.abs(waves.imag)"},
        "You add up the magnitudes of cosine and sine. The power is the sum of their squares: then "
        "it does not depend on which number is called 0.",
    ),
    Mistake(
        "strongest_column",
        {".sum(axis=1)": ".max(axis=1)"},
        "Of each frequency you take the column in which it is strongest. All columns count "
        "together: add up their power.",
    ),
    Mistake(
        "rows_changed_first",
        [
            {"embedding, axis": "embedding - embedding.mean(axis=1, keepdims=True), axis"},
            {
                "embedding, axis": (
                    "embedding / np.linalg.norm(embedding, axis=1, keepdims=True), axis"
                )
            },
        ],
        "You center the rows, or make them equally long, before you transform. Each column is a "
        "wave of its own; take the embedding as it is, and drop the constant afterwards.",
    ),
    Mistake(
        "cosine_and_sine_apart",
        {
            "np.abs(waves)": "np.stack([waves.real, waves.imag], axis=1)",
            ".sum(axis=1)[1:]": ".sum(axis=2)[1:].ravel()",
        },
        lambda case, got, want: (
            f"You return {len(got)} shares where there are {len(want)} frequencies: cosine and "
            "sine of the same frequency are counted apart. How they divide depends on which number "
            "is called 0; only their sum says how strong the wave is."
        ),
    ),
    Mistake(
        "both_signs",
        {"rfft": "fft"},
        lambda case, got, want: (
            f"You return {len(got)} shares; there are {len(want)} frequencies. np.fft.fft also "
            f"gives the negative ones: for real numbers, row {len(case.args[0])} − k has the same "
            "power as row k. Keep the first half, or use np.fft.rfft."
        ),
    ),
    Mistake(
        "half_of_both_signs",
        {"rfft": "fft", "return power": "return power[: len(power) // 2]"},
        "Your shares add up to 0.5: the total still holds the negative frequencies, which repeat "
        "the positive ones. Divide by the sum of those that you return.",
    ),
    Mistake(
        "no_shares",
        {" / power.sum()": ""},
        lambda case, got, want: (
            f"This is the power itself, in total {number(got.sum())}. Divide by the total, so that "
            "the shares of a small and of a large embedding can be compared."
        ),
    ),
    Mistake(
        "largest_is_one",
        {"power.sum()": "power.max()"},
        "You divide by the largest power. Divide by the sum: what is asked for is the share of "
        "the whole.",
    ),
    Mistake(
        "each_column_alone",
        {".sum(axis=1)": "", "power / power.sum()": "(power / power.sum(axis=0)).mean(axis=1)"},
        "All columns count alike, as if each had shares of its own, or had been divided by its "
        "standard deviation. One that hardly moves then counts as much as a strong one. Add up the "
        "power of all columns as they are, and divide once.",
    ),
]

hints = [
    "Each column of the embedding is a sequence of p values, one for each number. How much of it "
    "goes up and down once, twice, three times from 0 to p − 1?",
    "np.fft.rfft(embedding, axis=0) has one row for each frequency 0, 1, …, (p − 1)/2. Its "
    "entries are complex: cosine and sine of that frequency in that column.",
    "The power of a frequency is np.abs(...)**2, summed over the columns. Row 0 is the mean, not "
    "a wave.",
    "power = (np.abs(np.fft.rfft(embedding, axis=0)) ** 2).sum(axis=1)[1:], divided by "
    "power.sum().",
]
