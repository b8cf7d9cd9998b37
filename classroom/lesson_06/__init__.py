"""Lesson 6, softmax and loss: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": [
            "explore_areas",
            "explore_calibration",
            "explore_gradient",
            "explore_surprise",
        ],
        "figures.falling_loss": ["loss_and_levels"],
        "figures.gradient_over_line": ["gradient_over_line"],
        "figures.loss_by_lead": ["loss_by_lead", "push_by_lead"],
        "figures.reliability_pair": ["reliability_diagrams"],
        "figures.surprise_in_words": ["surprise_by_letter"],
        "reading": ["letter_numbers", "logits_of", "next_logits"],
    },
)
