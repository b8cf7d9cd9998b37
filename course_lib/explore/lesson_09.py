"""The explorers of lesson 9, each family in a file of its own."""

from course_lib.explore.dynamics_grokking import explore_forming_heads, explore_grokking
from course_lib.explore.dynamics_growth import explore_growth, explore_heads_in_training
from course_lib.explore.dynamics_luck import explore_luck, explore_overfitting
from course_lib.explore.dynamics_real_model import explore_heads
from course_lib.explore.dynamics_trainable import explore_rates, explore_start
from course_lib.explore.dynamics_ward import explore_ward

__all__ = [
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
]
