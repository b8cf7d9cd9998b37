"""generate: sequences are continued token by token."""

import numpy as np

from classroom.exercises import Case, Mistake

CHAIN = np.array(
    [[0, 5, 1, 0, 0], [0, 0, 5, 1, 0], [0, 1, 0, 5, 0], [5, 0, 1, 0, 0], [0, 0, 0, 1, 5.0]]
)


class Model:
    """A stand-in for a language model: logits that depend on all ids so far.

    The last id counts most. That the others count too shows an answer that does not hand them on.
    """

    def __init__(self, table, memory=0.0):
        self.table, self.memory = table, memory

    def __call__(self, ids):
        ids = np.asarray(ids)
        earlier = self.table[ids[:, :-1]].sum(axis=1)
        return self.table[ids[:, -1]] + self.memory * earlier

    def __deepcopy__(self, memo):
        return self


def cases(rng):
    model = Model(rng.normal(size=(7, 7)) * 1.5, memory=0.4)
    prompt = rng.integers(7, size=(3, 2))

    def chain(label, n, expected, **settings):
        return Case((Model(CHAIN), np.array(expected)[:, :1], n), settings, label, expected)

    def drawn(label, n, seed, **settings):
        return Case((model, prompt, n, np.random.default_rng(seed)), settings, label)

    two_of_three = [[0, 1, 2, 3, 3, 3], [2, 3, 3, 3, 3, 3], [4, 4, 4, 4, 4, 4]]
    starts_with_the_end = [[3, 0, 1, 2, 3], [1, 2, 3, 3, 3]]
    return [
        chain("greedy, three new tokens", 3, [[0, 1, 2, 3]]),
        Case((model, prompt, 5), label="greedy, three prompts of two tokens"),
        chain("two of three sequences end", 5, two_of_three, eos_id=3),
        chain("all sequences end early", 7, [[0, 1, 2, 3], [2, 3, 3, 3]], eos_id=3),
        chain("a prompt that holds the end token", 4, starts_with_the_end, eos_id=3),
        drawn("drawn at temperature 1", 11, 1, temperature=1.0),
        drawn("drawn with all three settings", 11, 2, temperature=1.5, top_k=4, top_p=0.9),
        drawn("drawn, with an end token", 13, 3, eos_id=5, temperature=1.2),
        drawn("drawn with top-k, no temperature given", 11, 4, top_k=4),
    ]


GREEDY = 'sampling.get("temperature") == 0'

