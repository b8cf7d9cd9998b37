"""Recordings are read back as written, and a damaged or missing one is refused with the remedy."""

import numpy as np
import pytest

from classroom.afterword_a.record import __main__ as of_a
from classroom.afterword_b.record import __main__ as of_b
from classroom.lesson_09.record import __main__ as of_9
from classroom.recordings import FOLDER, command, load_recording, save_recording


def test_arrays_and_metadata_come_back(tmp_path):
    arrays = {"weights/0": np.array([[0.25, 0.75]], np.float16), "steps": np.arange(3)}
    save_recording("a", arrays, {"seed": 3}, tmp_path)
    recording = load_recording("a", tmp_path)
    assert recording.metadata == {"seed": 3}
    np.testing.assert_array_equal(recording.arrays["weights/0"], [[0.25, 0.75]])
    assert recording.arrays["weights/0"].dtype == np.float64
    np.testing.assert_array_equal(recording.arrays["steps"], [0, 1, 2])


def test_python_objects_are_refused_and_the_older_file_stays(tmp_path):
    path = save_recording("a", {"x": np.ones(2)}, {}, tmp_path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match="arrays/x holds Python objects"):
        save_recording("a", {"x": np.array([{}])}, {}, tmp_path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_missing_and_damaged_recordings_say_how_to_make_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m classroom\.lesson_09\.record nothing"):
        load_recording("nothing", tmp_path)
    (tmp_path / "bad.npz").write_bytes(b"PK no zip")
    with pytest.raises(ValueError, match=r"python -m classroom\.lesson_09\.record bad"):
        load_recording("bad", tmp_path)


def test_the_commands_make_all_that_are_stored():
    made = {name: part for part in (of_9, of_a, of_b) for name in part.MODULES}
    assert sorted(made) == sorted(path.stem for path in FOLDER.glob("*.npz"))
    for name, part in made.items():
        package = part.__name__.removesuffix(".__main__")
        assert command(name) == f"python -m {package} {name}"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.npz")), ids=lambda path: path.stem)
def test_stored_recordings_are_small_and_finite_or_said_not_to_be(path):
    recording = load_recording(path.stem)
    assert path.stat().st_size < 700_000
    not_finite = {name for name, a in recording.arrays.items() if not np.isfinite(a).all()}
    assert not_finite <= set(recording.metadata.get("not_finite", []))
