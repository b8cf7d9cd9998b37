"""`generate`: a language model writes on from a prompt."""

import math

import numpy as np

from ..tasks import TASKS
from .messages import PROGRAM, CommandError, Parser, number, whole
from .models import add_model, find_task, list_presets, load_model


def add(name, commands, summary):
    """Add the command to the parser."""
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description="Let a language model write; every call writes something new, unless --seed.",
        example=f'{PROGRAM} generate raven --prompt "Once upon" --temperature 0.8',
        more=list_presets(),
    )
    add_model(parser)
    parser.add_argument("--prompt", metavar="TEXT", help="what to begin with")
    parser.add_argument("--length", metavar="N", type=whole(1), help="characters or words to write")
    parser.add_argument(
        "--temperature",
        metavar="X",
        type=number(lambda x: 0 <= x < math.inf, "a number of at least 0"),
        help="below 1 safer, above 1 wilder, 0 always the most likely",
    )
    parser.add_argument(
        "--top-k", metavar="K", type=whole(1), help="draw from the K most likely only"
    )
    parser.add_argument(
        "--top-p",
        metavar="P",
        type=number(lambda x: 0 < x <= 1, "a probability above 0, at most 1"),
        help="draw from the fewest that have probability P together",
    )
    parser.add_argument(
        "--seed", metavar="N", type=whole(0), help="the same seed writes the same text"
    )
    parser.set_defaults(run=run)


def run(options):
    """Print what the model writes."""
    task = find_task(options)
    if task.generate is None:
        raise CommandError(
            f"{task.name} answers questions and does not write; "
            f"try `{PROGRAM} ask {task.name}`, or `{PROGRAM} generate {_writers()[0]}`."
        )
    params, _ = load_model(task, options)
    given = {
        name: getattr(options, name)
        for name in ("prompt", "length", "temperature", "top_k", "top_p")
        if getattr(options, name) is not None
    }
    print(task.generate(params, rng=np.random.default_rng(options.seed), **given))


def _writers():
    """Return the names of the tasks whose models write."""
    return [name for name in TASKS if name in ("raven", "toy_sentences")]
