"""Lesson 3, residual, norm and feed-forward: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {"explorers": ["explore_depth", "explore_norm"]},
)
