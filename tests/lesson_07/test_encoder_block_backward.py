"""Right answers to encoder_block_backward, in other styles."""

from right_answers import each_is_right

from course_lib import attention
from course_lib.blocks import feed_forward_backward, residual_backward


def self_attention_backward(dout, cache):
    dx_asking, dx_asked, dparams = attention.multi_head_attention_backward(dout, cache)
    return dx_asking + dx_asked, dparams


def empty_dicts_left_out_at_the_end(dout, cache):
    grads = {}
    if cache.feed_forward:
        dout, grads["norm_2"], grads["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
    dx, grads["norm_1"], grads["attention"] = residual_backward(
        dout, cache.attention, self_attention_backward
    )
    return dx, {name: grad for name, grad in grads.items() if grad}


def memory_added_after_the_residual(dout, cache):
    grads = {}
    if cache.feed_forward:
        dout, grads["norm_2"], grads["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
    dx, grads["norm_1"], asked, grads["attention"] = residual_backward(
        dout, cache.attention, attention.multi_head_attention_backward
    )
    if cache.attention.kind == "pre":  # the keys' and values' way leads through the norm too
        dx, grads["norm_1"], grads["attention"] = residual_backward(
            dout, cache.attention, self_attention_backward
        )
    else:
        dx = dx + asked
    return dx, {name: grad for name, grad in grads.items() if grad}


ANSWERS = [empty_dicts_left_out_at_the_end, memory_added_after_the_residual]

test_is_right = each_is_right("encoder_block_backward", ANSWERS)
