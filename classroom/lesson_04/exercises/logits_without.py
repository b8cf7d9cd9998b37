"""logits_without: a language model in which one part of one block adds nothing."""

from dataclasses import replace

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import VOCAB, B, draw_params, make_config, tiny_model
from course_lib.model import language_model
from course_lib.params import flatten, unflatten


def cases(rng):
    config = make_config(n_layers=3)
    params, ids = draw_params(config, rng), rng.integers(VOCAB, size=(B, 5))
    ids[0, 0] = 0
    tiny, tiny_config = tiny_model()
    # Its norms share their arrays. An answer may write into a copy: each gets its own.
    tiny = unflatten({name: array.copy() for name, array in flatten(tiny).items()})
    places = [(0, "attention"), (1, "feed_forward"), (2, "attention"), (2, "feed_forward")]
    return [
        # Without the feed-forward (3, 1) stays (3, 1); see the case of read_out_after_blocks.
        Case(
            (np.array([[0]]), tiny, tiny_config, 0, "feed_forward"),
            label="without the only feed-forward, worked by hand",
            expected=[[[1, -0.5]]],
        ),
        *(
            Case(
                (ids, params, config, index, part),
                label=f"without the {part.replace('_', '-')} of block {index}",
            )
            for index, part in places
        ),
    ]


def with_fewer_blocks(ids, params, config, index, part):
    kept = [block for i, block in enumerate(params["blocks"]) if i != index]
    fewer = replace(config, n_layers=len(kept))
    return language_model(ids, params | {"blocks": kept}, fewer)[0]


returns = ("logits",)

