"""PyTorch's eager step in a process without this course, with malloc as the system sets it up.

`course_lib` tells malloc to keep freed memory, and in one process that serves PyTorch too. Here the
same step runs as it would anywhere else, or with that setting alone. Prints the
milliseconds of the shortest turn, for these processes are not measured in turn with others.
"""

import argparse
import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from .timing import interleave
from .torch_step import torch_step


def main():
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torch_alone")
    parser.add_argument("config", help="fields of a TransformerConfig and batch_size, as JSON")
    parser.add_argument("settings", help="settings of torch_step, as JSON")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--keep-freed-memory", action="store_true")
    args = parser.parse_args()
    if args.keep_freed_memory:
        # By its path: to import course_lib would call it in any case.
        path = Path(__file__).resolve().parents[1] / "course_lib" / "internals" / "memory.py"
        runpy.run_path(str(path))["keep_freed_memory"]()
    torch.set_num_threads(1)
    config = SimpleNamespace(**json.loads(args.config))
    shape = (2, config.batch_size, config.max_len)
    ids, targets = np.random.default_rng(1).integers(config.vocab_size, size=shape)
    step = torch_step(config, ids, targets, 1e-3, **json.loads(args.settings))
    times = interleave({"torch": step}, args.seconds)
    print(float(times["torch"].min()) * 1e3)


if __name__ == "__main__":
    main()
