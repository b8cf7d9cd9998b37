"""A printed table as one call, like a picture."""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any


class Table(str):
    """The text of a table; the last line of a cell shows it as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def table(
    columns: Mapping[str, Sequence[object]],
    formats: Mapping[str, str] | None = None,
    digits: int = 3,
) -> Table:
    """Lay columns side by side as text: words on the left, numbers on the right of their column.

    Parameters
    ----------
    columns : mapping of str to sequence
        The heading of each column and what stands below it, all of one length. None leaves a place
        empty.
    formats : mapping of str to str, optional
        For a heading, how its numbers are written, such as ".2f" or ".0%". By default whole numbers
        are written with commas and others with `digits` significant digits.
    digits : int

    Returns
    -------
    Table
        To be the last line of a cell, to be printed, or to be given to `reveal`.

    Raises
    ------
    ValueError
        If the columns differ in length, or a format names none of them.

    Examples
    --------
    >>> table({"head": ["first", "second"], "weight": [0.25, 12]})
    head    weight
    first     0.25
    second      12
    """
    formats = dict(formats or {})
    lengths = {heading: len(values) for heading, values in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{heading}: {length}" for heading, length in lengths.items())
        raise ValueError(f"table: the columns differ in length ({listed}).")
    if unknown := sorted(formats.keys() - columns.keys()):
        raise ValueError(f"table: there is no column {unknown[0]!r} to be written as asked.")
    laid = [
        _column(heading, list(values), formats.get(heading), digits)
        for heading, values in columns.items()
    ]
    return Table("\n".join("  ".join(row).rstrip() for row in zip(*laid, strict=True)))


def _column(heading: str, values: list, spec: str | None, digits: int) -> list[str]:
    texts = [_text(value, spec, digits) for value in values]
    width = max(map(len, [heading, *texts]))
    numbers = all(value is None or _is_number(value) for value in values)
    return [text.rjust(width) if numbers else text.ljust(width) for text in [heading, *texts]]


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _text(value: Any, spec: str | None, digits: int) -> str:
    if value is None:
        return ""
    if not _is_number(value):
        return str(value)
    if spec is not None:
        return format(int(value) if spec.endswith("d") else float(value), spec)
    return f"{int(value):,}" if isinstance(value, Integral) else f"{float(value):.{digits}g}"
