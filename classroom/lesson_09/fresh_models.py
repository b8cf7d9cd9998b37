"""Models before their first step, healthy and sick, as the exercise `examine` gets them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from classroom.exercises.swap import using
from classroom.lesson_09.broken_runs import LEARNED, PATIENTS, PROMPT
from classroom.lesson_09.record.broken_runs import (
    BUGS,
    mask_of_true,
    sublayer_alone,
    sublayer_alone_backward,
    unshifted,
)
from classroom.lesson_09.short_runs import relu_outputs
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import load_task
from course_lib.tasks.raven import POEM
from course_lib.training import optim
from course_lib.training.objective import Batch, forward, loss_and_grads

Data = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a model or with its data; by default nothing.

    Parameters
    ----------
    scale : float
        Multiplies every matrix of the start.
    bias : float
        What the biases in front of the relus begin with.
    block : int, optional
        The only block that has this bias; by default all.
    norm : {"pre", "none"}
    functions : dict of str to callable
        To be put into course_lib, by name.
    loss : callable (loss, B, T) -> loss
        What is made of the mean loss of a token.
    zeroed : bool
        Whether each gradient begins with 0.
    reached : bool
        Whether the steps reach the parameters that the model computes with.
    later : int
        How many places the targets are behind the inputs.
    """

    scale: float = 1.0
    bias: float = 0.0
    block: int | None = None
    norm: str = "pre"
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    loss: Callable[[float, int, int], float] = lambda loss, B, T: loss
    zeroed: bool = True
    reached: bool = True
    later: int = 1


FAULTS = {
    "healthy": Fault(),
    "large start": Fault(scale=4.0),
    "summed loss": Fault(loss=lambda loss, B, T: loss * T),
    "loss divided twice": Fault(loss=lambda loss, B, T: loss / B),
    "no step": Fault(reached=False),
    "targets are inputs": Fault(later=0),
    "targets two later": Fault(later=2),
    "mask of True": Fault(functions={"causal_mask": mask_of_true}),
    "silent relus": Fault(bias=-6.0),
    "one silent block": Fault(bias=-6.0, block=1),
    "rarely active relus": Fault(bias=-1.6),
    "no residual": Fault(
        norm="none",
        functions={"residual": sublayer_alone, "residual_backward": sublayer_alone_backward},
    ),
    "gradients add up": Fault(zeroed=False),
    "mask and silent relus": Fault(functions={"causal_mask": mask_of_true}, bias=-6.0),
}
"""Some mistakes, by a few words for each."""


class FreshModel:
    """A language model that has not been trained, with what an examination needs.

    Attributes
    ----------
    vocab_size : int
    """

    def __init__(self, config: TransformerConfig, params: dict, fault: Fault, lr: float) -> None:
        self.vocab_size = config.vocab_size
        self._config, self._params, self._fault, self._lr = config, params, fault, lr
        self._held: dict[str, np.ndarray] = {}

    def logits(self, ids: np.ndarray) -> np.ndarray:
        """Return the logits (B, T, vocab_size) of the next token at each position."""
        with self._inside():
            return forward((ids,), self._params, self._config)[0]

    def loss_and_grads(self, data: Data) -> tuple[float, list[np.ndarray]]:
        """Return the mean loss of a token, and one gradient for each block, the first block first.

        A gradient is a 1-D array, of all parameters of the block.
        """
        loss, grads = self._backward(data, self._params)
        return loss, [
            np.concatenate([g.ravel() for g in flatten(block).values()])
            for block in grads["blocks"]
        ]

    def relu_outputs(self, ids: np.ndarray) -> list[np.ndarray]:
        """Return for each block what its relu lets through, an array (B, T, d_ff)."""
        with self._inside():
            return relu_outputs(ids, self._params, self._config)

    def train(self, data: Data, steps: int) -> np.ndarray:
        """Train a copy of the model on these data, again and again: the loss of each step."""
        inputs, targets = data
        return _trained(self, inputs.tobytes(), targets.tobytes(), inputs.shape, steps).copy()

    def _inside(self) -> AbstractContextManager[Any]:
        return using(**self._fault.functions) if self._fault.functions else nullcontext()

    def _backward(self, data: Data, params: dict) -> tuple[float, dict]:
        inputs, targets = data
        with self._inside():
            loss, grads, _ = loss_and_grads(Batch((inputs,), targets), params, self._config)
        if not self._fault.zeroed:
            for name, g in flatten(grads).items():
                g += self._held.get(name, 0)
                self._held[name] = g.copy()
        return self._fault.loss(float(loss), *inputs.shape), grads

    def _key(self) -> tuple:
        arrays = flatten(self._params).values()
        return (id(self._fault), self._lr, *(a.tobytes() for a in arrays))

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FreshModel) and self._key() == other._key()

    def __deepcopy__(self, memo: dict) -> FreshModel:
        copied = FreshModel(self._config, copy.deepcopy(self._params, memo), self._fault, self._lr)
        copied._held = copy.deepcopy(self._held, memo)
        return copied


