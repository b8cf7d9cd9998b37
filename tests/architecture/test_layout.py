"""Nothing in the drawing lies over anything else, in both layouts, for every kind of model."""

from itertools import product

import pytest

from architecture.overlaps import looked_at
from classroom.architecture import architecture
from classroom.architecture.lettering import width_of
from classroom.plots.display import DPI
from classroom.plots.style import text_width
from course_lib.params import TransformerConfig

OPENED = {
    "decoder": [(), ("attention",), ("feed_forward",), ("attention", "feed_forward")],
    "encoder-decoder": [
        (),
        ("decoder.cross_attention",),
        ("cross_attention", "feed_forward"),
        ("encoder.attention",),
        ("attention", "cross_attention", "feed_forward"),
    ],
}
OPENED["encoder"] = OPENED["decoder"]
KINDS = [
    (family, norm, opened)
    for family in OPENED
    for norm, opened in product(["pre", "post", "none"], OPENED[family])
]


FUNCTIONS = [
    "embedding", "add_positions", "layer_norm", "softmax", "multi_head_attention", "split_heads",
    "merge_heads", "attention_scores", "scaled_dot_product_attention", "causal_mask",
    "padding_mask", "feed_forward", "relu", "residual", "encoder_block", "decoder_block", "pool",
    "cross_entropy", "log_softmax", "linear_backward",
]  # fmt: skip


def config_of(family, norm="pre", **changes):
    more = {"positions": "sinusoidal"} if norm == "post" else {}
    more |= {"pad_id": None if family == "decoder" else 0}
    more |= {"d_model": 64, "norm": norm}
    return TransformerConfig(family, 54, **(more | changes))


@pytest.mark.parametrize(("family", "norm", "opened"), KINDS)
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_nothing_lies_over_anything_else(family, norm, opened, direction):
    looked_at(architecture(config_of(family, norm), open=opened, direction=direction))


@pytest.mark.parametrize(("family", "norm", "opened"), KINDS)
@pytest.mark.parametrize("whose", ["yours", "some"])
def test_nothing_lies_over_anything_else_when_it_says_whose_it_is(family, norm, opened, whose):
    owners = dict.fromkeys(FUNCTIONS, "yours")
    if whose == "some":
        owners |= {f"{name}_backward": "reference" for name in FUNCTIONS}
    looked_at(
        architecture(config_of(family, norm), open=opened, owners=owners, loss=True,
                     lit=("residual", "attention"))
    )  # fmt: skip


@pytest.mark.parametrize("family", ["decoder", "encoder-decoder"])
@pytest.mark.parametrize("norm", ["pre", "post", "none"])
def test_nothing_lies_over_the_cache(family, norm):
    looked_at(architecture(config_of(family, norm), cache=True, lit=("cache",)))


@pytest.mark.parametrize(
    "changes",
    [
        {"positions": "none"},
        {"tied": True},
        {"activation": "gelu"},
        {"n_layers": 1},
        {"n_layers": 12, "d_model": 768, "d_ff": 3072},
    ],
)
def test_models_of_other_parts_are_drawn(changes):
    config = config_of("decoder", **changes)
    looked_at(architecture(config, open="feed_forward", direction="backward"))


def test_a_model_of_attention_alone_is_drawn():
    drawing = architecture(config_of("decoder", d_ff=0), direction="backward")
    looked_at(drawing)
    assert "feed" not in drawing.alt


@pytest.mark.parametrize("bold", [False, True])
def test_letters_take_no_more_room_than_is_kept_for_them(bold):
    points = 12 * 72 / DPI
    for text in ["self-attention", "(B, T)", "vocab_size", "output projection", "targets", "mask:"]:
        drawn = text_width(text, points, bold, math=False) * DPI
        assert drawn <= 1.03 * width_of(text, bold), text
        assert width_of(text, bold) <= 1.2 * drawn
