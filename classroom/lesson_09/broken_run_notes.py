"""The case notes of the ward: what speaks for a diagnosis, and what against it, in numbers."""

import textwrap

from classroom.exercises import reference
from classroom.lesson_09.broken_runs import CONTROL, Vitals, vitals


def case_notes(answer) -> str:
    """Return why each diagnosis is right, once all are; else that the notes are closed.

    Parameters
    ----------
    answer : callable
        The reader's `diagnoses`, as `check` returned it.
    """
    if answer is reference("diagnoses"):  # `check` returns it until the reader's is right
        return "The case notes stay closed until all eight diagnoses are right."
    blocks = []
    for patient, disease in answer().items():
        text = textwrap.fill(
            note(disease, patient), 88, initial_indent="  ", subsequent_indent="  "
        )
        blocks.append(f"{patient}: {disease}\n{text}")
    return "\n\n".join(blocks)


#: What one would see if a diagnosis were right.
EXPECTED = {
    "rate": "Too high a rate throws the loss up within the first steps, above where it began, and "
    "makes the numbers in the model huge.",
    "zeroing": "Gradients that are never set to zero pile up: what the optimizer gets becomes "
    "longer and longer.",
    "shift": "A model that is asked for the very character it reads is soon right every time, on "
    "any text, and has no need to look elsewhere.",
    "leak": "Through a leak, attention goes above the diagonal, to the very character that is "
    "asked for.",
    "dead": "Dead units are silent on every example and stay so: all of them, in block after "
    "block, to the end.",
    "vanishing": "A gradient that vanishes does so from the first step on, and block by block: "
    "block 1 gets a tiny part of what the output gets.",
    "evaluation": "An exam on training data takes away the gap between the two curves, and changes "
    "nothing else: training goes as in the healthy run.",
    "overflow": "A number that is too large for its type becomes infinite, and one step later "
    "everything is nan.",
}


def against(claim: str, patient: str) -> str:
    """Say what one would see if a claim were so, and what this patient shows in its place."""
    return f"{EXPECTED[claim]} {_HERE[claim](patient, vitals(patient), vitals(CONTROL))}"


def _rate(patient: str, v: Vitals, healthy: Vitals) -> str:
    if v.worst > v.loss_0 + 1:
        return (
            f"{patient}'s loss does rise, to {v.worst:.1f}, but over hundreds of steps, with a "
            f"gradient that has grown {v.growth:.0f} times since step 1. What a high rate does is "
            "done after a few steps, and the gradient is none the longer for it."
        )
    until = "" if v.ends is None else f", until it ends at step {v.ends}"
    return (
        f"{patient}'s loss begins at {v.loss_0:.2f}, and no batch after the first costs more than "
        f"{v.worst:.2f}{until}: nothing was thrown off its course."
    )


def _zeroing(patient: str, v: Vitals, healthy: Vitals) -> str:
    return (
        f"{patient}'s gradient has {v.growth:.2g} times the length of step 1 at the end: it "
        f"has become shorter (in the healthy run: {healthy.growth:.2g})."
    )


def _shift(patient: str, v: Vitals, healthy: Vitals) -> str:
    if v.train < 0.5:
        return (
            f"{patient} comes close: {v.held_out_accuracy:.0%} are right. But it stays there and "
            f"never gets to 100%, and one of its heads pays {v.ahead:.0%} of its attention to "
            "other, later positions. Nobody needs these to repeat what it reads."
        )
    return (
        f"Of {patient}'s answers on held-out text only {v.held_out_accuracy:.0%} are right at the "
        f"end, at a loss of {v.held_out:.2f}."
    )


def _leak(patient: str, v: Vitals, healthy: Vitals) -> str:
    text = f"Not one of {patient}'s heads pays any attention to later positions"
    if v.train < 0.5:
        text += (
            f". And {v.held_out_accuracy:.0%} right is too many for a leak: the last position has "
            "no later one to look at, and has to guess"
        )
    return f"{text}."


def _dead(patient: str, v: Vitals, healthy: Vitals) -> str:
    if v.dead < 0.05:
        return f"Of {patient}'s units {v.dead:.0%} are silent in the end: all are at work."
    return (
        f"Of {patient}'s units {v.dead:.0%} are silent in the end, so most are not, and at step 0 "
        f"it was {v.dead_0:.0%}. Those that fell silent are a consequence: look for what came "
        "before."
    )


def _vanishing(patient: str, v: Vitals, healthy: Vitals) -> str:
    text = (
        f"At step 1 {patient}'s block 1 gets {v.depth:.2g} times the gradient of the output "
        f"(in the healthy run: {healthy.depth:.2g}): it arrives."
    )
    if v.score > 1e6:
        text += (
            " Later on little reaches the blocks, all four alike. That came after the first steps, "
            f"when scores had grown beyond all measure (now {_large(v.score)}): a softmax that is "
            "so sure lets nothing through."
        )
    return text


