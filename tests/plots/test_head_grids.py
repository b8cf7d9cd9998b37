"""Small multiples of attention: one scale, and nothing cut off or covered."""

import numpy as np
import pytest
from figure_data import VERSE, causal, some_weights
from figure_rules import assert_fit, assert_labels_apart

from classroom import plots

GALLERY = {
    "heads": plots.heads_grid(some_weights(6, 13, 13), VERSE, mask=causal(13), title="Six"),
    "one head": plots.heads_grid(some_weights(1, 5, 5), VERSE[:5]),
}


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


def test_tick_labels_do_not_cover_each_other():
    assert_labels_apart(GALLERY["heads"])


@pytest.mark.parametrize("T", [6, 13, 30])
def test_every_token_keeps_its_label_however_long_the_line_is(T):
    tokens = (3 * VERSE)[:T]
    figure = plots.heads_grid(some_weights(4, T, T), tokens)
    assert_fit(figure)
    for ax in figure.axes:
        labels = [t.get_text() for t in ax.get_yticklabels()] if ax.images else []
        assert labels in ([], tokens)
    below = {round(ax.get_position().y0, 3) for ax in figure.axes if ax.images}
    assert len(below) == {6: 1, 13: 2, 30: 4}[T]


def test_heads_share_one_scale():
    weights = np.stack([np.full((2, 2), 0.5), np.eye(2)])
    figure = plots.heads_grid(weights, ["a", "b"])
    limits = {ax.images[0].get_clim() for ax in figure.axes if ax.images}
    assert limits == {(0.0, 1.0)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.heads_grid(np.eye(3)), r"\(H, T_q, T_k\)"),
        (lambda: plots.heads_grid(np.zeros((2, 3, 3)), head_names=["a"]), "1 head_names"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
