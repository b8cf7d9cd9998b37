"""Toy sentences: the grammar and its recognizer, and that a trained model speaks nothing else."""

import dataclasses
import re

import numpy as np
import pytest

from course_lib import decoding
from course_lib.params import init_params
from course_lib.tasks import load_stored, load_task
from course_lib.tasks import toy_sentences as toy
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED

# The grammar once more, written independently as one regular expression.
SOMEONE = "the (cat|dog)s?"
ONE = f"the (cat|dog)( that (sleeps|sees {SOMEONE}))?"
MANY = f"the (cats|dogs)( that (sleep|see {SOMEONE}))?"
ANYONE = f"({ONE}|{MANY})"
SENTENCE = re.compile(rf"({ONE} (sleeps|sees {ANYONE})|{MANY} (sleep|see {ANYONE})) \.")


@pytest.fixture(scope="module")
def task():
    return load_task("toy_sentences")


@pytest.fixture(scope="module")
def params(task):
    return load_stored(task)[0]


@pytest.fixture(scope="module")
def untrained(task):
    return init_params(task.config, np.random.default_rng(0))


@pytest.fixture(scope="module")
def held_out(task):
    return said(task, task.validation)


def said(task, batch):
    """The sentences of a batch, from its targets."""
    return [task.vocabulary.decode(row[row != IGNORED]) for row in batch.targets]


def test_the_model_has_the_size_that_was_asked_for(task):
    assert len(task.vocabulary) == 11
    config = task.config
    assert (config.n_layers, config.n_heads, config.d_model) == (2, 4, 16)


def test_the_grammar_has_600_sentences_and_each_is_recognized():
    sentences = toy.all_sentences()
    assert len(set(sentences)) == len(sentences) == 600
    assert all(SENTENCE.fullmatch(sentence) for sentence in sentences)
    assert all(map(toy.is_sentence, sentences))
    assert set(" ".join(sentences).split()) == set(load_task("toy_sentences").vocabulary.tokens)


def test_what_differs_from_a_sentence_in_one_word_is_judged_rightly(task):
    sentences, words = set(toy.all_sentences()), task.vocabulary.tokens
    judged = 0
    for sentence in toy.all_sentences()[::7]:
        parts = sentence.split()
        for i in range(len(parts)):
            changed = [" ".join([*parts[:i], word, *parts[i + 1 :]]) for word in words]
            for text in (*changed, " ".join(parts[:i] + parts[i + 1 :])):
                assert toy.is_sentence(text) == (text in sentences), text
                judged += 1
    assert judged > 5000


@pytest.mark.parametrize(
    "text",
    ["", ".", "the cat sleeps", "the cat sleeps . .", "the cat that sees the dogs sleep .",
     "the cat sleeps . the cat sleeps .", "the cow sleeps ."],
)  # fmt: skip
def test_what_is_no_sentence_is_not_recognized(text):
    assert not toy.is_sentence(text)


def test_a_fifth_is_held_out_and_the_corpus_has_none_of_it(task, held_out):
    corpus = said(task, task.train)
    assert len(held_out) == len(set(held_out)) == 120
    assert not set(held_out) & set(corpus)
    assert set(held_out) | set(corpus) <= set(toy.all_sentences())
    assert len(set(corpus)) > 300


def test_a_row_asks_for_every_word_after_those_before_it(task):
    stop = task.vocabulary.tokens.index(".")
    for batch in (task.train.take(slice(200)), task.validation):
        for row, targets, sentence in zip(
            batch.inputs[0], batch.targets, said(task, batch), strict=True
        ):
            n = len(sentence.split())
            assert task.vocabulary.decode(targets[:n]) == sentence
            np.testing.assert_array_equal(row[:n], [stop, *targets[: n - 1]])
            assert (targets[n:] == IGNORED).all()


