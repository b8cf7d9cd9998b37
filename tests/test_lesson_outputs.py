"""What the tool that makes the notebooks lets stand in their outputs, and what it refuses."""

from __future__ import annotations

import lesson_files  # noqa: F401  (puts tools/ on the path)
import lesson_outputs
import pytest
from nbformat import v4


def output_with(**data) -> list[str]:
    metadata = data.pop("metadata", {})
    kinds = {key.replace("_", "/"): value for key, value in data.items()}
    output = v4.new_output("display_data", data=kinds, metadata=metadata)
    notebook = v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output])])
    return list(lesson_outputs.faults(notebook))


@pytest.mark.parametrize(
    "data",
    [
        {"text_plain": "saved in /home/reader/course"},
        {"text_plain": "<function f at 0x7f01deadbeef>"},
        {"text_plain": "np.float64(0.5)"},
        {"text_plain": "[np.float32(0.5), 1]"},
        {"text_plain": "<Figure size 640x480 with 1 Axes>"},
        {"text_plain": "0.12345"},
        {"text_plain": "loss -1,234.5, ok"},
        {"text_html": "<b>1.2345e-07</b>"},
        {"text_plain": "File C:\\Users"},
        {"image_png": "AA=="},
        {"image_png": "AA==", "metadata": {"image/png": {"alt": "a line"}}},
        {"text_html": '<img alt=" " src="data:image/png;base64,AA==">'},
        {"text_html": '<img src="data:image/png;base64,AA==">'},
        {"image_svg+xml": "<svg/>"},
    ],
)
def test_outputs_that_a_machine_may_change_are_refused(data: dict) -> None:
    assert output_with(**data)


@pytest.mark.parametrize(
    "data",
    [
        {"text_plain": "the mean is 0.1234, or 1,234,567 parameters, 10000.0, 1.5e-10"},
        {"text_plain": "NumPy 2.4.6 and/or and/tmpl 3/4 a /b/ w.r.t. x"},
        {"text_html": "<b style='width: 33.33333%'> https://example.org/home/page 0.5"},
        {"text_html": '<img alt="a line, 0.12345" src="data:image/png;base64,AA==">'},
    ],
)
def test_other_outputs_are_not_refused(data: dict) -> None:
    assert output_with(**data) == []


def test_what_differs_from_run_to_run_is_taken_out() -> None:
    view = {lesson_outputs.WIDGET_VIEW: {"model_id": "random"}}
    cell = v4.new_code_cell("1", execution_count=9, metadata={"execution": {}, "tags": ["t"]})
    cell.outputs = [
        v4.new_output("stream", name="stdout", text="a"),
        v4.new_output("stream", name="stdout", text="b\n"),
        v4.new_output("display_data", data=view),
        v4.new_output("execute_result", data=view | {"text/plain": "1"}, execution_count=9),
    ]
    notebook = v4.new_notebook(cells=[cell], metadata={"widgets": {"state": 1}})
    lesson_outputs.tidy(notebook)
    assert notebook.metadata == {}
    assert cell.metadata == {"tags": ["t"]}
    assert cell.execution_count == 1
    printed, result = cell.outputs
    assert printed.text == "ab\n"
    assert result.data == {"text/plain": "1"}
    assert result.execution_count == 1


def test_numbers_are_counted_in_significant_digits() -> None:
    counted = {"0.00120": 2, "12.345": 5, "1,024.0": 4, "10.0": 1, "6.02e23": 3, "0.0": 0}
    assert {text: lesson_outputs.significant(text) for text in counted} == counted


def test_a_bar_that_stands_where_it_began_is_refused() -> None:
    (fault,) = output_with(text_plain="copy:   0%|          | 0/1000 [00:00<?, ?step/s]")
    assert "as it began" in fault
    assert output_with(text_plain="copy: 1000 of 1000 steps") == []
