"""A message as a page shows it: paragraphs that wrap anew, code and tables as they stand."""

import html
import re

import pytest

from classroom.exercises.exercise import exercises
from classroom.exercises.formatting import WIDTH, wrap
from classroom.exercises.page import columns_html, message_html


def blocks(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<(p|pre) style="[^"]*">(.*?)</\1>', page, flags=re.DOTALL)


SENTENCE = (
    "Subtract the largest score along `axis` first, for `exp(x - x.max())` is at most 1 where x "
    "has shape (2, 3, 5), and a long sentence such as this one is broken into lines of text."
)


def test_what_was_wrapped_is_one_paragraph_again():
    text = f"softmax: not yet.\n\n{wrap(SENTENCE)}\n\n{wrap('Stuck?')}"
    assert all(len(line) <= WIDTH for line in text.split("\n"))
    shown = re.sub(r"`(.*?)`", r"<code>\1</code>", SENTENCE)
    assert blocks(message_html(text)) == [
        ("p", "softmax: not yet."), ("p", shown), ("p", "Stuck?"),
    ]  # fmt: skip


def test_lines_that_end_early_stay_apart():
    text = "double: right.\n" + wrap("Saved.") + "\n" + wrap("Go on.")
    assert blocks(message_html(text)) == [("p", "double: right."), ("p", "Saved."), ("p", "Go on.")]


def test_code_and_tables_keep_their_lines():
    text = "  Case: f(x)\n       expected   yours\n    x  1          <2\n  Next."
    (case, table, after) = blocks(message_html(text))
    assert table == ("pre", "   expected   yours\nx  1          &lt;2")
    assert (case, after) == (("p", "Case: f(x)"), ("p", "Next."))


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_every_hint_is_put_together_again(exercise):
    for hint in exercise.hints:
        said = [line for line in hint.split("\n") if line and not line.startswith(" ")]
        shown = [part for kind, part in blocks(message_html(wrap(hint))) if kind == "p"]
        assert [html.unescape(re.sub("</?code>", "`", part)) for part in shown] == said


def test_marked_lines_are_marks():
    shown = columns_html(("Yours", "a < 1\n\nb", {2}), ("Ours", "c", set()))
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", shown) == ["b"]
    assert re.findall(r"<span[^>]*>(.*?)</span>", shown) == ["a &lt; 1", " ", "c"]
    assert shown.index("Yours") < shown.index("Ours")
