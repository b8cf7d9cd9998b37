"""Questions for the tests, in place of those of the lessons."""

import pytest

from classroom.explore import question_files


@pytest.fixture
def put(monkeypatch):
    """Return a function that makes `question` the one question of the course, named "q"."""

    def put(question):
        question.name = "q"
        monkeypatch.setattr(question_files, "all_questions", lambda: {"q": question})
        return question

    return put
