"""The bare matrix products of a training step: what no NumPy program can be faster than."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def matrix_products(case, shards=1):
    """Return a function that does the products of one step, and nothing else.

    For each linear map there are three, one forward and two backward; for each attention six. The
    operands are as many arrays as the step has, each of its true shape, so that they are no more in
    the processor's cache than there, and no product is of a matrix with its own transpose, for
    which NumPy does half the work. Results go into arrays that are there already.

    Parameters
    ----------
    case : Case
    shards : int
        With 2, two threads each do the products of half the batch.
    """
    rng = np.random.default_rng(0)
    parts = [list(_operands(case, case.batch_size // shards, rng)) for _ in range(shards)]
    jobs = [[(a, b, a @ b) for a, b in part] for part in parts]

    def run(job):
        for a, b, out in job:
            np.matmul(a, b, out=out)

    if shards == 1:
        return lambda: run(jobs[0])
    pool = ThreadPoolExecutor(shards)
    return lambda: list(pool.map(run, jobs))


def _operands(case, batch_size, rng):
    """Yield the two factors of each product, in the order of the forward and of the backward."""
    c, T = case.config, case.length
    N, d_k = batch_size * T, c.d_model // c.n_heads

    def array(*shape):
        return rng.standard_normal(shape, dtype=np.float32)

    def linear(d_in, d_out):
        x, W, dout = array(N, d_in), array(d_in, d_out), array(N, d_out)
        return [(x, W)], [(dout, W.T), (x.T, dout)]

    def attention():
        q, k, v, dout = (array(batch_size, c.n_heads, T, d_k) for _ in range(4))
        weights, dscores = (array(batch_size, c.n_heads, T, T) for _ in range(2))
        forward = [(q, _transpose(k)), (weights, v)]
        products_back = [(_transpose(weights), dout), (dout, _transpose(v))]
        return forward, [*products_back, (dscores, k), (_transpose(dscores), q)]

    layers = []
    for _ in range(c.n_layers):
        layers += [linear(c.d_model, c.d_model) for _ in range(3)]
        layers += [attention(), linear(c.d_model, c.d_model)]
        layers += [linear(c.d_model, c.d_ff), linear(c.d_ff, c.d_model)]
    layers.append(linear(c.d_model, c.vocab_size))
    for forward, _ in layers:
        yield from forward
    for _, backward in reversed(layers):
        yield from backward


def _transpose(x):
    return x.swapaxes(-1, -2)


def count_flops(case):
    """Count the multiplications and additions of these products."""
    operands = _operands(case, case.batch_size, np.random.default_rng(0))
    return sum(2 * a.size * b.shape[-1] for a, b in operands)
