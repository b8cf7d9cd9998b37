"""The recording of trainings on little text."""

from classroom.lesson_09.record import overfitting
from classroom.recordings import load_recording

CURVES = load_recording("overfitting")


def test_the_recording_of_overfitting_is_made_so():
    arrays, metadata = overfitting.record(seeds=1, steps=4, every=2, sizes=(100,), processes=0)
    assert set(arrays) == set(CURVES.arrays)
    assert metadata == CURVES.metadata
    assert arrays["curves"].shape == (1, 3, 1, 2, 3)
    assert arrays["steps"].tolist() == [0, 2, 4]
    sizes, steps = CURVES.arrays["sizes"], CURVES.arrays["steps"]
    assert sizes.tolist() == list(overfitting.SIZES)
    assert CURVES.arrays["curves"].shape == (len(sizes), 3, 5, 2, len(steps))
