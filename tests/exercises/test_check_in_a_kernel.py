"""`check` in a real kernel: what a reader of a notebook sees."""

import html
import re

import nbclient
import nbformat
import pytest

CELLS = {
    "setup": """
        import matplotlib.pyplot as plt
        import numpy as np
        from course_lib import layers
        from classroom import check, hint, mine, solution
        """,
    "stub": """
        def softmax(x, axis=-1):
            # YOUR CODE HERE
            raise NotImplementedError
            return out, (out, axis)
        """,
    "solution first": "solution('softmax')",
    "check stub": "softmax = check(softmax)",
    "is reference": "print(softmax is layers.softmax)",
    "check again": "softmax = check(softmax)",
    "wrong": """
        def softmax(x, axis=-1):
            exps = np.exp(x)
            out = exps / exps.sum(axis=axis, keepdims=True)
            return out, (out, axis)
        softmax = check(softmax)
        """,
    "raises": """
        def softmax(x, axis=-1):
            exps = np.exp(x - maximum)
            return exps, (exps, axis)
        softmax = check(softmax)
        """,
    "endless": """
        from classroom.exercises import exercise as catalogue
        import dataclasses
        slow = catalogue.find("softmax")
        catalogue.added["softmax"] = dataclasses.replace(slow, seconds=0.3)
        def softmax(x, axis=-1):
            while True:
                try:
                    x = x + 1
                except:
                    pass
        softmax = check(softmax)
        del catalogue.added["softmax"]
        """,
    "noisy": """
        def softmax(x, axis=-1):
            print("noise")
            plt.plot([1, 2])
            plt.show()
            display(x)
            exps = np.exp(x)
            return exps / exps.sum(), None
        softmax = check(softmax)
        """,
    "helper": """
        def exponentials(x, axis):
            return np.exp(x - x.max(axis=axis, keepdims=True))

        def softmax(x, axis=-1):
            exps = exponentials(x, axis)
            out = exps / exps.sum(axis=axis, keepdims=True)
            return out, (out, axis)
        softmax = check(softmax)
        """,
    "right": """
        def softmax(x, axis=-1):
            exps = np.exp(x - x.max(axis=axis, keepdims=True))
            out = exps / exps.sum(axis=axis, keepdims=True)
            return out, (out, axis)
        softmax = check(softmax)
        """,
    "is own": "print(softmax is layers.softmax, softmax(np.zeros(2))[0])",
    "mine": "print('softmax yours' in str(mine()))",
    "hint": "hint('softmax')",
    "solution": "solution('softmax')",
    "afterwards": "print(sum(range(10**6)))",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict:
    """The outputs of all cells, by name: (texts shown, the outputs)."""
    work = tmp_path_factory.mktemp("work")
    notebook = nbformat.v4.new_notebook()
    lines = {
        name: "\n".join(line[8:] if line[:8].isspace() else line for line in text.split("\n"))
        for name, text in CELLS.items()
    }
    environment = f"import os; os.environ['COURSE_WORK'] = {str(work)!r}"
    notebook.cells = [nbformat.v4.new_code_cell(environment)]
    notebook.cells += [nbformat.v4.new_code_cell(text.strip()) for text in lines.values()]
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    seen = {}
    for name, cell in zip(lines, notebook.cells[1:], strict=True):
        texts = "".join(o.get("text") or o.data["text/plain"] for o in cell.outputs)
        seen[name] = (texts, cell.outputs)
    return seen


def flat(outputs, name):
    return " ".join(outputs[name][0].split())


@pytest.mark.parametrize("name", ["check stub", "wrong", "raises", "endless", "right", "hint"])
def test_a_message_is_one_output_that_a_page_can_wrap(outputs, name) -> None:
    _, (shown,) = outputs[name]
    assert shown.output_type == "display_data"
    assert set(shown.data) == {"text/plain", "text/html"}
    for line in shown.data["text/plain"].split("\n"):
        words = html.escape(line.strip().replace("`", ""), quote=False)
        assert words in re.sub(r"</?code>", "", shown.data["text/html"])


def test_a_stub(outputs) -> None:
    assert flat(outputs, "check stub").startswith("softmax: not started. Write your code in place")
    assert flat(outputs, "is reference") == "True"
    assert "This is the course's own softmax" in flat(outputs, "check again")


def test_a_wrong_answer(outputs) -> None:
    text = flat(outputs, "wrong")
    assert text.startswith("softmax: not yet. exp overflows: the largest score here is 1003")
    assert "out[0, 0] 0.4046 nan" in text


def test_an_exception_shows_the_line_of_the_cell(outputs) -> None:
    text = flat(outputs, "raises")
    assert "NameError in line 2 of softmax: exps = np.exp(x - maximum)" in text
    assert "If another cell defines maximum, run that cell." in text
    assert "Traceback" not in text
    assert "ipykernel" not in text


def test_an_endless_loop_is_stopped(outputs) -> None:
    assert "It had not come to an end after 0.3 seconds and was stopped." in flat(
        outputs, "endless"
    )
    assert flat(outputs, "afterwards") == "499999500000"


def test_noise_is_kept_back(outputs) -> None:
    assert "noise" not in outputs["noisy"][0]
    assert "You divide by the sum of all entries" in flat(outputs, "noisy")
    assert "it differs in another way, perhaps for the same reason" in flat(outputs, "noisy")


def test_a_helper_of_another_cell(outputs) -> None:
    text = flat(outputs, "helper")
    assert "it uses `exponentials`, which is defined in another cell: move it inside" in text


def test_a_right_answer_is_kept(outputs) -> None:
    assert "Saved. softmax is now a part of your own model." in flat(outputs, "right")
    assert flat(outputs, "is own") == "False [0.5 0.5]"
    assert flat(outputs, "mine") == "True"


def test_hint_and_solution(outputs) -> None:
    assert flat(outputs, "hint").startswith("softmax, hint 1 of")
    _, (shown,) = outputs["solution"]
    assert 'href="../solutions/02_attention.ipynb"' in shown.data["text/html"]
    assert shown.data["text/html"].count("def softmax(x, axis=-1):") == 2
    assert shown.data["text/plain"].count("def softmax(x, axis=-1):") == 2


def test_before_an_answer_the_solution_stands_alone(outputs) -> None:
    _, (shown,) = outputs["solution first"]
    assert "](../solutions/02_attention.ipynb)" in shown.data["text/markdown"]
    assert shown.data["text/plain"].count("def softmax(x, axis=-1):") == 1


def test_lines_are_not_too_wide_for_a_notebook(outputs) -> None:
    for name, (text, _) in outputs.items():
        assert all(len(line) <= 90 for line in text.splitlines()), name
