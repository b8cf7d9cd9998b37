"""Every backward is the derivative of its forward, by the directional check."""

import numpy as np
import pytest

from course_lib.gradcheck import directional_check

from .cases import CASES
from .cases_models import MODELS


@pytest.mark.parametrize("name", CASES)
def test_backward_is_the_derivative(name):
    rng = np.random.default_rng(7)
    case = CASES[name]
    settings = {"directions": 1 if name in MODELS else 3, "steps": (1e-5, 3e-6, 1e-6)}
    worst = directional_check(case.forward, case.backward, case.make_args(rng), rng, **settings)
    assert worst.error < 1e-7, worst
