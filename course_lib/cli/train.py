"""`train`: one task, one seed, one model, saved where the last line says."""

import dataclasses
import sys
from pathlib import Path

from ..tasks import load_task
from ..tasks.stored import store
from ..training.loop import train
from .measure import results
from .messages import PROGRAM, CommandError, Parser, one_sentence, whole
from .models import UNFINISHED, add_task, list_presets, run_path, shown, title


def add(name, commands, summary):
    """Add the command to the parser."""
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description=(
            "Train a model, measure it on held-out data, and save it in the folder runs/ (or the\n"
            "one that COURSE_RUNS names). A training that was stopped goes on with the same\n"
            "command, to the same result."
        ),
        example=f"{PROGRAM} train digits --preset two-digit --seed 3",
        more=list_presets(),
    )
    add_task(parser)
    parser.add_argument("--seed", metavar="N", type=whole(0), default=0, help="0 by default")
    parser.add_argument(
        "--steps", metavar="N", type=whole(1), help="instead of those of the task's recipe"
    )
    parser.add_argument(
        "--save", metavar="FILE", type=Path, help="an .npz, instead of one in runs/"
    )
    parser.set_defaults(run=run)


def run(options):
    """Train, print the figures, save."""
    task = load_task(options.task, options.preset)
    if options.steps:
        recipe = dataclasses.replace(task.recipe, steps=options.steps)
        task = dataclasses.replace(task, recipe=recipe)
    path = options.save or run_path(task, options.seed)
    if path.suffix != ".npz":
        raise CommandError(f"--save: {str(path)!r} does not end in .npz; name the file so.")
    unfinished = path.with_name(f"{path.stem}{UNFINISHED}.npz")
    going_on = ", going on where it was stopped" if unfinished.exists() else ""
    print(f"Training {title(task)}, seed {options.seed}, {task.recipe.steps} steps{going_on}.")
    sys.stdout.flush()
    try:
        result = train(
            task,
            seed=options.seed,
            checkpoint=unfinished,
            resume=True,
            progress=sys.stderr.isatty(),
        )
    except KeyboardInterrupt:
        if unfinished.exists():
            print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130
    except ValueError as error:
        if not unfinished.exists():
            raise
        reason = one_sentence(error).rstrip(".")
        raise CommandError(
            f"the training in {shown(unfinished)!r} cannot go on ({reason}); "
            "remove that file to start anew."
        ) from error
    store(task, result, options.seed, path)
    unfinished.unlink()
    print(f"{result.step} steps in {result.seconds:.1f} s")
    print(results(task, result.params))
    print(f"saved: {shown(path)}")
    return 0
