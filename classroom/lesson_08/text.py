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
# # 8 · The training loop: your own model learns
#
# Lesson 7 ended with the gradient of every parameter of a whole model.
# A gradient says which way is down.
# This lesson goes there: step by step, in batches, at a rate that rises and falls, with an eye on data that the model has not seen.
# At its end the model that you have written since lesson 1 is put together from your own functions, is checked, and trains on five jobs.
#
# - **You will build** gradient descent, momentum, Adam, a schedule, clipping, minibatches, teacher forcing, and the step that ties them together.
#   Then your model trains.
# - **You need** lesson 7: the gradient of a whole model.
#   Lesson 6: the loss.
#   From lesson 4 the three families of models.
# - **Time** about three and a quarter hours; after section 6 is a good place to stop
# - **Cost** runs in 50 seconds, 240 MB of memory; about twice as long when the model is all yours
#
# Eight cells are yours, each followed by its check, as before.
# `hint("sgd_step")` helps, one step at a time, and `solution("sgd_step")` shows the end.
# Until an answer is right, the lesson goes on with the course's own.
# All eight play a part when your model trains at the end.

# %% id="setup"
import math
from dataclasses import replace

import numpy as np

from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.exercises.my_model import compare, parts_by_lesson, playing
from classroom.exercises.step_time import pace
from classroom.explore.live_training import live_training
from classroom.lesson_08 import (
    SURFACES,
    Descent,
    Schedule,
    descend,
    explore_descent,
    explore_schedule,
    gradient_noise,
    heads_at_the_arrow,
    heads_while_copying,
    mean_last_loss,
    seen_and_unseen,
    train_with_power_cut,
    uncorrected_steps,
    verse_page,
    whose_parts,
)
from classroom.plots import show, table
from classroom.plots.text_picture import leaf
from course_lib import gradcheck, model
from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import optim
from course_lib.training.loop import train
from course_lib.training.objective import Batch, evaluate, loss_and_grads
from course_lib.vocab import pad_sequences

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. One step downhill
#
# A model has thousands of parameters, and a loss over thousands of parameters cannot be drawn.
# So we begin with two.
# Call them $x$ and $y$, together $\theta$, and let the loss be
#
# $$L(\theta) = \tfrac12 \left(x^2 + 25\, y^2\right).$$
#
# It is a long valley: gentle along $x$, steep along $y$, with its lowest point at $(0, 0)$.
# The gradient is $(x,\ 25\,y)$.
# It points to where the loss grows, so we go the other way, and how far is decided by the **learning rate** $\eta$:
#
# $$\theta \leftarrow \theta - \eta\, g .$$
#
# That is **gradient descent**.
# By hand, from $\theta = (-4,\ 1.6)$ with $\eta = 0.05$: the gradient is $(-4,\ 40)$, the step is $(-0.2,\ 2)$, and the new place is $(-3.8,\ -0.4)$.
# The steep coordinate has jumped over the bottom of the valley to the other side.
# The gentle one has hardly moved.

# %% id="by-hand"
theta = np.array([-4.0, 1.6])
for step in range(5):
    g = theta * np.array([1.0, 25.0])
    loss = 0.5 * (theta[0] ** 2 + 25 * theta[1] ** 2)
    print(f"step {step}   theta {theta}   g {g}   loss {loss:.4g}")
    theta = theta - 0.05 * g

# %% [markdown]
# In this valley each coordinate goes its own way.
# One step multiplies $x$ by $1 - \eta$ and $y$ by $1 - 25\,\eta$.
# With $\eta = 0.05$ these are $0.95$ and $-0.25$.
# A larger rate would bring $x$ home sooner.
# How large may it be?

# %% id="predict-edge"
predict("edge")

# %% id="reveal-edge"
valley = SURFACES["a long valley"]
rates = np.arange(1, 201) / 1000
last = [np.abs(descend(valley, "gradient descent", lr, steps=60)[-1]) for lr in rates]
comes_home = np.array([y < 0.5 * 1.6 for x, y in last])  # y began at 1.6; nan once it has left
edge = rates[~comes_home][0]

shown = edge * np.array([0.25, 0.6, 0.99, 1.01])
ends = np.array([descend(valley, "gradient descent", lr, steps=60)[-1] for lr in shown])
reveal("edge", edge, table({"rate": shown, "x after 60 steps": ends[:, 0], "y": ends[:, 1]}))

# %% [markdown]
# So there is an edge, and it is sharp.
# Below it the loss falls; above it the steps grow until the numbers overflow.
# In a real model nobody knows the steepest direction, and it changes on the way.
# Many a run that ends in `nan` has crossed this edge.

# %% [markdown]
# ### Exercise: `sgd_step`
#
# *Difficulty 1 of 5, about 5 minutes.*
#
# `sgd_step(theta, g, lr)` takes one step of gradient descent.
# (SGD stands for *stochastic* gradient descent; section 6 says what is stochastic about it.)
#
# - `theta`: an array of any shape, a parameter.
#   `g`: its gradient, of the same shape.
#   `lr`: the learning rate, a float.
# - Changes `theta` **in place** and returns it; leaves `g` as it is.
#   The model holds the array `theta`; if you made a new one, the model would not know of it.
#
# ```python
# theta = np.array([1., -2., 0.5])
# sgd_step(theta, np.array([3., -40., 0.]), 0.1)    # array([0.7, 2. , 0.5])
# theta                                             # array([0.7, 2. , 0.5])
# ```


# %% id="ex-sgd-step" tags=["exercise"]
def sgd_step(theta, g, lr):
    """Take one step of gradient descent: change theta in place, and return it."""
    ### BEGIN SOLUTION
    theta -= lr * g
    return theta
    ### END SOLUTION


# %% id="check-sgd-step"
sgd_step = check(sgd_step)

# %% [markdown]
# Here is the valley from above, with the way that your function takes.
# Dark is low; the star is the lowest point.
# The thin line is the way that is still to come, and on the right one step is enlarged.

# %% id="valley-picture"
Descent({"sgd_step": sgd_step})(
    surface="a long valley", optimizer="gradient descent", lr=0.07, step=8
)

# %% [markdown]
# At this rate, close to the edge, $y$ jumps from wall to wall while $x$ creeps along the floor.
# Losses of real networks are like that: steep in a few directions, nearly flat in most (Sagun et al. 2017).
# Everything up to section 4 is an answer to this picture.

