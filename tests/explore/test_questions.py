"""Questions by name: what is asked, and what `reveal` shows."""

import re
from pathlib import Path

import numpy as np
import pytest

from classroom import plots
from classroom.explore import parsons, predict, question_files, questions, quiz, reveal
from classroom.explore.prediction import Prediction
from classroom.explore.question_files import all_questions

ROOT = Path(__file__).parents[2]


def test_reveal_lays_the_truth_beside_the_prediction(put, capsys):
    put(Prediction("How many?", explanation=lambda n: f"A sum of **{n}** products."))
    box = predict("q")
    reveal("q", 8.0, n=64)
    assert capsys.readouterr().out == "You made no prediction. It is 8.\n\nA sum of 64 products.\n"
    box.commit(4)
    reveal("q", np.float64(8.0), n=64)
    assert capsys.readouterr().out == (
        "You predicted 4. It is 8. Your number is 2 times too small.\n\nA sum of 64 products.\n"
    )


def test_reveal_shows_tables_and_pictures_behind_the_answer(put, capsys):
    put(Prediction("Which?", ["more", "less"], answer="less"))
    predict("q")
    picture = plots.bars("ab", [1, 2], title="Two bars")
    reveal("q", None, "a  1\nb  2", picture)
    assert capsys.readouterr().out == (
        f"You made no prediction. It is: less\n\na  1\nb  2\n\n{picture.alt}\n"
    )


@pytest.fixture
def published(monkeypatch):
    bundles = []
    monkeypatch.setattr(questions, "in_notebook", lambda: True)
    monkeypatch.setattr(questions, "publish", bundles.append)
    return bundles


def test_all_of_it_is_folded_until_the_reader_has_committed(put, published):
    put(Prediction("Which?", ["more", "less"], explanation="As $a < b$."))
    picture = plots.bars("ab", [1, 2], title="Two bars")
    box = predict("q")
    reveal("q", "less", "a < b", picture)
    (folded,) = published
    inside = re.fullmatch(
        r"<details><summary>Show the answer</summary>\n(.*)\n</details>",
        folded["text/html"],
        re.DOTALL,
    )[1]
    for part in ("<b>less</b>", "As $a &lt; b$.", ">a &lt; b</pre>", '<img alt="'):
        assert part in inside
    assert folded["text/plain"] == "You made no prediction. It is: less\n\nAs $a < b$.\n\na < b"
    box.commit("more")
    reveal("q", "less", "a < b", picture)
    assert "<details>" not in published[-1]["text/html"]
    assert "You predicted: more" in published[-1]["text/html"]


def test_what_is_not_there_is_refused_with_a_sentence(put):
    put(Prediction("Which?", ["more", "less"]))
    with pytest.raises(
        ValueError, match=r"'q' was not asked .* run the cell with predict\(\"q\"\)"
    ):
        reveal("q", "less")
    with pytest.raises(
        ValueError, match=r"predict: the course has no question named 'qq'\. Did you"
    ):
        predict("qq")
    with pytest.raises(ValueError, match="quiz: the course has no question named 'q'"):
        quiz("q")
    with pytest.raises(ValueError, match="parsons: the course has no question named 'x'"):
        parsons("x")


def test_every_lesson_has_its_questions_and_asks_each_of_them_once():
    called = {"predict": [], "quiz": [], "parsons": []}
    for path in sorted(ROOT.glob("classroom/*/text.py")):
        source = path.read_text(encoding="utf-8")
        for kind, name in re.findall(r'\b(predict|quiz|parsons)\("([^"]+)"\)', source):
            called[kind].append(name)
    names = [name for listed in called.values() for name in listed]
    assert len(names) == len(set(names))
    assert set(names) == set(all_questions())
    for kind, listed in called.items():
        for name in listed:
            question_files.find(name, {
                "predict": Prediction, "quiz": questions.Quiz, "parsons": questions.Parsons,
            }[kind])  # fmt: skip
