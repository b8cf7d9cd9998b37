"""Measure everything, and write the page.

python -m benchmarks                  # all cases, one thread and two; up to half an hour
python -m benchmarks B --dry-run      # one case; prints the page, writes nothing
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict
from itertools import product

from . import kernels, report
from .cases import CASES


def main():
    """Read the command line, run each measurement in a process of its own, report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each measurement")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--dry-run", action="store_true", help="print the page, write no file")
    args = parser.parse_args()
    names = args.cases or list(CASES)
    if unknown := set(names) - set(CASES):
        parser.error(f"no case {', '.join(sorted(unknown))}; choose from {', '.join(CASES)}")
    options = [f"--seconds={args.seconds}"] + ["--no-compile"] * args.no_compile
    with_torch = importlib.util.find_spec("torch") is not None
    if not with_torch:
        print("PyTorch is not installed: comparing with the matrix products alone.")
        options.append("--no-torch")
    measured = []
    for variables, name, threads in product(kernels.choices(), names, args.threads):
        command = ["benchmarks.measure", name, f"--threads={threads}", *options]
        measured.append(json.loads(_run(command, variables)))
        print(_line(measured[-1]), flush=True)
    results = {
        "environment": report.environment(),
        "measured": measured,
        "torch_alone": _torch_alone(measured) if with_torch else {},
    }
    if args.dry_run:
        print(report.page(results))
        return
    report.JSON.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    report.RESULTS.write_text(report.page(results), encoding="utf-8")
    if with_torch:
        lowest, highest = report.ratios_to_torch(results)
        print(f"README.md names these ratios to PyTorch; put in: {lowest} and {highest}")


def _run(arguments, variables=None):
    """Run a module of this package with one BLAS thread, and return what it printed."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command,
        env=os.environ | one | (variables or {}),
        cwd=report.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"benchmarks: {' '.join(arguments)} failed, see above.")
    return done.stdout.splitlines()[-1]


def _torch_alone(measured, times=3):
    """Return for each case PyTorch's milliseconds, one thread: without and with the setting."""
    alone = {}
    for result in measured:
        if result["threads"] == 1 and result["kernels"] == kernels.name_of_kernels():
            case = CASES[result["case"]]
            fields = asdict(case.config) | {"batch_size": case.batch_size}
            command = ["benchmarks.torch_alone", json.dumps(fields), json.dumps(result["torch"])]
            pairs = [
                [float(_run(command)), float(_run([*command, "--keep-freed-memory"]))]
                for _ in range(times)
            ]
            alone[case.name] = [min(column) for column in zip(*pairs, strict=True)]
    return alone


def _line(result):
    ratios = ", ".join(f"{value:.2f} to {name}" for name, value in result["ratio"].items())
    milliseconds = result["milliseconds"]["numpy"]
    what = f"{result['case']}, {result['kernels']}, threads {result['threads']}"
    return f"{what}: {milliseconds:.3g} ms; {ratios}"


if __name__ == "__main__":
    main()
