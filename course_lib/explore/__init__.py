"""What a reader can touch: explorers, predictions, quizzes and lines to put into order.

The only package of the course that imports ipywidgets. Each function returns a widget that must be
the last line of its cell, and that leaves a picture or a text where no kernel runs.
"""

from course_lib.explore.controls import Choice, IntSlider, Slider
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.explore.parsons_box import parsons
from course_lib.explore.predict_box import predict, reveal
from course_lib.explore.quiz_box import quiz

__all__ = [
    "Choice",
    "Explorer",
    "IntSlider",
    "Slider",
    "explorer",
    "parsons",
    "predict",
    "quiz",
    "reveal",
]
