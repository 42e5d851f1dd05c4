"""The words of `soundings status`, for an officer who has never seen a log. Knows what `soundings.status` found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from soundings import council
from soundings.errors import BadInput
from soundings.settings import Settings

STATES = {
    "running": "running",
    "starting": "starting",
    "waiting": "it ended, and is started again in a moment",
    "silent": "silent: it lives, and does not move",
    "stopped": "stopped",
}
TOTALS = {
    "collected": "heard, and taken or rejected",
    "published": "taken, and safe on the bus",
    "cut": "replies left out: their thread was over 14 days old, or had 500",
    "read": "understood by nlp",
    "stored": "on the pages",
    "rejected": "could not be taken: `soundings rejected` says why",
    "retracted": "orders to remove that were obeyed",
    "waiting": "posts and notices on their way",
}
SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"))
QUEUE_OF = {"posts-full": "posts", "readings-full": "readings", "notices-full": "notices"}


def describe(settings: Settings, status: dict[str, Any]) -> str:
    """The status for people."""
    now, zone = datetime.now(UTC), _zone(settings)
    lines = [f"Soundings in {settings.home}", *([f"Its page is {status['page']}"] if status["page"] else []), ""]
    lines += [f"  {name:<10} {_stage(stage, status, now, zone)}" for name, stage in status["stages"].items()]
    if heard := [*_sources(status, now, zone)]:
        lines += ["", *heard]
    lines += ["", *_totals(status["totals"])]
    lines += ["", *_upkeep(status["upkeep"], now, zone), *_learnt(status["learnt"]), *_spent(status)]
    told = [*(f"  LOOK  {alarm['says']}" for alarm in status["alarms"]), *_gaps(status, now, zone)]
    if told:
        lines += ["", *told]
    if not any(stage["running"] for stage in status["stages"].values()):
        lines += ["", "  Nothing runs. Start it with `soundings up`, or `soundings demo` for the invented sample."]
    return "\n".join(lines)


def _zone(settings: Settings) -> tzinfo:
    """The council's; while its file cannot be read, UTC."""
    try:
        return council.load(settings.council_path).council.zone
    except BadInput:
        return UTC


def _stage(stage: dict[str, Any], status: dict[str, Any], now: datetime, zone: tzinfo) -> str:
    said = STATES[stage["state"]]
    if why := stage.get("why"):
        said += f", but {why}" if stage["running"] else f": {why}"
    if wait := stage["waiting_for"]:
        since = moment(datetime.fromisoformat(wait["since"]), now, zone)
        said += f", waiting for {wait['who']} since {since}: {wait['why']}{_held(wait['reason'], status)}"
    if stage["running"] and (workers := stage.get("workers", 0)) > 1:
        said += f" ({workers} workers)"
    if count := stage.get("restarts", 0):
        said += f" (restarted {count} {'time' if count == 1 else 'times'})"
    return said


def _held(reason: str, status: dict[str, Any]) -> str:
    """` (512 MB, 41,200 posts)`: what a full queue holds, when the bus says so."""
    name = QUEUE_OF.get(reason, "")
    queue = status["queues"].get(name)
    if queue is None:
        return ""
    things = "notices" if name == "notices" else "posts"
    return f" ({max(1, round(queue['limit_bytes'] / 1024**2))} MB, {queue['items']:,} {things})"


def moment(then: datetime, now: datetime, zone: tzinfo) -> str:
    """`10:42` today, `10:42 on 3 November` before."""
    then, now = then.astimezone(zone), now.astimezone(zone)
    day = "" if then.date() == now.date() else f" on {then.day} {then:%B}"
    return f"{then:%H:%M}{day}"


def _sources(status: dict[str, Any], now: datetime, zone: tzinfo) -> Iterator[str]:
    """A line for each source that is switched on: when it was heard last, and what is in the way."""
    latest_first = sorted(status["gaps"], key=lambda gap: gap["start"], reverse=True)
    unheard = {gap["source"]: gap["start"] for gap in latest_first if gap["end"] is None}
    for one in status["sources"]:
        heard = f"heard {_moment(one['heard_at'], now, zone)}" if one["heard_at"] else "never heard yet"
        name, said = one["source"], [heard]
        if one["newest"]:
            said += [f"newest post of {_moment(one['newest'], now, zone)}"]
        if one["behind_seconds"] is not None:
            said += [f"a post mostly comes in {span(one['behind_seconds'])} after it is written"]
        if one["held_since"]:
            said += [f"HELD since {_moment(one['held_since'], now, zone)}: it rejected nearly everything"]
        elif name in unheard:
            said += [f"NOT HEARD since {_moment(unheard[name], now, zone)}"]
        yield f"  {name:<10} {'; '.join(said)}"


def span(seconds: float) -> str:
    """`2 minutes`: in the largest unit of which there are two, or in seconds."""
    count, unit = next(((seconds / size, unit) for size, unit in SPANS if seconds >= 2 * size), (seconds, "second"))
    return f"{round(count):,} {unit}{'' if round(count) == 1 else 's'}"


def _totals(totals: dict[str, int | None]) -> Iterator[str]:
    shown = {name: "?" if value is None else f"{value:,}" for name, value in totals.items()}
    width = max(map(len, shown.values()))
    for name, about in TOTALS.items():
        yield f"  {name:<10} {shown[name]:>{width}}   {about}"
    if "?" in shown.values():
        yield "  ? means that what holds this figure does not answer."


def _upkeep(upkeep: dict[str, Any], now: datetime, zone: tzinfo) -> Iterator[str]:
    swept, backed_up = upkeep["swept_at"], upkeep["backed_up_at"]
    when = f"{_moment(swept, now, zone)}, and nothing removed was left" if swept else "not yet"
    yield f"  swept      {when}"
    if upkeep["backs_up"] or backed_up:
        yield f"  backed up  {_moment(backed_up, now, zone) if backed_up else 'not yet'}"


def _learnt(learnt: dict[str, Any] | None) -> Iterator[str]:
    """How much of what officers corrected the readers know; nothing while nobody corrected anything."""
    if not learnt or not (learnt["told"] or learnt["stuck"]):
        return
    known, told = learnt["corrections"], learnt["told"]
    said = f"from {known:,} {'topic' if known == 1 else 'topics'} that officers corrected"
    if known < told:
        said += f"; {told - known:,} more belong to another reader"
    yield f"  learnt     {said}{'. STUCK: ' + learnt['stuck'] if learnt['stuck'] else ''}"


def _spent(status: dict[str, Any]) -> Iterator[str]:
    """What paid sources cost; nothing where none is listened to."""
    for spent in status.get("spent", {}).values():
        yield f"  spent      {spent['says']}"


def _gaps(status: dict[str, Any], now: datetime, zone: tzinfo) -> Iterator[str]:
    for gap in status["gaps"]:
        start, end = (_moment(gap[edge], now, zone) for edge in ("start", "end"))
        yield f"  GAP   {gap['source']} was not heard from {start} to {end}: {gap['why']}"


def _moment(text: str | None, now: datetime, zone: tzinfo) -> str:
    return moment(datetime.fromisoformat(text), now, zone) if text else "now"
