"""Exercise: logits_without."""

import copy

import numpy as np

from course_lib import attention, blocks, layers, model
from course_lib.stack import embed

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_readings as wrong
from .drawn import VOCAB, B, draw_params, make_config
from .read_out_after_blocks import tiny_model


def logits_without(ids, params, config, index, part):
    """The logits of a language model in which one part of one block adds nothing."""
    silent = {name: np.zeros_like(array) for name, array in params["blocks"][index][part].items()}
    changed = list(params["blocks"])
    changed[index] = changed[index] | {part: silent}
    logits, _ = model.language_model(ids, params | {"blocks": changed}, config)
    return logits


def logits_without_cases(rng):
    config = make_config(n_layers=3)
    params, ids = draw_params(config, rng), rng.integers(VOCAB, size=(B, 5))
    cases = [
        # Without the feed-forward (3, 1) stays (3, 1); see the case of read_out_after_blocks.
        Case(
            (np.array([[0]]), *tiny_model(), 0, "feed_forward"),
            label="without the only feed-forward, worked by hand",
            expected=[[[1, -0.5]]],
        ),
    ]
    for index in (0, 1, 2):
        for part in ("attention", "feed_forward"):
            label = f"without the {part.replace('_', '-')} of block {index}"
            cases.append(Case((ids, params, config, index, part), label=label))
    return cases


def _deep_copy(ids, params, config, index, part):
    changed = copy.deepcopy(params)
    last = {"attention": ("W_O", "b_O"), "feed_forward": ("W_2", "b_2")}[part]
    for name in last:
        changed["blocks"][index][part][name][:] = 0
    return model.language_model(ids, changed, config)[0]


def _step_by_step(ids, params, config, index, part):
    """Run the blocks by hand and skip the part."""
    x, _ = embed(ids, params, config)
    mask = attention.causal_mask(ids.shape[1])
    for place, p in enumerate(params["blocks"]):
        for name, norm in (("attention", "norm_1"), ("feed_forward", "norm_2")):
            if (place, name) == (index, part):
                continue
            z, _ = layers.layer_norm(x, **p[norm], eps=config.eps)
            if name == "attention":
                update, _ = attention.multi_head_attention(z, z, p[name], config.n_heads, mask)
            else:
                update, _ = blocks.feed_forward(z, p[name], config.activation)
            x = x + update
    z, _ = layers.layer_norm(x, **params["norm"], eps=config.eps)
    return z @ params["output"]["W"] + params["output"]["b"]


register(
    Exercise(
        name="logits_without",
        lesson=4,
        reference=logits_without,
        cases=logits_without_cases,
        returns=("logits",),
        mistakes=(
            Mistake(
                "nothing",
                wrong.nothing,
                "These are the logits of the whole model: nothing has been switched off. Hand the "
                "changed parameters to language_model.",
            ),
            Mistake(
                "part_deleted",
                wrong.part_deleted,
                "The part is deleted from the block. That works for the feed-forward, which a "
                "block may lack, but every block looks for its attention. Keep the part and set "
                "its arrays to 0.",
            ),
            Mistake(
                "biases_left",
                wrong.without({"attention": ("W_O",), "feed_forward": ("W_2",)}),
                "The bias of the part's last map is still added: b_O of the attention, b_2 of the "
                "feed-forward. A part that adds nothing has that at 0, too; simplest is to set all "
                "its arrays to 0.",
            ),
            Mistake(
                "queries_and_keys",
                wrong.without({"attention": ("W_Q", "b_Q"), "feed_forward": ("W_1", "b_1")}),
                "Without queries the scores are 0 and the attention is a plain mean of the "
                "values: the part still adds something. Switch off its end, W_O and b_O.",
            ),
            Mistake(
                "first_matrix",
                wrong.without({"attention": ("W_Q",), "feed_forward": ("W_1",)}),
                "The first matrix of the part is 0, but what follows it still speaks: its biases, "
                "and in the attention the mean of the values. Switch off the part's end: W_O and "
                "b_O, or W_2 and b_2.",
            ),
            Mistake(
                "norm_silenced",
                wrong.norm_silenced,
                "The norm before the part is 0, so the part reads zeros. Its biases still speak. "
                "Set the arrays of the part itself to 0.",
            ),
            Mistake(
                "block_left_out",
                wrong.block_left_out,
                "The whole block is switched off, both parts of it. Only one of them is to be "
                'silent: params["blocks"][index][part].',
            ),
            Mistake(
                "other_part",
                wrong.without(
                    part_of=lambda part: "attention" if part == "feed_forward" else "feed_forward"
                ),
                lambda case, got, want: (
                    f"The wrong part is silent: `part` is {case.args[4]!r}, and you have switched "
                    "off the other one."
                ),
            ),
            Mistake(
                "all_blocks",
                wrong.without(blocks_of=lambda index, n: range(n)),
                "The part is switched off in every block. Only block number `index` is to change.",
            ),
            Mistake(
                "first_block",
                wrong.without(blocks_of=lambda index, n: [0]),
                "Block 0 is changed whatever `index` is.",
            ),
            Mistake(
                "index_from_one",
                wrong.without(blocks_of=lambda index, n: [index - 1]),
                "The block before is changed (and for index 0 the last one). `index` counts from "
                '0: params["blocks"][index].',
            ),
            Mistake(
                "cache_too",
                wrong.tuple_returned,
                "This is a pair. language_model returns (logits, cache); give back the logits "
                "alone.",
            ),
        ),
        correct=(logits_without, _deep_copy, _step_by_step),
        hints=(
            "A part adds its update to what passes by. When is an update 0 for every input? And "
            "the parameters that you were given must stay as they are.",
            'params["blocks"][index][part] is a dict of arrays. If all of them are 0, the part '
            "adds 0. np.zeros_like makes an array of zeros of the same shape.",
            "Build new dicts in place of changing old ones: a | {key: value} is a copy of a with "
            "one entry replaced, and list(blocks) is a copy of the list.",
            'changed = list(params["blocks"]); changed[index] = changed[index] | {part: silent}; '
            'then model.language_model(ids, params | {"blocks": changed}, config)[0].',
        ),
    )
)
