-- Orders to remove. One row for each post or voice; a repeat of an order replaces it, the latest observation wins.
-- What people asked to forget (blocked) stays for ever; the others outlive the posts they are about.
CREATE TABLE IF NOT EXISTS tombstones
(
    source LowCardinality(String),
    post_id String,
    voice String,
    kind LowCardinality(String),
    reason String,
    observed_at DateTime64(3, 'UTC'),
    taken_at DateTime64(3, 'UTC'),
    order_id String
)
ENGINE = ReplacingMergeTree(observed_at)
ORDER BY (source, post_id, voice, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024;

-- Stretches in which a source may have said something that we did not hear. A gap that closes replaces the open one.
CREATE TABLE IF NOT EXISTS gaps
(
    source LowCardinality(String),
    start DateTime64(3, 'UTC'),
    end Nullable(DateTime64(3, 'UTC')),
    why String,
    rank UInt64
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (source, start)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
