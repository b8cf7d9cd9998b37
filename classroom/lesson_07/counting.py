"""How many multiplications the linear maps of a model take, forward and backward."""

from collections.abc import Iterator
from contextlib import contextmanager

from classroom.exercises.swap import using
from course_lib import layers


@contextmanager
def counting_linear_maps() -> Iterator[dict[str, int]]:
    """Count the multiplications of every linear map inside the `with` block.

    Yields
    ------
    dict of str to int
        "forward" and "backward".
    """
    counted = {"forward": 0, "backward": 0}
    forward, backward = layers.linear, layers.linear_backward

    def linear(x, W, b=None):
        counted["forward"] += x.size * W.shape[1]
        return forward(x, W, b)

    def linear_backward(dout, cache):
        x, W, _ = cache
        counted["backward"] += dout.size * W.shape[0] + x.size * W.shape[1]
        return backward(dout, cache)

    with using(linear=linear, linear_backward=linear_backward):
        yield counted
