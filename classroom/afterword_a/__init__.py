"""Afterword A, inside a trained model: its text, exercises, explorers, figures and recordings."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_forming_heads", "explore_grokking", "explore_growth"],
        "figures.embedding_order": [
            "order_of_digits",
            "picture_of_components",
            "picture_of_order",
        ],
        "figures.frequencies": ["picture_of_frequencies", "picture_of_logits"],
        "figures.grokking_curves": ["picture_of_grokking", "picture_of_weight_norms"],
        "figures.induction_charts": [
            "picture_of_composition",
            "picture_of_groups",
            "picture_of_head_scores",
            "picture_of_losses_without",
            "picture_of_rise",
        ],
        "waves": ["held_out_accuracy", "known_at"],
    },
)
