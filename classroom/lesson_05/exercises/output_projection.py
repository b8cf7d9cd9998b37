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
        Case((x, both), label="a batch, a matrix of its own", proves="the untied projection"),
        Case(
            (np.array([[1.0, 2.0]]), by_hand, True),
            label="one vector, three tokens, tied; an output is there and does not count",
            expected=([[3, 2, 3]], None),
        ),
        Case((x, only, True), label="a batch, tied, without an output", proves="the tied one"),
        Case((rng.normal(size=5), both, False), label="a single vector"),
        Case((rng.normal(size=(2, 3, 7, 5)), only, True), label="three axes in front"),
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
        "reshaped",
        {".T": ".reshape(x.shape[-1], -1)"},
        lambda case, got, want: (
            f"The embedding, {shape(case)}, has the right shape now, but a reshape reads the "
            "numbers in the order in which they lie, and mixes tokens and features. Transpose it."
        ),
    ),
    Mistake(
        "output_transposed",
        [
            {'params["output"]["W"]': 'params["output"]["W"].T'},
            {'layers.linear(x, params["output"]["W"], ': '(x @ params["output"]["W"].T + '},
        ],
        lambda case, got, want: (
            "The matrix of its own is transposed. It is "
            f"{case.args[1]['output']['W'].shape}, (d_model, vocab_size), and is multiplied as it "
            "is; only the embedding has its tokens in the rows."
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
        [{"if tied": "if True"}, {'params["output"]["W"]': 'params["embedding"]["W"].T'}],
        "The embedding is used in every case. Where tied is False the model has learned a matrix "
        'of its own for this: `params["output"]["W"]`, with the bias beside it.',
    ),
    Mistake(
        "always_output",
        {"if tied": "if False"},
        'params["output"] is used where tied is True. A tied model projects with its embedding, '
        "transposed, and without a bias; most have no output at all. Ask `if tied:` first.",
    ),
    Mistake(
        "looks_for_output",
        {"if tied": 'if "output" not in params'},
        "What params holds decides here, and tied is not asked. These params hold an output, and "
        "tied is True: the embedding is to be used all the same.",
    ),
    Mistake(
        "tied_with_bias",
        [
            {'["W"].T)': '["W"].T, params["output"]["b"])'},
            {'["W"].T)': '["W"].T, params.get("output", {}).get("b"))'},
        ],
        "The bias of the output is added where tied is True. It belongs to the matrix of its own; "
        "a tied projection has no bias.",
    ),
    Mistake(
        "no_bias",
        {', params["output"]["b"]': ""},
        'The bias is missing. With a matrix of its own it is x @ W + b: params["output"] holds '
        '"W" and "b".',
    ),
    Mistake(
        "bias_twice",
        {
            'params["output"]["b"])': 'params["output"]["b"])\n'
            '        out = out + params["output"]["b"]'
        },
        "The bias is added twice: layers.linear adds it already where it is handed on.",
    ),
    Mistake(
        "probabilities",
        {"return out": "return layers.softmax(out)[0]"},
        "These are probabilities already. Logits are the scores before the softmax; what turns "
        "them into probabilities comes later, in section 5.",
    ),
    Mistake(
        "log_probabilities",
        {"return out": "return np.log(layers.softmax(out)[0])"},
        "These are log-probabilities. Logits are the scores before the softmax, of any size and "
        "sign; nothing is to be subtracted from them here.",
    ),
    Mistake(
        "scaled",
        [
            {"return out": "return out / np.sqrt(x.shape[-1])"},
            {"return out": "return (out / np.sqrt(x.shape[-1]) if tied else out)"},
            {"return out": "return (out * np.sqrt(x.shape[-1]) if tied else out)"},
        ],
        lambda case, got, want: (
            f"The logits are scaled by √d_model, √{case.args[0].shape[-1]} here. That belongs to "
            "the scores of the attention, or to the embedding where a model is fed; the projection "
            "is the plain product."
        ),
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
