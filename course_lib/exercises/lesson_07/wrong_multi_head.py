"""The backward of multi-head attention with one step done wrong."""

from course_lib import attention, layers
from course_lib.attention import merge_heads, split_heads


def variant(cut=split_heads, lay=merge_heads, output=True, biases=True, result=None, swap=False):
    """The backward with another way to cut or merge heads, or to put the result together."""

    def answer(dout, cache):
        n_heads = cache.weights.shape[1]
        dmerged, dW, db = layers.linear_backward(dout, cache.output)
        if not output:
            dmerged = dout
        dparams = {"W_O": dW, "b_O": db}
        heads = attention.scaled_dot_product_attention_backward(
            cut(dmerged, n_heads), cache.attention
        )
        if swap:
            heads = heads[0], heads[2], heads[1]
        inputs = {}
        for name, dhead, linear in zip(
            "QKV", heads, (cache.query, cache.key, cache.value), strict=True
        ):
            inputs[name], dparams[f"W_{name}"], dparams[f"b_{name}"] = layers.linear_backward(
                lay(dhead), linear
            )
        if not biases:
            dparams = {name: grad for name, grad in dparams.items() if name[0] == "W"}
        elif biases != "always":
            dparams = {name: grad for name, grad in dparams.items() if grad is not None}
        if result is not None:
            return result(inputs["Q"], inputs["K"], inputs["V"], dparams)
        return inputs["Q"], inputs["K"] + inputs["V"], dparams

    return answer


def cut_by_reshape(x, n_heads):
    B, T, d_model = x.shape
    return x.reshape(B, n_heads, T, d_model // n_heads)


def lay_by_reshape(x):
    B, n_heads, T, d_k = x.shape
    return x.reshape(B, T, n_heads * d_k)


def summed(dq, dk, dv, dparams):
    """As in self-attention, where x is the memory; fails where their lengths differ."""
    return dq + dk + dv, dk + dv, dparams


def renamed(dq, dk, dv, dparams):
    names = {"W_K": "W_V", "W_V": "W_K", "b_K": "b_V", "b_V": "b_K"}
    return dq, dk + dv, {names.get(name, name): grad for name, grad in dparams.items()}
