"""How the recordings of afterword A are made: each module returns what it measured.

`python -m classroom.afterword_a.record` writes them; `classroom.recordings` reads them.
"""
