"""Training: what is minimized, what takes the steps, the loop, and what is kept of a run.

Read it in this order: objective (loss and gradients of a batch), optim (optimizers, learning rates,
clipping), step (`train_step`), recipe (the settings of a training), loop (`train`), run and
checkpoint (the state of a training and its file), shards (a batch in parts, on several threads),
nonfinite (what to do when a number is not finite), sweep (many trainings).

    task = load_task("digits")
    run = train(task, seed=3)
    evaluate(task.held_out, run.params, run.config)
"""
