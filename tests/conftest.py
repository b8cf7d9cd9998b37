"""What several test files share."""

import numpy as np
import pytest

pytest.register_assert_rewrite("checks", "golden")


@pytest.fixture
def rng():
    """Return a generator that starts the same for every test."""
    return np.random.default_rng(97)
