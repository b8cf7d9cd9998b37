"""One case on one number of threads, in a process of its own; prints the result as JSON.

    python -m benchmarks.measure B --threads 2

BLAS reads its number of threads when NumPy is imported, so the caller sets OMP_NUM_THREADS=1: two
threads of this course are two shards of the batch, each with one BLAS thread.
"""

import argparse
import copy
import gc
import json
import time

import numpy as np

from .cases import CASES
from .kernels import name_of_kernels
from .numpy_step import LEARNING_RATE, numpy_step, start_params
from .products import matrix_products
from .timing import interleave, ratio

TOLERANCE = 1e-4
"""Largest difference of the losses, in nats, over the first steps from the same parameters."""

STEPS_CHECKED = 3


def measure(case, threads=1, seconds=20.0, with_torch=True, with_compile=True):
    """Check that all contestants compute the same, then time them against each other.

    Returns
    -------
    dict
        case, kernels, threads, milliseconds and ratio of each contestant, and PyTorch's settings.
    """
    params = start_params(case)
    numpy = numpy_step(case, copy.deepcopy(params), threads)
    contestants = {"numpy": numpy, "products": matrix_products(case, threads)}
    if threads > 1:
        contestants["numpy, one thread"] = numpy_step(case, copy.deepcopy(params))
    else:
        contestants["numpy, without twins"] = numpy_step(case, copy.deepcopy(params), twins=False)
    wanted = [numpy() for _ in range(STEPS_CHECKED)]
    facts = {}
    if with_torch:
        rivals, facts = _torch_contestants(case, threads, params, with_compile)
        for name, step in rivals.items():
            got = [float(step()) for _ in range(STEPS_CHECKED)]
            check_losses(name, got, wanted)
        contestants |= rivals
    gc.collect()
    gc.freeze()  # PyTorch brings many objects, which Python would otherwise search again and again
    clock = time.process_time if threads == 1 else time.perf_counter
    times = interleave(contestants, seconds, clock=clock)
    return {
        "case": case.name,
        "kernels": name_of_kernels(),
        "threads": threads,
        "rounds": len(times["numpy"]),
        "milliseconds": {name: float(np.median(t)) * 1e3 for name, t in times.items()},
        "ratio": {name: ratio(times, "numpy", name) for name in times if name != "numpy"},
        **facts,
    }


def check_losses(name, got, wanted):
    """Refuse to compare steps that do not compute the same."""
    worst = float(np.max(np.abs(np.subtract(got, wanted))))
    if not worst < TOLERANCE:
        raise SystemExit(
            f"benchmarks: the losses of {name} are {got}, those of NumPy {wanted}: from the same "
            f"parameters they differ by {worst:.2g} nats, more than {TOLERANCE}."
        )


def _torch_contestants(case, threads, params, with_compile):
    """Return PyTorch's steps, the fastest of its settings for each, and which these are."""
    import torch

    from .torch_step import torch_step

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    batch = case.batch()

    def make(**settings):
        ids, targets = batch.inputs[0], batch.targets
        return torch_step(case.config, ids, targets, LEARNING_RATE, params, **settings)

    settings = [
        {"fused_attention": fused, "adam": adam}
        for fused in (True, False)
        for adam in ("fused", "foreach")
    ]
    eager = _fastest(settings, make)
    contestants = {"torch": make(**eager), "torch, default Adam": make(adam="default")}
    facts = {"torch": eager}
    if with_compile:
        try:
            choices = [
                eager | {"fused_attention": fused, "dynamic": False} for fused in (True, False)
            ]
            facts["torch.compile"] = _fastest(choices, make)
            contestants["torch.compile"] = make(**facts["torch.compile"])
        except Exception as error:  # no compiler, or an unsupported Python: say so, go on without
            facts["torch.compile"] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return contestants, facts


def _fastest(choices, make):
    times = interleave({i: make(**choice) for i, choice in enumerate(choices)}, 3.0)
    return choices[min(times, key=lambda i: np.median(times[i]))]


def main():
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure")
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--no-torch", action="store_true")
    parser.add_argument("--no-compile", action="store_true")
    args = parser.parse_args()
    result = measure(
        CASES[args.case], args.threads, args.seconds, not args.no_torch, not args.no_compile
    )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
