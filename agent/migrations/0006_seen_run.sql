-- The comparison that last met the listing. Times do not tell two comparisons within a millisecond apart.
ALTER TABLE listing DROP COLUMN seen_ms;
ALTER TABLE listing ADD COLUMN seen_run INTEGER;
