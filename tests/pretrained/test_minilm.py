"""all-MiniLM-L6-v2 itself, against PyTorch's numbers; skipped where its weights are not."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.params import count_params
from course_lib.pretrained import find_model, load_pretrained, token_vectors

GOLDEN = Path(__file__).parent / "minilm.npz"
TOLERANCE = {"float32": 1e-4, "float64": 1e-6}  # the golden numbers are stored as float32


@pytest.fixture(scope="module")
def golden():
    with np.load(GOLDEN, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return json.loads(arrays.pop("about").tobytes()), arrays


@pytest.fixture(scope="module", params=TOLERANCE)
def loaded(request):
    """The model in one type, and how near to PyTorch it must come."""
    pytest.importorskip("tokenizers", reason="the extra `pretrained` is not installed")
    try:
        folder = find_model()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    return load_pretrained(folder, np.dtype(request.param)), TOLERANCE[request.param]


@pytest.fixture(scope="module")
def encoded(loaded, golden):
    return loaded[0].encode(golden[0]["texts"])


def test_the_golden_file_is_small_and_has_what_the_tests_read(golden):
    about, arrays = golden
    assert GOLDEN.stat().st_size < 300_000
    assert arrays["vectors"].shape == (len(about["texts"]), 384)
    assert {name for name in arrays if name.startswith("tokens/")} == {
        f"tokens/{index}" for index in range(6)
    }
    np.testing.assert_allclose(np.linalg.norm(arrays["vectors"], axis=1), 1, rtol=0, atol=1e-6)


def test_it_has_as_many_parameters_as_it_should(loaded):
    # The file's 22,713,216 numbers without the pooler, which is not used.
    assert count_params(loaded[0].params) == 22_713_216 - (384 * 384 + 384)


def test_text_is_cut_up_as_by_the_models_own_tokenizer(encoded, golden):
    assert [reading.ids.tolist() for reading in encoded[1]] == golden[0]["ids"]
    assert max(len(reading.ids) for reading in encoded[1]) == 256


def test_token_vectors_are_pytorchs(loaded, encoded, golden):
    for index in range(6):
        np.testing.assert_allclose(
            encoded[1][index].vectors, golden[1][f"tokens/{index}"], rtol=0, atol=loaded[1]
        )


def test_attention_weights_are_pytorchs(loaded, encoded, golden):
    weights = encoded[1][0].weights
    assert weights.shape == (6, 12, 9, 9)
    np.testing.assert_allclose(weights, golden[1]["weights/0"], rtol=0, atol=loaded[1])


def test_similarities_are_pytorchs(loaded, encoded, golden):
    vectors, theirs = encoded[0], golden[1]["vectors"]
    np.testing.assert_allclose(vectors, theirs, rtol=0, atol=loaded[1])
    np.testing.assert_allclose(vectors @ vectors.T, theirs @ theirs.T, rtol=0, atol=loaded[1])


def test_similarities_are_those_that_its_makers_publish(loaded):
    # The first example of sbert.net, "Quickstart": figures from outside this repository.
    vectors, _ = loaded[0].encode(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    np.testing.assert_allclose(vectors @ vectors.T, published, rtol=0, atol=1e-4)


def test_a_padded_batch_gives_the_same(loaded, encoded):
    model, tolerance = loaded
    rows = [encoded[1][index].ids for index in (0, 2)]
    counted = np.arange(15) < np.array([[len(row)] for row in rows])
    ids = np.zeros((2, 15), np.int64)
    ids[counted] = np.concatenate(rows)
    x, _ = token_vectors(ids, model.params, model.config, counted)
    for index, row in enumerate((0, 2)):
        expected = encoded[1][row].vectors
        np.testing.assert_allclose(x[index, : len(expected)], expected, rtol=0, atol=tolerance)
