import numpy as np
import pytest

from classroom.attention_view.packing import to_bytes
from classroom.attention_view.sentence import attends_to, percent, query_sentence

NAMES = ["“the”", "“raven”", "comma", "“sat”"]


@pytest.mark.parametrize(
    ("weight", "text"), [(0, "0%"), (0.001, "<1%"), (0.01, "1%"), (0.23, "23%"), (1, "100%")]
)
def test_percent(weight, text):
    assert percent(int(to_bytes(np.array(weight)))) == text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([0.7, 0.2, 0.1, 0], "attends to “the” 70%, “raven” 20%, comma 10%"),
        ([0.97, 0.028, 0.002, 0], "attends to “the” 97%, “raven” 3%"),
        ([0.5, 0.5, 0, 0], "attends to “the” 50%, “raven” 50%"),
        ([0.25, 0.25, 0.25, 0.25], "attends to 4 tokens alike, 25% each"),
    ],
)
def test_strongest_keys_are_named(row, said):
    assert attends_to(to_bytes(np.array(row)), NAMES) == said


def test_many_weak_keys_are_not_all_left_out():
    row = np.full(400, 0.0025)
    row[7] = 0.0035
    names = [f"“{i}”" for i in range(400)]
    assert attends_to(to_bytes(row), names).startswith("attends to “7” <1%")


def test_the_query_is_counted_from_one():
    row = to_bytes(np.array([0, 1, 0, 0]))
    assert query_sentence(row, 2, NAMES, NAMES) == "comma (3 of 4) attends to “raven” 100%"
