"""Right answers to beam_search, in other styles."""

import numpy as np
from right_answers import each_is_right


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def one_array_of_places(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    T, totals, finished = ids.shape[1], np.zeros(1), []
    for _ in range(max_new_tokens):
        scores = (totals[:, None] + log_softmax(next_logits(ids))).reshape(-1)
        best = np.argsort(scores, kind="stable")[::-1][: 2 * n_beams]
        vocab_size = len(scores) // len(ids)
        going_on = []
        for rank, place in enumerate(best):
            if place % vocab_size != eos_id:
                going_on.append(place)
            elif rank < n_beams:
                finished.append((np.append(ids[place // vocab_size], eos_id), scores[place]))
        if not going_on:
            break
        kept = np.array(going_on[:n_beams])
        rows, totals = kept // vocab_size, scores[kept]
        ids = np.column_stack([ids[rows], kept % vocab_size])
        next_logits.select(rows)
    finished.extend(zip(ids, totals, strict=True))
    values = [total / ((5 + len(row) - T) / 6) ** length_penalty for row, total in finished]
    winner, total = finished[int(np.argmax(values))]
    return winner, float(total)


def lists_of_beams(next_logits, ids, max_new_tokens, n_beams, eos_id=None, length_penalty=0.0):
    beams: list[tuple] = [(list(ids[0]), 0.0)]
    finished: list[tuple] = []
    for _ in range(max_new_tokens):
        log_p = log_softmax(next_logits(np.array([beam for beam, _ in beams])))
        found = [
            (total + log_p[row, token], row, token)
            for row, (_, total) in enumerate(beams)
            for token in range(log_p.shape[1])
        ]
        found.sort(key=lambda entry: -entry[0])
        going_on: list[tuple] = []
        for rank, (total, row, token) in enumerate(found[: 2 * n_beams]):
            if token == eos_id:
                if rank < n_beams:
                    finished.append(([*beams[row][0], token], total))
            elif len(going_on) < n_beams:
                going_on.append((row, token, total))
        if not going_on:
            break
        next_logits.select(np.array([row for row, _, _ in going_on]))
        beams = [([*beams[row][0], token], total) for row, token, total in going_on]
    length = ids.shape[1]
    winner, total = max(
        finished + beams,
        key=lambda entry: entry[1] / ((5 + len(entry[0]) - length) / 6) ** length_penalty,
    )
    return np.array(winner), float(total)


ANSWERS = [one_array_of_places, lists_of_beams]

test_is_right = each_is_right("beam_search", ANSWERS)
