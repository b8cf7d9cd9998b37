"""Lesson 6, softmax and loss: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {"explorers": ["explore_calibration", "explore_gradient", "explore_surprise"]},
)
