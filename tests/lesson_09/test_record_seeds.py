"""The recording of one training with many seeds."""

import numpy as np
import pytest

from classroom.lesson_09.record import seeds
from classroom.recordings import load_recording

LUCK = load_recording("luck")


def test_the_recording_of_luck_is_made_so():
    arrays, metadata = seeds.record(2, 3, 1, 4, processes=0)
    assert set(arrays) == set(LUCK.arrays)
    assert metadata["settings"] == LUCK.metadata["settings"]
    assert metadata["changes"] == LUCK.metadata["changes"]
    assert arrays["held_out"].shape == (len(seeds.SETTINGS), 2)
    assert np.isfinite(arrays["held_out"]).all()
    assert LUCK.arrays["held_out"].shape == (len(seeds.SETTINGS), 40)
    assert LUCK.arrays["long"].shape == (2, 5)
    assert (LUCK.metadata["steps"], LUCK.metadata["long_steps"]) == (seeds.STEPS, seeds.LONG)


def test_a_point_that_fails_in_a_recording_is_raised(monkeypatch):
    monkeypatch.setitem(seeds.SETTINGS, "no such", {"d_model": 30})
    with pytest.raises(ValueError, match="n_heads"):
        seeds.record(1, 2, 1, 2, processes=0)
