-- What was erased, and when: the nightly sweep looks for these in the files. Hashes only. While a post is being hidden
-- its row is written twice, before and after, so whoever keeps answers sees that they are out of date.
CREATE TABLE IF NOT EXISTS erased
(
    post_id String,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY post_id
TTL at + INTERVAL 35 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024;

-- Parts that were rewritten leave the disk in seconds; by default it takes minutes (measured: 32 s to more than 5 min).
-- What replaces them is on the disk before that, or a power cut in between would cost acknowledged posts.
ALTER TABLE readings MODIFY SETTING min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
    old_parts_lifetime = 1, cleanup_delay_period = 1, max_cleanup_delay_period = 2, cleanup_delay_period_random_add = 0;
ALTER TABLE originals MODIFY SETTING min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
    old_parts_lifetime = 1, cleanup_delay_period = 1, max_cleanup_delay_period = 2, cleanup_delay_period_random_add = 0;
ALTER TABLE tombstones MODIFY SETTING min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
