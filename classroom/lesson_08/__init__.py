"""Lesson 8, the training loop: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_descent", "explore_schedule"],
        "figures.descent": ["SURFACES", "Descent", "descend"],
        "figures.whose_parts": ["whose_parts"],
    },
)
