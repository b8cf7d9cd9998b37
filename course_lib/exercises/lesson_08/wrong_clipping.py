"""Gradients clipped in a wrong way: the mistakes that the check recognizes."""

import math

import numpy as np

from course_lib import optim
from course_lib.params import flatten


def length(arrays):
    return math.sqrt(sum(float((array**2).sum()) for array in arrays))


def each_array(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    for array in arrays:
        own = length([array])
        if own > max_norm:
            array *= max_norm / own
    return norm


def each_number(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    for array in arrays:
        np.clip(array, -max_norm, max_norm, out=array)
    return norm


def always(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    if norm > 0:
        for array in arrays:
            array *= max_norm / norm
    return norm


def always_even_zero(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    for array in arrays:
        array *= max_norm / norm
    return norm


def not_in_place(grads, max_norm):
    return length(flatten(grads).values())


def norm_after(grads, max_norm):
    return min(max_norm, optim.clip_by_global_norm(grads, max_norm))


def sum_of_norms(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = sum(length([array]) for array in arrays)
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm


def no_root(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays) ** 2
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm


def largest_entry(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = max(float(np.abs(array).max()) for array in arrays)
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm


def turned_round(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    if norm > max_norm:
        for array in arrays:
            array *= norm / max_norm
    return norm


def to_length_one(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    if norm > max_norm:
        for array in arrays:
            array *= 1.0 / norm
    return norm


def first_level(grads, max_norm):
    norm = length(grads.values())
    if norm > max_norm:
        for array in grads.values():
            array *= max_norm / norm
    return norm


def condition_turned(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    if norm < max_norm and norm > 0:
        for array in arrays:
            array *= max_norm / norm
    return norm


def condition_turned_even_zero(grads, max_norm):
    arrays = list(flatten(grads).values())
    norm = length(arrays)
    if norm < max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm


def norm_so_far(grads, max_norm):
    total = 0.0
    for array in flatten(grads).values():
        total += float((array**2).sum())
        norm = math.sqrt(total)
        if norm > max_norm:
            array *= max_norm / norm
    return norm
