"""What a prediction asks about is not to be read before the reader has committed.

Looked at is what a reader sees up to the reveal: prose, code and outputs of the section in which
the question stands, and the source of the cell that reveals. The answer is taken from what the
stored `reveal` shows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

import lesson_files as files
import pytest
from lesson_files import TEXTS
from nbformat import NotebookNode

from classroom.explore.markup import to_plain
from classroom.explore.question_files import all_questions

LESSONS = sorted(TEXTS)


class Asked(NamedTuple):
    """A prediction of a notebook: the cells that ask and reveal, and the answer as it is shown."""

    name: str
    section: int
    predict: int
    reveal: int
    answer: str


def predictions(notebook: NotebookNode) -> list[Asked]:
    """Find all predictions of a notebook."""
    at: dict[str, dict[str, int]] = {"predict": {}, "reveal": {}}
    for index, function, call in files.calls(notebook):
        if function in at:
            at[function][ast.literal_eval(call.args[0])] = index
    heads = [
        index for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and re.match("#{1,2} ", cell.source)
    ]  # fmt: skip
    found = []
    for name, reveal in at["reveal"].items():
        predict = at["predict"][name]
        section = max(index for index in heads if index <= predict)
        found.append(Asked(name, section, predict, reveal, answer_shown(notebook, reveal)))
    return found


def answer_shown(notebook: NotebookNode, reveal: int) -> str:
    """Return the option or the number, without unit, in the output of a stored reveal."""
    for output in notebook.cells[reveal].outputs:
        text = output.get("data", {}).get("text/plain", "")
        if found := re.match(r"You made no prediction\. It is(:?) (.*)", text):
            return found[2] if found[1] else re.match(r"-?[\d.,]*\d(?:e-?\d+)?", found[2])[0]
    raise AssertionError(f"cell {notebook.cells[reveal].id} stores no answer")


def shown(cell: NotebookNode) -> str:
    """Return all that a reader sees of a cell's outputs; of a folded output its summary alone."""
    texts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        html = data.get("text/html")
        if html is not None:
            html = re.sub(r"<(details|script|style)>.*?</\1>", " ", html, flags=re.DOTALL)
            texts += [*files.alt_texts(html), re.sub(r"<[^>]*>", " ", html)]
        else:
            texts.append(output.get("text", "") or data.get("text/plain", ""))
    return "\n".join(texts)


def places(notebook: NotebookNode, asked: Asked) -> list[tuple[str, str]]:
    """Return what is to be searched: where it stands, and its text."""
    found = []
    for index in range(asked.section, asked.reveal + 1):
        cell = notebook.cells[index]
        if index == asked.predict:
            continue
        found.append((f"source of {cell.id}", cell.source))
        if index < asked.reveal:
            found.append((f"output of {cell.id}", shown(cell)))
    return found


def is_to_be_read(answer: str, text: str, options: Iterable[str] = ()) -> bool:
    """Tell whether a text gives an answer away.

    Short answers say nothing and are not looked for. A text that names another option beside the
    right one, as a table of all of them does, does not tell which it is.
    """
    if options:
        text = to_plain(text).lower()
        named = [option for option in options if to_plain(option).lower() in text]
        return named == [answer] and len(to_plain(answer)) > 4
    digits = re.sub(r"[^\d]", "", answer).strip("0")
    number = re.escape(answer.replace(",", "")).replace(r"\.", r"\.")
    pattern = rf"(?<![\d.]){number}(?![\d]|\.\d)"
    return len(digits) > 1 and re.search(pattern, text.replace(",", "")) is not None


@pytest.mark.parametrize("name", LESSONS)
def test_no_answer_is_to_be_read_before_its_reveal(name: str) -> None:
    notebook = files.stored(name, "lessons")
    given_away = []
    for asked in predictions(notebook):
        options = list(all_questions()[asked.name].options)
        for place, text in places(notebook, asked):
            if is_to_be_read(asked.answer, text, options):
                given_away.append(f"{asked.name}: {asked.answer!r} in the {place}")
    assert given_away == []


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_reveal_shows_is_folded_on_the_page(name: str) -> None:
    notebook = files.stored(name, "lessons")
    for asked in predictions(notebook):
        outputs = notebook.cells[asked.reveal].outputs
        assert [out for out in outputs if shown({"outputs": [out]}).strip()] == [], asked.name


@pytest.mark.parametrize("name", LESSONS)
def test_the_right_option_of_a_quiz_is_not_to_be_told_by_its_length(name: str) -> None:
    quizzes = [
        all_questions()[ast.literal_eval(call.args[0])]
        for _, function, call in files.calls(files.stored(name, "lessons"))
        if function == "quiz"
    ]
    longest = 0
    for quiz in quizzes:
        lengths = {len(to_plain(option.text)): option.right for option in quiz.options}
        longest += lengths[max(lengths)] and not quiz.several
    # With three options chance makes it a third of them; one more is allowed.
    assert longest <= len(quizzes) / 3 + 1, f"{longest} of {len(quizzes)}"


def test_the_search_finds_what_it_should() -> None:
    assert is_to_be_read("21.4", "it is 21.4 nats")
    assert is_to_be_read("45,700", "makes 45700.")
    assert not is_to_be_read("21.4", "it is 121.4 or 21.45")
    assert not is_to_be_read("8", "8 rows")
    options = ["Nearly none", "About half"]
    assert is_to_be_read("Nearly none", "it gets nearly none right", options)
    assert not is_to_be_read("Nearly none", "nearly none, or about half", options)
    assert not is_to_be_read("the", "the cat", ["the", "bird"])
