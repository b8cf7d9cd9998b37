"""Make data/recordings/*.npz, the trainings that lesson 9 looks into.

Usage::

    python tools/record.py                # all of them
    python tools/record.py NAME [NAME]    # only these

Each NAME is a module in course_lib/record/ with a function `record()` that trains and returns
(arrays, metadata).
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import time

from course_lib import record
from course_lib.recordings import save_recording


def main() -> None:
    """Train, measure and write."""
    names = sorted(
        m.name for m in pkgutil.iter_modules(record.__path__) if not m.name.startswith("_")
    )
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    wanted = parser.parse_args().names or names
    if unknown := [name for name in wanted if name not in names]:
        parser.error(f"unknown recording {', '.join(unknown)}; there are {', '.join(names)}")
    for name in wanted:
        began = time.perf_counter()
        arrays, metadata = importlib.import_module(f"course_lib.record.{name}").record()
        path = save_recording(name, arrays, metadata)
        seconds, size = time.perf_counter() - began, path.stat().st_size
        print(f"{path.name}: {seconds:.0f} s, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
