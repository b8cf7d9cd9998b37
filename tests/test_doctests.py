"""The examples in the docstrings of course_lib run, and every core function has one.

An example needs no import: it knows `np`, `TransformerConfig`, `init_params` and all names of the
module in which it stands. What it prints is the same with every NumPy and on every processor: exact
or rounded numbers in lists (`.tolist()`), no NumPy scalar, no minus zero.
"""

import doctest
import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

from course_lib.params import TransformerConfig, init_params

CORE = Path(__file__).parents[1] / "course_lib"
MODULES = [
    ".".join(("course_lib", *path.relative_to(CORE).with_suffix("").parts))
    for folder in (CORE, CORE / "training")
    for path in sorted(folder.glob("*.py"))
    if not path.name.startswith("__")
]

NAMES = {"np": np, "TransformerConfig": TransformerConfig, "init_params": init_params}
"""What every example knows beside the names of its module."""

WITH_EXAMPLES = (
    "vocab", "layers", "positional", "attention", "blocks", "params", "model", "pooling",
    "decoding", "loss", "gradcheck", "training.optim", "training.step",
)  # fmt: skip
"""The modules in which every public function and every public class has an example."""


def examples_of(module):
    """Return the doctests of a module, one for each docstring with an example."""
    found = doctest.DocTestFinder().find(module, globs=NAMES | vars(module))
    return [test for test in found if test.examples]


def public_names(module):
    """Name the functions and classes that a module defines for others to use."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    }


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_print_what_they_say(name):
    report = []
    for test in examples_of(importlib.import_module(name)):
        doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert not report, "".join(report)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_every_public_function_and_class_has_an_example(name):
    module = importlib.import_module(f"course_lib.{name}")
    shown = {test.name.removeprefix(f"{module.__name__}.") for test in examples_of(module)}
    assert not public_names(module) - shown


def test_a_wrong_example_is_found():
    module = importlib.import_module("course_lib.layers")
    test = doctest.DocTestParser().get_doctest(
        ">>> relu(np.array([-1.0]))[0].tolist()\n[-1.0]\n", NAMES | vars(module), "", "", 0
    )
    report = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=report.append).failed == 1
    assert "[0.0]" in "".join(report)
