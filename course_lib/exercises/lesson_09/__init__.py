"""The exercises of lesson 9, training dynamics, in the order of the lesson."""

# isort: off
from . import principal_components as principal_components
from . import dead_units as dead_units
from . import chance_of_difference as chance_of_difference
from . import early_stopping as early_stopping
from . import fourier_power as fourier_power
from . import induction_score as induction_score
from . import without_heads as without_heads
from . import diagnoses as diagnoses
from . import role_score as role_score
from . import most_similar as most_similar
from . import rotary as rotary