# %% [markdown]
# ## 2. Momentum
#
# From wall to wall the gradient changes its sign at every step.
# Along the floor it always points the same way.
# So do not follow the last gradient alone.
# Add them up, and let the old ones fade: what changes its sign cancels, and what stays the same grows.
# The sum is called the **velocity** (Polyak 1964):
#
# $$v \leftarrow \mu\, v + g, \qquad \theta \leftarrow \theta - \eta\, v .$$
#
# The **momentum** $\mu$ is how much of the old velocity is left after a step; 0.9 is usual.
# By hand, with the gradients $1, 1, 1$: the velocity is $1$, then $0.9 + 1 = 1.9$, then $0.9 \cdot 1.9 + 1 = 2.71$.
# With $1, -1, 1$ it is $1$, $-0.1$, $0.91$.

# %% id="predict-velocity"
predict("velocity")

# %% [markdown]
# ### Exercise: `momentum_update`
#
# *Difficulty 1 of 5, about 5 minutes.*
#
# `momentum_update(g, v, momentum=0.9)` brings the velocity up to date.
#
# - `g`: the gradient, an array of any shape; `v`: the velocity so far, of the same shape.
#   `momentum`: a number from 0 up to 1; with 0 nothing of the old velocity is left.
# - Returns the new velocity.
#   You may change `v` in place or make a new array, for the caller goes on with what you return.
#   Leave `g` as it is.
#
# ```python
# momentum_update(np.array([2., 2.]), np.array([1., -10.]))    # array([ 2.9, -7. ])
# ```


# %% id="ex-momentum-update" tags=["exercise"]
def momentum_update(g, v, momentum=0.9):
    """Return the new velocity, from the gradient and the velocity so far."""
    ### BEGIN SOLUTION
    return momentum * v + g
    ### END SOLUTION


# %% id="check-momentum-update"
momentum_update = check(momentum_update)

# %% id="reveal-velocity"
always, turning = [np.zeros(1)], [np.zeros(1)]
for step in range(1, 201):
    always.append(momentum_update(np.array([1.0]), always[-1].copy()))
    turning.append(momentum_update(np.array([(-1.0) ** step]), turning[-1].copy()))

shown = [1, 2, 3, 10, 60]
columns = {"gradient always 1": always, "-1, 1 in turn": turning}
found = {name: [velocities[step][0] for step in shown] for name, velocities in columns.items()}
reveal("velocity", always[-1][0], table({"step": shown} | found, dict.fromkeys(found, ".3f")))

# %% [markdown]
# Back to the valley, at the rate of the picture above.
# It is only 25 times as steep one way as the other, so a momentum of 0.6 is enough; 0.9 and more are for valleys that are longer.
# The step is two arrows, one after the other: what is left of the velocity, then the new gradient.
# Across the valley they cancel in part, and along it they add up.
# Dashed below is the loss without momentum, at the same rate.

# %% id="momentum-picture"
yours = {"momentum_update": momentum_update, "sgd_step": sgd_step}
Descent(yours)(surface="a long valley", optimizer="momentum", lr=0.07, beta=0.6, step=6)

# %% [markdown]
# ## 3. Adam: to each its own rate
#
# Momentum still has one rate for all parameters.
# In a transformer their gradients differ by orders of magnitude: an embedding row of a rare word gets a gradient once in a while, a bias of the output at every step.
# **Adam** (Kingma and Ba 2015, Alg. 1) gives each number its own step length.
# It keeps two running averages for each, one of the gradient and one of its square:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 ,$$
#
# and the step is $\eta\, m / \sqrt v$, more or less.
# The root of $v$ measures how large the gradients of this number usually are.
# Divided by it, only their direction and their steadiness count: multiply a loss by 1000, and the step stays the same.
# (This $v$ is not the velocity of section 2; both letters are those of the papers.)
#
# Two details are left, and both are in the "more or less".
# One is $\varepsilon$, a small number that keeps us from dividing by 0.
# The other is the start.
# Both averages begin at 0, and an average that begins at 0 is too small until it has seen enough.
# At the first step, $m = 0.1\, g$ and $v = 0.001\, g^2$, so the step would be $0.1\,g / (0.032\,|g|)$: more than three times too long.
# How long would later steps be?
# For a gradient that is always 1, both averages can be written down.

# %% id="predict-worst"
predict("worst")

# %% id="reveal-worst"
t = np.arange(1, 3001)
m, v = 1 - 0.9**t, 1 - 0.999**t  # both averages of a gradient that is always 1
too_long = m / np.sqrt(v)
worst = int(t[too_long.argmax()])

shown = np.array([1, 10, 100, 1000, 3000])
found = {"m": m[shown - 1], "v": v[shown - 1], "m / sqrt(v)": too_long[shown - 1]}
numbers = table({"step": shown} | found, {"m": ".3f", "v": ".4f", "m / sqrt(v)": ".2f"})
reveal("worst", worst, numbers, uncorrected_steps(too_long), worst=worst, too_long=too_long)

# %% [markdown]
# The correction is one division for each average.
# Why these numbers?
# Put the derivation into its order; two lines do not belong.

# %% id="parsons-bias"
parsons("bias-training")

# %% [markdown]
# ### Exercise: `adam_update`
#
# *Difficulty 2 of 5, about 15 minutes.*
#
# `adam_update(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8)` does one step of Adam for many parameters at once.
#
# - `g`, `m`, `v`: arrays `(n,)`: the gradient and both averages so far.
#   `t`: the number of this step, counted from **1**.
#   `beta1`, `beta2` and `eps` may be 0.
# - Returns `(m, v, update)`, each `(n,)`: both new averages, **not** corrected, and what is to be subtracted from the parameters,
#
# $$\mathrm{update} = \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}, \qquad \hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t} .$$
#
# - You may change `m` and `v` in place or make new arrays, but leave `g` as it is.
#
# The first step by hand: for $g = 2$, $m = 0.2$ and $v = 0.004$.
# Corrected they are $2$ and $4$, and the update is $\eta \cdot 2/2 = \eta$.
#
# ```python
# m, v, update = adam_update(np.array([2., -0.5]), np.zeros(2), np.zeros(2), t=1, lr=0.1)
# m         # array([ 0.2 , -0.05])
# v         # array([0.004  , 0.00025])
# update    # array([ 0.1, -0.1])
# ```


