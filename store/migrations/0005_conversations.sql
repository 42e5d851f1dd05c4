-- Which of the council's own accounts wrote a post: whether it answers or only announces is counted by account.
ALTER TABLE readings ADD COLUMN IF NOT EXISTS account LowCardinality(String) DEFAULT '' AFTER author_kind;

-- The posts of a thread are found by its root: without this every question about answers reads the whole column.
ALTER TABLE readings ADD INDEX IF NOT EXISTS by_thread thread TYPE bloom_filter GRANULARITY 4;
