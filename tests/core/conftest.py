"""Fixtures that several files use."""

import numpy as np
import pytest

from course_lib.checkpoint import save_checkpoint

from .sizes import make_config, make_params


@pytest.fixture
def rng():
    """Return a generator that starts the same for every test."""
    return np.random.default_rng(97)


@pytest.fixture
def saved(tmp_path, rng):
    """Save a language model; return its path, parameters and configuration."""
    config = make_config("decoder")
    params = make_params(config, rng, np.float32)
    path = tmp_path / "model.npz"
    save_checkpoint(path, params, config, {"step": 7})
    return path, params, config