# %% id="ex-adam-update" tags=["exercise"]
def adam_update(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam on flat arrays: the new averages, and what to subtract from the parameters."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    update = lr * m_hat / (np.sqrt(v_hat) + eps)
    ### END SOLUTION
    return m, v, update


# %% id="check-adam-update"
adam_update = check(adam_update)

# %% [markdown]
# So a gradient that stays the same moves its number by the learning rate at every step, whatever its size.
# With Adam the rate has a meaning: it is about how far each parameter moves in one step.
# A gradient that changes its sign moves its number only a little: $\hat m$ cancels, and $\sqrt{\hat v}$ does not.

# %% [markdown]
# ### Weight decay, and the W of AdamW
#
# A model that memorizes its examples tends to need large weights.
# **Weight decay** pulls every parameter towards 0, a little at each step.
# There are two ways to do it.
# One adds $\lambda\, \theta$ to the gradient, as if the loss had a term $\tfrac{\lambda}{2} \theta^2$.
# With plain gradient descent that is the same as multiplying $\theta$ by $1 - \eta\lambda$.
# With Adam it is not: what is added to the gradient is divided by $\sqrt{\hat v}$ as well, and where gradients are large the pull all but vanishes.
# **AdamW** leaves the gradient alone and shrinks the parameter itself (Loshchilov and Hutter 2019).
#
# By how much?
# Here two rules go by one name.
# In the paper (Alg. 2) the factor is $1 - \eta_t \lambda$, where $\eta_t$ is the factor of the schedule alone, 1 at the peak: another learning rate leaves the decay as it was.
# PyTorch, and this course with it, takes $1 - \eta\lambda$ with the learning rate $\eta$ itself.
# A $\lambda$ of 0.1 there is one of 0.0001 in the paper, at a rate of 0.001.
#
# Two parameters, both at 1.
# Their gradients are noise with mean 0, for one a thousand times as large as for the other.
# Nothing but the decay should move them far.

# %% id="adamw"
found = {}
for kind in [optim.Adam, optim.AdamW]:
    rng = np.random.default_rng(0)
    params = {"small": np.ones(100), "large": np.ones(100)}
    optimizer = kind(params, lr=0.001, weight_decay=0.5)
    for _ in range(1000):
        noise = {"small": 0.01, "large": 10.0}
        optimizer.step({name: s * rng.standard_normal(100) for name, s in noise.items()})
    found[kind.__name__] = [array.mean() for array in params.values()]

promised = "(1 - lr decay)^1000"
found[promised] = [(1 - 0.001 * 0.5) ** 1000] * 2
table({"gradients": ["small", "large"]} | found, dict.fromkeys(found, ".2f"))

# %% [markdown]
# With AdamW both shrink alike, by the factor that was promised.
# With Adam and the decay in the gradient, one shrinks much more than that, and the other hardly at all.

# %% [markdown]
# ### See for yourself
#
# The explorer runs your three functions, one step after the other.
# Answer two questions before you open it.

# %% id="predict-momentum-edge"
predict("momentum-edge")

# %% id="predict-saddle"
predict("saddle")

# %% [markdown]
# It begins with Adam at its 12th step.
# Compare both numbers of the gradient, then both numbers of the step.
# Then choose momentum and move the step: where does the velocity make the step longer, and where shorter?

# %% id="explore-descent"
explore_descent(sgd_step=sgd_step, momentum_update=momentum_update, adam_update=adam_update)

# %% id="reveal-momentum-edge"
far = [np.abs(descend(valley, "momentum", lr, 0.9)[-1, 1]) for lr in rates]
reveal("momentum-edge", rates[~(np.array(far) < 1.6)][0])

# %% id="reveal-saddle"
saddle, found = SURFACES["a saddle"], {}
for optimizer in ["gradient descent", "momentum", "Adam"]:
    x = descend(saddle, optimizer, 0.03, 0.9)[:, 0]
    found[optimizer] = int(np.argmax(x > 0.5)) or None  # the minimum is at 1

first = min((name for name in found if found[name]), key=found.get)
numbers = table({"optimizer": list(found), "steps until x > 0.5": list(found.values())})
reveal("saddle", first[0].upper() + first[1:], numbers)

# %% [markdown]
# Two more things to try.
# *Gradients of small batches*: noise is added to each gradient, and no optimizer comes to rest.
# A smaller rate ends lower and gets there later; the next section has both.
# *A bent valley*: take Adam from rate 0.1 to 0.5, and see how far 100 steps lead.

# %% [markdown]
# ## 4. A rate that changes
#
# The surface with small batches shows the dilemma.
# With noise in the gradients, a large rate comes close quickly and then rattles around the bottom; a small one takes forever.
# The way out is to begin large and end small.
# A smooth way down is half a cosine (Loshchilov and Hutter 2017).
#
# At the very beginning, though, a large rate does harm.
# The parameters are still random, and Adam's $v$ rests on a handful of gradients.
# So the rate starts near 0 and climbs for a while.
# This is the **warm-up**; the transformer of 2017 was trained with 4000 steps of it (Vaswani et al. 2017, Sec. 5.3).

# %% [markdown]
# ### Exercise: `warmup_cosine`
#
# *Difficulty 2 of 5, about 15 minutes.*
#
# `warmup_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0)` is the learning rate of one step.
#
# - Steps are counted 1, 2, …, `total_steps`.
# - While `step < warmup_steps`, the rate is on the line from 0 at step 0 to `peak_lr` at `warmup_steps`.
# - From there it falls on half a cosine: with $d$ the share of the remaining way that is done, 0 at `warmup_steps` and 1 at `total_steps`,
#
# $$\eta = \eta_{\text{final}} + \tfrac12\, (\eta_{\text{peak}} - \eta_{\text{final}})\, (1 + \cos \pi d) .$$
#
# - After `total_steps` it stays at `final_lr`.
#   `warmup_steps` may be 0.
# - Returns a float.
#
# ```python
# warmup_cosine(5, 0.1, 10, 110)     # 0.05    half of the warm-up
# warmup_cosine(10, 0.1, 10, 110)    # 0.1     the peak
# warmup_cosine(60, 0.1, 10, 110)    # 0.05    half of the way down: cos(pi / 2) = 0
# ```


# %% id="ex-warmup-cosine" tags=["exercise"]
def warmup_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    """The learning rate at step 1, 2, …: a line up, half a cosine down."""
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))
    ### END SOLUTION


# %% id="check-warmup-cosine"
warmup_cosine = check(warmup_cosine)

# %% [markdown]
# Does it help?
# The noisy valley again, with momentum and 100 steps.
# We look at the mean loss of the last ten steps, over 20 draws of the noise, for several rates, once constant and once as the peak of your schedule.

