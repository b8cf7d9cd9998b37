"""The widget that asks for a prediction, and `reveal`."""

import numpy as np
import pytest

from classroom.explore import predict, prediction, reveal

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def _nothing_asked(monkeypatch):
    monkeypatch.setattr(prediction, "_asked", {})


@pytest.mark.usefixtures("_nothing_asked")
def test_predict_locks_and_reveal_compares(capsys):
    box = predict("spread", "How large is $\\sigma$ of `q @ k`?", number=True)
    reveal("spread", 8.0)
    assert capsys.readouterr().out == "You made no prediction. It is 8.\n"
    box.button.click()
    assert "Write a number first" in box.message.value
    box.input.value = "lots"
    box.button.click()
    assert "not a number" in box.message.value
    assert not box.input.disabled
    box.input.value = "4"
    box.button.click()
    assert box.input.disabled
    assert box.button.disabled
    reveal("spread", np.float64(8.0), "A sum of **64** products.")
    assert capsys.readouterr().out == (
        "You predicted 4. It is 8. Your number is 2 times too small.\n\nA sum of 64 products.\n"
    )


@pytest.mark.usefixtures("_nothing_asked")
def test_a_question_that_is_asked_again_keeps_its_prediction():
    predict("order", "What moves?", options=["rows", "columns"]).commit("rows")
    again = predict("order", "What moves?", options=["rows", "columns"])
    assert again.input.value == "rows"
    assert again.input.disabled
    changed = predict("order", "What moves now?", options=["rows", "columns"])
    assert changed.input.value is None
    assert not changed.input.disabled


@pytest.mark.usefixtures("_nothing_asked")
def test_a_prediction_reads_well_without_a_kernel():
    box = predict("order", "What of `x` moves?", options=["the **rows**", "columns"])
    data, _ = box._repr_mimebundle_()
    assert data["text/plain"] == "Predict. What of x moves?\n- the rows\n- columns"
    assert data["text/markdown"] == ("**Predict.** What of `x` moves?\n\n- the **rows**\n- columns")
    assert WIDGET in data


@pytest.mark.usefixtures("_nothing_asked")
def test_predict_and_reveal_refuse_with_a_sentence():
    with pytest.raises(ValueError, match="either for one of some options"):
        predict("x", "What?")
    with pytest.raises(ValueError, match="either for one of some options"):
        predict("x", "What?", options=["a", "b"], number=True)
    with pytest.raises(ValueError, match="all different"):
        predict("x", "What?", options=["a", "a"])
    with pytest.raises(ValueError, match=r"holds \$math\$"):
        predict("x", "What?", options=["$a$", "b"])
    with pytest.raises(ValueError, match="nothing was asked under the name 'x'"):
        reveal("x", 3)
