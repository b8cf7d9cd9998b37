"""A reader's answer to an exercise of an earlier lesson: `from classroom.answers import softmax`.

The saved one where there is one and it is right, else the course's own.
"""

from classroom.exercises.my_model import saved_answer


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return saved_answer(name)
