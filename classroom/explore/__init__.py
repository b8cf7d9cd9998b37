"""What a reader can touch: explorers, predictions, quizzes and lines to put into order.

The only package of the course that imports ipywidgets, in the modules that end in `box`, when a
widget is made. Each function returns a widget that must be the last line of its cell, and that
leaves a picture or a text where no kernel runs.
"""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "controls": ["Choice", "IntSlider", "Slider"],
        "explorer_box": ["Explorer"],
        "explorers": ["explorer"],
        "questions": ["parsons", "predict", "quiz", "reveal"],
    },
)
