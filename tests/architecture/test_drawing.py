"""The drawing of a model: what it says, what it refuses, and what it puts on a page."""

import re

import numpy as np
import pytest

from architecture.overlaps import looked_at
from classroom.architecture import architecture, choose
from classroom.architecture.gradient import with_gradient
from classroom.architecture.lettering import runs
from classroom.architecture.marks import Box, Line, Text
from course_lib import model
from course_lib.params import TransformerConfig, flatten, init_params

SMALL = TransformerConfig("decoder", 11, d_model=6, n_heads=3, n_layers=3, d_ff=20, max_len=7)


def labels(drawing):
    return [mark.text for mark in drawing.wide.marks if isinstance(mark, Text)]


def looks(drawing):
    return {m.part: m.look for m in drawing.wide.marks if isinstance(m, Box) and m.kind == "part"}


@pytest.mark.parametrize("family", ["decoder", "encoder", "encoder-decoder"])
@pytest.mark.parametrize("norm", ["pre", "post", "none"])
@pytest.mark.parametrize("tied", [False, True])
def test_shapes_without_parameters_are_those_of_init_params(family, norm, tied):
    if tied and family == "encoder":
        return
    config = TransformerConfig(
        family, 11, d_model=6, n_heads=3, d_ff=20, max_len=7, norm=norm, tied=tied
    )
    drawing = architecture(config)
    params = init_params(config, np.random.default_rng(0))
    with_params = architecture(config, params)
    assert drawing.wide == with_params.wide
    assert drawing.narrow == with_params.narrow
    assert drawing.alt == with_params.alt
    shapes = {a.shape for n, a in flatten(params).items() if ".1." not in n}
    for shape in shapes:
        assert any(str(shape) in name for name in drawing.names.values())


def test_shapes_are_read_from_the_parameters():
    params = init_params(SMALL, np.random.default_rng(0))
    for block in params["blocks"]:
        block["feed_forward"] |= {"W_1": np.zeros((6, 13)), "b_1": np.zeros(13)}
    assert any("(6, 13)" in text for text in labels(architecture(SMALL, params)))
    with pytest.raises(ValueError, match="params has no embedding"):
        architecture(SMALL, {"blocks": []})


def test_what_is_drawn_is_said():
    alt = architecture(SMALL, lit="attention", open="attention").alt
    assert alt == (
        "Drawing of a transformer, decoder-only, pre-norm, from the bottom up. "
        "Ids (B, T) to embedding (B, T, d_model) plus learned positions; block, 3 times: layer "
        "norm, self-attention (W_Q, W_K, W_V, q kᵀ / √d_k, mask: causal, softmax, weights · v, "
        "W_O), added to the stream / layer norm, feed-forward, added to the stream; layer norm; "
        "output projection to (B, T, vocab_size). "
        "Strongly drawn: W_Q, W_K, W_V, q kᵀ / √d_k, mask: causal, softmax, weights · v, W_O."
    )


def test_a_post_norm_model_has_its_norms_on_the_stream_and_none_at_the_end():
    config = TransformerConfig("encoder-decoder", 11, d_model=6, n_heads=3, norm="post")
    drawing = architecture(config, lit="cross_attention")
    assert "cross-attention that reads the memory, added to the stream, then layer norm" in (
        drawing.alt
    )
    streams = [m for m in drawing.wide.marks if isinstance(m, Line) and m.kind == "stream"]
    ends = [line.part for line in streams if "norm" in line.part]
    assert len(ends) == 5


def test_lit_parts_are_strong_and_others_are_not():
    shown = looks(architecture(SMALL, lit=("norm", "W_1"), open="feed_forward"))
    lit = sorted(name for name, look in shown.items() if look.lit)
    assert lit == ["feed_forward.W_1", "norm", "norm_1", "norm_2"]


