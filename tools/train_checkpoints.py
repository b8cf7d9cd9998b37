"""Train the models that come with the course, and write them to data/checkpoints/.

    python tools/train_checkpoints.py                        every task and preset, seed 0
    python tools/train_checkpoints.py digits copy/sort       these only
    python tools/train_checkpoints.py digits --seeds 10 --measure

Prints a line for each run: exact match and loss on held-out data, the weakest group, seconds on
the clock and of the processor, and what else the task reports.
With several seeds the model of seed 0 is the one that is written; `--measure` writes none.
The same machine makes the same files, byte for byte; another may round differently.
"""

import argparse
import time

from course_lib.tasks import TASKS, load_task
from course_lib.tasks.stored import store, stored_path
from course_lib.training.loop import train
from course_lib.training.objective import evaluate


def main(arguments=None):
    """Read the command line and train what it names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="TASK[/PRESET]", help="all by default")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="train seeds 0 to N-1")
    parser.add_argument("--measure", action="store_true", help="write no file")
    options = parser.parse_args(arguments)
    try:
        tasks = [
            load_task(name, preset)
            for given in options.names or TASKS
            for name, preset in expand(given)
        ]
    except ValueError as error:
        parser.error(str(error))
    print(f"{'task':<14}{'preset':<14}{'seed':>4}{'exact':>10}{'loss':>10}  weakest group")
    for task in tasks:
        for seed in range(options.seeds):
            measure(task, seed, write=seed == 0 and not options.measure)


def expand(given):
    """Turn "digits" into all its (name, preset), "digits/many" into that one."""
    name, slash, preset = given.partition("/")
    if slash or name not in TASKS:
        return [(name, preset or None)]
    return [(name, preset) for preset in TASKS[name]]


def measure(task, seed, write):
    """Train once, print the line of this run, and write the model if it is wanted."""
    began, cpu_began = time.perf_counter(), time.process_time()
    run = train(task, seed=seed)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    measured = evaluate(task.held_out, run.params, task.config)
    groups = sorted(measured.by_group.items(), key=lambda item: item[1])
    weakest = f"{groups[0][0]} {groups[0][1]:.2%}" if groups else "-"
    extra = ""
    if write:
        store(task, run, seed)
        extra = f", {stored_path(task).stat().st_size / 1e3:.0f} kB"
    if task.report is not None:
        extra += "".join(f", {name} {value:.4g}" for name, value in task.report(run.params).items())
    print(
        f"{task.name:<14}{task.preset:<14}{seed:>4}{measured.accuracy:>10.2%}{measured.loss:>10.4f}"
        f"  {weakest}, {seconds:.1f} s ({cpu_seconds:.1f} s){extra}",
        flush=True,
    )


if __name__ == "__main__":
    main()
