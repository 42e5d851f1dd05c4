-- What officers decided. Only ever added to; the latest for a post and field holds.
CREATE TABLE IF NOT EXISTS decisions
(
    at DateTime64(3, 'UTC'),
    officer String,
    post_id String,
    field LowCardinality(String),
    value String
)
ENGINE = MergeTree
ORDER BY (post_id, field, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who did what that the law wants remembered.
CREATE TABLE IF NOT EXISTS audit
(
    at DateTime64(3, 'UTC'),
    officer String,
    action LowCardinality(String),
    detail String
)
ENGINE = MergeTree
ORDER BY at
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS alerts_sent
(
    at DateTime64(3, 'UTC'),
    rule LowCardinality(String),
    key String,
    channel LowCardinality(String),
    summary String
)
ENGINE = MergeTree
ORDER BY (rule, key, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
