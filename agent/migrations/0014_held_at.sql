-- The moment at which it was last looked at what unpaid checkouts hold; null: by the newest statement.
ALTER TABLE pool ADD COLUMN held_at INTEGER;