def _evaluation(patient: str, v: Vitals, healthy: Vitals) -> str:
    gap = v.held_out - v.train
    if gap > 0.15:
        return (
            f"{patient} has a gap: {v.train:.2f} on training data, {v.held_out:.2f} on held-out "
            "data."
        )
    if v.train < 0.5:
        return (
            f"{patient} has no gap to speak of, but its loss on training data is "
            f"{v.train:.2g}, where the healthy run has {healthy.train:.2f}. The choice of the "
            "exam cannot make a model that good; and what it writes cannot be read."
        )
    return (
        f"{patient} has no gap, but its loss on training data is {v.train:.2f}, where the "
        f"healthy run has {healthy.train:.2f}: it has learned next to nothing, so there is nothing "
        "for an exam to hide."
    )


def _overflow(patient: str, v: Vitals, healthy: Vitals) -> str:
    text = f"{patient}'s loss is a number to the last step."
    if v.score > 1e3:
        text += (
            f" Its scores do become large, up to {_large(v.score)}, but they were computed in "
            "float32, which ends at 3.4e38."
        )
    return text


def _large(value: float) -> str:
    """A large number in two digits, without an exponent."""
    return f"{float(f'{value:.2g}'):,.0f}"


_HERE = {
    "rate": _rate,
    "zeroing": _zeroing,
    "shift": _shift,
    "leak": _leak,
    "dead": _dead,
    "vanishing": _vanishing,
    "evaluation": _evaluation,
    "overflow": _overflow,
}


def note(disease: str, patient: str) -> str:
    """Say why a right diagnosis is right, in the numbers of the patient, and what had been done."""
    v, healthy = vitals(patient), vitals(CONTROL)
    texts = {
        "rate": f"The loss begins at {v.loss_0:.2f} and leaps to {v.worst:.2f} within the first "
        f"steps; then it stays at {v.train:.2f}. Scores of {_large(v.score)} are left behind, "
        f"and {v.dead:.0%} silent units: both are consequences. Adam ran at a rate of 0.3; 0.004 "
        "is right for this model.",
        "zeroing": f"The gradient is {v.growth:.0f} times as long at the end as at step 1, and its "
        "curves are smooth as no gradient of a batch of 16 is: a sum of hundreds hardly changes "
        f"from one step to the next. The loss falls at first, then swings and climbs to "
        f"{v.worst:.1f}, for the sum goes on pointing where it pointed long ago. The loop added "
        "each gradient to those before.",
        "shift": f"{v.held_out_accuracy:.0%} right on text that it has never seen, at a loss of "
        f"{v.held_out:.2g}: no language model can be that good, for the poet had a choice. It "
        "looks at no later position, so it does not see the answer ahead. It must be reading it: "
        "targets were equal to inputs. And so it writes the last character again and again.",
        "leak": f"{v.held_out_accuracy:.0%} right on held-out text, and one head pays "
        f"{v.ahead:.0%} of its attention to later positions: in block 1 the bright line runs one "
        "above the diagonal. What is missing to 100% is mostly the last of the 24 positions, "
        "which has no next one to look at. When it writes there is no future to read, and the "
        "text is worthless. The mask was all True.",
        "dead": f"{v.dead_0:.0%} of the units are silent at step 0 and {v.dead:.0%} at the end. "
        f"The losses, {v.train:.2f} and {v.held_out:.2f}, are those of a model without "
        f"feed-forward, and close to the healthy ones ({healthy.train:.2f} and "
        f"{healthy.held_out:.2f}): the curves alone would not have told. The biases in front of "
        "the relus began at -6, so that nothing came through, no gradient either.",
        "vanishing": f"At step 1, block 1 gets {v.depth:.2g} times the gradient of the output "
        f"(healthy: {healthy.depth:.2g}), and each block less than the one above it. The loss "
        f"stops at {v.train:.2f}: that is what it costs to know how frequent each character is, "
        "and the bias of the output learns that alone. The residual connections had lost their x, "
        "and the norms were left out.",
        "evaluation": f"All is as in the healthy run, but for one thing: {v.train:.2f} on training "
        f"data, {v.held_out:.2f} on what is said to be held out. The same model has a gap of "
        f"{healthy.held_out - healthy.train:.2f} in the healthy run. It was examined on other "
        "windows of the text that it had been trained on.",
        "overflow": "A healthy run, with a gap between its losses, that ends from one step to the "
        f"next, at step {v.ends}. The last look before found scores of {v.score:.1f}. In the "
        "healthy run they are larger, and do no harm. The softmax took exp in half precision and "
        "did not subtract the maximum first: exp(11.1) is more than 65504, and then comes inf.",
    }
    return texts[disease]
