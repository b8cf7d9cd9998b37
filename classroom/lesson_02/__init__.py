"""Lesson 2, attention: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {"explorers": ["explore_attention", "explore_saturation", "explore_temperature"]},
)
