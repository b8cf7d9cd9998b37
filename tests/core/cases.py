"""One case or more for every differentiable function, from `linear` to whole models.

A case is named `function` or `function/what is special about it`.
"""

from .cases_functions import FUNCTIONS
from .cases_models import BLOCKS, MODELS

CASES = FUNCTIONS | BLOCKS | MODELS


def function_of(case_name):
    """Return the name of the function that a case is of."""
    return case_name.partition("/")[0]
