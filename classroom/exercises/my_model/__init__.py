"""The reader's own model: all that is solved, whose each part is, and whether it gives the same."""

from classroom.exercises.my_model.comparison import Comparison, compare
from classroom.exercises.my_model.own_model import OwnModel, load, mine, saved_answer
from classroom.exercises.my_model.progress_report import Progress, progress
from classroom.exercises.my_model.whose_parts import parts_by_lesson, playing

__all__ = [
    "Comparison",
    "OwnModel",
    "Progress",
    "compare",
    "load",
    "mine",
    "parts_by_lesson",
    "playing",
    "progress",
    "saved_answer",
]
