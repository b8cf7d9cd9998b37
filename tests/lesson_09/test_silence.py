"""Silence holds for this process and for those started in it, and ends with it."""

import logging
import subprocess
import sys

import pytest

from classroom.lesson_09.silence import silent_stderr

SAY = [sys.executable, "-c", "import sys; print('child', file=sys.stderr)"]


def test_silence_holds_for_children_and_ends(capfd):
    with silent_stderr():
        print("parent", file=sys.stderr)
        subprocess.run(SAY, check=True)
        handler = logging.StreamHandler()
    handler.handle(logging.makeLogRecord({"msg": "a logger that was made in silence"}))
    assert capfd.readouterr().err == ""
    subprocess.run(SAY, check=True)
    print("parent", file=sys.stderr)
    assert capfd.readouterr().err.split() == ["child", "parent"]


def test_an_exception_comes_out_and_ends_the_silence(capfd):
    with pytest.raises(ValueError, match="as ever"), silent_stderr():
        raise ValueError("as ever")
    print("again", file=sys.stderr)
    assert capfd.readouterr().err == "again\n"
