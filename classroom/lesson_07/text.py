# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 · Backpropagation: every gradient by hand
#
# Lesson 6 ended with one number, the loss, and with its gradient at the logits: $p - y$.
# Behind the logits stand all the parameters of the model, and about each of them we want to know the same thing: if it were a little larger, would the loss be larger or smaller, and by how much?
# This lesson carries the answer from the logits back to every one of them.
# No library does it for you.
# Each step is derived with a pencil, written in NumPy, and checked against a measurement.
#
# - **You will build** the backward of every part: linear, embedding, relu, gelu, softmax, cross-entropy, layer norm, attention with one head and with many, feed-forward, residual, a whole block, a whole stack.
#   One more, that of RMS norm, you derive alone.
#   And two tools keep them honest: a numerical gradient, and a gradient check that you will try to break.
# - **You need** lessons 2, 3, 4 and 6, whose forwards are taken apart here.
#   The derivative of $e^x$, the product and the quotient rule, the chain rule for numbers.
# - **Time** four hours, in three sittings: sections 1 to 6, 7 to 9, and 10 to 14.
#   Beyond these four hours stand RMS norm (the end of section 8, 40 minutes), section 11 and section 13 (15 minutes each).
#   Nothing else needs them, and they can be left for later.
# - **Cost** runs in 8 seconds, 200 MB of memory
#
# Sixteen cells are yours, each followed by its check, as before.
# `hint("linear_backward")` helps, one step at a time, and `solution("linear_backward")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.
# What you write here becomes part of your own model.
# In lesson 8 it trains.

# %% id="setup"
import math
from functools import partial

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_07 import (
    STEPS,
    break_the_checker,
    counting_linear_maps,
    error_by_step,
    explore_graph,
    explore_lost_directions,
    explore_one_number,
    relative_error,
    small_model,
    verdict_of,
)
from classroom.plots import table
from course_lib import attention, blocks, layers, loss, model
from course_lib.attention import merge_heads, split_heads
from course_lib.layers import dropout_backward
from course_lib.model import add_tied, embed_backward, language_model, unembed_backward
from course_lib.params import flatten, unflatten

# %% [markdown]
# ## 1. One path, two paths
#
# Begin with numbers.
# A value $x$ goes two ways: straight on, and through a weight and a relu.
# The two meet again in a sum, and a loss measures how far the sum is from 1:
#
# $$u = w x, \qquad r = \mathrm{relu}(u), \qquad s = x + r, \qquad L = \tfrac12 (s - 1)^2 .$$
#
# Take $x = 2$ and $w = 0.5$.
# Forward: $u = 1$, $r = 1$, $s = 3$, $L = 2$.
# Now the question of this lesson: what is $\partial L / \partial x$?
#
# Walk back, one step at a time.
# At each step we know how the loss answers to the *result* of the step, and ask how it answers to what went *into* it.
# The chain rule says: multiply by the slope of the step.
#
# 1. $L = \tfrac12 (s-1)^2$ has the slope $s - 1 = 2$.
#    So $\partial L/\partial s = 2$.
# 2. $s = x + r$ has the slope 1 in $r$.
#    So $\partial L/\partial r = 2$.
# 3. $r = \mathrm{relu}(u)$ has the slope 1, because $u > 0$.
#    So $\partial L/\partial u = 2$.
# 4. $u = w x$ has the slope $x = 2$ in $w$.
#    So $\partial L/\partial w = 2 \cdot 2 = 4$.

# %% id="predict-two-paths"
predict("two-paths")


# %% id="reveal-two-paths"
def L(x, w):
    """The loss as a function of x and w."""
    return (x + max(w * x, 0.0) - 1) ** 2 / 2


measured = (L(2.001, 0.5) - L(1.999, 0.5)) / 0.002
reveal("two-paths", round(measured, 6))

# %% [markdown]
# Two rules are all there is:
#
# - **Along a path, slopes multiply.**
# - **Where a value was used more than once, what comes back is added.**

# %% id="by-hand"
x, w = 2.0, 0.5
u = w * x
r = max(u, 0.0)
s = x + r

ds = s - 1  # the same lines in reverse, each with its slope
dr = ds
du = dr * (u > 0)
dw = du * x
dx = ds + du * w  # x was used twice
print(f"ds = {ds}   dr = {dr}   du = {du}   dw = {dw}   dx = {dx}")

# %% [markdown]
# A word on names.
# We write `ds` for $\partial L/\partial s$, the gradient of the loss with respect to `s`.
# The gradient that arrives from above is called the **upstream gradient**, `dout`.
# A backward reads `dout` and never changes it: like `ds` here, it may be on its way along another path as well.
#
# Why walk backward, and not forward from $x$?
# Forward, one walk answers for one parameter.
# Backward, one walk answers for all: `ds`, `dr` and `du` were computed once and served both $w$ and $x$.
# A model with 50,000 parameters needs one walk in place of 50,000.
#
# Now let $w$ be $-0.5$.
# Predict first, then move $x$ and $w$ in the explorer.
# For which $x$ and $w$ is $\partial L/\partial w$ equal to 0?

# %% id="predict-negative-w"
predict("negative-w")

# %% id="explore-graph"
explore_graph()

# %% id="reveal-closed"
measured = (L(2.001, -0.5) - L(1.999, -0.5)) / 0.002
reveal("negative-w", round(measured, 6))

# %% [markdown]
# ## 2. A gradient that can be measured
#
# Before we derive anything we want a judge.
# A slope can be *measured*: move one number a little up and a little down, and see how far the loss moves.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# $e_i$ is 1 at place $i$ and 0 elsewhere.
# Two runs of $f$ for each number: far too slow to train with, but just right to check with.

# %% [markdown]
# ### Exercise: `numerical_gradient`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `numerical_gradient(f, x, step=1e-5)` measures the gradient of a function at `x`.
#
# - `f`: takes an array like `x` and returns a number; `x`: a float64 array of any shape; `step`: the $h$ above.
# - Returns an array of the shape of `x`: the slope in each coordinate, by the central difference.
#   `x` itself is the same afterwards as before.
#
# ```python
# f = lambda x: x[0] ** 2 + 3 * x[1]
# numerical_gradient(f, np.array([2., 5.]))                                  # array([4., 3.])
# numerical_gradient(lambda x: x[0] ** 3 * x[1], np.array([1., 2.]), 0.5)    # array([6.5, 1. ])
# ```


# %% id="ex-numerical-gradient" tags=["exercise"]
def numerical_gradient(f, x, step=1e-5):
    """Measure the gradient of f at x by central differences, one coordinate after the other."""
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[index] = step
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * step)
    return gradient
    ### END SOLUTION


# %% id="check-numerical-gradient"
numerical_gradient = check(numerical_gradient)

# %% [markdown]
# How long should the step be?
# Two errors pull in opposite directions.
# The curve bends: the central difference is off by about $h^2 f'''/6$.
# And a computer rounds: float64 keeps 16 digits, so the difference of two nearly equal values is off by about $10^{-16}$, and dividing by $2h$ makes it $10^{-16}/h$.

# %% id="predict-step"
predict("step")

# %% id="reveal-step"
at = np.linspace(-2, 2, 101)
exact = layers.gelu_backward(np.ones_like(at), layers.gelu(at)[1])
steps = [1e-2, 1e-5, 1e-8, 1e-12]
digits = []
for step in steps:
    measured = numerical_gradient(lambda z: layers.gelu(z)[0].sum(), at, step)
    digits.append(-math.log10(np.linalg.norm(measured - exact) / np.linalg.norm(exact)))
found = table({"step": steps, "digits, at least": [math.floor(each) for each in digits]})
reveal("step", digits[2], found)

# %% [markdown]
# And in float32, which keeps 7 digits?
# Try all steps, and count the digits at the best one.

# %% id="predict-single"
predict("single")

# %% id="reveal-single"
errors = [relative_error(step, "float32", "central") for step in STEPS]
reveal("single", -math.log10(min(errors)), error_by_step())

# %% [markdown]
# That is why gradients are checked in float64, whatever a model trains in.
# The picture also has the one-sided difference, $(f(x+h) - f(x))/h$, which many people write first.

# %% [markdown]
# ### From numbers to arrays
#
# The loss is a number, but the result of a layer is an array.
# The gradient of the loss with respect to an array `z` is an array `dz` of the same shape: entry by entry, how the loss answers to that entry.
# Every layer of this course then keeps one rule:
#
# ```python
# out, cache = name(x, ...)            # forward: the result, and what the backward will need
# dx = name_backward(dout, cache)      # backward: from the gradient of out to that of x
# ```
#
# On paper the step from `dout` to `dx` is a product with the **Jacobian**, the table of all slopes of all outputs in all inputs.
# In code it is never built, and the next cell shows why.

