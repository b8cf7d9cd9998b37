"""What was recorded of eight broken trainings and of a healthy one beside them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from classroom.plots.display import in_notebook, monospaced, publish
from classroom.plots.tables import Table, table
from classroom.recordings import Recording, load_recording
from course_lib.tasks.raven import POEM

#: What the models read for the picture of their attention; as long as their context.
PROMPT = "Once upon a midnight dre"

#: Characters of the poem that the models learn from: few, so that what is held out is harder.
LEARNED = 3000

CONTROL = "healthy"
PATIENTS = (
    "Annabel", "Berenice", "Eleonora", "Lenore", "Ligeia", "Morella", "Prospero", "Roderick",
)  # fmt: skip

#: What may be wrong with a patient, by the word for it.
DISEASES = {
    "rate": "The learning rate is too high.",
    "zeroing": "The gradients are not set to zero between steps: each is added to all before.",
    "shift": "The labels are not shifted: the model is asked for the token that it reads.",
    "leak": "The mask lets every position see the future.",
    "dead": "The relu units are dead: none of them ever lets anything through.",
    "vanishing": "The gradient vanishes on its way down through the blocks.",
    "evaluation": "The data said to be held out are training data.",
    "overflow": "A number becomes larger than its type can hold.",
}

#: The largest number in half precision, float16.
HALF = 65504.0


class Chart(NamedTuple):
    """What was measured on one training, in the arrays of `record.broken_training`."""

    patient: str
    looked_at: np.ndarray
    train_loss: np.ndarray
    held_out_loss: np.ndarray
    train_accuracy: np.ndarray
    held_out_accuracy: np.ndarray
    batch_loss: np.ndarray
    norms: np.ndarray
    dead: np.ndarray
    largest_score: np.ndarray
    largest_activation: np.ndarray
    attention: np.ndarray
    sample: str
    updates: np.ndarray = np.zeros(0)
    """From `record.ward_updates`: update / weight of each step."""


class Vitals(NamedTuple):
    """A chart in a few numbers; a last value is the last one that is finite.

    Attributes
    ----------
    loss_0 : float
        On training data before the first step.
    worst : float
        The highest loss of a batch, after the first step.
    train, held_out : float
        The last losses.
    train_accuracy, held_out_accuracy : float
        The last shares of characters that are the most likely ones.
    ends : int or None
        The step at which the loss is nan for the first time.
    depth : float
        At step 1: norm of the gradient of block 1, divided by that of the output.
    growth : float
        Norm of the whole gradient at the last step, divided by that at step 1.
    dead_0, dead : float
        The share of relu units that are silent on all held-out windows, before step 1 and last.
    ahead : float
        The share of its attention that a position pays to later ones, in the head with the most.
    score, activation : float
        The last largest score before a softmax, and the last largest activation or logit.
    update : float
        The largest of the first ten steps: norm of the update, divided by that of the weights; nan
        where it was not measured.
    """

    loss_0: float
    worst: float
    train: float
    held_out: float
    train_accuracy: float
    held_out_accuracy: float
    ends: int | None
    depth: float
    growth: float
    dead_0: float
    dead: float
    ahead: float
    score: float
    activation: float
    update: float


@lru_cache(maxsize=1)
def _recording() -> Recording:
    return load_recording("ward")


@lru_cache(maxsize=1)
def _updates() -> dict[str, np.ndarray]:
    return load_recording("ward_updates").arrays


def chart(patient: str) -> Chart:
    """Return what was measured on a patient, or on "healthy".

    Raises
    ------
    ValueError
        If there is no such patient; names them all.
    """
    return chart_of(_recording(), patient)._replace(updates=_updates()[patient])


def chart_of(recording: Recording, patient: str) -> Chart:
    """Return the chart of a patient, or of "healthy", in a recording of the ward."""
    samples = recording.metadata["samples"]
    if patient not in samples:
        raise ValueError(
            f"chart: there is no patient {patient!r} in the ward; there are {', '.join(PATIENTS)}, "
            f"and {CONTROL!r}."
        )
    arrays = {
        name: recording.arrays[f"{patient}/{name}"]
        for name in Chart._fields
        if name not in ("patient", "sample", "updates")
    }
    return Chart(patient=patient, sample=samples[patient], **arrays)


@lru_cache(maxsize=16)
def vitals(patient: str) -> Vitals:
    """Return the chart of a patient, or of "healthy", in a few numbers."""
    return measure(chart(patient))


def measure(found: Chart) -> Vitals:
    """Return a chart in a few numbers."""
    lengths = np.sqrt((found.norms**2).sum(axis=1))
    broken = np.flatnonzero(~np.isfinite(found.batch_loss))
    later = np.triu(found.attention, 1).sum(axis=-1)[..., :-1]  # the last position has none
    return Vitals(
        loss_0=float(found.train_loss[0]),
        worst=float(np.nanmax(found.batch_loss[1:])),
        train=_last(found.train_loss),
        held_out=_last(found.held_out_loss),
        train_accuracy=_last(found.train_accuracy),
        held_out_accuracy=_last(found.held_out_accuracy),
        ends=int(broken[0]) + 1 if len(broken) else None,
        depth=float(found.norms[0, 1] / found.norms[0, -1]),
        growth=_last(lengths) / float(lengths[0]),
        dead_0=float(found.dead[0].mean()),
        dead=_last(found.dead.mean(axis=1)),
        ahead=float(later.mean(axis=-1).max()),
        score=_last(found.largest_score),
        activation=_last(found.largest_activation),
        update=float(found.updates[:10].max()) if len(found.updates) else math.nan,
    )


def _last(values: np.ndarray) -> float:
    return float(values[np.isfinite(values)][-1])


_COLUMNS = {
    "loss at step 0": lambda v: f"{v.loss_0:.2f}",
    "worst": lambda v: f"{v.worst:.2f}",
    "last": lambda v: f"{v.train:#.3g}",
    "held out": lambda v: f"{v.held_out:#.3g}",
    "accuracy held out": lambda v: f"{v.held_out_accuracy:.2f}",
    "gradient block 1/output": lambda v: f"{v.depth:.2g}",
    "gradient last/first": lambda v: f"{v.growth:.2g}",
    "silent units first": lambda v: f"{v.dead_0:.0%}",
    "silent units last": lambda v: f"{v.dead:.0%}",
    "looks ahead": lambda v: f"{v.ahead:.0%}",
    "largest score": lambda v: f"{v.score:#.3g}",
    "update/weight first": lambda v: f"{v.update:.1g}",
    "nan at step": lambda v: "" if v.ends is None else str(v.ends),
}


def vital_signs() -> Table:
    """Return the vital signs of all patients as a table, a line for each measurement."""
    signs = {name: vitals(name) for name in (CONTROL, *PATIENTS)}
    columns: dict[str, list[str]] = {"": list(_COLUMNS)}
    columns |= {name: [text(v) for text in _COLUMNS.values()] for name, v in signs.items()}
    return table(columns)


def offer_vital_signs() -> None:
    """Show the vital signs, folded: they are for a second look."""
    signs = vital_signs()
    if not in_notebook():
        print(signs)
        return
    summary = "The vital signs of all nine, for a second look"
    body = f"<details><summary>{summary}</summary>\n{monospaced(signs)}\n</details>"
    publish({"text/html": body, "text/plain": f"{summary}: print(vital_signs())"})


def levels_of_the_poem() -> tuple[int, dict[str, float]]:
    """Return how many characters the models learn from, and what some knowledge of them costs.

    Returns
    -------
    learned : int
    levels : dict of str to float
        In nats per character.
    """
    text = np.array(list(POEM.read_text(encoding="utf-8")[:LEARNED]))
    single = np.unique(text, return_counts=True)[1]
    pairs = np.unique(np.char.add(text[:-1], text[1:]), return_counts=True)[1]
    return LEARNED, {
        "nothing": uniform_loss(),
        "the frequency of each character": _entropy(single),
        "and of each after the one before": _entropy(pairs) - _entropy(single),
    }


def _entropy(counts: np.ndarray) -> float:
    p = counts / counts.sum()
    return float(-(p * np.log(p)).sum())


@lru_cache(maxsize=1)
def uniform_loss() -> float:
    """Return the loss, in nats, of a model for which all characters are equally likely."""
    return math.log(_recording().metadata["vocab_size"])
