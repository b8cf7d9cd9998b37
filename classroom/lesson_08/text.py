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
# Lesson 7 ended with the gradient of every parameter of a whole model. A gradient says which way is down. This lesson goes there: step by step, in batches, at a rate that rises and falls, with an eye on data that the model has not seen. At its end the model that you have written since lesson 1 is put together from your own functions, is checked, and trains on five real jobs.
#
# - **You will build** gradient descent, momentum, Adam, a schedule, clipping, minibatches, teacher forcing, and the step that ties them together. Then your model trains.
# - **You need** lesson 7: the gradient of a whole model. Lesson 6: the loss. From lesson 4 the three families of models.
# - **Time** about three hours; after section 6 is a good place to stop
# - **Cost** runs in 50 seconds, 240 MB of memory; about twice as long when the model is all yours
#
# Eight cells are yours, each followed by its check, as before. `hint("sgd_step")` helps, one step at a time, and `solution("sgd_step")` shows the end. Until an answer is right, the lesson goes on with the course's own. Five of the eight become parts of the model that trains at the end.

# %% id="setup"
import math
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from classroom import check, hint, mine, parsons, predict, quiz, reveal, solution, using
from classroom.exercises.my_model import compare, parts_by_lesson
from classroom.exercises.step_time import pace
from classroom.explore.live_training import live_training
from classroom.lesson_08 import (
    SURFACES,
    Descent,
    descend,
    explore_descent,
    explore_schedule,
    whose_parts,
)
from classroom.plots import attention_heatmap, heads_grid, lines, show
from classroom.plots.text_picture import leaf
from course_lib import model
from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import optim
from course_lib.training.loop import train
from course_lib.training.objective import evaluate, loss_and_grads
from course_lib.vocab import pad_sequences

np.set_printoptions(precision=3, suppress=True)

# %% [markdown]
# ## 1. One step downhill
#
# A model has thousands of parameters, and a loss over thousands of parameters cannot be drawn. So we begin with two. Call them $x$ and $y$, together $\theta$, and let the loss be
#
# $$L(\theta) = \tfrac12 \left(x^2 + 25\, y^2\right).$$
#
# It is a long valley: gentle along $x$, steep along $y$, with its lowest point at $(0, 0)$. The gradient is $(x,\ 25\,y)$. It points to where the loss grows, so we go the other way, and how far is decided by the **learning rate** $\eta$:
#
# $$\theta \leftarrow \theta - \eta\, g .$$
#
# That is **gradient descent**. By hand, from $\theta = (-4,\ 1.6)$ with $\eta = 0.05$: the gradient is $(-4,\ 40)$, the step is $(-0.2,\ 2)$, and the new place is $(-3.8,\ -0.4)$. The steep coordinate has jumped over the bottom of the valley to the other side. The gentle one has hardly moved.

# %% id="by-hand"
theta = np.array([-4.0, 1.6])
for step in range(5):
    g = theta * np.array([1.0, 25.0])
    loss = 0.5 * (theta[0] ** 2 + 25 * theta[1] ** 2)
    print(f"step {step}   theta {theta}   g {g}   loss {loss:.4g}")
    theta = theta - 0.05 * g

# %% [markdown]
# In this valley each coordinate goes its own way. One step multiplies $x$ by $1 - \eta$ and $y$ by $1 - 25\,\eta$. With $\eta = 0.05$ these are $0.95$ and $-0.25$. A larger rate would bring $x$ home sooner. How large may it be?

# %% id="predict-edge" jupyter={"source_hidden": true}
predict(
    "edge",
    "From which learning rate on does gradient descent in this valley no longer come to rest, but move away further and further?",
    number=True,
)

# %% id="edge" jupyter={"outputs_hidden": true}
valley = SURFACES["a long valley"]
for lr in [0.02, 0.05, 0.079, 0.081]:
    way = descend(valley, "gradient descent", lr, steps=60)
    print(f"rate {lr:<6} after 60 steps: x {way[-1, 0]:9.3g}   y {way[-1, 1]:9.3g}")

# %% id="reveal-edge"
reveal(
    "edge",
    2 / 25,
    r"$y$ is multiplied by $1 - 25\,\eta$ at each step. It grows as soon as that is below $-1$, "
    r"which is at $\eta = 2/25$. The steepest direction sets the limit, and all others have to "
    r"live with it: near the limit, $x$ is multiplied by $0.92$.",
)

# %% [markdown]
# So there is an edge, and it is sharp. Below it the loss falls; above it the steps grow until the numbers overflow. In a real model nobody knows the steepest direction, and it changes on the way. Many a run that ends in `nan` has crossed this edge.
#
# ### Exercise: `sgd_step`
#
# `sgd_step(theta, g, lr)` takes one step of gradient descent. (SGD stands for *stochastic* gradient descent; section 6 says what is stochastic about it.)
#
# - `theta`: an array of any shape, a parameter. `g`: its gradient, of the same shape. `lr`: the learning rate, a float.
# - Changes `theta` **in place** and returns it; leaves `g` as it is. The model holds the array `theta`; if you made a new one, the model would not know of it.
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
# Here is the valley from above, with the way that your function takes. Dark is low; the star is the lowest point.

# %% id="valley-picture"
Descent({"sgd_step": sgd_step})(surface="a long valley", optimizer="gradient descent", lr=0.07)

# %% [markdown]
# At this rate, close to the edge, $y$ jumps from wall to wall while $x$ creeps along the floor. Losses of real networks are like that: steep in a few directions, nearly flat in most (Sagun et al. 2017). Everything up to section 4 is an answer to this picture.
#
# ## 2. Momentum
#
# From wall to wall the gradient changes its sign at every step. Along the floor it always points the same way. So do not follow the last gradient alone. Add them up, and let the old ones fade: what changes its sign cancels, and what stays the same grows. The sum is called the **velocity** (Polyak 1964):
#
# $$v \leftarrow \mu\, v + g, \qquad \theta \leftarrow \theta - \eta\, v .$$
#
# The **momentum** $\mu$ is how much of the old velocity is left after a step; 0.9 is usual. By hand, with the gradients $1, 1, 1$: the velocity is $1$, then $0.9 + 1 = 1.9$, then $0.9 \cdot 1.9 + 1 = 2.71$. With $1, -1, 1$ it is $1$, $-0.1$, $0.91$.

# %% id="predict-velocity" jupyter={"source_hidden": true}
predict(
    "velocity",
    "The gradient is 1 at every step, and $\\mu = 0.9$. Towards which number does the velocity go?",
    number=True,
)

