"""The settings of a training: steps, learning rate, optimizer."""

from dataclasses import dataclass

from ..internals.checks import check_choice
from . import optim


@dataclass(frozen=True)
class Recipe:
    """The settings of a training.

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
        Which parameters the run returns.
    monitor : {"accuracy", "loss"}
        What makes parameters the best, on held-out data: the highest accuracy and then the lowest
        loss, or the lowest loss alone, as suits a language model.
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
    monitor: str = "accuracy"

    def __post_init__(self):
        check_choice("Recipe", "optimizer", self.optimizer, ("adam", "adamw", "sgd", "momentum"))
        check_choice("Recipe", "schedule", self.schedule, ("cosine", "constant"))
        check_choice("Recipe", "keep", self.keep, ("best", "last"))
        check_choice("Recipe", "monitor", self.monitor, ("accuracy", "loss"))
        for name in ("steps", "batch_size", "lr", "evaluate_every", "patience", "clip"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"Recipe: {name} is {value}; it must be greater than 0.")

    def learning_rate(self, step):
        """Return the learning rate of step 1, 2, ...

        Examples
        --------
        >>> recipe = Recipe(steps=100, batch_size=16, lr=0.1, warmup=10)
        >>> [round(recipe.learning_rate(step), 3) for step in (1, 5, 10, 55, 100)]
        [0.01, 0.05, 0.1, 0.05, 0.0]
        """
        if self.schedule == "cosine":
            return optim.warmup_cosine(step, self.lr, self.warmup, self.steps)
        return self.lr * min(1.0, step / max(1, self.warmup))

    def score(self, evaluation):
        """Return what is compared to find the best evaluation; larger is better."""
        loss, accuracy = evaluation["loss"], evaluation["accuracy"]
        return (accuracy, -loss) if self.monitor == "accuracy" else (-loss, accuracy)

    def start_optimizer(self, params):
        """Return a new optimizer of this recipe."""
        if self.optimizer in ("sgd", "momentum"):
            return optim.SGD(params, self.lr, 0.9 if self.optimizer == "momentum" else 0.0)
        kind = optim.AdamW if self.optimizer == "adamw" else optim.Adam
        return kind(params, self.lr, beta2=self.beta2, weight_decay=self.weight_decay)
