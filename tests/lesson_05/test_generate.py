"""Right answers to generate, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import decoding


def greedy_without_a_generator(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    done = np.full(len(ids), False)
    while max_new_tokens and not done.all():
        probabilities = decoding.next_probabilities(next_logits(ids), **sampling)
        new = probabilities.argmax(axis=-1) if rng is None else decoding.sample(probabilities, rng)
        if eos_id is not None:
            new[done] = eos_id
            done |= new == eos_id
        ids = np.column_stack([ids, new])
        max_new_tokens -= 1
    return ids


def lists_of_rows(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    rows = [list(row) for row in ids]
    ended = [False] * len(rows)
    settings = sampling or {"temperature": 0}
    for _ in range(max_new_tokens):
        if all(ended):
            break
        probabilities = decoding.next_probabilities(next_logits(np.array(rows)), **settings)
        if settings.get("temperature") == 0:
            new = [int(np.argmax(row)) for row in probabilities]
        else:
            new = [int(token) for token in decoding.sample(probabilities, rng)]
        for place, row in enumerate(rows):
            row.append(eos_id if ended[place] else new[place])
            ended[place] = ended[place] or row[-1] == eos_id
    return np.array(rows)


ANSWERS = [greedy_without_a_generator, lists_of_rows]

test_is_right = each_is_right("generate", ANSWERS)
