"""`playing`: which parts of the model run, and whose they are."""

import numpy as np
import pytest

from classroom.exercises import swap
from classroom.exercises.my_model import playing
from course_lib import layers
from course_lib.params import init_params
from course_lib.tasks import load_task

from .solved_answers import functions


@pytest.fixture(scope="module")
def solved():
    return functions()


def test_the_parts_that_play_are_noted_with_whose_they_are(solved) -> None:
    task = load_task("raven")
    params = init_params(task.config, np.random.default_rng(0))
    own = {name: solved[name] for name in ("softmax", "sample", "adam_update")}
    with playing(own) as ran:
        written = task.generate(params, "Once upon", 20, np.random.default_rng(1), temperature=1.0)
    assert written == task.generate(
        params, "Once upon", 20, np.random.default_rng(1), temperature=1.0
    )
    assert ran[2]["softmax"] == ran[5]["sample"] == "yours"
    assert ran[2]["multi_head_attention"] == ran[5]["generate"] == "reference"
    assert ran[5]["attend_with_past"] == "reference"
    assert 8 not in ran  # nothing of the training
    assert layers.softmax is swap.FUNCTIONS["softmax"]