# %% id="jacobian-size"
B, T, d_model = 32, 128, 64
size = B * T * d_model
print(f"one array of {B} x {T} x {d_model}: {size:,} numbers")
print(f"its Jacobian: {size**2:,} numbers, {size**2 * 8 / 1e9:,.0f} GB in float64")

# %% [markdown]
# So each backward must find a shorter way to the same product.
# To find it, we go the same three steps every time:
#
# 1. write the forward for *one entry*, with indices;
# 2. ask through which outputs one input reaches the loss, and add up: $\;dx_i = \sum_j dout_j \,\dfrac{\partial out_j}{\partial x_i}$;
# 3. read the sum as an operation on whole arrays.
#
# To measure such a backward, we need a number.
# Weigh the outputs with any array `dout` and add up: $f(x) = \sum_j dout_j\, out_j(x)$.
# Its gradient is exactly the sum in step 2.

# %% [markdown]
# ## 3. The linear map
#
# Row $n$ of the input, feature $i$, feature $j$ of the output:
#
# $$out_{nj} = \sum_i x_{ni} W_{ij} + b_j .$$
#
# - $x_{ni}$ reaches every output $j$ of its own row, with the slope $W_{ij}$: $\;dx_{ni} = \sum_j dout_{nj} W_{ij}$, which is `dout @ W.T`.
# - $W_{ij}$ reaches output $j$ of *every row* $n$, with the slope $x_{ni}$: $\;dW_{ij} = \sum_n x_{ni}\, dout_{nj}$, which is `x.T @ dout`.
# - $b_j$ reaches output $j$ of every row with the slope 1: $\;db_j = \sum_n dout_{nj}$.
#
# The shapes nearly dictate it: `dW` must be `(d_in, d_out)`, and there is one way to get that from `x` and `dout`.
# What the shapes do not tell is the sum.
# A row may be any token of any sequence: all axes in front count as $n$.

# %% [markdown]
# ### Exercise: `linear_backward`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `linear_backward(dout, cache)` is the backward of `linear`.
#
# - `dout`: `(..., d_out)`; `cache`: the tuple `(x, W, b)` with `x` of shape `(..., d_in)`; `b` may be `None`.
# - Returns `(dx, dW, db)` with the shapes of `x`, `W`, `b`; `db` is `None` where there was no `b`.
#
# ```python
# x, W = np.array([[1., 2.], [3., 4.]]), np.array([[1., 0., 2.], [0., 1., 3.]])
# dout = np.array([[1., 0., 0.], [0., 0., 1.]])    # the loss asks about one output of each row
# linear_backward(dout, (x, W, np.zeros(3)))
# # dx = [[1, 0], [2, 3]]    dW = [[1, 0, 3], [2, 0, 4]]    db = [1, 0, 1]
# ```


# %% id="ex-linear-backward" tags=["exercise"]
def linear_backward(dout, cache):
    """Return (dx, dW, db), shaped as x, W and b; db is None where there was no b."""
    x, W, b = cache
    ### BEGIN SOLUTION
    d_in, d_out = W.shape
    dout_rows = dout.reshape(-1, d_out)
    dx = dout @ W.T
    dW = x.reshape(-1, d_in).T @ dout_rows
    db = None if b is None else dout_rows.sum(axis=0)
    ### END SOLUTION
    return dx, dW, db


# %% id="check-linear-backward"
linear_backward = check(linear_backward)

# %% [markdown]
# Is it right?
# Here is the judge at work: one random `dout`, one number $f$, and the measured gradient beside the derived one.

# %% id="judge"
rng = np.random.default_rng(0)
x, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 4)), rng.normal(size=4)
out, cache = layers.linear(x, W, b)
dout = rng.normal(size=out.shape)

dx, dW, db = linear_backward(dout, cache)
measured = numerical_gradient(lambda W: np.sum(dout * layers.linear(x, W, b)[0]), W)
table({"first row of dW, derived": dW[0], "measured": measured[0]})

# %% [markdown]
# ### The embedding
#
# Lesson 1 showed that looking up rows is a linear map of one-hot rows: `one_hot(ids) @ W`.
# So its `dW` is `one_hot.T @ dout`, and that says in words: *row $v$ of `dW` adds up `dout` wherever token $v$ stood.*
# There is no `dx`: an id cannot be a little larger.

# %% [markdown]
# ### Exercise: `embedding_backward`
# *Difficulty 2 of 5, about 5 minutes.*
#
# `embedding_backward(dout, cache)` is the backward of `W[ids]`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(ids, vocab_size)` with `ids` an integer array `(...)`.
# - Returns `dW`, `(vocab_size, d_model)`.
#
# ```python
# dout = np.array([[1., 2.], [10., 20.], [100., 200.]])
# embedding_backward(dout, (np.array([2, 0, 2]), 4))
# # array([[ 10.,  20.], [  0.,   0.], [101., 202.], [  0.,   0.]])     token 2 stood twice
# ```


# %% id="ex-embedding-backward" tags=["exercise"]
def embedding_backward(dout, cache):
    """Return dW, (vocab_size, d_model)."""
    ids, vocab_size = cache
    ### BEGIN SOLUTION
    dW = np.zeros((vocab_size, dout.shape[-1]), dout.dtype)
    np.add.at(dW, ids, dout)
    return dW
    ### END SOLUTION


# %% id="check-embedding-backward"
embedding_backward = check(embedding_backward)

# %% [markdown]
# ## 4. Entry by entry: relu and gelu
#
# When each output depends on one input alone, the sum over outputs has one term: multiply `dout` by the slope, entry by entry.
#
# For relu the slope is 1 where $x > 0$ and 0 where $x < 0$.
# (At 0 itself there is none; any value between will do.)

# %% [markdown]
# ### Exercise: `relu_backward`
# *Difficulty 1 of 5, about 2 minutes.*
#
# `relu_backward(dout, cache)` is the backward of relu.
#
# - `dout`: any shape; `cache`: the tuple `(x,)` with `x` of the same shape.
# - Returns `dx`, as `x`.
#
# ```python
# relu_backward(np.array([5., 6., -7.]), (np.array([-1., 2., 3.]),))    # array([ 0.,  6., -7.])
# ```


# %% id="ex-relu-backward" tags=["exercise"]
def relu_backward(dout, cache):
    """Return dx, the gradient of x, of its shape."""
    (x,) = cache
    ### BEGIN SOLUTION
    return dout * (x > 0)
    ### END SOLUTION


# %% id="check-relu-backward"
relu_backward = check(relu_backward)

# %% [markdown]
# gelu is a product, $\mathrm{gelu}(x) = x\,\Phi(x)$, and both factors move:
#
# $$\mathrm{gelu}'(x) = \Phi(x) + x\,\Phi'(x) .$$
#
# - The exact form: $\Phi$ is the share of a bell curve to the left of $x$, so $\Phi'$ is the bell curve itself, $\Phi'(x) = \dfrac{1}{\sqrt{2\pi}}\, e^{-x^2/2}$.
# - The tanh form: $\Phi(x) \approx \tfrac12 (1 + \tanh u)$ with $u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)$.
#   The slope of $\tanh u$ is $1 - \tanh^2 u$, and with $\tanh u = 2\Phi - 1$ that is $4\,\Phi\,(1-\Phi)$.
#   So $\Phi' = 2\,\Phi\,(1 - \Phi)\,u'$ with $u' = \sqrt{2/\pi}\,(1 + 3 \cdot 0.044715\,x^2)$.
#
# The cache already holds $\Phi$.

# %% [markdown]
# ### Exercise: `gelu_backward`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `gelu_backward(dout, cache)` is the backward of both forms of gelu.
#
# - `dout`: any shape; `cache`: the tuple `(x, phi, approximate)`, `phi` as `x`; `approximate` is `"tanh"` or `"none"`, for the exact form.
# - Returns `dx`, as `x`.
#
# ```python
# gelu_backward(np.array([4.]), (np.array([0.]), np.array([0.5]), "none"))    # array([2.])    4 (0.5 + 0)
# ```


# %% id="ex-gelu-backward" tags=["exercise"]
def gelu_backward(dout, cache):
    """Return dx, the gradient of x, of its shape, for either form of gelu."""
    x, phi, approximate = cache
    ### BEGIN SOLUTION
    if approximate == "none":
        dphi = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    else:
        inner_slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
        dphi = 2 * phi * (1 - phi) * inner_slope
    return dout * (phi + x * dphi)
    ### END SOLUTION


# %% id="check-gelu-backward"
gelu_backward = check(gelu_backward)

# %% [markdown]
# Lesson 3 drew both slopes.
# They decide what comes back: a relu that is closed for every input gets nothing, so the weights before it never move to open it; lesson 3 called it dead.
# A gelu still hands something back at moderate negative values.

# %% [markdown]
# ## 5. Softmax
#
# Derive the backward of a softmax, for one row.
# The lines are all below; two do not belong.
# (One pair of lines may stand in either order.)

