"""How the recordings of afterword B are made: each module returns what it measured.

`python -m classroom.afterword_b.record` writes them; `classroom.recordings` reads them.
"""
