"""Twins: the few functions whose equation, as the lessons derive it, is not the fastest program.

Each twin has the signature and the cache of the function that it is named after, and computes the
same to rounding; `kernels` puts it in its place. What it computes is read there, not here.
"""

import contextlib
import threading
from typing import Any, NamedTuple

from .. import attention as attention_module
from .. import layers as layers_module
from .. import loss as loss_module
from ..training import optim as optim_module
from . import attention, layers, loss, optim

_TWINS = {
    layers_module: layers,
    attention_module: attention,
    loss_module: loss,
    optim_module: optim,
}
# What belongs together: a forward, its backward, which shares its cache, and all that either calls
# by name. The twins among them are put in where every one is the course's own.
_GROUPS = (
    ("linear", "linear_backward"),
    ("embedding", "embedding_backward"),
    ("gelu", "gelu_backward"),
    ("layer_norm", "layer_norm_backward"),
    (
        "scaled_dot_product_attention", "scaled_dot_product_attention_backward",
        "attention_scores", "softmax", "softmax_backward",
    ),
    ("log_softmax", "cross_entropy", "cross_entropy_backward"),
    ("adam_update",),
    ("clip_by_global_norm",),
)  # fmt: skip


class _Place(NamedTuple):
    """Where a function stands: the names of its module, what was written there, its twin if any."""

    active: dict[str, Any]
    original: Any
    twin: Any


_PLACES = {
    name: _Place(vars(module), vars(module)[name], vars(twins).get(name))
    for module, twins in _TWINS.items()
    for name in (name for group in _GROUPS for name in group)
    if name in vars(module)
}
_lock, _inside, _paused = threading.Lock(), 0, 0


@contextlib.contextmanager
def kernels():
    """Put the twins into the modules of the course, for a `with` block or a decorated function.

    Those that belong to a function of the reader stay out. The threads of a process share the
    modules, so the twins stay until the last of them leaves.
    """
    _count(inside=1)
    try:
        yield
    finally:
        _count(inside=-1)


@contextlib.contextmanager
def paused():
    """Keep the twins out for a `with` block, whoever is inside `kernels`."""
    _count(paused=1)
    try:
        yield
    finally:
        _count(paused=-1)


@contextlib.contextmanager
def changing():
    """Put other functions into the modules of the course, while no twin is in and none is put in.

    After the block it is decided anew which twins are: a reader's `softmax` takes out the twin of
    attention that would not call it.
    """
    with _lock:
        _take_out()
        try:
            yield
        finally:
            if _inside and not _paused:
                _put_in()


def _count(inside=0, paused=0):
    global _inside, _paused
    with _lock:
        was_in = _inside and not _paused
        _inside, _paused = _inside + inside, _paused + paused
        is_in = _inside and not _paused
        if is_in and not was_in:
            _put_in()
        elif was_in and not is_in:
            _take_out()


def _put_in():
    changed = {name for name, place in _PLACES.items() if place.active[name] is not place.original}
    for group in _GROUPS:
        if changed.isdisjoint(group):
            for name in group:
                place = _PLACES[name]
                if place.twin is not None:
                    place.active[name] = place.twin


def _take_out():
    for name, place in _PLACES.items():
        if place.twin is not None and place.active[name] is place.twin:
            place.active[name] = place.original
