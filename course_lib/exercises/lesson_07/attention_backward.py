"""Exercise: scaled_dot_product_attention_backward."""

import math

import numpy as np

from course_lib import attention, layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def attention_backward_cases(rng):
    def case(*front, label, T_q=5, T_k=7, mask=None):
        q, k = rng.normal(size=(*front, T_q, 11)), rng.normal(size=(*front, T_k, 11))
        v = rng.normal(size=(*front, T_k, 13))
        out, cache = attention.scaled_dot_product_attention(q, k, v, mask)
        return Case((rng.normal(size=out.shape), cache), label=label)

    # Both scores are 0, so both weights are 1/2. dout = 1 asks for more of the first value.
    q, k, v = np.zeros((1, 4)), np.array([[2.0, 0, 0, 0], [0, 2, 0, 0]]), np.array([[4.0], [0.0]])
    by_hand = attention.scaled_dot_product_attention(q, k, v)[1]
    padding = np.ones((2, 1, 1, 7), bool)
    padding[0, ..., 4:] = padding[1, ..., 6:] = False
    return [
        # dweights = (4, 0), their mean is 2, dscores = (1, -1); dq = (2, -2, 0, 0) / 2.
        Case(
            (np.array([[1.0]]), by_hand),
            label="one query, two keys, worked by hand",
            expected=([[1, -1, 0, 0]], np.zeros((2, 4)), [[0.5], [0.5]]),
        ),
        case(label="5 queries, 7 keys"),
        case(2, 3, label="a batch of 2 with 3 heads"),
        case(2, 3, label="a batch with a padding mask", mask=padding),
        case(2, 3, label="a causal mask", T_k=5, mask=attention.causal_mask(5)),
    ]


def _steps(softmax=None, dv=None, scale_q=True, scale_k=True, dq=None, dk=None, order=None):
    """The backward with one step replaced."""

    def answer(dout, cache):
        q, k, v, weights, softmax_cache = cache
        scale = 1 / math.sqrt(q.shape[-1])
        dweights = dout @ v.swapaxes(-1, -2)
        if softmax is None:
            dscores = layers.softmax_backward(dweights, softmax_cache)
        else:
            dscores = softmax(dweights, weights)
        grad_q = dscores @ k if dq is None else dq(dscores, q, k, weights)
        grad_k = dscores.swapaxes(-1, -2) @ q if dk is None else dk(dscores, q, k, weights)
        grad_v = weights.swapaxes(-1, -2) @ dout if dv is None else dv(dout, weights, dscores)
        grads = [grad_q * scale if scale_q else grad_q, grad_k * scale if scale_k else grad_k]
        return (*grads, grad_v) if order is None else order(*grads, grad_v)

    return answer


def _plain(dout, cache):
    q, k, v, weights, softmax_cache = cache
    dv = weights.swapaxes(-1, -2) @ dout
    dweights = dout @ v.swapaxes(-1, -2)
    dscores = layers.softmax_backward(dweights, softmax_cache)
    dscores = dscores / math.sqrt(q.shape[-1])
    dq = dscores @ k
    dk = dscores.swapaxes(-1, -2) @ q
    return dq, dk, dv


def _einsum(dout, cache):
    q, k, v, w, _ = cache
    dw = np.einsum("...ie,...je->...ij", dout, v)
    ds = w * (dw - np.einsum("...ij,...ij->...i", w, dw)[..., None]) / q.shape[-1] ** 0.5
    dq, dk = np.einsum("...ij,...jd->...id", ds, k), np.einsum("...ij,...id->...jd", ds, q)
    return dq, dk, np.einsum("...ij,...ie->...je", w, dout)


def _query_by_query(dout, cache):
    q, k, v, weights, _ = cache
    dq, dk, dv = (np.zeros(array.shape) for array in (q, k, v))
    for front in np.ndindex(q.shape[:-2]):
        for i in range(q.shape[-2]):
            w, above = weights[front][i], dout[front][i]
            dv[front] += np.outer(w, above)
            dw = v[front] @ above
            ds = w * (dw - dw @ w) / math.sqrt(q.shape[-1])
            dq[front][i] = ds @ k[front]
            dk[front] += np.outer(ds, q[front][i])
    return dq, dk, dv


def _by_root_of_values(dout, cache):
    dq, dk, dv = _plain(dout, cache)
    wrong = math.sqrt(cache.q.shape[-1] / cache.v.shape[-1])
    return dq * wrong, dk * wrong, dv


def _values_by_scaled_dscores(dout, cache):
    dq, dk, _ = _plain(dout, cache)
    unscaled = _steps(dv=lambda dout, weights, dscores: dscores.swapaxes(-1, -2) @ dout)
    return dq, dk, unscaled(dout, cache)[2] / math.sqrt(cache.q.shape[-1])


def _root(case):
    return number(math.sqrt(case.args[1].q.shape[-1]))


