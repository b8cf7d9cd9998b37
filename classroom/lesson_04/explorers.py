"""The explorers of lesson 4: what reaches what, what each block adds, where the parameters are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.explore import Choice, IntSlider, explorer
from classroom.lesson_04.figures.block_by_block import LayerMap
from classroom.lesson_04.figures.parameter_counts import Sizes
from classroom.plots.labels import number
from course_lib.params import TransformerConfig

WIDTHS = [64, 128, 256, 512, 768, 1024, 2048, 4096, 8192, 12288]
VOCABULARIES = [64, 1000, 8000, 32000, 50257, 128000, 256000]


def explore_reach(changes: Mapping[str, Any], tokens: Sequence[str], word: int = 0):
    """Choose a word to change and a mask: see which vectors change with it, block by block.

    Parameters
    ----------
    changes : mapping of names of masks to ndarrays, shape (T, n_layers + 1, T)
        Entry (i, l, t): how much the vector at position t changes after l blocks when word i is
        replaced, relative to its length, 0 to 1.
    tokens : sequence of str
    word : int
        The word to begin with.
    """

    def titles(kind: str, case: int, matrix: np.ndarray) -> str:
        differ = (matrix > 1e-9).sum(axis=1)
        return (
            f"{kind.capitalize()}, '{tokens[case]}' replaced: {differ[0]} of {len(tokens)} rows "
            f"{'differs' if differ[0] == 1 else 'differ'} before the blocks, {differ[1]} after "
            f"block 1, {differ[-1]} after block {len(differ) - 1}"
        )

    stage = LayerMap(
        changes, tokens, titles, {kind: np.arange(len(tokens)) for kind in changes},
        x_label="position", label="change",
    )  # fmt: skip
    return explorer(
        stage,
        case=Choice(
            [(f"{place}: {token}", place) for place, token in enumerate(tokens)],
            word,
            label="changed word",
            slider=True,
        ),
        kind=Choice(list(changes), label="mask"),
    )


def explore_readings(
    probabilities: Mapping[str, Any],
    tokens: Sequence[str],
    questions: Sequence[str],
    truths: Mapping[str, Any],
):
    """Choose a question: see which answer a model would give after each of its blocks.

    Parameters
    ----------
    probabilities : mapping of str to ndarray, shape (N, n_layers + 1, vocab_size)
        For each place that is read ("first token of the answer", ...), each question and each
        height in the stack the probabilities of the next token.
    tokens : sequence of str
        The vocabulary.
    questions : sequence of str, length N
    truths : mapping of str to int ndarray, shape (N,)
        The right token at each place.
    """

    def titles(kind: str, case: int, matrix: np.ndarray) -> str:
        truth = int(truths[kind][case])
        right = np.round(matrix, 9).argmax(axis=1) == truth
        name = f"'{tokens[truth]}'"
        if not right[-1]:
            return f"{questions[case]} {name} is never the most likely {kind}"
        wrong = np.flatnonzero(~right)
        since = int(wrong[-1]) + 1 if wrong.size else 0
        where = f"block {since}" if since else "the embedding"
        return (
            f"{questions[case]} {name} is the most likely {kind} from {where} on, with "
            f"{number(matrix[-1, truth])} at the end"
        )

    stage = LayerMap(
        probabilities, tokens, titles, truths, x_label="next token", label="probability"
    )
    return explorer(
        stage,
        case=Choice(list(zip(questions, range(len(questions)), strict=True)), label="question"),
        kind=Choice(list(probabilities), label="reading"),
    )


def explore_sizes(count: Callable[[TransformerConfig], int]):
    """Choose width, depth and vocabulary: see how many parameters there are, and where.

    `count` may be the reader's own count_parameters.
    """
    return explorer(
        Sizes(count),
        d_model=Choice(WIDTHS, 768, label="d_model", slider=True),
        n_layers=IntSlider(1, 96, 12, label="blocks"),
        vocab_size=Choice(VOCABULARIES, 50257, label="vocabulary", slider=True),
    )
