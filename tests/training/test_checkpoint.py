"""Checkpoints: what is loaded is what was saved; a file is written whole; what may be loaded."""

import json
import os

import numpy as np
import pytest
from checks import assert_all_float32, assert_identical, make_tests
from sizes import make_config, make_params

from course_lib.training import checkpoint, optim
from course_lib.training.checkpoint import load_checkpoint, save_checkpoint

NOT_FLOAT32 = {
    "save_checkpoint": "nothing; see load_checkpoint",
    "check_arrays": "nothing",
    "load_checkpoint": "tested below, with a file",
}


TestCheckpoint = make_tests(checkpoint, not_float32=NOT_FLOAT32)


@pytest.fixture
def saved(tmp_path, rng):
    """Save a language model; return its path, parameters and configuration."""
    config = make_config("decoder")
    params = make_params(config, rng, np.float32)
    path = tmp_path / "model.npz"
    save_checkpoint(path, params, config, {"step": 7})
    return path, params, config


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


def test_settings_have_their_new_names_whatever_the_file_calls_them(tmp_path, rng):
    config = make_config("decoder")
    earlier = {"recipe": {"lr": 0.1, "judge": "loss"}, "identity": {"judge": "accuracy"}}
    save_checkpoint(tmp_path / "old.npz", make_params(config, rng), config, earlier)
    assert load_checkpoint(tmp_path / "old.npz")[2] == {
        "recipe": {"lr": 0.1, "monitor": "loss"},
        "identity": {"monitor": "accuracy"},
    }


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


def test_a_checkpoint_keeps_float32(saved, rng):
    path, params, config = saved
    save_checkpoint(path, params, config, arrays={"m": rng.standard_normal(3).astype(np.float32)})
    loaded, _, _, arrays = load_checkpoint(path)
    assert_all_float32((loaded, arrays))


def test_a_checkpoint_can_be_read_by_those_who_may_read_its_folder(tmp_path):
    config = make_config("decoder")
    (tmp_path / "beside").touch()
    save_checkpoint(tmp_path / "model.npz", make_params(config, np.random.default_rng(0)), config)
    assert (tmp_path / "model.npz").stat().st_mode == (tmp_path / "beside").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", "model.npz"]


def rewrite(path, change):
    """Let `change` alter the arrays of a checkpoint, and write them again."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    change(arrays)
    np.savez(path, **arrays)


def test_all_arrays_that_do_not_fit_are_named(saved):
    path, _, _ = saved

    def change(arrays):
        del arrays["params/output.b"], arrays["params/blocks.0.attention.W_Q"]
        arrays["params/blocks.1.attention.W_Q"] = np.zeros((6, 6))
        arrays["params/embedding.W"] = arrays["params/embedding.W"].T
        arrays["params/norm.gamma"] = np.ones(7)
        arrays["stray"] = np.ones(3)

    rewrite(path, change)
    with pytest.raises(ValueError, match="do not fit the configuration") as caught:
        load_checkpoint(path)
    problems = str(caught.value).splitlines()
    assert problems[0].startswith("load_checkpoint: model.npz:")
    assert sorted(line.strip() for line in problems[1:7]) == [
        "misshapen: embedding.W is (6, 17), the configuration says (17, 6)",
        "misshapen: norm.gamma is (7,), the configuration says (6,)",
        "missing: blocks.0.attention.W_Q (6, 6)",
        "missing: output.b (17,)",
        "unexpected: blocks.1.attention.W_Q (6, 6)",
        "unexpected: stray (3,)",
    ]


def test_a_configuration_that_does_not_fit_is_refused(saved):
    path, _, _ = saved

    def change(arrays):
        about = json.loads(arrays["about"].tobytes())
        about["config"]["n_heads"] = 4
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)

    rewrite(path, change)
    with pytest.raises(ValueError, match="n_heads = 4 does not divide"):
        load_checkpoint(path)


class Payload:
    """An object that runs code when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def test_a_pickle_is_never_loaded(saved):
    path, _, _ = saved
    rewrite(
        path,
        lambda arrays: arrays.update({"params/output.b": np.array([Payload()], dtype=object)}),
    )
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_checkpoint(path)


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.npz"):
        load_checkpoint(tmp_path / "nowhere.npz")


def plain_npy(path):
    np.save(path.open("wb"), np.zeros(3))


def other_npz(path):
    np.savez(path, x=np.zeros(3))


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not an archive"),
        lambda path: path.write_bytes(path.read_bytes()[:-50]),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        plain_npy,
        other_npz,
        lambda path: rewrite(path, lambda arrays: arrays.update(about=np.zeros(3, np.uint8))),
        lambda path: rewrite(path, lambda arrays: arrays.update(about=np.frombuffer(b"[]", "u1"))),
        lambda path: rewrite(path, lambda arrays: arrays.pop("about")),
    ],
    ids=["empty", "text", "cut off", "half", "npy", "npz", "no JSON", "list", "nothing about it"],
)
def test_what_is_no_checkpoint_is_said_so(saved, write):
    path, _, _ = saved
    write(path)
    with pytest.raises(ValueError, match=r"model\.npz' is not a checkpoint .* or is damaged"):
        load_checkpoint(path)


def test_no_single_wrong_byte_passes_for_the_model(saved, rng):
    path, params, config = saved
    whole = bytearray(path.read_bytes())
    caught = 0
    for at in rng.choice(len(whole), 200, replace=False):
        damaged = whole.copy()
        damaged[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            loaded, loaded_config, _, _ = load_checkpoint(path)
        except ValueError:
            caught += 1
        else:  # a byte that nobody reads, such as the date of an entry
            assert_identical(loaded, params)
            assert loaded_config == config
    assert caught > 150
