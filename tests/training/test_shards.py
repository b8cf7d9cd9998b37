"""Loss and gradients of a batch in pieces and in shards: the same as of the whole."""

import contextlib
import dataclasses
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sizes import D_FF, T_K, T_Q, H, make_config, make_ids, make_padded_ids, make_params

from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import objective
from course_lib.training import shards as shards_module
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, Batch
from course_lib.training.recipe import Recipe

ROWS = 7


def loss_and_grads(*args, shards=1, **settings):
    """Return what `objective.loss_and_grads` gives in a run with so many shards."""
    with shards_module.computing(shards=shards):
        return objective.loss_and_grads(*args, **settings)


def make_batch(family, rng):
    if family == "encoder-decoder":
        inputs = (make_padded_ids(rng, T_K, ROWS), make_ids(rng, T_Q, ROWS))
    else:
        inputs = (make_padded_ids(rng, T_Q, ROWS),)
    shape = (ROWS,) if family == "encoder" else (ROWS, T_Q)
    targets = rng.integers(0, 17, shape)
    targets[rng.random(shape) < 0.4] = IGNORED
    targets[:2] = IGNORED  # a piece with nothing to learn
    targets[2] = 1
    return Batch(inputs, targets)


@pytest.mark.parametrize("family", ["encoder", "decoder", "encoder-decoder"])
@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("numbers", [1, 150, 1500])
def test_pieces_add_up(family, shards, numbers, monkeypatch):
    rng = np.random.default_rng(29)
    config = make_config(family)
    params, batch = make_params(config, rng), make_batch(family, rng)
    whole = loss_and_grads(batch, params, config, label_smoothing=0.1)
    sizes = []
    forward = objective.forward
    monkeypatch.setattr(shards_module, "_CACHED", numbers)
    monkeypatch.setattr(
        objective, "forward", lambda ids, *args: sizes.append(len(ids[0])) or forward(ids, *args)
    )
    pieces = loss_and_grads(batch, params, config, label_smoothing=0.1, shards=shards)
    longest = max(ids.shape[1] for ids in batch.inputs)
    row = longest * max(D_FF, H * longest)  # numbers of one sequence
    assert (max(sizes) - 1) * row < numbers
    assert numbers == 1500 or len(sizes) > shards
    np.testing.assert_allclose(pieces.loss, whole.loss, rtol=1e-12)
    assert pieces.accuracy == whole.accuracy
    wanted = flatten(whole.grads)
    assert flatten(pieces.grads).keys() == wanted.keys()
    for name, array in flatten(pieces.grads).items():
        np.testing.assert_allclose(array, wanted[name], rtol=1e-9, atol=1e-14, err_msg=name)


def test_small_batches_stay_whole():
    rng = np.random.default_rng(31)
    config = make_config("decoder")
    assert shards_module._n_pieces(make_batch("decoder", rng), config) == 1


@pytest.mark.parametrize("shards", [1, 3])
def test_a_batch_that_asks_nothing_is_refused(shards):
    rng = np.random.default_rng(41)
    config = make_config("decoder")
    batch = make_batch("decoder", rng)
    batch.targets[:] = IGNORED
    with pytest.raises(ValueError, match="none counts"):
        loss_and_grads(batch, make_params(config, rng), config, shards=shards)


RECIPE = Recipe(25, 17, lr=3e-3, evaluate_every=25)


def digest(run):
    return b"".join(array.tobytes() for array in flatten(run.params).values())


@pytest.mark.parametrize("shards", [2, 3])
@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_repeated_runs_are_equal_bit_for_bit(shards, dropout):
    task = load_task("digits")
    task = dataclasses.replace(task, config=dataclasses.replace(task.config, dropout=dropout))
    runs = [train(task, RECIPE, shards=shards, progress=False) for _ in range(3)]
    assert runs[0].history == runs[1].history == runs[2].history
    assert digest(runs[0]) == digest(runs[1]) == digest(runs[2])


@pytest.mark.parametrize(("name", "preset"), [("digits", "many"), ("copy", "copy")])
@pytest.mark.parametrize("shards", [2, 3, 17])
def test_the_gradient_is_that_of_the_whole_batch(name, preset, shards):
    """Answers of different lengths: a shard weighs as many tokens as are asked in it."""
    task = load_task(name, preset)
    rng = np.random.default_rng(1)
    params = init_params(task.config, rng, np.float64)
    batch = task.batch(rng, 17)
    whole = loss_and_grads(batch, params, task.config, label_smoothing=0.1)
    shared = loss_and_grads(batch, params, task.config, label_smoothing=0.1, shards=shards)
    assert shared.loss == pytest.approx(whole.loss, rel=1e-12)
    assert shared.accuracy == whole.accuracy
    ours, theirs = flatten(shared.grads), flatten(whole.grads)
    assert ours.keys() == theirs.keys()
    for key in theirs:
        np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("shards", [2, 3])
def test_training_stays_close_to_one_shard(shards):
    task = load_task("digits")
    whole = train(task, RECIPE, dtype=np.float64, progress=False)
    shared = train(task, RECIPE, dtype=np.float64, shards=shards, progress=False)
    np.testing.assert_allclose(shared.history.loss, whole.history.loss, rtol=1e-6)