# %% [markdown]
# ### Exercise: `momentum_update`
#
# `momentum_update(g, v, momentum=0.9)` brings the velocity up to date.
#
# - `g`: the gradient, an array of any shape; `v`: the velocity so far, of the same shape.
# - Returns the new velocity. You may change `v` in place or make a new array, for the caller goes on with what you return. Leave `g` as it is.
#
# ```python
# momentum_update(np.array([2., 2.]), np.array([1., -10.]))    # array([ 2.9, -7. ])
# ```


# %% id="ex-momentum-update" tags=["exercise"]
def momentum_update(g, v, momentum=0.9):
    """Let the velocity fade, and add the gradient. Returns the new velocity."""
    ### BEGIN SOLUTION
    return momentum * v + g
    ### END SOLUTION


# %% id="check-momentum-update"
momentum_update = check(momentum_update)

# %% id="reveal-velocity" jupyter={"outputs_hidden": true}
always, turning = np.zeros(1), np.zeros(1)
for step in range(1, 61):
    always = momentum_update(np.array([1.0]), always)
    turning = momentum_update(np.array([(-1.0) ** step]), turning)
    if step in [1, 2, 3, 10, 60]:
        print(
            f"step {step:>2}   gradient always 1: {always[0]:6.3f}   1, -1 in turn: {turning[0]:6.3f}"
        )

reveal(
    "velocity",
    1 / (1 - 0.9),
    r"$v = 0.9\,v + 1$ holds for $v = 10$: it is the sum $1 + 0.9 + 0.81 + \dots = 1/(1 - 0.9)$. "
    "A gradient that stays the same is amplified ten times, one that turns at every step is halved.",
)

# %% [markdown]
# Back to the valley, at the rate of the picture above. It is only 25 times as steep one way as the other, so a momentum of 0.6 is enough; 0.9 and more are for valleys that are longer.

# %% id="momentum-picture"
yours = {"momentum_update": momentum_update, "sgd_step": sgd_step}
ways = {
    "momentum 0.6": descend(valley, "momentum", 0.07, 0.6, functions=yours),
    "gradient descent": descend(valley, "gradient descent", 0.07, functions=yours),
}
heights = {name: valley.loss(way[:31]) for name, way in ways.items()}
lower = heights["gradient descent"][20] / heights["momentum 0.6"][20]
lines(
    range(31),
    heights,
    title=f"After 20 steps at the same rate the loss is {lower:.0f} times lower with momentum",
    x_label="step",
    y_label="loss",
    log_y=True,
    height=3.0,
)

# %% [markdown]
# ## 3. Adam: to each its own rate
#
# Momentum still has one rate for all parameters. In a transformer their gradients differ by orders of magnitude: an embedding row of a rare word gets a gradient once in a while, a bias of the output at every step. **Adam** (Kingma and Ba 2015, Alg. 1) gives each number its own step length. It keeps two running averages for each, one of the gradient and one of its square:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 ,$$
#
# and the step is $\eta\, m / \sqrt v$, more or less. The root of $v$ measures how large the gradients of this number usually are. Divided by it, only their direction and their steadiness count: multiply a loss by 1000, and the step stays the same. (What this $v$ shares with the velocity of section 2 is the letter. Both names are those of the papers.)
#
# Two details are left, and both are in the "more or less". One is $\varepsilon$, a small number that keeps us from dividing by 0. The other is the start. Both averages begin at 0, and an average that begins at 0 is too small until it has seen enough. At the first step, $m = 0.1\, g$ and $v = 0.001\, g^2$, so the step would be $0.1\,g / (0.032\,|g|)$: more than three times too long. How long would later steps be? For a gradient that is always 1, both averages can be written down.

# %% id="predict-worst" jupyter={"source_hidden": true}
predict(
    "worst",
    "Without a correction the first step is about 3 times too long. When are the steps worst?",
    options=["At step 1", "Near step 10", "Near step 100", "Near step 1000"],
)

# %% id="reveal-worst" jupyter={"outputs_hidden": true}
t = np.arange(1, 3001)
m, v = 1 - 0.9**t, 1 - 0.999**t  # both averages of a gradient that is always 1
too_long = m / np.sqrt(v)
worst = int(t[too_long.argmax()])
print("step     m        v        m / sqrt(v)")
for step in [1, 2, worst, 100, 1000, 3000]:
    print(f"{step:>4}{m[step - 1]:>9.3f}{v[step - 1]:>9.4f}{too_long[step - 1]:>12.2f}")

reveal(
    "worst",
    "Near step 10" if 5 < worst < 30 else "Near step 100",
    f"At step {worst} the step is {too_long.max():.1f} times too long: m has nearly arrived, for its "
    "average reaches back 10 steps, and v has not, for its own reaches back 1000.",
)

# %% id="correction-picture"
lines(
    t,
    {"without correction": too_long, "with": np.ones(len(t))},
    title=f"Without correction the first hundred steps are too long, by up to {too_long.max():.1f} times",
    x_label="step",
    y_label="step / learning rate",
    log_x=True,
    height=3.0,
)

# %% [markdown]
# The correction is one division for each average. Why these numbers? Put the derivation into its order; two lines do not belong.

# %% id="parsons-bias" jupyter={"source_hidden": true}
parsons(
    "bias",
    r"The gradients $g_1, g_2, \dots$ are random and all have the same mean $\mathbb{E}[g]$. Show that $m_t / (1 - \beta^t)$ has this mean, too.",
    [
        r"Write the recursion out from $m_0 = 0$: $m_t = (1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}\, g_i$.",
        r"Take the mean of both sides; all $g_i$ have the same: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}$.",
        r"The sum in this mean is geometric: $\sum_{i=1}^{t} \beta^{\,t-i} = \dfrac{1 - \beta^t}{1 - \beta}$.",
        r"The factor $1 - \beta$ cancels: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta^t)$.",
        r"Divide by what is missing: $\mathbb{E}\!\left[m_t / (1 - \beta^t)\right] = \mathbb{E}[g]$.",
    ],
    distractors=[
        (
            r"The sum in this mean is geometric: $\sum_{i=1}^{t} \beta^{\,t-i} = \dfrac{1}{1 - \beta}$.",
            r"That is the sum of infinitely many terms. After $t$ steps there are $t$; what is missing of the rest is what the correction is about.",
        ),
        (
            r"Each step loses the share $\beta$: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta\, t)$.",
            r"The share that is left of the start is multiplied by $\beta$ at each step, which makes $\beta^t$. And $1 - \beta t$ would soon be negative.",
        ),
    ],
    explain={
        r"Write the recursion out from $m_0 = 0$: $m_t = (1 - \beta) \sum_{i=1}^{t} \beta^{\,t-i}\, g_i$.": "The newest gradient has the weight $1 - \\beta$, and each step back multiplies by $\\beta$.",
        r"The factor $1 - \beta$ cancels: $\mathbb{E}[m_t] = \mathbb{E}[g]\,(1 - \beta^t)$.": "The same holds for $v$ with $\\beta_2$ and the mean of $g^2$.",
    },
)

