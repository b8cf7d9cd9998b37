"""Put other functions into `course_lib`, and take them out again.

Composites look their parts up when they are called (`layers.softmax(...)`), so replacing the
attribute of a module is enough to put a function into the whole model.
"""

import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import course_lib

from . import registry

Function = Callable[..., Any]


# The order of the lessons: where two modules have a function of one name, the first is meant.
_ORDER = ("vocab", "layers", "positional", "attention", "blocks", "model", "loss", "optim")


def _core_modules() -> dict[str, ModuleType]:
    """The modules of course_lib itself, without the packages that stand on top of it."""
    found = {
        module.name
        for module in pkgutil.iter_modules(course_lib.__path__)
        if not module.ispkg and not module.name.startswith("_")
    }
    names = [*_ORDER, *sorted(found - set(_ORDER))]
    return {name: importlib.import_module(f"course_lib.{name}") for name in names}


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
    exercises = {exercise.name for exercise in registry.exercises()}
    for name, function in functions.items():
        if name not in FUNCTIONS and name not in exercises:
            raise ValueError(
                "using: " + registry.unknown_sentence(name, {**FUNCTIONS}, "function in course_lib")
            )
        if not callable(function):
            raise TypeError(
                f"using: {name} must be a function, but is of type {type(function).__name__}."
            )
    with contextlib.ExitStack() as stack:
        for name, function in functions.items():
            stack.callback(_put, name, _active(name))
            _put(name, function)
        yield


@contextlib.contextmanager
def originals() -> Iterator[None]:
    """course_lib as it was written, whatever is put in; afterwards as it was before."""
    before = {name: _active(name) for name in FUNCTIONS}
    elsewhere = dict(_elsewhere)
    _elsewhere.clear()
    for name, function in FUNCTIONS.items():
        _put(name, function)
    try:
        yield
    finally:
        for name, function in before.items():
            _put(name, function)
        _elsewhere.clear()
        _elsewhere.update(elsewhere)


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Let the course's own function of that name raise CallsItself, while an answer to it is run.

    An answer that calls it would call itself without end as soon as it is put into the model.
    """

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise CallsItself(f"this calls the course's own {name}")

    before = _active(name)
    _put(name, refuse)
    try:
        yield
    finally:
        _put(name, before)


def active(name: str) -> Function:
    """The function that stands under a name at the moment."""
    found = _active(name)
    return registry.find(name).reference if found is None else found


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
