"""How a model is trained: steps, learning rate, optimizer."""

from dataclasses import dataclass

from . import optim
from .errors import check_choice


@dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    Parameters
    ----------
    steps, batch_size : int
    lr : float
        Peak learning rate.
    optimizer : {"adam", "adamw", "sgd", "momentum"}
    schedule : {"cosine", "constant"}
        After `warmup` steps of linear rise.
    beta2, weight_decay : float
        Of Adam and AdamW.
    clip : float or None
        Largest global norm of the gradient.
    label_smoothing : float
    evaluate_every : int
        Steps from one evaluation on held-out data to the next.
    patience : int or None
        Stop after so many evaluations without a better one.
    keep : {"best", "last"}
        Which parameters the run returns; the best have the highest accuracy, then the lowest loss.
    """

    steps: int
    batch_size: int
    lr: float
    optimizer: str = "adam"
    schedule: str = "cosine"
    warmup: int = 0
    beta2: float = 0.999
    weight_decay: float = 0.0
    clip: float | None = 1.0
    label_smoothing: float = 0.0
    evaluate_every: int = 100
    patience: int | None = None
    keep: str = "best"

    def __post_init__(self):
        check_choice("Recipe", "optimizer", self.optimizer, ("adam", "adamw", "sgd", "momentum"))
        check_choice("Recipe", "schedule", self.schedule, ("cosine", "constant"))
        check_choice("Recipe", "keep", self.keep, ("best", "last"))

    def learning_rate(self, step):
        """Return the rate of step 1, 2, ..."""
        if self.schedule == "cosine":
            return optim.warmup_cosine(step, self.lr, self.warmup, self.steps)
        return self.lr * min(1.0, step / max(1, self.warmup))

    def start_optimizer(self, params):
        """Return a new optimizer of this recipe."""
        if self.optimizer in ("sgd", "momentum"):
            return optim.SGD(params, self.lr, 0.9 if self.optimizer == "momentum" else 0.0)
        kind = optim.AdamW if self.optimizer == "adamw" else optim.Adam
        return kind(params, self.lr, beta2=self.beta2, weight_decay=self.weight_decay)