# %% [markdown]
# ### Exercise: `adam_update`
#
# `adam_update(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8)` does one step of Adam for many parameters at once.
#
# - `g`, `m`, `v`: arrays `(n,)`: the gradient and both averages so far. `t`: the number of this step, counted from **1**.
# - Returns `(m, v, update)`, each `(n,)`: both new averages, **not** corrected, and what is to be subtracted from the parameters,
#
# $$\mathrm{update} = \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}, \qquad \hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t} .$$
#
# - You may change `m` and `v` in place or make new arrays, but leave `g` as it is.
#
# The first step by hand: for $g = 2$, $m = 0.2$ and $v = 0.004$. Corrected they are $2$ and $4$, and the update is $\eta \cdot 2/2 = \eta$.
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
# Now three numbers whose gradients are a thousand times apart, over four steps. The first two gradients are steady, the third changes its sign.

# %% id="adam-steps"
m, v = np.zeros(3), np.zeros(3)
print("           g                      update / lr")
for step in range(1, 5):
    g = np.array([1000.0, 0.001, 10.0 * (-1) ** step])
    m, v, update = adam_update(g, m, v, step, lr=0.01)
    print(
        f"step {step}   {g[0]:.0f}  {g[1]:.3f}  {g[2]:4.0f}          {np.round(update / 0.01, 3)}"
    )

# %% [markdown]
# Both steady ones move by the learning rate, at every step, whatever their size. So with Adam the rate has a meaning: it is about how far each parameter moves in one step. The third, which does not know where to go, soon moves only a little.
#
# ### Weight decay, and the W of AdamW
#
# A model that memorizes its examples tends to need large weights. **Weight decay** pulls every parameter towards 0, a little at each step. There are two ways to do it. One adds $\lambda\, \theta$ to the gradient, as if the loss had a term $\tfrac{\lambda}{2} \theta^2$. With plain gradient descent that is the same as multiplying $\theta$ by $1 - \eta\lambda$. With Adam it is not: what is added to the gradient is divided by $\sqrt{\hat v}$ as well, and where gradients are large the pull all but vanishes. **AdamW** leaves the gradient alone and multiplies the parameter itself by $1 - \eta\lambda$ (Loshchilov and Hutter 2019, Alg. 2).
#
# Two parameters, both at 1. Their gradients are noise with mean 0, for one a thousand times as large as for the other. Nothing but the decay should move them far.

# %% id="adamw"
for kind in [optim.Adam, optim.AdamW]:
    rng = np.random.default_rng(0)
    params = {"small gradients": np.ones(100), "large gradients": np.ones(100)}
    optimizer = kind(params, lr=0.001, weight_decay=0.5)
    for _ in range(1000):
        noise = {"small gradients": 0.01, "large gradients": 10.0}
        optimizer.step({name: s * rng.standard_normal(100) for name, s in noise.items()})
    found = ", ".join(f"{name} {array.mean():.2f}" for name, array in params.items())
    print(f"{kind.__name__:<6} {found}")
print(f"\n(1 - lr decay) to the power of 1000 is {(1 - 0.001 * 0.5) ** 1000:.2f}")

# %% [markdown]
# With AdamW both shrink alike, by the factor that was promised. With Adam and the decay in the gradient, one shrinks much more than that, and the other hardly at all.
#
# ### See for yourself
#
# The explorer runs your three functions. Some things to try:
#
# 1. *A long valley*: find the rate at which gradient descent breaks, then the one at which momentum does. Which can take the larger?
# 2. *A saddle*: the start is nearly on the ridge between two minima, and the gradient towards either of them is nearly 0. Take rate 0.03. Who leaves within 100 steps, and who first?
# 3. *Gradients of small batches*: noise is added to each gradient. No optimizer comes to rest now. What does a smaller rate buy, and what does it cost?
# 4. *A bent valley*: take Adam from rate 0.1 to 0.5.

# %% id="explore-descent"
explore_descent(sgd_step=sgd_step, momentum_update=momentum_update, adam_update=adam_update)

# %% [markdown]
# (1: Gradient descent breaks at 0.08. A momentum of 0.9 holds out until about 0.15: what bounces from wall to wall cancels in the velocity. 2: Adam, which makes small gradients as large as any other, and soon after it momentum, which adds up those that agree. Gradient descent has not come halfway. 3: A smaller rate ends lower and gets there later. The next section has both. 4: It gets round the bend in 100 steps only with the larger rate.)
#
# ## 4. A rate that changes
#
# The surface with small batches shows the dilemma. With noise in the gradients, a large rate comes close quickly and then rattles around the bottom; a small one takes forever. The way out is to begin large and end small. A smooth way down is half a cosine (Loshchilov and Hutter 2017).
#
# At the very beginning, though, a large rate does harm. The parameters are random, gradients are large and point in all directions, and Adam's $v$ rests on a handful of them. So the rate starts near 0 and climbs for a while. This is the **warm-up**; the transformer of 2017 was trained with 4000 steps of it (Vaswani et al. 2017, Sec. 5.3).
#
# ### Exercise: `warmup_cosine`
#
# `warmup_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0)` is the learning rate of one step.
#
# - Steps are counted 1, 2, …, `total_steps`.
# - While `step < warmup_steps`, the rate is on the line from 0 at step 0 to `peak_lr` at `warmup_steps`.
# - From there it falls on half a cosine: with $d$ the share of the remaining way that is done, 0 at `warmup_steps` and 1 at `total_steps`,
#
# $$\eta = \eta_{\text{final}} + \tfrac12\, (\eta_{\text{peak}} - \eta_{\text{final}})\, (1 + \cos \pi d) .$$
#
# - After `total_steps` it stays at `final_lr`. `warmup_steps` may be 0.
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
# Does it help? The noisy valley again, with momentum and 100 steps. We look at the mean loss of the last ten steps, for several rates, once constant and once as the peak of your schedule.

# %% id="schedule-helps"
noisy = SURFACES["the valley, gradients of small batches"]


def last_losses(rate_of):
    """Mean loss of the last ten of 100 steps, over 20 draws of the noise."""
    found = []
    for seed in range(20):
        rng, theta, v = np.random.default_rng(seed), np.array(noisy.start), np.zeros(2)
        for step in range(1, 101):
            g = noisy.gradient(theta) + noisy.noise * rng.standard_normal(2)
            v = momentum_update(g, v)
            theta = sgd_step(theta, v, rate_of(step))
            if step > 90:
                found.append(noisy.loss(theta))
    return np.mean(found)


