"""The widget of a quiz."""

from classroom.explore import quiz
from classroom.explore.quiz_logic import Quiz

OPTIONS = [
    ("so that no `exp` overflows", True, "the largest exponent is 0"),
    ("so that they sum to 1", False, "dividing does that"),
    ("for speed", False, "it costs a pass"),
]


def test_a_click_marks_the_option_beside_it(put):
    put(Quiz("Why is $\\max$ subtracted?", OPTIONS))
    box = quiz("q")
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


def test_a_quiz_without_a_kernel_shows_the_options_and_no_answer(put):
    put(Quiz("Why?", OPTIONS))
    box = quiz("q")
    assert repr(box).splitlines()[1:] == [
        "- A. so that no exp overflows",
        "- B. so that they sum to 1",
        "- C. for speed",
    ]
    assert "<li>A. so that no <code>exp</code> overflows</li>" in box.as_html()
    assert not any(why in str(box.stored()) for _, _, why in OPTIONS)


def test_what_was_clicked_is_stored_with_what_was_said(put):
    put(Quiz("Why?", OPTIONS))
    box = quiz("q")
    box.mark(1)
    assert "dividing does that" in box.as_html()
    assert "it costs a pass" not in box.as_html()


def test_a_quiz_that_is_run_again_begins_again(put):
    put(Quiz("Why?", OPTIONS))
    quiz("q").mark(0)
    assert quiz("q").logic.tried == []
