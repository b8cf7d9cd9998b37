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
# Lesson 6 ended with one number, the loss, and with its gradient at the logits: $p - y$. Behind the logits stand all the parameters of the model, and about each of them we want to know the same thing: if it were a little larger, would the loss be larger or smaller, and by how much? This lesson carries the answer from the logits back to every one of them. No library does it for you. Each step is derived with a pencil, written in NumPy, and checked against a measurement.
#
# - **You will build** the backward of every part: linear, embedding, relu, gelu, softmax, cross-entropy, layer norm, attention with one head and with many, feed-forward, residual, a whole block, a whole stack. And the two tools that keep them honest: a numerical gradient, and a gradient check that you will try to break.
# - **You need** lessons 2, 3, 4 and 6, whose forwards are taken apart here. The derivative of $e^x$, the product and the quotient rule, the chain rule for numbers.
# - **Time** between four and five hours, in three sittings: sections 1 to 6, 7 to 9, and 10 to 13. Section 11 can be left for later.
# - **Cost** runs in 8 seconds, 200 MB of memory
#
# Fifteen cells are yours, each followed by its check, as before. `hint("linear_backward")` helps, one step at a time, and `solution("linear_backward")` shows the end. Until an answer is right, the lesson goes on with the course's own. What you write here becomes part of your own model. In lesson 8 it trains.

# %% id="setup"
import math

import numpy as np

from classroom import check, hint, parsons, predict, quiz, reveal, solution, using
from classroom.lesson_07 import (
    break_the_checker,
    explore_graph,
    explore_jacobian,
    explore_step_size,
)
from classroom.plots import attention_heatmap, bars, heatmap, show
from course_lib import attention, blocks, layers, loss, model
from course_lib.attention import merge_heads, split_heads
from course_lib.layers import dropout_backward
from course_lib.model import add_tied, embed_backward, language_model, unembed_backward
from course_lib.params import TransformerConfig, flatten, init_params, unflatten
from course_lib.tasks import load_trained
from course_lib.training.objective import IGNORED

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. One path, two paths
#
# Begin with numbers. A value $x$ goes two ways: straight on, and through a weight and a relu. The two meet again in a sum, and a loss measures how far the sum is from 1:
#
# $$u = w x, \qquad r = \mathrm{relu}(u), \qquad s = x + r, \qquad L = \tfrac12 (s - 1)^2 .$$
#
# Take $x = 2$ and $w = 0.5$. Forward: $u = 1$, $r = 1$, $s = 3$, $L = 2$. Now the question of this lesson: what is $\partial L / \partial x$?
#
# Walk back, one step at a time. At each step we know how the loss answers to the *result* of the step, and ask how it answers to what went *into* it. The chain rule says: multiply by the slope of the step.
#
# 1. $L = \tfrac12 (s-1)^2$ has the slope $s - 1 = 2$. So $\partial L/\partial s = 2$.
# 2. $s = x + r$ has the slope 1 in $r$. So $\partial L/\partial r = 2$.
# 3. $r = \mathrm{relu}(u)$ has the slope 1, because $u > 0$. So $\partial L/\partial u = 2$.
# 4. $u = w x$ has the slope $x = 2$ in $w$. So $\partial L/\partial w = 2 \cdot 2 = 4$.

# %% id="predict-two-paths" jupyter={"source_hidden": true}
predict("two-paths", "And $\\partial L / \\partial x$, at $x = 2$ and $w = 0.5$?", number=True)

# %% id="by-hand" jupyter={"outputs_hidden": true}
x, w = 2.0, 0.5
u = w * x
r = max(u, 0.0)
s = x + r
L = (s - 1) ** 2 / 2

ds = s - 1  # the same lines in reverse, each with its slope
dr = ds
du = dr * (u > 0)
dw = du * x
dx = ds + du * w  # x was used twice
print(f"ds = {ds}   dr = {dr}   du = {du}   dw = {dw}   dx = {dx}")

# %% id="reveal-two-paths"
reveal(
    "two-paths",
    dx,
    "Through $u$ comes $2 \\cdot w = 1$, and straight from the sum comes $2$. "
    "If $x$ grows a little, $s$ grows on both ways, and the two effects add up.",
)

# %% [markdown]
# Two rules are all there is:
#
# - **Along a path, slopes multiply.**
# - **Where a value was used more than once, what comes back is added.**
#
# A word on names. We write `ds` for $\partial L/\partial s$, the gradient of the loss with respect to `s`. The gradient that arrives from above is called the **upstream gradient**, `dout`.
#
# Why walk backward, and not forward from $x$? Forward, one walk answers for one parameter. Backward, one walk answers for all: `ds`, `dr` and `du` were computed once and served both $w$ and $x$. A model with 50,000 parameters needs one walk in place of 50,000.
#
# Move $x$ and $w$. Find a place where the branch hands nothing back and $w$ cannot learn. What does $x$ receive there?

# %% id="explore-graph"
explore_graph()

# %% [markdown]
# (Wherever $w x$ is negative. The relu is closed, so nothing comes back through the branch, but the direct path still hands over all of $\partial L/\partial s$. Remember it for section 11.)
#
# ## 2. A gradient that can be measured
#
# Before we derive anything we want a judge. A slope can be *measured*: move one number a little up and a little down, and see how far the loss moves.
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# $e_i$ is 1 at place $i$ and 0 elsewhere. Two runs of $f$ for each number: far too slow to train with, but just right to check with.
#
# ### Exercise: `numerical_gradient`
#
# `numerical_gradient(f, x, step=1e-5)` measures the gradient of a function at `x`.
#
# - `f`: takes an array like `x` and returns a number; `x`: a float64 array of any shape; `step`: the $h$ above.
# - Returns an array of the shape of `x`: the slope in each coordinate, by the central difference. `x` itself is the same afterwards as before.
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
# How long should the step be? Two errors pull in opposite directions. The curve bends: the central difference is off by about $h^2 f'''/6$. And a computer rounds: float64 keeps 16 digits, so the difference of two nearly equal values is off by about $10^{-16}$, and dividing by $2h$ makes it $10^{-16}/h$.

# %% id="predict-step" jupyter={"source_hidden": true}
predict(
    "step",
    "We measure slopes of gelu in float64, with the central difference. Which step is the best?",
    options=["1e-2", "1e-5", "1e-8", "1e-12"],
)

# %% id="reveal-step" jupyter={"outputs_hidden": true}
at = np.linspace(-2, 2, 101)
exact = layers.gelu_backward(np.ones_like(at), layers.gelu(at)[1])
errors = {}
for step in [1e-2, 1e-5, 1e-8, 1e-12]:
    measured = numerical_gradient(lambda z: layers.gelu(z)[0].sum(), at, step)
    errors[step] = np.linalg.norm(measured - exact) / np.linalg.norm(exact)
    print(f"step {step:.0e}: at least {math.floor(-math.log10(errors[step]))} digits are right")
reveal(
    "step",
    f"{min(errors, key=errors.get):.0e}".replace("-0", "-"),
    "The two errors meet near the cube root of $10^{-16}$.",
)

# %% [markdown]
# In the explorer the same for every step. The slider begins with a one-sided difference, $(f(x+h) - f(x))/h$, which many people write first. What is the best that it can reach, and what does the central one reach? Then choose float32. Is there any step at which a check could ask for 5 digits?

# %% id="explore-step-size"
explore_step_size()

