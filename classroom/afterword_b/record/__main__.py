"""Make what the model of afterword B computes of its texts.

Usage::

    python -m classroom.afterword_b.record                # all of them
    python -m classroom.afterword_b.record NAME [NAME]    # only these
"""

from classroom.recordings import make_recordings

#: The name of each recording, and the module whose function `record` makes it.
MODULES = {
    "real_model": "real_model",
}


if __name__ == "__main__":
    make_recordings("classroom.afterword_b.record", MODULES)
