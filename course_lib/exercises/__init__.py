"""The exercises: an answer is checked, told which mistake it makes, and kept once it is right.

For readers: `check`, `hint`, `solution`, `grade`, `using`, `mine`, `progress`.

For those who write a lesson: the folder `lesson_NN` holds its exercises, one file each;
`lesson_NN/__init__.py` imports them in the order of the lesson. The folder is found by itself. An
exercise in full (the mistakes are short wrong answers, the most specific first; a message is text,
or a function that puts numbers into it)::

    import numpy as np

    from course_lib import layers

    from ..exercise import Case, Exercise, Mistake
    from ..registry import register
    from ..wording import number  # a number in at most 4 significant digits


    def relu_cases(rng):  # simplest first; float64; a different prime for every axis
        x = np.array([-1.0, 0.0, 2.0])
        return [
            Case((x,), label="worked by hand", expected=([0.0, 0.0, 2.0], None)),
            Case((rng.normal(size=(2, 3, 5)),), label="a batch"),
        ]


    register(
        Exercise(
            name="relu",
            lesson=3,
            reference=layers.relu,  # `check` hands it out, `solution` shows it
            cases=relu_cases,
            mistakes=(
                Mistake("absolute", np.abs, "You take the absolute value: -1 becomes 1. Use …"),
                Mistake("minimum", lambda x: np.minimum(x, 0), "You keep the negative entries. …"),
                Mistake(
                    "dropped",
                    lambda x: x[x > 0],
                    lambda case, got, want: f"{want[0].size - got.size} entries are gone. …",
                ),
            ),
            correct=(_relu_loop, _relu_where),  # two other right styles, for the tests
            hints=("a nudge", "more", "nearly there"),
        )
    )

- The stub in the lesson must have the signature of `reference`. Where the reference is written for
  speed, `shown` is what `solution` shows.
- Where the reference returns (out, cache), a mistake may return `out` alone. `expected` is the
  hand-worked answer, None for those parts that were not worked out.
- `got` and `want` are whole return values; `got` is what the reader's function returned, or the
  exception that it raised. A mistake that raises is recognized by the exception's type and text.
- tests/exercises fail for a mistake that no case shows, or that gives the same as an earlier one.
- A message names the thing, both values, the likely reason and the next step, in one to three
  sentences. It is wrapped; lines that begin with a blank stay as they are. The case and the first
  differing numbers are added to it.
- What no mistake matches is described by the general comparison (compare.py, patterns.py): shape,
  factor, offset, sign, axes, masked rows, nan, …. Catalogue these only to say more than it does.
- For an exercise that works in place, name the parameters in `may_change`. For one that must refuse
  a call, let the reference raise in that case: the type of the exception is compared.
"""

from .checking import check
from .exercise import Case, Exercise, Mistake, Report
from .grading import grade
from .hints import hint, solution
from .own_model import OwnModel, mine
from .progress import Progress, progress
from .registry import register
from .store import saving_off
from .swap import using

__all__ = [
    "Case",
    "Exercise",
    "Mistake",
    "OwnModel",
    "Progress",
    "Report",
    "check",
    "grade",
    "hint",
    "mine",
    "progress",
    "register",
    "saving_off",
    "solution",
    "using",
]
