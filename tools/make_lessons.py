"""Make lessons/NN_*.ipynb and solutions/NN_*.ipynb from classroom/lesson_NN/text.py.

The afterwords are made the same way, A_*.ipynb from classroom/afterword_a/text.py.

Usage::

    python tools/make_lessons.py              # make and run every lesson and its solution
    python tools/make_lessons.py 01 A         # only these
    python tools/make_lessons.py --check      # a second, runs nothing: was either edited by hand?

Each notebook is run in a fresh kernel: one BLAS thread, the notebook's folder as the working
folder, the reader's work in a temporary folder. Where a cell fails, or an output would not survive
on another machine, the build says which cell and why, and writes neither notebook.

How to write a lesson
---------------------
The text is jupytext's py:percent. A cell begins with ``# %%`` (code) or ``# %% [markdown]``::

    # %% [markdown]
    # # 2 · Attention
    #
    # - **You will build** softmax, scaled dot-product attention, …
    # - **You need** lesson 1, …
    # - **Time** about two hours
    # - **Cost** runs in 8 s, 200 MB

    # %% id="setup"
    import numpy as np
    from classroom import check, hint, solution

    # %% [markdown]
    # ## Exercise: softmax
    # `softmax(x, axis=-1) -> out, (out, axis)` … shapes … `softmax([0, 0])` is `[0.5, 0.5]`.

    # %% id="ex-softmax" tags=["exercise"]
    def softmax(x, axis=-1):
        \"\"\"Turn scores into weights that sum to 1 along `axis`.\"\"\"
        ### BEGIN SOLUTION
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        out = e / e.sum(axis=axis, keepdims=True)
        ### END SOLUTION
        return out, (out, axis)

    # %% id="check-softmax"
    softmax = check(softmax)

- What stands between the markers becomes ``# YOUR CODE HERE`` and ``raise NotImplementedError`` in
  the lesson, at the same indentation. A cell may hold several such blocks.
- A faded derivation (tags ``["exercise", "faded"]``) shows the reader lines with blanks. Inside the
  markers, each ``### STUB: code`` gives a line to be shown in place of the two lines above::

        ### BEGIN SOLUTION
        ### STUB: weighted = ...                  # blank 1: dout times the weights
        weighted = dout * out
        ### END SOLUTION

- An exercise cell (tag ``exercise``) defines one function, that of its module, and nothing
  else; the next cell is ``name = check(name)``; the markdown above it names the function.
- Tag ``solution-only`` or ``lesson-only``: the cell is in one of the two. A solved notebook gets
  its ``saving_off()`` cell by itself.
- Give code cells an ``id``. Where it is missing it is made from the cell's first words, so that an
  edit elsewhere does not change it.
- Every lesson has: the four bold words above in its first cell, five exercises or more, ``predict``
  before ``reveal``, ``parsons`` or a faded derivation, a ``quiz``, two explorers (``explorer`` or
  a ready ``explore_…``), a heatmap, the sections ``## In real models`` and ``## Sources`` (a list
  of three or more), and each of its exercises (tests/test_lessons.py holds all this).
- No magics (``%``, ``!``): the tests read the code as Python.
- Refused in outputs: errors (catch and print them), stderr and warnings, pictures without alt text,
  ``<Figure size …>`` (use ``plots.show``), paths, memory addresses, ``np.float64(…)``, and decimals
  of more than 4 significant digits (whole numbers may have any length).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from lesson_outputs import dump, faults, tidy
from lesson_text import LessonError, make_pair, without_outputs
from nbformat import NotebookNode

from classroom.exercises.solutions import NOTEBOOKS, folder_of

ROOT = Path(__file__).resolve().parents[1]
CELL_TIMEOUT = 120  # seconds, as pytest --nbval has it
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def texts(root: Path, wanted: list[str] | None = None) -> dict[str, Path]:
    """Find the lessons' texts by the names of their notebooks, all or those that are wanted."""
    found = {
        name: root / "classroom" / folder_of(number) / "text.py"
        for number, name in NOTEBOOKS.items()
    }
    if unknown := [w for w in wanted or [] if not any(name.startswith(w) for name in found)]:
        raise LessonError(f"there is no lesson {', '.join(unknown)}")
    return {
        name: path
        for name, path in found.items()
        if path.exists() and (not wanted or any(name.startswith(w) for w in wanted))
    }


