"""Questions about digits, made in bulk: arguments, their split, and the tokens of each question."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..params import TransformerConfig
from ..training.objective import IGNORED, Batch
from ..training.recipe import Recipe
from ..vocab import EOS, PAD, Vocabulary

EMPTY = -1
"""No argument here, or no token: shorter questions leave places empty, and close up in the end."""


def _last(x):
    return x[np.arange(len(x)), (x != EMPTY).sum(axis=1) - 1]


OPERATIONS: dict[str, Callable] = {
    "First": lambda x: x[:, 0],
    "Second": lambda x: x[:, 1],
    "Last": _last,
    "Max": lambda x: x.max(axis=1),
    "Min": lambda x: np.where(x == EMPTY, x.max(), x).min(axis=1),
    "Add": lambda x: x.sum(axis=1),
}
"""Name -> function from arguments, int (N, n) with EMPTY after the last, to results, int (N,)."""


@dataclass(frozen=True)
class Preset:
    """One kind of question about numbers from 0 to `base` - 1.

    `n_arguments` is the smallest and the largest number of them. A nested question has two inner
    ones of two digits each. `n_inputs` is how many argument lists are drawn; those drawn twice
    are made once.
    """

    description: str
    example: str
    operations: tuple[str, ...]
    recipe: Recipe
    base: int = 10
    n_arguments: tuple[int, int] = (3, 3)
    nested: bool = False
    n_inputs: int = 1000
    n_layers: int = 2

    @property
    def many_tokens(self):
        """Do answers need more than one token, and therefore <eos>?"""
        return self.base > 10 or "Add" in self.operations

    @property
    def answer_length(self):
        """Tokens of the longest answer."""
        return 3 if self.many_tokens else 1

    def vocabulary(self):
        """Return the Vocabulary: one token for an operation, a bracket, a digit."""
        specials = (PAD, EOS) if self.many_tokens else (PAD,)
        comma = (",",) if self.base > 10 else ()
        return Vocabulary(
            (*specials, *self.operations, "(", ")", *comma, "→", *"0123456789"), "word"
        )

    def config(self, vocabulary):
        """Return the TransformerConfig of this preset's model."""
        rows = np.full((1, self.n_arguments[1]), self.base - 1)
        operations = np.zeros((1, 3 if self.nested else 1), np.int64)
        prompt = _question_tokens(self, vocabulary, rows, operations)
        longest = int((prompt != EMPTY).sum()) + self.answer_length - 1
        return TransformerConfig(
            "decoder", len(vocabulary), d_model=64, n_heads=4, n_layers=self.n_layers, d_ff=256,
            max_len=longest, pad_id=vocabulary.pad_id,
        )  # fmt: skip


def make_inputs(preset, rng):
    """Return distinct argument lists, int (N, n), EMPTY where a list is shorter, shuffled."""
    few, most = preset.n_arguments
    lists = []
    for n in range(few, most + 1):
        wanted = preset.n_inputs // (most - few + 1)
        if preset.base**n <= wanted:
            rows = np.indices((preset.base,) * n).reshape(n, -1).T
        else:
            rows = np.unique(_draw_lists(preset.base, n, wanted, rng), axis=0)
        lists.append(np.pad(rows, [(0, 0), (0, most - n)], constant_values=EMPTY))
    return rng.permutation(np.concatenate(lists))


