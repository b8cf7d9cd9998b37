from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from attention_view.cases import WORDS, causal_case
from classroom.attention_view import attention_view
from classroom.attention_view.still import MARGIN, WIDTH, lay_out, pool


def pixels(view):
    return np.asarray(Image.open(BytesIO(view.png)).convert("RGB")).astype(int)


def count(view, color):
    """How many pixels have a color, within what a palette of few colors does to it."""
    return int((np.abs(pixels(view) - color).max(axis=-1) < 24).sum())


def test_the_picture_is_as_wide_as_a_figure_and_the_same_each_time():
    weights, mask = causal_case()
    views = [attention_view(WORDS, weights, mask) for _ in range(2)]
    assert views[0].size[0] == WIDTH
    assert views[0].png == views[1].png


def test_a_larger_weight_is_a_darker_word():
    def dark(share):
        return count(
            attention_view(["a", "b"], [[[1 - share, share]] * 2], query=0), (77, 157, 202)
        )

    assert dark(0.5) > 2 * dark(0.02) > 0


def test_queries_and_heads_move_what_is_drawn():
    weights, mask = causal_case()
    first, second, third = (
        attention_view(WORDS, weights, mask, **chosen).png
        for chosen in ({"query": 1}, {"query": 5}, {"query": 1, "head": (1, 1)})
    )
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("tokens", [WORDS * 12, list("Once upon a midnight dreary, while " * 6)])
def test_lines_of_a_long_text_stay_within_the_picture(tokens):
    boxes, height = lay_out(tokens, WIDTH - 2 * MARGIN)
    assert max(x + width for x, _, width in boxes) <= WIDTH - 2 * MARGIN
    assert height == max(y for _, y, _ in boxes) + 33
    places = [(y, x) for x, y, _ in boxes]
    assert places == sorted(places)


def test_no_word_is_parted_from_its_comma():
    boxes, _ = lay_out(["chamber", ","] * 40, 400)
    assert all(word[1] == comma[1] for word, comma in zip(boxes[::2], boxes[1::2], strict=True))


def test_a_thin_line_stays_as_dark_when_it_is_drawn_small():
    assert pool(np.eye(120, dtype=np.uint8) * 255, 30, 30).diagonal().min() == 255
    assert (pool(np.array([[1, 2], [3, 4]]), 4, 4)[::2, ::2] == [[1, 2], [3, 4]]).all()


def test_a_long_text_with_many_heads_is_small():
    count = 120
    weights, mask = causal_case(6, 12, count)
    view = attention_view((WORDS * 15)[:count], weights, mask, head=(2, 3), query=66)
    assert len(view.png) < 130_000  # noise alone; weights of a trained model take less
    assert len(view.to_html()) < 1_000_000
