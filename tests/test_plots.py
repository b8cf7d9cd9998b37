"""Figures: what they say in words, that nothing is cut off or covered, and that they draw fast."""

import base64
import re
import subprocess
import sys
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, is_drawn, pixels
from PIL import Image

from course_lib import plots
from course_lib.plots import cells, display, page, words
from course_lib.plots.picker import AttentionPicker
from course_lib.plots.positions import Similarity, Wavelengths
from course_lib.plots.rotation import Rotation
from course_lib.plots.saturation import WIDTHS, Saturation, measure
from course_lib.plots.stage import Stage
from course_lib.plots.style import blank
from course_lib.plots.temperature import Temperature

VERSE = re.findall(r"\w+|,", "Once upon a midnight dreary, while I pondered, weak and weary")
LONG = [*VERSE, *re.findall(r"\w+", "Over many a quaint and curious volume of forgotten lore")] * 2


def some_weights(*shape, seed=0):
    scores = np.random.default_rng(seed).normal(size=shape) * 2
    exps = np.exp(scores)
    return exps / exps.sum(axis=-1, keepdims=True)


def causal(T):
    return np.tril(np.ones((T, T), dtype=bool))


def pixel_of_cell(figure, row, column):
    """Color in the middle of a cell of the first axes."""
    image = pixels(display.to_png(figure))
    x, y = figure.axes[0].transData.transform((column, row))
    return image[image.shape[0] - 1 - round(y), round(x)]


def gallery():
    rng = np.random.default_rng(1)
    forty = LONG[:40]
    x = np.geomspace(1, 1000, 30)
    yield "few", plots.attention_heatmap(some_weights(5, 5), VERSE[:5], title="Five words")
    yield "verse", plots.attention_heatmap(some_weights(13, 13), VERSE, mask=causal(13))
    yield (
        "forty",
        plots.attention_heatmap(
            some_weights(40, 40), forty, mask=causal(40), title="A very long title. " * 9
        ),
    )
    yield "cross", plots.attention_heatmap(some_weights(3, 9), ["le", "chat", "dort"], VERSE[:9])
    yield "tall", plots.attention_heatmap(some_weights(60, 4), list("abcdef") * 10, list("wxyz"))
    yield "characters", plots.attention_heatmap(some_weights(9, 9), list("a b\nc\td e"))
    yield "heads", plots.heads_grid(some_weights(6, 13, 13), VERSE, mask=causal(13), title="Six")
    yield "one head", plots.heads_grid(some_weights(1, 5, 5), VERSE[:5])
    yield (
        "table",
        plots.heatmap(
            rng.normal(size=(50, 64)),
            title="Positions",
            diverging=True,
            x_label="feature",
            y_label="position",
            label="value",
        ),
    )
    yield "small", plots.heatmap(rng.normal(size=(3, 4)), VERSE[:3], list("abcd"), label="value")
    yield (
        "lines",
        plots.lines(
            x,
            {"with $1/\\sqrt{d_k}$": 1 / x, "without": x**0.5, "nearly so": x**0.51},
            title="Two laws",
            x_label="d_k",
            y_label="gradient",
            log_x=True,
            log_y=True,
            marks={"here": 64},
        ),
    )
    yield "one line", plots.lines(x, {"loss": 1 / x}, x_label="step", y_label="loss (nats)")
    yield "bars", plots.bars(VERSE, rng.random(13), y_label="weight", x_label="word")
    yield "lying", plots.bars(VERSE[:5], rng.random(5) * 100, horizontal=True, x_label="word")
    yield "histogram", plots.histogram(rng.normal(size=999), x_label="score", title="Normal")
    yield "two histograms", plots.histogram({"one": rng.normal(size=99), "two": rng.random(99)})
    yield "points", plots.scatter2d(rng.normal(size=(40, 2)), forty, title="Words")
    yield (
        "groups",
        plots.scatter2d(rng.normal(size=(6, 2)), list("abcdef"), groups=list("xyxyxy")),
    )
    for stage, values in stages():
        yield f"{type(stage).__name__} {values}", stage(**values)


