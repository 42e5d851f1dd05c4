"""What X's answers look like, in our own words: the few that we ask for, after X's OpenAPI document (version 2.167).

That document is X's and is not kept here; what stands below was held against it. Each field has both of its names.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer"}
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$"}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://"}
PROBLEM = _object("title", "type", title=TEXT, type=TEXT, detail=TEXT, status=COUNT)
ERRORS = _list(PROBLEM)
ENTITIES = _object(
    urls=_list(_object("start", "end", start=COUNT, end=COUNT, url=TEXT, expanded_url=TEXT)),
    mentions=_list(_object("start", "end", start=COUNT, end=COUNT, id=TEXT, username=TEXT)),
    hashtags=_list(_object("start", "end", "tag", start=COUNT, end=COUNT, tag=TEXT)),
)
NOTE = _object("text", text=TEXT, entities=ENTITIES)
REFERENCED = _list(_object("type", "id", id=ID, type={"enum": ["retweeted", "quoted", "replied_to"]}))
PAIR: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
POST = _object(
    "id",
    "text",
    id=ID,
    text=TEXT,
    author_id=ID,
    conversation_id=ID,
    created_at=DATE,
    in_reply_to_user_id=ID,
    entities=ENTITIES,
    note_tweet=NOTE,
    note_post=NOTE,
    referenced_tweets=REFERENCED,
    referenced_posts=REFERENCED,
    edit_history_tweet_ids=_list(ID, 1),
    edit_history_post_ids=_list(ID, 1),
    attachments=_object(media_keys=_list(TEXT)),
    geo=_object(place_id=TEXT, coordinates=_object("type", "coordinates", type={"const": "Point"}, coordinates=PAIR)),
)
INCLUDES = _object(
    media=_list(_object("media_key", "type", media_key=TEXT, type=TEXT, alt_text=TEXT)),
    places=_list(_object("id", "full_name", id=TEXT, full_name=TEXT)),
)
RULE = _object("id", "value", id=ID, value=TEXT, tag=TEXT)
JOB = _object(
    "id",
    "type",
    "status",
    id=ID,
    type={"enum": ["tweets", "users"]},
    status={"enum": ["created", "in_progress", "failed", "complete", "expired"]},
    name=TEXT,
    created_at=DATE,
    upload_url=ADDRESS,
    download_url=ADDRESS,
    resumable={"type": "boolean"},
)

STREAM = _object(
    data=POST, includes=INCLUDES, errors=_list(PROBLEM, 1), matching_rules=_list(_object("id", id=ID, tag=TEXT))
)
SEARCH = _object(
    "meta",
    data=_list(POST),
    includes=INCLUDES,
    errors=ERRORS,
    meta=_object("result_count", result_count=COUNT, next_token=TEXT, previous_token=TEXT, newest_id=ID, oldest_id=ID),
)
RULES = _object("meta", data=_list(RULE), meta=_object(sent=TEXT, result_count=COUNT), errors=ERRORS)
CHANGED = _object("meta", data=_list(RULE), meta=_object(sent=TEXT, summary={"type": "object"}), errors=ERRORS)
USERS = _object(data=_list(_object("id", "name", "username", id=ID, name=TEXT, username=TEXT)), errors=ERRORS)
ONE_JOB = _object("data", data=JOB)
JOBS = _object(data=_list(JOB), meta=_object(result_count=COUNT))


def faults(answer: Any, schema: Schema) -> list[str]:
    """Where an answer is not as the schema says."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]
