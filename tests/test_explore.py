"""Explorers, predictions, quizzes and lines to put into order: their logic and their widgets."""

import base64
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from figure_rules import assert_moves, spoken
from PIL import Image

import course_lib
from course_lib import plots
from course_lib.explore import (
    Choice,
    IntSlider,
    Slider,
    explorer,
    lesson_01,
    lesson_02,
    parsons,
    predict,
    prediction,
    quiz,
    reveal,
)
from course_lib.explore.markup import line_html, to_html, to_plain
from course_lib.explore.parsons_logic import Parsons
from course_lib.explore.prediction import Prediction, distance, neat
from course_lib.explore.quiz_logic import Quiz
from course_lib.positional import sinusoidal_positions

WIDGET = "application/vnd.jupyter.widget-view+json"


def bars(height, name="a"):
    return plots.bars([name, "b"], [height, 1.0], title=f"{name} is {height:g}")


def test_widgets_are_imported_in_explore_alone():
    root = Path(course_lib.__file__).parent
    found = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if re.search(r"^\s*(import|from) ipywidgets", path.read_text("utf-8"), re.M)
    }
    assert found == {"explore"}


# Controls


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slider(2, 1, 1), "smallest value must be below"),
        (lambda: Slider(0, 1, 5), "default 5 lies outside 0 to 1"),
        (lambda: Slider(0, 1, 0.5, log=True), "above 0"),
        (lambda: IntSlider(0, 10, 2.5), "no whole number"),
        (lambda: Choice([]), "no options"),
        (lambda: Choice(["a", "b"], "c"), "'c' is none of the options: 'a', 'b'"),
    ],
)
def test_a_control_refuses_what_makes_no_sense(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_choice_may_have_two_options_of_the_same_name():
    choice = Choice([("the", 0), ("raven", 1), ("the", 2)], 2)
    assert choice.ends == (0, 2)
    assert choice.default == 2


# Explorers


def test_an_explorer_shows_the_default_and_follows_its_controls():
    box = explorer(bars, height=Slider(0.5, 10, 2.0), name=Choice(["a", "z"]))
    assert box.values == {"height": 2.0, "name": "a"}
    before = box.image.value
    assert "a is 2." in box.words.value
    box.inputs["height"].value = 5.0
    assert box.image.value != before
    assert "a is 5." in box.words.value
    assert spoken(box) == box.figure(height=5.0).alt
    box.inputs["name"].value = "z"
    assert "z is 5." in box.words.value
    box.inputs["height"].value, box.inputs["name"].value = 2.0, "a"
    assert box.image.value == before
    shown = np.asarray(Image.open(BytesIO(before))).shape
    assert (int(box.image.height), int(box.image.width)) == shown[:2]


def test_an_explorer_draws_each_picture_once():
    drawn = []

    def counted(height):
        drawn.append(height)
        return bars(height)

    box = explorer(counted, height=IntSlider(1, 9, 2))
    for value in (3, 2, 3, 2, 3):
        box.inputs["height"].value = value
    assert drawn == [2, 3]


def test_an_explorer_leaves_its_default_picture_where_no_kernel_runs():
    box = explorer(bars, height=Slider(0.5, 10, 2.0, label="height (cm)"))
    box.inputs["height"].value = 7.0
    data, metadata = box._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png", WIDGET}
    assert data["text/plain"] == "Explorer: height (cm) (0.5 to 10, at 2)" == repr(box)
    assert metadata["image/png"]["alt"] == bars(2.0).alt
    picture = Image.open(BytesIO(base64.b64decode(data["image/png"])))
    assert picture.size[0] == 2 * metadata["image/png"]["width"]
    again = explorer(bars, height=Slider(0.5, 10, 2.0, label="height (cm)"))._repr_mimebundle_()
    assert again[0]["image/png"] == data["image/png"]
    assert again[0]["text/plain"] == data["text/plain"]


def test_an_explorer_tells_when_its_figure_fails_and_recovers():
    def fragile(height):
        if height > 5:
            raise ValueError("more than <5>")
        return bars(height)

    box = explorer(fragile, height=IntSlider(1, 9, 2))
    box.inputs["height"].value = 8
    assert "ValueError: more than &lt;5&gt;" in box.message.value
    box.inputs["height"].value = 3
    assert box.message.value == ""
    assert "a is 3" in box.words.value


def test_an_explorer_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="at least one control"):
        explorer(bars)
    with pytest.raises(TypeError, match="height must be a Slider"):
        explorer(bars, height=3)
    with pytest.raises(ValueError, match="no control named width"):
        explorer(bars, height=Slider(1, 2, 1)).figure(width=3)
    with pytest.raises(ValueError, match="no alt text"):
        explorer(lambda x: plots.style.blank(2, 2), x=Slider(0, 1, 0))


