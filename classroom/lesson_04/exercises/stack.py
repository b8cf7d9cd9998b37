"""stack: the embedding, the blocks one after the other, the last norm."""

from textwrap import indent

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import VOCAB, B, draw_params, make_config
from course_lib import blocks


def double_and_shift(x, params, index):
    """A block for cases: easy by hand, and its cache says which block it was."""
    return x * 2 + params["shift"], ("the cache of block", index)


def index_plus_one(x, params, index):
    """A block that reads its index."""
    return x * (index + 1) + params["shift"], ("the cache of block", index)


def cases(rng):
    ids = rng.integers(VOCAB, size=(B, 5))
    by_hand = {
        "embedding": {"W": np.array([[0.0, 0], [1, 2], [3, 4]])},
        "blocks": [{"shift": 1.0}, {"shift": 10.0}],
    }
    small = make_config(
        d_model=2, n_heads=1, d_ff=0, n_layers=2, vocab_size=3, norm="none", positions="none"
    )

    def case(label, *rest, block=index_plus_one, **changes):
        config = make_config(n_layers=3, **changes)
        params = draw_params(config, rng)
        if block is index_plus_one:
            params["blocks"] = [{"shift": rng.normal(size=config.d_model)} for _ in range(3)]
        return Case((ids, params, config, block, *rest), label=label)

    def encoder_block(x, params, index):
        return blocks.encoder_block(x, params, make_config(n_layers=3))

    return [
        # 1, 2 -> 3, 5 -> 16, 20 and 3, 4 -> 7, 9 -> 24, 28
        Case(
            (np.array([[1, 2]]), by_hand, small, double_and_shift),
            label="two blocks, worked by hand",
            expected=([[[16, 20], [24, 28]]], None),
        ),
        case("three blocks, post-norm", norm="post"),
        case("three blocks, pre-norm with a large eps", eps=0.1),
        case("blocks of attention and feed-forward", block=encoder_block),
        case("dropout", np.random.default_rng(1), dropout=0.4),
    ]


returns = ("out", "cache")

LAST_NORM = """    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
"""

mistakes = [
    Mistake(
        "from_the_start",
        {
            "    block_caches = []": "    first = x\n    block_caches = []",
            "block(x,": "block(first,",
        },
        "Every block reads the vectors of the embedding, and only the last one counts. Each block "
        "goes on from the one below: put its result back into x.",
    ),
    Mistake(
        "pair_not_unpacked",
        {"x, block_cache =": "x =", "append(block_cache)": "append(x)"},
        "A block returns a pair, the new x and its cache, and the whole pair goes into the next "
        "block. Take both: x, block_cache = block(x, block_params, index).",
    ),
    Mistake(
        "no_blocks",
        {"x, block_cache": "_, block_cache"},
        "x comes out of the blocks as it went in. A block returns the new x together with its "
        "cache: x, block_cache = block(x, block_params, index).",
    ),
    Mistake(
        "first_params",
        {"(x, block_params": '(x, params["blocks"][0]'},
        "Every block gets the parameters of the first one. Block number `index` has its own: "
        'params["blocks"][index].',
    ),
    Mistake(
        "whole_params",
        {"(x, block_params": "(x, params"},
        "Every block gets the parameters of the whole model. Block number `index` has its own: "
        'params["blocks"][index].',
    ),
    Mistake(
        "always_encoder_block",
        {"block(x, block_params, index)": "blocks.encoder_block(x, block_params, config, rng=rng)"},
        "The stack calls encoder_block itself. What it is to run is the function that it was "
        "given: x, block_cache = block(x, block_params, index).",
    ),
    Mistake(
        "one_block",
        {'params["blocks"]': 'params["blocks"][:1]'},
        lambda case, got, want: (
            f"Only the first block is run, of {len(case.args[1]['blocks'])}. Go through all of "
            'params["blocks"].'
        ),
    ),
    Mistake(
        "last_missing",
        {'params["blocks"]': 'params["blocks"][:-1]'},
        "The last block is not run. len(blocks) - 1 is the index of the last one, and range(n) "
        "already ends there.",
    ),
    Mistake(
        "from_the_top",
        {'enumerate(params["blocks"])': 'reversed(list(enumerate(params["blocks"])))'},
        "The blocks run in the wrong order, the last one first. (That is the order of the way "
        "back, in lesson 7.)",
    ),
    Mistake(
        "residual_added",
        {
            "x, block_cache": "update, block_cache",
            "        block_caches.append": "        x = x + update\n        block_caches.append",
        },
        "x is added to what the block returns. A block already holds its residuals, so its result "
        "takes the place of x.",
    ),
    Mistake(
        "index_from_one",
        {"block_params, index)": "block_params, index + 1)"},
        "The blocks are told an index that is 1 too large. It counts from 0, as enumerate does.",
    ),
    Mistake(
        "no_last_norm",
        {LAST_NORM: ""},
        "The norm after the last block is missing. In pre-norm nothing has normed the sum that "
        'leaves the stack: layers.layer_norm(x, **params["norm"], eps=config.eps).',
    ),
    Mistake(
        "always_last_norm",
        {'config.norm == "pre"': "True"},
        'params["norm"] is read although there is none. The last norm belongs to pre-norm alone: '
        'if config.norm == "pre".',
    ),
    Mistake(
        "last_norm_in_post",
        {'== "pre"': '!= "none"'},
        'params["norm"] is read in post-norm, too. There every block ends in a norm already, so '
        'the stack has none of its own: if config.norm == "pre".',
    ),
    Mistake(
        "no_eps",
        {", eps=config.eps": ""},
        "The last norm does not use config.eps, but the default of layer_norm. Hand it on: "
        "eps=config.eps.",
    ),
    Mistake(
        "norm_first",
        {LAST_NORM: "", "    for index": f"{LAST_NORM}    for index"},
        "The last norm stands before the first block. It comes behind the last one.",
    ),
    Mistake(
        "norm_not_unpacked",
        {"x, norm_cache =": "x ="},
        "layer_norm returns a pair, (out, cache), and x has become the pair. Take both: x, "
        "norm_cache = layers.layer_norm(...).",
    ),
    Mistake(
        "norm_after_each",
        {LAST_NORM: indent(LAST_NORM, "    ")},
        "The last norm is applied after every block. It stands once, behind the loop.",
    ),
    Mistake(
        "rng_ignored",
        {"config, rng)": "config, None)"},
        "Nothing is dropped after the embedding. Hand rng on: embed(ids, params, config, rng).",
    ),
    Mistake(
        "only_last_cache",
        {"block_caches.append(block_cache)": "block_caches = [block_cache]"},
        "Only the last block's cache is kept. The way back needs all of them: append each to "
        "block_caches.",
    ),
]

hints = [
    "Embed, then a loop, then perhaps a norm. Inside the loop x is replaced by what the block "
    "makes of it.",
    "x, embed_cache = embed(ids, params, config, rng), and for index, block_params in "
    'enumerate(params["blocks"]):',
    "In the loop: x, block_cache = block(x, block_params, index), and "
    "block_caches.append(block_cache).",
    'Behind it, if config.norm == "pre": x, norm_cache = layers.layer_norm(x, **params["norm"], '
    "eps=config.eps).",
]
