"""Lesson 4, blocks: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_reach", "explore_readings", "explore_sizes"],
        "figures.parameter_counts": ["PARTS", "shares"],
    },
)
