"""Lesson 2, attention: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": [
            "explore_query",
            "explore_saturation",
            "explore_split",
            "explore_temperature",
        ],
        "figures.attention_cost": ["cost_by_length"],
        "figures.dot_product_spread": ["spread_by_width"],
        "figures.loss_without_scale": ["loss_without_scale"],
        "poem_words": ["random_directions", "words_in_lines", "words_of"],
        "scale_runs": ["short_training"],
    },
)