def build(name: str, text: Path, root: Path) -> None:
    """Make both notebooks of one lesson, run them, and write them: both or neither.

    Raises
    ------
    LessonError
        If the text breaks a rule, a cell fails, or an output would differ on another machine.
    """
    made = {}
    for folder, notebook in make_pair(text.read_text(encoding="utf-8")).items():
        path = root / folder / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        try:
            run(notebook, path.parent)
        except LessonError as error:
            raise LessonError(f"{folder}/{path.name}: {error}") from None
        tidy(notebook)
        if found := list(faults(notebook)):
            raise LessonError("\n".join(f"{folder}/{path.name}: {fault}" for fault in found))
        made[path] = dump(notebook)
    for path, content in made.items():
        path.with_suffix(".new").write_text(content, encoding="utf-8", newline="\n")
    for path in made:
        os.replace(path.with_suffix(".new"), path)


def run(notebook: NotebookNode, folder: Path, work: Path | None = None) -> None:
    """Run a notebook in place, in a fresh kernel.

    Parameters
    ----------
    notebook : NotebookNode
        Its outputs are replaced.
    folder : Path
        The working folder of the kernel.
    work : Path, optional
        Where the exercises save what is right; a temporary folder if not given.

    Raises
    ------
    LessonError
        If a cell fails: its id, its source and the error.
    """
    from nbclient import NotebookClient  # half a second, which --check need not wait for
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    with tempfile.TemporaryDirectory() as temporary:
        work = work or Path(temporary) / "work"
        env = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
        env |= {"COURSE_WORK": str(work), "IPYTHONDIR": temporary, "PYTHONHASHSEED": "0"}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--log-level=40"],  # no warnings of the kernel itself on our stderr
            resources={"metadata": {"path": str(folder)}},
        )
        client.reset_execution_trackers()
        with client.setup_kernel(env=env):
            for index, cell in enumerate(notebook.cells):
                try:
                    client.execute_cell(cell, index)
                except (CellControlSignal, DeadKernelError) as error:
                    reason = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
                    raise LessonError(f"cell {cell.id} fails\n{reason}") from None


def out_of_step(root: Path) -> Iterator[str]:
    """Say what in the two folders was not made, as it stands, from the texts."""
    expected = set()
    for name, text in texts(root).items():
        for folder, made in make_pair(text.read_text(encoding="utf-8")).items():
            path = root / folder / f"{name}.ipynb"
            expected.add(path)
            place = f"{folder}/{path.name}"
            if not path.exists():
                yield f"{place}: not made yet"
                continue
            content = path.read_text(encoding="utf-8")
            stored = nbformat.reads(content, as_version=4)
            yield from (f"{place}: {difference}" for difference in _differences(stored, made))
            yield from (f"{place}: {fault}" for fault in faults(stored))
            if content != dump(stored):
                yield f"{place}: saved by something other than this tool"
            counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
            if counts != list(range(1, len(counts) + 1)):
                yield f"{place}: not run from top to bottom"
    for folder in ("lessons", "solutions"):
        for path in sorted(set((root / folder).glob("*.ipynb")) - expected):
            yield f"{folder}/{path.name}: no text in classroom/"


def _differences(stored: NotebookNode, made: NotebookNode) -> Iterator[str]:
    stored = without_outputs(stored)
    if stored == made:
        return
    ours, theirs = ({c.id: c for c in nb.cells} for nb in (made, stored))
    changed = [i for i in ours.keys() | theirs.keys() if ours.get(i) != theirs.get(i)]
    order = [c.id for c in made.cells + stored.cells]
    where = ", ".join(sorted(changed, key=order.index)) or "the order of cells or the metadata"
    yield f"differs from its text in: {where}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="01 … 09 A B; all if none named")
    parser.add_argument("--check", action="store_true", help="run nothing, compare only")
    parser.add_argument("--root", type=Path, default=ROOT, help="another copy of the course")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            problems = list(out_of_step(options.root))
            print("\n".join(problems) or "lessons/ and solutions/ are in step with their texts")
            return 1 if problems else 0
        for name, text in texts(options.root, options.lessons).items():
            print(f"{name} …", end=" ", flush=True)
            build(name, text, options.root)
            print("made and run: the lesson and its solution")
    except LessonError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
