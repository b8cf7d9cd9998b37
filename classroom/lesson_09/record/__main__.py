"""Make the trainings that lesson 9 looks into, and the one that afterword A begins with.

Usage::

    python -m classroom.lesson_09.record                # all of them
    python -m classroom.lesson_09.record NAME [NAME]    # only these
"""

from classroom.recordings import make_recordings

#: The name of each recording, and the module whose function `record` makes it.
MODULES = {
    "growth": "growth",
    "luck": "seeds",
    "overfitting": "overfitting",
    "ward": "broken_runs",
    "ward_updates": "ward_updates",
}


if __name__ == "__main__":
    make_recordings("classroom.lesson_09.record", MODULES)
