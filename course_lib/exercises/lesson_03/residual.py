"""Exercise: residual."""

import numpy as np

from course_lib import blocks, layers
from course_lib.blocks import ResidualCache
from course_lib.params import TransformerConfig

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from .drawn import Drawn
from .wrong_residual import in_place, not_unpacked, variant


def sublayer(z):
    """A sublayer for the cases: something that attention or feed-forward might be."""
    return np.tanh(2.0 * z[..., ::-1]) - 0.3, (z,)


def double(z):
    """A sublayer for the case that is worked by hand."""
    return 2.0 * z, (z,)


def _config(d_model, **fields):
    return TransformerConfig("decoder", vocab_size=2, d_model=d_model, n_heads=1, **fields)


def residual_cases(rng):
    norm = {"gamma": rng.normal(size=7), "beta": rng.normal(size=7)}
    ones = {"gamma": np.ones(5), "beta": np.zeros(5)}
    x = rng.normal(size=(2, 3, 7)) * 3 + 1
    by_hand = np.array([[[0.0, 2, 3, 4, 6]]])  # mean 3, standard deviation 2
    return [
        Case(
            (by_hand, double, None, _config(5, norm="none")),
            label="no norm, worked by hand",
            expected=([[[0.0, 6, 9, 12, 18]]], None),
        ),
        # norm(x) = [-1.5, -0.5, 0, 0.5, 1.5], doubled and added to x.
        Case(
            (by_hand, double, ones, _config(5, norm="pre")),
            label="pre, worked by hand",
            expected=([[[-3.0, 1, 3, 5, 9]]], None),
        ),
        # x + 2 x = 3 x, and the factor 3 drops out of the norm.
        Case(
            (by_hand, double, ones, _config(5, norm="post")),
            label="post, worked by hand",
            expected=([[[-1.5, -0.5, 0, 0.5, 1.5]]], None),
        ),
        Case((x, sublayer, norm, _config(7, norm="pre")), label="pre, a batch"),
        Case((x, sublayer, norm, _config(7, norm="post")), label="post, a batch"),
        Case((x, sublayer, None, _config(7, norm="none")), label="no norm, a batch"),
        Case((x * 0.01, sublayer, norm, _config(7, norm="pre", eps=0.1)), label="pre, a large eps"),
        Case(
            (x * 0.01, sublayer, norm, _config(7, norm="post", eps=0.1)), label="post, a large eps"
        ),
        Case(
            (x, sublayer, norm, _config(7, norm="pre", dropout=0.2), Drawn(1)),
            label="pre, in training with dropout",
        ),
        Case(
            (x, sublayer, norm, _config(7, norm="post", dropout=0.2), Drawn(2)),
            label="post, in training with dropout",
        ),
        Case(
            (x, sublayer, norm, _config(7, norm="pre", dropout=0.2)),
            label="dropout 0.2 but no rng: evaluation",
        ),
    ]


def _residual(x, sublayer, norm_params, config, rng=None):
    inside, norm_cache = x, None
    if config.norm == "pre":
        inside, norm_cache = layers.layer_norm(x, **norm_params, eps=config.eps)
    update, sublayer_cache = sublayer(inside)
    update, dropout_cache = layers.dropout(update, config.dropout, rng)
    out = x + update
    if config.norm == "post":
        out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)


def _three_branches(x, sublayer, norm_params, config, rng=None):
    def normalize(z):
        return layers.layer_norm(z, norm_params["gamma"], norm_params["beta"], config.eps)

    if config.norm == "pre":
        inside, norm_cache = normalize(x)
        update, sublayer_cache = sublayer(inside)
        update, dropout_cache = layers.dropout(update, config.dropout, rng)
        return x + update, ResidualCache(norm_cache, sublayer_cache, dropout_cache, "pre")
    update, sublayer_cache = sublayer(x)
    update, dropout_cache = layers.dropout(update, config.dropout, rng)
    if config.norm == "post":
        out, norm_cache = normalize(x + update)
        return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, "post")
    return x + update, ResidualCache(None, sublayer_cache, dropout_cache, "none")


