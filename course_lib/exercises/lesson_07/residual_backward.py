"""Exercise: residual_backward."""

import numpy as np

from course_lib import blocks, layers
from course_lib.layers import dropout_backward, layer_norm_backward
from course_lib.params import TransformerConfig

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def residual_backward_cases(rng):
    def case(norm, label, dropout=0.0):
        config = TransformerConfig("decoder", 11, d_model=5, n_heads=1, norm=norm, dropout=dropout)
        x, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 5)), rng.normal(size=5)
        norm_params = {"gamma": rng.normal(size=5), "beta": rng.normal(size=5)}

        def sublayer(z):
            return layers.linear(z, W, b)

        out, cache = blocks.residual(x, sublayer, norm_params, config, np.random.default_rng(3))
        return Case((rng.normal(size=out.shape), cache, linear_params_backward), label=label)

    by_hand = blocks.ResidualCache(None, 3.0, (None,), "none")
    return [
        # out = x + 3 x: the sublayer triples, so dout comes back once by itself and three times.
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, _times_backward),
            label="no norm, a sublayer that triples",
            expected=([[[4.0, -8.0]]], None, None),
        ),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, lambda dout, cache: (dout, {})),
            label="a sublayer that hands dout on as it is",
            expected=([[[2.0, -4.0]]], None, None),
        ),
        case("none", "no norm, a linear sublayer"),
        case("pre", "pre-norm"),
        case("post", "post-norm"),
        case("pre", "pre-norm with dropout", dropout=0.3),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, lambda dout, cache: (3 * dout, 7 * dout, {})),
            label="a sublayer with two gradients, as cross-attention",
        ),
    ]


def linear_params_backward(dout, cache):
    """The backward of a sublayer that has a dict of parameters: (dx, dparams)."""
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, {"W": dW, "b": db}


def _times_backward(dout, cache):
    return dout * cache, {}


def _plain(dout, cache, sublayer_backward):
    dnorm = {}
    if cache.kind == "post":
        dout, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dout, cache.norm)
    dupdate = dropout_backward(dout, cache.dropout)
    dinside, *rest = sublayer_backward(dupdate, cache.sublayer)
    if cache.kind == "pre":
        dinside, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dinside, cache.norm)
    return dout + dinside, dnorm, *rest


def _three_kinds(dout, cache, sublayer_backward):
    if cache.kind == "none":
        branch, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer)
        return dout + branch, {}, *rest
    if cache.kind == "pre":
        branch, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer)
        dx, dgamma, dbeta = layer_norm_backward(branch, cache.norm)
        return dx + dout, {"beta": dbeta, "gamma": dgamma}, *rest
    total, dgamma, dbeta = layer_norm_backward(dout, cache.norm)
    branch, *rest = sublayer_backward(dropout_backward(total, cache.dropout), cache.sublayer)
    return total + branch, {"gamma": dgamma, "beta": dbeta}, *rest


def _with(identity=1, branch=1, dropout=True):
    """The backward with another weight for one of the two ways, or without dropout."""

    def answer(dout, cache, sublayer_backward):
        if not dropout:
            cache = cache._replace(dropout=(None,))
        dx, dnorm, *rest = _plain(dout, cache, sublayer_backward)
        shortcut = layer_norm_backward(dout, cache.norm)[0] if cache.kind == "post" else dout
        return identity * shortcut + branch * (dx - shortcut), dnorm, *rest

    return answer


def _shortcut_through_the_norm(dout, cache, sublayer_backward):
    dnorm = {}
    if cache.kind == "post":
        dout, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dout, cache.norm)
    dinside, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer)
    dinside = dinside + dout
    if cache.kind == "pre":
        dinside, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dinside, cache.norm)
    return dinside, dnorm, *rest


def _shortcut_past_the_norm(dout, cache, sublayer_backward):
    dx, dnorm, *rest = _plain(dout, cache, sublayer_backward)
    if cache.kind == "post":
        dx = dx - layer_norm_backward(dout, cache.norm)[0] + dout
    return dx, dnorm, *rest


def _norm_last(dout, cache, sublayer_backward):
    dx, _, *rest = _plain(dout, cache._replace(kind="none"), sublayer_backward)
    if cache.kind == "none":
        return dx, {}, *rest
    if cache.kind == "pre":
        return _plain(dout, cache, sublayer_backward)
    dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
    return dx, {"gamma": dgamma, "beta": dbeta}, *rest


def _always_pre(dout, cache, sublayer_backward):
    return _plain(dout, cache._replace(kind="pre"), sublayer_backward)


def _norm_skipped(dout, cache, sublayer_backward):
    return _plain(dout, cache._replace(kind="none"), sublayer_backward)


def _kinds_swapped(dout, cache, sublayer_backward):
    dnorm = {}
    if cache.kind == "pre":
        dout, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dout, cache.norm)
    dupdate = dropout_backward(dout, cache.dropout)
    dinside, *rest = sublayer_backward(dupdate, cache.sublayer)
    if cache.kind == "post":
        dinside, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dinside, cache.norm)
    return dout + dinside, dnorm, *rest


def _whole_cache(dout, cache, sublayer_backward):
    def back(dupdate, _):
        return sublayer_backward(dupdate, cache)

    return _plain(dout, cache, back)


