"""Exercise: diagnoses."""

import difflib
import textwrap

from course_lib.ward import DISEASES, PATIENTS

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import kind_of, listed
from .ward_notes import against, note


def diagnoses():
    """Return what is wrong with each patient of the ward: a dict, name to word."""
    return {
        "Annabel": "leak",
        "Berenice": "vanishing",
        "Eleonora": "evaluation",
        "Lenore": "overflow",
        "Ligeia": "rate",
        "Morella": "dead",
        "Prospero": "shift",
        "Roderick": "zeroing",
    }


TRUTH = diagnoses()


def diagnoses_cases(rng):
    return [Case((), label="the ward", expected=TRUTH)]


def case_notes(answer):
    """Return why each diagnosis is right, once all are; else that the notes are closed.

    Parameters
    ----------
    answer : callable
        The reader's `diagnoses`, as `check` returned it.
    """
    if answer is diagnoses:  # what `check` hands out as long as the reader's is not right
        return "The case notes stay closed until all eight diagnoses are right."
    blocks = []
    for patient, disease in answer().items():
        text = textwrap.fill(note(disease, patient), 88, initial_indent="  ",
                             subsequent_indent="  ")  # fmt: skip
        blocks.append(f"{patient}: {disease}\n{text}")
    return "\n\n".join(blocks)


def _anything():
    """Stand for any diagnosis: the comparison takes a function for a match of whatever it meets."""


def _first_wrong(patient, claim):
    """An answer that is right before this patient, makes this claim, and says anything after."""
    place = PATIENTS.index(patient)

    def answer():
        return {
            name: TRUTH[name] if i < place else claim if i == place else _anything
            for i, name in enumerate(PATIENTS)
        }

    return answer


def _count(got):
    """How many diagnoses are right, of those that are there."""
    named = [name for name in PATIENTS if name in got]
    right = sum(got[name] == TRUTH[name] for name in named)
    if len(named) == 1:
        return "The diagnosis is right." if right else "The diagnosis is not right."
    return f"{right} of {len(named)} diagnoses {'is' if right == 1 else 'are'} right."


def _not_this(patient, claim):
    return f'{patient} does not have "{claim}". {against(claim, patient)}'


def _told(patient, claim):
    return lambda case, got, want: f"{_count(got)} {_not_this(patient, claim)}"


def _unfinished(case, got, want):
    """Anything else than a dict with a known word for each patient."""
    if not isinstance(got, dict):
        return (
            f"Your function returned {kind_of(got)}. Return a dict with a diagnosis for each "
            'patient, such as {"Annabel": "rate", "Berenice": "dead"}.'
        )
    strangers = [name for name in got if name not in TRUTH]
    if strangers:
        return f"There is no patient {strangers[0]!r} in the ward. There are {listed(PATIENTS)}."
    for name in PATIENTS:
        word = got.get(name, TRUTH[name])
        if word == TRUTH[name]:
            continue
        if isinstance(word, str) and word in DISEASES:
            return f"{_count(got)} {_not_this(name, word)}"
        meant = difflib.get_close_matches(str(word).strip().lower(), DISEASES, 1, 0.7)
        near = f' Did you mean "{meant[0]}"?' if meant else ""
        return (
            f"{name}'s diagnosis is {word!r}, which is none of the eight words: "
            f"{listed(list(DISEASES))}.{near} A patient that you are not sure about may be left "
            "out."
        )
    missing = [name for name in PATIENTS if name not in got]
    if not got:
        return "The dict is empty. Begin with the patient whose chart looks strangest to you."
    return f"{_count(got)} Still to be examined: {listed(missing)}."


register(
    Exercise(
        name="diagnoses",
        lesson=9,
        reference=diagnoses,
        cases=diagnoses_cases,
        returns=("the diagnoses",),
        mistakes=(
            *(
                Mistake(f"{patient}: {claim}", _first_wrong(patient, claim), _told(patient, claim))
                for patient in PATIENTS
                for claim in DISEASES
                if claim != TRUTH[patient]
            ),
            Mistake("unfinished", lambda: _anything, _unfinished),
        ),
        correct=(
            lambda: dict(reversed(TRUTH.items())),
            lambda: dict(zip(PATIENTS, TRUTH.values(), strict=True)),
        ),
        hints=(
            "Sort before you name. Three groups: too good to be true; hardly better than knowing "
            "how frequent each character is (a loss near 3.1, or worse); and those that learn much "
            "like the healthy one.",
            "Too good: does it look ahead? If it does, it sees the answer; if not, the answer must "
            "be in what it reads. There are two of these.",
            "Learning nothing: at step 1 nothing has happened yet but one forward and one backward "
            "pass. Whose gradient is wrong already there? Of the other two, whose loss leaps at "
            "once, and whose gradient grows all the time?",
            "Much like the healthy one: one ends in nan, one has no gap between train and held "
            "out, and the third shows it in one panel only.",
        ),
    )
)
