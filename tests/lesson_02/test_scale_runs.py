"""The trainings with the scale of attention and without it."""

import numpy as np
import pytest

from classroom.lesson_02 import scale_runs
from course_lib import attention


def test_without_the_scale_scores_are_not_divided_and_the_gradient_fits(rng):
    q, k, v = (rng.normal(size=(2, 5, 7)) for _ in range(3))
    out, cache = scale_runs._without_scale(q, k, v)
    dot_products = q @ k.swapaxes(-1, -2)
    powers = np.exp(dot_products - dot_products.max(axis=-1, keepdims=True))
    assert np.allclose(out, powers / powers.sum(axis=-1, keepdims=True) @ v)
    dout, step = rng.normal(size=out.shape), rng.normal(size=q.shape)
    dq, _, _ = scale_runs._without_scale_backward(dout, cache)
    up, down = (scale_runs._without_scale(q + h * step, k, v)[0] for h in (1e-5, -1e-5))
    assert (dq * step).sum() == pytest.approx(((up - down) * dout).sum() / 2e-5, rel=1e-5)


def test_a_training_puts_everything_back(monkeypatch):
    monkeypatch.setattr(scale_runs, "STEPS", 4)
    before = attention.scaled_dot_product_attention
    assert scale_runs.short_training(False, 0).shape == (4,)
    assert attention.scaled_dot_product_attention is before
    assert np.isfinite(scale_runs.short_training(True, 0)).all()
