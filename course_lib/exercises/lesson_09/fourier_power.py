"""Exercise: fourier_power."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_fourier as wrong


def fourier_power(embedding):
    """Share of each frequency 1 .. (p - 1)/2 in the power of the rows: (p, d_model) -> shares."""
    waves = np.fft.rfft(embedding, axis=0)
    power = (np.abs(waves) ** 2).sum(axis=1)[1:]
    return power / power.sum()


def fourier_power_cases(rng):
    a = np.arange(5)
    slow, fast = np.cos(2 * np.pi * a / 5), np.sin(2 * np.pi * 2 * a / 5)
    return [
        Case(
            (np.stack([5 + 3 * slow, fast], axis=1),),
            label="5 numbers, two columns, worked by hand",
            expected=[0.9, 0.1],
        ),
        # One number unlike the others: all frequencies are equally strong.
        Case(
            (np.array([[1.0], [0.0], [0.0], [0.0], [0.0], [0.0], [0.0]]),),
            label="one of 7 numbers stands out",
            expected=[1 / 3, 1 / 3, 1 / 3],
        ),
        Case((rng.normal(size=(11, 3)),), label="random vectors"),
        Case((rng.normal(size=(7, 13)) + 10,), label="vectors longer than there are numbers"),
    ]


def _with_cosines(embedding):
    p = len(embedding)
    angle = 2 * np.pi * np.outer(np.arange(1, (p + 1) // 2), np.arange(p)) / p
    power = ((np.cos(angle) @ embedding) ** 2 + (np.sin(angle) @ embedding) ** 2).sum(axis=1)
    return power / power.sum()


def _loops(embedding):
    p, d_model = embedding.shape
    power = []
    for k in range(1, (p - 1) // 2 + 1):
        total = 0.0
        for j in range(d_model):
            cosine = sum(embedding[a, j] * np.cos(2 * np.pi * k * a / p) for a in range(p))
            sine = sum(embedding[a, j] * np.sin(2 * np.pi * k * a / p) for a in range(p))
            total += cosine**2 + sine**2
        power.append(total)
    return np.array(power) / sum(power)


def _full_transform(embedding):
    waves = np.fft.fft(embedding - embedding.mean(axis=0), axis=0)
    power = (waves.real**2 + waves.imag**2).sum(axis=1)[1 : (len(embedding) + 1) // 2]
    return power / power.sum()


_AXIS = (
    "You transform along the wrong axis: np.fft.rfft takes the last one unless told otherwise, "
    "which are the entries of one vector. Their order means nothing. The wave goes from number to "
    "number, down the rows: axis=0."
)

register(
    Exercise(
        name="fourier_power",
        lesson=9,
        reference=fourier_power,
        cases=fourier_power_cases,
        returns=("shares",),
        mistakes=(
            Mistake(
                "constant_kept",
                wrong.constant_kept,
                lambda case, got, want: (
                    f"You return {len(got)} shares for {len(case.args[0])} numbers, and the first "
                    f"of them, {number(got[0])}, is frequency 0: the mean of each column, which is "
                    "no wave. Leave it out before you divide by the total."
                ),
            ),
            Mistake(
                "constant_in_total",
                wrong.constant_in_total,
                lambda case, got, want: (
                    f"Your shares add up to {number(got.sum())}. The total still holds frequency "
                    "0, the mean of each column. Drop it first, then divide."
                ),
            ),
            Mistake(
                "last_dropped",
                wrong.last_dropped,
                "The number of shares is right, but they begin with frequency 0, the mean of each "
                "column, and the last frequency is missing. Drop the first row: power[1:].",
            ),
            Mistake("along_the_vectors", wrong.along_the_vectors, _AXIS),
            Mistake(
                "summed_along_the_vectors",
                wrong.summed_along_the_vectors,
                lambda case, got, want: (
                    f"{_AXIS} And then you add up over the frequencies: {len(got)} shares are "
                    "left, one for each number."
                ),
            ),
            Mistake(
                "columns_left_out",
                wrong.columns_left_out,
                lambda case, got, want: (
                    f"You return shape {got.shape}: a share for each frequency and column. Add up "
                    "the power over the columns, so that each frequency has one."
                ),
            ),
            Mistake(
                "columns_summed_first",
                wrong.columns_summed_first,
                "You add up the columns before you square. A wave in one column then cancels the "
                "same wave in another. Square first; power cannot cancel.",
            ),
            Mistake(
                "magnitude",
                wrong.magnitude,
                lambda case, got, want: (
                    f"You add up magnitudes; power is their square. Here frequency 1 has "
                    f"{number(got[0])} of the magnitude and {number(want[0])} of the power."
                ),
            ),
            Mistake(
                "root_of_power",
                wrong.root_of_power,
                lambda case, got, want: (
                    f"You take a root at the end: {number(got[0])} in place of {number(want[0])} "
                    "for frequency 1. Power is the sum of the squares as it is; np.linalg.norm "
                    "would have to be squared again."
                ),
            ),
            Mistake(
                "cosine_alone",
                wrong.cosine_alone,
                "You square the real part alone, which is the cosine. A wave that begins at 0, a "
                "sine, would have no power. Take np.abs(...)**2, which holds both.",
            ),
            Mistake(
                "sine_alone",
                wrong.sine_alone,
                "You square the imaginary part alone, which is the sine. A wave that begins at its "
                "crest, a cosine, would have no power. Take np.abs(...)**2, which holds both.",
            ),
            Mistake(
                "complex_squares",
                wrong.complex_squares,
                "You square complex numbers as they are: (i)**2 is −1, so the sine is subtracted "
                "from the cosine. Power is the squared magnitude: np.abs(waves)**2.",
            ),
            Mistake(
                "cosine_and_sine_apart",
                wrong.cosine_and_sine_apart,
                lambda case, got, want: (
                    f"You return {len(got)} shares where there are {len(want)} frequencies: cosine "
                    "and sine of the same frequency are counted apart. How they divide depends on "
                    "which number is called 0; only their sum says how strong the wave is."
                ),
            ),
            Mistake(
                "both_signs",
                wrong.both_signs,
                lambda case, got, want: (
                    f"You return {len(got)} shares; there are {len(want)} frequencies. np.fft.fft "
                    f"also gives the negative ones: for real numbers, row {len(case.args[0])} − k "
                    "has the same power as row k. Keep the first half, or use np.fft.rfft."
                ),
            ),
            Mistake(
                "half_of_both_signs",
                wrong.half_of_both_signs,
                "Your shares add up to 0.5: the total still holds the negative frequencies, which "
                "repeat the positive ones. Divide by the sum of those that you return.",
            ),
            Mistake(
                "no_shares",
                wrong.no_shares,
                lambda case, got, want: (
                    f"This is the power itself, in total {number(got.sum())}. Divide by the total, "
                    "so that the shares of a small and of a large embedding can be compared."
                ),
            ),
            Mistake(
                "largest_is_one",
                wrong.largest_is_one,
                "You divide by the largest power. Divide by the sum: what is asked for is the "
                "share of the whole.",
            ),
            Mistake(
                "each_column_alone",
                wrong.each_column_alone,
                "You make shares of each column and average them. A column that hardly moves then "
                "counts as much as a strong one. Add up the power of all columns, and divide once.",
            ),
        ),
        correct=(_with_cosines, _loops, _full_transform),
        hints=(
            "Each column of the embedding is a sequence of p values, one for each number. How much "
            "of it goes up and down once, twice, three times from 0 to p − 1?",
            "np.fft.rfft(embedding, axis=0) has one row for each frequency 0, 1, …, (p − 1)/2. Its "
            "entries are complex: cosine and sine of that frequency in that column.",
            "The power of a frequency is np.abs(...)**2, summed over the columns. Row 0 is the "
            "mean, not a wave.",
            "power = (np.abs(np.fft.rfft(embedding, axis=0)) ** 2).sum(axis=1)[1:], divided by "
            "power.sum().",
        ),
    )
)
