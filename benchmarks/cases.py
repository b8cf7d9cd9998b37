"""What is measured: four models with their batches, from the course's own tasks upward."""

from dataclasses import dataclass

import numpy as np

from course_lib.params import TransformerConfig
from course_lib.training.objective import Batch


@dataclass(frozen=True)
class Case:
    """One model and the size of its batch."""

    name: str
    title: str
    config: TransformerConfig
    batch_size: int = 32

    @property
    def length(self):
        """Tokens of a sequence."""
        return self.config.max_len

    @property
    def shape(self):
        """Say in one line how large it is."""
        c = self.config
        return (
            f"B {self.batch_size}, T {self.length}, d {c.d_model}, {c.n_heads} heads, "
            f"{c.n_layers} block{'s' * (c.n_layers > 1)}, d_ff {c.d_ff}, {c.activation}"
        )

    def batch(self):
        """Return a Batch of random ids; every position has a target."""
        rng = np.random.default_rng(1)
        shape = (self.batch_size, self.length)
        ids, targets = rng.integers(self.config.vocab_size, size=(2, *shape))
        return Batch((ids,), targets)


def _decoder(vocab_size, max_len, **settings):
    return TransformerConfig("decoder", vocab_size, max_len=max_len, **settings)


CASES = {
    case.name: case
    for case in (
        Case("A", "digits", _decoder(19, 8)),
        Case("B", "character model", _decoder(54, 64, activation="gelu")),
        Case(
            "C",
            "larger character model",
            _decoder(54, 128, d_model=128, d_ff=512, n_layers=4, activation="gelu"),
        ),
        Case("D", "next_token", _decoder(20, 4, d_model=32, d_ff=64, n_layers=1)),
    )
}
