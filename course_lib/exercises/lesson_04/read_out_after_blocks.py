"""Exercise: read_out_after_blocks."""

import numpy as np

from course_lib import attention, blocks, layers, model
from course_lib.attention import causal_mask
from course_lib.stack import embed

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_readings as wrong
from .drawn import VOCAB, B, draw_params, even_attention, make_config


def read_out_after_blocks(ids, params, config):
    """The logits of a pre-norm language model as they stand after each block."""
    mask = attention.causal_mask(ids.shape[1])
    x, _ = embed(ids, params, config)
    states = [x]
    for block_params in params["blocks"]:
        x, _ = blocks.encoder_block(x, block_params, config, mask)
        states.append(x)
    readings = []
    for state in states:
        z, _ = layers.layer_norm(state, **params["norm"], eps=config.eps)
        logits, _ = layers.linear(z, params["output"]["W"], params["output"]["b"])
        readings.append(logits)
    return np.stack(readings)


def tiny_model():
    """One token, one block, all of it silent but for a bias: (3, 1) becomes (-1, 1)."""
    silent = even_attention(2, W_V=np.zeros((2, 2)))
    ones = {"gamma": np.ones(2), "beta": np.zeros(2)}
    feed = {"W_1": np.zeros((2, 1)), "b_1": np.zeros(1), "W_2": np.zeros((1, 2))}
    feed["b_2"] = np.array([-4.0, 0])
    block = {"attention": silent, "feed_forward": feed, "norm_1": ones, "norm_2": ones}
    config = make_config(d_model=2, n_heads=1, d_ff=1, vocab_size=2, positions="none")
    params = {
        "embedding": {"W": np.array([[3.0, 1], [0, 5]])},
        "blocks": [block],
        "norm": ones,
        "output": {"W": np.eye(2), "b": np.array([0.0, 0.5])},
    }
    return params, config


def read_out_cases(rng):
    def case(label, T, n_layers, **changes):
        config = make_config(n_layers=n_layers, **changes)
        ids = rng.integers(VOCAB, size=(B, T))
        return Case((ids, draw_params(config, rng), config), label=label)

    return [
        # The norm makes (1, -1) of (3, 1) and (-1, 1) of (-1, 1); the bias adds (0, 0.5).
        Case(
            (np.array([[0]]), *tiny_model()),
            label="one block, worked by hand",
            expected=[[[[1, -0.5]]], [[[-1, 1.5]]]],
        ),
        case("one token, 3 blocks", 1, 3),
        case("5 tokens, 3 blocks, a large eps", 5, 3, eps=0.1),
        case("gelu and sinusoidal positions", 5, 2, activation="gelu", positions="sinusoidal",
             d_model=42),
    ]  # fmt: skip


def _one_model_for_each_depth(ids, params, config):
    """Cut the model off after 0, 1, 2, ... blocks and run each."""
    shorter = (params | {"blocks": params["blocks"][:n]} for n in range(len(params["blocks"]) + 1))
    return np.array([model.language_model(ids, cut, config)[0] for cut in shorter])


def _into_a_full_array(ids, params, config):
    n = config.n_layers
    out = np.zeros((n + 1, *ids.shape, config.vocab_size))
    x = embed(ids, params, config)[0]
    mask = causal_mask(ids.shape[1])
    for i in range(n + 1):
        centered = x - x.mean(axis=-1, keepdims=True)
        scaled = centered / np.sqrt((centered**2).mean(axis=-1, keepdims=True) + config.eps)
        z = scaled * params["norm"]["gamma"] + params["norm"]["beta"]
        out[i] = np.einsum("btd,dv->btv", z, params["output"]["W"]) + params["output"]["b"]
        if i < n:
            x = blocks.encoder_block(x, params["blocks"][i], config, mask)[0]
    return out


