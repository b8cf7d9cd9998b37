"""The explorers of lesson 7."""

import pytest
from figure_rules import assert_moves

from classroom.lesson_07 import explorers
from course_lib import attention, layers

EXPLORERS = {
    "graph": explorers.explore_graph(),
    "lost directions": explorers.explore_lost_directions(),
    "one number": explorers.explore_one_number(),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])


def test_the_readers_functions_walk_back():
    calls = []

    def spy(module, name):
        original = getattr(module, name)
        return {name: lambda *args: calls.append(name) or original(*args)}

    block = [(layers, f"{name}_backward") for name in ("linear", "relu", "layer_norm")]
    block.append((attention, "scaled_dot_product_attention_backward"))
    explorers.explore_one_number(**{k: v for pair in block for k, v in spy(*pair).items()})
    assert set(calls) == {name for _, name in block}
    calls.clear()
    lost = explorers.explore_lost_directions(
        **spy(layers, "softmax_backward"), **spy(layers, "layer_norm_backward")
    )
    lost.inputs["layer"].value = "softmax"
    assert set(calls) == {"softmax_backward", "layer_norm_backward"}
