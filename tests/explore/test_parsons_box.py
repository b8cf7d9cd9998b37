"""The widget of a Parsons problem."""

from classroom.explore import parsons
from classroom.explore.parsons_logic import Parsons
from explore.test_parsons_logic import LINES, PROBLEM


def test_the_buttons_move_the_lines(put):
    put(Parsons("Order", **PROBLEM))
    box = parsons("q")

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


def test_every_button_of_a_problem_has_a_name(put):
    put(Parsons("Order", **PROBLEM))
    box = parsons("q")
    buttons = box.add_buttons + [part for _, parts in box._slots for part in parts[:3]]
    assert all(button.tooltip for button in buttons)
    assert len({button.tooltip for button in buttons}) == len(buttons)


def test_a_problem_without_a_kernel_shows_the_lines_and_no_answer(put):
    put(Parsons("Order", **PROBLEM))
    box = parsons("q")
    assert "- scores = q @ k" in repr(box)
    assert ">scores = q @ k</code></li>" in box.as_html()
    assert "Your order" not in box.as_html()
    assert "Values are mixed" not in str(box.stored())


def test_an_order_that_was_checked_is_stored(put):
    put(Parsons("Order", **PROBLEM))
    box = parsons("q")
    box.add(LINES[1])
    box.check()
    _, order = box.as_html().split("Your order")
    assert f">{LINES[1]}</code></li></ol>" in order
    assert box.message.value in order