register(
    Exercise(
        name="scaled_dot_product_attention_backward",
        lesson=7,
        reference=attention.scaled_dot_product_attention_backward,
        shown=_plain,
        cases=attention_backward_cases,
        mistakes=(
            Mistake(
                "no_scale",
                _steps(scale_q=False, scale_k=False),
                lambda case, got, want: (
                    "dv is right, but 1/√d_k is missing: the forward divided the dot products by "
                    f"{_root(case)}, and a factor of the forward is a factor of the backward. dq "
                    "and dk are that much too large."
                ),
            ),
            Mistake(
                "scale_missing_in_dk",
                _steps(scale_k=False),
                lambda case, got, want: (
                    f"dq is scaled and dk is not: it is {_root(case)} times too large. Divide "
                    "dscores by √d_k once, before both products."
                ),
            ),
            Mistake(
                "scale_missing_in_dq",
                _steps(scale_q=False),
                lambda case, got, want: (
                    f"dk is scaled and dq is not: it is {_root(case)} times too large. Divide "
                    "dscores by √d_k once, before both products."
                ),
            ),
            Mistake(
                "by_root_of_values",
                _by_root_of_values,
                lambda case, got, want: (
                    f"dq and dk are divided by √d_v, the root of {case.args[1].v.shape[-1]}. The "
                    f"forward divided by √d_k, the root of {case.args[1].q.shape[-1]}, which is "
                    "the last axis of q."
                ),
            ),
            Mistake(
                "scale_twice",
                lambda dout, cache: tuple(
                    grad / (math.sqrt(cache.q.shape[-1]) if place < 2 else 1)
                    for place, grad in enumerate(_plain(dout, cache))
                ),
                "The scale is there twice: dq and dk are too small by √d_k. Each of them holds one "
                "factor 1/√d_k.",
            ),
            Mistake(
                "softmax_forgotten",
                _steps(softmax=lambda dweights, weights: dweights),
                "The step through the softmax is missing: dweights is used as if it were dscores. "
                "Send it through softmax_backward with the cache of the softmax.",
            ),
            Mistake(
                "softmax_without_the_sum",
                _steps(softmax=lambda dweights, weights: dweights * weights),
                "dscores is dweights times the weights, without the second term of the softmax: "
                "the weighted mean of dweights must be subtracted. softmax_backward does it.",
            ),
            Mistake(
                "softmax_elementwise",
                _steps(softmax=lambda dweights, weights: dweights * weights * (1 - weights)),
                "w (1 − w) is only the diagonal of the softmax's Jacobian. Each score moves the "
                "other weights of its row too: use softmax_backward.",
            ),
            Mistake(
                "softmax_over_queries",
                _steps(
                    softmax=lambda dweights, weights: (
                        weights * (dweights - (dweights * weights).sum(axis=-2, keepdims=True))
                    )
                ),
                "The sum of the softmax's backward runs over the queries. Each query has a softmax "
                "over its keys: the last axis.",
            ),
            Mistake(
                "weights_not_transposed",
                _steps(dv=lambda dout, weights, dscores: weights @ dout),
                "weights @ dout takes the rows again. Key j gave to every query i the share "
                "w_ij, and gets it back: dv_j = Σ_i w_ij dout_i, a sum down a column, weights "
                "transposed.",
            ),
            Mistake(
                "values_by_dscores",
                _steps(dv=lambda dout, weights, dscores: dscores.swapaxes(-1, -2) @ dout),
                "dv is made with dscores. In out = weights @ v the values meet the weights: dv is "
                "weights transposed times dout.",
            ),
            Mistake(
                "values_by_scaled_dscores",
                _values_by_scaled_dscores,
                "dv is made with dscores, divided by √d_k already. In out = weights @ v the values "
                "meet the weights: dv is weights transposed times dout.",
            ),
            Mistake(
                "dscores_not_transposed",
                _steps(dk=lambda dscores, q, k, weights: dscores @ q),
                "dk = dscores @ q has the wrong side. Key j met every query i: dk_j = Σ_i ds_ij "
                "q_i, a sum down a column, dscores transposed.",
            ),
            Mistake(
                "dq_from_q",
                _steps(dq=lambda dscores, q, k, weights: dscores @ q),
                "dq is made from q. Query and key meet in one product, and each gets the other "
                "one: dq = dscores @ k.",
            ),
            Mistake(
                "dk_from_k",
                _steps(dk=lambda dscores, q, k, weights: dscores.swapaxes(-1, -2) @ (dscores @ k)),
                "dk is made from dq. Query and key meet in one product, and each gets the other "
                "one: dq from k, dk from q.",
            ),
            Mistake(
                "weights_for_dscores",
                _steps(
                    dq=lambda dscores, q, k, weights: weights @ k,
                    dk=lambda dscores, q, k, weights: weights.swapaxes(-1, -2) @ q,
                ),
                "dq and dk are made with the weights, which know nothing of dout. They are made "
                "with dscores.",
            ),
        ),
        correct=(_plain, _einsum, _query_by_query),
        hints=(
            "Read the forward backwards: out = weights @ v, then the softmax, then scores = q kᵀ / "
            "√d_k. Each is a step that you have already.",
            "A product of two matrices gives two gradients: out = weights @ v gives dweights = "
            "dout @ vᵀ and dv = weightsᵀ @ dout. swapaxes(-1, -2) transposes the last two axes.",
            "dscores = softmax_backward(dweights, softmax_cache). Then the product q kᵀ in the "
            "same way: dq from dscores and k, dk from dscores transposed and q.",
            "Divide dscores by √d_k; then dq = dscores @ k and dk = dscores.swapaxes(-1, -2) @ q.",
        ),
    )
)
