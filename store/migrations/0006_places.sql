-- `places` are those that count and are shown; every candidate stays beside them, with its score and how it was found.
ALTER TABLE readings ADD COLUMN IF NOT EXISTS place_candidates Array(String) DEFAULT places AFTER places;
