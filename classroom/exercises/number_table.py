"""Where numbers differ: what was expected beside what the reader's function gave."""

from typing import Any

import numpy as np

from classroom.exercises import tree
from classroom.exercises.exercise import Exercise
from classroom.exercises.formatting import SMALL, number, numbers
from classroom.exercises.tree import close


def table(path: str, got: Any, want: Any, rtol: float) -> str:
    """Where two arrays of one shape differ: the first three places, and how many there are."""
    got, want = np.asarray(got), np.asarray(want)
    wrong = ~close(got, want, rtol)
    if want.ndim == 0 or (want.ndim == 1 and want.size <= SMALL):
        rows = [(path, numbers(want), numbers(got))]
    else:
        places = [tuple(int(i) for i in place) for place in np.argwhere(wrong)[:3]]
        rows = [
            (f"{path}[{', '.join(map(str, place))}]", number(want[place]), number(got[place]))
            for place in places
        ]
    if not rows:  # equal numbers of another dtype
        return f"    {path} should have dtype {want.dtype}, and yours has {got.dtype}."
    left = max(len(row[0]) for row in rows)
    middle = max(len("expected"), *(len(row[1]) for row in rows))
    lines = [f"    {'':<{left}}   {'expected':<{middle}}   yours"]
    lines += [f"    {place:<{left}}   {right:<{middle}}   {yours}" for place, right, yours in rows]
    count = int(wrong.sum())
    if want.ndim and path != rows[0][0] and count > len(rows):
        lines.append(f"    {count} of {want.size} values differ.")
    if any(right == yours for _, right, yours in rows):
        gap = np.abs(got.astype(float) - want.astype(float))
        lines.append(f"    The largest difference is {number(gap[wrong].max())}.")
    return "\n".join(lines)


def number_table(exercise: Exercise, got: Any, want: Any) -> str:
    """The first array of the result whose numbers differ; or two shapes that differ."""
    names = tree.part_names(exercise.reference, exercise.returns)
    wanted, yours = tree.split(want, names), tree.split(got, names)
    if len(wanted) != len(yours):
        yours = yours[:1]
    for (name, right_part), (_, part) in zip(wanted, yours, strict=False):
        right_leaves, leaves = (
            dict(tree.leaves(right_part, name)),
            dict(tree.leaves(part, name)),
        )
        for path, leaf in right_leaves.items():
            other: Any = leaves.get(path)
            if not tree.is_numeric(leaf) or tree.equal(other, leaf, exercise.rtol):
                continue
            if not tree.is_numeric(other):
                return ""
            if np.shape(other) != np.shape(leaf):
                shape, own = np.shape(leaf), np.shape(other)
                return f"    {path} should have shape {shape}, and yours has {own}."
            return table(path, other, leaf, exercise.rtol)
    return ""
