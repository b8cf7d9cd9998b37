"""How an answer is checked, diagnosed and kept: the machinery alone.

Readers call what stands in `check`, `my_model` and `swap`, through the package `classroom`. Those
who write an exercise need the names below; `exercise` says what its module holds.
"""

from classroom.exercises.exercise import Case, Mistake
from classroom.exercises.formatting import listed, number, plural
from classroom.exercises.saved import saving_off
from classroom.exercises.swap import reference

__all__ = ["Case", "Mistake", "listed", "number", "plural", "reference", "saving_off"]
