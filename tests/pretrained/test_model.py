"""Text in, vectors out, on a made-up model; and the vocabulary that cuts the text up."""

import builtins

import numpy as np
import pytest

from course_lib.pretrained import read_model
from course_lib.pretrained.tokenizer import load_tokenizer, read_vocabulary

from .tiny import CONFIG, PIECES, plain_bert, tiny_arrays, write_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    pytest.importorskip("tokenizers", reason="the extra `pretrained` is not installed")
    return read_model(write_folder(tmp_path_factory.mktemp("tiny")), CONFIG)


def test_sentences_become_unit_vectors_and_readings(model):
    sentences = ["The raven said: Nevermore.", "Café, the RAVEN", ""]
    vectors, readings = model.encode(sentences)
    assert [reading.tokens for reading in readings] == [
        ["[CLS]", "the", "raven", "said", "[UNK]", "never", "##more", ".", "[SEP]"],
        ["[CLS]", "cafe", ",", "the", "raven", "[SEP]"],
        ["[CLS]", "[SEP]"],
    ]
    assert vectors.shape == (3, CONFIG.d_model)
    assert vectors.dtype == np.float32
    arrays = {name: array.astype(np.float64) for name, array in tiny_arrays().items()}
    for vector, reading in zip(vectors, readings, strict=True):
        assert [PIECES[i] for i in reading.ids] == reading.tokens
        expected, weights = plain_bert(reading.ids, arrays)
        mean = expected.mean(axis=0)
        np.testing.assert_allclose(reading.vectors, expected, rtol=0, atol=1e-5)
        np.testing.assert_allclose(reading.weights, weights, rtol=0, atol=1e-5)
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), rtol=0, atol=1e-5)


def test_a_long_text_is_cut_off_where_the_positions_end(model):
    _, (reading,) = model.encode(["the raven " * 30])
    assert len(reading.tokens) == CONFIG.max_len
    assert reading.tokens[0] == "[CLS]"
    assert reading.tokens[-1] == "[SEP]"


def test_no_sentences_give_no_vectors(model):
    vectors, readings = model.encode([])
    assert vectors.shape == (0, CONFIG.d_model)
    assert readings == []


def test_what_is_no_list_of_strings_is_refused(model):
    with pytest.raises(TypeError, match=r"sentences is the string 'the raven'; pass a list"):
        model.encode("the raven")
    with pytest.raises(TypeError, match=r"sentence 1 is 5, of type int"):
        model.encode(["the raven", 5])


def test_without_the_tokenizers_package_the_message_says_what_to_install(tmp_path, monkeypatch):
    original = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name == "tokenizers":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    folder = write_folder(tmp_path)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError, match=r"\.\[pretrained\]"):
        load_tokenizer(folder / "vocab.txt", CONFIG.vocab_size, 9)


def test_a_vocabulary_is_read_line_by_line(tmp_path):
    path = write_folder(tmp_path) / "vocab.txt"
    assert read_vocabulary(path, 13) == {piece: index for index, piece in enumerate(PIECES)}
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert list(read_vocabulary(path, 13)) == PIECES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n".join(PIECES[:-1]), "it has 12 lines; the model has vectors for 13"),
        ("\n".join([*PIECES[:-1], "the"]), "1 of its lines stand there before"),
        ("\n".join(["a", "b", *PIECES[2:]]), r"it lacks \[PAD\], \[UNK\]"),
    ],
)
def test_another_vocabulary_is_refused(tmp_path, text, words):
    path = tmp_path / "vocab.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as caught:
        read_vocabulary(path, 13)
    assert repr(str(path)) in str(caught.value)
    assert "Use the vocab.txt that came with" in str(caught.value)


def test_a_vocabulary_that_is_missing_or_no_text_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_vocabulary(tmp_path / "vocab.txt", 13)
    (tmp_path / "vocab.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="is not UTF-8"):
        read_vocabulary(tmp_path / "vocab.txt", 13)
