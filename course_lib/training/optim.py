"""Optimizers, learning-rate schedules, clipping. An optimizer changes the parameters in place."""

import math

import numpy as np

from ..params import find_block, flatten


class SGD:
    """Gradient descent, with momentum if asked for: v = momentum v + g; theta = theta - lr v.

    Parameters
    ----------
    params : nested dict of arrays, changed in place by `step`
    lr : float
    momentum : float in [0, 1)

    Examples
    --------
    >>> params = {"x": np.array([1.0])}
    >>> SGD(params, lr=0.5).step({"x": np.array([2.0])})
    >>> params["x"].tolist()
    [0.0]
    """

    def __init__(self, params, lr, momentum=0.0):
        self.params, self.lr, self.momentum = flatten(params), lr, momentum
        self.velocity = {name: np.zeros_like(array) for name, array in self.params.items()}

    def step(self, grads, lr=None):
        """Take one step down the gradients; `lr` overrides the optimizer's own for this step."""
        lr = self.lr if lr is None else lr
        for name, g in zip(self.params, _matched(self.params, grads), strict=True):
            if self.momentum:
                g = self.velocity[name] = momentum_update(g, self.velocity[name], self.momentum)
            sgd_step(self.params[name], g, lr)

    def state(self):
        """Return the arrays that a resumed run needs."""
        return {f"velocity.{name}": array for name, array in self.velocity.items()}

    def load_state(self, state):
        """Take over what `state` returned."""
        for name, array in self.velocity.items():
            array[...] = state[f"velocity.{name}"]


def sgd_step(theta, g, lr):
    """Take one step of gradient descent, theta = theta - lr g.

    Parameters
    ----------
    theta, g : arrays of one shape
        A parameter, which is changed in place, and its gradient.
    lr : float

    Returns
    -------
    theta : the same array

    Examples
    --------
    >>> sgd_step(np.array([1.0, 2.0]), np.array([0.5, -1.0]), lr=2.0).tolist()
    [0.0, 4.0]
    """
    theta -= lr * g
    return theta


def momentum_update(g, v, momentum=0.9):
    """Return the new velocity, v = momentum v + g (the heavy ball of Polyak 1964).

    Parameters
    ----------
    g, v : arrays of one shape
        Gradient, and the velocity before.

    Examples
    --------
    >>> momentum_update(np.array([1.0]), np.array([2.0]), momentum=0.5).tolist()
    [2.0]
    """
    return momentum * v + g


class Adam:
    """Steps from running averages of the gradient and of its square (Kingma and Ba 2015, Alg. 1).

    The averages lie in one flat array each: twenty small updates cost more than one large.

    Parameters
    ----------
    params : nested dict of arrays, changed in place by `step`
    lr : float
    beta1, beta2 : float in [0, 1)
    eps : float
    weight_decay : float
        Added to the gradient as weight_decay * theta, as in L2 regularization.

    Examples
    --------
    The first step has the length lr, whatever the gradient's.

    >>> params = {"x": np.array([1.0, 1.0])}
    >>> Adam(params, lr=0.1).step({"x": np.array([1000.0, -0.001])})
    >>> np.round(params["x"], 4).tolist()
    [0.9, 1.1]
    """

    decoupled = False

    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.params, self.lr = flatten(params), lr
        self.beta1, self.beta2, self.eps, self.weight_decay = beta1, beta2, eps, weight_decay
        size = sum(array.size for array in self.params.values())
        dtype = next(iter(self.params.values())).dtype
        self.m, self.v, self.t = np.zeros(size, dtype), np.zeros(size, dtype), 0
        self.theta = find_block(list(self.params.values()))

    def step(self, grads, lr=None):
        """Take one step; `lr` overrides the optimizer's own for this step."""
        lr = self.lr if lr is None else lr
        g = np.concatenate(_matched(self.params, grads), axis=None)
        theta = self.theta
        if theta is None:  # the parameters are not packed
            theta = np.concatenate(list(self.params.values()), axis=None)
        if self.weight_decay and not self.decoupled:
            g += self.weight_decay * theta
        self.t += 1
        self.m, self.v, update = adam_update(
            g, self.m, self.v, self.t, lr, self.beta1, self.beta2, self.eps
        )
        if self.weight_decay and self.decoupled:
            update += (lr * self.weight_decay) * theta
        theta -= update
        if theta is not self.theta:
            start = 0
            for array in self.params.values():
                array[...] = theta[start : start + array.size].reshape(array.shape)
                start += array.size

    def state(self):
        """Return the arrays that a resumed run needs."""
        return {"m": self.m, "v": self.v, "t": np.array(self.t)}

    def load_state(self, state):
        """Take over what `state` returned."""
        self.m[...], self.v[...], self.t = state["m"], state["v"], int(state["t"])


