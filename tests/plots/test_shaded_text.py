"""A running text whose words can be shaded."""

import pytest
from figure_data import LONG

from classroom.plots.shaded_text import lay_out


def test_a_running_text_keeps_words_apart_and_punctuation_close():
    lines = lay_out(["Quoth", "the", "raven", ",", "Nevermore", "."], 6.0)
    assert [line.text for line in lines] == ["Quoth the raven, Nevermore."]
    starts, ends = lines[0].starts, lines[0].ends
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert starts[3] == pytest.approx(ends[2], abs=0.02)
    assert starts[1] > ends[0] + 0.03
    broken = lay_out(list("ab\ncd"), 6.0)
    assert [line.text for line in broken] == ["ab⏎", "cd"]
    assert [line.tokens for line in broken] == [[0, 1, 2], [3, 4]]
    ended = lay_out(["weak\n", "weary"], 6.0)
    assert [line.text for line in ended] == ["weak", "weary"]
    narrow = lay_out(LONG, 2.0)
    assert len(narrow) > 4
    assert [i for line in narrow for i in line.tokens] == list(range(len(LONG)))
