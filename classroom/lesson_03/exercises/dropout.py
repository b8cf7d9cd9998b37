"""dropout: in training some entries become 0 and the others grow."""

import numpy as np

from classroom.exercises import Case, Mistake, number
from classroom.lesson_03.equal_draws import EqualDraws


class Dice(EqualDraws):
    """A generator that gives the numbers it was made with, one after the other, again and again."""

    def __init__(self, numbers, place=0):
        super().__init__(0)
        self.numbers, self.place = numbers, place

    def random(self, size=None, dtype=np.float64, out=None):
        places = self.place + np.arange(1 if size is None else int(np.prod(size)))
        self.place += len(places)
        drawn = np.asarray(self.numbers, dtype)[places % len(self.numbers)]
        return float(drawn[0]) if size is None else drawn.reshape(size)

    def __deepcopy__(self, memo):
        return Dice(self.numbers, self.place)


def cases(rng):
    x = rng.normal(size=(3, 5)) + 2
    return [
        Case(
            (np.array([1.0, 2, 3, 4]), 0.5),
            label="no rng, as when a model is evaluated; worked by hand",
            expected=([1.0, 2, 3, 4], None),
            proves="evaluation",
        ),
        # Drawn are 0.7, 0.49999, 0.5 and 0.9: only the second is below 0.5.
        Case(
            (np.array([1.0, 2, 3, 4]), 0.5, Dice([0.7, 0.49999, 0.5, 0.9])),
            label="0.7, 0.49999, 0.5 and 0.9 are drawn, worked by hand",
            expected=([2.0, 0, 6, 8], (np.array([2.0, 0, 2, 2]),)),
        ),
        Case((x, 0.2, EqualDraws(1)), label="a fifth is dropped"),
        Case(
            (rng.normal(size=(2, 3, 7)) + 2, 0.75, EqualDraws(2)),
            label="three quarters are dropped",
        ),
        Case((rng.normal(size=(2, 3, 5, 7)), 0.5, EqualDraws(3)), label="a half is dropped"),
        Case((x, 0.2), label="no rng, a batch"),
    ]


