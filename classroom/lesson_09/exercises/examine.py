"""examine: what is wrong with a model before its first step."""

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


def cases(rng):
    made = []
    for seed, kind in enumerate(FAULTS, 1):
        model, data = fresh_model(seed, kind)
        made.append(Case((model, data), label=kind, expected=EXPECTED[kind]))
    model, data = fresh_model(99, "healthy")
    return [*made, Case((model, data), label="healthy, another seed", expected=set())]


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
        {SILENT: MEAN_OF_BLOCKS},
        lambda case, got, want: (
            f"{both(case, got, want)} One block may be dead while all others work, and the mean "
            "over the blocks hides it. Look at the block with the most dead units."
        ),
    ),
    Mistake(
        "last_to_first",
        {FIRST_TO_LAST: LAST_TO_FIRST},
        lambda case, got, want: (
            f"{both(case, got, want)} A gradient travels from the output down, so it is the first "
            "block that gets too little. The list has the first block first."
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
        "shift_the_other_way",
        {"targets[:, :-1], inputs[:, 1:]": "targets[:, 1:], inputs[:, :-1]"},
        lambda case, got, want: (
            f"{both(case, got, want)} You ask for targets that are one place *before* the inputs. "
            "The target at place t is the input at t + 1."
        ),
    ),
    Mistake(
        "one_call",
        {"    _, again = model.loss_and_grads(data)\n": "    again = grads\n"},
        lambda case, got, want: (
            f"{both(case, got, want)} Whether gradients add up shows in the second call: compute "
            "them twice on the same data, and compare."
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
