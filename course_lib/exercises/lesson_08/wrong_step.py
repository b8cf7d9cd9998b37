"""A step of training done wrong: the mistakes that the check recognizes."""

import math

from course_lib import optim
from course_lib.objective import loss_and_grads
from course_lib.params import flatten


def right(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    return loss, norm


def no_clipping(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, math.inf)
    optimizer.step(grads, lr)
    return loss, norm


def own_rate(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads)
    return loss, norm


def no_step(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    return loss, optim.clip_by_global_norm(grads, max_norm)


def loss_afterwards(batch, params, config, optimizer, lr, max_norm):
    _, norm = right(batch, params, config, optimizer, lr, max_norm)
    return loss_and_grads(batch, params, config).loss, norm


def norm_as_grads(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    grads = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    return loss, grads


def all_three_as_grads(batch, params, config, optimizer, lr, max_norm):
    result = loss_and_grads(batch, params, config)
    optimizer.step(result, lr)
    return result.loss, 0.0


def two_values(batch, params, config, optimizer, lr, max_norm):
    loss, grads = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    return loss, norm


def steps_by_params(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(params, lr)
    return loss, norm


def twice(batch, params, config, optimizer, lr, max_norm):
    loss, norm = right(batch, params, config, optimizer, lr, max_norm)
    right(batch, params, config, optimizer, lr, max_norm)
    return loss, norm


def norm_after(batch, params, config, optimizer, lr, max_norm):
    loss, norm = right(batch, params, config, optimizer, lr, max_norm)
    return loss, min(norm, max_norm)


def rate_twice(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    for g in flatten(grads).values():
        g *= lr
    optimizer.step(grads, lr)
    return loss, norm


def without_optimizer(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    named = flatten(params)
    for name, g in flatten(grads).items():
        named[name] -= lr * g
    return loss, norm


def same_gradients_twice(batch, params, config, optimizer, lr, max_norm):
    loss, grads, _ = loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    optimizer.step(grads, lr)
    return loss, norm


def limit_of_one(batch, params, config, optimizer, lr, max_norm):
    return right(batch, params, config, optimizer, lr, 1.0)


def accuracy_as_loss(batch, params, config, optimizer, lr, max_norm):
    accuracy = loss_and_grads(batch, params, config).accuracy
    return accuracy, right(batch, params, config, optimizer, lr, max_norm)[1]
