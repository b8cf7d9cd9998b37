"""Lesson 1, embeddings: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": [
            "explore_balance",
            "explore_rotation",
            "explore_similarity",
            "explore_wavelengths",
        ]
    },
)
