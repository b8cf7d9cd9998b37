"""The exercises of lesson 5, from vectors to words, in the order of the lesson."""

# isort: off
from . import output_projection as output_projection
from . import pool as pool
from . import keep_top_k as keep_top_k
from . import keep_top_p as keep_top_p
from . import next_probabilities as next_probabilities
from . import sample as sample
from . import generate as generate
from . import attend_with_past as attend_with_past
from . import beam_search as beam_search
