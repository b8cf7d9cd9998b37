"""The tests that every module of the transformer goes through, made from what its cases are."""

import copy
import inspect
import re

import numpy as np
import pytest
from cases import function_of
from golden import assert_as_pytorch, assert_every_entry_is_read, read_case
from sizes import leaves, tree_map

from course_lib.gradcheck import directional_check
from course_lib.params import flatten


def make_tests(
    module,
    cases=None,
    *,
    directions=3,
    wrong_backwards=None,
    float32=None,
    not_float32=None,
    not_functions=(),
    goldens=None,
    not_in_goldens=(),
    refused=None,
):
    """Make the class of the tests that a module goes through.

    Parameters
    ----------
    module : module of course_lib
    cases : dict of str to Case
        One or more for every differentiable function; a case is named `function` or
        `function/what is special about it`.
    directions : int
        Random directions of the gradient check.
    wrong_backwards : dict of str to callable
        Backwards with one mistake each, such as people make, keyed `case: the mistake`. Each takes
        the place of that case's backward, and the gradient check must see it.
    float32 : dict of str to callable
        Calls, named as cases are, of the functions that have no backward, or further results.
    not_float32 : dict of str to str
        The functions that return no floating-point array that could be float32, and why.
    not_functions : collection of str
        What `float32` calls that is no function of the module.
    goldens : dict of str to Adapter
        How the cases of tests/goldens/MODULE.npz are computed.
    not_in_goldens : collection of str
        The backwards that PyTorch's cases do not compare on their own.
    refused : dict of str to (callable, type of error, list of str)
        What goes wrong: how to do it, the error, and what its text must say.
    """
    cases, wrong_backwards, goldens = cases or {}, wrong_backwards or {}, goldens or {}
    float32, not_float32, refused = float32 or {}, not_float32 or {}, refused or {}

    def test_backward_is_the_derivative(name):
        case, rng = cases[name], np.random.default_rng(7)
        settings = {"directions": directions, "steps": (1e-5, 3e-6, 1e-6)}
        worst = directional_check(case.forward, case.backward, case.make_args(rng), rng, **settings)
        assert worst.error < 1e-7, worst

    def test_nothing_is_changed_in_place(name):
        assert_pure(cases[name])

    def test_output_cache_and_gradients_are_float32(name):
        assert_float32_throughout(cases[name])

    def test_a_wrong_backward_is_refused(name):
        case, rng = cases[name.partition(": ")[0]], np.random.default_rng(97)
        args, backward = case.make_args(rng), wrong_backwards[name]
        worst = directional_check(case.forward, backward, args, rng, directions=1)
        assert worst.error > 1e-4

    def test_everything_else_is_float32(name):
        assert_all_float32(float32[name]())

    def test_same_as_pytorch(name):
        golden, adapter = read_case(short_name(module), name), goldens[name]
        outs, cache = adapter.forward(**golden.inputs, **golden.settings)
        assert_as_pytorch({k: np.asarray(v) for k, v in outs.items()}, golden.outs)
        if adapter.backward is None:
            assert golden.dout is None
            assert not golden.grads
            return
        grads = adapter.backward(golden.dout, cache)
        grads = grads if isinstance(grads, tuple) else (grads,)
        assert_as_pytorch(dict(zip(adapter.names, grads, strict=True)), golden.grads)

    def test_a_mistake_is_refused_in_words(name):
        action, error, parts = refused[name]
        assert_says(action, error, parts)

    def test_every_public_function_is_in_a_list():
        with_cases = {function_of(name) for name in cases}
        listed = with_cases | {f"{name}_backward" for name in with_cases}
        listed |= {function_of(name) for name in float32} | not_float32.keys()
        assert listed - set(not_functions) == public_names(module)

    def test_every_backward_is_checked_against_its_forward():
        backwards = {name for name in public_names(module) if name.endswith("_backward")}
        assert backwards == {f"{function_of(name)}_backward" for name in cases}

    def test_every_entry_of_the_golden_file_is_read():
        assert_every_entry_is_read(short_name(module), goldens)

    def test_every_backward_is_compared_with_pytorch():
        backwards = {adapter.backward.__name__ for adapter in goldens.values() if adapter.backward}
        all_of_them = {f"{function_of(name)}_backward" for name in cases}
        assert all_of_them - backwards == set(not_in_goldens)

    tests = [
        test_every_public_function_is_in_a_list,
        test_every_backward_is_checked_against_its_forward,
        test_every_backward_is_compared_with_pytorch,
    ]
    if goldens:
        tests.append(test_every_entry_of_the_golden_file_is_read)
    for names, test in (
        (cases, test_backward_is_the_derivative),
        (cases, test_nothing_is_changed_in_place),
        (cases, test_output_cache_and_gradients_are_float32),
        (wrong_backwards, test_a_wrong_backward_is_refused),
        (float32, test_everything_else_is_float32),
        (goldens, test_same_as_pytorch),
        (refused, test_a_mistake_is_refused_in_words),
    ):
        if names:
            tests.append(pytest.mark.parametrize("name", names)(test))
    return type("Tests", (), {test.__name__: staticmethod(test) for test in tests})


