"""Make the trainings that afterword A looks into.

Usage::

    python -m classroom.afterword_a.record                # all of them
    python -m classroom.afterword_a.record NAME [NAME]    # only these
"""

from classroom.recordings import make_recordings

#: The name of each recording, and the module whose function `record` makes it.
MODULES = {
    "induction": "induction",
    "modular": "modular",
}


if __name__ == "__main__":
    make_recordings("classroom.afterword_a.record", MODULES)
