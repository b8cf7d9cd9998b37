"""Multi-head attention with one step done wrong: the mistakes that the check recognizes."""

from course_lib import attention
from course_lib.attention import merge_heads, scaled_dot_product_attention, split_heads
from course_lib.layers import linear


def _project(z, params, name, bias):
    return linear(z, params[f"W_{name}"], params.get(f"b_{bias}"))[0]


def variant(
    ask="x",
    keys="memory",
    values="memory",
    named="QKVO",
    biases=None,
    split=split_heads,
    merge=merge_heads,
    use_mask=True,
    output=True,
    attend=lambda q, k, v, mask: scaled_dot_product_attention(q, k, v, mask)[0],
):
    """Multi-head attention with one step replaced."""

    bias_of = biases or (*named[:3], "O")

    def answer(x, memory, params, n_heads, mask=None):
        source = {"x": x, "memory": memory}
        q = split(_project(source[ask], params, named[0], bias_of[0]), n_heads)
        source["k"] = _project(source[keys], params, named[1], bias_of[1])
        k = split(source["k"], n_heads)
        v = split(_project(source[values], params, named[2], bias_of[2]), n_heads)
        out = merge(attend(q, k, v, mask if use_mask else None))
        return _project(out, params, "O", bias_of[3]) if output else out

    return answer


def split_by_reshape(x, n_heads):
    B, T, d_model = x.shape
    return x.reshape(B, n_heads, T, d_model // n_heads)


def merge_by_reshape(x):
    B, n_heads, T, d_k = x.shape
    return x.reshape(B, T, n_heads * d_k)


def one_head(x, memory, params, n_heads, mask=None):
    return attention.multi_head_attention(x, memory, params, 1, mask)[0]


def residual(x, memory, params, n_heads, mask=None):
    return x + attention.multi_head_attention(x, memory, params, n_heads, mask)[0]


def output_not_unpacked(x, memory, params, n_heads, mask=None):
    heads = variant(output=False)(x, memory, params, n_heads, mask)
    return linear(heads, params["W_O"], params.get("b_O")), None


def keys_as_values(q, k, v, mask):
    return scaled_dot_product_attention(q, k, k, mask)[0]


def needs_biases(x, memory, params, n_heads, mask=None):
    for name in "KVO":  # the line of the queries is given
        params[f"b_{name}"]
    return attention.multi_head_attention(x, memory, params, n_heads, mask)[0]


def no_biases(x, memory, params, n_heads, mask=None):
    weights = {name: W for name, W in params.items() if name.startswith("W")}
    return attention.multi_head_attention(x, memory, weights, n_heads, mask)[0]


def transposed_weights(x, memory, params, n_heads, mask=None):
    turned = {name: p.T for name, p in params.items()}
    return attention.multi_head_attention(x, memory, turned, n_heads, mask)[0]


def untouched(x, n_heads=None):
    """In place of split_heads or merge_heads."""
    return x
