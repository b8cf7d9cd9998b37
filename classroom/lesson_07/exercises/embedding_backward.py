"""embedding_backward: what comes back at a place is added to the row of its id."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case(
            (np.array([[1.0, 2], [10, 20], [100, 200]]), (np.array([2, 0, 2]), 4)),
            label="three tokens, one of them twice",
            expected=[[10, 20], [0, 0], [101, 202], [0, 0]],
        ),
        Case(
            (rng.normal(size=(3, 5)), (np.array([6, 1, 3]), 7)),
            label="no token twice",
            proves="one sequence, with a token that stands twice",
        ),
        Case(
            (rng.normal(size=(2, 5, 3)), (np.array([[1, 4, 1, 1, 0], [4, 2, 1, 5, 5]]), 11)),
            label="a batch of 2 sequences",
            proves="a batch",
        ),
        Case(
            (rng.normal(size=(2, 3, 5, 7)), (rng.integers(0, 11, size=(2, 3, 5)), 11)),
            label="ids with three axes",
        ),
        Case(
            (np.array([3.0, 5.0]), (np.array(1), 3)),
            label="a single id",
            expected=[[0, 0], [3, 5], [0, 0]],
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
            "gradient of the last place only: each place writes over the one before. All are to "
            "be added. (With repeated ids dW[ids] += ... adds one of them too; np.add.at adds "
            "them all.)"
        ),
    ),
    Mistake(
        "rows_of_the_batch",
        {ADD: "for i, row in enumerate(ids):\n        dW[row] += dout[i]"},
        "What the sequences bring is added up, but within one of them a token that occurs twice is "
        "written once: dW[row] += ... does that for a whole sequence of ids. Go through every "
        "single place, np.ndindex(ids.shape), or use np.add.at.",
    ),
    Mistake(
        "id_0_left_out",
        {"return dW": "dW[0] = 0\n    return dW"},
        "The row of id 0 gets no gradient, as if it were padding. Here id 0 is a token like any "
        "other: its row adds up what came back wherever it stood.",
    ),
    Mistake(
        "scaled",
        {"return dW": "return dW * math.sqrt(dW.shape[-1])"},
        lambda case, got, want: (
            f"dW is multiplied by √d_model, here {number(np.sqrt(np.shape(want)[-1]))}. This is "
            "the backward of the look-up W[ids] alone, which has no such factor."
        ),
    ),
    Mistake(
        "one_hot_turned",
        {f"{ADD}\n    return dW": "return np.eye(vocab_size)[ids].T @ dout"},
        "For one sequence the product of the one-hot rows, transposed, with dout is right. In a "
        "batch they have three axes, and .T turns all of them round: lay all places below each "
        "other first, with reshape.",
    ),
    Mistake(
        "mean",
        {"return dW": "return dW / np.bincount(ids.ravel(), minlength=len(dW)).clip(1)[:, None]"},
        "The row of a token that occurs several times holds a mean. Each place has its own share "
        "in the loss, and shares add up.",
    ),
    Mistake(
        "too_few_rows",
        [
            {"np.zeros((vocab_size": "np.zeros((ids.max() + 1"},
            {
                "np.zeros((vocab_size": "np.zeros((len(np.unique(ids))",
                "(dW, ids,": "(dW, np.unique(ids, return_inverse=True)[1].reshape(ids.shape),",
            },
        ],
        lambda case, got, want: (
            f"dW has {np.shape(got)[0] if hasattr(got, 'shape') else 'too few'} rows, as the ids "
            f"that occur would have it. W has {case.args[1][1]} rows, and those of tokens that do "
            "not occur get the gradient 0: take vocab_size from the cache."
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
