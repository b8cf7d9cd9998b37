"""What a person types, Max(First(2,8),Second(5,1)), read into arguments and operations."""

import difflib
import re

import numpy as np

from .digits_data import EMPTY, OPERATIONS, Preset

_TOKEN = re.compile(r"[A-Za-z]+|\d+|\S")


def read_question(text, preset: Preset):
    """Read a question in any spelling: capitals, commas and spaces are free.

    Returns
    -------
    rows : int array (1, n), operations : int array (1, 1) or (1, 3)
        As `digits_data.make_batch` takes them.

    Raises
    ------
    ValueError
        In one sentence: what cannot be read, or what this preset was not trained for.
    """
    tokens = _TOKEN.findall(re.sub(r"(→|->|=|\?)\s*$", "", text.strip()))
    name, arguments = _parse_call(tokens, preset)
    if tokens:
        raise _refusal(f"{' '.join(tokens)!r} is left over after the closing bracket", preset)
    if preset.nested:
        if len(arguments) != 2 or not all(isinstance(part, tuple) for part in arguments):
            raise _refusal(f"{name} needs two operations as its arguments", preset)
        names = [name, *(inner for inner, _ in arguments)]
        numbers = [_numbers(inner, given, 2, 2, preset) for inner, given in arguments]
        row = [number for pair in numbers for number in pair]
    else:
        names = [name]
        row = _numbers(name, arguments, *preset.n_arguments, preset)
    rows = np.full((1, preset.n_arguments[1]), EMPTY)
    rows[0, : len(row)] = row
    return rows, np.array([[preset.operations.index(name) for name in names]])


def _parse_call(tokens, preset):
    """Take one call off the front of `tokens`: (name, [numbers and inner calls])."""
    word = tokens.pop(0) if tokens else ""
    name = word.capitalize()
    if name not in preset.operations:
        raise _unknown(word, name, preset)
    if not tokens or tokens.pop(0) != "(":
        raise _refusal(f"{name} must be followed by an opening bracket", preset)
    arguments: list = []
    while tokens and tokens[0] != ")":
        if tokens[0].isalpha():
            arguments.append(_parse_call(tokens, preset))
        elif tokens[0].isdigit():
            arguments.append(int(tokens.pop(0)))
        elif tokens[0] != "," or not arguments:
            raise _refusal(f"{tokens[0]!r} in {name} is neither a number nor an operation", preset)
        if tokens and tokens[0] == ",":
            tokens.pop(0)
    if not tokens:
        raise _refusal(f"the bracket of {name} is never closed", preset)
    tokens.pop(0)
    return name, arguments


def _numbers(name, arguments, few, most, preset):
    """Hold the arguments of a call to what the preset knows."""
    inner = next((argument for argument in arguments if isinstance(argument, tuple)), None)
    if inner:
        raise _refusal(f"{inner[0]} stands inside {name}, where a number belongs", preset)
    if not few <= len(arguments) <= most:
        wanted = str(few) if few == most else f"{few} to {most}"
        raise _refusal(f"{name} got {len(arguments)} numbers, not {wanted}", preset)
    large = next((number for number in arguments if number >= preset.base), None)
    if large is not None:
        raise _refusal(f"{large} is outside 0 to {preset.base - 1}", preset)
    return arguments


def _unknown(word, name, preset):
    if not word:
        return _refusal("an operation is missing", preset)
    if not word.isalpha():
        return _refusal(f"{word!r} stands where an operation belongs", preset)
    close = difflib.get_close_matches(name, preset.operations, n=1)
    if name in OPERATIONS:
        advice = f"this preset knows {', '.join(preset.operations)}; others know {name}"
    elif close:
        advice = f"{close[0]} is close"
    else:
        advice = f"choose from {', '.join(preset.operations)}"
    return _refusal(f"there is no operation {word!r} here; {advice}", preset)


def _refusal(problem, preset):
    return ValueError(f"digits: {problem}. Ask for example {preset.example}.")
