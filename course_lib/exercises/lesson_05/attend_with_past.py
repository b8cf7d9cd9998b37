"""Exercise: attend_with_past."""

import numpy as np

from course_lib import attention, layers
from course_lib.attention import (
    MultiHeadCache,
    causal_mask,
    merge_heads,
    scaled_dot_product_attention,
    split_heads,
)

from ..exercise import Case, Exercise, Mistake
from ..registry import register

B, H, D_MODEL = 2, 3, 33


def attend_with_past_cases(rng):
    params = {f"W_{n}": rng.normal(size=(D_MODEL, D_MODEL)) / D_MODEL**0.5 for n in "QKVO"}
    params |= {f"b_{n}": rng.normal(size=D_MODEL) for n in "QKVO"}
    plain = {f"W_{n}": np.eye(2) for n in "QKVO"}

    def vectors(T):
        return rng.normal(size=(B, T, D_MODEL))

    def past(T):
        return {name: rng.normal(size=(B, H, T, D_MODEL // H)) for name in "kv"}

    def kept(*rows):
        return np.array([[list(map(float, row)) for row in rows]])

    new = vectors(1)
    one = {"k": kept((1, 1))[:, None], "v": kept((4, 0))[:, None]}
    return [
        # The query (0, 0) prefers neither key: the mean of the values (4, 0) and (0, 2).
        Case(
            (kept((0, 0)), kept((0, 2)), plain, 1, None, one),
            label="one kept token and a new one",
            expected=([[[2, 1]]], None),
        ),
        Case((new, new, params, H, None, past(5)), label="one new token after five"),
        Case((vectors(1), None, params, H, None, past(7)), label="no new keys: cross-attention"),
        Case((vectors(2), vectors(5), params, H, None, {}), label="the first call, past is empty"),
        Case(
            (vectors(3), vectors(3), params, H, causal_mask(3, 8), past(5)),
            label="three new tokens after five, with a causal mask",
        ),
        Case(
            (new, new, {n: params[n] for n in params if n[0] == "W"}, H, None, past(2)),
            label="no biases",
        ),
    ]


def _linear(x, params, name):
    return layers.linear(x, params[f"W_{name}"], params.get(f"b_{name}"))[0]


def _finish(q, k, v, params, mask):
    heads, attended = scaled_dot_product_attention(q, k, v, mask)
    out = _linear(merge_heads(heads), params, "O")
    return out, MultiHeadCache(None, None, None, attended, None)


def _make(
    source=lambda x, memory: memory,
    join=lambda old, new: np.concatenate([old, new], axis=2),
    keep=True,
    use_mask=True,
    values="V",
    bias=lambda params, name: params.get(name),
    new_of_none=False,
    compared="k",
    mixed="v",
):
    """Make an `attend_with_past`; with the defaults, a right one."""

    def made(x, memory, params, n_heads, mask, past):
        q = split_heads(_linear(x, params, "Q"), n_heads)
        own = past if keep else dict(past)
        memory = x if memory is None and new_of_none else memory
        if memory is not None:
            for name, letter in (("k", "K"), ("v", values)):
                W, b = params[f"W_{letter}"], bias(params, f"b_{letter}")
                new = split_heads(layers.linear(source(x, memory), W, b)[0], n_heads)
                own[name] = join(own[name], new) if name in own else new
        return _finish(q, own[compared], own[mixed], params, mask if use_mask else None)

    return made


_plain = _make()


def _shown(x, memory, params, n_heads, mask, past):
    q = split_heads(layers.linear(x, params["W_Q"], params.get("b_Q"))[0], n_heads)
    if memory is not None:
        k = split_heads(layers.linear(memory, params["W_K"], params.get("b_K"))[0], n_heads)
        v = split_heads(layers.linear(memory, params["W_V"], params.get("b_V"))[0], n_heads)
        if past:
            k = np.concatenate([past["k"], k], axis=2)
            v = np.concatenate([past["v"], v], axis=2)
        past["k"], past["v"] = k, v
    heads, attended = scaled_dot_product_attention(q, past["k"], past["v"], mask)
    out, _ = layers.linear(merge_heads(heads), params["W_O"], params.get("b_O"))
    return out, MultiHeadCache(None, None, None, attended, None)


def _with_empty_arrays(x, memory, params, n_heads, mask, past):
    batch, _, d_model = x.shape
    nothing = np.zeros((batch, n_heads, 0, d_model // n_heads))
    for name in "kv":
        old = past.get(name, nothing)
        if memory is not None:
            new = split_heads(_linear(memory, params, name.upper()), n_heads)
            past[name] = np.append(old, new, axis=-2)
    return _finish(
        split_heads(_linear(x, params, "Q"), n_heads), past["k"], past["v"], params, mask
    )


def _past_not_read(x, memory, params, n_heads, mask, past):
    """Attend to the new keys alone, but keep them all."""
    out = _plain(x, memory, params, n_heads, mask, past)
    if memory is None:
        return out
    T = memory.shape[1]
    q = split_heads(_linear(x, params, "Q"), n_heads)
    k, v = past["k"][:, :, -T:], past["v"][:, :, -T:]
    return _finish(q, k, v, params, None if mask is None else mask[..., -T:])


def _none_not_treated(x, memory, params, n_heads, mask, past):
    memory.shape  # noqa: B018  memory is None in cross-attention from the second step on
    return _plain(x, memory, params, n_heads, mask, past)


def _empty_not_treated(x, memory, params, n_heads, mask, past):
    if memory is not None:
        past["k"]  # nothing is kept at the first call
    return _plain(x, memory, params, n_heads, mask, past)


def _values_of_keys(x, memory, params, n_heads, mask, past):
    return _make(values="K")(x, memory, params, n_heads, mask, past)


def _no_output(x, memory, params, n_heads, mask, past):
    _, cache = _plain(x, memory, params, n_heads, mask, past)
    return merge_heads(cache.weights @ past["v"])


def _counts(case):
    past, memory = case.args[5], case.args[1]
    return past["k"].shape[2] if past else 0, 0 if memory is None else memory.shape[1]


register(
    Exercise(
        name="attend_with_past",
        lesson=5,
        reference=attention.attend_with_past,
        shown=_shown,
        cases=attend_with_past_cases,
        may_change=("past",),
        mistakes=(
            Mistake(
                "past_overwritten",
                _make(join=lambda old, new: new),
                lambda case, got, want: (
                    f"The {_counts(case)[0]} kept keys and values are replaced by the "
                    f"{_counts(case)[1]} new, so the query sees nothing of what came before. "
                    'Append the new ones: np.concatenate([past["k"], k], axis=2).'
                ),
            ),
            Mistake(
                "past_not_read",
                _past_not_read,
                lambda case, got, want: (
                    "What is kept is right, but the query attends to the new keys alone, "
                    f"{_counts(case)[1]} of {sum(_counts(case))}. Hand all of them to the "
                    'attention: past["k"] and past["v"].'
                ),
            ),
            Mistake(
                "new_first",
                _make(join=lambda old, new: np.concatenate([new, old], axis=2)),
                "The new keys and values are put before the old ones. Without a mask the result is "
                "the same, but a causal mask takes the last columns for the newest tokens: append "
                "at the end.",
            ),
            Mistake(
                "not_kept",
                _make(keep=False),
                "The output is right, but `past` is as it was: the next call will not know these "
                'keys and values. Store them in the dict itself: past["k"] = …, past["v"] = ….',
            ),
            Mistake(
                "keys_of_x",
                _make(source=lambda x, memory: x),
                "Keys and values are made of x. They come from memory; x only asks. In "
                "self-attention the two are the same, elsewhere not.",
            ),
            Mistake(
                "joined_features",
                _make(join=lambda old, new: np.concatenate([old, new], axis=1)),
                "Old and new are joined along axis 1, where the heads are. The positions lie along "
                "axis 2: (B, n_heads, T_k, d_k).",
            ),
            Mistake(
                "none_not_treated",
                _none_not_treated,
                "memory may be None: then nothing is new, and the query attends to what `past` "
                "already holds. Make keys and values only `if memory is not None`.",
            ),
            Mistake(
                "empty_not_treated",
                _empty_not_treated,
                'At the first call past is {}, and past["k"] does not exist. Append only '
                '`if "k" in past`; else the new keys are all there are.',
            ),
            Mistake(
                "mask_ignored",
                _make(use_mask=False),
                "The mask is not passed on. With several new tokens the earlier of them must not "
                "see the later: give it to scaled_dot_product_attention.",
            ),
            Mistake(
                "new_of_none",
                _make(new_of_none=True),
                "Where memory is None you make keys and values of x. Nothing is new there: the "
                "query attends to what `past` already holds.",
            ),
            Mistake(
                "no_biases",
                _make(bias=lambda params, name: None),
                "Keys and values lack their biases. Hand them on as the first line does: "
                'params.get("b_K") and params.get("b_V").',
            ),
            Mistake(
                "biases_demanded",
                _make(bias=lambda params, name: params[name]),
                'A model may have no biases: params["b_K"] then does not exist, but '
                'params.get("b_K") gives None, and linear takes that.',
            ),
            Mistake(
                "keys_for_values",
                _make(compared="v", mixed="k"),
                "Keys and values are exchanged in the attention: the query is compared with the "
                "values, and the keys are mixed. The order is q, k, v.",
            ),
            Mistake(
                "values_of_keys",
                _values_of_keys,
                "The values are projected with W_K. They have a matrix of their own, W_V.",
            ),
            Mistake(
                "no_output",
                _no_output,
                "The last projection is missing. Send the merged heads through W_O and b_O.",
            ),
        ),
        correct=(_shown, _plain, _with_empty_arrays),
        hints=(
            "It is your multi_head_attention with one step more: after k and v are made and split, "
            "they are appended to those in `past`, and all of them are attended to.",
            "If memory is not None: project it with W_K and with W_V, split both into heads, then "
            'join each with past["k"] or past["v"] along axis 2, if it is there.',
            'past["k"] = np.concatenate([past["k"], k], axis=2) if "k" in past else k, and the '
            "same for v.",
            'heads, attended = attention.scaled_dot_product_attention(q, past["k"], past["v"], '
            'mask); out, _ = layers.linear(attention.merge_heads(heads), params["W_O"], '
            'params.get("b_O")).',
        ),
    )
)
