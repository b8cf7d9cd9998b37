"""Lesson 9, training dynamics: its text, exercises, explorers, figures, runs and recordings."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "broken_run_notes": ["case_notes"],
        "broken_runs": [
            "DISEASES",
            "PATIENTS",
            "levels_of_the_poem",
            "offer_vital_signs",
            "vitals",
        ],
        "curvature": ["BatchLoss", "largest_curvature"],
        "explorers": ["explore_luck", "explore_overfitting", "explore_rates", "explore_ward"],
        "figures.batch_sizes": ["picture_of_batches"],
        "figures.broken_run_charts": ["patient_chart", "ward_overview"],
        "figures.dead": ["picture_of_dead"],
        "figures.edge": ["picture_of_edge"],
        "figures.first_steps": ["picture_of_first_steps"],
        "figures.memorizing": ["picture_of_confidence", "picture_of_fit", "picture_of_remedies"],
        "figures.rates": ["picture_of_rates", "picture_of_updates"],
        "figures.seeds": ["picture_of_ten_seeds"],
        "figures.skills": ["picture_of_add"],
        "fresh_models": ["fresh_model", "fresh_patient", "planted"],
        "short_runs": [
            "dependence_on_text",
            "raven_config",
            "relu_outputs",
            "short_run",
            "start_params",
            "the_raven",
        ],
        "update_ratio": ["UpdateRatio"],
    },
)