mistakes = [
    Mistake(
        "prompt_only",
        {"    done = np": "    prompt, done = ids, np", "next_logits(ids)": "next_logits(prompt)"},
        "The model is asked about the prompt again and again, and never reads what it has "
        "written. Hand it all ids so far: next_logits(ids), with the new ids appended.",
    ),
    Mistake(
        "last_token_only",
        {"next_logits(ids)": "next_logits(ids[:, -1:])"},
        "The model is handed the last token alone and forgets the rest. Hand it all ids so far; "
        "what need not be computed again is decided elsewhere, in section 8.",
    ),
    Mistake(
        "prompt_then_last",
        {
            "for _ in": "for step in",
            "next_logits(ids)": "next_logits(ids[:, -1:] if step else ids)",
        },
        "After the prompt the model is handed the newest token alone and forgets the rest. Hand "
        "it all ids so far; what need not be computed again is decided elsewhere, in section 8.",
    ),
    Mistake(
        "greedy_unless_temperature",
        {'.get("temperature")': '.get("temperature", 0)'},
        "The most likely token is taken because no temperature is given, though top_k or top_p "
        'is. Only temperature 0 is greedy: ask sampling.get("temperature") == 0, and draw '
        "otherwise.",
    ),
    Mistake(
        "new_only",
        {"    done = np": "    T, done = ids.shape[1], np", "return ids": "return ids[:, T:]"},
        lambda case, got, want: (
            f"Only the new tokens are returned. The prompt of {case.args[1].shape[1]} belongs to "
            "the result: (B, T + new tokens)."
        ),
    ),
    Mistake(
        "total_length",
        {"range(max_new_tokens": "range(max_new_tokens - ids.shape[1]"},
        lambda case, got, want: (
            f"max_new_tokens = {case.args[2]} counts the new tokens, without the prompt. You write "
            f"{case.args[2] - case.args[1].shape[1]}."
        ),
    ),
    Mistake(
        "one_too_many",
        {"range(max_new_tokens": "range(max_new_tokens + 1"},
        lambda case, got, want: (
            f"One token too many is written: {case.args[2] + 1} in place of {case.args[2]}. "
            "range(max_new_tokens) already gives the right number."
        ),
    ),
    Mistake(
        "always_greedy",
        {GREEDY: "True"},
        "The most likely token is taken even where settings are given. Take it only if "
        "temperature is 0; otherwise draw: sample(probabilities, rng).",
    ),
    Mistake(
        "always_sampled",
        [{GREEDY: "False"}, {GREEDY: "False", "eos_id is not None": "False"}],
        "sample is called although no generator was given: rng is None there. With no settings, "
        "or temperature 0, take the most likely token: probabilities.argmax(axis=-1).",
    ),
    Mistake(
        "temperature_not_given",
        {'.get("temperature")': '["temperature"]'},
        "Here sampling holds top_k and no temperature, so that sampling['temperature'] fails. "
        "sampling.get('temperature') is None there, which is not 0: draw.",
    ),
    Mistake(
        "stars_forgotten",
        {"(ids), **sampling": "(ids), sampling"},
        "The whole dict arrives as the temperature. Two stars hand its entries on by their names: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "stars_forgotten_in_a_quotient",
        {"next_probabilities(next_logits(ids), **sampling)": "next_logits(ids) / sampling"},
        "The logits are divided by the dict itself, which arrives as the temperature. Two stars "
        "hand its entries on by their names: next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "settings_dropped",
        {"(ids), **sampling": "(ids)"},
        "The settings do not reach the probabilities. Pass them on: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "stops_at_the_first",
        {"done.all()": "done.any()"},
        "You stop as soon as one sequence of the batch has ended. The others go on: stop when "
        "done.all().",
    ),
    Mistake(
        "never_stops",
        {"done.all()": "False"},
        "All sequences have ended, and still more tokens are written. Leave the loop when "
        "done.all().",
    ),
    Mistake(
        "not_filled",
        {"np.where(done, eos_id, new)": "new"},
        "A sequence that has ended goes on with other tokens. From then on it gets eos_id only: "
        "new = np.where(done, eos_id, new).",
    ),
    Mistake(
        "end_dropped",
        {"        ids = ": "        if done.all():\n            break\n        ids = "},
        "You leave the loop before the last tokens are appended. The end token belongs to the "
        "result: append first, then ask whether all are done.",
    ),
    Mistake(
        "prompt_has_ended",
        {"np.zeros(len(ids), bool)": "(ids == eos_id).any(axis=1)"},
        "An end token in the prompt ends nothing: only a sequence that got it as a new token is "
        "done. Begin with done all False, as it is given.",
    ),
    Mistake(
        "none_filled_in",
        {"eos_id is not None": "True"},
        "eos_id is None here, and still it is put into new, which makes an array of objects of "
        "it. Ask first: `if eos_id is not None:`.",
    ),
    Mistake(
        "new_generator",
        {"(probabilities, rng)": "(probabilities, np.random.default_rng(0))"},
        "A new generator is made in every step, so all steps draw with the same random numbers. "
        "Use the one that is handed in, rng.",
    ),
    Mistake(
        "no_end",
        {"eos_id is not None": "False"},
        "eos_id has no effect. A sequence that drew it is done: note that in `done`, fill it up "
        "with eos_id, and stop when all are done.",
    ),
]

hints = [
    "A loop: ask for the logits of all ids so far, turn them into probabilities, choose one id "
    "for each row, append it.",
    "probabilities = next_probabilities(next_logits(ids), **sampling). If "
    'sampling.get("temperature") == 0 the choice is probabilities.argmax(axis=-1), else '
    "sample(probabilities, rng).",
    "Where eos_id is not None: new = np.where(done, eos_id, new), so that what has ended stays "
    "so; then done = done | (new == eos_id).",
    "ids = np.concatenate([ids, new[:, None]], axis=1); if done.all(): break.",
]