rates = [0.02, 0.01, 0.005, 0.002, 0.001]
constant = [last_losses(lambda step, lr=lr: lr) for lr in rates]
falling = [last_losses(lambda step, lr=lr: warmup_cosine(step, lr, 5, 100)) for lr in rates]
print("rate     constant   warm-up and cosine")
for lr, fixed, cosine in zip(rates, constant, falling, strict=True):
    print(f"{lr:<6}{fixed:>11.2f}{cosine:>21.2f}")
print(
    "\nis the best with a schedule less than half of the best without?",
    min(falling) < 0.5 * min(constant),
)

# %% [markdown]
# A large constant rate rattles, a small one has not arrived, and there is little room between. The schedule begins with the one and ends with the other. Only where the peak itself is too small does it lose, for it spends even less of the run there.
#
# In the explorer, compare the cosine with the schedule of 2017, which falls like one over the root of the step. Which spends more of the run near its peak? And which would you choose if you did not know in advance how long you will train?

# %% id="explore-schedule"
explore_schedule(warmup_cosine)

# %% [markdown]
# (After a warm-up of 100 steps the cosine stays near its peak for longer, and then comes down to 0. But it must know its end. One over the root does not, so one can stop it, or go on, at any time; it pays with a rate that is still high at the end.)
#
# ## 5. Clipping
#
# Now and then a batch comes along whose gradient is ten times as long as usual. With plain gradient descent it throws the parameters far away; with Adam it spoils both averages for a while. The remedy is to shorten long gradients and leave the others alone (Pascanu, Mikolov and Bengio 2013, Alg. 1). *Long* refers to the gradient of the whole model: all arrays together are one vector, and its length is the **global norm**,
#
# $$\lVert g \rVert = \sqrt{\textstyle\sum_i g_i^2} \quad \text{over all entries of all arrays.}$$
#
# By hand: `W` has the gradient $(3, 4)$ and `b` has $(12)$. The norm is $\sqrt{9 + 16 + 144} = 13$. With a limit of $6.5$ every number is halved. The direction stays what it was. To clip each array by itself, or each number, would turn the step aside.
#
# ### Exercise: `clip_by_global_norm`
#
# `clip_by_global_norm(grads, max_norm)` shortens the gradient of a model.
#
# - `grads`: a nested dict of arrays, as lesson 7 returned it. `flatten(grads)` gives a flat dict of the **same** arrays, `{"blocks.0.attention.W_Q": …}`.
# - If the global norm is above `max_norm`, multiplies all arrays **in place** by the one factor that makes it `max_norm`. Otherwise leaves them alone. (`max_norm` may be `math.inf`: then nothing is ever clipped.)
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
# The loss that we want to lower is a mean over all examples. To compute its gradient we would have to run all of them for a single step. But a mean can be *estimated*: draw a few examples, a **minibatch**, and take the mean over these. The estimate is noisy, and that is the *stochastic* in stochastic gradient descent. How noisy? We measure it on *The Raven*: a model of its characters as it is before training, 2000 windows of the poem as "all the data", and batches drawn from them.

# %% id="predict-noise" jupyter={"source_hidden": true}
predict(
    "noise",
    "A batch of 16 examples misses the full gradient by some distance. How many times smaller is the distance with a batch of 256?",
    number=True,
)

# %% id="noise" jupyter={"outputs_hidden": true}
poem = load_task("raven")
params = init_params(poem.config, np.random.default_rng(0), np.float64)
everything = poem.train.take(slice(0, 4000, 2))


def gradient(batch):
    """The gradient of a batch as one long vector."""
    grads = loss_and_grads(batch, params, poem.config).grads
    return np.concatenate([g.ravel() for g in flatten(grads).values()])


full = gradient(everything)
rng = np.random.default_rng(0)
sizes = [4, 16, 64, 256]
misses = []
for size in sizes:
    draws = [gradient(everything.take(rng.integers(2000, size=size))) for _ in range(10)]
    misses.append(np.mean([np.linalg.norm(g - full) for g in draws]) / np.linalg.norm(full))

lines(
    sizes,
    {"measured": misses, "∝ 1/√B": misses[0] * np.sqrt(sizes[0] / np.array(sizes))},
    title="Four times the examples halve the noise of the gradient",
    x_label="B (examples in a batch)",
    y_label="distance / full length",
    log_x=True,
    markers=True,
    height=3.2,
)

# %% id="reveal-noise"
reveal(
    "noise",
    misses[1] / misses[3],
    "Sixteen times the examples, four times less noise: the error of a mean falls with the root of "
    "how many are in it. Sixteen times the work, too. That is why batches stay small: with the "
    "same work one can take sixteen noisy steps.",
    digits=2,
)

# %% [markdown]
# How are batches drawn? Either with replacement, as above and as the course's `train` does, or in **epochs**: shuffle all examples, go through them once, shuffle again. In an epoch every example is seen exactly once.
#
# ### Exercise: `minibatches`
#
# `minibatches(n, batch_size, rng)` returns the batches of one epoch.
#
# - `n`: the number of examples; `batch_size`: how many are in a batch; `rng`: a NumPy generator.
# - Shuffle with `rng.permutation(n)`, which returns the numbers 0 to `n - 1` in random order, then cut: the first `batch_size` of them are the first batch, and so on. The last batch may be smaller.
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
# A language model is asked at every position for the next token, and the causal mask keeps it honest. An encoder–decoder (lesson 4) writes an answer word by word, each time reading what it has written so far. How does one train it? If it had to write first, a wrong first word would spoil the rest, and every word would need a forward pass of its own.
#
# **Teacher forcing** does neither. During training the decoder reads the *right* answer, one step behind (Williams and Zipser 1989): whatever it would have said itself, the teacher supplies the right word. With a causal mask, one forward pass then asks for all words at once.
#
# | position | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | the decoder reads | `<bos>` | the | raven | sat |
# | and is asked for | the | raven | sat | `<eos>` |
#
# Both rows are the same sentence, shifted against each other by one. `<bos>` is there so that there is something to read before the first word. `<eos>` is asked for so that the model learns to stop. What fills up the shorter sentences of a batch must not be asked for: its target is $-1$, which the loss leaves out (lesson 6).
#
# ### Exercise: `teacher_forcing`
#
# `teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored=-1)` prepares the answers of a batch.
#
# - `sentences`: a list of `B` integer arrays, the ids of the answers, of different lengths. `T` is the longest length.
# - Returns `(inputs, targets)`, both integer arrays `(B, T + 1)`. `inputs` begins with `bos_id` and is filled up with `pad_id`. `targets` ends with `eos_id`, right after the last word, and is filled up with `ignored`.
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
# The task `copy` hands the encoder–decoder a sentence and wants it back. Your function makes the same two arrays as the task does:

