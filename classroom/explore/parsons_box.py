"""The widget of a Parsons problem. Made by `questions.parsons`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from classroom.explore.box import GREEN, RED, Box, block, listed, note, paragraph
from classroom.explore.markup import line_html, to_html, to_plain
from classroom.explore.parsons_logic import Checked, Parsons

_NARROW = {"width": "36px", "flex": "0 0 auto"}


class ParsonsBox(Box):
    """Lines to choose from, the order so far, and a button that checks it.

    Every place has its own buttons, which stay where they are while the lines move through them:
    so the keyboard focus is never lost.
    """

    def __init__(self, logic: Parsons) -> None:
        self.logic = logic
        self.pool = logic.shuffled()
        self.order: list[str] = []
        count = len(self.pool)
        self.add_buttons = [
            self._button("plus", f"Add: {to_plain(line)}", partial(self.add, line))
            for line in self.pool
        ]
        self._pool_rows = [
            self._row([button], line_html(line))
            for button, line in zip(self.add_buttons, self.pool, strict=True)
        ]
        self._slots = [self._slot(place) for place in range(count)]
        self.check_button = widgets.Button(
            description="Check the order", button_style="primary", layout={"width": "150px"}
        )
        self.check_button.on_click(lambda _: self.check())
        self.clear_button = widgets.Button(description="Start again", layout={"width": "110px"})
        self.clear_button.on_click(lambda _: self.clear())
        self.message = widgets.HTMLMath("")
        self.empty = widgets.HTML("<i>No line yet. Add the first one with +.</i>")
        self.heading = widgets.HTML("<b>Lines to choose from</b>")
        self._asked = f"<b>Put into order.</b> {to_html(logic.prompt)}"
        super().__init__(
            [
                paragraph(self._asked),
                self.heading,
                *self._pool_rows,
                widgets.HTML("<b>Your order</b>"),
                self.empty,
                *(row for row, _ in self._slots),
                widgets.HBox([self.check_button, self.clear_button]),
                self.message,
            ],
            f"Put into order. {to_plain(logic.prompt)}" + "".join(f"\n- {x}" for x in self.pool),
        )
        self._refresh()

    def add(self, line: str) -> None:
        """Put a line at the end of the order."""
        if line in self.order:
            return
        self.order.append(line)
        self._refresh()
        left = [i for i, other in enumerate(self.pool) if other not in self.order]
        after = [i for i in left if i > self.pool.index(line)] or left
        (self.add_buttons[after[0]] if after else self.check_button).focus()

    def move(self, place: int, by: int) -> None:
        """Move the line at `place` up (-1) or down (+1)."""
        target = place + by
        if not (0 <= place < len(self.order) and 0 <= target < len(self.order)):
            return
        self.order[place], self.order[target] = self.order[target], self.order[place]
        self._refresh()
        self._slots[target][1][0 if by < 0 else 1].focus()

    def remove(self, place: int) -> None:
        """Put the line at `place` back."""
        if 0 <= place < len(self.order):
            del self.order[place]
            self._refresh()

    def clear(self) -> None:
        """Put all lines back."""
        self.order.clear()
        self._refresh()

    def check(self) -> Checked:
        """Check the order as it stands and tell the reader."""
        checked = self.logic.mark(self.order)
        self._refresh(checked.wrong_at)
        if checked.right:
            reasons = "".join(
                f"<li>{line_html(line.removesuffix('.'))}: {to_html(self.logic.explain[line])}</li>"
                for line in self.order
                if line in self.logic.explain
            )
            body = f"<b>✓ Right.</b>{f'<ul>{reasons}</ul>' if reasons else ''}"
            self.message.value = note(body, GREEN)
        else:
            mark = "✗ " if checked.wrong_at is not None else ""
            self.message.value = note(mark + to_html(checked.message), RED)
        self.store()
        return checked

    def as_html(self) -> str:
        """Return the HTML of the lines, and of the order that was checked."""
        lines = block(self._asked + listed(map(line_html, self.pool)))
        if not self.message.value:
            return lines
        order = "".join(f"<li>{line_html(line)}</li>" for line in self.order)
        return f"{lines}<b>Your order</b><ol>{order}</ol>{self.message.value}"

    def _refresh(self, wrong_at: int | None = None) -> None:
        """Show the lines where they are now; mark the one that is out of place."""
        for line, row in zip(self.pool, self._pool_rows, strict=True):
            row.layout.display = "none" if line in self.order else "flex"
        for place, (row, parts) in enumerate(self._slots):
            filled = place < len(self.order)
            row.layout.display = "flex" if filled else "none"
            if filled:
                up, down, _, content = parts
                mark = f"{place + 1}. " + ("✗ " if place == wrong_at else "")
                body = mark + line_html(self.order[place])
                color = RED if place == wrong_at else "transparent"
                content.value = (
                    f'<div style="border-left: 4px solid {color}; padding-left: 6px">{body}</div>'
                )
                up.disabled, down.disabled = place == 0, place == len(self.order) - 1
        self.empty.layout.display = "none" if self.order else "block"
        self.heading.layout.display = "none" if len(self.order) == len(self.pool) else "block"
        self.message.value = ""

    def _slot(self, place: int) -> tuple[Any, tuple[Any, ...]]:
        up = self._button("arrow-up", f"Move line {place + 1} up", partial(self.move, place, -1))
        down = self._button(
            "arrow-down", f"Move line {place + 1} down", partial(self.move, place, 1)
        )
        away = self._button("times", f"Put line {place + 1} back", partial(self.remove, place))
        row = self._row([up, down, away], "")
        return row, (up, down, away, row.children[-1])

    @staticmethod
    def _row(buttons: list[Any], content: str) -> Any:
        row = widgets.HBox([*buttons, widgets.HTMLMath(content)])
        row.layout.align_items = "center"
        return row

    @staticmethod
    def _button(icon: str, tooltip: str, act: Callable[[], None]) -> Any:
        button = widgets.Button(icon=icon, tooltip=tooltip, layout=_NARROW)
        button.on_click(lambda _: act())
        return button
