"""The widget of a quiz."""

from classroom.explore import quiz

OPTIONS = [
    ("so that no `exp` overflows", True, "the largest exponent is 0"),
    ("so that they sum to 1", False, "dividing does that"),
    ("for speed", False, "it costs a pass"),
]


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
