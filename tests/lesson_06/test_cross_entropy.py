"""Right answers to cross_entropy, in other styles and with the earlier name of a parameter."""

import numpy as np
import pytest
from right_answers import each_is_right

from classroom.exercises import saved, solutions
from classroom.exercises.grade import grade
from classroom.exercises.my_model import mine
from classroom.exercises.swap import build, using
from course_lib import loss
from course_lib.loss import log_softmax
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe


def flat(logits, targets, ignore_id):
    """Return log_p (N, vocab_size), targets (N,), counted (N,) and the shape of the logits."""
    targets = targets.reshape(-1)
    counted = np.ones(len(targets), bool) if ignore_id is None else targets != ignore_id
    log_p, _ = log_softmax(logits.reshape(-1, logits.shape[-1]))
    return log_p, np.where(counted, targets, 0), counted, logits.shape


def cross_entropy_by_wanted(logits, targets, ignore_id=None, label_smoothing=0.0):
    log_p, targets, counted, shape = flat(logits, targets, ignore_id)
    vocab_size = log_p.shape[-1]
    wanted = np.full(log_p.shape, label_smoothing / vocab_size)
    wanted[np.arange(len(targets)), targets] += 1 - label_smoothing
    mean = -np.sum(wanted * log_p * counted[:, None]) / counted.sum()
    return mean, (log_p, targets, counted, label_smoothing, shape)


def cross_entropy_in_a_loop(logits, targets, ignore_id=None, label_smoothing=0.0):
    log_p, targets, counted, shape = flat(logits, targets, ignore_id)
    total = 0.0
    for row, target, counts in zip(log_p, targets, counted, strict=True):
        if counts:
            total -= (1 - label_smoothing) * row[target] + label_smoothing * sum(row) / len(row)
    return total / counted.sum(), (log_p, targets, counted, label_smoothing, shape)


ANSWERS = [cross_entropy_by_wanted, cross_entropy_in_a_loop]

test_is_right = each_is_right("cross_entropy", ANSWERS)


EARLIER = solutions.solutions_of(6)["cross_entropy"].replace("ignore_id", "pad_id")


def test_an_answer_to_the_earlier_contract_is_right():
    assert grade("cross_entropy", build("cross_entropy", EARLIER, "<earlier>")).outcome == "right"


@pytest.mark.parametrize(
    ("edit", "mistake"),
    [
        (("surprise[counted]", "surprise"), "padding_counted"),
        (("pad_id=None", "pad_id=0"), None),
        (("pad_id", "padding"), None),
    ],
)
def test_a_wrong_answer_to_the_earlier_contract_is_not(edit, mistake):
    report = grade("cross_entropy", build("cross_entropy", EARLIER.replace(*edit), "<earlier>"))
    assert (report.outcome, report.mistake) == ("not yet", mistake)
    assert mistake or "ignore_id" in report.message


def test_an_error_in_it_is_shown_where_it_is():
    broken = EARLIER.replace("surprise[counted].mean()", "surprise[counted].median()")
    report = grade("cross_entropy", build("cross_entropy", broken, "<earlier>"))
    assert report.kind == "raised"
    assert "of cross_entropy: mean = surprise[counted].median()" in " ".join(report.message.split())


def test_saved_it_is_a_part_of_the_model(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    saved.save("cross_entropy", 6, EARLIER)
    own = mine()
    assert list(own) == ["cross_entropy"]
    task, recipe = load_task("next_token"), Recipe(3, 8, lr=1e-2, evaluate_every=3)
    logits, targets = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]), np.array([1, 0])
    with using(**own):
        history = train(task, recipe, dtype=np.float64, progress=False).history
        values = [
            loss.cross_entropy(logits, targets, 0)[0],
            loss.cross_entropy(logits, targets, ignore_id=0)[0],
            loss.cross_entropy(logits, targets, pad_id=0)[0],
        ]
    wanted = train(task, recipe, dtype=np.float64, progress=False).history
    np.testing.assert_allclose(history.loss, wanted.loss, rtol=1e-12)
    np.testing.assert_allclose(values, np.log(4), rtol=1e-12)
