"""One training with a place for each mistake, and what is measured on the way."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from classroom.exercises.swap import using
from classroom.lesson_09.broken_runs import LEARNED, PROMPT
from course_lib import decoding
from course_lib.loss import cross_entropy
from course_lib.model import StackCache
from course_lib.params import TransformerConfig, flatten, init_params
from course_lib.tasks import load_task
from course_lib.tasks.raven import POEM, windows
from course_lib.training import optim, step
from course_lib.training.objective import Batch, forward


def _same(batch: Batch) -> Batch:
    return batch


@dataclass(frozen=True)
class Bug:
    """Where a training goes wrong; by default nowhere.

    Parameters
    ----------
    lr : float
    norm : {"pre", "none"}
    bias : float
        What the biases in front of the relus begin with.
    functions : dict of str to callable
        To be put into course_lib, by name.
    asked : callable
        Maps a batch to the one that the model is trained and examined on.
    zeroed : bool
        Whether each step begins with gradients of 0.
    examined_on : {"held out", "train"}
    """

    lr: float = 4e-3
    norm: str = "pre"
    bias: float = 0.0
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    asked: Callable[[Batch], Batch] = _same
    zeroed: bool = True
    examined_on: str = "held out"

    def inside(self) -> AbstractContextManager[Any]:
        """Put the wrong functions in."""
        return using(**self.functions) if self.functions else contextlib.nullcontext()


class WatchedAdam(optim.Adam):
    """Adam that keeps the gradients of its last step, and adds them to the next if not `zeroed`."""

    zeroed = True
    grads: dict

    def step(self, grads: dict, lr: float | None = None) -> None:
        """Take one step."""
        if not self.zeroed and self.t:
            earlier = flatten(self.grads)
            for name, g in flatten(grads).items():
                g += earlier[name]
        self.grads = grads
        super().step(grads, lr)


def train_patient(
    bug: Bug,
    steps: int,
    every: int,
    seed: int = 0,
    n_layers: int = 4,
    asked: int = 96,
    length: int = 120,
    watch: Callable[[int, dict], None] | None = None,
) -> tuple[dict[str, np.ndarray], str]:
    """Train a model of The Raven with a bug in it. Return what was measured, and a sample.

    Parameters
    ----------
    bug : Bug
    steps, every : int
        Steps of the run, and from one look at it to the next.
    seed : int
        Of the parameters and the batches.
    n_layers : int
    asked : int
        Windows on which it is examined.
    length : int
        Characters that it writes at the end.
    watch : callable, optional
        watch(step, params) is called before the first step, as step 0, and after each step.

    Returns
    -------
    arrays : dict
        looked_at, the steps of the looks; train_loss, held_out_loss, train_accuracy,
        held_out_accuracy, largest_score, largest_activation, one for each look; dead
        (looks, n_layers); batch_loss (steps,); norms (steps, n_layers + 2) of the gradients of
        embedding, blocks, output, as the optimizer gets them; attention
        (n_layers, n_heads, T, T), the last that was finite. nan once the loss is nan.
    sample : str
        Empty if all that it computes is nan.
    """
    text = POEM.read_text(encoding="utf-8")
    vocabulary = load_task("raven").vocabulary
    ids, T = vocabulary.encode(text), len(PROMPT)
    train, held_out = windows(ids[:LEARNED], T), windows(ids[len(ids) * 9 // 10 :], T)
    config = TransformerConfig(
        "decoder", len(vocabulary), d_model=32, n_heads=4, n_layers=n_layers, d_ff=128,
        max_len=T, norm=bug.norm,
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    params = init_params(config, rng)
    for block in params["blocks"]:
        block["feed_forward"]["b_1"] += np.float32(bug.bias)
    optimizer = WatchedAdam(params, bug.lr)
    optimizer.zeroed = bug.zeroed

    draw = np.random.default_rng(1)
    rows = draw.choice(len(train), 2 * asked, replace=False)
    seen, also_seen = train.take(rows[:asked]), train.take(rows[asked:])
    unseen = held_out.take(draw.choice(len(held_out), asked, replace=False))
    examined = also_seen if bug.examined_on == "train" else unseen
    exams = {"train": bug.asked(seen), "held_out": bug.asked(examined)}
    prompt = vocabulary.encode(PROMPT)[None]

    looked_at = np.arange(0, steps + 1, every)
    found: dict[str, Any] = {
        "looked_at": looked_at,
        "batch_loss": np.full(steps, np.nan, np.float32),
        "norms": np.full((steps, n_layers + 2), np.nan, np.float32),
        "dead": np.full((len(looked_at), n_layers), np.nan, np.float16),
        "attention": np.zeros((n_layers, config.n_heads, T, T), np.float16),
    }
    for name in ("train_loss", "held_out_loss", "train_accuracy", "held_out_accuracy"):
        found[name] = np.full(len(looked_at), np.nan, np.float32)
    for name in ("largest_score", "largest_activation"):
        found[name] = np.full(len(looked_at), np.nan, np.float32)

    def look(at: int) -> None:
        for name, batch in exams.items():
            logits, (stack, _) = forward(batch.inputs, params, config)
            if not np.isfinite(logits).all():
                return
            found[f"{name}_loss"][at] = cross_entropy(logits, batch.targets)[0]
            found[f"{name}_accuracy"][at] = (logits.argmax(-1) == batch.targets).mean()
        inside = _before_relu(stack)
        found["dead"][at] = [1 - (x > 0).any(axis=(0, 1)).mean() for x in inside]
        found["largest_score"][at] = max(np.abs(s).max() for s in _scores(stack))
        found["largest_activation"][at] = max(np.abs(x).max() for x in [*inside, logits])
        _, (stack, _) = forward((prompt,), params, config)
        found["attention"][:] = [b.attention.sublayer.weights[0] for b in stack.blocks]

    with bug.inside(), np.errstate(all="ignore"):
        look(0)
        watch = watch or (lambda step, params: None)
        watch(0, params)
        for n in range(1, steps + 1):
            batch = bug.asked(train.take(rng.integers(len(train), size=16)))
            loss, _ = step.train_step(batch, params, config, optimizer, bug.lr, math.inf)
            if not math.isfinite(loss):
                break
            found["batch_loss"][n - 1] = loss
            found["norms"][n - 1] = _norms(optimizer.grads)
            watch(n, params)
            if n % every == 0:
                look(n // every)
        sample = ""
        if np.isfinite(forward((prompt,), params, config)[0]).all():
            written = decoding.generate(
                decoding.NextLogits(params, config), vocabulary.encode("Once upon")[None], length,
                np.random.default_rng(0), temperature=0.5,
            )  # fmt: skip
            sample = vocabulary.decode(written[0])
    return found, sample


def _before_relu(stack: StackCache) -> list[np.ndarray]:
    return [block.feed_forward.sublayer[1][0] for block in stack.blocks]


def _scores(stack: StackCache) -> list[np.ndarray]:
    attended = [block.attention.sublayer.attention for block in stack.blocks]
    return [a.q @ np.swapaxes(a.k, -1, -2) / math.sqrt(a.q.shape[-1]) for a in attended]


def _norms(grads: dict) -> list[float]:
    """Return the length of the gradient of the embedding, of each block, of the output."""
    ends = [{k: grads[k] for k in names if k in grads}
            for names in (("embedding", "positions"), ("norm", "output"))]  # fmt: skip
    parts = [ends[0], *grads["blocks"], ends[1]]
    return [
        math.sqrt(sum(float((a.astype(np.float64) ** 2).sum()) for a in flatten(part).values()))
        for part in parts
    ]
