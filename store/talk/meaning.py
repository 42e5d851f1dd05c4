"""How near questions are in meaning: by what the encoder made of them, and by their telling words.

The encoder knows that a bin and a wheelie are one thing; the words know that Osier Walk and Otter Walk are two. Each
word is weighed by how rare it is among the questions. A pure function of them: the same posts always make the same
conversations. Knows nothing of merging.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from snowballstemmer import stemmer

from store.columns import fold
from store.talk.asked import Question
from store.talk.said import Said

Matrix = NDArray[Any]
Words = Mapping[str, float]

_EMPTY = """
a about after again all almost already also although always am an and another any anybody anyone anything are around as
at away back be because been before being but by can cant cheers come could couldnt day days did didnt do does doesnt
doing dont done down each either else even ever every everybody everyone far few for from get gets getting give go goes
going gone good got guys had has hasnt have havent having he hello her here hey hi him his how i if ill im in info into
is isnt it its ive just keep kind know knows last least let like long look looking lot lots made make many may me might
mine more most much must my need needs never new news no nobody not nothing now of off ok on once one only or other our
out over own people please put question quick quite rather really right said same say saying see seem seen she should
shouldnt since so some somebody someone something sorry still sure take tell than thank thanks that thats the their
them then there theres these they thing things think this those though thought through till time to today told
tomorrow too tried try two under until up update us use very wanted wants was wasnt way we week weeks well went were
werent what whats when whens where wheres whether which while who whoever whos whose why will with without wondering
wont word would wouldnt year years yes yet you your council councils idea genuine folks ta pls plz anyones haha lol
"""
EMPTY = frozenset(_EMPTY.split())
"""Words that say nothing of what is asked about."""
SHORTEST = 2
STEMMER = stemmer("english")
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
ASKING = re.compile(
    r"\?|\b(?:any(?:one|body|1) (?:know|got|seen|heard)|any (?:idea|news|update|word)|let me know|tell (?:me|us)"
    r"|wonder(?:ing)? (?:if|when|what|how)|(?:need|want|like|love) to know|(?:no idea|know) (?:when|how|what|if))\b",
    re.IGNORECASE,
)
ASIDE = 0.35
"""Weight of a word beside the question: people tell their morning before they ask."""
ABOVE = 0.6
"""Weight of the post that a question stands below, when it does not say itself what it is about: "until when?"."""


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(STEMMER.stemWord(word))


def telling(text: str) -> list[str]:
    """The stems of the words that say what a text is about, in order; of two that stand together also the pair."""
    plain = fold(text.replace("'", "").replace("’", ""))
    words = [_stem(word) for word in plain.split() if len(word) >= SHORTEST and word not in EMPTY]
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def question_in(text: str) -> str:
    """The sentences of a text that ask; all of it when none does so plainly."""
    asking = [sentence for sentence in SENTENCE.split(text) if ASKING.search(sentence)]
    return " ".join(asking) or text


def alike_in_words(questions: Sequence[Question]) -> Matrix:
    """How many telling words and places each two questions share: 0 none, 1 all."""
    counted = [_counted(question) for question in questions]
    held_by = Counter(word for words in counted for word in words)
    holders: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, words in enumerate(counted):
        weighed = {word: share * math.log(1 + len(questions) / held_by[word]) for word, share in words.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        for word, weight in weighed.items():
            holders[word].append((index, weight / length))
    near = np.zeros((len(questions), len(questions)), dtype=np.float32)
    for held in holders.values():
        if len(held) > 1:
            at, weights = np.array([index for index, _ in held]), np.array([weight for _, weight in held])
            near[np.ix_(at, at)] += np.outer(weights, weights)
    np.fill_diagonal(near, 1.0)
    return near


def _counted(question: Question) -> Words:
    text = question.post.text
    words = dict.fromkeys(telling(text), ASIDE)
    if not question.post.services:
        words |= {word: ASIDE for above in question.above for word in telling(above.text)}
    sure = [*telling(question_in(text)), *(f"place {place}" for place in question.places)]
    return words | dict.fromkeys(sure, 1.0)


def alike_in_meaning(questions: Sequence[Question]) -> tuple[Matrix, NDArray[np.bool_]]:
    """How near each two are to the encoder (-1 to 1), and of which it made something."""
    vectors = [_meant(question) for question in questions]
    known = np.array([vector is not None for vector in vectors], dtype=np.bool_)
    width = next((len(vector) for vector in vectors if vector is not None), 1)
    rows = np.zeros((len(questions), width), dtype=np.float32)
    for index, vector in enumerate(vectors):
        if vector is not None and len(vector) == width:
            rows[index] = vector
    return rows @ rows.T, known


def _meant(question: Question) -> Any:
    own = _unit(question.post)
    if own is None or question.post.services:
        return own
    above = next((unit for one in question.above if (unit := _unit(one)) is not None), None)
    if above is None or len(above) != len(own):
        return own
    both = own + ABOVE * above
    return both / np.linalg.norm(both)


def _unit(post: Said) -> Any:
    vector = np.array(post.embedding, dtype=np.float32)
    length = float(np.linalg.norm(vector)) if post.embedding else 0.0
    return vector / length if length else None
