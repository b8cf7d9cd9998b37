"""Which function stands under a name, the course's or the reader's; functions from their source.

Composites look their parts up when they are called (`layers.softmax(...)`), so replacing the
attribute of a module is enough to put a function into the whole model.

A saved answer, or a solution, must work without the notebook it was written in. It may use numpy,
math, itertools, all that is public in course_lib and the functions of all exercises; these names
stand for whatever `using` has put in at the moment, so that the reader's functions call each other.
"""

import __future__

import builtins
import contextlib
import dis
import importlib
import inspect
import itertools
import linecache
import math
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, ModuleType
from typing import Any

import numpy as np

import course_lib
from classroom.exercises import solutions
from course_lib import fast, internals, training

Function = Callable[..., Any]

# The order of the lessons: where two modules have a function of one name, the first is meant.
_ORDER = ("vocab", "layers", "positional", "attention", "blocks", "model", "loss", "optim")


def _core_modules() -> dict[str, ModuleType]:
    """The modules of the transformer, of its training and below, without what stands on top."""
    found = {
        module.name: importlib.import_module(f"{package.__name__}.{module.name}")
        for package in (course_lib, training, internals)
        for module in pkgutil.iter_modules(package.__path__)
        if not module.ispkg and not module.name.startswith("_")
    }
    return {name: found[name] for name in [*_ORDER, *sorted(found.keys() - set(_ORDER))]}


def _public_functions() -> dict[str, Function]:
    functions: dict[str, Function] = {}
    for module in MODULES.values():
        for name, value in vars(module).items():
            own = inspect.isfunction(value) and value.__module__ == module.__name__
            if own and not name.startswith("_"):
                functions.setdefault(name, value)
    return functions


MODULES = _core_modules()
FUNCTIONS = _public_functions()  # as they were written; never changed
# A function may be known in several modules, where one imports it from another.
_PLACES = {
    name: [module for module in MODULES.values() if vars(module).get(name) is function]
    for name, function in FUNCTIONS.items()
}


class CallsItself(Exception):
    """An answer called the function that it is to be."""


_elsewhere: dict[str, Function] = {}  # exercises that are no function of course_lib


@contextlib.contextmanager
def using(**functions: Function) -> Iterator[None]:
    """Put functions into course_lib for the length of a `with` block.

    >>> with using(softmax=mine):
    ...     weights_of_my_softmax = attention.scaled_dot_product_attention(q, k, v)

    They are taken out again even after an exception; blocks may be nested. `using(**mine())` puts
    in all that the reader has solved.

    Raises
    ------
    ValueError
        If a name is no public function of course_lib and no exercise. Nothing is put in then.
    TypeError
        If a value cannot be called.
    """
    for name, function in functions.items():
        if name not in FUNCTIONS and name not in solutions.lessons_by_exercise():
            sentence = solutions.unknown_sentence(name, FUNCTIONS, "function in course_lib")
            raise ValueError(f"using: {sentence}")
        if not callable(function):
            raise TypeError(
                f"using: {name} must be a function, but is of type {type(function).__name__}."
            )
    with _in_place(functions):
        yield


@contextlib.contextmanager
def _in_place(functions: dict[str, Function]) -> Iterator[None]:
    with fast.changing():  # what is active is then no twin, which would be put back for good
        before = {name: _active(name) for name in functions}
        for name, function in functions.items():
            _put(name, function)
    try:
        yield
    finally:
        with fast.changing():
            for name, function in before.items():
                _put(name, function)


