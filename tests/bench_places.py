"""How well and how fast places are found: invented gazetteers of 5,000 and 50,000 names, 4,000 posts that name some.

Everything is invented by a fixed seed. Speed is printed as a ratio to spaCy's blank tokeniser on the same posts, in the
same run: the machine is noisy.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nlp.places import Places
from soundings.area import Area, Kind, Place
from soundings.council import CouncilFile
from soundings.words import PLACE_SHOWN

SIZES = (5_000, 50_000)
POSTS = 4_000
PLANTED = 3
"""One post in so many has a name in it."""
ASIDE = (
    "tol", "mer", "pen", "sal", "car", "hens", "fern", "lyd", "quin", "brax", "wex", "thorl", "gam", "dun", "hol",
    "crad", "skel", "ulv", "bram", "nant", "pol", "tre", "win", "osw", "kel", "mas", "ral", "sed", "tav", "yarl",
)  # fmt: skip
MIDDLE = ("", "", "le", "ra", "o", "den", "tin", "ga", "wi", "sel", "mor", "ba")
ENDS = (
    "garth",
    "row",
    "holt",
    "wick",
    "low",
    "combe",
    "thwaite",
    "sett",
    "mere",
    "stow",
    "dle",
    "ridge",
    "bury",
    "by",
    "ley",
)
STREETS = (
    "Road",
    "Road",
    "Street",
    "Street",
    "Lane",
    "Avenue",
    "Close",
    "Drive",
    "Crescent",
    "Terrace",
    "Gardens",
    "Way",
)
SHORT = {"Road": "Rd", "Street": "St", "Lane": "Ln", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Crescent": "Cres",
         "Terrace": "Terr", "Gardens": "Gdns"}  # fmt: skip
COMMON = (
    "Church Street", "High Street", "Station Road", "Park Road", "Mill Lane", "Victoria Road", "London Road",
    "New Road", "Queen Street", "Market Street", "School Lane", "Green Lane",
)  # fmt: skip
WORDS = ("Hope", "Reading", "Sale", "March", "Ashton", "Leigh", "Bath", "Wells")
"""Villages whose names are ordinary words, a month or surnames."""
AREA = "Quernshire"
CHAT = (
    "anyone else had no water since the morning", "The bus was late again, third time this week",
    "Happy birthday mum, love you", "in the end we walked to the shop",
    "cannot believe what they said on the radio about the council tax",
    "Great fun at the match on Saturday with John and Priya", "My bins have not been emptied for two weeks",
    "does the library open on bank holidays", "Stuck in traffic near the new roundabout by the retail park again",
    "watching the game at home with the dog", "I am reading a good book at the moment",
    "to be fair they came within the hour", "Could we have more benches for older people outside the shops",
    "for sale: one pram, hardly used", "the pothole outside my house is now a pond",
    "Thanks to everyone who came to the meeting on Tuesday night",
    "from what I hear the swimming pool reopens in March", "off to work in the rain",
    "up the road there is a new cafe",
)  # fmt: skip
NOT_PLACES = (
    "we live in hope they mend it", "Reading to the children is the best part of my day",
    "half price sale at the garden shop", "Church Street is such a common name",
    "High Street shops everywhere are closing", "it opens in March I think", "Mrs Ashton taught us both",
    "Leigh Brown scored twice", "a hot bath and an early night", "Bob lives on Church Street, Leeds",
    "flooding in Reading, PA this evening", "Station Road, Manchester is closed", "Hope Solo was on the telly",
    "all is well and all wells are full", "march with us on Saturday", "in Leigh Hall Theatre Company news",
)  # fmt: skip
PLACES = (
    "Church Street in {area} is flooded", "queue on High Street by {name}", "lights out in Hope again",
    "We moved to Sale last year", "bus from Ashton was late", "flooding near Wells tonight",
    "{area}: Station Road closed", "{name} and Park Road are both shut", "new bench at Leigh, lovely",
    "accident on Mill Lane, {area}",
)  # fmt: skip
AMBIGUOUS_IN = {"Church Street", "High Street", "Station Road", "Park Road", "Mill Lane"}


@dataclass(frozen=True)
class Sample:
    """A post, and the ids that it names; `sort` is how they are written."""

    sort: str
    text: str
    wanted: frozenset[str]


def gazetteer(size: int, dice: random.Random) -> CouncilFile:
    """A council of so many invented names: nine in ten are streets."""
    found: dict[str, Place] = {}
    for name in COMMON:
        _put(found, name, "street")
    for name in WORDS:
        _put(found, name, "village")
    while len(found) < size:
        proper, at = _proper(dice), dice.random()
        if at < 0.9:
            _put(found, f"{proper} {dice.choice(STREETS)}", "street")
        elif at < 0.94:
            _put(found, f"{proper} Primary School", "school")
        elif at < 0.97:
            _put(found, f"{proper} Park", "park")
        else:
            _put(found, proper, "village")
    return CouncilFile(None, area=Area(names=(AREA,), places=tuple(found.values())))


def _put(found: dict[str, Place], name: str, kind: Kind) -> None:
    place = Place(name=name, kind=kind)
    found.setdefault(place.id, place)


def _proper(dice: random.Random) -> str:
    word = dice.choice(ASIDE) + dice.choice(MIDDLE) + dice.choice(MIDDLE) + dice.choice(ENDS)
    if dice.random() < 0.3:
        return f"{dice.choice(('Upper', 'Lower', 'Old', 'Great', 'St', 'North'))} {word.capitalize()}"
    return word.capitalize()


def posts(council_file: CouncilFile, dice: random.Random) -> list[Sample]:
    """So many posts, one third with a planted name, in equal parts of each way to write it."""
    ours = {place.id for place in council_file.places if place.name in COMMON or place.name in WORDS}
    streets = [one for one in council_file.places if one.kind != "village" and one.id not in ours]
    sorts = list(WAYS)
    found = []
    for number in range(POSTS):
        if number % PLANTED:
            found.append(Sample("nothing", dice.choice(CHAT), frozenset()))
            continue
        sort = sorts[number // PLANTED % (len(sorts) + 1) - 1] if number // PLANTED % (len(sorts) + 1) else "ambiguous"
        if sort == "ambiguous":
            found.append(_ambiguous(dice, streets))
            continue
        place = dice.choice(streets)
        while sort == "abbreviation" and place.name.split()[-1] not in SHORT:
            place = dice.choice(streets)
        found.append(Sample(sort, WAYS[sort](place.name, dice), frozenset([place.id])))
    return found


def _ambiguous(dice: random.Random, streets: Sequence[Place]) -> Sample:
    if dice.random() < 0.5:
        return Sample("ambiguous", dice.choice(NOT_PLACES), frozenset())
    place, text = dice.choice(streets), dice.choice(PLACES)
    wanted = {place.id} if "{name}" in text else set()
    wanted |= {Place(name=name, kind="street").id for name in COMMON if name in text}
    wanted |= {Place(name=name, kind="village").id for name in WORDS if name in text}
    return Sample("ambiguous", text.format(area=AREA, name=place.name), frozenset(wanted))


def slip(name: str, dice: random.Random) -> str:
    """One slip of the finger in a word of at least five letters: left out, doubled, wrong, or two swapped."""
    words = name.split(" ")
    at = dice.choice([number for number, word in enumerate(words) if len(word) >= 5] or [0])
    word = words[at]
    spot = dice.randrange(len(word) - 1)
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    words[at] = dice.choice((
        word[:spot] + word[spot + 1 :], word[:spot] + word[spot] + word[spot:], word[:spot] + letter + word[spot + 1 :],
        word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :],
    ))  # fmt: skip
    return " ".join(words) if words[at].lower() != word.lower() else slip(name, dice)


def _shortened(name: str) -> str:
    words = name.split(" ")
    return " ".join([*words[:-1], SHORT[words[-1]]])


FRAMES = (
    "Bins not emptied on {} again",
    "cars parked all over near {}",
    "huge hole outside {} this morning",
    "lights out at {}",
)
WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "exact": lambda name, dice: dice.choice(FRAMES).format(name),
    "case": lambda name, dice: dice.choice(FRAMES).format(dice.choice((name.lower(), name.upper()))),
    "possessive": lambda name, dice: name + ("'" if name.endswith("s") else "'s") + " surface is awful",
    "hashtag": lambda name, dice: f"what a mess #{name.replace(' ', '')}",
    "abbreviation": lambda name, dice: dice.choice(FRAMES).format(_shortened(name)),
    "typo": lambda name, dice: dice.choice(FRAMES).format(slip(name, dice)),
}


@dataclass
class Tally:
    """Places wanted, found among those, and shown at all."""

    wanted: int = 0
    right: int = 0
    shown: int = 0


def measure(places: Places, samples: Sequence[Sample]) -> dict[str, Tally]:
    """What is shown of each way to write a name, against what was planted."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for sample in samples:
        shown = {guess.id for guess in places.read(sample.text) if guess.score >= PLACE_SHOWN}
        tally = tallies[sample.sort]
        tally.wanted += len(sample.wanted)
        tally.right += len(shown & sample.wanted)
        tally.shown += len(shown)
    return tallies


