"""Right answers to residual, in other styles."""

from right_answers import each_is_right

from classroom import using
from classroom.exercises.grade import grade
from course_lib import layers
from course_lib.blocks import ResidualCache

from .test_dropout import dropout_with_early_return


def residual_in_three_branches(x, sublayer, norm_params, config, rng=None):
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


def residual_without_inside(x, sublayer, norm_params, config, rng=None):
    norm_cache = None
    if config.norm == "pre":
        normed, norm_cache = layers.layer_norm(x, **norm_params, eps=config.eps)
        update, sublayer_cache = sublayer(normed)
    else:
        update, sublayer_cache = sublayer(x)
    dropped, dropout_cache = layers.dropout(update, config.dropout, rng)
    out = dropped + x
    if config.norm == "post":
        out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)


def residual_with_its_own_dropout(x, sublayer, norm_params, config, rng=None):
    """Drops by itself, and draws nothing where the probability is 0."""
    z, norm_cache = x, None
    if config.norm == "pre":
        z, norm_cache = layers.layer_norm(x, norm_params["gamma"], norm_params["beta"], config.eps)
    pair, scale = sublayer(z), None
    update = pair[0]
    if rng is not None and config.dropout > 0:
        scale = (rng.random(update.shape) >= config.dropout) / (1 - config.dropout)
        update = update * scale
    out = update + x
    if config.norm == "post":
        out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, ResidualCache(norm_cache, pair[1], (scale,), config.norm)


ANSWERS = [residual_in_three_branches, residual_without_inside, residual_with_its_own_dropout]

test_is_right = each_is_right("residual", ANSWERS)


def test_a_residual_may_use_the_readers_own_dropout():
    """The reader draws 64 bits where the course draws 32; the check must not mind."""
    with using(dropout=dropout_with_early_return):
        for answer in ANSWERS:
            assert grade("residual", answer).outcome == "right"
