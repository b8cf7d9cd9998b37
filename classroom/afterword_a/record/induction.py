"""Induction heads over several seeds: when they form, who does which part, who is missed."""

from dataclasses import replace

import numpy as np

from classroom.exercises import reference
from course_lib.tasks import induction, load_task
from course_lib.training.loop import train
from course_lib.training.objective import evaluate


def record(seeds=range(6), steps=None):
    """Train the two-layer model with each seed, and take away each of its heads.

    Returns
    -------
    arrays : dict
        seed (seeds,); jump (seeds, 3), the steps of `tasks.induction.jump`; loss
        (seeds,), of the whole model on held-out sequences; previous_token, induction, loss_without
        (seeds, n_layers, n_heads): the scores of each head, and the loss without it.
    metadata : dict
    """
    task = load_task("induction", "two-layers")
    recipe = task.recipe if steps is None else replace(task.recipe, steps=steps)
    rows: dict[str, list] = {
        name: [] for name in ("jump", "loss", "previous_token", "induction", "loss_without")
    }
    for seed in seeds:
        run = train(task, recipe, seed=seed, callback=induction.watch(task), progress=False)
        scores = induction.scores(task.validation, run.params, task.config)
        rows["jump"].append(induction.jump(run.history.evaluations))
        rows["loss"].append(evaluate(task.validation, run.params, task.config).loss)
        rows["previous_token"].append(scores.previous_token)
        rows["induction"].append(scores.induction)
        rows["loss_without"].append(_losses_without(task, run.params))
    arrays = {name: np.array(values) for name, values in rows.items()}
    arrays["seed"] = np.array(list(seeds))
    return arrays, {"what": "induction, two layers of attention, one run for each seed"}


def _losses_without(task, params):
    config, without_heads = task.config, reference("without_heads")
    return [
        [
            evaluate(
                task.validation, without_heads(params, layer, [head], config.n_heads), config
            ).loss
            for head in range(config.n_heads)
        ]
        for layer in range(config.n_layers)
    ]
