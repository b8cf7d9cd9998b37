"""The figures of lesson 5: what they say, and what they refuse."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_05.figures.beam_tree import beam_tree
from classroom.lesson_05.figures.cache_steps import AGAIN, HIDDEN, KEPT, NEW, NONE, CacheSteps
from classroom.lesson_05.figures.draw_on_line import Draw
from classroom.lesson_05.figures.model_writing import Writing
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


def cache_data(T=12, prompt=5, d_k=4):
    rng = np.random.default_rng(0)
    tokens = list("Quoth the raven, "[:T])
    weights = np.tril(rng.random((T, T)) + 0.01)
    weights /= weights.sum(axis=1, keepdims=True)
    read = np.arange(prompt, T + 1)
    counts = np.stack([100 * read, np.where(read == prompt, 100 * prompt, 100)], axis=1)
    return tokens, prompt, *rng.normal(size=(3, T, d_k)), weights, counts


def tree_levels():
    return [
        [(("s",), 0.4), (("r",), 0.3)],
        [(("r", "a"), 0.29), (("s", "i"), 0.1)],
        [(("r", "a", "v"), 0.28), (("r", "a", " "), 0.01)],
    ]


NOTICED = [[0.9, 0.0], [0.2, 0.4], [0.1, 0.8], [0.3, 0.3]]


def figures():
    stage = Draw(LOGITS, TOKENS)
    yield "draw", stage(number_drawn=0.0, prompt="e", temperature=0.1, top_k=1, top_p=0.05)
    yield "wide draw", stage(number_drawn=0.999, prompt="ab ", temperature=5.0, top_k=5)
    yield "prompt", CacheSteps(*cache_data())(step=0)
    yield "cache", CacheSteps(*cache_data())(step=7)
    yield "short", CacheSteps(*cache_data(4, 1))(step=2)
    yield "writing", Writing(*writing_data())(step=3, head=1)
    cosines = np.ones((5, 5)) * 0.5
    yield "columns", similar_columns(cosines, TOKENS, "ae", "b", "\n ")
    yield "noticed", noticed_words(NOTICED, ["the", "raven"], "Causal mask", 1.0)
    yield "tree", beam_tree(tree_levels(), title="A title", root="the ", other=["s", "i", "l"])


FIGURES = dict(figures())


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(name):
    assert_fit(FIGURES[name])


@pytest.mark.parametrize(
    ("value", "token", "start", "end"),
    [(0, "a", "0.000", "0.100"), (0.3, "b", "0.100", "0.500"), (0.999, "e", "0.850", "1.000")],
)
def test_a_number_falls_into_the_piece_that_it_is_said_to(value, token, start, end):
    # The pieces of 'a', 'b', '␣', '⏎', 'e' end at 0.1, 0.5, 0.55, 0.85 and 1.
    alt = Draw(LOGITS, TOKENS)(number_drawn=value).alt
    assert f"falls into the piece of '{token}', from {start} to {end}; 5 of 5 tokens" in alt


def test_knobs_leave_fewer_pieces():
    alt = Draw(LOGITS, TOKENS)(number_drawn=0.52, top_k=2).alt
    assert "the piece of 'b', from 0.000 to 0.571; 2 of 5 tokens have a piece" in alt
    assert "'b' 0.57 (model 0.4), '⏎' 0.43 (model 0.3)" in alt


def test_the_draw_uses_the_function_that_is_given():
    def last(logits, temperature, top_k, top_p):
        return np.eye(5)[4]

    assert "of 'e', from 0.000 to 1.000; 1 of 5 tokens" in Draw(LOGITS, TOKENS, last)().alt


STAGES = {
    "draw": (Draw(LOGITS, TOKENS), {"number_drawn": 0.2}, {"number_drawn": 0.9, "prompt": "e"}),
    "knobs": (Draw(LOGITS, TOKENS), {"top_p": 0.5}, {"temperature": 0.3}),
    "cache": (CacheSteps(*cache_data()), {"step": 4}, {"step": 0}),
}


@pytest.mark.parametrize("name", STAGES)
def test_a_frame_over_the_background_equals_the_whole_figure(name):
    assert_frames_are_whole(*STAGES[name])


def test_with_the_cache_only_the_new_token_is_made():
    stage = CacheSteps(*cache_data(4, 2))
    without, kept = (stage.states(1, cached) for cached in (False, True))
    assert without["q"].tolist() == without["k"].tolist() == [AGAIN, AGAIN, NEW, NONE]
    assert kept["q"].tolist() == [NONE, NONE, NEW, NONE]
    assert kept["k"].tolist() == kept["v"].tolist() == [KEPT, KEPT, NEW, NONE]
    assert kept["scores"].tolist() == [[NONE] * 4, [NONE] * 4, [NEW] * 3 + [NONE], [NONE] * 4]
    assert without["scores"].tolist() == [
        [AGAIN, HIDDEN, HIDDEN, NONE],
        [AGAIN, AGAIN, HIDDEN, NONE],
        [NEW, NEW, NEW, NONE],
        [NONE, NONE, NONE, NONE],
    ]


def test_the_prompt_is_new_with_and_without_the_cache():
    stage = CacheSteps(*cache_data(4, 2))
    for name, state in stage.states(0, False).items():
        assert state.tolist() == stage.states(0, True)[name].tolist()


def test_the_cache_says_what_was_made_and_counts_so_far():
    alt = CacheSteps(*cache_data(6, 3))(step=2).alt
    assert alt.startswith("Step 2, 'h' is read: without the cache 5 rows of q, k and v are made, 4")
    assert "4 keys and as many values are read from it" in alt
    assert "in this step: 500 without, 100 with; so far 1,200 and 500." in alt


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
        (lambda: Draw({}, TOKENS), "no prompt"),
        (lambda: Draw({"a": [0.0, 1.0]}, TOKENS), r"shape \(2,\)"),
        (lambda: CacheSteps("abc", 1, *np.ones((3, 2, 4)), np.eye(3), np.ones((3, 2))), "q has"),
        (lambda: CacheSteps("abc", 1, *np.ones((3, 3, 4)), np.eye(2), np.ones((3, 2))), "weights"),
        (lambda: CacheSteps("abc", 1, *np.ones((3, 3, 4)), np.eye(3), np.ones((2, 2))), "counts"),
        (lambda: Writing("abe", 1, np.ones((3, 5)), np.ones((2, 1, 3)), TOKENS), "2 steps"),
        (lambda: Writing("abe", 1, np.ones((2, 5)), np.ones((2, 3)), TOKENS), "n_heads"),
        (lambda: beam_tree([]), "each step"),
        (lambda: beam_tree([[(("a",), 0.5)], [(("b", "a"), 0.2)]]), "does not grow"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