# %% id="copy-data"
copying = load_task("copy")
few = copying.train.take(slice(4))
words = copying.vocabulary
source = few.inputs[0]
answers = [row[row != words.pad_id] for row in source]
inputs, targets = teacher_forcing(answers, words.bos_id, words.eos_id, words.pad_id)

for b in range(2):
    print("source    ", words.decode(answers[b]))
    print("reads     ", " ".join(words.tokens[i] for i in inputs[b]))
    print("asked for ", " ".join("·" if i < 0 else words.tokens[i] for i in targets[b]), "\n")
print(
    "as in the task:", np.array_equal(inputs, few.inputs[1]), np.array_equal(targets, few.targets)
)

# %% [markdown]
# Teacher forcing has a price. In training the model never reads a mistake of its own, but when it writes, it does, and has not learned what to do then. This gap is called *exposure bias* (Ranzato et al. 2016). For the short answers of this lesson it does not matter: as long as every word is right, what is written is what the teacher would have supplied.
#
# ## 8. The loop
#
# All pieces are there. One step of training is three calls:
#
# 1. `loss_and_grads(batch, params, config)` runs the model forward and backward. It returns the loss, the gradients and the accuracy.
# 2. `clip_by_global_norm(grads, max_norm)` shortens them.
# 3. `optimizer.step(grads, lr)` changes the parameters. The optimizer knows them since it was made: `SGD(params, lr)`, `Adam(params, lr)`. For the arithmetic it calls `sgd_step`, `momentum_update` or `adam_update` (the course's here, yours in section 11), and it keeps velocities and averages from step to step.
#
# ### Exercise: `train_step`
#
# `train_step(batch, params, config, optimizer, lr, max_norm)` learns from one batch.
#
# - `batch`, `params`, `config`: as `loss_and_grads` takes them. `optimizer`: has `step(grads, lr)`. `lr`: the rate of this step. `max_norm`: the limit of section 5.
# - Returns `(loss, norm)`: the loss of this batch before the step, and the global norm before clipping.
#
# In the case worked by hand, the model knows two tokens and its output matrix is all zeros. Both tokens are then equally likely, the loss is $\ln 2$, and the gradient of the logits is $(-\tfrac12, \tfrac12)$ (lesson 6).


# %% id="ex-train-step" tags=["exercise"]
def train_step(batch, params, config, optimizer, lr, max_norm):
    """Learn from one batch: gradients, clipping, one step. Returns the loss, and the norm before."""
    ### BEGIN SOLUTION
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    ### END SOLUTION
    return loss, norm


# %% id="check-train-step"
train_step = check(train_step)

# %% [markdown]
# Around it goes the loop, and that is all there is to it. The task is the smallest of the course, `next_token`: after each number, the next one. (In float64 here, so that the printed losses are the same on your machine.)

# %% id="ten-lines"
counting = load_task("next_token")
rng = np.random.default_rng(0)
params = init_params(counting.config, rng, np.float64)
optimizer = optim.SGD(params, lr=0.3)
n = len(counting.train)

print(
    "before             held-out accuracy",
    f"{evaluate(counting.validation, params, counting.config).accuracy:.3f}",
)
for epoch in range(1, 4):
    losses = []
    for rows in minibatches(n, 32, rng):
        loss, norm = train_step(
            counting.train.take(rows), params, counting.config, optimizer, 0.3, math.inf
        )
        losses.append(loss)
    measured = evaluate(counting.validation, params, counting.config)
    print(f"epoch {epoch}   loss {np.mean(losses):.3f}   held-out accuracy {measured.accuracy:.3f}")

# %% [markdown]
# It counts, on sequences that it has never seen. The course's `train(task)` is this loop with bookkeeping: a schedule, a progress bar, an evaluation every so many steps, the best parameters kept, checkpoints. Read it in `course_lib/training/loop.py`; it is short.
#
# ## 9. What the model has not seen
#
# That word *held-out* deserves a section. The loss of the training examples says how well a model does on what it was shown. A table of all examples would do that perfectly and know nothing. What we want to know is how it does on examples that it has **not** seen, so some are put aside and never trained on: the **validation** set, for decisions during the work (when to stop, which rate, which size), and the **test** set, which is looked at once, at the end, because whatever is used for decisions is no longer unseen.
#
# The same task, `copy`, the same model, the same 500 steps. One run may see 100 sentences, the other 10,000.

# %% id="predict-held-out" jupyter={"source_hidden": true}
predict(
    "held-out",
    "The run with 100 sentences: its training loss falls below 0.01. How many of the sentences that it has not seen does it copy without a mistake?",
    options=["Nearly all", "About three quarters", "Less than half"],
)

# %% id="held-out" jupyter={"outputs_hidden": true}
short = replace(copying.recipe, steps=500, evaluate_every=50, keep="last")
runs = {}
for count in [100, 10_000]:
    few = replace(copying, train=copying.train.take(slice(count)))
    runs[count] = train(few, short, progress=False)
    evaluations = runs[count].history.evaluations
    print(
        f"{count:>6,} sentences: training loss below 0.01: {np.mean(runs[count].history.loss[-20:]) < 0.01},",
        f"at least 99% of unseen ones right: {evaluations[-1]['accuracy'] >= 0.99}",
    )

# %% id="held-out-picture" jupyter={"outputs_hidden": true}
curves = {
    f"{name}, {count:,}": np.array(
        [measure(runs[count], e) for e in runs[count].history.evaluations]
    )
    for count in runs
    for name, measure in {
        "seen": lambda run, e: np.mean(run.history.loss[e["step"] - 50 : e["step"]]),
        "not seen": lambda run, e: e["loss"],
    }.items()
}
gap = curves["not seen, 100"][-1] / curves["seen, 100"][-1]
lines(
    [e["step"] for e in runs[100].history.evaluations],
    curves,
    title=f"With 100 sentences the loss on unseen ones ends {gap:,.0f} times as high as on seen ones",
    x_label="step",
    y_label="loss (nats)",
    log_y=True,
    height=3.4,
)

# %% id="reveal-held-out"
right = runs[100].history.evaluations[-1]["accuracy"]
reveal(
    "held-out",
    "Less than half" if right < 0.5 else "About three quarters",
    "The training loss looks the same in both runs. It knows its 100 sentences by heart and "
    "fails at most of the others. A result on training examples proves nothing.",
)

# %% [markdown]
# This is **overfitting**: from some step on, what is learned is true of the training examples alone. The remedies are more data, a smaller model, dropout (lesson 3), weight decay, or simply to stop in time. `train` keeps the parameters of the best evaluation (`keep="best"`), and with `patience=3` it stops after three evaluations without a better one.
#
# ## 10. Checkpoints
#
# A training may be interrupted: a laptop closes, a machine is needed elsewhere. A **checkpoint** is a file from which it goes on *as if nothing had happened*. What must be in it? Think before you read on: the parameters alone are not enough.