# %% id="parsons-softmax"
parsons("softmax")

# %% [markdown]
# In arrays, with `out` for the weights and `dout` for their gradients, the last line is
#
# $$dx = out \odot \Big(dout - \sum dout \odot out\Big),$$
#
# where the sum runs along the axis of the softmax and $\odot$ multiplies entry by entry.
# Read it: from each `dout` subtract the *weighted mean* of the row, then multiply by the weight.
# Where the loss rises faster with a weight than on the mean of the row, its score gets a positive gradient; where it rises more slowly, a negative one; and the score of a weight of 0 gets nothing.

# %% [markdown]
# ### Exercise: `softmax_backward`
# *Difficulty 2 of 5, about 5 minutes.*
#
# `softmax_backward(dout, cache)` is the backward of `softmax`.
#
# - `dout`: the gradient of the weights, any shape; `cache`: the tuple `(out, axis)` with the weights and the axis along which they sum to 1.
# - Returns `dx`, the gradient of the scores, of the same shape.
#
# ```python
# weights = np.array([0.25, 0.25, 0.5])
# softmax_backward(np.array([1., 0., 0.]), (weights, -1))    # array([ 0.1875, -0.0625, -0.125 ])
# # the weighted mean is 0.25:    0.25 (1 - 0.25),   0.25 (0 - 0.25),   0.5 (0 - 0.25)
# ```


# %% id="ex-softmax-backward" tags=["exercise"]
def softmax_backward(dout, cache):
    """Return dx, the gradient of the scores, of the shape of dout."""
    out, axis = cache
    ### BEGIN SOLUTION
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% id="check-softmax-backward"
softmax_backward = check(softmax_backward)

# %% [markdown]
# Before we go on, one question about this function.

# %% id="predict-ones"
predict("ones")

# %% id="reveal-ones"
weights = np.array([0.25, 0.25, 0.5])
dx = softmax_backward(np.ones(3), (weights, -1))
reveal("ones", dx[0])

# %% [markdown]
# ## 6. Break the checker
#
# So whoever checks a softmax with `dout = 1` would also accept a backward that returns zeros.
# A check that passes is evidence only if it would have failed for a wrong answer.
# Here is a gradient check as it is often written.