@contextlib.contextmanager
def originals() -> Iterator[None]:
    """course_lib as it was written, whatever is put in; afterwards as it was before."""
    elsewhere = dict(_elsewhere)
    with fast.paused(), _in_place(FUNCTIONS):
        _elsewhere.clear()
        try:
            yield
        finally:
            _elsewhere.clear()
            _elsewhere.update(elsewhere)


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Let the course's own function of that name raise CallsItself, while an answer to it is run.

    An answer that calls it would call itself without end as soon as it is put into the model.
    """

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise CallsItself(f"this calls the course's own {name}")

    with _in_place({name: refuse}):
        yield


def active(name: str) -> Function:
    """The function that stands under a name at the moment."""
    found = _active(name)
    return reference(name) if found is None else found


def reference(name: str) -> Function:
    """The course's own function of that name: in course_lib, or else the solution of an exercise.

    Raises
    ------
    UnknownName
        If there is no such function and no such exercise.
    """
    return FUNCTIONS[name] if name in FUNCTIONS else _solution(name)


@cache
def _solution(name: str) -> Function:
    lesson = solutions.lesson_of(name)
    filename = f"{solutions.text_of(lesson)}:{name}"
    module = f"classroom.{solutions.folder_of(lesson)}.text"
    return build(name, solutions.solutions_of(lesson)[name], filename, module)


def _active(name: str) -> Any:
    return vars(_PLACES[name][0])[name] if name in _PLACES else _elsewhere.get(name)


def _put(name: str, function: Any) -> None:
    if name in _PLACES:
        for module in _PLACES[name]:
            setattr(module, name, function)
    elif function is None:
        _elsewhere.pop(name, None)
    else:
        _elsewhere[name] = function


def build(name: str, source: str, filename: str, module: str = "my_model") -> Function:
    """Make a function from its source, which stays readable for `inspect` and for tracebacks.

    Parameters
    ----------
    name, source : str
    filename : str
        What tracebacks call the place; need not exist.
    module : str
        The module to which the function says that it belongs.

    Raises
    ------
    SyntaxError, NameError, …
        Whatever running the source raises; LookupError if it does not define the name.
    """
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    names = namespace() | {"__name__": module}
    exec(_compile(source, filename), names)  # the reader's own code, from the reader's own folder
    made = names[name]
    if isinstance(made, _Forward) or not callable(made):
        raise LookupError(f"the file defines no function {name}")
    return made


def namespace() -> dict[str, Any]:
    """What an answer can use without saying so."""
    return dict(_namespace())


@cache
def _namespace() -> dict[str, Any]:
    names: dict[str, Any] = {"np": np, "numpy": np}
    names |= {"math": math, "itertools": itertools}
    names["course_lib"] = course_lib
    names.update(MODULES)
    for module in MODULES.values():
        for key, value in vars(module).items():
            if inspect.isclass(value) and value.__module__ == module.__name__ and key[0] != "_":
                names[key] = value
    names.update({name: _Forward(name) for name in _forwarded()})
    return names


class _Forward:
    """Calls the function that stands under a name at the time of the call."""

    def __init__(self, name: str) -> None:
        self.__name__ = self.__qualname__ = name

    @property
    def __wrapped__(self) -> Function:
        return reference(self.__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return active(self.__name__)(*args, **kwargs)


def _forwarded() -> list[str]:
    return [*FUNCTIONS, *solutions.lessons_by_exercise()]


def needs(source: str) -> list[str]:
    """Names that the source uses and that neither it, nor Python, nor the course provides."""
    used: list[str] = []
    own: set[str] = set()
    for step in _steps(_compile(source, "answer")):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval not in used:
            used.append(step.argval)
        elif step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            own.add(step.argval)
    return [name for name in used if name not in {*own, *dir(builtins), *namespace()}]


def uses(source: str) -> list[str]:
    """Names of functions of the course or of exercises that the source uses."""
    used = {
        step.argval for step in _steps(_compile(source, "answer")) if step.opname == "LOAD_GLOBAL"
    }
    return sorted(used & set(_forwarded()))


def _compile(source: str, filename: str) -> CodeType:
    # Annotations stay text, so that they need no imports.
    flags = __future__.annotations.compiler_flag
    return compile(source, filename, "exec", flags=flags, dont_inherit=True)


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _steps(constant)