register(
    Exercise(
        name="residual",
        lesson=3,
        reference=blocks.residual,
        shown=_residual,
        cases=residual_cases,
        returns=("out", "cache"),
        mistakes=(
            Mistake(
                "no_x",
                variant(add=False),
                "Only the sublayer's output is left, x is not added to it. The residual "
                "connection is the sum: x + update.",
            ),
            Mistake(
                "no_norm",
                variant(places={}),
                'There is no norm at all. With config.norm "pre" it stands before the sublayer, '
                'with "post" after the sum; only "none" leaves it out.',
            ),
            Mistake(
                "norm_where_none",
                variant(places={"pre": "pre", "post": "post", "none": "post"}),
                'With config.norm "none" there is no norm, and norm_params is None: ask for "pre" '
                'and for "post" by name, an else would take "none" as well.',
            ),
            Mistake(
                "always_pre",
                variant(places={"pre": "pre", "post": "pre"}),
                'With config.norm "post" you still normalize before the sublayer. There the norm '
                "comes last, on the sum x + update.",
            ),
            Mistake(
                "always_post",
                variant(places={"pre": "post", "post": "post"}),
                'With config.norm "pre" you normalize the sum. There the norm comes first, and '
                "only the sublayer gets to see the normalized vectors.",
            ),
            Mistake(
                "pre_post_swapped",
                variant(places={"pre": "post", "post": "pre"}),
                '"pre" and "post" have changed places: "pre" normalizes what goes into the '
                'sublayer, "post" what comes out of the sum.',
            ),
            Mistake(
                "identity_normalized",
                variant(places={"pre": "both paths", "post": "post"}),
                'With "pre" you add the update to the normalized x. The path that leads past the '
                "sublayer stays untouched: x + update, with x as it came in.",
            ),
            Mistake(
                "inside_unused",
                variant(places={"pre": "unused", "post": "post"}),
                'With "pre" the norm is computed, but the sublayer gets x itself. Give it what '
                "the norm returned: sublayer(inside).",
            ),
            Mistake(
                "post_on_update",
                variant(places={"pre": "pre", "post": "update"}),
                'With "post" you normalize the update alone and then add x. The norm comes after '
                "the sum: layer_norm of x + update.",
            ),
            Mistake(
                "norm_after_sublayer",
                variant(places={"pre": "update", "post": "post"}),
                'With "pre" you normalize what the sublayer returns. The norm comes before it, on '
                "what the sublayer gets to see.",
            ),
            Mistake(
                "no_gamma_beta",
                variant(plain=True),
                "gamma and beta of norm_params are not used. layer_norm(x, **norm_params, "
                "eps=config.eps) passes both.",
            ),
            Mistake(
                "eps_ignored",
                variant(own_eps=1e-5),
                "config.eps is not passed on to layer_norm, which then takes its default of "
                "1e-05. Add eps=config.eps.",
            ),
            Mistake(
                "no_dropout",
                variant(drop="nowhere"),
                "Nothing is dropped in training. Send the update through dropout(update, "
                "config.dropout, rng) before it is added.",
            ),
            Mistake(
                "dropout_on_sum",
                variant(drop="sum"),
                "Dropout is applied to the sum, so it also tears holes into x. Only the update "
                "is dropped: the path past the sublayer stays whole.",
            ),
            Mistake(
                "dropout_last",
                variant(drop="end"),
                'Dropout comes last, after the sum and after the norm of "post". Only the update '
                "is dropped, before it is added.",
            ),
            Mistake(
                "norm_at_both_ends",
                variant(places={"pre": "pre", "post": "both ends"}),
                'With "post" you normalize twice: what the sublayer gets to see, and the sum. '
                "There the sublayer gets x as it is.",
            ),
            Mistake(
                "in_place",
                in_place,
                "The sum is right, but x += update writes it into the caller's array, and into "
                "what the sublayer has kept in its cache. x + update makes a new array.",
            ),
            Mistake(
                "not_unpacked",
                not_unpacked,
                "layer_norm returns two things, the result and its cache. Take both: inside, "
                "norm_cache = layer_norm(...).",
            ),
            Mistake(
                "dropout_inside",
                variant(drop="inside"),
                "Dropout is applied to what goes into the sublayer. It belongs on what comes "
                "out, before the sum.",
            ),
        ),
        correct=(_residual, _three_branches),
        hints=(
            "Five steps, of which two are conditional: (pre) norm, sublayer, dropout, sum, (post) "
            "norm. The name `inside` is for what the sublayer gets to see.",
            "update, sublayer_cache = sublayer(inside), then update, dropout_cache = "
            "dropout(update, config.dropout, rng), then out = x + update.",
            'if config.norm == "pre": inside, norm_cache = layer_norm(x, **norm_params, '
            "eps=config.eps).",
            'The same with out in place of x, after the sum, if config.norm == "post".',
        ),
    )
)
