"""How the recordings of lesson 9 are made: each module trains, and returns what it measured.

`tools/record.py` writes them to data/recordings/; `course_lib.recordings` reads them.
"""