def stages():
    yield Wavelengths(32), {"pair": 15, "base": 1e5, "length": 400}
    yield Wavelengths(8), {"pair": 0, "base": 10.0, "length": 20}
    yield Similarity(100), {"position": 0, "d_model": 2}
    yield Similarity(100), {"position": 99, "d_model": 256}
    yield Rotation(16), {"shift": 12, "pair": 0, "start": 11}
    yield Rotation(16), {"shift": 0, "pair": 7, "start": 0}
    yield Temperature([2.1, 1.2, -0.5], ["raven", "chamber", "a"]), {"temperature": 0.05}
    yield Saturation(), {"d_k": 512, "scale": "1 (no scale)"}
    yield picker(), {"query": 12, "head": 3, "mask": "causal mask"}
    yield picker(LONG), {"query": 5, "head": 0, "mask": "no mask"}


def picker(tokens=VERSE):
    T = len(tokens)
    free = some_weights(4, T, T)
    masked = np.where(causal(T), free, 0)
    masked /= masked.sum(axis=-1, keepdims=True)
    return AttentionPicker(
        {"no mask": free, "causal mask": masked}, tokens, {"causal mask": causal(T)}
    )


GALLERY = dict(gallery())


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(GALLERY[name])


@pytest.mark.parametrize("name", ["verse", "forty", "heads", "table", "bars", "tall", "cross"])
def test_tick_labels_do_not_cover_each_other(name):
    figure = GALLERY[name]
    display.to_png(figure)
    for ax in figure.axes:
        for axis, side in ((ax.xaxis, 0), (ax.yaxis, 1)):
            labels = [t for t in axis.get_ticklabels() if t.get_text() and is_drawn(t, figure)]
            # Slanted labels have boxes that overlap though the letters do not.
            if any(t.get_rotation() == 45 for t in labels):
                continue
            boxes = [t.get_window_extent() for t in labels]
            spans = sorted((b.x0, b.x1) if side == 0 else (b.y0, b.y1) for b in boxes)
            for (_, end), (start, _) in pairwise(spans):
                assert start >= end - 1.5


def test_the_alt_text_of_attention_names_the_telling_rows():
    weights = np.array([[1.0, 0.0, 0.0], [0.38, 0.62, 0.0], [0.2, 0.7, 0.1]])
    figure = plots.attention_heatmap(weights, ["at", "my", "chamber"], title="What", mask=causal(3))
    assert figure.alt == (
        "What. Heatmap of attention weights, 3 query rows by 3 key columns: row 'at' attends most "
        "to 'at', 1; row 'my' attends most to 'my', 0.62; row 'chamber' attends most to 'my', 0.7. "
        "3 of 9 cells are masked."
    )


def test_a_row_without_a_choice_is_not_the_telling_one():
    weights = np.array([[1.0, 0.0], [0.4, 0.6]])
    assert words.telling_rows(weights, causal(2), 1) == [(1, 1)]


def test_ties_do_not_depend_on_the_last_bit():
    weights = np.array([[0.5, 0.5 + 1e-12], [0.5 + 1e-12, 0.5]])
    assert words.telling_rows(weights, np.ones((2, 2), bool)) == [(0, 0), (1, 0)]


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


def test_whitespace_is_visible():
    assert [words.visible(t) for t in (" ", "\n", "\t", "", "a b")] == ["␣", "⏎", "⇥", "∅", "a␣b"]


def test_heads_share_one_scale():
    weights = np.stack([np.full((2, 2), 0.5), np.eye(2)])
    figure = plots.heads_grid(weights, ["a", "b"])
    limits = {ax.images[0].get_clim() for ax in figure.axes if ax.images}
    assert limits == {(0.0, 1.0)}


def test_a_diverging_scale_is_symmetric():
    figure = plots.heatmap([[-1.0, 3.0]], diverging=True)
    assert figure.axes[0].images[0].get_clim() == (-3.0, 3.0)


def test_names_of_lines_are_moved_apart_within_the_axes():
    from course_lib.plots.curves import apart

    moved = apart([0.5, 0.5, 0.5, 0.99], 0.1)
    assert moved == pytest.approx([0.5, 0.6, 0.7, 0.99])
    crowded = apart([0.9, 0.95, 1.0], 0.1)
    assert crowded == pytest.approx([0.8, 0.9, 1.0])


