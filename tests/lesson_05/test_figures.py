"""The figures of lesson 5: what they say, and what they refuse."""

import numpy as np
import pytest
from figure_rules import assert_fit

from classroom.lesson_05.figures.beam_tree import beam_tree
from classroom.lesson_05.figures.model_writing import Writing
from classroom.lesson_05.figures.next_token_choice import Choices
from classroom.lesson_05.figures.noticed_words import noticed_words
from classroom.lesson_05.figures.similar_columns import similar_columns

TOKENS = ["a", "b", " ", "\n", "e"]


LOGITS = {"ab ": np.log([0.1, 0.4, 0.05, 0.3, 0.15]), "e": np.log([0.02, 0.02, 0.02, 0.04, 0.9])}


def writing_data(steps=4, start=3):
    rng = np.random.default_rng(0)
    tokens = [TOKENS[i] for i in rng.integers(5, size=start + steps)]
    weights = np.zeros((steps, 2, start + steps))
    for step in range(steps):
        weights[step, :, : start + step] = rng.dirichlet(np.ones(start + step), size=2)
    return tokens, start, rng.dirichlet(np.ones(5), size=steps), weights, TOKENS


def tree_levels():
    return [
        [(("s",), 0.4), (("r",), 0.3)],
        [(("r", "a"), 0.29), (("s", "i"), 0.1)],
        [(("r", "a", "v"), 0.28), (("r", "a", " "), 0.01)],
    ]


NOTICED = [[0.9, 0.0], [0.2, 0.4], [0.1, 0.8], [0.3, 0.3]]


def figures():
    stage = Choices(LOGITS, TOKENS)
    yield "choices", stage(prompt="e", temperature=0.1, top_k=1, top_p=0.05)
    yield "all choices", stage(prompt="ab ", temperature=5.0, top_k=5, top_p=1.0)
    yield "writing", Writing(*writing_data())(step=3, head=1)
    cosines = np.ones((5, 5)) * 0.5
    yield "columns", similar_columns(cosines, TOKENS, "ae", "b", "\n ")
    yield "noticed", noticed_words(NOTICED, ["the", "raven"], "Causal mask", 1.0)
    yield "tree", beam_tree(tree_levels(), title="A title", root="the ", other=["s", "i", "l"])


FIGURES = dict(figures())


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(FIGURES[name])


def test_choices_say_how_many_tokens_are_left():
    stage = Choices(LOGITS, TOKENS)
    assert stage(top_k=2).alt.startswith("After 'ab␣': 2 of 5 tokens can be drawn, 'b' with 0.57.")
    assert "0.7 of the model's probability" in stage(top_k=2).alt
    assert stage(prompt="e", top_p=0.5).alt.startswith("After 'e': 1 of 5 tokens")


def test_choices_use_the_function_that_is_given():
    def first(logits, temperature, top_k, top_p):
        return np.eye(5)[0]

    assert "1 of 5 tokens can be drawn" in Choices(LOGITS, TOKENS, first)().alt


def test_writing_says_which_token_was_written_and_how_likely_it_was():
    tokens, start, probabilities, weights, vocabulary = writing_data()
    alt = Writing(tokens, start, probabilities, weights, vocabulary)(step=0).alt
    p = probabilities[0][vocabulary.index(tokens[start])]
    assert alt.startswith("Step 1: ")
    assert f"with {p:.2f}. All heads looked most at" in alt


def test_the_words_that_a_pooled_vector_notices_are_counted():
    assert FIGURES["noticed"].alt.startswith(
        "Causal mask: of 2 words the vectors notice: 'first' 1, 'mean' 2, 'last' 2, 'max' 2"
    )
    all_of_them = noticed_words(np.ones((4, 2)), ["the", "raven"], "Encoder", 1.0)
    assert all_of_them.alt.startswith("Encoder: every way of pooling notices each of the 2 words")


def test_cosines_are_averaged_within_a_kind_without_the_column_itself():
    assert FIGURES["columns"].alt.startswith("Mean cosine of two vowels 0.50, of two marks 0.50")


def test_a_tree_says_where_the_other_continuation_is_dropped():
    alt = beam_tree(tree_levels(), root="the ", other=["s", "i", "l"]).alt
    assert "best first: 'rav' 0.28; 'ra␣' 0.01" in alt
    assert "The greedy continuation is dropped at step 3." in alt


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Choices({}, TOKENS), "no prompt"),
        (lambda: Choices({"a": [0.0, 1.0]}, TOKENS), r"shape \(2,\)"),
        (lambda: Writing("abe", 1, np.ones((3, 5)), np.ones((2, 1, 3)), TOKENS), "2 steps"),
        (lambda: Writing("abe", 1, np.ones((2, 5)), np.ones((2, 3)), TOKENS), "n_heads"),
        (lambda: beam_tree([]), "each step"),
        (lambda: beam_tree([[(("a",), 0.5)], [(("b", "a"), 0.2)]]), "does not grow"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
