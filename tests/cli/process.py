"""A command run in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")


def heed_ctrl_c():
    """Let Ctrl-C interrupt again what runs under a shell's background job, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments, package="course_lib", **settings):
    """Run a command of a package in a process of its own."""
    if os.name == "posix":
        settings = {"preexec_fn": heed_ctrl_c} | settings
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", package, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, encoding="utf-8", **(pipes | settings)
    )
