"""Exercise: logits_gradient."""

import numpy as np

from course_lib import layers, loss
from course_lib.layers import one_hot, softmax

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def logits_gradient(logits, targets):
    """Gradient of the mean surprise: (p - y) / N, shape of logits, with N positions."""
    p, _ = softmax(logits)
    y = one_hot(targets, logits.shape[-1])
    return (p - y) / targets.size


def logits_gradient_cases(rng):
    return [
        # p = 1/8, 2/8, 5/8 and the second token is right.
        Case(
            (np.log([[1.0, 2.0, 5.0]]), np.array([1])),
            label="one position, worked by hand",
            expected=[[1 / 8, -6 / 8, 5 / 8]],
        ),
        # p = 1/2, 1/2 twice; the first and the second token are right; half of it each.
        Case(
            (np.zeros((2, 2)), np.array([0, 1])),
            label="two positions, worked by hand",
            expected=[[-1 / 4, 1 / 4], [1 / 4, -1 / 4]],
        ),
        Case((rng.normal(size=(5, 7)) * 2, rng.integers(0, 7, size=5)), label="five positions"),
        Case(
            (rng.normal(size=(2, 3, 5)), np.array([[4, 0, 4], [1, 1, 2]])),
            label="a batch of 2 sequences of 3",
        ),
        Case((rng.normal(size=(3, 5)) + 1000, np.array([0, 3, 3])), label="logits near +1000"),
    ]


def _parts(logits, targets):
    p, _ = layers.softmax(logits)
    return p, layers.one_hot(targets, logits.shape[-1]), np.size(targets)


def _pick_and_subtract(logits, targets):
    p, _, n = _parts(logits, targets)
    rows = p.reshape(-1, p.shape[-1]).copy()
    rows[np.arange(n), targets.reshape(-1)] -= 1
    return rows.reshape(p.shape) / n


def _loop(logits, targets):
    p, _, n = _parts(logits, targets)
    out = p / n
    for place in np.ndindex(targets.shape):
        out[(*place, targets[place])] -= 1 / n
    return out


def _along_axis(logits, targets):
    out, _, n = _parts(logits, targets)
    out = out.copy()
    at = targets[..., None]
    np.put_along_axis(out, at, np.take_along_axis(out, at, -1) - 1, -1)
    return out / n


def _softmax_and_cache(logits, targets):
    _, y, n = _parts(logits, targets)
    return (layers.softmax(logits) - y) / n


def _not_divided(logits, targets):
    p, y, _ = _parts(logits, targets)
    return p - y


def _sign(logits, targets):
    return -logits_gradient(logits, targets)


def _no_softmax(logits, targets):
    _, y, n = _parts(logits, targets)
    return (logits - y) / n


def _divided_by_size(logits, targets):
    p, y, _ = _parts(logits, targets)
    return (p - y) / p.size


def _divided_by_batch(logits, targets):
    p, y, _ = _parts(logits, targets)
    return (p - y) / len(targets)


def _log_probability(logits, targets):
    _, y, n = _parts(logits, targets)
    return (loss.log_softmax(logits)[0] - y) / n


def _target_only(logits, targets):
    p, y, n = _parts(logits, targets)
    return (p - 1) * y / n


def _all_rows(logits, targets):
    p, _, n = _parts(logits, targets)
    p = p.copy()
    p[..., targets] -= 1
    return p / n


def _id_subtracted(logits, targets):
    p, _, n = _parts(logits, targets)
    return (p - targets[..., None]) / n


def _of_probability(logits, targets):
    p, y, n = _parts(logits, targets)
    return -y / (p * n)


def _softmax_of_all(logits, targets):
    _, y, n = _parts(logits, targets)
    powers = np.exp(logits - logits.max())
    return (powers / powers.sum() - y) / n


def _targets_not_subtracted(logits, targets):
    p, _, n = _parts(logits, targets)
    return p / n


