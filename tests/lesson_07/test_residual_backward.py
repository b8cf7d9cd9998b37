"""Right answers to residual_backward, in other styles."""

from right_answers import each_is_right

from course_lib.layers import dropout_backward, layer_norm_backward


def three_kinds(dout, cache, sublayer_backward):
    if cache.kind == "none":
        branch, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer)
        return dout + branch, {}, *rest
    if cache.kind == "pre":
        branch, *rest = sublayer_backward(dropout_backward(dout, cache.dropout), cache.sublayer)
        dx, dgamma, dbeta = layer_norm_backward(branch, cache.norm)
        return dx + dout, {"beta": dbeta, "gamma": dgamma}, *rest
    total, dgamma, dbeta = layer_norm_backward(dout, cache.norm)
    branch, *rest = sublayer_backward(dropout_backward(total, cache.dropout), cache.sublayer)
    return total + branch, {"gamma": dgamma, "beta": dbeta}, *rest


def norm_in_a_function(dout, cache, sublayer_backward):
    norm, sublayer, dropout, kind = cache
    dnorm = {}

    def through_the_norm(dout):
        dx, dgamma, dbeta = layer_norm_backward(dout, norm)
        dnorm.update(gamma=dgamma, beta=dbeta)
        return dx

    shortcut = through_the_norm(dout) if kind == "post" else dout
    grads = sublayer_backward(dropout_backward(shortcut, dropout), sublayer)
    branch = through_the_norm(grads[0]) if kind == "pre" else grads[0]
    return (shortcut + branch, dnorm, *grads[1:])


ANSWERS = [three_kinds, norm_in_a_function]

test_is_right = each_is_right("residual_backward", ANSWERS)
