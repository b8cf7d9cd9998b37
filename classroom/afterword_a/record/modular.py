"""Grokking, over several seeds and weight decays, and one run whose embedding is seen as it grows.

Sums modulo p are known by heart after some hundred steps; the rule is found long afterwards, and
only under weight decay (`course_lib.tasks.modular`).
"""

from dataclasses import replace

import numpy as np

from classroom.exercises import reference
from course_lib.params import flatten
from course_lib.tasks import load_task, modular
from course_lib.training.loop import train
from course_lib.training.objective import forward

#: (weight decay, learning rate, seed) of each run; the embedding of the first is kept.
RUNS = (
    *((0.7, 1e-2, seed) for seed in range(6)),
    *((0.3, 1e-2, seed) for seed in range(3)),
    *((0.0, 1e-2, seed) for seed in range(3)),
    *((0.0, 1e-3, seed) for seed in range(3)),
)

#: Steps after which the embedding and the table of sums are kept.
SEEN = (
    *(0, 20, 40, 60, 80, 100, 140, 180, 220, 260, 300, 340, 380, 420, 460, 500, 540, 580, 620),
    *(660, 700, 740, 780, 820, 860, 900, 1000, 1200, 1500, 2000, 3000),
)


def record(runs=RUNS, seen=SEEN, steps=None):
    """Train a model for each of `runs`.

    Parameters
    ----------
    runs : sequence of (float, float, int)
        Weight decay, learning rate and seed.
    seen : sequence of int
        Of the first run.
    steps : int, optional
        Of each run; those of the recipe by default.

    Returns
    -------
    arrays : dict
        weight_decay, lr, seed (runs,); steps (N,); train_accuracy, accuracy, train_loss, loss,
        weight_norm (runs, N), held-out where it does not say train; power (runs, (p - 1)/2), the
        shares of the frequencies in the last embedding. Of the first run: seen (S,), embedding
        (S, p, d_model), table (S, p, p), True where the sum in row a, column b is right.
    metadata : dict
    """
    task = load_task("modular")
    recipe = task.recipe if steps is None else replace(task.recipe, steps=steps)
    histories: list = []
    power: list = []
    snapshots: dict = {}
    for number, (decay, lr, seed) in enumerate(runs):
        run = train(
            task,
            replace(recipe, weight_decay=decay, lr=lr),
            seed=seed,
            callback=_watch(task),
            snapshots=seen if number == 0 else (),
            progress=False,
        )
        snapshots = snapshots or run.snapshots
        histories.append(run.history.evaluations)
        power.append(reference("fourier_power")(run.params["embedding"]["W"][: modular.P]))
    arrays = {
        "weight_decay": np.array([decay for decay, _, _ in runs]),
        "lr": np.array([lr for _, lr, _ in runs]),
        "seed": np.array([seed for _, _, seed in runs]),
        "steps": np.array([e["step"] for e in histories[0]]),
    }
    for name in ("train_accuracy", "accuracy", "train_loss", "loss", "weight_norm"):
        arrays[name] = np.array([[e[name] for e in run] for run in histories], np.float32)
    arrays["power"] = np.array(power, np.float16)
    models = [snapshots[step] for step in seen]
    arrays["seen"] = np.array(seen)
    arrays["embedding"] = np.array(
        [params["embedding"]["W"][: modular.P] for params in models], np.float16
    )
    arrays["table"] = np.array([right_sums(params, task.config) for params in models])
    about = {
        "what": "addition modulo p, trained with several weight decays, rates, seeds",
        "p": modular.P,
        "training pairs": len(task.train),
        "held-out pairs": len(task.held_out),
    }
    return arrays, about


def right_sums(params, config):
    """Return a (p, p) array: True where the model's answer to a + b is right."""
    p = modular.P
    a, b = np.divmod(np.arange(p * p), p)
    logits, _ = forward((np.stack([a, b, np.full(p * p, p)], axis=1),), params, config)
    return (logits[:, -1].argmax(axis=-1) == (a + b) % p).reshape(p, p)


def _watch(task):
    measure = modular.watch(task)

    def callback(run, evaluation):
        measure(run, evaluation)
        squares = sum(float((array**2).sum()) for array in flatten(run.params).values())
        evaluation["weight_norm"] = squares**0.5

    return callback