def test_a_logarithmic_slider_reaches_both_ends():
    box = explorer(bars, height=Slider(0.05, 20, 1.0, log=True))
    widget = box.inputs["height"]
    for end in (0.05, 20.0):
        widget.value = end
        assert box.values["height"] == pytest.approx(end)


def lesson_explorers():
    weights = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 4))
    mask = np.tril(np.ones((4, 4), dtype=bool))
    tokens = ["Quoth", "the", "raven", "the"]
    yield "wavelengths", lesson_01.explore_wavelengths()
    yield "similarity", lesson_01.explore_similarity()
    yield "rotation", lesson_01.explore_rotation()
    W = np.random.default_rng(1).normal(size=(5, 6)) / 6**0.5
    table = sinusoidal_positions(4, 6)
    yield "balance", lesson_01.explore_balance([0, 1, 2, 1], W, table, tokens[1:], first=1)
    yield "temperature", lesson_02.explore_temperature([2.0, 1.0, 0.0], ["a", "b", "c"])
    yield "saturation", lesson_02.explore_saturation()
    yield "attention", lesson_02.explore_attention(weights, tokens)
    by_mask = {"no mask": weights, "causal mask": np.where(mask, weights, 0)}
    yield "masks", lesson_02.explore_attention(by_mask, tokens, {"causal mask": mask}, query=2)


EXPLORERS = dict(lesson_explorers())


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_of_a_lesson_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])


def test_two_tokens_of_the_same_name_are_two_queries():
    box = EXPLORERS["attention"]
    assert [label for label, _ in box.controls["query"].pairs] == [
        "0: Quoth", "1: the", "2: raven", "3: the",
    ]  # fmt: skip
    assert box.defaults == {"query": 3, "head": 0}
    assert EXPLORERS["masks"].defaults == {"query": 2, "head": 0, "mask": "no mask"}


# Predictions


@pytest.mark.parametrize(
    ("said", "truth", "words"),
    [
        (8.0, 8.0, "Exactly."),
        (10.0, 8.0, "That is close."),
        (12.0, 8.0, "Your number is 1.5 times too large."),
        (0.5, 8.0, "Your number is 16 times too small."),
        (1.0, -1.0, "The sign is the other one."),
        (-1.0, -1.1, "That is close."),
        (-1.0, -3.0, "The two differ 3 times."),
        (2.0, 0.0, "Your number is 2 off."),
    ],
)
def test_a_number_is_compared_as_a_ratio_where_it_can_be(said, truth, words):
    assert distance(said, truth) == words


def test_numbers_are_shown_without_exponents_where_none_are_needed():
    said = [neat(x) for x in (0.12345, 45678.0, 8.0, 1e-7)]
    assert said == ["0.123", "45,700", "8", "1e-07"]


def test_a_prediction_beside_the_truth():
    number = Prediction("x", "How many?", unit="ms")
    assert number.compare(7.968) == "You made no prediction. It is **7.97 ms**."
    number.commit("16")
    assert number.compare(8.0) == (
        "You predicted 16 ms. It is **8 ms**. Your number is 2 times too large."
    )
    choice = Prediction("y", "Which?", ("more", "less"))
    assert choice.compare("less") == "You made no prediction. It is: **less**"
    choice.commit("more")
    assert choice.compare("less") == "You predicted: more\n\nIt is: **less**"
    assert choice.compare("more") == "You predicted: more\n\nAnd so it is."


