"""Exercise: stack."""

import numpy as np

from course_lib import blocks, layers
from course_lib.stack import StackCache, embed
from course_lib.stack import stack as reference

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from .drawn import VOCAB, B, draw_params, make_config


def double_and_shift(x, params, index):
    """A block for cases: easy by hand, and its cache says which block it was."""
    return x * 2 + params["shift"], ("the cache of block", index)


def index_plus_one(x, params, index):
    """A block that reads its index."""
    return x * (index + 1) + params["shift"], ("the cache of block", index)


def stack_cases(rng):
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
        case("positions from 7 on", None, 7),
    ]


def _stack(ids, params, config, block, rng=None, start=0):
    x, embed_cache = embed(ids, params, config, rng, start)
    block_caches = []
    for index, block_params in enumerate(params["blocks"]):
        x, block_cache = block(x, block_params, index)
        block_caches.append(block_cache)
    norm_cache = None
    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
    return x, StackCache(embed_cache, block_caches, norm_cache, config)


def _by_recursion(ids, params, config, block, rng=None, start=0):
    def climb(x, index):
        if index == len(params["blocks"]):
            return x, []
        x, cache = block(x, params["blocks"][index], index)
        x, caches = climb(x, index + 1)
        return x, [cache, *caches]

    x, embed_cache = embed(ids, params, config, rng=rng, start=start)
    x, caches = climb(x, 0)
    if config.norm != "pre":
        return x, StackCache(embed_cache, caches, None, config)
    norm = params["norm"]
    x, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
    return x, StackCache(embed_cache, caches, norm_cache, config)


def _with_range(ids, params, config, block, rng=None, start=0):
    states, caches = [embed(ids, params, config, rng, start)], []
    x = states[0][0]
    for index in range(config.n_layers):
        result = block(x, params["blocks"][index], index)
        x = result[0]
        caches += [result[1]]
    norm_cache = None
    if "norm" in params:
        x, norm_cache = layers.layer_norm(x, eps=config.eps, **params["norm"])
    return x, StackCache(states[0][1], caches, norm_cache, config)


def variant(
    use_rng=True,
    use_start=True,
    step=lambda x, first, block, params, index: block(x, params[index], index)[0],
    order=range,
    norm=lambda config: config.norm == "pre",
    norm_inside=False,
    eps=lambda config: config.eps,
):
    """A stack with one step replaced."""

    def answer(ids, params, config, block, rng=None, start=0):
        x, _ = embed(ids, params, config, rng if use_rng else None, start if use_start else 0)
        first = x
        for index in order(len(params["blocks"])):
            x = step(x, first, block, params["blocks"], index)
            if norm_inside and norm(config):
                x, _ = layers.layer_norm(x, **params["norm"], eps=eps(config))
        if norm(config) and not norm_inside:
            x, _ = layers.layer_norm(x, **params["norm"], eps=eps(config))
        return x

    return answer


def _only_last_cache(ids, params, config, block, rng=None, start=0):
    out, cache = reference(ids, params, config, block, rng, start)
    return out, cache._replace(blocks=cache.blocks[-1:])


register(
    Exercise(
        name="stack",
        lesson=4,
        reference=reference,
        shown=_stack,
        cases=stack_cases,
        returns=("out", "cache"),
        mistakes=(
            Mistake(
                "from_the_start",
                variant(step=lambda x, first, block, p, index: block(first, p[index], index)[0]),
                "Every block reads the vectors of the embedding, and only the last one counts. "
                "Each block goes on from the one below: put its result back into x.",
            ),
            Mistake(
                "pair_not_unpacked",
                variant(step=lambda x, first, block, p, index: block(x, p[index], index)),
                "A block returns a pair, the new x and its cache, and the whole pair goes into the "
                "next block. Take both: x, block_cache = block(x, block_params, index).",
            ),
            Mistake(
                "no_blocks",
                variant(step=lambda x, first, block, p, index: x),
                "x comes out of the blocks as it went in. A block returns the new x together with "
                "its cache: x, block_cache = block(x, block_params, index).",
            ),
            Mistake(
                "first_params",
                variant(step=lambda x, first, block, p, index: block(x, p[0], index)[0]),
                "Every block gets the parameters of the first one. Block number `index` has its "
                'own: params["blocks"][index].',
            ),
            Mistake(
                "one_block",
                variant(order=lambda n: range(1)),
                lambda case, got, want: (
                    f"Only the first block is run, of {len(case.args[1]['blocks'])}. Go through "
                    'all of params["blocks"].'
                ),
            ),
            Mistake(
                "last_missing",
                variant(order=lambda n: range(n - 1)),
                "The last block is not run. len(blocks) - 1 is the index of the last one, and "
                "range(n) already ends there.",
            ),
            Mistake(
                "from_the_top",
                variant(order=lambda n: reversed(range(n))),
                "The blocks run in the wrong order, the last one first. (That is the order of the "
                "way back, in lesson 7.)",
            ),
            Mistake(
                "residual_added",
                variant(step=lambda x, first, block, p, index: x + block(x, p[index], index)[0]),
                "x is added to what the block returns. A block already holds its residuals, so "
                "its result takes the place of x.",
            ),
            Mistake(
                "index_from_one",
                variant(step=lambda x, first, block, p, index: block(x, p[index], index + 1)[0]),
                "The blocks are told an index that is 1 too large. It counts from 0, as "
                "enumerate does.",
            ),
            Mistake(
                "no_last_norm",
                variant(norm=lambda config: False),
                "The norm after the last block is missing. In pre-norm nothing has normed the sum "
                'that leaves the stack: layers.layer_norm(x, **params["norm"], eps=config.eps).',
            ),
            Mistake(
                "always_last_norm",
                variant(norm=lambda config: True),
                'params["norm"] is read although there is none. The last norm belongs to pre-norm '
                'alone: if config.norm == "pre".',
            ),
            Mistake(
                "last_norm_in_post",
                variant(norm=lambda config: config.norm != "none"),
                'params["norm"] is read in post-norm, too. There every block ends in a norm '
                'already, so the stack has none of its own: if config.norm == "pre".',
            ),
            Mistake(
                "no_eps",
                variant(eps=lambda config: 1e-5),
                "The last norm does not use config.eps, but the default of layer_norm. Hand it on: "
                "eps=config.eps.",
            ),
            Mistake(
                "norm_after_each",
                variant(norm_inside=True),
                "The last norm is applied after every block. It stands once, behind the loop.",
            ),
            Mistake(
                "rng_ignored",
                variant(use_rng=False),
                "Nothing is dropped after the embedding. Hand rng on: embed(ids, params, config, "
                "rng, start).",
            ),
            Mistake(
                "start_ignored",
                variant(use_start=False),
                lambda case, got, want: (
                    f"The positions begin at 0 in place of {case.args[5]}. Hand start on: "
                    "embed(ids, params, config, rng, start)."
                ),
            ),
            Mistake(
                "only_last_cache",
                _only_last_cache,
                "Only the last block's cache is kept. The way back needs all of them: append each "
                "to block_caches.",
            ),
        ),
        correct=(_stack, _by_recursion, _with_range),
        hints=(
            "Embed, then a loop, then perhaps a norm. Inside the loop x is replaced by what the "
            "block makes of it.",
            "x, embed_cache = embed(ids, params, config, rng, start), and "
            'for index, block_params in enumerate(params["blocks"]):',
            "In the loop: x, block_cache = block(x, block_params, index), and "
            "block_caches.append(block_cache).",
            'Behind it, if config.norm == "pre": x, norm_cache = layers.layer_norm(x, '
            '**params["norm"], eps=config.eps).',
        ),
    )
)
