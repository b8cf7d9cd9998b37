"""Lesson 3, residual, norm and feed-forward: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "door_pairs": ["pairs_at_corners"],
        "explorers": ["explore_climb", "explore_layers", "explore_norm", "explore_unit"],
        "figures.activations": ["outputs_and_slopes"],
        "figures.bottom_gradient": ["bottom_gradient"],
        "figures.by_layer": ["measure_stack"],
        "figures.dropout_halves": ["bits_on_both_halves"],
        "figures.norm_curves": ["norm_curves"],
        "figures.rows_as_colors": ["rows_as_colors"],
        "figures.stream_growth": ["stream_growth"],
        "trained_units": ["hidden_units"],
        "norm_runs": ["train_short"],
        "random_stacks": [
            "attention_params",
            "feed_forward_params",
            "gradient_at_bottom",
        ],
    },
)