# %% id="weak-check"
def weak_check(forward, backward, args):
    """Compare a backward with measured gradients."""
    out, cache = forward(*args)
    grads = backward(np.ones(np.shape(out)), cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    for i, grad in zip(range(len(args)), grads):

        def total(z, i=i):
            return np.sum(forward(*args[:i], z, *args[i + 1 :])[0])

        if np.abs(grad - numerical_gradient(total, args[i])).max() > 0.01:
            return False
    return True


# %% [markdown]
# `break_the_checker` tries it on 15 wrong backwards and 5 right ones.
# The wrong ones are mistakes that people make: a forgotten term, a wrong sign, a missing scale, an entry left out, a gradient that is missing, `nan`.

# %% id="predict-weak"
predict("weak")

# %% id="reveal-weak"
score = break_the_checker(weak_check)
reveal("weak", int(score.split()[0]), score)

# %% [markdown]
# Go through the list of the answer and find the reason for each.
# There are five weaknesses in these few lines:
#
# - ones as the upstream gradient,
# - a tolerance that does not ask how large the gradient itself is,
# - `zip`, which stops at the end of the shorter of the two and compares nothing if one of them is empty,
# - broadcasting, which makes a wrong shape fit,
# - a comparison that `nan` passes, because `nan > 0.01` is `False`.
#
# Now write one that has none of them.
# And mind the other side: it must not turn down a right gradient, not even where the numbers are tiny, huge or 0 but for rounding.

# %% [markdown]
# ### Exercise: `gradient_check`
# *Difficulty 4 of 5, about 25 minutes.*
#
# `gradient_check(forward, backward, args)` says whether a backward is the derivative of its forward.
#
# - `forward(*args)` returns `(out, cache)`; `out` is an array or a single number.
# - `backward(dout, cache)` should return a tuple with one gradient for each of `args`; if there is only one it comes bare, without a tuple.
# - `args`: a tuple of float64 arrays.
# - Returns `True` if every gradient has the shape of its argument and the right value in every entry, otherwise `False`.
#   It does not change `args`.
#
# ```python
# double = lambda x: (2 * x, (x,))
# gradient_check(double, lambda dout, cache: 2 * dout, (np.arange(3.),))    # True
# gradient_check(double, lambda dout, cache: 3 * dout, (np.arange(3.),))    # False
# ```
#
# To see the score of a version that is not finished, add a cell with `print(break_the_checker(gradient_check))` before the line with `check`.


# %% id="ex-gradient-check" tags=["exercise"]
def gradient_check(forward, backward, args):
    """Return whether backward is the derivative of forward: every argument, every entry."""
    ### BEGIN SOLUTION
    out, cache = forward(*args)
    dout = np.random.default_rng(0).normal(size=np.shape(out))
    grads = backward(dout, cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(args):
        return False
    for i, grad in enumerate(grads):

        def f(z, i=i):
            return np.sum(dout * forward(*args[:i], z, *args[i + 1 :])[0])

        measured = numerical_gradient(f, args[i])
        if np.shape(grad) != measured.shape:
            return False
        if not np.allclose(grad, measured, rtol=1e-5, atol=1e-8):
            return False
    return True
    ### END SOLUTION


# %% id="check-gradient-check"
gradient_check = check(gradient_check)

# %% id="score"
print(break_the_checker(gradient_check))

# %% [markdown]
# From here on this function judges everything.
# First what we have:

# %% id="judge-so-far"
scores = rng.normal(size=(3, 5))
pairs = [
    (layers.linear, linear_backward, (x, W, b)),
    (layers.relu, relu_backward, (scores,)),
    (layers.gelu, gelu_backward, (scores,)),
    (layers.softmax, softmax_backward, (scores,)),
]
for forward, backward, args in pairs:
    print(verdict_of(gradient_check, forward, backward, args))

# %% [markdown]
# What it cannot see: whether the *forward* is right.
# A forward with the wrong scale and a backward with the same wrong scale agree perfectly.
# That is why the forwards of lessons 2 to 6 were held to numbers worked by hand.

# %% [markdown]
# ## 7. Cross-entropy
#
# Lesson 6 found the most pleasant gradient of all.
# At one position, with the logits $z$ and the target $c$, the loss is $-\log p_c$ with $p = \mathrm{softmax}(z)$, and with the one-hot row $y$ of the target
#
# $$\frac{\partial L}{\partial z_j} = p_j - y_j .$$
#
# The step from there to a batch is bookkeeping, and most mistakes are made in bookkeeping:
#
# - The loss is the *mean* over the $N$ positions that count: each has the share $1/N$.
# - Positions whose target is padding have no share.
#   Their gradient is 0, and they do not count in $N$.
# - With label smoothing $\varepsilon$ the wanted distribution is $\varepsilon / V$ on each of $V$ tokens and $1 - \varepsilon$ more on the target.
# - All of it times `dloss`, the upstream gradient of the loss itself: 1 when training.

# %% [markdown]
# ### Exercise: `cross_entropy_backward`
# *Difficulty 3 of 5, about 15 minutes.*
#
# `cross_entropy_backward(dloss, cache)` is the backward of `cross_entropy`.
#
# - `dloss`: a number; `cache`: the tuple `(log_p, targets, counted, label_smoothing, shape)`.
#   `log_p` is `(rows, vocab_size)`: the log-probabilities of all positions below each other, padding included.
#   `targets` is `(rows,)`, and so is `counted`, `True` where a position counts.
#   `shape` is that of the logits.
# - Returns `dlogits` of that shape.
#
# Worked by hand: the logits $(\ln 1, \ln 1, \ln 2)$ have $p = (\tfrac14, \tfrac14, \tfrac12)$.
# With the last token as target, `dlogits` is $(0.25,\ 0.25,\ -0.5)$.
# If three such positions count, each gets a third of that.


# %% id="ex-cross-entropy-backward" tags=["exercise"]
def cross_entropy_backward(dloss, cache):
    """Return dlogits, the gradient of the logits, of the given shape."""
    log_p, targets, counted, label_smoothing, shape = cache
    ### BEGIN SOLUTION
    vocab_size = log_p.shape[-1]
    wanted = np.full_like(log_p, label_smoothing / vocab_size)
    wanted[np.arange(len(targets)), targets] += 1 - label_smoothing
    share = counted.astype(log_p.dtype) / int(np.count_nonzero(counted))
    dlogits = dloss * share[:, None] * (np.exp(log_p) - wanted)
    return dlogits.reshape(shape)
    ### END SOLUTION


# %% id="check-cross-entropy-backward"
cross_entropy_backward = check(cross_entropy_backward)

# %% id="judge-cross-entropy"
targets = np.array([[3, 1, 4], [2, 0, 0]])  # 0 is padding


def cross_entropy(logits):
    """Cross-entropy of some logits, with padding and smoothing."""
    return loss.cross_entropy(logits, targets, ignore_id=0, label_smoothing=0.1)


logits = rng.normal(size=(2, 3, 5))
dlogits = cross_entropy_backward(1.0, cross_entropy(logits)[1])
print(verdict_of(gradient_check, cross_entropy, cross_entropy_backward, (logits,)))
padding = dlogits[targets == 0]
print(f"largest entry {np.abs(dlogits).max():.3f}, at the padding {np.abs(padding).max():.3f}")

# %% [markdown]
# ## 8. Layer norm: three paths
#
# One vector $x$ of $n = d_{\text{model}}$ features (lesson 3 wrote $d$, which here stands for a gradient) becomes $z_i = (x_i - \mu)/\sigma$, where $\sigma^2$ includes the $\varepsilon$ that lesson 3 wrote beside it, and then $out_i = \gamma_i z_i + \beta_i$.
# The last step is easy: as in the linear map, $\gamma$ and $\beta$ serve every vector, so
#
# $$d\beta_i = \sum dout_i, \qquad d\gamma_i = \sum dout_i\, z_i, \qquad d_i := dz_i = dout_i\,\gamma_i,$$
#
# with sums over all vectors.
# Now from $z$ to $x$.
# A feature $x_j$ reaches every $z_i$ on three paths: directly (if $i = j$), through the mean, and through the standard deviation.
#
# - $\mu = \frac1n \sum_k x_k$, so $\partial\mu/\partial x_j = \frac1n$.
# - $\sigma^2 = \frac1n \sum_k (x_k - \mu)^2 + \varepsilon$, so $2\sigma\,\partial\sigma/\partial x_j = \frac2n (x_j - \mu)$, and $\partial\sigma/\partial x_j = \frac1n z_j$.
#   (The mean moves too, but $\sum_k (x_k - \mu) = 0$ makes that vanish.)
#
# The quotient rule on $z_i = (x_i - \mu)/\sigma$:
#
# $$\frac{\partial z_i}{\partial x_j} = \frac{\delta_{ij} - \frac1n}{\sigma} - \frac{x_i - \mu}{\sigma^2}\cdot\frac{z_j}{n} = \frac1\sigma\Big(\delta_{ij} - \frac1n - \frac{z_i z_j}{n}\Big).$$
#
# Sum over all $i$ through which $x_j$ reaches the loss, $dx_j = \sum_i d_i\, \partial z_i/\partial x_j$:
#
# $$dx_j = \frac1\sigma\Big(\underbrace{d_j}_{\text{direct}} - \underbrace{\mathrm{mean}(d)}_{\text{through } \mu} - \underbrace{z_j\,\mathrm{mean}(d \odot z)}_{\text{through } \sigma}\Big).$$
#
# The two terms that are taken away have a meaning.
# To add a constant to a vector changes nothing after the norm, and to stretch it changes (nearly) nothing.
# So the loss cannot depend on these two directions, and the gradient has no part in them.

# %% [markdown]
# ### Exercise: `layer_norm_backward`
# *Difficulty 2 of 5, about 10 minutes.*
#
# `layer_norm_backward(dout, cache)` is the backward of `layer_norm`.
# The frame is given, with four blanks; replace each `...`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(normalized, inverse_std, gamma)`, which are $z$ `(..., d_model)`, $1/\sigma$ `(..., 1)` and $\gamma$ `(d_model,)`.
# - Returns `(dx, dgamma, dbeta)`.
#
# Worked by hand: $z = (-\sqrt2, 0, 0, \sqrt2)$, $1/\sigma = 2$, $\gamma = 1$, and $dout = (1, 0, 0, 0)$.
# The mean of $d$ is $\tfrac14$, the mean of $d \odot z$ is $-\tfrac{\sqrt2}{4}$.
# So $dx_1 = 2\,(1 - \tfrac14 - \sqrt2 \cdot \tfrac{\sqrt2}{4}) = \tfrac12$, and altogether $dx = (0.5, -0.5, -0.5, 0.5)$.


# %% id="ex-layer-norm-backward" tags=["exercise", "faded"]
def layer_norm_backward(dout, cache):
    """Return (dx, dgamma, dbeta), shaped as x, gamma and beta."""
    normalized, inverse_std, gamma = cache
    d_model = len(gamma)
    dbeta = dout.reshape(-1, d_model).sum(axis=0)
    ### BEGIN SOLUTION
    ### STUB: dgamma = ...                   # blank 1: a sum over all vectors, as dbeta
    ### STUB: d = ...                        # blank 2: the gradient of normalized
    ### STUB: through_mean = ...             # blank 3: (..., 1)
    ### STUB: through_deviation = ...        # blank 4: (..., d_model)
    dgamma = (dout * normalized).reshape(-1, d_model).sum(axis=0)
    d = dout * gamma
    through_mean = d.mean(axis=-1, keepdims=True)
    through_deviation = normalized * (d * normalized).mean(axis=-1, keepdims=True)
    ### END SOLUTION
    dx = inverse_std * (d - through_mean - through_deviation)
    return dx, dgamma, dbeta


# %% id="check-layer-norm-backward"
layer_norm_backward = check(layer_norm_backward)

# %% id="judge-layer-norm"
x_norm, gamma, beta = rng.normal(size=(2, 3, 7)), rng.normal(size=7), rng.normal(size=7)
print(verdict_of(gradient_check, layers.layer_norm, layer_norm_backward, (x_norm, gamma, beta)))

# %% [markdown]
# ### Directions that are lost
#
# In three dimensions this can be drawn.
# All that a layer norm can return lies on a circle: its mean is 0, and its length is always the same.
# The explorer takes `dout` apart and gives each part to your `layer_norm_backward`.
# Only what points along the circle comes back.
# Turn `dout` until nothing is left.
# Then choose softmax, whose outputs fill a triangle: which of the two directions does it lose as well?

# %% id="explore-lost-directions"
explore_lost_directions(softmax_backward=softmax_backward, layer_norm_backward=layer_norm_backward)

# %% [markdown]
# Along $z$ not quite everything is lost, because of the $\varepsilon$ under the root: a norm with $\varepsilon$ does notice a little of the stretching.

# %% [markdown]
# ### RMS norm, on your own
#
# *Extra, about 40 minutes: nothing after it needs it.*
#
# So far each backward was derived for you.
# This one is not.
# RMS norm (Zhang and Sennrich 2019), which you wrote in lesson 3, divides a vector by its root mean square and takes no mean away:
#
# $$out_i = \gamma_i\,\frac{x_i}{\sqrt{\frac1n \sum_k x_k^2 + \varepsilon}} .$$


# %% id="rms-norm"
def rms_norm(x, gamma, eps=1e-5):
    """Divide each vector by its root mean square, then apply gamma. Returns (out, cache)."""
    inverse_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    normalized = x * inverse_rms
    return normalized * gamma, (normalized, inverse_rms, gamma)


# %% [markdown]
# ### Exercise: `rms_norm_backward`
# *Difficulty 4 of 5, about 30 minutes.*
#
# `rms_norm_backward(dout, cache)` is the backward of `rms_norm`.
# Take a pencil and the three steps of section 2.
# The cell below yours asks your `gradient_check` what it thinks: go back and forth between the two until it is content, and only then run `check`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(normalized, inverse_rms, gamma)` of `rms_norm`, of the shapes `(..., d_model)`, `(..., 1)` and `(d_model,)`.
# - Returns `(dx, dgamma)`, shaped as `x` and `gamma`.
#   It is right for any `eps`.
#
# ```python
# out, cache = rms_norm(np.array([[1., 7., -5., 5.]]), np.array([5., 5., 5., 10.]), eps=0)
# rms_norm_backward(np.array([[1., 0., 0., 0.]]), cache)
# # dx = [[0.99, -0.07, 0.05, -0.05]]    dgamma = [0.2, 0, 0, 0]
# ```


# %% id="ex-rms-norm-backward" tags=["exercise"]
def rms_norm_backward(dout, cache):
    """Return (dx, dgamma), shaped as x and gamma."""
    normalized, inverse_rms, gamma = cache
    ### BEGIN SOLUTION
    dgamma = (dout * normalized).reshape(-1, len(gamma)).sum(axis=0)
    d = dout * gamma
    through_rms = normalized * (d * normalized).mean(axis=-1, keepdims=True)
    dx = inverse_rms * (d - through_rms)
    return dx, dgamma
    ### END SOLUTION


# %% id="judge-rms-norm"
size = np.array([0.03, 1.0, 30.0])[:, None]  # the first vector is so small that eps counts
print(verdict_of(gradient_check, rms_norm, rms_norm_backward, (x_norm * size, gamma)))

# %% id="check-rms-norm-backward"
rms_norm_backward = check(rms_norm_backward)

# %% [markdown]
# ## 9. Attention
#
# Scaled dot-product attention is three steps, two of them products of matrices.
# We write $s$, $w$ for scores and weights, as in section 5.
#
# $$s = \frac{q k^\top}{\sqrt{d_k}}, \qquad w = \mathrm{softmax}(s), \qquad out = w v .$$
#
# One fact about products serves for both.
# In $out = w v$ entry $out_{ie} = \sum_j w_{ij} v_{je}$.
# So $w_{ij}$ reaches all $out_{ie}$ of its row $i$, with the slope $v_{je}$; and $v_{je}$ reaches all $out_{ie}$ of its column $e$, with the slope $w_{ij}$:
#
# $$dw_{ij} = \sum_e dout_{ie} v_{je} \;\Rightarrow\; dw = dout\,v^\top, \qquad\qquad dv_{je} = \sum_i w_{ij}\, dout_{ie} \;\Rightarrow\; dv = w^\top dout .$$
#
# In words: key $j$ gave query $i$ the share $w_{ij}$ of its value, and gets the same share of $i$'s gradient back.
# Put the whole backward into order.
# Two lines do not belong.
# (More than one order is right.)

# %% id="parsons-attention"
parsons("attention")

# %% [markdown]
# And the mask?
# A masked score had the weight 0, and the factor $w$ in front makes its gradient 0.
# Nothing needs to be done.

# %% [markdown]
# ### Exercise: `scaled_dot_product_attention_backward`
# *Difficulty 3 of 5, about 10 minutes.*
#
# `scaled_dot_product_attention_backward(dout, cache)` is the backward of scaled dot-product attention.
#
# - `dout`: `(..., T_q, d_v)`; `cache`: the named tuple `AttentionCache(q, k, v, weights, softmax)`; `cache.softmax` is what `softmax_backward` wants as its cache.
# - Returns `(dq, dk, dv)`.
#   The dots stand for any axes in front; `swapaxes(-1, -2)` transposes the last two.
#
# Worked by hand: one query $(0,0,0,0)$, the keys $(2,0,0,0)$ and $(0,2,0,0)$, the values $4$ and $0$.
# Both scores are 0, so both weights are $\tfrac12$.
# With $dout = 1$: $dv = (\tfrac12, \tfrac12)$, $dw = (4, 0)$, its weighted mean is 2, $ds = (1, -1)$, and $dq = \big(1\cdot(2,0,0,0) - 1\cdot(0,2,0,0)\big)/2 = (1, -1, 0, 0)$.
# A query closer to the first key, whose value is larger, would raise $out$.
# $dk = 0$, because the query is 0.


# %% id="ex-scaled-dot-product-attention-backward" tags=["exercise"]
def scaled_dot_product_attention_backward(dout, cache):
    """Return (dq, dk, dv), shaped as q, k and v."""
    q, k, v, weights, softmax_cache = cache
    ### BEGIN SOLUTION
    dv = weights.swapaxes(-1, -2) @ dout
    dweights = dout @ v.swapaxes(-1, -2)
    dscores = softmax_backward(dweights, softmax_cache) / math.sqrt(q.shape[-1])
    dq = dscores @ k
    dk = dscores.swapaxes(-1, -2) @ q
    ### END SOLUTION
    return dq, dk, dv


# %% id="check-scaled-dot-product-attention-backward"
scaled_dot_product_attention_backward = check(scaled_dot_product_attention_backward)

# %% id="judge-attention"
causal = attention.causal_mask(4)
q, k, v = (rng.normal(size=(4, d)) for d in (3, 3, 2))


def attend(q, k, v):
    """Causal attention of four queries."""
    return attention.scaled_dot_product_attention(q, k, v, causal)


print(verdict_of(gradient_check, attend, scaled_dot_product_attention_backward, (q, k, v)))

# %% [markdown]
# ### Many heads
#
# Multi-head attention adds four linear maps and some moving of axes.
# The linear maps have their backward.
# And moving numbers to other places has the simplest backward of all: move them back.
# So the backward of `merge_heads` is `split_heads`, and the other way round.
#
# One new thought: `memory` was used twice, for keys and for values.
# By the second rule of section 1, what comes back on the two ways is added.

# %% [markdown]
# ### Exercise: `multi_head_attention_backward`
# *Difficulty 3 of 5, about 20 minutes.*
#
# `multi_head_attention_backward(dout, cache)` is the backward of multi-head attention.
#
# - `dout`: `(B, T_q, d_model)`; `cache`: the named tuple `MultiHeadCache(query, key, value, attention, output)`: the caches of the projections with `W_Q`, `W_K`, `W_V`, of the attention, and of the projection with `W_O`.
#   The number of heads is `cache.weights.shape[1]`.
# - Returns `(dx, dmemory, dparams)`: `dx` as `x`, `dmemory` as `memory`, and `dparams` a dict with the same keys as the forward's `params`: `W_Q`, `W_K`, `W_V`, `W_O`, and `b_Q`, `b_K`, `b_V`, `b_O` if there were biases (`linear_backward` returns `None` where there was none).
#
# Something to check by thought: whatever the input, `dparams["b_K"]` comes out as 0.
# Lesson 2 said why: the same vector added to every key changes nothing.


# %% id="ex-multi-head-attention-backward" tags=["exercise"]
def multi_head_attention_backward(dout, cache):
    """Return (dx, dmemory, dparams): dparams has the keys of the forward's params."""
    n_heads = cache.weights.shape[1]
    dmerged, dW_O, db_O = linear_backward(dout, cache.output)
    ### BEGIN SOLUTION
    dheads = split_heads(dmerged, n_heads)
    dq, dk, dv = scaled_dot_product_attention_backward(dheads, cache.attention)
    dq, dk, dv = merge_heads(dq), merge_heads(dk), merge_heads(dv)
    dx, dW_Q, db_Q = linear_backward(dq, cache.query)
    dmemory_k, dW_K, db_K = linear_backward(dk, cache.key)
    dmemory_v, dW_V, db_V = linear_backward(dv, cache.value)
    dparams = {"W_Q": dW_Q, "W_K": dW_K, "W_V": dW_V, "W_O": dW_O}
    if db_O is not None:
        dparams |= {"b_Q": db_Q, "b_K": db_K, "b_V": db_V, "b_O": db_O}
    return dx, dmemory_k + dmemory_v, dparams
    ### END SOLUTION


# %% id="check-multi-head-attention-backward"
multi_head_attention_backward = check(multi_head_attention_backward)

# %% [markdown]
# ### What a real line asks of its heads
#
# The course's model of *The Raven*, a single block with four heads, reads 12 characters and gives a probability for the next one at each position.
# We let it read *bleak Decemb*, and send the gradient of its loss back to the scores of the attention.
# `dscores[i, j]` says: if query $i$ listened a little more to key $j$, would the loss rise (red) or fall (blue)?

# %% id="raven"
from classroom.lesson_07 import gradient_of_scores, weights_of_head
from course_lib.tasks import load_trained

task, params = load_trained("raven")
config, text = task.config, "bleak December"[:13]
ids = task.vocabulary.encode(text)
characters = list(text[:-1])

logits, (stack_cache, output_cache) = language_model(ids[None, :-1], params, config)
mean_loss, loss_cache = loss.cross_entropy(logits, ids[None, 1:])
p_right = np.exp(loss_cache[0])[np.arange(12), ids[1:]]
print(f"loss {mean_loss:.3f} nats")
table(
    {"read": characters, "wanted next": list(text[1:]), "probability": p_right},
    {"probability": ".2f"},
)

# %% id="predict-rows"
predict("rows")

# %% id="raven-dscores"
dx, _, _ = linear_backward(cross_entropy_backward(1.0, loss_cache), output_cache)
dx, _, _ = layer_norm_backward(dx, stack_cache.norm)
block = stack_cache.blocks[0]
dx = blocks.residual_backward(dx, block.feed_forward, blocks.feed_forward_backward)[0]
heads = block.attention.sublayer
dmerged, _, _ = linear_backward(dx, heads.output)
dweights = split_heads(dmerged, config.n_heads) @ heads.attention.v.swapaxes(-1, -2)
dscores = softmax_backward(dweights, heads.attention.softmax)[0]  # (n_heads, T, T)

# %% id="reveal-rows"
weights = heads.weights[0]
strength = np.abs(dscores).sum(axis=(0, 2))
head = int(np.abs(dscores).max(axis=(1, 2)).argmax())
reveal(
    "rows",
    strength.argmax(),
    weights_of_head(weights, head, characters),
    gradient_of_scores(dscores, head, characters, p_right),
    p_right=p_right,
)

# %% id="rows-sum"
faint = (weights < 0.01) & attention.causal_mask(12)
table(
    {
        "of all four heads, largest": [
            "entry of dscores",
            "where the weight is below 0.01",
            "sum of a row",
        ],
        "": [np.abs(each).max() for each in (dscores, dscores[faint], dscores.sum(axis=-1))],
    },
    {"": ".4f"},
)

# %% [markdown]
# Three things can be read off, and all three were in the formula.
# The gradient is where the surprise was: rows that predicted well hardly ask for anything.
# Each row sums to 0: to listen more to one key is to listen less to others.
# And a key with almost no weight gets almost no gradient: what a head does not look at, it can hardly learn to look at.

# %% [markdown]
# ## 10. Feed-forward and residual
#
# The feed-forward is linear, nonlinearity, linear.
# You have all three.

# %% [markdown]
# ### Exercise: `feed_forward_backward`
# *Difficulty 2 of 5, about 5 minutes.*
#
# `feed_forward_backward(dout, cache)` is the backward of `feed_forward`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(first_cache, nonlinearity_cache, second_cache, activation)`: the caches of the first linear map, of the nonlinearity, of the second linear map; `activation` is `"relu"`, or `"gelu"` or `"gelu_exact"`, both of which `gelu_backward` understands.
# - Returns `(dx, dparams)` with `dparams` a dict of `W_1`, `b_1`, `W_2`, `b_2`.
#
# Worked by hand: one feature, one hidden unit, all weights 1 and biases 0, relu, $x = 3$, $dout = 5$.
# Then $dW_2 = 3 \cdot 5 = 15$ and $db_2 = 5$; the relu is open; $dW_1 = 15$, $db_1 = 5$, $dx = 5$.
# With $x = -3$ the relu is closed: all are 0 except $db_2 = 5$.


# %% id="ex-feed-forward-backward" tags=["exercise"]
def feed_forward_backward(dout, cache):
    """Return (dx, dparams): dparams holds W_1, b_1, W_2 and b_2."""
    first_cache, nonlinearity_cache, second_cache, activation = cache
    ### BEGIN SOLUTION
    dhidden, dW_2, db_2 = linear_backward(dout, second_cache)
    if activation == "relu":
        dhidden = relu_backward(dhidden, nonlinearity_cache)
    else:
        dhidden = gelu_backward(dhidden, nonlinearity_cache)
    dx, dW_1, db_1 = linear_backward(dhidden, first_cache)
    return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}
    ### END SOLUTION


# %% id="check-feed-forward-backward"
feed_forward_backward = check(feed_forward_backward)

# %% [markdown]
# The residual is section 1 once more: $out = x + \mathrm{sublayer}(x)$.
# `x` was used twice, so
#
# $$dx = \underbrace{dout}_{\text{identity path}} + \underbrace{\mathrm{sublayer\_backward}(dout)}_{\text{branch}} .$$
#
# Around the sublayer stand, in this order, a norm before it (pre-norm) and dropout after it; or a norm after the sum (post-norm):
#
# | `cache.kind` | forward | on the way back |
# |---|---|---|
# | `"none"` | $x + \mathrm{dropout}(f(x))$ | |
# | `"pre"` | $x + \mathrm{dropout}(f(\mathrm{norm}(x)))$ | the norm is the last step of the *branch*; the identity path never meets it |
# | `"post"` | $\mathrm{norm}(x + \mathrm{dropout}(f(x)))$ | the norm is the first step, before the two ways part |

# %% [markdown]
# ### Exercise: `residual_backward`
# *Difficulty 3 of 5, about 15 minutes.*
#
# `residual_backward(dout, cache, sublayer_backward)` is the backward of `residual`.
#
# - `dout`: as `x`; `cache`: the named tuple `ResidualCache(norm, sublayer, dropout, kind)`; `sublayer_backward(dout, cache.sublayer)` returns `(dx, *rest)`: the gradient of its input, then whatever else, such as the gradients of its parameters.
#   Call it once.
# - Returns `(dx, dnorm, *rest)`: `dnorm` is `{"gamma": ..., "beta": ...}`, or `{}` if there was no norm.
#   `dropout_backward(dout, cache.dropout)` is given to you: where the forward multiplied by 0 or $1/(1-p)$, it multiplies by the same number.
#
# Worked by hand: no norm, no dropout, a sublayer that triples.
# $out = x + 3x$, so $dout = (1, -2)$ comes back as $(1, -2) + (3, -6) = (4, -8)$.


# %% id="ex-residual-backward" tags=["exercise"]
def residual_backward(dout, cache, sublayer_backward):
    """Return (dx, dnorm, *rest): dnorm holds gamma and beta, or nothing."""
    dnorm = {}
    ### BEGIN SOLUTION
    if cache.kind == "post":
        dout, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dout, cache.norm)
    dupdate = dropout_backward(dout, cache.dropout)
    dinside, *rest = sublayer_backward(dupdate, cache.sublayer)
    if cache.kind == "pre":
        dinside, dnorm["gamma"], dnorm["beta"] = layer_norm_backward(dinside, cache.norm)
    return dout + dinside, dnorm, *rest
    ### END SOLUTION


