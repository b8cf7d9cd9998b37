import pytest

from classroom.attention_view.flow import flow, shown, spoken


def set_text(tokens):
    """The text as a reader sees it."""
    between = {"g": "", "b": "", "s": " ", "n": "\n"}
    pairs = zip(flow(tokens), tokens, strict=True)
    return "".join(between[rule] + shown(token) for rule, token in pairs).strip(" \n")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["Only", "this", ",", "and", "more", "."], "Only this, and more."),
        (['"', "Tis", "some", "visitor", ",", '"', "I", "said"], '"Tis some visitor," I said'),
        (["door", "--", "only", "this"], "door--only this"),
        (["forgotten", "lore\n", "While", "I"], "forgotten lore\nWhile I"),
        (["lore", "\n", "While"], "lore ⏎\nWhile"),
        (["[CLS]", "never", "##more", "[SEP]"], "[CLS] never##more [SEP]"),
        (["Once", " upon", " a", " mid", "night"], "Once upon a midnight"),
        (list("the raven"), "the\u00a0raven"),
        (list("or\nI"), "or⏎\nI"),
        (["do", "n't", "you", "'s"], "don't you's"),
    ],
)
def test_text_is_set_as_in_print(tokens, text):
    assert set_text(tokens) == text


def test_every_token_has_a_rule():
    tokens = ["", " ", "\n", "a b", '"', "'"]
    assert len(flow(tokens)) == len(tokens)
    assert all(shown(token) for token in tokens)


def test_a_line_of_characters_may_break_after_a_space_alone():
    assert flow(list("ab cd")) == "nggbg"


@pytest.mark.parametrize(
    ("token", "name"),
    [("door", "“door”"), (" door", "“door”"), ("lore\n", "“lore”"), ("\n", "line break"),
     (",\n", "comma"), ("--", "dash"), ('"', "quotation mark"), ("", "nothing"), ("  ", "space")],
)  # fmt: skip
def test_signs_are_called_by_their_names(token, name):
    assert spoken(token) == name


def test_one_letter_words_are_words():
    assert set_text(["a", "b", "c"]) == "a b c"


def test_a_token_that_is_longer_than_a_line_is_cut_off():
    assert shown("x" * 300) == "x" * 29 + "…"
    assert spoken("x" * 300) == f"“{'x' * 29}…”"
