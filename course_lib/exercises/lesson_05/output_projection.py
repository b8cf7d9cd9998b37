"""Exercise: output_projection."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def output_projection(x, params, tied=False):
    """Return the logits of vectors x (..., d_model), one for each token, and linear's cache."""
    if tied:
        out, cache = layers.linear(x, params["embedding"]["W"].T)
    else:
        out, cache = layers.linear(x, params["output"]["W"], params["output"]["b"])
    return out, cache


def output_projection_cases(rng):
    by_hand = {
        "embedding": {"W": np.array([[3.0, 0], [0, 1], [-1, 2]])},
        "output": {"W": np.array([[3.0, 0, 1], [0, 1, 2]]), "b": np.array([0.0, 0, 1])},
    }
    only = {"embedding": {"W": rng.normal(size=(11, 5))}}
    both = only | {"output": {"W": rng.normal(size=(5, 11)), "b": rng.normal(size=11)}}
    x = rng.normal(size=(2, 3, 5))
    return [
        Case(
            (np.array([[1.0, 2.0]]), by_hand),
            label="one vector, three tokens, a matrix of its own",
            expected=([[3, 2, 6]], None),
        ),
        Case(
            (np.array([[1.0, 2.0]]), {"embedding": by_hand["embedding"]}, True),
            label="one vector, three tokens, tied",
            expected=([[3, 2, 3]], None),
        ),
        Case((x, both), label="a batch, a matrix of its own"),
        Case((x, only, True), label="a batch, tied"),
        Case((rng.normal(size=5), both, False), label="a single vector"),
    ]


def _loops(x, params, tied=False):
    W = params["embedding"]["W"].swapaxes(0, 1) if tied else params["output"]["W"]
    b = None if tied else params["output"]["b"]
    out = np.zeros((*x.shape[:-1], W.shape[1]))
    for token in range(W.shape[1]):
        out[..., token] = (x * W[:, token]).sum(axis=-1)
        if b is not None:
            out[..., token] += b[token]
    return out, (x, W, b)


def _einsum(x, params, tied=False):
    if tied:
        W, b = params["embedding"]["W"].T, None
        return np.einsum("...d,dv->...v", x, W), (x, W, b)
    W, b = params["output"]["W"], params["output"]["b"]
    return np.einsum("...d,dv->...v", x, W) + b, (x, W, b)


def _not_transposed(x, params, tied=False):
    if tied:
        return layers.linear(x, params["embedding"]["W"])
    return output_projection(x, params)


def _not_transposed_plain(x, params, tied=False):
    if tied:
        return x @ params["embedding"]["W"]
    return output_projection(x, params)[0]


def _always_tied(x, params, tied=False):
    return output_projection(x, params, True)[0]


def _always_output(x, params, tied=False):
    return output_projection(x, params, False)[0]


def _turned_round(x, params, tied=False):
    return output_projection(x, params, not tied)[0]


def _no_bias(x, params, tied=False):
    if tied:
        return output_projection(x, params, True)[0]
    return x @ params["output"]["W"]


def _probabilities(x, params, tied=False):
    return layers.softmax(output_projection(x, params, tied)[0])[0]


def _last_position(x, params, tied=False):
    return output_projection(x[..., -1:, :] if x.ndim > 1 else x, params, tied)[0]


def _best_token(x, params, tied=False):
    return output_projection(x, params, tied)[0].argmax(axis=-1)


def _shape(case):
    return case.args[1]["embedding"]["W"].shape


register(
    Exercise(
        name="output_projection",
        lesson=5,
        reference=output_projection,
        cases=output_projection_cases,
        mistakes=(
            Mistake(
                "not_transposed",
                _not_transposed,
                lambda case, got, want: (
                    f"The embedding is used as it lies in memory, {_shape(case)}: a row for each "
                    "token. To be multiplied from the right by x it needs a column for each token: "
                    '`params["embedding"]["W"].T`.'
                ),
            ),
            Mistake(
                "not_transposed_plain",
                _not_transposed_plain,
                lambda case, got, want: (
                    f"x has {case.args[0].shape[-1]} features, and the embedding has the shape "
                    f"{_shape(case)}, with its features in the columns. Transpose it: x @ W.T "
                    "compares x with each token's row."
                ),
            ),
            Mistake(
                "turned_round",
                _turned_round,
                "The two cases have changed places: the embedding is used where tied is False. "
                "True means that the model has no matrix of its own and uses its embedding again.",
            ),
            Mistake(
                "always_tied",
                _always_tied,
                "The embedding is used in every case. Where tied is False the model has learned a "
                'matrix of its own for this: `params["output"]["W"]`, with the bias beside it.',
            ),
            Mistake(
                "always_output",
                _always_output,
                'A tied model has no params["output"]: neither a matrix nor a bias there. Ask '
                "`if tied:` first; its logits are x @ W.T, with the W of the embedding.",
            ),
            Mistake(
                "no_bias",
                _no_bias,
                'The bias is missing. With a matrix of its own it is x @ W + b: params["output"] '
                'holds "W" and "b".',
            ),
            Mistake(
                "probabilities",
                _probabilities,
                "These are probabilities already. Logits are the scores before the softmax; what "
                "turns them into probabilities comes later, in section 5.",
            ),
            Mistake(
                "last_position",
                _last_position,
                lambda case, got, want: (
                    "Only the last position is projected. Each of the "
                    f"{case.args[0].shape[-2]} positions predicts the token after it, so each row "
                    "of x gets its logits."
                ),
            ),
            Mistake(
                "best_token",
                _best_token,
                "These are ids: the largest logit of each position. Return the logits themselves, "
                "one number for each token; choosing among them comes later.",
            ),
        ),
        correct=(_loops, _einsum),
        hints=(
            "One multiplication of matrices, and perhaps a bias. The only question is which "
            "matrix: `if tied:`.",
            "`layers.linear(x, W, b)` does the work and returns (out, cache); b may be left out.",
            'Tied: out, cache = layers.linear(x, params["embedding"]["W"].T). '
            'Else: out, cache = layers.linear(x, params["output"]["W"], params["output"]["b"]).',
        ),
    )
)
