"""The explorers of afterword A."""

import pytest
from figure_rules import assert_fit, assert_moves, spoken

from afterword_a.test_figures import forming
from classroom.afterword_a import explorers
from classroom.afterword_a.record import modular as record_modular
from classroom.exercises import reference
from classroom.lesson_09.record import growth
from classroom.recordings import load_recording, save_recording
from course_lib.tasks import load_task

induction_score = reference("induction_score")
principal_components = reference("principal_components")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    arrays, metadata = growth.record(steps=(0, 200, 203), seeds=(0, 1), n_test=7)
    save_recording("growth", arrays, metadata, folder)
    return load_recording("growth", folder)


@pytest.mark.parametrize("kind", ["stored", "tiny"])
def test_the_explorer_of_growth_at_both_ends(kind, request):
    recording = load_recording("growth") if kind == "stored" else request.getfixturevalue(kind)
    box = explorers.explore_growth(recording, principal_components)
    for values in box.ends():
        assert_fit(box.figure(**values))
    last = int(recording.arrays["steps"][-1])
    box.inputs["step"].value = last
    assert spoken(box) == box.render(**box.values)[1]
    assert f"Step {last}" in spoken(box)


def test_the_grokking_explorer_moves_and_fits():
    stored, task = load_recording("modular"), load_task("modular")
    box = explorers.explore_grokking(stored, task)
    assert_moves(box)
    for step in record_modular.SEEN[::10]:
        assert_fit(box.figure(step=step))
    alt = box.figure(step=140).alt
    assert "100% of the training sums" in alt
    assert "of the held-out" in alt


def test_the_explorer_of_forming_heads_moves_and_fits():
    ids, weights, evaluations = forming()
    box = explorers.explore_forming_heads(ids, weights, evaluations, head=(1, 2))
    assert_fit(box.figure())
    assert_moves(box)
    score = induction_score(weights[40][1, 2][None], ids[None])
    assert f"head 2.3: {score:.2f}" in box.figure().alt