# %% id="checkpoint"
class PowerCut(Exception):
    pass


def cut(run, evaluation):
    """Stop the run at step 90, before that step's checkpoint is written."""
    if run.step == 90:
        raise PowerCut


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "counting.npz"
    try:
        train(counting, checkpoint=path, callback=cut, progress=False)
    except PowerCut:
        with np.load(path) as file:
            names = [name.removeprefix("arrays/").split("/")[0] for name in file.files]
        print("cut off at step 90; the file holds:", ", ".join(sorted(set(names))))
    resumed = train(counting, checkpoint=path, resume=True, progress=False)

straight = train(counting, progress=False)
same = all(
    np.array_equal(flatten(resumed.params)[name], array)
    for name, array in flatten(straight.params).items()
)
print(
    "steps in the history:",
    len(resumed.history.loss),
    " equal to a run without a break, bit for bit:",
    same,
)

# %% [markdown]
# Beside the parameters there are those of the best evaluation, and the state of the optimizer: velocities for momentum, both averages and the step number for Adam. The entry `about` holds the recipe, the history, and the state of the random generator, without which other batches would be drawn. If one of these were missing, the resumed run would be another run. The file is written under another name first and then renamed, so that a power cut while writing leaves the old one whole.
#
# ## 11. Your model
#
# Now to what this course has been about. Since lesson 1, every answer of yours that was right has been saved in the folder `my_model`. `mine()` reads them all, **checks each one again**, and returns those that are right. A box is a part of the model: filled if it is yours.

# %% id="mine"
own = mine()
show(whose_parts({f"lesson {n}": parts for n, parts in parts_by_lesson(own).items() if n <= 8}))
for name, reason in own.refused.items():
    print(f"Your saved {name} is not used:\n{reason}\n")

# %% [markdown]
# If a box that you have solved is white, run the `check` line of its exercise once more: only answers that were right when checked are saved. If one is orange, its file was edited since and is no longer right; the message says what is wrong with it, and a right answer at its `check` replaces it. (A *solved* notebook saves nothing, so that to run it never touches your work. In a fresh copy of the course all boxes are white there.)
#
# Every part was checked alone. Do they fit together? Take the same parameters and the same examples, and run them through both models, the course's and yours, forward and backward. Two language models and an encoder–decoder:

# %% id="compare"
for name in ["next_token", "digits", "copy"]:
    print(compare(own, name))

# %% [markdown]
# Same logits, same gradients, for every array of the model. From here on, `with using(**own):` puts your functions in the place of the course's, and whatever is called inside the block calls yours.
#
# One question is left: speed. A function may be right and slow; a loop over all positions in Python easily takes a hundred times as long as one product of matrices. So before each job one step is timed with the course's functions and one with yours. If the job would take longer than the minutes that you allow, the slowest of your functions give way to the course's for this job, and you are told which and why. Raise `minutes`, and all of it is yours, however long it takes.

# %% id="train-mine"
minutes = 3


def train_mine(name, preset=None, accuracy=True):
    """Train a task with the reader's functions, under a live picture. Returns the task and the run."""
    task = load_task(name, preset)
    parts = pace(own, task, minutes=minutes).within(minutes)
    with using(**parts), live_training(task, accuracy=accuracy) as watch:
        run = train(task, callback=watch)
    return task, run


results = {}

# %% [markdown]
# ## 12. Five jobs
#
# ### Counting: `next_token`
#
# One block, one head, plain gradient descent. You know it from section 8; now it is your model.

# %% id="job-next-token"
task, run = train_mine("next_token")
results["next_token"] = evaluate(task.held_out, run.params, task.config).accuracy

# %% id="ask-next-token"
answer = task.ask(run.params, "3 7 19")
print("asked:", answer.question, "  answer right:", answer.text == answer.truth)
print("at least 99% of held-out sequences right:", results["next_token"] >= 0.99)

# %% [markdown]
# ### Questions about digits: `digits`
#
# `Max ( 5 3 9 ) →` asks for 9. There are five operations, and of all triples of digits a fifth is never shown in training, with any operation. Two blocks of four heads, Adam with warm-up and cosine, clipping at 1.

# %% id="job-digits"
task, run = train_mine("digits")
results["digits"] = evaluate(task.held_out, run.params, task.config).accuracy

# %% id="ask-digits"
questions = ["Max(5,3,9)", "Min(5,3,9)", "First(5,3,9)", "Last(8,8,1)"]
found = [task.ask(run.params, question) for question in questions]
print("answers right:", [answer.text == answer.truth for answer in found])
print("at least 99% of held-out questions right:", results["digits"] >= 0.99)

# %% [markdown]
# How does it find the answer? The answer is predicted at the arrow, the last position. Where does the arrow look? Each heatmap below belongs to one head of the **second** block. A row is the arrow of one question; all five are about the digits 4, 8 and 1, and the label gives the right answer.

# %% id="digits-heatmap"
asked = {"First": 0, "Second": 1, "Last": 2, "Max": 1, "Min": 2}  # which of 4, 8, 1 is the answer
ids = np.stack([task.vocabulary.encode(f"{name} ( 4 8 1 ) →") for name in asked])
_, cache = model.language_model(ids, run.params, task.config)
arrow = cache[0].blocks[1].attention.sublayer.attention.weights[:, :, -1].astype(float)
best = [arrow[i, :, 2 + place].max() for i, place in enumerate(asked.values())]
heads_grid(
    arrow.transpose(1, 0, 2),
    [f"{name}→{'481'[place]}" for name, place in asked.items()],
    ["op", "(", "4", "8", "1", ")", "→"],
    title=f"For {sum(w > 0.5 for w in best)} of {len(best)} questions some head looks mostly at the answer",
)

# %% [markdown]
# Which digit is asked for depends on the operation, and where the heads look depends on it, too. The model was never told what *First* means, nor that digits have an order. (A head need not look at the answer itself. The first block has already moved information between the positions, and what an arrow reads at one digit may be about another. That was the caution at the end of section 9 in lesson 2.)
#
# ### A sentence and its copy: `copy`
#
# The encoder–decoder, taught by teacher forcing: the encoder reads the sentence, the decoder writes it again.

# %% id="job-copy"
task, run = train_mine("copy")
results["copy"] = evaluate(task.held_out, run.params, task.config).accuracy

# %% id="ask-copy"
answer = task.ask(run.params, "the cat sat under a tree")
print("asked:", answer.question, "  copied:", answer.text == answer.truth)
print("at least 99% of unseen sentences copied:", results["copy"] >= 0.99)

# %% [markdown]
# To copy the third word, the decoder must look at the third word of the source. Lesson 4 showed how a stored model does it; this is the one that has just been trained. These are the four heads of its cross-attention. A row is what the decoder reads, `<bos>` first; the columns are the source. The next word to be written by row $i$ is source word $i$, so what we hope for is the diagonal. (The last row writes `<eos>`, which has no column.)

