import zlib
from base64 import b64decode

import numpy as np

from classroom.attention_view.packing import pack, to_bytes, to_share


def test_weights_come_back_within_four_thousandths():
    weights = np.linspace(0, 1, 5001)
    assert np.abs(to_share(to_bytes(weights)) - weights).max() < 0.004


def test_ends_are_exact_and_a_small_weight_is_kept():
    assert to_bytes(np.array([0, 1, 1e-5, 1e-3])).tolist() == [0, 255, 1, 8]


def test_what_rounding_has_put_outside_is_drawn_to_the_end():
    assert to_bytes(np.array([-1e-9, 1 + 1e-7])).tolist() == [0, 255]


def test_packed_arrays_follow_each_other():
    first, second = np.arange(6, dtype=np.uint8).reshape(2, 3), np.array([True, False])
    assert zlib.decompress(b64decode(pack(first, second))) == bytes([0, 1, 2, 3, 4, 5, 1, 0])
