"""A feed-forward layer with one step done wrong: the mistakes that the check recognizes."""

from course_lib import layers


def nonlinearity(hidden, activation):
    if activation == "relu":
        return layers.relu(hidden)
    return layers.gelu(hidden, "tanh" if activation == "gelu" else "none")


def variant(
    first=("W_1", "b_1"),
    second=("W_2", "b_2"),
    between=nonlinearity,
    after=None,
    plus_x=False,
):
    """Make a feed-forward with a step replaced."""

    def answer(x, params, activation="relu"):
        hidden, _ = layers.linear(x, params[first[0]], params.get(first[1]))
        hidden, _ = between(hidden, activation)
        out, _ = layers.linear(hidden, params[second[0]], params.get(second[1]))
        if after is not None:
            out, _ = after(out, activation)
        return x + out if plus_x else out

    return answer


def nothing(hidden, activation):
    return hidden, None


def always_relu(hidden, activation):
    return layers.relu(hidden)


def always_gelu(hidden, activation):
    return layers.gelu(hidden)


def tanh_for_both(hidden, activation):
    return layers.relu(hidden) if activation == "relu" else layers.gelu(hidden)


def exact_for_both(hidden, activation):
    return layers.relu(hidden) if activation == "relu" else layers.gelu(hidden, "none")


def gelu_swapped(hidden, activation):
    if activation == "relu":
        return layers.relu(hidden)
    return layers.gelu(hidden, "none" if activation == "gelu" else "tanh")


def before(x, params, activation="relu"):
    return variant(between=nothing)(nonlinearity(x, activation)[0], params, activation)


def not_unpacked(x, params, activation="relu"):
    hidden = nonlinearity(x @ params["W_1"] + params["b_1"], activation)[0]
    return layers.linear(hidden, params["W_2"], params["b_2"]), None


def transposed(x, params, activation="relu"):
    hidden, _ = nonlinearity(x @ params["W_1"] + params["b_1"], activation)
    return hidden @ params["W_2"].T + params["b_2"]


def relu_not_unpacked(x, params, activation="relu"):
    hidden, _ = layers.linear(x, params["W_1"], params["b_1"])
    return layers.linear(nonlinearity(hidden, activation), params["W_2"], params["b_2"])[0]


def one_layer(x, params, activation="relu"):
    return nonlinearity(x @ params["W_1"] + params["b_1"], activation)[0]