# %% id="schedule-helps"
noisy = SURFACES["the valley, gradients of small batches"]
peaks = [0.02, 0.01, 0.005, 0.002, 0.001]
constant = [mean_last_loss(noisy, lambda step, lr=lr: lr, yours) for lr in peaks]
falling = [
    mean_last_loss(noisy, lambda step, lr=lr: warmup_cosine(step, lr, 5, 100), yours)
    for lr in peaks
]
found = {"constant": constant, "warm-up and cosine": falling}
table({"rate": [str(lr) for lr in peaks]} | found, dict.fromkeys(found, ".2f"))

# %% [markdown]
# A large constant rate rattles, a small one has not arrived, and there is little room between.
# The schedule begins with the one and ends with the other, and its best is less than half of the best constant.
# Only where the peak itself is too small does it lose, for it spends even less of the run there.
#
# Compare the cosine with the schedule of 2017, which falls like one over the root of the step; the explorer has both.

# %% id="predict-near-peak"
predict("near-peak")

# %% id="explore-schedule"
explore_schedule(warmup_cosine)

# %% id="reveal-near-peak"
schedule = Schedule(warmup_cosine)
ways = {"the half cosine": "cosine", "one over the root": "1/√step"}
above = {way: (schedule.rates(shape, 100, 0.0) > 0.5).sum() for way, shape in ways.items()}
numbers = table({"schedule": list(above), "steps above half of the peak": list(above.values())})
reveal("near-peak", max(above, key=above.get), numbers)

# %% [markdown]
# ## 5. Clipping
#
# Now and then a batch comes along whose gradient is ten times as long as usual.
# With plain gradient descent it throws the parameters far away; with Adam it spoils both averages for a while.
# The remedy is to shorten long gradients and leave the others alone (Pascanu, Mikolov and Bengio 2013, Alg. 1).
# *Long* refers to the gradient of the whole model: all arrays together are one vector, and its length is the **global norm**,
#
# $$\lVert g \rVert = \sqrt{\textstyle\sum_i g_i^2} \quad \text{over all entries of all arrays.}$$
#
# By hand: `W` has the gradient $(3, 4)$ and `b` has $(12)$.
# The norm is $\sqrt{9 + 16 + 144} = 13$.
# With a limit of $6.5$ every number is halved.
# The direction stays what it was.
# To clip each array by itself, or each number, would turn the step aside.

# %% [markdown]
# ### Exercise: `clip_by_global_norm`
#
# *Difficulty 2 of 5, about 15 minutes.*
#
# `clip_by_global_norm(grads, max_norm)` shortens the gradient of a model.
#
# - `grads`: a nested dict of arrays, as lesson 7 returned it.
#   `flatten(grads)` gives a flat dict of the **same** arrays, `{"blocks.0.attention.W_Q": …}`.
# - If the global norm is above `max_norm`, multiplies all arrays **in place** by the one factor that makes it `max_norm`.
#   Otherwise leaves them alone.
#   (`max_norm` may be 0, and `math.inf`: then nothing is ever clipped.)
# - Returns the norm **before** clipping, a float: it is worth watching.
#
# ```python
# grads = {"W": np.array([[3., 4.]]), "b": np.array([12.])}
# clip_by_global_norm(grads, 6.5)    # 13.0
# grads                              # {'W': array([[1.5, 2. ]]), 'b': array([6.])}
# ```


# %% id="ex-clip-by-global-norm" tags=["exercise"]
def clip_by_global_norm(grads, max_norm):
    """Scale all gradients alike, in place, to a joint norm of at most max_norm. Returns the norm before."""
    ### BEGIN SOLUTION
    arrays = list(flatten(grads).values())
    norm = math.sqrt(sum(float((array**2).sum()) for array in arrays))
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm
    ### END SOLUTION


# %% id="check-clip-by-global-norm"
clip_by_global_norm = check(clip_by_global_norm)

# %% [markdown]
# ## 6. Batches
#
# The loss that we want to lower is a mean over all examples.
# To compute its gradient we would have to run all of them for a single step.
# But a mean can be *estimated*: draw a few examples, a **minibatch**, and take the mean over these.
# The estimate is noisy, and that is the *stochastic* in stochastic gradient descent.
# How noisy?
# We measure it on *The Raven*: a model of its characters as it is before training, 2000 windows of the poem as "all the data", and batches drawn from them.

# %% id="predict-noise"
predict("noise")

# %% id="reveal-noise"
poem = load_task("raven")
weights = init_params(poem.config, np.random.default_rng(0), np.float64)
everything = poem.train.take(slice(0, 4000, 2))


def gradient(batch):
    """The gradient of a batch as one long vector."""
    grads = loss_and_grads(batch, weights, poem.config).grads
    return np.concatenate([g.ravel() for g in flatten(grads).values()])


full = gradient(everything)
rng = np.random.default_rng(0)
sizes = [4, 16, 64, 256]
misses = []
for size in sizes:
    draws = [gradient(everything.take(rng.integers(2000, size=size))) for _ in range(10)]
    misses.append(np.mean([np.linalg.norm(g - full) for g in draws]) / np.linalg.norm(full))
reveal("noise", misses[1] / misses[3], gradient_noise(sizes, misses))

# %% [markdown]
# How are batches drawn?
# Either with replacement, as above and as the course's `train` does, or in **epochs**: shuffle all examples, go through them once, shuffle again.
# In an epoch every example is seen exactly once.

# %% [markdown]
# ### Exercise: `minibatches`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `minibatches(n, batch_size, rng)` returns the batches of one epoch.
#
# - `n`: the number of examples; `batch_size`: how many are in a batch; `rng`: a NumPy generator.
# - Shuffle with `rng.permutation(n)`, which returns the numbers 0 to `n - 1` in random order, then cut: the first `batch_size` of them are the first batch, and so on.
#   The last batch may be smaller.
# - Returns a list of integer arrays, the rows of each batch.
#
# ```python
# minibatches(5, 2, rng)    # for the permutation 3 0 4 1 2:
#                           # [array([3, 0]), array([4, 1]), array([2])]
# ```


# %% id="ex-minibatches" tags=["exercise"]
def minibatches(n, batch_size, rng):
    """Return the batches of one epoch, a list of int arrays: all of 0 to n - 1, shuffled."""
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
    ### END SOLUTION


# %% id="check-minibatches"
minibatches = check(minibatches)