# Prints the sum of a run on as many processors as it is given; Python switches threads as
# often as it is told to, and course_lib sets the number of BLAS threads itself.
_CHILD = """
import os, sys, hashlib
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
sys.setswitchinterval(float(sys.argv[2]))
import course_lib
from tests.training.test_shards import RECIPE, digest
from course_lib.tasks import load_task
from course_lib.training.loop import train
run = train(load_task("digits"), RECIPE, shards=3, progress=False)
print(hashlib.sha256(digest(run)).hexdigest())
"""


def test_the_result_does_not_depend_on_processors_or_the_order_of_threads(pytestconfig):
    environment = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}
    environment["PYTHONPATH"] = str(pytestconfig.rootpath / "tests")  # sizes

    def run_on(processors, interval):
        return subprocess.run(
            [sys.executable, "-c", _CHILD, str(processors), str(interval)],
            capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath, env=environment,
        ).stdout  # fmt: skip

    results = {run_on(1, 0.005), run_on(1, 1e-5), run_on(2, 0.005), run_on(2, 1e-5)}
    assert len(results) == 1
    assert len(results.pop().strip()) == 64


def test_a_wrong_number_of_shards_is_refused():
    task = load_task("next_token")
    for shards in (0, 18):
        with pytest.raises(ValueError, match=f"shards is {shards}; use 1 to 17, the batch size"):
            train(task, RECIPE, shards=shards, progress=False)


@pytest.mark.parametrize("numbers", [1, 1500])
@pytest.mark.parametrize("shards", [1, 3])
def test_parts_in_float32_are_summed_in_float32(numbers, shards, monkeypatch):
    """NumPy 2.4 counts in np.int64, and a share of that type would promote."""
    monkeypatch.setattr(shards_module, "_CACHED", numbers)
    rng = np.random.default_rng(43)
    config = make_config("decoder")
    params = make_params(config, rng, np.float32)
    grads = loss_and_grads(make_batch("decoder", rng), params, config, shards=shards).grads
    assert {array.dtype for array in flatten(grads).values()} == {np.dtype(np.float32)}


def test_the_settings_of_a_run_reach_a_call_with_three_arguments():
    """Dropout and label smoothing as if they had been passed; afterwards they are gone."""
    rng = np.random.default_rng(47)
    config = make_config("decoder", dropout=0.3)
    params, batch = make_params(config, rng), make_batch("decoder", rng)
    passed = objective.loss_and_grads(batch, params, config, np.random.default_rng(1), 0.2)
    with shards_module.computing(np.random.default_rng(1), 0.2) as computed:
        assert np.isnan(computed.accuracy)
        found = objective.loss_and_grads(batch, params, config)
    assert found.loss == passed.loss
    assert computed.accuracy == found.accuracy == passed.accuracy
    plain = objective.loss_and_grads(batch, params, config)
    assert plain.loss == loss_and_grads(batch, params, config).loss != passed.loss


def test_an_argument_goes_before_the_setting_of_a_run():
    rng = np.random.default_rng(53)
    config = make_config("decoder", dropout=0.3)
    params, batch = make_params(config, rng), make_batch("decoder", rng)
    passed = objective.loss_and_grads(batch, params, config, np.random.default_rng(1), 0.2)
    with shards_module.computing(np.random.default_rng(2), 0.1):
        found = objective.loss_and_grads(batch, params, config, np.random.default_rng(1), 0.2)
    assert found.loss == passed.loss


def test_the_settings_of_a_run_end_with_an_error_and_may_be_nested():
    rng = np.random.default_rng(59)
    config = make_config("decoder")
    params, batch = make_params(config, rng), make_batch("decoder", rng)

    def value():
        return objective.loss_and_grads(batch, params, config).loss

    plain = value()
    with shards_module.computing(label_smoothing=0.2):
        outer = value()
        with shards_module.computing(label_smoothing=0.4):
            assert value() > outer
        with contextlib.suppress(KeyError), shards_module.computing(label_smoothing=0.4):
            raise KeyError
        assert value() == outer
    assert value() == plain < outer


def test_the_settings_of_a_run_are_those_of_its_thread():
    rng = np.random.default_rng(61)
    config = make_config("decoder")
    params, batch = make_params(config, rng), make_batch("decoder", rng)
    wanted = objective.loss_and_grads(batch, params, config).loss
    with shards_module.computing(label_smoothing=0.2), ThreadPoolExecutor(1) as pool:
        other = pool.submit(objective.loss_and_grads, batch, params, config).result().loss
        own = objective.loss_and_grads(batch, params, config).loss
    assert other == wanted != own


def test_runs_on_two_threads_do_not_disturb_each_other():
    task = load_task("digits")
    with_dropout = dataclasses.replace(task, config=dataclasses.replace(task.config, dropout=0.2))
    smoothed = dataclasses.replace(RECIPE, label_smoothing=0.2)
    jobs = [(task, RECIPE, 1), (with_dropout, smoothed, 2)] * 2

    def run(job):
        return train(*job[:2], shards=job[2], progress=False).history

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, jobs)) == [run(job) for job in jobs]