def test_owners_fill_tick_and_cross():
    lessons = {
        3: {"layer_norm": "yours", "relu": "refused", "feed_forward": "yours"},
        7: {"layer_norm_backward": "yours", "feed_forward_backward": "reference"},
    }
    drawing = architecture(SMALL, owners=lessons, open="feed_forward")
    shown = {name: look.owner for name, look in looks(drawing).items()}
    assert shown["norm"] == "yours"
    assert shown["feed_forward.relu"] == "refused"
    assert shown["feed_forward.W_1"] == "some"
    assert shown["embedding"] == "reference"
    texts = labels(drawing)
    assert {"✓ layer norm", "✗ relu", "1/2 W_1, b_1", "embedding"} <= set(texts)
    assert texts[-1].startswith("✓ filled: yours · 1/2")
    assert "Yours, filled and ticked: layer norm." in drawing.alt
    assert "Refused, dashed and crossed: relu." in drawing.alt
    around = lessons | {8: {"adam_update": "yours"}}
    assert architecture(SMALL, owners=around).others == {8: {"adam_update": "yours"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lit": "memories"}, "lit names 'memories', which is not drawn"),
        ({"lit": "attention.W_Q"}, "which is not drawn here"),
        ({"open": "softmax"}, "open names 'softmax'"),
        ({"owners": {"softmax": "mine"}}, "softmax is 'mine'"),
        ({"direction": "down"}, "direction is 'down'"),
        ({"steps": True}, "use direction='backward'"),
        ({"cache": True, "direction": "backward"}, "not in training"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        architecture(SMALL, **changes)


def test_every_line_but_inputs_has_a_gradient_the_other_way():
    up = Line(((10, 50), (10, 20)), "branch", "a")
    turn = Line(((10, 50), (40, 50), (40, 20)), "branch", "b")
    back = with_gradient([up, turn, Line(((0, 9), (0, 0)), "input", "c")])[3:]
    assert [line.points for line in back] == [((2, 20), (2, 50)), ((32, 20), (32, 42), (10, 42))]
    assert [line.part for line in back] == ["a", "b"]


def test_the_walk_goes_from_the_loss_to_the_embedding():
    steps = architecture(SMALL, direction="backward", steps=True).steps
    captions = [step.caption for step in steps]
    functions = [caption.split(":")[0].split(",")[0] for caption in captions]
    branch = ["residual_backward", "{}", "layer_norm_backward", "residual_backward"]
    parts = ["feed_forward_backward", "multi_head_attention_backward"]
    assert functions == [
        "cross_entropy_backward", "linear_backward", "layer_norm_backward",
        *(name.format(part) for part in parts for name in branch),
        "add_positions_backward", "embedding_backward",
    ]  # fmt: skip
    assert captions[0] == "cross_entropy_backward: dlogits (B, T, vocab_size)."
    assert captions[1] == "linear_backward: dx (B, T, d_model); dW (6, 11), db (11,)."
    assert "The other 2 blocks follow" in captions[10]


def test_the_gradients_of_the_walk_have_the_shapes_that_the_backward_gives():
    params = init_params(SMALL, np.random.default_rng(0))
    logits, cache = model.language_model(np.array([[1, 2, 3]]), params, SMALL)
    grads = flatten(model.language_model_backward(np.ones(logits.shape), cache))
    text = " ".join(
        s.caption
        for s in architecture(SMALL, direction="backward", steps=True, open=("attention",)).steps
    )
    for name, gradient in grads.items():
        if name.startswith("blocks.0") or "blocks" not in name:
            assert f"d{name.split('.')[-1]} {gradient.shape}" in text, name


def test_every_step_has_its_lines_and_every_gradient_its_step():
    for family in ("decoder", "encoder", "encoder-decoder"):
        for norm in ("pre", "post", "none"):
            for opened in ((), ("attention", "feed_forward")):
                config = TransformerConfig(family, 11, d_model=6, n_heads=3, norm=norm, pad_id=0)
                drawing = architecture(config, direction="backward", steps=True, open=opened)
                walked = [part for step in drawing.steps for part in step.parts]
                assert len(set(walked)) == len(walked)
                lines = {m.part for m in drawing.wide.marks
                         if isinstance(m, Line) and m.kind == "gradient"}  # fmt: skip
                assert lines <= set(walked)
                without = set(walked) - lines
                assert {part.rsplit(".", 1)[-1] for part in without} <= {"embedding", "positions"}


def test_the_page_is_the_same_each_time_and_holds_a_picture_with_alt_text():
    one, two = (architecture(SMALL, lit="norm").to_html() for _ in range(2))
    assert one == two
    assert one != architecture(SMALL, lit="residual").to_html()
    (image,) = re.findall(r"<img [^>]*>", one)
    assert 'alt="Drawing of a transformer, decoder-only' in image
    assert 'src="data:image/png;base64,' in image
    outside = re.sub(r"<script>.*</script>", "", one, flags=re.DOTALL)
    assert "<svg" not in outside
    assert one.count("</script>") == 1
    assert len(one) < 200_000


def test_a_picture_has_two_pixels_for_each_of_the_page():
    drawing = architecture(SMALL)
    png = drawing.png()
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (2 * drawing.wide.width, 2 * drawing.wide.height)


def test_names_have_subscripts():
    assert runs("W_Q b_1") == [("W", False), ("Q", True), (" b", False), ("1", True)]
    assert runs("norm_1") == [("norm_1", False)]


def test_one_of_several_drawings_is_chosen():
    drawings = {norm: architecture(TransformerConfig("decoder", 11, norm=norm))
                for norm in ("pre", "post")}  # fmt: skip
    both = choose(drawings)
    page = both.to_html()
    assert both.alt.endswith("To be chosen in its place: post.")
    assert page.count('type=\\"radio\\"') == 2
    assert page.count("<svg") == 4
    assert page.count("<img") == 1
    with pytest.raises(ValueError, match="two drawings or more"):
        choose({"pre": drawings["pre"]})


def test_what_a_real_encoder_has_besides_is_drawn_and_what_it_lacks_is_not():
    config = TransformerConfig("encoder", 11, d_model=6, n_heads=3, norm="post")
    params = init_params(config, np.random.default_rng(0))
    del params["output"]
    norm = {"gamma": np.ones(6), "beta": np.zeros(6)}
    extra = {"token_types": {"W": np.zeros((2, 6))}, "embedding_norm": norm}
    drawing = architecture(config, params | extra, lit="embedding_norm")
    texts = labels(drawing)
    assert "embedding: W (11, 6), token_types.W (2, 6)" in texts
    assert "embedding_norm: gamma, beta (6,)" in texts
    assert "output projection" not in texts
    assert "one vector for each text (B, d_model)" in texts
    looked_at(drawing)