# %% [markdown]
# ## 7. Teacher forcing
#
# A language model is asked at every position for the next token, and the causal mask keeps it honest.
# An encoder–decoder (lesson 4) writes an answer word by word, each time reading what it has written so far.
# How does one train it?
# If it had to write first, a wrong first word would spoil the rest, and every word would need a forward pass of its own.
#
# **Teacher forcing** does neither.
# During training the decoder reads the *right* answer, one step behind (Williams and Zipser 1989): whatever it would have said itself, the teacher supplies the right word.
# With a causal mask, one forward pass then asks for all words at once.
#
# | position | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | the decoder reads | `<bos>` | the | raven | sat |
# | and is asked for | the | raven | sat | `<eos>` |
#
# Both rows are the same sentence, shifted against each other by one.
# `<bos>` is there so that there is something to read before the first word.
# `<eos>` is asked for so that the model learns to stop.
# What fills up the shorter sentences of a batch must not be asked for: its target is $-1$, which the loss leaves out (lesson 6).

# %% [markdown]
# ### Exercise: `teacher_forcing`
#
# *Difficulty 3 of 5, about 20 minutes.*
#
# `teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored=-1)` prepares the answers of a batch.
#
# - `sentences`: a list of `B` integer arrays, the ids of the answers, of different lengths.
#   `T` is the longest length.
#   A word may have the id 0, and `pad_id` may be equal to `eos_id`.
# - Returns `(inputs, targets)`, both integer arrays `(B, T + 1)`.
#   `inputs` begins with `bos_id` and is filled up with `pad_id`.
#   `targets` ends with `eos_id`, right after the last word, and is filled up with `ignored`.
#
# `pad_sequences(lists, value)` of lesson 1 makes one array of lists of different lengths.
#
# ```python
# inputs, targets = teacher_forcing([np.array([7, 8, 9]), np.array([5])], bos_id=1, eos_id=2, pad_id=0)
# inputs     # array([[1, 7, 8, 9],        targets    # array([[ 7,  8,  9,  2],
#            #        [1, 5, 0, 0]])                  #        [ 5,  2, -1, -1]])
# ```


# %% id="ex-teacher-forcing" tags=["exercise"]
def teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored=-1):
    """What the decoder reads, and what it is asked for: two int arrays (B, T + 1)."""
    ### BEGIN SOLUTION
    inputs = pad_sequences([[bos_id, *ids] for ids in sentences], pad_id)
    targets = pad_sequences([[*ids, eos_id] for ids in sentences], ignored)
    ### END SOLUTION
    return inputs, targets


# %% id="check-teacher-forcing"
teacher_forcing = check(teacher_forcing)

# %% [markdown]
# The task `copy` hands the encoder–decoder a sentence and wants it back.
# Your function makes the same two arrays as the task does:

# %% id="copy-data"
copying = load_task("copy")
words, few = copying.vocabulary, copying.train.take(slice(4))
answers = [row[row != words.pad_id] for row in few.inputs[0]]
inputs, targets = teacher_forcing(answers, words.bos_id, words.eos_id, words.pad_id)

for b in range(2):
    print("source    ", words.decode(answers[b]))
    print("reads     ", " ".join(words.tokens[i] for i in inputs[b]))
    print("asked for ", " ".join("·" if i < 0 else words.tokens[i] for i in targets[b]), "\n")
differ = (inputs != few.inputs[1]).sum() + (targets != few.targets).sum()
print(f"{differ} of {inputs.size + targets.size} ids differ from those of the task")

# %% [markdown]
# Teacher forcing has a price.
# In training the model never reads a mistake of its own, but when it writes, it does, and has not learned what to do then.
# This gap is called *exposure bias* (Ranzato et al. 2016).
# For the short answers of this lesson it does not matter: as long as every word is right, what is written is what the teacher would have supplied.

# %% [markdown]
# ## 8. The loop
#
# All pieces are there.
# One step of training is three calls:
#
# 1. `loss_and_grads(batch, params, config)` runs the model forward and backward.
#    It returns the loss, the gradients and the accuracy.
# 2. `clip_by_global_norm(grads, max_norm)` shortens them.
# 3. `optimizer.step(grads, lr)` changes the parameters.
#    The optimizer knows them since it was made: `SGD(params, lr)`, `Adam(params, lr)`.
#    For the arithmetic it calls `sgd_step`, `momentum_update` or `adam_update` (the course's here, yours in section 12), and it keeps velocities and averages from step to step.

# %% [markdown]
# ### Exercise: `train_step`
#
# *Difficulty 2 of 5, about 10 minutes.*
#
# `train_step(batch, params, config, optimizer, lr, max_norm)` learns from one batch.
#
# - `batch`, `params`, `config`: as `loss_and_grads` takes them.
#   `optimizer`: has `step(grads, lr)`.
#   `lr`: the rate of this step.
#   `max_norm`: the limit of section 5.
# - Returns `(loss, norm)`: the loss of this batch before the step, and the global norm before clipping.
#
# Worked by hand: a model knows two tokens, and its output matrix is all zeros.
# Both tokens are then equally likely, the loss is $\ln 2$, and the gradient of the logits is $(-\tfrac12, \tfrac12)$ (lesson 6).


# %% id="ex-train-step" tags=["exercise"]
def train_step(batch, params, config, optimizer, lr, max_norm):
    """Learn from one batch. Returns its loss before the step, and the norm before clipping."""
    ### BEGIN SOLUTION
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    ### END SOLUTION
    return loss, norm


# %% id="check-train-step"
train_step = check(train_step)

# %% [markdown]
# Around it goes the loop, and that is all there is to it.
# The task is the smallest of the course, `next_token`: after each number, the next one.
# (In float64 here, so that the printed losses are the same on your machine.)

# %% id="ten-lines"
counting = load_task("next_token")
rng = np.random.default_rng(0)
params = init_params(counting.config, rng, np.float64)
optimizer = optim.SGD(params, lr=0.3)

measured = [evaluate(counting.validation, params, counting.config)]
for _ in range(3):
    for rows in minibatches(len(counting.train), 32, rng):
        batch = counting.train.take(rows)
        loss, norm = train_step(batch, params, counting.config, optimizer, 0.3, math.inf)
    measured.append(evaluate(counting.validation, params, counting.config))

losses, accuracies, _ = zip(*measured, strict=True)
found = {"held-out loss": losses, "held-out accuracy": accuracies}
table({"epochs": range(4)} | found, dict.fromkeys(found, ".3f"))

# %% [markdown]
# It counts, on sequences that it has never seen.
# The course's `train(task)` is this loop with bookkeeping: a schedule, a progress bar, an evaluation every so many steps, the best parameters kept, checkpoints.
# Read it in `course_lib/training/loop.py`; it is short.