# %% [markdown]
# (One-sided it reaches about half of the 16 digits, the central difference about two thirds. In float32 there is hardly a step for 5 digits. That is why gradients are checked in float64, whatever a model trains in.)
#
# ### From numbers to arrays
#
# The loss is a number, but the result of a layer is an array. The gradient of the loss with respect to an array `z` is an array `dz` of the same shape: entry by entry, how the loss answers to that entry. Every layer of this course then keeps one rule:
#
# ```python
# out, cache = name(x, ...)            # forward: the result, and what the backward will need
# dx = name_backward(dout, cache)      # backward: from the gradient of out to that of x
# ```
#
# On paper the step from `dout` to `dx` is a product with the **Jacobian**, the table of all slopes of all outputs in all inputs. In code it is never built, and the next cell shows why.

# %% id="jacobian-size"
B, T, d_model = 32, 128, 64
size = B * T * d_model
print(f"one array of {B} x {T} x {d_model}: {size:,} numbers")
print(f"its Jacobian: {size**2:,} numbers, {size**2 * 8 / 1e9:,.0f} GB in float64")

# %% [markdown]
# So each backward must find a shorter way to the same product. To find it, we go the same three steps every time:
#
# 1. write the forward for *one entry*, with indices;
# 2. ask through which outputs one input reaches the loss, and add up: $\;dx_i = \sum_j dout_j \,\dfrac{\partial out_j}{\partial x_i}$;
# 3. read the sum as an operation on whole arrays.
#
# To measure such a backward, we need a number. Weigh the outputs with any array `dout` and add up: $f(x) = \sum_j dout_j\, out_j(x)$. Its gradient is exactly the sum in step 2.
#
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
# The shapes nearly dictate it: `dW` must be `(d_in, d_out)`, and there is one way to get that from `x` and `dout`. What the shapes do not tell is the sum. A row may be any token of any sequence: all axes in front count as $n$.
#
# ### Exercise: `linear_backward`
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
    """Return (dx, dW, db) of out = x @ W + b; db is None where there was no b."""
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
# Is it right? Here is the judge at work: one random `dout`, one number $f$, and the measured gradient beside the derived one.

# %% id="judge"
rng = np.random.default_rng(0)
x, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 4)), rng.normal(size=4)
out, cache = layers.linear(x, W, b)
dout = rng.normal(size=out.shape)

dx, dW, db = linear_backward(dout, cache)
measured = numerical_gradient(lambda W: np.sum(dout * layers.linear(x, W, b)[0]), W)
print("dW derived \n", dW, "\ndW measured\n", measured)

# %% [markdown]
# ### The embedding
#
# Lesson 1 showed that looking up rows is a linear map of one-hot rows: `one_hot(ids) @ W`. So its `dW` is `one_hot.T @ dout`, and that says in words: *row $v$ of `dW` adds up `dout` wherever token $v$ stood.* There is no `dx`: an id cannot be a little larger.
#
# ### Exercise: `embedding_backward`
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
    """Return dW: row v adds up dout wherever id v stood."""
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
# For relu the slope is 1 where $x > 0$ and 0 where $x < 0$. (At 0 itself there is none; any value between will do.)
#
# ### Exercise: `relu_backward`
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
    """Return dx: dout where x was positive, 0 elsewhere."""
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
# - The tanh form: $\Phi(x) \approx \tfrac12 (1 + \tanh u)$ with $u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)$. The slope of $\tanh u$ is $1 - \tanh^2 u$, and with $\tanh u = 2\Phi - 1$ that is $4\,\Phi\,(1-\Phi)$. So $\Phi' = 2\,\Phi\,(1 - \Phi)\,u'$ with $u' = \sqrt{2/\pi}\,(1 + 3 \cdot 0.044715\,x^2)$.
#
# The cache already holds $\Phi$.
#
# ### Exercise: `gelu_backward`
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
    """Return dx = dout (Phi + x Phi'), with the Phi of the forward."""
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
# Lesson 3 drew both slopes. They decide what comes back: a relu that is closed for every input gets nothing, so the weights before it never move to open it; lesson 3 called it dead. gelu still hands something back at moderate negative values.
#
# ## 5. Softmax: everything moves everything
#
# In a softmax one score moves all weights of its row: they share one sum. Derive it. The lines are all below; two do not belong. (One pair of lines may stand in either order.)

# %% id="parsons-softmax" jupyter={"source_hidden": true}
parsons(
    "softmax",
    "One row: scores $s_1, s_2, \\dots$, weights $w_i = e^{s_i} / Z$. Given $dw_i = \\partial L/\\partial w_i$, find $ds_j$.",
    [
        r"All weights share one sum: $w_i = e^{s_i}/Z$ with $Z = \sum_k e^{s_k}$, so $\partial Z/\partial s_j = e^{s_j}$.",
        r"A weight and its own score, by the quotient rule: $\dfrac{\partial w_j}{\partial s_j} = \dfrac{e^{s_j} Z - e^{s_j} e^{s_j}}{Z^2} = w_j (1 - w_j)$.",
        r"A weight and another score, $i \ne j$; only the denominator moves: $\dfrac{\partial w_i}{\partial s_j} = -\dfrac{e^{s_i} e^{s_j}}{Z^2} = -w_i w_j$.",
        r"Both in one, with $\delta_{ij} = 1$ if $i = j$ and 0 otherwise: $\partial w_i/\partial s_j = w_i (\delta_{ij} - w_j)$.",
        r"A score reaches the loss through every weight: $ds_j = \sum_i dw_i\, w_i (\delta_{ij} - w_j)$.",
        r"The $\delta$ picks one term; in the others $w_j$ comes out of the sum: $ds_j = w_j \big(dw_j - \sum_i dw_i\, w_i\big)$.",
    ],
    distractors=[
        (
            r"A score reaches the loss through its own weight: $ds_j = dw_j\, w_j (1 - w_j)$.",
            "It reaches the loss through all weights of its row, because all of them change with $Z$.",
        ),
        (
            r"A weight and another score, $i \ne j$, are independent: $\partial w_i/\partial s_j = 0$.",
            "The score $s_j$ stands in the denominator of every weight.",
        ),
    ],
    any_order=[(1, 2)],
)

# %% [markdown]
# In arrays, with `out` for the weights and `dout` for their gradients, the last line is
#
# $$dx = out \odot \Big(dout - \sum dout \odot out\Big),$$
#
# where the sum runs along the axis of the softmax and $\odot$ multiplies entry by entry. Read it: from each `dout` subtract the *weighted mean* of the row, then multiply by the weight. Where the loss rises faster with a weight than on the mean of the row, its score gets a positive gradient; where it rises more slowly, a negative one; and the score of a weight of 0 gets nothing.
#
# In the explorer are the words of lesson 2, scored by the letters that they share with *rapping*. The heatmap is the Jacobian. The frame marks the score that is raised, and the numbers in it sum to 0. Lower the temperature until *tapping* has nearly all the weight. What happens to the slopes, and what does it mean for learning?

# %% id="explore-jacobian"
others = ["tapping", "fearing", "nothing", "chamber", "door"]
shared = [sum(min(w.count(c), "rapping".count(c)) for c in set(w)) for w in others]
explore_jacobian(shared, others)

# %% [markdown]
# (They all fade to 0. The softmax is saturated, as in section 5 of lesson 2: what is wanted of the weights no longer reaches the scores. And at a very high temperature? The weights could move, but the scores are divided by so much that again hardly anything gets through.)
#
# ### Exercise: `softmax_backward`
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
    """Return dx = out (dout - sum(dout out)), the sum along the axis of the softmax."""
    out, axis = cache
    ### BEGIN SOLUTION
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% id="check-softmax-backward"
softmax_backward = check(softmax_backward)

