"""Lesson 5, output projection: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": ["explore_cache", "explore_draw", "explore_writing"],
        "figures.beam_tree": ["beam_tree"],
        "figures.noticed_words": ["noticed_words"],
        "figures.similar_columns": ["similar_columns"],
        "measures": [
            "Counter",
            "Listener",
            "kept_beams",
            "moved_by_each_word",
            "read_step_by_step",
            "steps_of",
            "structure",
            "structures",
        ],
    },
)
