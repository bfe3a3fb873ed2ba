-- What a pool has sold, the older the less it counts: of the velocity buffer. NULL: nothing yet.
ALTER TABLE pool ADD COLUMN sold BLOB;         -- five doubles: by minute, hour and week, squares, newest; see mirror/velocity.rs
ALTER TABLE pool ADD COLUMN sold_at INTEGER;   -- `at` scale
-- Where the velocity buffer decides, time alone changes what is shown.
CREATE INDEX listing_selling_fast ON listing (item_id) WHERE reason = 'selling_fast';
