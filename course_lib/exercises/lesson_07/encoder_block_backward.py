"""Exercise: encoder_block_backward."""

import numpy as np

from course_lib import attention, blocks
from course_lib.attention import multi_head_attention_backward
from course_lib.blocks import feed_forward_backward, residual_backward
from course_lib.params import TransformerConfig, init_params

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def encoder_block_backward_cases(rng):
    def case(label, norm="pre", d_ff=11, activation="relu"):
        config = TransformerConfig(
            "decoder", 13, d_model=9, n_heads=3, n_layers=1, d_ff=d_ff, norm=norm,
            activation=activation,
        )  # fmt: skip
        params = init_params(config, rng, np.float64)["blocks"][0]
        x = rng.normal(size=(2, 5, 9))
        out, cache = blocks.encoder_block(x, params, config, attention.causal_mask(5))
        dout = 0.02 * rng.normal(
            size=out.shape
        )  # b_K has the gradient 0: a float32 answer must pass
        return Case((dout, cache), label=label)

    return [
        case("no norm", norm="none"),
        case("pre-norm"),
        case("post-norm", norm="post", activation="gelu"),
        case("attention alone, no feed-forward", d_ff=0),
    ]


def _self_attention(dout, cache):
    dx_asking, dx_asked, dparams = multi_head_attention_backward(dout, cache)
    return dx_asking + dx_asked, dparams


def _plain(dout, cache):
    def self_attention_backward(dout, cache):
        dx_asking, dx_asked, dparams = multi_head_attention_backward(dout, cache)
        return dx_asking + dx_asked, dparams

    dparams = {}
    if cache.feed_forward is not None:
        dout, dnorm, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        if dnorm:
            dparams["norm_2"] = dnorm
    dx, dnorm, dparams["attention"] = residual_backward(
        dout, cache.attention, self_attention_backward
    )
    if dnorm:
        dparams["norm_1"] = dnorm
    return dx, dparams


def _step_by_step(dout, cache):
    grads = {}
    if cache.feed_forward:
        dout, grads["norm_2"], grads["feed_forward"] = residual_backward(
            dout, cache.feed_forward, blocks.feed_forward_backward
        )
    dx, grads["norm_1"], asked, grads["attention"] = residual_backward(
        dout, cache.attention, attention.multi_head_attention_backward
    )
    if cache.attention.kind == "pre":  # the keys' and values' way leads through the norm too
        dx, grads["norm_1"], grads["attention"] = residual_backward(
            dout, cache.attention, _self_attention
        )
    else:
        dx = dx + asked
    return dx, {name: grad for name, grad in grads.items() if grad}


def _with(attend=_self_attention, clean=True, names=("norm_1", "norm_2"), through=True):
    """The backward with another self-attention, other names, or a feed-forward left aside."""

    def answer(dout, cache):
        dparams, upstream = {}, dout
        if cache.feed_forward is not None:
            dout, dparams[names[1]], dparams["feed_forward"] = residual_backward(
                dout, cache.feed_forward, feed_forward_backward
            )
        dx, dparams[names[0]], dparams["attention"] = residual_backward(
            dout if through else upstream, cache.attention, attend
        )
        if clean:
            dparams = {name: grad for name, grad in dparams.items() if grad}
        return dx, dparams

    return answer


def _one_way(place):
    def attend(dout, cache):
        grads = multi_head_attention_backward(dout, cache)
        return grads[place], grads[2]

    return attend


def _memory_as_rest(dout, cache):
    dparams = {}
    if cache.feed_forward is not None:
        dout, dparams["norm_2"], dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
    dx, dnorm, dparams["attention"] = residual_backward(
        dout, cache.attention, multi_head_attention_backward
    )
    return dx, dparams | {"norm_1": dnorm}


def _memory_past_the_norm(dout, cache):
    dparams = {}
    if cache.feed_forward is not None:
        dout, dparams["norm_2"], dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
    dx, dparams["norm_1"], dmemory, dparams["attention"] = residual_backward(
        dout, cache.attention, multi_head_attention_backward
    )
    return dx + dmemory, {name: grad for name, grad in dparams.items() if grad}


def _feed_forward_needed(dout, cache):
    dout, dnorm_2, dfeed = residual_backward(dout, cache.feed_forward, feed_forward_backward)
    dx, dnorm_1, dattention = residual_backward(dout, cache.attention, _self_attention)
    dparams = {"attention": dattention, "norm_1": dnorm_1, "feed_forward": dfeed, "norm_2": dnorm_2}
    return dx, {name: grad for name, grad in dparams.items() if grad}


def _attention_first(dout, cache):
    dout, dnorm_1, dattention = residual_backward(dout, cache.attention, _self_attention)
    dparams = {"attention": dattention, "norm_1": dnorm_1}
    if cache.feed_forward is not None:
        dout, dparams["norm_2"], dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
    return dout, {name: grad for name, grad in dparams.items() if grad}


register(
    Exercise(
        name="encoder_block_backward",
        lesson=7,
        reference=blocks.encoder_block_backward,
        shown=_plain,
        cases=encoder_block_backward_cases,
        returns=("dx", "dparams"),
        mistakes=(
            Mistake(
                "queries_alone",
                _with(attend=_one_way(0)),
                "In self-attention x is also the memory. You keep only the gradient that came back "
                "through the queries; add the second one, through keys and values.",
            ),
            Mistake(
                "memory_alone",
                _with(attend=_one_way(1)),
                "You keep only the gradient that came back through keys and values. x asked the "
                "queries too: add the first one.",
            ),
            Mistake(
                "memory_as_rest",
                _memory_as_rest,
                "multi_head_attention_backward returns three things, so residual_backward returns "
                "four. Wrap it in a small function that returns (dx + dmemory, dparams).",
            ),
            Mistake(
                "memory_past_the_norm",
                _memory_past_the_norm,
                "dmemory is added after residual_backward, past the norm. With pre-norm the keys "
                "and values were made of the normalized x: add the two gradients inside, before "
                "they go back through the norm. A small function that returns (dx + dmemory, "
                "dparams) does it.",
            ),
            Mistake(
                "attention_first",
                _attention_first,
                "The attention was the first sublayer of the forward, so it is the last of the "
                "backward. Begin with the feed-forward.",
            ),
            Mistake(
                "not_handed_on",
                _with(through=False),
                "Both sublayers get the same dout. What the feed-forward's residual returns as its "
                "dx is the gradient of what came out of the attention: hand it on.",
            ),
            Mistake(
                "norms_swapped",
                _with(names=("norm_2", "norm_1")),
                "The two norms have changed names: norm_1 belongs to the attention, norm_2 to the "
                "feed-forward.",
            ),
            Mistake(
                "empty_norms",
                _with(clean=False),
                "Without norms dnorm is an empty dict, and it does not belong into dparams: the "
                "block has no norm_1 and norm_2 then.",
            ),
            Mistake(
                "feed_forward_needed",
                _feed_forward_needed,
                "A block may be attention alone; then cache.feed_forward is None, and there is "
                "nothing to go back through.",
            ),
        ),
        correct=(_plain, _step_by_step),
        hints=(
            "Two residuals, the last one first. residual_backward does each, if you tell it how to "
            "go back through the sublayer.",
            "dout, dnorm_2, dfeed = residual_backward(dout, cache.feed_forward, "
            "feed_forward_backward), where cache.feed_forward is not None.",
            "For the attention write a small function inside: call multi_head_attention_backward "
            "and return (dx + dmemory, dparams), for x was both.",
            "dparams has the keys attention, norm_1, feed_forward, norm_2; put in a norm only if "
            "its dict is not empty.",
        ),
    )
)
