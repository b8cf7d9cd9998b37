"""The widget that asks for a prediction."""

from classroom.explore import predict
from classroom.explore.prediction import Prediction

WIDGET = "application/vnd.jupyter.widget-view+json"


def test_a_number_is_committed_once(put):
    prediction = put(Prediction("How large is $\\sigma$ of `q @ k`?"))
    box = predict("q")
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
    assert prediction.value == 4.0


def test_a_question_that_is_asked_again_keeps_its_prediction(put):
    put(Prediction("What moves?", ["rows", "columns"]))
    predict("q").commit("rows")
    again = predict("q")
    assert again.input.value == "rows"
    assert again.input.disabled


def test_a_prediction_reads_well_without_a_kernel(put):
    put(Prediction("What of `x` moves?", ["the **rows**", "columns"]))
    data, _ = predict("q")._repr_mimebundle_()
    assert data["text/plain"] == "Predict. What of x moves?\n- the rows\n- columns"
    assert data["text/markdown"] == ("**Predict.** What of `x` moves?\n\n- the **rows**\n- columns")
    assert WIDGET in data
