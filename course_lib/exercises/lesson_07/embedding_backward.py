"""Exercise: embedding_backward."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def embedding_backward_cases(rng):
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


def _plain(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    np.add.at(dW, ids, dout)
    return dW


def _loop(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]), dout.dtype)
    for index in np.ndindex(ids.shape):
        dW[ids[index]] += dout[index]
    return dW


def _by_one_hot(dout, cache):
    ids, vocab_size = cache
    return np.einsum("nv,nd->vd", np.eye(vocab_size)[ids.ravel()], dout.reshape(ids.size, -1))


def _last_wins(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    dW[ids] = dout
    return dW


def _rows_of_the_batch(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    for i, row in enumerate(ids):
        dW[row] += dout[i]
    return dW


def _mean(dout, cache):
    ids, vocab_size = cache
    counts = np.bincount(ids.ravel(), minlength=vocab_size)
    return _plain(dout, cache) / np.maximum(counts, 1)[:, None]


def _too_few_rows(dout, cache):
    ids, _ = cache
    return _plain(dout, (ids, ids.max() + 1))


def _first_sequence(dout, cache):
    ids, vocab_size = cache
    return _plain(dout[0], (ids[0], vocab_size)) if ids.ndim > 1 else _plain(dout, cache)


def _counts(dout, cache):
    ids, vocab_size = cache
    counts = np.bincount(ids.ravel(), minlength=vocab_size)
    return np.repeat(counts[:, None], dout.shape[-1], axis=1).astype(float)


def _repeated(case):
    """The first id that stands in a case more than once, and how often."""
    ids, counts = np.unique(case.args[1][0], return_counts=True)
    at = int(np.argmax(counts > 1))
    return int(ids[at]), int(counts[at])


register(
    Exercise(
        name="embedding_backward",
        lesson=7,
        reference=layers.embedding_backward,
        shown=_plain,
        cases=embedding_backward_cases,
        returns=("dW",),
        mistakes=(
            Mistake(
                "last_wins",
                _last_wins,
                lambda case, got, want: (
                    f"Id {_repeated(case)[0]} stands here {_repeated(case)[1]} times, but its row "
                    "holds the gradient of one place only. dW[ids] = dout and dW[ids] += dout "
                    "write each row once, and the last place wins. np.add.at(dW, ids, dout) adds "
                    "them all."
                ),
            ),
            Mistake(
                "rows_of_the_batch",
                _rows_of_the_batch,
                "Your loop runs over the sequences of the batch, and within one of them a token "
                "that occurs twice is written once. Loop over every place, np.ndindex(ids.shape), "
                "or use np.add.at(dW, ids, dout).",
            ),
            Mistake(
                "mean",
                _mean,
                "The row of a token that occurs several times holds a mean. Each place has its "
                "own share in the loss, and shares add up.",
            ),
            Mistake(
                "too_few_rows",
                _too_few_rows,
                lambda case, got, want: (
                    f"dW has {np.shape(got)[0] if hasattr(got, 'shape') else 'too few'} rows, one "
                    f"for each id up to the largest that occurs. W has {case.args[1][1]} rows, and "
                    "those of words that do not occur get the gradient 0: take vocab_size from the "
                    "cache."
                ),
            ),
            Mistake(
                "first_sequence",
                _first_sequence,
                "Only the first sequence of the batch has left its gradients. All of them looked "
                "up rows of W.",
            ),
            Mistake(
                "counts",
                _counts,
                "You count how often each id occurs. That is the gradient if dout is 1 everywhere; "
                "add up the rows of dout instead.",
            ),
            Mistake(
                "looked_up",
                lambda dout, cache: dout[cache[0]],
                "dout[ids] looks rows up, as the forward did. The backward goes the other way: "
                "what came back at a place is added to row ids[place] of dW.",
            ),
            Mistake(
                "dout_itself",
                lambda dout, cache: dout,
                "You return dout, which has a row for each place in the text. dW has a row for "
                "each word of the vocabulary: dout of a place belongs into the row of its id.",
            ),
        ),
        correct=(_plain, _loop, _by_one_hot),
        hints=(
            "The forward copied row ids[t] of W to place t. What comes back at place t belongs to "
            "that row.",
            "A token that occurs three times was copied three times: three shares add up in one "
            "row. Rows that were not used get 0.",
            "Begin with np.zeros((vocab_size, d_model)). A loop over all places with += is right. "
            "dW[ids] += dout is not: it writes a repeated row once.",
            "np.add.at(dW, ids, dout) adds for every id, repeated or not.",
        ),
    )
)
