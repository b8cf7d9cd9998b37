"""Lesson 7, backpropagation: its text, exercises, explorers, figures and planted gradients."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_graph", "explore_jacobian", "explore_step_size"],
        "planted": ["break_the_checker"],
    },
)
