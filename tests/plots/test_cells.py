"""The parts of a heatmap."""

from figure_data import causal

from classroom.plots import cells


def test_a_mask_may_carry_batch_and_head_axes():
    mask = causal(3)[None, None]
    assert (cells.as_mask(mask, (3, 3), "test") == causal(3)).all()
