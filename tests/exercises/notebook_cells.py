"""Define functions as notebook cells do: with a source that `inspect` can find."""

import linecache
import textwrap

import numpy as np

SOFTMAX = """
def softmax(x, axis=-1):
    exps = np.exp(x - x.max(axis=axis, keepdims=True))
    out = exps / exps.sum(axis=axis, keepdims=True)
    return out, (out, axis)
"""
DOUBLE = """
def double(x, factor=2.0):
    return x * factor, (x, factor)
"""
_cells = iter(range(10_000))


def cell(source, space=None, name=None):
    """Define a function as a notebook cell does, and return it."""
    space = {"__name__": "__main__", "np": np} if space is None else space
    source = textwrap.dedent(source)
    filename = f"<cell of the test {next(_cells)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), space)
    return space[name or source.split("def ")[-1].split("(")[0]]


def said(capsys):
    return " ".join(capsys.readouterr().out.split())