register(
    Exercise(
        name="read_out_after_blocks",
        lesson=4,
        reference=read_out_after_blocks,
        cases=read_out_cases,
        returns=("logits",),
        mistakes=(
            Mistake(
                "no_embedding",
                wrong.readings(with_embedding=False),
                lambda case, got, want: (
                    f"The readings begin after the first block. One belongs before it, after the "
                    f"embedding: n_layers + 1 = {len(want)} in all, and yours are {len(got)}."
                ),
            ),
            Mistake(
                "no_last",
                wrong.readings(with_last=False),
                lambda case, got, want: (
                    f"The last reading is missing, {len(got)} of {len(want)} are there: the last "
                    "block is run, but nothing is read after it. Read once before the loop and "
                    "once in it, after each block."
                ),
            ),
            Mistake(
                "norm_goes_on",
                wrong.readings(norm_goes_on=True),
                "The normed vectors go on into the next block. The norm belongs to the reading "
                "alone: give its result a name of its own and leave x as it is.",
            ),
            Mistake(
                "norm_goes_on_from_the_embedding",
                wrong.readings(norm_goes_on="from the embedding on"),
                "The normed vectors go into the blocks, those of the embedding, too. The norm "
                "belongs to the reading alone: give its result a name of its own and leave x as it "
                "is.",
            ),
            Mistake(
                "norm_for_the_last_only",
                wrong.readings(norm="last"),
                "Only the last reading is normed. Each is made as if the model ended there: last "
                "norm, then output.",
            ),
            Mistake(
                "no_norm",
                wrong.readings(norm=False),
                'x is read as it is. Between the last block and the output stands params["norm"]: '
                "the output matrix has only ever seen normed vectors.",
            ),
            Mistake(
                "differences",
                wrong.readings(differences=True),
                "You read what each block adds. That is a good question, too, but here the sum so "
                "far is asked for, as if the model ended there.",
            ),
            Mistake(
                "from_the_start",
                wrong.readings(from_the_start=True),
                "Each block is run on the embedding alone. It goes on from the block below: put "
                "its result back into x.",
            ),
            Mistake(
                "no_mask",
                wrong.readings(causal=False),
                "The blocks run without a mask, so each position has seen the tokens that follow "
                "it. This is a language model: attention.causal_mask(T).",
            ),
            Mistake(
                "probabilities",
                wrong.readings(probabilities=True),
                "These are probabilities. The logits are asked for, as they stand before softmax.",
            ),
            Mistake(
                "no_bias",
                wrong.readings(bias=False),
                'The output\'s bias is missing: params["output"]["b"] is added to every reading.',
            ),
            Mistake(
                "no_eps",
                wrong.readings(eps=lambda config: 1e-5),
                "The norm does not use config.eps, but the default of layer_norm. Hand it on: "
                "eps=config.eps.",
            ),
            Mistake(
                "embedding_as_output",
                wrong.readings(matrix=lambda params: params["embedding"]["W"].T),
                "You read with the embedding, transposed. Tied models do that; this one is untied "
                'and has a matrix of its own: params["output"]["W"].',
            ),
            Mistake(
                "no_positions",
                wrong.readings(positions=False),
                "The vectors have no positions. embed(ids, params, config) does what stands before "
                "the first block.",
            ),
        ),
        correct=(
            read_out_after_blocks,
            _one_model_for_each_depth,
            _into_a_full_array,
        ),
        hints=(
            "It is your stack, except that after the embedding and after each block you also read: "
            "last norm, output matrix.",
            "x, _ = embed(ids, params, config); in the loop x, _ = blocks.encoder_block(x, "
            "block_params, config, attention.causal_mask(T)). Collect x before the loop and after "
            "each step.",
            'A reading: z, _ = layers.layer_norm(x, **params["norm"], eps=config.eps), then '
            'layers.linear(z, params["output"]["W"], params["output"]["b"])[0].',
            "np.stack(readings) makes one array (n_layers + 1, B, T, vocab_size) of a list of "
            "arrays (B, T, vocab_size).",
        ),
    )
)