mistakes = [
    Mistake(
        "no_rng",
        {"if rng is not None": "if True"},
        "Without rng nothing is to be dropped, and there is nothing to draw from. Draw only if "
        "rng is not None.",
    ),
    Mistake(
        "never",
        {"x * scale": "x"},
        "Nothing was dropped although there is an rng. With an rng, draw a number for each entry "
        "and set those to 0 whose number is below p.",
    ),
    Mistake(
        "shrinks_later",
        {"= x, None": "= x * (1 - p), None", " / (1 - p)": ""},
        "You keep the entries as they are in training and shrink all of them when there is no "
        "rng. That was the first form of dropout. Here the kept ones are divided by 1 - p in "
        "training, and evaluation leaves x alone.",
    ),
    Mistake(
        "scales_always",
        {"= x, None": "= x / (1 - p), None"},
        "Without rng the entries are divided by 1 - p, although none was dropped. Evaluation "
        "returns x as it is.",
    ),
    Mistake(
        "shrinks_too",
        {"= x, None": "= x * (1 - p), None"},
        "Without rng the entries are multiplied by 1 - p, although those of the training are "
        "divided by it already. One of the two is enough: evaluation returns x as it is.",
    ),
    Mistake(
        "draws_as_factors",
        [
            {"rng.random(x.shape) >= p": "rng.random(x.shape)"},
            {"rng.random(x.shape) >= p": "rng.random(x.shape)", " / (1 - p)": ""},
        ],
        "The entries are multiplied by the numbers that were drawn. Those only decide: an entry "
        "becomes 0, or it is divided by 1 - p.",
    ),
    Mistake(
        "always",
        {
            "    if rng is not None:": "    rng = rng or np.random.default_rng(0)\n    if True:",
        },
        "Entries are dropped although there is no rng. That is how a model is evaluated, and then "
        "nothing may be dropped. Draw only if rng is not None.",
    ),
    Mistake(
        "no_scale",
        {" / (1 - p)": ""},
        lambda case, got, want: (
            "The kept entries are as large as before, so the sum shrinks to a share of "
            f"{number(1 - case.args[1])} on average. Divide them by 1 - p = "
            f"{number(1 - case.args[1])}."
        ),
    ),
    Mistake(
        "scaled_down",
        {"/ (1 - p)": "* (1 - p)"},
        "The kept entries are multiplied by 1 - p. They must make up for those that are gone: "
        "divide by 1 - p.",
    ),
    Mistake(
        "divided_by_p",
        {"/ (1 - p)": "/ p"},
        lambda case, got, want: (
            f"The kept entries are divided by p = {number(case.args[1])}. The share that is kept "
            f"is 1 - p = {number(1 - case.args[1])}: divide by that."
        ),
    ),
    Mistake(
        "scales_the_dropped",
        {"scale = kept.astype(x.dtype) / (1 - p)": "scale = np.where(kept, 1.0, 1 / (1 - p))"},
        "What should become 0 is divided by 1 - p, and the rest stays as it is. Drawn below p "
        "means 0; the entries that are kept grow.",
    ),
    Mistake(
        "inverted",
        {">= p": "< p"},
        lambda case, got, want: (
            f"You keep what should be dropped: a number below p = {number(case.args[1])} comes up "
            "with probability p, and such an entry is to become 0. Keep where the number is p or "
            "more."
        ),
    ),
    Mistake(
        "keep_probability",
        {">= p": "< p", "/ (1 - p)": "/ p"},
        lambda case, got, want: (
            f"You read p = {number(case.args[1])} as the probability to keep an entry. Here it is "
            "the probability to drop one."
        ),
    ),
    Mistake(
        "keeps_a_share_of_p",
        [
            {"rng.random(x.shape) >= p": "rng.binomial(1, p, x.shape) > 0"},
            {"rng.random(x.shape) >= p": "rng.binomial(1, p, x.shape) > 0", "/ (1 - p)": "/ p"},
        ],
        lambda case, got, want: (
            f"An entry is kept with probability p = {number(case.args[1])} here. That is the "
            "probability to drop one; 1 in a draw with rng.binomial means that it is kept."
        ),
    ),
    Mistake(
        "strictly_above",
        {">= p": "> p"},
        "An entry for which exactly p was drawn is dropped. The contract keeps where the number is "
        "at least p.",
    ),
    Mistake(
        "other_end",
        {">= p": "< 1 - p"},
        "You keep where the number is below 1 - p. That is just as likely, but the contract says: "
        "keep where it is p or more.",
    ),
    Mistake(
        "other_end_by_p",
        {">= p": "< 1 - p", "/ (1 - p)": "/ p"},
        "You keep where the number is below 1 - p, and divide what is kept by p. Keep where it is "
        "p or more, and divide by the share that is kept on average, 1 - p.",
    ),
    Mistake(
        "other_end_no_scale",
        {">= p": "< 1 - p", " / (1 - p)": ""},
        "You keep where the number is below 1 - p, and the kept entries stay as they are. Keep "
        "where it is p or more, and divide what is kept by 1 - p.",
    ),
    Mistake(
        "own_generator",
        [{"rng.random(": f"np.random.default_rng({seed}).random("} for seed in (0, 1, 42)],
        "You draw from a new generator, so the same entries are dropped at every call. Draw from "
        "the one that you were given: rng.random(x.shape).",
    ),
    Mistake(
        "global_generator",
        {"rng.random(": "np.random.random("},
        "You draw with np.random.random, from a generator that all programs share. Draw from the "
        "one that you were given, so that a run can be repeated: rng.random(x.shape).",
    ),
    Mistake(
        "one_number",
        {"x.shape)": "(1,) * x.ndim)"},
        "One number is drawn for the whole array, so either all is kept or nothing. Each entry has "
        "its own: the shape to draw is that of x.",
    ),
    Mistake(
        "same_for_the_batch",
        {"x.shape)": "x.shape[1:])"},
        "Numbers are drawn for the first of the batch and used for all, so the same entries vanish "
        "in each. Each entry has its own: the shape to draw is that of x.",
    ),
    Mistake(
        "per_sequence",
        {"x.shape)": "(len(x),) + (1,) * (x.ndim - 1))"},
        "One number is drawn for each entry of axis 0, and all that lies below it is kept or lost "
        "together. Each entry has its own: the shape to draw is that of x.",
    ),
    Mistake(
        "shape_not_a_tuple",
        {"rng.random(x.shape)": "rng.random(*x.shape)"},
        "rng.random takes the shape as one tuple. Given as several numbers, the second is read as "
        "a dtype.",
    ),
    Mistake(
        "shape_as_an_end",
        {"rng.random(x.shape)": "rng.uniform(x.shape)"},
        "rng.uniform takes the two ends first and the shape as `size`. Given alone, the shape is "
        "read as an end, and the numbers do not lie between 0 and 1.",
    ),
    Mistake(
        "coin",
        [
            {"rng.random(x.shape) >= p": "rng.integers(0, 2, x.shape) == 1"},
            {"rng.random(x.shape) >= p": "rng.choice([0, 1], x.shape) == 1"},
            {"rng.random(x.shape) >= p": "rng.choice([True, False], x.shape)"},
        ],
        "Each entry is kept with probability 1/2, whatever p is. Draw evenly between 0 and 1 and "
        "compare with p.",
    ),
    Mistake(
        "exact_count",
        [
            {
                "rng.random(x.shape) >= p": "np.ones(x.size, bool)",
                "        scale": f"        kept[{places}] = False\n"
                "        kept = kept.reshape(x.shape)\n        scale",
            }
            for places in (
                "rng.permutation(x.size)[: int(p * x.size)]",
                "rng.permutation(x.size)[: round(p * x.size)]",
                "rng.choice(x.size, int(p * x.size), replace=False)",
                "rng.choice(x.size, round(p * x.size), replace=False)",
            )
        ],
        "A fixed number of entries is dropped, the share p of all. Each entry is to be dropped "
        "with probability p by itself, so that their number varies: draw one number for each.",
    ),
    Mistake(
        "share_that_was_kept",
        {"/ (1 - p)": "/ kept.mean()"},
        "The kept entries are divided by the share that was kept this time. Divide by the expected "
        "share, 1 - p: then one entry does not depend on the luck of the others.",
    ),
    Mistake(
        "shape_lost",
        {"out = x * scale": "out = x[kept] / (1 - p)"},
        "The dropped entries are gone from the array, and with them its shape. They become 0 and "
        "stay in their places.",
    ),
    Mistake(
        "per_feature",
        {"x.shape)": "x.shape[-1:])"},
        "One number is drawn for each feature, so whole columns vanish. Each entry has its own: "
        "rng.random(x.shape).",
    ),
    Mistake(
        "per_vector",
        {"x.shape)": "(*x.shape[:-1], 1))"},
        "One number is drawn for each vector, so whole vectors vanish. Each entry has its own: "
        "rng.random(x.shape).",
    ),
    Mistake(
        "normal",
        {"rng.random(x.shape)": "rng.normal(size=x.shape)"},
        "The numbers are drawn from a normal distribution, where a number below p does not have "
        "probability p. rng.random draws evenly between 0 and 1.",
    ),
    Mistake(
        "mask_in_cache",
        [
            {"scale,)": "None if scale is None else kept,)"},
            {"scale,)": "None if scale is None else kept.astype(x.dtype),)"},
        ],
        "out is right, but the cache holds which entries were kept. The scale is wanted: 0 where "
        "one was dropped and 1/(1 - p) where it was kept.",
    ),
    Mistake(
        "no_scale_in_cache",
        {"scale,)": "None,)"},
        "out is right, but the cache holds None, as if nothing had been dropped. The backward pass "
        "needs what each entry was multiplied by, under the name `scale`.",
    ),
]

hints = [
    "Two situations. Without rng: x as it is. With rng: some entries become 0, the others grow.",
    "rng.random(x.shape) draws a number between 0 and 1 for each entry. How likely is it to be "
    "below p?",
    "kept = rng.random(x.shape) >= p is an array of bools: True with probability 1 - p.",
    "scale = kept.astype(x.dtype) / (1 - p); out = x * scale.",
]
