"""The course around `course_lib`: its lessons, exercises, figures and explorers.

What a reader calls stands here by name.
"""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(
    __name__,
    {
        "exercises.check": ["check", "hint", "solution"],
        "exercises.grade": ["grade"],
        "exercises.my_model": ["mine", "progress"],
        "exercises.swap": ["using"],
        "explore.questions": ["parsons", "predict", "quiz", "reveal"],
    },
)
