"""Diagnosis by search: the single edit of a solution that gives what a reader's function gave."""

from classroom.exercises.search.search import Explanation, explain

__all__ = ["Explanation", "explain"]
