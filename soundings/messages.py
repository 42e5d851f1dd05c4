"""The only schema on the bus. Models are frozen. Writers forbid unknown fields; readers (see `soundings.envelopes`)
ignore what a newer version added. All instants are UTC. Nothing here names a resident: see invariant R4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from soundings.words import PLACE_SHOWN, TOPIC_SHOWN
from soundings.words import AuthorKind as AuthorKind
from soundings.words import Kind as Kind
from soundings.words import Mood as Mood
from soundings.words import SpeechAct as SpeechAct

SCHEMA = 3
"""Version of the shapes below. Readers accept this one and the one before."""


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
PostId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}:[0-9a-f]{32}$")]
Voice = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
Source = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Message(BaseModel):
    """What every message shares: frozen, and strict about fields when we write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Original(Message):
    """The native id and link of a post: sealed. Read only by `store.originals`, which audits it."""

    native_id: str
    link: str = ""


class AreaMatch(Message):
    """Why a post counts as being about the area, or who imported it and for what purpose."""

    reason: str
    """Plain words, such as `names Tolgarth Road` or `imported by an officer`."""
    score: Share = 1.0
    purpose: str = ""
    """For imported posts: what the officer said the import is for."""


class Post(Message):
    """One public item, already minimised: text masked, author and native id replaced by keyed hashes."""

    id: PostId
    original: Original
    source: Source
    kind: Kind = Kind.POST
    text: str
    alt: tuple[str, ...] = ()
    """Descriptions of images, in the author's words."""
    created_at: Instant | None = None
    """What the author says; None when the source gives no date."""
    happened_at: Instant
    """What we trust. Decided once for each id."""
    collected_at: Instant
    version: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Edit time in milliseconds, or the listener's counter. Only ever grows for one id."""
    voice: Voice = ""
    author_kind: AuthorKind = AuthorKind.UNKNOWN
    account: str = ""
    """Handle of the council's own account that wrote it; empty for everybody else, councillors too."""
    reply_to: PostId | None = None
    thread: PostId | None = None
    quotes: tuple[PostId, ...] = ()
    addressed_to: tuple[str, ...] = ()
    """Handles of the council's own accounts that the post speaks to."""
    point: tuple[float, float] | None = None
    """Latitude and longitude in degrees (WGS 84), when the source publishes them."""
    place_hint: str = ""
    area_match: AreaMatch
    rejected_at: Instant | None = None
    """When it was sent again after it was rejected: so that the bus does not take it for the one before."""
    first_rejected_at: Instant | None = None
    """When that was for the first time, if it is sent again: it is not kept longer than 7 days from then."""


class RetractionKind(StrEnum):
    """`gone`: all up to observed_at. `hidden`: may return. `blocked`: asked to be forgotten, for ever."""

    GONE = "gone"
    HIDDEN = "hidden"
    BLOCKED = "blocked"

    def covers(self, observed_at: datetime, happened_at: datetime, collected_at: datetime, *, by_id: bool) -> bool:
        """Whether an order reaches a post that it names, by its id or else by its voice."""
        match self:
            case RetractionKind.BLOCKED:
                return True
            case RetractionKind.HIDDEN:
                return collected_at <= observed_at
            case RetractionKind.GONE:
                return by_id or min(happened_at, collected_at) <= observed_at


class Retraction(Message):
    """The order to remove one post, or all that the given voices wrote on one source."""

    type: Literal["retraction"] = "retraction"
    source: Source
    post_id: PostId | None = None
    voices: tuple[str, ...] = ()
    account: str = ""
    """`Keys.account` of who asked to be forgotten, for the receipt: a restored backup must block them again."""
    kind: RetractionKind = RetractionKind.GONE
    reason: str
    observed_at: Instant

    @model_validator(mode="after")
    def _of_its_source(self) -> Retraction:
        if self.post_id and not self.post_id.startswith(f"{self.source}:"):
            raise ValueError("the post is of another source: what is ordered would come back with its next edit")
        return self


class Gap(Message):
    """A stretch of time in which a source may have said something that we did not hear."""

    type: Literal["gap"] = "gap"
    source: Source
    start: Instant
    end: Instant | None = None
    why: str


Notice = Annotated[Retraction | Gap, Field(discriminator="type")]


class TopicGuess(Message):
    """One topic and how sure the reader is of it."""

    slug: Slug
    confidence: Share


class ActGuess(Message):
    """One speech act and how sure the reader is of it."""

    slug: SpeechAct
    confidence: Share


class Sentiment(Message):
    """`label` is always the likeliest of the three; `clear` false means that people see "unclear"."""

    label: Mood
    clear: bool
    probabilities: dict[Mood, Share]


class PlaceGuess(Message):
    """One place of the gazetteer that a post may be about: every candidate, also those that are not shown."""

    id: str
    name: str
    score: Share
    found_by: str
    """How: `gazetteer`, `common name` (in every town; it needs another sign), `near spelling`, `hint` or `geotag`."""


class Understanding(Message):
    """What a reader says about one text. The same shape for `soundings classify` and for the bus."""

    topics: tuple[TopicGuess, ...] = ()
    sentiment: Sentiment
    speech_acts: tuple[ActGuess, ...] = ()
    places: tuple[PlaceGuess, ...] = ()
    language: str = ""
    """ISO 639-1 code, or empty when the text is too short to tell."""
    likeness: tuple[int, ...] = ()
    """64 MinHash values (unsigned 32 bit) over runs of five characters: a pure function of the text."""
    embedding: tuple[int, ...] = ()
    """int8 values; empty for readers that make none."""
    reader: str
    """Which reader and which version, such as `trained 4`."""

    @property
    def places_shown(self) -> tuple[PlaceGuess, ...]:
        """The places that people see, the surest first."""
        return tuple(guess for guess in self.places if guess.score >= PLACE_SHOWN)

    @property
    def topics_shown(self) -> tuple[TopicGuess, ...]:
        """Those that are sure enough to be counted and shown."""
        return tuple(guess for guess in self.topics if guess.confidence >= TOPIC_SHOWN)


class Reading(Message):
    """A post and what we understood of it."""

    post: Post
    understood: Understanding
    reading_version: Annotated[int, Field(ge=0, lt=2**31)]
    """Grows when the reader or the guidance changes; a re-reading replaces an older one."""


class Imported(Message):
    """How a line of an officer's own file was to be read: with the line itself, all that a replay needs."""

    form: Literal["jsonl", "csv"]
    header: str = ""
    """The first line of a CSV file: what its columns are."""
    purpose: str = ""
    timezone: str = ""
    """For times without an offset."""
    day_first: bool = False
    no_dates: bool = False


class Reject(Message):
    """One item that we could not take, and why. Never carries text unless an officer imported it."""

    stage: str
    source: str
    ref: str
    """A post id, or `line 17`, or `envelope <hash>`."""
    reason: str
    """Plain English: what is wrong, and where it helps, what to do."""
    length: Annotated[int, Field(ge=0)]
    """Bytes of the item as it came."""
    digest: str
    """SHA-256 of those bytes, hex."""
    at: Instant
    """When it was first rejected: a replay that fails does not keep it longer."""
    file: str = ""
    """Name (no folder) of the imported file."""
    body: str = ""
    """The line itself: only of an officer's own import file, kept 7 days."""
    imported: Imported | None = None
    """With a line that is kept: how it was to be read."""
    post: Post | None = None
    """The post that nlp or the store rejected, minimised as it was: only of an officer's own import, kept 7 days."""
    notice: Notice | None = None
    """The removal or gap that the store rejected: it holds no text, and it must not be lost."""