# %% id="check-residual-backward"
residual_backward = check(residual_backward)

# %% [markdown]
# ## 11. Why residuals carry the gradient
#
# *Extra, about 15 minutes: nothing after this section needs it.*
#
# Lesson 3 measured that the gradient fades in a deep stack whose layers replace the rows, and that it cannot vanish where they add to them.
# The backward says why.
# Let $J_l$ be what `sublayer_backward` does, norm included.
# One residual multiplies the gradient by $1 + J_l$, and $N$ of them by
#
# $$(1 + J_1)(1 + J_2) \cdots (1 + J_N) = 1 + \sum_l J_l + \sum_{l < m} J_l J_m + \dots + J_1 J_2 \cdots J_N .$$
#
# Multiplied out, that is $2^N$ paths: at each sublayer the gradient takes the identity or the branch.
# One path, the 1, takes the identity everywhere and arrives untouched, however deep the stack.
# Without residuals only the last path exists, through all $N$ branches one after the other.
#
# How much of the gradient arrives on which paths?
# A backward is linear in `dout`: the gradient of a sum is the sum of the gradients.
# So we can send the parts separately.
# Keep one array for each number of branches passed so far; at every sublayer each part goes on as it is, and what its branch returns joins the part with one branch more.
# The share of a part is how far it reaches in the direction of the whole gradient: the shares sum to 1, and a part that points against the whole counts as negative.


