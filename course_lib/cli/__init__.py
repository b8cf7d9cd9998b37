"""The command line, thin over `tasks` and `training`; a file for each group of commands.

    python -m course_lib ask digits "Max ( 5 3 9 )"

`main(arguments)` returns the exit code: 0, or 2 after an error, which is one sentence on stderr.
"""

import contextlib
import os
import sys

from . import ask, generate, measure, train
from .messages import PROGRAM, CommandError, Parser, check_command, one_sentence

__all__ = ["execute", "main"]

COMMANDS = {
    "train": (train, "train a model and save it"),
    "generate": (generate, "let a language model write"),
    "ask": (ask, "ask a model a question, or many"),
    "eval": (measure, "measure a model on held-out data"),
}


def main(arguments=None):
    """Run one command; return its exit code."""
    return execute(PROGRAM, read, arguments)


def execute(program, read, arguments=None):
    """Run what `read` makes of the arguments; turn errors into one sentence and an exit code.

    Parameters
    ----------
    program : str
        Its name in front of errors.
    read : callable (list of str) -> argparse.Namespace
        Its result has `run`, a function of itself.
    arguments : list of str, optional
        Those of the process by default.

    Returns
    -------
    int
        0, 2 after an error, 130 after Ctrl-C.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that has no arrow shows a question mark
            stream.reconfigure(errors="replace")
    try:
        options = read(arguments)
        code = options.run(options) or 0
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # --help
        return stop.code or 0
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            print(file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except (CommandError, ValueError, OSError, FloatingPointError) as error:
        print(f"{program}: {one_sentence(error)}", file=sys.stderr)
        return 2


def read(arguments):
    """Return the options of a command; refuse an unknown one with those that are close."""
    parser = Parser(
        prog=PROGRAM,
        description="Train, ask and measure the models of the course.",
        example=f'{PROGRAM} ask digits "Max ( 5 3 9 )"',
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    for name, (module, summary) in COMMANDS.items():
        module.add(name, commands, summary)
    if not arguments:
        raise CommandError(f"a command is missing; choose from {', '.join(COMMANDS)}.")
    given = arguments[0]
    check_command(given, COMMANDS)
    options, rest = parser.parse_known_args(arguments)
    unknown = [text for text in rest if given != "ask" or text.startswith("--")]
    if unknown:
        raise CommandError(
            f"{given} does not know what {unknown[0]!r} means; see {PROGRAM} {given} --help."
        )
    if given == "ask" and rest:  # a question of several words, or after an option
        options.question = " ".join([options.question, *rest] if options.question else rest)
    return options
