"""Cases of blocks and of whole models."""

from itertools import cycle

from course_lib import attention, blocks, layers, model, stack

from .case import IDS, PADDED_IDS, PADDED_SOURCE_IDS, SOURCE_IDS, Case, draw, rng_again
from .sizes import D_MODEL, T_K, T_Q, B, make_config, make_params

X, MEMORY = (B, T_Q, D_MODEL), (B, T_K, D_MODEL)
CAUSAL = attention.causal_mask(T_Q)
KEY_MASK = attention.padding_mask(PADDED_SOURCE_IDS, 0)


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


def block_params(rng, config):
    """Draw the parameters of one block, of a decoder where the family has cross-attention."""
    params = make_params(config, rng)
    return params.get("decoder", params)["blocks"][0]


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


def embed_case(**changes):
    """Tokens, positions, dropout."""
    config, before = make_config(**changes), ("embedding", "positions")
    return Case(
        lambda params: stack.embed(PADDED_IDS, params, config, rng_again(), 1),
        stack.embed_backward,
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k in before},),
    )


def stack_case(**changes):
    """Embedding, positions, blocks, last norm."""
    config = make_config(**changes)
    return Case(
        lambda params: stack.encoder_stack(PADDED_IDS, params, config, rng_again()),
        lambda dout, cache: stack.stack_backward(dout, cache, blocks.encoder_block_backward),
        lambda rng: ({k: v for k, v in make_params(config, rng).items() if k != "output"},),
    )


BLOCKS = {
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
    "embed": embed_case(),
    "embed/scaled": embed_case(scale_embedding=True, positions="sinusoidal", dropout=0.3),
    "embed/no positions": embed_case(positions="none"),
    "stack": stack_case(),
    "stack/scaled": stack_case(scale_embedding=True, norm="post", positions="sinusoidal"),
}


FAMILIES = {
    "encoder": (model.classifier, model.classifier_backward),
    "decoder": (model.language_model, model.language_model_backward),
    "encoder-decoder": (model.encoder_decoder, model.encoder_decoder_backward),
}


def model_case(family, **changes):
    """A whole model on padded ids; without a pad_id on ids that are not padded."""
    config = make_config(family, **changes)
    target_ids, source_ids = (
        (PADDED_IDS, PADDED_SOURCE_IDS) if config.pad_id is not None else (IDS, SOURCE_IDS)
    )
    ids = (source_ids, target_ids) if family == "encoder-decoder" else (target_ids,)
    forward, backward = FAMILIES[family]
    return Case(
        lambda params: forward(*ids, params, config, rng_again()),
        backward,
        lambda rng: (make_params(config, rng),),
    )


VARIANTS = {
    f"{norm} {activation} {positions}": {
        "norm": norm,
        "activation": activation,
        "positions": positions,
    }
    for norm in ("pre", "post", "none")
    for activation in ("relu", "gelu", "gelu_exact")
    for positions in ("learned", "sinusoidal", "none")
}
SPECIAL = {
    "two layers": {"n_layers": 2},
    "dropout": {"n_layers": 2, "dropout": 0.2},
    "scaled embedding": {"scale_embedding": True, "norm": "post"},
    "no pad_id": {"pad_id": None},
    "attention alone": {"d_ff": 0, "n_layers": 2},
}
SETTINGS = VARIANTS | SPECIAL


def in_turn(family, name, values):
    """Pair every setting with one of `values`, one after the other: {case name: case}."""
    function = FAMILIES[family][0].__name__
    return {
        f"{function}/{setting}, {name} {value}": model_case(family, **changes, **{name: value})
        for (setting, changes), value in zip(SETTINGS.items(), cycle(values), strict=False)
    }


MODELS = {
    **in_turn("encoder", "pooling", ("mean", "first", "last", "max")),
    **in_turn("decoder", "tied", (False, True)),
    **in_turn("encoder-decoder", "tied", (True, False)),
}
