"""Lesson 7, backpropagation: its text, exercises, explorers, figures and planted gradients."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "checking": ["verdict_of"],
        "counting": ["counting_linear_maps"],
        "explorers": ["explore_graph", "explore_lost_directions", "explore_one_number"],
        "figures.difference_step": ["STEPS", "error_by_step", "relative_error"],
        "figures.gradient_by_branches": ["gradient_by_branches"],
        "figures.score_gradients": ["gradient_of_scores", "weights_of_head"],
        "gradient_paths": ["gradient_at_top", "new_model", "shares", "trained_model"],
        "measured_model": ["small_model"],
        "planted": ["break_the_checker"],
    },
)
