"""Lesson 4, blocks: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_reach", "explore_readings", "explore_sizes"],
        "figures.looks_while_copying": ["first_look_by_length", "next_word_looked_at"],
        "figures.parameter_counts": ["PARTS", "shares"],
        "figures.right_by_height": ["right_by_height"],
        "measures": ["copied", "cross_attention", "reach"],
    },
)
