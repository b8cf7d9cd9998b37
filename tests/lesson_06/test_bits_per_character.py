"""Right answers to bits_per_character, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def bits_per_character_by_log2(loss, characters_per_token=1.0):
    return loss * math.log2(math.e) / characters_per_token


def bits_per_character_by_perplexity(loss, characters_per_token=1.0):
    return np.log2(np.exp(loss)) / characters_per_token


ANSWERS = [bits_per_character_by_log2, bits_per_character_by_perplexity]

test_is_right = each_is_right("bits_per_character", ANSWERS)
