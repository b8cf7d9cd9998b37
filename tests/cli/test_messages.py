"""Every error is one sentence and exit code 2; every help shows an example."""

import re
import shlex

import pytest

from course_lib import cli
from course_lib.cli import models
from course_lib.tasks import TASKS

from .process import ROOT

ERRORS = [
    ([], "a command is missing; choose from train, generate"),
    (["trian", "digits"], "no command 'trian'; did you mean train?"),
    (["xyz"], "no command 'xyz'; choose from train"),
    (["train"], "required: TASK"),
    (["train", "digit"], "no task named 'digit'; did you mean digits?"),
    (["train", "xyz"], "no task named 'xyz'; choose from next_token"),
    (["ask", "digits", "--preset", "two_digit"], "named 'two_digit'; did you mean two-digit"),
    (["train", "next_token", "--seed", "-1"], "'-1' is not a whole number of at least 0"),
    (["train", "next_token", "--steps", "many"], "'many' is not a whole number of at least 1"),
    (["train", "next_token", "--save", "model.pt"], "'model.pt' does not end in .npz"),
    (["train", "next_token", "--sed", "1"], "train does not know what '--sed' means"),
    (["generate", "raven", "--temperature", "hot"], "'hot' is not a number of at least 0"),
    (["generate", "raven", "--temperature", "nan"], "'nan' is not a number of at least 0"),
    (["generate", "raven", "--top-k", "0"], "'0' is not a whole number of at least 1"),
    (["generate", "raven", "--top-p", "1.5"], "'1.5' is not a probability above 0"),
    (["generate", "raven", "--length", "-3"], "'-3' is not a whole number of at least 1"),
    (["generate", "raven", "--prompt", "Once upon é"], "character 'é' (token 10 of the text)"),
    (["generate", "raven", "--prompt", ""], "the prompt is empty"),
    (["generate", "digits"], "digits answers questions and does not write"),
    (["ask", "digits", "Mux ( 5 3 9 )"], "no operation 'Mux' here; Max is close"),
    (["ask", "digits", "Max ( 5 3 )"], "Max got 2 numbers, not 3"),
    (["ask", "toy_sentences", "the cow"], "word 'cow' (token 1 of the text)"),
    (["ask", "modular", "17 + 99"], "'17 + 99' is not a sum of two numbers"),
    (["ask", "modular", "--tpo", "3", "1 + 1"], "ask does not know what '--tpo' means"),
    (["eval", "next_token", "--checkpoint", "nowhere.npz"], "no trained model 'nowhere.npz'"),
    (["eval", "next_token", "--checkpoint", "README.md"], "'README.md' is not a checkpoint"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"), ERRORS, ids=[" ".join(a) or "nothing" for a, _ in ERRORS]
)
def test_an_error_is_one_sentence_and_exit_code_2(call, monkeypatch, arguments, said):
    monkeypatch.chdir(ROOT)
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("python -m course_lib: ")
    assert err.count("\n") == 1
    assert re.search(r"[.?]\n$", err)
    if "README.md" not in arguments:  # NumPy's own words
        assert not re.search(r"[.?!] [A-Z][a-z]+ ", err)


def test_a_missing_model_is_named_with_the_command_that_makes_it(call, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "stored_path", lambda task: tmp_path / "digits-many.npz")
    code, _, err = call("ask", "digits", "--preset", "many", "Max ( 1 2 3 4 5 )")
    assert code == 2
    command = re.search(r"`python -m course_lib (.+)`", err).group(1)
    options = cli.read(shlex.split(command))
    assert (options.task, options.preset) == ("digits", "many")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_help_shows_an_example_that_can_be_given(call, name):
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    example = out.split("example:\n  python -m course_lib ")[1].split("\n")[0]
    options = cli.read(shlex.split(example))
    assert shlex.split(example)[0] == name
    assert callable(options.run)
    if "TASK" in out:
        assert all(preset in out for presets in TASKS.values() for preset in presets)
