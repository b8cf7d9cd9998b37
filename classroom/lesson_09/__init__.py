"""Lesson 9, training dynamics: its text, exercises, explorers, figures, runs and recordings."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "broken_run_notes": ["case_notes"],
        "broken_runs": ["PATIENTS", "uniform_loss", "vital_signs", "vitals"],
        "curvature": ["largest_curvature"],
        "explorers": [
            "explore_forming_heads",
            "explore_grokking",
            "explore_growth",
            "explore_heads",
            "explore_heads_in_training",
            "explore_luck",
            "explore_overfitting",
            "explore_rates",
            "explore_start",
            "explore_ward",
        ],
        "figures.broken_run_charts": ["patient_chart", "ward_overview"],
        "figures.learning_rate_sweep": ["rate_label"],
        "figures.role_maps": ["role_maps"],
        "figures.search_map": ["search_map"],
        "model_texts": ["BY_FORM", "BY_MEANING", "QUERIES", "SENTENCES", "stanzas"],
        "recorded_model": ["real_model"],
        "recordings": ["load_recording"],
        "short_runs": ["raven_config", "relu_outputs", "short_run", "start_params", "the_raven"],
        "silence": ["silent_stderr"],
    },
)