# %% [markdown]
# ## 9. What the model has not seen
#
# That word *held-out* deserves a section.
# The loss of the training examples says how well a model does on what it was shown.
# A table of all examples would do that perfectly and know nothing.
# What we want to know is how it does on examples that it has **not** seen, so some are put aside and never trained on: the **validation** set, for decisions during the work (when to stop, which rate, which size), and the **test** set, which is looked at once, at the end, because whatever is used for decisions is no longer unseen.
#
# The same task, `copy`, the same model, the same 500 steps.
# One run may see 100 sentences, the other 10,000.

# %% id="predict-held-out"
predict("held-out")

# %% id="reveal-held-out"
short = replace(copying.recipe, steps=500, evaluate_every=50, keep="last")
seen, unseen = {100: [], 10_000: []}, {}
for count, losses in seen.items():
    part = replace(copying, train=copying.train.take(slice(count)))
    known = part.train.take(slice(500))

    def on_known(run, evaluation, known=known, losses=losses):
        losses.append(evaluate(known, run.params, run.config).loss)

    unseen[count] = train(part, short, callback=on_known, progress=False).history.evaluations

reveal("held-out", unseen[100][-1]["accuracy"], seen_and_unseen(seen, unseen))

# %% [markdown]
# This is **overfitting**: from some step on, what is learned is true of the training examples alone.
# The remedies are more data, a smaller model, dropout (lesson 3), weight decay, or simply to stop in time.
# `train` keeps the parameters of the best evaluation (`keep="best"`), and with `patience=3` it stops after three evaluations without a better one.

# %% [markdown]
# ## 10. Checkpoints
#
# A training may be interrupted: a laptop closes, a machine is needed elsewhere.
# A **checkpoint** is a file from which it goes on *as if nothing had happened*.
# What must be in it?
# The parameters alone are not enough.
# Here the power goes at step 90, before the checkpoint of that step is written.

# %% id="checkpoint"
straight = train(counting, progress=False)
resumed, entries = train_with_power_cut(counting, at=90)

print("the file holds", ", ".join(entries))
pairs = zip(flatten(resumed.params).values(), flatten(straight.params).values(), strict=True)
differ = sum(int((ours != theirs).sum()) for ours, theirs in pairs)
print(f"after {len(resumed.history.loss)} steps {differ} numbers differ from a run without a break")

# %% [markdown]
# Beside the parameters there are those of the best evaluation, and the state of the optimizer: velocities for momentum, both averages and the step number for Adam.
# The entry `about` holds the recipe, the history, and the state of the random generator, without which other batches would be drawn.
# If one of these were missing, the resumed run would be another run.
# The file is written under another name first and then renamed, so that a power cut while writing leaves the old one whole.

# %% [markdown]
# ## 11. Your model
#
# Now to what this course has been about.
# Since lesson 1, every answer of yours that was right has been saved in the folder `my_model`.
# `mine()` reads them all, **checks each one again**, and returns those that are right.
# In the drawing a part is filled and ticked if it is yours; the boxes below it are what trains, writes and measures.

# %% id="mine"
from classroom.architecture import architecture

own = mine()
drawing = architecture(
    poem.config, owners=parts_by_lesson(own), open=("attention", "feed_forward"), loss=True
)
show(drawing)
show(whose_parts(drawing.others, of="parts around the model"))
for name, reason in own.refused.items():
    print(f"Your saved {name} is not used:\n{reason}\n")

# %% [markdown]
# If a part that you have solved is plain, run the `check` line of its exercise once more: only answers that were right when checked are saved.
# If one is dashed, its file was edited since and is no longer right; the message says what is wrong with it, and a right answer at its `check` replaces it.
# (A *solved* notebook saves nothing, so that to run it never touches your work.
# In a fresh copy of the course all parts are plain there.)
#
# Every part was checked alone.
# Do they fit together?
# Take the same parameters and the same examples, and run them through both models, the course's and yours, forward and backward, for each of the five jobs to come.
# If the two differ, each of your parts is put alone into the course's model: the one that makes the difference is named, with what it changes, and the course's takes its place from there on.

# %% id="compare"
for name in ["next_token", "digits", "copy", "toy_sentences", "raven"]:
    comparison = compare(own, name)
    own = comparison.parts
    print(comparison)

# %% [markdown]
# Same logits, same gradients, for every array of the model.
# From here on, `with using(**own):` puts your functions in the place of the course's, and whatever is called inside the block calls yours.
#
# A second judge does not know the course's gradients at all: your `numerical_gradient` of lesson 7.
# Here is the gradient of one array of your model, the `gamma` of the first norm, worked out by your backward functions and measured.

# %% id="measured-gradient"
params = init_params(counting.config, np.random.default_rng(0), np.float64)
norm_1, batch = params["blocks"][0]["norm_1"], counting.train.take(slice(3))


def loss_at(gamma):
    norm_1["gamma"] = gamma
    return loss_and_grads(batch, params, counting.config).loss


with using(**own):
    by_hand = loss_and_grads(batch, params, counting.config).grads["blocks"][0]["norm_1"]["gamma"]
    measured = gradcheck.numerical_gradient(loss_at, norm_1["gamma"])
off = np.abs(by_hand - measured) > 1e-8
print(
    f"the largest of {off.size} entries is {by_hand.max():.3f}; {off.sum()} are off by more than 1e-8"
)

# %% [markdown]
# One question is left: speed.
# A function may be right and slow; a loop over all positions in Python easily takes a hundred times as long as one product of matrices.
# So before each job a step with your functions is timed, first on one example, then on more of them; where one step takes long the rest is estimated.
# If the job would take longer than the minutes that you allow, the slowest of your functions give way to the course's for this job, and you are told which and why.
# Raise `minutes`, and all of it is yours, however long it takes.
#
# The step that trains is your `train_step`: `train` calls it once for each batch.
# Your `minibatches` deals the batches.

# %% id="train-mine"
minutes = 3


def train_mine(task, recipe=None, accuracy=True):
    """Train with the reader's functions, under a live picture. Returns the run, and the parts."""
    parts = pace(own, task, recipe, minutes).within(minutes)
    with using(**parts), live_training(task, recipe, accuracy) as watch:
        run = train(task, recipe, callback=watch)
    return run, parts


def in_epochs(task):
    """The same task, whose batches come from `minibatches`, one epoch after the other."""
    waiting = []

    def draw(rng, size):
        if not waiting:
            waiting.extend(minibatches(len(task.train), size, rng))
        return task.train.take(waiting.pop(0))

    return replace(task, stream=draw)


# %% [markdown]
# ## 12. Five jobs

# %% [markdown]
# ### Counting: `next_token`
#
# One block, one head.
# You know it from section 8; now it is your model, and your `momentum_update` takes the steps.
# The parameters of the last step are kept, not those that did best on the held-out sequences: these are what the result is measured on, and there are no others.