# %% [markdown]
# Before we go on, one question about this function. The answer decides what a gradient check is worth.

# %% id="predict-ones" jupyter={"source_hidden": true}
predict(
    "ones",
    "`dout` is 1 everywhere. What does `softmax_backward` return?",
    options=["ones", "the weights", "w (1 − w)", "zeros"],
)

# %% id="reveal-ones" jupyter={"outputs_hidden": true}
weights, cache = layers.softmax(rng.normal(size=(2, 5)))
dx = softmax_backward(np.ones_like(weights), cache)
print("largest entry of dx below 1e-15:", np.abs(dx).max() < 1e-15)
reveal(
    "ones",
    "zeros" if np.abs(dx).max() < 1e-15 else "the weights",
    "With ones, $f = \\sum_j out_j$, and the weights sum to 1 whatever the scores are. "
    "A constant has the gradient 0.",
)

# %% [markdown]
# ## 6. Break the checker
#
# So whoever checks a softmax with `dout = 1` would also accept a backward that returns zeros. A check that passes is evidence only if it would have failed for a wrong answer. Here is a gradient check as it is often written. It looks reasonable.


# %% id="weak-check"
def weak_check(forward, backward, args):
    """Compare a backward with measured gradients. Looks reasonable, and is not."""
    out, cache = forward(*args)
    grads = backward(np.ones(np.shape(out)), cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    for i, grad in zip(range(len(args)), grads):  # noqa: B905

        def total(z, i=i):
            return np.sum(forward(*args[:i], z, *args[i + 1 :])[0])

        if np.abs(grad - numerical_gradient(total, args[i])).max() > 0.01:
            return False
    return True


# %% [markdown]
# `break_the_checker` tries it on 15 wrong backwards and 5 right ones. The wrong ones are mistakes that people make: a forgotten term, a wrong sign, a missing scale, an entry left out, a gradient that is missing, `nan`.

# %% id="predict-weak" jupyter={"source_hidden": true}
predict(
    "weak",
    "How many of the 15 wrong gradients does `weak_check` catch?",
    number=True,
)

# %% id="reveal-weak" jupyter={"outputs_hidden": true}
score = break_the_checker(weak_check)
print(score, "\n")
reveal("weak", int(score.split()[0]), "The list above says which ones slip through.")

# %% [markdown]
# Go through the list and find the reason for each. There are five weaknesses in these few lines:
#
# - ones as the upstream gradient,
# - a tolerance that does not ask how large the gradient itself is,
# - `zip`, which stops at the end of the shorter of the two and compares nothing if one of them is empty,
# - broadcasting, which makes a wrong shape fit,
# - a comparison that `nan` passes, because `nan > 0.01` is `False`.
#
# Now write one that has none of them. And mind the other side: it must not turn down a right gradient, not even where the numbers are tiny, huge or 0 but for rounding.
#
# ### Exercise: `gradient_check`
#
# `gradient_check(forward, backward, args)` says whether a backward is the derivative of its forward.
#
# - `forward(*args)` returns `(out, cache)`; `out` is an array or a single number.
# - `backward(dout, cache)` should return a tuple with one gradient for each of `args`; if there is only one it comes bare, without a tuple.
# - `args`: a tuple of float64 arrays.
# - Returns `True` if every gradient has the shape of its argument and the right value in every entry, otherwise `False`. It does not change `args`.
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
# From here on this function judges everything. First what we have:

# %% id="judge-so-far"
scores = rng.normal(size=(3, 5))
for name, forward, backward, args in [
    ("linear", layers.linear, linear_backward, (x, W, b)),
    ("relu", layers.relu, relu_backward, (scores,)),
    ("gelu", layers.gelu, gelu_backward, (scores,)),
    ("softmax", layers.softmax, softmax_backward, (scores,)),
]:
    print(f"{name:<8}", gradient_check(forward, backward, args))

# %% [markdown]
# What it cannot see: whether the *forward* is right. A forward with the wrong scale and a backward with the same wrong scale agree perfectly. That is why the forwards of lessons 2 to 6 were held to numbers worked by hand.
#
# ## 7. Cross-entropy
#
# Lesson 6 found the most pleasant gradient of all. At one position, with the logits $z$ and the target $c$, the loss is $-\log p_c$ with $p = \mathrm{softmax}(z)$, and with the one-hot row $y$ of the target
#
# $$\frac{\partial L}{\partial z_j} = p_j - y_j .$$
#
# The step from there to a batch is bookkeeping, and most mistakes are made in bookkeeping:
#
# - The loss is the *mean* over the $N$ positions that count: each has the share $1/N$.
# - Positions whose target is padding have no share. Their gradient is 0, and they do not count in $N$.
# - With label smoothing $\varepsilon$ the wanted distribution is $\varepsilon / V$ on each of $V$ tokens and $1 - \varepsilon$ more on the target.
# - All of it times `dloss`, the upstream gradient of the loss itself: 1 when training.
#
# ### Exercise: `cross_entropy_backward`
#
# `cross_entropy_backward(dloss, cache)` is the backward of `cross_entropy`.
#
# - `dloss`: a number; `cache`: the tuple `(log_p, targets, counted, label_smoothing, shape)`. `log_p` is `(rows, vocab_size)`: the log-probabilities of all positions below each other, padding included. `targets` is `(rows,)`, and so is `counted`, `True` where a position counts. `shape` is that of the logits.
# - Returns `dlogits` of that shape.
#
# Worked by hand: the logits $(\ln 1, \ln 1, \ln 2)$ have $p = (\tfrac14, \tfrac14, \tfrac12)$. With the last token as target, `dlogits` is $(0.25,\ 0.25,\ -0.5)$. If three such positions count, each gets a third of that.


# %% id="ex-cross-entropy-backward" tags=["exercise"]
def cross_entropy_backward(dloss, cache):
    """Return dlogits = dloss (p - wanted) / N at each counted position, 0 at padding."""
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


def surprise(logits):
    """Cross-entropy of some logits, with padding and smoothing."""
    return loss.cross_entropy(logits, targets, ignore_id=0, label_smoothing=0.1)


logits = rng.normal(size=(2, 3, 5))
dlogits = cross_entropy_backward(1.0, surprise(logits)[1])
print("right:", gradient_check(surprise, cross_entropy_backward, (logits,)))
print("each row sums to 0:", np.allclose(dlogits.sum(axis=-1), 0))
print("rows of padding are 0:", not dlogits[targets == 0].any())

# %% [markdown]
# ## 8. Layer norm: three paths
#
# One vector $x$ of $n = d_{\text{model}}$ features (lesson 3 wrote $d$, which here stands for a gradient) becomes $z_i = (x_i - \mu)/\sigma$, where $\sigma^2$ includes the $\varepsilon$ that lesson 3 wrote beside it, and then $out_i = \gamma_i z_i + \beta_i$. The last step is easy: as in the linear map, $\gamma$ and $\beta$ serve every vector, so
#
# $$d\beta_i = \sum dout_i, \qquad d\gamma_i = \sum dout_i\, z_i, \qquad d_i := dz_i = dout_i\,\gamma_i,$$
#
# with sums over all vectors. Now from $z$ to $x$. A feature $x_j$ reaches every $z_i$ on three paths: directly (if $i = j$), through the mean, and through the standard deviation.
#
# - $\mu = \frac1n \sum_k x_k$, so $\partial\mu/\partial x_j = \frac1n$.
# - $\sigma^2 = \frac1n \sum_k (x_k - \mu)^2 + \varepsilon$, so $2\sigma\,\partial\sigma/\partial x_j = \frac2n (x_j - \mu)$, and $\partial\sigma/\partial x_j = \frac1n z_j$. (The mean moves too, but $\sum_k (x_k - \mu) = 0$ makes that vanish.)
#
# The quotient rule on $z_i = (x_i - \mu)/\sigma$:
#
# $$\frac{\partial z_i}{\partial x_j} = \frac{\delta_{ij} - \frac1n}{\sigma} - \frac{x_i - \mu}{\sigma^2}\cdot\frac{z_j}{n} = \frac1\sigma\Big(\delta_{ij} - \frac1n - \frac{z_i z_j}{n}\Big).$$
#
# Sum over all $i$ through which $x_j$ reaches the loss, $dx_j = \sum_i d_i\, \partial z_i/\partial x_j$:
#
# $$dx_j = \frac1\sigma\Big(\underbrace{d_j}_{\text{direct}} - \underbrace{\mathrm{mean}(d)}_{\text{through } \mu} - \underbrace{z_j\,\mathrm{mean}(d \odot z)}_{\text{through } \sigma}\Big).$$
#
# The two terms that are taken away have a meaning. To add a constant to a vector changes nothing after the norm, and to stretch it changes (nearly) nothing. So the loss cannot depend on these two directions, and the gradient has no part in them.
#
# ### Exercise: `layer_norm_backward`
#
# `layer_norm_backward(dout, cache)` is the backward of `layer_norm`. The frame is given, with four blanks; replace each `...`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(normalized, inverse_std, gamma)`, which are $z$ `(..., d_model)`, $1/\sigma$ `(..., 1)` and $\gamma$ `(d_model,)`.
# - Returns `(dx, dgamma, dbeta)`.
#
# Worked by hand: $z = (-\sqrt2, 0, 0, \sqrt2)$, $1/\sigma = 2$, $\gamma = 1$, and $dout = (1, 0, 0, 0)$. The mean of $d$ is $\tfrac14$, the mean of $d \odot z$ is $-\tfrac{\sqrt2}{4}$. So $dx_1 = 2\,(1 - \tfrac14 - \sqrt2 \cdot \tfrac{\sqrt2}{4}) = \tfrac12$, and altogether $dx = (0.5, -0.5, -0.5, 0.5)$.


# %% id="ex-layer-norm-backward" tags=["exercise", "faded"]
def layer_norm_backward(dout, cache):
    """Return (dx, dgamma, dbeta). The two means are the paths through mean and deviation."""
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
print("right:", gradient_check(layers.layer_norm, layer_norm_backward, (x_norm, gamma, beta)))

out, cache = layers.layer_norm(x_norm, gamma, beta)
dx, _, _ = layer_norm_backward(rng.normal(size=out.shape), cache)
along_ones, along_z = dx.sum(axis=-1), (dx * cache[0]).sum(axis=-1)
print("no part along a constant:    ", np.abs(along_ones).max() < 1e-12)
print("nearly no part along z itself:", np.abs(along_z).max() < 1e-3)

# %% [markdown]
# (Only nearly, because of the $\varepsilon$ under the root: a norm with $\varepsilon$ does notice a little of the stretching.)
#
# ## 9. Attention
#
# Scaled dot-product attention is three steps, two of them products of matrices. We write $s$, $w$ for scores and weights, as in section 5.
#
# $$s = \frac{q k^\top}{\sqrt{d_k}}, \qquad w = \mathrm{softmax}(s), \qquad out = w v .$$
#
# One fact about products serves for both. In $out = w v$ entry $out_{ie} = \sum_j w_{ij} v_{je}$. So $w_{ij}$ reaches all $out_{ie}$ of its row $i$, with the slope $v_{je}$; and $v_{je}$ reaches all $out_{ie}$ of its column $e$, with the slope $w_{ij}$:
#
# $$dw_{ij} = \sum_e dout_{ie} v_{je} \;\Rightarrow\; dw = dout\,v^\top, \qquad\qquad dv_{je} = \sum_i w_{ij}\, dout_{ie} \;\Rightarrow\; dv = w^\top dout .$$
#
# In words: key $j$ gave query $i$ the share $w_{ij}$ of its value, and gets the same share of $i$'s gradient back. Put the whole backward into order. Two lines do not belong. (The lines that belong to one product may change places.)

# %% id="parsons-attention" jupyter={"source_hidden": true}
parsons(
    "attention",
    "Given $dout$, find $dq$, $dk$ and $dv$.",
    [
        r"The values: $dv = w^\top dout$.",
        r"The weights: $dw = dout\, v^\top$.",
        r"Back through the softmax, row by row: $ds = w \odot \big(dw - \mathrm{rowsum}(dw \odot w)\big)$.",
        r"The queries, each from the keys it was compared with: $dq = ds\, k / \sqrt{d_k}$.",
        r"The keys, each from the queries that asked: $dk = ds^\top q / \sqrt{d_k}$.",
    ],
    distractors=[
        (
            r"Back through the softmax, row by row: $ds = w \odot dw$.",
            "The second term of the softmax is missing: all weights of a row share one sum.",
        ),
        (
            r"The keys, each from the queries that asked: $dk = ds\, q / \sqrt{d_k}$.",
            "The shapes do not fit: $ds$ is $(T_q, T_k)$ and $q$ is $(T_q, d_k)$. Key $j$ sums down column $j$ of $ds$.",
        ),
    ],
    any_order=[(0, 1), (3, 4)],
)

# %% [markdown]
# And the mask? A masked score had the weight 0, and the factor $w$ in front makes its gradient 0. Nothing needs to be done.
#
# ### Exercise: `scaled_dot_product_attention_backward`
#
# `scaled_dot_product_attention_backward(dout, cache)` is the backward of scaled dot-product attention.
#
# - `dout`: `(..., T_q, d_v)`; `cache`: the named tuple `AttentionCache(q, k, v, weights, softmax)`; `cache.softmax` is what `softmax_backward` wants as its cache.
# - Returns `(dq, dk, dv)`. The dots stand for any axes in front; `swapaxes(-1, -2)` transposes the last two.
#
# Worked by hand: one query $(0,0,0,0)$, the keys $(2,0,0,0)$ and $(0,2,0,0)$, the values $4$ and $0$. Both scores are 0, so both weights are $\tfrac12$. With $dout = 1$: $dv = (\tfrac12, \tfrac12)$, $dw = (4, 0)$, its weighted mean is 2, $ds = (1, -1)$, and $dq = \big(1\cdot(2,0,0,0) - 1\cdot(0,2,0,0)\big)/2 = (1, -1, 0, 0)$. A query closer to the first key, whose value is larger, would raise $out$. $dk = 0$, because the query is 0.


# %% id="ex-scaled-dot-product-attention-backward" tags=["exercise"]
def scaled_dot_product_attention_backward(dout, cache):
    """Return (dq, dk, dv) of softmax(q k^T / sqrt(d_k)) v."""
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


print("right:", gradient_check(attend, scaled_dot_product_attention_backward, (q, k, v)))

# %% [markdown]
# ### Many heads
#
# Multi-head attention adds four linear maps and some moving of axes. The linear maps have their backward. And moving numbers to other places has the simplest backward of all: move them back. So the backward of `merge_heads` is `split_heads`, and the other way round.
#
# One new thought: `memory` was used twice, for keys and for values. By the second rule of section 1, what comes back on the two ways is added.
#
# ### Exercise: `multi_head_attention_backward`
#
# `multi_head_attention_backward(dout, cache)` is the backward of multi-head attention.
#
# - `dout`: `(B, T_q, d_model)`; `cache`: the named tuple `MultiHeadCache(query, key, value, attention, output)`: the caches of the projections with `W_Q`, `W_K`, `W_V`, of the attention, and of the projection with `W_O`. The number of heads is `cache.weights.shape[1]`.
# - Returns `(dx, dmemory, dparams)`: `dx` as `x`, `dmemory` as `memory`, and `dparams` a dict with the same keys as the forward's `params`: `W_Q`, `W_K`, `W_V`, `W_O`, and `b_Q`, `b_K`, `b_V`, `b_O` if there were biases (`linear_backward` returns `None` where there was none).
#
# Something to check by thought: whatever the input, `dparams["b_K"]` comes out as 0. Lesson 2 said why: the same vector added to every key changes nothing.


# %% id="ex-multi-head-attention-backward" tags=["exercise"]
def multi_head_attention_backward(dout, cache):
    """Return (dx, dmemory, dparams)."""
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
# The course's model of *The Raven*, a single block with four heads, reads 12 characters and gives a probability for the next one at each position. We let it read *bleak Decemb*, and send the gradient of its loss back to the scores of the attention. `dscores[i, j]` says: if query $i$ listened a little more to key $j$, would the loss rise (red) or fall (blue)?

# %% id="raven"
task, params = load_trained("raven")
config, text = task.config, "bleak December"[:13]
ids = task.vocabulary.encode(text)

logits, (stack_cache, output_cache) = language_model(ids[None, :-1], params, config)
mean_loss, loss_cache = loss.cross_entropy(logits, ids[None, 1:])
p_right = np.exp(loss_cache[0])[np.arange(12), ids[1:]]
print(f"loss {mean_loss:.3f} nats.  Read, wanted next, probability given to it:")
print("  ".join(f"{a}→{b} {p:.2f}" for a, b, p in zip(text[:-1], text[1:], p_right, strict=True)))

# %% id="predict-rows" jupyter={"source_hidden": true}
predict(
    "rows",
    "Which row of `dscores` will be strongest: which query asks most loudly to listen elsewhere?",
    options=["b", "e (the first)", "k", "D"],
)

# %% id="raven-dscores" jupyter={"outputs_hidden": true}
dx, _, _ = linear_backward(cross_entropy_backward(1.0, loss_cache), output_cache)
dx, _, _ = layer_norm_backward(dx, stack_cache.norm)
block = stack_cache.blocks[0]
dx = blocks.residual_backward(dx, block.feed_forward, blocks.feed_forward_backward)[0]
heads = block.attention.sublayer
dmerged, _, _ = linear_backward(dx, heads.output)
dweights = split_heads(dmerged, config.n_heads) @ heads.attention.v.swapaxes(-1, -2)
dscores = softmax_backward(dweights, heads.attention.softmax)[0]

head, row, _ = np.unravel_index(np.abs(dscores).argmax(), dscores.shape)
characters = list(text[:-1])
show(
    attention_heatmap(
        heads.weights[0, head],
        characters,
        title=f"Head {head + 1}: where each character looks",
        mask=attention.causal_mask(12),
        width=6.2,
    )
)
show(
    heatmap(
        dscores[head],
        characters,
        characters,
        title=f"The gradient of the same scores is largest at '{text[row]}', which gave its next character only {p_right[row]:.2f}",
        x_label="key (column)",
        y_label="query (row)",
        label="dscores",
        diverging=True,
        values=False,
        mask=attention.causal_mask(12),
        width=6.2,
    )
)

# %% id="reveal-rows"
loudest = np.abs(dscores).sum(axis=(0, 2))
reveal(
    "rows",
    {0: "b", 2: "e (the first)"}.get(int(loudest.argmax()), "k"),
    f"After *ble* the model expected another word and gave the *a* only {p_right[2]:.2f}. "
    f"(The *l* after *b* surprised it as well, {p_right[0]:.2f}. But the first query has one key "
    "only: its weight is 1 whatever the score is, so its row is 0.)",
)

# %% id="rows-sum"
print("every row sums to 0:", np.allclose(dscores.sum(axis=-1), 0))
weights = heads.weights[0]
faint = (weights < 0.01) & attention.causal_mask(12)
print(f"largest |dscores| where a key has less than 0.01: {np.abs(dscores[faint]).max():.4f}")
print(f"largest |dscores| of all:                         {np.abs(dscores).max():.4f}")

# %% [markdown]
# Three things can be read off, and all three were in the formula. The gradient is where the surprise was: rows that predicted well hardly ask for anything. Each row sums to 0: to listen more to one key is to listen less to others. And a key with almost no weight gets almost no gradient: what a head does not look at, it can hardly learn to look at.
#
# ## 10. Feed-forward and residual
#
# The feed-forward is linear, nonlinearity, linear. You have all three.
#
# ### Exercise: `feed_forward_backward`
#
# `feed_forward_backward(dout, cache)` is the backward of `feed_forward`.
#
# - `dout`: `(..., d_model)`; `cache`: the tuple `(first_cache, nonlinearity_cache, second_cache, activation)`: the caches of the first linear map, of the nonlinearity, of the second linear map; `activation` is `"relu"`, or `"gelu"` or `"gelu_exact"`, both of which `gelu_backward` understands.
# - Returns `(dx, dparams)` with `dparams` a dict of `W_1`, `b_1`, `W_2`, `b_2`.
#
# Worked by hand: one feature, one hidden unit, all weights 1 and biases 0, relu, $x = 3$, $dout = 5$. Then $dW_2 = 3 \cdot 5 = 15$ and $db_2 = 5$; the relu is open; $dW_1 = 15$, $db_1 = 5$, $dx = 5$. With $x = -3$ the relu is closed: all are 0 except $db_2 = 5$.


# %% id="ex-feed-forward-backward" tags=["exercise"]
def feed_forward_backward(dout, cache):
    """Return (dx, dparams) of linear, nonlinearity, linear."""
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
# The residual is section 1 once more: $out = x + \mathrm{sublayer}(x)$. `x` was used twice, so
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
#
# ### Exercise: `residual_backward`
#
# `residual_backward(dout, cache, sublayer_backward)` is the backward of `residual`.
#
# - `dout`: as `x`; `cache`: the named tuple `ResidualCache(norm, sublayer, dropout, kind)`; `sublayer_backward(dout, cache.sublayer)` returns `(dx, *rest)`: the gradient of its input, then whatever else, such as the gradients of its parameters.
# - Returns `(dx, dnorm, *rest)`: `dnorm` is `{"gamma": ..., "beta": ...}`, or `{}` if there was no norm. `dropout_backward(dout, cache.dropout)` is given to you.
#
# Worked by hand: no norm, no dropout, a sublayer that triples. $out = x + 3x$, so $dout = (1, -2)$ comes back as $(1, -2) + (3, -6) = (4, -8)$.


# %% id="ex-residual-backward" tags=["exercise"]
def residual_backward(dout, cache, sublayer_backward):
    """Return (dx, dnorm, *rest), where sublayer_backward(dout, cache) returns (dx, *rest)."""
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
# (Nothing after this section needs it. If time is short, go on with section 12 and come back.)
#
# Lesson 3 measured that the gradient fades in a deep stack whose layers replace the rows, and that it cannot vanish where they add to them. The backward says why. Let $J_l$ be what `sublayer_backward` does, norm included. One residual multiplies the gradient by $1 + J_l$, and $N$ of them by
#
# $$(1 + J_1)(1 + J_2) \cdots (1 + J_N) = 1 + \sum_l J_l + \sum_{l < m} J_l J_m + \dots + J_1 J_2 \cdots J_N .$$
#
# Multiplied out, that is $2^N$ paths: at each sublayer the gradient takes the identity or the branch. One path, the 1, takes the identity everywhere and arrives untouched, however deep the stack. Without residuals only the last path exists, through all $N$ branches one after the other.
#
# How much of the gradient arrives on which paths? A backward is linear in `dout`: the gradient of a sum is the sum of the gradients. So we can send the parts separately. Keep one array for each number of branches passed so far; at every sublayer each part goes on as it is, and what its branch returns joins the part with one branch more. The share of a part is how far it reaches in the direction of the whole gradient: the shares sum to 1, and a part that points against the whole counts as negative.


# %% id="by-length"
def self_attention_backward(dout, cache):
    """Self-attention: x asked and was asked, so both gradients add up."""
    dx, dmemory, dparams = multi_head_attention_backward(dout, cache)
    return dx + dmemory, dparams


def by_branches(dtop, stack_cache):
    """Split the gradient below a pre-norm stack: part k has passed exactly k branches."""
    parts = [dtop]
    for block in reversed(stack_cache.blocks):
        for cache, back in [
            (block.feed_forward, feed_forward_backward),
            (block.attention, self_attention_backward),
        ]:
            branches = [residual_backward(part, cache, back)[0] - part for part in parts]
            parts = [*parts, 0.0]
            for k, branch in enumerate(branches):
                parts[k + 1] = parts[k + 1] + branch
    return parts


def shares(parts):
    """Return how much each part adds to their sum, along the direction of the sum; in all 1."""
    total = sum(parts)
    return np.array([np.sum(part * total) for part in parts]) / np.sum(total**2)


def gradient_parts(config, params, ids, targets):
    """Run a language model forward and its loss back to the top of the stack, then `by_branches`."""
    logits, (stack_cache, output_cache) = language_model(ids, params, config)
    _, loss_cache = loss.cross_entropy(logits, targets, ignore_id=IGNORED)
    dtop, _, _ = linear_backward(cross_entropy_backward(1.0, loss_cache), output_cache)
    dtop, _, _ = layer_norm_backward(dtop, stack_cache.norm)
    return by_branches(dtop, stack_cache)


def fresh_parts(n_layers):
    """The same for a new, untrained model of some depth."""
    rng = np.random.default_rng(0)
    config = TransformerConfig(
        "decoder", vocab_size=56, d_model=32, d_ff=64, n_layers=n_layers, max_len=16
    )
    params = init_params(config, rng, np.float64)
    ids, targets = rng.integers(56, size=(2, 4, 16))
    return gradient_parts(config, params, ids, targets)


# %% [markdown]
# A new model of 12 blocks has 24 sublayers and $2^{24}$ paths. More than half of these paths pass 12 branches or more.

# %% id="predict-paths" jupyter={"source_hidden": true}
predict(
    "paths",
    "Which share of the gradient arrives at the embedding on paths through at most 6 of the 24 branches?",
    options=["About 1%", "About 10%", "About half", "More than 90%"],
)

# %% id="paths-picture" jupyter={"outputs_hidden": true}
parts = fresh_parts(12)
share = shares(parts)
few = share[:7].sum()
print(f"{2**24:,} paths")
bars(
    range(13),
    np.round(share[:13], 3),
    title=f"{few:.0%} of the gradient has passed 6 branches of 24 or fewer",
    x_label="number of branches passed",
    y_label="share of the gradient",
    height=3.2,
)

# %% id="reveal-paths"
reveal(
    "paths",
    "More than 90%" if few > 0.9 else "About half",
    f"It is {few:.1%}. There are many long paths, but each branch hands on only part of what it "
    "gets, and a long path multiplies many such parts.",
)

# %% id="by-depth"
print("sublayers   identity alone   branches passed, on average   longest path / whole")
for n_layers in [1, 2, 4, 8, 16]:
    parts = fresh_parts(n_layers)
    share = shares(parts)
    mean = share @ np.arange(len(share))
    longest = np.linalg.norm(parts[-1]) / np.linalg.norm(sum(parts))
    print(f"{2 * n_layers:>9}{share[0]:>17.2f}{mean:>30.2f}{longest:>23.0e}")

# %% [markdown]
# From 2 to 32 sublayers the depth grows sixteenfold, while the number of branches that the gradient passes only about doubles. For the gradient a deep new model is a shallow one. The last column compares the lengths of two gradients: the one on the only path that a stack without residuals would have, and the whole. At 32 sublayers that path carries almost nothing. (Veit et al. 2016 found the same in residual networks for images.)
#
# That is the *start* of training. Here are models of this course that have finished theirs, all of them pre-norm.

# %% id="trained-paths"
print(f"{'':<22}sublayers   identity alone   branches passed, on average")
for name, preset in [("digits", "one-digit"), ("digits", "arithmetic"), ("raven", "recite")]:
    task, trained_params = load_trained(name, preset)
    examples = task.held_out
    ids, targets = examples.inputs[0][:32], examples.targets[:32]
    share = shares(gradient_parts(task.config, trained_params, ids, targets))
    mean = share @ np.arange(len(share))
    print(f"{name + ', ' + preset:<22}{len(share) - 1:>9}{share[0]:>17.3f}{mean:>30.2f}")

# %% [markdown]
# In a trained model the picture is another one. On average its gradient has passed more than half of all branches, and the identity alone carries next to nothing. The branches have learned to matter. The identity is what lets a model begin to learn, until they do.
#
# ## 12. A block, a stack, a model
#
# An encoder block is two residuals, one after the other: attention, then feed-forward. Its backward is two calls of `residual_backward`, in the other order. One thing needs care. In self-attention `x` is also the `memory`, and `multi_head_attention_backward` returns a gradient for each. By the second rule of section 1 the two are added, as in `self_attention_backward` of section 11.
#
# ### Exercise: `encoder_block_backward`
#
# `encoder_block_backward(dout, cache)` is the backward of a block of encoder or decoder-only models.
#
# - `dout`: `(B, T, d_model)`; `cache`: the named tuple `BlockCache(attention, cross_attention, feed_forward)`. `attention` and `feed_forward` are each the cache of a residual. `cross_attention` is not used here; `feed_forward` is `None` in a block that is attention alone.
# - Returns `(dx, dparams)`: `dparams` has the keys `attention`, `norm_1`, `feed_forward`, `norm_2`, without those that the block does not have.
#
# Write the function for self-attention inside yours, so that it can be saved on its own. To check by thought: if all matrices of the block are 0, both branches return nothing, and `dx` is `dout`.


# %% id="ex-encoder-block-backward" tags=["exercise"]
def encoder_block_backward(dout, cache):
    """Return (dx, dparams) of attention and feed-forward, each in a residual."""
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
# A stack is what all three families of lesson 4 share: embed, run the blocks, and with pre-norm a last norm. The part before the first block has its backward ready: `embed_backward(dx, cache.embedded)` goes back through dropout, adds up the gradient of each position over the batch, and ends in your `embedding_backward`. It returns a dict with `embedding`, and `positions` where they are learned.
#
# ### Exercise: `stack_backward`
#
# `stack_backward(dx, cache, block_backward)` is the backward of a whole stack.
#
# - `dx`: `(B, T, d_model)`, the gradient of the stack's output; `cache`: the named tuple `StackCache(embedded, blocks, norm, config)`, where `blocks` is a list with one cache for each block, the first block first, and `config.norm` is `"pre"`, `"post"` or `"none"`. Only with `"pre"` is there a last norm. `block_backward(dx, cache)` returns `(dx, dparams)`.
# - Returns `dparams`: `{"norm": {"gamma": ..., "beta": ...}, "blocks": [...], "embedding": {"W": ...}, ...}`, with `norm` only where there is one. `dparams["blocks"][i]` belongs to block `i`.


# %% id="ex-stack-backward" tags=["exercise"]
def stack_backward(dx, cache, block_backward):
    """Return dparams of embedding, blocks and last norm."""
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
# The backward of the language model is now a few lines around it. `unembed_backward` is your `linear_backward` for the output, and returns its gradients by name. In a tied model the embedding is used at both ends, to look words up and to score them (lesson 5); `add_tied` applies the second rule of section 1 once more: add.


# %% id="language-model-backward"
def language_model_backward(dlogits, cache):
    """Return dparams of a language model."""
    stack_cache, output_cache = cache
    dx, doutput = unembed_backward(dlogits, output_cache)  # logits to vectors
    dstack = stack_backward(dx, stack_cache, encoder_block_backward)  # all the rest
    return add_tied(dstack, doutput)  # W may have been used twice


# %% [markdown]
# In `course_lib/model.py` it stands with the loop of `stack_backward` written out, right below `language_model`: read it from the bottom up.
#
# An encoder–decoder holds two stacks. Its decoder block has three residuals in place of two, and from the one in the middle, the cross-attention, comes a `dmemory`. Every decoder block read the same memory, so all these gradients are added. Their sum is the upstream gradient of the encoder's stack. And where a model pools (lesson 5), the gradient of the one vector is handed out to the positions by the shares that `pool` has kept. Nothing else is new.
#
# ### Every parameter, measured
#
# Now the last check, of everything at once. A small model with your functions in it reads two sequences. Its backward gives the gradient of each parameter. Then each single parameter is moved up and down, and the whole model is run both times.

# %% id="whole-model"
yours = {
    "linear_backward": linear_backward,
    "embedding_backward": embedding_backward,
    "relu_backward": relu_backward,
    "gelu_backward": gelu_backward,
    "softmax_backward": softmax_backward,
    "cross_entropy_backward": cross_entropy_backward,
    "layer_norm_backward": layer_norm_backward,
    "scaled_dot_product_attention_backward": scaled_dot_product_attention_backward,
    "multi_head_attention_backward": multi_head_attention_backward,
    "feed_forward_backward": feed_forward_backward,
    "residual_backward": residual_backward,
    "encoder_block_backward": encoder_block_backward,
}
small = TransformerConfig(
    "decoder", vocab_size=7, d_model=4, n_heads=2, n_layers=2, d_ff=6, max_len=5,
    activation="gelu", tied=True,
)  # fmt: skip
rng = np.random.default_rng(0)
fresh = flatten(init_params(small, rng, np.float64))
# Away from gamma = 1 and biases of 0, where a forgotten factor would not show.
small_params = unflatten({name: a + 0.1 * rng.normal(size=a.shape) for name, a in fresh.items()})
small_ids, small_targets = rng.integers(7, size=(2, 2, 5))


def loss_of(params):
    """The loss of the small model with some parameters."""
    return loss.cross_entropy(language_model(small_ids, params, small)[0], small_targets)[0]


with using(**yours):
    logits, cache = language_model(small_ids, small_params, small)
    _, loss_cache = loss.cross_entropy(logits, small_targets)
    grads = flatten(language_model_backward(loss.cross_entropy_backward(1.0, loss_cache), cache))

named = flatten(small_params)
measured = {
    name: numerical_gradient(lambda z, name=name: loss_of(unflatten({**named, name: z})), array)
    for name, array in named.items()
}
worst = max(np.abs(grads[name] - measured[name]).max() for name in named)
largest = max(np.abs(measured[name]).max() for name in named)
print(f"{len(named)} arrays, {sum(array.size for array in named.values())} parameters")
print(f"largest gradient {largest:.3f}; largest difference below 1e-6: {worst < 1e-6}")

# %% [markdown]
# Every number that lesson 8 will train has its gradient, and each of them agrees with what was measured. No library was needed for it, and no rule beyond the two of section 1.
#
# ## 13. What it costs
#
# How much more work is a backward than a forward? Count the multiplications of all linear maps, with two small functions that count and then do the work.

# %% id="predict-cost" jupyter={"source_hidden": true}
predict(
    "cost",
    "The backward of all linear maps takes how many times the multiplications of the forward?",
    number=True,
    unit="times",
)

# %% id="count" jupyter={"outputs_hidden": true}
counted = {"forward": 0, "backward": 0}


def counting_linear(x, W, b=None):
    """The linear map, counted."""
    counted["forward"] += x.size * W.shape[1]
    return plain_linear(x, W, b)


def counting_linear_backward(dout, cache):
    """Its backward, counted: dout @ W.T and x.T @ dout."""
    x, W, _ = cache
    counted["backward"] += dout.size * W.shape[0] + x.size * W.shape[1]
    return linear_backward(dout, cache)


def kept_bytes(cache, seen):
    """Bytes of the arrays that a cache holds, each counted once."""
    if isinstance(cache, np.ndarray):
        whole = cache if cache.base is None else cache.base
        known = id(whole) in seen
        seen.add(id(whole))
        return 0 if known else whole.nbytes
    parts = cache.values() if isinstance(cache, dict) else cache
    return sum(kept_bytes(p, seen) for p in parts) if isinstance(cache, (tuple, list, dict)) else 0


plain_linear = layers.linear
ids, targets = np.random.default_rng(0).integers(config.vocab_size, size=(2, 32, config.max_len))
with using(linear=counting_linear, linear_backward=counting_linear_backward):
    logits, cache = language_model(ids, params, config)
    _, loss_cache = loss.cross_entropy(logits, targets)
    model.language_model_backward(loss.cross_entropy_backward(1.0, loss_cache), cache)

for way, count in counted.items():
    print(f"{way:<9}{count:>12,} multiplications")
arrays = flatten(params).values()
weights_alone = {id(a if a.base is None else a.base) for a in arrays}
print(f"\nparameters           {sum(a.nbytes for a in arrays) / 1e6:.2f} MB")
print(f"kept for the backward {kept_bytes(cache, set(weights_alone)) / 1e6:.2f} MB")

# %% id="reveal-cost"
reveal(
    "cost",
    counted["backward"] / counted["forward"],
    "Each product of the forward has two in the backward, one for each of its factors. "
    "The same holds for the two products inside the attention.",
)

# %% [markdown]
# So a training step costs about three forwards. The memory is the other price. The backward walks through the caches in reverse order, so all of them must be kept until it comes by, and here they are much larger than the parameters. They grow with the batch and with the length of the text; the attention weights even with its square (lesson 2, section 11).
#
# ## Check what you know

# %% id="quiz-shapes" jupyter={"source_hidden": true}
quiz(
    "shapes",
    "`x` is `(8, 20, 64)`, `W` is `(64, 256)`, `b` is `(256,)`, and `dout` is `(8, 20, 256)`. Which is `db`?",
    [
        (
            "`dout.sum(axis=0)`",
            False,
            "That has the shape (20, 256): one gradient for each position. But all positions share one b.",
        ),
        (
            "`dout.mean(axis=(0, 1))`",
            False,
            "What was used several times collects a sum. If the loss is a mean, `dout` contains that factor already.",
        ),
        (
            "`dout.sum(axis=(0, 1))`",
            True,
            "b was added 160 times by broadcasting, and 160 gradients come back. The backward of broadcasting is a sum.",
        ),
        (
            "`dout.sum()`",
            False,
            "That is one number; b has 256, each with its own gradient.",
        ),
    ],
)

# %% id="quiz-frozen" jupyter={"source_hidden": true}
quiz(
    "frozen",
    "A query gives key A the weight 1.000000 and key B nearly 0. It would lower the loss a lot to listen to B. What does the gradient do?",
    [
        (
            "It pushes the score of B up strongly, because the loss asks for it",
            False,
            "The loss asks, in `dweights`. But on the way to the scores that is multiplied by the weight of B.",
        ),
        (
            "Almost nothing: on the way to the scores it meets factors that are nearly 0",
            True,
            "For B the factor $w_B$ is nearly 0. For A the bracket is: the weighted mean of the row is just A's own entry.",
        ),
        (
            "It pushes the score of A down strongly and leaves B alone",
            False,
            "The entries of a row sum to 0, so A cannot be pushed alone. Its bracket $dw_A - \\sum_i dw_i w_i$ is nearly 0.",
        ),
    ],
)

# %% id="quiz-agree" jupyter={"source_hidden": true}
quiz(
    "agree",
    "`gradient_check(layer, layer_backward, args)` returns `True`. What do you know?",
    [
        (
            "`layer` computes what the paper says",
            False,
            "Only that the backward fits this forward. A wrong forward with a matching backward passes.",
        ),
        (
            "`layer_backward` is right for every input",
            False,
            "It was tried at one place. A mask, a padding, a branch that was not taken at this place was not tried.",
        ),
        (
            "`layer_backward` is the derivative of `layer`, near these `args`",
            True,
            "That, and to about 5 digits. So choose args that reach every case: T_q ≠ T_k, repeated ids, a mask, gamma ≠ 1.",
        ),
    ],
)

# %% id="quiz-post-norm" jupyter={"source_hidden": true}
quiz(
    "post-norm",
    "Ten post-norm residuals stand in a row. How does the gradient of the identity path reach the bottom?",
    [
        (
            "Through ten layer norms",
            True,
            "Each norm stands after the sum, on both ways. So there is no path that arrives untouched, as there is with pre-norm.",
        ),
        (
            "Untouched: dout is added at every residual",
            False,
            "That is pre-norm. With post-norm what is added has first gone through `layer_norm_backward`.",
        ),
        (
            "Not at all",
            False,
            "A norm changes the gradient, but does not stop it: it rescales, and takes away two directions.",
        ),
    ],
)

# %% id="quiz-twice" jupyter={"source_hidden": true}
quiz(
    "twice",
    "In which of these is a gradient *not* a sum because something was used more than once?",
    [
        (
            "The row of *the* in the embedding, in a text with three *the*",
            False,
            "Three places looked the row up: three gradients add up.",
        ),
        (
            "The input of self-attention",
            False,
            "It made queries, keys and values: three ways back.",
        ),
        (
            "The embedding of a tied model",
            False,
            "It looks words up at the bottom and scores them at the top.",
        ),
        (
            "The input of a relu",
            True,
            "Each entry goes into one output and nowhere else. Its gradient is one product.",
        ),
    ],
)

# %% id="quiz-float32" jupyter={"source_hidden": true}
quiz(
    "float32",
    "A gradient check in float32 with a step of 1e-5 says that a backward is off by 20 percent. What do you do first?",
    [
        (
            "Look for a wrong factor in the backward",
            False,
            "Perhaps there is one. But this measurement could not show it.",
        ),
        (
            "Make the tolerance 0.3",
            False,
            "Then it passes, and so does nearly everything that is wrong.",
        ),
        (
            "Make the step 1e-8",
            False,
            "Worse: float32 has 7 digits, so x + 1e-8 is x, unless x is tiny.",
        ),
        (
            "Repeat it in float64",
            True,
            "In float32 two values of f that lie 1e-5 apart agree in nearly all of their 7 digits. The judge is blind, and says nothing about the backward.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# - **The idea is old.** Reverse accumulation of derivatives goes back to Linnainmaa (1970, 1976). Rumelhart, Hinton and Williams (1986) made it the way in which networks learn.
# - **Nobody writes it by hand any more.** A framework such as PyTorch records every operation of the forward, each with its backward, and runs the list in reverse (Paszke et al. 2019). What you have written are the entries of that list. They are still written by people, and checked as you did: `torch.autograd.gradcheck` compares with central differences, and its documentation asks for double precision.
# - **Fused backwards are written by hand.** FlashAttention (Dao et al. 2022) never stores the attention weights. Its backward computes them again, tile by tile, from q, k and the sums of each row, and uses a trick that you can now follow: $\sum_j dw_{ij}\,w_{ij}$, the weighted mean of the softmax, equals $\sum_e dout_{ie}\,out_{ie}$, so that it needs no row of weights.
# - **Memory for time.** Gradient checkpointing keeps only some of the caches and computes the others again when the backward comes by (Chen et al. 2016).
# - **Small numbers.** In float16 many gradients would round to 0. The loss is therefore multiplied by a large factor before the backward, and the gradients are divided by it afterwards (Micikevicius et al. 2018). That works because a backward is linear in `dout`.
# - **Counting.** The rule that a backward costs two forwards is how the price of large models is estimated: about 6 operations for each parameter and token, 2 forward and 4 backward (Kaplan et al. 2020, Sec. 2.1).

# %% id="flash-trick"
out, cache = attention.scaled_dot_product_attention(q, k, v, causal)
dout = rng.normal(size=out.shape)
by_weights = ((dout @ v.T) * cache.weights).sum(axis=-1)
print("the sum without the weights:", np.allclose(by_weights, (dout * out).sum(axis=-1)))

# %% [markdown]
# **Next.** You have a gradient for every parameter. Lesson 8 takes steps with it, and the model that learns is made of the functions that you have written.
#
# ## Sources
#
# - S. Linnainmaa, *Taylor expansion of the accumulated rounding error*, BIT 16, 1976.
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). Eq. 1, whose backward is section 9.
# - J. Ba, J. Kiros, G. Hinton, *Layer Normalization*, 2016, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450).
# - D. Hendrycks, K. Gimpel, *Gaussian Error Linear Units*, 2016, [arXiv:1606.08415](https://arxiv.org/abs/1606.08415).
# - A. Veit, M. Wilber, S. Belongie, *Residual Networks Behave Like Ensembles of Relatively Shallow Networks*, 2016, [arXiv:1605.06431](https://arxiv.org/abs/1605.06431). The paths of section 11.
# - K. He et al., *Identity Mappings in Deep Residual Networks*, 2016, [arXiv:1603.05027](https://arxiv.org/abs/1603.05027). The product of section 11, and why the identity should stay clean.
# - R. Xiong et al., *On Layer Normalization in the Transformer Architecture*, 2020, [arXiv:2002.04745](https://arxiv.org/abs/2002.04745). Gradients of pre-norm and post-norm.
# - A. Paszke et al., *PyTorch: An Imperative Style, High-Performance Deep Learning Library*, 2019, [arXiv:1912.01703](https://arxiv.org/abs/1912.01703); the documentation of `torch.autograd.gradcheck`.
# - T. Dao et al., *FlashAttention*, 2022, [arXiv:2205.14135](https://arxiv.org/abs/2205.14135).
# - T. Chen et al., *Training Deep Nets with Sublinear Memory Cost*, 2016, [arXiv:1604.06174](https://arxiv.org/abs/1604.06174).
# - P. Micikevicius et al., *Mixed Precision Training*, 2018, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).
# - J. Kaplan et al., *Scaling Laws for Neural Language Models*, 2020, [arXiv:2001.08361](https://arxiv.org/abs/2001.08361).
# - E. A. Poe, *The Raven*, 1845. The file `data/README.md` names the edition.
