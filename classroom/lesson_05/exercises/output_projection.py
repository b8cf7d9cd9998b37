"""output_projection: the scores of all tokens, at each position."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
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


def shape(case):
    return case.args[1]["embedding"]["W"].shape


mistakes = [
    Mistake(
        "not_transposed",
        {".T": ""},
        lambda case, got, want: (
            f"The embedding is used as it lies in memory, {shape(case)}: a row for each token. To "
            "be multiplied from the right by x it needs a column for each token: "
            '`params["embedding"]["W"].T`.'
        ),
    ),
    Mistake(
        "not_transposed_plain",
        {'layers.linear(x, params["embedding"]["W"].T)': 'x @ params["embedding"]["W"], None'},
        lambda case, got, want: (
            f"x has {case.args[0].shape[-1]} features, and the embedding has the shape "
            f"{shape(case)}, with its features in the columns. Transpose it: x @ W.T compares x "
            "with each token's row."
        ),
    ),
    Mistake(
        "turned_round",
        {"if tied": "if not tied"},
        "The two cases have changed places: the embedding is used where tied is False. True means "
        "that the model has no matrix of its own and uses its embedding again.",
    ),
    Mistake(
        "always_tied",
        {"if tied": "if True"},
        "The embedding is used in every case. Where tied is False the model has learned a matrix "
        'of its own for this: `params["output"]["W"]`, with the bias beside it.',
    ),
    Mistake(
        "always_output",
        {"if tied": "if False"},
        'A tied model has no params["output"]: neither a matrix nor a bias there. Ask `if tied:` '
        "first; its logits are x @ W.T, with the W of the embedding.",
    ),
    Mistake(
        "no_bias",
        {', params["output"]["b"]': ""},
        'The bias is missing. With a matrix of its own it is x @ W + b: params["output"] holds '
        '"W" and "b".',
    ),
    Mistake(
        "probabilities",
        {"return out": "return layers.softmax(out)[0]"},
        "These are probabilities already. Logits are the scores before the softmax; what turns "
        "them into probabilities comes later, in section 5.",
    ),
    Mistake(
        "last_position",
        {"    if tied": "    x = x[..., -1:, :] if x.ndim > 1 else x\n    if tied"},
        lambda case, got, want: (
            f"Only the last position is projected. Each of the {case.args[0].shape[-2]} positions "
            "predicts the token after it, so each row of x gets its logits."
        ),
    ),
    Mistake(
        "best_token",
        {"return out": "return out.argmax(axis=-1)"},
        "These are ids: the largest logit of each position. Return the logits themselves, one "
        "number for each token; choosing among them comes later.",
    ),
]

hints = [
    "One multiplication of matrices, and perhaps a bias. The only question is which matrix: `if "
    "tied:`.",
    "`layers.linear(x, W, b)` does the work and returns (out, cache); b may be left out.",
    'Tied: out, cache = layers.linear(x, params["embedding"]["W"].T). Else: out, cache = '
    'layers.linear(x, params["output"]["W"], params["output"]["b"]).',
]
