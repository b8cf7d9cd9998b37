"""Right answers to perplexity, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def perplexity_by_np_exp(loss):
    return np.exp(loss)


def perplexity_by_power(loss):
    return math.e**loss


ANSWERS = [perplexity_by_np_exp, perplexity_by_power]

test_is_right = each_is_right("perplexity", ANSWERS)
