"""The page benchmarks/results.md, and the two numbers of it that README names."""

import os
import platform
import re
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from .cases import CASES

ROOT = Path(__file__).resolve().parents[1]
RESULTS, JSON = ROOT / "benchmarks" / "results.md", ROOT / "benchmarks" / "results.json"

HOW = """\
## How this was measured

`python -m benchmarks` made this page. One step is forward, loss, backward and Adam on the same
random ids, in float32; every contestant starts from the same parameters, and the first losses are
checked to agree within 1e-4 nats. In each round every contestant has its turn, in random order; a
ratio is the median over the rounds of NumPy's time divided by the other's, so below 1 NumPy is
faster. On one thread the time is the processor's, without what other programs take; on two it is
the clock's. With two threads the course's step is `shards=2`: two halves of the batch, one BLAS
thread each; PyTorch has two threads of its own.

- *Matrix products* are those of the step alone, on the same BLAS: the limit of any NumPy program.
- *Without twins* is the step by the functions as the lessons derive them, which is what a reader's
  own cost: its time divided by that of the step with the twins of `course_lib.fast`.
- *Kernels* are the processor's instructions that all contestants use. Where it has AVX-512, all of
  it is measured again in processes that are told to do with AVX2, as most laptops must:
  `NPY_DISABLE_CPU_FEATURES`, `OPENBLAS_CORETYPE`, `ATEN_CPU_CAPABILITY`, `MKL_ENABLE_INSTRUCTIONS`,
  `ONEDNN_MAX_CPU_ISA`.
- *PyTorch* has one product for queries, keys and values, and the faster of
  `scaled_dot_product_attention` and products with a softmax between, of fused and foreach Adam.
  *Default Adam* is what `torch.optim.Adam(parameters, lr)` gives.
- *torch.compile* compiles model and loss; the faster of both attentions.
- `course_lib` tells malloc to keep freed memory. In the process measured, that serves PyTorch as
  well; the last table shows PyTorch in processes of its own, without the setting and with it:
  the shortest time of several, one thread.
"""


def environment():
    """Say on what it runs; the date, not the name of the machine."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    versions = {"Python": platform.python_version(), "NumPy": np.__version__}
    versions[blas["name"]] = blas["version"]
    try:
        versions["PyTorch"] = version("torch")
    except PackageNotFoundError:
        versions["PyTorch"] = "not installed"
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "versions": versions,
    }


def _processor():
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = re.findall(r"^model name\s*: (.*)$", cpuinfo.read_text(), re.MULTILINE)
        if names:
            return names[0].strip()
    return platform.processor() or platform.machine()


def ratio_table(results):
    """Return the first table: one row for each case and number of threads."""
    rows = [
        "| configuration | kernels | threads | a step in NumPy | to its matrix products "
        "| to PyTorch eager | the same, default Adam | to `torch.compile` | without twins |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results["measured"]:
        case = CASES[result["case"]]
        rivals = ("products", "torch", "torch, default Adam", "torch.compile")
        ratios = [_ratio(result, name) for name in rivals]
        plain = result["ratio"].get("numpy, without twins")
        cells = [
            f"{case.name}: {case.title}, {case.shape}",
            result["kernels"],
            str(result["threads"]),
            _milliseconds(result, "numpy"),
            *ratios,
            "–" if plain is None else f"{1 / plain:.2f}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    where = results["environment"]
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    note = (
        f"Time of a training step in NumPy divided by the other's: below 1, NumPy is faster. The "
        f"last column is how many times as long a step takes by the functions of the lessons. "
        f"PyTorch eager has the fastest of its settings. Two threads are two halves of the batch: "
        f"that pays where a step is long. "
        f"{where['date']}, {where['processor']}, {where['cores']} cores, {where['system']}; "
        f"{versions}."
    )
    return "\n".join(rows) + f"\n\n{note}\n"


def page(results):
    """Return the whole of results.md."""
    parts = ["# What a training step costs", ratio_table(results).rstrip()]
    missing = [r for r in results["measured"] if "torch" not in r["milliseconds"]]
    if missing:
        parts.append("PyTorch is not installed here: only the matrix products were compared.")
    settings = [r.get("torch.compile") for r in results["measured"]]
    reasons = {reason for reason in settings if isinstance(reason, str)}
    parts += [f"torch.compile failed: {reason}" for reason in sorted(reasons)]
    parts += ["## Milliseconds", _all_times(results), HOW.rstrip()]
    if results["torch_alone"]:
        parts.append(_alone(results))
    return "\n\n".join(parts) + "\n"


def _all_times(results):
    names = [
        "numpy", "numpy, without twins", "numpy, one thread", "products", "torch",
        "torch, default Adam", "torch.compile",
    ]  # fmt: skip
    titles = [
        "NumPy", "without twins", "NumPy, 1 thread", "matrix products", "PyTorch", "default Adam",
        "compiled",
    ]  # fmt: skip
    rows = [
        f"| | kernels | threads | {' | '.join(titles)} | rounds |",
        "|---" * (len(titles) + 4) + "|",
    ]
    for result in results["measured"]:
        times = " | ".join(_milliseconds(result, name) for name in names)
        what = f"{result['case']} | {result['kernels']} | {result['threads']}"
        rows.append(f"| {what} | {times} | {result['rounds']} |")
    return "\n".join(rows)


def _alone(results):
    rows = ["| | PyTorch alone | with freed memory kept |", "|---|---|---|"]
    for name, (plain, kept) in results["torch_alone"].items():
        rows.append(f"| {name} | {plain:.3g} ms | {kept:.3g} ms |")
    return "\n".join(rows)


def _milliseconds(result, name):
    value = result["milliseconds"].get(name)
    return "–" if value is None else f"{value:.3g} ms"


def _ratio(result, name):
    value = result["ratio"].get(name)
    return "–" if value is None else f"{value:.2f}"


def ratios_to_torch(results):
    """Return the lowest and the highest ratio to PyTorch eager on one thread, as README says."""
    alone = [result for result in results["measured"] if result["threads"] == 1]
    ratios = [result["ratio"]["torch"] for result in alone]
    return f"{min(ratios):.2f}", f"{max(ratios):.2f}"