def test_a_prediction_refuses_what_is_none():
    with pytest.raises(ValueError, match="none of the options: more, less"):
        Prediction("y", "Which?", ("more", "less")).commit("equal")
    with pytest.raises(ValueError, match="could not convert"):
        Prediction("x", "How many?").commit("a lot")
    with pytest.raises(ValueError, match="finite"):
        Prediction("x", "How many?").commit("nan")
    with pytest.raises(ValueError, match="must be one, not 'less'"):
        Prediction("x", "How many?").compare("less")
    with pytest.raises(ValueError, match="truth 'equal' of 'y' is none of the options"):
        Prediction("y", "Which?", ("more", "less")).compare("equal")


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


# Quizzes

OPTIONS = [
    ("so that no `exp` overflows", True, "the largest exponent is 0"),
    ("so that they sum to 1", False, "dividing does that"),
    ("for speed", False, "it costs a pass"),
]


def test_a_quiz_marks_and_explains_every_option():
    logic = Quiz("max", "Why?", OPTIONS)
    assert logic.mark(1) == (False, "dividing does that", False)
    assert logic.mark("for speed") == (False, "it costs a pass", False)
    assert logic.mark(0) == (True, "the largest exponent is 0", True)


def test_a_quiz_with_several_right_options_counts_them():
    logic = Quiz("x", "Which?", [("a", True, "w"), ("b", True, "w"), ("c", False, "w")], True)
    assert [logic.mark(choice).done for choice in (0, 2, 0, 1)] == [False, False, False, True]
    assert (logic.found, logic.wanted) == (2, 2)


def test_a_click_marks_the_option_beside_it():
    box = quiz("max", "Why is $\\max$ subtracted?", OPTIONS)
    box.buttons[1].click()
    assert "Not this one." in box.answers[1].value
    assert "dividing does that" in box.answers[1].value
    assert box.answers[0].value == ""
    assert box.buttons[1].description == "B ✗"
    box.buttons[0].click()
    assert "✓ Right." in box.answers[0].value
    assert all(button.tooltip for button in box.buttons)
    box.mark("for speed")
    assert "it costs a pass" in box.answers[2].value


def test_a_quiz_without_a_kernel_shows_the_options_and_no_answer():
    data, _ = quiz("max", "Why?", OPTIONS)._repr_mimebundle_()
    assert data["text/markdown"].splitlines()[2:] == [
        "- A. so that no `exp` overflows",
        "- B. so that they sum to 1",
        "- C. for speed",
    ]
    shown = data["text/plain"] + data["text/markdown"]
    assert not any(why in shown for _, _, why in OPTIONS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([("a", True, "w")], "two or more"),
        ([("a", True, "w"), ("a", False, "w")], "all different"),
        ([("a", False, "w"), ("b", False, "w")], "no option of 'x' is right"),
        ([("a", True, "w"), ("b", True, "w")], "several=True"),
        ([("a", True, "w"), ("b", False, " ")], "does not say why 'b'"),
        ([("a", "w"), ("b", "w")], "text, True or False, why"),
    ],
)
def test_a_quiz_refuses_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        quiz("x", "Which?", options)


def test_a_quiz_refuses_an_option_it_does_not_have():
    logic = Quiz("x", "Which?", OPTIONS)
    with pytest.raises(ValueError, match="none of the options"):
        logic.mark("never")
    with pytest.raises(ValueError, match="3 options, so 3 is none"):
        logic.mark(3)


# Lines to put into order

LINES = ["scores = q @ k", "scale", "mask", "weights = softmax(scores)", "out = weights @ v"]
PROBLEM = {
    "lines": LINES,
    "distractors": [("out = weights @ k", "Values are mixed, not keys.")],
    "explain": {"weights = softmax(scores)": "The mask must be in the scores."},
    "any_order": [(1, 2)],
}


