"""examine: what is wrong with a model before its first step."""

from dataclasses import dataclass

import numpy as np

from classroom.exercises import Case, Mistake, listed
from classroom.lesson_09.fresh_models import FAULTS, fresh_model

EXPECTED = {
    "healthy": set(),
    "silent relus": {"dead"},
    "one silent block": {"dead"},
    "rarely active relus": set(),
    "mask of True": {"leak"},
    "targets are inputs": {"shift"},
    "targets two later": {"shift"},
    "no step": {"stuck"},
    "summed loss": {"start"},
    "loss divided twice": {"start"},
    "no residual": {"stuck", "vanishing"},
    "gradients add up": {"stuck", "zeroing"},
    "large start": {"start"},
    "mask and silent relus": {"dead", "leak"},
}
CHECKS = {"start", "stuck", "shift", "leak", "dead", "vanishing", "zeroing"}


@dataclass
class MeasuredModel:
    """What `examine` asks of a model, with numbers that are given: for the limits of the checks."""

    away: float  # of the loss from that of a model that knows nothing
    left: float  # share of the first loss that is left after 40 steps
    moved: np.ndarray  # of one logit, by any other token at the last place, (B, T)
    silent: tuple[int, int]  # in which block, how many of 2000 units
    ratio: float  # of the gradients' norms, first block to last
    drift: tuple[int, float | np.ndarray]  # in which block, by how much from call to call
    adds_up: bool  # whether each call drifts on, or every second one goes back
    last: np.ndarray  # the tokens at the last place, (B, 1)
    vocab_size: int = 9
    calls: int = 0

    def logits(self, ids):
        logits = np.eye(self.vocab_size)[ids]
        logits[..., 3] += np.where(ids[:, -1:] == self.last, self.moved, 0.0)
        return logits

    def loss_and_grads(self, data):
        grads = [np.full(64, 3 * self.ratio / 8), np.full(5, 1e-3), np.full(7, 2e-3)]
        grads.append(np.array([1.8, 0.0, 2.4]))
        block, change = self.drift
        grads[block] += change * (self.calls if self.adds_up else self.calls % 2)
        self.calls += 1
        return np.log(self.vocab_size) + self.away, grads

    def relu_outputs(self, ids):
        block, silent = self.silent
        outputs = [np.ones((*ids.shape, 2000)) for _ in range(4)]
        outputs[block][...] = 0
        # All others wake at one place, every second one at the first, the rest at the last.
        outputs[block][:, 0, silent::2] = ids[:, :1] == 7
        outputs[block][:, -1, silent + 1 :: 2] = ids[:, -1:] == self.last
        return outputs

    def train(self, data, steps):
        first = np.log(self.vocab_size) + self.away
        return first * self.left ** (np.arange(steps) / 39)


def measured(away, left, moved, silent, ratio, drift, sick=None):
    """Return a model with these numbers, and its data.

    What sets a `sick` one apart, (b, t, token), lies at one place: the target at t in row b is
    wrong, and a logit there is moved by whatever other token ends the row, which ends in `token`.
    """
    text = np.array([[3, 1, 1, 4, 5, 0], [7, 3, 8, 3, 8, 1], [0, 2, 4, 6, 1, 3]])
    places = np.full((3, 5), moved)
    if sick:
        b, t, token = sick
        text[b, 4] = token
        places[...] = 0
        places[b, t] = moved
    inputs, targets = text[:, :5].copy(), text[:, 1:].copy()
    targets[:, -1] = 6
    if sick:
        targets[b, t], targets[b, -1] = 2, token - 1
    last = inputs[:, -1:].copy()
    return MeasuredModel(away, left, places, silent, ratio, drift, bool(sick), last), (
        inputs,
        targets,
    )


def on_the_wrong_side(where, away, moved, silent, drift, sick):
    args = measured(away, 0.3336, moved, silent, 0.0998, drift, sick)
    return Case(args, label=f"on the wrong side of every limit, {where}", expected=CHECKS)


def cases(rng):
    kinds = list(FAULTS)
    small = [
        Case(
            fresh_model(seed, kind),
            label=kind,
            expected=EXPECTED[kind],
            proves="the small models" if kind == kinds[-1] else "",
        )
        for seed, kind in enumerate(kinds, 1)
    ]
    return [
        *small,
        Case(
            measured(0.9995, 0.3331, 7e-7, (1, 1800), 0.1002, (0, 7e-7)),
            label="on the right side of every limit, by a little",
            expected=set(),
        ),
        on_the_wrong_side(
            "by a little", 1.0005, 1.5e-6, (0, 1801), (0, np.eye(64)[5] * -1.5e-6), (0, 0, 5)
        ),
        on_the_wrong_side(
            "at other places", -1.0005, -1.5e-6, (3, 1801), (3, np.eye(3)[1] * 1.5e-6), (2, 3, 1)
        ),
        on_the_wrong_side(
            "with token 0 at the end", 1.0005, -1.5e-6, (2, 1801), (1, 1.5e-6), (1, 0, 0)
        ),
        on_the_wrong_side(
            "with token 4 at the end", -1.0005, 1.5e-6, (1, 1801), (2, -1.5e-6), (1, 3, 4)
        ),
        on_the_wrong_side(
            "with token 8 at the end", 1.0005, 1.5e-6, (0, 1801), (3, 1.5e-6), (2, 1, 8)
        ),
    ]