def test_numbers_and_titles_in_words():
    said = [words.number(x) for x in (0.0, 0.6249, 1234.5, 3e-7, -2.0, float("inf"))]
    assert said == ["0", "0.62", "1200", "3e-07", "-2", "inf"]
    assert words.plain(r"why $1/\sqrt{d_k}$") == "why 1/sqrt(d_k)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.attention_heatmap(np.zeros((2, 3, 3))), r"shape \(2, 3, 3\).*Index"),
        (lambda: plots.attention_heatmap(np.eye(3), ["a"]), "1 labels were given in query_labels"),
        (lambda: plots.attention_heatmap(np.eye(2), mask=np.ones((2, 2))), "boolean"),
        (lambda: plots.attention_heatmap(np.eye(2), mask=np.ones((3, 3), bool)), "must broadcast"),
        (lambda: plots.heads_grid(np.eye(3)), r"\(H, T_q, T_k\)"),
        (lambda: plots.heads_grid(np.zeros((2, 3, 3)), head_names=["a"]), "1 head_names"),
        (lambda: plots.lines([1, 2], {}), "nothing to draw"),
        (lambda: plots.lines([1, 2], {"y": [1, 2, 3]}), r"'y' has shape \(3,\)"),
        (lambda: plots.bars("ab", [[1, 2]]), "one axis"),
        (lambda: plots.histogram([np.nan]), "no finite value"),
        (lambda: plots.scatter2d(np.zeros((3, 3))), r"shape \(N, 2\)"),
        (lambda: plots.scatter2d(np.zeros((3, 2)), groups=["a"]), "3 points but 1 groups"),
        (lambda: AttentionPicker({"x": np.eye(3)}, list("abc")), r"\(H, 3, 3\)"),
        (lambda: Temperature([1.0]), "two entries"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_show_refuses_a_figure_without_alt_text():
    with pytest.raises(ValueError, match="alt text"):
        plots.show(blank(2, 2))


def test_the_bundle_is_one_png_with_alt_text_and_size():
    figure = plots.bars("ab", [1, 2], title="Two bars")
    data, metadata = display.bundle(figure)
    assert list(data) == ["image/png"]
    width, height = display.size_in_pixels(figure)
    assert metadata == {"image/png": {"alt": figure.alt, "width": width, "height": height}}
    image = Image.open(BytesIO(base64.b64decode(data["image/png"])))
    assert width == 800
    assert image.size == (2 * width, 2 * height)
    assert data == display.bundle(plots.bars("ab", [1, 2], title="Two bars"))[0]


def test_outside_a_notebook_show_prints_the_alt_text(capsys):
    figure = plots.bars("ab", [1, 2])
    plots.show(figure)
    assert capsys.readouterr().out == figure.alt + "\n"


def test_the_fast_png_holds_the_pixels_that_were_drawn():
    figure = plots.heatmap(some_weights(4, 5))
    png = display.to_png(figure)
    figure.canvas.draw()
    drawn = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    assert (pixels(png) == drawn).all()


def test_a_stored_png_keeps_its_colors():
    figure = plots.heatmap(some_weights(40, 40))
    small = pixels(display.to_small_png(figure))
    figure.set_dpi(200)
    figure.canvas.draw()
    exact = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    assert abs(small - exact).max() <= 12


def test_plots_need_neither_pyplot_nor_widgets():
    code = (
        "import sys, course_lib.plots as p; p.bars('ab', [1, 2]); "
        "print([m for m in ('matplotlib.pyplot', 'ipywidgets', 'IPython') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("number", range(len(list(stages()))))
def test_a_frame_over_the_background_equals_the_whole_figure(number):
    stage, values = list(stages())[number]
    other = {name: start for name, start in FIRST[type(stage)].items() if name in values}
    assert_frames_are_whole(stage, values, other)


FIRST = {
    Wavelengths: {"pair": 2, "base": 100.0, "length": 60},
    Similarity: {"position": 50, "d_model": 16},
    Rotation: {"shift": 3, "pair": 2, "start": 5},
    Temperature: {"temperature": 2.0},
    Saturation: {"d_k": 4, "scale": "1/√d_k (the paper)"},
    AttentionPicker: {"query": 3, "head": 1, "mask": "no mask"},
}


def test_a_stage_must_say_how_it_moves():
    with pytest.raises(NotImplementedError, match="update"):
        Stage(blank(2, 2)).frame(x=1)


def test_what_the_figures_of_positions_say():
    alt = Wavelengths(32)(pair=0).alt
    assert alt.startswith("Pair 0 repeats every 6.28 positions: 16 turns fit into 100 positions.")
    assert "only 0.0028 of a turn fits" in Wavelengths(32)(pair=15).alt
    # 2 pi / 6.283 positions a turn: 3 positions are 3 radians, 172 degrees.
    assert "by 172°" in Rotation(16)(shift=3, pair=0).alt
    # Two features turn once in 6.28 positions, so 44 positions on (7 turns) looks the same.
    assert "position 10 is most like 54" in Similarity(100)(position=10, d_model=2).alt
    assert "most like its neighbors" in Similarity(100)(position=10, d_model=64).alt


def test_the_temperature_goes_from_one_word_to_all_alike():
    scores, labels = [2.0, 1.0, 0.0], ["raven", "door", "lore"]
    cold = Temperature(scores, labels)(temperature=0.05).alt
    hot = Temperature(scores, labels)(temperature=1000.0).alt
    assert "'raven' takes 1.00 of the weight, entropy 0.00 of 1.10 nats" in cold
    assert "entropy 1.10 of 1.10 nats" in hot
    halves = Temperature(scores, labels, lambda x: (np.full(3, 0.5), None))(temperature=1.0)
    assert "takes 0.50" in halves.alt


def test_scores_saturate_without_the_scale_and_not_with_it():
    wide = measure(512, 0.0)
    assert wide.spread == pytest.approx(512**0.5, rel=0.05)
    assert wide.largest > 0.9
    assert wide.gradient < 0.4
    for d_k in WIDTHS:
        scaled = measure(d_k, -0.5)
        assert scaled.spread == pytest.approx(1, abs=0.1)
        assert scaled.largest < 0.35
        assert scaled.gradient > 0.9


def test_the_picker_names_where_the_query_looks():
    tokens = ["Nevermore", ",", "quoth"]
    weights = np.array([[[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.6, 0.3, 0.1]]])
    figure = AttentionPicker({"no mask": weights}, tokens)(query=2, head=0)
    assert figure.alt.startswith("Head 1: 'quoth' attends most to 'Nevermore', 0.60. Heatmap")
    assert "After 'Nevermore' come ',' 0.3, 'quoth' 0.1." in figure.alt


def test_the_picker_names_no_first_among_equals():
    weights = np.array([[[0.45, 0.45, 0.1], [0.3, 0.3, 0.4], [0.6, 0.3, 0.1]]])
    figure = AttentionPicker({"no mask": weights}, ["a", "b", "c"])(query=0, head=0)
    assert figure.alt.startswith("Head 1: 'a' attends to 2 tokens alike, 0.45 each. Heatmap")


def test_a_running_text_keeps_words_apart_and_punctuation_close():
    lines = page.lay_out(["Quoth", "the", "raven", ",", "Nevermore", "."], 6.0)
    assert [line.text for line in lines] == ["Quoth the raven, Nevermore."]
    starts, ends = lines[0].starts, lines[0].ends
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert starts[3] == pytest.approx(ends[2], abs=0.02)
    assert starts[1] > ends[0] + 0.03
    broken = page.lay_out(list("ab\ncd"), 6.0)
    assert [line.text for line in broken] == ["ab⏎", "cd"]
    assert [line.tokens for line in broken] == [[0, 1, 2], [3, 4]]
    ended = page.lay_out(["weak\n", "weary"], 6.0)
    assert [line.text for line in ended] == ["weak", "weary"]
    narrow = page.lay_out(LONG, 2.0)
    assert len(narrow) > 4
    assert [i for line in narrow for i in line.tokens] == list(range(len(LONG)))


def test_a_mask_may_carry_batch_and_head_axes():
    mask = causal(3)[None, None]
    assert (cells.as_mask(mask, (3, 3), "test") == causal(3)).all()
