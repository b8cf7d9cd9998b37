"""`ask`: one question in one call, many through a pipe or in a terminal."""

import os
import re
import select
import time

import pytest

from .process import POSIX_ONLY, heed_ctrl_c, start


def test_ask_shows_the_answer_and_the_probabilities_of_the_top_ones(call):
    code, out, _ = call("ask", "digits", "max(5,3,9)", "--top", 4)
    assert code == 0
    head, *candidates = out.rstrip("\n").split("\n")
    assert head == "Max ( 5 3 9 ) → 9"
    shares = [re.fullmatch(r"  (\d) +(\d+\.\d\d)%", line).groups() for line in candidates]
    assert shares[0][0] == "9"
    assert len(shares) == 4
    values = [float(share) for _, share in shares]
    assert values == sorted(values, reverse=True)
    assert 99 <= values[0] <= sum(values) <= 100.05


@pytest.mark.parametrize(
    "arguments",
    [
        ["copy", "old cat sat", "--top", "1"],
        ["copy", "--top", "1", "old cat sat"],
        ["--top", "1", "copy", "old", "cat", "sat"],
        ["copy", "old", "--top", "1", "cat", "sat"],
    ],
    ids=" ".join,
)
def test_a_question_may_stand_anywhere_and_have_several_words(call, arguments):
    code, out, err = call("ask", *arguments)
    assert (code, err) == (0, "")
    assert out.split("\n")[0] == "old cat sat → old cat sat"
    assert out.count("\n") == 2


def test_a_wrong_answer_is_called_wrong(call, runs):
    call("train", "next_token", "--steps", 1)
    _, out, _ = call("ask", "next_token", "7", "--checkpoint", runs / "next_token-seed0.npz")
    assert re.match(r"7 → \d+   \(wrong: it is 8\)\n", out)


@pytest.mark.parametrize(
    ("task", "question", "answer"),
    [
        ("next_token", "3 19", "3 19 → 4 0\n"),
        ("copy", "the old cat sat", "the old cat sat → the old cat sat\n"),
        ("induction", "7 3 9 28 4 11 7 3", "7 3 9 28 4 11 7 3 → 9\n"),
        ("modular", "40 + 12", "40 + 12 mod 47 → 5\n"),
        ("raven", "Quoth the rave", "oth the rave → n\n"),
    ],
)
def test_every_task_answers(call, task, question, answer):
    code, out, _ = call("ask", task, question)
    assert code == 0
    assert out.startswith(answer)


def test_the_prompt_answers_what_comes_through_a_pipe():
    process = start("ask", "digits")
    out, err = process.communicate("Max ( 5 3 9 )\n\nMux(1 2 3)\nmin(7,8,2)\nquit\nMax(1,1,1)\n")
    assert process.returncode == 0
    heads = [line for line in out.split("\n") if "→" in line]
    assert heads == ["Max ( 5 3 9 ) → 9", "Min ( 7 8 2 ) → 2"]
    assert err.count("\n") == 1
    assert "no operation 'Mux'" in err


@POSIX_ONLY
@pytest.mark.parametrize("leave", [b"\x04", b"\x03"], ids=["Ctrl-D", "Ctrl-C"])
def test_the_prompt_in_a_terminal_is_left_quietly(leave):
    keyboard, terminal = os.openpty()
    process = start(
        "ask",
        "digits",
        **dict.fromkeys(("stdin", "stdout", "stderr"), terminal),
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(terminal)
    assert "Ctrl-D leaves." in _read_until(keyboard, "? ")
    os.write(keyboard, b"Max ( 5 3 9 )\n")
    assert "→ 9" in _read_until(keyboard, "%\r\n? ")
    rest = _press_until_left(keyboard, process, leave)
    os.close(keyboard)
    assert process.returncode == 0
    assert "Traceback" not in rest
    assert "Interrupt" not in rest


def _own_terminal():
    """Make the terminal on stdin that of the new session, so that Ctrl-C in it is a signal."""
    import fcntl
    import termios

    heed_ctrl_c()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(keyboard, seconds):
    """Read what the terminal shows within this time; nothing where it is closed or silent."""
    if not select.select([keyboard], [], [], seconds)[0]:
        return b""
    try:
        return os.read(keyboard, 1000)
    except OSError:  # Linux says EIO when the other side has gone
        return b""


def _read_until(keyboard, end):
    """Read what the terminal shows up to a text, for a minute at most."""
    screen, deadline = b"", time.monotonic() + 60
    while end.encode() not in screen and time.monotonic() < deadline:
        screen += _read(keyboard, 1)
    return screen.decode(errors="replace")


def _press_until_left(keyboard, process, key):
    """Press a key until the process has gone: Python misses a Ctrl-C on its way into `input`."""
    screen, deadline = b"", time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        os.write(keyboard, key)
        screen += _read(keyboard, 0.5)
        time.sleep(0.2)
    return (screen + _read(keyboard, 0.1)).decode(errors="replace")
