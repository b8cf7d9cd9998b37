"""The last scene of lesson 8: whatever trains, answers and writes is made of the reader's parts."""

import dataclasses
import linecache

import lesson_files as files
import pytest

from classroom.exercises import swap
from classroom.exercises.my_model import OwnModel
from classroom.exercises.solutions import lessons_by_exercise, solutions_of
from course_lib.tasks import load_task

CELLS = {cell.id: cell for cell in files.code_cells(files.made("08_training_loop", "solutions"))}
NOT_NEEDED = {
    "pad_sequences", "most_frequent_pair", "merge_pair", "one_hot", "sinusoidal_positions", "pool",
    "keep_top_k", "perplexity", "bits_per_character",
}  # fmt: skip
ASKING = [
    "ask-next-token", "ask-digits", "digits-heatmap", "ask-copy", "copy-heatmap",
    "ask-toy-sentences", "raven-text",
]  # fmt: skip


def run(cell_id, names):
    source = CELLS[cell_id].source
    filename = f"<lesson 8, {cell_id}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), names)


@pytest.fixture(scope="module")
def calls_by_cell():
    """The last scene with every exercise solved: for each cell, which answers were called."""
    called = set()

    def noted(name, function):
        def call(*args, **kwargs):
            called.add(name)
            return function(*args, **kwargs)

        return call

    answers = {
        name: noted(name, swap.build(name, solutions_of(lesson)[name], f"<{name}>"))
        for name, lesson in lessons_by_exercise().items()
    }
    names = {"__name__": "__main__"}
    for cell_id in CELLS:
        if cell_id == "setup" or cell_id.startswith("ex-"):
            run(cell_id, names)
    train = names["train"]

    def a_few_steps(task, recipe=None, **options):
        recipe = dataclasses.replace(recipe or task.recipe, steps=3, evaluate_every=3)
        return train(task, recipe, progress=False, **options)

    names |= {
        "train": a_few_steps,
        "mine": lambda: OwnModel(answers, {}),
        "minibatches": answers["minibatches"],
        "teacher_forcing": answers["teacher_forcing"],
        "counting": load_task("next_token"),
        "poem": load_task("raven"),
    }
    run("copy-data", names)
    found, order = {}, list(CELLS)
    for cell_id in order[order.index("mine") : order.index("whose-verse") + 1]:
        called.clear()
        run(cell_id, names)
        found[cell_id] = set(called)
    found["of the verse"] = names["ran"]
    return found


def test_every_part_of_the_model_plays_but_those_that_the_text_names(calls_by_cell):
    jobs = {
        cell_id: called for cell_id, called in calls_by_cell.items() if cell_id != "of the verse"
    }
    played = set().union(*jobs.values())
    parts = {name for name in lessons_by_exercise() if name in swap.FUNCTIONS}
    assert parts - played == NOT_NEEDED
    text = files.TEXTS["08_training_loop"].read_text(encoding="utf-8")
    (sentence,) = (line for line in text.splitlines() if "have no part in any of the" in line)
    named = sentence.split("five jobs: ")[1].split(".)")[0]
    assert set(named.replace(" and ", ", ").replace("`", "").split(", ")) == NOT_NEEDED


@pytest.mark.parametrize("cell_id", ASKING)
def test_the_reader_asks_and_writes_with_their_own_parts(calls_by_cell, cell_id):
    assert {"scaled_dot_product_attention", "softmax", "layer_norm"} <= calls_by_cell[cell_id]


@pytest.mark.parametrize(
    ("cell_id", "parts"),
    [
        ("job-next-token", {"minibatches", "train_step", "momentum_update", "sgd_step"}),
        ("job-digits", {"minibatches", "train_step", "adam_update", "clip_by_global_norm"}),
        ("job-copy", {"minibatches", "teacher_forcing", "train_step", "padding_mask"}),
        ("job-raven", {"minibatches", "train_step", "gelu_backward", "warmup_cosine"}),
        ("raven-text", {"generate", "sample", "attend_with_past", "multi_head_attention"}),
        ("measured-gradient", {"numerical_gradient"}),
    ],
)
def test_what_was_written_in_this_lesson_has_a_part_in_the_training(calls_by_cell, cell_id, parts):
    assert parts <= calls_by_cell[cell_id]


def test_the_picture_of_the_verse_shows_what_wrote_it(calls_by_cell):
    whose = {
        name: one for parts in calls_by_cell["of the verse"].values() for name, one in parts.items()
    }
    assert set(whose.values()) == {"yours"}
    assert set(whose) == {name for name in calls_by_cell["raven-text"] if name in swap.FUNCTIONS}
