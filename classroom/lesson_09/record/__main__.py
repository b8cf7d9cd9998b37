"""Make data/recordings/*.npz, the trainings that lesson 9 looks into.

Usage::

    python -m classroom.lesson_09.record                # all of them
    python -m classroom.lesson_09.record NAME [NAME]    # only these
"""

import argparse
import importlib
import time

from classroom.lesson_09.recordings import save_recording

#: The name of each recording, and the module whose function `record` makes it.
MODULES = {
    "growth": "growth",
    "induction": "induction",
    "luck": "seeds",
    "modular": "modular",
    "overfitting": "overfitting",
    "real_model": "real_model",
    "ward": "broken_runs",
}


def main() -> None:
    """Train, measure and write."""
    names = ", ".join(MODULES)
    parser = argparse.ArgumentParser(
        prog="python -m classroom.lesson_09.record", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {names}")
    wanted = parser.parse_args().names or MODULES
    if unknown := [name for name in wanted if name not in MODULES]:
        parser.error(f"unknown recording {', '.join(unknown)}; there are {names}")
    for name in wanted:
        began = time.perf_counter()
        module = importlib.import_module(f"classroom.lesson_09.record.{MODULES[name]}")
        path = save_recording(name, *module.record())
        seconds, size = time.perf_counter() - began, path.stat().st_size
        print(f"{path.name}: {seconds:.0f} s, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