# %% id="job-next-token"
dealt = in_epochs(counting)
with_momentum = replace(dealt.recipe, optimizer="momentum", lr=0.05, keep="last")
counting_run, counting_parts = train_mine(dealt, with_momentum)

# %% id="ask-next-token"
with using(**counting_parts):
    answer = counting.ask(counting_run.params, "3 7 19")
    result = evaluate(counting.held_out, counting_run.params, counting.config)
print(f"{answer.question} → {answer.text} (right: {answer.truth})")
print(f"held-out sequences right: {result.accuracy:.0%} of {len(counting.held_out)}")

# %% [markdown]
# The question is asked inside `using`, too, here and in all that follows: your functions train, and your functions answer.

# %% [markdown]
# ### Questions about digits: `digits`
#
# `Max ( 5 3 9 ) →` asks for 9.
# There are five operations, and of all triples of digits a fifth is never shown in training, with any operation.
# Two blocks of four heads, Adam with warm-up and cosine, clipping at 1.
# The validation set decides which parameters are kept; what is counted below is the test set, which has decided nothing.

# %% id="job-digits"
digits = in_epochs(load_task("digits"))
digits_run, digits_parts = train_mine(digits)

# %% id="ask-digits"
questions = ["Max(5,3,9)", "Min(5,3,9)", "First(5,3,9)", "Last(8,8,1)"]
with using(**digits_parts):
    found = [digits.ask(digits_run.params, question) for question in questions]
    result = evaluate(digits.held_out, digits_run.params, digits.config)
print(f"held-out questions right: {result.accuracy:.0%} of {len(digits.held_out):,}\n")
answered, right = zip(*[(answer.text, answer.truth) for answer in found], strict=True)
table({"question": questions, "answer": answered, "right": right})

# %% [markdown]
# How does it find the answer?
# The answer is predicted at the arrow, the last position.
# Where does the arrow look?
# Each heatmap below belongs to one head of the **second** block.
# A row is the arrow of one question; all five are about the digits 4, 8 and 1, and the label gives the right answer.

# %% id="digits-heatmap"
place_of = {"First": 2, "Second": 3, "Last": 4, "Max": 3, "Min": 4}  # ( is at 1, then 4, 8, 1
ids = np.stack([digits.vocabulary.encode(f"{name} ( 4 8 1 ) →") for name in place_of])
with using(**digits_parts):
    _, cache = model.language_model(ids, digits_run.params, digits.config)
second = cache[0].blocks[1].attention.sublayer.attention.weights
heads_at_the_arrow(second[:, :, -1], ["op", "(", "4", "8", "1", ")", "→"], place_of)

# %% [markdown]
# Which digit is asked for depends on the operation, and where the heads look depends on it, too.
# The model was never told what *First* means, nor that digits have an order.
# (A head need not look at the answer itself.
# The first block has already moved information between the positions, and what an arrow reads at one digit may be about another.
# That was the caution at the end of section 9 in lesson 2.)

# %% [markdown]
# ### A sentence and its copy: `copy`
#
# The encoder–decoder: the encoder reads the sentence, the decoder writes it again.
# What it reads and what it is asked for in training is made by your `teacher_forcing`, from all 10,000 sentences.

# %% id="job-copy"
source = copying.train.inputs[0]
sentences = [row[row != words.pad_id] for row in source]
reads, asked_for = teacher_forcing(sentences, words.bos_id, words.eos_id, words.pad_id)
taught = in_epochs(replace(copying, train=Batch((source, reads), asked_for)))
copy_run, copy_parts = train_mine(taught)

# %% id="ask-copy"
with using(**copy_parts):
    answer = copying.ask(copy_run.params, "the cat sat under a tree")
    result = evaluate(copying.held_out, copy_run.params, copying.config)
print(f"{answer.question} → {answer.text}")
print(f"unseen sentences copied: {result.accuracy:.0%} of {len(copying.held_out):,}")

# %% [markdown]
# To copy the third word, the decoder must look at the third word of the source.
# Lesson 4 showed how a stored model does it; this is the one that has just been trained.
# These are the four heads of its cross-attention.
# A row is what the decoder reads, `<bos>` first; the columns are the source.
# The next word to be written by row $i$ is source word $i$, so what we hope for is the diagonal.
# (The last row writes `<eos>`, which has no column.)

# %% id="copy-heatmap"
sentence = words.encode("the cat sat under a tree")
decoder_reads = np.array([[words.bos_id, *sentence]])
with using(**copy_parts):
    _, cache = model.encoder_decoder(sentence[None], decoder_reads, copy_run.params, copying.config)
cross = cache[1].blocks[0].cross_attention.sublayer.attention.weights[0]
heads_while_copying(cross, [words.tokens[i] for i in sentence])

# %% [markdown]
# No line of code asks for this diagonal.
# It was learned from pairs of sentences, because it lowers the loss.

# %% [markdown]
# ### A little grammar: `toy_sentences`
#
# A handful of words and a little grammar, a fifth of whose sentences is held out: *the cat that sees the dogs sleeps .*
# The verb agrees with its subject, and a clause may stand between them.
# There is no single right next word, so exact matches say nothing here, and the picture shows the norm of the gradient.
# What counts is whether the model says sentences of the grammar.

# %% id="job-toy-sentences"
grammar = in_epochs(load_task("toy_sentences"))
grammar_run, grammar_parts = train_mine(grammar, accuracy=False)

# %% id="ask-toy-sentences"
with using(**grammar_parts):
    report = grammar.report(grammar_run.params)
    written = grammar.generate(grammar_run.params, "", 40, np.random.default_rng(1))
share = report["probability that a sample is a sentence"]
show(leaf(written, f"What it says: {share:.1%} of its sentences obey the grammar"))

# %% [markdown]
# ### The Raven
#
# Last the poem, character by character: one block, four heads, twelve characters of context.
# The last tenth is held out.
# Watch both curves, and remember section 9.

# %% id="job-raven"
raven = in_epochs(load_task("raven"))
raven_run, raven_parts = train_mine(raven, accuracy=False)

# %% [markdown]
# And now it writes.
# `playing` does what `using` does, and notes which parts run, and whose they are.

# %% id="raven-text"
with playing(raven_parts) as ran:
    rng = np.random.default_rng(3)
    verse = raven.generate(raven_run.params, "Once upon", 360, rng, temperature=0.7)