@pytest.mark.parametrize(
    ("order", "right", "wrong_at", "message"),
    [
        ([0, 1, 2, 3, 4], True, None, "Right."),
        ([0, 2, 1, 3, 4], True, None, "Right."),
        ([1, 0, 2, 3, 4], False, 0, "Line 1 comes too early"),
        ([0, 1, 3, 2, 4], False, 2, "too early.* The mask must be in the scores."),
        ([0, 1, 2, 5], False, 3, "Line 4 does not belong. Values are mixed"),
        ([0, 1, 2], False, None, "Right so far. 2 lines are still missing."),
        ([0, 1, 2, 3], False, None, "One line is still missing."),
        ([], False, None, "Put a line"),
    ],
)
def test_an_order_is_checked_from_the_top(order, right, wrong_at, message):
    logic = Parsons("a", "Order", **PROBLEM)
    checked = logic.mark([logic.every_line[i] for i in order])
    assert (checked.right, checked.wrong_at) == (right, wrong_at)
    assert re.search(message, checked.message)


def test_lines_are_shuffled_alike_each_time_and_never_right():
    for number in range(20):
        logic = Parsons(f"id {number}", "Order", ["a", "b"])
        assert logic.shuffled() == ["b", "a"]
    logic = Parsons("fixed", "Order", **PROBLEM)
    assert logic.shuffled() == logic.shuffled()
    assert sorted(logic.shuffled()) == sorted(logic.every_line)


def test_the_buttons_move_the_lines():
    box = parsons("a", "Order", **PROBLEM)

    def add(line):
        box.add_buttons[box.pool.index(line)].click()

    def shown():
        return [row.layout.display for row, _ in box._slots].count("flex")

    for line in (LINES[1], LINES[0], LINES[2]):
        add(line)
    assert box.order == [LINES[1], LINES[0], LINES[2]]
    assert shown() == 3
    box.check_button.click()
    assert "Line 1 comes too early" in box.message.value
    assert "✗" in box._slots[0][1][-1].value
    up, down, away, _ = box._slots[1][1]
    up.click()
    assert box.order == LINES[:3]
    assert "✗" not in box._slots[0][1][-1].value
    away.click()
    assert box.order == [LINES[0], LINES[2]]
    down.click()  # the last line: nothing to change places with
    assert box.order == [LINES[0], LINES[2]]
    for line in (LINES[1], LINES[3], LINES[4]):
        add(line)
    assert box.check().right
    assert "✓ Right." in box.message.value
    assert "The mask must be in the scores." in box.message.value
    box.clear_button.click()
    assert box.order == []
    assert shown() == 0


def test_every_button_of_a_problem_has_a_name():
    box = parsons("a", "Order", **PROBLEM)
    buttons = box.add_buttons + [part for _, parts in box._slots for part in parts[:3]]
    assert all(button.tooltip for button in buttons)
    assert len({button.tooltip for button in buttons}) == len(buttons)


def test_a_problem_without_a_kernel_shows_the_lines_and_no_answer():
    data, _ = parsons("a", "Order", **PROBLEM)._repr_mimebundle_()
    assert "- `scores = q @ k`" in data["text/markdown"]
    assert "Values are mixed" not in data["text/markdown"] + data["text/plain"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": ["a"]}, "at least two lines"),
        ({"lines": ["a", "a"]}, "'a' twice"),
        ({"distractors": [("mask", "no")]}, "'mask' twice"),
        ({"explain": {"nowhere": "x"}}, "none of its lines"),
        ({"any_order": [(1, 9)]}, "names line 9"),
    ],
)
def test_a_problem_refuses_what_makes_no_sense(change, message):
    bare = {"lines": LINES, "distractors": (), "explain": {}, "any_order": ()}
    with pytest.raises(ValueError, match=message):
        parsons("a", "Order", **(bare | change))


# Markup


def test_markup_is_escaped_but_for_its_own():
    assert to_html("a < b & **c** *d* `x < y`") == (
        "a &lt; b &amp; <b>c</b> <i>d</i> <code>x &lt; y</code>"
    )
    assert to_html("$a_1 * b * c < d$") == "$a_1 * b * c &lt; d$"
    assert to_html("2 * 3 * 4") == "2 * 3 * 4"
    assert to_plain("**c** *d* `x * y * z` $a*b*c$") == "c d x * y * z $a*b*c$"


def test_a_line_is_code_unless_it_holds_math():
    assert "white-space: pre" in line_html("    x = a < b")
    assert "    x = a &lt; b" in line_html("    x = a < b")
    assert line_html("$y = x$") == "$y = x$"