returns = ("the names",)
seconds = 20.0


def named(names):
    return listed([f'"{name}"' for name in sorted(names)]) if names else "nothing"


def both(case, got, want):
    return (
        f"In the model that is called {case.label!r} you find {named(got)}; it has {named(want)}."
    )


SILENT = "max(np.mean((hidden == 0).all(axis=(0, 1))) for hidden in model.relu_outputs(inputs))"
MEAN_OF_BLOCKS = (
    "np.mean([(hidden == 0).all(axis=(0, 1)) for hidden in model.relu_outputs(inputs)])"
)
FIRST_TO_LAST = "np.linalg.norm(grads[0]) < np.linalg.norm(grads[-1]) / 10"
LAST_TO_FIRST = "np.linalg.norm(grads[-1]) < np.linalg.norm(grads[0]) / 10"
ADDED_UP = "np.abs(a - b).max() > 1e-6"
SHIFTED = "targets[:, :-1], inputs[:, 1:]"
THIRD = "losses[0] / 3"


def one_block(number):
    """The edit that looks at the units of one block alone."""
    return {SILENT: f"np.mean((model.relu_outputs(inputs)[{number}] == 0).all(axis=(0, 1)))"}


mistakes = [
    Mistake(
        "not_only_earlier_places",
        [
            {"other[:, -1] = (other[:, -1] + 1)": "other[:, 0] = (other[:, 0] + 1)"},
            {"[:, :-1]\n    if moved": "\n    if moved"},
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} The place whose token is another one may notice, and every "
            "later one, too. Change the last token alone, and compare the logits of those before "
            "it."
        ),
    ),
    Mistake(
        "only_above",
        {"abs(loss - np.log(model.vocab_size))": "loss - np.log(model.vocab_size)"},
        lambda case, got, want: (
            f"{both(case, got, want)} A loss far below that of a model that knows nothing is as "
            "suspicious as one far above. Compare the distance."
        ),
    ),
    Mistake(
        "only_below",
        {"abs(loss - np.log(model.vocab_size))": "np.log(model.vocab_size) - loss"},
        lambda case, got, want: (
            f"{both(case, got, want)} You find a loss that is too low, and none that is too high."
        ),
    ),
    Mistake(
        "silent_somewhere",
        {".all(axis=(0, 1))": ".any(axis=(0, 1))"},
        lambda case, got, want: (
            f"{both(case, got, want)} A healthy unit is 0 at many places. It is dead if it is 0 at "
            "every place of every sequence."
        ),
    ),
    Mistake(
        "share_of_zeros",
        {".all(axis=(0, 1))": ""},
        lambda case, got, want: (
            f"{both(case, got, want)} You count zeros, at all places together. Count units: those "
            "that are 0 at every place."
        ),
    ),
    Mistake(
        "mean_of_blocks",
        [{SILENT: MEAN_OF_BLOCKS}, *map(one_block, (0, 1, -1))],
        lambda case, got, want: (
            f"{both(case, got, want)} One block may be dead while all others work, and that is "
            "enough. Look at the block with the most dead units, not at the mean of all, nor at "
            "one of them."
        ),
    ),
    Mistake(
        "last_to_first",
        {FIRST_TO_LAST: LAST_TO_FIRST},
        lambda case, got, want: (
            f"{both(case, got, want)} A gradient travels from the output down, so it is the first "
            "block that gets too little: compare its norm with that of the last one. The list has "
            "the first block first."
        ),
    ),
    Mistake(
        "equal_only",
        {"not np.array_equal(targets[:, :-1], inputs[:, 1:])": "np.array_equal(targets, inputs)"},
        lambda case, got, want: (
            f"{both(case, got, want)} Targets that are equal to the inputs are one way to be "
            "wrong, not the only one. Ask whether they are what they should be: the inputs, one "
            "place later."
        ),
    ),
    Mistake(
        "not_shifted",
        [{SHIFTED: "targets, inputs"}, {SHIFTED: "targets[:, :-1], inputs[:, :-1]"}],
        lambda case, got, want: (
            f"{both(case, got, want)} You compare each target with the input at its own place. It "
            "should be the input one place later: only a model whose targets are its inputs passes "
            "with you, and that is the very fault."
        ),
    ),
    Mistake(
        "shift_the_other_way",
        [
            {SHIFTED: "targets[:, 1:], inputs[:, :-1]"},
            {SHIFTED: "targets, np.roll(inputs, -1, axis=1)"},
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} The target at place t is the input at t + 1. This is what "
            "comes out if the inputs are taken one place *before* the targets, or if the last "
            "target is asked for, too, which nobody can tell."
        ),
    ),
    Mistake(
        "one_call",
        {"    _, again = model.loss_and_grads(data)\n": "    again = grads\n"},
        lambda case, got, want: (
            f"{both(case, got, want)} Whether gradients add up shows in those of a second call "
            "on the same data, and not in the loss: compute them twice, and compare entry by "
            "entry."
        ),
    ),
    Mistake(
        "stuck_above_start",
        {"losses[-1] < losses[0] / 3": "losses[-1] < losses[0]"},
        lambda case, got, want: (
            f"{both(case, got, want)} A loss that falls a little is not enough: one batch can be "
            "learned by heart. After 40 steps less than a third of the first loss should be left."
        ),
    ),
    Mistake(
        "another_limit_for_stuck",
        [
            {THIRD: "losses[0] / 2"},
            {THIRD: "losses[0] / 4"},
            {THIRD: "losses[0] / 10"},
            {THIRD: "1.0"},
            {THIRD: "0.5"},
            {THIRD: "np.log(model.vocab_size) / 3"},
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} You hold the last loss against another limit than the table: "
            "a third of the first of these losses. Another share, a fixed loss or a share of "
            "log(V) draws the line elsewhere."
        ),
    ),
    Mistake(
        "bits",
        {"abs(loss - np.log(": "abs(loss - np.log2("},
        lambda case, got, want: (
            f"{both(case, got, want)} You compare the first loss with the base-2 logarithm of "
            "`vocab_size`. Losses are in nats here: np.log."
        ),
    ),
    Mistake(
        "vanishing_by_entries",
        [
            {FIRST_TO_LAST: "np.abs(grads[0]).max() < np.abs(grads[-1]).max() / 10"},
            {FIRST_TO_LAST: "np.abs(grads[0]).mean() < np.abs(grads[-1]).mean() / 10"},
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} You compare single entries of the gradients, their largest "
            "or their mean. How much of a gradient arrives is its length, with all entries "
            "together: np.linalg.norm."
        ),
    ),
    Mistake(
        "zeroing_not_by_entries",
        [
            {ADDED_UP: "abs(np.linalg.norm(a) - np.linalg.norm(b)) > 1e-6"},
            {ADDED_UP: "abs((a - b).sum()) > 1e-6"},
            {ADDED_UP: "np.linalg.norm(a - b) > 1e-6"},
            {ADDED_UP: "np.abs(a - b).max() > 0"},
            {
                f"any({ADDED_UP} for a, b in zip(grads, again, strict=True))": (
                    "abs(np.linalg.norm(np.concatenate([a.ravel() for a in grads])) "
                    "- np.linalg.norm(np.concatenate([b.ravel() for b in again]))) > 1e-6"
                )
            },
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} Ask whether a single entry changes by more than 1e-6. This "
            "is what comes out if one number of each gradient is compared, a norm or a sum, in "
            "which a change may be lost and rounding adds up, or if all is to be equal to the last "
            "bit."
        ),
    ),
    Mistake(
        "exactly",
        [
            {"moved.max() > 1e-6": "moved.max() > 0"},
            {ADDED_UP: "np.abs(a - b).max() > 0", "moved.max() > 1e-6": "moved.max() > 0"},
        ],
        lambda case, got, want: (
            f"{both(case, got, want)} You ask for numbers that are equal to the last bit. The same "
            "sum, computed in another order, differs by rounding: what counts is above 1e-6."
        ),
    ),
]

hints = [
    "Begin with an empty set, `found = set()`, and write one check after the other; each ends in "
    "`found.add(...)`. The table says what each needs.",
    "A model that knows nothing costs the logarithm of `vocab_size`. For the leak make a copy of "
    "the inputs with another token in the last column, and compare the logits of all columns but "
    "the last.",
    "Dead: `(hidden == 0).all(axis=(0, 1))` says of each unit of a block whether it is silent on "
    "the whole batch; lesson 9's `dead_units` measures the same. Zeroing: call `loss_and_grads` "
    "twice, and compare entry by entry.",
    "Shift: `targets[:, :-1]` against `inputs[:, 1:]`. Vanishing: `np.linalg.norm(grads[0])` "
    "against that of `grads[-1]`. Stuck: the last of `model.train(data, 40)` against a third of "
    "the first.",
]
