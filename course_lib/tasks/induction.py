"""Induction heads: a random block, repeated, can be continued only by looking back and copying.

Where was this token before, and what followed it? Two attention layers learn to answer, quite
suddenly: a head of the first tells each token which one stands before it, a head of the second
looks for the place whose previous token is the current one (Olsson et al. 2022, "In-context
Learning and Induction Heads"). One layer cannot.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from .. import model
from ..decoding import NextLogits
from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch, forward
from ..training.recipe import Recipe
from ..vocab import Vocabulary
from .answers import most_likely
from .task import Answer, Task

PRESETS = {
    "two-layers": "attention alone, two layers: forms induction heads",
    "one-layer": "attention alone, one layer: cannot",
}

VOCAB_SIZE, LENGTH = 32, 32
SHORTEST, LONGEST = 6, 16


def load(preset):
    """Return the Task: attention without feed-forward on blocks of 6 to 16 different tokens.

    Only what can be known is asked for: what comes after the first token has come up again. The
    block's length is random; were it fixed, one layer could look back by that many positions.
    """
    vocabulary = Vocabulary([str(i) for i in range(VOCAB_SIZE)], "word")
    config = TransformerConfig(
        "decoder", VOCAB_SIZE, d_model=64, n_heads=4, n_layers=2 if preset == "two-layers" else 1,
        d_ff=0, max_len=LENGTH,
    )  # fmt: skip
    validation = stream(np.random.default_rng(1), 128)
    return Task(
        name="induction",
        preset=preset,
        description=f"A random block, repeated, is continued; {PRESETS[preset]}.",
        vocabulary=vocabulary,
        config=config,
        recipe=Recipe(
            600, 32, lr=1e-3, warmup=50, schedule="constant", keep="last", evaluate_every=20
        ),
        train=stream(np.random.default_rng(2), 128),
        validation=validation,
        stream=stream,
        ask=partial(_ask, vocabulary, config),
        report=partial(_report, validation, config),
    )


def stream(rng, size):
    """Return a Batch of repeated blocks, inputs (size, LENGTH), all drawn anew."""
    period = rng.integers(SHORTEST, LONGEST + 1, size=(size, 1))
    block = rng.permuted(np.tile(np.arange(VOCAB_SIZE), (size, 1)), axis=1)
    position = np.arange(LENGTH + 1)
    ids = np.take_along_axis(block, position % period, axis=1)
    targets = np.where(position > period, ids, IGNORED)
    return Batch((ids[:, :-1],), targets[:, 1:])


class Scores(NamedTuple):
    """How much a head attends where such a head should; each is an array (n_layers, n_heads).

    previous_token: mean weight on the position before, over the queries of the first block, where
    the later ones will look. induction: mean weight on what followed the current token at earlier
    places, over the queries whose token came up before.
    """

    previous_token: np.ndarray
    induction: np.ndarray


def scores(batch, params, config):
    """Measure every head on repeated blocks.

    Parameters
    ----------
    batch : Batch
        As `stream` makes them.
    params, config

    Returns
    -------
    Scores
    """
    (ids,) = batch.inputs
    _, cache = forward((ids,), params, config)
    weights = np.stack(model.attention_weights(cache))  # (n_layers, B, n_heads, T, T)
    query, key = np.arange(LENGTH)[:, None], np.arange(LENGTH)
    is_previous = np.broadcast_to(key == query - 1, (len(ids), LENGTH, LENGTH))
    before = np.concatenate([np.full((len(ids), 1), -1), ids[:, :-1]], axis=1)
    follows = (before[:, None, :] == ids[:, :, None]) & (key <= query)
    again = follows.any(axis=2)
    first_block = ~again & (np.arange(LENGTH) > 0)

    def mean_weight(wanted, rows):
        on_wanted = (weights * wanted[:, None]).sum(axis=-1)
        return ((on_wanted * rows[:, None]).sum(axis=(1, 3)) / rows.sum()).astype(np.float64)

    return Scores(mean_weight(is_previous, first_block), mean_weight(follows, again))


def watch(task):
    """Return a callback for `train` that adds the best head's scores to each evaluation.

    They are evaluation["previous_token"] and evaluation["induction"], measured on the validation.
    """

    def callback(run, evaluation):
        measured = scores(task.validation, run.params, run.config)
        evaluation["previous_token"] = float(measured.previous_token.max())
        evaluation["induction"] = float(measured.induction.max())

    return callback


def jump(evaluations, name="induction"):
    """Return the steps at which a score had risen by a tenth, a half, nine tenths of its rise.

    The rise is from the first evaluation's value to the last one's; a step is that of the first
    evaluation that has reached the mark. The half is "the step of the jump", and the other two say
    how sudden it was.
    """
    values = np.array([evaluation[name] for evaluation in evaluations])
    marks = values[0] + np.array([0.1, 0.5, 0.9]) * (values[-1] - values[0])
    reached = [int(np.argmax(values >= mark)) for mark in marks]
    return tuple(evaluations[i]["step"] for i in reached)


def _report(validation, config, params):
    measured = scores(validation, params, config)
    return {
        "previous-token score of the best head": float(measured.previous_token.max()),
        "induction score of the best head": float(measured.induction.max()),
    }


def _ask(vocabulary, config, params, question, top=3):
    ids = vocabulary.encode(question)
    if not 1 <= len(ids) <= LENGTH:
        raise ValueError(
            f"induction: the question has {len(ids)} numbers; give 1 to {LENGTH}, each from 0 to "
            f"{VOCAB_SIZE - 1}, of which the last came up before, such as '7 3 9 28 4 11 7 3'."
        )
    found = most_likely(NextLogits(params, config), ids, 1, top=top)
    candidates = [(vocabulary.decode(answer), probability) for answer, probability in found]
    earlier = np.flatnonzero(ids[:-1] == ids[-1])
    truth = vocabulary.decode(ids[earlier[-1] + 1 :][:1]) if len(earlier) else None
    return Answer(vocabulary.decode(ids), candidates[0][0], candidates, truth)
