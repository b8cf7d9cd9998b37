"""The figures of lesson 8: what they say, and that they are drawn fast."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_08.figures.descent import (
    OPTIMIZERS,
    STEPS,
    SURFACES,
    Descent,
    descend,
    mean_last_loss,
    signed,
    vectors,
    walk,
)
from classroom.lesson_08.figures.gradient_noise import gradient_noise
from classroom.lesson_08.figures.heads_at_the_end import heads_at_the_arrow, heads_while_copying
from classroom.lesson_08.figures.learning_rate_schedule import SHAPES, TOTAL, Schedule
from classroom.lesson_08.figures.seen_and_unseen import seen_and_unseen
from classroom.lesson_08.figures.uncorrected_steps import uncorrected_steps
from classroom.lesson_08.figures.verse import verse_page
from classroom.lesson_08.figures.whose_parts import whose_parts
from course_lib.training import optim


def stages():
    for name in SURFACES:
        for optimizer in OPTIMIZERS:
            values = {"surface": name, "optimizer": optimizer, "lr": 0.03, "beta": 0.9}
            yield Descent(), values | {"step": 1 if optimizer == "Adam" else 30}
    values = {"surface": "a long valley", "optimizer": "momentum", "lr": 1.0, "beta": 0.99}
    yield Descent(), values | {"step": STEPS}
    for shape in SHAPES:
        yield Schedule(), {"shape": shape, "warmup": 0, "final": 0.3}
        yield Schedule(), {"shape": shape, "warmup": 500, "final": 0.0}


STAGES = list(stages())


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_every_stage_is_fit_to_be_shown(number):
    stage, values = STAGES[number]
    assert_fit(stage(**values))


@pytest.mark.parametrize("number", [0, 4, 8, 12, 13, 18])
def test_a_frame_over_the_background_equals_the_whole_figure(number):
    stage, values = STAGES[number]
    other = dict(STAGES[2][1] if isinstance(stage, Descent) else STAGES[15][1])
    assert_frames_are_whole(stage, values, other)


@pytest.mark.parametrize("name", SURFACES)
def test_the_gradient_of_a_surface_is_that_of_its_loss(name):
    surface, step = SURFACES[name], 1e-6
    for theta in np.random.default_rng(0).normal(size=(5, 2)):
        for i in range(2):
            nudge = step * np.eye(2)[i]
            slope = (surface.loss(theta + nudge) - surface.loss(theta - nudge)) / (2 * step)
            assert surface.gradient(theta)[i] == pytest.approx(slope, rel=1e-5, abs=1e-7)
    minimum = np.array(surface.minimum)
    assert surface.loss(minimum) == 0.0
    assert surface.gradient(minimum) == pytest.approx([0.0, 0.0])


def test_the_valley_by_hand():
    way = descend(SURFACES["a long valley"], "gradient descent", 0.05)
    np.testing.assert_allclose(way[1], [-3.8, -0.4], rtol=1e-12)
    assert way.shape == (STEPS + 1, 2)
    assert np.isnan(descend(SURFACES["a long valley"], "gradient descent", 0.3)[-1]).all()


def test_the_schedule_is_the_readers_and_has_its_peak_where_it_should():
    figure = Schedule(lambda step, *rest: 0.25)(warmup=10)
    assert "0.25 at step 500" in figure.alt
    for shape in SHAPES:
        rates = Schedule().rates(shape, 100, 0.0)
        assert len(rates) == TOTAL
        assert rates.argmax() == 99
        assert rates.max() == pytest.approx(1.0)


def test_the_parts_are_counted_and_named():
    lessons = {1: {"one_hot": "yours"}, 2: {"softmax": "refused", "x": "reference"}}
    figure = whose_parts(lessons)
    assert_fit(figure)
    assert figure.alt.startswith("1 of 3 parts of this model are yours. Boxes")
    assert "Yours: one_hot. Refused: softmax. The course's: x." in figure.alt
    assert whose_parts(lessons, of="parts that write").alt.startswith("1 of 3 parts that write are")
    many = {n: {f"a_rather_long_name_{i}": "yours" for i in range(9)} for n in (1, "A")}
    assert_fit(whose_parts(many))
    with pytest.raises(ValueError, match="'theirs' is none of yours"):
        whose_parts({1: {"one_hot": "theirs"}})


def test_the_vectors_of_a_step_add_up():
    way = walk(SURFACES["a long valley"], "momentum", 0.05, 0.6, steps=2)
    rows, found = vectors("momentum", 0.05, way, 2)
    # From (-4, 1.6): the gradients are (-4, 40) and (-3.8, -10), and 0.6 of the first is left.
    assert [row.pair for row in rows] == [
        pytest.approx((0.12, -1.2)),
        pytest.approx((0.19, 0.5)),
        pytest.approx((0.31, -0.7)),
    ]
    assert found == "with the velocity it is 1.4 times as long"
    assert vectors("momentum", 0.05, way, 1)[1] == "there is no velocity yet"


def test_the_first_step_of_adam_is_the_rate_in_both_directions():
    rows, found = vectors("Adam", 0.2, walk(SURFACES["a long valley"], "Adam", 0.2, steps=1), 1)
    assert rows[0].pair == pytest.approx((4.0, -40.0))
    assert rows[-1].pair == pytest.approx((0.2, -0.2))
    assert [np.hypot(*row.drawn) for row in rows if row.color] == pytest.approx([0.2 * 2**0.5] * 3)
    assert found == "the parameters move by 1 and 1 of the rate"


def test_a_step_is_told_and_one_after_the_end_is_the_last():
    stage = Descent()
    told = stage(optimizer="gradient descent", lr=0.05, step=1).alt
    assert told.startswith("Step 1 of gradient descent, rate 0.05: loss 40 → 9.2;")
    assert "gradient g (−4, +40); the step, −η g (+0.2, −2)" in told
    assert "gone for good" in stage(optimizer="momentum", lr=1.0, step=STEPS).alt
    assert signed(0.0) == "0"


def test_the_steps_without_correction_are_counted():
    figure = uncorrected_steps(np.array([3.0, 5.5, 2.5, 1.5, 1.0]))
    assert_fit(figure)
    assert "Without correction 3 steps are more than twice too long, the worst 5.5" in figure.alt


def test_the_noise_is_told_from_the_data():
    figure = gradient_noise([4, 16, 64], [0.8, 0.4, 0.2])
    assert_fit(figure)
    assert "16 times the examples: 4.0 times less noise" in figure.alt


def test_what_is_seen_and_unseen_is_compared_at_the_end():
    few = [{"step": step, "loss": 1.0, "accuracy": step / 400} for step in (50, 100)]
    many = [{"step": step, "loss": 0.5, "accuracy": step / 100} for step in (50, 100)]
    figure = seen_and_unseen({100: [1.0, 0.002], 10_000: [1.0, 0.5]}, {100: few, 10_000: many})
    assert_fit(figure)
    assert "Unseen sentences copied: 25% after training on 100, 100% after 10,000" in figure.alt
    assert "'not seen, 10,000'" in figure.alt


def test_the_heads_at_the_end_are_read_from_their_weights():
    weights = np.full((2, 3, 7), 1 / 7)
    weights[0, 1] = np.eye(7)[2]
    tokens = ["op", "(", "4", "8", "1", ")", "→"]
    figure = heads_at_the_arrow(weights, tokens, {"First": 2, "Max": 3})
    assert_fit(figure)
    assert figure.alt.startswith("For 1 of 2 questions some head looks mostly at the answer")
    assert "First→4" in figure.alt
    cross = np.stack([np.eye(4, 3), np.full((4, 3), 1 / 3)])
    figure = heads_while_copying(cross, ["the", "cat", "sat"])
    assert_fit(figure)
    assert figure.alt.startswith("The heads give 0.33 to 1.00 of their attention to the word")


def test_the_verse_carries_what_the_training_came_to():
    lowest, last = {"step": 500, "loss": 1.8}, {"step": 2000, "loss": 2.3}
    figure = verse_page("Once upon a midnight", 0.7, lowest, last, 0.97)
    assert_fit(figure)
    for said in ("After 2000 steps: 0.70 nats", "2.30 on what it has not (at best 1.80, step 500)"):
        assert said in figure.alt
    assert "97% of the gradients were clipped" in figure.alt


def test_a_falling_rate_ends_lower_on_the_noisy_valley():
    functions = {"momentum_update": optim.momentum_update, "sgd_step": optim.sgd_step}
    noisy = SURFACES["the valley, gradients of small batches"]

    def falling(step):
        return optim.warmup_cosine(step, 0.01, 5, 100)

    fixed = mean_last_loss(noisy, lambda step: 0.01, functions, draws=5)
    assert mean_last_loss(noisy, falling, functions, draws=5) < 0.5 * fixed
