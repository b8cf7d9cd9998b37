"""`progress`: which exercises are right and saved."""

from classroom.exercises.check import check
from classroom.exercises.my_model import progress

from .notebook_cells import DOUBLE, SOFTMAX, cell


def test_progress_counts_what_is_right(work, capsys, toys) -> None:
    assert progress().right == 0
    check(cell(SOFTMAX))
    check(cell(DOUBLE))
    done = progress()
    assert done.right == 2
    assert done.lessons[2]["softmax"] == "right"
    assert done.lessons[2]["pairs"] == "not yet"
    assert f"2 of {done.total} exercises are right and saved." in str(done)
    assert "Lesson 2, attention: 2 of" in str(done)
    path = work / "double.py"
    path.write_text(path.read_text().replace("x * factor", "x + factor"))
    done = progress()
    assert done.lessons[2]["double"] == "refused"
    assert "You add 2.0." in done.reasons["double"]
    assert "no longer right: double" in str(done)
