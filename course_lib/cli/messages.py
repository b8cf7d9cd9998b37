"""What the command line says: errors of one sentence, help with an example, numbers checked."""

import argparse
import difflib
import re

PROGRAM = "python -m course_lib"


class CommandError(Exception):
    """What stops a command, in one sentence for the person who gave it."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose help ends in an example, and whose errors are one sentence."""

    def __init__(self, example="", more="", **settings):
        parts = [f"example:\n  {example}" if example else "", more]
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog="\n\n".join(part for part in parts if part),
            allow_abbrev=False,
            **settings,
        )

    def error(self, message):
        """Refuse what cannot be read, without the lines of usage."""
        raise CommandError(f"{message.removeprefix('argument ')}; see {self.prog} --help.")


def check_command(given, commands):
    """Refuse a command that there is not, with the one that comes close."""
    if not given.startswith("-") and given not in commands:
        close = difflib.get_close_matches(given, commands, n=1, cutoff=0.5)
        advice = f"did you mean {close[0]}?" if close else f"choose from {', '.join(commands)}."
        raise CommandError(f"there is no command {given!r}; {advice}")


def one_sentence(error):
    """Return an error's text as one sentence on one line, without the name of the function."""
    if isinstance(error, OSError) and error.strerror:
        name = f" {error.filename!r}" if error.filename else ""
        return f"{error.strerror[:1].lower()}{error.strerror[1:]}{name}."
    text = " ".join(str(error).split())
    text = re.sub(r"^[a-z_]+: ", "", text)
    return re.sub(r"\. ([A-Z])(?=[a-z]* )", lambda match: f"; {match[1].lower()}", text)


def whole(smallest):
    """Return the argparse type of a whole number that is at least `smallest`."""

    def read(text):
        if not re.fullmatch(r"[+-]?\d+", text) or int(text) < smallest:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number of at least {smallest}"
            )
        return int(text)

    return read


def number(fits, wanted):
    """Return the argparse type of a number for which `fits(number)` holds."""

    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not fits(value):
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
        return value

    return read
