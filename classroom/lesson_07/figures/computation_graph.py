"""The figure of a small computation: values go forward, gradients come back."""

from __future__ import annotations

from typing import NamedTuple

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
)

PLACES = {
    "x": (0.9, 3.5),
    "w": (0.9, 1.2),
    "u": (3.0, 1.9),
    "r": (5.3, 1.9),
    "s": (6.85, 3.1),
    "L": (9.2, 3.1),
}
"""Where each value stands, in the coordinates of the picture."""

FORMULAS = {"x": "x", "w": "w", "u": "u = w x", "r": "r = relu(u)", "s": "s = x + r",
            "L": "L = (s − 1)² / 2"}  # fmt: skip
EDGES = (("x", "s"), ("x", "u"), ("w", "u"), ("u", "r"), ("r", "s"), ("s", "L"))


FORWARD, BACKWARD = ink_of(COLORS[0]), ink_of(COLORS[1])
"""The colors of values and of gradients."""


class Traced(NamedTuple):
    """Values and gradients of L = (x + relu(w x) − 1)² / 2 at one place.

    Fields
    ------
    values, gradients : dict of str to float
        Of x, w, u, r, s and L; the gradient of a is dL/da.
    flows : dict of (str, str) to float
        For an edge (a, b), what b hands back to a. The gradient of a is the sum of its flows.
    """

    values: dict[str, float]
    gradients: dict[str, float]
    flows: dict[tuple[str, str], float]


def trace(x: float, w: float) -> Traced:
    """Run the computation forward, then backward, one line for each step."""
    u = w * x
    r = max(u, 0.0)
    s = x + r
    loss = (s - 1) ** 2 / 2
    flows = {("s", "L"): s - 1}
    flows["r", "s"] = flows["x", "s"] = flows["s", "L"]
    flows["u", "r"] = flows["r", "s"] * (u > 0)
    flows["w", "u"] = flows["u", "r"] * x
    flows["x", "u"] = flows["u", "r"] * w
    gradients = {
        name: sum(flow for (a, _), flow in flows.items() if a == name) for name in PLACES
    } | {"L": 1.0}
    return Traced({"x": x, "w": w, "u": u, "r": r, "s": s, "L": loss}, gradients, flows)


class ComputationGraph(Stage):
    """Two numbers, four steps: the values above each name, the gradients below."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 4.0))
        board = place(self.picture, 0.05, 0.05, WIDTH - 0.1, 3.4)
        board.set_axis_off()
        board.set_xlim(0, 10.2)
        board.set_ylim(0.1, 4.35)
        self.flows = {}
        for a, b in EDGES:
            (x0, y0), (x1, y1) = PLACES[a], PLACES[b]
            board.annotate(
                "", (x1, y1), (x0, y0), zorder=1,
                arrowprops={"arrowstyle": "-|>", "color": SOFT, "lw": 1.1,
                            "shrinkA": 12 if a in "xw" else 34, "shrinkB": 38 if b != "L" else 50},
            )  # fmt: skip
            at, lift = (0.4 if a in ("x", "w") else 0.5), (0.2 if y0 == y1 else 0.0)
            self.flows[a, b] = board.text(
                x0 + at * (x1 - x0), y0 + at * (y1 - y0) + lift, "", size=TICK_SIZE,
                color=BACKWARD, ha="center", va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            )  # fmt: skip
        self.values, self.gradients = {}, {}
        for name, (x, y) in PLACES.items():
            board.text(x, y, FORMULAS[name], size=LABEL_SIZE, color=INK, ha="center", va="center",
                       weight="bold")  # fmt: skip
            self.values[name] = board.text(x, y + 0.42, "", size=LABEL_SIZE, color=FORWARD,
                                           ha="center", va="center")  # fmt: skip
            self.gradients[name] = board.text(x, y - 0.42, "", size=LABEL_SIZE, color=BACKWARD,
                                              ha="center", va="center")  # fmt: skip
        board.text(0.5, 4.25, "forward: values", ha="left", size=TICK_SIZE, color=FORWARD)
        board.text(0.5, 0.3, "backward: gradients dL/d…; on an arrow, what comes back along it",
                   size=TICK_SIZE, color=BACKWARD, ha="left")  # fmt: skip
        self.animate(self.flows.values(), self.values.values(), self.gradients.values())

    def update(self, x: float, w: float) -> None:  # type: ignore[override]
        """Show the computation at some x and w."""
        values, gradients, flows = trace(x, w)
        for edge, text in self.flows.items():
            text.set_text(decimals(flows[edge]))
        for name in PLACES:
            self.values[name].set_text(decimals(values[name]))
            self.gradients[name].set_text(decimals(gradients[name]))
        direct, through = flows["x", "s"], flows["x", "u"]
        closed = ", for relu is closed" if values["u"] <= 0 else ""
        title = (
            f"dL/dx = {decimals(gradients['x'])}: {decimals(direct)} comes straight back from the "
            f"sum, {decimals(through)} through w and relu{closed}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'A computation drawn as a graph')}: x and w lead to u = w x, u to "
            "r = relu(u), x and r to s = x + r, s to L = (s − 1)² / 2. Values: "
            + ", ".join(f"{name} = {decimals(value)}" for name, value in values.items())
            + ". Gradients: "
            + ", ".join(f"dL/d{name} = {decimals(value)}" for name, value in gradients.items())
            + "."
        )