mistakes = [
    Mistake(
        "nothing",
        {'params | {"blocks": changed}': "params"},
        "These are the logits of the whole model: nothing has been switched off. Hand the changed "
        "parameters to language_model.",
    ),
    Mistake(
        "part_deleted",
        {
            "changed[index] | {part: silent}": "dict(changed[index])",
            "    logits, _": "    del changed[index][part]\n    logits, _",
        },
        "The part is deleted from the block. That works for the feed-forward, which a block may "
        "lack, but every block looks for its attention. Keep the part and set its arrays to 0.",
    ),
    Mistake(
        "biases_left",
        {"np.zeros_like(array)": 'array * (name not in ("W_O", "W_2"))'},
        "The bias of the part's last map is still added: b_O of the attention, b_2 of the "
        "feed-forward. A part that adds nothing has that at 0, too; simplest is to set all its "
        "arrays to 0.",
    ),
    Mistake(
        "queries_and_keys",
        {"np.zeros_like(array)": 'array * (name not in ("W_Q", "b_Q", "W_1", "b_1"))'},
        "Without queries the scores are 0 and the attention is a plain mean of the values: the "
        "part still adds something. Switch off its end, W_O and b_O.",
    ),
    Mistake(
        "first_matrix",
        {"np.zeros_like(array)": 'array * (name not in ("W_Q", "W_1"))'},
        "The first matrix of the part is 0, but what follows it still speaks: its biases, and in "
        "the attention the mean of the values. Switch off the part's end: W_O and b_O, or W_2 and "
        "b_2.",
    ),
    Mistake(
        "input_silenced",
        [
            {"silent =": 'part = "norm_1" if part == "attention" else "norm_2"\n    silent ='},
            {"np.zeros_like(array)": 'array * (name not in ("W_V", "W_1"))'},
        ],
        "The part makes nothing of what it reads, since the norm before it is 0, or W_V or W_1. "
        "Its biases still speak: set all arrays of the part itself to 0.",
    ),
    Mistake(
        "last_matrix_left",
        [
            {"np.zeros_like(array)": f"array * (name not in {silent})"}
            for silent in (
                ("W_O", "b_O", "W_1", "b_2"),
                ("W_V", "b_O", "W_1", "b_2"),
                ("W_O", "b_O", "W_1"),
                ("W_O", "b_O", "b_1", "b_2"),
            )
        ],
        "The last matrix of the part is still at work: W_2 reads what the nonlinearity makes of "
        "x W_1 or, where W_1 is 0, of b_1 alone. Switch off the part's end: W_O and b_O, or W_2 "
        "and b_2.",
    ),
    Mistake(
        "last_bias_only",
        {"np.zeros_like(array)": 'array * (name not in ("b_O", "b_2"))'},
        "Only the bias of the part's last map is 0. Its matrix, W_O or W_2, still adds something: "
        "set all of the part's arrays to 0.",
    ),
    Mistake(
        "empty_part",
        [{"{part: silent}": "{part: {}}"}, {"{part: silent}": "{part: None}"}],
        "The part has no arrays left, and the block looks for them. Keep them, and set each to 0.",
    ),
    Mistake(
        "block_left_out",
        [
            {"changed[index] = changed[index] | {part: silent}": "del changed[index]"},
            with_fewer_blocks,
        ],
        "The whole block is switched off, both parts of it. Only one of them is to be silent: "
        'params["blocks"][index][part].',
    ),
    Mistake(
        "other_part",
        {
            "silent =": 'part = "attention" if part == "feed_forward" else "feed_forward"\n'
            "    silent ="
        },
        lambda case, got, want: (
            f"The wrong part is silent: `part` is {case.args[4]!r}, and you have switched off the "
            "other one."
        ),
    ),
    Mistake(
        "all_blocks",
        {
            "changed[index] = ": "changed = ",
            "changed[index] | {part: silent}": "[block | {part: silent} for block in changed]",
        },
        "The part is switched off in every block. Only block number `index` is to change.",
    ),
    Mistake("first_block", {"[index]": "[0]"}, "Block 0 is changed whatever `index` is."),
    Mistake(
        "blocks_below_too",
        {
            "    changed[index] = changed[index]": "    for i in range(index + 1):\n"
            "        changed[i] = changed[i]",
            'params["blocks"][index][part].items()}': 'params["blocks"][0][part].items()}',
        },
        "The part is switched off in the blocks below as well. Only block number `index` is to "
        "change.",
    ),
    Mistake(
        "model_cut_off",
        [
            {'{"blocks": changed}': f'{{"blocks": changed[:{end}]}}'}
            for end in ("index", "index + 1")
        ],
        "The model ends at the block in question: those above it are gone. Only one part of one "
        "block is to add nothing, and all the others run.",
    ),
    Mistake(
        "alone",
        {
            "    logits": "    changed = [{**block, **{p: {k: 0 * a for k, a in block[p].items()} "
            'for p in ("attention", "feed_forward") if (i, p) != (index, part)}} for i, block in '
            'enumerate(params["blocks"])]\n    logits'
        },
        "Everything but this part is switched off. It is the other way round: this part is silent, "
        "and all the others speak.",
    ),
    Mistake(
        "difference",
        [
            {"return logits": "return model.language_model(ids, params, config)[0] - logits"},
            {"return logits": "return logits - model.language_model(ids, params, config)[0]"},
        ],
        "This is the difference to the whole model's logits, what the part contributes. The logits "
        "without it are asked for, as they are.",
    ),
    Mistake(
        "probabilities",
        {"return logits": "return layers.softmax(logits)[0]"},
        "These are probabilities. The logits are asked for, as they stand before softmax.",
    ),
    Mistake(
        "counted_from_the_top",
        {"[index]": "[-1 - index]"},
        "`index` is counted from the last block down. Block 0 is the first one.",
    ),
    Mistake(
        "index_from_one",
        {"[index]": "[index - 1]"},
        "The block before is changed (and for index 0 the last one). `index` counts from 0: "
        'params["blocks"][index].',
    ),
    Mistake(
        "cache_too",
        [{"return logits": "return logits, None"}, {"logits, _ =": "logits ="}],
        "This is a pair. language_model returns (logits, cache); give back the logits alone.",
    ),
]

hints = [
    "A part adds its update to what passes by. When is an update 0 for every input? And the "
    "parameters that you were given must stay as they are.",
    'params["blocks"][index][part] is a dict of arrays. If all of them are 0, the part adds 0. '
    "np.zeros_like makes an array of zeros of the same shape.",
    "Build new dicts in place of changing old ones: a | {key: value} is a copy of a with one "
    "entry replaced, and list(blocks) is a copy of the list.",
    'changed = list(params["blocks"]); changed[index] = changed[index] | {part: silent}; then '
    'model.language_model(ids, params | {"blocks": changed}, config)[0].',
]
