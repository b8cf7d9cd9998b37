"""How strings, and lists and sets of strings, differ."""

from typing import Any

from classroom.exercises.formatting import kind_of, plural
from classroom.exercises.tree import equal

LONG = 60  # characters that are shown of a value


def is_plain(value: Any) -> bool:
    """A string, a list, tuple or set of strings (and whole numbers among them), an empty set."""
    if isinstance(value, (str, bytes)) or (isinstance(value, (set, frozenset)) and not value):
        return True
    return (
        isinstance(value, (list, tuple, set, frozenset))
        and not hasattr(value, "_fields")
        and bool(value)
        and all(isinstance(item, (str, bytes, int)) for item in value)
        and any(isinstance(item, (str, bytes)) for item in value)
    )


def plain_difference(got: Any, want: Any, path: str) -> str:
    """Say how the value `got` differs from the plain value `want`."""
    if not isinstance(got, type(want)):
        return f"{path} should be {_what(want)}, and yours is {_what(got)}."
    both = f"{path} should be {short(want)}, and yours is {short(got)}."
    if isinstance(want, (set, frozenset)):
        return f"{both} {_members(got, want)}"
    if len(repr(want)) <= LONG and len(repr(got)) <= LONG:
        return both
    unit = "character" if isinstance(want, (str, bytes)) else "item"
    place = next(
        (i for i, (a, b) in enumerate(zip(got, want, strict=False)) if not equal(a, b, 0.0)),
        min(len(got), len(want)),
    )
    if place == len(got):
        return f"{path} ends too early, after {plural(place, unit)} of {len(want)}."
    if place == len(want):
        return f"{path} is too long: {plural(len(got), unit)} in place of {len(want)}."
    start = max(place - 15, 0)
    there, yours = short(want[start : place + 15]), short(got[start : place + 15])
    return (
        f"{path} differs first at {unit} {place}: around it stands {yours}, it should be {there}."
    )


def short(value: Any) -> str:
    """A value as Python writes it, cut after 60 characters; sets in order."""
    text = repr(value)
    if isinstance(value, (set, frozenset)) and value:
        text = "{" + ", ".join(sorted(map(repr, value))) + "}"
    return text if len(text) <= LONG else f"{text[: LONG - 2]} …"


def _members(got: Any, want: Any) -> str:
    missing, extra = want - got, got - want
    texts = [f"Missing: {short(missing)}."] * bool(missing)
    texts += [f"Too many: {short(extra)}."] * bool(extra)
    return " ".join(texts)


def _what(value: Any) -> str:
    return short(value) if is_plain(value) else kind_of(value)
