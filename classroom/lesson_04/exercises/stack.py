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


class Counting:
    """A block that returns something else whenever it is called again."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x, params, index):
        self.calls += 1
        return x * self.calls + params["shift"], ("call number", self.calls)


def cases(rng):
    ids = rng.integers(VOCAB, size=(B, 5))
    by_hand = {
        "embedding": {"W": np.array([[0.0, 0], [1, 2], [3, 4]])},
        "blocks": [{"shift": 1.0}, {"shift": 10.0}],
    }
    small = make_config(
        d_model=2, n_heads=1, d_ff=0, n_layers=2, vocab_size=3, norm="none", positions="none"
    )

    def case(label, *rest, block=index_plus_one, proves="", **changes):
        config = make_config(n_layers=3, **changes)
        params = draw_params(config, rng)
        if block is not encoder_block:
            params["blocks"] = [{"shift": rng.normal(size=config.d_model)} for _ in range(3)]
        return Case((ids, params, config, block, *rest), label=label, proves=proves)

    def encoder_block(x, params, index):
        return blocks.encoder_block(x, params, make_config(n_layers=3))

    return [
        # 1, 2 -> 3, 5 -> 16, 20 and 3, 4 -> 7, 9 -> 24, 28
        Case(
            (np.array([[1, 2]]), by_hand, small, double_and_shift),
            label="two blocks, worked by hand",
            expected=([[[16, 20], [24, 28]]], None),
        ),
        case("three blocks, no norm", norm="none", proves="the way through the blocks"),
        case("three blocks, post-norm", norm="post"),
        case("three blocks, pre-norm with a large eps", eps=0.1, proves="the last norm"),
        case("blocks of attention and feed-forward", block=encoder_block),
        case("dropout", np.random.default_rng(1), dropout=0.4),
        case("a block that counts its calls", block=Counting(), norm="none"),
    ]


returns = ("out", "cache")

LAST_NORM = """    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
"""

CACHED = "        block_caches.append(block_cache)"

mistakes = [
    Mistake(
        "called_twice",
        [
            {
                "= block(x, block_params, index)": "= block(x, block_params, index)[0], "
                "block(x, block_params, index)[1]"
            },
            {
                "        x, block_cache = block(x, block_params, index)\n": "",
                CACHED: "        block_caches.append(block(x, block_params, index)[1])\n"
                "        x = block(x, block_params, index)[0]",
            },
            {"        x, block": "        block(x, block_params, index)\n        x, block"},
        ],
        "Each block is called twice. It may draw random numbers or keep what it has seen, and then "
        "the second call returns something else: call it once and take its result apart.",
    ),
    Mistake(
        "returned_in_the_loop",
        {CACHED: f"{CACHED}\n{' ' * 8}return x, StackCache(embed_cache, block_caches, None, 0)"},
        lambda case, got, want: (
            f"Only the first block is run, of {len(case.args[1]['blocks'])}, and nothing is normed "
            "after it, as happens if `return` stands inside the loop."
        ),
    ),
    Mistake(
        "first_missing",
        {'enumerate(params["blocks"])': 'list(enumerate(params["blocks"]))[1:]'},
        "The first block is not run. Its index is 0.",
    ),
    Mistake(
        "outputs_added",
        {
            "        x, block_cache = block(x,": "        y, block_cache = block(states[-1],",
            "    block_caches = []": "    block_caches, states = [], [x]",
            CACHED: f"{CACHED}\n        states.append(y)",
            '    if config.norm == "pre"': '    x = sum(states[1:])\n    if config.norm == "pre"',
        },
        "The results of all blocks are added up. A block already returns the sum so far: the last "
        "one's result is the result of the stack.",
    ),
    Mistake(
        "updates_of_the_embedding",
        {
            "        x, block_cache = block(x,": "        y, block_cache = block(first,",
            "    block_caches = []": "    first, total, block_caches = x, 0, []",
            CACHED: f"{CACHED}\n        total = total + y",
            '    if config.norm == "pre"': '    x = total\n    if config.norm == "pre"',
        },
        "Every block reads the vectors of the embedding, and their results are added up. Each "
        "block goes on from the one below: put its result back into x.",
    ),
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
        [{"(x, block_params": f'(x, params["blocks"][{place}]'} for place in (0, -1)],
        "Every block gets the parameters of the same one. Block number `index` has its own: "
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
        "embedding_added_again",
        {
            "    block_caches = []": "    first = x\n    block_caches = []",
            '    if config.norm == "pre"': '    x = x + first\n    if config.norm == "pre"',
        },
        "The vectors of the embedding are added to the result of the last block. They are in it "
        "already: every block passes on what it was given.",
    ),
    Mistake(
        "index_from_one",
        {"block_params, index)": "block_params, index + 1)"},
        "The blocks are told an index that is 1 too large. It counts from 0, as enumerate does.",
    ),
    Mistake(
        "index_fixed",
        {"block_params, index)": "block_params, 0)"},
        "Every block is told that it is number 0. Hand its index on.",
    ),
    Mistake(
        "no_last_norm",
        {LAST_NORM: ""},
        "The norm after the last block is missing, or its result is not what you return. In "
        "pre-norm nothing has normed the sum that leaves the stack.",
    ),
    Mistake(
        "norm_of_a_block",
        {'**params["norm"]': '**params["blocks"][-1]["norm_2"]'},
        "The last norm takes its gamma and beta from a block. The stack has a norm of its own: "
        'params["norm"].',
    ),
    Mistake(
        "post_for_pre",
        {'== "pre"': '== "post"'},
        'The last norm is applied if config.norm is "post". It is the other way round: in pre-norm '
        "nothing has normed the sum that leaves the stack, in post-norm every block ends in a "
        "norm.",
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
        "norm_at_both_ends",
        {"    for index": f"{LAST_NORM}    for index"},
        "The last norm stands before the first block as well. It comes once, behind the last one.",
    ),
    Mistake(
        "norm_before_each",
        {
            LAST_NORM: "",
            "        x, block_cache": f"{indent(LAST_NORM, '    ')}        x, block_cache",
        },
        "The last norm is applied before every block, and not behind the last one. A block norms "
        "what its sublayers read; this one stands once, behind the loop.",
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
        "pairs_as_caches",
        {"append(block_cache)": "append((x, block_cache))"},
        "x is right, but the list of caches holds whole pairs, (x, cache). Append the second part "
        "alone.",
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
