"""residual_backward: the gradient goes past the sublayer and through it."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import blocks, layers
from course_lib.params import TransformerConfig


def cases(rng):
    def case(norm, label, dropout=0.0, proves=""):
        config = TransformerConfig("decoder", 11, d_model=5, n_heads=1, norm=norm, dropout=dropout)
        x, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 5)), rng.normal(size=5)
        norm_params = {"gamma": rng.normal(size=5), "beta": rng.normal(size=5)}

        def sublayer(z):
            return layers.linear(z, W, b)

        out, cache = blocks.residual(x, sublayer, norm_params, config, np.random.default_rng(3))
        args = (rng.normal(size=out.shape), cache, linear_params_backward)
        return Case(args, label=label, proves=proves)

    by_hand = blocks.ResidualCache(None, 3.0, (None,), "none")
    return [
        # out = x + 3 x: the sublayer triples, so dout comes back once by itself and three times.
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, tripled_backward),
            label="no norm, a sublayer that triples",
            expected=([[[4.0, -8.0]]], None, None),
        ),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, lambda dout, cache: (dout, {})),
            label="a sublayer that hands dout on as it is",
            expected=([[[2.0, -4.0]]], None, None),
        ),
        case("none", "no norm, a linear sublayer", proves="the two ways without a norm"),
        case("pre", "pre-norm", proves="pre-norm"),
        case("post", "post-norm", proves="post-norm"),
        case("pre", "pre-norm with dropout", dropout=0.3),
        case("post", "post-norm with dropout", dropout=0.3, proves="dropout"),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, lambda dout, cache: (3 * dout, 7 * dout, {})),
            label="a sublayer with two gradients, as cross-attention",
        ),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, lambda dout, cache: (3 * dout,)),
            label="a sublayer without parameters",
        ),
        Case(
            (np.array([[[1.0, -2.0]]]), by_hand, Once()),
            label="a sublayer_backward that can be called once",
        ),
    ]


class Once:
    """The backward of a sublayer that triples, which refuses to be called again."""

    calls = 0

    def __call__(self, dout, cache):
        self.calls += 1
        if self.calls > 1:
            raise RuntimeError("sublayer_backward is called for the second time.")
        return 3 * dout, {"W": 2 * dout}


def linear_params_backward(dout, cache):
    """The backward of a sublayer that has a dict of parameters: (dx, dparams)."""
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, {"W": dW, "b": db}


def tripled_backward(dout, cache):
    return dout * cache, {}


returns = ("dx", "dnorm", "dparams")

POST = """\
    if cache.kind == "post":
        dout, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dout, cache.norm)
"""

PRE = """\
    if cache.kind == "pre":
        dinside, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dinside, cache.norm)