# %% id="paths-setup"
from classroom.lesson_07 import (
    gradient_at_top,
    gradient_by_branches,
    new_model,
    shares,
    trained_model,
)


# %% id="by-length"
def self_attention_backward(dout, cache):
    """Self-attention: x is query and memory, so both gradients add up."""
    dx, dmemory, dparams = multi_head_attention_backward(dout, cache)
    return dx + dmemory, dparams


def by_branches(dtop, stack_cache):
    """Split the gradient below a pre-norm stack: part k has passed exactly k branches."""
    parts = [dtop]
    for block in reversed(stack_cache.blocks):
        for cache, backward in [
            (block.feed_forward, feed_forward_backward),
            (block.attention, self_attention_backward),
        ]:
            branches = [residual_backward(part, cache, backward)[0] - part for part in parts]
            parts = [*parts, 0.0]
            for k, branch in enumerate(branches):
                parts[k + 1] = parts[k + 1] + branch
    return parts


# %% [markdown]
# A new model of 12 blocks has 24 sublayers and $2^{24}$ paths, nearly 17 million.
# More than half of these paths pass 12 branches or more.

# %% id="predict-paths"
predict("paths")

# %% id="reveal-paths"
share = shares(by_branches(*gradient_at_top(new_model(n_layers=12))))
reveal("paths", share[:7].sum(), gradient_by_branches(share, at_most=6), upto_6=share[:7].sum())

# %% [markdown]
# For the gradient a deep new model is a shallow one.
# (Veit et al. 2016 found short paths in residual networks for images, too.)
# That is the *start* of training.
# Beside new models stand here some of this course that have finished theirs, all of them pre-norm.
# The last column compares the lengths of two gradients: the one on the path through every branch, the only one that a stack without residuals would have, and the whole.

# %% id="trained-paths"
models = {f"new, {n_layers} blocks": new_model(n_layers) for n_layers in (2, 12)}
for name, preset in [("digits", "one-digit"), ("digits", "arithmetic"), ("raven", "recite")]:
    models[f"{name}, {preset}"] = trained_model(name, preset)

found = {"sublayers": [], "identity alone": [], "branches passed, mean": [], "longest path": []}
for run in models.values():
    parts = by_branches(*gradient_at_top(run))
    share = shares(parts)
    passed = share @ np.arange(len(share))
    longest = np.linalg.norm(parts[-1]) / np.linalg.norm(sum(parts))
    for column, value in zip(found, [len(share) - 1, share[0], passed, longest], strict=True):
        found[column].append(value)
table({"model": list(models), **found}, digits=2)