@pytest.mark.parametrize("sampling", [{}, {"temperature": 0.5}, {"top_p": 0.6}, {"top_k": 3}])
def test_the_probability_of_a_sentence_is_the_product_over_its_words(task, untrained, sampling):
    sentences = toy.all_sentences()[::97]
    probabilities = toy.sentence_probabilities(
        sentences, task.vocabulary, untrained, task.config, **sampling
    )
    stop = task.vocabulary.tokens.index(".")
    for sentence, probability in zip(sentences, probabilities, strict=True):
        next_logits, so_far, product = decoding.NextLogits(untrained, task.config), [stop], 1.0
        for i in task.vocabulary.encode(sentence):
            logits = next_logits(np.array([so_far]))
            product *= decoding.next_probabilities(logits, **sampling)[0, i]
            so_far.append(i)
        assert probability == pytest.approx(product, rel=1e-4)


def test_random_weights_babble(task, untrained):
    samples = toy.sample(untrained, task, 300, np.random.default_rng(0))
    assert sum(map(toy.is_sentence, samples)) <= 3
    assert task.report(untrained)["probability that a sample is a sentence"] < 0.01
    assert {word for sample in samples for word in sample.split()} == set(task.vocabulary.tokens)


def test_a_short_training_has_learned_most_of_it(task):
    run = train(task, dataclasses.replace(task.recipe, steps=500), progress=False)
    assert task.report(run.params)["probability that a sample is a sentence"] > 0.9


def test_every_sample_with_top_p_is_a_sentence(task, params):
    """All that top_p can say is summed up, not only drawn: nothing is left for a wrong word.

    The sum is taken in float64. In float32 a beginning that many sentences share may get logits
    that differ in the last digit from row to row of the batch, on most processors.
    """
    exact, _ = load_stored(task, dtype=np.float64)
    right = toy.sentence_probabilities(
        toy.all_sentences(), task.vocabulary, exact, task.config, top_p=0.95
    )
    assert right.sum() == pytest.approx(1, abs=1e-9)
    texts = toy.sample(params, task, 1000, np.random.default_rng(0), top_p=0.95)
    assert all(map(toy.is_sentence, texts))
    assert len(set(texts)) > 150


def test_without_it_nearly_every_sample_is_one(task, params):
    figures = task.report(params)
    assert figures["probability that a sample is a sentence"] > 0.997
    texts = toy.sample(params, task, 1000, np.random.default_rng(0))
    assert sum(map(toy.is_sentence, texts)) >= 990


def test_held_out_sentences_are_said_too(task, params, held_out):
    figures = task.report(params)
    assert figures["probability of a held-out sentence"] > 0.02
    assert figures["held-out sentences that top_p 0.95 can say"] > 0.85
    texts = toy.sample(params, task, 1000, np.random.default_rng(1), top_p=0.95)
    assert len(set(texts) & set(held_out)) >= 15


@pytest.mark.parametrize(
    ("beginning", "right", "wrong"),
    [
        ("the cat that sees the dogs", ("sleeps", "sees"), ("sleep", "see")),
        ("the dogs that see the cat", ("sleep", "see"), ("sleeps", "sees")),
    ],
)
def test_the_verb_agrees_with_its_subject_across_a_clause(task, params, beginning, right, wrong):
    shares = dict(task.ask(params, beginning, top=11).candidates)
    assert sum(shares[word] for word in right) > 0.95
    assert sum(shares[word] for word in wrong) < 0.03


def test_generate_writes_whole_sentences_that_begin_with_the_prompt(task, params):
    text = task.generate(params, "the cats that", 60, np.random.default_rng(0))
    lines = text.split("\n")
    assert all(line.startswith("the cats that ") and toy.is_sentence(line) for line in lines)
    assert 60 <= len(text.split()) < 60 + task.config.max_len
    free = task.generate(params, length=1, rng=np.random.default_rng(0))
    assert toy.is_sentence(free)


def test_a_prompt_that_is_no_beginning_is_refused(task, params):
    rng = np.random.default_rng(0)
    for prompt in ("the cat sleeps .", "the cat that sees " * 4):
        with pytest.raises(ValueError, match="must be the beginning of one sentence"):
            task.generate(params, prompt, 5, rng)
    with pytest.raises(ValueError, match=r"word 'cow' \(token 1"):
        task.generate(params, "the cow", 5, rng)
