"""diagnoses: what is wrong with each of eight trainings, by its charts."""

import difflib

from classroom.exercises import Case, Mistake, listed, reference
from classroom.exercises.formatting import kind_of
from classroom.lesson_09.broken_run_notes import against
from classroom.lesson_09.broken_runs import DISEASES, PATIENTS

TRUTH = reference("diagnoses")()


def cases(rng):
    return [Case((), label="the ward", expected=TRUTH)]


def first_wrong(patient, claim):
    """The edit in which this patient is the first with a wrong diagnosis.

    The later ones have `any` for a diagnosis: the comparison takes a function for a match of
    whatever it meets.
    """
    later = PATIENTS[PATIENTS.index(patient) + 1 :]
    words = {patient: f'"{claim}"'} | dict.fromkeys(later, "any")
    return {f'"{name}": "{TRUTH[name]}"': f'"{name}": {word}' for name, word in words.items()}


def count_of_right(got):
    """How many diagnoses are right, of those that are there."""
    named = [name for name in PATIENTS if name in got]
    right = sum(got[name] == TRUTH[name] for name in named)
    if len(named) == 1:
        return "The diagnosis is right." if right else "The diagnosis is not right."
    return f"{right} of {len(named)} diagnoses {'is' if right == 1 else 'are'} right."


def not_this(patient, claim):
    return f'{patient} does not have "{claim}". {against(claim, patient)}'


def say(patient, claim):
    return lambda case, got, want: f"{count_of_right(got)} {not_this(patient, claim)}"


def unfinished(case, got, want):
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
            return f"{count_of_right(got)} {not_this(name, word)}"
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
    return f"{count_of_right(got)} Still to be examined: {listed(missing)}."


returns = ("the diagnoses",)

mistakes = [
    *(
        Mistake(f"{patient}: {claim}", first_wrong(patient, claim), say(patient, claim))
        for patient in PATIENTS
        for claim in DISEASES
        if claim != TRUTH[patient]
    ),
    Mistake("unfinished", lambda: any, unfinished),
]

hints = [
    "Sort before you name. Three groups: too good to be true; hardly better than knowing how "
    "frequent each character is (a loss near 3.1, or worse); and those that learn much like the "
    "healthy one.",
    "Too good: does it look ahead? If it does, it sees the answer; if not, the answer must be in "
    "what it reads. There are two of these.",
    "Learning nothing: at step 1 nothing has happened yet but one forward and one backward pass. "
    "Whose gradient is wrong already there? Of the other two, whose loss leaps at once, and whose "
    "gradient grows all the time?",
    "Much like the healthy one: one ends in nan, one has no gap between train and held out, and "
    "the third shows it in one panel only.",
]
