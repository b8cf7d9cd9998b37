"""read_out_after_blocks: the logits as they stand after each block."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import VOCAB, B, draw_params, make_config, tiny_model


def cases(rng):
    def case(label, T, n_layers, proves="", **changes):
        config = make_config(n_layers=n_layers, **changes)
        ids = rng.integers(VOCAB, size=(B, T))
        ids[0, 0] = 0
        return Case((ids, draw_params(config, rng), config), label=label, proves=proves)

    sinusoidal = {"positions": "sinusoidal", "d_model": 42}
    return [
        # The norm makes (1, -1) of (3, 1) and (-1, 1) of (-1, 1); the bias adds (0, 0.5).
        Case(
            (np.array([[0]]), *tiny_model()),
            label="one block, worked by hand",
            expected=[[[[1, -0.5]]], [[[-1, 1.5]]]],
        ),
        case("one token, 3 blocks", 1, 3, proves="the readings of one token"),
        case("5 tokens, 3 blocks", 5, 3, proves="the mask"),
        case("5 tokens, 2 blocks, a large eps", 5, 2, eps=0.1),
        case("gelu and sinusoidal positions", 5, 2, activation="gelu", **sinusoidal),
    ]


returns = ("logits",)

BLOCK = "x, _ = blocks.encoder_block(x, block_params, config, mask)"

NORM_OF_X = 'x, _ = layers.layer_norm(x, **params["norm"], eps=config.eps)'

LOGITS = 'layers.linear(z, params["output"]["W"], params["output"]["b"])'

mistakes = [
    Mistake(
        "not_stacked",
        {"np.stack(readings)": "readings"},
        lambda case, got, want: (
            f"These are {len(got)} arrays in a list. One array is wanted, of shape {want.shape}: "
            "np.stack makes it."
        ),
    ),
    Mistake(
        "concatenated",
        {"np.stack": "np.concatenate"},
        "np.concatenate puts the readings end to end along the axis of the batch. Each height "
        "needs an axis of its own, in front: np.stack.",
    ),
    Mistake(
        "other_axis",
        [{"stack(readings)": f"stack(readings, axis={axis})"} for axis in (1, 2, -1)],
        lambda case, got, want: (
            "The readings are stacked along another axis: the shape is "
            f"{np.shape(got)}, and {want.shape} is wanted. Their axis comes first."
        ),
    ),
    Mistake(
        "reversed_readings",
        {"np.stack(readings)": "np.stack(readings[::-1])"},
        "The readings stand the wrong way round. Entry 0 is the one after the embedding, the last "
        "one that after the last block.",
    ),
    Mistake(
        "best_tokens",
        {"np.stack(readings)": "np.argmax(readings, axis=-1)"},
        "These are the tokens with the largest logits. The logits themselves are asked for.",
    ),
    Mistake(
        "last_position",
        {"np.stack(readings)": "np.stack(readings)[:, :, -1]"},
        "Only the last position is read. The logits of all T positions are asked for.",
    ),
    Mistake(
        "linear_not_unpacked",
        {"logits, _ = ": "logits = "},
        "layers.linear returns a pair, (out, cache), and the readings hold whole pairs. Take the "
        "first part.",
    ),
    Mistake(
        "norms_of_the_blocks",
        [
            {
                "for state in states": "norms = [b[n] for b in params['blocks'] for n in "
                "('norm_1', 'norm_2')]\n    norms = norms[:1] + norms[1::2]\n"
                "    for state, norm in zip(states, norms)",
                '**params["norm"]': "**norm",
            },
            *(
                {'**params["norm"]': f'**params["blocks"][{block}]["{norm}"]'}
                for block in (0, -1)
                for norm in ("norm_1", "norm_2")
            ),
        ],
        "The readings go through a norm of a block, or of several. Every one goes through "
        'params["norm"], as if the model ended there.',
    ),
    Mistake(
        "read_before_the_block",
        {BLOCK: "states.append(?)", "states.append(x)": BLOCK, "(?)": "(x)"},
        "In the loop x is read before the block has run: the embedding is read twice, and "
        "what the last block returns is not. Run the block first, then read.",
    ),
    Mistake(
        "no_gamma_beta",
        {'**params["norm"]': "np.ones(x.shape[-1]), np.zeros(x.shape[-1])"},
        'gamma and beta of params["norm"] are not used. layers.layer_norm takes both.',
    ),
    Mistake(
        "no_embedding",
        {"[x]": "[]"},
        lambda case, got, want: (
            "The readings begin after the first block. One belongs before it, after the "
            f"embedding: n_layers + 1 = {len(want)} in all, and yours are {len(got)}."
        ),
    ),
    Mistake(
        "no_last",
        {"in states:": "in states[:-1]:"},
        lambda case, got, want: (
            f"The last reading is missing, {len(got)} of {len(want)} are there: the last block is "
            "run, but nothing is read after it. Read once before the loop and once in it, after "
            "each block."
        ),
    ),
    Mistake(
        "norm_goes_on",
        {"append(x)": f"append(x)\n        {NORM_OF_X}"},
        "The normed vectors go on into the next block. The norm belongs to the reading alone: "
        "give its result a name of its own and leave x as it is.",
    ),
    Mistake(
        "norm_goes_on_from_the_embedding",
        {"[x]": f"[x]\n    {NORM_OF_X}", "append(x)": f"append(x)\n        {NORM_OF_X}"},
        "The normed vectors go into the blocks, those of the embedding, too. The norm belongs to "
        "the reading alone: give its result a name of its own and leave x as it is.",
    ),
    Mistake(
        "norm_for_the_last_only",
        {"config.eps)": "config.eps) if state is states[-1] else (state, None)"},
        "Only the last reading is normed. Each is made as if the model ended there: last norm, "
        "then output.",
    ),
    Mistake(
        "no_norm",
        {"linear(z": "linear(state"},
        'x is read as it is. Between the last block and the output stands params["norm"]: the '
        "output matrix has only ever seen normed vectors.",
    ),
    Mistake(
        "differences",
        {"readings = []": "states[1:] = np.diff(states, axis=0)\n    readings = []"},
        "You read what each block adds. That is a good question, too, but here the sum so far is "
        "asked for, as if the model ended there.",
    ),
    Mistake(
        "from_the_start",
        {"encoder_block(x": "encoder_block(states[0]"},
        "Each block is run on the embedding alone. It goes on from the block below: put its "
        "result back into x.",
    ),
    Mistake(
        "no_mask",
        {", mask)": ")"},
        "The blocks run without a mask, so each position has seen the tokens that follow it. This "
        "is a language model: attention.causal_mask(T).",
    ),
    Mistake(
        "probabilities",
        [
            {"np.stack(readings)": "layers.softmax(np.stack(readings))[0]"},
            {"np.stack(readings)": "np.log(layers.softmax(np.stack(readings))[0])"},
        ],
        "These are probabilities, or their logarithms. The logits are asked for, as they stand "
        "before softmax.",
    ),
    Mistake(
        "no_bias",
        {', params["output"]["b"]': ""},
        'The output\'s bias is missing: params["output"]["b"] is added to every reading.',
    ),
    Mistake(
        "no_eps",
        {", eps=config.eps": ""},
        "The norm does not use config.eps, but the default of layer_norm. Hand it on: "
        "eps=config.eps.",
    ),
    Mistake(
        "embedding_as_output",
        {'params["output"]["W"]': 'params["embedding"]["W"].T'},
        "You read with the embedding, transposed. Tied models do that; this one is untied and has "
        'a matrix of its own: params["output"]["W"].',
    ),
    Mistake(
        "no_positions",
        {"embed(ids, params, config)": 'layers.embedding(ids, params["embedding"]["W"])'},
        "The vectors have no positions. embed(ids, params, config) does what stands before the "
        "first block.",
    ),
]

hints = [
    "It is your stack, except that after the embedding and after each block you also read: last "
    "norm, output matrix.",
    "x, _ = embed(ids, params, config); in the loop x, _ = blocks.encoder_block(x, block_params, "
    "config, attention.causal_mask(T)). Collect x before the loop and after each step.",
    'A reading: z, _ = layers.layer_norm(x, **params["norm"], eps=config.eps), then '
    'layers.linear(z, params["output"]["W"], params["output"]["b"])[0].',
    "np.stack(readings) makes one array (n_layers + 1, B, T, vocab_size) of a list of arrays (B, "
    "T, vocab_size).",
]
