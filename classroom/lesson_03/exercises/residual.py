"""residual: what a sublayer makes of x is added to x."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_03.equal_draws import EqualDraws
from course_lib.params import TransformerConfig


def sublayer(z):
    """A sublayer for the cases: something that attention or feed-forward might be."""
    return np.tanh(2.0 * z[..., ::-1]) - 0.3, (z,)


def double(z):
    """A sublayer for the case that is worked by hand."""
    return 2.0 * z, (z,)


class Counting:
    """A sublayer that returns something else when it is called a second time."""

    def __init__(self):
        self.calls = 0

    def __call__(self, z):
        self.calls += 1
        return self.calls * np.tanh(z[..., ::-1]), (z, self.calls)


def make_config(d_model, **fields):
    return TransformerConfig("decoder", vocab_size=2, d_model=d_model, n_heads=1, **fields)


def cases(rng):
    norm_params = {"gamma": rng.normal(size=7), "beta": rng.normal(size=7)}
    x = rng.normal(size=(2, 3, 7)) * 3 + 1

    def by_hand(norm, expected):
        x = np.array([[[0.0, 2, 3, 4, 6]]])  # mean 3, standard deviation 2
        params = None if norm == "none" else {"gamma": np.ones(5), "beta": np.zeros(5)}
        label = f"{norm.replace('none', 'no norm')}, worked by hand"
        arguments = (x, double, params, make_config(5, norm=norm))
        return Case(arguments, label=label, expected=([[expected]], None))

    def case(label, norm, *rng, x=x, sublayer=sublayer, proves="", **fields):
        params = None if norm == "none" else norm_params
        arguments = (x, sublayer, params, make_config(7, norm=norm, **fields), *rng)
        return Case(arguments, label=label, proves=proves)

    return [
        by_hand("none", [0.0, 6, 9, 12, 18]),
        # norm(x) = [-1.5, -0.5, 0, 0.5, 1.5], doubled and added to x.
        by_hand("pre", [-3.0, 1, 3, 5, 9]),
        # x + 2 x = 3 x, and the factor 3 drops out of the norm.
        by_hand("post", [-1.5, -0.5, 0, 0.5, 1.5]),
        case("no norm, a batch", "none"),
        case("pre, a batch", "pre"),
        case("post, a batch", "post", proves="the three kinds of norm, with eps at its default"),
        case("pre, a large eps", "pre", x=x * 0.01, eps=0.1),
        case("post, a large eps", "post", x=x * 0.01, eps=0.1, proves="the norms"),
        case("dropout 0.2 but no rng: evaluation", "pre", dropout=0.2, proves="evaluation"),
        case("no norm, in training with dropout", "none", EqualDraws(3), dropout=0.2),
        case("pre, in training with dropout", "pre", EqualDraws(1), dropout=0.2),
        case(
            "post, in training with dropout", "post", EqualDraws(2), dropout=0.2, proves="dropout"
        ),
        case("a sublayer that counts its calls", "pre", sublayer=Counting()),
    ]


returns = ("out", "cache")

NORM_OF_X = "layer_norm(x, **norm_params, eps=config.eps)"
NORM_OF_UPDATE = NORM_OF_X.replace("x,", "update,")
NORM_OF_SUM = NORM_OF_X.replace("x,", "out,")
DROPPED = "    update, dropout_cache = dropout(update, config.dropout, rng)\n"

mistakes = [
    Mistake(
        "called_twice",
        [
            {" = sublayer(inside)": " = sublayer(inside)[0], sublayer(inside)[1]"},
            {"    update, sub": "    sublayer(inside)\n    update, sub"},
        ],
        "The sublayer is called twice. It may draw random numbers or keep what it has seen, and "
        "then the second call returns something else: call it once and take its result apart.",
    ),
    Mistake(
        "minus",
        {"x + update": "x - update"},
        "The update is subtracted from x. It is added.",
    ),
    Mistake(
        "x_twice",
        {"    out = x": "    update = x + update\n    out = x"},
        "x is added twice. sublayer returns the update alone, and the sum with x is made once.",
    ),
    Mistake(
        "mean_of_both",
        {"x + update": "(x + update) / 2"},
        "This is the mean of x and the update. It is their sum, x + update, so that x passes as it "
        "is.",
    ),
    Mistake(
        "sublayer_not_unpacked",
        {"sublayer(inside)": "sublayer(inside), None"},
        "The sublayer returns a pair, the update and its cache, and the whole pair goes on. Take "
        "both parts.",
    ),
    Mistake(
        "no_x",
        {"x + update": "update"},
        "Only the sublayer's output is left, x is not added to it. The residual connection is the "
        "sum: x + update.",
    ),
    Mistake(
        "no_norm",
        {NORM_OF_X: "x, None", NORM_OF_SUM: "out, None"},
        'There is no norm at all. With config.norm "pre" it stands before the sublayer, with '
        '"post" after the sum; only "none" leaves it out.',
    ),
    Mistake(
        "norm_where_none",
        [
            {'== "post"': '!= "pre"'},
            {'== "pre"': '!= "post"'},
            {'config.norm == "pre"': "True", 'config.norm == "post"': "False"},
        ],
        'With config.norm "none" there is no norm, and norm_params is None: ask for "pre" and for '
        '"post" by name, an else would take "none" as well.',
    ),
    Mistake(
        "always_pre",
        {'== "pre"': '!= "none"', NORM_OF_SUM: "out, norm_cache"},
        'With config.norm "post" you still normalize before the sublayer. There the norm comes '
        "last, on the sum x + update.",
    ),
    Mistake(
        "always_post",
        {NORM_OF_X: "x, None", '== "post"': '!= "none"'},
        'With config.norm "pre" you normalize the sum. There the norm comes first, and only the '
        "sublayer gets to see the normalized vectors.",
    ),
    Mistake(
        "post_result_dropped",
        {f"out, norm_cache = {NORM_OF_SUM}": f"_, norm_cache = {NORM_OF_SUM}"},
        'With "post" the sum is returned as it is: the norm is missing, or its result is not what '
        "you return.",
    ),
    Mistake(
        "norm_after_too",
        {'== "post"': '!= "none"'},
        'With "pre" you normalize twice: what the sublayer gets to see, and the sum. The sum stays '
        "as it is there.",
    ),
    Mistake(
        "sandwich",
        {
            "    update, dropout": '    if config.norm == "pre":\n'
            f"        update, _ = {NORM_OF_UPDATE}\n    update, dropout"
        },
        'With "pre" you normalize twice: what the sublayer gets to see, and what it returns. Only '
        "the first of these is asked for.",
    ),
    Mistake(
        "pre_post_swapped",
        {'"pre"': '"?"', '"post"': '"pre"', '"?"': '"post"'},
        '"pre" and "post" have changed places: "pre" normalizes what goes into the sublayer, '
        '"post" what comes out of the sum.',
    ),
    Mistake(
        "identity_normalized",
        {"x + update": "inside + update"},
        'With "pre" you add the update to the normalized x. The path that leads past the sublayer '
        "stays untouched: x + update, with x as it came in.",
    ),
    Mistake(
        "inside_unused",
        {"sublayer(inside)": "sublayer(x)"},
        'With "pre" the norm is computed, but the sublayer gets x itself. Give it what the norm '
        "returned: sublayer(inside).",
    ),
    Mistake(
        "post_on_update",
        {NORM_OF_SUM: f"{NORM_OF_UPDATE}\n        out = x + out"},
        'With "post" you normalize the update alone and then add x. The norm comes after the sum: '
        "layer_norm of x + update.",
    ),
    Mistake(
        "norm_after_sublayer",
        {
            NORM_OF_X: "x, None",
            "    out = x": '    if config.norm == "pre":\n'
            f"        update, norm_cache = {NORM_OF_UPDATE}\n    out = x",
        },
        'With "pre" you normalize what the sublayer returns. The norm comes before it, on what '
        "the sublayer gets to see.",
    ),
    Mistake(
        "no_gamma_beta",
        {"**norm_params": "np.ones(x.shape[-1]), np.zeros(x.shape[-1])"},
        "gamma and beta of norm_params are not used. layer_norm(x, **norm_params, eps=config.eps) "
        "passes both.",
    ),
    Mistake(
        "gamma_beta_swapped",
        {"**norm_params": 'norm_params["beta"], norm_params["gamma"]'},
        "gamma and beta have changed places: layer_norm takes gamma first. With **norm_params both "
        "go by their names.",
    ),
    Mistake(
        "eps_ignored",
        {", eps=config.eps": ""},
        "config.eps is not passed on to layer_norm, which then takes its default of 1e-05. Add "
        "eps=config.eps.",
    ),
    Mistake(
        "no_dropout",
        [
            {"dropout(update, config.dropout, rng)": "update, None"},
            {"config.dropout, rng)": "config.dropout)"},
            {"update, dropout_cache =": "_, dropout_cache ="},
        ],
        "Nothing is dropped in training. This is what comes out if the update does not go through "
        "dropout, if dropout is not given rng, without which it drops nothing, or if what it "
        "returns is not what is added.",
    ),
    Mistake(
        "fixed_dropout",
        [{"config.dropout": "0.1"}, {"config.dropout": "0.5"}],
        lambda case, got, want: (
            "Entries are dropped with another probability than config.dropout, which is "
            f"{case.args[3].dropout} here. Hand that on."
        ),
    ),
    Mistake(
        "no_dropout_without_norm",
        {"dropout(update": "(update, (None,)) if config.norm == 'none' else dropout(update"},
        'With config.norm "none" nothing is dropped in training. Dropout does not depend on the '
        "norm.",
    ),
    Mistake(
        "dropout_on_x",
        {DROPPED: "    x, dropout_cache = dropout(x, config.dropout, rng)\n"},
        "Dropout is applied to x. What passes the sublayer by stays whole; only the update is "
        "dropped.",
    ),
    Mistake(
        "dropout_on_sum",
        {
            "    out = x + update\n": "",
            "update, dropout_cache = dropout(update": "out, dropout_cache = dropout(x + update",
        },
        "Dropout is applied to the sum, so it also tears holes into x. Only the update is "
        "dropped: the path past the sublayer stays whole.",
    ),
    Mistake(
        "dropout_last",
        {DROPPED: "", "    return": f"{DROPPED.replace('update', 'out')}    return"},
        'Dropout comes last, after the sum and after the norm of "post". Only the update is '
        "dropped, before it is added.",
    ),
    Mistake(
        "norm_at_both_ends",
        {'== "pre"': '!= "none"'},
        'With "post" you normalize twice: what the sublayer gets to see, and the sum. There the '
        "sublayer gets x as it is.",
    ),
    Mistake(
        "in_place",
        {"out = x + update": "x += update\n    out = x"},
        "The sum is right, but x += update writes it into the caller's array, and into what the "
        "sublayer has kept in its cache. x + update makes a new array.",
    ),
    Mistake(
        "not_unpacked",
        {"inside, norm_cache = layer_norm": "inside = layer_norm", "out, norm_cache =": "out ="},
        "layer_norm returns two things, the result and its cache. Take both: inside, norm_cache = "
        "layer_norm(...).",
    ),
    Mistake(
        "dropout_inside",
        {DROPPED: "", "    update, sub": f"{DROPPED.replace('update', 'inside')}    update, sub"},
        "Dropout is applied to what goes into the sublayer. It belongs on what comes out, before "
        "the sum.",
    ),
]

hints = [
    "Five steps, of which two are conditional: (pre) norm, sublayer, dropout, sum, (post) norm. "
    "The name `inside` is for what the sublayer gets to see.",
    "update, sublayer_cache = sublayer(inside), then update, dropout_cache = dropout(update, "
    "config.dropout, rng), then out = x + update.",
    'if config.norm == "pre": inside, norm_cache = layer_norm(x, **norm_params, eps=config.eps).',
    'The same with out in place of x, after the sum, if config.norm == "post".',
]
