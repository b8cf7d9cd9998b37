"""Which exercises are right, per lesson."""

from dataclasses import dataclass

from . import registry
from .own_model import mine
from .wording import listed, wrap


@dataclass(frozen=True)
class Progress:
    """For each lesson, for each of its exercises, in order: "right", "not yet" or "refused".

    "refused" is a saved answer that is no longer right; `reasons` says why.
    """

    lessons: dict[int, dict[str, str]]
    reasons: dict[str, str]

    @property
    def right(self) -> int:
        return sum(list(states.values()).count("right") for states in self.lessons.values())

    @property
    def total(self) -> int:
        return sum(len(states) for states in self.lessons.values())

    def __str__(self) -> str:
        lines = [f"{self.right} of {self.total} exercises are right and saved."]
        for lesson, states in self.lessons.items():
            done = [name for name, state in states.items() if state == "right"]
            title = registry.NOTEBOOKS[lesson][3:].replace("_", " ")
            lines += ["", f"Lesson {lesson}, {title}: {len(done)} of {len(states)}"]
            for label, wanted in (
                ("right", "right"),
                ("to do", "not yet"),
                ("no longer right", "refused"),
            ):
                names = [name for name, state in states.items() if state == wanted]
                if names:
                    lines.append(wrap(f"{label}: {', '.join(names)}"))
        if self.reasons:
            lines += ["", f"print(mine()) says what is wrong with {listed(list(self.reasons))}."]
        return "\n".join(lines)

    __repr__ = __str__


def progress() -> Progress:
    """Say which exercises are right: `print(progress())`. Each saved answer is checked again."""
    own = mine()
    lessons: dict[int, dict[str, str]] = {}
    for exercise in registry.exercises():
        state = "refused" if exercise.name in own.refused else "not yet"
        lessons.setdefault(exercise.lesson, {})[exercise.name] = (
            "right" if exercise.name in own else state
        )
    return Progress(lessons, own.refused)
