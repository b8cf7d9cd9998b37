"""What the tests of checkpoints share."""

from course_lib.params import flatten


def assert_identical(got, wanted):
    """Hold nested arrays to each other bit by bit, names and order included."""
    got, wanted = flatten(got), flatten(wanted)
    assert list(got) == list(wanted)
    for name, array in wanted.items():
        assert got[name].dtype == array.dtype
        assert got[name].shape == array.shape
        assert got[name].tobytes() == array.tobytes(), name
