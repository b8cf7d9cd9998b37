"""Afterword B, real models: its text, exercises, figures and recording."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "figures.calls": ["picture_of_calls"],
        "figures.role_maps": ["role_maps"],
        "figures.search_map": ["search_map"],
        "figures.similarities": ["picture_of_similarities"],
        "model_texts": ["BY_FORM", "BY_MEANING", "QUERIES", "SENTENCES", "stanzas"],
        "own_functions": ["count_calls", "is_live"],
        "random_blocks": ["entries_apart", "random_llama"],
        "recorded_model": ["real_model"],
        "roles": ["wanted_keys"],
        "word_search": ["word_vectors"],
    },
)