# %% [markdown]
# In these trained models it is otherwise.
# On average the gradient has passed more than half of all branches, and the identity alone carries less than a hundredth of it.

# %% [markdown]
# ## 12. A block, a stack, a model
#
# An encoder block is two residuals, one after the other: attention, then feed-forward.
# Its backward is two calls of `residual_backward`, in the other order.
# One thing needs care.
# In self-attention `x` is also the `memory`, and `multi_head_attention_backward` returns a gradient for each.
# By the second rule of section 1 the two are added.

# %% [markdown]
# ### Exercise: `encoder_block_backward`
# *Difficulty 3 of 5, about 15 minutes.*
#
# `encoder_block_backward(dout, cache)` is the backward of a block of encoder or decoder-only models.
#
# - `dout`: `(B, T, d_model)`; `cache`: the named tuple `BlockCache(attention, cross_attention, feed_forward)`.
#   `attention` and `feed_forward` are each the cache of a residual.
#   `cross_attention` is not used here; `feed_forward` is `None` in a block that is attention alone.
# - Returns `(dx, dparams)`: `dparams` has the keys `attention`, `norm_1`, `feed_forward`, `norm_2`, without those that the block does not have.
#
# `residual_backward` wants a `sublayer_backward`, and for the attention none is there yet: write it inside your function, so that your answer can be saved as one piece.
# To check by thought: if all matrices of the block are 0, both branches return nothing, and `dx` is `dout`.


# %% id="ex-encoder-block-backward" tags=["exercise"]
def encoder_block_backward(dout, cache):
    """Return (dx, dparams): dparams has a key for each part that the block has."""
    dparams = {}
    ### BEGIN SOLUTION

    def attend_backward(dout, cache):
        dx, dmemory, dattention = multi_head_attention_backward(dout, cache)
        return dx + dmemory, dattention

    if cache.feed_forward is not None:
        dout, dnorm_2, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        if dnorm_2:
            dparams["norm_2"] = dnorm_2
    dx, dnorm_1, dparams["attention"] = residual_backward(dout, cache.attention, attend_backward)
    if dnorm_1:
        dparams["norm_1"] = dnorm_1
    ### END SOLUTION
    return dx, dparams


# %% id="check-encoder-block-backward"
encoder_block_backward = check(encoder_block_backward)

# %% [markdown]
# ### One number, all the way
#
# Now follow a single number through a trained block, with your functions.
# The model knows eleven words and a little grammar.
# It reads *. the cat that sees the dogs* (the full stop ends the sentence before), and the text goes on with *sleep*, which is wrong: the verb belongs to the cat.
# So most of the loss stands at *dogs*, where the next word should have been *sleeps*.
#
# Each heatmap is a gradient, with a row for each word and a column for each feature.
# The small frames follow one entry, and the bars below are the sum that made it.
# The first picture stands at the attention, on the way to *cat*: from which row does its gradient come, and why from there?
# Walk on to the end: which of the two ways brings more, the identity or the branch?
# Then go the same way to *dogs*.

# %% id="explore-one-number"
explore_one_number(
    linear_backward=linear_backward,
    relu_backward=relu_backward,
    layer_norm_backward=layer_norm_backward,
    scaled_dot_product_attention_backward=scaled_dot_product_attention_backward,
)

# %% [markdown]
# A stack is what all three families of lesson 4 share: embed, run the blocks, and with pre-norm a last norm.
# The part before the first block has its backward ready: `embed_backward(dx, cache.embedded)` goes back through dropout, adds up the gradient of each position over the batch, and ends in your `embedding_backward`.
# It returns a dict with `embedding`, and `positions` where they are learned.

# %% [markdown]
# ### Exercise: `stack_backward`
# *Difficulty 3 of 5, about 10 minutes.*
#
# `stack_backward(dx, cache, block_backward)` is the backward of a whole stack.
#
# - `dx`: `(B, T, d_model)`, the gradient of the stack's output; `cache`: the named tuple `StackCache(embedded, blocks, norm, config)`, where `blocks` is a list with one cache for each block, the first block first, and `config.norm` is `"pre"`, `"post"` or `"none"`.
#   Only with `"pre"` is there a last norm.
#   `block_backward(dx, cache)` returns `(dx, dparams)`; call it once for each block.
# - Returns `dparams`: `{"norm": {"gamma": ..., "beta": ...}, "blocks": [...], "embedding": {"W": ...}, ...}`, with `norm` only where there is one.
#   `dparams["blocks"][i]` belongs to block `i`.


# %% id="ex-stack-backward" tags=["exercise"]
def stack_backward(dx, cache, block_backward):
    """Return dparams, the gradients of all parameters of the stack."""
    dparams = {}
    ### BEGIN SOLUTION
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    dblocks = []
    for block_cache in reversed(cache.blocks):
        dx, dblock = block_backward(dx, block_cache)
        dblocks.append(dblock)
    dparams["blocks"] = dblocks[::-1]
    return dparams | embed_backward(dx, cache.embedded)
    ### END SOLUTION


# %% id="check-stack-backward"
stack_backward = check(stack_backward)

# %% [markdown]
# The backward of the language model is now a few lines around it.
# `unembed_backward` is your `linear_backward` for the output, and returns its gradients by name.
# In a tied model the embedding is used at both ends, to look words up and to score them (lesson 5); `add_tied` applies the second rule of section 1 once more: add.


# %% id="language-model-backward"
def language_model_backward(dlogits, cache):
    """Return dparams of a language model."""
    stack_cache, output_cache = cache
    dx, doutput = unembed_backward(dlogits, output_cache)  # logits to vectors
    dstack = stack_backward(dx, stack_cache, encoder_block_backward)  # all the rest
    return add_tied(dstack, doutput)  # W may have been used twice


# %% [markdown]
# In `course_lib/model.py` it stands with the loop of `stack_backward` written out, right below `language_model`.
# Walk the gradient back through the whole model, with the buttons or the arrow keys.
# Each step names the function, the shape of what it hands on, and the gradients of the parameters.
# Where does the gradient part, and where does it meet itself again?

# %% id="walk"
from classroom.architecture import architecture

architecture(
    task.config, params, direction="backward", steps=True, open=("attention", "feed_forward")
)

# %% [markdown]
# An encoder–decoder holds two stacks.
# Its decoder block has three residuals in place of two, and from the one in the middle, the cross-attention, comes a `dmemory`.
# Every decoder block read the same memory, so all these gradients are added.
# Their sum is the upstream gradient of the encoder's stack.
# And where a model pools (lesson 5), the gradient of the one vector is handed out to the positions by the shares that `pool` has kept.
# Nothing else is new.

# %% [markdown]
# ### Every parameter, measured
#
# Now the last check, of everything at once.
# A small model reads two sequences, and your functions give the gradient of each parameter.
# (The two ends of the model have functions of the course, `embed_backward` and `unembed_backward`; `using` makes them call your `embedding_backward` and `linear_backward`.)
# Then each single parameter is moved up and down, and the whole model is run both times.

# %% id="whole-model"
small, small_params, small_ids, small_targets = small_model()


def loss_with(name, array):
    """The loss of the small model with another array in the place of one of its own."""
    params = unflatten({**flatten(small_params), name: array})
    logits, _ = language_model(small_ids, params, small)
    return loss.cross_entropy(logits, small_targets)[0]


logits, cache = language_model(small_ids, small_params, small)
_, loss_cache = loss.cross_entropy(logits, small_targets)
with using(linear_backward=linear_backward, embedding_backward=embedding_backward):
    grads = flatten(language_model_backward(cross_entropy_backward(1.0, loss_cache), cache))

named = flatten(small_params)
measured = {
    name: numerical_gradient(partial(loss_with, name), array) for name, array in named.items()
}
print(f"{len(named)} arrays, {sum(array.size for array in named.values())} parameters")
largest = max(np.abs(each).max() for each in measured.values())
apart = max(np.abs(grads[name] - measured[name]).max() for name in named)
print(f"largest gradient {largest:.3f}, largest difference {apart:.6f}")

# %% [markdown]
# Each of these gradients agrees with what was measured, and all of them come from the two rules of section 1.

# %% [markdown]
# ## 13. A tape
#
# *Extra, about 15 minutes: besides one question of the quiz nothing needs it.*
#
# In section 12 we wrote down the order of the backward three times: for the block, the stack, the model.
# Each time it was the order of the forward, from its end.
# A program can keep it.
# A **tape** is a list.
# Every step of the forward is recorded on it, with its backward and its cache, and then the list is run in reverse.
#
# `grads` holds the gradient of every array by the array's `id`.
# Along a path the backwards hand it on; where an array went into more than one step, what comes back is added.


