"""The texts that lesson 9 gives to the pretrained model."""

from pathlib import Path
from typing import NamedTuple

#: Sentences to compare: some share words, some share what they say.
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
    """A sentence with a pronoun, the noun that it stands for, and one that it does not."""

    text: str
    pronoun: str
    antecedent: str
    other: str


def _pair(text, first, second):
    """Make two sentences of one: what is filled in decides which of two nouns is meant."""
    (a, pronoun_a, noun_a), (b, pronoun_b, noun_b) = first, second
    return [
        Pronoun(text.format(a), pronoun_a, noun_a, noun_b),
        Pronoun(text.format(b), pronoun_b, noun_b, noun_a),
    ]


def _by_form(text, first, second):
    (a, noun_a), (b, noun_b) = (pair.split(":") for pair in (first, second))
    return _pair(text, (a, a, noun_a), (b, b, noun_b))


def _by_meaning(text, pronoun, first, second):
    (a, noun_a), (b, noun_b) = (pair.split(":") for pair in (first, second))
    return _pair(text, (a, pronoun, noun_a), (b, pronoun, noun_b))


#: The form of the pronoun decides. In each pair once the first noun is meant and once the second.
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

#: What is said decides, later in the sentence (Levesque, Davis and Morgenstern 2012).
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

#: Questions to The Raven, and the stanza, counted from 1, that tells of it.
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
    path = Path(__file__).resolve().parents[2] / "data" / "the_raven.txt"
    return path.read_text(encoding="utf-8").strip().split("\n\n")


def lines_of(poem):
    """Return all lines of a list of stanzas, in order."""
    return [line for stanza in poem for line in stanza.split("\n")]
