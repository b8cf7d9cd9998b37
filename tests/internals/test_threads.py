"""A training has one BLAS thread, and leaves as many as it found."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("threadpoolctl")

SCRIPT = """
from dataclasses import replace
from threadpoolctl import threadpool_info
from course_lib.tasks import load_task
from course_lib.training.loop import train

def blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

task = load_task("next_token")
during = []
before = blas_threads()
recipe = replace(task.recipe, steps=2, evaluate_every=1)
train(task, recipe, callback=lambda *_: during.append(blas_threads()), progress=False)
print(before, during, blas_threads())
"""


def test_a_training_has_one_blas_thread_and_leaves_as_many_as_it_found():
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True
    )
    if "{2}" not in done.stdout:
        pytest.skip(f"this BLAS cannot be given two threads here: {done.stdout}")
    assert done.stdout.strip() == "{2} [{1}, {1}] {2}"
