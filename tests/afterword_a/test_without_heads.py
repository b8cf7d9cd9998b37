"""Right answers to without_heads, in other styles."""

import copy

import numpy as np
from right_answers import each_is_right


def in_a_deep_copy(params, layer, heads, n_heads):
    changed = copy.deepcopy(params)
    W_O = changed["blocks"][layer]["attention"]["W_O"]
    W_O.reshape(n_heads, -1, W_O.shape[1])[list(heads)] = 0
    return changed


def with_a_mask(params, layer, heads, n_heads):
    old = params["blocks"][layer]["attention"]["W_O"]
    of_head = np.arange(len(old)) // (len(old) // n_heads)
    W_O = np.where(np.isin(of_head, heads)[:, None], 0.0, old)
    blocks = [dict(block) for block in params["blocks"]]
    blocks[layer]["attention"] = {**blocks[layer]["attention"], "W_O": W_O}
    return {**params, "blocks": blocks}


ANSWERS = [in_a_deep_copy, with_a_mask]

test_is_right = each_is_right("without_heads", ANSWERS)
