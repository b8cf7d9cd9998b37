"""Lesson 5, output projection: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_choices", "explore_writing"],
        "figures.beam_tree": ["beam_tree"],
    },
)
