"""Feed-forward, residual and blocks: gradients, dtypes, PyTorch, what must not matter."""

import numpy as np
from cases import CAUSAL, KEY_MASK, MEMORY, Case, X, block_params, draw, rng_again
from checks import make_tests
from golden import plain, with_config
from sizes import D_MODEL, T_Q, B, make_config, make_params

from course_lib import blocks, layers


def feed_forward_case(activation):
    """Linear, activation, linear."""
    return Case(
        lambda x, params: blocks.feed_forward(x, params, activation),
        blocks.feed_forward_backward,
        lambda rng: (*draw(X)(rng), block_params(rng, make_config())["feed_forward"]),
    )


def residual_case(norm, p=0.0):
    """A linear map as the sublayer."""
    config = make_config(norm=norm, dropout=p)

    def forward(x, W, b, norm_params):
        return blocks.residual(
            x, lambda z: layers.linear(z, W, b), norm_params, config, rng_again()
        )

    def backward(dout, cache):
        dx, dnorm, dW, db = blocks.residual_backward(dout, cache, layers.linear_backward)
        return dx, dW, db, dnorm

    def make_args(rng):
        x, W, b = draw(X, (D_MODEL, D_MODEL), (D_MODEL,))(rng)
        return x, W, b, block_params(rng, config).get("norm_1", {})

    return Case(forward, backward, make_args)


def encoder_block_case(mask=None, **changes):
    """One block of an encoder."""
    config = make_config(**changes)
    return Case(
        lambda x, params: blocks.encoder_block(x, params, config, mask, rng_again()),
        blocks.encoder_block_backward,
        lambda rng: (*draw(X)(rng), block_params(rng, config)),
    )


def decoder_block_case(**changes):
    """One block of a decoder with cross-attention, both masks at work."""
    config = make_config("encoder-decoder", **changes)
    return Case(
        lambda x, memory, params: blocks.decoder_block(
            x, memory, params, config, CAUSAL, KEY_MASK, rng_again()
        ),
        blocks.decoder_block_backward,
        lambda rng: (*draw(X, MEMORY)(rng), block_params(rng, config)),
    )


CASES = {
    "feed_forward/relu": feed_forward_case("relu"),
    "feed_forward/gelu": feed_forward_case("gelu"),
    "feed_forward/gelu_exact": feed_forward_case("gelu_exact"),
    "residual/pre": residual_case("pre"),
    "residual/post": residual_case("post"),
    "residual/none": residual_case("none"),
    "residual/pre, dropout": residual_case("pre", 0.3),
    "residual/post, dropout": residual_case("post", 0.3),
    "encoder_block/pre": encoder_block_case(CAUSAL),
    "encoder_block/post": encoder_block_case(norm="post", activation="gelu"),
    "encoder_block/none": encoder_block_case(norm="none", activation="gelu_exact"),
    "encoder_block/attention alone": encoder_block_case(d_ff=0),
    "decoder_block/attention alone": decoder_block_case(d_ff=0, norm="post"),
    "encoder_block/dropout": encoder_block_case(dropout=0.3),
    "decoder_block/pre": decoder_block_case(),
    "decoder_block/post": decoder_block_case(norm="post", activation="gelu"),
    "decoder_block/none": decoder_block_case(norm="none", activation="gelu_exact"),
    "decoder_block/dropout": decoder_block_case(dropout=0.3),
}


ENCODER_BLOCK = plain(
    with_config(blocks.encoder_block), blocks.encoder_block_backward, "x", "params"
)
DECODER_BLOCK = plain(
    with_config(blocks.decoder_block), blocks.decoder_block_backward, "x", "memory", "params"
)
FEED_FORWARD = plain(blocks.feed_forward, blocks.feed_forward_backward, "x", "params")
GOLDENS = {
    "feed_forward_relu": FEED_FORWARD,
    "feed_forward_gelu": FEED_FORWARD,
    "feed_forward_gelu_exact": FEED_FORWARD,
    "encoder_block_pre_relu": ENCODER_BLOCK,
    "encoder_block_post_gelu": ENCODER_BLOCK,
    "encoder_block_none_relu": ENCODER_BLOCK,
    "decoder_block_pre_gelu_exact": DECODER_BLOCK,
    "decoder_block_post_relu": DECODER_BLOCK,
    "decoder_block_none_gelu": DECODER_BLOCK,
}


def residual_with(change):
    """Let `change` spoil the gradient of x, given also the upstream gradient."""

    def backward(dout, cache):
        dx, dnorm, dW, db = blocks.residual_backward(dout, cache, layers.linear_backward)
        return change(dx, dout), dW, db, dnorm

    return backward


WRONG_BACKWARDS = {
    "residual/pre: residual lost": residual_with(lambda dx, dout: dx - dout),
    "residual/none: residual lost": residual_with(lambda dx, dout: dx - dout),
    "residual/none: sublayer lost": residual_with(lambda dx, dout: dout),
    "residual/pre: residual twice": residual_with(lambda dx, dout: dx + dout),
}


TestBlocks = make_tests(
    blocks,
    CASES,
    wrong_backwards=WRONG_BACKWARDS,
    goldens=GOLDENS,
    not_in_goldens=["residual_backward"],  # compared as a part of the blocks
)


def test_without_positions_attention_does_not_see_order(rng):
    config = make_config(norm="post")
    params = make_params(config, rng)["blocks"][0]
    x, order = rng.standard_normal((B, T_Q, D_MODEL)), rng.permutation(T_Q)
    out, _ = blocks.encoder_block(x, params, config)
    shuffled, _ = blocks.encoder_block(x[:, order], params, config)
    np.testing.assert_allclose(shuffled, out[:, order], rtol=0, atol=1e-13)
