import html
import json
import re
import zlib
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from attention_view.cases import THREE, WORDS, causal_case
from classroom.attention_view import AttentionView, attention_view
from classroom.attention_view.view import inlined, script
from classroom.plots.display import picture_html


def three(**changes):
    given = {"tokens": ["the", "raven", "sat"], "weights": THREE[None], "mask": np.tri(3) > 0}
    return attention_view(**{**given, **changes})


def image_of(text):
    (found,) = re.findall(r"<img [^>]*>", text)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', found))


def test_alt_text_says_what_is_shown():
    assert three(query="raven", title="A raven looks at itself").alt == (
        "A raven looks at itself. Head 1, over 3 tokens: “raven” (2 of 3) attends to “raven” 75%, "
        "“the” 25%. 1 of 3 keys are masked."
    )


def test_alt_text_of_many_heads_names_the_block():
    weights, mask = causal_case()
    view = attention_view(WORDS, weights, mask, head=(1, 2), query=0)
    assert view.alt == (
        "Attention over a text. Block 2, head 3, over 8 tokens: “Quoth” (1 of 8) attends to "
        "“Quoth” 100%. 7 of 8 keys are masked. Shown small beside it: 6 heads in 2 blocks."
    )


def test_names_of_heads_and_of_blocks():
    weights, mask = causal_case()
    names = {"block_names": ["no mask", "causal mask"], "head_names": ["before", "same", "rhyme"]}
    view = attention_view(WORDS, weights, mask, **names)
    assert view.head_name(1, 2) == "Causal mask, rhyme"
    assert attention_view(WORDS, weights[0], mask).head_name(0, 1) == "Head 2"


def test_cross_attention_names_both_texts():
    view = attention_view(
        ["le", "chat"], [[[0, 1, 0], [0, 0, 1.0]]], key_tokens=["eh", "the", "cat"]
    )
    assert "over 2 queries and 3 keys: “chat” (2 of 2) attends to “cat” 100%" in view.alt
    assert view.config()["keys"]["words"] == ["eh", "the", "cat"]


def test_a_query_may_be_a_token_or_count_from_the_end():
    assert three(query="sat").query == three(query=-1).query == 2
    weights, mask = causal_case()
    assert attention_view(WORDS, weights, mask, query=",").query == 3


def test_html_holds_the_picture_the_words_and_the_weights():
    weights, mask = causal_case()
    text = attention_view(WORDS, weights, mask, title="<b> & “so”").to_html()
    image = image_of(text)
    assert html.unescape(image["alt"]).startswith("<b> & “so”. Block 1, head 1")
    picture = Image.open(BytesIO(b64decode(image["src"].split(",")[1])))
    assert picture.size == (2 * int(image["width"]), 2 * int(image["height"]))
    config = json.loads(html.unescape(re.search(r'data-view="([^"]*)"', text)[1]))
    assert config["queries"]["words"] == ["Quoth", "the", "raven", ",", '"', "Nevermore", ".", '"']
    assert config["queries"]["names"]["3"] == "comma"
    start = json.loads(html.unescape(image["data-start"]))
    assert start == {"head": [0, 0], "query": 7, "title": "<b> & “so”"}
    packed = zlib.decompress(b64decode(image["data-weights"]))
    assert len(packed) == weights.size + mask.size
    sent = np.frombuffer(packed, np.uint8)
    assert np.abs((sent[: weights.size] / 255.0) ** 2 - weights.ravel()).max() < 0.004
    assert (sent[weights.size :] == mask.ravel()).all()


def test_two_machines_that_round_differently_write_the_same_text_but_for_the_picture():
    weights, mask = causal_case()
    other = weights.astype(np.float32).astype(float)
    other /= other.sum(axis=-1, keepdims=True)
    other = np.where(other > 0, other * (1 + 0.02 * (weights.max(-1, keepdims=True) - weights)), 0)
    other /= other.sum(axis=-1, keepdims=True)
    texts = [attention_view(WORDS, each, mask).to_html() for each in (weights, other)]
    assert texts[0] != texts[1]
    regex = r'<img [^>]*src="data:image/png;base64,[^>]*>'  # as in nbval_sanitize.cfg
    assert re.sub(regex, "", texts[0]) == re.sub(regex, "", texts[1])


