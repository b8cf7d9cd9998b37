"""What a checkpoint may be asked to load: arrays that do not fit, pickles, damaged files."""

import json

import numpy as np
import pytest

from course_lib.checkpoint import load_checkpoint

from .checkpoints import assert_identical


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
