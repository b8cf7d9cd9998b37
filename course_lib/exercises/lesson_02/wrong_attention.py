"""Scaled dot-product attention with one step done wrong: the mistakes that the check recognizes."""

import math

import numpy as np

from course_lib import attention, layers

from .attention_scores import attention_scores


def variant(scale=math.sqrt, axis=-1, before=None, after=None, of_values=None):
    """Attention with one step replaced: the scale, the softmax's axis, the mask, the last sum."""

    def answer(q, k, v, mask=None):
        scores = q @ k.swapaxes(-1, -2) / scale(q.shape[-1])
        if mask is not None:
            if before is not None:
                scores = before(scores, mask)
            elif after is None:
                scores = np.where(mask, scores, -np.inf)
        weights = layers.softmax(scores, axis)[0]
        if mask is not None and after is not None:
            weights = after(weights, mask)
        return weights @ v if of_values is None else of_values(weights, q, k, v)

    return answer


def mask_inverted(scores, mask):
    return np.where(mask, -np.inf, scores)


def scale_after(q, k, v, mask=None):
    scores = q @ k.swapaxes(-1, -2)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    return layers.softmax(scores)[0] / math.sqrt(q.shape[-1]) @ v


def no_softmax(q, k, v, mask=None):
    scores = attention_scores(q, k)
    return (scores if mask is None else np.where(mask, scores, 0.0)) @ v


def scaled_q_kept(q, k, v, mask=None):
    out, cache = attention.scaled_dot_product_attention(q, k, v, mask)
    return out, cache._replace(q=q / math.sqrt(q.shape[-1]))


def scores_kept(q, k, v, mask=None):
    out, cache = attention.scaled_dot_product_attention(q, k, v, mask)
    return out, cache._replace(weights=attention_scores(q, k))


def by_root_of_values(q, k, v, mask=None):
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(v.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    return layers.softmax(scores)[0] @ v


def mask_needed(q, k, v, mask=None):
    return attention_scores(q, k) * mask


def mask_renormalized(weights, mask):
    kept = weights * mask
    return kept / kept.sum(axis=-1, keepdims=True)


def mask_assigned(scores, mask):
    scores[~mask] = -np.inf
    return scores


def mask_asked_for_truth(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask:
        scores = np.where(mask, scores, -np.inf)
    return layers.softmax(scores)[0] @ v


def softmax_not_unpacked(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = layers.softmax(scores)
    return weights @ v
