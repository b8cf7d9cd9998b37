"""The reader of .safetensors files: what it reads, and every way in which a file can be damaged."""

import json

import numpy as np
import pytest

from course_lib.pretrained.safetensors import read_safetensors

from .tiny import write_safetensors

ENTRY = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}


def write(path, header, data=b"\0" * 24):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_arrays_come_back_as_they_were(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {
        "b": rng.standard_normal((5, 3)).astype(np.float32),
        "a": rng.standard_normal((2, 3, 7)),
        "half": rng.standard_normal(4).astype(np.float16),
        "ids": np.arange(-3, 4),
        "flags": np.array([True, False, True]),
        "nothing": np.zeros((0, 5), np.float32),
        "scalar": np.array(2.5),
    }
    write_safetensors(tmp_path / "m.safetensors", arrays, {"format": "pt"})
    found = read_safetensors(tmp_path / "m.safetensors")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_a_file_written_out_by_hand_is_read(tmp_path):
    path = tmp_path / "m.safetensors"
    header = b'{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}    '
    path.write_bytes(bytes([len(header), 0, 0, 0, 0, 0, 0, 0]) + header + b"\0\0\x80?\0\0\0\xc0")
    np.testing.assert_array_equal(read_safetensors(path)["x"], [1.0, -2.0])


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*m\.safetensors'; check"):
        read_safetensors(tmp_path / "m.safetensors")


DAMAGED = {
    "not an object": ([1], "has a header that is [1]"),
    "not JSON": (b'{"x": ', "has a header that is not JSON"),
    "not UTF-8": (b'{"\xff": 1}', "has a header that is not JSON"),
    "deep": (b"[" * 100_000, "has a header that is not JSON"),
    "named twice": (b'{"x": {"shape": 1, "shape": 2}}', "names 'shape' twice"),
    "no entry": ({"x": 5}, "describes array 'x' by 5"),
    "lacks a field": ({"x": {"dtype": "F32", "shape": [6]}}, "describes array 'x' by"),
    "unknown dtype": ({"x": ENTRY | {"dtype": "BF16"}}, "array 'x' has dtype 'BF16'"),
    "dtype a list": ({"x": ENTRY | {"dtype": ["F32"]}}, "array 'x' has dtype ['F32']"),
    "negative shape": ({"x": ENTRY | {"shape": [-2, -3]}}, "gives array 'x' the shape [-2, -3]"),
    "shape true": ({"x": ENTRY | {"shape": [True, 6]}}, "gives array 'x' the shape [True, 6]"),
    "shape a word": ({"x": ENTRY | {"shape": "ab"}}, "gives array 'x' the shape 'ab'"),
    "three offsets": ({"x": ENTRY | {"data_offsets": [0, 24, 48]}}, "'x' the data_offsets [0, 24"),
    "float offsets": ({"x": ENTRY | {"data_offsets": [0.0, 24.0]}}, "'x' the data_offsets [0.0"),
    "backwards": (
        {"x": ENTRY | {"data_offsets": [24, 0]}},
        "array 'x' at bytes 24 to 0, of the 24",
    ),
    "past the end": ({"x": ENTRY | {"data_offsets": [8, 32]}}, "'x' at bytes 8 to 32, of the 24"),
    "wrong size": ({"x": ENTRY | {"shape": [2, 2]}}, "24 bytes; F32 of shape (2, 2) takes 16"),
    "huge shape": ({"x": ENTRY | {"shape": [2**40, 2**40]}}, "gives array 'x' 24 bytes"),
    "overlap": (
        {"x": ENTRY, "y": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}},
        "has an array 'y' that overlaps 'x': it begins at byte 8, and 'x' ends at 24",
    ),
    "gap": (
        {"x": {"dtype": "F32", "shape": [2], "data_offsets": [16, 24]}},
        "has an array 'x' that leaves a gap after the header",
    ),
    "bytes left over": (
        {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}},
        "has 16 bytes after 'x' that no array claims",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused_in_words(tmp_path, case):
    header, words = DAMAGED[case]
    path = write(tmp_path / "damaged.safetensors", header)
    with pytest.raises(ValueError, match=r"damaged\.safetensors") as caught:
        read_safetensors(path)
    assert words in str(caught.value)
    assert str(caught.value).endswith(("get it again.", "Get the model in float32 (F32)."))


@pytest.mark.parametrize("length", [0, 5, 8, 30, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path, length):
    path = write(tmp_path / "m.safetensors", {"x": ENTRY})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match=r"has|announces|places"):
        read_safetensors(path)
