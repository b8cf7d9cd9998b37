"""How a small model learns six operations on three digits: measured at 45 steps of its training.

The first seed is measured in full, the others in what is compared between seeds.
"""

from dataclasses import replace

import numpy as np

from course_lib import model
from course_lib.params import TransformerConfig, flatten
from course_lib.tasks import digits_data
from course_lib.tasks.task import Task
from course_lib.training.loop import train
from course_lib.training.objective import evaluate, loss_and_grads
from course_lib.training.recipe import Recipe

OPERATIONS = ("First", "Second", "Last", "Max", "Min", "Add")
#: Questions whose attention is recorded; their digits are in no training example.
PROBES = ("Second ( 5 2 7 ) →", "Max ( 3 8 4 ) →", "Min ( 6 9 1 ) →", "Add ( 4 9 6 ) →")

#: Groups of parameters, by the beginnings of their names, in the order of the computation.
GROUPS = {
    "embeddings": ("embedding.", "positions."),
    "attention 1": ("blocks.0.attention.", "blocks.0.norm_1."),
    "feed-forward 1": ("blocks.0.feed_forward.", "blocks.0.norm_2."),
    "attention 2": ("blocks.1.attention.", "blocks.1.norm_1."),
    "feed-forward 2": ("blocks.1.feed_forward.", "blocks.1.norm_2."),
    "output": ("norm.", "output."),
}

STEPS = (
    *range(0, 200, 10), 200, 225, 250, 275, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1100,
    1200, 1300, 1400, 1500, 1600, 1700, 1800, 2000, 2250, 2500,
)  # fmt: skip
#: Steps that are trained on from each of these, to see what the model is about to be able to do.
DETOUR = 60

_PRESET = digits_data.Preset(
    "First, Second, Last, Max, Min or Add of three digits",
    "Add ( 4 9 6 )",
    OPERATIONS,
    Recipe(max(STEPS), 64, lr=2e-3, warmup=100, evaluate_every=max(STEPS), keep="last"),
)
_FIRST_ARGUMENT, _ARROW = 2, 6


def make_task(n_test=None):
    """Return the Task, its test data cut down to n_test lists of digits if that is given."""
    vocabulary = _PRESET.vocabulary()
    config = TransformerConfig(
        "decoder", len(vocabulary), d_model=32, n_heads=4, n_layers=2, d_ff=128,
        max_len=9, pad_id=vocabulary.pad_id,
    )  # fmt: skip
    rows = digits_data.make_inputs(_PRESET, np.random.default_rng(0))
    train_rows, validation_rows, test_rows = digits_data.split_inputs(_PRESET, rows)
    asked = [[int(token) for token in probe.split() if token.isdigit()] for probe in PROBES]
    unseen = ~(train_rows[:, None] == np.array(asked)).all(axis=-1).any(axis=-1)
    parts = (train_rows[unseen], validation_rows, test_rows[:n_test])
    batches = [digits_data.every_operation(_PRESET, vocabulary, part) for part in parts]
    return Task(
        "digits", "growth", _PRESET.description, vocabulary, config, _PRESET.recipe, *batches
    )


def record(steps=STEPS, seeds=(0, 1, 2, 3, 4), n_test=None):
    """Train with each seed and measure at these steps.

    Returns
    -------
    arrays : dict of str to array
        S steps, R seeds, L blocks, H heads, O operations, T = 7 tokens of a question.

        - Of every seed: accuracy (R, S, O); embeddings (R, S, 10, d_model) of the digits; looks
          (R, S, L, H, O - 1), the attention of the last token to the digit that is the answer, mean
          over the test questions in which it stands once.
        - Of the first three seeds trained without Add: control_embeddings, and control_accuracy
          (3, O - 1) at the end.
        - Of the first seed: loss and gradient_norm of each batch, (N,); held_out_loss (S,);
          group_norms (S, len(GROUPS)) of the gradient of 512 training examples; attention
          (S, len(PROBES), L, H, T, T); add_looks (S, L, H, T), the attention of the last token in
          Add, mean over the test; sums (S, n), the answers to Add, -1 where that is no number,
          and true_sums (n,); onward (S, 2), the accuracy of Add after DETOUR more steps, at the
          rate of the schedule and at a tenth of it, nan before the first 200 steps and at the end.
    metadata : dict
    """
    task = make_task(n_test)
    recipe = task.recipe
    if max(steps) < recipe.steps:  # a run cut short, for a test
        recipe = replace(recipe, steps=max(steps), batch_size=8, evaluate_every=max(steps))
    runs, accuracy, embeddings, attended = [], [], [], []
    for seed in seeds:
        run = train(task, recipe, seed=seed, snapshots=steps, progress=False)
        runs.append(run)
        snapshots = [run.snapshots[step] for step in steps]
        accuracy.append([_by_operation(task, params) for params in snapshots])
        embeddings.append([_digit_rows(task, params) for params in snapshots])
        attended.append([looks(task, params) for params in snapshots])
    arrays = {"embeddings": embeddings, "looks": attended}
    arrays |= _control(task, recipe, steps, seeds[:3])
    arrays |= _in_full(task, recipe, runs[0], steps)
    params = [runs[0].snapshots[step] for step in steps]
    small = {name: np.asarray(array, np.float16) for name, array in arrays.items()}
    small |= {
        "accuracy": np.array(accuracy),
        "steps": np.array(steps, np.int16),
        "sums": np.array([_sums(task, p) for p in params], np.int16),
        "true_sums": _test_rows(task, "Add")[1].astype(np.int16),
    }
    return small, {
        "operations": OPERATIONS,
        "groups": list(GROUPS),
        "probes": PROBES,
        "answers": [[said(task, p, probe) for probe in PROBES] for p in params],
        "seeds": list(seeds),
        "test_questions": len(task.test),
        "parameters": sum(array.size for array in flatten(runs[0].params).values()),
        "detour": DETOUR,
        "not_finite": ["onward"],
    }


