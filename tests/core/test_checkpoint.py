"""Checkpoints: what is loaded is what was saved, and a file is written whole or not at all."""

import os

import numpy as np
import pytest

from course_lib import checkpoint, optim
from course_lib.checkpoint import load_checkpoint, save_checkpoint

from .checkpoints import assert_identical
from .sizes import make_config, make_params


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("encoder", {"pooling": "max", "positions": "sinusoidal"}),
        ("decoder", {"tied": True, "n_layers": 11}),
        ("encoder-decoder", {"norm": "none", "pad_id": None}),
    ],
)
def test_what_is_loaded_is_what_was_saved(tmp_path, rng, family, changes, dtype):
    config = make_config(family, **changes)
    params = make_params(config, rng, dtype)
    params_of_embedding = params if family != "encoder-decoder" else params["decoder"]
    params_of_embedding["embedding"]["W"][0, :3] = np.nan, -np.inf, -0.0
    metadata = {"tokens": ["<pad>", "é", "‘", '"'], "losses": [1.5, None], "nested": {"a": True}}
    state = {"m": rng.standard_normal(5), "t": np.array(3), "big": np.array([2**62 + 1])}
    path = tmp_path / "deep" / "folder" / "model.npz"
    save_checkpoint(str(path), params, config, metadata, state)
    loaded, loaded_config, loaded_metadata, arrays = load_checkpoint(path)
    assert_identical(loaded, params)
    assert loaded_config == config
    assert loaded_metadata == metadata
    assert_identical(arrays, state)


def test_training_goes_on_exactly_where_it_stopped(tmp_path, rng):
    config = make_config("decoder", n_layers=1)
    params = make_params(config, rng, np.float32)
    steps = [make_params(config, rng, np.float32) for _ in range(4)]
    optimizer = optim.AdamW(params, lr=0.1)
    for grads in steps[:2]:
        optimizer.step(grads)
    save_checkpoint(tmp_path / "half.npz", params, config, arrays=optimizer.state())
    resumed, _, _, state = load_checkpoint(tmp_path / "half.npz")
    second = optim.AdamW(resumed, lr=0.1)
    second.load_state(state)
    for grads in steps[2:]:
        optimizer.step(grads)
        second.step(grads)
    assert_identical(resumed, params)


def write_half(file, **arrays):
    file.write(b"half of a file")
    raise OSError("disk full")


def interrupt(*args, **named):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("target", "name", "fault", "error"),
    [
        (checkpoint.np, "savez", write_half, OSError),
        (checkpoint.np, "savez", interrupt, KeyboardInterrupt),
        (os, "fsync", interrupt, KeyboardInterrupt),
        (os, "replace", interrupt, KeyboardInterrupt),
    ],
    ids=["disk full", "interrupted while writing", "at the flush", "at the end"],
)
@pytest.mark.parametrize("existed", [True, False])
def test_a_crash_leaves_the_older_file_and_nothing_else(
    saved, monkeypatch, target, name, fault, error, existed
):
    path, params, config = saved
    before = path.read_bytes()
    if not existed:
        path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(target, name, fault)
        with pytest.raises(error):
            save_checkpoint(path, make_params(config, np.random.default_rng(0)), config)
    assert list(path.parent.iterdir()) == ([path] if existed else [])
    if existed:
        assert path.read_bytes() == before
        assert_identical(load_checkpoint(path)[0], params)


def test_a_second_save_replaces_the_first(saved, rng):
    path, _, config = saved
    params = make_params(config, rng, np.float32)
    save_checkpoint(path, params, config)
    assert_identical(load_checkpoint(path)[0], params)
    assert list(path.parent.iterdir()) == [path]


def test_objects_are_not_saved(tmp_path, rng):
    config = make_config("decoder")
    params = make_params(config, rng)
    with pytest.raises(TypeError, match="arrays/words holds Python objects"):
        save_checkpoint(
            tmp_path / "model.npz", params, config, arrays={"words": np.array(["a", None])}
        )
    assert list(tmp_path.iterdir()) == []


def test_the_name_must_end_in_npz(tmp_path):
    with pytest.raises(ValueError, match=r"'model\.pt' does not end in \.npz"):
        save_checkpoint(tmp_path / "model.pt", {}, make_config("decoder"))
