"""`mine`: what the reader has solved, checked again and put into the model."""

import contextlib

import numpy as np
import pytest

from classroom.exercises.check import check
from classroom.exercises.my_model import mine, own_model
from classroom.exercises.swap import using
from course_lib import attention, layers

from .notebook_cells import SOFTMAX, cell


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda text: text.replace("x.max(axis=axis, keepdims=True)", "0"), "exp overflows"),
        (lambda text: text.replace("return", "retrun"), "SyntaxError"),
        (lambda text: text.replace("def softmax", "def softmac"), "defines no function softmax"),
        (lambda text: text + "\nwhile True:\n    pass\n", "does not come to an end"),
        (lambda text: text + "\nraise SystemExit\n", "cannot be loaded"),
        (lambda text: text.replace("exps = np", "exps = nump"), "NameError"),
    ],
)
def test_a_saved_answer_that_was_edited_to_be_wrong_is_refused(
    edit, reason, work, capsys, monkeypatch
) -> None:
    check(cell(SOFTMAX))
    path = work / "softmax.py"
    path.write_text(edit(path.read_text()))
    monkeypatch.setattr(own_model, "run_limited", _quick(own_model.run_limited))
    own = mine()
    assert "softmax" not in own
    assert reason in own.refused["softmax"]
    text = str(own)
    assert "softmax reference" in text
    assert "Your saved softmax is not used:" in text
    with using(**own):
        assert layers.softmax(np.zeros(2))[0].tolist() == [0.5, 0.5]


def test_a_helper_that_is_missing_is_told_where_it_must_stand(work, capsys) -> None:
    check(cell(SOFTMAX))
    path = work / "softmax.py"
    path.write_text(path.read_text().replace("exps = np.exp(", "exps = shifted_exp("))
    reason = " ".join(mine().refused["softmax"].split())
    assert "softmax.py uses `shifted_exp`, which neither the file nor the course defines" in reason
    assert "Move it inside the function in its cell and check it again" in reason
    assert f"or write it into {path}" in reason
    assert "run that cell" not in reason
    helper = "\n\ndef shifted_exp(x):\n    return np.exp(x)\n"
    path.write_text(path.read_text() + helper)
    assert "softmax" in mine()


def _quick(run_limited):
    return lambda job, seconds: run_limited(job, min(seconds, 0.3))


def test_the_readers_functions_call_each_other(work, capsys, toys) -> None:
    check(cell(SOFTMAX.replace("def softmax", "def softmax")))
    check(
        cell(
            "def double(x, factor=2.0):\n"
            "    softmax(np.zeros(2))\n"
            "    return x * factor, (x, factor)\n",
            {"__name__": "__main__", "np": np, "softmax": layers.softmax},
        )
    )
    own = mine()
    calls = []

    def spy(x, axis=-1):
        calls.append(1)
        return own["softmax"](x, axis)

    own["double"](1.0)
    assert calls == []
    with using(softmax=spy):
        own["double"](1.0)
    assert calls == [1]


def test_the_readers_part_is_in_the_whole_model(work, capsys) -> None:
    check(cell(SOFTMAX))
    own = mine()
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(2, 3, 5)) for _ in range(3))
    before = attention.scaled_dot_product_attention(q, k, v)[0]
    with using(**own):
        assert layers.softmax is own["softmax"]
        np.testing.assert_allclose(attention.scaled_dot_product_attention(q, k, v)[0], before)
    assert layers.softmax is not own["softmax"]


def test_mine_says_whose_each_part_is(work, capsys, toys) -> None:
    check(cell(SOFTMAX))
    text = str(mine())
    parts = [part.strip() for part in text.replace("\n", " · ").split("·")]
    assert "softmax yours" in parts
    assert "double reference" in parts
    assert all(len(line) <= 88 for line in text.splitlines())
    assert repr(mine()) == text
    assert mine().whose("softmax") == "yours"


def test_nothing_saved_is_no_problem(work) -> None:
    own = mine()
    assert dict(own) == {}
    assert "softmax reference" in str(own)
    with using(**own):
        pass


def test_loading_prints_nothing(work, capsys) -> None:
    check(cell(SOFTMAX))
    path = work / "softmax.py"
    path.write_text(path.read_text() + "\nprint('noise')\n")
    capsys.readouterr()
    with contextlib.suppress(KeyError):
        mine()["softmax"]
    assert capsys.readouterr().out == ""
