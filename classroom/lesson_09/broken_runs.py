"""What was recorded of eight broken trainings and of a healthy one beside them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from classroom.lesson_09.recordings import Recording, load_recording

#: What the models read for the picture of their attention; as long as their context.
PROMPT = "Once upon a midnight dre"

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


@lru_cache(maxsize=1)
def _recording() -> Recording:
    return load_recording("ward")


def chart(patient: str) -> Chart:
    """Return what was measured on a patient, or on "healthy".

    Raises
    ------
    ValueError
        If there is no such patient; names them all.
    """
    return chart_of(_recording(), patient)


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
        if name not in ("patient", "sample")
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
    "nan at step": lambda v: "" if v.ends is None else str(v.ends),
}


def vital_signs() -> str:
    """Return the vital signs of all patients as a table, a line for each measurement."""
    names = (CONTROL, *PATIENTS)
    signs = {name: vitals(name) for name in names}
    width = 9
    lines = [" " * 24 + "".join(f"{name:>{width}}" for name in names)]
    for label, text in _COLUMNS.items():
        lines.append(f"{label:<24}" + "".join(f"{text(signs[name]):>{width}}" for name in names))
    return "\n".join(line.rstrip() for line in lines)


@lru_cache(maxsize=1)
def uniform_loss() -> float:
    """Return the loss, in nats, of a model for which all characters are equally likely."""
    return math.log(_recording().metadata["vocab_size"])