# %% id="copy-heatmap"
source = task.vocabulary.encode("the cat sat under a tree")[None]
reads = np.concatenate([[[task.vocabulary.bos_id]], source], axis=1)
_, cache = model.encoder_decoder(source, reads, run.params, task.config)
cross = cache[1].blocks[0].cross_attention.sublayer.attention.weights[0].astype(float)
source_words = [task.vocabulary.tokens[i] for i in source[0]]
diagonal = [np.mean(np.diagonal(head[:-1])) for head in cross]
heads_grid(
    cross,
    ["<bos>", *source_words],
    source_words,
    title=f"The heads give {min(diagonal):.2f} to {max(diagonal):.2f} of their attention to the word that is to be written",
)

# %% id="copy-mean"
attention_heatmap(
    cross.mean(axis=0),
    ["<bos>", *source_words],
    source_words,
    title="All heads together: the word to be written gets "
    f"{np.mean(np.diagonal(cross.mean(axis=0)[:-1])):.2f} of the attention, on average",
    width=6.0,
)

# %% [markdown]
# Nobody drew this diagonal. It was learned from pairs of sentences in a few seconds, by gradient descent, because it lowers the loss.
#
# ### A little grammar: `toy_sentences`
#
# A handful of words and a little grammar, a fifth of whose sentences is held out: *the cat that sees the dogs sleeps .* The verb agrees with its subject, and a clause may stand between them. There is no single right next word, so exact matches say nothing here, and the picture shows the norm of the gradient. What counts is whether the model says sentences of the grammar.

# %% id="job-toy-sentences"
task, run = train_mine("toy_sentences", accuracy=False)
results["toy_sentences"] = task.report(run.params)["probability that a sample is a sentence"]

# %% id="ask-toy-sentences"
print(
    "at least 95% of what it says is a sentence of the grammar:", results["toy_sentences"] >= 0.95
)
written = task.generate(run.params, "", 40, np.random.default_rng(1))
show(
    leaf(written, f"What it says: {results['toy_sentences']:.1%} of its sentences obey the grammar")
)

# %% [markdown]
# ### The Raven
#
# Last the poem, character by character: one block, four heads, twelve characters of context. The last tenth is held out. Watch both curves, and remember section 9.

# %% id="job-raven"
task, run = train_mine("raven", accuracy=False)

# %% id="raven-finding"
print("windows of the poem to learn from:", f"{len(task.train):,}")
evaluations = run.history.evaluations
lowest = min(evaluations, key=lambda e: e["loss"])
last = np.mean(run.history.loss[-100:])
print("training loss at the end below 1.2 nats:", last < 1.2)
print("held-out loss at the end above its lowest:", evaluations[-1]["loss"] > lowest["loss"])
norms = np.array(run.history.gradient_norm)
print("most gradients were longer than 1 and were clipped:", bool((norms > 1.0).mean() > 0.5))

# %% id="raven-text"
verse = task.generate(run.params, "Once upon", 360, np.random.default_rng(3), temperature=0.7)
show(
    leaf(
        verse,
        f"After {run.step} steps: {last:.2f} nats a character on what it has seen, "
        f"{evaluations[-1]['loss']:.2f} on what it has not (at best {lowest['loss']:.2f}, step {lowest['step']})",
    )
)

# %% [markdown]
# New lines in the poet's voice, made of his words and of words that he might have used. On the held-out stanzas the loss fell for a while and then rose: from there on the model learned this poem and not English. With so few characters to learn from it could not be otherwise. For writing in the voice of *The Raven* that is what we want; as a model of English it should have been stopped at the lowest point.
#
# The right half of the picture has a surprise. Section 5 spoke of the rare long gradient, and the little grammar had its spikes. Here most gradients are above the limit of 1, also after the loss has long become small. Clipping then acts at nearly every step, as one more factor on the gradient. Adam divides such a factor out again if it changes slowly. What is left is what clipping is for: no single batch counts for much more than the others.

# %% [markdown]
# ## Check what you know

# %% id="quiz-adam-scale" jupyter={"source_hidden": true}
quiz(
    "adam-scale",
    "Someone multiplies the loss by 100, without weight decay and without clipping. What happens to the training?",
    [
        (
            "With gradient descent and with Adam the steps are 100 times as long",
            False,
            "With gradient descent they are. Adam divides by the root of the mean square of the gradient, which is 100 times as large, too.",
        ),
        (
            "With gradient descent the steps are 100 times as long, with Adam they stay as they are",
            True,
            "$\\hat m$ and $\\sqrt{\\hat v}$ both grow by 100, and the quotient stays. Only $\\varepsilon$ counts a hundredth of what it did.",
        ),
        (
            "Nothing, in both cases: the minimum is where it was",
            False,
            "The minimum is where it was. But gradient descent steps by $\\eta\\, g$, and $g$ is 100 times as large; it will most likely cross the edge of section 1.",
        ),
    ],
)

# %% id="quiz-correction" jupyter={"source_hidden": true}
quiz(
    "correction",
    "After many steps a run with Adam is resumed from a checkpoint that holds the parameters and both averages, but not the step number $t$. It starts again at $t = 1$. What happens?",
    [
        (
            "The first step is about ten times too long",
            False,
            "$\\hat m = m / 0.1$ is ten times too large, yes. But $v$ is corrected as well, and its root stands below the line.",
        ),
        (
            "Nothing: the averages are right",
            False,
            "They are, and that is the problem: they are corrected as if they had just started at 0.",
        ),
        (
            "The first step is about a third as long as it should be",
            True,
            "$\\hat m = m / 0.1$ is 10 times too large and $\\sqrt{\\hat v} = \\sqrt{v / 0.001}$ is 32 times too large. The run is not the run that was interrupted.",
        ),
    ],
)

# %% id="quiz-clip" jupyter={"source_hidden": true}
quiz(
    "clip",
    "Two arrays have gradients of norm 3 and 4. `max_norm` is 1. What are their norms after clipping by global norm?",
    [
        (
            "0.6 and 0.8",
            True,
            "The global norm is 5, so everything is multiplied by 1/5. Together they have the norm 1, and their ratio is what it was.",
        ),
        (
            "1 and 1",
            False,
            "That is clipping each array by itself. The step would no longer point where the gradient points.",
        ),
        (
            "3/7 and 4/7",
            False,
            "That divides by the sum of the norms. Lengths at right angles add like the sides of a triangle: $\\sqrt{9 + 16} = 5$.",
        ),
        (
            "They stay 3 and 4: neither array is the longest",
            False,
            "What is compared with `max_norm` is the norm of all arrays together, 5.",
        ),
    ],
)