"""

mistakes = [
    Mistake(
        "identity_forgotten",
        {"dout + dinside": "dinside"},
        "The identity path is missing: only what came through the sublayer is there. In out = x + "
        "sublayer(x) the x reaches out directly, with slope 1: add dout itself.",
    ),
    Mistake(
        "sublayer_forgotten",
        {"dout + dinside": "dout"},
        "Only the identity path is there. x also went into the sublayer: add what "
        "sublayer_backward returns.",
    ),
    Mistake(
        "called_twice",
        {
            "dinside, *rest = sublayer_backward(dupdate, cache.sublayer)": "dinside = "
            "sublayer_backward(dupdate, cache.sublayer)[0]\n"
            "    rest = sublayer_backward(dupdate, cache.sublayer)[1:]"
        },
        "sublayer_backward is called a second time, and each call goes back through the whole "
        "sublayer. Call it once and keep all that it returns.",
    ),
    Mistake(
        "difference",
        {"dout + dinside": "dout - dinside"},
        "The gradient of the branch is subtracted. In out = x + sublayer(x) both ways are added, "
        "and so are their gradients.",
    ),
    Mistake(
        "norm_result_dropped",
        [
            {"dout, dnorm": "_, dnorm"},
            {"dinside, dnorm[": "_, dnorm["},
            {"dout, dnorm": "_, dnorm", "dinside, dnorm[": "_, dnorm["},
        ],
        "dgamma and dbeta are kept, but the first thing that layer_norm_backward returns is lost: "
        "the gradient goes on as if there were no norm. What it returns for its input takes the "
        "place of what you gave it.",
    ),
    Mistake(
        "pre_norm_first",
        [
            {
                "cache.dropout)\n": "cache.dropout)\n"
                '    if cache.kind == "pre":\n'
                '        dupdate, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dupdate, '
                "cache.norm)\n",
                PRE: "",
            },
            {
                "    dupdate = dropout_backward(dout": "    branch = dout\n"
                + PRE.replace("dinside", "branch")
                + "    dupdate = dropout_backward(branch",
                PRE: "",
            },
        ],
        "With pre-norm the branch goes back through the norm before the sublayer. The norm stood "
        "in front of the sublayer, so on the way back it comes after it.",
    ),
    Mistake(
        "gamma_and_beta_swapped",
        {'dnorm["gamma"], dnorm["beta"]': 'dnorm["beta"], dnorm["gamma"]'},
        "dgamma and dbeta have changed names: layer_norm_backward returns dx, dgamma, dbeta, in "
        "this order.",
    ),
    Mistake(
        "identity_twice",
        {"dout + dinside": "2 * dout + dinside"},
        "The identity path is counted twice: dx holds dout two times.",
    ),
    Mistake(
        "shortcut_through_the_norm",
        {
            "sublayer)\n": "sublayer)\n    dinside = dinside + dout\n",
            "dout + dinside": "dinside",
        },
        "With pre-norm the identity path goes past the norm: only the branch was normalized. Send "
        "the gradient of the branch through layer_norm_backward, and add dout after that.",
    ),
    Mistake(
        "shortcut_past_the_norm",
        {"    dnorm = {}": "    dnorm, past = {}, dout", "dout + dinside": "past + dinside"},
        "With post-norm the sum x + sublayer(x) was normalized as a whole. Both ways, the "
        "identity too, begin behind that norm: what is added is the gradient that "
        "layer_norm_backward returned, not the dout that came in.",
    ),
    Mistake(
        "norm_skipped",
        {'cache.kind == "post"': "False", 'cache.kind == "pre"': "False"},
        'The layer norm is left out. With "post" it is the first step back, with "pre" the last '
        "of the branch; its dgamma and dbeta go into dnorm.",
    ),
    Mistake(
        "norm_last",
        {
            POST: "",
            "    return dout + dinside": f"    dout = dout + dinside\n{POST}    return dout",
        },
        "With post-norm the norm was the last step of the forward, so it is the first of the "
        "backward. Yours goes back through it at the end.",
    ),
    Mistake(
        "none_forgotten",
        [
            {'cache.kind == "post"': 'cache.kind != "pre"'},
            {'cache.kind == "pre"': 'cache.kind != "post"'},
        ],
        'There is a third kind, "none": no norm at all, and cache.norm is None. Ask for "pre" and '
        'for "post" by name.',
    ),
    Mistake(
        "dropout_by_hand",
        {"dropout_backward(dout, cache.dropout)": "dout * cache.dropout[0]"},
        "Where nothing was dropped, the cache of dropout holds None in place of a mask. "
        "dropout_backward knows that: call it with cache.dropout.",
    ),
    Mistake(
        "always_pre",
        [
            {'cache.kind == "post"': "False", 'cache.kind == "pre"': "cache.norm is not None"},
            {'cache.kind == "post"': "False", 'cache.kind == "pre"': "True"},
        ],
        "Every norm is treated as pre-norm, as the last step of the branch. cache.kind says where "
        'it stood; with "post" it is the first step, before the two ways part.',
    ),
    Mistake(
        "always_post",
        [
            {'cache.kind == "post"': "cache.norm is not None", 'cache.kind == "pre"': "False"},
            {'cache.kind == "post"': "True", 'cache.kind == "pre"': "False"},
        ],
        "Every norm is treated as post-norm, as the first step on the way back. cache.kind says "
        'where it stood; with "pre" it is the last step of the branch alone.',
    ),
    Mistake(
        "dropout_forgotten",
        {"dropout_backward(dout, cache.dropout)": "dout"},
        "Dropout is left out: entries that were dropped get a gradient. The branch passes "
        "dropout_backward(dout, cache.dropout) first; the identity path does not.",
    ),
    Mistake(
        "dropout_on_both",
        {"dupdate = drop": "dupdate = dout = drop"},
        "dropout is applied to the identity path too. It stood after the sublayer, before the "
        "sum: only the branch goes back through it.",
    ),
    Mistake(
        "dropout_last",
        {
            "dropout_backward(dout, cache.dropout)": "dout",
            "sublayer)\n": "sublayer)\n    dinside = dropout_backward(dinside, cache.dropout)\n",
        },
        "dropout_backward comes after sublayer_backward. Dropout was the last step of the branch, "
        "so it is the first on the way back.",
    ),
    Mistake(
        "kinds_swapped",
        {'"post"': '"other"', '"pre"': '"post"', '"other"': '"pre"'},
        '"pre" and "post" have changed places. On the way back the order is turned round: a norm '
        "before the sublayer comes last, in the branch; a norm after the sum comes first.",
    ),
    Mistake(
        "whole_cache",
        {"cache.sublayer": "cache"},
        "sublayer_backward gets the cache of the whole residual. It knows its own alone: "
        "cache.sublayer.",
    ),
    Mistake(
        "rest_in_a_list",
        {"dnorm, *rest": "dnorm, rest"},
        "`rest` is a list, and it is returned as one thing. A star lays its entries out: return "
        "dx, dnorm, *rest.",
    ),
    Mistake(
        "two_from_the_sublayer",
        {"*rest": "dparams"},
        "This sublayer returns three things, and you take two. After dx there may be any number: "
        "dinside, *rest = sublayer_backward(...), and *rest at the end.",
    ),
    Mistake(
        "rest_lost",
        {"dnorm, *rest": "dnorm"},
        "What sublayer_backward returns after its first gradient, those of its parameters, is "
        "lost. dinside, *rest = sublayer_backward(...) collects it; return *rest at the end.",
    ),
]

hints = [
    "x is used twice: it goes on as it is, and it goes into the branch. Two gradients add up.",
    "The branch from its end: dropout_backward, sublayer_backward, and with pre-norm "
    "layer_norm_backward. The identity: dout.",
    "With post-norm the norm comes first on the way back, before the two ways part: replace dout "
    "by what layer_norm_backward returns for its input.",
    "dinside, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer) … "
    "return dout + dinside, dnorm, *rest",
]
