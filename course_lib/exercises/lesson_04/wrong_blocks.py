"""Blocks with one step done wrong: the mistakes that the checks recognize."""

from typing import Any

from course_lib import attention, blocks, layers


def sublayers(params, config, mask=None, past=None, activation=None):
    """Self-attention and feed-forward of a block, as functions of one array."""

    def attend(z):
        return attention.attend(z, z, params["attention"], config.n_heads, mask, past)

    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], activation or config.activation)

    return attend, feed


def encoder_variant(
    order=("attention", "feed_forward"),
    norms=("norm_1", "norm_2"),
    use_mask=True,
    drops=("attention", "feed_forward"),
    use_past=True,
    activation=None,
    residual=blocks.residual,
    get=dict.get,
):
    """An encoder block with one step replaced."""

    def answer(x, params, config, mask=None, rng=None, past=None):
        attend, feed = sublayers(
            params, config, mask if use_mask else None, past if use_past else None, activation
        )
        for part in order:
            given = rng if part in drops else None
            if part == "attention":
                x = residual(x, attend, get(params, norms[0]), config, given)[0]
            elif part in params:
                x = residual(x, feed, get(params, norms[1]), config, given)[0]
        return x

    return answer


def demand(params, name):
    """Read a norm with square brackets."""
    return params[name]


def needs_feed_forward(x, params, config, mask=None, rng=None, past=None):
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    return blocks.residual(out, feed, params.get("norm_2"), config, rng)[0]


def no_residual(x, sublayer, norm_params, config, rng=None):
    out, cache = blocks.residual(x, sublayer, norm_params, config, rng)
    return (out - x if config.norm != "post" else sublayer(x)[0]), cache


def residual_twice(x, sublayer, norm_params, config, rng=None):
    out, cache = blocks.residual(x, sublayer, norm_params, config, rng)
    return x + out, cache


def feed_added(x, params, config, mask=None, rng=None, past=None):
    """What the second residual returns is added to what goes in."""
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    if "feed_forward" in params:
        out = out + blocks.residual(out, feed, params.get("norm_2"), config, rng)[0]
    return out


def norm_twice(x, sublayer, norm_params, config, rng=None):
    if norm_params is not None:
        x, _ = layers.layer_norm(x, **norm_params, eps=config.eps)
    return blocks.residual(x, sublayer, norm_params, config, rng)


def side_by_side(x, params, config, mask=None, rng=None, past=None):
    """Both sublayers read x: their updates are added up."""
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    if "feed_forward" in params:
        out = out + blocks.residual(x, feed, params.get("norm_2"), config, rng)[0] - x
    return out


def attention_lost(x, params, config, mask=None, rng=None, past=None):
    """The second residual begins at x again."""
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    if "feed_forward" in params:
        out, _ = blocks.residual(x, feed, params.get("norm_2"), config, rng)
    return out


def sublayer_called(x, params, config, mask=None, rng=None, past=None):
    attend, _ = sublayers(params, config, mask, past)
    return blocks.residual(x, attend(x), params.get("norm_1"), config, rng)[0]


def feed_without_cache(x, params, config, mask=None, rng=None, past=None):
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    if "feed_forward" in params:
        out, _ = blocks.residual(out, lambda z: feed(z)[0], params.get("norm_2"), config, rng)
    return out


def feed_reads_x(x, params, config, mask=None, rng=None, past=None):
    attend, feed = sublayers(params, config, mask, past)
    out, _ = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    if "feed_forward" in params:
        out, _ = blocks.residual(out, lambda z: feed(x), params.get("norm_2"), config, rng)
    return out


def decoder_variant(
    order=("attention", "cross_attention", "feed_forward"),
    norms=("norm_1", "norm_2", "norm_3"),
    cross="memory",
    masks=("mask", "memory_mask"),
    pasts=("past", "memory_past"),
    asks="z",
    shared=False,
    reads="z",
    drops=("attention", "cross_attention", "feed_forward"),
    begins_at=None,
):
    """A decoder block with one step replaced."""

    def answer(
        x, memory, params, config, mask=None, memory_mask=None, rng=None, past=None,
        memory_past=None,
    ):  # fmt: skip
        given: dict[str | None, Any] = {"mask": mask, "memory_mask": memory_mask, "past": past}
        given |= {"memory_past": memory_past, None: None}
        given["causal"] = attention.causal_mask(x.shape[1])
        attend, feed = sublayers(params, config, given[masks[0]], given[pasts[0]])

        def attend_x(z):
            return attend(x)

        def cross_attend(z):
            source = {"memory": memory, "z": z, "x": x}
            return attention.attend(
                source[asks],
                source[cross],
                params["attention" if shared else "cross_attention"],
                config.n_heads,
                given[masks[1]],
                given[pasts[1]],
            )

        parts = {
            "attention": attend_x if reads == "x" else attend,
            "cross_attention": cross_attend,
            "feed_forward": feed,
        }
        named = dict(zip(parts, norms, strict=True))
        out = x
        for part in order:
            if part in params:
                out, _ = blocks.residual(
                    x if part == begins_at else out,
                    parts[part],
                    params.get(named[part]),
                    config,
                    rng if part in drops else None,
                )
        return out

    return answer
