"""Exercise: feed_forward_backward."""

import numpy as np

from course_lib import blocks
from course_lib.layers import gelu_backward, linear_backward, relu_backward

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def feed_forward_backward_cases(rng):
    def case(*front, activation, label):
        params = {
            "W_1": rng.normal(size=(5, 11)) / 2, "b_1": rng.normal(size=11),
            "W_2": rng.normal(size=(11, 5)) / 3, "b_2": rng.normal(size=5),
        }  # fmt: skip
        out, cache = blocks.feed_forward(rng.normal(size=(*front, 5)), params, activation)
        return Case((rng.normal(size=out.shape), cache), label=label)

    return [
        case(3, activation="relu", label="3 vectors, relu"),
        case(2, 3, activation="relu", label="a batch, relu"),
        case(2, 3, activation="gelu", label="a batch, gelu"),
        case(2, 3, activation="gelu_exact", label="a batch, gelu_exact"),
    ]


def _plain(dout, cache):
    first, nonlinearity, second, activation = cache
    dhidden, dW_2, db_2 = linear_backward(dout, second)
    if activation == "relu":
        dhidden = relu_backward(dhidden, nonlinearity)
    else:
        dhidden = gelu_backward(dhidden, nonlinearity)
    dx, dW_1, db_1 = linear_backward(dhidden, first)
    return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}


def _by_hand(dout, cache):
    (x, W_1, _), nonlinearity, (hidden, W_2, _), activation = cache
    back = {"relu": relu_backward}.get(activation, gelu_backward)
    dhidden = back(dout @ W_2.T, nonlinearity)
    axes = tuple(range(x.ndim - 1))
    dparams = {
        "b_2": dout.sum(axis=axes), "W_2": np.tensordot(hidden, dout, (axes, axes)),
        "b_1": dhidden.sum(axis=axes), "W_1": np.tensordot(x, dhidden, (axes, axes)),
    }  # fmt: skip
    return dhidden @ W_1.T, dparams


def _with(slope=None, rename=None, plain_cache=None):
    """The backward with another nonlinearity, or other names for its gradients."""

    def answer(dout, cache):
        first, nonlinearity, second, activation = cache
        dhidden, dW_2, db_2 = linear_backward(dout, second)
        if slope is None:
            back = relu_backward if activation == "relu" else gelu_backward
            dhidden = back(dhidden, nonlinearity)
        else:
            dhidden = slope(dhidden, nonlinearity, activation)
        dx, dW_1, db_1 = linear_backward(dhidden, first)
        grads = {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}
        return dx, grads if rename is None else rename(grads)

    return answer


def _numbers_swapped(grads):
    return {name[:2] + ("2" if name[2] == "1" else "1"): grad for name, grad in grads.items()}


def _first_bias_too_late(dout, cache):
    """db_1 of what comes out of the nonlinearity."""
    dx, grads = _plain(dout, cache)
    dhidden, _, _ = linear_backward(dout, cache[2])
    return dx, grads | {"b_1": dhidden.reshape(-1, dhidden.shape[-1]).sum(axis=0)}


def _exact_forgotten(dhidden, cache, activation):
    backs = {"relu": relu_backward, "gelu": gelu_backward}
    return backs[activation](dhidden, cache) if activation in backs else dhidden


def _order_kept(dout, cache):
    first, nonlinearity, second, activation = cache
    dhidden, dW_1, db_1 = linear_backward(dout, first)
    back = relu_backward if activation == "relu" else gelu_backward
    dx, dW_2, db_2 = linear_backward(back(dhidden, nonlinearity), second)
    return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}


def _relu_of_the_cache(dhidden, cache, activation):
    return relu_backward(dhidden, cache)


register(
    Exercise(
        name="feed_forward_backward",
        lesson=7,
        reference=blocks.feed_forward_backward,
        shown=_plain,
        cases=feed_forward_backward_cases,
        returns=("dx", "dparams"),
        mistakes=(
            Mistake(
                "nonlinearity_forgotten",
                _with(slope=lambda d, cache, activation: d),
                "The step through the nonlinearity is missing: the gradient of the hidden features "
                "goes from one linear map straight into the other.",
            ),
            Mistake(
                "always_relu_backward",
                _with(slope=_relu_of_the_cache),
                "relu_backward is called for gelu, too, whose cache holds more than x. "
                "`activation` says which of the two the forward used.",
            ),
            Mistake(
                "always_relu",
                _with(slope=lambda d, cache, activation: d * (cache[0] > 0)),
                "You use the slope of relu whatever the activation was. The last entry of the "
                "cache says which one it was; gelu_backward serves gelu and gelu_exact.",
            ),
            Mistake(
                "always_gelu",
                _with(slope=lambda d, cache, activation: gelu_backward(d, cache)),
                "gelu_backward wants three things from its cache, and that of relu holds one. The "
                "last entry of the cache says which nonlinearity it was.",
            ),
            Mistake(
                "exact_forgotten",
                _with(slope=_exact_forgotten),
                'With "gelu_exact" the nonlinearity is skipped. gelu_backward serves both "gelu" '
                'and "gelu_exact": ask whether it is "relu", and otherwise call it.',
            ),
            Mistake(
                "order_kept",
                _order_kept,
                "dout goes back through the first linear map. The forward ended with `second`, so "
                "dout meets that one; `first` gets what comes back from the nonlinearity.",
            ),
            Mistake(
                "first_bias_too_late",
                _first_bias_too_late,
                "db_1 is taken before the nonlinearity was passed on the way back. b_1 was added "
                "before the nonlinearity of the forward, so its gradient comes after it.",
            ),
            Mistake(
                "numbers_swapped",
                _with(rename=_numbers_swapped),
                "The gradients of the two linear maps have changed names: what `second` returns "
                "belongs to W_2 and b_2.",
            ),
            Mistake(
                "biases_missing",
                _with(rename=lambda grads: {"W_1": grads["W_1"], "W_2": grads["W_2"]}),
                "dparams holds W_1 and W_2 only. b_1 and b_2 are trained too: the third thing that "
                "linear_backward returns.",
            ),
            Mistake(
                "no_dict",
                lambda dout, cache: (_plain(dout, cache)[0], *_plain(dout, cache)[1].values()),
                "The gradients of the parameters are returned one by one. Where an argument is a "
                "dict, its gradient is a dict with the same keys: return dx, dparams.",
            ),
        ),
        correct=(_plain, _by_hand),
        hints=(
            "Three steps forward, three steps back, the last one first.",
            "dhidden, dW_2, db_2 = linear_backward(dout, second)",
            "Then relu_backward or gelu_backward, as `activation` says, with the cache "
            "`nonlinearity`. Then linear_backward once more, with `first`.",
            'return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}',
        ),
    )
)