history = raven_run.history
lowest = min(history.evaluations, key=lambda evaluation: evaluation["loss"])
clipped = np.mean(np.array(history.gradient_norm) > raven.recipe.clip)
seen_at_the_end = np.mean(history.loss[-100:])
show(verse_page(verse, seen_at_the_end, lowest, history.evaluations[-1], clipped))

# %% id="whose-verse"
show(whose_parts(ran, of="parts that wrote this verse"))

# %% [markdown]
# New lines in the poet's voice, made of his words and of pieces of them.
# For the first characters your `attend_with_past` of lesson 5 reads the keys and values that it has kept.
# From the 13th on the window of twelve moves along, nothing that was kept is at its old position, and your `encoder_block` and `multi_head_attention` run on all twelve, for each character.
# (Nine boxes of section 11 have no part in any of the five jobs: `pad_sequences`, `most_frequent_pair`, `merge_pair`, `one_hot`, `sinusoidal_positions`, `pool`, `keep_top_k`, `perplexity` and `bits_per_character`.)
#
# On the held-out stanzas the loss fell for a while and then rose: from there on the model learned this poem and not English.
# With so few characters to learn from it could not be otherwise.
# For writing in the voice of *The Raven* that is what we want; as a model of English it should have been stopped at the lowest point.
#
# The right half of the training's picture has a surprise.
# Section 5 spoke of the rare long gradient, and the little grammar had its spikes.
# Here most gradients are above the limit of 1, also after the loss has long become small.
# Clipping then acts at nearly every step, as one more factor on the gradient.
# Adam divides such a factor out again if it changes slowly.
# What is left is what clipping is for: no single batch counts for much more than the others.

# %% [markdown]
# ## Check what you know

# %% id="quiz-correction"
quiz("correction")

# %% id="quiz-clip"
quiz("clip")

# %% id="quiz-leak"
quiz("leak-training")

# %% id="quiz-validation"
quiz("validation")

# %% id="quiz-rate-batch"
quiz("rate-batch")

# %% [markdown]
# ## In real models
#
# The loop has hardly changed since 2017.
# Its numbers have.
#
# | | optimizer | $\beta_2$ | peak rate | warm-up | schedule | clipping | source |
# |---|---|---|---|---|---|---|---|
# | Transformer, base (2017) | Adam | 0.98 | $7 \cdot 10^{-4}$ | 4000 steps | $1/\sqrt{\text{step}}$ | – | Vaswani et al. 2017, Sec. 5.3 |
# | BERT-base (2019) | Adam, decay 0.01 | 0.999 | $10^{-4}$ | 10,000 steps | linear | – | Devlin et al. 2019, App. A.2 |
# | GPT-3 (2020) | Adam, decay 0.1 | 0.95 | $6 \cdot 10^{-5}$ | 375 million tokens | cosine to 10% | 1.0 | Brown et al. 2020, App. B and Table 2.1 |
# | Llama 2, 70B (2023) | AdamW, decay 0.1 | 0.95 | $1.5 \cdot 10^{-4}$ | 2000 steps | cosine to 10% | 1.0 | Touvron et al. 2023, Sec. 2.2 |
#
# A dash: the paper does not mention it.
# That of 2017 gives no peak rate but a formula, which is `warmup_inverse_sqrt` in `course_lib/training/optim.py`:

# %% id="peak-2017"
print(f"peak of the base model, at step 4000: {optim.warmup_inverse_sqrt(4000, 512, 4000):.1g}\n")
sizes_of = {"BERT-base": 110e6, "GPT-3": 175e9}
gigabytes = [2 * 4 * parameters / 1e9 for parameters in sizes_of.values()]
table({"model": list(sizes_of), "GB of Adam's averages in float32": gigabytes}, digits=4)

# %% [markdown]
# - **Batches of millions.**
#   GPT-3 used batches of 3.2 million tokens, reached step by step (Brown et al. 2020, Table 2.1 and App. B).
#   How large a batch pays off can be estimated from the noise of the gradient, as in section 6 (McCandlish et al. 2018).
# - **The averages cost more than the model.**
#   Adam keeps two numbers for each parameter.
#   Training large models therefore divides parameters, gradients and averages among many machines (Rajbhandari et al. 2020).
# - **One epoch or less.**
#   Large language models see most of their text once.
#   GPT-3 was trained on 300 billion tokens and saw some of its sources less than once (Brown et al. 2020, Table 2.2).
#   Overfitting as in section 9 is then not the first worry.
# - **Loss spikes.**
#   Long runs have moments at which the loss jumps.
#   The authors of PaLM went back to an earlier checkpoint and skipped some 200 to 500 batches (Chowdhery et al. 2022, Sec. 5.1).
#
# **Next.**
# Your model has learned five jobs.
# Lesson 9 shows what happens while a model learns, and why it sometimes does not.
# Two afterwords come after it: A looks inside trained models, and B runs on your functions a model that others trained.

# %% [markdown]
# ## Sources
#
# - B. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics and Mathematical Physics 4(5), 1964.
#   Momentum.
# - D. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, 2015, [arXiv:1412.6980](https://arxiv.org/abs/1412.6980).
#   Algorithm 1; Sec. 3 for the correction.
# - I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017, [arXiv:1608.03983](https://arxiv.org/abs/1608.03983).
#   The cosine.
# - I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019, [arXiv:1711.05101](https://arxiv.org/abs/1711.05101).
#   Algorithm 2: AdamW.
# - PyTorch, documentation of [torch.optim.AdamW](https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html).
#   The rule with the learning rate.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*, 2013, [arXiv:1211.5063](https://arxiv.org/abs/1211.5063).
#   Clipping.
# - R. Williams, D. Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural Computation 1(2), 1989.
#   Teacher forcing.
# - M. Ranzato et al., *Sequence Level Training with Recurrent Neural Networks*, 2016, [arXiv:1511.06732](https://arxiv.org/abs/1511.06732).
#   Exposure bias.
# - L. Sagun et al., *Empirical Analysis of the Hessian of Over-Parametrized Neural Networks*, 2017, [arXiv:1706.04454](https://arxiv.org/abs/1706.04454).
#   Steep in a few directions.
# - S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018, [arXiv:1812.06162](https://arxiv.org/abs/1812.06162).
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020, [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - S. Rajbhandari et al., *ZeRO: Memory Optimizations Toward Training Trillion Parameter Models*, 2020, [arXiv:1910.02054](https://arxiv.org/abs/1910.02054).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - H. Touvron et al., *Llama 2: Open Foundation and Fine-Tuned Chat Models*, 2023, [arXiv:2307.09288](https://arxiv.org/abs/2307.09288).
