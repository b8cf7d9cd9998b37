"""Lesson 1, embeddings: its text, exercises, explorers and figures."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "explorers": [
            "explore_balance",
            "explore_rotation",
            "explore_similarity",
            "explore_wavelengths",
        ],
        "figures.attention_of_a_word": ["attention_of_one_word"],
        "figures.binary_positions": ["binary_digits"],
        "figures.likeness": ["likeness"],
        "figures.padded_lines": ["tokens_in_rows"],
        "figures.sum_of_vectors": ["tokens_plus_positions"],
        "measures": ["agreement"],
    },
)