def _rest_in_a_list(dout, cache, sublayer_backward):
    dx, dnorm, *rest = _plain(dout, cache, sublayer_backward)
    return dx, dnorm, rest


def _two_from_the_sublayer(dout, cache, sublayer_backward):
    dx, dnorm, dparams = _plain(dout, cache, sublayer_backward)
    return dx, dnorm, dparams


def _dropout_last(dout, cache, sublayer_backward):
    def back(dbranch, inner):
        dinside, *rest = sublayer_backward(dbranch, inner)
        return dropout_backward(dinside, cache.dropout), *rest

    return _plain(dout, cache._replace(dropout=(None,)), back)


def _rest_lost(dout, cache, sublayer_backward):
    return _plain(dout, cache, sublayer_backward)[:2]


register(
    Exercise(
        name="residual_backward",
        lesson=7,
        reference=blocks.residual_backward,
        shown=_plain,
        cases=residual_backward_cases,
        returns=("dx", "dnorm", "dparams"),
        mistakes=(
            Mistake(
                "identity_forgotten",
                _with(identity=0),
                "The identity path is missing: only what came through the sublayer is there. In "
                "out = x + sublayer(x) the x reaches out directly, with slope 1: add dout itself.",
            ),
            Mistake(
                "sublayer_forgotten",
                _with(branch=0),
                "Only the identity path is there. x also went into the sublayer: add what "
                "sublayer_backward returns.",
            ),
            Mistake(
                "identity_twice",
                _with(identity=2),
                "The identity path is counted twice: dx holds dout two times.",
            ),
            Mistake(
                "shortcut_through_the_norm",
                _shortcut_through_the_norm,
                "With pre-norm the identity path goes past the norm: only the branch was "
                "normalized. Send the gradient of the branch through layer_norm_backward, and add "
                "dout after that.",
            ),
            Mistake(
                "shortcut_past_the_norm",
                _shortcut_past_the_norm,
                "With post-norm the sum x + sublayer(x) was normalized as a whole. Both ways, the "
                "identity too, begin behind that norm: what is added is the gradient that "
                "layer_norm_backward returned, not the dout that came in.",
            ),
            Mistake(
                "norm_skipped",
                _norm_skipped,
                'The layer norm is left out. With "post" it is the first step back, with "pre" '
                "the last of the branch; its dgamma and dbeta go into dnorm.",
            ),
            Mistake(
                "norm_last",
                _norm_last,
                "With post-norm the norm was the last step of the forward, so it is the first of "
                "the backward. Yours goes back through it at the end.",
            ),
            Mistake(
                "always_pre",
                _always_pre,
                "Every residual is treated as pre-norm. cache.kind says where the norm stood: "
                '"pre", "post" or "none".',
            ),
            Mistake(
                "dropout_forgotten",
                _with(dropout=False),
                "Dropout is left out: entries that were dropped get a gradient. The branch passes "
                "dropout_backward(dout, cache.dropout) first; the identity path does not.",
            ),
            Mistake(
                "dropout_on_both",
                lambda dout, cache, sublayer_backward: _plain(
                    dropout_backward(dout, cache.dropout),
                    cache._replace(dropout=(None,)),
                    sublayer_backward,
                ),
                "dropout is applied to the identity path too. It stood after the sublayer, before "
                "the sum: only the branch goes back through it.",
            ),
            Mistake(
                "dropout_last",
                _dropout_last,
                "dropout_backward comes after sublayer_backward. Dropout was the last step of the "
                "branch, so it is the first on the way back.",
            ),
            Mistake(
                "kinds_swapped",
                _kinds_swapped,
                '"pre" and "post" have changed places. On the way back the order is turned round: '
                "a norm before the sublayer comes last, in the branch; a norm after the sum comes "
                "first.",
            ),
            Mistake(
                "whole_cache",
                _whole_cache,
                "sublayer_backward gets the cache of the whole residual. It knows its own alone: "
                "cache.sublayer.",
            ),
            Mistake(
                "rest_in_a_list",
                _rest_in_a_list,
                "`rest` is a list, and it is returned as one thing. A star lays its entries out: "
                "return dx, dnorm, *rest.",
            ),
            Mistake(
                "two_from_the_sublayer",
                _two_from_the_sublayer,
                "This sublayer returns three things, and you take two. After dx there may be any "
                "number: dinside, *rest = sublayer_backward(...), and *rest at the end.",
            ),
            Mistake(
                "rest_lost",
                _rest_lost,
                "What sublayer_backward returns after its first gradient, those of its parameters, "
                "is lost. dinside, *rest = sublayer_backward(...) collects it; return *rest at the "
                "end.",
            ),
        ),
        correct=(_plain, _three_kinds),
        hints=(
            "x is used twice: it goes on as it is, and it goes into the branch. Two gradients add "
            "up.",
            "The branch from its end: dropout_backward, sublayer_backward, and with pre-norm "
            "layer_norm_backward. The identity: dout.",
            "With post-norm the norm comes first on the way back, before the two ways part: "
            "replace dout by what layer_norm_backward returns for its input.",
            "dinside, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), "
            "cache.sublayer) … return dout + dinside, dnorm, *rest",
        ),
    )
)
