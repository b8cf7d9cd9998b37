"""Heatmaps: what they say, that nothing is cut off or covered, their scales."""

import numpy as np
import pytest
from figure_data import LONG, VERSE, causal, some_weights
from figure_rules import assert_fit, assert_labels_apart, pixel_of_cell

from classroom import plots

GALLERY = {
    "few": plots.attention_heatmap(some_weights(5, 5), VERSE[:5], title="Five words"),
    "verse": plots.attention_heatmap(some_weights(13, 13), VERSE, mask=causal(13)),
    "forty": plots.attention_heatmap(
        some_weights(40, 40), LONG[:40], mask=causal(40), title="A very long title. " * 9
    ),
    "cross": plots.attention_heatmap(some_weights(3, 9), ["le", "chat", "dort"], VERSE[:9]),
    "tall": plots.attention_heatmap(some_weights(60, 4), list("abcdef") * 10, list("wxyz")),
    "characters": plots.attention_heatmap(some_weights(9, 9), list("a b\nc\td e")),
    "table": plots.heatmap(
        np.random.default_rng(1).normal(size=(50, 64)),
        title="Positions",
        diverging=True,
        x_label="feature",
        y_label="position",
        label="value",
    ),
    "small": plots.heatmap(
        np.random.default_rng(2).normal(size=(3, 4)), VERSE[:3], list("abcd"), label="value"
    ),
}


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


@pytest.mark.parametrize("name", ["verse", "forty", "table", "tall", "cross"])
def test_tick_labels_do_not_cover_each_other(name):
    assert_labels_apart(GALLERY[name])


def test_the_alt_text_of_attention_names_the_telling_rows():
    weights = np.array([[1.0, 0.0, 0.0], [0.38, 0.62, 0.0], [0.2, 0.7, 0.1]])
    figure = plots.attention_heatmap(weights, ["at", "my", "chamber"], title="What", mask=causal(3))
    assert figure.alt == (
        "What. Heatmap of attention weights, 3 query rows by 3 key columns: row 'at' attends most "
        "to 'at', 1; row 'my' attends most to 'my', 0.62; row 'chamber' attends most to 'my', 0.7. "
        "3 of 9 cells are masked."
    )


def test_a_masked_cell_differs_from_a_weight_of_zero():
    weights = np.array([[1.0, 0.0], [0.0, 1.0]])
    free = plots.attention_heatmap(weights, ["a", "b"], values=False)
    masked = plots.attention_heatmap(weights, ["a", "b"], values=False, mask=causal(2))
    assert pixel_of_cell(free, 0, 1).sum() < 250  # the dark end of the scale
    assert pixel_of_cell(masked, 0, 1).sum() > 400  # gray on light gray
    assert (pixel_of_cell(free, 1, 0) == pixel_of_cell(masked, 1, 0)).all()


def test_a_large_weight_is_brighter_than_a_small_one():
    figure = plots.attention_heatmap([[0.9, 0.1], [0.5, 0.5]], ["a", "b"], values=False)
    bright, dark, middle = (pixel_of_cell(figure, *at).sum() for at in ((0, 0), (0, 1), (1, 0)))
    assert bright > middle > dark


def test_rows_are_queries_and_columns_are_keys():
    figure = plots.attention_heatmap(some_weights(2, 3), ["q1", "q2"], ["k1", "k2", "k3"])
    ax = figure.axes[0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["q1", "q2"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["k1", "k2", "k3"]
    texts = [t.get_text() for t in figure.texts]
    assert "query (row)" in texts
    assert "key (column)" in texts


def test_values_stand_in_the_cells_only_where_there_is_room():
    def cell_texts(figure):
        return [t for t in figure.axes[0].texts if "." in t.get_text()]

    assert len(cell_texts(plots.attention_heatmap(some_weights(4, 4)))) == 16
    assert len(cell_texts(plots.attention_heatmap(some_weights(4, 4), mask=causal(4)))) == 10
    assert not cell_texts(plots.attention_heatmap(some_weights(30, 30)))
    assert not cell_texts(plots.attention_heatmap(some_weights(4, 4), values=False))


def test_a_diverging_scale_is_symmetric():
    figure = plots.heatmap([[-1.0, 3.0]], diverging=True)
    assert figure.axes[0].images[0].get_clim() == (-3.0, 3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.attention_heatmap(np.zeros((2, 3, 3))), r"shape \(2, 3, 3\).*Index"),
        (lambda: plots.attention_heatmap(np.eye(3), ["a"]), "1 labels were given in query_labels"),
        (lambda: plots.attention_heatmap(np.eye(2), mask=np.ones((2, 2))), "boolean"),
        (lambda: plots.attention_heatmap(np.eye(2), mask=np.ones((3, 3), bool)), "must broadcast"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
