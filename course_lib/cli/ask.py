"""`ask`: one question from the command line, or a prompt that answers until one leaves."""

import contextlib
import sys

from .messages import PROGRAM, CommandError, Parser, one_sentence, whole
from .models import add_model, find_task, list_presets, load_model, shown, title

LEAVE = ("quit", "exit")


def add(name, commands, summary):
    """Add the command to the parser."""
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description=(
            "Ask a trained model, and see the probabilities of its top answers.\n"
            "Without a question there is a prompt; it answers until Ctrl-D."
        ),
        example=f'{PROGRAM} ask digits "Max ( 5 3 9 )"',
        more=list_presets(),
    )
    add_model(parser)
    parser.add_argument("question", metavar="QUESTION", nargs="?")
    parser.add_argument("--top", metavar="N", type=whole(1), default=3, help="answers to show: 3")
    parser.set_defaults(run=run)


def run(options):
    """Answer the question, or open the prompt."""
    task = find_task(options)
    if task.ask is None:
        raise CommandError(f"{task.name} answers no questions; see `{PROGRAM} eval {task.name}`.")
    params, path = load_model(task, options)

    def answer(question):
        return describe(task.ask(params, question, top=options.top))

    if options.question is not None:
        print(answer(options.question))
        return
    if sys.stdin.isatty():
        print(f"{title(task)}, model {shown(path)}. {task.description}")
        print("Ctrl-D leaves.")
    converse(answer)


def converse(answer):
    """Answer line after line; a question that cannot be read does not end the conversation."""
    prompt = "? " if sys.stdin.isatty() else ""
    if prompt:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 (input() then has a history and arrow keys)
    while True:
        try:
            question = input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            if prompt:
                print()
            return
        if question.lower() in LEAVE:
            return
        if not question:
            continue
        try:
            print(answer(question), flush=True)
        except ValueError as error:
            print(one_sentence(error), file=sys.stderr, flush=True)


def describe(answer):
    """Return an answer as lines: question and answer, then the candidates."""
    arrow = "" if answer.question.rstrip().endswith(("→", "=")) else "→ "
    head = f"{answer.question} {arrow}{answer.text}"
    if answer.truth is not None and answer.truth != answer.text:
        head += f"   (wrong: it is {answer.truth})"
    shown_as = [repr(text) if text != text.strip() else text for text, _ in answer.candidates]
    width = max(map(len, shown_as))
    lines = [
        f"  {text:<{width}}  {probability:7.2%}"
        for text, (_, probability) in zip(shown_as, answer.candidates, strict=True)
    ]
    return "\n".join([head, *lines])
