"""The drawing of a model, and what a notebook shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from classroom.architecture import page, png
from classroom.architecture.gradient import Step, backward_steps, with_gradient
from classroom.architecture.layout import WIDEST, Columns, lay_out
from classroom.architecture.marks import Box, Look
from classroom.architecture.parts import Part, Stack, matches, stacks_of
from classroom.architecture.sentence import describe
from classroom.plots.display import show
from course_lib.params import TransformerConfig

MARKS = {"yours": "✓ ", "refused": "✗ "}
KEY = {
    "yours": "✓ filled: yours",
    "some": "1/2: one of its two functions is yours",
    "refused": "✗ dashed: yours, but not right",
    "reference": "plain: the course's",
}
KEY_BACK = "dashed arrows: the gradient's way back"


class Drawing:
    """A drawing of a model; as the last line of a cell it shows itself.

    Attributes
    ----------
    wide, narrow : Columns
        The marks of both layouts.
    steps : list of Step
        Of the walk; empty where there is none.
    alt : str
        What the drawing shows, in words.
    names : dict of str to str
        For each part the functions that compute it and its arrays, shown under the pointer.
    others : dict
        Of the owners that were given by lesson, the functions that no part of the drawing has.
    """

    def __init__(
        self, wide: Columns, narrow: Columns, steps: list[Step], alt: str, names: dict[str, str],
        others: dict[Any, dict[str, str]],
    ) -> None:  # fmt: skip
        self.wide, self.narrow, self.steps, self.alt = wide, narrow, steps, alt
        self.names, self.others = names, others

    def to_html(self) -> str:
        """Return what `plots.show` puts into the notebook."""
        return page.html_of(self)

    def _ipython_display_(self, **_: Any) -> None:
        show(self)

    def png(self) -> bytes:
        """Return the wide layout as a PNG, two pixels for each of the page."""
        return png.png_of(self.wide)

    def __repr__(self) -> str:
        return self.alt


class Choice:
    """Several drawings, one of which is shown; where no script runs, the first."""

    def __init__(self, drawings: Mapping[str, Drawing]) -> None:
        self.drawings = dict(drawings)
        first, *others = self.drawings.items()
        self.alt = f"{first[1].alt} To be chosen in its place: {', '.join(n for n, _ in others)}."

    def to_html(self) -> str:
        """Return what `plots.show` puts into the notebook."""
        return page.choice_of(self.drawings, self.alt)

    def _ipython_display_(self, **_: Any) -> None:
        show(self)

    def __repr__(self) -> str:
        return self.alt


def choose(drawings: Mapping[str, Drawing]) -> Choice:
    """Show one of several drawings, with a radio button for each.

    Parameters
    ----------
    drawings : mapping of str to Drawing
        By what stands beside its button; the first is shown first.

    Raises
    ------
    ValueError
        If there are fewer than two, or one of them is walked through.
    """
    if len(drawings) < 2 or any(drawing.steps for drawing in drawings.values()):
        raise ValueError("choose: give two drawings or more, none of them with steps.")
    return Choice(drawings)


def architecture(
    config: TransformerConfig,
    params: Mapping[str, Any] | None = None,
    *,
    lit: Iterable[str] = (),
    open: Iterable[str] = (),
    owners: Mapping[Any, Any] | None = None,
    direction: str = "forward",
    steps: bool = False,
    loss: bool = False,
    cache: bool = False,
) -> Drawing:
    """Draw a model from its own parts: from ids at the bottom to logits at the top.

    Parameters
    ----------
    config : TransformerConfig
    params : dict, optional
        Its parameters, from which the shapes are read; without them they follow from `config`.
    lit : iterable of str
        Parts to be shown strongly, by their names: "attention", "norm", "residual", "W_Q",
        "embedding", ...
    open : iterable of str
        "attention", "cross_attention", "feed_forward": drawn with what they consist of.
    owners : mapping, optional
        For each function whose it is, "yours", "reference" or "refused"; also by lesson, as
        `parts_by_lesson` and `playing` give it.
    direction : {"forward", "backward"}
        "backward" draws the gradient's way back beside the data's.
    steps : bool
        The gradient walks back part by part, at two buttons and the arrow keys.
    loss : bool
        Draw the loss on top; it is drawn with direction "backward".
    cache : bool
        One step of writing, with a key-value cache.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If a part is lit or opened that the drawing does not have, a function is nobody's, or the
        choices do not go together.
    """
    lit, open = _names(lit), _names(open)
    backward = direction == "backward"
    if direction not in ("forward", "backward"):
        raise ValueError(f"architecture: direction is {direction!r}, not 'forward' or 'backward'.")
    if steps and not backward:
        raise ValueError("architecture: steps walk the gradient back; use direction='backward'.")
    if cache and (backward or config.family == "encoder"):
        raise ValueError("architecture: a cache is kept while a decoder writes, not in training.")
    stacks = stacks_of(config, params, loss or backward, cache)
    if cache:
        open = (*open, "attention")
    drawn = _drawn(stacks, open)
    _check(lit, drawn, "lit")
    _check(open, {n: p for n, p in drawn.items() if p.inside}, "open")
    whose = _flat(owners)

    def look(part: Part) -> Look:
        is_lit = any(matches(name, part.name) for name in lit)
        return Look(is_lit, _owner(part, whose)[0] if owners is not None else "")

    def label(part: Part) -> str:
        if owners is None:
            return part.label
        kind, mine, every = _owner(part, whose)
        return (f"{mine}/{every} " if kind == "some" else MARKS.get(kind, "")) + part.label

    layouts = {}
    for narrow in (False, True):
        columns = lay_out(stacks, config, open, look, label, (), narrow)
        key = []
        if owners is not None:
            shown = {m.look.owner for m in columns.marks if isinstance(m, Box)}
            key = [text for kind, text in KEY.items() if kind in shown]
        if backward and not steps:
            key.append(KEY_BACK)
        if key:
            columns = lay_out(stacks, config, open, look, label, key, narrow)
        if backward:
            columns = Columns(with_gradient(columns.marks), columns.width, columns.height)
        layouts[narrow] = columns
    if layouts[False].width > WIDEST:
        layouts[False] = layouts[True]
    walk = backward_steps(stacks, config, drawn) if backward else []
    alt = describe(config, stacks, drawn, look, backward, cache, walk)
    names = {name: _under_pointer(part) for name, part in drawn.items()}
    used = {function for part in drawn.values() for function in part.functions}
    others = {
        lesson: {name: kind for name, kind in functions.items() if name not in used}
        for lesson, functions in (owners or {}).items()
        if isinstance(functions, Mapping)
    }
    others = {lesson: functions for lesson, functions in others.items() if functions}
    return Drawing(layouts[False], layouts[True], walk if steps else [], alt, names, others)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _drawn(stacks: list[Stack], opened: tuple[str, ...]) -> dict[str, Part]:
    """Return the parts that are drawn by their names, in order from the bottom to the top."""
    found = {}
    for stack in stacks:
        for part in stack.parts():
            owner = next((p for p in stack.parts() if part in p.inside), part)
            if owner is part or any(matches(name, owner.name) for name in opened):
                found[part.name] = part
    return found


def _under_pointer(part: Part) -> str:
    """Return the functions of a part and its arrays with their shapes."""
    arrays = [f"{name} {shape}" for name, shape in part.arrays.items()]
    return "; ".join([", ".join(part.functions), *([", ".join(arrays)] if arrays else [])])


def _check(asked: tuple[str, ...], drawn: Mapping[str, Part], what: str) -> None:
    for name in asked:
        if not any(matches(name, part) for part in drawn):
            raise ValueError(
                f"architecture: {what} names {name!r}, which is not drawn here. There are "
                f"{', '.join(drawn)}."
            )


def _flat(owners: Mapping[Any, Any] | None) -> dict[str, str]:
    """Return whose each function is, from a mapping that may be sorted by lessons."""
    flat: dict[str, str] = {}
    for name, whose in (owners or {}).items():
        flat |= dict(whose) if isinstance(whose, Mapping) else {name: whose}
    for name, whose in flat.items():
        if whose not in ("yours", "reference", "refused"):
            raise ValueError(
                f"architecture: {name} is {whose!r}; say 'yours', 'reference' or 'refused'."
            )
    return flat


def _owner(part: Part, whose: Mapping[str, str]) -> tuple[str, int, int]:
    """Return whose a part is, and how many of its functions are the reader's, of how many."""
    kinds = [whose[function] for function in part.functions if function in whose]
    mine = kinds.count("yours")
    if "refused" in kinds:
        return "refused", mine, len(kinds)
    if kinds and mine == len(kinds):
        return "yours", mine, len(kinds)
    return ("some" if mine else "reference"), mine, len(kinds)
