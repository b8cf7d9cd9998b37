"""A step costs what it should, what is compared is comparable, and README quotes the result."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import kernels, report
from benchmarks.cases import CASES, Case
from benchmarks.measure import check_losses, measure
from benchmarks.numpy_step import numpy_step, start_params
from benchmarks.products import count_flops, matrix_products
from benchmarks.timing import interleave
from course_lib.params import flatten, unflatten

RESULTS = json.loads(report.JSON.read_text(encoding="utf-8"))


class Counted(np.ndarray):
    """An array that counts the operations of the matrix products it takes part in."""

    flops = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **kwargs):
        inputs = [x.view(np.ndarray) if isinstance(x, Counted) else x for x in inputs]
        if out:
            kwargs["out"] = tuple(array.view(np.ndarray) for array in out)
        if ufunc is np.matmul:
            Counted.flops += 2 * inputs[0].size * inputs[1].shape[-1]
        result = getattr(ufunc, method)(*inputs, **kwargs)
        return out[0] if out else np.asarray(result).view(Counted)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_products_are_those_of_a_step(case: Case) -> None:
    params = {name: array.view(Counted) for name, array in flatten(start_params(case)).items()}
    Counted.flops = 0
    numpy_step(case, unflatten(params))()
    tokens, config = case.batch_size * case.length, case.config
    embedding_gradient = 2 * tokens * config.vocab_size * config.d_model  # no product elsewhere
    assert Counted.flops == count_flops(case) + embedding_gradient


def test_no_product_is_of_a_matrix_with_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy does half the work for x.T @ x."""
    seen = []
    monkeypatch.setattr(np, "matmul", lambda a, b, out: seen.append((a, b)))
    matrix_products(CASES["D"])()
    assert len(seen) == 3 * 7 + 6
    assert not any(np.shares_memory(a, b) for a, b in seen)


def test_shards_take_the_same_step() -> None:
    case = CASES["D"]
    one, two = numpy_step(case, start_params(case)), numpy_step(case, start_params(case), shards=2)
    np.testing.assert_allclose([one() for _ in range(3)], [two() for _ in range(3)], atol=1e-5)


def test_every_turn_is_timed() -> None:
    def work(n: int) -> Callable:
        return lambda: sum(range(n))

    times = interleave({"short": work(2_000), "long": work(20_000)}, 0.2, block=0.002)
    assert len(times["short"]) == len(times["long"]) >= 5


def test_losses_that_differ_are_refused() -> None:
    check_losses("torch", [3.0, 2.9], [3.00001, 2.9])
    for got in ([3.0, 2.91], [3.0, float("nan")]):
        with pytest.raises(SystemExit, match="differ by"):
            check_losses("torch", got, [3.0, 2.9])


def test_without_torch_the_products_are_compared_and_the_page_says_so() -> None:
    measured = measure(CASES["D"], seconds=0.2, with_torch=False)
    assert set(measured["ratio"]) == {"products", "numpy, without twins"}
    page = report.page(RESULTS | {"measured": [measured], "torch_alone": {}})
    assert "only the matrix products were compared" in page
    without_twins = f"{1 / measured['ratio']['numpy, without twins']:.2f}"
    assert f"| {measured['ratio']['products']:.2f} | – | – | – | {without_twins} |" in page


def test_with_torch_the_losses_agree_and_both_are_compared() -> None:
    pytest.importorskip("torch")
    measured = measure(CASES["D"], seconds=0.5, with_compile=False)
    assert set(measured["ratio"]) == {
        "products", "numpy, without twins", "torch", "torch, default Adam",
    }  # fmt: skip


def test_the_page_and_the_readme_say_what_is_stored() -> None:
    assert report.RESULTS.read_text(encoding="utf-8") == report.page(RESULTS)
    readme = " ".join((report.ROOT / "README.md").read_text(encoding="utf-8").split())
    lowest, highest = report.ratios_to_torch(RESULTS)
    assert f"between {lowest} and {highest} times as long as the same step in PyTorch" in readme


def test_all_cases_were_measured_with_one_thread_and_with_two() -> None:
    kinds = list(dict.fromkeys(result["kernels"] for result in RESULTS["measured"]))
    done = [
        (result["kernels"], result["case"], result["threads"]) for result in RESULTS["measured"]
    ]
    assert done == [(kind, name, threads) for kind in kinds for name in CASES for threads in (1, 2)]
    assert all("torch" in result["ratio"] for result in RESULTS["measured"])


def test_a_step_without_twins_is_the_same_step() -> None:
    case = CASES["D"]
    one, two = (
        numpy_step(case, start_params(case)),
        numpy_step(case, start_params(case), twins=False),
    )
    np.testing.assert_allclose([one() for _ in range(3)], [two() for _ in range(3)], atol=1e-5)


def test_kernels_without_avx_512_are_those_of_avx2(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["X86_V3", "X86_V4", "AVX512_ICL"]
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": {"found": found}})
    assert kernels.name_of_kernels() == "AVX-512"
    own, without = kernels.choices()
    assert own == {}
    assert without["NPY_DISABLE_CPU_FEATURES"] == "X86_V4 AVX512_ICL"
    found[1:] = []
    assert kernels.name_of_kernels() == "AVX2"
    assert kernels.choices() == [{}]
    found[:] = ["SSE41", "AVX2", "AVX512F"]
    assert kernels.choices()[1]["NPY_DISABLE_CPU_FEATURES"] == "AVX512F"