# %% id="quiz-leak" jupyter={"source_hidden": true}
quiz(
    "leak",
    "Someone forgets to shift: the decoder reads the answer itself, and is asked for the same answer, position by position. What will be seen?",
    [
        (
            "An error, because `<bos>` is missing",
            False,
            "All shapes fit. Nothing complains, which is what makes this mistake expensive.",
        ),
        (
            "The loss does not fall",
            False,
            "It falls faster than ever: the word asked for can be read off at the same position.",
        ),
        (
            "The loss falls to nearly 0 at once, and the model cannot write",
            True,
            "It learns to pass on what it reads. When it writes there is nothing to pass on. A loss that is too good in the first minute is a reason to look at a batch with one's own eyes.",
        ),
    ],
)

# %% id="quiz-validation" jupyter={"source_hidden": true}
quiz(
    "validation",
    "You try 50 learning rates and report the best accuracy on the validation set. Why is it probably too good?",
    [
        (
            "Because the validation set is smaller than the training set",
            False,
            "A small set makes the figure noisy, up or down. It is the choice among noisy figures that makes it too good.",
        ),
        (
            "Because the model was trained on the validation set",
            False,
            "Its gradients never saw it. But your choice did.",
        ),
        (
            "Because the best of 50 noisy figures is one with lucky noise",
            True,
            "Choosing is a kind of training, on the validation set. That is what the test set is for: it is measured once, after the choice.",
        ),
    ],
)

# %% id="quiz-rate-batch" jupyter={"source_hidden": true}
quiz(
    "rate-batch",
    "A run takes 1000 steps with batches of 64. You change to batches of 256 and 1000 steps. What changes?",
    [
        (
            "Four times the work, and gradients with half the noise",
            True,
            "The noise falls with the root of the batch size. Whether that is worth four times the work depends on how much the noise was in the way; often a larger rate becomes possible, too.",
        ),
        (
            "The same work, for there are as many steps",
            False,
            "Each step runs four times as many examples.",
        ),
        (
            "Four times the work, and gradients with a quarter of the noise",
            False,
            "The error of a mean falls with the root of how many numbers are in it.",
        ),
    ],
)

# %% [markdown]
# ## In real models
#
# The loop has hardly changed since 2017. Its numbers have.
#
# | | optimizer | $\beta_2$ | peak rate | warm-up | schedule | clipping | source |
# |---|---|---|---|---|---|---|---|
# | Transformer, base (2017) | Adam | 0.98 | $7 \cdot 10^{-4}$ | 4000 steps | $1/\sqrt{\text{step}}$ | – | Vaswani et al. 2017, Sec. 5.3 |
# | BERT-base (2019) | Adam, decay 0.01 | 0.999 | $10^{-4}$ | 10,000 steps | linear | – | Devlin et al. 2019, App. A.2 |
# | GPT-3 (2020) | Adam, decay 0.1 | 0.95 | $6 \cdot 10^{-5}$ | 375 million tokens | cosine to 10% | 1.0 | Brown et al. 2020, App. B and Table 2.1 |
# | Llama 2, 70B (2023) | AdamW, decay 0.1 | 0.95 | $1.5 \cdot 10^{-4}$ | 2000 steps | cosine to 10% | 1.0 | Touvron et al. 2023, Sec. 2.2 |
#
# A dash: the paper does not mention it. That of 2017 gives no peak rate but a formula, which is `warmup_inverse_sqrt` in `course_lib/training/optim.py`:

# %% id="peak-2017"
print(f"peak of the base model, at step 4000: {optim.warmup_inverse_sqrt(4000, 512, 4000):.1g}")
for name, parameters in [("BERT-base", 110e6), ("GPT-3", 175e9)]:
    print(f"{name:<10} Adam's two averages in float32: {2 * 4 * parameters / 1e9:,.1f} GB")

# %% [markdown]
# - **Batches of millions.** GPT-3 used batches of 3.2 million tokens, reached step by step (Brown et al. 2020, Table 2.1 and App. B). How large a batch pays off can be estimated from the noise of the gradient, as in section 6 (McCandlish et al. 2018).
# - **The averages cost more than the model.** Adam keeps two numbers for each parameter. Training large models therefore divides parameters, gradients and averages among many machines (Rajbhandari et al. 2020).
# - **One epoch or less.** Large language models see most of their text once. GPT-3 was trained on 300 billion tokens and saw some of its sources less than once (Brown et al. 2020, Table 2.2). Overfitting as in section 9 is then not the first worry.
# - **Loss spikes.** Long runs have moments at which the loss jumps. The authors of PaLM went back to an earlier checkpoint and skipped some 200 to 500 batches (Chowdhery et al. 2022, Sec. 5.1).
#
# **Next.** Your model has learned five jobs. *What* happens while it learns, and why it sometimes does not: lesson 9.
#
# ## Sources
#
# - B. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics and Mathematical Physics 4(5), 1964. Momentum.
# - D. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, 2015, [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). Algorithm 1; Sec. 3 for the correction.
# - I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017, [arXiv:1608.03983](https://arxiv.org/abs/1608.03983). The cosine.
# - I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019, [arXiv:1711.05101](https://arxiv.org/abs/1711.05101). AdamW.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*, 2013, [arXiv:1211.5063](https://arxiv.org/abs/1211.5063). Clipping.
# - R. Williams, D. Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural Computation 1(2), 1989. Teacher forcing.
# - M. Ranzato et al., *Sequence Level Training with Recurrent Neural Networks*, 2016, [arXiv:1511.06732](https://arxiv.org/abs/1511.06732). Exposure bias.
# - L. Sagun et al., *Empirical Analysis of the Hessian of Over-Parametrized Neural Networks*, 2017, [arXiv:1706.04454](https://arxiv.org/abs/1706.04454). Steep in a few directions.
# - S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018, [arXiv:1812.06162](https://arxiv.org/abs/1812.06162).
# - A. Vaswani et al., *Attention Is All You Need*, 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# - J. Devlin et al., *BERT*, 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - T. Brown et al., *Language Models are Few-Shot Learners*, 2020, [arXiv:2005.14165](https://arxiv.org/abs/2005.14165).
# - S. Rajbhandari et al., *ZeRO: Memory Optimizations Toward Training Trillion Parameter Models*, 2020, [arXiv:1910.02054](https://arxiv.org/abs/1910.02054).
# - A. Chowdhery et al., *PaLM: Scaling Language Modeling with Pathways*, 2022, [arXiv:2204.02311](https://arxiv.org/abs/2204.02311).
# - H. Touvron et al., *Llama 2: Open Foundation and Fine-Tuned Chat Models*, 2023, [arXiv:2307.09288](https://arxiv.org/abs/2307.09288).