def test_the_page_asks_no_host_and_the_script_cannot_end_early():
    weights, mask = causal_case()
    text = attention_view(["</script>", "https", *WORDS[2:]], weights, mask).to_html()
    assert text.count("</script>") == text.count("<script>") == 1
    for called in ("http", "//", "import(", "fetch(", "XMLHttpRequest", "url("):
        assert called not in script() + inlined("view.css")


def test_script_and_style_are_files_of_the_package():
    assert "class View" in script()
    assert "/*" not in inlined("view.css")


def test_reveal_and_show_take_it_as_they_take_a_figure():
    view = three()
    assert picture_html(view) == view.to_html()


def test_outside_a_notebook_it_prints_its_alt_text(capsys):
    view = three()
    view._ipython_display_()
    assert capsys.readouterr().out.strip() == view.alt
    assert isinstance(view, AttentionView)


def test_masks_may_differ_by_block():
    weights, mask = causal_case(1, 2)
    even = np.full_like(weights, 1 / 8)
    both = np.concatenate([even, weights])
    masks = np.stack([np.ones_like(mask), mask])[:, None]
    view = attention_view(WORDS, both, masks, head=(1, 0), query=0)
    assert view.config()["masks"] == [2, 1]
    assert "7 of 8 keys are masked" in view.alt
    assert "masked" not in attention_view(WORDS, both, masks, head=(0, 0), query=0).alt


WEIGHTS, MASK = causal_case()
OFF = np.where(np.eye(8, dtype=bool), 0.5, 0)[None]


@pytest.mark.parametrize(
    ("changes", "value", "remedy"),
    [
        ({"weights": WEIGHTS[None]}, "(1, 2, 3, 8, 8)", "Index the batch away"),
        ({"weights": WEIGHTS[0, 0]}, "(8, 8)", "weights[None]"),
        ({"weights": np.log(np.maximum(WEIGHTS, 1e-9))}, "block 0, head 0", "not the scores"),
        ({"weights": WEIGHTS * np.nan}, "nan", "softmax returned"),
        ({"weights": OFF, "mask": None}, "add up to 0.5", "last axis"),
        ({"weights": WEIGHTS[:, :, -2:], "tokens": WORDS[-2:]}, "2 queries", "key_tokens"),
        ({"tokens": WORDS[:5]}, "5 tokens", "T_q is 8"),
        ({"key_tokens": WORDS[:5]}, "5 tokens", "T_k is 8"),
        ({"tokens": "Quoth the raven"}, "'Quoth the raven'", "list(text)"),
        ({"mask": MASK.astype(int)}, "int64", "mask.astype(bool)"),
        ({"mask": ~MASK}, "hides a key that has weight", "True = may attend"),
        ({"mask": np.ones((3, 3), bool)}, "(3, 3)", "must broadcast"),
        ({"head": (2, 0)}, "(2, 0)", "counted from 0"),
        ({"head": 3}, "3", "2 blocks of 3 heads"),
        ({"query": 8}, "8", "from 0 to 7"),
        ({"query": "crow"}, "'crow'", "its index"),
        ({"head_names": ["one"]}, "1 head_names", "for 3"),
        ({"weights": np.broadcast_to(0.01, (1, 900, 100, 100))}, "9,000,000", "some blocks"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_sentence(changes, value, remedy):
    given = {"tokens": WORDS, "weights": WEIGHTS, "mask": MASK, **changes}
    with pytest.raises(ValueError, match=r"^attention_view: ") as refused:
        attention_view(**given)
    assert value in str(refused.value)
    assert remedy in str(refused.value)