def _mean_over_positions(logits, targets):
    p, y, _ = _parts(logits, targets)
    return (p - y).mean(axis=0)


register(
    Exercise(
        name="logits_gradient",
        lesson=6,
        reference=logits_gradient,
        cases=logits_gradient_cases,
        mistakes=(
            Mistake(
                "softmax_and_cache",
                _softmax_and_cache,
                "softmax returns two things, probabilities and a cache: p, _ = softmax(logits).",
            ),
            Mistake(
                "not_divided",
                _not_divided,
                lambda case, got, want: (
                    "This is p - y. The loss is a mean over "
                    f"{case.args[1].size} positions, so each of them has only its share: divide by "
                    "the number of positions."
                ),
            ),
            Mistake(
                "mean_over_positions",
                _mean_over_positions,
                "You take the mean of p - y over the positions, and one row is left. The mean is "
                "in the loss; each position keeps its own row here, divided by their number.",
            ),
            Mistake(
                "sign",
                _sign,
                "The sign is turned round: this is y - p, the direction to go in. The gradient is "
                "p - y; whoever descends subtracts it.",
            ),
            Mistake(
                "divided_by_size",
                _divided_by_size,
                lambda case, got, want: (
                    f"You divide by {case.args[0].size}, the number of logits. The mean in the "
                    f"loss runs over positions, and there are {case.args[1].size} of them."
                ),
            ),
            Mistake(
                "divided_by_batch",
                _divided_by_batch,
                lambda case, got, want: (
                    f"You divide by {len(case.args[1])}, the number of sequences. The mean runs "
                    f"over all positions of all sequences, {case.args[1].size}: targets.size."
                ),
            ),
            Mistake(
                "no_softmax",
                _no_softmax,
                "You subtract y from the logits. The gradient is p - y: take the softmax first.",
            ),
            Mistake(
                "log_probability",
                _log_probability,
                "You subtract y from the log-probabilities, which are 0 or below. The gradient is "
                "made of the probabilities: softmax, not log_softmax.",
            ),
            Mistake(
                "target_only",
                _target_only,
                "Only the target gets a gradient. The others matter, too: they share the "
                "probability, and raising any of them takes it from the target. Their gradient is "
                "p, so that each row sums to 0.",
            ),
            Mistake(
                "all_rows",
                _all_rows,
                "p[..., targets] -= 1 subtracts at the targets of all positions in every row. Each "
                "row has one target: subtract one_hot(targets, vocab_size), or index with "
                "np.arange(N) beside targets.",
            ),
            Mistake(
                "id_subtracted",
                _id_subtracted,
                "You subtract the ids as if they were amounts. y is a row that is 1 at the target "
                "and 0 elsewhere: one_hot(targets, vocab_size).",
            ),
            Mistake(
                "of_probability",
                _of_probability,
                lambda case, got, want: (
                    "This is the gradient for the probability, -1/p at the target "
                    f"({number(np.ravel(got).min())} here). The logits lie one step further back, "
                    "before the softmax; there it becomes p - y."
                ),
            ),
            Mistake(
                "softmax_of_all",
                _softmax_of_all,
                "The softmax runs over the whole array. Each position has a distribution of its "
                "own, along the last axis.",
            ),
            Mistake(
                "targets_not_subtracted",
                _targets_not_subtracted,
                "This is p divided by the number of positions. The target is missing: subtract 1 "
                "where the right token is.",
            ),
        ),
        correct=(_pick_and_subtract, _loop, _along_axis),
        hints=(
            "The derivation ended with p - y at one position. What is p, in terms of the logits?",
            "p is softmax(logits)[0]. y is one_hot(targets, vocab_size) of lesson 1.",
            "The loss is a mean: divide by the number of positions, targets.size.",
            "p, _ = softmax(logits); y = one_hot(targets, logits.shape[-1]); return (p - y) / "
            "targets.size",
        ),
    )
)
