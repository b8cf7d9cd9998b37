"""logits_without: a language model in which one part of one block adds nothing."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import VOCAB, B, draw_params, make_config, tiny_model


def cases(rng):
    config = make_config(n_layers=3)
    params, ids = draw_params(config, rng), rng.integers(VOCAB, size=(B, 5))
    places = [(index, part) for index in (0, 1, 2) for part in ("attention", "feed_forward")]
    return [
        # Without the feed-forward (3, 1) stays (3, 1); see the case of read_out_after_blocks.
        Case(
            (np.array([[0]]), *tiny_model(), 0, "feed_forward"),
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
        "norm_silenced",
        {"silent =": 'part = "norm_1" if part == "attention" else "norm_2"\n    silent ='},
        "The norm before the part is 0, so the part reads zeros. Its biases still speak. Set the "
        "arrays of the part itself to 0.",
    ),
    Mistake(
        "block_left_out",
        {"changed[index] = changed[index] | {part: silent}": "del changed[index]"},
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
