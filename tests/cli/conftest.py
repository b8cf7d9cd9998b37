"""A command run in this process, with a folder of its own for what it trains."""

import pytest

from course_lib import cli


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """A folder for the trained models, apart from the reader's."""
    monkeypatch.setenv("COURSE_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def call(capsys):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
