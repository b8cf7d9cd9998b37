"""How the recordings of lesson 9 are made: each module trains, and returns what it measured.

`python -m classroom.lesson_09.record` writes them; `classroom.recordings` reads them.
"""