def _in_full(task, recipe, run, steps):
    """Measure what is measured of the first seed alone."""
    params = [run.snapshots[step] for step in steps]
    add = _test_rows(task, "Add")[0]
    return {
        "loss": run.history.loss,
        "gradient_norm": run.history.gradient_norm,
        "held_out_loss": [evaluate(task.test, p, task.config).loss for p in params],
        "group_norms": [group_norms(task, p) for p in params],
        "attention": [_probe_attention(task, p) for p in params],
        "add_looks": [_attention(task, p, add)[..., _ARROW, :].mean(axis=0) for p in params],
        "onward": [
            [_onward(task, recipe, p, step, share) for share in (1.0, 0.1)]
            for p, step in zip(params, steps, strict=True)
        ],
    }


def _control(task, recipe, steps, seeds):
    """Train without Add."""
    parts = (task.train, task.validation, task.test)
    five = [part.take(part.groups != "Add") for part in parts]
    task = replace(task, train=five[0], validation=five[1], test=five[2])
    accuracy, embeddings = [], []
    for seed in seeds:
        run = train(task, recipe, seed=seed, snapshots=steps, progress=False)
        accuracy.append(_by_operation(task, run.params))
        embeddings.append([_digit_rows(task, run.snapshots[step]) for step in steps])
    return {"control_embeddings": embeddings, "control_accuracy": accuracy}


def _by_operation(task, params):
    by_group = evaluate(task.test, params, task.config).by_group
    return [by_group[name] for name in OPERATIONS if name in by_group]


def _onward(task, recipe, params, step, share):
    """Return the accuracy of Add after DETOUR steps more, at this share of the rate.

    With a new Adam and other batches, whatever the share.
    """
    if not 200 <= step < recipe.steps:
        return np.nan
    detour = replace(
        recipe, steps=DETOUR, lr=share * recipe.learning_rate(step), schedule="constant", warmup=0
    )
    run = train(task, detour, seed=1000, params=params, progress=False)
    return dict(zip(OPERATIONS, _by_operation(task, run.params), strict=True))["Add"]


def _digit_rows(task, params):
    ids = [task.vocabulary.tokens.index(digit) for digit in "0123456789"]
    return params["embedding"]["W"][ids]


def group_norms(task, params):
    """Return the norm of the gradient of each group of parameters, over 512 training examples."""
    rows = np.random.default_rng(0).integers(len(task.train), size=512)
    result = loss_and_grads(task.train.take(rows), params, task.config)
    squares = {name: float((g * g).sum()) for name, g in flatten(result.grads).items()}
    return [
        sum(square for name, square in squares.items() if name.startswith(beginnings)) ** 0.5
        for beginnings in GROUPS.values()
    ]


def _test_rows(task, operation):
    """Return the questions of one operation, ids (n, 7), and their true results, (n,)."""
    ids = task.test.inputs[0][task.test.groups == operation, : _ARROW + 1]
    digits = ids[:, _FIRST_ARGUMENT : _FIRST_ARGUMENT + 3] - task.vocabulary.tokens.index("0")
    return ids, digits_data.OPERATIONS[operation](digits)


def looks(task, params):
    """Return the attention (L, H, O - 1) of the last token to the digit that is the answer.

    Of questions in which that digit stands once; looking everywhere alike gives 1/7.
    """
    columns = []
    for name in OPERATIONS[:-1]:
        ids, results = _test_rows(task, name)
        digits = ids[:, _FIRST_ARGUMENT : _FIRST_ARGUMENT + 3]
        wanted = digits == task.vocabulary.tokens.index("0") + results[:, None]
        one = wanted.sum(axis=1) == 1
        weights = _attention(task, params, ids[one])
        arrow = weights[..., _ARROW, _FIRST_ARGUMENT : _FIRST_ARGUMENT + 3]
        columns.append((arrow * wanted[one][:, None, None]).sum(axis=-1).mean(axis=0))
    return np.stack(columns, axis=-1)


def _attention(task, params, ids):
    """Return the weights (n, L, H, T, T)."""
    _, cache = model.language_model(ids, params, task.config)
    return np.stack(model.attention_weights(cache), axis=1)


def _probe_attention(task, params):
    ids = np.array([task.vocabulary.encode(probe) for probe in PROBES])
    return _attention(task, params, ids)


def _sums(task, params):
    """Return what the model answers to Add, int (n,); -1 where that is no number."""
    texts = _written(task, params, _test_rows(task, "Add")[0])
    return [int(text) if text.isdigit() else -1 for text in texts]


def said(task, params, probe):
    """Return the answer to one question, as text."""
    return _written(task, params, np.array([task.vocabulary.encode(probe)]))[0]


def _written(task, params, ids):
    """Write on greedily until <eos>, 3 tokens at most. Returns a list of texts."""
    prompt = ids.shape[1]
    for _ in range(_PRESET.answer_length):
        logits, _ = model.language_model(ids, params, task.config)
        ids = np.concatenate([ids, logits[:, -1].argmax(axis=-1)[:, None]], axis=1)
    texts = []
    for row in ids[:, prompt:]:
        tokens = [task.vocabulary.tokens[i] for i in row]
        end = tokens.index("<eos>") if "<eos>" in tokens else len(tokens)
        texts.append("".join(tokens[:end]))
    return texts
