"""Which exercises are right and saved, lesson by lesson."""

from dataclasses import dataclass

from classroom.exercises import solutions
from classroom.exercises.exercise import exercises
from classroom.exercises.formatting import listed, wrap
from classroom.exercises.my_model.own_model import mine


@dataclass(frozen=True)
class Progress:
    """For each lesson, for each of its exercises, in order: "right", "not yet" or "refused".

    "refused" is a saved answer that is no longer right; `reasons` says why.
    """

    lessons: dict[solutions.Part, dict[str, str]]
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
            title = solutions.NOTEBOOKS[lesson].partition("_")[2].replace("_", " ")
            part = solutions.name_of(lesson)
            lines += ["", f"{part[0].upper()}{part[1:]}, {title}: {len(done)} of {len(states)}"]
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
    lessons: dict[solutions.Part, dict[str, str]] = {}
    for exercise in exercises():
        state = "refused" if exercise.name in own.refused else "not yet"
        lessons.setdefault(exercise.lesson, {})[exercise.name] = (
            "right" if exercise.name in own else state
        )
    return Progress(lessons, own.refused)
