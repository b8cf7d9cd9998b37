"""embedding_backward: what comes back at a place is added to the row of its id."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    return [
        Case(
            (np.array([[1.0, 2], [10, 20], [100, 200]]), (np.array([2, 0, 2]), 4)),
            label="three tokens, one of them twice",
            expected=[[10, 20], [0, 0], [101, 202], [0, 0]],
        ),
        Case((rng.normal(size=(3, 5)), (np.array([6, 1, 3]), 7)), label="no token twice"),
        Case(
            (rng.normal(size=(2, 5, 3)), (np.array([[1, 4, 1, 1, 0], [4, 2, 1, 5, 5]]), 11)),
            label="a batch of 2 sequences",
        ),
    ]


def repeated(case):
    """The first id that stands in a case more than once, and how often."""
    ids, counts = np.unique(case.args[1][0], return_counts=True)
    at = int(np.argmax(counts > 1))
    return int(ids[at]), int(counts[at])


returns = ("dW",)

ADD = "np.add.at(dW, ids, dout)"

mistakes = [
    Mistake(
        "last_wins",
        {ADD: "dW[ids] = dout"},
        lambda case, got, want: (
            f"Id {repeated(case)[0]} stands here {repeated(case)[1]} times, but its row holds the "
            "gradient of one place only. dW[ids] = dout and dW[ids] += dout write each row once, "
            "and the last place wins. np.add.at(dW, ids, dout) adds them all."
        ),
    ),
    Mistake(
        "rows_of_the_batch",
        {ADD: "for i, row in enumerate(ids):\n        dW[row] += dout[i]"},
        "Your loop runs over the sequences of the batch, and within one of them a token that "
        "occurs twice is written once. Loop over every place, np.ndindex(ids.shape), or use "
        "np.add.at(dW, ids, dout).",
    ),
    Mistake(
        "mean",
        {"return dW": "return dW / np.bincount(ids.ravel(), minlength=len(dW)).clip(1)[:, None]"},
        "The row of a token that occurs several times holds a mean. Each place has its own share "
        "in the loss, and shares add up.",
    ),
    Mistake(
        "too_few_rows",
        {"np.zeros((vocab_size": "np.zeros((ids.max() + 1"},
        lambda case, got, want: (
            f"dW has {np.shape(got)[0] if hasattr(got, 'shape') else 'too few'} rows, one for each "
            f"id up to the largest that occurs. W has {case.args[1][1]} rows, and those of words "
            "that do not occur get the gradient 0: take vocab_size from the cache."
        ),
    ),
    Mistake(
        "first_sequence",
        {ADD: f"np.add.at(dW, ids[0], dout[0]) if ids.ndim > 1 else {ADD}"},
        "Only the first sequence of the batch has left its gradients. All of them looked up rows "
        "of W.",
    ),
    Mistake(
        "counts",
        {"ids, dout)": "ids, 1)"},
        "You count how often each id occurs. That is the gradient if dout is 1 everywhere; add up "
        "the rows of dout instead.",
    ),
    Mistake(
        "looked_up",
        {"return dW": "return dout[ids]"},
        "dout[ids] looks rows up, as the forward did. The backward goes the other way: what came "
        "back at a place is added to row ids[place] of dW.",
    ),
    Mistake(
        "dout_itself",
        {"return dW": "return dout"},
        "You return dout, which has a row for each place in the text. dW has a row for each word "
        "of the vocabulary: dout of a place belongs into the row of its id.",
    ),
]

hints = [
    "The forward copied row ids[t] of W to place t. What comes back at place t belongs to that "
    "row.",
    "A token that occurs three times was copied three times: three shares add up in one row. Rows "
    "that were not used get 0.",
    "Begin with np.zeros((vocab_size, d_model)). A loop over all places with += is right. dW[ids] "
    "+= dout is not: it writes a repeated row once.",
    "np.add.at(dW, ids, dout) adds for every id, repeated or not.",
]
