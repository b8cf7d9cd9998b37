"""The texts that afterword B gives to a pretrained model."""

from typing import NamedTuple

from course_lib.tasks.raven import POEM

#: Sentences to compare: some share words, some share their meaning.
SENTENCES = [
    "A raven sat down above the door.",
    "A black bird perched over the entrance.",
    "The dog bit the man.",
    "The man bit the dog.",
    "I like this film.",
    "I do not like this film.",
    "I enjoyed watching this movie.",
    "The bank raised its interest rates.",
    "They sat on the bank of the river.",
    "They rested by the water.",
]


class Pronoun(NamedTuple):
    """A sentence with a pronoun, the noun that it stands for, and another noun."""

    text: str
    pronoun: str
    antecedent: str
    other: str


def _pair(text, first, second):
    """Return two sentences made from one text; what is filled in decides which noun is meant."""
    (a, pronoun_a, noun_a), (b, pronoun_b, noun_b) = first, second
    return [
        Pronoun(text.format(a), pronoun_a, noun_a, noun_b),
        Pronoun(text.format(b), pronoun_b, noun_b, noun_a),
    ]


def _by_form(text, first, second):
    """Return two sentences with different pronouns; `first` and `second` are "pronoun:noun"."""
    (a, noun_a), (b, noun_b) = (pair.split(":") for pair in (first, second))
    return _pair(text, (a, a, noun_a), (b, b, noun_b))


def _by_meaning(text, pronoun, first, second):
    """Return two sentences with one pronoun; `first` and `second` are "filled in:noun"."""
    (a, noun_a), (b, noun_b) = (pair.split(":") for pair in (first, second))
    return _pair(text, (a, pronoun, noun_a), (b, pronoun, noun_b))


#: Pairs in which the form of the pronoun decides: once the first noun is meant, once the second.
BY_FORM = [
    *_by_form("The king greeted the queen because {} was polite.", "he:king", "she:queen"),
    *_by_form("When the actor met the actress, {} was nervous.", "he:actor", "she:actress"),
    *_by_form("My uncle visited my aunt, and {} was very happy.", "he:uncle", "she:aunt"),
    *_by_form("The waiter told the girl that {} was late.", "he:waiter", "she:girl"),
    *_by_form("The woman called the man after {} came home.", "she:woman", "he:man"),
    *_by_form("The mother waved to her son while {} stood at the door.", "she:mother", "he:son"),
    *_by_form("The duke asked the lady where {} had been.", "he:duke", "she:lady"),
    *_by_form("The poet saw the ravens as {} entered the room.", "he:poet", "they:ravens"),
]

#: Pairs in which the rest of the sentence decides (Levesque, Davis and Morgenstern 2012).
BY_MEANING = [
    *_by_meaning("The trophy did not fit into the suitcase because it was too {}.", "it",
                 "big:trophy", "small:suitcase"),
    *_by_meaning("The raven could not eat the apple because it was too {}.", "it",
                 "full:raven", "sour:apple"),
    *_by_meaning("The bottle fell on the plate, and it {}.", "it",
                 "bounced:bottle", "broke:plate"),
    *_by_meaning("The ball broke the window because it was made of {}.", "it",
                 "steel:ball", "glass:window"),
    *_by_meaning("The nurse called the doctor because she was {}.", "she",
                 "ill:nurse", "famous:doctor"),
    *_by_meaning("The dog chased the cat until it {}.", "it",
                 "gave up:dog", "escaped:cat"),
]  # fmt: skip

#: Queries to The Raven, each with the number, from 1, of the stanza that it asks for.
QUERIES = {
    "reading old books late at night": 1,
    "a cold winter night": 2,
    "he opens the door and nobody is there": 4,
    "someone calls her name into the night": 5,
    "a bird comes in through the window": 7,
    "a statue above the door": 7,
    "he asks the animal for its name": 8,
    "it will leave me tomorrow as my friends did": 10,
    "sitting in an armchair": 13,
    "a smell of incense in the air": 14,
    "he shouts at the animal to go away": 17,
    "the shadow on the floor": 18,
}


def stanzas():
    """Return the stanzas of The Raven, in order."""
    return POEM.read_text(encoding="utf-8").strip().split("\n\n")


def lines_of(poem):
    """Return all lines of a list of stanzas, in order."""
    return [line for stanza in poem for line in stanza.split("\n")]