def _draw_lists(base, n, count, rng):
    """Draw argument lists (count, n), an equal share of each kind.

    Uniform; between two numbers drawn at random; and of numbers with two digits: all with the same
    tens, and each cut down to its units half of the time. Uniform lists alone would hardly ever
    show that the Max of ten digits can be 1, that 9 is less than 53, or that units can decide.
    """
    uniform = rng.integers(base, size=(count, n))
    low, high = np.sort(rng.integers(base, size=(2, count, 1)), axis=0)
    kinds = [uniform, rng.integers(low, high + 1, size=(count, n))]
    if base > 10:
        kinds.append(uniform[:, :1] // 10 * 10 + uniform % 10)
        kinds.append(np.where(rng.random((count, n)) < 0.5, uniform, uniform % 10))
    return np.choose(rng.integers(len(kinds), size=(count, 1)), kinds)


def split_inputs(preset, rows):
    """Split argument lists (N, n) into train, validation (5 %, at most 500) and test (20 %).

    A list belongs to one part with whatever operation: no list of the test, and none of the
    validation, is seen in training with any. The order counts: 3 5 9 may be in training while
    5 3 9 is in the test. Lists of the smallest number alone and of the largest alone stay in
    training: nothing else shows that Max can be 0, or Min 9.
    """
    filled = rows != EMPTY
    pinned = np.zeros(len(rows), bool)
    for number in (0, preset.base - 1):
        pinned |= ((rows == number) | ~filled).all(axis=1)
    free = rows[~pinned]
    n_test, n_validation = len(rows) // 5, min(len(rows) // 20, 500)
    test, validation, rest = np.split(free, [n_test, n_test + n_validation])
    return np.concatenate([rows[pinned], rest]), validation, test


def every_operation(preset, vocabulary, rows):
    """Return the Batch that asks every operation of each of these argument lists."""
    count = len(preset.operations)
    operations = np.tile(np.arange(count), len(rows))[:, None]
    return make_batch(preset, vocabulary, np.repeat(rows, count, axis=0), operations)


def random_operations(preset, vocabulary, rows, rng, times=1):
    """Return the Batch that asks `times` nested questions of each of these argument lists."""
    rows = np.repeat(rows, times, axis=0)
    operations = rng.integers(len(preset.operations), size=(len(rows), 3))
    return make_batch(preset, vocabulary, rows, operations)


def make_batch(preset, vocabulary, rows, operations):
    """Return the Batch of questions with their answers; only the answers are asked for.

    Parameters
    ----------
    preset : Preset
    vocabulary : Vocabulary
    rows : int array (N, n)
        Arguments, EMPTY after the last.
    operations : int array (N, 1), or (N, 3) if nested
        Indices into preset.operations: the outer one first.

    Returns
    -------
    Batch
        Groups are the names of the (outer) operations.
    """
    prompt = _question_tokens(preset, vocabulary, rows, operations)
    answer = _number_tokens(vocabulary, answers(preset, rows, operations))
    if preset.many_tokens:
        answer = np.concatenate([answer, np.full((len(rows), 1), vocabulary.eos_id)], axis=1)
    tokens = np.concatenate([prompt, answer], axis=1)
    asked = np.arange(tokens.shape[1]) >= prompt.shape[1]
    # Close the gaps: a stable sort by "is empty" moves the tokens to the left, in their order.
    order = np.argsort(tokens == EMPTY, axis=1, kind="stable")
    order = order[:, : (tokens != EMPTY).sum(axis=1).max()]
    tokens = np.take_along_axis(tokens, order, axis=1)
    targets = np.where(asked[order] & (tokens != EMPTY), tokens, IGNORED)
    ids = np.where(tokens == EMPTY, vocabulary.pad_id, tokens)
    groups = np.array(preset.operations)[operations[:, 0]]
    return Batch((ids[:, :-1],), targets[:, 1:], groups)


def answers(preset, rows, operations):
    """Return the right results, int (N,)."""

    def apply(index, x):
        results = np.stack([OPERATIONS[name](x) for name in preset.operations])
        return results[index, np.arange(len(x))]

    if preset.nested:
        left, right = apply(operations[:, 1], rows[:, :2]), apply(operations[:, 2], rows[:, 2:])
        rows = np.stack([left, right], axis=1)
    return apply(operations[:, 0], rows)


def _question_tokens(preset, vocabulary, rows, operations):
    """Lay out Max ( 5 3 9 ) → in columns, int (N, columns), EMPTY where a question has no token."""
    n = len(rows)
    ids = {token: np.full((n, 1), i) for i, token in enumerate(vocabulary.tokens)}
    names = np.array([vocabulary.tokens.index(name) for name in preset.operations])[operations]

    def call(name, arguments):
        return [name[:, None], ids["("], *arguments, ids[")"]]

    def numbers(rows):
        columns = []
        for i in range(rows.shape[1]):
            if i and "," in ids:
                columns.append(ids[","])
            columns.append(_number_tokens(vocabulary, rows[:, i]))
        return columns

    if preset.nested:
        inner = call(names[:, 1], numbers(rows[:, :2])) + call(names[:, 2], numbers(rows[:, 2:]))
        columns = call(names[:, 0], inner)
    else:
        columns = call(names[:, 0], numbers(rows))
    return np.concatenate([*columns, ids["→"]], axis=1)


def _number_tokens(vocabulary, numbers):
    """Spell numbers from 0 to 99: int (N, 2), EMPTY where there are no tens, or no number."""
    zero = vocabulary.tokens.index("0")
    tens = np.where(numbers >= 10, zero + numbers // 10, EMPTY)
    units = np.where(numbers == EMPTY, EMPTY, zero + numbers % 10)
    return np.stack([tens, units], axis=1)