def timed(run: Callable[[], object]) -> float:
    """Seconds of one run."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def lines(size: int) -> Iterator[str]:
    """What there is to say of one size."""
    import spacy

    dice = random.Random(11)
    council_file = gazetteer(size, dice)
    samples = posts(council_file, dice)
    blank = spacy.blank("en")
    gc.collect()
    tracemalloc.start()
    built = Places(council_file)
    built.read(samples[0].text), built.read("in Tolgarht Raod")
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del built
    places: list[Places] = []
    made = timed(lambda: places.append(Places(council_file)))
    first = timed(lambda: (places[0].read("Hole on Church Street"), places[0].read("in Tolgarht Raod")))
    tokenising = timed(lambda: [blank(sample.text) for sample in samples])
    reading = timed(lambda: [places[0].read(sample.text) for sample in samples])
    yield f"{size:,} names: built in {made:.2f} s, first used in {first:.2f} s more, {held:.0f} MB of Python objects"
    yield (
        f"  {POSTS / reading:,.0f} posts a second; {tokenising / reading:.2f} times as fast as spaCy's blank tokeniser"
        f" alone ({POSTS / tokenising:,.0f})"
    )
    for sort, tally in measure(places[0], samples).items():
        recall = f"recall {tally.right / tally.wanted:.3f}" if tally.wanted else "recall    - "
        precise = f"precision {tally.right / tally.shown:.3f}" if tally.shown else "precision    - "
        yield f"  {sort:<12} {recall}  {precise}  ({tally.wanted} planted, {tally.shown} shown)"


def main() -> None:
    """Print both sizes."""
    for size in SIZES:
        print("\n".join(lines(size)), flush=True)


if __name__ == "__main__":
    main()
