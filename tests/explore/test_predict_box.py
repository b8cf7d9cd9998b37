"""The widget that asks for a prediction."""

from classroom.explore import predict
from classroom.explore.prediction import Prediction


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
    box = predict("q")
    assert box.stored()["text/plain"] == "Predict. What of x moves?\n- the rows\n- columns"
    assert "What of <code>x</code> moves?" in box.as_html()
    assert "<ul><li>the <b>rows</b></li><li>columns</li></ul>" in box.as_html()
    assert "committed" not in box.as_html()


def test_what_was_committed_is_stored(put):
    put(Prediction("How long?", unit="<m>"))
    box = predict("q")
    box.commit(12)
    assert "You committed: 12 &lt;m&gt;" in box.as_html()