# %% id="tape"
class Tape:
    """Records every step of a forward, and runs the list in reverse."""

    def __init__(self, backwards):
        self.backwards = backwards  # the backward of each forward
        self.steps = []

    def run(self, forward, *inputs, **options):
        """Take one step: record it, and return its result."""
        out, cache = forward(*inputs, **options)
        self.steps.append((inputs, out, self.backwards[forward], cache))
        return out

    def gradients(self, result):
        """Return the gradient of a recorded number in every array, by the array's id."""
        grads = {id(result): 1.0}
        for inputs, out, backward, cache in reversed(self.steps):
            if id(out) in grads:
                dinputs = backward(grads[id(out)], cache)
                dinputs = dinputs if isinstance(dinputs, tuple) else (dinputs,)
                for array, gradient in zip(inputs, dinputs, strict=True):
                    grads[id(array)] = grads.get(id(array), 0) + gradient
        return grads


# %% [markdown]
# Now only the forward is written down.
# Here are a feed-forward in a residual, a linear map to 7 scores, and the loss.
# `x` goes into two of its steps, and no line takes care of that.


# %% id="tape-run"
def add(a, b):
    """The sum of two arrays of one shape."""
    return a + b, ()


tape = Tape(
    {
        layers.linear: linear_backward,
        layers.gelu: gelu_backward,
        loss.cross_entropy: cross_entropy_backward,
        add: lambda dout, cache: (dout, dout),
    }
)
rng = np.random.default_rng(0)
sizes = {"x": (5, 4), "W_1": (4, 6), "b_1": 6, "W_2": (6, 4), "b_2": 4, "W": (4, 7), "b": 7}
given = {name: rng.normal(size=size) for name, size in sizes.items()}
wanted = np.array([3, 1, 4, 1, 5])

hidden = tape.run(layers.gelu, tape.run(layers.linear, given["x"], given["W_1"], given["b_1"]))
update = tape.run(layers.linear, hidden, given["W_2"], given["b_2"])
total = tape.run(add, given["x"], update)
scores = tape.run(layers.linear, total, given["W"], given["b"])
mean_loss = tape.run(loss.cross_entropy, scores, targets=wanted)
grads = tape.gradients(mean_loss)

# %% [markdown]
# The same with the course's functions, in an order that a person wrote:

# %% id="tape-course"
out, feed_forward_cache = blocks.feed_forward(given["x"], given, "gelu")
scores, last_cache = layers.linear(given["x"] + out, given["W"], given["b"])
_, loss_cache = loss.cross_entropy(scores, wanted)

dscores = loss.cross_entropy_backward(1.0, loss_cache)
dtotal, dW, db = layers.linear_backward(dscores, last_cache)
dx, dparams = blocks.feed_forward_backward(dtotal, feed_forward_cache)
by_hand = {"x": dtotal + dx, **dparams, "W": dW, "b": db}

largest = [np.abs(by_hand[name]).max() for name in given]
apart = [np.abs(by_hand[name] - grads[id(given[name])]).max() for name in given]
table(
    {"array": list(given), "largest gradient": largest, "largest difference": apart},
    {"largest gradient": ".3f", "largest difference": ".6f"},
)

# %% [markdown]
# This is the idea of automatic differentiation.
# The list is named after Wengert (1964), who let derivatives run along it forward; run in reverse, one walk serves all parameters.
# (Baydin et al. 2018 survey both ways.)
# A framework records behind your back, at every operation on one of its arrays.
# What it cannot find are good entries: that softmax and cross-entropy together have the gradient $p - y$, or a layer norm one of three terms, somebody has derived, as you did.

# %% [markdown]
# ## 14. What it costs
#
# How much more work is a backward than a forward?
# Count the multiplications of all linear maps.

# %% id="predict-cost"
predict("cost")

# %% id="reveal-cost"
batch = np.random.default_rng(0).integers(config.vocab_size, size=(2, 32, config.max_len))
with counting_linear_maps() as counted:
    logits, cache = language_model(batch[0], params, config)
    _, loss_cache = loss.cross_entropy(logits, batch[1])
    model.language_model_backward(loss.cross_entropy_backward(1.0, loss_cache), cache)
found = table({"way": list(counted), "multiplications": list(counted.values())})
reveal("cost", counted["backward"] / counted["forward"], found)

# %% [markdown]
# So a training step costs about three forwards.
# The memory is the other price.
# The backward walks through the caches in reverse order, so all of them must be kept until it comes by.
# They grow with the batch and with the length of the text; the attention weights even with its square (lesson 2, section 11).

# %% [markdown]
# ## Check what you know

# %% id="quiz-shapes"
quiz("shapes")

# %% id="quiz-nearly-zero"
quiz("nearly-zero")

# %% id="quiz-agree"
quiz("agree")

# %% id="quiz-in-place"
quiz("in-place")

# %% id="quiz-tape"
quiz("tape")

# %% [markdown]
# ## In real models
#
# - **The idea is old.**
#   Reverse accumulation of derivatives goes back to Linnainmaa (1970, 1976).
#   Rumelhart, Hinton and Williams (1986) made it the way in which networks learn.
# - **Nobody writes it by hand any more.**
#   A framework such as PyTorch keeps the tape of section 13 (Paszke et al. 2019).
#   Its entries are still written by people, and checked as you did: `torch.autograd.gradcheck` compares with central differences, and its documentation asks for double precision.
# - **Fused backwards are written by hand.**
#   FlashAttention (Dao et al. 2022) never stores the attention weights.
#   Its backward computes them again, tile by tile, from q, k and the sums of each row, and uses a trick that you can now follow: $\sum_j dw_{ij}\,w_{ij}$, the weighted mean of the softmax, equals $\sum_e dout_{ie}\,out_{ie}$, so that it needs no row of weights.
# - **Memory for time.**
#   Gradient checkpointing keeps only some of the caches and computes the others again when the backward comes by (Chen et al. 2016).
# - **Small numbers.**
#   In float16 many gradients would round to 0.
#   The loss is therefore multiplied by a large factor before the backward, and the gradients are divided by it afterwards (Micikevicius et al. 2018).
#   That works because a backward is linear in `dout`.
# - **Counting.**
#   The rule that a backward costs two forwards is how the price of large models is estimated: about 6 operations for each parameter and token, 2 forward and 4 backward (Kaplan et al. 2020, Sec. 2.1).

# %% id="flash-trick"
out, cache = attention.scaled_dot_product_attention(q, k, v, causal)
dout = rng.normal(size=out.shape)
by_weights = ((dout @ v.T) * cache.weights).sum(axis=-1)
table({"from the weights": by_weights, "without them": (dout * out).sum(axis=-1)})

# %% [markdown]
# **Next.**
# You have a gradient for every parameter.
# Lesson 8 takes steps with it, and the model that learns is made of the functions that you have written.

# %% [markdown]
# ## Sources
#
# - R. Wengert, *A simple automatic derivative evaluation program*, Communications of the ACM 7, 1964.
# - S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16, 1976.
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
#   Eq. 1, whose backward is section 9.
# - J. Ba, J. Kiros, G. Hinton, *Layer Normalization*, 2016, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450).
# - B. Zhang, R. Sennrich, *Root Mean Square Layer Normalization*, 2019, [arXiv:1910.07467](https://arxiv.org/abs/1910.07467).
# - D. Hendrycks, K. Gimpel, *Gaussian Error Linear Units*, 2016, [arXiv:1606.08415](https://arxiv.org/abs/1606.08415).
# - A. Veit, M. Wilber, S. Belongie, *Residual Networks Behave Like Ensembles of Relatively Shallow Networks*, 2016, [arXiv:1605.06431](https://arxiv.org/abs/1605.06431).
#   The paths of section 11.
# - K. He et al., *Identity Mappings in Deep Residual Networks*, 2016, [arXiv:1603.05027](https://arxiv.org/abs/1603.05027).
#   The product of section 11, and why the identity should stay clean.
# - R. Xiong et al., *On Layer Normalization in the Transformer Architecture*, 2020, [arXiv:2002.04745](https://arxiv.org/abs/2002.04745).
#   Gradients of pre-norm and post-norm.
# - A. Baydin et al., *Automatic Differentiation in Machine Learning: a Survey*, JMLR 18, 2018, [arXiv:1502.05767](https://arxiv.org/abs/1502.05767).
#   Section 3: both directions.
# - A. Paszke et al., *PyTorch: An Imperative Style, High-Performance Deep Learning Library*, 2019, [arXiv:1912.01703](https://arxiv.org/abs/1912.01703); the documentation of `torch.autograd.gradcheck`.
# - T. Dao et al., *FlashAttention*, 2022, [arXiv:2205.14135](https://arxiv.org/abs/2205.14135).
# - T. Chen et al., *Training Deep Nets with Sublinear Memory Cost*, 2016, [arXiv:1604.06174](https://arxiv.org/abs/1604.06174).
# - P. Micikevicius et al., *Mixed Precision Training*, 2018, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361).
# - E. A. Poe, *The Raven*, 1845.
#   The file `data/README.md` names the edition.
