"""Lesson 8, the training loop: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_descent", "explore_schedule"],
        "figures.descent": ["SURFACES", "Descent", "descend", "mean_last_loss"],
        "figures.gradient_noise": ["gradient_noise"],
        "figures.heads_at_the_end": ["heads_at_the_arrow", "heads_while_copying"],
        "figures.learning_rate_schedule": ["Schedule"],
        "figures.seen_and_unseen": ["seen_and_unseen"],
        "figures.uncorrected_steps": ["uncorrected_steps"],
        "figures.verse": ["verse_page"],
        "figures.whose_parts": ["whose_parts"],
        "power_cut": ["train_with_power_cut"],
    },
)
