"""One step of training: gradients of a batch, clipped, and a step of the optimizer."""

from . import objective, optim


def train_step(batch, params, config, optimizer, lr, max_norm):
    """Learn from one batch. Return its loss before the step, and the norm before clipping.

    Parameters
    ----------
    batch : Batch
    params : nested dict of arrays
        Changed in place by the optimizer.
    config : TransformerConfig
    optimizer : SGD, Adam or AdamW of these parameters
    lr : float
        Learning rate of this step.
    max_norm : float
        Largest global norm of the gradient.

    Returns
    -------
    loss : float, nats per counted token
    norm : float

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=4, n_heads=1, n_layers=1)
    >>> params = init_params(config, np.random.default_rng(0), np.float64)
    >>> ids, optimizer = np.array([[0, 1, 1, 0]]), optim.SGD(params, lr=0.1)
    >>> batch = objective.Batch((ids,), 1 - ids)  # the other token is wanted
    >>> losses = [train_step(batch, params, config, optimizer, 0.1, 1.0)[0] for _ in range(50)]
    >>> losses[-1] < 0.1 * losses[0]
    True
    """
    loss, grads, _ = objective.loss_and_grads(batch, params, config)
    norm = optim.clip_by_global_norm(grads, max_norm)
    optimizer.step(grads, lr)
    return loss, norm
