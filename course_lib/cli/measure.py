"""`eval`: what a trained model is worth, on data that it has not seen."""

from ..training.objective import evaluate
from .messages import PROGRAM, Parser
from .models import add_model, find_task, list_presets, load_model, shown, title


def add(name, commands, summary):
    """Add the command to the parser."""
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description="Measure a model on held-out data: exact match of whole answers, by operation.",
        example=f"{PROGRAM} eval digits",
        more=list_presets(),
    )
    add_model(parser)
    parser.set_defaults(run=run)


def run(options):
    """Print the figures of a stored model, or of the reader's own."""
    task = find_task(options)
    params, path = load_model(task, options)
    print(f"{title(task)}, model {shown(path)}")
    print(results(task, params))


def results(task, params):
    """Return the figures of a model, a line each."""
    measured = evaluate(task.held_out, params, task.config)
    lines = [f"held out: {len(task.held_out)} examples, loss {measured.loss:.4f} nats per token"]
    if task.generate is None:  # a language model is not meant to guess the very text
        lines.append(f"exact match: {measured.accuracy:.2%}")
        width = max(map(len, measured.by_group), default=0)
        lines += [f"  {name:<{width}}  {share:8.2%}" for name, share in measured.by_group.items()]
    if task.report is not None:
        lines += [f"{name}: {value:.4g}" for name, value in task.report(params).items()]
    return "\n".join(lines)
