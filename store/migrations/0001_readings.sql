-- The block columns let a DELETE write a small patch instead of a new mark for each part (10 ms instead of 100 and more).
-- Posts and what we understood of them. One id has one happened_at (store/archive.py keeps it), so equal posts have
-- equal sort keys and lie in one partition; the greatest rank (post version, reading version) replaces the others.
CREATE TABLE IF NOT EXISTS readings
(
    id String CODEC(ZSTD(1)),
    source LowCardinality(String),
    kind LowCardinality(String),
    text String CODEC(ZSTD(3)),
    alt Array(String),
    created_at Nullable(DateTime64(3, 'UTC')),
    happened_at DateTime64(3, 'UTC'),
    collected_at DateTime64(3, 'UTC'),
    version UInt64,
    voice String,
    author_kind LowCardinality(String),
    reply_to String,
    thread String,
    quotes Array(String),
    addressed_to Array(String),
    latitude Nullable(Float64),
    longitude Nullable(Float64),
    place_hint String,
    match_reason String,
    match_score Float32,
    match_purpose String,
    topics Array(LowCardinality(String)),
    topic_confidences Array(Float32),
    mood LowCardinality(String),
    clear Bool,
    negative Float32,
    neutral Float32,
    positive Float32,
    acts Array(LowCardinality(String)),
    act_confidences Array(Float32),
    places Array(String),
    place_names Array(String),
    place_scores Array(Float32),
    place_found_by Array(LowCardinality(String)),
    language LowCardinality(String),
    likeness Array(UInt32),
    embedding Array(Int8),
    reader LowCardinality(String),
    reading_version UInt32,
    rank UInt128,
    words String CODEC(ZSTD(3)),
    INDEX by_collected collected_at TYPE minmax,
    INDEX by_words words TYPE text(tokenizer = 'splitByNonAlpha')
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYYYYMM(happened_at)
ORDER BY (happened_at, id)
TTL collected_at + INTERVAL 395 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, enable_block_number_column = 1, enable_block_offset_column = 1;

-- Native ids and links: sealed. Read by store/originals.py alone.
CREATE TABLE IF NOT EXISTS originals
(
    id String,
    source LowCardinality(String),
    native_id String,
    link String,
    collected_at DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
TTL collected_at + INTERVAL 395 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024, enable_block_number_column = 1,
    enable_block_offset_column = 1;