@cache
def _trained(
    model: FreshModel, inputs: bytes, targets: bytes, shape: tuple[int, int], steps: int
) -> np.ndarray:
    """Remember what came of a training: a check makes the same one for each known mistake."""
    data = (np.frombuffer(inputs, np.int64).reshape(shape),
            np.frombuffer(targets, np.int64).reshape(shape))  # fmt: skip
    pupil = copy.deepcopy(model)
    pupil._held = {}
    moved = pupil._params if model._fault.reached else copy.deepcopy(pupil._params)
    optimizer = optim.Adam(moved, model._lr)
    losses = np.zeros(steps)
    with np.errstate(all="ignore"):
        for n in range(steps):
            losses[n], grads = pupil._backward(data, pupil._params)
            optimizer.step(grads)
    return losses


def fresh_model(seed: int = 0, kind: str = "healthy") -> tuple[FreshModel, Data]:
    """Make a small model with one of `FAULTS`, and a batch for it: `examine(*fresh_model(3))`.

    Parameters
    ----------
    seed : int
    kind : str
        One of the keys of `FAULTS`.

    Returns
    -------
    model : FreshModel
    data : (inputs, targets)
        Two int arrays (5, 7).
    """
    fault, rng = FAULTS[kind], np.random.default_rng(seed)
    config = TransformerConfig(
        "decoder", 11, d_model=12, n_heads=2, n_layers=3, d_ff=16, max_len=7, norm=fault.norm
    )
    text = rng.integers(11, size=(5, 9))
    inputs, targets = text[:, :7].copy(), text[:, fault.later : fault.later + 7].copy()
    return _start(config, fault, 0.015, rng), (inputs, targets)


def fresh_patient(patient: str) -> tuple[FreshModel, Data]:
    """Make a model of the ward as it was before its first step, and six windows of the poem.

    Parameters
    ----------
    patient : str
        One of `broken_runs.PATIENTS`, or "healthy".
    """
    bug, task, T = BUGS[patient], load_task("raven"), len(PROMPT)
    fault = Fault(
        bias=bug.bias, norm=bug.norm, functions=bug.functions, zeroed=bug.zeroed,
        later=0 if bug.asked is unshifted else 1,
    )  # fmt: skip
    config = TransformerConfig(
        "decoder", len(task.vocabulary), d_model=32, n_heads=4, n_layers=4, d_ff=128, max_len=T,
        norm=bug.norm,
    )  # fmt: skip
    ids = task.vocabulary.encode(POEM.read_text(encoding="utf-8"))
    text = np.lib.stride_tricks.sliding_window_view(ids, T + 1)[:LEARNED:500].astype(np.int64)
    inputs, targets = text[:, :T].copy(), text[:, fault.later : fault.later + T].copy()
    return _start(config, fault, bug.lr, np.random.default_rng(0)), (inputs, targets)


def _start(
    config: TransformerConfig, fault: Fault, lr: float, rng: np.random.Generator
) -> FreshModel:
    params = init_params(config, rng, np.float64)
    for array in flatten(params).values():
        if array.ndim == 2:
            array *= fault.scale
    for index, block in enumerate(params["blocks"]):
        if fault.block in (None, index):
            block["feed_forward"]["b_1"] += fault.bias
    return FreshModel(config, params, fault, lr)


def planted(patient: str) -> str:
    """Return what had been planted in a patient's training, in a few words, not its name.

    Raises
    ------
    ValueError
        If there is no such patient.
    """
    if patient not in PATIENTS:
        raise ValueError(f"planted: there is no patient {patient!r} in the ward.")
    bug = BUGS[patient]
    functions = " ".join(bug.functions)
    if "mask" in functions:
        return "a mask of True"
    if "residual" in functions:
        return "no residual connection, no norm"
    if "softmax" in functions:
        return "a softmax in half precision"
    if not bug.zeroed:
        return "gradients that add up"
    if bug.examined_on == "train":
        return "an exam on training data"
    if bug.bias:
        return "biases of -6 in front of the relus"
    return "targets equal to inputs" if bug.asked is unshifted else f"a rate of {bug.lr}"