def short_name(module):
    return module.__name__.rpartition(".")[2]


def public_names(module):
    """Name the functions that a module defines for others to use."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(value)
        and value.__module__ == module.__name__
    }


def assert_pure(case):
    """Hold forward and backward to what they are given, and a cache to being used twice."""
    rng = np.random.default_rng(11)
    args = case.make_args(rng)
    kept_args = copy.deepcopy(args)
    out, cache = case.forward(*args)
    dout = np.asarray(rng.standard_normal(np.shape(out)))
    kept_out, kept_dout = copy.deepcopy((out, dout))
    grads = case.backward(dout, cache)
    kept_grads = copy.deepcopy(grads)
    grads_again = case.backward(dout, cache)
    assert_equal(args, kept_args)
    assert_equal((out, dout), (kept_out, kept_dout))
    assert_equal(grads, kept_grads)
    assert_equal(grads_again, kept_grads)


def assert_equal(got, wanted):
    for a, b in zip(leaves(got), leaves(wanted), strict=True):
        np.testing.assert_array_equal(a, b)


def assert_identical(got, wanted):
    """Hold nested arrays to each other bit by bit, names and order included."""
    got, wanted = flatten(got), flatten(wanted)
    assert list(got) == list(wanted)
    for name, array in wanted.items():
        assert got[name].dtype == array.dtype
        assert got[name].shape == array.shape
        assert got[name].tobytes() == array.tobytes(), name


def assert_float32_throughout(case):
    """Hold output, cache and gradients to float32 where the arguments are."""
    rng = np.random.default_rng(13)
    args = tree_map(lambda array: array.astype(np.float32), case.make_args(rng))
    out, cache = case.forward(*args)
    assert_all_float32(out)
    assert_all_float32((out, cache))
    dout = rng.standard_normal(np.shape(out)).astype(np.float32) if np.ndim(out) else 1.0
    assert_all_float32(case.backward(dout, cache))


def assert_all_float32(tree):
    """Hold every floating-point array and NumPy scalar in nested values to float32."""
    found = [array.dtype for array in leaves(tree) if array.dtype.kind == "f"]
    assert found, "there is nothing to look at"
    assert set(found) == {np.dtype(np.float32)}


def x32(*shape):
    """Draw a float32 array, the same at each call."""
    return np.random.default_rng(17).standard_normal(shape).astype(np.float32)


def zeros(backward):
    """Return a wrong backward: zeros in place of every gradient."""
    return lambda dout, cache: tree_map(np.zeros_like, backward(dout, cache))


def assert_says(action, error, parts):
    """Hold an action to raising this error, with all these parts in its text."""
    with pytest.raises(error, match=re.escape(parts[0])) as caught:
        action()
    for part in parts:
        assert part in str(caught.value)
