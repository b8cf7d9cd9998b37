"""Addition modulo a prime: first learned by heart, understood much later ("grokking").

Training accuracy is soon perfect while the held-out sums are still guesswork; many steps on, under
weight decay, the model finds the rule (Power et al. 2022; Nanda et al. 2023 show that it adds with
sines and cosines).
"""

import re
from functools import partial

import numpy as np

from ..decoding import NextLogits
from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch, evaluate
from ..training.recipe import Recipe
from ..vocab import Vocabulary
from .answers import most_likely
from .task import Answer, Task

PRESETS = {
    "modular": "addition mod 47 with weight decay: learned by heart, then understood",
}

P = 47
TRAIN_SHARE = 0.6


def load(preset="modular"):
    """Return the Task.

    The split is by unordered pair: with 17 + 45 in training, 45 + 17 is there too. Otherwise a
    model that has noticed a + b = b + a would know most of the held-out sums.
    """
    vocabulary = Vocabulary([*map(str, range(P)), "="], "word")
    rng = np.random.default_rng(0)
    pairs = rng.permutation(np.stack(np.triu_indices(P), axis=1))
    train, held_out = (
        make_batch(part) for part in np.split(pairs, [round(TRAIN_SHARE * len(pairs))])
    )
    config = TransformerConfig(
        "decoder", len(vocabulary), d_model=64, n_heads=4, n_layers=1, d_ff=256, max_len=3,
        norm="none",
    )  # fmt: skip
    recipe = Recipe(
        3000, 512, lr=1e-2, optimizer="adamw", warmup=10, beta2=0.98, keep="last",
        weight_decay=0.7, evaluate_every=20,
    )  # fmt: skip
    return Task(
        name="modular",
        preset=preset,
        description=f"17 + 45 = ? {PRESETS[preset]}.",
        vocabulary=vocabulary,
        config=config,
        recipe=recipe,
        train=train,
        validation=held_out,
        ask=partial(_ask, vocabulary, config),
        report=partial(_report, train, held_out, config),
    )


def make_batch(pairs):
    """Return the Batch of both orders of pairs (N, 2): inputs a, b, =; asked after the sign."""
    swapped = pairs[pairs[:, 0] != pairs[:, 1], ::-1]
    pairs = np.concatenate([pairs, swapped])
    ids = np.concatenate([pairs, np.full((len(pairs), 1), P)], axis=1)
    targets = np.full_like(ids, IGNORED)
    targets[:, -1] = pairs.sum(axis=1) % P
    return Batch((ids,), targets)


def watch(task):
    """Return a callback for `train` that adds "train_accuracy" and "train_loss" to an evaluation.

    They are measured on all training sums; "accuracy" and "loss" are those of the held-out sums.
    """

    def callback(run, evaluation):
        measured = evaluate(task.train, run.params, run.config, batch_size=len(task.train))
        evaluation["train_accuracy"] = measured.accuracy
        evaluation["train_loss"] = measured.loss

    return callback


def milestones(evaluations, understood=0.99):
    """Return (memorized, understood): the first evaluated steps with a perfect training accuracy,
    and with at least `understood` on held-out sums; None where it did not happen.
    """

    def first(name, wanted):
        return next((e["step"] for e in evaluations if e[name] >= wanted), None)

    return first("train_accuracy", 1.0), first("accuracy", understood)


def _report(train, held_out, config, params):
    return {
        "exact match, held-out sums": evaluate(held_out, params, config).accuracy,
        "exact match, training sums": evaluate(train, params, config).accuracy,
    }


def _ask(vocabulary, config, params, question, top=3):
    match = re.fullmatch(r"\s*(\d+)\s*\+?\s*(\d+)\s*=?\s*", question)
    if not match or max(map(int, match.groups())) >= P:
        raise ValueError(
            f"modular: {question!r} is not a sum of two numbers from 0 to {P - 1}, such as 17 + 45."
        )
    a, b = map(int, match.groups())
    found = most_likely(NextLogits(params, config), np.array([a, b, P]), 1, top=top)
    candidates = [(vocabulary.decode(answer), probability) for answer, probability in found]
    return Answer(f"{a} + {b} mod {P}", candidates[0][0], candidates, str((a + b) % P))