class AdamW(Adam):
    """Adam with weight decay outside the adaptive step (Loshchilov and Hutter 2019, Alg. 2).

    The decay of a step is lr * weight_decay * theta, as in PyTorch; in Alg. 2 only the schedule's
    factor multiplies it, not the learning rate.

    Examples
    --------
    >>> params = {"x": np.array([1.0])}
    >>> AdamW(params, lr=0.1, weight_decay=0.5).step({"x": np.array([0.0])})
    >>> params["x"].tolist()
    [0.95]
    """

    decoupled = True

    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
        super().__init__(params, lr, beta1, beta2, eps, weight_decay)


def adam_update(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam on flat arrays.

    Parameters
    ----------
    g, m, v : arrays (n,)
        Gradient, and the running averages of it and of its square.
    t : int
        Number of this step, from 1; the averages start at 0 and are corrected for it.

    Returns
    -------
    m, v, update : arrays (n,)
        The new averages, and what is to be subtracted from the parameters.

    Examples
    --------
    >>> m, v, update = adam_update(np.array([2.0]), np.zeros(1), np.zeros(1), t=1, lr=0.1)
    >>> np.round([m[0], v[0], update[0]], 4).tolist()
    [0.2, 0.004, 0.1]
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    update = lr * m_hat / (np.sqrt(v_hat) + eps)
    return m, v, update


def clip_by_global_norm(grads, max_norm):
    """Scale all gradients alike to a joint norm of at most max_norm (Pascanu et al. 2013, Alg. 1).

    Returns
    -------
    norm : float
        The norm before clipping. The arrays are scaled in place.

    Examples
    --------
    >>> grads = {"x": np.array([3.0]), "y": np.array([4.0])}
    >>> clip_by_global_norm(grads, max_norm=1.0), grads["x"].round(4).tolist()
    (5.0, [0.6])
    """
    arrays = list(flatten(grads).values())
    norm = math.sqrt(sum(float((array**2).sum()) for array in arrays))
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm


def warmup_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    """Return the rate at step 1, 2, ...: a line up, half a cosine down.

    Source: Loshchilov and Hutter 2017, Eq. 5.

    Examples
    --------
    >>> [warmup_cosine(step, 1.0, 2, 6) for step in (1, 2, 4, 6)]
    [0.5, 1.0, 0.5, 0.0]
    """
    total_steps = max(total_steps, warmup_steps + 1)  # all warmup: the cosine has one step
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def warmup_inverse_sqrt(step, d_model, warmup_steps):
    """Return the rate at step 1, 2, ...: a line up, 1 / sqrt(step) down.

    Source: Vaswani et al. 2017, Eq. 3.

    Examples
    --------
    >>> [round(warmup_inverse_sqrt(step, 4, 4), 4) for step in (1, 4, 16)]
    [0.0625, 0.25, 0.125]
    """
    return d_model**-0.5 * min(step**-0.5, step * warmup_steps**-1.5)


def _matched(params, grads):
    """Return the gradients in the order of the parameters; refuse those that do not belong."""
    grads = flatten(grads)
    if grads.keys() != params.keys():
        _refuse(params, grads)
    ordered = [grads[name] for name in params]
    if [g.shape for g in ordered] != [p.shape for p in params.values()]:
        _refuse(params, grads)
    return ordered


def _refuse(params, grads):
    if grads.keys() != params.keys():
        missing, extra = sorted(params.keys() - grads.keys()), sorted(grads.keys() - params.keys())
        raise ValueError(
            f"optimizer: gradients do not match the parameters; "
            f"missing {missing}, unexpected {extra}."
        )
    for name, array in params.items():
        if grads[name].shape != array.shape:
            raise ValueError(
                f"optimizer: the gradient of {name} has shape {grads[name].shape}, "
                f"the parameter {array.shape}; a gradient has the shape of its array."
            )
