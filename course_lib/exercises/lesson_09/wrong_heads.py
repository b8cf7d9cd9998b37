"""Wrong answers to without_heads."""

import copy

import numpy as np


def _changed(change):
    """Make a wrong answer of a function that changes a deep copy: (copy, attention, rows, …)."""

    def without_heads(params, layer, heads, n_heads):
        changed = copy.deepcopy(params)
        d_v = len(changed["blocks"][layer]["attention"]["W_O"]) // n_heads
        change(changed, layer, heads, n_heads, d_v)
        return changed

    return without_heads


def _attention(params, layer):
    return params["blocks"][layer]["attention"]


def _columns(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_O"][:, h * d_v : (h + 1) * d_v] = 0


def _bias_too(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_O"][h * d_v : (h + 1) * d_v] = 0
    if len(heads):
        _attention(params, layer)["b_O"][:] = 0


def _whole(params, layer, heads, n_heads, d_v):
    _attention(params, layer)["W_O"][:] = 0


def _interleaved(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_O"][h::n_heads] = 0


def _one_row(params, layer, heads, n_heads, d_v):
    _attention(params, layer)["W_O"][list(heads)] = 0


def _queries(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_Q"][:, h * d_v : (h + 1) * d_v] = 0


def _values(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_V"][:, h * d_v : (h + 1) * d_v] = 0


def _values_and_bias(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_V"][:, h * d_v : (h + 1) * d_v] = 0
        _attention(params, layer)["b_V"][h * d_v : (h + 1) * d_v] = 0


def _all_layers(params, layer, heads, n_heads, d_v):
    for place in range(len(params["blocks"])):
        for h in heads:
            _attention(params, place)["W_O"][h * d_v : (h + 1) * d_v] = 0


def _layer_from_one(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer - 1)["W_O"][h * d_v : (h + 1) * d_v] = 0


def _heads_from_one(params, layer, heads, n_heads, d_v):
    for h in heads:
        start = (h - 1) % n_heads * d_v
        _attention(params, layer)["W_O"][start : start + d_v] = 0


def _both_from_one(params, layer, heads, n_heads, d_v):
    _heads_from_one(params, layer - 1, heads, n_heads, d_v)


def _last_row_left(params, layer, heads, n_heads, d_v):
    for h in heads:
        _attention(params, layer)["W_O"][h * d_v : (h + 1) * d_v - 1] = 0


def _others(params, layer, heads, n_heads, d_v):
    for h in set(range(n_heads)) - {int(h) for h in heads}:
        _attention(params, layer)["W_O"][h * d_v : (h + 1) * d_v] = 0


def _first_only(params, layer, heads, n_heads, d_v):
    for h in list(heads)[:1]:
        _attention(params, layer)["W_O"][h * d_v : (h + 1) * d_v] = 0


def _width_of_the_output(params, layer, heads, n_heads, d_v):
    W_O = _attention(params, layer)["W_O"]
    d_k = W_O.shape[1] // n_heads
    for h in heads:
        W_O[h * d_k : (h + 1) * d_k] = 0


columns = _changed(_columns)
bias_too = _changed(_bias_too)
whole = _changed(_whole)
interleaved = _changed(_interleaved)
one_row = _changed(_one_row)
queries = _changed(_queries)
values = _changed(_values)
values_and_bias = _changed(_values_and_bias)
all_layers = _changed(_all_layers)
layer_from_one = _changed(_layer_from_one)
heads_from_one = _changed(_heads_from_one)
both_from_one = _changed(_both_from_one)
last_row_left = _changed(_last_row_left)
others = _changed(_others)
first_only = _changed(_first_only)
width_of_the_output = _changed(_width_of_the_output)


def nothing(params, layer, heads, n_heads):
    return copy.deepcopy(params)


def W_O_alone(params, layer, heads, n_heads):
    W_O = params["blocks"][layer]["attention"]["W_O"].copy()
    d_v = len(W_O) // n_heads
    for h in heads:
        W_O[h * d_v : (h + 1) * d_v] = 0
    return W_O


def rows_deleted(params, layer, heads, n_heads):
    changed = copy.deepcopy(params)
    attention = _attention(changed, layer)
    d_v = len(attention["W_O"]) // n_heads
    rows = [row for h in heads for row in range(h * d_v, (h + 1) * d_v)]
    attention["W_O"] = np.delete(attention["W_O"], rows, axis=0)
    return changed
